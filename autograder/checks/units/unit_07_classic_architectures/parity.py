"""Values of whole networks, and where they drop: benches for networks of a hundred million parameters.

Guarantees: a misconception is run once per process and seed, however many answers it is compared with; dropout is
judged by what reaches the linear layers in training, wherever and however it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks import drive
from autograder.checks.bench import Bench, evaluation, forward, train
from autograder.checks.cases import Trial
from autograder.checks.compare import Problem, compare_errors
from autograder.checks.wire import Plain

SIGMAS = 7.0
_known: dict[tuple[Any, ...], Plain] = {}


def picture(side: int) -> torch.Tensor:
    """Pixels about their mean, some hundred up and down: local response normalization shows on large numbers only."""
    return 100 * torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(side))


@dataclass(frozen=True)
class Parity(Bench):
    """A bench whose misconceptions are remembered."""

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """As any bench, but what ``target`` does is found out once."""
        key = (target, self.label, trial.request["seed"], device)
        if key not in _known:
            _known[key] = self._perform_like(
                lambda request: drive.answer(target, request), trial.expected, trial, device
            )
        return self._alike(_known[key], trial)


@dataclass(frozen=True)
class Dropped(Parity):
    """One pass in training in which everything before the linear layers is a positive constant: zeros are dropped ones.

    Attributes:
        rates: probability of a zero among the inputs of each linear layer.
        source: the reference's last convolution.
        linear: the reference's linear layers.
    """

    rates: tuple[float, ...] = (0.5, 0.5, 0.0)
    source: str = "conv5"
    linear: tuple[str, ...] = ("fc6", "fc7", "fc8")

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """The reference's trace; the rates are known."""
        return {"trace": drive.answer(reference, self._tracing(device))["steps"][-1], "steps": []}

    def _running(
        self,
        trace: Plain,
        names: dict[str, str],
        seed: int | None,
        device: str,
        guard: tuple[str, ...],
        like: Plain = None,
    ) -> Plain:
        request = super()._running(trace, names, seed, device, guard, like)
        seeds = request["steps"][1]["seeds"]
        for layer in (self.source, *self.linear):
            seeds[names[f"{layer}.weight"]][1] = "zero"
            seeds[names[f"{layer}.bias"]][1] = "positive"
        paths = [names[f"{layer}.weight"].rpartition(".")[0] for layer in self.linear]
        request["steps"][-1] |= {"record": paths, "record_inputs": True}
        return request

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


def values(label: str, side: int) -> Parity:
    """Output for one picture in evaluation mode."""
    script = (evaluation(), forward(picture(side), no_grad=True))
    return Parity(label, (), script, (1, 3, side, side), large=True, layered=True, mode="eval")


def dropped(label: str, side: int) -> Dropped:
    """Which inputs of the linear layers are dropped in training."""
    script = (train(), forward(picture(side), no_grad=True))
    return Dropped(label, (), script, (1, 3, side, side), large=True)
