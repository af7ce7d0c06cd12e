"""``conv_transpose_output_size``: the size that a transposed convolution spreads to."""

from __future__ import annotations

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_03_output_size.whole import require_not_negative, require_positive, whole


def reference(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    """The size of ``F.conv_transpose1d``'s output."""
    require_positive(n=n, k=k, s=s, d=d)
    require_not_negative(p=p, output_padding=output_padding)
    if output_padding >= max(s, d):
        raise ValueError(f"output_padding {output_padding} must be smaller than the stride {s} or the dilation {d}")
    size = (n - 1) * s + d * (k - 1) + 1 - 2 * p + output_padding
    if size < 1:
        raise ValueError(f"padding {p} takes {2 * p} off {size + 2 * p}: nothing is left")
    return size


def as_convolution(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, output_padding, d)
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def one_missing(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) - 1


def n_strides(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) + s


def times_stride(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    reference(n, k, s, p, output_padding, d)
    return n * s


def padding_added(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) + 4 * p


def padding_once(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) + p


def padding_ignored(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) + 2 * p


def output_padding_ignored(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) - output_padding


def output_padding_twice(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) + output_padding


def stride_ignored(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) - (n - 1) * (s - 1)


def dilation_ignored(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) - (d - 1) * (k - 1)


def reach_d_times_k(n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> int:
    return reference(n, k, s, p, output_padding, d) + d - 1


def locate(index: tuple[int, ...], n: int, k: int, s: int = 1, p: int = 0, output_padding: int = 0, d: int = 1) -> str:
    first, last = d * (k - 1), (n - 1) * s
    cut = f" P cuts {p} places off each end." if p else ""
    more = f" output_padding adds {output_padding} at the end." if output_padding else ""
    return f"Input 0 spreads to places 0 to {first}, input {n - 1} to places {last} to {last + first}.{cut}{more}"


EXERCISE = Exercise(
    name="conv_transpose_output_size",
    reference=reference,
    locate=locate,
    groups=(
        Group(
            "kernel and stride",
            1,
            (
                Case("two inputs, a window of 3", (2, 3)),
                Case("stride 2, side by side", (4, 2), {"s": 2}),
                Case("stride 2, overlapping", (3, 3, 2)),
                Case("stride 3, with gaps", (5, 2), {"s": 3}),
                Case("one input", (1, 4), {"s": 5}),
                Case("any size", (whole(3, 90), whole(1, 9), whole(1, 6)), hidden=True),
            ),
        ),
        Group(
            "padding, output padding, dilation",
            2,
            (
                Case("padding 1 undoes a same convolution", (5, 3), {"p": 1}),
                Case("doubling: a window of 4, stride 2, padding 1", (7, 4, 2, 1)),
                Case("stride 2, padding 1, output_padding 1", (4, 3, 2, 1, 1)),
                Case("stride 3, padding 2, output_padding 2", (6, 5, 3, 2), {"output_padding": 2}),
                Case("dilation 3", (4, 3), {"d": 3}),
                Case("all together", (5, 4, 3, 2, 1, 2)),
                Case(
                    "all together, any size",
                    (whole(5, 60), whole(3, 7), whole(3, 5)),
                    {"p": whole(0, 3), "output_padding": whole(0, 2), "d": whole(2, 4)},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("output_padding as large as the stride", (4, 3, 2), {"output_padding": 2}),
                Case("more padding than there is output", (1, 2), {"p": 1}),
                Case("stride 0", (4, 3, 0)),
                Case("padding -1", (4, 3), {"p": -1}),
                Case("a window of 0", (4, 0), hidden=True),
                Case("no input", (0, 3), hidden=True),
                Case("dilation 0", (4, 3), {"d": 0}, hidden=True),
                Case("output_padding -1", (4, 3, 2), {"output_padding": -1}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the size of an ordinary convolution",
            as_convolution,
            "A transposed convolution makes the input larger: which one takes your result back to n?",
        ),
        Misconception(
            "only input size times stride",
            times_stride,
            "That is right when kernels stand side by side. And the ends of the last one, when they overlap?",
        ),
        Misconception("the last place is not counted", one_missing, "Places 0 to 4 are how many?"),
        Misconception("one stride too many", n_strides, "From input 0 to input n - 1 there are how many steps?"),
        Misconception(
            "the padding is added instead of cut off",
            padding_added,
            "Padding made the input of the forward convolution larger. On the way back it goes.",
        ),
        Misconception("the padding is cut off once", padding_once, "Padding stands on how many sides?"),
        Misconception("the padding is ignored", padding_ignored, "Which places of the result belong to no input?"),
        Misconception(
            "output_padding is ignored", output_padding_ignored, "Which parameter chooses between two possible sizes?"
        ),
        Misconception("output_padding is added on both sides", output_padding_twice, "It is added at the end only."),
        Misconception("the stride is ignored", stride_ignored, "How far apart do the windows of two neighbours start?"),
        Misconception("the dilation is ignored", dilation_ignored, "How many places does a dilated window span?"),
        Misconception(
            "a dilated window is taken to span D·K", reach_d_times_k, "K cells have K - 1 gaps. Draw K = 3, D = 2."
        ),
    ),
)
