"""Which layer feeds which, read from autograd's graph: independent of names, declaration order and style.

Guarantees: a *leaf* is a module that owns parameters or buffers itself; an edge a → b means that b's result depends
on a's through operations without parameters only. Works on ``meta`` tensors, so VGG-16 costs no memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from autograder.checks.driver import arguments, loose
from autograder.checks.driver.leaf import holders
from autograder.checks.wire import Plain

CONFIGURATION = ("stride", "padding", "dilation", "groups", "kernel_size", "eps", "momentum", "p", "padding_mode")
SAMPLES = 512


def leaves(module: nn.Module) -> list[Plain]:
    """Describe each module that owns tensors: path, type, shapes, configuration."""
    described = []
    seen: set[int] = set()
    for path, part in module.named_modules():
        params = {k: list(p.shape) for k, p in part.named_parameters(recurse=False)}
        buffers = {k: list(b.shape) for k, b in part.named_buffers(recurse=False)}
        if id(part) in seen or not (params or buffers):
            continue
        seen.add(id(part))
        described.append(
            {
                "path": path,
                "type": type(part).__name__,
                "params": params,
                "buffers": buffers,
                "config": _configuration(part),
            }
        )
    return described


def trace(module: nn.Module, inputs: tuple[Any, ...]) -> Plain:
    """Run the module and report its leaves, their edges, order of execution and output shapes.

    Args:
        module: with parameters that require gradients.
        inputs: arguments of ``forward``.

    Returns:
        ``{"leaves", "edges": [[from, to]], "order": [index], "shapes": {path: shape}, "output": shapes, "strangers"}``,
        where strangers are the shapes of weights that were used and are none of the module's.
    """
    described = leaves(module)
    own = {id(p) for p in module.parameters()}
    order: list[str] = []
    shapes: dict[str, list[int]] = {}
    owning = {leaf["path"] for leaf in described}

    def note(path: str) -> Any:
        def hook(part: nn.Module, args: Any, output: Any) -> None:
            if isinstance(output, torch.Tensor):
                shapes[path] = list(output.shape)
            if path in owning:
                order.append(path)

        return hook

    hooks = [part.register_forward_hook(note(path)) for path, part in module.named_modules()]
    try:
        with torch.enable_grad():
            output = module(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    outputs = arguments.tensors_of(output)
    nodes = _topological([t.grad_fn for t in outputs if t.grad_fn is not None])
    used = {node: _own_parameters(node) for node in nodes}
    described = loose.told_apart(described, dict(module.named_modules()), nodes, used)
    places: dict[str, list[int]] = {}
    for i, leaf in enumerate(described):
        places.setdefault(leaf["path"], []).append(i)
    return {
        "leaves": described,
        "edges": sorted([a, b] for a, b in _edges(nodes, _leaf_of(nodes, used, module, described))),
        "order": [i for path in order for i in places[path]],
        "shapes": shapes,
        "output": [list(t.shape) for t in outputs],
        "strangers": _strangers(nodes, own),
    }


def _strangers(nodes: list[Any], own: set[int]) -> list[list[int]]:
    """Shapes of the weights at the graph's ends that are none of the module's own: of layers made in ``forward``."""
    used = [node.variable for node in nodes if hasattr(node, "variable")]
    return [list(p.shape) for p in used if isinstance(p, nn.Parameter) and id(p) not in own]


def _leaf_of(nodes: list[Any], used: dict[Any, Any], module: nn.Module, described: list[Plain]) -> dict[Any, int]:
    """The leaf whose parameter an operation uses, for every operation that uses one."""
    held = holders({"leaves": described})
    owners = {id(p): held[name] for name, p in module.named_parameters() if name in held}
    known = {node: [owners[id(p)] for p in used[node] if id(p) in owners] for node in nodes}
    return {node: leaves[0] for node, leaves in known.items() if leaves}


def anatomy(module: nn.Module, inputs: tuple[Any, ...]) -> Plain:
    """Run the module and report its leaves in order of execution with their output shapes, as far as it gets.

    Returns:
        ``{"leaves", "ran": [[index, shape]], "output": shapes, "stopped": why, or ""}``.
    """
    described = leaves(module)
    index = {leaf["path"]: i for i, leaf in enumerate(described)}
    ran: list[Plain] = []

    def note(path: str) -> Any:
        return lambda part, args, output: ran.append(
            [index[path], [list(t.shape) for t in arguments.tensors_of(output)]]
        )

    hooks = [part.register_forward_hook(note(path)) for path, part in module.named_modules() if path in index]
    output, stopped = None, ""
    try:
        with torch.no_grad():
            output = module(*inputs)
    except NotImplementedError:  # a blank
        raise
    except Exception as error:
        stopped = f"{type(error).__name__}: {error}"[:300]
    finally:
        for hook in hooks:
            hook.remove()
    shapes = [list(t.shape) for t in arguments.tensors_of(output)]
    return {"leaves": described, "ran": ran, "output": shapes, "stopped": stopped}


@contextlib.contextmanager
def recorded(module: nn.Module, paths: list[str], inputs: bool = False) -> Iterator[dict[str, torch.Tensor]]:
    """Keep a sample of the last output, or input, of each named part while the module runs."""
    parts = dict(module.named_modules())
    kept: dict[str, torch.Tensor] = {}

    def note(path: str) -> Any:
        def hook(part: nn.Module, args: Any, output: Any) -> None:
            seen = output if not inputs else args[0] if args else None
            if isinstance(seen, torch.Tensor):
                flat = seen.detach().flatten()
                kept[path] = flat[:: max(1, flat.numel() // SAMPLES)][:SAMPLES].cpu().clone()

        return hook

    hooks = [parts[path].register_forward_hook(note(path)) for path in paths if path in parts]
    try:
        yield kept
    finally:
        for hook in hooks:
            hook.remove()


def _configuration(part: nn.Module) -> dict[str, Any]:
    """Hyperparameters as strings of their values: what a report compares and shows."""
    return {
        key: str(getattr(part, key)) for key in CONFIGURATION if hasattr(part, key) and not callable(getattr(part, key))
    }


def _edges(order: list[Any], leaf_of: dict[Any, int]) -> set[tuple[int, int]]:
    """Edges between leaves, found by walking the graph from the inputs towards the outputs."""
    # nearest[node]: the leaves whose results reach this node through operations without parameters.
    nearest: dict[Any, frozenset[int]] = {}
    edges: set[tuple[int, int]] = set()
    for node in order:  # inputs before the nodes that use them
        upstream: set[int] = set()
        for source, _ in node.next_functions:
            if source is not None:
                upstream |= nearest.get(source, frozenset())
        own = leaf_of.get(node)
        if own is None:
            nearest[node] = frozenset(upstream)
        else:
            edges |= {(a, own) for a in upstream if a != own}
            nearest[node] = frozenset({own})
    return edges


def _topological(roots: list[Any]) -> list[Any]:
    done: dict[Any, None] = {}
    stack: list[tuple[Any, bool]] = [(root, False) for root in roots]
    entered: set[Any] = set()
    while stack:
        node, leaving = stack.pop()
        if leaving:
            done[node] = None
        elif node not in entered:
            entered.add(node)
            stack.append((node, True))
            stack += [(source, False) for source, _ in node.next_functions if source is not None]
    return list(done)


def _own_parameters(node: Any) -> list[nn.Parameter]:
    """The parameters that this operation uses directly, through reshaping at most."""
    found: list[nn.Parameter] = []
    if len(node.next_functions) < 2 or node.name().startswith(("Cat", "Stack")):  # joined, and used further down
        return found
    for source, _ in node.next_functions:
        steps = 0
        while source is not None and not hasattr(source, "variable") and len(source.next_functions) == 1 and steps < 6:
            source, steps = source.next_functions[0][0], steps + 1
        if isinstance(getattr(source, "variable", None), nn.Parameter):
            found.append(source.variable)
    return found
