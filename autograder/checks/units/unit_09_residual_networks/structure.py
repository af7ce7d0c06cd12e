"""Whole networks on a bench; and a bench without numbers: the layers of a network and the shape after each.

Guarantees: layers are matched by role, and the first layer whose output has another shape is named; weights are drawn
for none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.checks.bench import Bench
from autograder.checks.cases import Ask, Trial
from autograder.checks.comparing.roles import match
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.driver.leaf import alike, holders, shape_given, tensor_paths
from autograder.checks.memory import remembered
from autograder.checks.wire import Plain


@dataclass(frozen=True)
class Whole(Bench):
    """A network whose weights are too many to send."""

    large: bool = True


@dataclass(frozen=True)
class Structure(Whole):
    """Layers, and the shape of every layer's output for an input of ``shape``."""

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        trace = drive.answer(reference, self._tracing(device))["steps"][-1]
        return {"trace": trace, "steps": [trace]}

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        tracing = self._tracing(device, guard)
        steps = ask(tracing)["steps"]
        shapes = _by_role(expected["trace"], steps[-1])
        if shapes is None:  # an error, or layers that do not match: said as on any bench
            return super().perform(ask, reference, expected, seed, device, guard)
        problem = _compare(expected["trace"], shapes)
        return Trial(self, tracing, expected, {"steps": steps, "shapes": shapes}, problem)

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        traced = remembered((target, repr(self), device), lambda: drive.answer(target, self._tracing(device)))
        shapes = _by_role(trial.expected["trace"], traced["steps"][-1])
        if shapes is None and "shapes" not in trial.actual:
            return super().explained(target, trial, device)
        return shapes == trial.actual.get("shapes")


def _by_role(expected: Plain, actual: Plain) -> dict[str, Plain] | None:
    """The student's shapes under the reference's names; None when there is an error or the layers do not match."""
    if "error" in expected or "error" in actual:
        return None
    found = match(expected, actual)
    if not found.complete:
        return None
    held = holders(actual)
    yours = {leaf["path"]: held[found.names[tensor_paths(leaf)[0]]] for leaf in expected["leaves"]}
    return {path: shape_given(actual, number) for path, number in yours.items()} | {"": actual["output"]}


def _compare(expected: Plain, shapes: dict[str, Plain]) -> Problem | None:
    order = [expected["leaves"][i]["path"] for i in dict.fromkeys(expected["order"])]
    for path in order[:-1]:  # the last layer's output is the result, or its average follows
        want, got = expected["shapes"][path], shapes[path]
        if got is not None and not alike(
            want, got
        ):  # a layer whose forward never ran may have been called as a function
            text = f"The output of the layer that plays {path} has shape {tuple(got)}; it must be {tuple(want)}."
            return Problem("shape", text, where=path)
    if shapes[""] != expected["output"]:
        return Problem("shape", f"The output has shapes {shapes['']}; they must be {expected['output']}.")
    return None
