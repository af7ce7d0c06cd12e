"""``conv1d``: the sliding window over channels, with bias, stride, padding, dilation and groups."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise
from autograder.checks.units.sizes import require_channels, require_fit, window
from autograder.checks.units.unit_01_convolution_1d.conv1d_mistakes import mistakes


def reference(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    """(N,C_in,L), (C_out,C_in/G,K) → (N,C_out,L_out)."""
    require_channels(x, w, groups)
    require_fit(x.shape[2:], w.shape[2:], stride, padding, dilation)
    return F.conv1d(x, w, b, stride, padding, dilation, groups)


def locate(index: tuple[int, ...], x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> str:
    n, o, t = index
    stride, padding, dilation = options.get("stride", 1), options.get("padding", 0), options.get("dilation", 1)
    place = window(t, stride, padding, w.shape[2], dilation)
    first = o // (w.shape[0] // options.get("groups", 1)) * w.shape[1]
    channels = f"{first}:{first + w.shape[1]}" if options.get("groups", 1) > 1 else ":"
    return f"That entry is the sum over the window x[{n}, {channels}, {place}] times the filter w[{o}]."


HAND = (
    torch.tensor([[[1.0, 2, 3, 4], [0, 1, 0, 1]]]),
    torch.tensor([[[1.0, -1], [2, 0]]]),
    torch.tensor([0.5]),
)

EXERCISE = Exercise(
    name="conv1d",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "sliding window over channels",
            2,
            (
                Case("one channel, one filter", (normal(1, 1, 6), normal(1, 1, 3))),
                Case("two channels and a bias, by hand", HAND),
                Case(
                    "two signals, 3 channels, 4 filters, bias",
                    (normal(2, 3, 7), normal(4, 3, 2), normal(4)),
                    grad=("0", "1", "2"),
                ),
                Case("a kernel of one", (normal(2, 3, 4), normal(2, 3, 1), normal(2))),
                Case("a kernel as long as the signal", (normal(2, 2, 5), normal(3, 2, 5)), hidden=True),
                Case(
                    "not contiguous, float64",
                    (normal(3, 2, 6, strided=True), normal(4, 2, 3, strided=True)),
                    dtype="float64",
                ),
            ),
        ),
        Group(
            "stride and padding",
            2,
            (
                Case("stride 2 leaves a remainder", (normal(2, 3, 8), normal(4, 3, 3)), {"stride": 2}),
                Case("padding 2", (normal(2, 2, 4), normal(3, 2, 3), normal(3)), {"padding": 2}),
                Case(
                    "stride 3, padding 1",
                    (normal(2, 3, 9), normal(2, 3, 2), normal(2)),
                    {"stride": 3, "padding": 1},
                    grad=("0", "1"),
                ),
                Case("a kernel that fits only with padding", (normal(2, 2, 3), normal(3, 2, 5)), {"padding": 1}),
                Case(
                    "a stride longer than the kernel", (normal(2, 2, 13), normal(3, 2, 2)), {"stride": 4}, hidden=True
                ),
            ),
        ),
        Group(
            "dilation and groups",
            2,
            (
                Case("dilation 2", (normal(2, 2, 8), normal(3, 2, 3)), {"dilation": 2}),
                Case("two groups", (normal(2, 4, 6), normal(6, 2, 3), normal(6)), {"groups": 2}, grad=("0", "1")),
                Case("each channel alone, two filters each", (normal(2, 3, 5), normal(6, 1, 2)), {"groups": 3}),
                Case(
                    "all together",
                    (normal(2, 4, 15), normal(6, 2, 3), normal(6)),
                    {"stride": 2, "padding": 3, "dilation": 3, "groups": 2},
                    hidden=True,
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a kernel longer than the signal", (normal(1, 1, 3), normal(1, 1, 4))),
                Case("3 channels in 2 groups", (normal(1, 3, 5), normal(2, 1, 2)), {"groups": 2}),
                Case("a dilated kernel that no longer fits", (normal(1, 1, 6), normal(1, 1, 3)), {"dilation": 3}),
                Case("filters of the wrong depth", (normal(1, 3, 5), normal(2, 2, 2))),
                Case("3 filters in 2 groups", (normal(1, 4, 5), normal(3, 2, 2)), {"groups": 2}),
                Case("stride 0", (normal(1, 1, 4), normal(1, 1, 2)), {"stride": 0}, hidden=True),
                Case("dilation 0", (normal(1, 1, 4), normal(1, 1, 2)), {"dilation": 0}, hidden=True),
                Case("no groups", (normal(1, 2, 4), normal(2, 2, 2)), {"groups": 0}, hidden=True),
                Case("padding -1", (normal(1, 1, 6), normal(1, 1, 2)), {"padding": -1}, hidden=True),
            ),
        ),
    ),
    misconceptions=mistakes(reference),
)
