"""Which of a student's cells holds which answer.

Guarantees: a cell is one answer's at most (a cell that defines several functions lends the others their definition);
nothing that defines another exercise's function is taken on looks alone; a definition that works as code always beats a
blank that carries the right mark. The order of trust: nbgrader's grade id, the cell's id, the name defined, likeness.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.grading.collect.facts import Definition
from autograder.grading.collect.release import Release, ReleaseCell
from autograder.grading.graft.similarity import Likeness, clear_best
from autograder.grading.graft.student import StudentCell

LIKE_ENOUGH = 0.6
CLEAR_LEAD = 0.15
_TRUST = {"grade_id": 1.0, "id": 0.95, "name": 0.9, "text": 0.9, "nearby": 0.5}
_ANOTHERS = 5
"""The tier of a cell that holds another answer as well: only the definition is borrowed from it."""


@dataclass(frozen=True)
class Choice:
    """The cell chosen for an answer; `part` is the definition alone, where the cell belongs to another answer."""

    student: StudentCell
    how: str
    confidence: float
    attempted: bool
    part: Definition | None = None
    note: str = ""


class Matching:
    """Finds the choices for one submission, keyed by the answer's place in the release."""

    def __init__(self, release: Release, students: Sequence[StudentCell]) -> None:
        """Match every answer at once; `choices` holds the result."""
        self.release, self.students = release, students
        self.choices: dict[int, Choice] = {}
        self.taken: dict[int, ReleaseCell] = {}
        self.seats = _seats(students)
        named = [answer for answer in release.answers if release.asked_of(answer)]
        for step in (self._by_definition, self._by_mark):
            for answer in named:
                if answer.index not in self.choices and (choice := step(answer)):
                    self._take(answer, choice)
        for answer in release.answers:
            if answer not in named and (choice := self._by_mark(answer)):
                self._take(answer, choice)
        self._by_likeness([answer for answer in release.answers if answer.index not in self.choices])
        for answer in release.answers:
            if answer not in named and (choice := self._nearby(answer)):
                self._take(answer, choice)

    def _take(self, answer: ReleaseCell, choice: Choice) -> None:
        self.choices[answer.index] = choice
        if choice.part is None:
            self.taken[choice.student.index] = answer
            self.seats.setdefault(answer.index, choice.student.index)

    def _by_definition(self, answer: ReleaseCell) -> Choice | None:
        """The cell that really defines what the answer is called by."""
        found = [(s, d) for s in self.students if (d := self._attempt(s, answer)) is not None]
        if not found:
            return None
        tests = self._tests_seat(answer)

        def rank(pair: tuple[StudentCell, Definition]) -> tuple[int, bool, bool, int]:
            student, definition = pair
            runs_in_time = student.claims is answer or student.index < tests
            return self._tier(student, answer), definition.kind != "code", not runs_in_time, -student.index

        student, definition = min(found, key=rank)
        trusted = student.claims is answer and student.mark in ("grade_id", "id")
        how = student.mark if trusted else "name"
        confidence = _TRUST[how] if definition.kind == "code" else _TRUST[how] - 0.1
        duplicates = sum(s.claims is answer for s, _ in found) if trusted else 0
        note = f"the last of {duplicates} filled-in copies of this cell was taken" if duplicates > 1 else ""
        owner = self.taken.get(student.index)
        if owner is None and self._tier(student, answer) == _ANOTHERS:
            owner = student.claims
        if owner is None:
            return Choice(student, how, confidence, True, None, note)
        note = f"it was written in the cell of {owner.grade_id}"
        return Choice(student, "name", _TRUST["name"], True, definition, note)

    def _attempt(self, student: StudentCell, answer: ReleaseCell) -> Definition | None:
        """What a cell defines for this answer, if that is more than the blank."""
        names = self.release.asked_of(answer)
        found = [d for name in names if (d := student.facts.find(name)) and d.kind != "value"]
        return next((d for d in found if not self.release.is_blank(d)), None)

    def _tier(self, student: StudentCell, answer: ReleaseCell) -> int:
        """How much a cell's own marks speak for an answer: the lower, the more."""
        claims = student.claims
        if claims is answer:
            return {"grade_id": 0, "id": 1}.get(student.mark, 2)
        if claims is None:
            return 2
        if claims.kind != "answer":
            return 3
        return _ANOTHERS if self._attempt(student, claims) else 4

    def _tests_seat(self, answer: ReleaseCell) -> int:
        """Where the answer's test stands in the submission; behind everything when it is not there."""
        asked = set(self.release.asked_of(answer))
        for cell in self.release.cells[answer.index :]:
            if cell.kind == "tests" and asked & cell.facts.loaded and cell.index in self.seats:
                return self.seats[cell.index]
        return len(self.students)

    def _by_mark(self, answer: ReleaseCell) -> Choice | None:
        """The last cell with the answer's own mark that was touched, or else the first untouched one."""
        free = [s for s in self.students if s.claims is answer and s.index not in self.taken]
        touched = [s for s in free if not s.same_as(answer)]
        best = min(touched, key=lambda s: (self._tier(s, answer), -s.index), default=None)
        chosen = best or next(iter(free), None)
        if chosen is None:
            return self._untouched_by_name(answer)
        how = "similarity" if chosen.mark == "text" else chosen.mark
        note = f"the last of {len(touched)} filled-in copies of this cell was taken" if len(touched) > 1 else ""
        return Choice(chosen, how, _TRUST[chosen.mark], best is not None, None, note)

    def _untouched_by_name(self, answer: ReleaseCell) -> Choice | None:
        asked = self.release.asked_of(answer)
        for student in self.students:
            unclaimed = student.claims is None and student.index not in self.taken
            if unclaimed and any(student.facts.find(name) for name in asked):
                return Choice(student, "name", _TRUST["name"], False)
        return None

    def _by_likeness(self, missing: Sequence[ReleaseCell]) -> None:
        """Cells without any mark that still carry most of one blank's words, and clearly of no other's."""
        if not missing:
            return
        likeness = Likeness({answer.index: answer.source for answer in self.release.answers})
        wanted = {answer.index: answer for answer in missing}
        for student in reversed(self._unclaimed()):
            best = clear_best(likeness.scores(student.source), LIKE_ENOUGH, CLEAR_LEAD)
            answer = wanted.get(best[0]) if best else None
            if best is None or answer is None or answer.index in self.choices:
                continue
            if answer.is_code == (student.cell.cell_type == "code"):
                touched = not student.same_as(answer)
                self._take(answer, Choice(student, "similarity", round(best[1], 2), touched, None, "by likeness only"))

    def _nearby(self, answer: ReleaseCell) -> Choice | None:
        """For a written answer still blank: a new cell of the same type between its neighbours in the release."""
        choice = self.choices.get(answer.index)
        if choice is not None and choice.attempted:
            return None
        cells, here = self.release.cells, answer.index
        start = next((i for i in range(here - 1, -1, -1) if i in self.seats), -1)
        stop = next((i for i in range(here + 1, len(cells)) if i in self.seats), len(cells))
        low, high = self.seats.get(start, -1), self.seats.get(stop, len(self.students))
        rivals = [c for c in cells[start + 1 : stop] if c.kind == "answer" and c is not answer]
        for student in [] if rivals else self._unclaimed():
            if low < student.index < high and student.text and student.cell.cell_type == answer.cell.cell_type:
                return Choice(student, "similarity", _TRUST["nearby"], True, None, "written in a new cell beside it")
        return None

    def _unclaimed(self) -> list[StudentCell]:
        """Cells without a mark of the release, taken by nobody, that define no exercise of the course."""
        names = set(self.release.names)
        free = (s for s in self.students if s.claims is None and s.index not in self.taken)
        return [s for s in free if not names & {d.name for d in s.facts.definitions if d.kind != "value"}]


def _seats(students: Iterable[StudentCell]) -> dict[int, int]:
    """Where each given cell stands in the submission; the first where it stands twice."""
    seats: dict[int, int] = {}
    for student in students:
        if student.claims is not None:
            seats.setdefault(student.claims.index, student.index)
    return seats
