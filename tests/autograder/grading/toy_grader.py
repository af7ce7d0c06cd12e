"""A worker that gives every submission the points its metadata ask for: no kernel, no torch, started in a moment.

``toy_grader.py work`` is the worker; ``toy_grader.py grade COURSE DOWNLOAD [--resume]`` grades with such workers.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.grading.batch.worker import serve

COMMAND = (sys.executable, str(Path(__file__)), "work")
_COPIED = (
    "student_id",
    "display_name",
    "digest",
    "source",
    "platform",
    "platform_ids",
    "email",
    "submitted_at",
    "late",
    "seed",
)


@contextlib.contextmanager
def toy_grader(greeting: dict[str, Any]) -> Iterator[Any]:
    def grade(job: dict[str, Any]) -> dict[str, Any]:
        notebook = json.loads(Path(job["path"]).read_text())
        toy = notebook["metadata"]["toy"]
        if toy.get("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        while toy.get("wait") and not Path(toy["wait"]).exists():
            time.sleep(0.01)
        scores = zip(("double", "halve"), toy["points"], strict=True)
        result = {
            **{name: job[name] for name in _COPIED},
            "assignment": greeting["assignment"],
            "batch": greeting["batch"],
            "status": "graded",
            "staff_notes": job["notes"],
            "exercises": [_exercise(*s, job, toy) for s in scores if greeting["only"] in (None, s[0])],
            "manual": [{"grade_id": "why", "max_points": 3, "answered": True}],
            "isolation": "none",
            "graded_at": "2027-03-01T12:00:00Z",
        }
        return {"result": result, "notebook": notebook}

    yield grade


def _exercise(name: str, points: float, job: dict[str, Any], toy: dict[str, Any]) -> dict[str, Any]:
    known = {"name": name, "grade_id": f"{name}-tests", "seed": job["seed"], "attempted": True}
    score = {"points": points, "max_points": 2, "reason": "" if points == 2 else "wrong"}
    return {**known, **score, "text": toy.get("text", "")}


def main() -> None:
    from rich.console import Console

    from autograder.grading.batch.plan import Wish
    from autograder.grading.command import Order, grade

    course, download, *more = sys.argv[2:]
    order = Order(Path(download), "90_tiny", Wish(resume="--resume" in more), workers=2, isolation="none")
    sys.exit(grade(Path(course), order, Console(), worker=COMMAND))


if __name__ == "__main__":
    if sys.argv[1] == "work":
        serve(lambda place: contextlib.nullcontext(toy_grader))
    else:
        main()
