"""What arrives at each layer of a deep untrained network, with and without a normalization between the layers."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from convlab.activations import BETWEEN, DEPTH, through_depth
from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour


def draw(fig: Figure, *, layer: int, gain: float, between: str) -> None:
    """Draw the histogram of one layer, and the spread of all of them."""
    values = through_depth(round(float(gain), 2), between).numpy()
    spread = values.std(axis=(1, 2))
    here = values[layer - 1].ravel()
    reach = max(4 * spread[layer - 1], 1e-12)
    left = fig.add_axes((0.08, 0.16, 0.4, 0.7))
    left.hist(np.clip(here, -reach, reach), bins=60, range=(-reach, reach), color=colour("input"))
    left.axvline(0, color=colour("ink"), lw=1)
    left.set(xlabel="what arrives at the ReLU", ylabel="how many of 12,800", xlim=(-reach, reach))
    left.set_title(f"layer {layer}: spread {spread[layer - 1]:.2g}")
    right = fig.add_axes((0.6, 0.16, 0.37, 0.7))
    right.semilogy(range(1, DEPTH + 1), spread, "-", color=colour("output"))
    right.plot(layer, spread[layer - 1], "o", color=colour("kernel"), markersize=9)
    right.set(xlabel="layer", ylabel="spread", ylim=(1e-7, 1e7))
    right.set_title(f"weights × {gain:.2f}, between: {between}")


distributions_in_depth = Explorer(
    draw=draw,
    controls=(
        Slider("layer", 1, DEPTH, 1),
        Slider("gain", 0.6, 1.6, 0.8, step=0.05, label="weights, × the level ones"),
        Choice("between", BETWEEN, BETWEEN[0], label="before each ReLU"),
    ),
    predict=Prediction(
        "The weights of all 30 layers are 20 % too small. How much of the spread of layer 1 is left in layer 30, "
        "with nothing between the layers?",
        {
            "About 80 %": "That is one layer's share. The next layer takes its 20 % off what is left.",
            "About a fifth": "The layers do not share one loss: each takes its own. 0.8 times itself, 29 times.",
            "About a thousandth": "0.8 to the 29th is 0.0015, and chance takes its part. Small errors multiply.",
        },
        "About a thousandth",
    ),
    alt="Histogram of what arrives at one layer of a deep network, and the spread of all 30 layers on a log scale.",
)
