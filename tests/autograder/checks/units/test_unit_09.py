"""Unit 09: the networks that stand for torchvision's in a check are torchvision's in all but the import."""

import pytest
import torch

from autograder.checks.units.unit_09_residual_networks.blocks import BLOCKS
from autograder.checks.units.unit_09_residual_networks.networks import ResNet


@pytest.mark.parametrize(("ours", "theirs"), [("ResidualBlock", "BasicBlock"), ("Bottleneck", "Bottleneck")])
def test_names_order_shapes_and_outputs_are_torchvisions(ours: str, theirs: str) -> None:
    resnet = pytest.importorskip("torchvision.models.resnet")
    torch.manual_seed(0)
    mine, other = ResNet(BLOCKS[ours], [1, 2, 1, 1], 3), resnet.ResNet(getattr(resnet, theirs), [1, 2, 1, 1], 3)
    kept = [[(name, tensor.shape) for name, tensor in network.state_dict().items()] for network in (mine, other)]
    assert kept[0] == kept[1]
    mine.load_state_dict(other.state_dict())
    x = torch.randn(1, 3, 33, 40)
    with torch.no_grad():
        assert torch.allclose(mine.eval()(x), other.eval()(x), atol=1e-5)
