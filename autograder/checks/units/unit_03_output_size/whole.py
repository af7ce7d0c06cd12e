"""Whole numbers of cases: drawn anew, or checked for being sizes at all.

Guarantees: a drawn number lies between its bounds, both included, and is the same for the same seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from autograder.checks.cases import Draw
from autograder.checks.wire import Plain


@dataclass(frozen=True)
class Whole(Draw):
    """A whole number to be drawn when a case is made."""

    shape: tuple[int, ...] = ()
    low: int = 0
    high: int = 0

    def draw(self, generator: torch.Generator, dtype: str) -> Plain:
        """Draw the number; it is an int, whatever the dtype of the case."""
        return int(torch.randint(self.low, self.high + 1, (), generator=generator))


def whole(low: int, high: int) -> Whole:
    """A number from low to high, both included."""
    return Whole(low=low, high=high)


def require_positive(**sizes: int) -> None:
    """Refuse sizes below 1.

    Raises:
        ValueError: naming the first of them.
    """
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} = {size} must be at least 1")


def require_not_negative(**sizes: int) -> None:
    """Refuse sizes below 0.

    Raises:
        ValueError: naming the first of them.
    """
    for name, size in sizes.items():
        if size < 0:
            raise ValueError(f"{name} = {size} must be at least 0")
