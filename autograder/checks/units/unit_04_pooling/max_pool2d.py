"""``max_pool2d``: the largest number of every window."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair
from autograder.checks.units.unit_04_pooling import windows


def reference(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0) -> Tensor:
    """(N,C,H,W) → (N,C,H_out,W_out)."""
    windows.require_pool(x, kernel_size, stride, padding)
    return F.max_pool2d(x, kernel_size, stride, padding)


def padded_with_zeros(x: Tensor, kernel_size: IntOrPair, padding: IntOrPair = 0, **options: Any) -> Tensor:
    return reference(windows.spread(x, padding), kernel_size, **options)


def from_zero_on(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **options).clamp(min=0)


def over_everything(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    right = reference(x, kernel_size, **options)
    return right.amax((0, 1), keepdim=True).expand_as(right)


def mean(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0) -> Tensor:
    windows.require_pool(x, kernel_size, stride, padding)
    return F.avg_pool2d(x, kernel_size, stride, padding)


def minimum(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return -reference(-x, kernel_size, **options)


def largest_magnitude(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x.abs(), kernel_size, **options)


def over_channels_too(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **options).amax(1, keepdim=True)


def over_the_batch_too(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, kernel_size, **options).amax(0, keepdim=True).expand(len(x), -1, -1, -1)


def rows_only(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(x, (pair(kernel_size)[0], 1), stride=options.get("stride") or kernel_size, **_padding(options))


def with_places(x: Tensor, kernel_size: IntOrPair, **options: Any) -> tuple[Tensor, Tensor]:
    reference(x, kernel_size, **options)
    values, places = F.max_pool2d(x, kernel_size, **options, return_indices=True)
    return values, places


def _padding(options: dict[str, Any]) -> dict[str, Any]:
    return {"padding": (pair(options.get("padding", 0))[0], 0)}


EXERCISE = Exercise(
    name="max_pool2d",
    reference=reference,
    forbids=(forbid.POOLING,),
    locate=windows.located("maximum"),
    groups=(
        Group(
            "windows side by side",
            1,
            (
                Case("one 4×4 image, 2×2 windows", (drawn("integers", 1, 1, 4, 4), 2)),
                Case("two images, three channels, a remainder", (normal(2, 3, 5, 7), 2), grad=("0",)),
                Case("3×2 windows", (normal(2, 2, 6, 7), (3, 2))),
                Case("not contiguous, float64", (normal(2, 3, 4, 6, strided=True), (2, 3)), dtype="float64"),
            ),
        ),
        Group(
            "stride",
            1,
            (
                Case("stride 1: overlapping windows", (normal(2, 2, 4, 5), 2), {"stride": 1}),
                Case("stride (2, 3)", (normal(2, 2, 7, 8), (3, 2)), {"stride": (2, 3)}),
                Case("3×3 windows, stride 2", (normal(2, 3, 6, 7), 3), {"stride": 2}, hidden=True),
            ),
        ),
        Group(
            "padding",
            2,
            (
                Case(
                    "padding 1, all numbers negative", (drawn("negative", 2, 2, 4, 5), 3), {"stride": 2, "padding": 1}
                ),
                Case(
                    "padding (1, 0)", (normal(2, 3, 5, 4), (2, 3)), {"stride": (2, 1), "padding": (1, 0)}, grad=("0",)
                ),
                Case("padding (0, 1)", (drawn("negative", 2, 2, 3, 4), (1, 2)), {"padding": (0, 1)}, hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a window wider than the image", (normal(1, 2, 5, 3), (2, 4))),
                Case("more padding than half a window", (normal(1, 1, 4, 4), 2), {"padding": 2}),
                Case("stride 0", (normal(1, 1, 4, 4), 2), {"stride": 0}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the search for the maximum begins at zero",
            from_zero_on,
            "What is the largest of −3 and −2? Begin with a number that any other beats, or with the window's first.",
        ),
        Misconception(
            "one maximum is taken for all images and channels",
            over_everything,
            "Of the four dimensions of a window, over which two does the maximum run?",
        ),
        Misconception(
            "the padding is zero, not −∞",
            padded_with_zeros,
            "When every pixel of a window is negative, what may not win?",
        ),
        Misconception("the mean is taken", mean, "A maximum is one of the numbers in the window."),
        Misconception("the smallest number is taken", minimum, "Compare one window by hand."),
        Misconception("the largest magnitude is taken", largest_magnitude, "Is −3 larger than 2?"),
        Misconception(
            "the maximum is taken over the channels too", over_channels_too, "Each channel is pooled by itself."
        ),
        Misconception("the maximum is taken over the batch too", over_the_batch_too, "Each image is pooled by itself."),
        Misconception("only the rows of a window are compared", rows_only, "A window has two dimensions."),
        Misconception("the places are returned as well", with_places, "Only the maxima are asked for."),
        *windows.shared_misconceptions(reference, F.max_pool2d, float("-inf")),
    ),
)
