"""Notebooks from their first cell to the last question."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.checks.marking.mark import Gone
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
from autograder.grading.run.running import Ran, run

LIMITS = Limits(cell_seconds=60, ask_seconds=60)
CALL = {"steps": [{"do": "call", "args": [3]}]}


def judged_cell(exercise: str) -> NotebookNode:
    rules = {"grade": True, "solution": False, "locked": True, "grade_id": f"{exercise}-tests", "schema_version": 3}
    metadata = {"nbgrader": {**rules, "points": 1, "task": False}, "autograder": {"exercise": exercise}}
    return new_code_cell("raise RuntimeError('a tests cell was executed')", metadata=metadata)


def notebook(*sources: str | NotebookNode) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source) if isinstance(source, str) else source for source in sources])


def value(ran: Ran, exercise: str, request: Any = CALL) -> Any:
    with ran.asking(exercise) as ask:
        (step,) = ask(request)["steps"]
    return step["error"]["type"] if "error" in step else step["value"]


def test_cells_run_in_order_and_functions_can_be_asked(plain_server: Connection) -> None:
    given = notebook("factor = 2", new_markdown_cell("# text"), "def times(x):\n    return factor * x", "times(21)")
    with run(given, server=plain_server, limits=LIMITS) as ran:
        assert value(ran, "times") == 6
        assert value(ran, "not_there") == "Missing"
    assert [cell.index for cell in ran.cells] == [0, 2, 3]
    assert ran.notebook.cells[3].outputs[0]["data"]["text/plain"] == "42"
    assert given.cells[3].outputs == []
    nbformat.validate(ran.notebook)
    assert ran.notes == ()


def test_tests_cells_are_never_executed(plain_server: Connection) -> None:
    with run(notebook("x = 1", judged_cell("conv2d"), "x"), server=plain_server, limits=LIMITS) as ran:
        assert [cell.index for cell in ran.cells] == [0, 2]
        assert ran.notebook.cells[1].outputs == []


def test_an_exception_costs_its_cell_only(plain_server: Connection) -> None:
    with run(notebook("a = 1", "b = 1 / 0", "def f(x):\n    return a + x"), server=plain_server, limits=LIMITS) as ran:
        assert value(ran, "f") == 4
    assert ran.cells[1].result is not None
    assert ran.cells[1].result.error == ("ZeroDivisionError", "division by zero", 1)
    assert ran.notebook.cells[1].outputs[0]["output_type"] == "error"


def test_cells_that_kill_or_hang_are_skipped_and_the_rest_stands(plain_server: Connection) -> None:
    sources = ["a = 1", "import os\nos._exit(5)", "a += 1", "while True: pass", "def f(x):\n    return a"]
    limits = Limits(cell_seconds=2.0, ask_seconds=60)
    with run(notebook(*sources), server=plain_server, limits=limits) as ran:
        assert value(ran, "f") == 2
    assert ran.notes == ("cell 2 was skipped: it left with exit status 5", "cell 4 was skipped: stopped after 2 s")
    assert "This cell was skipped" in ran.notebook.cells[1].outputs[0]["text"]


def test_a_notebook_that_dies_again_and_again_is_given_up(plain_server: Connection) -> None:
    sources = ["def f(x):\n    return x", *["import os\nos._exit(1)"] * 4]
    limits = Limits(restarts=2)
    with run(notebook(*sources), server=plain_server, limits=limits) as ran:
        assert ran.notes[-1] == "its process died 3 times: the cells after that did not run"
        with ran.asking("f") as ask, pytest.raises(Gone, match="the process ended before"):
            ask(CALL)


def test_all_cells_together_have_a_limit(plain_server: Connection) -> None:
    limits = Limits(total_seconds=0.001)
    with run(notebook("a = 1", "b = 2"), server=plain_server, limits=limits) as ran:
        assert ran.cells == ()
    assert ran.notes == ("cell 1 and later ones did not run: the notebook's 0.001 s were used up",)


def test_an_exercise_that_dies_is_asked_again_in_a_new_copy(plain_server: Connection) -> None:
    cell = "import os\ndef f(x):\n    if x < 0:\n        os._exit(1)\n    return x"
    with run(notebook(cell), server=plain_server, limits=LIMITS) as ran, ran.asking("f") as ask:
        with pytest.raises(Gone, match="the process ended while it answered"):
            ask({"steps": [{"do": "call", "args": [-1]}]})
        assert ask(CALL)["steps"][0]["value"] == 3


def test_an_exercise_that_kills_the_whole_process_costs_no_other(plain_server: Connection) -> None:
    cell = "import os\ndef kill(x):\n    os.kill(os.getppid(), 9)\n    os._exit(1)\ndef f(x):\n    return x"
    with run(notebook(cell), server=plain_server, limits=LIMITS) as ran:
        with ran.asking("kill") as ask, pytest.raises(Gone):
            ask(CALL)
        assert value(ran, "f") == 3
    assert ran.notes == ("its process died while it was asked: its cells ran again",)


def test_a_reply_that_is_no_reply_is_gone(plain_server: Connection) -> None:
    cell = "from autograder.checks import wire\nwire.encode = lambda value: b'forged'\ndef f(x):\n    return x"
    with (
        run(notebook(cell), server=plain_server, limits=LIMITS) as ran,
        ran.asking("f") as ask,
        pytest.raises(Gone, match="its reply cannot be read"),
    ):
        ask(CALL)


def test_notes_name_the_cell(plain_server: Connection) -> None:
    with run(notebook("x = 1", "!pip install torch"), server=plain_server, limits=LIMITS) as ran:
        assert ran.notes == ("cell 2: !pip install torch was not run",)


def test_demonstrations_are_left_out_when_the_release_is_known(plain_server: Connection) -> None:
    blank = new_code_cell("def f(x):\n    return x", metadata={"nbgrader": {"solution": True}})
    release = notebook(blank, "shown = f(1)\nprint(shown)")
    with run(release, server=plain_server, limits=LIMITS, release=release) as ran:
        assert [cell.result is None for cell in ran.cells] == [False, True]
        assert value(ran, "f") == 3
