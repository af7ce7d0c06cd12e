"""``global_avg_pool``: one number for each channel of each image."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception


def reference(x: Tensor) -> Tensor:
    """(N,C,H,W) → (N,C)."""
    return x.mean((2, 3))


def kept(x: Tensor) -> Tensor:
    return x.mean((2, 3), keepdim=True)


def summed(x: Tensor) -> Tensor:
    return x.sum((2, 3))


def maximum(x: Tensor) -> Tensor:
    return x.amax((2, 3))


def over_channels_and_rows(x: Tensor) -> Tensor:
    return x.mean((1, 2))


def over_channels(x: Tensor) -> Tensor:
    return x.mean(1)


def over_the_width(x: Tensor) -> Tensor:
    return x.mean(3)


def over_the_height(x: Tensor) -> Tensor:
    return x.mean(2)


def over_the_batch(x: Tensor) -> Tensor:
    return x.mean((0, 2, 3))


def over_the_image(x: Tensor) -> Tensor:
    return x.mean((1, 2, 3))


def over_everything(x: Tensor) -> Tensor:
    return x.mean()


def by_the_square(x: Tensor) -> Tensor:
    return x.sum((2, 3)) / x.shape[2] ** 2


def locate(index: tuple[int, ...], x: Tensor) -> str:
    return f"That entry is the mean of the {x.shape[2]}·{x.shape[3]} numbers x[{index[0]}, {index[1]}]."


EXERCISE = Exercise(
    name="global_avg_pool",
    reference=reference,
    forbids=(forbid.POOLING,),
    locate=locate,
    groups=(
        Group(
            "a number per channel",
            2,
            (
                Case("one image, two channels", (drawn("integers", 1, 2, 2, 4),)),
                Case("two images, three channels, 4×5", (normal(2, 3, 4, 5),), grad=("0",)),
                Case("one pixel", (normal(3, 2, 1, 1),)),
                Case("not contiguous, float64", (normal(2, 3, 5, 2, strided=True),), dtype="float64"),
                Case("7×7, as in a network", (normal(2, 5, 7, 7),), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "dimensions of size one are left over", kept, "The result is (N, C): a linear layer reads it next."
        ),
        Misconception("the sum is not divided", summed, "A mean of equal numbers is that number."),
        Misconception("the maximum is taken", maximum, "All pixels of the channel count."),
        Misconception(
            "the mean is taken over the channels", over_channels, "Which dimensions vanish from (N, C, H, W)?"
        ),
        Misconception(
            "the mean runs over channels and rows",
            over_channels_and_rows,
            "Which dimensions vanish from (N, C, H, W)? The first one has the number 0.",
        ),
        Misconception("only the width is averaged", over_the_width, "Which dimensions vanish from (N, C, H, W)?"),
        Misconception("only the height is averaged", over_the_height, "Which dimensions vanish from (N, C, H, W)?"),
        Misconception("the batch is averaged too", over_the_batch, "Every image keeps its own numbers."),
        Misconception("the channels are averaged too", over_the_image, "Every channel keeps its own number."),
        Misconception("everything is averaged", over_everything, "Every channel of every image keeps its own number."),
        Misconception("the sum is divided by the height squared", by_the_square, "How many pixels has a 4×5 channel?"),
    ),
)
