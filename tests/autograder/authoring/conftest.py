"""A course of two units, small enough to read, built in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring.build import Builder
from autograder.course import load_course

COURSE = """\
[course]
title = "A small course"
owner = "ada"
repo = "cnn"
branch = "main"

[[units]]
name = "00_first"
title = "The first unit"
minutes = 10

[[units]]
name = "01_second"
title = "The second unit"
minutes = 20
"""

ASSIGNMENT = '''\
# %% [markdown]
# Doubling.

# %%
import math

# %% [markdown]
# ## Exercise 1 · `double`

# %% role="solution" grade_id="double"
def double(number):
    """Twice the number."""
    ### BEGIN SOLUTION
    doubled_number = number + number
    return doubled_number
    ### END SOLUTION

# %% role="tests" exercise="double"

# %% [markdown]
# ## A written question

# %% [markdown] role="manual" grade_id="why" points=2
# Because adding a number to itself counts it twice.
'''

LECTURE = """\
# %% [markdown] tags=["slide"]
# Questions.

# %%
numbers = [1, 2, 3]

# %% [markdown]
# ## Sums

# %% tags=["live"] prompt="Add the numbers up and print the total."
total_of_numbers = sum(numbers)
print(total_of_numbers)

# %% tags=["live", "slide"]
# Type: the mean, from
# the total.
mean_of_numbers = total_of_numbers / len(numbers)

# %% tags=["volatile"]
import time
print(time.time())
"""


@dataclass(frozen=True)
class SmallExercise:
    """What the builder asks an exercise for."""

    name: str
    points: float = 3.0
    unit: str = "00_first"


def find(name: str) -> SmallExercise:
    """Know one exercise of the first unit and one of the second."""
    known = {"double": SmallExercise("double"), "halve": SmallExercise("halve", 1.0, "01_second")}
    if name not in known:
        raise KeyError(f"no exercise called {name!r}")
    return known[name]


@pytest.fixture
def course_builder(tmp_path: Path) -> Callable[..., Builder]:
    """Make a builder for a course with these sources, by kind and unit."""

    def make(assignment: str | None = ASSIGNMENT, lecture: str | None = None, **more: str) -> Builder:
        (tmp_path / "course.toml").write_text(COURSE, encoding="utf-8")
        sources = {"assignments/00_first": assignment, "lectures/00_first": lecture, **more}
        for name, text in sources.items():
            path = tmp_path / "sources" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return Builder(load_course(tmp_path), find)

    return make


@pytest.fixture(scope="session")
def lecture_source() -> str:
    """A lecture with two cells to type along and one whose output is not kept."""
    return LECTURE


@pytest.fixture(scope="session")
def assignment_source() -> str:
    """An assignment with one exercise and one written question."""
    return ASSIGNMENT
