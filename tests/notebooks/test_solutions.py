"""Every solution earns every point with the locked versions, and the examples in its docstrings are right.

The notebooks are built from their sources here; that the files in the repository are the same is proved by
`autograder build --check`. The assignments as they are released run in `tests/colab`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

UNITS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "sources" / "assignments").glob("*.py"))
DOCTEST = "import doctest, json\nprint(json.dumps(list(doctest.testmod())))"


@pytest.mark.parametrize("unit", UNITS)
def test_a_solution_earns_every_point_and_its_examples_are_right(unit, builder, run_notebook):
    notebook = builder.make("solution", builder.course.unit(unit))
    notebook.cells.append(new_code_cell(DOCTEST))
    *cells, examples = run_notebook(notebook).cells
    checks = [cell for cell in cells if "exercise" in cell.metadata.get("autograder", {})]
    for cell in checks:
        (output,) = cell.outputs
        assert float(output.data["text/plain"]) == cell.metadata.nbgrader.points, cell.source
    assert not [cell.id for cell in cells for output in cell.get("outputs", ()) if output.get("name") == "stderr"]
    failed, attempted = json.loads(examples.outputs[-1].text)
    assert failed == 0, examples.outputs[0].text
    assert attempted >= len(checks)
