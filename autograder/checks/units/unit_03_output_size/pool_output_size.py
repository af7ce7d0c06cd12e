"""``pool_output_size(n, k, s, p, ceil_mode)``: window starts of a pooling layer, as PyTorch counts them."""

from __future__ import annotations

import math

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import require_fit
from autograder.checks.units.unit_03_output_size.whole import whole


def reference(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    """The number of windows of ``F.max_pool1d``."""
    s = k if s is None else s
    require_fit((n,), (k,), s, p)
    if 2 * p > k:
        raise ValueError(f"padding {p} is more than half of the window {k}: a window could lie outside altogether")
    if not ceil_mode:
        return (n + 2 * p - k) // s + 1
    size = math.ceil((n + 2 * p - k) / s) + 1
    return size - 1 if (size - 1) * s >= n + p else size


def stride_one(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    reference(n, k, s, p, ceil_mode)
    return reference(n, k, 1 if s is None else s, p, ceil_mode)


def stride_is_kernel(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    reference(n, k, s, p, ceil_mode)
    return reference(n, k, k, p, ceil_mode)


def ceil_ignored(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    return reference(n, k, s, p)


def always_ceil(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    return reference(n, k, s, p, True)


def ceil_swapped(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    return reference(n, k, s, p, not ceil_mode)


def ceil_unchecked(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    right = reference(n, k, s, p, ceil_mode)
    return math.ceil((n + 2 * p - k) / (s or k)) + 1 if ceil_mode else right


def ceil_checked_against_the_end(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    size = ceil_unchecked(n, k, s, p, ceil_mode)
    return size - 1 if ceil_mode and (size - 1) * (s or k) >= n + 2 * p else size


def ceil_checked_against_the_input(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    size = ceil_unchecked(n, k, s, p, ceil_mode)
    return size - 1 if ceil_mode and (size - 1) * (s or k) >= n else size


def ceil_adds_one(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    reference(n, k, s, p, ceil_mode)
    return reference(n, k, s, p) + int(ceil_mode)


def padding_once(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    reference(n, k, s, p, ceil_mode)
    return (n + p - k) // (s or k) + 1


def padding_ignored(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    reference(n, k, s, p, ceil_mode)
    return (n - k) // (s or k) + 1


def divided(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    reference(n, k, s, p, ceil_mode)
    return (n + 2 * p) // (s or k)


def one_missing(n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> int:
    return reference(n, k, s, p, ceil_mode) - 1


def locate(index: tuple[int, ...], n: int, k: int, s: int | None = None, p: int = 0, ceil_mode: bool = False) -> str:
    step, end = k if s is None else s, n + 2 * p
    starts = f"Windows of {k} start at 0, {step}, {2 * step} …; the places run from 0 to {end - 1}, the input from {p} to {n + p - 1}."
    return starts + (
        " With ceil_mode the last window may hang over the end, but not start behind the input." if ceil_mode else ""
    )


EXERCISE = Exercise(
    name="pool_output_size",
    reference=reference,
    locate=locate,
    groups=(
        Group(
            "the stride and its default",
            1,
            (
                Case("a window of 2 over 28", (28, 2)),
                Case("a window of 2 over 7: one left over", (7, 2)),
                Case("overlapping windows, 3 and stride 2", (55, 3, 2)),
                Case("stride 1", (4, 2), {"s": 1}),
                Case("gaps between windows", (10, 2), {"s": 4}),
                Case("any size, the default stride", (whole(30, 200), whole(2, 9)), hidden=True),
            ),
        ),
        Group(
            "ceil_mode",
            1,
            (
                Case("GoogLeNet's pooling", (112, 3, 2), {"ceil_mode": True}),
                Case("nothing left over", (9, 3, 2), {"ceil_mode": True}),
                Case("the default stride", (7, 2), {"ceil_mode": True}),
                Case("a window that would start behind the input", (5, 2, 2, 1), {"ceil_mode": True}),
                Case("a window that would start far behind", (3, 1, 4), {"ceil_mode": True}),
                Case("a window that starts on the last number", (4, 2, 2, 1), {"ceil_mode": True}),
                Case("a window that just reaches the input", (4, 3, 4, 1), {"ceil_mode": True}),
                Case(
                    "ceil_mode with any size",
                    (whole(30, 200), whole(2, 6), whole(2, 9)),
                    {"p": 1, "ceil_mode": True},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "padding",
            1,
            (
                Case("ResNet's pooling", (112, 3, 2, 1)),
                Case("padding 1, a window of 2", (6, 2), {"p": 1}),
                Case("padding 2, a window of 5, stride 3", (9, 5, 3), {"p": 2}),
                Case("padding with any size", (whole(30, 200), 5, whole(2, 4)), {"p": whole(1, 2)}, hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a window wider than the input", (3, 4)),
                Case("padding of more than half the window", (8, 3), {"p": 2}),
                Case("stride 0", (8, 2), {"s": 0}),
                Case("a window of 0, stride 1", (8, 0), {"s": 1}, hidden=True),
                Case("padding -1", (8, 2), {"p": -1}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the stride is 1 when it is not given",
            stride_one,
            "Pooling windows stand side by side unless a stride is given.",
        ),
        Misconception("the stride is always the window", stride_is_kernel, "Windows of 3 with stride 2 overlap."),
        Misconception("ceil_mode is ignored", ceil_ignored, "With ceil_mode a window may hang over the end."),
        Misconception("rounded up without ceil_mode", always_ceil, "What does ceil_mode=False do with a remainder?"),
        Misconception("ceil_mode is the wrong way round", ceil_swapped, "Which of the two gives more windows?"),
        Misconception(
            "with ceil_mode a window may start in the padding at the end",
            ceil_checked_against_the_end,
            "The last window must start on the input, or on the padding in front of it.",
        ),
        Misconception(
            "with ceil_mode a window may start behind the input",
            ceil_unchecked,
            "A window that holds padding only has no maximum. When does that happen?",
        ),
        Misconception(
            "with ceil_mode the padding in front is forgotten",
            ceil_checked_against_the_input,
            "Starts are counted from the padding in front. At which place does the input end?",
        ),
        Misconception("ceil_mode always adds one", ceil_adds_one, "And when nothing is left over?"),
        Misconception("the padding is counted once", padding_once, "Padding stands on how many sides?"),
        Misconception("the padding is ignored", padding_ignored, "The windows slide over the padded input."),
        Misconception(
            "the size is divided by the stride",
            divided,
            "That is right when windows stand side by side. And when they overlap?",
        ),
        Misconception(
            "the first window is not counted",
            one_missing,
            "From start 0 to start 4 there are four steps. How many starts?",
        ),
    ),
)
