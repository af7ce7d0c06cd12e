"""The layout that AlexNet and ZFNet share: five convolutions and three linear layers, with a switch for every mistake.

Guarantees: without switches thrown, :func:`eight_layers` builds the right network of a plan; each switch makes one
mistake that students make, and the misconceptions that both networks have in common are written once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Misconception


@dataclass(frozen=True)
class Plan:
    """A table of layers.

    Attributes:
        convs: filters, kernel, stride, padding and groups of each convolution.
        pools: kernel, stride and padding of the pool after a convolution.
        normed: convolutions with local response normalization behind their ReLU.
    """

    convs: tuple[tuple[int, int, int, int, int], ...]
    pools: dict[int, tuple[int, int, int]]
    normed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Switches:
    """What may go wrong."""

    norm: tuple[float, ...] = (5, 1e-4, 0.75, 2.0)
    norm_place: str = "after relu"
    norm_apart: bool = False
    pool: Callable[..., Tensor] = F.max_pool2d
    relu_conv: bool = True
    relu_linear: bool = True
    end: str = ""
    drop: tuple[float, ...] = (0.5, 0.5, 0.0)
    always: bool = False
    bias: bool = True
    batch_norm: bool = False
    hidden: int = 2
    classes: int = 0


class EightLayers(nn.Module):
    """(N,3,H,W) → (N,num_classes)."""

    def __init__(self, plan: Plan, num_classes: int, switches: Switches, split: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.plan, self.switches, self.split = plan, switches, split
        channels = 3
        for i, (c_out, k, s, p, g) in enumerate(plan.convs, 1):
            if i in split:
                for tower in "ab":
                    half = nn.Conv2d(channels // g, c_out // 2, k, s, p, bias=switches.bias)
                    setattr(self, f"conv{i}{tower}", half)
            else:
                setattr(self, f"conv{i}", nn.Conv2d(channels, c_out, k, s, p, groups=g, bias=switches.bias))
            if switches.batch_norm:
                setattr(self, f"bn{i}", nn.BatchNorm2d(c_out))
            channels = c_out
        widths = [channels * 36, *[4096] * switches.hidden, switches.classes or num_classes]
        self.depth = len(widths) - 1
        for i in range(self.depth):
            setattr(self, f"fc{6 + i}", nn.Linear(widths[i], widths[i + 1]))

    def forward(self, x: Tensor) -> Tensor:
        """Convolutions, then linear layers."""
        for i in range(1, len(self.plan.convs) + 1):
            x = self.stage(x, i)
        x = x.flatten(1)
        for i in range(self.depth):
            p = self.switches.drop[i] if i < len(self.switches.drop) else 0.0
            x = F.dropout(x, p, self.training or self.switches.always)
            x = getattr(self, f"fc{6 + i}")(x)
            if i < self.depth - 1 and self.switches.relu_linear:
                x = F.relu(x)
        return {"softmax": lambda: x.softmax(1), "relu": lambda: F.relu(x)}.get(self.switches.end, lambda: x)()

    def stage(self, x: Tensor, i: int) -> Tensor:
        """One convolution with what follows it."""
        place = self.switches.norm_place if i in self.plan.normed else ""
        x = self.convolved(x, i)
        x = getattr(self, f"bn{i}")(x) if self.switches.batch_norm else x
        x = self.normed(x) if place == "before relu" else x
        x = F.relu(x) if self.switches.relu_conv else x
        x = self.normed(x) if place == "after relu" else x
        if i in self.plan.pools:
            k, s, p = self.plan.pools[i]
            x = self.switches.pool(x, k, s, p)
        return self.normed(x) if place == "after pool" else x

    def convolved(self, x: Tensor, i: int) -> Tensor:
        """One convolution, or the two towers that it is written as."""
        if i not in self.split:
            return getattr(self, f"conv{i}")(x)
        given = x.chunk(2, 1) if self.plan.convs[i - 1][4] == 2 else (x, x)
        return torch.cat([getattr(self, f"conv{i}{tower}")(half) for tower, half in zip("ab", given, strict=True)], 1)

    def normed(self, x: Tensor) -> Tensor:
        """Local response normalization, of the towers one by one where they are kept apart."""
        size, alpha, beta, k = self.switches.norm
        parts = x.chunk(2, 1) if self.switches.norm_apart else (x,)
        return torch.cat([F.local_response_norm(part, int(size), alpha, beta, k) for part in parts], 1)


def eight_layers(plan: Plan, **switches: Any) -> Callable[..., nn.Module]:
    """A builder of the plan's network with switches thrown; ``split`` writes convolutions as two towers."""

    def build(num_classes: int = 1000, *, split: tuple[int, ...] = ()) -> nn.Module:
        return EightLayers(plan, num_classes, Switches(**switches), split)

    return build


def with_conv(plan: Plan, number: int, **changes: int) -> Plan:
    """The plan with another kernel, stride, padding, number of groups or filters in one convolution."""
    names = ("filters", "kernel", "stride", "padding", "groups")
    row = tuple(changes.get(name, old) for name, old in zip(names, plan.convs[number - 1], strict=True))
    return replace(plan, convs=(*plan.convs[: number - 1], row, *plan.convs[number:]))  # type: ignore[arg-type]


def shared_misconceptions(plan: Plan) -> tuple[Misconception, ...]:
    """Mistakes that can be made in either network."""
    rows = (
        ("the last linear layer ignores num_classes", {"classes": 1000}, "num_classes is an argument."),
        ("the convolutions have no bias", {"bias": False}, "Count the parameters of your first layer: is one per filter missing?"),
        ("batch norm that was not there yet", {"batch_norm": True}, "Batch normalization is of 2015; what did this network use?"),
        ("one hidden linear layer only", {"hidden": 1}, "How many layers of 4096 does the table have?"),
        ("there is no dropout", {"drop": ()}, "Dropout stands before the first two linear layers."),
        ("dropout comes after the linear layers instead of before", {"drop": (0.0, 0.5, 0.5)}, "Which layers' inputs are dropped?"),
        ("dropout before the first linear layer only", {"drop": (0.5,)}, "It stands before the second one as well."),
        ("dropout before the second linear layer only", {"drop": (0.0, 0.5)}, "It stands before the first one as well."),
        ("dropout before the last linear layer too", {"drop": (0.5, 0.5, 0.5)}, "It stands before the first two linear layers only."),
        ("the ReLUs after the convolutions are missing", {"relu_conv": False}, "Each convolution is followed by a ReLU."),
        ("the ReLUs between the linear layers are missing", {"relu_linear": False}, "Without them, three linear layers are one linear map."),
        ("average instead of maximum pooling", {"pool": F.avg_pool2d}, "Which pooling does the table name?"),
        ("softmax at the end", {"end": "softmax"}, "F.cross_entropy takes logits and does the softmax itself."),
        ("ReLU at the end", {"end": "relu"}, "Logits may be negative."),
        ("dropout in evaluation too", {"always": True}, "F.dropout needs training=self.training; nn.Dropout knows."),
    )  # fmt: skip
    made = [Misconception(name, eight_layers(plan, **switches), hint) for name, switches, hint in rows]
    plain = eight_layers(replace(plan, pools=dict.fromkeys(plan.pools, (2, 2, 0))))
    hint = "The windows are larger than the stride: neighbours share pixels."
    return (Misconception("pooling without overlap, 2×2 instead of 3×3", plain, hint), *made)
