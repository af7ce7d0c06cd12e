"""``AlexNet``: the network of 2012, its two towers written as groups, or as two convolutions side by side."""

from __future__ import annotations

from dataclasses import replace

from autograder.checks.cases import Group
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_07_classic_architectures.eight_layers import (
    Plan,
    eight_layers,
    shared_misconceptions,
    with_conv,
)
from autograder.checks.units.unit_07_classic_architectures.parity import dropping, evaluated
from autograder.checks.units.unit_07_classic_architectures.towers import TowerAudit, TowerBench, TowerDropped, halves

SIDE = 227
PLAN = Plan(
    convs=((96, 11, 4, 0, 1), (256, 5, 1, 2, 2), (384, 3, 1, 1, 1), (384, 3, 1, 1, 2), (256, 3, 1, 1, 2)),
    pools={1: (3, 2, 0), 2: (3, 2, 0), 5: (3, 2, 0)},
    normed=(1, 2),
)
ONE_TOWER = replace(PLAN, convs=tuple((*row[:4], 1) for row in PLAN.convs))
WEIRD_TRICK = replace(
    PLAN,
    convs=((64, 11, 4, 2, 1), (192, 5, 1, 2, 1), (384, 3, 1, 1, 1), (256, 3, 1, 1, 1), (256, 3, 1, 1, 1)),
    normed=(),
)
HALVES = halves(PLAN)

EXERCISE = Exercise(
    name="AlexNet",
    reference=eight_layers(PLAN),
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "layers, shapes and parameters",
            3,
            (
                TowerAudit("a thousand classes", (), (1, 3, SIDE, SIDE), known=HALVES),
                TowerAudit("seven classes, a batch of two", (7,), (2, 3, SIDE, SIDE), known=HALVES),
            ),
        ),
        Group("numbers in evaluation mode", 3, (TowerBench("one picture", **evaluated(SIDE), known=HALVES),)),
        Group(
            "dropout in training", 1, (TowerDropped("zeros before each linear layer", **dropping(SIDE), known=HALVES),)
        ),
    ),
    misconceptions=(
        Misconception(
            "one tower: the groups are missing",
            eight_layers(ONE_TOWER),
            "62,378,344 parameters: in which layers did the two cards of 2012 not talk to each other?",
        ),
        Misconception(
            "groups in the third convolution too",
            eight_layers(with_conv(PLAN, 3, groups=2)),
            "In which layer did the two cards see each other's maps?",
        ),
        Misconception(
            "the second convolution is not grouped",
            eight_layers(with_conv(PLAN, 2, groups=1)),
            "Which three convolutions are cut in two?",
        ),
        Misconception(
            "the later network of torchvision",
            eight_layers(WEIRD_TRICK),
            "torchvision's alexnet is a later one, with 64 filters in its first layer and one tower.",
        ),
        Misconception(
            "the first convolution is padded",
            eight_layers(with_conv(PLAN, 1, padding=2)),
            "227 pixels, 11 wide, in steps of 4: is there anything left over?",
        ),
        Misconception(
            "the second convolution is not padded",
            eight_layers(with_conv(PLAN, 2, padding=0)),
            "27×27 go in, 27×27 should come out.",
        ),
        Misconception(
            "local response normalization is missing",
            eight_layers(replace(PLAN, normed=())),
            "Something stands between the ReLU and the pool of the first two convolutions.",
        ),
        Misconception(
            "local response normalization with k = 1",
            eight_layers(PLAN, norm=(5, 1e-4, 0.75, 1.0)),
            "nn.LocalResponseNorm has a default for k that is not the paper's.",
        ),
        Misconception(
            "local response normalization with alpha times its size",
            eight_layers(PLAN, norm=(5, 5e-4, 0.75, 2.0)),
            "Hand 1e-4 to PyTorch as it stands.",
        ),
        Misconception(
            "local response normalization after the pool",
            eight_layers(PLAN, norm_place="after pool"),
            "Convolution, ReLU, normalization, pool: in this order.",
        ),
        Misconception(
            "local response normalization before the ReLU",
            eight_layers(PLAN, norm_place="before relu"),
            "Convolution, ReLU, normalization, pool: in this order.",
        ),
        Misconception(
            "local response normalization in each tower by itself",
            eight_layers(PLAN, norm_apart=True),
            "Neighbouring channels are neighbours across the cut too: put the halves together first.",
        ),
        Misconception(
            "local response normalization after every convolution",
            eight_layers(replace(PLAN, normed=(1, 2, 3, 4, 5))),
            "Only the first two convolutions are normalized.",
        ),
        *shared_misconceptions(PLAN),
    ),
)
