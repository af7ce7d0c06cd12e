"""``avg_pool2d_backward``: every pixel of a window gets the same share."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair
from autograder.checks.units.unit_04_pooling import sharing, windows


def reference(
    dy: Tensor, x: Tensor, kernel_size: IntOrPair, stride: IntOrPair | None = None, padding: IntOrPair = 0
) -> Tensor:
    """(N,C,H_out,W_out), (N,C,H,W) → (N,C,H,W)."""
    windows.require_pool(x, kernel_size, stride, padding)
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        y = F.avg_pool2d(leaf, kernel_size, stride, padding)
    return torch.autograd.grad(y, leaf, dy)[0]


def by_real_pixels(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    inside = F.avg_pool2d(torch.ones_like(x), kernel_size, options.get("stride"), options.get("padding", 0))
    return reference(dy / inside, x, kernel_size, **options)


def not_divided(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return sharing.mistaken(sharing.to_all)(dy, x, kernel_size, **options)


def by_the_square(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    k_h, k_w = pair(kernel_size)
    return reference(dy, x, kernel_size, **options) * k_w / k_h


def times_the_value(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return reference(dy, x, kernel_size, **options) * x


def at_the_corner(dy: Tensor, window: Tensor) -> Tensor:
    part = torch.zeros_like(window)
    part[:, :, 0, 0] = dy[:, :, 0, 0]
    return part


def counted_windows(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    """Each pixel gets the mean of its windows' gradients, not their sum."""
    total = reference(dy, x, kernel_size, **options)
    often = reference(torch.ones_like(dy), x, kernel_size, **options) * pair(kernel_size)[0] * pair(kernel_size)[1]
    return total / often.clamp(min=1)


EXERCISE = Exercise(
    name="avg_pool2d_backward",
    reference=reference,
    forbids=(forbid.POOLING, forbid.AUTOGRAD),
    groups=(
        Group(
            "windows side by side",
            1,
            (
                Case("one 4×6 image, 2×3 windows", (normal(1, 1, 2, 2), normal(1, 1, 4, 6), (2, 3))),
                Case("two images, three channels, a remainder", (normal(2, 3, 2, 3), normal(2, 3, 5, 7), 2)),
                Case(
                    "not contiguous, float64",
                    (normal(2, 2, 2, 2, strided=True), normal(2, 2, 6, 5), (3, 2)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "overlapping windows",
            1,
            (
                Case("stride 1", (normal(2, 2, 3, 4), normal(2, 2, 4, 5), 2), {"stride": 1}),
                Case(
                    "3×2 windows, stride (2, 1)", (normal(2, 3, 3, 4), normal(2, 3, 7, 5), (3, 2)), {"stride": (2, 1)}
                ),
            ),
        ),
        Group(
            "padding",
            2,
            (
                Case("padding 1", (normal(2, 2, 2, 3), normal(2, 2, 4, 5), 3), {"stride": 2, "padding": 1}),
                Case(
                    "padding (1, 0)",
                    (normal(2, 3, 3, 2), normal(2, 3, 5, 4), (2, 3)),
                    {"stride": (2, 1), "padding": (1, 0)},
                ),
                Case(
                    "padding (0, 1), stride 1",
                    (normal(2, 2, 3, 5), normal(2, 2, 3, 4), (1, 2)),
                    {"stride": 1, "padding": (0, 1)},
                    hidden=True,
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "of overlapping windows only the last one counts",
            sharing.mistaken(sharing.evenly, add=False),
            "A pixel counts in several windows: what must happen to what it has got already?",
        ),
        Misconception(
            "a pixel in several windows gets their mean",
            counted_windows,
            "When a pixel feeds two outputs, both react to it: do their gradients add or average?",
        ),
        Misconception(
            "the gradient is not divided",
            not_divided,
            "If one of four pixels rises by 1, how far does their mean rise?",
        ),
        Misconception(
            "the gradient is divided by the real pixels only",
            by_real_pixels,
            "The forward pass divided by K_h·K_w everywhere, zeros of the padding included.",
        ),
        Misconception(
            "the gradient is divided by the height squared", by_the_square, "How many pixels has a 2×3 window?"
        ),
        Misconception(
            "the gradient goes to the maximum",
            sharing.mistaken(sharing.to_the_first),
            "That is the maximum's backward pass. Which pixels does a mean listen to?",
        ),
        Misconception(
            "the gradient goes to the top left pixel only",
            sharing.mistaken(at_the_corner),
            "Which pixels does a mean listen to, and how much?",
        ),
        Misconception(
            "the gradient is multiplied by x", times_the_value, "The mean is linear: does its slope depend on x?"
        ),
        *sharing.shared_misconceptions(sharing.evenly, "avg_pool2d"),
    ),
)
