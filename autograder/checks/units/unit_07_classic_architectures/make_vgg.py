"""``make_vgg``: four depths of one idea; every configuration is audited on ``meta``, one is run on numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import Bench
from autograder.checks.cases import Group
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_07_classic_architectures.audit import Audit
from autograder.checks.units.unit_07_classic_architectures.parity import Dropped, dropping, evaluated

CONVS = {"A": (1, 1, 2, 2, 2), "B": (2, 2, 2, 2, 2), "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)}
WIDTHS = (64, 128, 256, 512, 512)


@dataclass(frozen=True)
class Switches:
    """What may go wrong."""

    convs: Callable[[str], tuple[int, ...]] = CONVS.__getitem__
    widths: tuple[int, ...] = WIDTHS
    kernel: int = 3
    pointwise: bool = False
    padding: int = 1
    bias: bool = True
    batch_norm: bool = False
    relu: str = "every"
    pool: Callable[..., Tensor] = F.max_pool2d
    relu_linear: bool = True
    linear: tuple[int, ...] = (4096, 4096)
    drop: tuple[float, ...] = (0.0, 0.5, 0.5)
    always: bool = False
    end: str = ""
    classes: int = 0
    refuses: bool = True


class VGG(nn.Module):
    """(N,3,224,224) → (N,num_classes)."""

    def __init__(self, config: str, num_classes: int, switches: Switches) -> None:
        super().__init__()
        self.switches = switches
        self.blocks: list[list[str]] = []
        channels = 3
        for b, (width, count) in enumerate(zip(switches.widths, switches.convs(config), strict=True), 1):
            self.blocks.append([f"conv{b}_{i}" for i in range(1, count + 1)])
            for i, name in enumerate(self.blocks[-1]):
                k = 1 if switches.pointwise and i == 2 else switches.kernel
                setattr(self, name, nn.Conv2d(channels, width, k, 1, switches.padding * (k // 2), bias=switches.bias))
                if switches.batch_norm:
                    setattr(self, f"bn_{name}", nn.BatchNorm2d(width))
                channels = width
        widths = [channels * 49, *switches.linear, switches.classes or num_classes]
        self.depth = len(widths) - 1
        for i in range(self.depth):
            setattr(self, f"fc{6 + i}", nn.Linear(widths[i], widths[i + 1]))

    def forward(self, x: Tensor) -> Tensor:
        """Blocks, then linear layers."""
        for names in self.blocks:
            for name in names:
                x = getattr(self, name)(x)
                x = getattr(self, f"bn_{name}")(x) if self.switches.batch_norm else x
                last = name == names[-1]
                x = F.relu(x) if self.switches.relu == "every" or (self.switches.relu == "block" and last) else x
            x = self.switches.pool(x, 2, 2)
        x = x.flatten(1)
        for i in range(self.depth):
            p = self.switches.drop[i] if i < len(self.switches.drop) else 0.0
            x = F.dropout(x, p, self.training or self.switches.always)
            x = getattr(self, f"fc{6 + i}")(x)
            x = F.relu(x) if i < self.depth - 1 and self.switches.relu_linear else x
        return {"softmax": lambda: x.softmax(1), "relu": lambda: F.relu(x)}.get(self.switches.end, lambda: x)()


def vgg(**switches: Any) -> Callable[..., nn.Module]:
    """A builder with switches thrown."""

    def build(config: str, num_classes: int = 1000) -> nn.Module:
        made = Switches(**switches)
        if config not in CONVS:
            if made.refuses:
                raise ValueError(f"no VGG is called {config!r}; there are {', '.join(CONVS)}")
            raise KeyError(config)
        return VGG(config, num_classes, made)

    return build


def other(**changes: str | tuple[int, ...]) -> Callable[[str], tuple[int, ...]]:
    """Convolutions a block, with some configurations mistaken for others."""

    def convs(config: str) -> tuple[int, ...]:
        row = changes.get(config, config)
        return CONVS[row] if isinstance(row, str) else row

    return convs


always_d = other(A="D", B="D", E="D")
MISTAKES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("every configuration is D", {"convs": always_d}, "config chooses how many convolutions stand in each block."),
    ("D and E are swapped", {"convs": other(D="E", E="D")}, "D has 16 layers with weights, E has 19."),
    ("A and B are swapped", {"convs": other(A="B", B="A")}, "A has 11 layers with weights, B has 13."),
    ("B has one convolution in each of its first blocks", {"convs": other(B="A")}, "B doubles the first two convolutions of A."),
    ("1×1 convolutions from configuration C", {"pointwise": True}, "Only C has 1×1 convolutions; D has 3×3 in their place."),
    ("the last block has 1024 filters", {"widths": (64, 128, 256, 512, 1024)}, "The widths double up to 512, then stay."),
    ("5×5 instead of 3×3", {"kernel": 5, "padding": 1}, "VGG's one idea: nothing but 3×3."),
    ("the convolutions are not padded", {"padding": 0}, "Inside a block the size stays; only pools halve it."),
    ("the convolutions have no bias", {"bias": False}, "Without batch norm, every convolution has a bias."),
    ("batch norm that was not there yet", {"batch_norm": True}, "The paper is older than batch normalization."),
    ("one hidden linear layer only", {"linear": (4096,)}, "4096, 4096, num_classes."),
    ("the last linear layer ignores num_classes", {"classes": 1000}, "num_classes is an argument."),
    ("the last hidden layer has 1024 units", {"linear": (4096, 1024)}, "4096, 4096, num_classes."),
    ("there is no dropout", {"drop": ()}, "Dropout stands behind the first two linear layers."),
    ("dropout before the first two linear layers instead of after", {"drop": (0.5, 0.5)}, "In VGG the ReLUs of the first two linear layers are followed by dropout."),
    ("the ReLUs after the convolutions are missing", {"relu": "none"}, "Each convolution is followed by a ReLU."),
    ("only the last convolution of a block has a ReLU", {"relu": "block"}, "Each convolution is followed by a ReLU: two in a row without it are one."),
    ("the ReLUs between the linear layers are missing", {"relu_linear": False}, "Without them, three linear layers are one linear map."),
    ("average instead of maximum pooling", {"pool": F.avg_pool2d}, "Which pooling does the table name?"),
    ("softmax at the end", {"end": "softmax"}, "F.cross_entropy takes logits and does the softmax itself."),
    ("ReLU at the end", {"end": "relu"}, "Logits may be negative."),
    ("dropout in evaluation too", {"always": True}, "F.dropout needs training=self.training; nn.Dropout knows."),
    ("an unknown configuration is not refused with ValueError", {"refuses": False}, "A KeyError says less than a ValueError that lists what there is."),
)  # fmt: skip

SIDE = 224
IMAGE = (1, 3, SIDE, SIDE)
EXERCISE = Exercise(
    name="make_vgg",
    reference=vgg(),
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "11 and 16 layers: shapes and parameters",
            3,
            (Audit("configuration A", ("A",), IMAGE), Audit("configuration D", ("D", 7), (2, 3, SIDE, SIDE))),
        ),
        Group(
            "13 and 19 layers: shapes and parameters",
            2,
            (Audit("configuration B", ("B",), IMAGE), Audit("configuration E", ("E", 12), IMAGE)),
        ),
        Group(
            "numbers of configuration A, as torchvision's vgg11",
            3,
            (Bench("one picture", ("A",), **evaluated(SIDE)),),
        ),
        Group(
            "dropout in training",
            1,
            (
                Dropped(
                    "zeros before each linear layer",
                    ("A",),
                    **dropping(SIDE),
                    rates=(0.0, 0.5, 0.5),
                    source="conv5_2",
                ),
            ),
        ),
        Group(
            "an unknown configuration",
            1,
            (
                Audit("there is no configuration Z", ("Z",), IMAGE),
                Audit("the paper has a C, the table has none", ("C",), IMAGE, hidden=True),
                Audit("a name in lower case", ("d",), IMAGE, hidden=True),
            ),
        ),
    ),
    misconceptions=tuple(Misconception(name, vgg(**switches), hint) for name, switches, hint in MISTAKES),
)
