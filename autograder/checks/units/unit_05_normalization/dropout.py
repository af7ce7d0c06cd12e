"""``dropout``: inverted dropout, judged by its properties because its zeros fall by chance."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.properties import Property
from autograder.checks.units.unit_05_normalization.zeros import (
    Reseeded,
    another_number_every_time,
    different_every_time,
    the_same_with_a_seed,
    zeros_and_the_rest,
)


def reference(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    """Any shape → the same shape: zeros with probability p, the rest divided by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p must be at least 0 and below 1, got {p}")
    if not training:
        return x
    return x * (_uniform(x, generator) >= p) / (1 - p)


def _uniform(x: Tensor, generator: torch.Generator | None) -> Tensor:
    return torch.rand(x.shape, generator=generator, device=x.device, dtype=torch.float32)


def not_scaled(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    return reference(x, p, training, generator) * (1 - p if training else 1)


def scaled_by_p(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    return reference(x, p, training, generator) * ((1 - p) / p if training and p else 1)


def keeps_with_p(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    reference(x, p, training)
    return x * (_uniform(x, generator) < p) / (1 - p) if training else x


def drops_in_evaluation(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    return reference(x, p, True, generator)


def scaled_in_evaluation(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    return reference(x, p, training, generator) * (1 if training else 1 - p)


def whole_rows(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    reference(x, p, training)
    return x * (_uniform(x[..., :1], generator) >= p) / (1 - p) if training else x


def same_columns(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    reference(x, p, training)
    return x * (_uniform(x[(0,) * (x.ndim - 1)], generator) >= p) / (1 - p) if training else x


def whole_samples(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    reference(x, p, training)
    first = _uniform(x.flatten(1)[:, 0] if x.ndim > 1 else x, generator).view(-1, *[1] * (x.ndim - 1))
    return x * (first >= p) / (1 - p) if training else x


def exact_share(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    reference(x, p, training)
    ranks = _uniform(x, generator).flatten().argsort().argsort().view(x.shape)
    return x * (ranks >= round(p * x.numel())) / (1 - p) if training else x


def generator_ignored(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    return reference(x, p, training)


def seeded_inside(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    return reference(x, p, training, torch.Generator(x.device).manual_seed(0))


def everything_in_training(x: Tensor, p: float, training: bool, generator: torch.Generator | None = None) -> Tensor:
    reference(x, p, training)
    return x


GENERATOR = {"$recipe": "generator", "seed": 5}
EXERCISE = Exercise(
    name="dropout",
    reference=reference,
    forbids=(forbid.DROPOUT,),
    groups=(
        Group(
            "training",
            2,
            (
                Property("p = 0.3", (drawn("positive", 40, 50), 0.3, True), judge=zeros_and_the_rest),
                Property(
                    "p = 0.8, a batch of pictures",
                    (drawn("positive", 4, 5, 10, 12), 0.8, True),
                    judge=zeros_and_the_rest,
                ),
                Property(
                    "p = 0.5, float64", (drawn("positive", 1000), 0.5, True), dtype="float64", judge=zeros_and_the_rest
                ),
                Case("p = 0 drops nothing", (normal(3, 4), 0.0, True), grad=("0",)),
            ),
        ),
        Group(
            "chance",
            1,
            (
                Property(
                    "two calls differ", (drawn("positive", 30, 20), 0.4, True), judge=different_every_time, calls=2
                ),
                Property(
                    "ten calls do not drop equally many",
                    (drawn("positive", 20, 30), 0.4, True),
                    judge=another_number_every_time,
                    calls=10,
                ),
                Reseeded("the usual generator", (drawn("positive", 30, 20), 0.4, True), judge=zeros_and_the_rest),
                Property(
                    "two generators with one seed",
                    (drawn("positive", 30, 20), 0.4, True),
                    {"generator": GENERATOR},
                    judge=the_same_with_a_seed,
                    calls=2,
                ),
            ),
        ),
        Group(
            "evaluation",
            1,
            (Case("x itself", (normal(3, 4, 5), 0.5, False), grad=("0",)), Case("p = 0.9", (normal(6), 0.9, False))),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("p = 1", (normal(3), 1.0, True)),
                Case("p = −0.1", (normal(3), -0.1, True)),
                Case("p = 1.5 in evaluation", (normal(3), 1.5, False), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the kept entries are not scaled up",
            not_scaled,
            "With half of the entries gone, what happens to the mean of the sum that comes next?",
        ),
        Misconception("the kept entries are divided by p", scaled_by_p, "Which share is kept: p, or 1 − p?"),
        Misconception(
            "p is taken for the probability of keeping",
            keeps_with_p,
            "p is the probability that an entry becomes zero.",
        ),
        Misconception(
            "entries are dropped in evaluation", drops_in_evaluation, "In evaluation nothing is left to chance."
        ),
        Misconception(
            "evaluation scales the input down",
            scaled_in_evaluation,
            "Inverted dropout has already scaled in training, so evaluation returns x itself.",
        ),
        Misconception("entries are dropped together, not each by itself", whole_rows, "The mask has the shape of x."),
        Misconception("the same columns fall in every row", same_columns, "The mask has the shape of x."),
        Misconception("whole samples are dropped", whole_samples, "The mask has the shape of x."),
        Misconception(
            "exactly the share p is dropped",
            exact_share,
            "Each entry throws a coin of its own: must 10 coins show exactly 5 heads?",
        ),
        Misconception("nothing is dropped in training", everything_in_training, "Where is the mask?"),
        Misconception(
            "the same entries are dropped every time",
            seeded_inside,
            "Seeding inside the function makes chance a constant.",
        ),
        Misconception("the generator is not used", generator_ignored, "torch.rand takes generator=…"),
    ),
)
