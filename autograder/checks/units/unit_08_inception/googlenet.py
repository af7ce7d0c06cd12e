"""``GoogLeNet``: nine Inception modules in a row, two heads on the side, one linear layer at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import evaluation, forward, train
from autograder.checks.cases import Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_08_inception.auxiliary_head import Ends, Head
from autograder.checks.units.unit_08_inception.benches import Block, Outputs, Shaken, Wiring
from autograder.checks.units.unit_08_inception.blocks import Four, Switches, average_pool

TABLE = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
POOLED = ("3b", "4e")  # a pool of stride 2 follows


def rounded_up(x: Tensor) -> Tensor:
    """3×3/2; a window that hangs over the edge counts."""
    return F.max_pool2d(x, 3, 2, ceil_mode=True)


@dataclass(frozen=True)
class Choices:
    """What may go wrong in the network."""

    pool: Callable[[Tensor], Tensor] = rounded_up
    inner: Switches = field(default_factory=Switches)
    heads: tuple[str, ...] = ("4a", "4d")
    returned: tuple[int, ...] = (0, 1, 2)
    always: bool = False
    kept: bool = False
    stem: bool = True
    stem_relu: bool = True
    bias: bool = True
    norm: bool = False
    lrn: bool = False
    flat: str = "mean"
    p: float = 0.4
    dropping: bool = False
    end: str = ""
    classes: int = 0
    head_classes: int = 0


class Network(nn.Module):
    """(N,3,H,W) → (N,num_classes), or three of them."""

    def __init__(self, num_classes: int, aux: bool, choices: Choices) -> None:
        super().__init__()
        self.choices, self.aux = choices, aux
        self.conv1 = self.conv(3, 64, 7, 2)
        self.conv2 = self.conv(64, 64, 1, 1) if choices.stem else nn.Identity()
        self.conv3 = self.conv(64, 192, 3, 1)
        channels = 192
        for name, row in TABLE.items():
            self.add_module(f"inception{name}", Four(channels, row, choices.inner))
            channels = row[0] + row[2] + row[4] + row[5]
            if (aux or choices.kept) and name in choices.heads:
                self.add_module(f"aux{name}", Head(channels, choices.head_classes or num_classes, Ends()))
        features = channels * (49 if choices.flat == "flatten" else 1)
        self.fc = nn.Linear(features, choices.classes or num_classes)

    def conv(self, c_in: int, c_out: int, k: int, stride: int) -> nn.Module:
        """A convolution of the stem."""
        layer = nn.Conv2d(c_in, c_out, k, stride, k // 2, bias=self.choices.bias)
        return nn.Sequential(layer, nn.BatchNorm2d(c_out)) if self.choices.norm else layer

    def forward(self, x: Tensor) -> Any:
        """The stem, nine modules, the average, the linear layer."""
        c = self.choices
        x, outputs = self.stem(x), []
        for name in TABLE:
            x = getattr(self, f"inception{name}")(x)
            if name in c.heads and self.aux and (self.training or c.always):
                outputs.append(getattr(self, f"aux{name}")(x))
            x = c.pool(x) if name in POOLED else x
        main = self.scores(x)
        if not outputs:
            return main
        made = [main, *outputs]
        return tuple(made[i] for i in c.returned) if len(c.returned) > 1 else main

    def stem(self, x: Tensor) -> Tensor:
        """Three convolutions and two pools."""
        c = self.choices
        relu = F.relu if c.stem_relu else (lambda y: y)
        x = c.pool(relu(self.conv1(x)))
        x = F.local_response_norm(x, 5, 1e-4, 0.75, 1.0) if c.lrn else x
        x = relu(self.conv2(x)) if c.stem else x
        x = relu(self.conv3(x))
        x = F.local_response_norm(x, 5, 1e-4, 0.75, 1.0) if c.lrn else x
        return c.pool(x)

    def scores(self, x: Tensor) -> Tensor:
        """From the last feature maps to one score a class."""
        c = self.choices
        ways: dict[str, Callable[[Tensor], Tensor]] = {
            "mean": lambda y: y.mean((2, 3)),
            "max": lambda y: y.amax((2, 3)),
            "seven": lambda y: F.avg_pool2d(y, 7).flatten(1),
            "flatten": lambda y: y.flatten(1),
        }
        x = self.fc(F.dropout(ways[c.flat](x), c.p, self.training or c.dropping))
        return x.softmax(1) if c.end == "softmax" else F.relu(x) if c.end == "relu" else x


def network(**choices: Any) -> Callable[..., nn.Module]:
    """A builder of ``GoogLeNet``."""

    def build(num_classes: int = 1000, aux: bool = True) -> nn.Module:
        return Network(num_classes, aux, Choices(**choices))

    return build


ROWS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("the heads' scores come in the wrong order", {"returned": (0, 2, 1)}, "Main, after 4a, after 4d."),
    ("the main scores come last", {"returned": (1, 2, 0)}, "Main, after 4a, after 4d."),
    ("the main scores come last, the deeper head first", {"returned": (2, 1, 0)}, "Main, after 4a, after 4d."),
    ("only the main scores are returned in training", {"returned": (0,)}, "In training, the heads have scores to return too."),
    ("the heads answer in evaluation too", {"always": True}, "self.training says in which mode the network is."),
    ("the heads are built although aux=False", {"kept": True}, "With aux=False the network has 6,998,552 parameters."),
    ("the first head sits after 4b", {"heads": ("4b", "4d")}, "The first head reads the output of 4a."),
    ("the heads sit after 4b and 4e", {"heads": ("4b", "4e")}, "The heads read the outputs of 4a and 4d."),
    ("the second head sits after 4c", {"heads": ("4a", "4c")}, "The second head reads the output of 4d."),
    ("the pools are padded instead of rounded up", {"pool": lambda x: F.max_pool2d(x, 3, 2, 1)}, "Both give 56 from 112, but the windows lie elsewhere: ceil_mode=True and no padding."),
    ("the pools are rounded down", {"pool": lambda x: F.max_pool2d(x, 3, 2)}, "112 goes to 56: ceil_mode=True."),
    ("the pools between the stages are 2×2", {"pool": lambda x: F.max_pool2d(x, 2, 2, ceil_mode=True)}, "The table says 3×3/2."),
    ("average pools between the stages", {"pool": lambda x: F.avg_pool2d(x, 3, 2, ceil_mode=True)}, "The table says max pool."),
    ("average pools within the modules", {"inner": Switches(pool=average_pool)}, "Check your Inception module first."),
    ("the 5×5 branches have 3×3 kernels", {"inner": Switches(five=3)}, "torchvision's GoogLeNet has this mistake too: it says 5×5 and does 3×3."),
    ("the reductions within the modules have no ReLU", {"inner": Switches(reduced=())}, "Check your Inception module first."),
    ("the modules concatenate in another order", {"inner": Switches(order=(3, 0, 1, 2))}, "Check your Inception module first."),
    ("the 1×1 convolution of the stem is missing", {"stem": False}, "Between the first two pools: 1×1 to 64, then 3×3 to 192."),
    ("the ReLUs of the stem are missing", {"stem_relu": False}, "A ReLU follows every convolution."),
    ("local response normalization in the stem", {"lrn": True}, "The version asked for leaves it out."),
    ("batch norm that was not there yet", {"norm": True, "bias": False, "inner": Switches(norm=True, bias=False)}, "Batch normalization is of 2015; the table asked for has none."),
    ("batch norm, and biases besides", {"norm": True, "inner": Switches(norm=True)}, "Batch normalization is of 2015; the table asked for has none."),
    ("the convolutions have no bias", {"bias": False, "inner": Switches(bias=False)}, "Without batch norm behind it a convolution needs its bias."),
    ("the last feature maps are flattened", {"flat": "flatten"}, "A global average leaves 1024 numbers, not 7·7·1024."),
    ("the global pool takes the maximum", {"flat": "max"}, "The table says average."),
    ("the last average is fixed to 7×7", {"flat": "seven"}, "Average over whatever height and width are left: other picture sizes then work too."),
    ("softmax at the end", {"end": "softmax"}, "F.cross_entropy takes logits and does the softmax itself."),
    ("ReLU at the end", {"end": "relu"}, "Logits may be negative."),
    ("there is no dropout", {"p": 0.0}, "What stands between the average and the linear layer?"),
    ("dropout with p = 0.5 instead of 0.4", {"p": 0.5}, "nn.Dropout's default is not what is asked."),
    ("dropout with p = 0.6 instead of 0.4", {"p": 0.6}, "nn.Dropout(p): p is the probability of a zero."),
    ("dropout with p = 0.7 instead of 0.4", {"p": 0.7}, "0.7 belongs to the heads."),
    ("dropout with p = 0.2 instead of 0.4", {"p": 0.2}, "torchvision's default is not what is asked."),
    ("dropout in evaluation too", {"dropping": True}, "F.dropout needs training=self.training; nn.Dropout knows."),
    ("num_classes is ignored", {"classes": 1000, "head_classes": 1000}, "num_classes is an argument."),
    ("num_classes does not reach the heads", {"head_classes": 1000}, "The heads tell the same classes apart as the network."),
)  # fmt: skip

PLAIN: dict[str, Any] = {"aux": False}
FULL, SMALL, MANY = (1, 3, 224, 224), (1, 3, 64, 96), (12, 3, 32, 32)
EVALUATED = (evaluation(), forward(normal(*SMALL), no_grad=True))
TWO_MODES = (evaluation(), forward(normal(*MANY), no_grad=True), train(), forward(normal(*MANY), no_grad=True))
EXERCISE = Exercise(
    name="GoogLeNet",
    reference=network(),
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "layers, shapes and wiring without heads",
            3,
            (
                Wiring("a thousand classes", (), (), (1, 3, 128, 160), PLAIN, large=True, mode="eval"),
                Wiring("seven classes, pictures of 96×64", (7,), (), (2, 3, 96, 64), PLAIN, large=True, hidden=True),
            ),
        ),
        Group(
            "numbers in evaluation mode",
            2,
            (Block("a picture of 64×96", (10,), EVALUATED, SMALL, PLAIN, large=True, layered=True, mode="eval"),),
        ),
        Group(
            "two heads in training",
            2,
            (
                Wiring("three outputs for 224×224", (9,), (), FULL, large=True, loose=r"aux.*\.conv"),
                Wiring("one output in evaluation", (9,), (), (1, 3, 64, 96), large=True, mode="eval"),
                Outputs(
                    "main, after 4a, after 4d",
                    (11,),
                    (train(), forward(normal(*FULL), no_grad=True)),
                    FULL,
                    large=True,
                    zero=(r"fc\.weight", r"aux.*\.fc2\.weight"),
                ),
            ),
        ),
        Group(
            "dropout in training",
            1,
            (
                Shaken(
                    "before the linear layer",
                    (300,),
                    TWO_MODES,
                    MANY,
                    PLAIN,
                    large=True,
                    mode="eval",
                    zero=(r"inception5b\.(one|three|five|project)\.weight",),
                    positive=r"inception5b\.(one|three|five|project)\.bias",
                    p=0.4,
                ),
            ),
        ),
    ),
    misconceptions=tuple(Misconception(name, network(**choices), hint) for name, choices, hint in ROWS),
)
