"""Weights of networks too large to send: made where the network is, in memory that comes and goes with it.

Guarantees: the same seed gives the same numbers everywhere; what nobody writes to takes no memory on a CPU.
"""

from __future__ import annotations

import contextlib
import mmap
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

WIDEST = 1 << 18  # numbers of a tensor that are filled
LARGE_BYTES = 1 << 18  # from here on zeros take no memory until they are written to
HUGE_BYTES = 1 << 24  # from here on pages are large, where the system has such


class NoDraws(TorchFunctionMode):
    """Leaves new weights zero, for networks that are filled right afterwards or run for their shapes."""

    DRAWS = ("uniform_", "normal_", "kaiming_uniform_", "trunc_normal_")

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") not in self.DRAWS:
            return func(*args, **(kwargs or {}))
        tensor = args[0] if args else kwargs["tensor"]
        if tensor.is_meta:
            return tensor
        if isinstance(tensor, nn.Parameter) and tensor.device.type == "cpu" and tensor.nbytes >= LARGE_BYTES:
            tensor.data = _untouched_zeros(tensor)
        else:
            tensor.detach().zero_()
        return tensor


def fill(tensor: torch.Tensor, seed: int, kind: str) -> None:
    """Fill a tensor, or the first rows of a very large one.

    One row of random numbers, scaled by √(2/fan-in), serves a whole tensor: cheap to make, and every filter still
    differs.

    Args:
        tensor: a parameter or buffer.
        seed: of its numbers.
        kind: ``weight``, ``shift``, ``positive`` or ``zero``.
    """
    filled = tensor
    if tensor.numel() > WIDEST:  # the first rows of a hundred million numbers show every mistake that all of them show
        tensor.data = _untouched_zeros(tensor)
        filled = tensor[: max(1, WIDEST // tensor[0].numel())]
    if kind == "zero":
        filled.zero_()
        return
    generator = torch.Generator().manual_seed(seed)
    period = torch.randn(8191, generator=generator, dtype=torch.float32)  # prime: rows of a weight do not repeat
    if kind == "positive":
        period = 0.6 + 0.8 * period.sigmoid()
    else:
        period *= (2.0 / tensor[0].numel()) ** 0.5 if kind == "weight" and tensor.ndim > 1 else 0.3
    period = period.to(device=tensor.device, dtype=tensor.dtype)
    flat = filled.view(-1)
    whole = flat.numel() // period.numel() * period.numel()
    flat[:whole].view(-1, period.numel()).copy_(period.expand(whole // period.numel(), -1))
    flat[whole:].copy_(period[: flat.numel() - whole])


def _untouched_zeros(like: torch.Tensor) -> torch.Tensor:
    """Zeros of the same shape; on a CPU in pages that the system provides as they are written to, and takes back."""
    if like.device.type != "cpu":
        return torch.zeros_like(like)
    pages: Any
    if hasattr(mmap, "MAP_ANONYMOUS"):
        pages = mmap.mmap(-1, like.nbytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if hasattr(mmap, "MADV_HUGEPAGE") and like.nbytes > HUGE_BYTES:
            with contextlib.suppress(OSError):  # a system without huge pages
                pages.madvise(mmap.MADV_HUGEPAGE)  # zeros are then read without a fault every 4 KiB
    else:
        pages = np.zeros(like.nbytes, np.uint8)
    return torch.frombuffer(pages, dtype=like.dtype).view(like.shape)
