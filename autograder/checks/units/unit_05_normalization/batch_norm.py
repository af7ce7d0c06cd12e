"""``batch_norm``: a batch of vectors in training mode, each feature by its own mean and biased variance."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception


def reference(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """(N,D), (D,), (D,) → (N,D)."""
    if x.shape[0] < 2:
        raise ValueError(f"a batch of {x.shape[0]} has no spread: batch norm in training needs at least 2 samples")
    return normalized(x, x.mean(0), x.var(0, correction=0), gamma, beta, eps)


def normalized(x: Tensor, mean: Tensor, var: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """γ·(x − mean)/√(var + eps) + β."""
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


def unbiased(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return normalized(x, x.mean(0), x.var(0), gamma, beta, eps)


def over_features(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return normalized(x, x.mean(1, True), x.var(1, correction=0, keepdim=True), gamma, beta, eps)


def over_everything(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return normalized(x, x.mean(), x.var(correction=0), gamma, beta, eps)


def eps_outside(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return gamma * (x - x.mean(0)) / (x.std(0, correction=0) + eps) + beta


def eps_fixed(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, gamma, beta, 1e-5)


def eps_missing(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, gamma, beta, 0.0)


def by_variance(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return gamma * (x - x.mean(0)) / (x.var(0, correction=0) + eps) + beta


def without_gamma(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, torch.ones_like(gamma), beta, eps)


def without_beta(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, gamma, torch.zeros_like(beta), eps)


def swapped(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, beta, gamma, eps)


def beta_scaled(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, gamma, gamma * beta, eps)


def plain(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, torch.ones_like(gamma), torch.zeros_like(beta), eps)


def variance_cut_off(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return normalized(x, x.mean(0), x.var(0, correction=0).detach(), gamma, beta, eps)


def statistics_cut_off(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return normalized(x, x.mean(0).detach(), x.var(0, correction=0).detach(), gamma, beta, eps)


def locate(index: tuple[int, ...], x: Tensor, *rest: object, **options: object) -> str:
    return f"Feature {index[1]} is normalised by the mean and variance of x[:, {index[1]}], over {x.shape[0]} samples."


EXERCISE = Exercise(
    name="batch_norm",
    reference=reference,
    forbids=(forbid.NORMALIZATION,),
    locate=locate,
    groups=(
        Group(
            "values",
            2,
            (
                Case("γ = 1, β = 0, float64", (normal(5, 3), torch.ones(3), torch.zeros(3)), dtype="float64"),
                Case("any γ and β, eps 0.1", (normal(4, 3), normal(3), normal(3)), {"eps": 0.1}),
                Case("as many samples as features", (normal(3, 3), normal(3), normal(3)), {"eps": 0.01}),
                Case("two samples", (normal(2, 4), normal(4), normal(4)), {"eps": 0.5}, hidden=True),
                Case("float64, not contiguous", (normal(6, 2, strided=True), normal(2), normal(2)), dtype="float64"),
            ),
        ),
        Group(
            "gradients",
            1,
            (
                Case(
                    "through the statistics too",
                    (normal(4, 3), normal(3), normal(3)),
                    {"eps": 0.1},
                    grad=("0", "1", "2"),
                ),
            ),
        ),
        Group("a batch of one", 1, (Case("one sample has no spread", (normal(1, 3), normal(3), normal(3))),)),
    ),
    misconceptions=(
        Misconception(
            "the unbiased variance normalises",
            unbiased,
            "For normalising, the batch is all there is: divide the sum of squares by N.",
        ),
        Misconception(
            "the statistics run over the features of a sample",
            over_features,
            "Which dimension holds the samples? The mean of a feature goes over them.",
        ),
        Misconception(
            "one mean and variance for everything",
            over_everything,
            "Each feature has a mean and a variance of its own.",
        ),
        Misconception("eps stands outside the root", eps_outside, "Where does eps stand in √(σ² + ε)?"),
        Misconception("eps is missing", eps_missing, "What happens to a feature that is the same in every sample?"),
        Misconception("eps is always 1e-5", eps_fixed, "eps is an argument."),
        Misconception(
            "divided by the variance",
            by_variance,
            "The result should have a spread of one: which quantity has the unit of x?",
        ),
        Misconception("γ and β are swapped", swapped, "Which of the two multiplies?"),
        Misconception(
            "γ and β are not used", plain, "After normalising, each feature gets a scale and a shift that are learnt."
        ),
        Misconception("γ is not used", without_gamma, "What gives the network back the freedom to choose a spread?"),
        Misconception("β is not used", without_beta, "What gives the network back the freedom to choose a mean?"),
        Misconception("β is multiplied by γ", beta_scaled, "β is added after the multiplication."),
        Misconception(
            "the variance is cut off from the gradient",
            variance_cut_off,
            "The variance depends on x too, and the gradient must know.",
        ),
        Misconception(
            "the statistics are cut off from the gradient",
            statistics_cut_off,
            "Mean and variance depend on x too, and the gradient must know.",
        ),
    ),
)
