"""Values of whole networks, and where they drop: benches for networks of a hundred million parameters.

Guarantees: dropout is judged by what reaches the linear layers in training, wherever and however it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.bench import Bench, evaluation, forward, train
from autograder.checks.cases import Trial
from autograder.checks.comparing.compare import compare_errors
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.wire import Plain

SIGMAS = 7.0


def picture(side: int) -> torch.Tensor:
    """Pixels about their mean, some hundred up and down: local response normalization shows on large numbers only."""
    return 100 * torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(side))


@dataclass(frozen=True)
class Dropped(Bench):
    """One pass in training in which everything before the linear layers is a positive constant: zeros are dropped ones.

    Attributes:
        rates: probability of a zero among the inputs of each linear layer.
        source: regex of the reference's last convolution.
        linear: the reference's linear layers.
    """

    rates: tuple[float, ...] = (0.5, 0.5, 0.0)
    source: str = r"conv5[ab]?"
    linear: tuple[str, ...] = ("fc6", "fc7", "fc8")

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """The reference's trace; the rates are known."""
        return {"trace": drive.answer(reference, self._tracing(device))["steps"][-1], "steps": []}

    def adapt(self, request: Plain, names: dict[str, str]) -> None:
        """Zeros for the weights before each dropout, positive biases, and a record of what the layers are given."""
        seeds = request["steps"][1]["seeds"]
        for name, given in names.items():
            if re.fullmatch(rf"({'|'.join((self.source, *self.linear))})\.(weight|bias)", name):
                seeds[given][1] = "zero" if name.endswith("weight") else "positive"
        paths = [names[f"{layer}.weight"].rpartition(".")[0] for layer in self.linear]
        request["steps"][-1] |= {"record": paths, "record_inputs": True}

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        last = actual["steps"][-1]
        problem = compare_errors({}, last)
        if problem:
            return problem
        seen = [sample for sample in last["layers"].values() if isinstance(sample, torch.Tensor)]
        found = [float((sample == 0).double().mean()) for sample in seen]
        for number, (p, rate, sample) in enumerate(zip(found, self.rates, seen, strict=False), 1):
            if abs(p - rate) > SIGMAS * (rate * (1 - rate) / max(1, sample.numel())) ** 0.5:
                message = f"In training, {p:.0%} of the inputs of linear layer {number} were dropped; it should be {rate:.0%}."
                return Problem("values", message, where=" ".join(f"{share:.1f}" for share in found))
        return None

    def _alike(self, other: Plain, trial: Trial) -> bool:
        if "missing" in other or "missing" in trial.actual:
            return super()._alike(other, trial)
        problem = self._problem(trial.expected, other)
        if problem is None or trial.problem is None:
            return problem is None and trial.problem is None
        return (problem.kind, problem.where) == (trial.problem.kind, trial.problem.where)


def evaluated(side: int) -> dict[str, Any]:
    """What a bench is told to compare the output for one picture in evaluation mode."""
    script = (evaluation(), forward(picture(side), no_grad=True))
    return {"script": script, "shape": (1, 3, side, side), "large": True, "layered": True, "mode": "eval"}


def dropping(side: int) -> dict[str, Any]:
    """What a :class:`Dropped` is told to see which inputs of the linear layers are dropped in training."""
    return {"script": (train(), forward(picture(side), no_grad=True)), "shape": (1, 3, side, side), "large": True}
