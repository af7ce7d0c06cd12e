"""``AuxiliaryHead``: a small classifier on the side of a deep network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.bench import evaluation, forward, train
from autograder.checks.cases import Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_08_inception.benches import Block, Shaken, Wiring

WIDE, HIDDEN, SIDE = 128, 1024, 14


@dataclass(frozen=True)
class Ends:
    """What may go wrong in a head."""

    pool: Callable[[Tensor], Tensor] = lambda x: F.avg_pool2d(x, 5, 3)
    side: int = 4
    pool_last: bool = False
    relu_conv: bool = True
    relu_linear: bool = True
    end: str = ""
    p: float = 0.7
    p_first: float = 0.0
    always: bool = False
    wide: int = WIDE
    hidden: int = HIDDEN
    classes: int = 0
    bias: bool = True
    norm: bool = False


class Head(nn.Module):
    """(N,c_in,14,14) → (N,num_classes)."""

    def __init__(self, c_in: int, num_classes: int, ends: Ends) -> None:
        super().__init__()
        self.ends = ends
        self.conv = nn.Conv2d(c_in, ends.wide, 1, bias=ends.bias)
        self.bn = nn.BatchNorm2d(ends.wide) if ends.norm else nn.Identity()
        self.fc1 = nn.Linear(ends.wide * ends.side**2, ends.hidden)
        self.fc2 = nn.Linear(ends.hidden, ends.classes or num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Pool, convolution, two linear layers."""
        e = self.ends
        x = self.bn(self.conv(x if e.pool_last else e.pool(x)))
        x = F.relu(x) if e.relu_conv else x
        x = e.pool(x) if e.pool_last else x
        dropping = self.training or e.always
        x = self.fc1(F.dropout(x.flatten(1), e.p_first, dropping))
        x = F.relu(x) if e.relu_linear else x
        x = self.fc2(F.dropout(x, e.p, dropping))
        ends = {"softmax": F.softmax, "log_softmax": F.log_softmax, "sigmoid": lambda x, _: x.sigmoid()}
        return {**ends, "relu": lambda x, _: F.relu(x)}.get(e.end, lambda x, _: x)(x, 1)


def head(**ends: Any) -> Callable[..., nn.Module]:
    """A builder of ``AuxiliaryHead``."""

    def build(c_in: int, num_classes: int = 1000) -> nn.Module:
        return Head(c_in, num_classes, Ends(**ends))

    return build


ROWS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("adaptive pooling to 4×4", {"pool": lambda x: F.adaptive_avg_pool2d(x, 4)}, "The size is right, the windows are not: 5×5 with stride 3 overlap."),
    ("maximum instead of average pooling", {"pool": lambda x: F.max_pool2d(x, 5, 3)}, "Which pooling is asked for?"),
    ("the pool has stride 5", {"pool": lambda x: F.avg_pool2d(x, 5), "side": 2}, "A pool's stride is its kernel size unless it is told."),
    ("there is no pool", {"pool": lambda x: x, "side": 14}, "14×14 goes to 4×4 first."),
    ("global average pooling instead of 5×5/3", {"pool": lambda x: F.adaptive_avg_pool2d(x, 1), "side": 1}, "The head keeps 4×4 places."),
    ("the pool comes after convolution and ReLU", {"pool_last": True}, "Pool, convolution, ReLU: does the order of pool and ReLU matter?"),
    ("the ReLU after the convolution is missing", {"relu_conv": False}, "Without it, convolution and linear layer are one linear map."),
    ("the ReLU between the linear layers is missing", {"relu_linear": False}, "Without it, two linear layers are one linear map."),
    ("softmax at the end", {"end": "softmax"}, "F.cross_entropy takes logits and does the softmax itself."),
    ("log-softmax at the end", {"end": "log_softmax"}, "F.cross_entropy takes logits and does the log-softmax itself."),
    ("a sigmoid at the end", {"end": "sigmoid"}, "F.cross_entropy takes logits, as the linear layer gives them."),
    ("ReLU at the end", {"end": "relu"}, "Logits may be negative."),
    ("there is no dropout", {"p": 0.0}, "What stands before the last linear layer?"),
    ("dropout with p = 0.3 instead of 0.7", {"p": 0.3}, "nn.Dropout(p): p is the probability of a zero."),
    ("dropout with p = 0.5 instead of 0.7", {"p": 0.5}, "nn.Dropout's default is not what is asked."),
    ("dropout before the first linear layer instead of the last", {"p": 0.0, "p_first": 0.7}, "Which layer's inputs are dropped?"),
    ("dropout before both linear layers", {"p_first": 0.7}, "One dropout is asked for."),
    ("dropout in evaluation too", {"always": True}, "F.dropout needs training=self.training; nn.Dropout knows."),
    ("the convolution does not give 128 channels", {"wide": 64}, "128 filters of 1×1, whatever c_in is."),
    ("the hidden layer does not have 1024 units", {"hidden": 512}, "2048 numbers go into the first linear layer, 1024 come out."),
    ("num_classes is ignored", {"classes": 1000}, "num_classes is an argument."),
    ("the convolution has no bias", {"bias": False}, "Without batch norm behind it a convolution needs its bias."),
    ("batch norm that was not there yet", {"norm": True}, "Batch normalization is of 2015; the head of 2014 has none."),
)  # fmt: skip

SHAPE = (2, 5, SIDE, SIDE)
MANY = (48, 3, SIDE, SIDE)
EVALUATED = (evaluation(), forward(normal(*SHAPE), no_grad=True))
TWO_MODES = (evaluation(), forward(normal(*MANY), no_grad=True), train(), forward(normal(*MANY), no_grad=True))
EXERCISE = Exercise(
    name="AuxiliaryHead",
    reference=head(),
    forbids=(forbid.MODELS,),
    groups=(
        Group(
            "layers, shapes and parameters",
            1,
            (
                Wiring(
                    "512 channels, a thousand classes",
                    (512,),
                    (),
                    (1, 512, SIDE, SIDE),
                    large=True,
                    mode="eval",
                    loose="conv",
                ),
                Wiring(
                    "528 channels, seven classes",
                    (528, 7),
                    (),
                    (2, 528, SIDE, SIDE),
                    large=True,
                    mode="eval",
                    loose="conv",
                ),
            ),
        ),
        Group(
            "numbers in evaluation mode",
            2,
            (Block("five channels, seven classes", (5, 7), EVALUATED, SHAPE, large=True, layered=True, mode="eval"),),
        ),
        Group(
            "dropout in training",
            1,
            (
                Shaken(
                    "before the last linear layer",
                    (3, 60),
                    TWO_MODES,
                    MANY,
                    large=True,
                    mode="eval",
                    zero=(r"fc1\.weight",),
                    positive=r"fc1\.bias",
                    p=0.7,
                ),
                Shaken("and nowhere else", (3, 61), TWO_MODES, MANY, large=True, mode="eval", p=0.7),
            ),
        ),
    ),
    misconceptions=tuple(Misconception(name, head(**ends), hint) for name, ends, hint in ROWS),
)
