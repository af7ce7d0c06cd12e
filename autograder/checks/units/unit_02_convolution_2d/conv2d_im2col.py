"""``conv2d_im2col``: a convolution as one matrix product of flattened filters and flattened windows."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair, require_channels, require_fit, window


def reference(x: Tensor, w: Tensor, b: Tensor | None = None, stride: IntOrPair = 1, padding: IntOrPair = 0) -> Tensor:
    """(N,C_in,H,W), (C_out,C_in,K_h,K_w) → (N,C_out,H_out,W_out)."""
    require_channels(x, w)
    require_fit(x.shape[2:], w.shape[2:], stride, padding)
    return F.conv2d(x, w, b, stride, padding)


def filters_by_columns(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w.transpose(2, 3).reshape(w.shape), b, **options)


def filters_channels_last(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w.permute(0, 2, 3, 1).reshape(w.shape), b, **options)


def flipped(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w.flip(2, 3), b, **options)


def without_bias(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w, **options)


def folded_wrongly(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    y = reference(x, w, b, **options)
    return y.transpose(2, 3).reshape(y.shape)


def turned(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w, b, **options).transpose(2, 3)


def batch_mixed(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    y = reference(x, w, b, **options)
    return y.transpose(0, 1).reshape(y.shape)


def places_mixed(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    y = reference(x, w, b, **options)
    return y.permute(0, 2, 3, 1).reshape(y.shape)


def not_folded(x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> Tensor:
    return reference(x, w, b, **options).flatten(2)


def without_stride(x: Tensor, w: Tensor, b: Tensor | None = None, stride: IntOrPair = 1, **options: Any) -> Tensor:
    return reference(x, w, b, **options)


def without_padding(x: Tensor, w: Tensor, b: Tensor | None = None, padding: IntOrPair = 0, **options: Any) -> Tensor:
    return reference(x, w, b, **options)


def locate(index: tuple[int, ...], x: Tensor, w: Tensor, b: Tensor | None = None, **options: Any) -> str:
    """Which product of a row and a column makes one entry of the result."""
    n, o, i, j = index
    s, p = pair(options.get("stride", 1)), pair(options.get("padding", 0))
    down, along = (window(at, s[a], p[a], w.shape[2 + a]) for a, at in ((0, i), (1, j)))
    return (
        f"That entry is filter {o}, flattened, times the column of the window x[{n}, :, rows {down}, columns {along}]."
    )


EXERCISE = Exercise(
    name="conv2d_im2col",
    reference=reference,
    forbids=(forbid.CONVOLUTION, forbid.UNFOLD),
    locate=locate,
    groups=(
        Group(
            "one matrix product",
            2,
            (
                Case("one image, one channel, one filter", (normal(1, 1, 4, 5), normal(1, 1, 2, 3))),
                Case(
                    "two images, three channels, four filters, bias",
                    (normal(2, 3, 4, 6), normal(4, 3, 2, 3), normal(4)),
                    grad=("0", "1", "2"),
                ),
                Case("as many images as filters", (normal(3, 2, 5, 4), normal(3, 2, 2, 2)), dtype="float64"),
                Case("a 1×1 kernel", (normal(2, 3, 4, 3), normal(2, 3, 1, 1), normal(2)), hidden=True),
            ),
        ),
        Group(
            "stride and padding",
            2,
            (
                Case("stride (2, 3)", (normal(2, 2, 7, 8), normal(3, 2, 3, 2), normal(3)), {"stride": (2, 3)}),
                Case("padding 2", (normal(1, 2, 3, 4), normal(3, 2, 3, 3)), {"padding": 2}),
                Case(
                    "stride 2, padding (1, 0)",
                    (normal(2, 3, 5, 7), normal(2, 3, 3, 2)),
                    {"stride": 2, "padding": (1, 0)},
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (Case("a kernel taller than the image", (normal(1, 2, 3, 5), normal(3, 2, 4, 2))),),
        ),
    ),
    misconceptions=(
        Misconception(
            "the kernel is flipped", flipped, "Nothing is flipped: kernel and column are read in the same order."
        ),
        Misconception(
            "the filters are flattened column by column",
            filters_by_columns,
            "Each row of the weight matrix must use the order of im2col's rows.",
        ),
        Misconception(
            "the filters are flattened with the channels last",
            filters_channels_last,
            "Each row of the weight matrix must use the order of im2col's rows.",
        ),
        Misconception("the bias is ignored", without_bias, "What is added to each output channel, once?"),
        Misconception(
            "the windows are folded back column by column",
            folded_wrongly,
            "Column 1 of the product belongs to the output pixel right of column 0's.",
        ),
        Misconception(
            "height and width are swapped in the result", turned, "Compute H_out and W_out, then fold L into them."
        ),
        Misconception(
            "images and filters are mixed by a reshape",
            batch_mixed,
            "Which dimension comes first after the product? A reshape does not move dimensions.",
        ),
        Misconception(
            "places and filters are mixed by a reshape",
            places_mixed,
            "The product's filters must stand before its places; a reshape does not move dimensions.",
        ),
        Misconception("the result is not folded back", not_folded, "L columns become H_out rows of W_out pixels."),
        Misconception("the stride is ignored", without_stride, "Is the stride handed on to im2col?"),
        Misconception("the padding is ignored", without_padding, "Is the padding handed on to im2col?"),
    ),
)
