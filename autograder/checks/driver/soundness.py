"""Whether what a student's class made can be used as a module at all, and says so in words a student understands.

Guarantees: a class without ``forward`` is told so instead of looking like a blank; lazy layers have their shapes before
anybody asks for them; layers that a module does not know, for they are in a Python list, are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

TORCHS_OWN = frozenset(vars(nn.Module()))


class NotAModule(TypeError):
    """What was built cannot be used as a module."""


def checked(made: Any) -> nn.Module:
    """What was made, if it is a module that has ``forward``.

    Raises:
        NotAModule: otherwise, with what to look for.
    """
    if not isinstance(made, nn.Module):
        raise NotAModule(f"expected an nn.Module, got {type(made).__name__}")
    if getattr(made.forward, "__func__", None) is nn.Module.forward:
        name = type(made).__name__
        if type(made).__module__.startswith("torch."):
            raise NotAModule(f"an nn.{name} holds layers and cannot run them: use nn.Sequential, or write forward")
        raise NotAModule(
            f"{name} has no method forward: look at its spelling, and whether it is indented like __init__"
        )
    return made


def with_shapes(module: nn.Module, shape: Sequence[int]) -> nn.Module:
    """The module with its lazy layers told their sizes by a first picture of zeros."""
    for training in (False, True):  # some parts run in training only
        if shape and _is_lazy(module):
            with torch.no_grad():
                module.train(training)(torch.zeros(*shape))
            module.train()
    if _is_lazy(module):
        raise NotAModule("a lazy layer never ran, so it does not know its sizes: write them, as in nn.Conv2d(c_in, …)")
    return module


def unknown_layers(module: nn.Module) -> list[str]:
    """Attributes, by their paths, that hold layers or parameters in Python's containers, out of the module's sight."""
    known = {id(p) for p in module.parameters()}
    return [
        f"{path}.{name}" if path else name
        for path, part in module.named_modules()
        for name, value in vars(part).items()
        if name not in TORCHS_OWN and any(id(p) not in known for p in _held(value))
    ]


def _is_lazy(module: nn.Module) -> bool:
    return any(is_lazy(tensor) for tensor in [*module.parameters(), *module.buffers()])


def _held(value: Any) -> Iterator[nn.Parameter]:
    if isinstance(value, nn.Module):
        yield from value.parameters()
    elif isinstance(value, nn.Parameter):
        yield value
    elif type(value) in (list, tuple, dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _held(item)
