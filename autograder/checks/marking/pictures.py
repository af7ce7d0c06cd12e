"""Small pictures of a wrong result: yours, expected, difference; drawn as SVG text.

Guarantees: no import of a plotting library, no script, no external address; the same tensors give the same bytes; only
numbers enter the picture, never text of a student's.
"""

from __future__ import annotations

import math

import torch

CELL, GAP, TOP, MOST = 34, 26, 22, 9
NEGATIVE, POSITIVE, WRONG = (33, 102, 172), (178, 88, 0), "#b2182b"


def comparison(expected: torch.Tensor, actual: torch.Tensor, index: tuple[int, ...]) -> str:
    """Three panels around the first wrong entry.

    Args:
        expected: the reference's result.
        actual: the student's, of the same shape.
        index: of the entry around which the picture is cut.

    Returns:
        An ``<svg>`` element, or "" when there is nothing to draw.

    Shape:
        Any; the last two dimensions are drawn, at the other indices of the wrong entry.
    """
    if expected.numel() == 0 or expected.shape != actual.shape or not index:
        return ""
    want, got = (_slice(t, index) for t in (expected, actual))
    wrong = index[-2:] if len(index) > 1 else (0, index[-1])
    rows, columns = (_range(want.shape[i], wrong[i]) for i in (0, 1))
    want, got = (t[rows[0] : rows[1], columns[0] : columns[1]] for t in (want, got))
    panels = [("yours", got), ("expected", want), ("difference", got - want)]
    wide, high = want.shape[1] * CELL, want.shape[0] * CELL
    width, height = 3 * wide + 2 * GAP + 2, high + TOP + 2
    drawn = [_panel(name, t, i * (wide + GAP) + 1) for i, (name, t) in enumerate(panels)]
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{min(width, 960)}" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif"><title>your result, the expected one, and their difference</title>'
        f"{''.join(drawn)}</svg>"
    )


def _slice(tensor: torch.Tensor, index: tuple[int, ...]) -> torch.Tensor:
    plane = tensor.double()
    while plane.ndim > 2:
        plane = plane[index[tensor.ndim - plane.ndim]]
    return plane if plane.ndim == 2 else plane[None]


def _range(size: int, around: int) -> tuple[int, int]:
    start = max(0, min(around - MOST // 2, size - MOST))
    return start, min(size, start + MOST)


def _panel(name: str, plane: torch.Tensor, left: int) -> str:
    largest = float(plane[torch.isfinite(plane)].abs().max()) if bool(torch.isfinite(plane).any()) else 0.0
    parts = [f'<text x="{left}" y="14" font-size="13" fill="#333">{name}</text>']
    for i, row in enumerate(plane.tolist()):
        for j, value in enumerate(row):
            parts.append(_cell(value, left + j * CELL, TOP + i * CELL, largest, name == "difference"))
    return "".join(parts)


def _cell(value: float, x: int, y: int, largest: float, difference: bool) -> str:
    strength = min(1.0, abs(value) / largest) if largest > 0 and math.isfinite(value) else 0.0
    base = NEGATIVE if value < 0 else POSITIVE
    fill = (
        "#ffffff" if strength == 0 else "#" + "".join(f"{round(255 - (255 - c) * 0.75 * strength):02x}" for c in base)
    )
    ink = "#ffffff" if strength > 0.75 else "#222222"
    edge = WRONG if difference and strength > 1e-3 else "#cccccc"
    return (
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{fill}" stroke="{edge}"/>'
        f'<text x="{x + CELL / 2:g}" y="{y + CELL / 2 + 4:g}" font-size="10" text-anchor="middle" fill="{ink}">'
        f"{_number(value)}</text>"
    )


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return text if len(text) <= 6 else f"{value:.0e}"
