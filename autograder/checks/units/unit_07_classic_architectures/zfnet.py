"""``ZFNet``: AlexNet with a finer first layer, in one tower."""

from __future__ import annotations

from dataclasses import replace

from autograder.checks.bench import Bench
from autograder.checks.cases import Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_07_classic_architectures.audit import Audit
from autograder.checks.units.unit_07_classic_architectures.eight_layers import (
    Plan,
    eight_layers,
    shared_misconceptions,
    with_conv,
)
from autograder.checks.units.unit_07_classic_architectures.parity import Dropped, dropping, evaluated

SIDE = 224
PLAN = Plan(
    convs=((96, 7, 2, 1, 1), (256, 5, 2, 0, 1), (384, 3, 1, 1, 1), (384, 3, 1, 1, 1), (256, 3, 1, 1, 1)),
    pools={1: (3, 2, 1), 2: (3, 2, 1), 5: (3, 2, 0)},
)
GROUPED = replace(PLAN, convs=tuple((*row[:4], 2 if i in (1, 3, 4) else 1) for i, row in enumerate(PLAN.convs)))

EXERCISE = Exercise(
    name="ZFNet",
    reference=eight_layers(PLAN),
    groups=(
        Group(
            "layers, shapes and parameters",
            3,
            (
                Audit("a thousand classes", (), (1, 3, SIDE, SIDE)),
                Audit("seven classes, a batch of two", (7,), (2, 3, SIDE, SIDE)),
            ),
        ),
        Group("numbers in evaluation mode", 2, (Bench("one picture", **evaluated(SIDE)),)),
        Group("dropout in training", 1, (Dropped("zeros before each linear layer", **dropping(SIDE)),)),
    ),
    misconceptions=(
        Misconception(
            "AlexNet's first layer: 11×11 with stride 4",
            eight_layers(with_conv(PLAN, 1, kernel=11, stride=4, padding=0)),
            "What did Zeiler and Fergus change in the first layer?",
        ),
        Misconception(
            "the first convolution has stride 4",
            eight_layers(with_conv(PLAN, 1, stride=4)),
            "The first layer gives 110×110 from 224×224.",
        ),
        Misconception(
            "the first convolution is not padded",
            eight_layers(with_conv(PLAN, 1, padding=0)),
            "The first layer gives 110×110 from 224×224: count the windows.",
        ),
        Misconception(
            "the second convolution has stride 1",
            eight_layers(with_conv(PLAN, 2, stride=1)),
            "55×55 go into the second convolution, 26×26 come out.",
        ),
        Misconception(
            "the second convolution is padded",
            eight_layers(with_conv(PLAN, 2, padding=2)),
            "55×55 go into the second convolution, 26×26 come out.",
        ),
        Misconception(
            "the pools are not padded",
            eight_layers(replace(PLAN, pools=dict.fromkeys(PLAN.pools, (3, 2, 0)))),
            "The first two pools give 55×55 and 13×13.",
        ),
        Misconception(
            "the last pool is padded too",
            eight_layers(replace(PLAN, pools=dict.fromkeys(PLAN.pools, (3, 2, 1)))),
            "13×13 go into the last pool, 6×6 come out.",
        ),
        Misconception(
            "AlexNet's groups are kept", eight_layers(GROUPED), "One card was large enough by then: one tower."
        ),
        Misconception(
            "filters of the second half doubled",
            eight_layers(with_conv(with_conv(with_conv(PLAN, 3, filters=512), 4, filters=1024), 5, filters=512)),
            "512, 1024, 512 is a larger variant; the table asked for has 384, 384, 256.",
        ),
        Misconception(
            "local response normalization from AlexNet",
            eight_layers(replace(PLAN, normed=(1, 2))),
            "The table asked for has none.",
        ),
        *shared_misconceptions(PLAN),
    ),
)
