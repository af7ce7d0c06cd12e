"""The audit as a table in the terminal, with a line for everything that is not as it should be.

Guarantees: what fails is listed by name below the table; the exit code says whether anything failed.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from autograder.audit.audit import Row


def show(rows: Iterable[Row], console: Console) -> bool:
    """Print the audit as it goes on.

    Args:
        rows: from :func:`autograder.audit.audit.audit`.
        console: where to.

    Returns:
        True when every wrong answer was caught, every right one accepted and no reference failed.
    """
    table = Table(
        "unit",
        "exercise",
        "wrong",
        "caught",
        "named",
        "right",
        "accepted",
        "reference runs",
        "failed",
        title="Audit of the checks",
    )
    done: list[Row] = []
    with console.status("marking …") as status:
        for row in rows:
            status.update(f"{row.unit}: {row.exercise} done")
            table.add_row(*_cells(row))
            done.append(row)
    table.add_section()
    table.add_row("all", f"{len(done)} exercises", *_totals(done))
    console.print(table)
    for row in done:
        for line in _complaints(row):
            console.print(line, style="red")
    return all(row.passed for row in done)


def _cells(row: Row) -> list[str]:
    return [row.unit, row.exercise, *map(str, _numbers(row))]


def _numbers(row: Row) -> list[int]:
    return [
        row.count(False),
        row.count(False, lambda v: v.fair),
        row.count(False, lambda v: v.named),
        row.count(True),
        row.count(True, lambda v: v.fair),
        row.seeds,
        len(row.failed_seeds),
    ]


def _totals(rows: list[Row]) -> list[str]:
    return [str(sum(column)) for column in zip(*(_numbers(row) for row in rows), strict=True)] if rows else []


def _complaints(row: Row) -> list[str]:
    lines = []
    for v in row.verdicts:
        where = f"{row.exercise}: {v.answer.name}"
        if not v.fair:
            verb = "was not accepted" if v.answer.right else "was not caught"
            lines.append(f"{where} {verb}: {v.points:g} of {v.max_points:g} points, diagnosis {v.diagnosis}")
        elif v.answer.mistake and v.diagnosis != v.answer.mistake:
            lines.append(f"{where} was named {v.diagnosis!r}; its author calls it {v.answer.mistake!r}")
    if row.failed_seeds:
        lines.append(f"{row.exercise}: the reference fails on the seeds {', '.join(map(str, row.failed_seeds[:10]))}")
    return lines
