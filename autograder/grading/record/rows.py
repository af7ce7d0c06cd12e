"""What a result means in nbgrader's tables: students, submissions, grades and comments, row by row.

Guarantees: only rows that differ are written, so recording twice changes nothing; what a person entered (manual
scores, manual comments, names) stays, and is marked for another look, once, when the submission or its automatic score
changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import insert, select, update

from autograder.grading.results import SubmissionResult

_BRACKETS = str.maketrans("<>", "‹›")


class _Place(NamedTuple):
    """Where one student's submission lies in the gradebook."""

    submission_id: str
    notebook_id: str
    submitted_at: datetime | None


def record(db: Any, assignment: str, results: Sequence[SubmissionResult]) -> int:
    """Write one chunk inside the open transaction; return how many submissions changed."""
    notebook_id, assignment_id = db.execute(
        select(Notebook.id, Notebook.assignment_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Assignment.name == assignment, Notebook.name == assignment)
    ).one()
    before = _places(db, assignment_id, notebook_id)
    _add_missing(db, results, before, assignment_id, notebook_id)
    places = _places(db, assignment_id, notebook_id)
    changed = {result.student_id for result in results if result.student_id not in before}
    for result in results:
        place = places[result.student_id]
        resubmitted = result.student_id in before and place.submitted_at != utc(result.submitted_at)
        comments, told = _comment_changes(db, place, result)
        grades = _grade_changes(db, place, result, resubmitted=resubmitted, told=told)
        if grades:
            db.execute(update(Grade), grades)
        if comments:
            db.execute(update(Comment), comments)
        if resubmitted:
            when = {"id": place.submission_id, "timestamp": utc(result.submitted_at)}
            db.execute(update(SubmittedAssignment), [when])
        if grades or comments or resubmitted:
            changed.add(result.student_id)
    return len(changed)


def _places(db: Any, assignment_id: str, notebook_id: str) -> dict[str, _Place]:
    rows = db.execute(
        select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.id,
            SubmittedNotebook.id,
            SubmittedAssignment.timestamp,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment_id, SubmittedNotebook.notebook_id == notebook_id)
    )
    return {row[0]: _Place(*row[1:]) for row in rows}


def _add_missing(
    db: Any, results: Sequence[SubmissionResult], known: dict[str, _Place], assignment_id: str, notebook_id: str
) -> None:
    """Create students, submissions, and the empty grades and comments that nbgrader expects beside them."""
    new = [result for result in results if result.student_id not in known]
    if not new:
        return
    enrolled = set(db.scalars(select(Student.id).where(Student.id.in_([result.student_id for result in new]))))
    students = [_student(result) for result in new if result.student_id not in enrolled]
    if students:
        db.execute(insert(Student), students)
    cells = db.execute(select(BaseCell.id, BaseCell.type).where(BaseCell.notebook_id == notebook_id)).all()
    for result in new:
        when = utc(result.submitted_at)
        submission = SubmittedAssignment(assignment_id=assignment_id, student_id=result.student_id, timestamp=when)
        db.add(submission)
        db.flush()
        copy = SubmittedNotebook(notebook_id=notebook_id, assignment_id=submission.id)
        db.add(copy)
        db.flush()
        db.add_all(Grade(cell_id=cell, notebook_id=copy.id) for cell, kind in cells if kind != "SolutionCell")
        db.add_all(Comment(cell_id=cell, notebook_id=copy.id) for cell, kind in cells if kind != "GradeCell")
    db.flush()


def _student(result: SubmissionResult) -> dict[str, str]:
    name = result.display_name.translate(_BRACKETS)  # formgrader puts names into its pages as they are
    first, _, last = name.strip().rpartition(" ")
    return {"id": result.student_id, "first_name": first, "last_name": last}


def _grade_changes(
    db: Any, place: _Place, result: SubmissionResult, *, resubmitted: bool, told: set[str]
) -> list[dict[str, Any]]:
    """The grade rows that differ from the result; a score given by a person stays and is marked for another look.

    So is every item in ``told``: what a person graded on another file, and is told of now for the first time.
    """
    by_hand = set(result.replaces.by_hand) if result.replaces else set()
    earned: dict[str, float | None] = {exercise.grade_id: exercise.points for exercise in result.exercises}
    earned |= {item.grade_id: None if item.answered else 0.0 for item in result.manual}
    rows = db.execute(
        select(Grade.id, BaseCell.name, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .where(Grade.notebook_id == place.notebook_id)
    )
    changes = []
    for row, name, old_auto, manual, old_needs in rows:
        auto, item = earned.get(name, 0.0), name.removesuffix("-tests")
        if manual is None:
            needs = auto is None or result.status == "refused"
        else:
            needs = old_needs or resubmitted or auto != old_auto
        needs = needs or item in told or (item in by_hand and old_needs)
        if (auto, needs) != (old_auto, old_needs):
            changes.append({"id": row, "auto_score": auto, "needs_manual_grade": needs})
    return changes


def _comment_changes(db: Any, place: _Place, result: SubmissionResult) -> tuple[list[dict[str, Any]], set[str]]:
    """The comment rows that differ from the result, and those that say for the first time that a file was replaced."""
    wanted: dict[str, str | None] = {}
    for exercise in result.exercises:
        if not exercise.attempted:
            wanted[exercise.name] = "No response."
        elif exercise.points < exercise.max_points:
            wanted[exercise.name] = " ".join(part for part in (exercise.reason, exercise.hint) if part) or None
    wanted |= {item.grade_id: "No response." for item in result.manual if not item.answered}
    said = f"Graded by hand on another file, the one {result.replaces.when}." if result.replaces else ""
    for name in result.replaces.by_hand if result.replaces else ():
        wanted[name] = " ".join(part for part in (wanted.get(name), said) if part)
    rows = db.execute(
        select(Comment.id, BaseCell.name, Comment.auto_comment)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
        .where(Comment.notebook_id == place.notebook_id)
    )
    changes = [(row, name, old, wanted.get(name)) for row, name, old in rows if wanted.get(name) != old]
    told = {name for _, name, old, new in changes if said and said in (new or "") and said not in (old or "")}
    return [{"id": row, "auto_comment": new} for row, _, _, new in changes], told


def utc(moment: datetime | None) -> datetime | None:
    """The moment as nbgrader stores it: UTC without a time zone."""
    return moment if moment is None or moment.tzinfo is None else moment.astimezone(timezone.utc).replace(tzinfo=None)
