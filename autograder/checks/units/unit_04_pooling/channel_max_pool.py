"""``channel_max_pool``: the maximum over groups of channels, pixel by pixel."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception


def reference(x: Tensor, size: int) -> Tensor:
    """(N,C,H,W) → (N,C/size,H,W)."""
    if size < 1 or x.shape[1] % size:
        raise ValueError(f"{x.shape[1]} channels do not divide into groups of {size}")
    return x.unflatten(1, (-1, size)).amax(2)


def dealt_out(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x.unflatten(1, (size, -1)).amax(1)


def size_is_number(x: Tensor, size: int) -> Tensor:
    return reference(x, x.shape[1] // size)


def over_all(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x.amax(1, keepdim=True)


def mean(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x.unflatten(1, (-1, size)).mean(2)


def sliding(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x.unfold(1, size, 1).amax(-1)


def from_zero_on(x: Tensor, size: int) -> Tensor:
    return reference(x, size).clamp(min=0)


def minimum(x: Tensor, size: int) -> Tensor:
    return -reference(-x, size)


def first_of_each(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x[:, ::size]


def summed(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x.unflatten(1, (-1, size)).sum(2)


def in_space(x: Tensor, size: int) -> Tensor:
    reference(x, size)
    return x.unfold(2, size, size).unfold(3, size, size).amax((-1, -2))


def repeated(x: Tensor, size: int) -> Tensor:
    return reference(x, size).repeat_interleave(size, 1)


def rest_dropped(x: Tensor, size: int) -> Tensor:
    if x.shape[1] < size:
        raise ValueError(f"{x.shape[1]} channels make no group of {size}")
    return reference(x[:, : x.shape[1] // size * size], size)


def locate(index: tuple[int, ...], x: Tensor, size: int) -> str:
    n, group, i, j = index
    return f"That entry is the maximum of x[{n}, {group * size}:{(group + 1) * size}, {i}, {j}]."


EXERCISE = Exercise(
    name="channel_max_pool",
    reference=reference,
    forbids=(forbid.POOLING,),
    locate=locate,
    groups=(
        Group(
            "groups of neighbours",
            2,
            (
                Case("four channels in pairs", (drawn("integers", 1, 4, 2, 3), 2)),
                Case("six channels, groups of three", (normal(2, 6, 3, 4), 3), grad=("0",)),
                Case("all channels in one group", (normal(2, 4, 3, 2), 4)),
                Case("all numbers negative, float64", (drawn("negative", 2, 6, 5, 3), 2), dtype="float64"),
                Case("groups of one", (normal(2, 3, 2, 4), 1), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("five channels in pairs", (normal(1, 5, 2, 2), 2)),
                Case("groups of no channel", (normal(1, 4, 2, 2), 0)),
                Case("groups of −2 channels", (normal(1, 4, 2, 2), -2), hidden=True),
                Case("groups larger than the channels", (normal(1, 2, 3, 3), 3), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the channels are dealt out to the groups in turn",
            dealt_out,
            "Consecutive channels belong together: 0 and 1, then 2 and 3. Which order does your reshape give?",
        ),
        Misconception(
            "size is taken for the number of groups", size_is_number, "size is how many channels one group has."
        ),
        Misconception("the maximum is taken over all channels", over_all, "How many groups are there?"),
        Misconception(
            "the search for the maximum begins at zero",
            from_zero_on,
            "What is the largest of −3 and −2? Begin with a number that any other beats, or with the first channel.",
        ),
        Misconception("the mean is taken", mean, "A maximum is one of the numbers in the group."),
        Misconception("the sum is taken", summed, "A maximum is one of the numbers in the group."),
        Misconception("the smallest number is taken", minimum, "Compare one pixel by hand."),
        Misconception("the groups overlap", sliding, "Every channel belongs to one group."),
        Misconception("the first channel of each group is taken", first_of_each, "All channels of the group compete."),
        Misconception(
            "the maximum is taken in space", in_space, "Height and width stay; channels compete with each other."
        ),
        Misconception("the maximum is repeated", repeated, "One number per group: C/size channels are left."),
        Misconception(
            "channels left over are dropped", rest_dropped, "Five channels in pairs: is that possible at all?"
        ),
    ),
)
