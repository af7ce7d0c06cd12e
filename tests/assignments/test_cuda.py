"""The CUDA legs: the same scores as on the CPU, TF32 and bf16 never deciding one. `make test-gpu` runs them alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.audit.audit import judge, proved
from autograder.audit.banks import answers
from autograder.audit.command import has_checks
from autograder.checks import exercise

BANKS = Path(__file__).parents[1] / "answers"
EXERCISES = [e for unit in exercise.UNITS if has_checks(unit) for e in exercise.of_unit(unit)]

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device: the CUDA legs were not run"),
]


@pytest.mark.parametrize("found", EXERCISES, ids=lambda e: e.name)
def test_the_reference_earns_full_points(found: exercise.Exercise) -> None:
    for seed in range(3):
        mark = proved(found, seed, "cuda")
        assert mark.passed, mark.text


@pytest.mark.parametrize("found", EXERCISES, ids=lambda e: e.name)
def test_scores_are_those_of_the_cpu(found: exercise.Exercise) -> None:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    for answer in answers(BANKS / found.unit, found.name):
        on = [judge(found, answer, 7, device).points for device in ("cpu", "cuda")]
        assert on[0] == on[1], answer.name
