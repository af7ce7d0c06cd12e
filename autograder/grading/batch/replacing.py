"""A file that arrives for somebody who has a result: does it take that result's place, and what is said then?

Guarantees: a file is kept out only where something says that it is the older one, and the reason is in words; what a
person gave by hand for the replaced file stays, and somebody is asked to look again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import timedelta
from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.collect.platforms import canvas_upload
from autograder.grading.collect.records import Submission
from autograder.grading.results import Replaced, SubmissionResult, as_utc, number

FILE_DATES_DIFFER = timedelta(days=1)  # dates in a zip have no time zone
INSTEAD = "to grade it all the same, give it alone, in a folder as it came, with --force"

_BY_HAND = """
SELECT base_cell.name FROM {table}
JOIN base_cell ON base_cell.id = {table}.cell_id
JOIN submitted_notebook ON submitted_notebook.id = {table}.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
WHERE assignment.name = ? AND submitted_assignment.student_id = ? AND ({given})
"""
_GIVEN = {"grade": "manual_score IS NOT NULL OR extra_credit <> 0", "comment": "manual_comment <> ''"}


def why_kept_out(submission: Submission, earlier: SubmissionResult) -> str | None:
    """Why another file than the graded one is not graded; None when it takes the graded one's place.

    Args:
        submission: the other file.
        earlier: the result of the graded one.
    """
    if (clash := _somebody_else(submission, earlier)) is not None:
        return clash
    if (older := _older(submission, earlier)) is not None:
        return f"this file is older than the graded one: {older}; {INSTEAD}"
    attempted = any(item.attempted for item in earlier.exercises) or any(item.answered for item in earlier.manual)
    if submission.untouched and attempted:
        return f"nothing is filled in here, unlike in the graded file; {INSTEAD}"
    return None


def _somebody_else(submission: Submission, earlier: SubmissionResult) -> str | None:
    """The platform's numbers say that two people go by one id."""
    graded = dict(earlier.platform_ids)
    for kind, value in submission.platform_ids:
        if kind != "gradescope" and graded.get(kind, value) != value:  # Gradescope numbers submissions, not people
            who = f"somebody else was graded under this id ({kind} {graded[kind]}, here {value})"
            return f"{who}; give everybody an id of their own with --roster"
    return None


def _older(submission: Submission, earlier: SubmissionResult) -> str | None:
    """What says that a file is the older one; None when nothing does."""
    if submission.submitted_at and earlier.submitted_at:
        if submission.submitted_at < earlier.submitted_at:
            return f"handed in {as_utc(submission.submitted_at)}, the graded one {as_utc(earlier.submitted_at)}"
        return None
    if submission.platform != earlier.platform:
        return None
    uploads = [canvas_upload(one.source) for one in (submission, earlier)] if earlier.platform == "canvas" else []
    if uploads and uploads[0] is not None and uploads[1] is not None:
        return f"Canvas's upload {uploads[0]}, the graded one is {uploads[1]}" if uploads[0] < uploads[1] else None
    if submission.file_date and earlier.file_date and earlier.file_date - submission.file_date > FILE_DATES_DIFFER:
        return f"dated {as_utc(submission.file_date)}, the graded one {as_utc(earlier.file_date)}"
    return None


def in_place_of(result: SubmissionResult, earlier: SubmissionResult | None, gradebook: Path) -> SubmissionResult:
    """The result as it is filed: where it takes another file's place, it says so.

    Args:
        result: the fresh result.
        earlier: the student's recorded one.
        gradebook: the course's gradebook, which knows what was given by hand; it need not exist.
    """
    if earlier is None or result.replaces is not None:  # judged anew in one exercise: the rest is said already
        return result
    replaced = earlier.replaces
    if earlier.digest != result.digest:
        replaced = Replaced(
            digest=earlier.digest,
            submitted_at=earlier.submitted_at,
            graded_at=earlier.graded_at,
            points=earlier.points,
            late=earlier.late,
            by_hand=given_by_hand(gradebook, result.assignment, result.student_id),
        )
    return result if replaced is None else _saying(result, replaced)


def _saying(result: SubmissionResult, replaced: Replaced) -> SubmissionResult:
    staff = []
    if result.late and replaced.late is False:
        staff.append("this file is late, the one it replaces was in time")
    if result.points < replaced.points:
        fewer = f"the checks gave {number(replaced.points)} points for that one, {number(result.points)} for this one"
        staff.append(f"a newer file with fewer points: {fewer}")
    names = ", ".join(replaced.by_hand)
    asked = (f"graded by hand on another file, the one {replaced.when}: look again at {names}",) if names else ()
    return result.model_copy(
        update={
            "replaces": replaced,
            "notes": (*result.notes, f"This file replaces the one {replaced.when}."),
            "staff_notes": (*result.staff_notes, *staff),
            "flags": (*result.flags, *asked),
            "status": "needs_person" if asked and result.status == "graded" else result.status,
        }
    )


def given_by_hand(gradebook: Path, assignment: str, student_id: str) -> tuple[str, ...]:
    """The exercises and written answers to which a person gave points or words, as the gradebook has them.

    Raises:
        AutograderError: the gradebook cannot be read.
    """
    if not gradebook.is_file():
        return ()
    names: dict[str, None] = {}
    try:
        with contextlib.closing(sqlite3.connect(f"{gradebook.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for table, given in _GIVEN.items():
                rows = db.execute(_BY_HAND.format(table=table, given=given), (assignment, student_id))
                names |= dict.fromkeys(str(name).removesuffix("-tests") for (name,) in rows)
    except sqlite3.Error as error:
        if "no such table" in str(error):  # it is being made
            return ()
        raise AutograderError(
            f"{gradebook}: cannot be read ({error}), so nobody knows what was given by hand; close what uses it, "
            "then run the same command with --resume"
        ) from error
    return tuple(names)
