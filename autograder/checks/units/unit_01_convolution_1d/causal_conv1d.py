"""``causal_conv1d``: output t sees inputs up to t, and the length stays."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import require_channels, window


def reference(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    """(N,C_in,L), (C_out,C_in,K) → (N,C_out,L)."""
    return padded_by(x, w, b, dilation, reach(w, dilation), 0)


def reach(w: Tensor, dilation: int) -> int:
    """How far back the oldest weight looks."""
    return dilation * (w.shape[2] - 1)


def padded_by(x: Tensor, w: Tensor, b: Tensor | None, dilation: int, before: int, after: int) -> Tensor:
    """The convolution after putting zeros in front and behind.

    Raises:
        ValueError: when the channels differ, or the dilation is below 1.
    """
    require_channels(x, w)
    if dilation < 1:
        raise ValueError(f"dilation {dilation} must be at least 1")
    return F.conv1d(F.pad(x, (before, after)), w, b, dilation=dilation)


def centred(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    half = reach(w, dilation) // 2
    return padded_by(x, w, b, dilation, reach(w, dilation) - half, half)


def looks_ahead(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, 0, reach(w, dilation))


def not_padded(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, 0, 0)


def both_sides(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, reach(w, dilation), reach(w, dilation))


def padding_without_dilation(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, w.shape[2] - 1, 0)


def padding_of_k(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, dilation * w.shape[2], 0)


def strictly_past(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, reach(w, dilation) + 1, 0)[..., :-1]


def one_ahead(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return padded_by(x, w, b, dilation, max(reach(w, dilation) - 1, 0), 1)[..., -x.shape[2] :]


def flipped(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return reference(x, w.flip(-1), b, dilation)


def dilation_ignored(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    reference(x, w, b, dilation)
    return reference(x, w, b)


def without_bias(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    return reference(x, w, None, dilation)


def first_channel(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    reference(x, w, b, dilation)
    return reference(x[:, :1], w[:, :1], b, dilation)


def first_reading_repeated(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    before = x[..., :1].expand(*x.shape[:2], reach(w, dilation))
    return padded_by(torch.cat((before, x), dim=-1), w, b, dilation, 0, 0)


def wrapped(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: int = 1) -> Tensor:
    back = reach(w, dilation)
    around = torch.cat([x] * (back // x.shape[2] + 2), dim=-1)[..., -(x.shape[2] + back) :]
    return padded_by(around, w, b, dilation, 0, 0)


def locate(index: tuple[int, ...], x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> str:
    n, o, t = index
    dilation = options.get("dilation", 1)
    place = window(t, 1, reach(w, dilation), w.shape[2], dilation)
    return f"That entry is the sum over x[{n}, :, {place}] times the filter w[{o}]: nothing after position {t}."


EXERCISE = Exercise(
    name="causal_conv1d",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "only the past",
            2,
            (
                Case("one channel, by hand", (torch.tensor([[[1.0, 2, 3, 4]]]), torch.tensor([[[10.0, 1]]]))),
                Case("three weights", (normal(1, 1, 6), normal(1, 1, 3))),
                Case(
                    "two signals, 3 channels, 4 filters, bias",
                    (normal(2, 3, 7), normal(4, 3, 4), normal(4)),
                    grad=("0", "1", "2"),
                ),
                Case("not contiguous, float64", (normal(2, 2, 5, strided=True), normal(3, 2, 2)), dtype="float64"),
            ),
        ),
        Group(
            "dilation",
            1,
            (
                Case("dilation 2", (normal(2, 2, 8), normal(3, 2, 3)), {"dilation": 2}),
                Case(
                    "dilation 3, bias", (normal(2, 3, 9), normal(2, 3, 2), normal(2)), {"dilation": 3}, grad=("0", "1")
                ),
                Case("dilation 4, three weights", (normal(2, 2, 12), normal(3, 2, 3)), {"dilation": 4}, hidden=True),
            ),
        ),
        Group(
            "extreme sizes, impossible arguments",
            1,
            (
                Case("one weight", (normal(2, 3, 4), normal(2, 3, 1), normal(2))),
                Case("a window that reaches back before the start", (normal(2, 2, 3), normal(2, 2, 5))),
                Case("dilation 0", (normal(1, 1, 4), normal(1, 1, 2)), {"dilation": 0}),
                Case("channels that do not match", (normal(1, 3, 4), normal(2, 2, 2)), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the window is centred: it sees the future",
            centred,
            "Change the last reading only. Which outputs may change with it?",
        ),
        Misconception(
            "the window looks ahead: the padding is behind",
            looks_ahead,
            "Which output sees the first input alone: the first or the last?",
        ),
        Misconception(
            "nothing is padded", not_padded, "Output 0 exists, too. What does its window cover besides input 0?"
        ),
        Misconception("both sides are padded", both_sides, "One side makes the length right, and the other too long."),
        Misconception(
            "the padding does not know the dilation",
            padding_without_dilation,
            "The window reaches back further when it is dilated: by how much?",
        ),
        Misconception(
            "the padding is D·K instead of D·(K - 1)", padding_of_k, "K weights have how many steps between them?"
        ),
        Misconception(
            "output t does not see input t", strictly_past, "Up to t includes t: the newest weight meets input t."
        ),
        Misconception("output t sees input t + 1", one_ahead, "One zero is missing on the left: count for K = 2."),
        Misconception(
            "the kernel is flipped",
            flipped,
            "As in conv1d nothing is mirrored: the last weight belongs to the newest reading.",
        ),
        Misconception("the dilation is ignored", dilation_ignored, "Which numbers does a dilated window skip?"),
        Misconception("the bias is ignored", without_bias, "What is added to each output channel, once?"),
        Misconception("only the first channel is used", first_channel, "A filter reads all channels."),
        Misconception(
            "the past before the start repeats the first reading",
            first_reading_repeated,
            "What stands before the first reading: zeros, or the reading again?",
        ),
        Misconception(
            "the past before the start is the end of the signal",
            wrapped,
            "An index below 0 counts from the end, and that is the future.",
        ),
    ),
)
