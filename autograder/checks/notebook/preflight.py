"""``preflight``: what a student sees in the last cell before handing in.

Guarantees: works from the session alone; when the notebook itself can be seen it also finds written answers that are
still empty and cells that will not survive a clean run, and otherwise says that it could not look. Never raises,
never writes to stderr.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.checks import exercise
from autograder.checks.notebook import check as api
from autograder.checks.notebook.cleanrun import missing_names
from autograder.checks.notebook.own_notebook import own_notebook, text_of

EMPTY = "Write your answer here"
HAND_IN = (
    "To hand in: run everything once from the top (Colab: Runtime → Restart session and run all; Jupyter: Kernel → "
    "Restart Kernel and Run All Cells), save, download the .ipynb (File → Download), and hand in that one file."
)


@dataclass(frozen=True, repr=False)
class Preflight:
    """The list before take-off.

    Attributes:
        lines: one an exercise: whether it is attempted, with points so far.
        points: earned in the checks that were run.
        max_points: of all exercises listed.
        warnings: what should be looked at before handing in.
    """

    lines: tuple[str, ...]
    points: float
    max_points: float
    warnings: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        warned = [f"! {warning}" for warning in self.warnings] or ["Nothing else was found that needs a look."]
        return "\n".join([*self.lines, *([self._total, ""] if self.lines else []), *warned, "", HAND_IN])

    __repr__ = __str__

    @property
    def _total(self) -> str:
        return f"{round(self.points, 2):g} of {self.max_points:g} points in the checks so far"

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        warned = "".join(f"<li>{html.escape(warning)}</li>" for warning in self.warnings)
        looked = f"<p><b>Look at this first</b></p><ul>{warned}</ul>" if warned else "<p>Nothing else needs a look.</p>"
        colour = "#b35900" if warned else "#1b7837"
        done = f"<p><b>{self._total}</b></p><ul>{rows}</ul>" if self.lines else ""
        return (
            f'<div style="border-left:4px solid {colour};padding:6px 12px;font-family:sans-serif;max-width:62em">'
            f"{done}{looked}<p>{html.escape(HAND_IN)}</p></div>"
        )


def preflight() -> Preflight:
    """List what is attempted, what is missing and how to hand in.

    Returns:
        The list; display it as the last line of the last cell.
    """
    notebook = own_notebook()
    cells: list[dict[str, Any]] = notebook["cells"] if notebook else []
    unit = _unit(notebook)
    if unit is None:
        return Preflight((), 0.0, 0.0, ("No check has run in this session: run the notebook from the top first.",))
    exercises = exercise.of_unit(unit)
    reports = [api.last.get(e.name) for e in exercises]
    lines = tuple(_line(e, report) for e, report in zip(exercises, reports, strict=True))
    points = sum(float(report) for report in reports if report)
    warnings = (
        _written(cells) + _order(cells)
        if cells
        else (
            "The notebook itself cannot be seen from here: see for yourself that every written question has an answer, "
            "and run everything once from the top.",
        )
    )
    return Preflight(lines, points, sum(e.points for e in exercises), warnings)


def _unit(notebook: dict[str, Any] | None) -> str | None:
    """The unit that the notebook says it is, else that of the last check."""
    said = ((notebook or {}).get("metadata") or {}).get("autograder") or {}
    if said.get("unit") in exercise.UNITS:
        return str(said["unit"])
    return exercise.find(list(api.last)[-1]).unit if api.last else None


def _line(found: exercise.Exercise, report: api.Report | None) -> str:
    if report is None:
        return f"{found.name}: its check has not run in this session (0 of {found.points:g} points)"
    if report.mark is not None and not report.mark.attempted:
        return f"{found.name}: not attempted yet (0 of {found.points:g} points)"
    reason = f" – {report.diagnosis}" if report.diagnosis else ""
    return f"{found.name}: {report.points:g} of {found.points:g} points{reason}"


def _written(cells: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Written questions that still hold the placeholder."""
    empty = [c for c in cells if c.get("cell_type") == "markdown" and text_of(c).strip().strip("*.") == EMPTY]
    if not empty:
        return ()
    names = [((c.get("metadata") or {}).get("nbgrader") or {}).get("grade_id") for c in empty]
    listed = ", ".join(n for n in names if n)
    which = "1 written question has" if len(empty) == 1 else f"{len(empty)} written questions have"
    return (f"{which} no answer yet{': ' + listed if listed else ''}.",)


def _order(cells: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Cells that use what no cell above them defines."""
    sources = [text_of(cell) for cell in cells if cell.get("cell_type") == "code"]
    return tuple(
        f"Code cell {m.cell} uses {', '.join(m.names)}, which no cell above it defines: it will stop in a clean run."
        for m in missing_names(sources)
    )
