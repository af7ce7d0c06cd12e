"""Classic 3×3 kernels, and what sliding one over a grey picture gives."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

#: Weights of a smooth average and of a change, from which most classic kernels are made.
SMOOTH, CHANGE = (1.0, 2.0, 1.0), (-1.0, 0.0, 1.0)

NAMES = ("as it is", "blur", "sharpen", "edges", "change to the right", "change downwards")


def classic(name: str) -> Tensor:
    """Return one of the classic kernels.

    Args:
        name: One of `NAMES`.

    Shape:
        - returned: (3, 3), float32

    Raises:
        ValueError: When there is no such kernel.
    """
    middle, column, nine = torch.zeros(3, 3), torch.zeros(3, 3), torch.ones(3, 3)
    middle[1, 1] = 1
    column[:, 1] = 1
    smooth, change = torch.tensor(SMOOTH), torch.tensor(CHANGE)
    kernels = {
        "as it is": middle,
        "blur": nine / 9,
        "sharpen": 7 * middle - column - column.T,
        "edges": 9 * middle - nine,
        "change to the right": smooth.outer(change),
        "change downwards": change.outer(smooth),
    }
    if name not in kernels:
        raise ValueError(f"classic: got {name!r}, expected one of {', '.join(NAMES)}; choose one of them")
    return kernels[name]


def slide_over(image: Tensor, kernel: Tensor) -> Tensor:
    """Return every sum of products of a kernel and a window of one grey picture (PyTorch's `conv2d` without N and C).

    Shape:
        - image: (H, W)
        - kernel: (K_h, K_w)
        - returned: (H − K_h + 1, W − K_w + 1)
    """
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]
