"""Classic networks as tables of layers, with what each layer costs; nothing is built and no memory is used.

Guarantees: the counts are those of the PyTorch modules of the same layers (a test compares them); multiply–adds are of
convolutions and linear layers only, for one picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Layer:
    """One layer of a network.

    Attributes:
        name: "conv 3", "pool 1", "linear 2".
        kind: "conv", "pool" or "linear".
        output: (C, H, W) or (n,).
        parameters: weights and biases.
        multiply_adds: for one picture.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int

    @property
    def activations(self) -> int:
        """How many numbers come out."""
        return prod(self.output)


def trace(rows: Sequence[Row], shape: tuple[int, ...]) -> tuple[Layer, ...]:
    """Follow a picture through a table.

    Args:
        rows: ("conv", filters, kernel, stride, padding, groups), ("pool", kernel, stride, padding), ("linear", units).
        shape: of the picture, (C, H, W).
    """
    layers: list[Layer] = []
    for kind, *numbers in rows:
        number = 1 + sum(layer.kind == kind for layer in layers)
        output, parameters, multiply_adds = _cost(kind, numbers, shape)
        layers.append(Layer(f"{kind} {number}", kind, output, parameters, multiply_adds))
        shape = output
    return tuple(layers)


def _cost(kind: str, numbers: Sequence[int], shape: tuple[int, ...]) -> tuple[tuple[int, ...], int, int]:
    if kind == "linear":
        (units,) = numbers
        return (units,), units * (prod(shape) + 1), units * prod(shape)
    channels, *sides = shape
    filters, kernel, stride, padding, groups = numbers if kind == "conv" else (channels, *numbers, 1)
    height, width = ((side + 2 * padding - kernel) // stride + 1 for side in sides)
    if kind == "pool":
        return (channels, height, width), 0, 0
    weights = filters * kernel * kernel * channels // groups
    return (filters, height, width), weights + filters, weights * height * width


def vgg(blocks: Sequence[int]) -> tuple[Row, ...]:
    """The table of a VGG with so many convolutions in its five blocks."""
    rows: list[Row] = []
    for filters, count in zip((64, 128, 256, 512, 512), blocks, strict=True):
        rows += [("conv", filters, 3, 1, 1, 1)] * count + [("pool", 2, 2, 0)]
    return (*rows, *HEAD)


def eight_layers(first: Sequence[Row], groups: int) -> tuple[Row, ...]:
    """AlexNet's layout: what differs in its beginning, then three convolutions, a pool and three linear layers."""
    middle = (("conv", 384, 3, 1, 1, 1), ("conv", 384, 3, 1, 1, groups), ("conv", 256, 3, 1, 1, groups))
    return (*first, *middle, ("pool", 3, 2, 0), *HEAD)


HEAD: tuple[Row, ...] = (("linear", 4096), ("linear", 4096), ("linear", 1000))
ALEX_FIRST = ("conv", 96, 11, 4, 0, 1), ("pool", 3, 2, 0)
TABLES: dict[str, tuple[tuple[int, int, int], tuple[Row, ...]]] = {
    "LeNet-5": (
        (1, 32, 32),
        (
            ("conv", 6, 5, 1, 0, 1),
            ("pool", 2, 2, 0),
            ("conv", 16, 5, 1, 0, 1),
            ("pool", 2, 2, 0),
            ("linear", 120),
            ("linear", 84),
            ("linear", 10),
        ),
    ),
    "AlexNet": ((3, 227, 227), eight_layers((*ALEX_FIRST, ("conv", 256, 5, 1, 2, 2), ("pool", 3, 2, 0)), 2)),
    "AlexNet, one tower": ((3, 227, 227), eight_layers((*ALEX_FIRST, ("conv", 256, 5, 1, 2, 1), ("pool", 3, 2, 0)), 1)),
    "ZFNet": (
        (3, 224, 224),
        eight_layers((("conv", 96, 7, 2, 1, 1), ("pool", 3, 2, 1), ("conv", 256, 5, 2, 0, 1), ("pool", 3, 2, 1)), 1),
    ),
    "VGG-11": ((3, 224, 224), vgg((1, 1, 2, 2, 2))),
    "VGG-13": ((3, 224, 224), vgg((2, 2, 2, 2, 2))),
    "VGG-16": ((3, 224, 224), vgg((2, 2, 3, 3, 3))),
    "VGG-19": ((3, 224, 224), vgg((2, 2, 4, 4, 4))),
}


@lru_cache
def layers_of(name: str) -> tuple[Layer, ...]:
    """The layers of one of the networks in :data:`TABLES`."""
    shape, rows = TABLES[name]
    return trace(rows, shape)


@dataclass(frozen=True)
class Winner:
    """An entry of the ImageNet challenge, by its network's layout.

    Attributes:
        name: of the network.
        year: of the challenge.
        error: top-5 error of the entry (of several networks together, as a rule), %.
        depth: layers with weights, on the longest way through.
        parameters: of one network.
        multiply_adds: of one network, for one picture.
    """

    name: str
    year: int
    error: float
    depth: int
    parameters: int
    multiply_adds: int


#: The entries before 2012 were no networks.
ERRORS = (
    ("2010", 28.2),
    ("2011", 25.8),
    ("2012\nAlexNet", 16.4),
    ("2013\nZFNet", 11.7),
    ("2014\nVGG", 7.3),
    ("2014\nGoogLeNet", 6.7),
    ("2015\nResNet", 3.57),
)

INCEPTIONS = (
    (28, 192, 64, 96, 128, 16, 32, 32),
    (28, 256, 128, 128, 192, 32, 96, 64),
    (14, 480, 192, 96, 208, 16, 48, 64),
    (14, 512, 160, 112, 224, 24, 64, 64),
    (14, 512, 128, 128, 256, 24, 64, 64),
    (14, 512, 112, 144, 288, 32, 64, 64),
    (14, 528, 256, 160, 320, 32, 128, 128),
    (7, 832, 256, 160, 320, 32, 128, 128),
    (7, 832, 384, 192, 384, 48, 128, 128),
)


def googlenet_cost() -> tuple[int, int]:
    """Parameters and multiply–adds of GoogLeNet without its auxiliary heads."""
    convs = [(112, 3, 64, 7), (56, 64, 64, 1), (56, 64, 192, 3)]  # side of the output, channels in and out, kernel
    for side, c, c1, r3, c3, r5, c5, pool in INCEPTIONS:
        branches = ((c, c1, 1), (c, r3, 1), (r3, c3, 3), (c, r5, 1), (r5, c5, 5), (c, pool, 1))
        convs += [(side, *branch) for branch in branches]
    parameters = sum(k * k * a * b + b for _, a, b, k in convs) + 1024 * 1000 + 1000
    return parameters, sum(side * side * k * k * a * b for side, a, b, k in convs) + 1024 * 1000


def resnet152_cost() -> tuple[int, int]:
    """Parameters (two a channel for batch norm) and multiply–adds of ResNet-152."""
    convs, channels, side = [(112, 3, 64, 7)], 64, 56
    for stage, blocks in enumerate((3, 8, 36, 3)):
        width = 64 * 2**stage
        for block in range(blocks):
            before, side = side, side // 2 if stage and block == 0 else side
            convs += [(before, channels, width, 1), (side, width, width, 3), (side, width, 4 * width, 1)]
            convs += [(side, channels, 4 * width, 1)] if block == 0 else []
            channels = 4 * width
    parameters = sum(k * k * a * b + 2 * b for _, a, b, k in convs) + 2048 * 1000 + 1000
    return parameters, sum(s * s * k * k * a * b for s, a, b, k in convs) + 2048 * 1000


@lru_cache
def winners() -> tuple[Winner, ...]:
    """The networks of 2012 to 2015 with what they cost."""
    made = []
    for name, year, error, depth in (
        ("AlexNet", 2012, 16.4, 8),
        ("ZFNet", 2013, 11.7, 8),
        ("VGG-19", 2014, 7.3, 19),
    ):
        layers = layers_of(name)
        cost = sum(layer.parameters for layer in layers), sum(layer.multiply_adds for layer in layers)
        made.append(Winner(name, year, error, depth, *cost))
    return (
        *made,
        Winner("GoogLeNet", 2014, 6.7, 22, *googlenet_cost()),
        Winner("ResNet-152", 2015, 3.57, 152, *resnet152_cost()),
    )
