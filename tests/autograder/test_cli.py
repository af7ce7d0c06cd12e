"""The command line: one line and exit code 2 for what a person can put right, 1 for stale notebooks, 0 otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder import cli

COURSE = """\
[course]
title = "T"
owner = "o"
repo = "r"
branch = "b"

[[units]]
name = "00_start_here"
title = "First"
minutes = 20
"""


def command(monkeypatch, folder, *arguments: str) -> int:
    """Run the command line in a folder; return its exit code."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["autograder", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course.toml").write_text(COURSE)
    (tmp_path / "sources" / "assignments").mkdir(parents=True)
    (tmp_path / "sources" / "assignments" / "00_start_here.py").write_text("# %% [markdown]\n# Text.\n")
    return tmp_path


def test_build_and_check(course, monkeypatch, capsys):
    assert command(monkeypatch, course, "build", "--check") == 1
    assert "stale  assignments/00_start_here/00_start_here.ipynb" in capsys.readouterr().out
    assert command(monkeypatch, course, "build") == 0
    assert command(monkeypatch, course, "build", "--check") == 0
    assert "2 of 2 notebooks were up to date" in capsys.readouterr().out


def test_a_notebook_without_a_source_fails_the_check(course, monkeypatch, capsys):
    command(monkeypatch, course, "build")
    (course / "lectures").mkdir()
    (course / "lectures" / "old.ipynb").write_text("{}")
    assert command(monkeypatch, course, "build", "--check") == 1
    assert "lectures/old.ipynb is built from no source; remove it" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("build", "--only", "77_none"), ("build", "--only", "")])
def test_a_mistake_is_one_line_on_stderr_and_exit_code_2(course, monkeypatch, capsys, arguments):
    assert command(monkeypatch, course, *arguments) == cli.USAGE_EXIT
    printed = capsys.readouterr()
    assert printed.err.startswith("autograder: ")
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err


def test_formgrader_before_grading_says_what_to_do(course, monkeypatch, capsys):
    assert command(monkeypatch, course, "formgrader", "--no-browser") == cli.USAGE_EXIT
    assert "grade first: autograder grade PATH" in capsys.readouterr().err


def test_outside_a_course_it_says_where_to_run(tmp_path, monkeypatch, capsys):
    assert command(monkeypatch, tmp_path, "build") == cli.USAGE_EXIT
    assert "run this inside the course's folder" in capsys.readouterr().err


def test_starting_up_imports_nothing_heavy():
    heavy = ("torch", "nbgrader", "pydantic", "jupytext", "nbconvert", "matplotlib", "numpy")
    code = f"import sys, autograder.cli; print(sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
