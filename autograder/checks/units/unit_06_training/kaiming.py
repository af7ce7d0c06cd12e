"""``kaiming_normal``: weights for ReLU whose spread depends on the fan-in; judged by their statistics."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from autograder.checks.cases import Group
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import forbid
from autograder.checks.driver.plain import kind_of
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.properties import Property, drawn_anew, drawn_from_seed, problem
from autograder.checks.wire import Plain

SIGMAS = 7.0


def reference(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
    """Normal numbers with deviation √(2 / fan-in), fan-in = product of shape[1:].

    Reference:
        He et al. 2015, Delving Deep into Rectifiers, section 2.2.
    """
    return torch.randn(tuple(shape), generator=generator) * math.sqrt(2 / math.prod(shape[1:]))


def scaled(deviation: Callable[[Sequence[int]], float]) -> Callable[..., Tensor]:
    """Normal numbers with another deviation."""

    def draw(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
        return torch.randn(tuple(shape), generator=generator) * deviation(shape)

    return draw


def uniform(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
    bound = math.sqrt(6 / math.prod(shape[1:]))
    return (torch.rand(tuple(shape), generator=generator) * 2 - 1) * bound


def positive(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
    return reference(shape, generator).abs()


def generator_ignored(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
    return reference(shape)


def seeded_inside(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
    return reference(shape, torch.Generator().manual_seed(0))


def statistics(values: list[Plain], request: Plain) -> Problem | None:
    """Shape, mean, deviation and the form of the distribution."""
    shape = tuple(request["steps"][0]["args"][0])
    for value in values:
        if not isinstance(value, Tensor) or not value.is_floating_point():
            return Problem("kind", f"The result must be a float tensor; it is {kind_of(value)}.", None, value)
        if value.shape != shape:
            return Problem("shape", f"The result must have shape {shape}; it has {tuple(value.shape)}.", None, value)
        wrong = _moments(value.double().flatten(), math.sqrt(2 / math.prod(shape[1:])))
        if wrong:
            return wrong
    return None


def _moments(x: Tensor, deviation: float) -> Problem | None:
    n, found = x.numel(), float(x.double().pow(2).mean().sqrt())
    if abs(float(x.mean())) > SIGMAS * deviation / math.sqrt(n) * max(1.0, found / deviation):
        return problem("mean", f"The mean should be near 0; it is {float(x.mean()):.4g}.")
    if abs(found / deviation - 1) > SIGMAS / math.sqrt(2 * n):
        ratio = f"{found / deviation:.2g}"
        return problem(
            f"deviation {ratio}", f"The deviation should be √(2/fan-in) = {deviation:.4g}; it is {found:.4g}."
        )
    tail = float((x.abs() > 2 * found).double().mean())
    if abs(tail - 0.0455) > SIGMAS * math.sqrt(0.0455 / n):
        return problem("form", f"4.6 % of normal numbers lie beyond two deviations; here it is {tail:.1%}.")
    return None


fresh_numbers = drawn_anew(statistics, "Two calls gave the same numbers; each call must draw anew.")


same_seed = drawn_from_seed(
    statistics, "Two generators with the same seed gave different numbers: draw from the one given."
)


SEEDED = {"generator": {"$recipe": "generator", "seed": 11}}
EXERCISE = Exercise(
    name="kaiming_normal",
    reference=reference,
    forbids=(forbid.INITIALISATION,),
    groups=(
        Group(
            "spread",
            2,
            (
                Property("a convolution, 96 filters of 16×3×5", ([96, 16, 3, 5],), judge=statistics),
                Property("a linear layer, 300 → 50", ((50, 300),), judge=statistics),
                Property("a wide linear layer, 20 → 900", ((900, 20),), judge=statistics),
                Property("a 1-D convolution", ((128, 8, 9),), judge=statistics, hidden=True),
            ),
        ),
        Group(
            "chance",
            1,
            (
                Property("two calls differ", ((40, 60),), judge=fresh_numbers, calls=2),
                Property("two generators with one seed", ((40, 60),), SEEDED, judge=same_seed, calls=2),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the fan-out is used",
            scaled(lambda s: math.sqrt(2 / (s[0] * math.prod(s[2:])))),
            "How many numbers are summed into one output? That is the fan-in.",
        ),
        Misconception(
            "the kernel's size is left out of the fan-in",
            scaled(lambda s: math.sqrt(2 / s[1])),
            "One output of a convolution sums over channels and over the window.",
        ),
        Misconception(
            "the channels are left out of the fan-in",
            scaled(lambda s: math.sqrt(2 / (math.prod(s[2:]) or 1))),
            "One output of a convolution sums over channels and over the window.",
        ),
        Misconception(
            "the whole weight is taken for the fan-in",
            scaled(lambda s: math.sqrt(2 / math.prod(s))),
            "shape[0] counts outputs: they do not add up.",
        ),
        Misconception(
            "1 instead of 2: that is for linear units",
            scaled(lambda s: math.sqrt(1 / math.prod(s[1:]))),
            "ReLU sets half of the signal to zero: what makes up for it?",
        ),
        Misconception(
            "fan-in and fan-out are averaged: that is Xavier",
            scaled(lambda s: math.sqrt(2 / (math.prod(s[1:]) + s[0] * math.prod(s[2:])))),
            "He's rule looks at the fan-in only.",
        ),
        Misconception(
            "multiplied by the variance",
            scaled(lambda s: 2 / math.prod(s[1:])),
            "2/fan-in is a variance; numbers are multiplied by a deviation.",
        ),
        Misconception("the numbers are uniform", uniform, "A normal distribution is asked for."),
        Misconception("all weights are positive", positive, "The mean of the weights should be 0."),
        Misconception(
            "the same numbers every time", seeded_inside, "Seeding inside the function makes every layer the same."
        ),
        Misconception("the generator is not used", generator_ignored, "torch.randn takes generator=…"),
        Misconception(
            "not scaled at all",
            scaled(lambda s: 1.0),
            "With deviation 1, a sum over 240 inputs has a deviation of about 15.",
        ),
    ),
)
