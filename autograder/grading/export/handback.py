"""Feedback pages in one zip, named so that the platform finds each student again.

Guarantees: a page goes only to the student whose submission it is about, with what a person gave by hand until now;
pages that the platform could not route are left out and counted.

Reference:
    Canvas routes a re-uploaded file by the user's and the attachment's number in the name it gave out (canvas-lms,
    ``infer_comment_context_from_filename``). Moodle routes by a folder ``name_participant_assignsubmission_file``
    (moodle, ``mod/assign/feedback/file/importziplib.php``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from autograder.grading.collect.names import canvas_file, moodle
from autograder.grading.export.files import write_zip
from autograder.grading.export.platforms import Written
from autograder.grading.export.scores import Score
from autograder.grading.record.filing import Cabinet
from autograder.grading.report.feedback import ByHand, feedback_path, write_feedback

_PURPOSE = {
    "canvas": "Canvas: the assignment → Upload Submissions; every student gets the page as a comment's attachment",
    "moodle": "Moodle: the assignment → Upload multiple feedback files in a zip",
    "gradescope": "one page per student, to hand back as you like: Gradescope imports no feedback files",
    "csv": "one page per student",
}


def feedback_zip(
    scores: Sequence[Score], course_root: Path, assignment: str, platform: str, directory: Path
) -> Written:
    """Collect the feedback pages of a class.

    Args:
        scores: the class.
        course_root: folder with ``feedback/``.
        assignment: name of the assignment.
        platform: canvas, moodle, gradescope or csv.
        directory: where the zip is written.

    Returns:
        The zip, its purpose, and who is not in it.
    """
    name_for = _NAMES.get(platform, _by_id)
    members: dict[str, bytes] = {}
    left_out: list[str] = []
    for score in scores:
        _renew(score, course_root, assignment)
        page = feedback_path(course_root / "feedback" / score.result.student_id / assignment, assignment)
        name = name_for(score, assignment)
        if name and page.is_file():
            members[name] = page.read_bytes()
        else:
            left_out.append(score.name)
    path = write_zip(directory / f"{platform}-feedback.zip", members)
    return Written(path, _PURPOSE[platform], tuple(left_out))


def _renew(score: Score, course_root: Path, assignment: str) -> None:
    """Write a page anew when a person gave points or said something after it was written."""
    by_hand = {
        item.name: ByHand(item.points if item.by_hand else None, item.comment)
        for item in score.items
        if item.by_hand or item.comment
    }
    if by_hand:
        cabinet = Cabinet(course_root, assignment)
        student = score.result.student_id
        write_feedback(score.result, cabinet.shown(student), cabinet.folder("feedback", student), by_hand)


def _by_id(score: Score, assignment: str) -> str:
    return f"{score.result.student_id}/{assignment}.html"


def _for_canvas(score: Score, assignment: str) -> str:
    match = canvas_file(score.result.source)
    return f"{PurePosixPath(match[0]).stem}.html" if match else ""


def _for_moodle(score: Score, assignment: str) -> str:
    match = moodle(score.result.source)
    return f"{match['who']}_{match['id']}_assignsubmission_file_/{assignment}-feedback.html" if match else ""


_NAMES: dict[str, Callable[[Score, str], str]] = {"canvas": _for_canvas, "moodle": _for_moodle}
