"""Tells layers apart whose parameters one module holds side by side: ``self.w1, self.b1, self.w2, self.b2``.

Guarantees: parameters that one operation uses together belong to one layer, and so does a shift that is added to what
its scale or weight gave. Whole stay torch's own layers, modules with buffers, and those in which fewer than two weights
of more than one dimension are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from autograder.checks.wire import Plain

Node = Any  # of autograd's graph


def holds_loose_parameters(part: nn.Module) -> bool:
    """Whether a module is no single layer: several parameters, no buffer, and none of torch's own layers."""
    own = type(part).__module__.startswith("torch.nn") and not isinstance(part, nn.ParameterList | nn.ParameterDict)
    several = sum(1 for _ in part.parameters(recurse=False)) > 1
    return several and not own and next(part.buffers(recurse=False), None) is None


def layers(order: Sequence[Node], used: Mapping[Node, Sequence[nn.Parameter]], part: nn.Module) -> list[list[str]]:
    """The names of a module's own parameters, layer by layer, in the order of their first use.

    Args:
        order: operations, inputs before what uses them.
        used: the parameters that an operation uses directly.
        part: the module.
    """
    names = {id(p): name for name, p in part.named_parameters(recurse=False)}
    vectors = {id(p) for p in part.parameters(recurse=False) if _is_vector(p)}
    layer: dict[int, list[int]] = {}  # parameter → its layer, one list shared by the layer's parameters
    shifted: set[int] = set()  # layers, by the identity of their list, that have their shift
    nearest: dict[Node, frozenset[int]] = {}
    for node in sorted(order, key=_time):
        own = [id(p) for p in used[node] if id(p) in names]
        before = frozenset().union(*(nearest.get(source, frozenset()) for source, _ in node.next_functions))
        nearest[node] = frozenset(own) if used[node] else before
        home = next((layer[p] for p in own if p in layer), None)
        if home is None and own and _adds(node) and own[0] in vectors:
            home = next((layer[p] for p in before if id(layer[p]) not in shifted), None)
        home = [] if home is None else home
        for p in own:
            if p not in layer:
                layer[p] = home
                home.append(p)
        if len(home) > 1:
            shifted.add(id(home))
    found = list({id(each): each for each in layer.values()}.values())
    if sum(1 for each in found if not vectors.issuperset(each)) < 2:
        return [list(names.values())]
    unused = [[p] for p in names if p not in layer]
    return [[names[p] for p in each] for each in [*found, *unused]]


def split(leaf: Plain, groups: list[list[str]]) -> list[Plain]:
    """The description of a module's own tensors, as one leaf for each layer."""
    return [{**leaf, "params": {name: leaf["params"][name] for name in group}} for group in groups]


def _time(node: Node) -> int:
    """When the operation was recorded; a parameter's own node comes first of all."""
    return -1 if hasattr(node, "variable") else int(node._sequence_nr())


def _adds(node: Node) -> bool:
    return str(node.name()).startswith(("AddBackward", "SubBackward"))


def _is_vector(parameter: nn.Parameter) -> bool:
    return parameter.numel() == max(parameter.shape, default=1)
