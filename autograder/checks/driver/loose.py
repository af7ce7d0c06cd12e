"""Tells layers apart whose parameters modules hold side by side: ``self.w1, self.b1, self.w2``, or weights in one list.

Guarantees: parameters that one operation uses together belong to one layer, and so does a shift that is added to what
its scale or weight gave, whichever modules hold the two. Whole stay torch's own layers, modules with buffers, and those
in which fewer than two weights of more than one dimension are used, unless a layer takes from several modules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from autograder.checks.driver.leaf import tensor_path, tensor_paths
from autograder.checks.wire import Plain

Node = Any  # of autograd's graph


def told_apart(
    described: list[Plain], parts: Mapping[str, nn.Module], order: Sequence[Node], used: Mapping[Node, Sequence[Any]]
) -> list[Plain]:
    """The leaves, one for each layer where modules hold the parameters of several.

    Args:
        described: leaves as :func:`autograder.checks.driver.graph.leaves` gives them.
        parts: every module by its path.
        order: operations, inputs before what uses them.
        used: the parameters that an operation uses directly.
    """
    held = [leaf for leaf in described if holds_loose_parameters(parts[leaf["path"]])]
    if not held:
        return described
    loose = {
        tensor_path(leaf, key): p for leaf in held for key, p in parts[leaf["path"]].named_parameters(recurse=False)
    }
    groups = layers(order, used, loose)
    weights = [group for group in groups if not all(_is_vector(loose[name]) for name in group)]
    made: list[Plain] = []
    done: set[str] = set()
    for leaf in described:
        whole = leaf not in held or tensor_paths(leaf)[0] in done
        own = [] if whole else _reached(set(tensor_paths(leaf)), groups, held)
        shared = any(len(_holders(group, held)) > 1 for group in own)
        names = {name for group in own for name in group}
        if shared:
            made += [_joined(group, leaf, loose) for group in own]
            done |= names
        elif sum(1 for group in weights if names.issuperset(group)) >= 2:
            made += [_part(leaf, group) for group in own]
        elif not done.issuperset(tensor_paths(leaf)):
            made.append(leaf)
    return made


def holds_loose_parameters(part: nn.Module) -> bool:
    """Whether a module is no single layer: several parameters, no buffer, and none of torch's own layers."""
    own = type(part).__module__.startswith("torch.nn") and not isinstance(part, nn.ParameterList | nn.ParameterDict)
    several = sum(1 for _ in part.parameters(recurse=False)) > 1
    return several and not own and next(part.buffers(recurse=False), None) is None


def layers(
    order: Sequence[Node], used: Mapping[Node, Sequence[nn.Parameter]], loose: Mapping[str, nn.Parameter]
) -> list[list[str]]:
    """The names of loose parameters, layer by layer, in the order of their first use; the others last."""
    names = {id(p): name for name, p in loose.items()}
    vectors = {id(p) for p in loose.values() if _is_vector(p)}
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
    return [[names[p] for p in each] for each in found] + _by_length(
        [n for p, n in names.items() if p not in layer], loose
    )


def _by_length(names: list[str], loose: Mapping[str, nn.Parameter]) -> list[list[str]]:
    """Layers of parameters whose use does not show, as weights joined to one: a weight, and a shift of its length."""
    vectors = [name for name in names if loose[name].ndim == 1]
    made: list[list[str]] = []
    for name in (name for name in names if loose[name].ndim > 1):
        shift = next((v for v in vectors if loose[v].numel() == len(loose[name])), None)
        made.append([name] if shift is None else [name, vectors.pop(vectors.index(shift))])
    return made + [[name] for name in vectors]


def _reached(names: set[str], groups: list[list[str]], held: list[Plain]) -> list[list[str]]:
    """The layers that take from these parameters, or from modules that such a layer takes from."""
    while True:
        own = [group for group in groups if names.intersection(group)]
        wider = names.union(*(tensor_paths(leaf) for group in own for leaf in _holders(group, held)))
        if wider == names:
            return own
        names = wider


def _holders(group: list[str], held: list[Plain]) -> list[Plain]:
    return [leaf for leaf in held if not set(group).isdisjoint(tensor_paths(leaf))]


def _part(leaf: Plain, group: list[str]) -> Plain:
    """One layer of a module's own tensors."""
    return {**leaf, "params": {key: shape for key, shape in leaf["params"].items() if tensor_path(leaf, key) in group}}


def _joined(group: list[str], leaf: Plain, loose: Mapping[str, nn.Parameter]) -> Plain:
    """One layer of tensors that several modules hold, under their paths from the root."""
    return {**leaf, "path": "", "params": {name: list(loose[name].shape) for name in group}, "config": {}}


def _time(node: Node) -> int:
    """When the operation was recorded; a parameter's own node comes first of all."""
    return -1 if hasattr(node, "variable") else int(node._sequence_nr())


def _adds(node: Node) -> bool:
    return str(node.name()).startswith(("AddBackward", "SubBackward"))


def _is_vector(parameter: nn.Parameter) -> bool:
    return parameter.numel() == max(parameter.shape, default=1)
