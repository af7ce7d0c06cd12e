"""``im2col``: every window of an image as one column of a matrix."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair, require_fit


def columns(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair = 1, padding: IntOrPair = 0) -> Tensor:
    """(N,C,H,W) → (N, C·K_h·K_w, H_out·W_out)."""
    require_fit(x.shape[2:], pair(kernel_size), stride, padding)
    return F.unfold(x, kernel_size, padding=padding, stride=stride)


def split(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    """The columns with their six dimensions apart: N, C, K_h, K_w, H_out, W_out."""
    (k_h, k_w), (s_h, s_w), (p_h, p_w) = (
        pair(kernel_size),
        pair(options.get("stride", 1)),
        pair(options.get("padding", 0)),
    )
    h_out, w_out = (x.shape[2] + 2 * p_h - k_h) // s_h + 1, (x.shape[3] + 2 * p_w - k_w) // s_w + 1
    return columns(x, kernel_size, **options).reshape(*x.shape[:2], k_h, k_w, h_out, w_out)


def pixels_first(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return split(x, kernel_size, **options).permute(0, 2, 3, 1, 4, 5).flatten(4).flatten(1, 3)


def kernel_by_columns(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return split(x, kernel_size, **options).permute(0, 1, 3, 2, 4, 5).flatten(4).flatten(1, 3)


def windows_by_columns(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return split(x, kernel_size, **options).permute(0, 1, 2, 3, 5, 4).flatten(4).flatten(1, 3)


def rows(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return columns(x, kernel_size, **options).transpose(1, 2)


def rows_reshaped(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    right = columns(x, kernel_size, **options)
    return right.transpose(1, 2).reshape(right.shape)


def windows_reshaped(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    right = columns(x, kernel_size, **options)
    return split(x, kernel_size, **options).permute(0, 1, 4, 5, 2, 3).reshape(right.shape)


def windows_kept(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return split(x, kernel_size, **options).flatten(1, 3)


def last_windows_missing(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return split(x, kernel_size, **options)[..., :-1, :-1].flatten(4).flatten(1, 3)


def stride_of_kernel(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair | None = None, **options: Any) -> Tensor:
    return columns(x, kernel_size, stride=stride or kernel_size, **options)


def stride_ignored(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair = 1, **options: Any) -> Tensor:
    return columns(x, kernel_size, **options)


def padding_ignored(x: Tensor, kernel_size: IntOrPair, padding: IntOrPair = 0, **options: Any) -> Tensor:
    return columns(x, kernel_size, **options)


def padding_swapped(x: Tensor, kernel_size: IntOrPair, padding: IntOrPair = 0, **options: Any) -> Tensor:
    return columns(x, kernel_size, padding=pair(padding)[::-1], **options)


def strides_swapped(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair = 1, **options: Any) -> Tensor:
    return columns(x, kernel_size, stride=pair(stride)[::-1], **options)


def kernel_swapped(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
    return columns(x, pair(kernel_size)[::-1], **options)


def locate(index: tuple[int, ...], x: Tensor, kernel_size: IntOrPair, **options: Any) -> str:
    """Which pixel stands in one entry of the columns."""
    n, row, column = index
    (k_h, k_w), (s_h, s_w), (p_h, p_w) = (
        pair(kernel_size),
        pair(options.get("stride", 1)),
        pair(options.get("padding", 0)),
    )
    w_out = (x.shape[3] + 2 * p_w - k_w) // s_w + 1
    (c, place), (i, j) = divmod(row, k_h * k_w), divmod(column, w_out)
    u, v = divmod(place, k_w)
    pixel = f"x[{n}, {c}, {i * s_h + u - p_h}, {j * s_w + v - p_w}]"
    return f"Row {row} is channel {c}, kernel place ({u}, {v}); column {column} is window ({i}, {j}): it holds {pixel}."


EXERCISE = Exercise(
    name="im2col",
    reference=columns,
    forbids=(forbid.UNFOLD, forbid.CONVOLUTION),
    locate=locate,
    groups=(
        Group(
            "order of rows and columns",
            2,
            (
                Case("one channel, 4×5 image, 2×3 windows", (drawn("integers", 1, 1, 4, 5), (2, 3))),
                Case("two images, three channels", (normal(2, 3, 4, 6), (2, 3)), grad=("0",)),
                Case("kernel_size as an int, not contiguous", (normal(2, 2, 5, 4, strided=True), 2), dtype="float64"),
                Case("1×1 windows", (normal(2, 3, 2, 3), 1), hidden=True),
            ),
        ),
        Group(
            "stride and padding",
            2,
            (
                Case("stride (2, 3) leaves a remainder", (normal(2, 2, 6, 9), (3, 2)), {"stride": (2, 3)}),
                Case("padding (1, 0)", (normal(2, 3, 3, 4), (3, 2)), {"padding": (1, 0)}),
                Case(
                    "stride (1, 2), padding (0, 2)", (normal(1, 2, 4, 5), (2, 3)), {"stride": (1, 2), "padding": (0, 2)}
                ),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a window wider than the image", (normal(1, 2, 5, 3), (2, 4))),
                Case(
                    "a window taller than the padded image",
                    (normal(1, 2, 2, 5), (5, 2)),
                    {"padding": (1, 0)},
                    hidden=True,
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the windows are rows, not columns", rows, "One window is one column: which dimension is last?"),
        Misconception(
            "rows and columns are mixed by a reshape",
            rows_reshaped,
            "reshape keeps the order in memory; to swap dimensions, permute them first.",
        ),
        Misconception(
            "the windows' dimensions are reshaped before they are permuted",
            windows_reshaped,
            "reshape reads in the order of the dimensions: which of them must run fastest in the result?",
        ),
        Misconception(
            "the channels run fastest",
            pixels_first,
            "A filter w[o] flattens to channel, kernel row, kernel column: the columns must use the same order.",
        ),
        Misconception(
            "windows are flattened column by column",
            kernel_by_columns,
            "In a flattened filter, which index runs fastest?",
        ),
        Misconception(
            "the windows are counted down the image first",
            windows_by_columns,
            "Column 1 belongs to the window one step to the right of column 0's.",
        ),
        Misconception("the window places are left as two dimensions", windows_kept, "H_out and W_out become one L."),
        Misconception(
            "the last row and column of windows are missing",
            last_windows_missing,
            "How many places are there for a kernel of 2 in a row of 4? Count them.",
        ),
        Misconception(
            "the window jumps by its own size", stride_of_kernel, "Unless it is told otherwise, stride is 1."
        ),
        Misconception("the stride is ignored", stride_ignored, "How far does the window move between two columns?"),
        Misconception("the padding is ignored", padding_ignored, "How many zeros come before the first pixel?"),
        Misconception(
            "the strides for height and width are swapped", strides_swapped, "A pair begins with the height."
        ),
        Misconception(
            "the paddings for height and width are swapped",
            padding_swapped,
            "F.pad counts from the last dimension; the pair counts from the height.",
        ),
        Misconception("the kernel's height and width are swapped", kernel_swapped, "kernel_size is (K_h, K_w)."),
    ),
)
