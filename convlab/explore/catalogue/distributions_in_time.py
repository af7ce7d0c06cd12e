"""What one unit receives while the network trains: a target that wanders, and one that batch norm holds."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.activations import TRAINED_LAYERS, TRAINED_STEPS, through_training
from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour, tint

NETWORKS = ("plain", "with batch norm")


def draw(fig: Figure, *, layer: int, step: int, network: str) -> None:
    """Draw the middle 70 % of a unit's input over training, and its histogram at one step."""
    movement = through_training(network == NETWORKS[1])
    low, middle, high = movement.percentiles(layer).T.numpy()
    left = fig.add_axes((0.08, 0.16, 0.5, 0.7))
    left.fill_between(range(TRAINED_STEPS + 1), low, high, color=tint("input", 0.35), label="middle 70 %")
    left.plot(middle, color=colour("input"), label="median")
    left.axvline(step, color=colour("kernel"), lw=1.5)
    left.axhline(0, color=colour("ink"), lw=0.8)
    left.set(xlabel="training step", ylabel="what one unit receives", ylim=(-3, 7), xlim=(0, TRAINED_STEPS))
    left.set_title(f"{network}, layer {layer}: median from {middle[0]:.2f} to {middle[-1]:.2f}")
    left.legend(loc="upper left")
    right = fig.add_axes((0.67, 0.16, 0.3, 0.7))
    right.hist(movement.values[step, layer - 1].numpy(), bins=30, range=(-3, 7), color=colour("input"))
    right.axvline(0, color=colour("ink"), lw=0.8)
    right.set(xlabel="value", ylabel="digits, of 200", ylim=(0, 80))
    right.set_title(f"step {step}")


distributions_in_time = Explorer(
    draw=draw,
    controls=(
        Slider("layer", 1, TRAINED_LAYERS, TRAINED_LAYERS),
        Slider("step", 0, TRAINED_STEPS, 0),
        Choice("network", NETWORKS, NETWORKS[0]),
    ),
    predict=Prediction(
        "A plain network of six layers trains for 150 steps. In which layer does what a unit receives wander most?",
        {
            "The first: it sees the raw pixels": (
                "The pixels stay as they are, and only its own weights change. It is the calmest of the six."
            ),
            "The last": "It sits on five layers that all change at once, and their changes add up on the way.",
            "All of them alike": "Each layer sits on those before it: the later, the more moves under it.",
        },
        "The last",
    ),
    alt="The middle 70 per cent of what one unit receives, over 150 training steps, and its histogram at one step.",
)
