"""How large the gradient is at every depth, with a shortcut around each layer and without."""

from __future__ import annotations

from functools import lru_cache

import torch
from matplotlib.figure import Figure

from convlab.explore.controls import Slider, Toggle
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour

WIDTH = 48
DEEPEST = 60


@lru_cache(maxsize=64)
def gradient_norms(depth: int, gain: float, shortcut: bool) -> tuple[float, ...]:
    """Norm of the gradient at every layer's input, from the first to the last, divided by the one at the end."""
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(DEEPEST, WIDTH, WIDTH, generator=generator, dtype=torch.float64)
    weights *= gain * (2 / WIDTH) ** 0.5
    h = torch.randn(WIDTH, generator=generator, dtype=torch.float64)
    alive = []
    for w in weights[:depth]:
        z = w @ h
        alive.append(z > 0)
        h = z.relu() + (h if shortcut else 0)
    g = torch.ones(WIDTH, dtype=torch.float64) / WIDTH**0.5
    norms = []
    for w, on in zip(weights[:depth].flip(0), reversed(alive), strict=True):
        g = w.T @ (g * on) + (g if shortcut else 0)
        norms.append(float(g.norm()))
    return tuple(reversed(norms))


def draw(fig: Figure, *, depth: int, gain: float, shortcut: bool) -> None:
    """Draw the gradient's norm against depth on a logarithmic scale."""
    ax = fig.add_axes((0.11, 0.16, 0.86, 0.7))
    for kind in (False, True):
        norms = [max(norm, 1e-16) for norm in gradient_norms(depth, gain, kind)]
        chosen = kind == shortcut
        name = "with shortcuts" if kind else "plain"
        (line,) = ax.plot(range(1, depth + 1), norms, color=colour("output" if kind else "kernel"), label=name)
        line.set(lw=3.0 if chosen else 1.2, alpha=1.0 if chosen else 0.5, ls="-" if kind else "--")
    first = gradient_norms(depth, gain, shortcut)[0]
    ax.set_yscale("log")
    ax.set(xlabel="layer (1 is nearest the input)", ylabel="gradient's norm, 1 at the end")
    ax.set_title(f"{'with shortcuts' if shortcut else 'plain'}, {depth} layers: {first:.2g} reaches layer 1")
    ax.legend()


gradient_depth = Explorer(
    draw=draw,
    controls=(
        Slider("depth", 2, DEEPEST, 30, label="layers"),
        Slider("gain", 0.2, 1.2, 0.7, step=0.1, label="weights, × He's size"),
        Toggle("shortcut", label="shortcuts"),
    ),
    predict=Prediction(
        "Thirty plain layers, weights at 0.7 of He's size. Each layer multiplies the gradient by about 0.7. "
        "What is left at layer 1?",
        {
            "About a half": "That is one or two layers' worth.",
            "About 0.00002": "0.7 to the power of 30. Nothing is wrong with any single layer; the product does it.",
            "0.02": "0.7 times 1/30 would be that. The factors multiply, they do not add.",
        },
        "About 0.00002",
    ),
    alt="The gradient's norm against depth: a falling line for plain layers, a rising one with shortcuts.",
    size=(9.0, 4.0),
)
