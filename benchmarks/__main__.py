"""``python -m benchmarks [--quick]``: stock nbgrader against ours on the same submissions, in one run on one machine.

Guarantees: every class is graded from nothing; ratios compare runs of this very call; a command that fails ends the
benchmark.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.demo.bank import UNIT
from benchmarks import classes, parts
from benchmarks.measure import Measured, run

CONSOLE = Console()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller classes: a first impression in about two minutes")
    few, many, growth = (3, 8, (8, 24)) if parser.parse_args().quick else (10, 40, (10, 40, 100, 200))
    CONSOLE.print(f"{UNIT}, {few} and {many} honest submissions · {_machine()}")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measured = {
            "stock nbgrader": _pair(Path(folder), few, many, _stock),
            "autograder, 1 worker": _pair(Path(folder), few, many, lambda course: _ours(course, 1)),
            "autograder, 2 workers": _pair(Path(folder), few, many, lambda course: _ours(course, 2)),
        }
        _show_ratios(measured, few, many)
        _show_growth(Path(folder), growth)


def _pair(folder: Path, few: int, many: int, grade: Callable[[Path], Measured]) -> tuple[Measured, Measured]:
    small, large = (_fresh(folder, n, grade) for n in (few, many))
    return small, large


def _fresh(folder: Path, students: int, grade: Callable[[Path], Measured]) -> Measured:
    course = classes.make_course(folder / "course", students)
    try:
        measured = grade(course)
        if measured.returncode:
            sys.exit(f"benchmarks: the command ended with {measured.returncode}:\n{measured.output}")
        return measured
    finally:
        shutil.rmtree(course)


def _stock(course: Path) -> Measured:
    classes.prepare_stock(course)
    return run(classes.stock(), course, classes.environment())


def _ours(course: Path, workers: int) -> Measured:
    measured = run(classes.ours(course, workers), course, classes.environment())
    if not measured.returncode:
        _parts[workers] = parts.seconds_by_part(course, UNIT)
    return measured


_parts: dict[int, dict[str, float]] = {}  # of the last class that was graded with so many workers


def _show_ratios(measured: dict[str, tuple[Measured, Measured]], few: int, many: int) -> None:
    columns = f"{few}, s", f"{many}, s", "s per further one", "once a run, s", "ratio", "whole command", "peak MiB"
    table = Table("", *columns)
    base = measured["stock nbgrader"]
    base_slope = (base[1].seconds - base[0].seconds) / (many - few)
    for name, (small, large) in measured.items():
        slope = (large.seconds - small.seconds) / (many - few)
        peak = f"{large.peak_mib:.0f}" if large.peak_mib else "?"
        ratios = f"1/{base_slope / slope:.1f}", f"{base[1].seconds / large.seconds:.1f} times as fast"
        times = f"{small.seconds:.1f}", f"{large.seconds:.1f}", f"{slope:.3f}", f"{small.seconds - few * slope:.1f}"
        table.add_row(name, *times, *ratios, peak)
    CONSOLE.print(table)
    CONSOLE.print(_where())


def _where() -> Table:
    table = Table("seconds per submission", *(f"{workers} at a time" for workers in _parts), title="where it goes")
    for part in _parts[1]:
        table.add_row(part, *(f"{seconds[part]:.3f}" for seconds in _parts.values()))
    return table


def _show_growth(folder: Path, sizes: tuple[int, ...]) -> None:
    table = Table("submissions", "s", "s per submission", "peak MiB", title="growth, 2 workers")
    for size in sizes:
        each = _fresh(folder, size, lambda course: run(classes.ours(course, 2), course, classes.environment()))
        peak = f"{each.peak_mib:.0f}" if each.peak_mib else "?"
        table.add_row(str(size), f"{each.seconds:.1f}", f"{each.seconds / size:.3f}", peak)
    CONSOLE.print(table)


def _machine() -> str:
    import torch

    return f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}, {platform.system()}"


if __name__ == "__main__":
    main()
