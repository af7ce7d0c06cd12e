"""Smoothing a noisy flight: how wide a window, and what it costs."""

from __future__ import annotations

from matplotlib.figure import Figure

from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour
from convlab.signals import WIDEST, WINDOWS, estimate_errors_km, flight, slide, smoothing_weights


def draw(fig: Figure, *, window: int, weights: str, noise: float) -> None:
    """Draw the flight, its readings and the smoothed estimate; beside them the weights by age."""
    path = flight(noise_km=noise)
    w = smoothing_weights(weights, window)
    late = len(w) - 1
    total, through, lag = estimate_errors_km(path, w)
    ax = fig.add_axes((0.08, 0.15, 0.59, 0.72))
    ax.plot(path.seconds, path.readings_km, ".", color=colour("input"), alpha=0.55, markersize=5, label="readings")
    ax.plot(path.seconds, path.height_km, color=colour("ink"), lw=1.6, ls="--", label="true height")
    ax.plot(path.seconds[late:], slide(path.readings_km, w), color=colour("output"), label="estimate")
    ax.set(xlabel="time, s", ylabel="height, km", ylim=(0.4, 3.4), xlim=(0, 120))
    ax.set_title(f"typical error {1000 * total:.0f} m: noise {1000 * through:.0f} m, lag {1000 * lag:.0f} m")
    ax.legend(loc="lower right")
    side = fig.add_axes((0.77, 0.15, 0.21, 0.72))
    side.vlines(range(late, -1, -1), 0, w.numpy(), color=colour("kernel"), lw=2.5)
    side.set(xlabel="age of reading, s", ylim=(0, max(1.05 * float(w.max()), 0.1)), xlim=(WIDEST, -1))
    side.set_title("weights")


smoothing = Explorer(
    draw=draw,
    controls=(
        Slider("window", 1, WIDEST, 5, label="readings in window"),
        Choice("weights", WINDOWS, WINDOWS[0]),
        Slider("noise", 0.0, 0.4, 0.12, step=0.02, label="noise of a reading, km"),
    ),
    predict=Prediction(
        "You widen the window from 1 reading to 40, all with equal weights. What happens to the error of the estimate?",
        {
            "It falls all the way: more readings, less noise": (
                "Less noise, yes. But old readings tell where the plane <i>was</i>: past a point the lag costs more "
                "than the averaging saves."
            ),
            "It falls, then rises again": "Two errors pull against each other: noise is averaged away, lag grows.",
            "It rises all the way: old readings are wrong": (
                "True for a plane that moves a lot between readings. Here the first few old readings are almost as "
                "good as the newest one, and they cancel its noise."
            ),
        },
        "It falls, then rises again",
    ),
    alt="Height of a simulated flight over time: noisy readings, the true height and the smoothed estimate; "
    "beside it the weights of the window by age.",
)
