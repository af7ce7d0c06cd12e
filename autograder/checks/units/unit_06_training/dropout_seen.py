"""Dropout seen from outside: which features it takes, how often, and what it does to those that it leaves.

Guarantees: any way of dropping is right that takes each feature by itself, before the linear layer, with probability ½,
and doubles the others; a right one is refused less than once in a million runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from autograder.checks.bench import Bench
from autograder.checks.cases import Trial
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.wire import Plain

SIGMAS = 7.0
SEEN = 20  # features of a map that are alive, from which on chance does not drop all of them
FEATURES = 32 * 7 * 7


@dataclass(frozen=True)
class DropoutSeen(Bench):
    """With identity and ones for a linear layer, the outputs less 1 are the features after dropout, in two passes."""

    def adapt(self, request: Plain, names: dict[str, str]) -> None:
        """An identity and ones for the linear layer."""
        request["steps"][1]["state"][names["linear.weight"]] = torch.eye(FEATURES)
        request["steps"][1]["state"][names["linear.bias"]] = torch.ones(FEATURES)

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        steps = actual["steps"]
        if any("error" in step for step in steps):
            return super()._problem(expected, actual)
        first, second = (step["value"] for step in steps[-2:])
        if not all(isinstance(t, Tensor) and t.shape == (4, FEATURES) for t in (first, second)):
            return Problem("shape", f"The output must have shape (4, {FEATURES}).", where="dropout")
        if float((first == 0).double().mean()) > 0.2:
            return Problem(
                "values", "In training some scores are zero: dropout stands behind the linear layer.", where="late"
            )
        first, second = first - 1.0, second - 1.0
        alive = (first != 0) | (second != 0)
        share = float(((first != 0) & (second != 0)).sum()) / max(1, int(alive.sum()))
        p = (1 - share) / (1 + share)  # of the features alive in one pass, (1 − p)/(1 + p) are alive in both
        if abs(share - 1 / 3) > SIGMAS * (2 / 9 / max(1, int(alive.sum()))) ** 0.5:
            return Problem(
                "values",
                f"In training a feature should be dropped with probability 0.5; here it is {p:.1f}.",
                where=f"p {p:.1f}",
            )
        maps = [t.view(4, -1, 49) for t in (first, alive)]
        if bool(((maps[0] == 0).all(2) & (maps[1].sum(2) >= SEEN)).any()):
            return Problem(
                "values", "Dropout takes whole maps; each feature should be dropped by itself.", where="maps"
            )
        right = next(step["value"] for step in expected["steps"] if "value" in step) - 1.0
        both = (first != 0) & (right > 1e-2)
        factors = first[both].double() / right[both]  # constant where nothing but the scaling is wrong
        if factors.numel() > 1 and float(factors.std()) < 1e-3 and abs(float(factors.mean()) - 1) > 1e-2:
            return Problem("values", "What dropout leaves must be divided by 1 − p = 0.5.", where="unscaled")
        return None

    def explained(self, target: object, trial: Trial, device: str) -> bool:
        """Whether another implementation drops as often."""
        other = self._perform_like(lambda request: drive.answer(target, request), trial.expected, trial, device)
        if "missing" in other or "missing" in trial.actual:
            return other.get("missing") == trial.actual.get("missing")
        problems = [self._problem(trial.expected, other), trial.problem]
        return [p and p.where for p in problems[:1]] == [p and p.where for p in problems[1:]]
