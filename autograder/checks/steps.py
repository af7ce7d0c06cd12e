"""Steps on a module: build it, load weights, run it forwards and backwards, and tell its state. The student's side.

Guarantees: every step hands back plain data, keyed by the student's own names; which of the student's tensors plays
which role is decided elsewhere (:mod:`autograder.checks.roles`), from the graph that :func:`_graph` reports.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from autograder.checks import arguments, forbid, graph
from autograder.checks.plain import to_plain
from autograder.checks.wire import Plain

WIDEST = 1 << 22  # numbers of a tensor that are filled


@dataclass
class Stage:
    """What the steps of one request share.

    Attributes:
        target: the student's function or class.
        dtype: of every floating tensor.
        device: where everything lies.
        module: what ``build`` made.
        inputs: arguments of the last ``forward``.
        output: result of the last ``forward``.
    """

    target: Any
    dtype: torch.dtype
    device: str
    module: Any = None
    inputs: tuple[Any, ...] = ()
    output: Any = None


class NoDraws(TorchFunctionMode):
    """Leaves new weights as they are, for large networks that are filled right afterwards; ``blank`` ones are zero."""

    DRAWS = ("uniform_", "normal_", "kaiming_uniform_", "trunc_normal_")

    def __init__(self, blank: bool = False) -> None:
        super().__init__()
        self.blank = blank

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") in self.DRAWS:
            tensor = args[0] if args else kwargs["tensor"]
            if self.blank:
                tensor.detach().zero_()
            return tensor
        return func(*args, **(kwargs or {}))


class NotAModule(TypeError):
    """What was built cannot be used as a module."""


def _build(stage: Stage, step: dict[str, Any]) -> Plain:
    """Call the target and keep the module that it makes: on ``meta`` without memory, ``bare`` without first weights.

    ``blank`` gives it zeros for first weights: enough to see which layer feeds which.
    """
    args, kwargs = arguments.build(step, stage)
    named = {**{str(i): arg for i, arg in enumerate(args)}, **kwargs}
    before = arguments.snapshot(named)
    if step.get("meta"):
        stage.device = "meta"
    drawn = not (step.get("bare") or step.get("blank"))
    bare = contextlib.nullcontext() if drawn else NoDraws(blank=bool(step.get("blank")))
    with torch.device(stage.device), bare, forbid.watched(step.get("guard", [])) as seen:
        module = stage.target(*args, **kwargs)
    if not isinstance(module, nn.Module):
        raise NotAModule(f"expected an nn.Module, got {type(module).__name__}")
    stage.module = module.to(dtype=stage.dtype)
    mutated = arguments.changed(named, before)
    reply: dict[str, Plain] = {"leaves": graph.leaves(module), "type": type(module).__name__, "mutated": mutated}
    return reply | arguments.kinship(module, named) | {"forbidden": list(seen)}


def _graph(stage: Stage, step: dict[str, Any]) -> Plain:
    """Run the module once and report which layer feeds which."""
    inputs = _inputs(stage, step)
    return graph.trace(stage.module, inputs)


def _anatomy(stage: Stage, step: dict[str, Any]) -> Plain:
    """Run the module once and report its layers, as far as it gets."""
    return graph.anatomy(stage.module, _inputs(stage, step))


def _load(stage: Stage, step: dict[str, Any]) -> Plain:
    """Copy tensors into parameters and buffers by their paths."""
    tensors = dict(stage.module.named_parameters(remove_duplicate=False)) | dict(stage.module.named_buffers())
    with torch.no_grad():
        for path, value in step["state"].items():
            tensors[path].copy_(value)
    return {}


def _fill(stage: Stage, step: dict[str, Any]) -> Plain:
    """Fill tensors with repeatable numbers made here, for networks whose weights are too many to send.

    One row of random numbers, scaled by √(2/fan-in), serves a whole tensor: cheap to make, and every filter still
    differs.
    """
    tensors = dict(stage.module.named_parameters(remove_duplicate=False)) | dict(stage.module.named_buffers())
    with torch.no_grad():
        for path, (seed, kind) in step["seeds"].items():
            _fill_one(tensors[path], seed, kind)
    return {}


def _fill_one(tensor: torch.Tensor, seed: int, kind: str) -> None:
    filled = tensor
    if tensor.numel() > WIDEST:  # the first rows of a hundred million numbers show every mistake that all of them show
        tensor.data = _untouched_zeros(tensor)
        filled = tensor[: max(1, WIDEST // tensor[0].numel())]
    if kind == "zero":
        filled.zero_()
        return
    generator = torch.Generator().manual_seed(seed)
    period = torch.randn(8191, generator=generator, dtype=torch.float32)  # prime: rows of a weight do not repeat
    if kind == "positive":
        period = 0.6 + 0.8 * period.sigmoid()
    else:
        period *= (2.0 / tensor[0].numel()) ** 0.5 if kind == "weight" and tensor.ndim > 1 else 0.3
    period = period.to(device=tensor.device, dtype=tensor.dtype)
    flat = filled.view(-1)
    whole = flat.numel() // period.numel() * period.numel()
    flat[:whole].view(-1, period.numel()).copy_(period.expand(whole // period.numel(), -1))
    flat[whole:].copy_(period[: flat.numel() - whole])


def _untouched_zeros(like: torch.Tensor) -> torch.Tensor:
    """Zeros of the same shape; on a CPU in memory that the system hands out page by page, as it is written to."""
    if like.device.type != "cpu":
        return torch.zeros_like(like)
    size = like.numel() * like.element_size()
    return torch.from_numpy(np.zeros(size, np.uint8)).view(like.dtype).view(like.shape)


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
    """Buffers (and with ``params`` the parameters too), and the names that ``state_dict`` would save."""
    state = {name: to_plain(value) for name, value in stage.module.named_buffers()}
    if step.get("params"):
        state |= {name: to_plain(value) for name, value in stage.module.named_parameters()}
    return {"state": state, "saved": list(stage.module.state_dict())}


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
