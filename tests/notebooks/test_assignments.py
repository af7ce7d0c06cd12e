"""Every assignment runs as it is released, and every solution earns every point, each in a fresh kernel.

The notebooks are built from their sources here, so these tests prove the sources; that the files in the repository are
the same is proved by `autograder build --check`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

UNITS = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "sources" / "assignments").glob("*.py"))
DOCTEST = "import doctest, json\nprint(json.dumps(list(doctest.testmod())))"


def checks(notebook):
    """The results of the checks below the exercises, by exercise."""
    cells = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("autograder", {})]
    return {cell.metadata.autograder.exercise: cell for cell in cells}


def result(cell):
    (output,) = cell.outputs
    return output.data


@pytest.mark.parametrize("unit", UNITS)
def test_an_assignment_runs_as_it_is_released(unit, builder, run_notebook):
    notebook = run_notebook(builder.make("assignment", builder.course.unit(unit)))
    assert checks(notebook)
    for cell in checks(notebook).values():
        assert float(result(cell)["text/plain"]) == 0.0
        assert "not attempted" in result(cell)["text/html"]
    assert not [
        cell.id for cell in notebook.cells for output in cell.get("outputs", ()) if output.get("name") == "stderr"
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_a_solution_earns_every_point_and_its_examples_are_right(unit, builder, run_notebook):
    notebook = builder.make("solution", builder.course.unit(unit))
    notebook.cells.append(new_code_cell(DOCTEST))
    run_notebook(notebook)
    for exercise, cell in checks(notebook).items():
        assert float(result(cell)["text/plain"]) == cell.metadata.nbgrader.points, exercise
    assert not [
        cell.id for cell in notebook.cells for output in cell.get("outputs", ()) if output.get("name") == "stderr"
    ]
    failed, attempted = map(int, notebook.cells[-1].outputs[-1].text.strip("[]\n").split(","))
    assert failed == 0, notebook.cells[-1].outputs[0].text
    assert attempted >= len(checks(notebook))
