"""``make_kernel(name)``: six classic 3×3 kernels by name."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception

KERNELS = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "box_blur": [[1 / 9] * 3] * 3,
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
}


def reference(name: str) -> Tensor:
    """A name → (3,3), float32."""
    if name not in KERNELS:
        raise ValueError(f"no kernel is called {name!r}; there are {', '.join(KERNELS)}")
    return torch.tensor(KERNELS[name], dtype=torch.float32)


def changed(kernel: str, numbers: list[list[float]]) -> Callable[[str], Tensor]:
    """The reference with the numbers of one kernel changed."""

    def make(name: str) -> Tensor:
        return torch.tensor(numbers, dtype=torch.float32) if name == kernel else reference(name)

    return make


def sobel_swapped(name: str) -> Tensor:
    return reference({"sobel_x": "sobel_y", "sobel_y": "sobel_x"}.get(name, name))


def sobel_flipped(name: str) -> Tensor:
    return -reference(name) if name.startswith("sobel") else reference(name)


def sobel_equal_rows(name: str) -> Tensor:
    return reference(name).sign() if name.startswith("sobel") else reference(name)


def sharpen_is_edge(name: str) -> Tensor:
    return reference("edge" if name == "sharpen" else name)


EXERCISE = Exercise(
    name="make_kernel",
    reference=reference,
    groups=(
        Group("identity and blur", 1, (Case("identity", ("identity",)), Case("box_blur", ("box_blur",)))),
        Group("sharpen and edge", 1, (Case("sharpen", ("sharpen",)), Case("edge", ("edge",)))),
        Group("Sobel", 1, (Case("sobel_x", ("sobel_x",)), Case("sobel_y", ("sobel_y",)))),
        Group(
            "an unknown name",
            1,
            (
                Case("gaussian", ("gaussian",)),
                Case("a capital letter", ("Edge",)),
                Case("an empty name", ("",), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the blur does not sum to one",
            changed("box_blur", [[1.0] * 3] * 3),
            "Blur a picture that is grey everywhere: is it still as bright?",
        ),
        Misconception(
            "the blur leaves out the pixel itself",
            changed("box_blur", [[1 / 8, 1 / 8, 1 / 8], [1 / 8, 0, 1 / 8], [1 / 8, 1 / 8, 1 / 8]]),
            "How many pixels does a 3×3 window hold, and which of them count?",
        ),
        Misconception(
            "the identity is the unit matrix",
            changed("identity", [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]),
            "Lay the kernel over a window: which pixel alone must come out?",
        ),
        Misconception(
            "sobel_x and sobel_y are swapped", sobel_swapped, "sobel_x answers to brightness that changes along a row."
        ),
        Misconception(
            "Sobel has the opposite sign",
            sobel_flipped,
            "Slide it, unflipped, over 0 0 1 1: is the answer to a rising brightness positive?",
        ),
        Misconception(
            "Sobel's middle row counts once", sobel_equal_rows, "The row through the pixel itself weighs twice."
        ),
        Misconception(
            "sharpen sums to zero",
            changed("sharpen", [[0.0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
            "On a flat picture sharpening must change nothing: what do the nine numbers sum to?",
        ),
        Misconception(
            "sharpen is the edge detector", sharpen_is_edge, "Sharpening keeps the picture and adds its edges to it."
        ),
        Misconception(
            "sharpen uses all eight neighbours",
            changed("sharpen", [[-1.0, -1, -1], [-1, 9, -1], [-1, -1, -1]]),
            "Read the table again: what stands in the corners?",
        ),
        Misconception(
            "edge has the opposite sign",
            changed("edge", [[1.0, 1, 1], [1, -8, 1], [1, 1, 1]]),
            "A bright dot on black should answer with a positive number.",
        ),
        Misconception(
            "edge uses four neighbours only",
            changed("edge", [[0.0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
            "All eight neighbours are taken off, the diagonal ones too.",
        ),
        Misconception(
            "edge does not sum to zero",
            changed("edge", [[-1.0, -1, -1], [-1, 9, -1], [-1, -1, -1]]),
            "On a flat picture there is no edge: what must the nine numbers sum to?",
        ),
    ),
)
