"""``port_weights``: parameters and buffers of torchvision's network, moved into one with other names."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from autograder.checks.cases import Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_09_residual_networks.make_stage import of
from autograder.checks.units.unit_09_residual_networks.porting import Porting


def reference(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    """Copy tensors in order of registration; the sizes must agree one by one."""
    ours, given = mine.state_dict(), theirs.state_dict()
    if [t.shape for t in ours.values()] != [t.shape for t in given.values()]:
        raise ValueError(f"{len(ours)} tensors in mine, {len(given)} in theirs, or shapes that differ")
    mine.load_state_dict(dict(zip(ours, given.values(), strict=True)))
    return mine


def no_buffers(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    kept = {name: buffer.clone() for name, buffer in mine.named_buffers()}
    reference(mine, theirs).load_state_dict(kept, strict=False)
    return mine


def only_buffers(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    kept = {name: parameter.detach().clone() for name, parameter in mine.named_parameters()}
    reference(mine, theirs).load_state_dict(kept, strict=False)
    return mine


def no_norms(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    kept = {
        f"{path}.{key}": value.clone()
        for path, part in mine.named_modules()
        if isinstance(part, nn.BatchNorm2d)
        for key, value in part.state_dict().items()
    }
    reference(mine, theirs).load_state_dict(kept, strict=False)
    return mine


def last_layer_kept(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    kept = {name: value.clone() for name, value in list(mine.state_dict().items())[-2:]}
    reference(mine, theirs).load_state_dict(kept, strict=False)
    return mine


def by_name(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    mine.load_state_dict(theirs.state_dict())
    return mine


def by_name_if_there(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    mine.load_state_dict(theirs.state_dict(), strict=False)
    return mine


def truncated(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    with torch.no_grad():
        for to, value in zip(mine.state_dict().values(), theirs.state_dict().values(), strict=False):
            if to.shape == value.shape:
                to.copy_(value)
    return mine


def unchecked(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    with torch.no_grad():
        for to, value in zip(mine.state_dict().values(), theirs.state_dict().values(), strict=False):
            to.copy_(value)
    return mine


def copied_in_part(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    ours, given = list(mine.state_dict().values()), list(theirs.state_dict().values())
    for i in range(max(len(ours), len(given))):
        if i >= min(len(ours), len(given)) or ours[i].shape != given[i].shape:
            raise ValueError(f"{len(ours)} tensors in mine, {len(given)} in theirs, or shapes that differ")
        ours[i].copy_(given[i])
    return mine


def no_counters(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    kept = {name: buffer.clone() for name, buffer in mine.named_buffers() if not buffer.ndim}
    reference(mine, theirs).load_state_dict(kept, strict=False)
    return mine


def backwards(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    reference(theirs, mine)
    return mine


def not_returned(mine: nn.Module, theirs: nn.Module) -> None:
    reference(mine, theirs)


def theirs_returned(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    reference(mine, theirs)
    return theirs


def copy_returned(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    return reference(copy.deepcopy(mine), theirs)


def shared(mine: nn.Module, theirs: nn.Module) -> nn.Module:
    ours, given = mine.state_dict(), theirs.state_dict()
    reference(mine, theirs).load_state_dict(dict(zip(ours, given.values(), strict=True)), assign=True)
    return mine


def _network(naming: str, block: str, layers: list[int], classes: int, seed: int) -> dict[str, Any]:
    options = {"block": of(block), "layers": layers, "num_classes": classes, "seed": seed}
    return {"$recipe": "named_resnet", "naming": naming, **options}


def _mine(naming: str, block: str, layers: list[int]) -> dict[str, Any]:
    return _network(naming, block, layers, 10, 5)


def _theirs(block: str, layers: list[int], classes: int = 10) -> dict[str, Any]:
    return _network("torchvision", block, layers, classes, 6)


ONES = [1, 1, 1, 1]
SAME = (_mine("torchvision", "ResidualBlock", ONES), _theirs("ResidualBlock", ONES))
OTHER = (_mine("renamed", "ResidualBlock", ONES), _theirs("ResidualBlock", ONES))
NECKS = (_mine("renamed", "Bottleneck", ONES), _theirs("Bottleneck", ONES))

EXERCISE = Exercise(
    name="port_weights",
    reference=reference,
    groups=(
        Group(
            "parameters: training mode",
            2,
            (
                Porting("the same names", SAME, script=("train", "forward")),
                Porting("other names", OTHER, script=("train", "forward")),
            ),
        ),
        Group(
            "buffers: evaluation mode",
            2,
            (
                Porting("other names, with running statistics", OTHER, script=("state", "eval", "forward")),
                Porting("bottlenecks, other names", NECKS, script=("eval", "forward"), hidden=True),
            ),
        ),
        Group("mine comes back, theirs stays", 1, (Porting("who is who", SAME, script=(), whose=True),)),
        Group(
            "networks that do not match",
            1,
            (
                Porting("theirs has more blocks", (OTHER[0], _theirs("ResidualBlock", [1, 2, 1, 1])), script=()),
                Porting("theirs has more classes", (OTHER[0], _theirs("ResidualBlock", ONES, 12)), script=()),
                Porting(
                    "theirs has fewer blocks",
                    (_mine("renamed", "ResidualBlock", [2, 1, 1, 1]), OTHER[1]),
                    script=(),
                    hidden=True,
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the buffers are not copied",
            no_buffers,
            "What does BatchNorm use in evaluation, and is that a parameter?",
        ),
        Misconception(
            "the counters of the BatchNorms are not copied",
            no_counters,
            "Every buffer: num_batches_tracked is one too.",
        ),
        Misconception(
            "a part is copied before the networks are found not to match",
            copied_in_part,
            "Compare all shapes first, then copy. load_state_dict copies what fits before it complains.",
        ),
        Misconception("only the buffers are copied", only_buffers, "What does an optimizer change?"),
        Misconception("the BatchNorms are left out", no_norms, "Which layers of a ResNet have something to copy?"),
        Misconception("the last layer is left out", last_layer_kept, "Walk through both lists to their end."),
        Misconception(
            "tensors are found by their names",
            by_name,
            "The two networks may call their layers differently. What do they have in common?",
        ),
        Misconception(
            "only tensors with the same name are copied",
            by_name_if_there,
            "strict=False passes over everything that it does not find.",
        ),
        Misconception(
            "what does not fit is passed over",
            truncated,
            "A network that is copied in part is wrong, and says nothing.",
        ),
        Misconception("zip stops at the shorter network", unchecked, "What does zip do when one of the two is longer?"),
        Misconception("copied from mine into theirs", backwards, "Which of the two has the weights that are wanted?"),
        Misconception("nothing is returned", not_returned, "The last line must hand mine back."),
        Misconception("theirs is returned", theirs_returned, "Whose layers should run afterwards?"),
        Misconception("a copy of mine is returned", copy_returned, "mine itself is to be filled."),
        Misconception(
            "mine and theirs share memory",
            shared,
            "p.data = q.data does not copy: what happens to q when p is trained?",
        ),
    ),
)
