"""What the pools of this unit share: which arguments are possible, and mistakes that any of them can make.

Guarantees: impossible arguments raise ``ValueError`` with the numbers; a mistake made by :func:`mistaken` differs from the right
pool in one argument only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Misconception
from autograder.checks.units.sizes import IntOrPair, pair, require_fit, window

Pool = Callable[..., Any]


def require_pool(x: Tensor, kernel_size: IntOrPair, stride: IntOrPair | None, padding: IntOrPair) -> None:
    """Refuse windows that do not fit, and padding that could fill a window by itself.

    Raises:
        ValueError: with the numbers.
    """
    require_fit(x.shape[2:], pair(kernel_size), kernel_size if stride is None else stride, padding)
    for k, p in zip(pair(kernel_size), pair(padding), strict=True):
        if 2 * p > k:
            raise ValueError(f"padding {p} is more than half of the window, {k}")


def spread(x: Tensor, padding: IntOrPair, value: float = 0.0) -> Tensor:
    """The images with a border on every side."""
    p_h, p_w = pair(padding)
    return F.pad(x, (p_w, p_w, p_h, p_h), value=value)


def cut(x: Tensor, size: Any, padding: IntOrPair) -> Tensor:
    """The images without their border, ``size`` rows and columns."""
    p_h, p_w = pair(padding)
    return x[:, :, p_h : p_h + size[0], p_w : p_w + size[1]]


def stride_one(pool: Pool) -> Pool:
    """Without a stride, the window moves by one pixel."""

    def wrong(*tensors: Any, stride: IntOrPair | None = None, **options: Any) -> Any:
        return pool(*tensors, stride=1 if stride is None else stride, **options)

    return wrong


def stride_ignored(pool: Pool) -> Pool:
    """The window always moves by its own size."""

    def wrong(*tensors: Any, stride: IntOrPair | None = None, **options: Any) -> Any:
        return pool(*tensors, **options)

    return wrong


def strides_swapped(pool: Pool) -> Pool:
    """Height and width change places in a stride that is a pair."""

    def wrong(*tensors: Any, stride: IntOrPair | None = None, **options: Any) -> Any:
        return pool(*tensors, stride=stride if stride is None else pair(stride)[::-1], **options)

    return wrong


def kernel_swapped(pool: Pool) -> Pool:
    """Height and width change places in the window, and in the stride that follows it."""

    def wrong(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Any:
        return pool(x, pair(kernel_size)[::-1], **options)

    return wrong


def padding_swapped(pool: Pool) -> Pool:
    """Height and width change places in a padding that is a pair."""

    def wrong(*tensors: Any, padding: IntOrPair = 0, **options: Any) -> Any:
        return pool(*tensors, padding=pair(padding)[::-1], **options)

    return wrong


def padding_ignored(pool: Pool) -> Pool:
    """There is no padding."""

    def wrong(*tensors: Any, padding: IntOrPair = 0, **options: Any) -> Any:
        return pool(*tensors, **options)

    return wrong


def last_window_missing(pool: Pool) -> Pool:
    """The loops end one window early."""

    def wrong(*tensors: Any, **options: Any) -> Any:
        return pool(*tensors, **options)[:, :, :-1, :-1]

    return wrong


def shared_misconceptions(pool: Pool, torchs: Pool, border: float) -> tuple[Misconception, ...]:
    """Mistakes about where the windows lie, which have nothing to do with what is made of their numbers.

    Args:
        pool: the right answer.
        torchs: PyTorch's function, which can round up.
        border: what padding stands for in this pool.

    Returns:
        Mistakes about stride, padding and the windows' size.
    """

    def rounded_up(x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
        pool(x, kernel_size, **options)
        return torchs(x, kernel_size, ceil_mode=True, **options)

    def one_sided(x: Tensor, kernel_size: IntOrPair, padding: IntOrPair = 0, **options: Any) -> Tensor:
        p_h, p_w = pair(padding)
        return pool(F.pad(x, (2 * p_w, 0, 2 * p_h, 0), value=border), kernel_size, **options)

    rows: tuple[tuple[str, Pool, str], ...] = (
        ("without a stride the window moves by one", stride_one(pool), "What does stride=None stand for? Unlike in a convolution, the windows then lie side by side."),
        ("the stride is ignored", stride_ignored(pool), "Windows may overlap: how far do they move when a stride is given?"),
        ("a window that hangs over the end is kept", rounded_up, "A window that does not lie wholly inside the padded image is left out."),
        ("all the padding is put on one side", one_sided, "Padding p puts p rows above and p below."),
        ("the padding is ignored", padding_ignored(pool), "How many rows come above the first pixel?"),
        ("the last row and column of windows are missing", last_window_missing(pool), "How many windows of 2 fit side by side into 4 pixels? Count them."),
        ("the window's height and width are swapped", kernel_swapped(pool), "kernel_size is (K_h, K_w)."),
        ("the strides for height and width are swapped", strides_swapped(pool), "The first number of a pair belongs to the height."),
        ("the paddings for height and width are swapped", padding_swapped(pool), "F.pad counts from the last dimension; the pair counts from the height."),
    )  # fmt: skip
    return tuple(Misconception(*row) for row in rows)


def located(word: str) -> Callable[..., str]:
    """Says which window an entry of a pool's result is made of."""

    def locate(index: tuple[int, ...], x: Tensor, kernel_size: IntOrPair, **options: Any) -> str:
        n, c, i, j = index
        k = pair(kernel_size)
        s, p = pair(options.get("stride") or k), pair(options.get("padding", 0))
        rows, columns = (window(at, s[a], p[a], k[a]) for a, at in ((0, i), (1, j)))
        return f"That entry is the {word} of the window x[{n}, {c}, rows {rows}, columns {columns}]."

    return locate
