"""Mistakes in the projection of a shortcut: where it stands, and what it is made of.

Guarantees: each function takes a block class and hands back a subclass with one mistake and no other.
"""

from __future__ import annotations

from typing import Any

from torch import nn

from autograder.checks.units.unit_09_residual_networks.blocks import conv

Kind = Any


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


def projected_for_stride(block: Kind) -> Kind:
    class ProjectedForStride(block):
        def project(self, c_in: int, c_out: int, stride: int) -> Any:
            return super().project(c_in, c_out, stride) if stride != 1 else None

    return ProjectedForStride


def projected_for_channels(block: Kind) -> Kind:
    class ProjectedForChannels(block):
        def project(self, c_in: int, c_out: int, stride: int) -> Any:
            return super().project(c_in, c_out, stride) if c_in != c_out else None

    return ProjectedForChannels


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
