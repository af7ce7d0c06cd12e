"""Where a network's cost sits: parameters, multiply–adds and memory, layer by layer."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.architectures import TABLES, layers_of
from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour

MEASURES = ("parameters", "multiply–adds", "memory of activations")
ROLES = {"conv": "kernel", "pool": "plain", "linear": "input"}


def draw(fig: Figure, *, network: str, measure: str, batch: int) -> None:
    """Draw one bar a layer, with the layer's output; the title adds them up."""
    layers = layers_of(network)
    pictures = 1 if measure == "parameters" else batch
    if measure == "parameters":
        values, unit = [layer.parameters / 1e6 for layer in layers], "million parameters"
    elif measure == "multiply–adds":
        values, unit = [batch * layer.multiply_adds / 1e9 for layer in layers], "billion multiply–adds"
    else:
        values, unit = [batch * layer.activations * 4 / 1e6 for layer in layers], "MB of outputs, 4 bytes a number"
    ax = fig.add_axes((0.25, 0.12, 0.72, 0.77))
    places = range(len(layers))
    ax.barh(places, values, color=[colour(ROLES[layer.kind]) for layer in layers], height=0.75)
    labels = [f"{layer.name}   {'×'.join(map(str, layer.output))}" for layer in layers]
    ax.set_yticks(places, labels, fontsize=9 if len(layers) > 14 else 11)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 1.18 * max(values))
    for place, value in zip(places, values, strict=True):
        if value >= 0.02 * max(values):
            ax.text(value + 0.01 * max(values), place, f"{value:.3g}", va="center", fontsize=9)
    shares = {kind: sum(v for v, x in zip(values, layers, strict=True) if x.kind == kind) for kind in ROLES}
    total = sum(values)
    ax.set_xlabel(unit + (f", {pictures} pictures" if pictures > 1 else ""))
    ax.set_title(f"{network}: {total:,.3g} {unit.split(',')[0]}; {shares['linear'] / total:.0%} in linear layers")


architecture = Explorer(
    draw=draw,
    controls=(
        Choice("network", tuple(TABLES), "VGG-16"),
        Choice("measure", MEASURES, MEASURES[0], label="what to count"),
        Slider("batch", 1, 128, 1, label="pictures at once"),
    ),
    predict=Prediction(
        "VGG-16 has 13 convolutions and 3 linear layers. You switch from parameters to multiply–adds. Which layers are "
        "the longest bars now?",
        {
            "The linear layers, as before": (
                "A weight of a linear layer is used once a picture. A weight of the first convolutions is used at "
                "50,176 places."
            ),
            "The first convolution": (
                "It has the largest maps, but only 3 channels to read. The second one reads 64, at the same size."
            ),
            "Six convolutions from block 1 to block 4, all equal": (
                "Halving the picture quarters the places; doubling the channels on both sides makes each place cost "
                "four times as much. The two cancel: 1.85 billion each."
            ),
        },
        "Six convolutions from block 1 to block 4, all equal",
    ),
    alt="One bar per layer of a network, with the shape of its output: its parameters, multiply–adds or memory.",
    size=(10.0, 5.6),
)
