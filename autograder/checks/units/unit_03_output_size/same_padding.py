"""``same_padding(k, d)``: the padding that keeps the size at stride 1."""

from __future__ import annotations

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_03_output_size.whole import require_positive, whole


def reference(k: int, d: int = 1) -> int:
    """Half of what the window takes away."""
    require_positive(k=k, d=d)
    if d * (k - 1) % 2:
        raise ValueError(f"kernel {k} with dilation {d} takes {d * (k - 1)} away: an odd number has no half")
    return d * (k - 1) // 2


def dilation_ignored(k: int, d: int = 1) -> int:
    reference(k, d)
    return (k - 1) // 2


def both_sides(k: int, d: int = 1) -> int:
    return 2 * reference(k, d)


def half_the_kernel(k: int, d: int = 1) -> int:
    require_positive(k=k, d=d)
    return d * (k // 2)


def rounded_down(k: int, d: int = 1) -> int:
    require_positive(k=k, d=d)
    return d * (k - 1) // 2


def rounded_up(k: int, d: int = 1) -> int:
    require_positive(k=k, d=d)
    return (d * (k - 1) + 1) // 2


def half_of_d_times_k(k: int, d: int = 1) -> int:
    reference(k, d)
    return d * k // 2


def even_refused(k: int, d: int = 1) -> int:
    if k % 2 == 0:
        raise ValueError(f"kernel {k} is even")
    return reference(k, d)


def dilation_added(k: int, d: int = 1) -> int:
    reference(k, d)
    return (k - 1) // 2 + d - 1


def as_float(k: int, d: int = 1) -> float:
    return float(reference(k, d))


def one_off(k: int, d: int = 1) -> int:
    return reference(k, d) + 1


def locate(index: tuple[int, ...], k: int, d: int = 1) -> str:
    return f"Without padding the output is {d * (k - 1)} shorter than the input; each of the two ends gives back P."


EXERCISE = Exercise(
    name="same_padding",
    reference=reference,
    locate=locate,
    groups=(
        Group(
            "odd kernels",
            1,
            (
                Case("a window of 3", (3,)),
                Case("a window of 5", (5,)),
                Case("a window of 1 needs none", (1,)),
                Case("a window of 11", (11,)),
                Case("a window of 27", (27,), hidden=True),
            ),
        ),
        Group(
            "dilation",
            1,
            (
                Case("a window of 3, dilation 2", (3, 2)),
                Case("a window of 5, dilation 3", (5,), {"d": 3}),
                Case("an even window with an even dilation", (2, 2)),
                Case("a window of 4, dilation 6", (4,), {"d": 6}),
                Case("a window of 7, any dilation", (7,), {"d": whole(2, 30)}, hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a window of 2", (2,)),
                Case("a window of 4, dilation 3", (4, 3)),
                Case("a window of 0", (0,)),
                Case("dilation 0", (3, 0)),
                Case("a window of 0, dilation 2", (0, 2), hidden=True),
                Case("a window of 6, dilation 5", (6, 5), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the padding of both sides together", both_sides, "P zeros in front, and as many behind."),
        Misconception(
            "every even kernel is refused",
            even_refused,
            "K = 2 with D = 2 spans three places. Which padding keeps the size?",
        ),
        Misconception(
            "half the kernel, also when it is even",
            half_the_kernel,
            "Try it for K = 2: how long is the output with one zero at each end?",
        ),
        Misconception(
            "an odd number is halved and rounded down",
            rounded_down,
            "Put your answer for K = 2 into conv_output_size. Does the size stay?",
        ),
        Misconception(
            "an odd number is halved and rounded up",
            rounded_up,
            "Put your answer for K = 2 into conv_output_size. Does the size stay?",
        ),
        Misconception("the dilation is ignored", dilation_ignored, "A dilated window takes more away: how much?"),
        Misconception("half of D·K", half_of_d_times_k, "How much shorter is the output: D·K, or less?"),
        Misconception("the dilation is added instead of multiplied", dilation_added, "Every gap is D wide, not one."),
        Misconception("a float instead of an int", as_float, "Which operator divides whole numbers?"),
        Misconception("one too many", one_off, "A window of 1 needs no padding. What do you get for it?"),
    ),
)
