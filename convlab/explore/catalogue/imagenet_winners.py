"""Accuracy against cost: the networks that won ImageNet from 2012 to 2015, with VGG, the runner-up of 2014."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.architectures import winners
from convlab.explore.controls import Choice, Toggle
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour

COSTS = ("parameters, millions", "multiply–adds, billions", "layers with weights")


def draw(fig: Figure, *, cost: str, logarithmic: bool, join: bool) -> None:
    """Draw error against one kind of cost, a dot a network."""
    nets = winners()
    values = {
        COSTS[0]: [net.parameters / 1e6 for net in nets],
        COSTS[1]: [net.multiply_adds / 1e9 for net in nets],
        COSTS[2]: [float(net.depth) for net in nets],
    }[cost]
    errors = [net.error for net in nets]
    ax = fig.add_axes((0.09, 0.15, 0.88, 0.73))
    if join:
        ax.plot(values, errors, color=colour("plain"), lw=1.2, ls="--")
    best = [
        not any(v <= x and e < y for v, e in zip(values, errors, strict=True))
        for x, y in zip(values, errors, strict=True)
    ]
    for x, y, net, front in zip(values, errors, nets, best, strict=True):
        ax.plot(
            x,
            y,
            "o",
            markersize=12,
            color=colour("output" if front else "kernel"),
            fillstyle="full" if front else "none",
            markeredgewidth=2.5,
        )
        ax.annotate(
            f"{net.name} ({net.year})", (x, y), xytext=(0, 13), textcoords="offset points", ha="center", fontsize=11
        )
    if logarithmic:
        ax.set_xscale("log")
        ax.set_xlim(min(values) / 1.7, max(values) * 1.7)
    else:
        ax.set_xlim(-0.1 * max(values), 1.15 * max(values))
    ax.set(xlabel=cost, ylabel="top-5 error, %", ylim=(0, 21))
    dearer = [net.name for net, front in zip(nets, best, strict=True) if not front]
    ax.set_title(
        "nobody is cheaper and better than another"
        if not dearer
        else f"cheaper and better exists for: {', '.join(dearer)}"
    )


imagenet_winners = Explorer(
    draw=draw,
    controls=(
        Choice("cost", COSTS, COSTS[0], label="cost"),
        Toggle("logarithmic", True, label="logarithmic axis"),
        Toggle("join", False, label="join by year"),
    ),
    predict=Prediction(
        "From AlexNet to ResNet-152 the error falls from 16.4 % to 3.57 %. What happens to the number of parameters?",
        {
            "It rises with every step": "It does up to VGG. Then the linear layers go, and with them most parameters.",
            "It rises, then falls far below AlexNet's, then rises again": (
                "VGG-19 has 144 million, GoogLeNet 7 million, ResNet-152 60 million: about as many as AlexNet, in 152 "
                "layers instead of 8."
            ),
            "It falls with every step": "ZFNet has a little more than AlexNet, VGG-19 more than twice as many.",
        },
        "It rises, then falls far below AlexNet's, then rises again",
    ),
    alt="Top-5 error of five networks against parameters, multiply–adds or depth; filled dots are those that no other "
    "network beats at lower cost.",
    size=(9.0, 4.4),
)
