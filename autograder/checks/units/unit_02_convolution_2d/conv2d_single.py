"""``conv2d_single(image, kernel)``: one image, one kernel, every place where the kernel fits."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import require_fit, window


def reference(image: Tensor, kernel: Tensor) -> Tensor:
    """(H,W), (K_h,K_w) → (H-K_h+1, W-K_w+1)."""
    require_fit(image.shape, kernel.shape)
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


def flipped(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(image, kernel.flip(0, 1))


def transposed(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(image, kernel.T.reshape(kernel.shape))


def kernel_turned(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(image, kernel.T)


def last_window_missing(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(image, kernel)[:-1, :-1]


def one_window_too_many(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(F.pad(image, (0, 1, 0, 1)), kernel)


def padded_to_the_same_size(image: Tensor, kernel: Tensor) -> Tensor:
    k_h, k_w = kernel.shape
    return reference(F.pad(image, ((k_w - 1) // 2, k_w // 2, (k_h - 1) // 2, k_h // 2)), kernel)


def zeros_around(image: Tensor, kernel: Tensor) -> Tensor:
    inside = reference(image, kernel)
    k_h, k_w = kernel.shape
    return F.pad(inside, ((k_w - 1) // 2, k_w // 2, (k_h - 1) // 2, k_h // 2))


def averaged(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(image, kernel) / kernel.numel()


def tiles(image: Tensor, kernel: Tensor) -> Tensor:
    require_fit(image.shape, kernel.shape)
    return F.conv2d(image[None, None], kernel[None, None], stride=tuple(kernel.shape))[0, 0]


def not_summed(image: Tensor, kernel: Tensor) -> Tensor:
    require_fit(image.shape, kernel.shape)
    return image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1) * kernel


def square_kernel(image: Tensor, kernel: Tensor) -> Tensor:
    side = min(kernel.shape)
    return reference(image, kernel[:side, :side])


def batch_kept(image: Tensor, kernel: Tensor) -> Tensor:
    return reference(image, kernel)[None, None]


def locate(index: tuple[int, ...], image: Tensor, kernel: Tensor) -> str:
    rows, columns = (window(at, 1, 0, k) for at, k in zip(index, kernel.shape, strict=True))
    return f"That entry is the sum over image[{rows}, {columns}] times the kernel, entry by entry."


EXERCISE = Exercise(
    name="conv2d_single",
    reference=reference,
    forbids=(forbid.CONVOLUTION,),
    locate=locate,
    groups=(
        Group(
            "whole numbers",
            1,
            (
                Case("4×5 with a 2×3 kernel", (drawn("integers", 4, 5), drawn("integers", 2, 3))),
                Case("a kernel of one number", (drawn("integers", 3, 4), drawn("integers", 1, 1))),
            ),
        ),
        Group(
            "any image",
            2,
            (
                Case("6×5 with a 3×2 kernel", (normal(6, 5), normal(3, 2)), grad=("0", "1")),
                Case("a kernel as large as the image", (normal(3, 4), normal(3, 4))),
                Case("a kernel as wide as the image", (normal(5, 3), normal(2, 3)), hidden=True),
                Case("not contiguous, float64", (normal(4, 6, strided=True), normal(3, 3)), dtype="float64"),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a kernel taller than the image", (normal(2, 5), normal(3, 2))),
                Case("a kernel wider than the image", (normal(5, 2), normal(3, 3)), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the kernel is flipped",
            flipped,
            "Deep learning's convolution is a cross-correlation: kernel[0, 0] meets the window's first pixel.",
        ),
        Misconception("the kernel is transposed", kernel_turned, "Which index of the kernel runs down the image?"),
        Misconception(
            "the kernel is read column by column",
            transposed,
            "A window and the kernel must be flattened in the same order.",
        ),
        Misconception(
            "the last row and column of windows are missing",
            last_window_missing,
            "How many places are there for a kernel of 2 in a row of 4? Count them.",
        ),
        Misconception(
            "the windows run over the edge", one_window_too_many, "Which is the last place where the kernel still fits?"
        ),
        Misconception(
            "the image is padded", padded_to_the_same_size, "Only windows that lie wholly inside the image count here."
        ),
        Misconception(
            "the result is as large as the image", zeros_around, "How many windows are there? The result is no larger."
        ),
        Misconception("the window is averaged", averaged, "The sum is not divided; a blur has its 1/9 in the kernel."),
        Misconception(
            "the window jumps by its own size", tiles, "Neighbouring windows overlap: they are one pixel apart."
        ),
        Misconception("the products are not summed", not_summed, "One window and one kernel give one number."),
        Misconception(
            "the kernel is taken to be square", square_kernel, "K_h and K_w are read from the kernel, each on its own."
        ),
        Misconception(
            "dimensions of size one are left over", batch_kept, "An image (H, W) comes in, an image (H, W) goes out."
        ),
    ),
)
