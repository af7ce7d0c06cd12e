"""Steps of gradient descent in a long valley: learning rate and momentum."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from convlab.explore.controls import Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour

STEEP, FLAT = 10.0, 1.0  # curvatures: across the valley, and along it
START = (-9.0, 1.2)
FAR = 1e3


def path(lr: float, momentum: float, steps: int) -> np.ndarray:
    """Points visited from the start, (steps + 1, 2); it stops being followed where it leaves the picture for good."""
    curvature = np.array([FLAT, STEEP])
    point, velocity = np.array(START), np.zeros(2)
    points = [point]
    for _ in range(steps):
        velocity = momentum * velocity + curvature * point
        point = np.clip(point - lr * velocity, -FAR, FAR)
        points.append(point)
    return np.array(points)


def height(points: np.ndarray) -> np.ndarray:
    """The loss at each point: half of the curvature-weighted squares."""
    return np.asarray(0.5 * (FLAT * points[..., 0] ** 2 + STEEP * points[..., 1] ** 2))


def draw(fig: Figure, *, lr: float, momentum: float, steps: int) -> None:
    """Draw the valley with the path, and the loss by step."""
    points = path(lr, momentum, steps)
    ax = fig.add_axes((0.07, 0.16, 0.52, 0.7))
    x, y = np.meshgrid(np.linspace(-10, 10, 61), np.linspace(-3, 3, 41))
    ax.contour(
        x, y, height(np.stack([x, y], axis=-1)), levels=[1, 4, 9, 16, 25, 36, 49], colors="#bbbbbb", linewidths=0.8
    )
    ax.plot(*points.T, "o-", color=colour("output"), markersize=3.5, lw=1.2)
    ax.plot(0, 0, "*", color=colour("kernel"), markersize=13)
    ax.set(xlabel="weight along the valley", ylabel="weight across", xlim=(-10, 10), ylim=(-3, 3))
    losses = height(points)
    outcome = "it runs away" if losses[-1] > losses[0] else f"loss {losses[-1]:.2g} after {steps} steps"
    ax.set_title(outcome)
    side = fig.add_axes((0.69, 0.16, 0.29, 0.7))
    side.semilogy(np.maximum(losses, 1e-8), color=colour("output"))
    side.set(xlabel="step", ylabel="loss", ylim=(1e-8, 1e5), xlim=(0, 60))


descent = Explorer(
    draw=draw,
    controls=(
        Slider("lr", 0.01, 0.25, 0.05, step=0.01, label="learning rate"),
        Slider("momentum", 0.0, 0.95, 0.0, step=0.05),
        Slider("steps", 1, 60, 30),
    ),
    predict=Prediction(
        "The valley is ten times steeper across than along. You raise the learning rate, without momentum. "
        "What goes wrong first?",
        {
            "Progress along the valley stops": "Along the valley larger steps are better for a long time still.",
            "It swings across the valley, ever wider": (
                "Across, each step multiplies the distance by 1 − 10·lr. At lr = 0.2 that is −1: it swings for ever, "
                "and above it grows."
            ),
            "Nothing: larger steps arrive sooner": "Try 0.21.",
        },
        "It swings across the valley, ever wider",
    ),
    alt="Contours of a long valley with the path of gradient descent, and the loss by step beside it.",
    size=(9.0, 3.6),
)
