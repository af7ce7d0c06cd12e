"""What a graft hands on: the clean notebook, and for each answer where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode


@dataclass(frozen=True)
class Match:
    """Where one answer of the release was found.

    Attributes:
        grade_id: nbgrader's name of the answer's cell.
        how: "grade_id", "id", "name", "similarity" or "missing".
        confidence: 1 for the cell's own marks, less for anything weaker, 0 for missing.
        cell: The number of the student's cell it was taken from, counted from 0; None when missing.
        attempted: Whether it differs from what was given out.
        note: What a person should know about this match; mostly empty.
    """

    grade_id: str
    how: str
    confidence: float
    cell: int | None
    attempted: bool
    note: str = ""


@dataclass(frozen=True)
class Grafted:
    """The pristine notebook with one student's answers: valid nbformat 4.5, every grade id exactly once.

    Attributes:
        notebook: Run this one, never the student's file.
        matches: One for each answer cell of the release, in its order.
        notes: What was left out, restored or moved, in words.
    """

    notebook: NotebookNode
    matches: tuple[Match, ...]
    notes: tuple[str, ...]
