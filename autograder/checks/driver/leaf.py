"""A leaf of a module's description: tensors that belong together, under the path of the module that holds them.

Guarantees: a tensor's path is the one of ``named_parameters`` and ``named_buffers``; it is put together here only.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.wire import Plain


def tensor_path(leaf: Plain, key: str) -> str:
    """Where a tensor of a leaf is found from the root: ``layer1.conv1`` and ``weight`` → ``layer1.conv1.weight``."""
    return f"{leaf['path']}.{key}" if leaf["path"] else key


def tensor_paths(leaf: Plain) -> list[str]:
    """The paths of a leaf's parameters, then of its buffers."""
    return [tensor_path(leaf, key) for key in [*leaf["params"], *leaf["buffers"]]]


def holders(trace: Plain) -> dict[str, int]:
    """For every tensor of a trace the number of the leaf that holds it."""
    return {path: i for i, leaf in enumerate(trace["leaves"]) for path in tensor_paths(leaf)}


def shape_given(trace: Plain, number: int) -> Plain:
    """The shape of a leaf's output; None where its module never ran, or holds other layers besides."""
    path = trace["leaves"][number]["path"]
    alone = sum(1 for leaf in trace["leaves"] if leaf["path"] == path) == 1
    return trace["shapes"].get(path) if alone else None


def shapes_of(trace: Plain) -> dict[str, list[int]]:
    """The shape of every tensor of a trace, by its path."""
    return {
        tensor_path(leaf, key): s
        for leaf in trace["leaves"]
        for key, s in [*leaf["params"].items(), *leaf["buffers"].items()]
    }


def alike(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two shapes hold the same dimensions: in another order they are those of a linear layer at each pixel."""
    return sorted(n for n in one if n != 1) == sorted(n for n in other if n != 1)
