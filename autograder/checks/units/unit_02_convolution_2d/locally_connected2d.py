"""``locally_connected2d``: the window of a convolution, with a filter of its own at every place."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import require_channels, require_fit, window


def reference(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    """(N,C_in,H,W), (H_out,W_out,C_out,C_in,K_h,K_w) → (N,C_out,H_out,W_out)."""
    require_channels(x, w[0, 0])
    require_fit(x.shape[2:], w.shape[4:])
    places = (x.shape[2] - w.shape[4] + 1, x.shape[3] - w.shape[5] + 1)
    if tuple(w.shape[:2]) != places:
        raise ValueError(f"the kernel fits at {places} places, and w has filters for {tuple(w.shape[:2])}")
    windows = x.unfold(2, w.shape[4], 1).unfold(3, w.shape[5], 1)
    y = torch.einsum("ncijuv,ijocuv->noij", windows, w)
    return y if b is None else y + b[:, None, None]


def shared(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w[:1, :1].expand_as(w), b)


def shared_by_row(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w[:, :1].expand_as(w), b)


def averaged_filters(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w.mean((0, 1), keepdim=True).expand_as(w), b)


def flipped(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w.flip(4, 5), b)


def places_flipped(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w.flip(0, 1), b)


def places_by_columns(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w.transpose(0, 1).reshape(w.shape), b)


def channels_last(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w, b).permute(0, 2, 3, 1)


def without_bias(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w)


def bias_per_channel(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    return reference(x, w, None if b is None else b * w.shape[3])


def first_channel(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    kept = w.clone()
    kept[:, :, :, 1:] = 0
    return reference(x, kept, b)


def all_windows(x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    windows = x.unfold(2, w.shape[4], 1).unfold(3, w.shape[5], 1).sum((2, 3), keepdim=True)
    y = torch.einsum("ncuv,ijocuv->noij", windows[:, :, 0, 0], w)
    return y if b is None else y + b[:, None, None]


def locate(index: tuple[int, ...], x: Tensor, w: Tensor, b: Tensor | None = None) -> str:
    n, o, i, j = index
    rows, columns = (window(at, 1, 0, k) for at, k in zip((i, j), w.shape[4:], strict=True))
    return f"That entry is the sum over x[{n}, :, rows {rows}, columns {columns}] times w[{i}, {j}, {o}]."


EXERCISE = Exercise(
    name="locally_connected2d",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "a filter for every place",
            2,
            (
                Case(
                    "one channel, one filter each", (drawn("integers", 1, 1, 3, 4), drawn("integers", 2, 3, 1, 1, 2, 2))
                ),
                Case(
                    "two images, three channels, four filters",
                    (normal(2, 3, 4, 5), normal(3, 3, 4, 3, 2, 3)),
                    grad=("0", "1"),
                ),
                Case(
                    "not contiguous, float64",
                    (normal(2, 2, 4, 3, strided=True), normal(2, 2, 3, 2, 3, 2)),
                    dtype="float64",
                ),
                Case("a 1×1 window", (normal(2, 3, 2, 3), normal(2, 3, 2, 3, 1, 1)), hidden=True),
            ),
        ),
        Group(
            "bias",
            1,
            (
                Case("a bias for every filter", (normal(2, 3, 4, 3), normal(2, 2, 4, 3, 3, 2), normal(4)), grad=("2",)),
                Case("one place only", (normal(2, 2, 3, 4), normal(1, 1, 3, 2, 3, 4), normal(3)), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("filters for too few places", (normal(1, 1, 4, 4), normal(2, 3, 1, 1, 2, 2))),
                Case("a column of filters too few", (normal(1, 1, 4, 5), normal(3, 3, 1, 1, 2, 2)), hidden=True),
                Case("filters for too many places", (normal(1, 1, 3, 4), normal(3, 3, 1, 1, 2, 2)), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the same filter is used everywhere", shared, "That is a convolution. Which indices of w say where?"
        ),
        Misconception(
            "all places of a row share a filter", shared_by_row, "w has an index for the row and one for the column."
        ),
        Misconception(
            "the filters of all places are averaged", averaged_filters, "Each place uses its own filter only."
        ),
        Misconception("every place sees all windows", all_windows, "Place (i, j) sees window (i, j) and no other."),
        Misconception("the kernel is flipped", flipped, "As in conv2d: which entry of a filter meets the first pixel?"),
        Misconception(
            "the filters are laid out from the end", places_flipped, "Which filter belongs to the top left place?"
        ),
        Misconception(
            "the places are counted down the image first",
            places_by_columns,
            "The place right of (0, 0) is (0, 1): which one comes next in a flattened w?",
        ),
        Misconception("the channels are left last", channels_last, "The result is (N, C_out, H_out, W_out)."),
        Misconception("the bias is ignored", without_bias, "What is added to each output channel, once?"),
        Misconception(
            "the bias is added once per input channel",
            bias_per_channel,
            "Is the bias added inside the sum over channels, or after it?",
        ),
        Misconception("only the first channel is used", first_channel, "A filter is as deep as its input."),
    ),
)
