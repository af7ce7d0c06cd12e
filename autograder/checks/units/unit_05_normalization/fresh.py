"""A layer as its constructor makes it, judged by the names that its exercise fixes.

Guarantees: first values, counters and whether a buffer still hangs on the graph of a past batch are compared; a bench
cannot see them, because it puts weights of its own into every layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.cases import Case, Trial, resolve
from autograder.checks.comparing.compare import compare_errors
from autograder.checks.comparing.values import Problem, compare_values
from autograder.checks.driver import drive
from autograder.checks.wire import DTYPES, NAMES, Plain


@dataclass(frozen=True)
class Fresh(Case):
    """A new layer that runs through a script; every tensor must have the reference's name and value.

    Attributes:
        script: steps after building, as a bench has them.
    """

    script: tuple[Plain, ...] = ()

    def request(self, seed: int, device: str, guard: tuple[str, ...]) -> Plain:
        """Build, and the script."""
        whole = super().request(seed, device, guard)
        generator = torch.Generator().manual_seed(self.seeded(seed))
        script = [{**resolve(step, generator, self.dtype), "guard": list(guard)} for step in self.script]
        return {**whole, "steps": [{**whole["steps"][0], "do": "build"}, *script]}

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        """Compare step by step."""
        return Trial(self, request, expected, actual, self._problem(expected, actual))

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another layer does the same."""
        steps = [{**step, "guard": []} for step in trial.request["steps"]]
        return self._problem(drive.answer(target, {**trial.request, "steps": steps}), trial.actual) is None

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        dtype, calls = DTYPES[self.dtype], 0
        for want, got in zip(expected["steps"], actual["steps"], strict=False):
            problem = compare_errors(want, got)
            if problem is None and "value" in want:
                calls += 1
                problem = compare_values(want["value"], got["value"], dtype)
            if problem is None and "state" in want:
                when = f"after {calls} calls in training" if calls else "of a new layer"
                problem = _compare_states(want, got, dtype, when)
            if problem:
                return problem
        return None


def _compare_states(want: Plain, got: Plain, dtype: torch.dtype, when: str) -> Problem | None:
    for name, value in want["state"].items():
        other = got["state"].get(name)
        if other is None:
            return Problem("structure", f"The layer has no parameter or buffer called {name}.", where=name)
        if other.is_floating_point() and not value.is_floating_point():
            message = f"{name} must be a tensor of a whole number; its dtype is {NAMES[other.dtype]}."
            return Problem("structure", message, where=name)
        problem = compare_values(value, other, dtype, f"{name} {when}")
        if problem:
            return Problem("structure", problem.message, where=name)
    attached = [name for name in got["attached"] if name not in want["attached"]]
    if attached:
        message = f"The buffer {attached[0]} belongs to the graph of a past batch, and keeps all of it in memory."
        return Problem("structure", message, where="attached")
    return None
