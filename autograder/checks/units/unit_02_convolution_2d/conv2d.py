"""``conv2d``: the sliding window over channels, with stride, padding, dilation and groups."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise
from autograder.checks.units.sizes import pair, window
from autograder.checks.units.unit_02_convolution_2d.conv2d_mistakes import MISTAKES, reference


def locate(index: tuple[int, ...], x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> str:
    n, _, i, j = index
    s, p, d = (pair(options.get(key, default)) for key, default in (("stride", 1), ("padding", 0), ("dilation", 1)))
    rows, columns = (window(at, s[a], p[a], w.shape[2 + a], d[a]) for a, at in ((0, i), (1, j)))
    return f"That entry is the sum over the window x[{n}, :, rows {rows}, columns {columns}] times one filter."


EXERCISE = Exercise(
    name="conv2d",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "sliding window",
            2,
            (
                Case("one channel, one filter", (normal(1, 1, 4, 5), normal(1, 1, 2, 3))),
                Case(
                    "two images, 3 channels, 4 filters, bias",
                    (normal(2, 3, 5, 7), normal(4, 3, 3, 2), normal(4)),
                    grad=("0", "1", "2"),
                ),
                Case("a 1×1 kernel", (normal(2, 3, 4, 3), normal(2, 3, 1, 1), normal(2)), hidden=True),
                Case("a kernel as large as the image", (normal(2, 2, 3, 4), normal(3, 2, 3, 4))),
                Case(
                    "not contiguous, float64",
                    (normal(2, 3, 5, 4, strided=True), normal(4, 3, 2, 3, strided=True)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "stride and padding",
            2,
            (
                Case("stride 2 leaves a remainder", (normal(2, 3, 6, 7), normal(4, 3, 3, 2)), {"stride": 2}),
                Case("stride (2, 3)", (normal(2, 2, 7, 8), normal(3, 2, 3, 2), normal(3)), {"stride": (2, 3)}),
                Case("padding 2", (normal(1, 2, 3, 4), normal(3, 2, 3, 3)), {"padding": 2}),
                Case(
                    "padding (1, 0), stride (1, 2)",
                    (normal(2, 3, 4, 6), normal(2, 3, 3, 3), normal(2)),
                    {"stride": (1, 2), "padding": (1, 0)},
                    grad=("0", "1"),
                ),
            ),
        ),
        Group(
            "dilation and groups",
            1,
            (
                Case("dilation (2, 1)", (normal(2, 2, 7, 5), normal(3, 2, 3, 2)), {"dilation": (2, 1)}),
                Case("two groups", (normal(2, 4, 5, 4), normal(6, 2, 2, 3), normal(6)), {"groups": 2}),
                Case(
                    "depthwise, all together",
                    (normal(2, 3, 8, 9), normal(6, 1, 2, 3), normal(6)),
                    {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 3},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a kernel larger than the image", (normal(1, 1, 3, 3), normal(1, 1, 4, 2))),
                Case("filters of the wrong depth", (normal(1, 3, 4, 4), normal(2, 2, 2, 2))),
                Case("3 channels in 2 groups", (normal(1, 3, 4, 4), normal(2, 1, 2, 2)), {"groups": 2}),
                Case("stride 0", (normal(1, 1, 4, 4), normal(1, 1, 2, 2)), {"stride": 0}, hidden=True),
                Case("dilation 0", (normal(1, 1, 4, 4), normal(1, 1, 2, 2)), {"dilation": 0}, hidden=True),
            ),
        ),
    ),
    misconceptions=MISTAKES,
)
