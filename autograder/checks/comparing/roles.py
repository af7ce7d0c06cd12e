"""Which of a student's tensors plays which role: modules matched with the reference whatever they are called.

Guarantees: names, order of declaration, ``Sequential`` or attributes, and order of branches do not matter. Two leaves
play the same role when they hold tensors of the same shapes and sit at the same place of the graph; what is left on
either side is reported. The reports of :mod:`autograder.checks.driver.graph` are used only to find roles: a false one
can only spoil its author's match.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checks.driver.leaf import tensor_path, tensor_paths
from autograder.checks.wire import Plain

MAX_ROUNDS = 400
MAX_ALTERNATIVES = 6

Parts = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Match:
    """Roles found.

    Attributes:
        names: reference's tensor name → student's tensor name.
        missing: what the reference has and the student has not, as "1×1 convolution weight (8, 4, 1, 1)".
        extra: what the student has beyond it, with its name.
        free: sets of parts whose roles are not certain and may be exchanged; a part is a row of reference names, one
            for each layer of the same kind, and they all change together.
        layers: the same for whole layers that neither the graph nor their shapes tell apart.
    """

    names: dict[str, str]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    free: tuple[Parts, ...]
    layers: tuple[Parts, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every tensor on both sides has its counterpart."""
        return not self.missing and not self.extra

    def alternatives(self, with_layers: bool = True) -> Iterator[dict[str, str]]:
        """The mapping, then others that the shapes allow too; a few.

        Args:
            with_layers: whether whole layers may change places too, where only their shapes speak for them.
        """
        groups = [*self.free, *(self.layers if with_layers else ())]
        orders = itertools.product(*(itertools.permutations(group) for group in groups))
        for chosen in itertools.islice(orders, MAX_ALTERNATIVES + 1):  # the first is the mapping itself
            yield self.names | {
                a: self.names[b]
                for group, order in zip(groups, chosen, strict=True)
                for mine, yours in zip(group, order, strict=True)
                for a, b in zip(mine, yours, strict=True)
            }


def match(reference: Plain, student: Plain) -> Match:
    """Match two traces.

    Args:
        reference: trace of the reference module.
        student: trace of the student's module.

    Returns:
        The match, complete or not.
    """
    left, over = _order(reference), _order(student)
    colours = [_refined(reference, student), *(_by(look, reference, student) for look in (_shapes, _widest))]
    looks: list[list[tuple[int, int]]] = []
    for ours, theirs in colours:  # the place in the graph first, then the shapes alone, then the largest tensor alone
        found, left, over = _pair(ours, theirs, left, over)
        looks.append(found)
    pairs = [pair for found in looks for pair in found]
    names: dict[str, str] = {}
    free: dict[Any, list[tuple[str, ...]]] = defaultdict(list)
    missing = [text for i in left for text in _describe(reference["leaves"][i], False)]
    extra = [text for j in over for text in _describe(student["leaves"][j], True)]
    for i, j in pairs:
        mine, yours = reference["leaves"][i], student["leaves"][j]
        own, uncertain = _tensors(mine, yours)
        names |= own
        for group in uncertain:
            free[tuple(own[name].rpartition(".")[2] for name in group)].append(group)
        missing += _describe(mine, False, set(own)) + _statistics(mine, set(own))
        extra += _describe(yours, True, set(own.values()))
    together = tuple(tuple(zip(*groups, strict=True)) for groups in free.values())
    place, shapes = ({i: ours[i] for i, _ in found} for (ours, _), found in zip(colours[:2], looks[:2], strict=True))
    alike = _exchangeable(reference, place) + _exchangeable(reference, shapes)
    return Match(names, tuple(missing), tuple(extra), together, alike)


def _exchangeable(reference: Plain, colours: dict[int, int]) -> tuple[Parts, ...]:
    """Layers of one colour, each as a row of its tensors' names."""
    rows: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for i, colour in colours.items():
        rows[colour].append(tuple(tensor_paths(reference["leaves"][i])))
    return tuple(tuple(group) for group in rows.values() if len({len(row) for row in group}) == 1 < len(group))


def _by(look: Callable[[Plain], Any], reference: Plain, student: Plain) -> tuple[dict[int, int], dict[int, int]]:
    """Colours of the leaves of both traces by one look at each leaf."""
    ours, theirs = ({i: hash(look(leaf)) for i, leaf in enumerate(t["leaves"])} for t in (reference, student))
    return ours, theirs


def _refined(reference: Plain, student: Plain) -> tuple[dict[int, int], dict[int, int]]:
    """Colour both graphs together by shapes, then by the colours around each leaf, until nothing splits further."""
    traces = (reference, student)
    colours = [{i: hash(_shapes(leaf)) for i, leaf in enumerate(t["leaves"])} for t in traces]
    around = [_neighbours(t) for t in traces]
    known = 0
    for _ in range(MAX_ROUNDS):
        colours = [
            {
                i: hash((c[i], tuple(sorted(c[j] for j in near[0][i])), tuple(sorted(c[j] for j in near[1][i]))))
                for i in c
            }
            for c, near in zip(colours, around, strict=True)
        ]
        split = len({colour for c in colours for colour in c.values()})
        if split == known:
            break
        known = split
    return colours[0], colours[1]


def _neighbours(trace: Plain) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    up: dict[int, set[int]] = defaultdict(set)
    down: dict[int, set[int]] = defaultdict(set)
    for a, b in trace["edges"]:
        up[b].add(a)
        down[a].add(b)
    return up, down


def _order(trace: Plain) -> list[int]:
    """Leaves in order of first execution; those that never ran come last."""
    executed = dict.fromkeys(trace["order"])
    return [*executed, *(i for i in range(len(trace["leaves"])) if i not in executed)]


def _pair(
    reference: dict[int, int], student: dict[int, int], order: list[int], other: list[int]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pair leaves of one colour in order of execution."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for j in other:
        waiting[student[j]].append(j)
    pairs, left = [], []
    for i in order:
        if waiting[reference[i]]:
            pairs.append((i, waiting[reference[i]].pop(0)))
        else:
            left.append(i)
    taken = {j for _, j in pairs}
    return pairs, left, [j for j in other if j not in taken]


def _shapes(leaf: Plain) -> tuple[Any, ...]:
    """What a leaf holds: shapes of parameters and of buffers with more than one entry, names aside."""
    tensors = [_shape(shape) for shape in leaf["params"].values()]
    buffers = [_shape(shape) for shape in leaf["buffers"].values() if shape]
    return (tuple(sorted(tensors)), tuple(sorted(buffers)))


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    """A shape without ones that say nothing: a 1×1 convolution is a linear layer, and γ may be (1, C, 1, 1)."""
    if len(shape) > 1 and math.prod(shape) == max(shape):
        return (max(shape),)
    return _shape(shape[:-1]) if len(shape) > 2 and shape[-1] == 1 else tuple(shape)


def _widest(leaf: Plain) -> tuple[int, ...]:
    """The shape of the largest tensor: a convolution with a bias too many is still that convolution."""
    return max((_shape(s) for s in [*leaf["params"].values(), *leaf["buffers"].values()]), key=len, default=())


def _tensors(reference: Plain, student: Plain) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Names within one pair of leaves: the same name where there is one, else by shape; equal shapes stay uncertain."""
    names: dict[str, str] = {}
    free: list[tuple[str, ...]] = []
    for kind in ("params", "buffers"):
        ours = {key: _shape(s) for key, s in reference[kind].items()}
        theirs = {key: _shape(s) for key, s in student[kind].items()}
        same = [key for key, shape in ours.items() if theirs.get(key) == shape]
        names |= {tensor_path(reference, key): tensor_path(student, key) for key in same}
        for shape in dict.fromkeys(ours.values()):
            mine = [tensor_path(reference, key) for key, s in ours.items() if s == shape and key not in same]
            yours = [tensor_path(student, key) for key, s in theirs.items() if s == shape and key not in same]
            names |= dict(zip(mine, yours, strict=False))
            if len(mine) > 1 and len(yours) >= len(mine):
                free.append(tuple(mine))
    return names, free


def _statistics(leaf: Plain, known: Container[str]) -> list[str]:
    """The buffers of a leaf in words, but counters and those that are known."""
    paths = {key: tensor_path(leaf, key) for key, shape in leaf["buffers"].items() if shape}
    return [f"normalization {key} of shape {tuple(leaf['buffers'][key])}" for key, p in paths.items() if p not in known]


def _describe(leaf: Plain, named: bool, known: Container[str] = ()) -> list[str]:
    """The parameters of a leaf in words, but those that are known; the student's with their names."""
    kinds = {4: "convolution", 3: "1-D convolution", 2: "linear"}
    widest = max((len(s) for s in leaf["params"].values()), default=1)
    kind = kinds.get(widest, "normalization" if leaf["buffers"] else "vector")
    return [
        f"{tensor_path(leaf, key) + ': ' if named else ''}{kind} {key} of shape {tuple(shape)}"
        for key, shape in leaf["params"].items()
        if tensor_path(leaf, key) not in known
    ]
