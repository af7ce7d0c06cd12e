"""Arguments of a call: from the plain data of a request to what a student's function is handed.

Guarantees: floating tensors come in the request's dtype and on its device; ``{"$recipe": name, ...}`` is replaced by
what the recipe makes (a generator, a layer, a data loader: see :mod:`autograder.checks.driver.recipes`); what a call
changed in its arguments is found by value, not by trusting it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import torch

from autograder.checks.driver import recipes
from autograder.checks.driver.plain import to_plain
from autograder.checks.wire import Plain

if TYPE_CHECKING:
    from autograder.checks.driver.steps import Stage


def build(step: Plain, stage: Stage) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments of one step."""
    args = [materialise(arg, stage) for arg in step.get("args", ())]
    kwargs = {key: materialise(arg, stage) for key, arg in step.get("kwargs", {}).items()}
    return args, kwargs


def materialise(plain: Plain, stage: Stage) -> Any:
    """One plain value as an argument: cast, moved, recipes made; containers are new objects."""
    if isinstance(plain, torch.Tensor):
        dtype = stage.dtype if plain.is_floating_point() else plain.dtype
        return plain.to(device=stage.device, dtype=dtype, copy=True)
    if isinstance(plain, dict) and "$recipe" in plain:
        content = {key: materialise(value, stage) for key, value in plain.items() if key != "$recipe"}
        return recipes.RECIPES[plain["$recipe"]](stage, **content)
    if isinstance(plain, dict):
        return {key: materialise(value, stage) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return type(plain)(materialise(value, stage) for value in plain)
    return plain


def require_grad(named: dict[str, Any], keys: Iterable[str]) -> dict[str, torch.Tensor]:
    """Make the named arguments require gradients, in place, and return them."""
    leaves = {key: named[key] for key in keys if isinstance(named.get(key), torch.Tensor)}
    for leaf in leaves.values():
        leaf.requires_grad_()
    return leaves


def snapshot(named: dict[str, Any]) -> dict[str, Plain]:
    """What the arguments hold before the call; of a module its parameters, buffers, modes, and what of it learns."""
    return {key: content(value) for key, value in named.items()}


def changed(named: dict[str, Any], before: dict[str, Plain]) -> list[str]:
    """Keys of the arguments that the call changed."""
    return [key for key, value in named.items() if not _same(content(value), before[key])]


def kinship(module: torch.nn.Module, named: dict[str, Any]) -> dict[str, list[str]]:
    """Which arguments a returned module is, and with which others it shares memory."""
    parts = {key: value for key, value in named.items() if isinstance(value, torch.nn.Module)}
    if not parts:
        return {"returned": [], "shared": []}
    own = {t.data_ptr() for t in module.state_dict().values() if t.numel() and not t.is_meta}
    shared = [k for k, v in parts.items() if v is not module and own & {t.data_ptr() for t in v.state_dict().values()}]
    return {"returned": [key for key, value in parts.items() if value is module], "shared": shared}


def devices(value: Any) -> list[str]:
    """The kinds of device on which the tensors of a result lie."""
    with torch._C.DisableTorchFunctionSubclass():
        return sorted({tensor.device.type for tensor in tensors_of(value)})


def gradients(value: Any, leaves: dict[str, torch.Tensor], seed: int) -> dict[str, Plain]:
    """Gradients of a random weighting of the result by each leaf; None where the result does not depend on one."""
    outputs = [t for t in tensors_of(value) if t.is_floating_point() and t.requires_grad]
    if not outputs:
        return dict.fromkeys(leaves)
    loss = torch.stack([(weighting(t, seed + i) * t).sum() for i, t in enumerate(outputs)]).sum()
    grads = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    return {key: None if grad is None else to_plain(grad) for key, grad in zip(leaves, grads, strict=True)}


def weighting(output: torch.Tensor, seed: int) -> torch.Tensor:
    """Fixed random numbers in the shape of an output, the same for every implementation with that shape."""
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randn(output.shape, generator=generator, dtype=torch.float64)
    return numbers.to(device=output.device, dtype=output.dtype)


def tensors_of(value: Any, depth: int = 0) -> list[torch.Tensor]:
    """The tensors in a result, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, list | tuple) and depth < 8:
        return [tensor for item in value for tensor in tensors_of(item, depth + 1)]
    if isinstance(value, dict) and depth < 8:
        return [tensor for item in value.values() for tensor in tensors_of(item, depth + 1)]
    return []


def content(value: Any) -> Plain:
    """What an argument holds; of a module its parameters, buffers, modes, and which parameters learn."""
    if isinstance(value, torch.nn.Module):
        state = {name: to_plain(tensor) for name, tensor in value.state_dict().items()}
        modes = [part.training for part in value.modules()]
        return {**state, "training mode": modes, "requires_grad": [p.requires_grad for p in value.parameters()]}
    return to_plain(value)


def _same(after: Plain, before: Plain) -> bool:
    if type(after) is not type(before):
        return False
    if isinstance(after, torch.Tensor):
        return after.shape == before.shape and after.dtype == before.dtype and bool(_equal_with_nan(after, before))
    if isinstance(after, list | tuple):
        return len(after) == len(before) and all(map(_same, after, before))
    if isinstance(after, dict):
        return after.keys() == before.keys() and all(_same(after[key], before[key]) for key in after)
    return bool(after == before) or (after != after and before != before)


def _equal_with_nan(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return ((a == b) | ((a != a) & (b != b))).all()
