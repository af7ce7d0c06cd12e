"""``make_stage``: blocks in a row, of which only the first strides and changes the channels."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from autograder.checks.cases import Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks.networks import make_stage
from autograder.checks.units.unit_09_residual_networks.scripts import both_modes, learning, outputs


def _row(block: Any, sizes: list[tuple[int, int, int]]) -> nn.Sequential:
    return nn.Sequential(*(block(*size) for size in sizes))


def every_block_strides(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    wide = c_out * block.expansion
    return _row(block, [(c_in, c_out, stride), *[(wide, c_out, stride)] * (blocks - 1)])


def no_block_strides(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, c_out, blocks, 1)


def last_block_strides(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    wide = c_out * block.expansion
    starts = [c_in, *[wide] * (blocks - 1)]
    return _row(block, [(c, c_out, stride if i == blocks - 1 else 1) for i, c in enumerate(starts)])


def always_two(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, c_out, blocks, 2)


def expansion_forgotten(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return _row(block, [(c_in, c_out, stride), *[(c_out, c_out, 1)] * (blocks - 1)])


def always_four(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return _row(block, [(c_in, c_out, stride), *[(4 * c_out, c_out, 1)] * (blocks - 1)])


def expanded_twice(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, c_out * block.expansion, blocks, stride)


def divided(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, max(1, c_out // block.expansion), blocks, stride)


def channels_stay(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return _row(block, [(c_in, c_out, stride), *[(c_in, c_out, 1)] * (blocks - 1)])


def one_too_many(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, c_out, blocks + 1, stride)


def one_too_few(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, c_out, max(1, blocks - 1), stride)


def only_one(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return make_stage(block, c_in, c_out, 1, stride)


def repeated(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    again = block(c_out * block.expansion, c_out, 1)
    return nn.Sequential(block(c_in, c_out, stride), *[again] * (blocks - 1))


def all_the_same(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    return nn.Sequential(*[block(c_in, c_out, stride)] * blocks)


def rectified(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> nn.Sequential:
    parts = [part for one in make_stage(block, c_in, c_out, blocks, stride) for part in (one, nn.ReLU())]
    return nn.Sequential(*parts)


class Unregistered(nn.Module):
    """Blocks in a Python list: run, but unknown to parameters()."""

    def __init__(self, block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> None:
        super().__init__()
        self.row = list(make_stage(block, c_in, c_out, blocks, stride))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for one in self.row:
            x = one.to(x)(x)
        return x


def a_list(block: Any, c_in: int, c_out: int, blocks: int, stride: int) -> list[nn.Module]:
    return list(make_stage(block, c_in, c_out, blocks, stride))


def of(kind: str) -> dict[str, str]:
    """A class of blocks as an argument."""
    return {"$recipe": "block", "kind": kind}


EXERCISE = Exercise(
    name="make_stage",
    reference=make_stage,
    groups=(
        Group(
            "blocks that keep what they are told",
            2,
            (
                outputs("three blocks, 3 → 4 channels, stride 2", (of("ResidualBlock"), 3, 4, 3, 2), (2, 3, 7, 6)),
                outputs("two plain blocks, the same channels, stride 1", (of("PlainBlock"), 4, 4, 2, 1), (2, 4, 4, 5)),
                outputs("two blocks, the same channels, stride 2", (of("PlainBlock"), 3, 3, 2, 2), (2, 3, 5, 6)),
                outputs("one block", (of("ResidualBlock"), 3, 2, 1, 2), (2, 3, 6, 5)),
                outputs("three blocks, stride 3", (of("PreActBlock"), 2, 3, 3, 3), (2, 2, 7, 9), hidden=True),
            ),
        ),
        Group(
            "blocks that expand",
            2,
            (
                outputs("three bottlenecks of width 2, stride 2", (of("Bottleneck"), 6, 2, 3, 2), (2, 6, 5, 7)),
                outputs("two bottlenecks, stride 1", (of("Bottleneck"), 3, 2, 2, 1), (2, 3, 4, 3)),
                outputs("another block, expansion 3", (of("Wide"), 5, 2, 3, 2), (2, 5, 6, 7)),
            ),
        ),
        Group(
            "each block has its own weights",
            1,
            (
                learning("gradients of input and weights", (of("ResidualBlock"), 2, 3, 2, 2), (3, 2, 5, 4)),
                both_modes("running statistics, step by step", (of("ResidualBlock"), 3, 3, 3, 1), (2, 3, 3, 4)),
            ),
        ),
    ),
    misconceptions=(
        Misconception("every block strides", every_block_strides, "How large is the picture after three strides of 2?"),
        Misconception("no block strides", no_block_strides, "Which block is told the stride?"),
        Misconception("the last block strides", last_block_strides, "Which block is told the stride?"),
        Misconception("the stride is always 2", always_two, "What does the first stage of a network do?"),
        Misconception(
            "the expansion is forgotten",
            expansion_forgotten,
            "How many channels does the second block get from the first, if that is a Bottleneck?",
        ),
        Misconception("the expansion is always 4", always_four, "Every class of blocks says its own expansion."),
        Misconception("the expansion counts twice", expanded_twice, "A block expands by itself; what is it told?"),
        Misconception(
            "c_out is divided by the expansion",
            divided,
            "With Bottleneck, c_out is its width: what goes in the middle?",
        ),
        Misconception("every block is told c_in", channels_stay, "What does the first block hand to the second?"),
        Misconception("one block too many", one_too_many, "Does your count include the first block?"),
        Misconception("one block too few", one_too_few, "Does your count include the first block?"),
        Misconception("there is only one block", only_one, "How many blocks were asked for?"),
        Misconception(
            "the same block is repeated", repeated, "[block] * 3 is one block, three times. How many weights are there?"
        ),
        Misconception("all blocks are one and the same", all_the_same, "How many weights should three blocks have?"),
        Misconception("a ReLU between the blocks", rectified, "A block ends as it should end. Nothing stands between."),
        Misconception(
            "the blocks are in a Python list",
            Unregistered,
            "Only modules in nn.Sequential or ModuleList are registered.",
        ),
        Misconception("a list is returned, not a module", a_list, "What can be called like a layer?"),
    ),
)
