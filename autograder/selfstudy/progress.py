"""``autograder progress``: where one stands, unit by unit, from the notebooks in one's own folder.

Guarantees: reads notebooks and writes only its own notes (``.progress.json`` in that folder), so that a notebook is
marked again only after it has changed; of several copies of one assignment the one with the most points counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.grading.results import SubmissionResult, write_atomically
from autograder.selfstudy.own_file import mark_file, unit_of

NOTES = ".progress.json"
Best = dict[str, tuple[SubmissionResult, Path]]


def progress(folder: Path, root: Path, console: Console) -> dict[str, SubmissionResult]:
    """Mark the notebooks of a folder and print the table.

    Args:
        folder: one's own, with notebooks anywhere below it.
        root: folder of the course.
        console: where to.

    Returns:
        The best result by unit.

    Raises:
        AutograderError: the folder does not exist.
    """
    if not folder.is_dir():
        raise AutograderError(
            f"{folder}: is not a folder; make it and copy an assignment into it, or name the one with your notebooks: "
            "autograder progress FOLDER"
        )
    course = load_course(root)
    known = _known(folder)
    best: Best = {}
    left_out: list[str] = []
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        try:
            result = _result(path, root, known)
        except AutograderError as error:
            left_out.append(str(error))
            continue
        if result and (result.assignment not in best or result.points > best[result.assignment][0].points):
            best[result.assignment] = (result, path)
    notes = {digest: result.model_dump(mode="json") for digest, result in known.items()}
    write_atomically(folder / NOTES, json.dumps(notes).encode())
    console.print(_table(course, best))
    for line in (*_next(course, best), *(f"left out: {reason}" for reason in left_out)):
        console.print(Text(line), soft_wrap=True)
    return {unit: result for unit, (result, _) in best.items()}


def next_step(result: SubmissionResult | None, unit: str, path: Path | None) -> str:
    """What to do next in a unit, in one sentence."""
    if result is None:
        return f"begin: copy assignments/{unit}/{unit}.ipynb into your folder"
    wrong = [e for e in result.exercises if e.attempted and e.points < e.max_points]
    if wrong:
        reason = f" ({wrong[0].diagnosis})" if wrong[0].diagnosis else ""
        return f"look at {wrong[0].name}{reason}: autograder check {path} shows the failing case"
    blank = [e.name for e in result.exercises if not e.attempted]
    if blank:
        return f"go on with {blank[0]}"
    unwritten = [item.grade_id for item in result.manual if not item.answered]
    if unwritten:
        return f"write an answer to {unwritten[0]}"
    return f"autograder compare {path} shows your answers and the solutions side by side"


def _result(path: Path, root: Path, known: dict[str, SubmissionResult]) -> SubmissionResult | None:
    """The result of one file; None for a notebook that is no assignment.

    Raises:
        AutograderError: the file cannot be read, or not be marked.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest not in known:
        if unit_of(path) is None:
            return None
        known[digest] = mark_file(path, root)
    return known[digest]


def _known(folder: Path) -> dict[str, SubmissionResult]:
    """What was marked before, by the file's digest; nothing when the notes cannot be read."""
    try:
        notes = json.loads((folder / NOTES).read_text(encoding="utf-8"))
        return {digest: SubmissionResult.model_validate(result) for digest, result in notes.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _table(course: Course, best: Best) -> Table:
    table = Table("unit", "points")
    table.add_column("exercises (✓ right, ✗ not yet, · not attempted)", ratio=1)
    for unit in course.units:
        result, _ = best.get(unit.name, (None, None))
        points = f"{result.points:g}/{result.max_points:g}" if result else "–"
        table.add_row(unit.name, points, _exercises(result) if result else Text("not begun", style="dim"))
    return table


def _exercises(result: SubmissionResult) -> Text:
    signs = ["✓" if each.points == each.max_points else "✗" if each.attempted else "·" for each in result.exercises]
    names = [f"{sign}{each.name}" for sign, each in zip(signs, result.exercises, strict=True)]
    return Text("  ".join(names))


def _next(course: Course, best: Best) -> Iterator[str]:
    """What to do in every unit that is begun, and in the first that is not."""
    for unit in course.units:
        if unit.name in best:
            yield f"{unit.name}: {next_step(best[unit.name][0], unit.name, best[unit.name][1])}"
    if fresh := next((unit.name for unit in course.units if unit.name not in best), None):
        yield f"{fresh}: {next_step(None, fresh, None)}"
