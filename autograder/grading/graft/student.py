"""A student's cells as the matching sees them: each with the release's cell it claims to be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from nbformat import NotebookNode

from autograder.grading.collect.facts import Facts, facts, plain
from autograder.grading.collect.release import Release, ReleaseCell, kind_of


@dataclass(frozen=True)
class StudentCell:
    """One cell of a submission.

    Attributes:
        index: Its place in the submission, from 0.
        cell: The cleaned cell.
        claims: The release's cell whose mark it carries, if any.
        mark: How it claims: "grade_id", "id", "text" (it says the same) or "".
    """

    index: int
    cell: NotebookNode
    claims: ReleaseCell | None
    mark: str

    @property
    def source(self) -> str:
        """Its text."""
        return str(self.cell.source)

    @property
    def kind(self) -> str:
        """What it says it is; "tests" also for a stranger's test cell."""
        return self.claims.kind if self.claims else kind_of(self.cell.metadata.get("nbgrader") or {})

    @cached_property
    def facts(self) -> Facts:
        """What its code defines; a text cell is read as code only where it stands for a code cell."""
        reads_as_code = self.cell.cell_type == "code" or (self.claims is not None and self.claims.is_code)
        return facts(self.source if reads_as_code else "")

    @cached_property
    def text(self) -> str:
        """Its text, white space aside."""
        return plain(self.source)

    def same_as(self, release: ReleaseCell) -> bool:
        """Whether it is empty or still says what was given out."""
        if not self.text or self.text == release.text:
            return True
        return release.is_code and self.facts.parsed and self.facts.text == release.facts.text


def read_student(notebook: NotebookNode, release: Release) -> tuple[StudentCell, ...]:
    """Describe a cleaned submission.

    Args:
        notebook: As `collect.cleaning.clean` returns it.
        release: The assignment as it was given out.
    """
    marked = [_mark(cell, release) for cell in notebook.cells]
    claimed = {claims.index for claims, _ in marked if claims}
    unclaimed = defaultdict(list)
    for cell in reversed(release.cells):
        if cell.index not in claimed and cell.source.strip():
            unclaimed[cell.text].append(cell)
    students = []
    for index, (cell, (claims, mark)) in enumerate(zip(notebook.cells, marked, strict=True)):
        if claims is None and (same := unclaimed.get(plain(cell.source))):
            claims, mark = same.pop(), "text"
        students.append(StudentCell(index, cell, claims, mark))
    return tuple(students)


def _mark(cell: NotebookNode, release: Release) -> tuple[ReleaseCell | None, str]:
    entry = cell.metadata.get("nbgrader") or {}
    if found := release.by_grade_id.get(entry.get("grade_id", "")):
        return found, "grade_id"
    for name in (cell.metadata.get("id"), cell.get("id")):
        if name and (found := release.by_id.get(name)):
            return found, "id"
    return None, ""
