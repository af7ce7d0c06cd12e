"""Badges and links lead where they say; the set-up cell works where the package is missing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from autograder.authoring.furniture import notebook_path

LAST = "# %% [markdown]\n# Text.\n"
KINDS = ("lecture", "live", "assignment", "solution")
COLAB = "https://colab.research.google.com/github/ada/cnn/blob/main"


@pytest.fixture
def builder(course_builder, lecture_source):
    sources = {"assignments/01_second": LAST, "lectures/01_second": LAST}
    return course_builder(lecture=lecture_source, **sources)


def title_of(builder, unit):
    furniture = replace(builder.furniture, course=replace(builder.course, units=(unit, builder.course.units[1])))
    return furniture.title("assignment", unit).source


def title(builder, kind, unit):
    return builder.make(kind, builder.course.unit(unit)).cells[0].source


@pytest.mark.parametrize("kind", KINDS)
def test_the_badge_opens_this_notebook(builder, kind):
    text = title(builder, kind, "00_first")
    assert f"colab-badge.svg)]({COLAB}/{notebook_path(kind, '00_first')})" in text


def test_links_are_relative_for_jupyter_and_absolute_for_colab(builder):
    text = title(builder, "assignment", "01_second")
    here = "../../lectures/01_second.ipynb"
    assert f"[Lecture]({here}) ([in Colab]({COLAB}/lectures/01_second.ipynb))" in text
    assert "[Before: The first unit](../00_first/00_first.ipynb)" in text
    assert "Next" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_relative_link_leads_to_a_notebook_that_is_built(builder, kind):
    for unit in ("00_first", "01_second"):
        folder = builder.root / notebook_path(kind, unit).parent
        links = [link for link in re.findall(r"\]\(([^)]+)\)", title(builder, kind, unit)) if "://" not in link]
        assert links
        built = {builder.root / notebook_path(k, u) for k in KINDS for u in ("00_first", "01_second")}
        assert {(folder / link).resolve() for link in links} <= built


def test_an_assignment_says_how_long_it_takes_and_when_it_is_due(builder):
    assert title(builder, "assignment", "00_first").endswith("\n\nAbout 10 minutes.")
    due = replace(builder.course.unit("00_first"), deadline=datetime(2027, 3, 1, 23, 59, tzinfo=timezone.utc))
    assert "Due 2027-03-01 23:59+00:00." in title_of(builder, due)
    assert "minutes" not in title(builder, "lecture", "00_first")


def test_no_link_to_what_does_not_exist(course_builder):
    text = title(course_builder(), "assignment", "00_first")
    assert "Lecture" not in text
    assert "Next" not in text


def set_up(builder) -> str:
    return builder.furniture.set_up("assignment").source


def run(source: str, monkeypatch, *, colab: bool, installs: bool, says: str = "") -> list[list[str]]:
    """Run the set-up cell on a made-up machine without the package; return the commands it started."""
    state = SimpleNamespace(installed=False)
    started: list[list[str]] = []

    def pip(command, **_options):
        started.append(command)
        state.installed = installs
        return SimpleNamespace(returncode=0 if installs else 1, stderr=says)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if state.installed else None)
    monkeypatch.setattr(subprocess, "run", pip)
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    exec(source, {})
    return started


def test_the_set_up_cell_prints_one_line(builder, capsys):
    exec(set_up(builder), {})
    printed = capsys.readouterr()
    assert printed.out.startswith("Ready: Python ")
    assert "PyTorch" in printed.out
    assert printed.out.count("\n") == 1
    assert printed.err == ""


def test_in_colab_it_installs_the_course_and_nothing_else(builder, monkeypatch, capsys):
    (command,) = run(set_up(builder), monkeypatch, colab=True, installs=True)
    assert command[1:4] == ["-m", "pip", "install"]
    assert "--no-deps" in command
    assert command[-1] == "git+https://github.com/ada/cnn@main"
    assert capsys.readouterr().out.startswith("Ready: ")


@pytest.mark.parametrize("colab", [True, False])
def test_without_a_network_or_an_installation_it_says_what_to_do(builder, monkeypatch, colab):
    with pytest.raises(ModuleNotFoundError) as caught:
        run(set_up(builder), monkeypatch, colab=colab, installs=False)
    assert "check the connection and run this cell again" in str(caught.value)
    assert "pip install -e ." in str(caught.value)


GIT = """\
  error: subprocess-exited-with-error

  × git clone --quiet https://github.com/ada/cnn /tmp/pip-1 did not run successfully.
  │ exit code: 128
  ╰─> [1 lines of output]
      fatal: unable to access 'https://github.com/ada/cnn/': Could not resolve host: github.com
      [end of output]

  note: This error originates from a subprocess, and is likely not a problem with pip.
"""
BRANCH = """\
  WARNING: Did not find branch or tag 'man', assuming revision or ref.
  error: subprocess-exited-with-error

  × git checkout -q man did not run successfully.
      error: pathspec 'man' did not match any file(s) known to git
"""
BUILD = "  error: subprocess-exited-with-error\n\n  × Getting requirements to build wheel did not run successfully.\n"


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        (GIT, "(fatal: unable to access 'https://github.com/ada/cnn/': Could not resolve host: github.com)"),
        (BRANCH, "(error: pathspec 'man' did not match any file(s) known to git)"),
        (BUILD, "(Getting requirements to build wheel did not run successfully.)"),
        ("ERROR: Could not find a version\nERROR: nothing found\n", "(ERROR: Could not find a version)"),
    ],
)
def test_what_pip_complains_of_stands_in_the_one_line(builder, monkeypatch, says, shown):
    with pytest.raises(ModuleNotFoundError) as caught:
        run(set_up(builder), monkeypatch, colab=True, installs=False, says=says)
    assert str(caught.value).startswith(f"the course's package is missing. pip could not fetch it {shown}. In Colab: ")
    assert "\n" not in str(caught.value)


def test_where_pip_says_nothing_nothing_is_made_up(builder, monkeypatch):
    with pytest.raises(ModuleNotFoundError, match=r"is missing\. In Colab: check"):
        run(set_up(builder), monkeypatch, colab=True, installs=False)
