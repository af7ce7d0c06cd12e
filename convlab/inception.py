"""Arithmetic of Inception modules: what each convolution holds and does. Shared by the lecture and its explorers."""

from __future__ import annotations

from dataclasses import dataclass

GOOGLENET = {  # name: (side, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    "3a": (28, 192, 64, 96, 128, 16, 32, 32),
    "3b": (28, 256, 128, 128, 192, 32, 96, 64),
    "4a": (14, 480, 192, 96, 208, 16, 48, 64),
    "4b": (14, 512, 160, 112, 224, 24, 64, 64),
    "4c": (14, 512, 128, 128, 256, 24, 64, 64),
    "4d": (14, 512, 112, 144, 288, 32, 64, 64),
    "4e": (14, 528, 256, 160, 320, 32, 128, 128),
    "5a": (7, 832, 256, 160, 320, 32, 128, 128),
    "5b": (7, 832, 384, 192, 384, 48, 128, 128),
}


@dataclass(frozen=True)
class Conv:
    """A convolution that keeps height and width.

    Attributes:
        name: as it is drawn.
        kernel: its height and width.
        c_in: channels it reads.
        c_out: channels it makes.
        side: height and width of its output.
    """

    name: str
    kernel: int
    c_in: int
    c_out: int
    side: int

    @property
    def multiply_adds(self) -> int:
        """Every weight is used once at every pixel."""
        return self.kernel**2 * self.c_in * self.c_out * self.side**2

    @property
    def parameters(self) -> int:
        """Weights, and one bias per filter."""
        return (self.kernel**2 * self.c_in + 1) * self.c_out


def naive_convs(side: int, c_in: int, c1: int, c3: int, c5: int) -> tuple[Conv, ...]:
    """The convolutions of a naive module; its pool has none."""
    return (
        Conv("1×1", 1, c_in, c1, side),
        Conv("3×3", 3, c_in, c3, side),
        Conv("5×5", 5, c_in, c5, side),
    )


def bottleneck_convs(
    side: int, c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int
) -> tuple[Conv, ...]:
    """The convolutions of a module with reductions."""
    return (
        Conv("1×1", 1, c_in, c1, side),
        Conv("1×1 before 3×3", 1, c_in, c3_reduce, side),
        Conv("3×3", 3, c3_reduce, c3, side),
        Conv("1×1 before 5×5", 1, c_in, c5_reduce, side),
        Conv("5×5", 5, c5_reduce, c5, side),
        Conv("1×1 after pool", 1, c_in, pool_proj, side),
    )


def total(convs: tuple[Conv, ...]) -> int:
    """Multiply-adds of several convolutions."""
    return sum(conv.multiply_adds for conv in convs)
