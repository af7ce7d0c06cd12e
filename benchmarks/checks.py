"""``python -m benchmarks.checks [UNIT …] [--cpu]``: how long a check takes, and naming its slowest mistake.

Guarantees: every pair of figures comes from a process of its own that stands where a notebook stands before its first
check; what is checked is the solution's own code, which must earn full points, and every wrong answer of the bank.
``--cpu`` counts the seconds that the processors worked, on one thread, so that a busy machine changes them less.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import sys
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from autograder.audit.banks import answers
from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.marking.mark import VISIBLE_SEED, mark

ROOT = Path(__file__).parents[1]
BANKS = ROOT / "tests" / "answers"
TRAINING = ("SimpleCNN", "train_one_epoch", "evaluate")
PRELOADED = ["autograder.audit.banks", "autograder.authoring.source", "autograder.checks.marking.mark", "convlab.show"]
COLUMNS = ("visible", "again", "thorough", "again", "slowest mistake")


@dataclass(frozen=True)
class Seconds:
    """Of one exercise: the first and the second visible check, the same for thorough ones, naming a mistake."""

    visible: float
    visible_again: float
    thorough: float
    thorough_again: float
    mistake: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    parser.add_argument("units", nargs="*", help="units; none means all")
    parser.add_argument("--cpu", action="store_true", help="seconds of work on one thread instead of seconds that pass")
    asked = parser.parse_args()
    rows = {}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with context.Pool(1, maxtasksperchild=1) as pool:
        for unit in asked.units or exercise.UNITS:
            for found in exercise.of_unit(unit):
                checks = [pool.apply(checked, (unit, found.name, thorough, asked.cpu)) for thorough in (False, True)]
                wrong = [a.name for a in answers(BANKS / unit, found.name) if not a.right]
                named = {name: pool.apply(named_in, (unit, found.name, name, asked.cpu)) for name in wrong}
                slowest = max(named, key=named.__getitem__)
                rows[found.name] = (Seconds(*checks[0], *checks[1], named[slowest]), slowest)
                print(".", end="", file=sys.stderr, flush=True)
    show(rows, Console())


def solutions(unit: str) -> dict[str, Any]:
    """What a notebook with every answer filled in defines: what stands before the first exercise, then the answers."""
    from autograder.authoring.source import read_source

    cells = [c for c in read_source(ROOT, Path("sources", "assignments", f"{unit}.py")) if c.kind == "code"]
    opening = next(i for i, cell in enumerate(cells) if cell.role == "solution")
    namespace: dict[str, Any] = {"__name__": unit}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in [*cells[:opening], *(c for c in cells[opening:] if c.role in ("solution", "readonly"))]:
            exec(compile(cell.text, cell.where, "exec"), namespace)
    return namespace


def checked(unit: str, name: str, thorough: bool, cpu: bool) -> tuple[float, float]:
    """Seconds of the first and of the second check of a solution."""
    answer = solutions(unit)[name]
    first, second = (VISIBLE_SEED, VISIBLE_SEED) if not thorough else (1, 2)
    return timed(name, answer, first, thorough, cpu, True), timed(name, answer, second, thorough, cpu, True)


def named_in(unit: str, name: str, wrong: str, cpu: bool) -> float:
    """Seconds that a wrong answer takes until its mistake has, or has not, a name."""
    return timed(name, next(a.target for a in answers(BANKS / unit, name) if a.name == wrong), 1, True, cpu, False)


def timed(name: str, answer: Any, seed: int, thorough: bool, cpu: bool, right: bool) -> float:
    """Seconds of one check, which must find the answer right or wrong as it is."""
    if cpu:
        torch.set_num_threads(1)
    found, clock = exercise.find(name), time.process_time if cpu else time.perf_counter
    started = clock()
    made = mark(found, lambda request: drive.answer(answer, request), seed=seed, thorough=thorough)
    seconds = clock() - started
    if made.passed != right:
        raise AssertionError(f"{name}: expected {'full' if right else 'fewer'} points, got {made.points}:\n{made.text}")
    return seconds


def show(rows: dict[str, tuple[Seconds, str]], console: Console) -> None:
    """A table, the slowest exercise first, and a line for everything over its target."""
    table = Table("exercise", *COLUMNS, "which", title="Seconds of the checks, solution's own code")
    late = []
    for name, (seconds, slowest) in sorted(rows.items(), key=lambda row: -max(astuple(row[1][0]))):
        limits = (1, 1, *([15] * 2 if name in TRAINING else [3] * 2), 15 if name in TRAINING else 5)
        table.add_row(name, *(f"{value:.2f}" for value in astuple(seconds)), slowest)
        figures = zip(COLUMNS, astuple(seconds), limits, strict=True)
        late += [f"{name}: {column} {value:.2f} s, over {limit} s" for column, value, limit in figures if value > limit]
    console.print(table)
    console.print("\n".join(late) or "every check is within its target", style="red" if late else "green")


if __name__ == "__main__":
    main()
