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
_CELL = re.compile(r"^# %% (?P<name>[\w.]+)\n", re.MULTILINE)


@cache
def cells(file: str) -> dict[str, str]:
    """The named cells of a file in ``answers/``, in order.

    Args:
        file: its name without ``.py``.
    """
    _, *parts = _CELL.split((FOLDER / f"{file}.py").read_text(encoding="utf-8"))
    return {name: source.strip() for name, source in zip(parts[::2], parts[1::2], strict=True)}


def answers(style: str, *mistakes: str, only: tuple[str, ...] | None = None) -> dict[str, str]:
    """One person's answers by exercise.

    Args:
        style: ``loops``, ``windows`` or ``products``.
        mistakes: cells of ``mistakes.py`` that replace the right ones.
        only: the exercises that are answered at all; None for all.
    """
    chosen = {name: source for name, source in cells(style).items() if only is None or name in only}
    return chosen | {mistake.split(".")[0]: cells("mistakes")[mistake] for mistake in mistakes}
