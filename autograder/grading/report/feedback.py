"""One page per student that can be understood without the notebook.

Guarantees: for every exercise it shows the points and why any were lost, the student's own code, the failing case and
its picture, the mistake's name and the hint, and where the answer was found when that was not plain; never a test's
source; nothing a student wrote can run. What a person gave by hand, points and words, stands beside what it is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from autograder.grading.report import notebook as cells
from autograder.grading.report import safe
from autograder.grading.report.page import state_of, write
from autograder.grading.results import ExerciseResult, GroupResult, ManualItem, SubmissionResult, number

_FOUND = {
    "grade_id": "",
    "id": "by the cell's own id, because the notebook lost the course's marks",
    "name": "by the name it defines, because the notebook lost the course's marks",
    "similarity": "by its likeness to the cell that was given out, because the notebook lost the course's marks",
    "missing": "it was not found in the notebook",
}
_LABELS = {"full": "all points", "part": "partly right", "none": "no points yet"}


@dataclass(frozen=True)
class ByHand:
    """What a person gave for an exercise or a written answer; no points where only words were said."""

    points: float | None
    comment: str = ""


NOTHING = ByHand(None)


@dataclass(frozen=True)
class _Group:
    name: str
    points: float
    max_points: float
    message: str
    state: str


@dataclass(frozen=True)
class _Exercise:
    name: str
    anchor: str
    points: float
    max_points: float
    state: str
    attempted: bool
    label: str
    summary: str
    found: str
    reason: str
    diagnosis: str | None
    hint: str | None
    groups: tuple[_Group, ...]
    report: Markup
    code: Markup
    asked: Markup
    given: bool
    comment: Markup


@dataclass(frozen=True)
class _Manual:
    title: str
    max_points: float
    answered: bool
    asked: Markup
    text: Markup
    points: float | None
    comment: Markup


@dataclass(frozen=True)
class _Page:
    title: str
    student: str
    late: bool
    refused: bool
    points: float
    max_points: float
    percent: str
    exercises: tuple[_Exercise, ...]
    manual: tuple[_Manual, ...]
    manual_points: float
    manual_given: float | None
    found: str
    notes: tuple[str, ...]
    footer: str


def feedback_path(directory: Path, assignment: str) -> Path:
    """Where :func:`write_feedback` puts a student's page."""
    return directory / f"{assignment}.html"


def write_feedback(
    result: SubmissionResult,
    grafted_notebook: cells.Notebook | None,
    directory: Path,
    by_hand: Mapping[str, ByHand] | None = None,
) -> Path:
    """Write one student's feedback page.

    Args:
        result: what judging found.
        grafted_notebook: the clean notebook with this student's answers; None when the file was refused.
        directory: the folder for the page, ``feedback/<student>/<assignment>`` in nbgrader's layout.
        by_hand: what a person gave, by the name of the exercise or written answer.

    Returns:
        The HTML file.

    Raises:
        AutograderError: the file cannot be written.
    """
    book: cells.Notebook = grafted_notebook if grafted_notebook is not None else {"cells": []}
    answers, given = cells.answers(book), by_hand or {}
    exercises = tuple(_exercise(each, answers, book, given.get(each.name, NOTHING)) for each in result.exercises)
    manual = tuple(_manual(item, answers, book, given.get(item.grade_id, NOTHING)) for item in result.manual)
    points = sum(exercise.points for exercise in exercises)
    read = [item.points for item in manual if item.points is not None]
    page = _Page(
        title=cells.title(book) or result.assignment,
        student=result.display_name or result.student_id,
        late=bool(result.late),
        refused=result.status == "refused",
        points=points,
        max_points=result.max_points,
        percent=f"{min(100, 100 * points / result.max_points):.1f}" if result.max_points else "0",
        exercises=exercises,
        manual=manual,
        manual_points=sum(item.max_points for item in result.manual),
        manual_given=sum(read) if len(read) == len(manual) else None,
        found=_alike([each.matched_how for each in result.exercises]),
        notes=(*result.flags, *result.notes) if result.status == "refused" else result.notes,
        footer=_footer(result),
    )
    return write(feedback_path(directory, result.assignment), "feedback.html", page=page)


def one_line(exercise: ExerciseResult) -> str:
    """Why an exercise has the points it has, in one line; ``""`` when nothing is missing."""
    if exercise.points >= exercise.max_points:
        return ""
    lost = [group.name for group in exercise.groups if not group.passed]
    first = next((group.message for group in exercise.groups if not group.passed and group.message), "")
    if not exercise.attempted:
        line = exercise.reason or "not attempted yet"
    elif exercise.diagnosis:
        line = exercise.diagnosis
    else:
        line = exercise.reason or first or ("lost in: " + ", ".join(lost) if lost else "") or exercise.text
    return safe.clip(" ".join(line.split()), 200).replace("\n", " ")


def _exercise(exercise: ExerciseResult, answers: dict[str, str], book: cells.Notebook, hand: ByHand) -> _Exercise:
    points = exercise.points if hand.points is None else hand.points
    attempted = exercise.attempted or hand.points is not None
    state = state_of(points, exercise.max_points, attempted)
    report = _report(exercise)
    repeated = exercise.hint is not None and exercise.hint in report.striptags()
    return _Exercise(
        name=exercise.name,
        anchor=f"exercise-{exercise.name}",
        points=points,
        max_points=exercise.max_points,
        state=state,
        attempted=attempted,
        label=_LABELS[state] if attempted else "not attempted",
        summary=one_line(exercise) or "everything asked for",
        found=_found(exercise.matched_how),
        reason="" if report or state == "full" else exercise.reason,
        diagnosis=None if repeated else exercise.diagnosis,
        hint=None if repeated else exercise.hint,
        groups=tuple(_group(group) for group in exercise.groups) if exercise.attempted and state != "full" else (),
        report=report,
        code=safe.code(answers[exercise.name]) if answers.get(exercise.name, "").strip() else Markup(""),
        asked=safe.prose(cells.statement(book, exercise.name)),
        given=hand.points is not None,
        comment=safe.prose(hand.comment),
    )


def _found(how: str) -> str:
    return _FOUND.get(how, how)


def _alike(hows: Sequence[str]) -> str:
    """How several answers were found, where it was the same for all of them: then it is said once."""
    return _found(hows[0]) if len(hows) > 1 and len(set(hows)) == 1 and hows[0] != "missing" else ""


def _group(group: GroupResult) -> _Group:
    return _Group(group.name, group.points, group.max_points, group.message, state_of(group.points, group.max_points))


def _report(exercise: ExerciseResult) -> Markup:
    """The check's own report, when there is something to explain: its HTML if short enough, else its words."""
    if exercise.points >= exercise.max_points:
        return Markup("")
    if exercise.html and (html := safe.fragment(exercise.html)):
        return Markup('<div class="report">{}</div>').format(html)
    if exercise.text.strip():
        return Markup("<pre>{}</pre>").format(escape(safe.clip(exercise.text)))
    return Markup("")


def _manual(item: ManualItem, answers: dict[str, str], book: cells.Notebook, hand: ByHand) -> _Manual:
    return _Manual(
        title=item.grade_id.replace("-", " ").replace("_", " ").capitalize(),
        max_points=item.max_points,
        answered=item.answered,
        asked=safe.prose(cells.statement(book, item.grade_id)),
        text=safe.prose(answers.get(item.grade_id, "")) if item.answered else Markup(""),
        points=hand.points if hand.points is not None or item.answered else 0.0,
        comment=safe.prose(hand.comment),
    )


def _footer(result: SubmissionResult) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(result.versions.items()))
    parts = (
        f"Checked with seed {result.seed}",
        f"isolation: {result.isolation}",
        versions,
        f"file {result.digest[:12]}",
    )
    return " · ".join(part for part in parts if part) + "."


def total_line(result: SubmissionResult) -> str:
    """``"12.5 / 40"``, or a dash for a file that could not be graded."""
    return f"{number(result.points)} / {number(result.max_points)}" if result.status != "refused" else "—"
