"""``group_norm``: channels in consecutive groups, each group of each picture by its own statistics."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, normal
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_05_normalization.other_axes import PER_CHANNEL, over


def reference(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """(N,C,H,W), G, (C,), (C,) → (N,C,H,W)."""
    if groups < 1 or x.shape[1] % groups:
        raise ValueError(f"{x.shape[1]} channels do not divide into {groups} groups")
    return F.group_norm(x, groups, gamma, beta, eps)


def _affine(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    return gamma.view(PER_CHANNEL) * x + beta.view(PER_CHANNEL)


def interleaved(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    n, c, h, w = x.shape
    ones, zeros = torch.ones_like(gamma), torch.zeros_like(beta)
    mixed = x.view(n, c // groups, groups, h, w).transpose(1, 2).reshape(x.shape)
    back = reference(mixed, groups, ones, zeros, eps).view(n, groups, c // groups, h, w).transpose(1, 2)
    return _affine(back.reshape(x.shape), gamma, beta)


def groups_of_that_size(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, x.shape[1] // groups, gamma, beta, eps)


def over_the_batch(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    n, c, h, w = x.shape
    parts = x.view(n, groups, c // groups, h, w)
    mean, var = parts.mean((0, 2, 3, 4), True), parts.var((0, 2, 3, 4), correction=0, keepdim=True)
    return _affine(((parts - mean) / torch.sqrt(var + eps)).view(x.shape), gamma, beta)


def over_the_group_at_each_pixel(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    n, c, h, w = x.shape
    parts = x.reshape(n, groups, c // groups, h, w)
    mean, var = parts.mean(2, True), parts.var(2, correction=0, keepdim=True)
    return _affine(((parts - mean) / torch.sqrt(var + eps)).view(x.shape), gamma, beta)


def as_layer_norm(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return over(1, 2, 3)(x, gamma, beta, eps)


def as_instance_norm(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return over(2, 3)(x, gamma, beta, eps)


def unbiased(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    n, c, h, w = x.shape
    parts = x.view(n, groups, c // groups, h, w)
    mean, var = parts.mean((2, 3, 4), True), parts.var((2, 3, 4), keepdim=True)
    return _affine(((parts - mean) / torch.sqrt(var + eps)).view(x.shape), gamma, beta)


def eps_fixed(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, groups, gamma, beta)


def plain(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    return reference(x, groups, torch.ones_like(gamma), torch.zeros_like(beta), eps)


def affine_per_group(x: Tensor, groups: int, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    size = x.shape[1] // groups
    spread = [v[:groups].repeat_interleave(size) for v in (gamma, beta)]
    return reference(x, groups, spread[0], spread[1], eps)


EXERCISE = Exercise(
    name="group_norm",
    reference=reference,
    forbids=(forbid.NORMALIZATION,),
    groups=(
        Group(
            "values",
            2,
            (
                Case("six channels in two groups", (normal(2, 6, 2, 3), 2, normal(6), normal(6))),
                Case(
                    "six channels in three groups, eps 0.1", (normal(2, 6, 3, 2), 3, normal(6), normal(6)), {"eps": 0.1}
                ),
                Case(
                    "float64, not contiguous",
                    (normal(2, 4, 3, 2, strided=True), 2, normal(4), normal(4)),
                    dtype="float64",
                ),
                Case(
                    "through the statistics too",
                    (normal(2, 6, 2, 2), 2, normal(6), normal(6)),
                    {"eps": 0.1},
                    grad=("0", "2", "3"),
                ),
            ),
        ),
        Group(
            "the two ends",
            1,
            (
                Case("one group", (normal(2, 3, 2, 3), 1, normal(3), normal(3))),
                Case("as many groups as channels", (normal(2, 3, 2, 3), 3, normal(3), normal(3))),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("five channels in two groups", (normal(2, 5, 2, 2), 2, normal(5), normal(5))),
                Case("no group", (normal(2, 4, 2, 2), 0, normal(4), normal(4))),
                Case("−2 groups", (normal(2, 4, 2, 2), -2, normal(4), normal(4)), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "channels are dealt out to the groups in turn", interleaved, "The first C/G channels form the first group."
        ),
        Misconception(
            "groups is taken for the size of a group",
            groups_of_that_size,
            "groups counts the groups: how many channels does each hold?",
        ),
        Misconception(
            "the statistics run over the batch too", over_the_batch, "Group norm looks at one picture at a time."
        ),
        Misconception(
            "the statistics run over the channels of a group, pixel by pixel",
            over_the_group_at_each_pixel,
            "Height and width belong to a group's statistics too.",
        ),
        Misconception("all channels form one group: that is layer norm", as_layer_norm, "What is groups for?"),
        Misconception("each channel by itself: that is instance norm", as_instance_norm, "What is groups for?"),
        Misconception(
            "γ and β belong to groups instead of channels", affine_per_group, "γ and β have one number per channel."
        ),
        Misconception("γ and β are not used", plain, "After normalising, each channel gets its scale and its shift."),
        Misconception(
            "the unbiased variance normalises", unbiased, "Divide the sum of squares by how many numbers there are."
        ),
        Misconception("eps is always 1e-5", eps_fixed, "eps is an argument."),
    ),
)
