"""Benches of this unit: small modules, whole networks with their wiring, and how much dropout shakes the output.

Guarantees: errors count as the same only when they say the same; which layer feeds which is judged without weights;
dropout is judged by the spread of the outputs, wherever and however it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.bench import Bench, backward, evaluation, forward, train
from autograder.checks.cases import Ask, Trial, drawn, normal
from autograder.checks.comparing.roles import match
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.driver.leaf import alike, holders, shape_given, tensor_paths
from autograder.checks.wire import Plain

TOLERANCE = 0.25


@dataclass(frozen=True)
class Block(Bench):
    """A bench on which two errors are alike only when their messages are."""

    def _alike(self, other: Plain, trial: Trial) -> bool:
        told = [_told(reply) for reply in (other, trial.actual)]
        return told[0] == told[1] and super()._alike(other, trial)


def _told(reply: Plain) -> str:
    """An error's first sentence, which says what was wrong and not where: "" without an error."""
    error = reply["steps"][-1].get("error") if reply.get("steps") else None
    return re.split(r"\. |: ", str(error.get("message", "")))[0] if error else ""


@dataclass(frozen=True)
class Wiring(Block):
    """A network run once: its layers, their outputs' shapes, and which layer feeds which.

    Attributes:
        loose: regex of reference layers whose outputs' shapes may differ: a 1×1 convolution may stand before or behind
            an average pool.
    """

    loose: str = "$^"

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Trace what ``ask`` reaches and compare it by role."""
        request = self._tracing(device, guard)
        steps = ask(request)["steps"]
        if "error" in steps[-1] or "error" in expected["trace"]:
            return super().perform(ask, reference, expected, seed, device, guard)
        actual, problem = self._wired(expected["trace"], steps[-1])
        if actual is None:
            return super().perform(ask, reference, expected, seed, device, guard)
        return Trial(self, request, expected, {"steps": steps, "wiring": actual}, problem)

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """The reference's trace."""
        trace = drive.answer(reference, self._tracing(device))["steps"][-1]
        return {"trace": trace, "steps": [trace]}

    def _perform_like(self, ask: Ask, expected: Plain, trial: Trial, device: str) -> Plain:
        steps = ask(self._tracing(device))["steps"]
        if "error" in steps[-1] or "error" in expected["trace"]:
            return {"steps": steps}
        found = match(expected["trace"], steps[-1])
        if not found.complete:
            return {"steps": steps, "missing": list(found.missing), "extra": list(found.extra)}
        return {"steps": steps, "wiring": self._wired(expected["trace"], steps[-1])[0]}

    def _alike(self, other: Plain, trial: Trial) -> bool:
        if "wiring" not in other or "wiring" not in trial.actual:
            return "wiring" not in other and "wiring" not in trial.actual and super()._alike(other, trial)
        wired, problem = self._wired(other["steps"][-1], trial.actual["steps"][-1])
        return wired is not None and problem is None

    def _wired(self, want: Plain, got: Plain) -> tuple[Plain, Problem | None]:
        """The student's shapes and sources under the reference's names, and the first that differs."""
        found = match(want, got)
        if not found.complete:
            return None, None
        numbers = holders(got)
        yours = {numbers[found.names[tensor_paths(leaf)[0]]]: leaf["path"] for leaf in want["leaves"]}
        sources = _sources(got, yours)
        shapes = {name: shape_given(got, i) for i, name in yours.items()}
        actual: Plain = [got["output"], sources, {k: v for k, v in shapes.items() if v is not None}]
        if want["output"] != got["output"]:
            text = f"The result holds tensors of shapes {_listed(got['output'])}; it must be {_listed(want['output'])}."
            return actual, Problem("shape", text, where="output")
        asked = _sources(want, {i: leaf["path"] for i, leaf in enumerate(want["leaves"])})
        for path in (want["leaves"][i]["path"] for i in dict.fromkeys(want["order"])):
            held = not re.fullmatch(self.loose, path) and shapes[path] is not None
            if held and not alike(shapes[path], want["shapes"][path]):
                now, due = tuple(shapes[path]), tuple(want["shapes"][path])
                text = f"The layer that plays {path} gives {now}; it must give {due}."
                return actual, Problem("shape", text, where=path)
            if sources[path] != asked[path]:
                fed, due_text = _named(sources[path]), _named(asked[path])
                text = f"The layer that plays {path} is fed by {fed}; it must be fed by {due_text}."
                return actual, Problem("structure", text, where=path)
        return actual, None


@dataclass(frozen=True)
class Outputs(Block):
    """A network's outputs; a misconception is loaded with the very weights that the student's network had."""

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """As on any bench; the student's trace is kept."""
        trial = super().perform(ask, reference, expected, seed, device, guard)
        if trial.problem is not None:
            trial.actual["trace"] = ask(self._tracing(device))["steps"][-1]
        return trial

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another network with the same wiring and the same weights gives the same."""
        theirs = trial.actual.get("trace", {})
        fills = [step["seeds"] for step in trial.request["steps"] if step["do"] == "fill"]
        if "leaves" not in theirs or not fills:
            return super().explained(target, trial, device)
        ours = drive.answer(target, self._tracing(device))["steps"][-1]
        found = match(ours, theirs) if "leaves" in ours else None
        if found is None or not found.complete:
            return False
        seeds = {name: fills[0][given] for name, given in found.names.items() if given in fills[0]}
        steps = [{**s, "seeds": seeds} if s["do"] == "fill" else s for s in trial.request["steps"]]
        return self._alike(drive.answer(target, {**trial.request, "steps": steps}), trial)


def _sources(trace: Plain, names: dict[int, str]) -> dict[str, list[str]]:
    """For every layer, by its number, those that feed it, under the reference's names."""
    feeding: dict[str, list[str]] = {path: [] for path in names.values()}
    for a, b in trace["edges"]:
        feeding[names[b]].append(names[a])
    return {path: sorted(found) for path, found in feeding.items()}


def _named(paths: list[str]) -> str:
    return ", ".join(paths) or "the input"


def _listed(shapes: list[list[int]]) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes) or "none"


@dataclass(frozen=True)
class Shaken(Block):
    """Evaluation, then training, on the same inputs: the spread between the two shows what dropout does.

    Attributes:
        positive: regex of reference biases that become positive: with zeroed weights before them, the inputs of the
            last layer are then constants above zero, whatever the rest of the network does.
        p: the probability of a zero that is asked for.
    """

    positive: str = "$^"
    p: float = 0.5

    def adapt(self, request: Plain, names: dict[str, str]) -> None:
        """Positive biases, so that what dropout is given is a constant above zero."""
        seeds = request["steps"][1]["seeds"]
        for name, given in names.items():
            if re.fullmatch(self.positive, name):
                seeds[given][1] = "positive"

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        if any("error" in step for step in actual["steps"]):
            return super()._problem(expected, actual)
        spread = _spread(actual)
        if spread is None:
            return Problem(
                "shape", "In both modes the result must be one tensor of one score per class.", where="shape"
            )
        ratio = spread / max(_spread(expected) or 0.0, 1e-12)
        if abs(ratio - 1) <= TOLERANCE:
            return None
        odds = ratio * self.p / (1 - self.p)  # the variance that dropout adds goes with p/(1 − p)
        found = odds / (1 + odds)
        if ratio < 1e-6:
            message = "Two passes, one in evaluation and one in training, agree: nothing is dropped in training."
        else:
            message = (
                f"In training the scores spread {ratio**0.5:.2f} times as far as they should about those of evaluation, "
                f"as if dropout before the last layer had p = {found:.1f}; it should be {self.p}."
            )
        return Problem("values", message, where=f"p {found:.1f}")

    def _alike(self, other: Plain, trial: Trial) -> bool:
        if "missing" in other or "missing" in trial.actual or _told(other) or _told(trial.actual):
            return super()._alike(other, trial)
        problems = self._problem(trial.expected, other), trial.problem
        if problems[0] is None or problems[1] is None:
            return problems[0] is problems[1]
        ours, theirs = _spread(other), _spread(trial.actual)
        if ours is None or theirs is None:
            return ours is theirs
        return abs(ours - theirs) <= TOLERANCE * max(ours, theirs)


def _spread(reply: Plain) -> float | None:
    """Mean square of the difference between the two passes."""
    values = [step["value"] for step in reply["steps"] if "value" in step]
    if len(values) != 2 or not all(isinstance(v, torch.Tensor) for v in values) or values[0].shape != values[1].shape:
        return None
    return float((values[0].double() - values[1].double()).square().mean())


def small(label: str, args: tuple[Any, ...], batch: int = 2, kind: str = "normal", **options: Any) -> Block:
    """A module on pictures of 5×6, in float64: output, and gradients unless ties leave open which maximum gets them."""
    shape = (batch, args[0], 5, 6)
    x = normal(*shape) if kind == "normal" else drawn(kind, *shape)
    script = (train(), forward(x)) if kind == "integers" else (train(), forward(x, grad=True), backward())
    return Block(label, args, script, shape, dtype="float64", **options)


def both_modes(label: str, args: tuple[Any, ...], **options: Any) -> Block:
    """A module that does the same in training and in evaluation, for any size."""
    shape = (3, args[0], 7, 4)
    x = normal(*shape, strided=True)
    return Block(
        label,
        args,
        (evaluation(), forward(x), train(), forward(x), forward(normal(1, args[0], 1, 2))),
        shape,
        **options,
    )
