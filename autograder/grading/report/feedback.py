"""One page per student that can be understood without the notebook.

Guarantees: for every exercise it shows the points and why any were lost, the student's own code, the failing case and
its picture, the mistake's name and the hint, and where the answer was found when that was not plain; never a test's
source; nothing a student wrote can run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from autograder.grading.report import notebook as cells
from autograder.grading.report import safe
from autograder.grading.report.page import number, state_of, write
from autograder.grading.results import ExerciseResult, GroupResult, ManualItem, SubmissionResult

_FOUND = {
    "grade_id": "",
    "id": "by the cell's own id, because the notebook lost the course's marks",
    "name": "by the name it defines, because the notebook lost the course's marks",
    "similarity": "by its likeness to the cell that was given out, because the notebook lost the course's marks",
    "missing": "it was not found in the notebook",
}
_LABELS = {"full": "all points", "part": "partly right", "none": "no points yet"}


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


@dataclass(frozen=True)
class _Manual:
    title: str
    max_points: float
    answered: bool
    asked: Markup
    text: Markup


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
    notes: tuple[str, ...]
    footer: str


def feedback_path(directory: Path, assignment: str) -> Path:
    """Where :func:`write_feedback` puts a student's page."""
    return directory / f"{assignment}.html"


def write_feedback(result: SubmissionResult, grafted_notebook: cells.Notebook | None, directory: Path) -> Path:
    """Write one student's feedback page.

    Args:
        result: what judging found.
        grafted_notebook: the clean notebook with this student's answers; None when the file was refused.
        directory: the folder for the page, ``feedback/<student>/<assignment>`` in nbgrader's layout.

    Returns:
        The HTML file.

    Raises:
        AutograderError: the file cannot be written.
    """
    book: cells.Notebook = grafted_notebook if grafted_notebook is not None else {"cells": []}
    answers = cells.answers(book)
    page = _Page(
        title=cells.title(book) or result.assignment,
        student=result.display_name or result.student_id,
        late=bool(result.late),
        refused=result.status == "refused",
        points=result.points,
        max_points=result.max_points,
        percent=f"{100 * result.points / result.max_points:.1f}" if result.max_points else "0",
        exercises=tuple(_exercise(exercise, answers, book) for exercise in result.exercises),
        manual=tuple(_manual(item, answers, book) for item in result.manual),
        manual_points=sum(item.max_points for item in result.manual),
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


def _exercise(exercise: ExerciseResult, answers: dict[str, str], book: cells.Notebook) -> _Exercise:
    state = state_of(exercise.points, exercise.max_points, exercise.attempted)
    report = _report(exercise)
    repeated = exercise.hint is not None and exercise.hint in report.striptags()
    return _Exercise(
        name=exercise.name,
        anchor=f"exercise-{exercise.name}",
        points=exercise.points,
        max_points=exercise.max_points,
        state=state,
        label=_LABELS[state] if exercise.attempted else "not attempted",
        summary=one_line(exercise) or "everything asked for",
        found=_FOUND.get(exercise.matched_how, exercise.matched_how),
        reason="" if report or state == "full" else exercise.reason,
        diagnosis=None if repeated else exercise.diagnosis,
        hint=None if repeated else exercise.hint,
        groups=tuple(_group(group) for group in exercise.groups) if exercise.attempted and state != "full" else (),
        report=report,
        code=safe.code(answers[exercise.name]) if answers.get(exercise.name, "").strip() else Markup(""),
        asked=safe.prose(cells.statement(book, exercise.name)),
    )


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


def _manual(item: ManualItem, answers: dict[str, str], book: cells.Notebook) -> _Manual:
    return _Manual(
        title=item.grade_id.replace("-", " ").replace("_", " ").capitalize(),
        max_points=item.max_points,
        answered=item.answered,
        asked=safe.prose(cells.statement(book, item.grade_id)),
        text=safe.prose(answers.get(item.grade_id, "")) if item.answered else Markup(""),
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
