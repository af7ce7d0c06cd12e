"""A lecture's live edition holds none of the code to be typed. That lectures run is proved in `tests/colab`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UNITS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "sources" / "lectures").glob("*.py"))


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
