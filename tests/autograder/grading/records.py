"""Small results and notebooks that several test modules share."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.results import ExerciseResult, ManualItem, SubmissionResult

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
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
