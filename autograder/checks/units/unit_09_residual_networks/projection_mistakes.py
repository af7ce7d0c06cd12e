"""Mistakes in the projection of a shortcut: where it stands, and what it is made of.

Guarantees: each function takes a block class and hands back a subclass with one mistake and no other.
"""

from __future__ import annotations

from typing import Any

from torch import nn

from autograder.checks.exercise import Misconception
from autograder.checks.units.unit_09_residual_networks.blocks import conv

Kind = Any

CONDITIONS: tuple[tuple[str, Any, str], ...] = (
    ("the stride is not 1", lambda a, b, s: s != 1, "A shape can differ in its channels too."),
    ("the channels change", lambda a, b, s: a != b, "A shape can differ in height and width too."),
    ("stride and channels both change", lambda a, b, s: s != 1 and a != b, "One of the two is enough."),
    ("the stride is 2 or the channels change", lambda a, b, s: s == 2 or a != b, "Which other strides are there?"),
    ("the stride is not 1 or the channels grow", lambda a, b, s: s != 1 or a < b, "Can channels become fewer?"),
)


def always_projected(block: Kind) -> Kind:
    class AlwaysProjected(block):
        def project(self, c_in: int, c_out: int, stride: int) -> nn.Module:
            return nn.Sequential(conv(c_in, c_out, 1, stride), nn.BatchNorm2d(c_out))

    return AlwaysProjected


def never_projected(block: Kind) -> Kind:
    class NeverProjected(block):
        def project(self, c_in: int, c_out: int, stride: int) -> None:
            return None

    return NeverProjected


def projected_when(block: Kind, needed: Any) -> Kind:
    """A block that projects only when ``needed(c_in, c_out, stride)``, c_out being the channels that come out."""

    class ProjectedWhen(block):
        def project(self, c_in: int, c_out: int, stride: int) -> Any:
            return super().project(c_in, c_out, stride) if needed(c_in, c_out, stride) else None

    return ProjectedWhen


def conditions(block: Kind) -> tuple[Misconception, ...]:
    """Misconceptions about when a projection is needed."""
    return tuple(
        Misconception(f"the shortcut is projected only when {name}", projected_when(block, needed), hint)
        for name, needed, hint in CONDITIONS
    )


def unstrided_projection(block: Kind) -> Kind:
    class UnstridedProjection(block):
        def project(self, c_in: int, c_out: int, stride: int) -> Any:
            needed = super().project(c_in, c_out, stride) is not None
            return nn.Sequential(conv(c_in, c_out, 1), nn.BatchNorm2d(c_out)) if needed else None

    return UnstridedProjection


def changed_projection(block: Kind, make: Any) -> Kind:
    """A block whose projection, where one is needed, is ``make(c_in, c_out, stride)``."""

    class ChangedProjection(block):
        def project(self, c_in: int, c_out: int, stride: int) -> Any:
            return make(c_in, c_out, stride) if super().project(c_in, c_out, stride) is not None else None

    return ChangedProjection


def bare(c_in: int, c_out: int, stride: int) -> nn.Module:
    return conv(c_in, c_out, 1, stride)


def biased(c_in: int, c_out: int, stride: int) -> nn.Module:
    return nn.Sequential(conv(c_in, c_out, 1, stride, bias=True), nn.BatchNorm2d(c_out))


def wide(c_in: int, c_out: int, stride: int) -> nn.Module:
    return nn.Sequential(conv(c_in, c_out, 3, stride), nn.BatchNorm2d(c_out))


def rectified(c_in: int, c_out: int, stride: int) -> nn.Module:
    return nn.Sequential(conv(c_in, c_out, 1, stride), nn.BatchNorm2d(c_out), nn.ReLU())


def averaged(c_in: int, c_out: int, stride: int) -> nn.Module:
    pool = nn.AvgPool2d(stride, stride, ceil_mode=True)
    return nn.Sequential(pool, conv(c_in, c_out, 1), nn.BatchNorm2d(c_out))
