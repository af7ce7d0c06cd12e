"""A tiny assignment as nbgrader releases it, and what students make of it."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

UNIT = "90_tiny"

BLANKS = {
    "double": 'def double(x):\n    """Return twice x, elementwise."""\n    raise NotImplementedError',
    "halve": 'def halve(x):\n    """Return half of x, elementwise."""\n    raise NotImplementedError',
    "Scale": (
        "class Scale:\n"
        '    """Multiplies by a factor."""\n\n'
        "    def __init__(self, factor):\n        self.factor = factor\n\n"
        "    def forward(self, x):\n        raise NotImplementedError"
    ),
}
ANSWERS = {
    "double": 'def double(x):\n    """Return twice x, elementwise."""\n    return x + x',
    "halve": "def halve(x):\n    # the exact half\n    return x / 2",
    "Scale": BLANKS["Scale"].replace("raise NotImplementedError", "return self.factor * x"),
}
WRITTEN = {"why-share": "**Why share?**\n\n*Your answer here.*", "why-pool": "*Your answer here.*"}
SETUP = "import math\n\nfrom autograder import check"


def _entry(grade_id: str, *, points: int | None = None, **flags: bool) -> dict[str, Any]:
    entry: dict[str, Any] = dict.fromkeys(("grade", "solution", "locked", "task"), False) | flags
    entry |= {"grade_id": grade_id, "schema_version": 3, "checksum": "0" * 32}
    if points is not None:
        entry["points"] = points
    return entry


def _cell(kind: str, name: str, source: str, entry: dict[str, Any] | None = None) -> NotebookNode:
    cell = (new_code_cell if kind == "code" else new_markdown_cell)(source)
    cell.id = f"u90-{name}"
    cell.metadata = nbformat.from_dict({"id": cell.id} | ({"nbgrader": entry} if entry else {}))
    return cell


def release() -> NotebookNode:
    """The assignment: a set-up cell, three exercises with their tests, two written questions."""
    return nbformat.from_dict(json.loads(_release_text()))


@lru_cache
def _release_text() -> str:
    cells = [
        _cell("markdown", "title", "# Tiny: an assignment about doubling and halving numbers"),
        _cell("code", "setup", SETUP, _entry("setup", locked=True)),
        _cell("code", "play", "%matplotlib inline\nseed = 3"),
    ]
    for name, blank in BLANKS.items():
        about = f"## `{name}`\n\nWrite `{name}` so that it does what its description says, for every number."
        cells += [
            _cell("markdown", f"{name}-about", about, _entry(f"{name}-about", locked=True)),
            _cell("code", name, blank, _entry(name, solution=True)),
            _cell(
                "code",
                f"{name}-tests",
                f'check("{name}", {name})',
                _entry(f"{name}-tests", grade=True, locked=True, points=2),
            ),
        ]
        cells[-1].metadata.autograder = NotebookNode(exercise=name)
    for name, blank in WRITTEN.items():
        cells.append(_cell("markdown", f"{name}-about", f"## Question {name}\n\nSay in a sentence or two: {name}?"))
        cells.append(_cell("markdown", name, blank, _entry(name, grade=True, solution=True, points=1)))
    notebook = new_notebook(cells=cells, metadata={"autograder": {"kind": "assignment", "unit": UNIT}})
    return json.dumps(notebook)


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The one cell with this grade id."""
    (found,) = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    return found


def place_of(notebook: NotebookNode, grade_id: str) -> int:
    """Where the cell with this grade id stands."""
    return notebook.cells.index(cell_of(notebook, grade_id))


def answered(*names: str, author: str = "") -> NotebookNode:
    """The assignment with these exercises done (all of them when none is named), a little different per author."""
    notebook = release()
    for name in names or tuple(ANSWERS):
        mark = f"\n\n\n{name}_author = {author!r}" if author else ""
        cell_of(notebook, name).source = ANSWERS[name] + mark
    return notebook


def without_marks(notebook: NotebookNode) -> NotebookNode:
    """The notebook with all metadata and ids gone, as a retyped or stripped one has it."""
    bare = copy.deepcopy(notebook)
    bare.metadata = NotebookNode()
    for number, cell in enumerate(bare.cells):
        cell.metadata = NotebookNode()
        cell.id = f"fresh-{number}"
    return bare


def as_colab(notebook: NotebookNode) -> dict[str, Any]:
    """The notebook as Colab saves it: format 4.0, ids in the metadata alone, widgets without state, the user's name."""
    saved = json.loads(nbformat.writes(notebook))
    saved["nbformat_minor"] = 0
    saved["metadata"] |= {"colab": {"provenance": []}, "widgets": {"application/x": {"a": 1}}}
    for cell in saved["cells"]:
        cell.pop("id")
        cell["metadata"]["outputId"] = "0b1c"
        cell["metadata"]["executionInfo"] = {"user": {"displayName": "Jane Smith", "userId": "017"}, "timestamp": 1}
    return saved


def data(notebook: NotebookNode | dict[str, Any]) -> bytes:
    """The bytes of its file."""
    return json.dumps(notebook).encode()
