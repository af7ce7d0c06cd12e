"""``fits_exactly(n, k, s, p, d)``: whether the last window ends where the padded input ends."""

from __future__ import annotations

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_03_output_size.whole import require_not_negative, require_positive


def reference(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    """True when the kernel fits and no place of the padded input is left over."""
    require_positive(k=k, s=s, d=d)
    require_not_negative(p=p)
    room = n + 2 * p - d * (k - 1) - 1
    return room >= 0 and room % s == 0


def too_large_accepted(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return (n + 2 * p - d * (k - 1) - 1) % s == 0


def too_large_refused(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    if n + 2 * p < d * (k - 1) + 1:
        raise ValueError("the kernel does not fit")
    return reference(n, k, s, p, d)


def only_whether_it_fits(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return n + 2 * p >= d * (k - 1) + 1


def input_divided(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    return only_whether_it_fits(n, k, s, p, d) and (n + 2 * p) % s == 0


def size_divided(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    return only_whether_it_fits(n, k, s, p, d) and (n + 2 * p - d * (k - 1)) % s == 0


def kernel_divided(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return (n + 2 * p) % k == 0


def padding_ignored(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return reference(n, k, s, 0, d)


def padding_once(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return reference(n + p, k, s, 0, d)


def dilation_ignored(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return reference(n, k, s, p)


def reach_d_times_k(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    reference(n, k, s, p, d)
    return reference(n, d * k, s, p)


def negated(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> bool:
    return not reference(n, k, s, p, d)


def locate(index: tuple[int, ...], n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> str:
    span, padded = d * (k - 1) + 1, n + 2 * p
    if span > padded:
        return f"A window spans {span} places, and there are {padded}: it does not fit."
    last = (padded - span) // s * s
    left = padded - last - span
    return f"The last window covers places {last} to {last + span - 1} of 0 to {padded - 1}: {left} left over."


EXERCISE = Exercise(
    name="fits_exactly",
    reference=reference,
    locate=locate,
    groups=(
        Group(
            "stride",
            1,
            (
                Case("7×7, a window of 3, stride 2", (7, 3), {"s": 2}),
                Case("7×7, a window of 3, stride 3", (7, 3), {"s": 3}),
                Case("8×8, a window of 3, stride 2", (8, 3, 2)),
                Case("9×9, a window of 3, stride 3", (9, 3), {"s": 3}),
                Case("10×10, a window of 4, stride 3", (10, 4), {"s": 3}),
                Case("stride 1 always fits", (8, 5)),
                Case("AlexNet, 227", (227, 11, 4)),
                Case("AlexNet as printed, 224", (224, 11, 4)),
                Case("one window, as wide as the input", (5, 5), {"s": 3}, hidden=True),
            ),
        ),
        Group(
            "padding and dilation",
            1,
            (
                Case("7×7, a window of 3, stride 3, padding 1", (7, 3), {"s": 3, "p": 1}),
                Case("8×8, a window of 3, stride 3, padding 1", (8, 3), {"s": 3, "p": 1}),
                Case("8×8, a window of 3, stride 3, padding 2", (8, 3), {"s": 3, "p": 2}),
                Case("9×9, a window of 3, stride 4, dilation 2", (9, 3), {"s": 4, "d": 2}),
                Case("10×10, a window of 3, stride 3, dilation 3", (10, 3), {"s": 3, "d": 3}),
                Case("8×8, a window of 3, stride 2, dilation 2", (8, 3), {"s": 2, "d": 2}),
                Case("11×11, a window of 2, stride 4, padding 1, dilation 3", (11, 2, 4, 1, 3)),
                Case("12×12, a window of 4, stride 5, padding 4, dilation 3", (12, 4, 5, 4, 3), hidden=True),
            ),
        ),
        Group(
            "a window that does not fit, impossible arguments",
            1,
            (
                Case("a window wider than the input", (3, 5)),
                Case("wider, and the stride divides what is missing", (3, 7), {"s": 2}),
                Case("fits only with padding", (3, 5), {"p": 1}),
                Case("stride 0", (7, 3), {"s": 0}),
                Case("a dilated window that is too wide", (6, 3), {"s": 2, "d": 4}, hidden=True),
                Case("padding -1", (7, 3), {"p": -1}),
                Case("a window of 0", (7, 0), hidden=True),
                Case("dilation 0", (7, 3), {"d": 0}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the answer is the wrong way round", negated, "True means: nothing is left over."),
        Misconception(
            "only asks whether the kernel fits at all",
            only_whether_it_fits,
            "A window can fit and still not reach the end. What is left over then?",
        ),
        Misconception(
            "asks whether the stride divides the input",
            input_divided,
            "Where does the last window start if it is to end at the end?",
        ),
        Misconception(
            "asks whether the stride divides the number of starts",
            size_divided,
            "Seven, a window of three: starts 0 and 4 are how many steps of 2 apart?",
        ),
        Misconception("asks whether the kernel divides the input", kernel_divided, "Windows may overlap."),
        Misconception(
            "a kernel larger than the input passes when the stride divides what is missing",
            too_large_accepted,
            "In Python -4 % 2 is 0. Ask first whether there is room at all.",
        ),
        Misconception(
            "a kernel that does not fit raises an error",
            too_large_refused,
            "The question is whether it fits. What is the answer when it does not?",
        ),
        Misconception("the padding is ignored", padding_ignored, "The window slides over the padded input."),
        Misconception("the padding is counted once", padding_once, "Padding stands on how many sides?"),
        Misconception("the dilation is ignored", dilation_ignored, "How many places does a dilated window span?"),
        Misconception(
            "a dilated window is taken to span D·K", reach_d_times_k, "K cells have K - 1 gaps. Draw K = 3, D = 2."
        ),
    ),
)
