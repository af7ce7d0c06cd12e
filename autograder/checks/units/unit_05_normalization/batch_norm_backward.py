"""``batch_norm_backward``: gradients of batch norm in training mode, written out."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from autograder.checks.cases import Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.parts import Part

Gradients = tuple[Tensor, Tensor, Tensor]


def _parts(x: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Normalised input and 1/√(σ² + ε)."""
    inverse = (x.var(0, correction=0) + eps).rsqrt()
    return (x - x.mean(0)) * inverse, inverse


def reference(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    """(N,D), (N,D), (D,) → dx (N,D), dgamma (D,), dbeta (D,).

    Reference:
        Ioffe and Szegedy 2015, section 3, simplified to one line.
    """
    normalized, inverse = _parts(x, eps)
    dgamma, dbeta = (dy * normalized).sum(0), dy.sum(0)
    dx = gamma * inverse * (dy - dbeta / len(x) - normalized * dgamma / len(x))
    return dx, dgamma, dbeta


def statistics_constant(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    _, dgamma, dbeta = reference(dy, x, gamma, eps)
    return dy * gamma * _parts(x, eps)[1], dgamma, dbeta


def through_mean_only(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    _, dgamma, dbeta = reference(dy, x, gamma, eps)
    return gamma * _parts(x, eps)[1] * (dy - dbeta / len(x)), dgamma, dbeta


def through_variance_only(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    _, dgamma, dbeta = reference(dy, x, gamma, eps)
    normalized, inverse = _parts(x, eps)
    return gamma * inverse * (dy - normalized * dgamma / len(x)), dgamma, dbeta


def gamma_missing(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    dx, dgamma, dbeta = reference(dy, x, gamma, eps)
    return dx / gamma, dgamma, dbeta


def dgamma_of_x(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    dx, _, dbeta = reference(dy, x, gamma, eps)
    return dx, (dy * x).sum(0), dbeta


def averaged(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    dx, dgamma, dbeta = reference(dy, x, gamma, eps)
    return dx, dgamma / len(x), dbeta / len(x)


def exchanged(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    dx, dgamma, dbeta = reference(dy, x, gamma, eps)
    return dx, dbeta, dgamma


def eps_fixed(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    return reference(dy, x, gamma)


def gamma_in_dgamma(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    dx, dgamma, dbeta = reference(dy, x, gamma, eps)
    return dx, gamma * dgamma, gamma * dbeta


def unbiased(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    n = len(x)
    inverse = (x.var(0) + eps).rsqrt()
    normalized = (x - x.mean(0)) * inverse
    dgamma, dbeta = (dy * normalized).sum(0), dy.sum(0)
    return gamma * inverse * (dy - dbeta / n - normalized * dgamma / n), dgamma, dbeta


def through_variance(factor: float) -> Any:
    """The path through the variance counts ``factor`` times."""

    def wrong(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
        _, dgamma, dbeta = reference(dy, x, gamma, eps)
        normalized, inverse = _parts(x, eps)
        return gamma * inverse * (dy - dbeta / len(x) - factor * normalized * dgamma / len(x)), dgamma, dbeta

    return wrong


def means_not_divided(dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5) -> Gradients:
    _, dgamma, dbeta = reference(dy, x, gamma, eps)
    normalized, inverse = _parts(x, eps)
    return gamma * inverse * (dy - dbeta - normalized * dgamma), dgamma, dbeta


NAMES = ("dx", "dgamma", "dbeta")


def alone(name: str) -> tuple[Part, ...]:
    """Cases that look at one of the three gradients."""
    draws = (normal(5, 3), normal(5, 3), normal(3))
    square = (normal(3, 3), normal(3, 3), normal(3))
    return (
        Part(f"{name}, five samples, three features", draws, dtype="float64", names=NAMES, part=name),
        Part(f"{name}, as many samples as features, eps 0.1", square, {"eps": 0.1}, names=NAMES, part=name),
    )


EXERCISE = Exercise(
    name="batch_norm_backward",
    reference=reference,
    forbids=(forbid.AUTOGRAD, forbid.NORMALIZATION),
    groups=(
        Group("dγ and dβ", 1, (*alone("dbeta"), *alone("dgamma"))),
        Group("dx", 2, alone("dx")),
        Group(
            "all three, any float tensor",
            1,
            (
                Part(
                    "float64, not contiguous",
                    (normal(6, 2, strided=True), normal(6, 2, strided=True), normal(2)),
                    dtype="float64",
                    names=NAMES,
                ),
                Part("eps 0.5", (normal(4, 3), normal(4, 3), normal(3)), {"eps": 0.5}, names=NAMES),
                Part("two samples", (normal(2, 5), normal(2, 5), normal(5)), {"eps": 0.5}, hidden=True, names=NAMES),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the statistics are taken for constants",
            statistics_constant,
            "Every x moves the mean and the variance of its feature, and through them every output.",
        ),
        Misconception(
            "the path through the variance is missing",
            through_mean_only,
            "x reaches y along three paths: directly, through the mean, through the variance.",
        ),
        Misconception(
            "the path through the mean is missing",
            through_variance_only,
            "x reaches y along three paths: directly, through the mean, through the variance.",
        ),
        Misconception("dx is not multiplied by γ", gamma_missing, "dy first passes γ on its way back."),
        Misconception(
            "dγ is taken with x instead of the normalised x", dgamma_of_x, "What does γ multiply in the forward pass?"
        ),
        Misconception("dγ and dβ are averaged over the batch", averaged, "The gradients of all samples add up."),
        Misconception(
            "dγ and dβ are multiplied by γ",
            gamma_in_dgamma,
            "γ multiplies what comes before it: does it multiply itself?",
        ),
        Misconception(
            "the unbiased variance normalises",
            unbiased,
            "The forward pass divides the sum of squares by N: so must this.",
        ),
        Misconception(
            "the path through the variance has the wrong sign",
            through_variance(-1.0),
            "When the variance grows, does 1/√(σ² + ε) grow or shrink?",
        ),
        Misconception(
            "a factor of 2 is lost on the path through the variance",
            through_variance(0.5),
            "The derivative of a square brings a 2, that of a root a ½: do both appear?",
        ),
        Misconception("dγ and dβ are exchanged", exchanged, "Look at the order in the signature: dx, dgamma, dbeta."),
        Misconception("eps is always 1e-5", eps_fixed, "eps is an argument, in the backward pass too."),
        Misconception(
            "the sums are not divided by N",
            means_not_divided,
            "The mean is a sum divided by N, and so is its gradient.",
        ),
    ),
)
