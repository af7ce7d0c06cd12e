"""Exercises: declared once, found by name, loaded one unit at a time.

Guarantees: a name is unique in the course and is the name of the student's function or class; looking one up imports
only the unit it belongs to; an exercise is immutable.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograder.checks.cases import Group
from autograder.checks.driver.forbid import Family

UNITS = (
    "00_start_here",
    "01_convolution_1d",
    "02_convolution_2d",
    "03_output_size",
    "04_pooling",
    "05_normalization",
    "06_training",
    "07_classic_architectures",
    "08_inception",
    "09_residual_networks",
)


class UnknownExercise(KeyError):
    """No exercise has this name."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Misconception:
    """A mistake that students really make, as the code that makes it.

    Attributes:
        name: what the report calls it: "the kernel is flipped".
        target: an implementation with this mistake and no other.
        hint: a next thought that does not give the answer.
    """

    name: str
    target: Callable[..., Any]
    hint: str


@dataclass(frozen=True)
class Exercise:
    """What is asked, how it is tried, and which mistakes are known.

    Attributes:
        name: of the function or class that the student writes.
        reference: the right answer, in PyTorch's own words wherever PyTorch has the operation.
        groups: cases that earn points together.
        misconceptions: tried in order when something is wrong.
        forbids: calls that the student is asked to write rather than use.
        locate: says for an entry of the result which inputs it is made of; ``locate(index, *args, **kwargs)`` → text.
        unit: filled in by the registry.
    """

    name: str
    reference: Callable[..., Any]
    groups: tuple[Group, ...]
    misconceptions: tuple[Misconception, ...] = ()
    forbids: tuple[Family, ...] = ()
    locate: Callable[..., str] | None = None
    unit: str = ""

    @property
    def points(self) -> float:
        """The most that can be earned."""
        return float(sum(group.points for group in self.groups))

    @property
    def guard(self) -> tuple[str, ...]:
        """Names of the forbidden families."""
        return tuple(family.name for family in self.forbids)

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters, in order, as the syllabus has them."""
        return list(inspect.signature(self.reference).parameters)


def find(name: str) -> Exercise:
    """Look an exercise up.

    Args:
        name: of the function or class: ``"conv2d"``.

    Returns:
        The exercise.

    Raises:
        UnknownExercise: naming the closest exercises.
    """
    for unit in UNITS:
        if name in _names(unit):
            return next(e for e in of_unit(unit) if e.name == name)
    import difflib

    known = [n for unit in UNITS for n in _names(unit)]
    near = difflib.get_close_matches(str(name), known, 3)
    advice = f"did you mean {' or '.join(near)}?" if near else f"the exercises are {', '.join(known)}"
    raise UnknownExercise(f"check: there is no exercise called {name!r}; {advice}")


@cache
def of_unit(unit: str) -> tuple[Exercise, ...]:
    """The exercises of a unit, in the order of its assignment."""
    from dataclasses import replace

    package = importlib.import_module(f"autograder.checks.units.{module_name(unit)}")
    made = []
    for name in package.EXERCISES:
        topic = importlib.import_module(f"{package.__name__}.{package.EXERCISES[name]}")
        exercises = {e.name: e for e in _declared(topic)}
        made.append(replace(exercises[name], unit=unit))
    return tuple(made)


def module_name(unit: str) -> str:
    """The package of a unit's checks: ``02_convolution_2d`` → ``unit_02_convolution_2d``."""
    return f"unit_{unit}"


@cache
def _names(unit: str) -> tuple[str, ...]:
    """Names of a unit's exercises, without importing the exercises themselves."""
    from autograder.checks import units

    if module_name(unit) not in {m.name for m in pkgutil.iter_modules(units.__path__)}:
        return ()
    return tuple(importlib.import_module(f"autograder.checks.units.{module_name(unit)}").EXERCISES)


def _declared(topic: Any) -> list[Exercise]:
    return [value for value in vars(topic).values() if isinstance(value, Exercise)]
