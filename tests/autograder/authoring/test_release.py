"""What students get: blanks that raise when called, no answers, and what nbgrader itself would have made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.authoring.cells import write_notebook
from autograder.authoring.release import STEPS, build_release

UNIT = "00_first"


def source_of(notebook, grade_id):
    return next(cell.source for cell in notebook.cells if cell.id == f"u00-{grade_id}")


@pytest.fixture
def release(course_builder):
    builder = course_builder()
    return builder.make("assignment", builder.course.unit(UNIT))


def test_a_blank_raises_when_it_is_called_and_says_what_to_write(release):
    space: dict = {}
    exec(source_of(release, "double"), space)
    assert space["double"].__doc__ == "Twice the number."
    with pytest.raises(NotImplementedError, match=r"^write double here$"):
        space["double"](2)


def test_a_written_answer_is_blank_and_a_tests_cell_has_only_its_visible_line(release):
    assert source_of(release, "why") == "*Write your answer here.*"
    assert source_of(release, "double-tests") == 'check("double", double)'


def test_title_and_kind_are_the_assignments(release):
    title = release.cells[0].source
    assert title.startswith("# Assignment 0 · The first unit\n")
    assert "/blob/main/assignments/00_first/00_first.ipynb" in title
    assert "solutions" not in title
    assert release.metadata.autograder == {"kind": "assignment", "unit": UNIT}


def test_the_solution_is_left_as_it_is(course_builder):
    builder = course_builder()
    solution = builder.make("solution", builder.course.unit(UNIT))
    before = write_notebook(solution)
    build_release(solution)
    assert write_notebook(solution) == before


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_nbgrader_makes_the_same_release_from_the_solution(course_builder, monkeypatch):
    """It needs its own `alembic` on the path, which stands beside this Python."""
    builder = course_builder()
    builder.build()
    ours = builder.root / "assignments" / UNIT / f"{UNIT}.ipynb"
    config = Config()
    config.CourseDirectory.root = str(builder.root)
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "released"
    config.GenerateAssignment.preprocessors = STEPS
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.chdir(builder.root)
    outcome = NbGraderAPI(config=config).generate_assignment(UNIT)
    assert outcome["success"], outcome.get("error") or outcome.get("log")
    theirs = builder.root / "released" / UNIT / f"{UNIT}.ipynb"
    assert theirs.read_bytes() == ours.read_bytes()
