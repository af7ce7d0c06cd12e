"""What the benches of this unit run: one script for outputs, one for learning, one for both modes."""

from __future__ import annotations

from typing import Any

from autograder.checks.bench import Bench, backward, evaluation, forward, state, train
from autograder.checks.cases import drawn, normal


def outputs(label: str, args: tuple[Any, ...], shape: tuple[int, ...], **options: Any) -> Bench:
    """Outputs in evaluation mode, where every BatchNorm has its own running statistics."""
    return Bench(label, args, (evaluation(), forward(normal(*shape))), shape, **options)


def large_numbers(args: tuple[Any, ...], shape: tuple[int, ...]) -> Bench:
    """Outputs for inputs in the thousands, where a limit on them shows."""
    script = (evaluation(), forward(drawn("large", *shape)))
    return Bench("large numbers", args, script, shape, dtype="float64", hidden=True)


def learning(label: str, args: tuple[Any, ...], shape: tuple[int, ...], **options: Any) -> Bench:
    """Output and gradients in training mode, in float64, where no rounding moves a sum across ReLU's corner."""
    script = (train(), forward(normal(*shape), grad=True), backward())
    return Bench(label, args, script, shape, dtype="float64", **options)


def both_modes(
    label: str, args: tuple[Any, ...], shape: tuple[int, ...], kind: type[Bench] = Bench, **options: Any
) -> Bench:
    """Two training steps, the buffers, evaluation, and training once more."""
    x = normal(*shape)
    script = (train(), forward(x), state(), forward(x), state(), evaluation(), forward(x), state(), train(), forward(x))
    return kind(label, args, script, shape, **options)
