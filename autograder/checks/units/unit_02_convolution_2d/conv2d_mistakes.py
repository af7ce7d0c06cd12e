"""Mistakes in a convolution's forward pass, and the right pass that they differ from."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Misconception
from autograder.checks.units.sizes import IntOrPair, pair, require_channels, require_fit


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


def padding_once(x: Tensor, w: Tensor, b: Tensor | None = None, padding: IntOrPair = 0, **options: Any) -> Tensor:
    ph, pw = pair(padding)
    return reference(F.pad(x, (pw, 0, ph, 0)), w, b, **options)


def stride_of_height(x: Tensor, w: Tensor, b: Tensor | None = None, stride: IntOrPair = 1, **options: Any) -> Tensor:
    return reference(x, w, b, stride=pair(stride)[0], **options)


def rounded_up(x: Tensor, w: Tensor, b: Tensor | None = None, stride: IntOrPair = 1, **options: Any) -> Tensor:
    reference(x, w, b, stride=stride, **options)
    p, d = pair(options.pop("padding", 0)), pair(options.get("dilation", 1))
    spans = [d[a] * (w.shape[2 + a] - 1) + 1 for a in (0, 1)]
    more = [-(x.shape[2 + a] + 2 * p[a] - spans[a]) % pair(stride)[a] for a in (0, 1)]
    padded = F.pad(x, (p[1], p[1] + more[1], p[0], p[0] + more[0]))
    return reference(padded, w, b, stride=stride, **options)


MISTAKES = (
    Misconception(
        "the kernel is flipped",
        flipped,
        "Deep learning's convolution is a cross-correlation: which entry of w meets the window's first pixel?",
    ),
    Misconception("the kernel is transposed", transposed, "Which index of w runs down the image, and which along it?"),
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
    Misconception(
        "the padding is put before the image only", padding_once, "Padding p puts p zeros before and p behind."
    ),
    Misconception(
        "the stride of the height is used for both dimensions",
        stride_of_height,
        "A pair has two numbers: which one moves the window along a row?",
    ),
    Misconception(
        "a window that hangs over the end is kept",
        rounded_up,
        "A window that would run over the end is left out: is the division rounded down?",
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
)
