"""Two towers: a convolution of two groups, or two convolutions side by side. Both are right, and judged as they stand.

Guarantees: which convolutions are written as two is read from the shapes of an answer's own weights; reference and
misconceptions are then built in the same form, so that layers, numbers and mistakes are compared as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from autograder.checks.bench import Bench
from autograder.checks.cases import Ask, Trial
from autograder.checks.units.unit_07_classic_architectures.audit import Audit, Layer
from autograder.checks.units.unit_07_classic_architectures.eight_layers import Plan
from autograder.checks.units.unit_07_classic_architectures.parity import Dropped
from autograder.checks.wire import Plain

Shape = tuple[int, ...]


def halves(plan: Plan) -> dict[Shape, int]:
    """For the weight of every convolution's half its number."""
    channels = (3, *(row[0] for row in plan.convs))
    rows = enumerate(zip(channels, plan.convs, strict=False), 1)
    return {(c_out // 2, c_in // g, k, k): i for i, (c_in, (c_out, k, _, _, g)) in rows}


def split_in(reply: Plain, known: dict[Shape, int]) -> tuple[int, ...]:
    """The convolutions that an answer writes as two."""
    built = reply["steps"][0] if reply.get("steps") else {}
    shapes = [tuple(shape) for leaf in built.get("leaves", ()) for shape in leaf["params"].values()]
    return tuple(number for shape, number in known.items() if shapes.count(shape) == 2)


@cache
def form(target: Callable[..., Any], split: tuple[int, ...]) -> Callable[..., Any]:
    """The builder in another form; the same one for the same form, so that its replies can be remembered."""
    return partial(target, split=split) if split else target


class EitherForm:
    """Mixed into a case: tries the form asked for first, then the answer's own."""

    known: dict[Shape, int]

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Try what ``ask`` reaches."""
        case: Any = super()
        trial: Trial = case.perform(ask, reference, expected, seed, device, guard)
        split = split_in(trial.actual, self.known)
        if trial.problem is None or not split:
            return trial
        own = form(reference, split)
        again: Trial = case.perform(ask, own, case.expect(own, seed, device), seed, device, guard)
        return again

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another implementation, in the answer's form, does the same."""
        case: Any = super()
        return bool(case.explained(form(target, split_in(trial.actual, self.known)), trial, device))


@dataclass(frozen=True)
class TowerAudit(EitherForm, Audit):
    """An audit for which a tower may run to its end before the other begins."""

    known: dict[Shape, int] = field(default_factory=dict)

    def layers(self, reply: Plain) -> list[Layer]:
        """Halves of convolutions in the plan's order; any other layer stays where it is."""
        made = super().layers(reply)
        places = [i for i, layer in enumerate(made) if self._number(layer)]
        halves_in_order = sorted((made[i] for i in places), key=self._number)
        for i, layer in zip(places, halves_in_order, strict=True):
            made[i] = layer
        return made

    def _number(self, layer: Layer) -> int:
        return max((self.known.get(shape, 0) for shape in layer.tensors), default=0)


@dataclass(frozen=True)
class TowerBench(EitherForm, Bench):
    """Numbers of either form."""

    known: dict[Shape, int] = field(default_factory=dict)


@dataclass(frozen=True)
class TowerDropped(EitherForm, Dropped):
    """Dropout of either form."""

    known: dict[Shape, int] = field(default_factory=dict)
