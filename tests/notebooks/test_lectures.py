"""Every lecture runs from its source without an error, and its live edition holds none of the code to be typed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UNITS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "sources" / "lectures").glob("*.py"))


@pytest.mark.parametrize("unit", UNITS)
def test_a_lecture_runs(unit, builder, tmp_path):
    from autograder.authoring.execute import execute

    notebook = builder.make("lecture", builder.course.unit(unit))
    execute(notebook, tmp_path, unit)
    pictures = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "image/png" in o.get("data", {})]
    assert pictures


def statements(source: str) -> set[str]:
    """The top-level statements of a cell, without comments and layout."""
    return {ast.unparse(node) for node in ast.parse(source).body}


@pytest.mark.parametrize("unit", UNITS)
def test_a_live_edition_holds_no_live_code(unit, builder):
    full, live = (builder.make(kind, builder.course.unit(unit)) for kind in ("lecture", "live"))
    typed = [cell.source for cell in full.cells if "live" in cell.metadata.get("tags", ())]
    assert typed, "a lecture has code to type along"
    given = {
        statement
        for cell in full.cells
        if cell.cell_type == "code" and cell.source not in typed
        for statement in statements(cell.source)
    }
    shown = {s for cell in live.cells if cell.cell_type == "code" for s in statements(cell.source)}
    assert shown & {s for source in typed for s in statements(source)} <= given
    assert shown <= given
