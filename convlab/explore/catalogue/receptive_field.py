"""What one output of a stack sees, and how far its neighbour looks: kernel, stride and dilation by layer."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Choice, Slider, Toggle
from convlab.explore.explorer import Explorer
from convlab.pictures.stacks import Layer, draw_stack, size_and_jump
from convlab.questions import Prediction
from convlab.show.drawing import words
from convlab.show.style import canvas_axes

WIDTH = 41
STRIDES = ("1 everywhere", "2 in the first layer", "2 in the last layer", "2 everywhere")
DILATIONS = ("1 everywhere", "1, 2, 4, … doubling")


def stack(layers: int, kernel: int, strides: str, dilations: str) -> list[Layer]:
    """Return the layers that the controls describe, from input to output."""
    twos = {STRIDES[0]: set(), STRIDES[1]: {0}, STRIDES[2]: {layers - 1}, STRIDES[3]: set(range(layers))}[strides]
    doubling = dilations == DILATIONS[1]
    return [Layer(kernel, 2 if i in twos else 1, 2**i if doubling else 1) for i in range(layers)]


def draw(fig: Figure, *, layers: int, kernel: int, strides: str, dilations: str, neighbour: bool) -> None:
    """Draw the stack with the cone of one output."""
    what = stack(layers, kernel, strides, dilations)
    size, jump = size_and_jump(what)
    ax = canvas_axes(fig, (0, 0, 1, 1), 52, 23.4)
    many = f"{size:,} inputs" if size > 1 else "1 input"
    beyond = f" (the picture shows {WIDTH})" if size > WIDTH else ""
    words(ax, (0.5, 1.2), f"One output spans {many}{beyond}; the next one begins {jump} further.", bold=True)
    weights = f"{layers} × {kernel} = {layers * kernel} weights. "
    dashed = "Dashed: what its neighbour sees." if neighbour else ""
    words(ax, (0.5, 2.9), weights + dashed, role="plain", size=12)
    lower = ax.inset_axes((0, 4.2, 52, 19), transform=ax.transData)
    lower.set(xlim=(0, 52), ylim=(19, 0))
    lower.axis("off")
    draw_stack(lower, what, width=WIDTH, height=18.5, neighbour=neighbour)


receptive_field = Explorer(
    draw=draw,
    controls=(
        Slider("layers", 1, 5, 3),
        Slider("kernel", 1, 5, 3, label="kernel size K"),
        Choice("strides", STRIDES, STRIDES[0]),
        Choice("dilations", DILATIONS, DILATIONS[0]),
        Toggle("neighbour", True, label="show the next output"),
    ),
    predict=Prediction(
        "Three layers with K = 3, one of them with stride 2. Where must it stand for one output to see most?",
        {
            "It makes no difference": "The stride spreads the cells of every layer <i>above</i> it. Move it and count.",
            "In the last layer": (
                "A stride there spreads nothing but the outputs: each still sees 7 inputs. "
                "Only layers above a stride look at cells that lie further apart."
            ),
            "In the first layer": (
                "3 + 4 + 4 = 11 inputs: both layers above it look at cells that lie two inputs apart. "
                "In the last layer it would be 3 + 2 + 2 = 7."
            ),
        },
        "In the first layer",
    ),
    alt="Rows of dots, the input at the bottom; lines run from one output at the top down to all inputs it depends on; "
    "a dashed cone is what the neighbouring output sees. Beside each row, its receptive field and jump.",
    size=(10.0, 4.5),
)
