"""Proves the checks: wrong answers lose points and most are named, right ones earn all, references never fail.

Guarantees: uses the same ``mark`` as students and grading do; a reference is marked by its own exercise on every seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.audit.banks import Answer, answers
from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.exercise import Exercise
from autograder.checks.marking.mark import Mark, mark


@dataclass(frozen=True)
class Verdict:
    """How one answer of a bank fared.

    Attributes:
        answer: of the bank.
        points: earned.
        max_points: of the exercise.
        diagnosis: the name the report gave.
    """

    answer: Answer
    points: float
    max_points: float
    diagnosis: str | None

    @property
    def fair(self) -> bool:
        """A right answer with full points, or a wrong one with fewer."""
        return (self.points == self.max_points) if self.answer.right else self.points < self.max_points

    @property
    def named(self) -> bool:
        """A wrong answer whose mistake was named as its author says, or at all when the author does not say."""
        if self.answer.right or self.diagnosis is None:
            return False
        return not self.answer.mistake or self.diagnosis == self.answer.mistake


@dataclass(frozen=True)
class Row:
    """The audit of one exercise."""

    unit: str
    exercise: str
    verdicts: tuple[Verdict, ...]
    seeds: int
    failed_seeds: tuple[int, ...]

    def count(self, right: bool, keep: Callable[[Verdict], bool] = lambda v: True) -> int:
        """How many right or wrong answers satisfy a condition."""
        return sum(1 for v in self.verdicts if v.answer.right == right and keep(v))

    @property
    def passed(self) -> bool:
        """Whether every verdict is fair and no seed failed."""
        return not self.failed_seeds and all(v.fair for v in self.verdicts)


def judge(found: Exercise, answer: Answer, seed: int, device: str = "cpu") -> Verdict:
    """Mark one answer of a bank."""
    made = marked(found, answer.target, seed, device)
    return Verdict(answer, made.points, made.max_points, made.diagnosis)


def marked(found: Exercise, target: object, seed: int, device: str = "cpu") -> Mark:
    """Mark a function or class of this process, thoroughly."""
    return mark(found, lambda request: drive.answer(target, request), seed=seed, thorough=True, device=device)


def proved(found: Exercise, seed: int, device: str = "cpu") -> Mark:
    """Mark an exercise's own reference, which may of course call the library."""
    return marked(replace(found, forbids=()), found.reference, seed, device)


def audit(units: tuple[str, ...], banks: Path, seeds: int, device: str = "cpu") -> Iterator[Row]:
    """Audit exercises one after the other.

    Args:
        units: names of units.
        banks: the folder that holds one folder of banks a unit.
        seeds: how many seeds the reference is marked on.
        device: where the cases run.

    Yields:
        One row an exercise.
    """
    for unit in units:
        for found in exercise.of_unit(unit):
            verdicts = tuple(judge(found, a, 7, device) for a in answers(banks / unit, found.name))
            failed = tuple(s for s in range(seeds) if not proved(found, s, device).passed)
            yield Row(unit, found.name, verdicts, seeds, failed)
