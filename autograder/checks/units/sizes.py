"""Sizes that references share: pairs, fitting windows, and the window behind one entry of a result.

Guarantees: impossible arguments raise ``ValueError`` with the numbers in the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from torch import Tensor

IntOrPair: TypeAlias = "int | tuple[int, int]"


def pair(value: IntOrPair) -> tuple[int, int]:
    """An int or a pair as a pair."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def require_fit(
    size: Sequence[int], kernel: Sequence[int], stride: IntOrPair = 1, padding: IntOrPair = 0, dilation: IntOrPair = 1
) -> None:
    """Refuse sizes into which no window fits.

    Raises:
        ValueError: when the dilated kernel is larger than the padded input, or a stride or dilation is below 1, or a padding
            below 0.
    """
    for n, k, s, p, d in zip(size, kernel, pair(stride), pair(padding), pair(dilation), strict=False):
        if s < 1 or d < 1 or p < 0 or k < 1:
            raise ValueError(f"kernel {k}, stride {s} and dilation {d} must be at least 1, padding {p} at least 0")
        reach = d * (k - 1) + 1
        if reach > n + 2 * p:
            raise ValueError(f"a kernel that spans {reach} does not fit into an input of {n} + 2·{p} = {n + 2 * p}")


def require_channels(x: Tensor, w: Tensor, groups: int = 1) -> None:
    """Refuse channels that do not divide into groups or do not match the kernel.

    Raises:
        ValueError: with the numbers.
    """
    if groups < 1 or x.shape[1] % groups or w.shape[0] % groups:
        raise ValueError(f"{x.shape[1]} input and {w.shape[0]} output channels do not divide into {groups} groups")
    if x.shape[1] // groups != w.shape[1]:
        raise ValueError(
            f"{x.shape[1]} channels in {groups} groups need kernels of depth {x.shape[1] // groups}, not {w.shape[1]}"
        )


def window(start: int, stride: int, padding: int, kernel: int, dilation: int = 1) -> str:
    """The input positions behind one output position, as a slice of the unpadded input."""
    first = start * stride - padding
    last = first + dilation * (kernel - 1)
    step = f":{dilation}" if dilation > 1 else ""
    return f"{first}:{last + 1}{step}" + (" (partly padding)" if first < 0 else "")
