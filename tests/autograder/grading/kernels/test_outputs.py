"""Outputs of a cell, bounded."""

from __future__ import annotations

import json

import nbformat.v4
import pytest

from autograder.grading.kernels.outputs import Recorder, Stream


def test_neighbouring_text_of_a_stream_is_one_output() -> None:
    recorder = Recorder(1000)
    for name, text in [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]:
        recorder.stream(name, text)
    assert [(o["name"], o["text"]) for o in recorder.finished()] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_a_flood_is_cut_once_and_stays_small() -> None:
    recorder = Recorder(1000)
    stream = Stream(recorder, "stdout")
    for _ in range(1000):
        print("x" * 99, file=stream)
    (output,) = recorder.finished()
    assert len(output["text"]) < 1100
    assert output["text"].count("output cut") == 1


def test_the_room_is_shared_by_the_cells_of_a_notebook() -> None:
    recorder = Recorder(1000)
    recorder.stream("stdout", "x" * 2000)
    recorder.start()
    recorder.stream("stdout", "more")
    recorder.display({"text/plain": "more"})
    assert recorder.finished() == []


def test_a_picture_that_does_not_fit_is_said_to_be_left_out() -> None:
    recorder = Recorder(1000)
    recorder.display({"image/png": b"x" * 5000})
    (output,) = recorder.finished()
    assert "output cut" in output["text"]


def test_pictures_are_base64_and_unknown_kinds_are_dropped() -> None:
    recorder = Recorder(1000)
    recorder.display({"image/png": b"\x89PNG", "application/javascript": "alert(1)", "text/plain": object()})
    (output,) = recorder.finished()
    assert output["data"]["image/png"] == "iVBORw=="
    assert "application/javascript" not in output["data"]
    json.dumps(output)


def test_outputs_have_the_form_of_a_notebook_file() -> None:
    recorder = Recorder(10_000)
    recorder.stream("stdout", "hello")
    recorder.display({"text/plain": "1"}, result=1)
    recorder.display({"text/html": "<b>1</b>"})
    recorder.error("ValueError", "no", ["Traceback", "ValueError: no"])
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(o) for o in recorder.finished()])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_a_stream_takes_only_text() -> None:
    stream = Stream(Recorder(10), "stdout")
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"x")  # type: ignore[arg-type]
    assert stream.writable()
    assert not stream.isatty()
