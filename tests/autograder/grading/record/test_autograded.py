"""What formgrader shows: the judge's report, and nothing of the student's that could run in a browser."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from nbgrader.utils import determine_grade

from autograder.grading.record.autograded import TEXT_CHARS, autograded

from ..records import exercise, marked, result, source_notebook


def outputs_of(*outputs: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    notebook = source_notebook()
    notebook.cells.append(new_code_cell("plot()", outputs=list(outputs)))
    shown = autograded(notebook, result("ada", 2, 0.5))
    nbformat.validate(shown)
    return shown.cells[-1].outputs


@pytest.mark.parametrize("points", [0.0, 0.5, 1 / 3, 2.0])
def test_stock_nbgrader_reads_the_same_points(points: float) -> None:
    marks = result("ada", 2, exercises=(exercise("double", points, html="<b>why</b>", text="why"),))
    shown = autograded(source_notebook(), marks)
    nbformat.validate(shown)
    cell = next(cell for cell in shown.cells if cell.id == "double-tests")
    assert determine_grade(cell) == (points, 2)
    assert cell.outputs[0].data == {"text/plain": "why", "text/html": "<b>why</b>"}


def test_html_and_scripts_of_the_student_are_dropped_pictures_and_text_stay() -> None:
    data = {
        "text/html": "<script>steal()</script>",
        "image/png": "QUJD",
        "text/plain": "<Figure>",
        "image/svg+xml": "<svg/>",
    }
    (kept,) = outputs_of(new_output("display_data", data=data))
    assert kept.data == {"image/png": "QUJD", "text/plain": "<Figure>"}


def test_standard_error_becomes_plain_text_and_floods_are_cut() -> None:
    (kept,) = outputs_of(new_output("stream", name="stderr", text="x" * (3 * TEXT_CHARS)))
    assert kept.name == "stdout"
    assert len(kept.text) < 2 * TEXT_CHARS


def test_a_forged_score_below_a_students_cell_is_no_result() -> None:
    (kept,) = outputs_of(new_output("execute_result", data={"text/plain": "100.0"}))
    assert kept.output_type == "display_data"


def test_errors_stay_readable() -> None:
    (kept,) = outputs_of(new_output("error", ename="ValueError", evalue="no", traceback=["line"] * 90))
    assert (kept.ename, kept.evalue, len(kept.traceback)) == ("ValueError", "no", 40)


def test_prose_of_the_student_holds_no_markup_and_what_was_given_out_keeps_its_own() -> None:
    notebook = source_notebook()
    hint = new_markdown_cell("<details>A hint</details>", metadata={"id": "u90-hint"})
    own = "<img src=x onerror=steal()> a<b, a < b, <!-- x --> <?x?> </p> `x<y` 1<2"
    notebook.cells[-1].source = own
    notebook.cells[-1].metadata["id"] = "u90-why"
    notebook.cells += [hint, new_markdown_cell(own), new_raw_cell(own)]
    *_, written, given, added, raw = autograded(notebook, result("ada", 2, 0.5)).cells
    assert given.source == "<details>A hint</details>"
    shown = "< img src=x onerror=steal()> a< b, a < b, < !-- x --> < ?x?> < /p> `x< y` 1<2"
    assert {written.source, added.source, raw.source} == {shown}


def test_the_last_cell_says_the_total_and_nothing_of_handing_in() -> None:
    notebook = source_notebook()
    listed = new_output("execute_result", data={"text/plain": "0 of 0 points in the checks so far"})
    notebook.cells.append(marked(new_code_cell("preflight()", outputs=[listed]), "preflight", locked=True))
    (said,) = autograded(notebook, result("ada", 2, 0.5)).cells[-1].outputs
    assert said.text == "This copy is graded: 2.5 of 4 points from the checks.\n"


def test_the_given_notebook_is_not_changed() -> None:
    notebook = source_notebook()
    before = nbformat.writes(notebook)
    autograded(notebook, result("ada", 2, 0.5))
    assert nbformat.writes(notebook) == before
