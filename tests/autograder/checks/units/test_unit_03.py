"""Unit 03: its arithmetic against PyTorch's own layers, and every misconception caught by what students see."""

from collections.abc import Callable
from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.marking.mark import VISIBLE_SEED, mark
from autograder.checks.units.unit_03_output_size.trace_shapes import ALEXNET, LENET

UNIT = exercise.of_unit("03_output_size")
REFERENCES = {e.name: e.reference for e in UNIT}
MISTAKES = [(e, m) for e in UNIT for m in e.misconceptions]


def _size_or_error(function: Callable[..., int], *args: int | bool) -> int | str:
    try:
        return function(*args)
    except (ValueError, RuntimeError):
        return "refused"


@pytest.mark.parametrize("pair", MISTAKES, ids=lambda p: f"{p[0].name}-{p[1].name}")
def test_a_misconception_is_caught_by_visible_cases_and_named(pair: tuple[Exercise, Misconception]) -> None:
    found, mistake = pair
    made = mark(found, lambda request: drive.answer(mistake.target, request), seed=VISIBLE_SEED, thorough=False)
    assert not made.passed
    assert made.diagnosis == mistake.name


def test_conv_output_size_is_pytorchs() -> None:
    def by_torch(n: int, k: int, s: int, p: int, d: int) -> int:
        return F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), stride=s, padding=p, dilation=d).shape[-1]

    for sizes in product((1, 4, 7, 8), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2), (1, 2, 3)):
        assert _size_or_error(REFERENCES["conv_output_size"], *sizes) == _size_or_error(by_torch, *sizes), sizes


def test_pool_output_size_is_pytorchs() -> None:
    def by_torch(n: int, k: int, s: int, p: int, ceil_mode: bool) -> int:
        return F.max_pool1d(torch.zeros(1, 1, n), k, s, p, ceil_mode=ceil_mode).shape[-1]

    for sizes in product((1, 4, 5, 7, 8), (1, 2, 3, 4), (1, 2, 3, 5), (0, 1, 2), (False, True)):
        n, k, _, p, _ = sizes
        if k > n + 2 * p:  # the course refuses what does not fit; PyTorch lets it hang over with ceil_mode
            assert _size_or_error(REFERENCES["pool_output_size"], *sizes) == "refused"
        else:
            assert _size_or_error(REFERENCES["pool_output_size"], *sizes) == _size_or_error(by_torch, *sizes), sizes


def test_conv_transpose_output_size_is_pytorchs() -> None:
    def by_torch(n: int, k: int, s: int, p: int, extra: int, d: int) -> int:
        x, w = torch.zeros(1, 1, n), torch.zeros(1, 1, k)
        return F.conv_transpose1d(x, w, None, s, p, extra, 1, d).shape[-1]

    for sizes in product((1, 3, 4), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2)):
        function = REFERENCES["conv_transpose_output_size"]
        assert _size_or_error(function, *sizes) == _size_or_error(by_torch, *sizes), sizes


def test_a_convolution_undoes_a_transposed_one() -> None:
    for n, k, s, p, d in product((3, 6), (2, 3, 4), (1, 2, 3), (0, 1), (1, 2)):
        large = REFERENCES["conv_transpose_output_size"](n, k, s, p, 0, d)
        assert REFERENCES["conv_output_size"](large, k, s, p, d) == n


def test_fits_exactly_means_one_input_less_gives_one_window_less() -> None:
    for n, k, s, p, d in product((5, 7, 8, 9), (1, 2, 3), (1, 2, 3), (0, 1), (1, 2)):
        shorter = _size_or_error(REFERENCES["conv_output_size"], n - 1, k, s, p, d)
        now = REFERENCES["conv_output_size"](n, k, s, p, d)
        assert REFERENCES["fits_exactly"](n, k, s, p, d) == (shorter != now), (n, k, s, p, d)


def test_same_padding_keeps_every_size() -> None:
    for k, d in product(range(1, 9), range(1, 6)):
        p = _size_or_error(REFERENCES["same_padding"], k, d)
        keeping = [q for q in range(k * d) if _size_or_error(REFERENCES["conv_output_size"], 50, k, 1, q, d) == 50]
        assert keeping == ([] if p == "refused" else [p]), (k, d)


@pytest.mark.parametrize(("k", "groups", "bias"), [(3, 1, True), ((1, 5), 2, False), ((4, 3), 4, True)])
def test_conv_cost_counts_pytorchs_parameters(k: int | tuple[int, int], groups: int, bias: bool) -> None:
    layer = nn.Conv2d(8, 12, k, bias=bias, groups=groups)
    parameters, work = REFERENCES["conv_cost"](8, 12, k, 5, 6, bias, groups)
    assert parameters == sum(p.numel() for p in layer.parameters())
    assert work == layer.weight.numel() * 30


@pytest.mark.parametrize(
    "layers", [[(3, 2), (3, 1)], [(5, 1), (2, 2), (5, 1), (2, 2)], [(3, 2), (3, 1, 2), (4, 3), (2, 2, 3)]]
)
def test_the_receptive_field_is_where_the_gradient_reaches(layers: list[tuple[int, ...]]) -> None:
    x = torch.zeros(1, 1, 120, dtype=torch.float64, requires_grad=True)
    y: torch.Tensor = x
    for k, s, *d in layers:
        y = F.conv1d(y, torch.ones(1, 1, k, dtype=torch.float64), stride=s, dilation=d[0] if d else 1)
    seen = [torch.autograd.grad(y[0, 0, i], x, retain_graph=True)[0].flatten().nonzero().flatten() for i in (0, 1)]
    size, jump = REFERENCES["receptive_field"](layers)
    assert size == int(seen[0][-1] - seen[0][0]) + 1
    assert jump == int(seen[1][0] - seen[0][0])


@pytest.mark.parametrize(
    ("layers", "image", "last_image", "parameters"),
    [(LENET, (1, 32, 32), (16, 5, 5), 61_706), (ALEXNET, (3, 227, 227), (256, 6, 6), 62_378_344)],
)
def test_whole_networks_have_the_published_numbers(
    layers: list[tuple[object, ...]], image: tuple[int, ...], last_image: tuple[int, ...], parameters: int
) -> None:
    rows = REFERENCES["trace_shapes"](layers, image)
    assert [shape for shape, _ in rows if len(shape) == 3][-1] == last_image
    assert sum(count for _, count in rows) == parameters


def test_a_wrong_size_is_answered_with_the_window_starts() -> None:
    found = exercise.find("conv_output_size")
    made = mark(found, lambda r: drive.answer(lambda *a, **k: 0, r), seed=VISIBLE_SEED, thorough=False)
    assert "A window spans 3 of 7 places, padding included, and may start at 0, 1, 2, 3, 4: count these." in made.text
