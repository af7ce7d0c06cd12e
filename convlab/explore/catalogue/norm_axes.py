"""Which numbers share a mean: batch, layer, instance and group norm on the same small batch."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from convlab.explore.controls import Choice, Slider
from convlab.explore.explorer import Explorer
from convlab.pictures.normalization import NORMS, shared_sets
from convlab.questions import Prediction
from convlab.show.drawing import number_grid, words
from convlab.show.style import canvas_axes

CHANNELS, PIXELS = 4, 16


def batch_of(pictures: int) -> np.ndarray:
    """Maps (pictures, CHANNELS, PIXELS): each picture has its own brightness, each channel its own level."""
    noise = np.random.default_rng(2).normal(size=(4, CHANNELS, PIXELS))
    brightness, level = np.array([0.0, 4, -2, 1]), np.array([0.0, 6, -3, 1])
    return (noise + brightness[:, None, None] + level[:, None])[:pictures]


def normalised(x: np.ndarray, sets: np.ndarray) -> np.ndarray:
    """Bring every set of maps to mean 0 and spread 1."""
    out = np.empty_like(x)
    for number in np.unique(sets):
        part = x[sets == number]
        out[sets == number] = (part - part.mean()) / np.sqrt(part.var() + 1e-5)
    return out


def rounded(x: np.ndarray) -> np.ndarray:
    """The mean of every map, to one digit, without a minus before a zero."""
    return x.mean(-1).round(1) + 0.0


def draw(fig: Figure, *, norm: str, pictures: int, groups: int) -> None:
    """Draw the sets, and the mean of every map before and after."""
    size = 2**groups
    sets = shared_sets(norm, pictures, CHANNELS, size)
    before = batch_of(pictures)
    ax = canvas_axes(fig, (0, 0, 1, 1), 18, 7.2)
    lit = {(int(row), int(column)) for row, column in np.argwhere(sets == 1)}
    tables: tuple[tuple[str, dict[str, Any]], ...] = (
        ("who shares a mean", {"values": sets, "digits": 0, "highlight": lit}),
        ("mean of each map, before", {"values": rounded(before), "digits": 1, "signed": True}),
        ("after", {"values": rounded(normalised(before, sets)), "digits": 1, "signed": True}),
    )
    for place, (title, options) in enumerate(tables):
        left = 1.2 + 5.8 * place
        words(ax, (left, 1.75), title, size=12)
        number_grid(ax, at=(left, 2.2), **options)
    name = f"group norm, {size} groups" if norm == "group" else f"{norm} norm"
    count = int((sets == 1).sum()) * PIXELS
    text = f"{name}: {len(np.unique(sets))} means, each over {count} numbers"
    words(ax, (1.2, 0.8), text, bold=True, size=14)
    words(ax, (1.2, 6.7), "rows: pictures; columns: channels; every cell is a map of 16 pixels", size=11)


norm_axes = Explorer(
    draw=draw,
    controls=(
        Choice("norm", NORMS, NORMS[0]),
        Slider("pictures", 1, 4, 3, label="pictures, N"),
        Slider("groups", 0, 2, 1, label="group norm: 2 to the power"),
    ),
    predict=Prediction(
        "Take a picture away from the batch. For which norm do the results of the other pictures change?",
        {
            "batch norm": "It alone lets pictures share a mean. The others look at one picture at a time.",
            "layer norm": "Its means run along a row of the table: one picture, all its channels.",
            "all of them": "Three of the four never look at another picture. Try it: watch the first row.",
        },
        "batch norm",
    ),
    alt="Three tables of pictures by channels: which maps share a mean, and the mean of each before and after.",
    size=(10.0, 4.0),
)
