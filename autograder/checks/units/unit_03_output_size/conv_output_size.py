"""``conv_output_size(n, k, s, p, d)``: how many windows start inside."""

from __future__ import annotations

import math

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import require_fit
from autograder.checks.units.unit_03_output_size.whole import whole


def reference(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """The number of window starts, as ``F.conv1d`` has it."""
    require_fit((n,), (k,), s, p, d)
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def padding_once(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + p - d * (k - 1) - 1) // s + 1


def one_missing(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, d) - 1


def one_added_first(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + 2 * p - d * (k - 1)) // s


def not_rounded(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> float:
    reference(n, k, s, p, d)
    return (n + 2 * p - d * (k - 1) - 1) / s + 1


def rounded_up(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    return math.ceil(not_rounded(n, k, s, p, d))


def rounded(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    return round(not_rounded(n, k, s, p, d))


def stride_ignored(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return reference(n, k, 1, p, d)


def padding_ignored(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n - d * (k - 1) - 1) // s + 1


def dilation_ignored(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return reference(n, k, s, p)


def reach_d_times_k(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + 2 * p - d * k) // s + 1


def gaps_of_d(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + 2 * p - (k + (k - 1) * (d if d > 1 else 0))) // s + 1


def dilation_added(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + 2 * p - (k + d - 1)) // s + 1


def divided_first(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + 2 * p) // s - d * (k - 1)


def kernel_forgotten(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, d)
    return (n + 2 * p) // s


def locate(index: tuple[int, ...], n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> str:
    span, padded = d * (k - 1) + 1, n + 2 * p
    starts = [str(start) for start in range(0, padded - span + 1, s)]
    shown = ", ".join(starts if len(starts) <= 6 else [*starts[:3], "…", starts[-1]])
    return f"A window spans {span} of {padded} places, padding included, and may start at {shown}: count these."


EXERCISE = Exercise(
    name="conv_output_size",
    reference=reference,
    locate=locate,
    groups=(
        Group(
            "window and kernel",
            1,
            (
                Case("a window of 3 over 7", (7, 3)),
                Case("LeNet's first layer", (32, 5)),
                Case("a window of 1", (9, 1)),
                Case("a window as wide as the input", (6, 6)),
                Case("any width", (whole(20, 300), whole(1, 20)), hidden=True),
            ),
        ),
        Group(
            "padding and stride",
            1,
            (
                Case("padding 1", (7, 3), {"p": 1}),
                Case("padding 2, a window of 5", (32, 5), {"p": 2}),
                Case("stride 2 fits", (7, 3), {"s": 2}),
                Case("stride 3 does not fit", (7, 3), {"s": 3}),
                Case("AlexNet's first layer", (227, 11, 4)),
                Case("7 with padding 1 and stride 3", (7, 3, 3, 1)),
                Case("a window wider than the input alone", (3, 5), {"p": 1}),
                Case("almost one more window", (12, 3), {"s": 4, "p": 1}),
                Case("a stride longer than the input", (5, 2), {"s": 9}),
                Case("stride and padding", (whole(20, 300), whole(1, 12), 5, whole(1, 5)), hidden=True),
            ),
        ),
        Group(
            "dilation",
            1,
            (
                Case("dilation 2", (7, 3), {"d": 2}),
                Case("dilation 3, a window of 4", (20, 4), {"d": 3}),
                Case("a window of 1 does not dilate", (8, 1), {"d": 5}),
                Case("all together", (33, 3, 2, 4, 5)),
                Case(
                    "dilation, stride and padding",
                    (whole(60, 300), whole(2, 9)),
                    {"s": 3, "p": whole(0, 6), "d": whole(2, 6)},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a window wider than the input", (3, 4)),
                Case("a dilated window that no longer fits", (6, 3), {"d": 3}),
                Case("too little padding", (3, 6), {"p": 1}),
                Case("stride 0", (7, 3), {"s": 0}),
                Case("a window of 0", (7, 0), hidden=True),
                Case("dilation 0", (7, 3), {"d": 0}, hidden=True),
                Case("padding -1", (7, 3), {"p": -1}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the padding is counted once", padding_once, "Padding stands on how many sides?"),
        Misconception(
            "the 1 is added before dividing by the stride",
            one_added_first,
            "The first window costs no step. Is its 1 divided by the stride?",
        ),
        Misconception(
            "the first window is not counted",
            one_missing,
            "From start 0 to start 4 there are four steps. How many starts?",
        ),
        Misconception("the kernel is not taken off", kernel_forgotten, "Can a window start at the last place?"),
        Misconception(
            "the stride is divided by before the kernel is taken off",
            divided_first,
            "The stride divides the steps between the first start and the last one, nothing else.",
        ),
        Misconception("rounded to the nearest number", rounded, "Half a window is no window."),
        Misconception(
            "rounded up",
            rounded_up,
            "A last window that hangs over the end does not count.",
        ),
        Misconception(
            "the result is not rounded down to an int",
            not_rounded,
            "Is 3.5 a number of windows? Which operator divides whole numbers?",
        ),
        Misconception("the stride is ignored", stride_ignored, "How far does the window move between two outputs?"),
        Misconception(
            "the padding is ignored", padding_ignored, "How wide is the input once zeros stand at both ends?"
        ),
        Misconception(
            "the dilation is ignored",
            dilation_ignored,
            "How many places does a dilated window span, from its first to its last cell?",
        ),
        Misconception(
            "a dilated window is taken to span D·K", reach_d_times_k, "K cells have K - 1 gaps. Draw K = 3, D = 2."
        ),
        Misconception(
            "dilation D is taken to put D cells between neighbours",
            gaps_of_d,
            "Dilation 1 is the ordinary window: how many cells lie between neighbours then?",
        ),
        Misconception(
            "the dilation is added to the kernel",
            dilation_added,
            "Every gap is D wide, not only one. Draw K = 4, D = 3.",
        ),
    ),
)
