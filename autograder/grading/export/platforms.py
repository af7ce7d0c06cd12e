"""Score files that Canvas, Moodle and Gradescope's owners can import, and a plain one for everybody else.

Guarantees: a student known by name only is still exported where the platform matches names; who cannot be named at
all is left out and counted, never written into another's row; unread written answers are counted as such.

Reference:
    Canvas matches rows by its own ID, then SIS ids, then the name, and columns by the assignment's title or
    "title (id)" (canvas-lms, ``lib/gradebook_importer.rb``). Moodle's offline grading worksheet needs "Identifier" as
    "Participant N", "Grade" and "Last modified (grade)" (moodle, ``mod/assign/feedback/offline``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.collect.names import canvas_file
from autograder.grading.collect.names import moodle as moodle_name
from autograder.grading.export.files import points, write_rows
from autograder.grading.export.scores import Item, Score
from autograder.grading.report.safe import spreadsheet_text
from autograder.grading.report.table import late_word, reasons

_COUNTED = "every exercise becomes an item of its own: leave those out of the final grade, the total holds their points"
WORKSHEET = (
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed"),
    *("Last modified (submission)", "Last modified (grade)", "Feedback comments"),
)


@dataclass(frozen=True)
class Written:
    """A file for a platform and what to do with it there.

    Attributes:
        left_out: students that this file could not name.
    """

    path: Path
    purpose: str
    left_out: tuple[str, ...] = ()


Writer = Callable[[Sequence[Score], Path, str, bool], list[Written]]


def canvas(scores: Sequence[Score], directory: Path, column: str, per_exercise: bool) -> list[Written]:
    """Canvas: Grades → Import."""
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column]
    most = ["    Points Possible", "", "", "", "", points(_most(scores))]
    names = _names(scores) if per_exercise else {}
    header += [f"{column}: {name}" for name in names]
    most += [points(value) for value in names.values()]
    rows = [
        [spreadsheet_text(score.name), canvas_user(score), "", score.result.email or "", "", points(score.total)]
        + [_points_of(score, name) for name in names]
        for score in scores
        if not _hidden_from_us(score)
    ]
    path = write_rows(directory / "canvas-grades.csv", header, [most, *rows])
    title = f"Canvas: Grades → Import; {column!r} must be the assignment's title there (--column TITLE)"
    left_out = tuple(score.name for score in scores if _hidden_from_us(score))
    return [Written(path, title + (f"; {_COUNTED}" if per_exercise else ""), left_out)]


def moodle(scores: Sequence[Score], directory: Path, column: str, per_exercise: bool) -> list[Written]:
    """Moodle: the assignment's grading worksheet, and one for the whole gradebook."""
    known = {score.result.student_id: who for score in scores if (who := moodle_participant(score))}
    worksheet = write_rows(
        directory / "moodle-worksheet.csv",
        WORKSHEET,
        [_worksheet_row(score, known[score.result.student_id]) for score in scores if score.result.student_id in known],
    )
    names = list(_names(scores)) if per_exercise else []
    gradebook = write_rows(
        directory / "moodle-gradebook.csv",
        ["Full name", "Email address", column, *(f"{column}: {name}" for name in names)],
        [
            [spreadsheet_text(score.name), score.result.email or "", points(score.total)]
            + [_points_of(score, name) for name in names]
            for score in scores
            if score.result.email
        ],
    )
    return [
        Written(
            worksheet,
            "Moodle: the assignment → Upload grading worksheet (tick 'Allow updating records')",
            tuple(score.name for score in scores if score.result.student_id not in known),
        ),
        Written(
            gradebook,
            "Moodle: Grades → Import → CSV file, mapped by 'Email address'" + (f"; {_COUNTED}" if per_exercise else ""),
            tuple(score.name for score in scores if not score.result.email),
        ),
    ]


def plain(scores: Sequence[Score], directory: Path, column: str, per_exercise: bool) -> list[Written]:
    """A spreadsheet with everything: always per exercise."""
    names = _names(scores)
    path = write_rows(
        directory / "grades.csv",
        ["student_id", "name", "email", "status", "late", "total", "max_total", "unread_answers", *names, "reasons"],
        [
            [
                spreadsheet_text(score.result.student_id),
                spreadsheet_text(score.name),
                score.result.email or "",
                score.result.status,
                late_word(score.result),
                points(score.total),
                points(score.max_total),
                str(sum(item.waits for item in score.items)),
                *(_points_of(score, name) for name in names),
                spreadsheet_text("; ".join(reasons(score.result))),
            ]
            for score in scores
        ],
    )
    return [Written(path, "a spreadsheet: totals, every exercise, every written answer, and why points are missing")]


def canvas_user(score: Score) -> str:
    """Canvas's number for the person, from the name of the file that Canvas gave out; "" where it has none."""
    match = canvas_file(score.result.source)
    known = (match["user"] or "") if match else dict(score.result.platform_ids).get("canvas", "")
    return known if known.isdigit() else ""


def _hidden_from_us(score: Score) -> bool:
    """Whether Canvas hid the person: a row with the stand-in that it gave out would match nobody."""
    return dict(score.result.platform_ids).get("canvas", "").startswith("anon_")


def moodle_participant(score: Score) -> str:
    """Moodle's participant number, from the folder or file that Moodle gave out; "" where it has none."""
    match = moodle_name(score.result.source)
    return match["id"] if match else dict(score.result.platform_ids).get("moodle", "")


def unread(scores: Iterable[Score]) -> int:
    """How many students have answers that a person has still to read, or to look at again."""
    return sum(score.waits for score in scores)


def _worksheet_row(score: Score, participant: str) -> list[str]:
    comment = "; ".join(f"{item.name} {points(item.points)}/{points(item.max_points)}" for item in score.items)
    return [
        f"Participant {participant}",
        spreadsheet_text(score.name),
        score.result.email or "",
        "late" if score.result.late else "",
        points(score.total),
        points(score.max_total),
        "Yes",
        "-",
        "-",
        comment if score.total is not None else "",
    ]


def _most(scores: Sequence[Score]) -> float:
    return max((score.max_total for score in scores), default=0.0)


def _names(scores: Sequence[Score]) -> dict[str, float]:
    """Exercises, then written answers, with the points each can give."""
    items: list[Item] = [item for score in scores for item in score.items]
    return {item.name: item.max_points for item in sorted(items, key=lambda item: item.written)}


def _points_of(score: Score, name: str) -> str:
    """Blank where there is nothing to hand back yet: platforms leave what they have as it is."""
    if score.total is None:
        return ""
    unread = {item.name for item in score.items if item.waits and not item.by_hand}
    return next((points(item.points) for item in score.items if item.name == name and name not in unread), "")
