"""``trace_shapes(layers, input_shape)``: a whole network as a table of shapes and parameters."""

from __future__ import annotations

from typing import Any

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise
from autograder.checks.units.unit_03_output_size.conv_cost import reference as conv_cost
from autograder.checks.units.unit_03_output_size.conv_output_size import reference as conv_output_size
from autograder.checks.units.unit_03_output_size.pool_output_size import reference as pool_output_size
from autograder.checks.units.unit_03_output_size.trace_mistakes import mistakes
from autograder.checks.units.unit_03_output_size.whole import whole

Shape = tuple[int, ...]
Row = tuple[Shape, int]


def reference(layers: list[tuple[Any, ...]], input_shape: Shape) -> list[Row]:
    """(output shape, parameters) of every layer."""
    rows: list[Row] = []
    shape = tuple(input_shape)
    for kind, *numbers in layers:
        shape, parameters = after(kind, numbers, shape)
        rows.append((shape, parameters))
    return rows


def after(kind: str, numbers: list[int], shape: Shape) -> Row:
    """The shape after one layer, and its parameters.

    Raises:
        ValueError: when the layer does not take such a shape, or is unknown.
    """
    if kind == "flatten":
        return (_volume(shape),), 0
    if kind == "linear":
        if len(shape) != 1:
            raise ValueError(f"a linear layer takes a shape (n,), not {shape}: flatten first")
        return (numbers[0],), numbers[0] * (shape[0] + 1)
    if kind not in ("conv", "pool"):
        raise ValueError(f"there is no layer called {kind!r}; known are conv, pool, flatten, linear")
    if len(shape) != 3:
        raise ValueError(f"a {kind} layer takes a shape (C, H, W), not {shape}")
    if kind == "pool":
        k, s = numbers
        return (shape[0], *(pool_output_size(n, k, s) for n in shape[1:])), 0
    c_out, k, s, p = numbers
    h, w = (conv_output_size(n, k, s, p) for n in shape[1:])
    return (c_out, h, w), conv_cost(shape[0], c_out, k, h, w)[0]


def _volume(shape: Shape) -> int:
    volume = 1
    for n in shape:
        volume *= n
    return volume


LENET = [
    ("conv", 6, 5, 1, 0),
    ("pool", 2, 2),
    ("conv", 16, 5, 1, 0),
    ("pool", 2, 2),
    ("flatten",),
    ("linear", 120),
    ("linear", 84),
    ("linear", 10),
]
ALEXNET = [
    ("conv", 96, 11, 4, 0),
    ("pool", 3, 2),
    ("conv", 256, 5, 1, 2),
    ("pool", 3, 2),
    ("conv", 384, 3, 1, 1),
    ("conv", 384, 3, 1, 1),
    ("conv", 256, 3, 1, 1),
    ("pool", 3, 2),
    ("flatten",),
    ("linear", 4096),
    ("linear", 4096),
    ("linear", 1000),
]

EXERCISE = Exercise(
    name="trace_shapes",
    reference=reference,
    groups=(
        Group(
            "convolutions and pooling",
            2,
            (
                Case("one convolution", ([("conv", 4, 3, 1, 0)], (2, 5, 7))),
                Case("one pooling", ([("pool", 3, 2)], (4, 8, 9))),
                Case(
                    "convolutions with stride and padding",
                    ([("conv", 8, 3, 2, 1), ("pool", 2, 2), ("conv", 5, 2, 1, 2)], (3, 14, 11)),
                ),
                Case(
                    "any channels, any image",
                    (
                        [("conv", whole(2, 30), 5, 2, 1), ("pool", 3, 2), ("conv", whole(2, 30), 3, 1, 0)],
                        (whole(1, 9), whole(30, 90), whole(30, 90)),
                    ),
                    hidden=True,
                ),
            ),
        ),
        Group(
            "whole networks",
            2,
            (
                Case("flatten and two linear layers", ([("flatten",), ("linear", 7), ("linear", 3)], (2, 3, 4))),
                Case("LeNet", (LENET, (1, 32, 32))),
                Case("AlexNet as a single tower", (ALEXNET, (3, 227, 227))),
                Case("numbers only", ([("linear", 5), ("linear", 2)], (6,))),
                Case("no layers", ([], (3, 8, 8)), hidden=True),
                Case("flatten what is flat", ([("flatten",), ("linear", 4)], (9,)), hidden=True),
            ),
        ),
        Group(
            "impossible networks",
            1,
            (
                Case("a kernel larger than what is left", ([("pool", 4, 4), ("conv", 2, 5, 1, 1)], (1, 8, 8))),
                Case("linear without flatten", ([("conv", 2, 3, 1, 0), ("linear", 4)], (1, 8, 8))),
                Case("a convolution after flatten", ([("flatten",), ("conv", 2, 3, 1, 0)], (1, 8, 8))),
                Case("a layer that does not exist", ([("dense", 4)], (9,))),
                Case("a window larger than what is left", ([("conv", 2, 3, 1, 0), ("pool", 3, 1)], (1, 4, 9))),
                Case("a kernel wider than what is left", ([("conv", 2, 5, 1, 0)], (1, 9, 4)), hidden=True),
                Case("a kernel taller than what is left", ([("conv", 2, 5, 1, 0)], (1, 4, 9)), hidden=True),
                Case("a window wider than what is left", ([("pool", 3, 1)], (1, 9, 2)), hidden=True),
                Case("pooling after flatten", ([("flatten",), ("pool", 2, 2)], (1, 8, 8)), hidden=True),
            ),
        ),
    ),
    misconceptions=mistakes(reference),
)
