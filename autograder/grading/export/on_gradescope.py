"""What ``run_autograder`` starts: grades the one submission that Gradescope put into its folder.

Guarantees: ``results.json`` is there before grading starts, so a container that is stopped still says why; nothing that
the submission prints can become a score.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.grading.export.gradescope import failed_json, results_json
from autograder.grading.results import ResultStore, write_atomically

HOME = Path("/autograder")
TIME_LIMIT_SECONDS = 9 * 60
STOPPED = (
    "Grading was stopped before it finished: the notebook took too long or used too much memory. "
    "Look for a loop that never ends, run your notebook from top to bottom, and hand it in again."
)

Grade = Callable[[Path, str, Path], str]


def grade_with_command(submission: Path, assignment: str, course: Path) -> str:
    """Run ``autograder grade`` on a folder; return what it said."""
    command = [sys.executable, "-m", "autograder.cli", "grade", str(submission), "--assignment", assignment]
    try:
        done = subprocess.run(
            [*command, "--workers", "1"],
            cwd=course,
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
    _write(target, failed_json(STOPPED))
    said = grade(home / "submission", assignment, course)
    results = list(ResultStore(course, assignment).all())
    if len(results) == 1:
        content = results_json(results[0])
    else:
        content = failed_json(f"Expected one notebook of {assignment}, found {len(results)}. {said}")
    _write(target, content)
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    write_atomically(path, json.dumps(content, indent=1).encode())


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of ``python -m autograder.grading.export.on_gradescope ASSIGNMENT``."""
    (assignment,) = sys.argv[1:] if arguments is None else arguments
    run(assignment)


if __name__ == "__main__":
    main()
