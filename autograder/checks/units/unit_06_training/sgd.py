"""``sgd_step``: one step of SGD with momentum and weight decay, in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.checks.cases import Group, Trial, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_06_training.recording import Unrecorded
from autograder.checks.wire import Plain

Tensors = Sequence[Tensor]


def reference(
    params: Tensors, grads: Tensors, velocities: Tensors, lr: float, momentum: float = 0.0, weight_decay: float = 0.0
) -> None:
    """V ← momentum·v + (g + weight_decay·p); p ← p − lr·v, in place."""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities, strict=True):
            v.mul_(momentum).add_(g + weight_decay * p)
            p.sub_(lr * v)


def _step(change: Any) -> Any:
    """A step whose velocity and parameter are computed by ``change(p, g, v, lr, momentum, decay)``."""

    def step(
        params: Tensors,
        grads: Tensors,
        velocities: Tensors,
        lr: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        with torch.no_grad():
            for p, g, v in zip(params, grads, velocities, strict=True):
                new_v, new_p = change(p.clone(), g, v.clone(), lr, momentum, weight_decay)
                v.copy_(new_v)
                p.copy_(new_p)

    return step


def _of(velocity: Any, parameter: Any) -> Any:
    def change(p: Tensor, g: Tensor, v: Tensor, lr: float, m: float, d: float) -> tuple[Tensor, Tensor]:
        new = velocity(p, g, v, lr, m, d)
        return new, parameter(p, g, new, v, lr, m, d)

    return _step(change)


def _plain_velocity(p: Tensor, g: Tensor, v: Tensor, lr: float, m: float, d: float) -> Tensor:
    return m * v + g + d * p


def _descend(p: Tensor, g: Tensor, new: Tensor, v: Tensor, lr: float, m: float, d: float) -> Tensor:
    return p - lr * new


def recorded(
    params: Any, grads: Any, velocities: Any, lr: float, momentum: float = 0.0, weight_decay: float = 0.0
) -> None:
    for p, g, v in zip(params, grads, velocities, strict=True):
        v.mul_(momentum).add_(g + weight_decay * p)
        p.data -= lr * v.data


PARAMS = {"$recipe": "parameters", "values": [normal(2, 3), normal(4)]}
GRADS, VELOCITIES = [normal(2, 3), normal(4)], [normal(2, 3), normal(4)]


@dataclass(frozen=True)
class InPlace(Unrecorded):
    """What the call returns does not matter, only what it changes."""

    after: tuple[str, ...] = ("0", "2")

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        steps = [{**step, "value": None} if "error" not in step else step for step in actual["steps"]]
        return super().judged(request, expected, {**actual, "steps": steps})


EXERCISE = Exercise(
    name="sgd_step",
    reference=reference,
    forbids=(forbid.OPTIMIZER,),
    groups=(
        Group(
            "plain descent",
            1,
            (
                InPlace("no momentum, no decay", (PARAMS, GRADS, VELOCITIES, 0.1)),
                InPlace("float64", (PARAMS, GRADS, VELOCITIES, 0.3), dtype="float64"),
            ),
        ),
        Group(
            "momentum",
            1,
            (
                InPlace("momentum 0.9", (PARAMS, GRADS, VELOCITIES, 0.1), {"momentum": 0.9}, looked=True),
                InPlace("momentum 0.5, lr 2", (PARAMS, GRADS, VELOCITIES, 2.0), {"momentum": 0.5}, looked=True),
            ),
        ),
        Group(
            "weight decay",
            1,
            (
                InPlace("decay 0.1", (PARAMS, GRADS, VELOCITIES, 0.5), {"weight_decay": 0.1}),
                InPlace(
                    "momentum 0.9 and decay 0.2",
                    (PARAMS, GRADS, VELOCITIES, 0.1),
                    {"momentum": 0.9, "weight_decay": 0.2},
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the step is recorded by autograd",
            recorded,
            "In which context does autograd not look? All of the step goes there.",
        ),
        Misconception(
            "the learning rate is inside the velocity",
            _of(lambda p, g, v, lr, m, d: m * v + lr * (g + d * p), lambda p, g, new, v, lr, m, d: p - new),
            "In torch.optim.SGD the velocity collects gradients, and lr multiplies the whole velocity.",
        ),
        Misconception(
            "the new gradient is weighted by 1 − momentum",
            _of(lambda p, g, v, lr, m, d: m * v + (1 - m) * (g + d * p), _descend),
            "torch.optim.SGD adds the whole gradient to the velocity.",
        ),
        Misconception(
            "the velocity is not used in the step",
            _of(_plain_velocity, lambda p, g, new, v, lr, m, d: p - lr * (g + d * p)),
            "What does the parameter move along, once there is momentum?",
        ),
        Misconception(
            "the old velocity is used in the step",
            _of(_plain_velocity, lambda p, g, new, v, lr, m, d: p - lr * v),
            "First the velocity, then the parameter.",
        ),
        Misconception(
            "momentum is not used",
            _of(lambda p, g, v, lr, m, d: g + d * p, _descend),
            "What is left of the last velocity?",
        ),
        Misconception(
            "the velocities are not kept",
            _of(lambda p, g, v, lr, m, d: v, lambda p, g, new, v, lr, m, d: p - lr * (m * v + g + d * p)),
            "The next step needs this step's velocity: change it in place.",
        ),
        Misconception(
            "weight decay is not used",
            _of(lambda p, g, v, lr, m, d: m * v + g, _descend),
            "Weight decay adds a multiple of the parameter to its gradient.",
        ),
        Misconception(
            "weight decay pushes away from zero",
            _of(lambda p, g, v, lr, m, d: m * v + g - d * p, _descend),
            "A decayed weight should shrink.",
        ),
        Misconception(
            "weight decay stays out of the velocity",
            _of(lambda p, g, v, lr, m, d: m * v + g, lambda p, g, new, v, lr, m, d: p - lr * new - lr * d * p),
            "In torch.optim.SGD the decay is part of the gradient, so it enters the velocity.",
        ),
        Misconception(
            "the step climbs",
            _of(_plain_velocity, lambda p, g, new, v, lr, m, d: p + lr * new),
            "The gradient points uphill.",
        ),
    ),
)
