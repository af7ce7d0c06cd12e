"""What ``setup.sh`` and ``run_autograder`` start: grades the one submission that Gradescope put into its folder.

Guarantees: ``results.json`` is there before grading starts, so a container that is stopped still says why; nothing that
the submission prints can become a score; while grading runs this process stays small, because memory is scarce there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HOME = Path("/autograder")
TIME_LIMIT_SECONDS = 9 * 60
STOPPED = (
    "Grading was stopped before it finished: the notebook took too long or used too much memory. "
    "Look for a loop that never ends, run your notebook from top to bottom, and hand it in again."
)

TELLING = ("autograder: ", "cannot be graded: ")
NOT_YOURS = "Grading could not start, which is not about your notebook: tell your teaching team."

Grade = Callable[[Path, str, Path], str]


def grade_with_command(submission: Path, assignment: str, course: Path) -> str:
    """Run ``autograder grade`` on a folder; return what it said."""
    command = [sys.executable, "-m", "autograder.cli", "grade", str(submission), "--assignment", assignment]
    try:
        done = subprocess.run(
            [*command, "--workers", "1"],
            cwd=course,
            env={**os.environ, "COLUMNS": "1000"},  # each reason on one line
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return STOPPED
    return f"{done.stdout}\n{done.stderr}".strip()


def run(assignment: str, home: Path = HOME, grade: Grade = grade_with_command) -> dict[str, Any]:
    """Grade ``home/submission`` and write ``home/results/results.json``.

    Args:
        assignment: name of the assignment.
        home: Gradescope's folder.
        grade: grades a folder into a course's results.

    Returns:
        What was written.
    """
    target, course = home / "results" / "results.json", home / "source"
    _write(target, {"score": 0, "output": STOPPED, "tests": []})
    said = grade(home / "submission", assignment, course)

    from autograder.grading.export.gradescope import failed_json, results_json
    from autograder.grading.results import ResultStore

    results = list(ResultStore(course, assignment).all())
    one = len(results) == 1
    content = results_json(results[0]) if one else failed_json(_reason(assignment, len(results), said))
    _write(target, content)
    return content


def _reason(assignment: str, found: int, said: str) -> str:
    """Why there is not one result, for the student: what the command said that matters."""
    if said == STOPPED:
        return said
    telling = "\n".join(line for line in said.splitlines() if line.startswith(TELLING))
    if "student code cannot be isolated" in telling:
        return f"{NOT_YOURS}\n{telling}"
    return f"Expected one notebook of {assignment}, found {found}.\n{telling or said}"


def prepare(assignment: str, home: Path = HOME) -> None:
    """Make the gradebook when the image is made: it costs seconds, and memory that a submission needs."""
    from autograder.grading.assignment import load_assignment
    from autograder.grading.record.gradebook import GradebookWriter

    course = home / "source"
    with GradebookWriter(course, assignment) as writer:
        writer.register(load_assignment(course, assignment).source)


def _write(path: Path, content: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(json.dumps(content, indent=1), encoding="utf-8")
    partial.replace(path)


def main(arguments: Sequence[str]) -> None:
    """Entry point of ``python -m autograder.grading.export.on_gradescope prepare|run ASSIGNMENT``."""
    task, assignment = arguments
    if task == "prepare":
        prepare(assignment)
    else:
        run(assignment)


if __name__ == "__main__":
    main(sys.argv[1:])
