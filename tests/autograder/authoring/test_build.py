"""A second build changes nothing, a check writes nothing, and each finds what is stale."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.authoring import build as build_module
from autograder.errors import LeakError, SourceError

UNIT = "00_first"
SOLUTION = Path("solutions/00_first/00_first.ipynb")
RELEASE = Path("assignments/00_first/00_first.ipynb")
LECTURE = Path("lectures/00_first.ipynb")
LIVE = Path("lectures/live/00_first.ipynb")


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def executed(monkeypatch) -> list[str]:
    """Instead of executing a lecture, note that it would be, and give its first code cell an output."""
    done: list[str] = []

    def note(notebook, folder, where):
        done.append(where)
        cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
        cell.outputs = [build_module.NotebookNode(output_type="stream", name="stdout", text="ran")]

    monkeypatch.setattr(build_module, "execute", note)
    return done


def test_the_same_sources_give_the_same_bytes(course_builder):
    builder = course_builder()
    assert builder.build().changed == (SOLUTION, RELEASE)
    first = files(builder.root)
    for path in (SOLUTION, RELEASE):
        (builder.root / path).unlink()
    builder.build()
    assert files(builder.root) == first


def test_a_notebook_has_sorted_keys_no_times_and_ends_with_a_newline(course_builder):
    builder = course_builder()
    builder.build()
    text = (builder.root / RELEASE).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert json.loads(text)["nbformat_minor"] == 5


def test_a_second_build_writes_nothing(course_builder, lecture_source, executed):
    builder = course_builder(lecture=lecture_source)
    assert builder.build().changed == (LECTURE, LIVE, SOLUTION, RELEASE)
    assert builder.build().changed == ()
    assert executed == [str(LECTURE)]


def test_a_check_writes_nothing_and_names_what_is_stale(course_builder, lecture_source, executed):
    builder = course_builder(lecture=lecture_source)
    before = files(builder.root)
    assert builder.build(check=True).changed == (LECTURE, LIVE, SOLUTION, RELEASE)
    assert files(builder.root) == before
    assert executed == []
    builder.build()
    source = builder.source("assignment", UNIT)
    source.write_text(source.read_text().replace("Doubling.", "Twice as much."))
    assert builder.build(check=True).changed == (SOLUTION, RELEASE)


def change_source(builder):
    source = builder.source("lecture", UNIT)
    source.write_text(source.read_text().replace("[1, 2, 3]", "[1, 2, 4]"))


def change_prose(builder):
    source = builder.source("lecture", UNIT)
    source.write_text(source.read_text().replace("Questions.", "Questions and answers."))


def change_imported_module(builder):
    (builder.root / "convlab" / "inner.py").write_text("two = 2.0\n")


def change_output(builder):
    path = builder.root / LECTURE
    path.write_text(path.read_text().replace('"ran"', '"other"'))


def change_other_module(builder):
    (builder.root / "convlab" / "other.py").write_text("three = 3.0\n")


def change_address(builder):
    builder.furniture = replace(builder.furniture, course=replace(builder.course, owner="grace"))


@pytest.mark.parametrize(
    ("change", "stale", "executions"),
    [
        (change_address, (LECTURE, LIVE, SOLUTION, RELEASE), 1),
        (change_source, (LECTURE, LIVE), 2),
        (change_prose, (LECTURE, LIVE), 1),
        (change_imported_module, (LECTURE,), 2),
        (change_output, (LECTURE,), 2),
        (change_other_module, (), 1),
    ],
)
def test_a_lecture_is_executed_again_only_when_its_outputs_may_differ(
    course_builder, lecture_source, executed, change, stale, executions
):
    builder = course_builder(lecture=lecture_source + "\n# %%\nfrom convlab import outer\n")
    package = builder.root / "convlab"
    package.mkdir()
    for name, text in {
        "__init__": "",
        "outer": "from convlab.inner import two\n",
        "inner": "two = 2\n",
        "other": "three = 3\n",
    }.items():
        (package / f"{name}.py").write_text(text)
    builder.build()
    made = (builder.root / LECTURE).read_text()
    change(builder)
    assert builder.build(check=True).changed == stale
    assert builder.build().changed == stale
    assert builder.build(check=True).changed == ()
    assert len(executed) == executions
    assert '"ran"' in made
    assert '"ran"' in (builder.root / LECTURE).read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"nbformat": 4, "metadata": {"autograder": []}, "cells": []}'])
def test_a_lecture_that_was_damaged_is_stale(course_builder, lecture_source, executed, text):
    builder = course_builder(lecture=lecture_source)
    builder.build()
    (builder.root / LECTURE).write_text(text)
    assert builder.build(check=True).changed == (LECTURE,)


def test_only_one_unit_is_looked_at(course_builder):
    builder = course_builder(**{"assignments/01_second": "this is no source"})
    assert builder.build(UNIT).changed == (SOLUTION, RELEASE)
    with pytest.raises(SourceError, match="01_second"):
        builder.build()


def test_a_unit_without_a_source_is_refused(course_builder):
    with pytest.raises(SourceError, match="no source for 01_second"):
        course_builder().build("01_second")


@pytest.mark.parametrize(
    "path", ["solutions/00_first/notes.py", "assignments/09_gone/09_gone.ipynb", "lectures/x.ipynb"]
)
def test_what_is_built_from_no_source_is_named(course_builder, path):
    builder = course_builder()
    builder.build()
    (builder.root / path).parent.mkdir(parents=True, exist_ok=True)
    (builder.root / path).write_text("{}")
    assert builder.build().orphans == (Path(path),)


def test_a_leaking_release_is_not_written(course_builder, assignment_source):
    leaking = assignment_source + "\n# %% [markdown]\n# Hint: `doubled_number = number + number`\n"
    builder = course_builder(leaking)
    with pytest.raises(LeakError, match=r"^assignments/00_first/00_first\.ipynb: cell 'u00-[a-z0-9-]+', line 1"):
        builder.build()
    assert not (builder.root / RELEASE).exists()


def test_a_failed_write_leaves_the_old_file_and_no_other(course_builder, monkeypatch):
    builder = course_builder()
    builder.build()
    before = files(builder.root)

    def full(path, content):
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError("No space left on device")

    source = builder.source("assignment", UNIT)
    source.write_text(source.read_text().replace("Doubling.", "Twice."))
    before |= files(builder.root)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        builder.build()
    assert files(builder.root) == before
