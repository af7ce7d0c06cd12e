"""From an assignment's source to its solution notebook, the one nbgrader starts from.

Guarantees: nbgrader's metadata are schema version 3 to the letter; points come from the exercise; every tests cell asks
for an exercise of its own unit and stands below the cell that answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from nbformat import NotebookNode

from autograder.authoring.cells import assemble, grader_metadata, make_cell
from autograder.authoring.furniture import Furniture
from autograder.authoring.source import SourceCell
from autograder.course import Unit
from autograder.errors import SourceError

_TESTS = """\
check("{name}", {name})
### BEGIN HIDDEN TESTS
check("{name}", {name}, thorough=True)
### END HIDDEN TESTS"""


class Exercise(Protocol):
    """What the builder needs to know about an exercise."""

    @property
    def name(self) -> str:
        """The function's or class's name."""

    @property
    def points(self) -> float:
        """What a full answer is worth."""

    @property
    def unit(self) -> str:
        """The unit it belongs to."""


Catalogue = Callable[[str], Exercise]


def build_solution(cells: Sequence[SourceCell], unit: Unit, furniture: Furniture, find: Catalogue) -> NotebookNode:
    """Return the notebook with solutions and hidden tests.

    Args:
        cells: The cells of the unit's source.
        unit: The unit.
        furniture: Makes the cells around the content.
        find: Finds an exercise by name; raises `KeyError` or an `AutograderError` for an unknown one.

    Raises:
        SourceError: The cells do not make an assignment; the line says where and why.
    """
    _check_order(cells)
    made = [furniture.title("solution", unit), furniture.set_up("solution")]
    made += [_built(cell, unit, find) for cell in cells]
    made.append(furniture.last())
    return assemble(made, unit.name, "solution")


def _built(cell: SourceCell, unit: Unit, find: Catalogue) -> NotebookNode:
    """One cell of the source with its role spelled out for nbgrader."""
    options = cell.options
    if cell.role == "tests":
        exercise = _exercise(cell, unit, find)
        grader = grader_metadata(f"{exercise.name}-tests", grade=True, locked=True, points=exercise.points)
        text = _TESTS.format(name=exercise.name)
        return make_cell("code", text, nbgrader=grader, autograder=NotebookNode(exercise=exercise.name))
    if cell.role == "solution":
        return make_cell("code", cell.text, nbgrader=grader_metadata(options["grade_id"], solution=True))
    if cell.role == "manual":
        grader = grader_metadata(options["grade_id"], grade=True, solution=True, points=options["points"])
        return make_cell("markdown", cell.text, nbgrader=grader)
    if cell.role == "readonly":
        return make_cell(cell.kind, cell.text, nbgrader=grader_metadata(options["grade_id"], locked=True))
    return make_cell(cell.kind, cell.text)


def _exercise(cell: SourceCell, unit: Unit, find: Catalogue) -> Exercise:
    name = cell.options["exercise"]
    try:
        exercise = find(name)
    except Exception as error:
        raise SourceError(f"{cell.where}: exercise={name!r}: {error}") from error
    if exercise.unit != unit.name:
        raise SourceError(
            f"{cell.where}: exercise {name!r} belongs to {exercise.unit}; ask it there, or correct its unit"
        )
    return exercise


def _check_order(cells: Sequence[SourceCell]) -> None:
    """Ids are unique, and each tests cell follows the cell that answers it."""
    seen: dict[str, str] = {"set-up": "the builder's own cell", "preflight": "the builder's own cell"}
    for cell in cells:
        name = cell.options.get("grade_id") or (f"{cell.options['exercise']}-tests" if cell.role == "tests" else None)
        if name in seen:
            raise SourceError(f"{cell.where}: {name!r} is used twice, first at {seen[name]}; give each cell its own")
        if cell.role == "tests" and cell.options["exercise"] not in seen:
            answer = f'a cell with role="solution" grade_id="{cell.options["exercise"]}"'
            raise SourceError(
                f"{cell.where}: tests for {cell.options['exercise']!r} without an answer; put {answer} above"
            )
        if name is not None:
            seen[name] = cell.where
        if cell.tags or "prompt" in cell.options:
            raise SourceError(f"{cell.where}: tags and prompt belong to lectures; remove them")
        if cell.kind == "markdown" and cell.text.startswith("# "):
            raise SourceError(
                f"{cell.where}: a title of its own; the builder writes it from course.toml, start with ##"
            )
