"""What goes wrong in ``conv1d``: each mistake as the reference with one thing done otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Misconception

Conv = Callable[..., Tensor]
Bias = Tensor | None


def mistakes(conv: Conv) -> tuple[Misconception, ...]:
    """The misconceptions of ``conv1d``, in terms of a right implementation."""
    return tuple(Misconception(name, _bound(change, conv), hint) for name, change, hint in _MISTAKES)


def _bound(change: Callable[..., Tensor], conv: Conv) -> Callable[..., Tensor]:
    def target(x: Tensor, w: Tensor, b: Bias = None, **options: Any) -> Tensor:
        conv(x, w, b, **options)  # impossible arguments are refused by every one of them
        return change(conv, x, w, b, **options)

    return target


def _flipped(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w.flip(-1), b, **options)


def _without_bias(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w, None, **options)


def _bias_per_channel(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w, None if b is None else b * w.shape[1], **options)


def _bias_per_weight(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w, None if b is None else b * w.shape[1] * w.shape[2], **options)


def _first_channel(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    keep = torch.zeros_like(w)
    keep[:, 0] = 1
    return conv(x, w * keep, b, **options)


def _last_channel(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    keep = torch.zeros_like(w)
    keep[:, -1] = 1
    return conv(x, w * keep, b, **options)


def _mean_over_channels(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w / w.shape[1], b, **options)


def _last_window_missing(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w, b, **options)[..., :-1]


def _stride_ignored(conv: Conv, x: Tensor, w: Tensor, b: Bias, stride: int = 1, **options: Any) -> Tensor:
    return conv(x, w, b, **options)


def _remainder_kept(conv: Conv, x: Tensor, w: Tensor, b: Bias, stride: int = 1, **options: Any) -> Tensor:
    padding = options.pop("padding", 0)
    span = options.get("dilation", 1) * (w.shape[2] - 1) + 1
    missing = -(x.shape[2] + 2 * padding - span) % stride
    return conv(F.pad(x, (padding, padding + missing)), w, b, stride=stride, **options)


def _padding_ignored(conv: Conv, x: Tensor, w: Tensor, b: Bias, padding: int = 0, **options: Any) -> Tensor:
    return conv(x, w, b, **options)


def _padding_in_front(conv: Conv, x: Tensor, w: Tensor, b: Bias, padding: int = 0, **options: Any) -> Tensor:
    return conv(F.pad(x, (2 * padding, 0)), w, b, **options)


def _padding_behind(conv: Conv, x: Tensor, w: Tensor, b: Bias, padding: int = 0, **options: Any) -> Tensor:
    return conv(F.pad(x, (0, 2 * padding)), w, b, **options)


def _padding_once(conv: Conv, x: Tensor, w: Tensor, b: Bias, padding: int = 0, **options: Any) -> Tensor:
    return conv(F.pad(x, (padding, 0)), w, b, **options)


def _padding_repeats(conv: Conv, x: Tensor, w: Tensor, b: Bias, padding: int = 0, **options: Any) -> Tensor:
    return conv(F.pad(x, (padding, padding), mode="replicate"), w, b, **options)


def _dilation_ignored(conv: Conv, x: Tensor, w: Tensor, b: Bias, dilation: int = 1, **options: Any) -> Tensor:
    return conv(x, w, b, **options)


def _dilation_only_in_the_length(
    conv: Conv, x: Tensor, w: Tensor, b: Bias, dilation: int = 1, **options: Any
) -> Tensor:
    length = conv(x, w, b, dilation=dilation, **options).shape[-1]
    return conv(x, w, b, **options)[..., :length]


def _one_gap_too_many(conv: Conv, x: Tensor, w: Tensor, b: Bias, dilation: int = 1, **options: Any) -> Tensor:
    return conv(x, w, b, dilation=dilation + 1 if dilation > 1 else 1, **options)


def _first_group_for_all(conv: Conv, x: Tensor, w: Tensor, b: Bias, groups: int = 1, **options: Any) -> Tensor:
    return conv(x[:, : w.shape[1]], w, b, **options)


def _input_interleaved(conv: Conv, x: Tensor, w: Tensor, b: Bias, groups: int = 1, **options: Any) -> Tensor:
    order = [c for g in range(groups) for c in range(g, x.shape[1], groups)]
    return conv(x[:, order], w, b, groups=groups, **options)


def _output_interleaved(conv: Conv, x: Tensor, w: Tensor, b: Bias, groups: int = 1, **options: Any) -> Tensor:
    order = [o for g in range(groups) for o in range(g, w.shape[0], groups)]
    back = sorted(range(len(order)), key=order.__getitem__)
    return conv(x, w[order], None if b is None else b[order], groups=groups, **options)[:, back]


def _channels_last(conv: Conv, x: Tensor, w: Tensor, b: Bias, **options: Any) -> Tensor:
    return conv(x, w, b, **options).transpose(1, 2)


_MISTAKES = (
    (
        "the kernel is flipped",
        _flipped,
        "Deep learning's convolution is a cross-correlation: which weight meets the window's first number?",
    ),
    ("the bias is ignored", _without_bias, "What is added to each output channel, once?"),
    (
        "the bias is added once per input channel",
        _bias_per_channel,
        "Is the bias added inside the sum over channels, or after it?",
    ),
    (
        "the bias is added once per weight",
        _bias_per_weight,
        "Is the bias added inside the sum over the window, or after it?",
    ),
    ("only the first channel is used", _first_channel, "A filter has one row of weights per channel, and uses all."),
    (
        "only the last channel is left",
        _last_channel,
        "Does each channel's sum add to what the channels before it left?",
    ),
    ("the channels are averaged", _mean_over_channels, "What does the formula do over c: a sum, or a mean?"),
    ("the last window is missing", _last_window_missing, "How many starts are there when the last one is L - K?"),
    ("the stride is ignored", _stride_ignored, "How far does the window move between two outputs?"),
    (
        "a window that hangs over the end is counted",
        _remainder_kept,
        "When the stride does not fit, the numbers left over at the end are not read: the length is rounded down.",
    ),
    ("the padding is ignored", _padding_ignored, "Where do the zeros come in?"),
    ("all the padding is put in front", _padding_in_front, "Padding P puts P zeros in front and P behind."),
    ("all the padding is put behind", _padding_behind, "Padding P puts P zeros in front and P behind."),
    ("the padding is put on one side only", _padding_once, "Padding P makes the signal longer by how much?"),
    ("the padding repeats the end instead of zeros", _padding_repeats, "Which number does padding put at the ends?"),
    ("the dilation is ignored", _dilation_ignored, "Which numbers does a dilated window skip?"),
    (
        "the dilation changes the length but not the window",
        _dilation_only_in_the_length,
        "The length is right. Which number does the second weight meet?",
    ),
    (
        "dilation D leaves D numbers out instead of D - 1",
        _one_gap_too_many,
        "Dilation 1 leaves nothing out. How far apart are two neighbouring weights for dilation D?",
    ),
    (
        "every group reads the first channels",
        _first_group_for_all,
        "The second group of filters reads the second part of the channels.",
    ),
    (
        "channels are dealt out to the groups in turn",
        _input_interleaved,
        "A group is a block of neighbouring channels: 0 and 1, then 2 and 3.",
    ),
    (
        "filters are dealt out to the groups in turn",
        _output_interleaved,
        "The first C_out/G filters belong to the first group, all of them.",
    ),
    ("channels and length are swapped in the result", _channels_last, "The result is (N, C_out, L_out)."),
)
