"""Unit 01: its references against autograd and each other, and every misconception caught by what students see."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.marking.mark import VISIBLE_SEED, mark

UNIT = exercise.of_unit("01_convolution_1d")
REFERENCES = {e.name: e.reference for e in UNIT}
MISTAKES = [(e, m) for e in UNIT for m in e.misconceptions]


def _numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("pair", MISTAKES, ids=lambda p: f"{p[0].name}-{p[1].name}")
def test_a_misconception_is_caught_by_visible_cases_and_named(pair: tuple[Exercise, Misconception]) -> None:
    found, mistake = pair
    made = mark(
        replace(found, forbids=()),
        lambda request: drive.answer(mistake.target, request),
        seed=VISIBLE_SEED,
        thorough=False,
    )
    assert not made.passed
    assert made.diagnosis == mistake.name


def test_convolve1d_is_numpys_valid_convolution() -> None:
    x, w = _numbers(9), _numbers(4, seed=1)
    assert np.allclose(REFERENCES["convolve1d"](x, w), np.convolve(x, w, mode="valid"))


def test_flipping_the_kernel_turns_one_into_the_other() -> None:
    x, w = _numbers(9), _numbers(4, seed=1)
    assert torch.equal(REFERENCES["moving_average"](x, w.flip(0)), REFERENCES["convolve1d"](x, w))


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_matrix_does_what_the_layer_does(stride: int) -> None:
    x, w = _numbers(11), _numbers(3, seed=1)
    layer = REFERENCES["conv1d"](x[None, None], w[None, None], stride=stride)[0, 0]
    assert torch.allclose(REFERENCES["conv1d_matrix"](w, 11, stride) @ x, layer)


@pytest.mark.parametrize("dilation", [1, 2, 5])
def test_changing_the_future_does_not_change_the_past(dilation: int) -> None:
    x, w = _numbers(2, 3, 12), _numbers(4, 3, 3, seed=1)
    changed = x.clone()
    changed[..., 7:] += 1
    before, after = (REFERENCES["causal_conv1d"](signal, w, dilation=dilation) for signal in (x, changed))
    assert torch.equal(before[..., :7], after[..., :7])
    assert not torch.isclose(before[..., 7], after[..., 7]).any()


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (3, 2), (4, 1)])
def test_the_backward_pass_is_autograds(stride: int, padding: int) -> None:
    x, w, b = (_numbers(*shape, seed=i).requires_grad_() for i, shape in enumerate([(2, 3, 10), (4, 3, 3), (4,)]))
    y = REFERENCES["conv1d"](x, w, b, stride=stride, padding=padding)
    dy = _numbers(*y.shape, seed=9)
    expected = torch.autograd.grad(y, (x, w, b), dy)
    actual = REFERENCES["conv1d_backward"](dy, x.detach(), w.detach(), stride, padding)
    for want, got in zip(expected, actual, strict=True):
        assert torch.allclose(want, got)


def test_the_report_says_which_inputs_a_wrong_entry_is_made_of() -> None:
    found = exercise.find("conv1d")
    with_stride = replace(found, forbids=(), groups=found.groups[1:2])
    made = mark(with_stride, lambda r: drive.answer(lambda *a, **k: found.reference(*a, **k) * 2, r), seed=1)
    assert "That entry is the sum over the window x[0, :, 0:3] times the filter w[0]." in made.text
