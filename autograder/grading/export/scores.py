"""What to hand back: every student's points, from nbgrader's gradebook, beside what was found out about the person.

Guarantees: scores are those of the gradebook, so what a person gave by hand, extra points and late penalties count; a
refused file has no score unless a person gave one; nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from autograder.errors import AutograderError
from autograder.grading.results import ResultStore, SubmissionResult


@dataclass(frozen=True)
class Item:
    """Points of one exercise or written answer.

    Attributes:
        waits: a person has still to give these points, or to look at them again; until then ``points`` count.
        by_hand: a person gave the points.
        comment: what a person wrote to the student about it.
    """

    name: str
    points: float
    max_points: float
    written: bool
    waits: bool
    by_hand: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Score:
    """One student's points for one assignment.

    Attributes:
        total: None when there is nothing to hand back: the file was refused and nobody has given points.
    """

    result: SubmissionResult
    items: tuple[Item, ...]
    total: float | None
    max_total: float

    @property
    def name(self) -> str:
        """The name as a person would write it."""
        return self.result.display_name or self.result.student_id

    @property
    def waits(self) -> bool:
        """Whether something of theirs has still to be read, or to be looked at again."""
        return self.total is not None and any(item.waits for item in self.items)


@dataclass
class _Row:
    """One student in the gradebook."""

    penalty: float
    grades: dict[str, tuple[float, float, bool, bool]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


def load_scores(course_root: Path, assignment: str) -> tuple[Score, ...]:
    """Read the scores of an assignment.

    Args:
        course_root: folder with ``results/`` and ``gradebook.db``.
        assignment: name of the assignment.

    Returns:
        One score per result, ordered by student id.

    Raises:
        AutograderError: nothing is graded yet, or results and gradebook do not belong together.
    """
    results = list(ResultStore(course_root, assignment).all())
    if not results:
        raise AutograderError(
            f"{course_root / 'results' / assignment}: no results; grade first: autograder grade PATH …"
        )
    rows = _gradebook_rows(course_root / "gradebook.db", assignment)
    missing = [result.student_id for result in results if result.student_id not in rows]
    if missing:
        raise AutograderError(
            f"{course_root / 'gradebook.db'}: {len(missing)} graded students are not in it (first: {missing[0]}); "
            "run autograder grade again with --resume, which records them"
        )
    return tuple(_score(result, rows[result.student_id]) for result in results)


def _score(result: SubmissionResult, row: _Row) -> Score:
    exercises = {exercise.grade_id: exercise.name for exercise in result.exercises}
    written = {item.grade_id for item in result.manual}
    place = {name: i for i, name in enumerate([*exercises, *(item.grade_id for item in result.manual)])}
    items = tuple(
        _item(row, name, exercises.get(name, name.removesuffix("-tests")), name in written)
        for name in sorted(row.grades, key=lambda name: place.get(name, len(place)))
    )
    by_hand = any(item.by_hand for item in items)
    total = max(0.0, sum(item.points for item in items) - row.penalty)
    return Score(
        result=result,
        items=items,
        total=total if result.status != "refused" or by_hand else None,
        max_total=sum(item.max_points for item in items),
    )


def _item(row: _Row, grade_id: str, name: str, written: bool) -> Item:
    points, most, waits, by_hand = row.grades[grade_id]
    return Item(name, points, most, written, waits, by_hand, row.comments.get(name, ""))


def _gradebook_rows(path: Path, assignment: str) -> dict[str, _Row]:
    """Grades by student and grade cell."""
    if not path.is_file():
        raise AutograderError(
            f"{path}: no gradebook; run autograder grade with --resume in this course folder, which makes it"
        )
    engine = create_engine(f"sqlite:///file:{path.absolute().as_posix()}?mode=ro&uri=true")
    grades = _of_cells(Grade, assignment, Grade.score, Grade.max_score, Grade.needs_manual_grade, Grade.manual_score)
    comments = _of_cells(Comment, assignment, Comment.manual_comment).where(Comment.manual_comment.is_not(None))
    rows: dict[str, _Row] = {}
    try:
        with Session(engine) as session:
            for student, penalty, name, points, most, needs, by_hand in session.execute(grades):
                row = rows.setdefault(student, _Row(penalty or 0.0))
                row.grades[name] = (float(points), float(most), bool(needs), by_hand is not None)
            for student, _, name, comment in session.execute(comments):
                rows[student].comments[name] = comment
    except DatabaseError as error:
        raise AutograderError(
            f"{path}: cannot be read ({error.orig}); close what uses it, or restore it: the results are kept"
        ) from error
    finally:
        engine.dispose()
    return rows


def _of_cells(table: Any, assignment: str, *columns: Any) -> Any:
    """Select, for every submission of the assignment: student, late penalty, the cell's name, and these columns."""
    return (
        select(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty, BaseCell.name, *columns)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(table, table.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == table.cell_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
        .order_by(BaseCell.name)
    )
