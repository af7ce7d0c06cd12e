"""``conv1d_backward``: the gradients for input, weights and bias, without autograd."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import grad as nn_grad

from autograder.checks.cases import Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise
from autograder.checks.units.parts import Part
from autograder.checks.units.sizes import require_channels, require_fit
from autograder.checks.units.unit_01_convolution_1d.backward_mistakes import Gradients, mistakes


def reference(dy: Tensor, x: Tensor, w: Tensor, stride: int = 1, padding: int = 0) -> Gradients:
    """(N,C_out,L_out), (N,C_in,L), (C_out,C_in,K) → dx like x, dw like w, db (C_out,)."""
    require_channels(x, w)
    require_fit(x.shape[2:], w.shape[2:], stride, padding)
    length = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    if dy.shape != (len(x), len(w), length):
        raise ValueError(f"dy has shape {tuple(dy.shape)}; the output has {(len(x), len(w), length)}")
    dx = nn_grad.conv1d_input(x.shape, w, dy, stride, padding)
    dw = nn_grad.conv1d_weight(x, w.shape, dy, stride, padding)
    return dx, dw, dy.sum(dim=(0, 2))


HAND = (torch.tensor([[[1.0, 2]]]), torch.tensor([[[1.0, 2, 3, 4]]]), torch.tensor([[[1.0, 0, -1]]]))


def case(label: str, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, **options: Any) -> Part:
    """A case whose three results are called by their names."""
    return Part(label, args, kwargs or {}, names=("dx", "dw", "db"), **options)


EXERCISE = Exercise(
    name="conv1d_backward",
    reference=reference,
    forbids=(forbid.CONVOLUTION, forbid.AUTOGRAD),
    groups=(
        Group(
            "one channel",
            1,
            (
                case("two windows of three, by hand", HAND),
                case("five windows of two", (normal(1, 1, 5), normal(1, 1, 6), normal(1, 1, 2))),
                case(
                    "a kernel as long as the signal", (normal(1, 1, 1), normal(1, 1, 4), normal(1, 1, 4)), hidden=True
                ),
            ),
        ),
        Group(
            "batch and channels",
            2,
            (
                case("two signals, 3 channels, 4 filters", (normal(2, 4, 6), normal(2, 3, 8), normal(4, 3, 3))),
                case("a kernel of one", (normal(3, 2, 5), normal(3, 4, 5), normal(2, 4, 1))),
                case(
                    "not contiguous, float64",
                    (normal(2, 3, 4, strided=True), normal(2, 2, 7, strided=True), normal(3, 2, 4, strided=True)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "stride and padding",
            2,
            (
                case("padding 1", (normal(2, 2, 6), normal(2, 3, 6), normal(2, 3, 3)), {"padding": 1}),
                case("stride 2 leaves a remainder", (normal(2, 2, 3), normal(2, 3, 8), normal(2, 3, 3)), {"stride": 2}),
                case(
                    "stride 3, padding 2",
                    (normal(2, 4, 4), normal(2, 2, 8), normal(4, 2, 3)),
                    {"stride": 3, "padding": 2},
                ),
                case(
                    "a stride longer than the kernel",
                    (normal(2, 3, 3), normal(2, 2, 12), normal(3, 2, 2)),
                    {"stride": 4},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                case("dy one too long", (normal(1, 2, 5), normal(1, 3, 6), normal(2, 3, 3))),
                case("a kernel longer than the signal", (normal(1, 1, 1), normal(1, 1, 2), normal(1, 1, 3))),
                case(
                    "dy without the stride",
                    (normal(1, 2, 5), normal(1, 3, 6), normal(2, 3, 2)),
                    {"stride": 2},
                    hidden=True,
                ),
            ),
        ),
    ),
    misconceptions=mistakes(reference),
)
