"""Forbidden calls that are named in answers which earned points: what is pointed out, and what is not."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.judge.forbidden import named_calls
from autograder.grading.results import ExerciseResult

from ..records import marked

GIVEN = "import torch\nimport torch.nn.functional as F\nslid = F.conv2d(image, kernel)"


def result(name: str = "conv2d_single", points: float = 4) -> ExerciseResult:
    return ExerciseResult(name=name, grade_id=f"{name}-tests", points=points, max_points=4, attempted=True, seed=0)


def flags(answer: str, *others: str, points: float = 4, name: str = "conv2d_single") -> tuple[str, ...]:
    release = new_notebook(cells=[new_code_cell(GIVEN)])
    answered = marked(new_code_cell(f"def {name}(image, kernel):\n    {answer}"), name, solution=True)
    cells = [new_code_cell(GIVEN), *map(new_code_cell, others), answered]
    return named_calls(new_notebook(cells=cells), release, [result(name, points)])


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("return F.conv2d(image[None], kernel[None])", "F.conv2d"),
        ("return torch.ops.aten.convolution(image)", "torch.ops.aten.convolution"),
        ("return torch.nn.Conv2d(1, 1, 3)(image)", "torch.nn.Conv2d"),
        ("from torch.nn.functional import conv2d as other\n    return other(image)", "conv2d"),
        ("from torch import nn as layers\n    return layers.functional.conv2d(image)", "layers.functional.conv2d"),
        ("return getattr(F, 'conv' + '2d')(image)", "getattr(F, 'conv' + '2d')"),
        ("from scipy.signal import correlate2d\n    return correlate2d(image, kernel)", "correlate2d"),
    ],
)
def test_a_name_in_the_answer_is_pointed_out(answer: str, named: str) -> None:
    (found,) = flags(answer)
    assert found.startswith("conv2d_single: ")
    assert f"names {named};" in found


def test_a_name_in_a_cell_that_the_answer_uses_is_pointed_out() -> None:
    assert flags("return far(image)", "def far(x):\n    return near(x)", "def near(x):\n    return F.conv2d(x)")


@pytest.mark.parametrize(
    "answer",
    [
        "return image.unfold(0, 2, 1)",
        "return conv2d(image[None], kernel[None])",
        "return getattr(image, 'conv2d')",
        "return getattr(torch, 'sum')(image)",
        '"""Not F.conv2d."""\n    return self.conv2d(image)',
    ],
)
def test_honest_names_are_not(answer: str) -> None:
    assert flags(answer) == ()


def test_comparing_with_the_library_elsewhere_is_not() -> None:
    assert flags("return image * slid", "assert torch.equal(conv2d_single(x, k), F.conv2d(x, k))") == ()


def test_without_points_there_is_nothing_to_point_at() -> None:
    assert flags("return F.conv2d(image)", points=0) == ()


def test_an_exercise_that_forbids_nothing_may_name_everything() -> None:
    assert flags("return F.conv2d(image)", name="make_kernel") == ()
