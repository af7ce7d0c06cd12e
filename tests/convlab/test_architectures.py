"""The tables of classic networks cost what the networks themselves cost, counted on ``meta``."""

import pytest
import torch
from torch import nn

from convlab import show
from convlab.architectures import TABLES, googlenet_cost, layers_of, resnet152_cost, trace, winners
from convlab.pictures.networks import draw_network, short

models = pytest.importorskip("torchvision.models")


def counted(network: nn.Module, shape: tuple[int, ...]) -> tuple[int, int]:
    """Parameters, and multiply–adds of convolutions and linear layers."""
    total = 0

    def note(layer: nn.Module, args: object, output: torch.Tensor) -> None:
        nonlocal total
        total += output.numel() * next(layer.parameters())[0].numel()

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(note)
    network.eval()(torch.empty(1, *shape, device="meta"))
    return sum(p.numel() for p in network.parameters()), total


@pytest.mark.parametrize("name", ["VGG-11", "VGG-13", "VGG-16", "VGG-19"])
def test_vgg_costs_what_torchvisions_costs(name: str) -> None:
    with torch.device("meta"):
        network = getattr(models, name.lower().replace("-", ""))()
    layers = layers_of(name)
    costs = sum(x.parameters for x in layers), sum(x.multiply_adds for x in layers)
    assert costs == counted(network, TABLES[name][0])


def test_resnet_costs_what_torchvisions_costs() -> None:
    with torch.device("meta"):
        network = models.resnet152()
    assert resnet152_cost() == counted(network, (3, 224, 224))


def test_groups_strides_and_pools() -> None:
    rows = (("conv", 4, 3, 2, 1, 2), ("pool", 3, 2, 1), ("linear", 5))
    network = nn.Sequential(
        nn.Conv2d(2, 4, 3, 2, 1, groups=2), nn.MaxPool2d(3, 2, 1), nn.Flatten(), nn.Linear(4 * 3 * 2, 5)
    ).to("meta")
    layers = trace(rows, (2, 11, 8))
    assert [layer.output for layer in layers] == [(4, 6, 4), (4, 3, 2), (5,)]
    assert (sum(x.parameters for x in layers), sum(x.multiply_adds for x in layers)) == counted(network, (2, 11, 8))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("LeNet-5", 61_706), ("AlexNet", 60_965_224), ("AlexNet, one tower", 62_378_344), ("ZFNet", 62_357_608)],
)
def test_known_totals(name: str, parameters: int) -> None:
    assert sum(layer.parameters for layer in layers_of(name)) == parameters


def test_winners() -> None:
    assert googlenet_cost()[0] == 6_998_552
    assert [net.error for net in winners()] == [16.4, 11.7, 7.3, 6.7, 3.57]


def test_numbers_of_parameters_in_a_few_letters() -> None:
    counts = (0, 156, 2416, 34_944, 614_656, 999_700, 2_359_808, 102_764_544)
    assert [short(n) for n in counts] == ["", "156", "2.42 k", "34.9 k", "615 k", "1 M", "2.36 M", "103 M"]


@pytest.mark.parametrize("width", [1.2, 2.0])
def test_a_network_is_drawn_with_a_box_and_its_numbers_a_layer(width: float) -> None:
    _, ax = show.canvas(30, 7)
    draw_network(ax, layers_of("AlexNet"), width=width)
    texts = [text.get_text() for text in ax.texts]
    assert {"conv 1" if width > 1.5 else "c1", "55×55" if width > 1.5 else "55", "37.8 M"} <= set(texts)
    assert len(ax.patches) == len(layers_of("AlexNet"))
