"""Cases without a single right answer: what is random is judged by its properties.

Guarantees: the judging function sees plain values only, and runs on the judge's side; bounds on frequencies are wide
enough that a right answer fails less than once in a billion runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.cases import Case, Trial
from autograder.checks.comparing.compare import compare_errors
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.wire import Plain

Judge = Callable[[list[Plain], Plain], "Problem | None"]


@dataclass(frozen=True)
class Property(Case):
    """Calls whose results are judged by a function of the exercise's.

    Attributes:
        judge: takes the values of the calls and the request; returns the first problem, whose ``where`` names the
        property. calls: how often the same call is made, in one request.
    """

    judge: Judge = lambda values, request: None
    calls: int = 1

    def request(self, seed: int, device: str, guard: tuple[str, ...]) -> Plain:
        """The call, as often as asked."""
        once = super().request(seed, device, guard)
        return {**once, "steps": [{**once["steps"][0], "grad": list(self.grad)} for _ in range(self.calls)]}

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """Nothing is expected but the properties; an error is the reference's to raise."""
        return drive.answer(reference, self.request(seed, device, ()))

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        """Judge the values by their properties."""
        for want, got in zip(expected["steps"], actual["steps"], strict=False):
            problem = compare_errors(want, got)
            if problem or "error" in want:
                return Trial(self, request, expected, actual, problem)
        mutated = next((key for step in actual["steps"] for key in step["mutated"] if key not in self.after), None)
        if mutated is not None:
            message = f"The call changed argument {mutated}; inputs must stay as they are."
            return Trial(self, request, expected, actual, Problem("mutated", message, where=mutated))
        return Trial(self, request, expected, actual, self.judge([step["value"] for step in actual["steps"]], request))

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another implementation breaks the same property."""
        steps = [{**step, "guard": []} for step in trial.request["steps"]]
        other = self.judged(trial.request, trial.expected, drive.answer(target, {**trial.request, "steps": steps}))
        if trial.problem is None or other.problem is None:
            return trial.problem is None and other.problem is None
        return (trial.problem.kind, trial.problem.where) == (other.problem.kind, other.problem.where)


def problem(where: str, message: str) -> Problem:
    """A broken property."""
    return Problem("values", message, where=where)


def drawn_anew(judge: Judge, message: str) -> Judge:
    """The property, and two calls without a generator that differ; else ``message``."""

    def judged(values: list[Plain], request: Plain) -> Problem | None:
        wrong = judge(values, request)
        return problem("repeats", message) if wrong is None and torch.equal(values[0], values[1]) else wrong

    return judged


def drawn_from_seed(judge: Judge, message: str) -> Judge:
    """The property, and two calls with generators of one seed that agree; else ``message``."""

    def judged(values: list[Plain], request: Plain) -> Problem | None:
        wrong = judge(values, request)
        return problem("generator", message) if wrong is None and not torch.equal(values[0], values[1]) else wrong

    return judged
