"""A student's answers are put onto the pristine notebook, never the reverse.

Guarantees: whatever the submission looks like, the result is a valid notebook of format 4.5 that holds every cell of
the release exactly once, in order, tests and locked cells as they were given out; the student's own cells stand where
they stood; what was left out, restored or moved is said. Nothing of the submission is executed.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import nbformat
from nbformat import NotebookNode

from autograder.grading.collect.cleaning import clean, new_cell
from autograder.grading.collect.facts import facts
from autograder.grading.collect.release import Release, ReleaseCell, read_release
from autograder.grading.graft.matching import Choice, Matching
from autograder.grading.graft.order import Extra, additions, arrange
from autograder.grading.graft.records import Grafted, Match
from autograder.grading.graft.student import StudentCell, read_student


def graft(submission: NotebookNode, release: NotebookNode) -> Grafted:
    """Put a submission's answers onto the pristine notebook.

    Args:
        submission: Any notebook in memory of format 2 to 4; it is not changed.
        release: The assignment as it was given out (`assignments/NN_topic/NN_topic.ipynb`); it is not changed.

    Returns:
        The notebook to run, how each answer was found, and what a person should know.

    Raises:
        autograder.grading.collect.Unreadable: The submission has no cells, or far too many.
    """
    pristine = read_release(release)
    return _Graft(pristine, read_student(clean(submission), pristine)).result()


class _Graft:
    """One submission's way onto the release."""

    def __init__(self, release: Release, students: Sequence[StudentCell]) -> None:
        self.release, self.students = release, students
        matching = Matching(release, students)
        self.choices, self.taken = matching.choices, matching.taken
        self.notes: list[str] = []
        self.seats: dict[int, int] = {}
        self.kept: dict[int, StudentCell] = {}
        self.sources = {index: self._answer_text(index, choice) for index, choice in self.choices.items()}
        own = [extra for student in students if (extra := self._own(student)) is not None]
        self.extras = sorted([*own, *self._added(own)], key=lambda extra: extra.seat)

    def result(self) -> Grafted:
        """The notebook and its record."""
        arranged = arrange(self.release.cells, self.seats, self.extras, self._needs)
        notebook = copy.deepcopy(self.release.notebook)
        used = {cell.id for cell in notebook.cells if "id" in cell}
        notebook.cells = [
            self._given(item) if isinstance(item, ReleaseCell) else _own_cell(item, self.students, used)
            for item in arranged
        ]
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        nbformat.validate(notebook)
        matches = tuple(self._match(answer) for answer in self.release.answers)
        return Grafted(notebook, matches, tuple(dict.fromkeys(self.notes)))

    def _answer_text(self, index: int, choice: Choice) -> str:
        """What is put into an answer's cell: the student's text once it was attempted, else the blank as given out."""
        if choice.part is None:
            self.seats[index] = choice.student.index
            untouched = not choice.student.text or choice.student.same_as(self.release.cells[index])
            return self.release.cells[index].source if untouched else choice.student.source
        source = choice.student.source
        lines = source.split("\n")[choice.part.first_line - 1 : choice.part.last_line]
        definition = "\n".join(lines)
        owner = self.taken.get(choice.student.index)
        if owner is not None and owner.index < index:
            return definition
        helpers = additions(source, frozenset(self.release.names), facts(definition).loaded)
        return f"{helpers}\n\n\n{definition}" if helpers else definition

    def _own(self, student: StudentCell) -> Extra | None:
        """A cell of the student's own; None where a given cell stands for it."""
        where, claims = f"cell {student.index + 1}", student.claims
        if student.index in self.taken:
            return None
        if claims is None and student.kind == "tests":
            self.notes.append(f"{where}: a test cell that is not of this assignment was left out")
            return None
        if claims is None and not student.text:
            return None
        if claims is not None and claims.kind != "answer" and claims.index not in self.seats:
            self.seats[claims.index] = student.index
            self._note_edit(student, claims)
            return None
        if claims is not None and claims.kind == "tests":
            self.notes.append(f"{where}: a second copy of the test {claims.grade_id} was left out")
            return None
        if self._says_nothing_new(student):
            return None
        if claims is not None and claims.kind == "answer":
            self.notes.append(f"{where}: carries the mark of {claims.grade_id} too, and was kept as an extra cell")
        return Extra(student.index, student.source, student.cell.cell_type)

    def _note_edit(self, student: StudentCell, given: ReleaseCell) -> None:
        """Say that a given cell was edited and stands as it was given out; a free code cell keeps the edit."""
        if student.text == given.text:
            return
        if given.kind == "free":
            if given.is_code and student.cell.cell_type == "code" and student.text:
                self.kept[given.index] = student
            return
        what = {"tests": "the test", "locked": "the given cell"}[given.kind]
        self.notes.append(f"cell {student.index + 1}: {what} {given.grade_id} was edited; it runs as it was given out")

    def _says_nothing_new(self, student: StudentCell) -> bool:
        """Whether a cell only repeats a blank, a test or a text of the assignment."""
        if student.claims is not None:
            return student.same_as(student.claims)
        return any(
            student.same_as(cell)
            for cell in self.release.cells
            if cell.kind in ("answer", "tests") or not cell.is_code
            if cell.source.strip() and cell.cell.cell_type == student.cell.cell_type
        )

    def _added(self, own: Sequence[Extra]) -> list[Extra]:
        """What students wrote into tests and locked cells and use elsewhere: imports, mostly."""
        given = frozenset(name for cell in self.release.cells for name in cell.facts.bound) | {*self.release.names}
        needed = frozenset(name for extra in own for name in extra.facts.loaded)
        needed = needed.union(*(facts(source).loaded for source in self.sources.values()))
        seen = {extra.seat for extra in own}
        found = []
        for student in reversed(self.students):
            if student.index in seen or student.index in self.taken or student.kind not in ("tests", "locked"):
                continue
            if student.cell.cell_type == "code" and (text := additions(student.source, given, needed)):
                # Behind the locked cell it was written in, but in front of a test, which needs the answer complete.
                seat = student.index + (0.5 if student.kind == "locked" else -0.5)
                found.append(Extra(seat, text, "code"))
                needed |= facts(text).loaded
                self.notes.append(
                    f"cell {student.index + 1}: lines that other cells need were kept in a cell of their own"
                )
        return found

    def _needs(self, cell: ReleaseCell) -> frozenset[str]:
        source = self.sources.get(cell.index, "")
        return facts(source).loaded if cell.is_code else frozenset()

    def _given(self, given: ReleaseCell) -> NotebookNode:
        made = copy.deepcopy(given.cell)
        choice = self.choices.get(given.index)
        if choice is not None:
            made.source = self.sources[given.index]
            if made.cell_type == "markdown" and "attachments" in choice.student.cell:
                made.attachments = choice.student.cell.attachments
        elif given.index in self.kept:
            made.source = self.kept[given.index].source
        if made.cell_type == "code":
            made.outputs, made.execution_count = [], None
        return made

    def _match(self, answer: ReleaseCell) -> Match:
        choice = self.choices.get(answer.index)
        if choice is None:
            return Match(str(answer.grade_id), "missing", 0.0, None, False, "nothing that answers it was found")
        where, attempted = choice.student.index, choice.attempted
        return Match(str(answer.grade_id), choice.how, choice.confidence, where, attempted, choice.note)


def _own_cell(extra: Extra, students: Sequence[StudentCell], used: set[str]) -> NotebookNode:
    number = int(extra.seat) + 1
    name = f"student-{number}" if extra.seat == int(extra.seat) else f"student-{number}-added"
    while name in used:
        name += "x"
    used.add(name)
    made = new_cell(extra.kind, extra.source, name)
    attached = students[int(extra.seat)].cell.get("attachments") if extra.kind == "markdown" else None
    if attached:
        made.attachments = attached
    return made
