"""Making notebook cells and notebooks that come out the same, byte for byte, on every build.

Guarantees: an id says where the cell belongs (unit, nearest named cell, kind, count), so that an edit elsewhere does
not change it; the same id stands in `cell.metadata.id`, which Colab keeps; text is JSON with sorted keys.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_LONGEST_STEM = 40  # nbformat allows ids of 64 characters; the rest is for the unit, the kind and the count


def make_cell(kind: str, text: str, **metadata: Any) -> NotebookNode:
    """Return a markdown or code cell without outputs; :func:`assemble` gives it its id."""
    maker = {"markdown": new_markdown_cell, "code": new_code_cell, "raw": nbformat.v4.new_raw_cell}[kind]
    return maker(text, metadata=NotebookNode(metadata))


def grader_metadata(
    grade_id: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: float | None = None
) -> NotebookNode:
    """Return what nbgrader keeps in a cell, schema version 3; any further key would be refused by nbgrader."""
    made = NotebookNode(grade=grade, grade_id=grade_id, locked=locked, schema_version=3, solution=solution, task=False)
    if points is not None:
        made.points = points
    return made


def assemble(cells: Iterable[NotebookNode], unit: str, kind: str) -> NotebookNode:
    """Return a notebook of these cells, each with a stable id.

    Args:
        cells: The cells in order. One with a `grade_id` is named by it, any other by what it follows.
        unit: The unit's name; its number starts every id.
        kind: `lecture`, `live`, `solution` or `assignment`; recorded in the notebook's metadata.
    """
    notebook = new_notebook(cells=list(cells), metadata={"autograder": {"kind": kind, "unit": unit}})
    notebook.metadata.kernelspec = NotebookNode(KERNEL)
    notebook.metadata.language_info = NotebookNode(name="python")
    anchor, counts = "start", Counter[str]()
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader")
        if grader is not None:
            name = anchor = str(grader.grade_id)
        else:
            anchor = _heading(cell) or anchor
            stem = f"{anchor}-{cell.cell_type}"
            counts[stem] += 1
            name = f"{stem}-{counts[stem]}"
        cell.id = cell.metadata.id = f"u{unit[:2]}-{name}"
    return notebook


def write_notebook(notebook: NotebookNode) -> str:
    """Return the notebook as the text of its file.

    Raises:
        nbformat.ValidationError: It is not a valid notebook: two cells share an id, for example.
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _heading(cell: NotebookNode) -> str | None:
    """An id made from the first heading of a markdown cell, or nothing where there is none."""
    found = re.search(r"^#{1,3} +(.+)$", cell.source, flags=re.MULTILINE)
    if cell.cell_type != "markdown" or found is None:
        return None
    words = re.sub(r"[^a-z0-9]+", "-", found.group(1).lower()).strip("-")
    return words if len(words) <= _LONGEST_STEM else words[:_LONGEST_STEM].rpartition("-")[0] or None
