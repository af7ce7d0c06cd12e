"""``autograder export``: everything that one platform takes for one assignment."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.export import gradescope, platforms
from autograder.grading.export.handback import feedback_zip
from autograder.grading.export.platforms import Written
from autograder.grading.export.scores import load_scores

FORMATS = ("canvas", "moodle", "gradescope", "csv")


def export(
    course_root: Path, assignment: str, platform: str, directory: Path, *, column: str = "", per_exercise: bool = False
) -> tuple[list[Written], int]:
    """Write everything a platform takes for one assignment.

    Args:
        course_root: folder with ``results/``, ``feedback/`` and ``gradebook.db``.
        assignment: name of the assignment.
        platform: one of ``FORMATS``.
        directory: where the files go.
        column: what the platform calls the assignment; by default its name here.
        per_exercise: a column per exercise beside the total, where the platform can take one.

    Returns:
        The files, and how many students have answers that wait for a person.

    Raises:
        AutograderError: nothing is graded yet, or the platform is unknown.
    """
    if platform not in FORMATS:
        raise AutograderError(f"--format {platform}: expected one of {', '.join(FORMATS)}")
    scores = load_scores(course_root, assignment)
    write = {"canvas": platforms.canvas, "moodle": platforms.moodle}.get(platform, platforms.plain)
    written = write(scores, directory, column or assignment, per_exercise)
    if platform == "gradescope":
        written.append(gradescope.results_zip(scores, directory))
        written.append(gradescope.autograder_zip(course_root, assignment, directory))
    written.append(feedback_zip(scores, course_root, assignment, platform, directory))
    return written, platforms.unread(scores)
