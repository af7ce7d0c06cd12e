"""``convolve1d(x, w)``: true convolution, over the windows that lie inside the signal."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import window
from autograder.checks.units.unit_01_convolution_1d.sliding import SHARED, mirrored, slid


def reference(x: Tensor, w: Tensor) -> Tensor:
    """(L,), (K,) → (L-K+1,)."""
    return slid(x, w.flip(0))


def not_flipped(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w)


def signal_flipped(x: Tensor, w: Tensor) -> Tensor:
    return slid(x.flip(0), w)


def both_flipped(x: Tensor, w: Tensor) -> Tensor:
    return slid(x.flip(0), w.flip(0))


def first_weight_kept(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w.flip(0).roll(1))


def locate(index: tuple[int, ...], x: Tensor, w: Tensor) -> str:
    return f"That entry is the sum of x[{window(index[0], 1, 0, len(w))}] times the mirrored kernel, number by number."


EXERCISE = Exercise(
    name="convolve1d",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "the kernel mirrored",
            1,
            (
                Case("an impulse gives the kernel back", (torch.tensor([0.0, 0, 1, 0, 0]), torch.tensor([1.0, 2, 3]))),
                Case("four numbers, two weights", (torch.tensor([1.0, 2, 4, 8]), torch.tensor([3.0, 1]))),
                Case("nine numbers, four weights", (normal(9), normal(4)), grad=("0", "1")),
            ),
        ),
        Group(
            "any sizes",
            1,
            (
                Case("one weight", (normal(4), normal(1))),
                Case("as many weights as numbers", (normal(5), normal(5))),
                Case("not contiguous, float64", (normal(8, strided=True), normal(3, strided=True)), dtype="float64"),
                Case("thirty numbers, twelve weights", (normal(30), normal(12)), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a kernel longer than the signal", (normal(3), normal(4))),
                Case("much longer", (normal(2), normal(9)), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the kernel is not flipped",
            not_flipped,
            "Put an impulse in: a convolution gives the kernel back the right way round.",
        ),
        Misconception(
            "the signal is flipped instead of the kernel",
            signal_flipped,
            "Either one may be mirrored, but then in which order do the results come?",
        ),
        Misconception(
            "signal and kernel are both flipped", both_flipped, "Two mirrors undo each other. Which one is needed?"
        ),
        Misconception(
            "the kernel is reversed, but its first weight stays in front",
            first_weight_kept,
            "An index of -k counts from the end, except for k = 0. Which weight is met first?",
        ),
        *(mirrored(misconception) for misconception in SHARED),
    ),
)
