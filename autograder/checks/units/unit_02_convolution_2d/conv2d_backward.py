"""``conv2d_backward``: the three gradients of a convolution, by hand, each with points of its own."""

from __future__ import annotations

from autograder.checks.cases import Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise
from autograder.checks.units.parts import Part
from autograder.checks.units.unit_02_convolution_2d.backward_mistakes import MISTAKES, reference

NAMES = ("dx", "dw", "db")


def alone(part: str) -> tuple[Part, ...]:
    """Cases without stride and padding in which one of the three gradients counts."""
    small = (drawn("integers", 1, 1, 2, 2), drawn("integers", 1, 1, 3, 3), drawn("integers", 1, 1, 2, 2))
    batch = (normal(2, 4, 3, 3), normal(2, 3, 4, 5), normal(4, 3, 2, 3))
    mixed = (normal(2, 2, 3, 2, strided=True), normal(2, 3, 4, 4, strided=True), normal(2, 3, 2, 3, strided=True))
    large = (normal(3, 2, 1, 1), normal(3, 3, 3, 2), normal(2, 3, 3, 2))
    return (
        Part(f"{part} of one channel and one filter", small, names=NAMES, part=part),
        Part(f"{part} of two images, three channels, four filters", batch, names=NAMES, part=part),
        Part(f"{part}, not contiguous, float64", mixed, dtype="float64", names=NAMES, part=part),
        Part(f"{part} of a kernel as large as the image", large, hidden=True, names=NAMES, part=part),
    )


EXERCISE = Exercise(
    name="conv2d_backward",
    reference=reference,
    forbids=(forbid.CONVOLUTION, forbid.AUTOGRAD),
    groups=(
        Group("db", 1, alone("db")),
        Group("dw", 2, alone("dw")),
        Group("dx", 2, alone("dx")),
        Group(
            "all three with a stride",
            1,
            (
                Part(
                    "stride 2 leaves a remainder",
                    (normal(2, 3, 2, 3), normal(2, 2, 6, 7), normal(3, 2, 3, 2)),
                    {"stride": 2},
                    names=NAMES,
                ),
                Part(
                    "stride (2, 3), windows apart",
                    (normal(2, 2, 3, 2), normal(2, 1, 6, 6), normal(2, 1, 1, 2)),
                    {"stride": (2, 3)},
                    names=NAMES,
                ),
            ),
        ),
        Group(
            "all three with padding",
            2,
            (
                Part(
                    "padding 1",
                    (normal(2, 3, 4, 6), normal(2, 2, 4, 5), normal(3, 2, 3, 2)),
                    {"padding": 1},
                    names=NAMES,
                ),
                Part(
                    "padding (1, 0)",
                    (normal(2, 2, 5, 3), normal(2, 3, 5, 4), normal(2, 3, 3, 2)),
                    {"padding": (1, 0)},
                    names=NAMES,
                ),
                Part(
                    "stride (2, 1), padding (0, 2)",
                    (normal(2, 3, 2, 6), normal(2, 2, 5, 4), normal(3, 2, 2, 3)),
                    {"stride": (2, 1), "padding": (0, 2)},
                    hidden=True,
                    names=NAMES,
                ),
            ),
        ),
    ),
    misconceptions=MISTAKES,
)
