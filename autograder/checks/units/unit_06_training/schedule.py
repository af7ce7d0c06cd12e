"""``step_lr``: the learning rate falls by a factor at each milestone."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.cases import Case, Group
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception


def reference(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    """Epochs count from 0; a milestone counts from its own epoch on."""
    return float(base_lr * gamma ** sum(epoch >= m for m in milestones))


def one_late(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return float(base_lr * gamma ** sum(epoch > m for m in milestones))


def one_early(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return reference(base_lr, epoch + 1, milestones, gamma)


def once_only(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return float(base_lr * gamma) if any(epoch >= m for m in milestones) else float(base_lr)


def only_at_milestones(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return float(base_lr * gamma) if epoch in milestones else float(base_lr)


def every_epoch(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return float(base_lr * gamma**epoch)


def gamma_fixed(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return reference(base_lr, epoch, milestones)


def times_the_count(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    passed = sum(epoch >= m for m in milestones)
    return float(base_lr * gamma * passed) if passed else float(base_lr)


def divided(base_lr: float, epoch: int, milestones: Sequence[int], gamma: float = 0.1) -> float:
    return float(base_lr / gamma ** sum(epoch >= m for m in milestones))


EXERCISE = Exercise(
    name="step_lr",
    reference=reference,
    forbids=(forbid.SCHEDULER,),
    groups=(
        Group(
            "between milestones",
            1,
            (
                Case("before the first", (0.1, 3, [10, 20])),
                Case("after the first", (0.1, 15, [10, 20])),
                Case("after three", (0.8, 99, [30, 60, 90]), {"gamma": 0.5}),
                Case("no milestones", (0.05, 7, []), hidden=True),
            ),
        ),
        Group(
            "at a milestone",
            1,
            (
                Case("the epoch of the second", (0.1, 20, [10, 20])),
                Case("the epoch before it", (0.1, 19, [10, 20])),
                Case("epoch 0 is a milestone", (1.0, 0, [0]), {"gamma": 0.2}),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "a milestone counts one epoch late", one_late, "In the milestone's own epoch the rate is already lower."
        ),
        Misconception("a milestone counts one epoch early", one_early, "Epochs count from 0."),
        Misconception("the rate falls at the first milestone only", once_only, "Each milestone multiplies once more."),
        Misconception(
            "the rate is lower at the milestones only",
            only_at_milestones,
            "What happens to the rate after a milestone has passed?",
        ),
        Misconception(
            "the rate falls in every epoch", every_epoch, "How many milestones have passed, not how many epochs?"
        ),
        Misconception("gamma is always 0.1", gamma_fixed, "gamma is an argument."),
        Misconception(
            "gamma is multiplied by the number of milestones", times_the_count, "Two milestones: gamma · gamma."
        ),
        Misconception("the rate is divided by gamma", divided, "With gamma 0.1 the rate should fall."),
    ),
)
