"""Drawings compute what PyTorch computes: windows, lengths, and who reads whom."""

from __future__ import annotations

from itertools import product

import pytest
import torch
import torch.nn.functional as F

from convlab import show
from convlab.pictures.channels import draw_filter_bank
from convlab.pictures.connections import causal_taps, draw_layer, layer_taps
from convlab.pictures.windows import Slide, arithmetic, draw_slide, size_formula
from convlab.signals import (
    TABLE_READINGS,
    TABLE_WEIGHTS,
    WIDEST,
    WINDOWS,
    estimate_errors_km,
    flight,
    slide,
    smoothing_weights,
)

SETTINGS = [s for s in product((5, 8), (1, 3), (1, 2, 3), (0, 2), (1, 2)) if s[4] * (s[1] - 1) < s[0] + 2 * s[3]]


@pytest.mark.parametrize(("length", "kernel", "stride", "padding", "dilation"), SETTINGS)
def test_slide_agrees_with_pytorch(length: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    x, w = tuple(range(1, length + 1)), (2, -1, 3)[:kernel]
    window = Slide(x, w, stride, padding, dilation)
    tensors = (torch.tensor(values, dtype=torch.float64)[None, None] for values in (x, w))
    expected = F.conv1d(*tensors, None, stride, padding, dilation)[0, 0].tolist()
    assert [window.output(index) for index in range(len(window.starts))] == expected
    assert size_formula(window).endswith(f"= {len(expected)}")
    assert window.left_over == (length + 2 * padding - dilation * (kernel - 1) - 1) % stride


def test_arithmetic_is_written_as_one_would() -> None:
    assert arithmetic(Slide((2, 1, 0, 3), (1, 0, -1)), 1) == "y[1] = 1·1 + 0·0 + (−1)·3 = −2"
    assert arithmetic(Slide((2, 1, 0, 3), (2,), padding=1), 0) == "y[0] = 2·0 = 0"


def test_drawing_hides_later_outputs() -> None:
    _, ax = show.canvas(20, 8.4)
    draw_slide(ax, Slide((2, 1, 0, 3, 1), (1, 1)), 1)
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("?") == 2


def test_kernel_that_does_not_fit_is_said_in_words() -> None:
    _, ax = show.canvas(20, 8.4)
    draw_slide(ax, Slide((1, 2), (1, 1, 1)), 0)
    assert any("does not fit" in text.get_text() for text in ax.texts)


@pytest.mark.parametrize(("length", "kernel", "stride", "padding", "dilation"), SETTINGS)
def test_lines_run_where_gradients_run(length: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    def answer(x: torch.Tensor) -> torch.Tensor:
        return F.conv1d(x[None, None], torch.ones(1, 1, kernel), None, stride, padding, dilation)[0, 0]

    reads = torch.autograd.functional.jacobian(answer, torch.zeros(length)) != 0
    drawn = layer_taps(length, kernel, stride, padding, dilation)
    assert [sorted(p for p in taps if p is not None) for taps in drawn] == [
        row.nonzero().flatten().tolist() for row in reads
    ]


def test_causal_lines_never_come_from_the_future() -> None:
    taps = causal_taps(6, 3, dilation=2)
    assert taps[5] == [1, 3, 5]
    assert taps[1] == [None, None, 1]
    assert all(source is None or source <= t for t, reads in enumerate(taps) for source in reads)


def test_layers_and_filter_banks_draw() -> None:
    _, ax = show.canvas(31, 12)
    draw_layer(ax, layer_taps(7, 3, padding=1), 7, at=(1, 1), title="layer")
    draw_filter_bank(ax, c_in=2, c_out=3, length=9, kernel=3)
    texts = [text.get_text() for text in ax.texts]
    assert {"x6", "y6", "filter 2: 2×3 weights, 1 bias"} <= set(texts)


def test_table_gives_the_corrected_row() -> None:
    estimates = slide(torch.tensor(TABLE_READINGS), torch.tensor(TABLE_WEIGHTS))
    assert [round(value, 3) for value in estimates.tolist()] == [1.811, 1.967, 2.112, 2.269, 2.413, 2.569]


@pytest.mark.parametrize("kind", WINDOWS)
@pytest.mark.parametrize("size", [1, 7, WIDEST])
def test_smoothing_weights_keep_the_level(kind: str, size: int) -> None:
    weights = smoothing_weights(kind, size)
    assert weights.sum().item() == pytest.approx(1)
    assert len(weights) == (7 if kind == WINDOWS[2] else size)
    assert weights[-1] == weights.max()


def test_unknown_window_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        smoothing_weights("gaussian", 5)


def test_errors_of_an_estimate_have_the_parts_they_claim() -> None:
    quiet = flight(noise_km=0)
    error, noise, lag = estimate_errors_km(quiet, smoothing_weights(WINDOWS[0], 9))
    assert noise == 0
    assert error == pytest.approx(lag)
    assert lag > 0
    error, noise, lag = estimate_errors_km(flight(), torch.ones(1, dtype=torch.float64))
    assert lag == 0
    assert error == noise == pytest.approx(0.12, abs=0.002)


@pytest.mark.parametrize("size", [2, 5, 20])
def test_squares_of_noise_and_lag_add_up_to_the_error(size: int) -> None:
    error, noise, lag = estimate_errors_km(flight(), smoothing_weights(WINDOWS[0], size))
    assert error**2 == pytest.approx(noise**2 + lag**2, rel=0.03)


def test_flights_differ_in_noise_and_only_when_asked_in_their_course() -> None:
    one, other = flight(seed=1), flight(seed=2)
    assert torch.equal(one.height_km, other.height_km)
    assert not torch.equal(one.readings_km, other.readings_km)
    assert torch.equal(one.readings_km, flight(seed=1).readings_km)
    courses = [flight(seed=seed, varied=True).height_km for seed in range(5)]
    assert len({course[-1].item() for course in courses}) == 5
    assert all(course.min() > 0.9 and course.max() < 3.1 for course in courses)
