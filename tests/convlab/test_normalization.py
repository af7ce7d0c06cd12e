"""What lecture 05 draws is what PyTorch's layers do: shared means, running statistics, spreads through depth."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from convlab.activations import BETWEEN, plain_or_normalised, through_depth, through_training
from convlab.explore.catalogue.norm_axes import batch_of, normalised
from convlab.explore.catalogue.running_statistics import remembered
from convlab.pictures.normalization import NORMS, shared_sets

LAYERS = {
    "batch": nn.BatchNorm2d(4),
    "layer": nn.GroupNorm(1, 4),
    "instance": nn.GroupNorm(4, 4),
    "group": nn.GroupNorm(2, 4),
}


@pytest.mark.parametrize("norm", NORMS)
def test_sets_share_statistics_as_pytorchs_layers_do(norm: str) -> None:
    x = batch_of(3)
    expected = LAYERS[norm](torch.tensor(x, dtype=torch.float32)[..., None])[..., 0].detach().numpy()
    assert np.allclose(normalised(x, shared_sets(norm, 3, 4)), expected, atol=1e-5)


@pytest.mark.parametrize(("norm", "groups"), [("spectral", 2), ("group", 3), ("group", 0)])
def test_impossible_sets_are_refused(norm: str, groups: int) -> None:
    with pytest.raises(ValueError, match="norm of 4 channels"):
        shared_sets(norm, 2, 4, groups)


def test_running_statistics_are_remembered_as_pytorch_does() -> None:
    batches = torch.randn(7, 5, generator=torch.Generator().manual_seed(0)) * 3 + 2
    layer = nn.BatchNorm1d(1, momentum=0.3)
    for batch in batches:
        layer(batch[:, None])
    mean, variance = remembered(batches, 0.3, unbiased=True)
    saved = layer.state_dict()
    assert torch.allclose(mean[-1], saved["running_mean"])
    assert torch.allclose(variance[-1], saved["running_var"])
    assert not torch.allclose(remembered(batches, 0.3, unbiased=False)[1][-1], saved["running_var"])


@pytest.mark.parametrize("between", BETWEEN)
def test_a_normalization_keeps_the_spread_at_one_through_thirty_layers(between: str) -> None:
    spread = through_depth(0.8, between).std(dim=(1, 2))
    assert (spread[-1] < 1e-3) if between == "nothing" else bool((spread - 1).abs().max() < 0.01)


def test_training_is_watched_before_each_relu() -> None:
    plain, held = through_training(False), through_training(True)
    assert plain.percentiles(6).shape == (151, 3)
    assert plain.losses[-20:].mean() < plain.losses[:20].mean()
    assert plain.percentiles(6)[-1, 1] > 2 > 0.5 > held.percentiles(6)[:, 1].abs().max()


def test_networks_put_batch_norm_where_they_are_told() -> None:
    kinds = [type(module).__name__ for module in plain_or_normalised(1, 8, True, after=True).children()]
    assert kinds == ["Flatten", "Linear", "ReLU", "BatchNorm1d", "Linear"]
    assert not any(isinstance(module, nn.BatchNorm1d) for module in plain_or_normalised(3, 8, False).modules())
