"""Inception modules with switches: the right module, and the mistakes that both kinds of module have in common.

Guarantees: with no switch thrown these are the modules that the unit asks for; each switch makes one mistake.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Misconception

BRANCHES = ("1×1", "3×3", "5×5", "pool")
RIGHT_ORDER = (0, 1, 2, 3)


def max_pool(x: Tensor) -> Tensor:
    """3×3, stride 1, padded so that the padding never wins."""
    return F.max_pool2d(x, 3, 1, 1)


def zero_padded(x: Tensor) -> Tensor:
    return F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 1)


def average_pool(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, 1, 1)


def wide_pool(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 5, 1, 2)


def shrinking_pool(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 3, 1)


def no_pool(x: Tensor) -> Tensor:
    return x


@dataclass(frozen=True)
class Switches:
    """What may go wrong in a module.

    Attributes:
        order: of the branches in the concatenation.
        dim: along which they are concatenated.
        rectified: branches with a ReLU at their end.
        reduced: branches with a ReLU after their reduction.
        first: whether ReLU comes before the convolutions.
        pool: of the last branch.
        project_first: whether the projection comes before the pool.
        five: kernel of the 5×5 branch.
        bias: of all convolutions.
        norm: whether batch norm follows every convolution.
        late: whether the 1×1 convolutions come after the larger ones.
    """

    order: tuple[int, ...] = RIGHT_ORDER
    dim: int = 1
    rectified: tuple[int, ...] = RIGHT_ORDER
    reduced: tuple[int, ...] = (1, 2)
    first: bool = False
    pool: Callable[[Tensor], Tensor] = max_pool
    project_first: bool = False
    five: int = 5
    bias: bool = True
    norm: bool = False
    late: bool = False


class Four(nn.Module):
    """(N,c_in,H,W) → (N,sum of the branches,H,W); a reduction or projection of 0 channels is not there."""

    def __init__(self, c_in: int, sizes: tuple[int, int, int, int, int, int], switches: Switches) -> None:
        super().__init__()
        self.switches = switches
        c1, reduce3, c3, reduce5, c5, projected = sizes
        self.one = self.conv(c_in, c1, 1)
        self.reduce3, self.three = self.pair(c_in, reduce3, c3, 3)
        self.reduce5, self.five = self.pair(c_in, reduce5, c5, switches.five)
        self.project = self.conv(c_in, projected, 1)

    def conv(self, c_in: int, c_out: int, k: int) -> nn.Module:
        """A convolution that keeps the size, or nothing for 0 channels."""
        if not c_out:
            return nn.Identity()
        layer = nn.Conv2d(c_in, c_out, k, padding=k // 2, bias=self.switches.bias)
        return nn.Sequential(layer, nn.BatchNorm2d(c_out)) if self.switches.norm else layer

    def pair(self, c_in: int, reduced: int, c_out: int, k: int) -> tuple[nn.Module, nn.Module]:
        """The reduction and the convolution behind it."""
        if self.switches.late and reduced:
            return self.conv(c_in, reduced, k), self.conv(reduced, c_out, 1)
        return self.conv(c_in, reduced, 1), self.conv(reduced or c_in, c_out, k)

    def forward(self, x: Tensor) -> Tensor:
        """Four branches side by side."""
        s = self.switches
        given = F.relu(x) if s.first else x
        branches = [self.one(given)]
        for i, reduction, layer in ((1, self.reduce3, self.three), (2, self.reduce5, self.five)):
            between = reduction(given)
            rectify = i in s.reduced and not isinstance(reduction, nn.Identity)
            branches.append(layer(F.relu(between) if rectify else between))
        branches.append(s.pool(self.project(x)) if s.project_first else self.project(s.pool(x)))
        done = [F.relu(b) if i in s.rectified and not s.first else b for i, b in enumerate(branches)]
        return torch.cat([done[i] for i in s.order], s.dim)


def naive(**switches: Any) -> Callable[..., nn.Module]:
    """A builder of ``NaiveInception``; its pool branch ends without a ReLU."""

    def build(c_in: int, c1: int, c3: int, c5: int) -> nn.Module:
        return Four(c_in, (c1, 0, c3, 0, c5, 0), Switches(**{"rectified": (0, 1, 2), **switches}))

    return build


def bottleneck(**switches: Any) -> Callable[..., nn.Module]:
    """A builder of ``Inception``."""

    def build(c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int) -> nn.Module:
        return Four(c_in, (c1, c3_reduce, c3, c5_reduce, c5, pool_proj), Switches(**switches))

    return build


def wrong_orders(make: Callable[..., Callable[..., nn.Module]]) -> tuple[Misconception, ...]:
    """Every wrong order of the concatenation, named by the order that it is."""
    hint = "Which channels does the next layer find first? The order asked for is 1×1, 3×3, 5×5, pool."
    orders = [order for order in itertools.permutations(RIGHT_ORDER) if order != RIGHT_ORDER]
    return tuple(
        Misconception(
            f"the branches are concatenated in the order {', '.join(BRANCHES[i] for i in order)}",
            make(order=order),
            hint,
        )
        for order in orders
    )


def shared_misconceptions(
    make: Callable[..., Callable[..., nn.Module]], rectified: tuple[int, ...]
) -> tuple[Misconception, ...]:
    """Mistakes that can be made in either module; ``rectified`` are the branches that end with a ReLU."""
    without = [tuple(i for i in rectified if i != missing) for missing in rectified]
    rows: list[tuple[str, dict[str, Any], str]] = [
        ("there are no ReLUs", {"rectified": (), "reduced": ()}, "A ReLU follows every convolution."),
        *(
            (f"the ReLU of the {BRANCHES[i]} branch is missing", {"rectified": kept}, "A ReLU follows every convolution.")
            for i, kept in zip(rectified, without, strict=True)
        ),
        ("ReLU before the convolutions instead of after", {"first": True}, "Convolution, then ReLU."),
        ("average instead of maximum pooling", {"pool": average_pool}, "Which pooling does the figure name?"),
        ("the pool looks at 5×5", {"pool": wide_pool}, "The fourth branch looks at 3×3 neighbours."),
        ("padding of the pool counts as zeros", {"pool": zero_padded}, "Where all pixels are negative, no zero may win."),
        ("the pool branch does not pool", {"pool": no_pool}, "The fourth branch looks at 3×3 neighbours."),
        ("a branch changes height or width", {"pool": shrinking_pool}, "K×K with stride 1 keeps the size with padding (K − 1)/2: pools too."),
        ("the branches are concatenated along the batch", {"dim": 0}, "In (N, C, H, W), which dimension holds the channels?"),
        ("the pool branch is left out", {"order": (0, 1, 2)}, "Four branches are asked for."),
        ("the 5×5 branch has 3×3 kernels", {"five": 3}, "torchvision's GoogLeNet has this mistake too: it says 5×5 and does 3×3."),
        ("the convolutions have no bias", {"bias": False}, "Without batch norm behind it a convolution needs its bias."),
        ("batch norm that was not there yet", {"norm": True}, "Batch normalization is of 2015; the module of 2014 has none."),
    ]  # fmt: skip
    return tuple(Misconception(name, make(**switches), hint) for name, switches, hint in rows)
