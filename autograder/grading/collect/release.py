"""What the pristine release asks for: its questions, by every mark by which they can be recognised.

Guarantees: one place decides which of the release's cells are answers, tests, locked or free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nbformat import NotebookNode

from autograder.grading.collect.facts import Definition, Facts, facts, plain


@dataclass(frozen=True)
class ReleaseCell:
    """One cell of the release.

    Attributes:
        index: Its place in the release.
        cell: The pristine cell itself; never changed.
        kind: "answer", "tests", "locked" or "free".
        grade_id: nbgrader's name for it, None for a free cell.
        ids: The cell's own id and the one in its metadata, which Colab keeps.
    """

    index: int
    cell: NotebookNode
    kind: str
    grade_id: str | None
    ids: frozenset[str]

    @property
    def source(self) -> str:
        """The pristine text."""
        return str(self.cell.source)

    @cached_property
    def text(self) -> str:
        """The pristine text, white space aside."""
        return plain(self.source)

    @property
    def is_code(self) -> bool:
        """Whether it is a code cell."""
        return bool(self.cell.cell_type == "code")

    @cached_property
    def facts(self) -> Facts:
        """What its code defines."""
        return facts(self.source if self.is_code else "")


@dataclass(frozen=True)
class Release:
    """The assignment as it was given out."""

    notebook: NotebookNode
    unit: str | None
    cells: tuple[ReleaseCell, ...]

    @cached_property
    def answers(self) -> tuple[ReleaseCell, ...]:
        """The cells that students fill in."""
        return tuple(cell for cell in self.cells if cell.kind == "answer")

    @cached_property
    def names(self) -> dict[str, ReleaseCell]:
        """Every function and class that one answer cell, and only one, asks for."""
        asked = [(d.name, cell) for cell in self.answers for d in cell.facts.definitions if d.kind == "code"]
        count = Counter(name for name, _ in asked)
        return {name: cell for name, cell in asked if count[name] == 1}

    @cached_property
    def by_grade_id(self) -> dict[str, ReleaseCell]:
        """Cells by nbgrader's name."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id is not None}

    @cached_property
    def by_id(self) -> dict[str, ReleaseCell]:
        """Cells by their own ids."""
        return {name: cell for cell in self.cells for name in cell.ids}

    @cached_property
    def texts(self) -> frozenset[str]:
        """The text of every cell, white space aside."""
        return frozenset(cell.text for cell in self.cells)

    def asked_of(self, cell: ReleaseCell) -> tuple[str, ...]:
        """The names an answer must define: the one it is called by, or else all that are its own."""
        own = tuple(name for name, owner in self.names.items() if owner is cell)
        return (cell.grade_id,) if cell.grade_id in own else own

    def is_blank(self, definition: Definition) -> bool:
        """Whether a definition is still what was given out, or does nothing."""
        owner = self.names.get(definition.name)
        given = owner.facts.find(definition.name) if owner else None
        return definition.stub or (given is not None and given.text == definition.text)


def read_release(notebook: NotebookNode) -> Release:
    """Describe a release.

    Args:
        notebook: `assignments/NN_topic/NN_topic.ipynb` as nbformat reads it.
    """
    entry = notebook.metadata.get("autograder") or {}
    cells = tuple(_describe(index, cell) for index, cell in enumerate(notebook.cells))
    return Release(notebook, entry.get("unit"), cells)


def _describe(index: int, cell: NotebookNode) -> ReleaseCell:
    entry = cell.metadata.get("nbgrader") or {}
    ids = frozenset(name for name in (cell.get("id"), cell.metadata.get("id")) if name)
    return ReleaseCell(index, cell, kind_of(entry), entry.get("grade_id"), ids)


def kind_of(entry: Mapping[str, Any]) -> str:
    """What nbgrader's entry makes of a cell."""
    if entry.get("solution") and not entry.get("task"):
        return "answer"
    if entry.get("grade") and not entry.get("task"):
        return "tests"
    return "locked" if entry.get("locked") or entry.get("task") else "free"
