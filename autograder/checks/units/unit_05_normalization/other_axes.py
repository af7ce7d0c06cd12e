"""``layer_norm`` and ``instance_norm``: the same formula over other axes of (N,C,H,W)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception

Norm = Callable[[Tensor, Tensor, Tensor, float], Tensor]
PER_CHANNEL = (1, -1, 1, 1)


def over(*axes: int, correction: int = 0, outside: bool = False) -> Norm:
    """The norm whose statistics run over these axes, with γ and β per channel."""

    def norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        mean, var = x.mean(axes, keepdim=True), x.var(axes, correction=correction, keepdim=True)
        spread = var.sqrt() + eps if outside else torch.sqrt(var + eps)
        return gamma.view(PER_CHANNEL) * (x - mean) / spread + beta.view(PER_CHANNEL)

    return norm


def reference_layer(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """(N,C,H,W), (C,), (C,) → (N,C,H,W); statistics over C, H, W of each picture."""
    return over(1, 2, 3)(x, gamma, beta, eps)


def reference_instance(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """(N,C,H,W), (C,), (C,) → (N,C,H,W); statistics over H, W of each channel of each picture."""
    return over(2, 3)(x, gamma, beta, eps)


def along_width(norm: Norm) -> Norm:
    """γ and β line up with the last dimension instead of the channels."""

    def wrong(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        return gamma * norm(x, torch.ones_like(gamma), torch.zeros_like(beta), eps) + beta

    return wrong


def plain(norm: Norm) -> Norm:
    """γ and β are not used."""

    def wrong(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        return norm(x, torch.ones_like(gamma), torch.zeros_like(beta), eps)

    return wrong


def eps_fixed(norm: Norm) -> Norm:
    """The eps that is given is not looked at."""

    def wrong(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        return norm(x, gamma, beta, 1e-5)

    return wrong


def cut_off(x: Tensor, gamma: Tensor, beta: Tensor, eps: float, axes: tuple[int, ...]) -> Tensor:
    fixed = x.detach()
    mean, var = fixed.mean(axes, keepdim=True), fixed.var(axes, correction=0, keepdim=True)
    return gamma.view(PER_CHANNEL) * (x - mean) / torch.sqrt(var + eps) + beta.view(PER_CHANNEL)


def affine_first(norm: Norm) -> Norm:
    """γ and β come before the statistics."""

    def wrong(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        scaled = gamma.view(PER_CHANNEL) * x + beta.view(PER_CHANNEL)
        return norm(scaled, torch.ones_like(gamma), torch.zeros_like(beta), eps)

    return wrong


def exchanged(norm: Norm) -> Norm:
    """β multiplies and γ is added."""

    def wrong(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        return norm(x, beta, gamma, eps)

    return wrong


def variance_cut_off(x: Tensor, gamma: Tensor, beta: Tensor, eps: float, axes: tuple[int, ...]) -> Tensor:
    mean, var = x.mean(axes, keepdim=True), x.detach().var(axes, correction=0, keepdim=True)
    return gamma.view(PER_CHANNEL) * (x - mean) / torch.sqrt(var + eps) + beta.view(PER_CHANNEL)


def _groups() -> tuple[Group, ...]:
    return (
        Group(
            "values",
            1,
            (
                Case("γ = 1, β = 0, float64", (normal(2, 3, 4, 5), torch.ones(3), torch.zeros(3)), dtype="float64"),
                Case("any γ and β, eps 0.1", (normal(2, 3, 2, 4), normal(3), normal(3)), {"eps": 0.1}),
                Case("as wide as it has channels", (normal(3, 3, 3, 3), normal(3), normal(3)), {"eps": 0.01}),
                Case(
                    "one picture, float64, not contiguous",
                    (normal(1, 2, 3, 4, strided=True), normal(2), normal(2)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "gradients",
            1,
            (
                Case(
                    "through the statistics too",
                    (normal(2, 3, 2, 2), normal(3), normal(3)),
                    {"eps": 0.1},
                    grad=("0", "1", "2"),
                ),
            ),
        ),
    )


def _shared(norm: Norm, axes: tuple[int, ...]) -> tuple[Misconception, ...]:
    """Mistakes that both norms share."""
    return (
        Misconception(
            "γ and β run along the width, not the channels", along_width(norm), "(C,) must line up with dimension 1."
        ),
        Misconception(
            "γ and β are not used", plain(norm), "After normalising, each channel gets its scale and its shift."
        ),
        Misconception(
            "γ and β come before the normalising",
            affine_first(norm),
            "What does the normalising make of a scale and a shift?",
        ),
        Misconception("γ and β are swapped", exchanged(norm), "Which of the two multiplies?"),
        Misconception(
            "the unbiased variance normalises",
            over(*axes, correction=1),
            "Divide the sum of squares by how many numbers there are.",
        ),
        Misconception("eps stands outside the root", over(*axes, outside=True), "Where does eps stand in √(σ² + ε)?"),
        Misconception("eps is always 1e-5", eps_fixed(norm), "eps is an argument."),
        Misconception(
            "the variance is cut off from the gradient",
            lambda x, gamma, beta, eps=1e-5: variance_cut_off(x, gamma, beta, eps, axes),
            "The variance depends on x too.",
        ),
        Misconception(
            "the statistics are cut off from the gradient",
            lambda x, gamma, beta, eps=1e-5: cut_off(x, gamma, beta, eps, axes),
            "Mean and variance depend on x too.",
        ),
    )


LAYER = Exercise(
    name="layer_norm",
    reference=reference_layer,
    forbids=(forbid.NORMALIZATION,),
    groups=_groups(),
    misconceptions=(
        Misconception(
            "the statistics run over the batch: that is batch norm",
            over(0, 2, 3),
            "Layer norm looks at one picture at a time.",
        ),
        Misconception(
            "each channel by itself: that is instance norm",
            over(2, 3),
            "Layer norm takes all channels of a picture together.",
        ),
        Misconception(
            "over the channels only, pixel by pixel", over(1), "All of C, H and W belong to one picture's statistics."
        ),
        Misconception(
            "one mean and variance for everything", over(0, 1, 2, 3), "Each picture has statistics of its own."
        ),
        Misconception("over the width only", over(3), "All of C, H and W belong to one picture's statistics."),
        *_shared(over(1, 2, 3), (1, 2, 3)),
    ),
)
INSTANCE = Exercise(
    name="instance_norm",
    reference=reference_instance,
    forbids=(forbid.NORMALIZATION,),
    groups=_groups(),
    misconceptions=(
        Misconception(
            "the statistics run over the batch: that is batch norm",
            over(0, 2, 3),
            "Instance norm looks at one picture at a time.",
        ),
        Misconception(
            "all channels together: that is layer norm",
            over(1, 2, 3),
            "Each channel of each picture has statistics of its own.",
        ),
        Misconception(
            "over the channels only, pixel by pixel", over(1), "The statistics of a channel run over its pixels."
        ),
        Misconception("over the width only", over(3), "The statistics of a channel run over height and width."),
        Misconception(
            "one mean and variance for everything",
            over(0, 1, 2, 3),
            "Each channel of each picture has statistics of its own.",
        ),
        *_shared(over(2, 3), (2, 3)),
    ),
)
