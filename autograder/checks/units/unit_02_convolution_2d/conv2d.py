"""``conv2d``: the sliding window over channels, with stride, padding, dilation and groups."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks import forbid
from autograder.checks.cases import Case, Group, normal
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair, require_channels, require_fit, window


def reference(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: IntOrPair = 1,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
) -> Tensor:
    """(N,C_in,H,W), (C_out,C_in/G,K_h,K_w) → (N,C_out,H_out,W_out)."""
    require_channels(x, w, groups)
    require_fit(x.shape[2:], w.shape[2:], stride, padding, dilation)
    return F.conv2d(x, w, b, stride, padding, dilation, groups)


def flipped(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w.flip(-2, -1), b, **options)


def transposed(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w.transpose(-2, -1), b, **options)


def without_bias(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w, None, **options)


def bias_per_channel(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w, None if b is None else b * w.shape[1], **options)


def first_channel(x: Tensor, w: Tensor, b: Tensor | None = None, groups: int = 1, **options: Any) -> Tensor:
    kept = w.clone()
    kept[:, 1:] = 0
    return reference(x, kept, b, groups=groups, **options)


def mean_over_channels(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w / w.shape[1], b, **options)


def stride_ignored(x: Tensor, w: Tensor, b: Tensor | None = None, stride: IntOrPair = 1, **options: Any) -> Tensor:
    return reference(x, w, b, **options)


def strides_swapped(x: Tensor, w: Tensor, b: Tensor | None = None, stride: IntOrPair = 1, **options: Any) -> Tensor:
    return reference(x, w, b, stride=pair(stride)[::-1], **options)


def padding_swapped(x: Tensor, w: Tensor, b: Tensor | None = None, padding: IntOrPair = 0, **options: Any) -> Tensor:
    return reference(x, w, b, padding=pair(padding)[::-1], **options)


def padding_one_sided(x: Tensor, w: Tensor, b: Tensor | None = None, padding: IntOrPair = 0, **options: Any) -> Tensor:
    ph, pw = pair(padding)
    return reference(F.pad(x, (2 * pw, 0, 2 * ph, 0)), w, b, **options)


def dilation_ignored(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: IntOrPair = 1, **options: Any) -> Tensor:
    return reference(x, w, b, **options)


def padding_repeated(x: Tensor, w: Tensor, b: Tensor | None = None, padding: IntOrPair = 0, **options: Any) -> Tensor:
    ph, pw = pair(padding)
    return reference(F.pad(x, (pw, pw, ph, ph), mode="replicate"), w, b, **options)


def padding_ignored(x: Tensor, w: Tensor, b: Tensor | None = None, padding: IntOrPair = 0, **options: Any) -> Tensor:
    return reference(x, w, b, **options)


def dilations_swapped(x: Tensor, w: Tensor, b: Tensor | None = None, dilation: IntOrPair = 1, **options: Any) -> Tensor:
    return reference(x, w, b, dilation=pair(dilation)[::-1], **options)


def groups_see_the_first(x: Tensor, w: Tensor, b: Tensor | None = None, groups: int = 1, **options: Any) -> Tensor:
    return reference(x[:, : w.shape[1]], w, b, **options)


def groups_interleaved(x: Tensor, w: Tensor, b: Tensor | None = None, groups: int = 1, **options: Any) -> Tensor:
    mixed = x.unflatten(1, (-1, groups)).transpose(1, 2).flatten(1, 2)
    return reference(mixed, w, b, groups=groups, **options)


def last_window_missing(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w, b, **options)[:, :, :-1, :-1]


def channels_not_summed(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    apart = [reference(x[:, c : c + 1], w[:, c : c + 1], b, **options) for c in range(w.shape[1])]
    return torch.stack(apart, 2)


def locate(index: tuple[int, ...], x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> str:
    n, _, i, j = index
    s, p, d = (pair(options.get(key, default)) for key, default in (("stride", 1), ("padding", 0), ("dilation", 1)))
    rows, columns = (window(at, s[a], p[a], w.shape[2 + a], d[a]) for a, at in ((0, i), (1, j)))
    return f"That entry is the sum over the window x[{n}, :, rows {rows}, columns {columns}] times one filter."


EXERCISE = Exercise(
    name="conv2d",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "sliding window",
            2,
            (
                Case("one channel, one filter", (normal(1, 1, 4, 5), normal(1, 1, 2, 3))),
                Case(
                    "two images, 3 channels, 4 filters, bias",
                    (normal(2, 3, 5, 7), normal(4, 3, 3, 2), normal(4)),
                    grad=("0", "1", "2"),
                ),
                Case("a 1×1 kernel", (normal(2, 3, 4, 3), normal(2, 3, 1, 1), normal(2)), hidden=True),
                Case("a kernel as large as the image", (normal(2, 2, 3, 4), normal(3, 2, 3, 4))),
                Case(
                    "not contiguous, float64",
                    (normal(2, 3, 5, 4, strided=True), normal(4, 3, 2, 3, strided=True)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "stride and padding",
            2,
            (
                Case("stride 2 leaves a remainder", (normal(2, 3, 6, 7), normal(4, 3, 3, 2)), {"stride": 2}),
                Case("stride (2, 3)", (normal(2, 2, 7, 8), normal(3, 2, 3, 2), normal(3)), {"stride": (2, 3)}),
                Case("padding 2", (normal(1, 2, 3, 4), normal(3, 2, 3, 3)), {"padding": 2}),
                Case(
                    "padding (1, 0), stride (1, 2)",
                    (normal(2, 3, 4, 6), normal(2, 3, 3, 3), normal(2)),
                    {"stride": (1, 2), "padding": (1, 0)},
                    grad=("0", "1"),
                ),
            ),
        ),
        Group(
            "dilation and groups",
            1,
            (
                Case("dilation (2, 1)", (normal(2, 2, 7, 5), normal(3, 2, 3, 2)), {"dilation": (2, 1)}),
                Case("two groups", (normal(2, 4, 5, 4), normal(6, 2, 2, 3), normal(6)), {"groups": 2}),
                Case(
                    "depthwise, all together",
                    (normal(2, 3, 8, 9), normal(6, 1, 2, 3), normal(6)),
                    {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 3},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a kernel larger than the image", (normal(1, 1, 3, 3), normal(1, 1, 4, 2))),
                Case("filters of the wrong depth", (normal(1, 3, 4, 4), normal(2, 2, 2, 2))),
                Case("3 channels in 2 groups", (normal(1, 3, 4, 4), normal(2, 1, 2, 2)), {"groups": 2}),
                Case("stride 0", (normal(1, 1, 4, 4), normal(1, 1, 2, 2)), {"stride": 0}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the kernel is flipped",
            flipped,
            "Deep learning's convolution is a cross-correlation: which entry of w meets the window's first pixel?",
        ),
        Misconception(
            "the kernel is transposed", transposed, "Which index of w runs down the image, and which along it?"
        ),
        Misconception("the bias is ignored", without_bias, "What is added to each output channel, once?"),
        Misconception(
            "the bias is added once per input channel",
            bias_per_channel,
            "Is the bias added inside the sum over channels, or after it?",
        ),
        Misconception("only the first channel is used", first_channel, "A filter is as deep as its input."),
        Misconception(
            "the channels are averaged instead of summed",
            mean_over_channels,
            "What does the formula do over c: a sum, or a mean?",
        ),
        Misconception("the stride is ignored", stride_ignored, "How far does the window move between two outputs?"),
        Misconception(
            "the strides for height and width are swapped",
            strides_swapped,
            "The first number of a pair belongs to the height.",
        ),
        Misconception(
            "the paddings for height and width are swapped",
            padding_swapped,
            "F.pad counts from the last dimension; the pair counts from the height.",
        ),
        Misconception(
            "all the padding is put on one side", padding_one_sided, "Padding p puts p zeros before and p behind."
        ),
        Misconception("the padding is ignored", padding_ignored, "How many zeros come before the first row?"),
        Misconception(
            "the padding repeats the edge instead of zeros", padding_repeated, "What is the value of a padded pixel?"
        ),
        Misconception("the dilation is ignored", dilation_ignored, "Which pixels does a dilated window skip?"),
        Misconception(
            "the dilations for height and width are swapped",
            dilations_swapped,
            "The first number of a pair belongs to the height.",
        ),
        Misconception(
            "every group sees the first group's channels",
            groups_see_the_first,
            "Where do the input channels of group g begin?",
        ),
        Misconception(
            "the channels are dealt out to the groups in turn",
            groups_interleaved,
            "A group's channels lie side by side.",
        ),
        Misconception(
            "the last row and column of windows are missing",
            last_window_missing,
            "How many places are there for a kernel of 2 in a row of 4? Count them.",
        ),
        Misconception(
            "the channels are not summed",
            channels_not_summed,
            "One filter gives one picture, however deep its input is.",
        ),
    ),
)
