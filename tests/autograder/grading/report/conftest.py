"""A small class made by hand: one of each kind of result, with notebooks to go with it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import image

from autograder.grading.results import ExerciseResult, GroupResult, ManualItem, SubmissionResult

matplotlib.use("agg")

LOOPS = '''def conv2d_single(image, kernel):
    """Slide the kernel over the image."""
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1
    out = image.new_zeros(height, width)
    for i in range(height):
        for j in range(width):
            window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
            out[i, j] = (window * kernel.flip(0, 1)).sum()
    return out
'''


def picture() -> str:
    buffer = io.BytesIO()
    image.imsave(buffer, np.kron(np.arange(12).reshape(3, 4), np.ones((24, 24))), cmap="gray", format="png")
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<p>Expected, at the first wrong entry:</p><img alt="yours and expected" src="data:image/png;base64,{data}">'
    )


def exercise(name: str = "conv2d_single", points: float = 6.0, max_points: float = 6.0, **more: Any) -> ExerciseResult:
    values: dict[str, Any] = {"grade_id": f"{name}-tests", "attempted": True, "matched_how": "grade_id", "seed": 7}
    return ExerciseResult(name=name, points=points, max_points=max_points, **(values | more))


def flipped() -> ExerciseResult:
    return exercise(
        points=2.0,
        diagnosis="kernel flipped",
        hint="Slide the kernel as it is printed: the picture above shows which corner meets which.",
        text="conv2d_single(image (3, 4), kernel (2, 2)): first wrong entry at [0, 0]: expected 5.0, yours 3.0",
        html=picture(),
        groups=(
            GroupResult(name="shapes", points=2, max_points=2, passed=True),
            GroupResult(name="values", points=0, max_points=4, passed=False, message="[0, 0]: expected 5.0, yours 3.0"),
        ),
    )


def submission(student: str = "ada", **more: Any) -> SubmissionResult:
    values: dict[str, Any] = {
        "display_name": student.title(),
        "assignment": "02_convolution_2d",
        "status": "graded",
        "exercises": (exercise(),),
        "manual": (ManualItem(grade_id="why-share", max_points=2, answered=True),),
        "timings_s": {"run": 1.5, "judge": 0.7},
        "isolation": "bubblewrap",
        "seed": 7,
        "batch": "b1",
        "versions": {"torch": "2.11.0"},
        "digest": "0123456789abcdef",
        "graded_at": datetime(2026, 11, 21, tzinfo=timezone.utc),
    }
    return SubmissionResult(student_id=student, **(values | more))


def cell(kind: str, text: str, **rules: Any) -> dict[str, Any]:
    """A cell as a graft leaves it: what the release put there keeps its id in its metadata."""
    ours = {} if text.startswith("my own") else {"id": text[:8]}
    return {"cell_type": kind, "source": text, "metadata": ours | ({"nbgrader": rules} if rules else {})}


def notebook(code: str = LOOPS, written: str = "Because of **translation**.") -> dict[str, Any]:
    return {
        "cells": [
            cell("markdown", "# Convolution in two dimensions\n\nIntroduction."),
            cell("markdown", "## One image\n\nWrite $y_{ij} = \\sum x w$."),
            cell("markdown", "my own note <script>alert(1)</script>"),
            cell("code", code, solution=True, grade=False, grade_id="conv2d_single"),
            cell("code", "SECRET_TEST()", solution=False, grade=True, locked=True, grade_id="conv2d_single-tests"),
            cell("markdown", "## Why share weights?"),
            cell("markdown", written, solution=True, grade=True, grade_id="why-share"),
        ]
    }


@pytest.fixture
def make() -> Callable[..., SubmissionResult]:
    return submission


@pytest.fixture
def make_exercise() -> Callable[..., ExerciseResult]:
    return exercise


@pytest.fixture
def make_notebook() -> Callable[..., dict[str, Any]]:
    return notebook


@pytest.fixture
def flipped_kernel() -> ExerciseResult:
    return flipped()


@pytest.fixture
def small_class() -> list[SubmissionResult]:
    """One of each: right, wrong with a name, partly, untouched, needs a person, refused."""
    untouched = exercise(points=0, attempted=False, text="not attempted yet")
    part = exercise(points=4.5, reason="the kernel died", matched_how="by the function's name")
    return [
        submission("ada"),
        submission("ben", exercises=(flipped(),)),
        submission(
            "cleo",
            exercises=(part,),
            status="needs_person",
            flags=("identical to dora's file",),
            staff_notes=("like dora's",),
        ),
        submission(
            "dora", exercises=(untouched,), manual=(ManualItem(grade_id="why-share", max_points=2, answered=False),)
        ),
        submission(
            "eve", exercises=(), manual=(), status="refused", notes=("not a notebook: the JSON ends too early",)
        ),
    ]
