"""The class in the terminal, and as a spreadsheet: one row per student, a reason beside every lost point.

Guarantees: terminal markup and spreadsheet formulas in names or messages stay plain text; rows are in the order
of the ids.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from autograder.grading.report import safe
from autograder.grading.report.class_page import STATUS_WORDS, remarks
from autograder.grading.report.feedback import one_line, total_line
from autograder.grading.results import SubmissionResult, number, write_atomically

_STYLE = {"graded": "green", "needs_person": "yellow", "refused": "red"}


def table(results: Sequence[SubmissionResult]) -> Table:
    """The class as a table for the terminal.

    Args:
        results: results of one assignment.

    Returns:
        One row per student: name, score, status, and a line for every exercise that lost points.
    """
    shown = Table(title=results[0].assignment if results else "no submissions", title_justify="left", show_lines=True)
    shown.add_column("Student", no_wrap=True, max_width=28)
    shown.add_column("Score", justify="right", no_wrap=True)
    shown.add_column("Status", no_wrap=True)
    shown.add_column("Why points are missing, and what else to know", ratio=1)
    for result in _ordered(results):
        shown.add_row(
            Text(safe.printable(result.display_name or result.student_id)),
            total_line(result),
            Text(STATUS_WORDS[result.status] + (", late" if result.late else ""), style=_STYLE[result.status]),
            Text("\n".join(reasons(result))),
        )
    return shown


def reasons(result: SubmissionResult) -> list[str]:
    """One line per exercise that lost points, with the points it kept; then what a person should know."""
    judged = result.exercises if result.status != "refused" else ()
    lines = [
        f"{exercise.name} {number(exercise.points)}/{number(exercise.max_points)}: {why}"
        for exercise in judged
        if exercise.attempted and (why := one_line(exercise))
    ]
    if blank := [exercise.name for exercise in judged if not exercise.attempted]:
        lines.append(f"not attempted yet: {', '.join(blank)}")
    return lines + [safe.clip(" ".join(note.split()), 200) for note in remarks(result)]


def late_word(result: SubmissionResult) -> str:
    """``"yes"``, ``"no"``, or ``""`` where nothing tells whether a submission came late."""
    return {True: "yes", False: "no", None: ""}[result.late]


def write_csv(results: Sequence[SubmissionResult], path: Path) -> Path:
    """Write totals and points per exercise.

    Args:
        results: results of one assignment.
        path: the file, usually ``grades.csv`` beside the class page.

    Returns:
        The path.

    Raises:
        AutograderError: the file cannot be written.
    """
    names = list(dict.fromkeys(exercise.name for result in results for exercise in result.exercises))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["student_id", "name", "status", "late", "points", "max_points", "unread_answers", *names, "reasons"]
    )
    for result in _ordered(results):
        points = {exercise.name: number(exercise.points) for exercise in result.exercises}
        writer.writerow(
            [
                safe.spreadsheet_text(result.student_id),
                safe.spreadsheet_text(result.display_name),
                STATUS_WORDS[result.status],
                late_word(result),
                number(result.points),
                number(result.max_points),
                sum(item.answered for item in result.manual),
                *(points.get(name, "") for name in names),
                safe.spreadsheet_text("; ".join(reasons(result))),
            ]
        )
    write_atomically(path, text.getvalue().encode("utf-8"))
    return path


def _ordered(results: Sequence[SubmissionResult]) -> list[SubmissionResult]:
    return sorted(results, key=lambda result: result.student_id)
