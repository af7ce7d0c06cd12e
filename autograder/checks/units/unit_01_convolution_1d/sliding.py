"""The sliding dot product of two rows of numbers, and the ways to get its windows wrong, shared by the first two exercises."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Misconception
from autograder.checks.units.sizes import require_fit


def slid(x: Tensor, w: Tensor, stride: int = 1) -> Tensor:
    """(L,), (K,) → (L-K+1,): PyTorch's ``conv1d`` without batch and channels.

    Raises:
        ValueError: when w is longer than x.
    """
    require_fit(x.shape, w.shape)
    return F.conv1d(x[None, None], w[None, None], stride=stride)[0, 0]


def padded(x: Tensor, before: int, after: int) -> Tensor:
    """Zeros in front of and behind a row of numbers."""
    return F.pad(x, (before, after))


def last_window_missing(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w)[:-1]


def first_window_missing(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w)[1:]


def divided_by_size(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w) / len(w)


def every_overlap(x: Tensor, w: Tensor) -> Tensor:
    require_fit(x.shape, w.shape)
    return slid(padded(x, len(w) - 1, len(w) - 1), w)


def length_kept(x: Tensor, w: Tensor) -> Tensor:
    require_fit(x.shape, w.shape)
    return slid(padded(x, len(w) // 2, (len(w) - 1) // 2), w)


def length_kept_from_the_left(x: Tensor, w: Tensor) -> Tensor:
    require_fit(x.shape, w.shape)
    return slid(padded(x, len(w) - 1, 0), w)


def wrapped(x: Tensor, w: Tensor) -> Tensor:
    require_fit(x.shape, w.shape)
    around = x.repeat(2)[: len(x) + len(w) - 1]
    return slid(around, w)


def side_by_side(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w, stride=len(w))


WINDOWS = (
    (
        "the last window is missing",
        last_window_missing,
        "Count the starts for four numbers and a window of two: 0, 1 and then?",
    ),
    ("the first window is missing", first_window_missing, "Which numbers does the very first window cover?"),
    (
        "the products are averaged instead of summed",
        divided_by_size,
        "The weights already say how much each number counts. What is left to divide by?",
    ),
    (
        "windows that hang over the ends are counted as well",
        every_overlap,
        "A window counts when all of it lies inside the signal. How many of those are there?",
    ),
    (
        "zeros are put at both ends to keep the length",
        length_kept,
        "The result is shorter than the signal. By how much?",
    ),
    (
        "zeros are put before the first number to keep the length",
        length_kept_from_the_left,
        "The first window starts at the first number, not before it.",
    ),
    ("the window wraps around the end", wrapped, "What may follow the last number: the first one again, or nothing?"),
    (
        "the windows stand side by side instead of overlapping",
        side_by_side,
        "How far does the window move between two results?",
    ),
)
SHARED = tuple(Misconception(*row) for row in WINDOWS)


def mirrored(misconception: Misconception) -> Misconception:
    """The same mistake in an exercise that flips the kernel."""
    target = misconception.target
    return Misconception(misconception.name, lambda x, w: target(x, w.flip(0)), misconception.hint)
