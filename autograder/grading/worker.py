"""One worker process: reads jobs from standard input, grades them in this process, answers line by line.

Guarantees: its answers travel on a pipe that nothing else can print to; it ends when the parent ends, also in the
middle of a job, and its kernel server with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.tickets import Grader


def serve(make_grader: Callable[[dict[str, Any]], AbstractContextManager[Grader]]) -> None:
    """Grade until the parent closes the pipe of jobs.

    Args:
        make_grader: from the parent's greeting, what turns a job into an answer.
    """
    answers = _private_stdout()
    inbox = _Inbox()
    threading.Thread(target=inbox.listen, daemon=True).start()
    greeting = inbox.jobs.get()
    if greeting is None:
        return
    with make_grader(greeting) as grade:
        _send(answers, {"ready": True})
        while (job := inbox.jobs.get()) is not None:
            with inbox.busy:
                if inbox.closed:
                    return
                _send(answers, grade(job))


class _Inbox:
    """What the parent has said so far; a thread of its own listens, so that the end is heard while a job runs."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.busy = threading.Lock()
        self.closed = False

    def listen(self) -> None:
        # Not through sys.stdin: a thread waiting in its buffer would make Python abort when it exits.
        pending = b""
        while data := os.read(0, 1 << 16):
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                self.jobs.put(json.loads(line))
        if not self.busy.acquire(blocking=False):
            # In the middle of a job, whose result nobody waits for. The kernel server sees its own pipe close.
            os._exit(1)
        self.closed = True
        self.busy.release()
        self.jobs.put(None)


def _private_stdout() -> IO[bytes]:
    """Keep standard output for answers; whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _send(pipe: IO[bytes], message: Mapping[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.write(json.dumps(message).encode() + b"\n")
        pipe.flush()


if __name__ == "__main__":
    from autograder.grading.grader import grader

    serve(grader)
