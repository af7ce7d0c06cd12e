"""A lecture's outputs: pictures instead of widgets, nothing that differs from run to run, and no failure unnoticed."""

from __future__ import annotations

import base64
import copy
import io

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from PIL import Image, PngImagePlugin

from autograder.authoring import execute as execute_module
from autograder.authoring.cells import assemble
from autograder.authoring.execute import execute
from autograder.errors import LectureError

WIDGET = "application/vnd.jupyter.widget-view+json"


def notebook_of(*sources: str) -> NotebookNode:
    return assemble([new_code_cell(source) for source in sources], "00_first", "lecture")


def png(**texts: str) -> str:
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), (10, 200, 30)).save(buffer, "PNG", pnginfo=info)
    return base64.b64encode(buffer.getvalue()).decode()


def settled(monkeypatch, tmp_path, *outputs: NotebookNode, tags: tuple[str, ...] = ()) -> list[NotebookNode]:
    """Execute a cell that gives these outputs."""
    notebook = notebook_of("pass")
    notebook.cells[0].metadata.tags = list(tags)

    def give(notebook, folder, where):
        notebook.cells[0].outputs = list(outputs)

    monkeypatch.setattr(execute_module, "run", give)
    execute(notebook, tmp_path, "lecture")
    return notebook.cells[0].outputs


def display(**data: object) -> NotebookNode:
    return new_output("display_data", data={key.replace("__", "/"): value for key, value in data.items()})


def test_a_kernel_runs_the_cells_away_from_a_persons_settings(tmp_path, monkeypatch):
    """The one test here with a real kernel: variables, the working folder, the environment, a picture."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "mine"))
    notebook = notebook_of(
        "import os\nprint(os.getcwd(), os.environ['CONVLAB_STATIC'], os.environ['IPYTHONDIR'])",
        "import sys\nprint('one')\nsys.stdout.flush()\nprint('two')\nobject()",
    )
    before = copy.deepcopy(notebook.metadata)
    execute(notebook, tmp_path, "lecture")
    assert notebook.metadata == before
    where, static, settings = notebook.cells[0].outputs[0].text.split()
    assert where == str(tmp_path)
    assert static == "1"
    assert settings != str(tmp_path / "mine")
    stream, value = notebook.cells[1].outputs
    assert stream.text == "one\ntwo\n"
    assert value.data["text/plain"] == "<object>"
    assert "execution" not in notebook.cells[0].metadata


def test_a_cell_that_fails_is_named(tmp_path):
    notebook = notebook_of("x = 1", "1 / 0", "y = 2")
    with pytest.raises(
        LectureError, match=r"^lecture: cell 'u00-start-code-2' raised ZeroDivisionError: division by zero$"
    ):
        execute(notebook, tmp_path, "lecture")


def test_a_widget_is_replaced_by_its_picture(monkeypatch, tmp_path):
    bundle = {WIDGET: {"model_id": "7"}, "image/png": png(), "text/plain": "Slider at 0x7f00"}
    (output,) = settled(monkeypatch, tmp_path, new_output("display_data", data=bundle))
    assert set(output.data) == {"image/png", "text/plain"}


def test_a_widget_without_a_picture_is_refused(monkeypatch, tmp_path):
    bundle = {WIDGET: {"model_id": "7"}, "text/plain": "Slider"}
    with pytest.raises(LectureError, match="a widget without a static picture"):
        settled(monkeypatch, tmp_path, new_output("display_data", data=bundle))


def test_the_program_that_drew_a_picture_is_not_recorded(monkeypatch, tmp_path):
    one, other = (display(image__png=png(Software=f"version {number}")) for number in (1, 2))
    first, second = settled(monkeypatch, tmp_path, one, other)
    assert first.data["image/png"] == second.data["image/png"]
    with Image.open(io.BytesIO(base64.b64decode(first.data["image/png"]))) as image:
        assert image.info == {}
        assert image.getpixel((0, 0)) == (10, 200, 30)


def test_an_address_is_cut_out(monkeypatch, tmp_path):
    value, text = settled(
        monkeypatch,
        tmp_path,
        display(text__plain="<Thing at 0x7f12ab>"),
        new_output("stream", name="stdout", text="<Thing at 0x7f12ab>\n"),
    )
    assert value.data["text/plain"] == "<Thing>"
    assert text.text == "<Thing>\n"


def test_a_warning_is_refused(monkeypatch, tmp_path):
    with pytest.raises(LectureError, match=r"cell 'u00-start-code-1' wrote to stderr: 'UserWarning"):
        settled(monkeypatch, tmp_path, new_output("stream", name="stderr", text="UserWarning: deprecated\n"))


def test_what_differs_on_every_run_is_not_kept(monkeypatch, tmp_path):
    assert settled(monkeypatch, tmp_path, new_output("stream", text="0.3 s"), tags=("volatile",)) == []


def test_a_lecture_that_is_too_long_is_refused(monkeypatch, tmp_path):
    with pytest.raises(LectureError, match=r"bytes long, expected at most .* in cell 'u00-start-code-1'"):
        settled(monkeypatch, tmp_path, new_output("stream", text="x" * execute_module.LIMIT_BYTES))
