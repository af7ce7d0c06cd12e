"""``standardize(image, mean, std)``: every channel shifted by its mean and divided by its standard deviation."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.exercise import Exercise, Misconception


def reference(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """(C,H,W) or (N,C,H,W) with (C,) and (C,) → the image's shape."""
    return (image - mean[:, None, None]) / std[:, None, None]


def along_the_last_dimension(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (image - mean) / std


def multiplied(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (image - mean[:, None, None]) * std[:, None, None]


def by_the_variance(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (image - mean[:, None, None]) / std[:, None, None] ** 2


def divided_first(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return image / std[:, None, None] - mean[:, None, None]


def mean_only(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return image - mean[:, None, None]


def std_only(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return image / std[:, None, None]


def first_channel_for_all(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (image - mean[0]) / std[0]


def own_statistics(image: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    axes = (-2, -1)
    return (image - image.mean(axes, keepdim=True)) / image.std(axes, keepdim=True)


EXERCISE = Exercise(
    name="standardize",
    reference=reference,
    groups=(
        Group(
            "one image",
            1,
            (
                Case("three channels, 4×5", (normal(3, 4, 5), normal(3), drawn("positive", 3)), grad=("0",)),
                Case("as wide as it has channels", (normal(3, 3, 3), normal(3), drawn("positive", 3))),
                Case("one channel", (normal(1, 2, 6), normal(1), drawn("positive", 1)), hidden=True),
            ),
        ),
        Group(
            "a batch",
            1,
            (
                Case("two images of three channels", (normal(2, 3, 4, 5), normal(3), drawn("positive", 3))),
                Case(
                    "as many images as channels, transposed in memory",
                    (normal(3, 3, 5, 4, strided=True), normal(3), drawn("positive", 3)),
                ),
                Case("float64 stays float64", (normal(2, 3, 2, 3), normal(3), drawn("positive", 3)), dtype="float64"),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the statistics run along the width, not the channels",
            along_the_last_dimension,
            "Which dimension of the image must (C,) line up with? Look at its shape after indexing with None.",
        ),
        Misconception(
            "multiplied by the standard deviation",
            multiplied,
            "A channel with a large spread should come out with a spread of one.",
        ),
        Misconception(
            "divided by the variance",
            by_the_variance,
            "The units of the result tell: is anything left of the unit of the image?",
        ),
        Misconception(
            "divided before the mean is taken off",
            divided_first,
            "In which unit is the mean given: that of the image, or that of the result?",
        ),
        Misconception(
            "the standard deviation is not used", mean_only, "After the shift, what still differs between channels?"
        ),
        Misconception(
            "the mean is not used", std_only, "A channel whose pixels all equal its mean should become zero."
        ),
        Misconception(
            "the first channel's statistics are used for all",
            first_channel_for_all,
            "Each channel has its own mean and its own standard deviation.",
        ),
        Misconception(
            "the image's own statistics are used",
            own_statistics,
            "mean and std are given: they come from the whole data set, not from this image.",
        ),
    ),
)
