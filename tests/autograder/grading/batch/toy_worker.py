"""A worker that grades nothing: each job says what it does, from answering to dying."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.grading.batch.worker import serve

if TYPE_CHECKING:
    from autograder.grading.batch.tickets import Grader


def grade(job: dict[str, Any]) -> dict[str, Any]:
    print("student code prints where it likes")
    if mark := job.get("mark"):
        with Path(mark).open("a") as file:
            file.write(f"{os.getpid()}\n")
    if job["do"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if job["do"] == "die once" and len(Path(job["mark"]).read_text().splitlines()) == 1:
        os._exit(7)
    if job["do"] == "hang":
        time.sleep(3600)
    return {"key": job["key"], "did": job["do"], "pid": os.getpid()}


@contextlib.contextmanager
def preparing(place: dict[str, Any]) -> Iterator[Callable[..., contextlib.AbstractContextManager[Grader]]]:
    if place.get("refuse"):
        sys.exit("no torch here")
    yield grader


@contextlib.contextmanager
def grader(greeting: dict[str, Any]) -> Iterator[Grader]:
    if greeting.get("refuse"):
        sys.exit("no server here")
    yield grade


if __name__ == "__main__":
    serve(preparing)
