"""The house style: colours that stay apart for colour-blind readers, figures that pyplot does not know."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_rgb

from convlab import show
from convlab.pictures.connections import TAPS

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
SIGNAL_ROLES = ("input", "kernel", "output", "gradient")


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB, white point D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt((to_xyz @ rgb.clip(0, 1)) / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize(("one", "other"), list(combinations(SIGNAL_ROLES, 2)))
def test_roles_stay_apart_for_colour_blind_readers(kind: str, one: str, other: str) -> None:
    seen = [lab(BLINDNESS[kind] @ linear(show.COLOURS[role])) for role in (one, other)]
    assert np.linalg.norm(seen[0] - seen[1]) > 12


@pytest.mark.parametrize("kind", BLINDNESS)
def test_taps_of_a_kernel_stay_apart(kind: str) -> None:
    seen = [lab(BLINDNESS[kind] @ linear(tap)) for tap in TAPS]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 12


@pytest.mark.parametrize("role", [*SIGNAL_ROLES, "ink"])
def test_roles_are_readable_as_text_on_white(role: str) -> None:
    luminance = np.array([0.2126, 0.7152, 0.0722]) @ linear(show.COLOURS[role])
    assert 1.05 / (luminance + 0.05) >= 3.8  # near WCAG's 4.5; letters here are large


def test_figures_are_unknown_to_pyplot() -> None:
    before = pyplot.get_fignums()
    show.figure()
    show.canvas(4, 4)
    assert pyplot.get_fignums() == before


def test_figure_gives_axes_as_asked() -> None:
    fig, axes = show.figure(9, 4, rows=2, columns=3)
    assert axes.shape == (2, 3)
    assert tuple(fig.get_size_inches()) == (9, 4)


def test_canvas_counts_cells_downwards() -> None:
    fig, ax = show.canvas(20, 6, cell_inches=0.5)
    assert tuple(fig.get_size_inches()) == (10, 3)
    assert ax.get_xlim() == (0, 20)
    assert ax.get_ylim() == (6, 0)


def test_tint_goes_from_white_to_the_colour() -> None:
    assert show.tint("input", 0) == (1, 1, 1)
    assert show.tint("input", 1) == pytest.approx(to_rgb(show.COLOURS["input"]))
