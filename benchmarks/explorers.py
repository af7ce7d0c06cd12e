"""``python -m benchmarks.explorers``: how long an explorer takes from a moved control to its new picture.

Guarantees: what is timed is what a moved control does (draw, encode); every control goes through its range, the others
at their start; the first draw, which loads and computes what is kept, is shown apart.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from convlab import explore
from convlab.explore.controls import Control, Slider
from convlab.explore.explorer import Explorer

LIMIT_MS = 150
MOST_STEPS = 12  # of one slider: a longer one is visited at as many evenly spaced values


def main() -> None:
    """Measure every explorer and print."""
    torch.set_num_threads(1)
    table = Table("redraw, ms", "draws", "first", "median", "worst", "median CPU", "worst CPU", "worst at", "")
    slow = 0
    for name in explore.names():
        (_, first, _), *others = _draws(getattr(explore, name))
        _, walls, processors = zip(*others, strict=True)
        late = max(walls) > LIMIT_MS / 1000
        slow += late
        times = (first, *(measure(each) for each in (walls, processors) for measure in (statistics.median, max)))
        at = others[walls.index(max(walls))][0]
        cells = (f"{1000 * seconds:.0f}" for seconds in times)
        table.add_row(name, str(len(others)), *cells, at, f"above {LIMIT_MS}" if late else "", style="red" * late)
    Console(width=130).print(
        table, f"{slow} of {len(explore.names())} explorers need more than {LIMIT_MS} ms for a redraw"
    )


def _draws(explorer: Explorer) -> Iterator[tuple[str, float, float]]:
    """Yield what was changed, the seconds that passed, and the processor's seconds; the start values come first."""
    for changed in [{}, *({control.name: value} for control in explorer.controls for value in _values(control))]:
        wall, processor = time.perf_counter(), time.process_time()
        explorer.frame(**changed)
        yield _words(changed), time.perf_counter() - wall, time.process_time() - processor


def _values(control: Control) -> list[Any]:
    """Return the values of a control, or as many as `MOST_STEPS` of them."""
    if not isinstance(control, Slider):
        return list(control.ends())
    steps = round((control.high - control.low) / control.step)
    visited = np.unique(np.linspace(0, steps, min(steps + 1, MOST_STEPS)).round())
    kind = type(control.value + control.step)
    return [kind(round(control.low + step * control.step, 6)) for step in visited]


def _words(changed: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} = {value:.3g}" if isinstance(value, float) else f"{name} = {value}" for name, value in changed.items()
    )


if __name__ == "__main__":
    main()
