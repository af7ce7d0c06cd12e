"""Weights for a bench: random numbers by role, of a size that keeps signals alive through depth.

Guarantees: the same seed and role give the same numbers; scales (γ, running variances) are positive and away from
one, shifts and running means away from zero, so that using, forgetting or swapping any of them shows.
"""

from __future__ import annotations

import re

import torch

from autograder.checks.driver.leaf import tensor_path
from autograder.checks.wire import DTYPES, Plain


def random_state(trace: Plain, seed: int, zero: tuple[str, ...], dtype: str) -> dict[str, torch.Tensor]:
    """Numbers for every floating tensor of a traced module, by the reference's names, rounded to ``dtype``."""
    generator = torch.Generator().manual_seed(seed + 1)
    values: dict[str, torch.Tensor] = {}
    for name, shape, kind in _tensors(trace):
        x = torch.randn(shape, generator=generator, dtype=torch.float64)
        if kind == "weight":
            fan_in = x[0].numel() if x.ndim > 1 else 1
            x *= (2.0 / fan_in) ** 0.5 if x.ndim > 1 else 1.0
        elif kind == "positive":
            x = 0.6 + 0.8 * torch.rand(shape, generator=generator, dtype=torch.float64)
        else:
            x *= 0.3
        values[name] = torch.zeros_like(x) if _is_zero(name, zero) else x
    return {name: x.to(DTYPES[dtype]) for name, x in values.items()}


def fill_seeds(trace: Plain, seed: int, zero: tuple[str, ...]) -> dict[str, list[Plain]]:
    """For networks too large to send: per tensor a seed and a kind from which the other side makes the numbers."""
    return {
        name: [seed + i, "zero" if _is_zero(name, zero) else kind] for i, (name, _, kind) in enumerate(_tensors(trace))
    }


def _tensors(trace: Plain) -> list[tuple[str, list[int], str]]:
    """Name, shape and kind of every floating tensor; counters are left out."""
    found = []
    for leaf in trace["leaves"]:
        normalizes = bool(leaf["buffers"])
        for key, shape in [*leaf["params"].items(), *leaf["buffers"].items()]:
            if key == "num_batches_tracked":
                continue
            kind = "positive" if key == "running_var" or (normalizes and key == "weight") else "shift"
            kind = "weight" if key == "weight" and not normalizes else kind
            kind = "weight" if len(shape) > 1 else kind
            found.append((tensor_path(leaf, key), shape, kind))
    return found


def _is_zero(name: str, zero: tuple[str, ...]) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in zero)
