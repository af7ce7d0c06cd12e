"""``avg_pool2d``: the mean of every window, with and without the padding counted."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair
from autograder.checks.units.unit_04_pooling import windows


def reference(
    x: Tensor,
    kernel_size: IntOrPair,
    stride: IntOrPair | None = None,
    padding: IntOrPair = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """(N,C,H,W) → (N,C,H_out,W_out)."""
    windows.require_pool(x, kernel_size, stride, padding)
    return F.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=count_include_pad)


def padding_never_counted(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **{**options, "count_include_pad": False})


def padding_always_counted(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **{**options, "count_include_pad": True})


def flag_turned_round(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **{**options, "count_include_pad": not options.get("count_include_pad", True)})


def summed(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    k_h, k_w = pair(kernel_size)
    return padding_always_counted(x, kernel_size, **options) * (k_h * k_w)


def divided_by_the_square(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    k_h, k_w = pair(kernel_size)
    return reference(x, kernel_size, **options) * k_w / k_h


def maximum(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    windows.require_pool(x, kernel_size, options.get("stride"), options.get("padding", 0))
    return F.max_pool2d(x, kernel_size, options.get("stride"), options.get("padding", 0))


def zeros_not_counted(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    if options.get("count_include_pad", True):
        return reference(x, kernel_size, **options)
    counted = reference((x != 0).to(x.dtype), kernel_size, **{**options, "count_include_pad": True})
    return padding_always_counted(x, kernel_size, **options) / counted


def rounded_down(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **options).floor()


def over_everything(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    right = reference(x, kernel_size, **options)
    return right.mean((0, 1), keepdim=True).expand_as(right)


def over_channels_too(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **options).mean(1, keepdim=True)


EXERCISE = Exercise(
    name="avg_pool2d",
    reference=reference,
    forbids=(forbid.POOLING,),
    locate=windows.located("mean"),
    groups=(
        Group(
            "windows side by side",
            1,
            (
                Case("one 4×4 image, 2×2 windows", (drawn("integers", 1, 1, 4, 4), 2)),
                Case("two images, three channels, a remainder", (normal(2, 3, 5, 7), (2, 3)), grad=("0",)),
                Case("not contiguous, float64", (normal(2, 3, 6, 4, strided=True), (3, 2)), dtype="float64"),
            ),
        ),
        Group(
            "stride",
            1,
            (
                Case("stride 1: overlapping windows", (normal(2, 2, 4, 5), 2), {"stride": 1}),
                Case("stride (2, 3)", (normal(2, 2, 7, 8), (3, 2)), {"stride": (2, 3)}),
            ),
        ),
        Group(
            "padding counted",
            1,
            (
                Case("padding 1", (normal(2, 2, 4, 5), 3), {"stride": 2, "padding": 1}, grad=("0",)),
                Case("padding (1, 0)", (normal(2, 3, 5, 4), (2, 3)), {"stride": (2, 1), "padding": (1, 0)}),
            ),
        ),
        Group(
            "padding not counted",
            1,
            (
                Case(
                    "padding 1, not counted",
                    (normal(2, 2, 4, 5), 3),
                    {"stride": 2, "padding": 1, "count_include_pad": False},
                ),
                Case(
                    "padding (0, 1), no stride given",
                    (normal(2, 2, 3, 4), (1, 2)),
                    {"padding": (0, 1), "count_include_pad": False},
                ),
                Case(
                    "zeros among the pixels",
                    (drawn("integers", 2, 2, 4, 5), 3),
                    {"stride": 2, "padding": 1, "count_include_pad": False},
                ),
                Case("no padding at all", (normal(2, 2, 4, 5), (2, 3)), {"count_include_pad": False}, hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a window taller than the image", (normal(1, 2, 3, 5), (4, 2))),
                Case("more padding than half a window", (normal(1, 1, 4, 4), 3), {"padding": 2}),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the padding is never counted",
            padding_never_counted,
            "With count_include_pad, what is the sum divided by at the border?",
        ),
        Misconception(
            "the padding is always counted",
            padding_always_counted,
            "Without count_include_pad, how many real pixels does the corner's window hold?",
        ),
        Misconception("count_include_pad is turned round", flag_turned_round, "Which value means: divide by K_h·K_w?"),
        Misconception(
            "pixels that are zero are taken for padding",
            zeros_not_counted,
            "A pixel may be 0 and is a pixel all the same: what do you know about the border without looking at x?",
        ),
        Misconception("the mean is rounded down", rounded_down, "// divides without a remainder; / divides."),
        Misconception(
            "one mean is taken for all images and channels",
            over_everything,
            "Of the four dimensions of a window, over which two does the mean run?",
        ),
        Misconception("the sum is not divided", summed, "A mean of equal numbers is that number."),
        Misconception(
            "the sum is divided by the height squared", divided_by_the_square, "How many pixels has a 2×3 window?"
        ),
        Misconception("the maximum is taken", maximum, "All pixels of the window count, not the largest only."),
        Misconception(
            "the mean is taken over the channels too", over_channels_too, "Each channel is pooled by itself."
        ),
        *windows.shared_misconceptions(reference, F.avg_pool2d, 0.0),
    ),
)
