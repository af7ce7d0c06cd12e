"""``conv1d_matrix(w, length, stride)``: the matrix whose product with a signal slides the kernel over it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import require_fit


def reference(w: Tensor, length: int, stride: int = 1) -> Tensor:
    """(K,), L → (L_out, L)."""
    require_fit((length,), w.shape, stride)
    units = torch.eye(length, dtype=w.dtype, device=w.device)
    return F.conv1d(units[:, None], w[None, None], stride=stride)[:, 0].T


def flipped(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(w.flip(0), length, stride)


def transposed(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(w, length, stride).T


def stride_ignored(w: Tensor, length: int, stride: int = 1) -> Tensor:
    reference(w, length, stride)
    return reference(w, length)


def rows_first_then_stride(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(w, length)[: len(reference(w, length, stride))]


def without_shift(w: Tensor, length: int, stride: int = 1) -> Tensor:
    rows = reference(w, length, stride)
    return rows[:1].expand(rows.shape)


def shifted_by_one(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(w, length, stride).roll(1, dims=1)


def last_row_missing(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(w, length, stride)[:-1]


def cut_off(w: Tensor, length: int, stride: int = 1) -> Tensor:
    reference(w, length, stride)
    return reference(w, length + len(w) - 1, stride)[:, :length]


def wrapped(w: Tensor, length: int, stride: int = 1) -> Tensor:
    reference(w, length, stride)
    wide = reference(w, length + len(w) - 1, stride)
    around = torch.zeros_like(wide[:, :length])
    around[:, : len(w) - 1] = wide[:, length:]
    return wide[:, :length] + around


def centred(w: Tensor, length: int, stride: int = 1) -> Tensor:
    reference(w, length, stride)
    before = len(w) // 2
    return reference(w, length + len(w) - 1, stride)[:, before : before + length]


def ones(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(torch.ones_like(w), length, stride)


def unshared(w: Tensor, length: int, stride: int = 1) -> Tensor:
    return reference(w, length, stride).cumsum(0)


def locate(index: tuple[int, ...], w: Tensor, length: int, **options: Any) -> str:
    row, column = index
    first = row * options.get("stride", 1)
    inside = first <= column < first + len(w)
    holds = f"so column {column} holds w[{column - first}]" if inside else f"and column {column} holds 0"
    return f"Row {row} makes output {row}: its window covers columns {first} to {first + len(w) - 1}, {holds}."


EXERCISE = Exercise(
    name="conv1d_matrix",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "a row for every window",
            2,
            (
                Case("three weights, length 5", (torch.tensor([1.0, 2, 3]), 5)),
                Case("four weights, length 9", (normal(4), 9), grad=("0",)),
                Case("two weights, length 4, float64", (normal(2, strided=True), 4), dtype="float64"),
                Case("seven weights, length 20", (normal(7), 20), hidden=True),
            ),
        ),
        Group(
            "stride",
            1,
            (
                Case("stride 2", (normal(3), 7), {"stride": 2}),
                Case("stride 3 leaves a remainder", (normal(2), 10), {"stride": 3}, grad=("0",)),
                Case("a stride longer than the kernel", (normal(2), 11), {"stride": 4}, hidden=True),
            ),
        ),
        Group(
            "extreme sizes, impossible arguments",
            1,
            (
                Case("one weight", (normal(1), 4)),
                Case("as many weights as numbers", (normal(4), 4)),
                Case("more weights than numbers", (normal(4), 3)),
                Case("stride 0", (normal(2), 5), {"stride": 0}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the matrix is transposed",
            transposed,
            "A @ x has one entry per row of A. How many outputs are there, and how many inputs?",
        ),
        Misconception(
            "the weights are reversed in every row",
            flipped,
            "Row 0 is the first window: which weight stands in column 0?",
        ),
        Misconception("the stride is ignored", stride_ignored, "How far is a row shifted against the row above it?"),
        Misconception(
            "the number of rows knows the stride, the shift does not",
            rows_first_then_stride,
            "Where does the window of output 1 start when the stride is 2?",
        ),
        Misconception(
            "every row holds the weights in the same place", without_shift, "Output 1 reads other inputs than output 0."
        ),
        Misconception("the weights start one column late", shifted_by_one, "The first window starts at input 0."),
        Misconception("the last row is missing", last_row_missing, "Count the windows once more: L = 4, K = 2."),
        Misconception(
            "windows that hang over the end have rows, too",
            cut_off,
            "Every row must hold all K weights. How many rows do?",
        ),
        Misconception(
            "the last rows wrap around to the first columns",
            wrapped,
            "May the last window continue at the beginning of the signal?",
        ),
        Misconception(
            "the windows are centred, and cut at both ends",
            centred,
            "There is no padding here: every row must hold all K weights.",
        ),
        Misconception(
            "the matrix says where the window is, but holds ones", ones, "Which number multiplies the input there?"
        ),
        Misconception(
            "rows keep what earlier rows wrote", unshared, "Each row starts from zeros, not from the row before."
        ),
    ),
)
