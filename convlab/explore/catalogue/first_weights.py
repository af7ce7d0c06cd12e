"""What the first weights do to a signal on its way through many layers."""

from __future__ import annotations

from functools import lru_cache

import torch
from matplotlib.figure import Figure
from torch import Tensor

from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour

WIDTH, DEPTH, SAMPLES = 128, 24, 64
SMALLEST = 1e-30  # drawn in place of 0
RULES = ("zeros", "deviation 0.01", "Xavier: √(1/fan-in)", "He: √(2/fan-in)", "deviation 0.3")
UNITS = ("ReLU", "tanh")


def deviation(rule: str) -> float:
    """Deviation of the first weights of a square layer by a rule's name."""
    by_name = {"zeros": 0.0, "deviation 0.01": 0.01, "deviation 0.3": 0.3}
    return by_name.get(rule, ((2 if rule.startswith("He") else 1) / WIDTH) ** 0.5)


@lru_cache(maxsize=32)
def signals(rule: str, unit: str) -> tuple[Tensor, ...]:
    """Signals after each layer, (SAMPLES, WIDTH) each, the input first."""
    generator = torch.Generator().manual_seed(0)
    signal = torch.randn(SAMPLES, WIDTH, generator=generator, dtype=torch.float64)
    kept = [signal]
    for _ in range(DEPTH):
        weight = deviation(rule) * torch.randn(WIDTH, WIDTH, generator=generator, dtype=torch.float64)
        signal = signal @ weight.T
        signal = signal.clamp(min=0) if unit == "ReLU" else signal.tanh()
        kept.append(signal)
    return tuple(kept)


def sizes(rule: str, unit: str) -> list[float]:
    """Root mean square of the signal after each layer, the input first."""
    return [float(signal.pow(2).mean().sqrt()) for signal in signals(rule, unit)]


def draw(fig: Figure, *, rule: str, unit: str, layer: int) -> None:
    """Draw the signal's size over depth, and the distribution in one layer."""
    over_depth = sizes(rule, unit)
    ax = fig.add_axes((0.09, 0.16, 0.5, 0.7))
    ax.semilogy(
        range(DEPTH + 1), [max(size, SMALLEST) for size in over_depth], "o-", color=colour("output"), markersize=4
    )
    ax.axvline(layer, color=colour("plain"), ls=":")
    ax.set(xlabel="layer", ylabel="size of the signal (rms)", ylim=(SMALLEST, 1e14), xlim=(-0.5, DEPTH + 0.5))
    ax.set_title(f"after layer {layer}: {over_depth[layer]:.2g}")
    side = fig.add_axes((0.69, 0.16, 0.29, 0.7))
    values = signals(rule, unit)[layer].flatten().numpy()
    spread = max(float(abs(values).max()), SMALLEST)
    side.hist(values / spread, bins=41, range=(-1, 1), color=colour("input"))
    side.set(xlabel=f"value / {spread:.2g}", ylabel="how many", xlim=(-1.05, 1.05))
    side.set_title(f"layer {layer}")


first_weights = Explorer(
    draw=draw,
    controls=(
        Choice("rule", RULES, RULES[3], label="first weights"),
        Choice("unit", UNITS, UNITS[0]),
        Slider("layer", 0, DEPTH, 12, label="layer to look into"),
    ),
    predict=Prediction(
        "Weights with deviation √(1/fan-in) keep the size of a signal through a linear layer. What happens through 24 "
        "layers with ReLU?",
        {
            "It stays, as it does without ReLU": (
                "ReLU sets about half of the numbers to zero, and with them goes half of the power."
            ),
            "It falls by √2 in every layer": (
                "Half of the power is lost in each layer: after 24 layers that is a factor of 2¹² = 4,096."
            ),
            "It grows": "Nothing is added anywhere: ReLU can only take away.",
        },
        "It falls by √2 in every layer",
    ),
    alt="Size of a signal over 24 layers for a choice of first weights, and the distribution of values in one layer.",
    size=(9.0, 3.8),
)
