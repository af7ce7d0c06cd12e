"""Small results, notebooks and a course that several test modules share."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells

from autograder.grading.results import ExerciseResult, ManualItem, SubmissionResult

TINY = "90_tiny"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
COURSE = """
[course]
title = "Tiny"
owner = "OWNER"
repo = "REPO"
branch = "main"

[[units]]
name = "90_tiny"
title = "Tiny"
minutes = 5
"""
NOON = datetime(2027, 3, 1, 12, tzinfo=timezone.utc)


def exercise(name: str, points: float, max_points: float = 2.0, **more: Any) -> ExerciseResult:
    return ExerciseResult(
        **{
            "name": name,
            "grade_id": f"{name}-tests",
            "points": points,
            "max_points": max_points,
            "attempted": True,
            "reason": "" if points == max_points else f"{name} is wrong",
            "seed": 7,
            **more,
        }
    )


def result(student: str = "ada", *points: float, answered: bool = True, **more: Any) -> SubmissionResult:
    names = ("double", "halve")
    return SubmissionResult(
        **{
            "student_id": student,
            "display_name": student.title() + " Example",
            "assignment": "90_tiny",
            "status": "graded",
            "exercises": tuple(exercise(name, value) for name, value in zip(names, points, strict=False)),
            "manual": (ManualItem(grade_id="why", max_points=3, answered=answered),),
            "isolation": "none",
            "seed": 7,
            "batch": "b1",
            "digest": "d" * 64,
            "submitted_at": NOON,
            "graded_at": NOON,
            **more,
        }
    )


def marked(cell: nbformat.NotebookNode, grade_id: str, **flags: Any) -> nbformat.NotebookNode:
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {**base, "grade_id": grade_id, **flags}
    cell["id"] = grade_id
    return cell


def source_notebook() -> nbformat.NotebookNode:
    """A source notebook with two exercises, their tests, and one written question."""
    cells = []
    for name, body in (("double", "2 * x"), ("halve", "x / 2")):
        code = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return {body}\n    ### END SOLUTION"
        cells.append(marked(new_code_cell(code), name, solution=True))
        tests = new_code_cell(f"check({name!r}, {name})")
        tests.metadata["autograder"] = {"exercise": name}
        cells.append(marked(tests, f"{name}-tests", grade=True, locked=True, points=2))
    cells.append(marked(new_markdown_cell("Because."), "why", grade=True, solution=True, points=3))
    return new_notebook(cells=cells, metadata={**KERNEL, "autograder": {"unit": TINY}})


def release_notebook() -> nbformat.NotebookNode:
    """What students of the tiny course are given."""
    notebook, resources = copy.deepcopy(source_notebook()), {"nbgrader": {}}
    for preprocessor in (LockCells, ClearSolutions, ComputeChecksums):
        notebook, resources = preprocessor().preprocess(notebook, resources)
    return notebook


def make_course(root: Path) -> Path:
    """A course of one assignment with two exercises and a written question."""
    root.mkdir(parents=True)
    (root / "course.toml").write_text(COURSE)
    for folder, notebook in (("assignments", release_notebook()), ("solutions", source_notebook())):
        path = root / folder / TINY / f"{TINY}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return root


def submit(folder: Path, student: str, *points: float, **toy: Any) -> Path:
    """A submission; the toy grader gives it the points (and does what else) its metadata say."""
    notebook = release_notebook()
    notebook.metadata["toy"] = {"points": points, **toy}
    notebook.cells[0].source = f"def double(x):\n    return x + x  # {student}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{student}.ipynb"
    path.write_text(json.dumps(notebook))
    return path
