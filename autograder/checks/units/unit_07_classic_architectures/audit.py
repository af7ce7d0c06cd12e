"""The audit of a network on ``meta``: which layer has which tensors and which output, at no cost.

Guarantees: layers are compared in order of execution, by the shapes of their tensors and outputs only, so names, order
of declaration and ``Sequential`` or attributes do not matter. The message says which layer has how many parameters too
many or too few, and where the shapes part; a network that breaks off is compared as far as it got.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.checks.cases import Ask, Trial
from autograder.checks.comparing.compare import compare_errors
from autograder.checks.comparing.replies import unknown
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.wire import Plain

KINDS = {4: "convolution", 2: "linear layer"}


@dataclass(frozen=True)
class Layer:
    """One layer with parameters, as it ran.

    Attributes:
        path: the module's name.
        tensors: shapes of its parameters, sorted.
        output: shapes of what it gave; empty when it never ran.
    """

    path: str
    tensors: tuple[tuple[int, ...], ...]
    output: tuple[tuple[int, ...], ...]

    @property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        return sum(math.prod(shape) for shape in self.tensors)

    @property
    def kind(self) -> str:
        """In words."""
        return KINDS.get(max((len(shape) for shape in self.tensors), default=0), "other layer")


@dataclass(frozen=True)
class Audit:
    """One network, built and run on ``meta``.

    Attributes:
        label: what is special about it, in the reader's words.
        args: of the constructor (or of the function that builds the network).
        shape: of the input.
        kwargs: of the constructor.
        flat: a convolution over all of its input counts as the linear layer that it equals.
        hidden: tried only when grading.
    """

    label: str
    args: tuple[Any, ...] = ()
    shape: tuple[int, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    flat: bool = False
    hidden: bool = False

    def request(self, guard: tuple[str, ...] = ()) -> Plain:
        """What is sent: build on ``meta``, evaluation mode, one pass."""
        made = {"args": list(self.args), "kwargs": dict(self.kwargs), "shape": list(self.shape)}
        build = {"do": "build", **made, "meta": True}
        steps = [{**build, "guard": list(guard)}, {"do": "eval"}, {"do": "anatomy", "shape": list(self.shape)}]
        return {"dtype": "float32", "device": "cpu", "seed": 0, "steps": steps}

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """The reference's layers."""
        return drive.answer(reference, self.request())

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Audit what ``ask`` reaches."""
        request = self.request(guard)
        actual = ask(request)
        want, got = expected["steps"][-1], actual["steps"][-1]
        problem = unknown(actual["steps"]) or compare_errors(want, got)
        if problem is None and "error" not in want:
            problem = self._problem(want, got)
        return Trial(self, request, expected, actual, problem)

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another implementation has the same layers and breaks off in the same way."""
        replayed = drive.answer(target, self.request())["steps"]
        if (unknown(replayed) is None) != (unknown(trial.actual["steps"]) is None):
            return False
        other, actual = replayed[-1], trial.actual["steps"][-1]
        if "error" in other or "error" in actual:
            return "error" in other and "error" in actual and bool(other["error"]["type"] == actual["error"]["type"])
        return self._summary(other) == self._summary(actual)

    def layers(self, reply: Plain) -> list[Layer]:
        """Layers in order of execution; what never ran comes last."""
        ran = dict.fromkeys(i for i, _ in reply["ran"])
        outputs: dict[int, Any] = {}
        for i, shapes in reply["ran"]:
            outputs.setdefault(i, shapes)
        order = [*ran, *(i for i in range(len(reply["leaves"])) if i not in ran)]
        return [self._layer(reply["leaves"][i], outputs.get(i, [])) for i in order]

    def _layer(self, leaf: Plain, shapes: list[list[int]]) -> Layer:
        tensors = [tuple(shape) for shape in leaf["params"].values()]
        outputs = [tuple(shape) for shape in shapes]
        if self.flat and any(len(t) == 4 for t in tensors) and all(s[2:] == (1, 1) for s in outputs):
            tensors = [(t[0], math.prod(t[1:])) if len(t) == 4 else t for t in tensors]
            outputs = [s[:2] for s in outputs]
        return Layer(leaf["path"], tuple(sorted(tensors)), tuple(outputs))

    def _summary(self, reply: Plain) -> Plain:
        layers = [(layer.tensors, layer.output) for layer in self.layers(reply)]
        return layers, reply["output"], bool(reply["stopped"])

    def _problem(self, want: Plain, got: Plain) -> Problem | None:
        if self._summary(want) == self._summary(got):
            return None
        if not got["output"] and not got["stopped"]:
            return Problem("kind", "The network must hand back a tensor; nothing of the kind came.")
        ours, theirs = self.layers(want), self.layers(got)
        found = [text for i, pair in enumerate(zip(ours, theirs, strict=False), 1) if (text := _differ(i, *pair))]
        parts = found[:3] + (["…"] if len(found) > 3 else [])
        if len(ours) != len(theirs):
            parts.append(f"{len(theirs)} layers have parameters; it should be {len(ours)}.")
        if got["stopped"]:
            parts.append(f"The pass broke off: {got['stopped']}.")
        elif want["output"] != got["output"] and not found:
            parts.append(f"The output must have shape {_shapes(want['output'])}; it has {_shapes(got['output'])}.")
        totals = [sum(layer.parameters for layer in layers) for layers in (ours, theirs)]
        if totals[0] != totals[1]:
            parts.append(f"In all {totals[1]:,} parameters; it should be {totals[0]:,}.")
        return Problem("structure", " ".join(parts), where="layers")


def _differ(number: int, want: Layer, got: Layer) -> str:
    """How one layer differs, "" when it does not."""
    name = f"Layer {number} (yours: {got.path or 'the network itself'})"
    if want.tensors != got.tensors:
        surplus = got.parameters - want.parameters
        count = f": {abs(surplus):,} parameters too {'many' if surplus > 0 else 'few'}" if surplus else ""
        return f"{name} holds {_held(got)}; it should be a {want.kind} with {_held(want)}{count}."
    if not got.output:
        return f"{name} never ran."
    if want.output != got.output:
        return f"{name} gives {_shapes(got.output)}; it should give {_shapes(want.output)}."
    return ""


def _held(layer: Layer) -> str:
    return " and ".join(map(str, sorted(layer.tensors, key=len, reverse=True))) or "nothing"


def _shapes(shapes: Any) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes) or "no tensor"
