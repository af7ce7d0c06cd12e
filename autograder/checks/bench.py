"""Modules on a bench: weights put in by role, run through a script of steps, compared step by step.

Guarantees: a module is judged by what it does with given weights, whatever its attributes are called and in whatever
order they were declared; every output, gradient and buffer is compared under the reference's names. When roles cannot
be matched the report lists what is missing and what is left over.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from autograder.checks.cases import Ask, Trial, resolve
from autograder.checks.comparing.compare import compare_errors
from autograder.checks.comparing.replies import (
    changed,
    compare_steps,
    left_over,
    renamed,
    run_twice,
    unknown,
    unmatched,
)
from autograder.checks.comparing.roles import match
from autograder.checks.comparing.values import Problem
from autograder.checks.comparing.weights import fill_seeds, random_state
from autograder.checks.driver import drive
from autograder.checks.driver.leaf import shapes_of, tensor_paths
from autograder.checks.memory import remembered
from autograder.checks.wire import DTYPES, Plain


def train() -> Plain:
    """Script step: training mode."""
    return {"do": "train"}


def evaluation() -> Plain:
    """Script step: evaluation mode."""
    return {"do": "eval"}


def forward(*inputs: Any, grad: bool = False, no_grad: bool = False, silent: bool = False) -> Plain:
    """Script step: run the module; ``grad`` lets the first input require a gradient, ``silent`` compares nothing."""
    return {"do": "forward", "args": list(inputs), "grad": grad, "no_grad": no_grad, "silent": silent}


def backward() -> Plain:
    """Script step: gradients of a random weighting of the last output, for input and parameters."""
    return {"do": "backward"}


def state() -> Plain:
    """Script step: compare all buffers, and that ``state_dict`` saves them."""
    return {"do": "state"}


@dataclass(frozen=True)
class Bench:
    """One module, built, loaded and run.

    Attributes:
        label: what is special about it, in the reader's words.
        args: of the constructor (or of the function that builds the module).
        script: steps after loading, in order.
        shape: of the input with which the graph is traced.
        kwargs: of the constructor.
        zero: names of reference tensors that are set to zero: a dead branch, a last γ of zero.
        large: weights are made on the other side instead of sent, the graph is traced on ``meta``, the reference runs
            in the request's own dtype.
        layered: on wrong values, say up to which layer the two agree.
        dtype: of every floating tensor.
        hidden: tried only when grading.
        mode: mode in which the graph is traced.
    """

    label: str
    args: tuple[Any, ...] = ()
    script: tuple[Plain, ...] = ()
    shape: tuple[int, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    zero: tuple[str, ...] = ()
    large: bool = False
    layered: bool = False
    dtype: str = "float32"
    hidden: bool = False
    mode: str = "train"

    def seeded(self, seed: int) -> int:
        """The seed of this bench within a run."""
        return (zlib.crc32(self.label.encode()) ^ (seed * 2654435761)) % 2**31

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """The reference's trace and its replies to the script."""
        trace = drive.answer(reference, self._tracing(device))["steps"][-1]
        if "error" in trace:
            return {"trace": trace, "steps": [trace]}
        names = {name: name for leaf in trace["leaves"] for name in tensor_paths(leaf)}
        request = self._running(trace, names, self.seeded(seed), device, ())
        request = request if self.large else {**request, "dtype": "float64"}
        return {"trace": trace, "steps": drive.answer(reference, request)["steps"]}

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Build and trace, match roles, load, run, compare."""
        tracing = self._tracing(device, guard)
        traced = ask(tracing)["steps"]
        last = traced[-1]
        if "error" in last or "error" in expected["trace"]:
            problem = unknown(traced) or compare_errors(expected["trace"], last)
            return Trial(self, tracing, expected, {"steps": traced}, problem)
        found = match(expected["trace"], last)
        if not found.complete:
            actual = {"steps": traced, "missing": list(found.missing), "extra": list(found.extra)}
            return Trial(self, tracing, expected, actual, unknown(traced) or unmatched(found))
        trials = []
        shapes = shapes_of(expected["trace"])
        for names in found.alternatives(with_layers=not self.large):
            request = self._running(expected["trace"], names, self.seeded(seed), device, guard)
            actual = {"steps": renamed(ask(request)["steps"], names, shapes)}
            problem = self._problem(expected, actual) or changed(traced[0])
            trials.append(Trial(self, request, expected, actual, problem))
            if trials[-1].problem is None:
                return trials[-1]
        return self._layered(trials[0], ask, reference, found.names, seed, device) if self.layered else trials[0]

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another implementation does the same with the same weights as the student's."""
        # Of the reference too, under whose names the reply is kept: exercises share benches and mistakes.
        key = (target, repr(self), repr(trial.expected["trace"].get("leaves")), trial.request["seed"], device)
        other = remembered(key, lambda: self._replayed(target, trial, device))
        return self._alike(other, trial)

    def _alike(self, other: Plain, trial: Trial) -> bool:
        """Whether another implementation's replies to this trial are the student's."""
        if (unknown(trial.actual["steps"]) is None) != (unknown(other["steps"]) is None):
            return False
        if "missing" in trial.actual or "missing" in other:
            same = trial.actual.get("missing") == other.get("missing") and left_over(trial.actual) == left_over(other)
            return same and run_twice(trial.actual["steps"]) == run_twice(other["steps"])
        if not trial.actual["steps"]:  # a forged reply
            return False
        errors = [steps[-1].get("error") for steps in (trial.actual["steps"], other["steps"])]
        if any(errors):
            return bool(errors[0] and errors[1] and errors[0]["type"] == errors[1]["type"])
        return self._problem(other, trial.actual) is None

    def _replayed(self, target: Any, trial: Trial, device: str) -> Plain:
        return self._perform_like(lambda request: drive.answer(target, request), trial.expected, trial, device)

    def _perform_like(self, ask: Ask, expected: Plain, trial: Trial, device: str) -> Plain:
        traced = ask(self._tracing(device))["steps"]
        if "error" in traced[-1] or "error" in expected["trace"]:
            return {"steps": traced}
        found = match(expected["trace"], traced[-1])
        if not found.complete:
            return {"steps": traced, "missing": list(found.missing), "extra": list(found.extra)}
        request = self._running(expected["trace"], found.names, trial.request["seed"], device, ())
        return {"steps": renamed(ask(request)["steps"], found.names, shapes_of(expected["trace"]))}

    def _tracing(self, device: str, guard: tuple[str, ...] = ()) -> Plain:
        build = {
            "do": "build",
            "args": list(self.args),
            "kwargs": dict(self.kwargs),
            "shape": list(self.shape),
            "meta": self.large,
            "guard": list(guard),
        }
        steps = [build, {"do": self.mode}, {"do": "graph", "shape": list(self.shape)}]
        return {"dtype": self.dtype, "device": device, "seed": 0, "steps": steps}

    def _running(self, trace: Plain, names: dict[str, str], seed: int, device: str, guard: tuple[str, ...]) -> Plain:
        """The request that loads weights under the student's names and runs the script; the seed is the bench's own."""
        generator = torch.Generator().manual_seed(seed)
        load: Plain
        if self.large:
            seeds = fill_seeds(trace, seed, self.zero)
            load = {"do": "fill", "seeds": {names[key]: value for key, value in seeds.items()}}
        else:
            values = random_state(trace, seed, self.zero, self.dtype)
            load = {"do": "load", "state": {names[key]: value for key, value in values.items()}}
        script = [{**resolve(step, generator, self.dtype), "guard": list(guard)} for step in self.script]
        made = {"args": list(self.args), "kwargs": dict(self.kwargs), "shape": list(self.shape)}
        build = {"do": "build", **made, "bare": self.large}
        request = {"dtype": self.dtype, "device": device, "seed": seed, "steps": [build, load, *script]}
        self.adapt(request, names)
        return request

    def adapt(self, request: Plain, names: dict[str, str]) -> None:
        """Change the request that loads and runs, where a bench asks for weights or records of its own.

        Args:
            request: its second step loads or fills, the others after it are the script.
            names: reference's tensor name → student's.
        """

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        """The first step in which two runs differ."""
        return compare_steps(self.script, expected["steps"], actual["steps"], DTYPES[self.dtype])

    def _layered(self, trial: Trial, ask: Ask, reference: Any, names: dict[str, str], seed: int, device: str) -> Trial:
        """Run once more, recording every layer, and say where the two part."""
        from autograder.checks.comparing.layers import parting

        if trial.problem is None or trial.problem.kind != "values":
            return trial
        requests = [
            self._running(trial.expected["trace"], mapping, self.seeded(seed), device, ())
            for mapping in ({name: name for name in names}, names)
        ]
        text = parting(reference, ask, requests, trial.expected["trace"], names, DTYPES[self.dtype])
        problem = Problem(**{**vars(trial.problem), "message": f"{trial.problem.message} {text}"})
        return Trial(trial.case, trial.request, trial.expected, trial.actual, problem)
