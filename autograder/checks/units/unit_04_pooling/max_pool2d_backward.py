"""``max_pool2d_backward``: the gradient goes to the pixel that won, and to no other."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
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
        y = F.max_pool2d(leaf, kernel_size, stride, padding)
    return torch.autograd.grad(y, leaf, dy)[0]


def last_gradient_only(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    k_h, k_w = pair(kernel_size)
    s_h, s_w = pair(options.get("stride") or (k_h, k_w))
    padded = windows.spread(x, options.get("padding", 0), float("-inf"))
    dx = torch.zeros_like(padded)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            at = (..., slice(i * s_h, i * s_h + k_h), slice(j * s_w, j * s_w + k_w))
            won = sharing.to_the_first(torch.ones_like(dy[:, :, i, j, None, None]), padded[at])
            dx[at] = torch.where(won > 0, dy[:, :, i, j, None, None], dx[at])
    return windows.cut(dx, x.shape[2:], options.get("padding", 0))


EXERCISE = Exercise(
    name="max_pool2d_backward",
    reference=reference,
    forbids=(forbid.POOLING, forbid.AUTOGRAD),
    groups=(
        Group(
            "windows side by side",
            2,
            (
                Case("one 4×4 image, 2×2 windows", (normal(1, 1, 2, 2), normal(1, 1, 4, 4), 2)),
                Case("two images, three channels, a remainder", (normal(2, 3, 2, 3), normal(2, 3, 5, 7), 2)),
                Case(
                    "not contiguous, float64",
                    (normal(2, 2, 2, 2), normal(2, 2, 6, 5, strided=True), (3, 2)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "overlapping windows",
            2,
            (
                Case("stride 1", (normal(2, 2, 3, 4), normal(2, 2, 4, 5), 2), {"stride": 1}),
                Case("3×3 windows, stride 2", (normal(2, 3, 3, 2), normal(2, 3, 7, 6), 3), {"stride": 2}),
                Case(
                    "stride (1, 2), windows (3, 2)",
                    (normal(2, 1, 3, 3), normal(2, 1, 5, 6), (3, 2)),
                    {"stride": (1, 2)},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "equal entries",
            1,
            (
                Case("many equal numbers", (normal(2, 2, 2, 3), drawn("integers", 2, 2, 6, 9), 3)),
                Case(
                    "many equal numbers, overlapping",
                    (normal(2, 2, 4, 4), drawn("integers", 2, 2, 6, 6), 3),
                    {"stride": 1},
                ),
            ),
        ),
        Group(
            "padding",
            2,
            (
                Case(
                    "padding 1, all numbers negative",
                    (normal(2, 2, 2, 3), drawn("negative", 2, 2, 4, 5), 3),
                    {"stride": 2, "padding": 1},
                ),
                Case(
                    "padding (1, 0)",
                    (normal(2, 3, 3, 2), normal(2, 3, 5, 4), (2, 3)),
                    {"stride": (2, 1), "padding": (1, 0)},
                ),
                Case(
                    "padding (0, 1), stride 1",
                    (normal(2, 2, 3, 5), drawn("negative", 2, 2, 3, 4), (1, 2)),
                    {"stride": 1, "padding": (0, 1)},
                    hidden=True,
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "of overlapping windows only the last one counts",
            sharing.mistaken(sharing.to_the_first, add=False),
            "A pixel can win in several windows: what must happen to what it has got already?",
        ),
        Misconception(
            "of several gradients for one pixel only the last one counts",
            last_gradient_only,
            "dx[places] += values writes to each place once, however often it is named. Which function adds every time?",
        ),
        Misconception(
            "every equal entry gets the whole gradient",
            sharing.mistaken(sharing.to_every_equal),
            "Comparing with the maximum finds all of them. Only one number was handed on.",
        ),
        Misconception(
            "equal entries share the gradient",
            sharing.mistaken(sharing.shared_by_equals),
            "The rule here: the first one in row order gets all of it, as in PyTorch.",
        ),
        Misconception(
            "of equal entries the last one gets the gradient",
            sharing.mistaken(sharing.to_the_last),
            "In which order are the entries compared, and does a later equal one replace an earlier one?",
        ),
        Misconception(
            "equal entries are counted column by column",
            sharing.mistaken(sharing.to_the_first_by_columns),
            "Row order: the first row from left to right, then the second.",
        ),
        Misconception(
            "the padding is zero, not −∞",
            sharing.mistaken(sharing.to_the_first, border=0.0),
            "When every pixel of a window is negative, what may not win?",
        ),
        Misconception(
            "the gradient is spread evenly",
            sharing.mistaken(sharing.evenly),
            "That is the mean's backward pass. Which pixel decided the maximum?",
        ),
        Misconception(
            "every pixel of the window gets the whole gradient",
            sharing.mistaken(sharing.to_all),
            "If a pixel that did not win changes a little, does the maximum change?",
        ),
        Misconception(
            "dy is not used", sharing.mistaken(sharing.only_places), "You have found the places. What goes there?"
        ),
        Misconception(
            "the gradient is multiplied by the maximum",
            sharing.mistaken(sharing.times_the_value),
            "The winner is handed on unchanged: what is the derivative of y = x?",
        ),
        *sharing.shared_misconceptions(sharing.to_the_first, "max_pool2d"),
    ),
)
