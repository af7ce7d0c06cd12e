"""``BatchNorm2d``: a module with running statistics, interchangeable with PyTorch's, judged by a script of steps."""

from __future__ import annotations

from torch import Tensor, nn

from autograder.checks.bench import Bench, backward, evaluation, forward, state, train
from autograder.checks.cases import Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise
from autograder.checks.units.unit_05_normalization.batch_norm_mistakes import MISTAKES
from autograder.checks.units.unit_05_normalization.fresh import Fresh


def _pytorch_state(channels: int) -> dict[str, Tensor]:
    layer = nn.BatchNorm2d(channels)
    return {key: value.float() if value.is_floating_point() else value for key, value in layer.state_dict().items()}


SHAPE = (2, 3, 3, 4)
TRAINING = (train(), forward(normal(*SHAPE)), state(), forward(normal(3, 3, 2, 2)), state())
FIRST = {**state(), "params": True}
EXERCISE = Exercise(
    name="BatchNorm2d",
    reference=nn.BatchNorm2d,
    forbids=(forbid.NORMALIZATION,),
    groups=(
        Group(
            "training mode",
            2,
            (
                Bench(
                    "one step with γ, β and running statistics of any value",
                    (3,),
                    (train(), forward(normal(*SHAPE), grad=True), backward()),
                    SHAPE,
                ),
                Bench(
                    "eps 0.1, momentum 0.37: two steps",
                    (3,),
                    (train(), forward(normal(*SHAPE)), forward(normal(3, 3, 2, 2))),
                    SHAPE,
                    {"eps": 0.1, "momentum": 0.37},
                ),
            ),
        ),
        Group(
            "running statistics",
            2,
            (
                Bench(
                    "two steps of different size, momentum 0.37", (3,), TRAINING, SHAPE, {"eps": 0.1, "momentum": 0.37}
                ),
                Fresh(
                    "a new layer, and two calls in training",
                    (3,),
                    script=(FIRST, train(), forward(normal(*SHAPE), grad=True), forward(normal(3, 3, 2, 2)), FIRST),
                ),
                Fresh(
                    "a call in training without gradients",
                    (2,),
                    script=(train(), forward(normal(2, 2, 3, 2), no_grad=True), FIRST),
                ),
                Bench(
                    "the default momentum, few numbers a channel",
                    (2,),
                    (train(), forward(normal(2, 2, 1, 1)), state()),
                    (2, 2, 1, 1),
                    hidden=True,
                ),
            ),
        ),
        Group(
            "evaluation mode",
            2,
            (
                Bench(
                    "train, evaluate, train again",
                    (3,),
                    (
                        *TRAINING,
                        evaluation(),
                        forward(normal(*SHAPE), grad=True),
                        backward(),
                        state(),
                        train(),
                        forward(normal(*SHAPE)),
                        state(),
                    ),
                    SHAPE,
                    {"eps": 0.1, "momentum": 0.37},
                ),
                Bench(
                    "a batch of one picture",
                    (3,),
                    (evaluation(), forward(normal(1, 3, 2, 2)), state()),
                    SHAPE,
                    {"eps": 0.01},
                ),
            ),
        ),
        Group(
            "state_dict",
            1,
            (
                Bench(
                    "what nn.BatchNorm2d saved is loaded",
                    (3,),
                    (
                        {"do": "load_state_dict", "state": _pytorch_state(3)},
                        evaluation(),
                        forward(normal(*SHAPE)),
                        train(),
                        forward(normal(*SHAPE)),
                        state(),
                    ),
                    SHAPE,
                ),
            ),
        ),
    ),
    misconceptions=MISTAKES,
)
