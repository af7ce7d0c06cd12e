"""The demo class's answers to unit 02: three right ways to write it, and mistakes as students make them.

Guarantees: an answer is the text below its ``# %% name`` line, as it would stand in a notebook's cell; nothing here
runs it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

UNIT = "02_convolution_2d"
FOLDER = Path(__file__).parent / "answers"
WRITTEN = (
    "The same small kernel looks at every place, so it learns a pattern once and finds it anywhere; a layer with its "
    "own weights at each place would need far more of them, and far more pictures."
)
_NAMES = {
    "out": ("result", "res", "output", "feature_map", "answer", "summed", "picture"),
    "window": ("patch", "win", "piece", "block", "crop", "field", "part"),
    "windows": ("patches", "wins", "pieces", "blocks", "crops", "fields", "parts"),
    "padded": ("x_pad", "px", "bordered", "bigger", "framed", "wide", "x_zeros"),
    "columns": ("cols", "stacked", "vectors", "all_windows", "mat", "collected", "lined_up"),
    "kernels": ("known", "presets", "bank", "library", "catalog", "choices", "by_name"),
    "big": ("with_zeros", "canvas", "larger", "extended", "padded_input", "embedded", "grown"),
    "shifted": ("moved", "view_of_x", "slid", "offset", "taken", "sampled", "seen_through"),
    "flat": ("dy_rows", "dy_lines", "gradients", "incoming", "upstream", "dy_vec", "dy_list"),
}
_CELL = re.compile(r"^# %% (?P<name>[\w.]+)\n", re.MULTILINE)


@cache
def cells(file: str) -> dict[str, str]:
    """The named cells of a file in ``answers/``, in order.

    Args:
        file: its name without ``.py``.
    """
    _, *parts = _CELL.split((FOLDER / f"{file}.py").read_text(encoding="utf-8"))
    return {name: source.strip() for name, source in zip(parts[::2], parts[1::2], strict=True)}


def answers(style: str, *mistakes: str, only: tuple[str, ...] | None = None, author: int = 0) -> dict[str, str]:
    """One person's answers by exercise, with the names for variables that this person likes.

    Args:
        style: ``loops``, ``windows`` or ``products``.
        mistakes: cells of ``mistakes.py`` that replace the right ones.
        only: the exercises that are answered at all; None for all.
        author: who writes; decides on the names.
    """
    chosen = {name: source for name, source in cells(style).items() if only is None or name in only}
    chosen |= {mistake.split(".")[0]: cells("mistakes")[mistake] for mistake in mistakes}
    return {name: _in_own_words(source, author) for name, source in chosen.items()}


def _in_own_words(source: str, author: int) -> str:
    for plain, others in _NAMES.items():
        source = re.sub(rf"\b{plain}\b", others[author % len(others)], source)
    return source
