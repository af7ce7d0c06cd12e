"""Steps on a module: build it, load weights, run it forwards and backwards, and tell its state. The student's side.

Guarantees: every step hands back plain data, keyed by the student's own names; which of the student's tensors plays
which role is decided elsewhere (:mod:`autograder.checks.comparing.roles`), from the graph that :func:`_graph` reports.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from autograder.checks.driver import arguments, forbid, graph, outline, soundness
from autograder.checks.driver.filling import NoDraws, fill
from autograder.checks.driver.plain import to_plain
from autograder.checks.wire import Plain


@dataclass
class Stage:
    """What the steps of one request share.

    Attributes:
        target: the student's function or class.
        dtype: of every floating tensor.
        device: where everything lies.
        build: makes the module once more, on another device.
        module: what ``build`` made.
        inputs: arguments of the last ``forward``.
        output: result of the last ``forward``.
        changed: arguments of ``build`` that were changed, also when it failed.
    """

    target: Any
    dtype: torch.dtype
    device: str
    build: Callable[[str], nn.Module] | None = None
    module: Any = None
    inputs: tuple[Any, ...] = ()
    output: Any = None
    changed: tuple[str, ...] = ()


def _build(stage: Stage, step: dict[str, Any]) -> Plain:
    """Call the target and keep the module that it makes: on ``meta`` without memory, ``bare`` without first weights."""
    args, kwargs = arguments.build(step, stage)
    named = {**{str(i): arg for i, arg in enumerate(args)}, **kwargs}
    before = arguments.snapshot(named)

    def build(device: str) -> nn.Module:
        bare = NoDraws() if step.get("bare") or step.get("meta") else contextlib.nullcontext()
        shapes_alone = outline.Outline() if device == "meta" else contextlib.nullcontext()
        with torch.device(device), bare, shapes_alone:
            module = soundness.checked(stage.target(*args, **kwargs))
            return soundness.with_shapes(module, step.get("shape", ())).to(dtype=stage.dtype)

    stage.build, stage.device = build, "meta" if step.get("meta") else stage.device
    try:
        with forbid.watched(step.get("guard", [])) as seen:
            stage.module = build(stage.device)
    finally:
        stage.changed = tuple(arguments.changed(named, before))
    kind = type(stage.module).__name__
    reply: dict[str, Plain] = {"leaves": graph.leaves(stage.module), "type": kind}
    reply["mutated"] = list(stage.changed)
    reply["unknown"] = soundness.unknown_layers(stage.module)
    return reply | arguments.kinship(stage.module, named) | {"forbidden": list(seen)}


def _graph(stage: Stage, step: dict[str, Any]) -> Plain:
    """Run the module once and report which layer feeds which."""
    return _outlined(stage, lambda: graph.trace(stage.module, _inputs(stage, step)))


def _anatomy(stage: Stage, step: dict[str, Any]) -> Plain:
    """Run the module once and report its layers, as far as it gets."""
    return _outlined(stage, lambda: graph.anatomy(stage.module, _inputs(stage, step)))


def _outlined(stage: Stage, run: Callable[[], Plain]) -> Plain:
    """Run on ``meta``; a module that looks at its numbers, or does what ``meta`` cannot, runs on zeros instead."""
    if stage.device != "meta":
        return run()
    try:
        with torch.device("meta"), outline.Outline():
            reply = run()
        if "meta" not in reply.get("stopped", "").lower():
            return reply
    except Exception as error:
        if "meta" not in str(error).lower():
            raise
    assert stage.build is not None
    training, stage.device = stage.module.training, "cpu"
    stage.module = stage.build(stage.device).train(training)
    return run()


def _load(stage: Stage, step: dict[str, Any]) -> Plain:
    """Copy tensors into parameters and buffers by their paths."""
    tensors = dict(stage.module.named_parameters(remove_duplicate=False)) | dict(stage.module.named_buffers())
    with torch.no_grad():
        for path, value in step["state"].items():
            tensors[path].copy_(value.view_as(tensors[path]))
    return {}


def _fill(stage: Stage, step: dict[str, Any]) -> Plain:
    """Fill tensors with repeatable numbers made here, for networks whose weights are too many to send."""
    tensors = dict(stage.module.named_parameters(remove_duplicate=False)) | dict(stage.module.named_buffers())
    with torch.no_grad():
        for path, (seed, kind) in step["seeds"].items():
            fill(tensors[path], seed, kind)
    return {}


def _mode(stage: Stage, step: dict[str, Any]) -> Plain:
    """``train`` or ``eval``."""
    stage.module.train(step["do"] == "train")
    return {}


def _forward(stage: Stage, step: dict[str, Any]) -> Plain:
    """Run the module; with ``grad`` its first input requires a gradient."""
    stage.inputs = _inputs(stage, step)
    if step.get("grad"):
        stage.inputs[0].requires_grad_()
    before = arguments.snapshot({"x": stage.inputs[0]})
    context = torch.no_grad() if step.get("no_grad") else torch.enable_grad()
    with (
        context,
        forbid.watched(step.get("guard", [])) as seen,
        graph.recorded(stage.module, step.get("record", []), step.get("record_inputs", False)) as layers,
    ):
        stage.output = stage.module(*stage.inputs)
    if step.get("silent"):
        return {"forbidden": list(seen)}
    return {
        "layers": layers,
        "value": to_plain(stage.output),
        "devices": arguments.devices(stage.output),
        "mutated": arguments.changed({"x": stage.inputs[0]}, before),
        "forbidden": list(seen),
    }


def _backward(stage: Stage, step: dict[str, Any]) -> Plain:
    """Gradients of a random weighting of the last output, for the input and for every parameter."""
    params = {n: p for n, p in stage.module.named_parameters() if p.requires_grad}
    leaves = dict(params)
    if isinstance(stage.inputs[0], torch.Tensor) and stage.inputs[0].requires_grad:
        leaves["input"] = stage.inputs[0]
    grads = arguments.gradients(stage.output, leaves, step.get("cotangent", 1))
    return {"input": grads.pop("input", None), "params": grads}


def _state(stage: Stage, step: dict[str, Any]) -> Plain:
    """Buffers (and with ``params`` the parameters too), what ``state_dict`` would save, what belongs to a graph."""
    state = {name: to_plain(value) for name, value in stage.module.named_buffers()}
    if step.get("params"):
        state |= {name: to_plain(value) for name, value in stage.module.named_parameters()}
    attached = [name for name, value in stage.module.named_buffers() if value.requires_grad]
    return {"state": state, "saved": list(stage.module.state_dict()), "attached": attached}


def _round_trip(stage: Stage, step: dict[str, Any]) -> Plain:
    """Load a ``state_dict`` as its names stand, strictly; used where the syllabus fixes the names."""
    args = arguments.materialise(step["state"], stage)
    stage.module.load_state_dict(args, strict=True)
    return {}


def _inputs(stage: Stage, step: dict[str, Any]) -> tuple[Any, ...]:
    if "shape" in step:
        return (torch.zeros(step["shape"], dtype=stage.dtype, device=stage.device),)
    return tuple(arguments.materialise(arg, stage) for arg in step["args"])


MODULE_STEPS: dict[str, Callable[[Stage, dict[str, Any]], Plain]] = {
    "build": _build,
    "graph": _graph,
    "anatomy": _anatomy,
    "load": _load,
    "fill": _fill,
    "train": _mode,
    "eval": _mode,
    "forward": _forward,
    "backward": _backward,
    "state": _state,
    "load_state_dict": _round_trip,
}
