"""``moving_average(x, w)``: the aeroplane's table, a weighted sum over every window of the readings."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import window
from autograder.checks.units.unit_01_convolution_1d.sliding import SHARED, slid

READINGS = torch.tensor([1.00, 1.10, 1.20, 1.40, 1.70, 1.80, 1.90, 2.10, 2.20, 2.40, 2.50, 2.70])
WEIGHTS = torch.tensor([0.01, 0.01, 0.02, 0.02, 0.04, 0.4, 0.5])


def reference(x: Tensor, w: Tensor) -> Tensor:
    """(L,), (K,) → (L-K+1,)."""
    return slid(x, w)


def flipped(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w.flip(0))


def unweighted(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, torch.full_like(w, 1 / len(w)))


def normalised(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w) / w.sum()


def reversed_in_time(x: Tensor, w: Tensor) -> Tensor:
    return slid(x, w).flip(0)


def locate(index: tuple[int, ...], x: Tensor, w: Tensor) -> str:
    return f"That entry is the sum of x[{window(index[0], 1, 0, len(w))}] times w, number by number."


EXERCISE = Exercise(
    name="moving_average",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "weighted sums, window by window",
            1,
            (
                Case("two weights over four readings", (torch.tensor([1.0, 2, 4, 8]), torch.tensor([3.0, 1]))),
                Case("the aeroplane: seven weights over twelve readings", (READINGS, WEIGHTS)),
                Case("weights of any sign and sum", (normal(9), normal(4)), grad=("0", "1")),
            ),
        ),
        Group(
            "any sizes",
            1,
            (
                Case("one weight", (normal(5), normal(1))),
                Case("as many weights as readings", (normal(6), normal(6))),
                Case("not contiguous, float64", (normal(10, strided=True), normal(3, strided=True)), dtype="float64"),
                Case("forty readings, eleven weights", (normal(40), normal(11)), hidden=True),
                Case("one reading, one weight", (normal(1), normal(1)), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("more weights than readings", (normal(3), normal(5))),
                Case("one weight too many", (normal(6), normal(7)), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the weights are applied in reverse",
            flipped,
            "The table is read as it stands: which reading of the first window meets the first weight?",
        ),
        Misconception(
            "the weights are not used: a plain mean", unweighted, "Where do the numbers in w enter the result?"
        ),
        Misconception(
            "the sums are divided by the sum of the weights",
            normalised,
            "Weights may add up to anything: the formula has no division.",
        ),
        Misconception("the result runs backwards in time", reversed_in_time, "Which window gives the first entry?"),
        *SHARED,
    ),
)
