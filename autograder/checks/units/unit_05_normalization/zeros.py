"""Zeros that fall by chance, recognised by their properties: how many, where, what becomes of the rest, and who decides.

Guarantees: any way of drawing is right; a share of zeros is called wrong only where chance gives it once in 4·10¹¹ runs.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograder.checks.cases import Ask, Trial
from autograder.checks.comparing.values import SLACK, Problem
from autograder.checks.driver.plain import kind_of
from autograder.checks.properties import Property, drawn_anew, drawn_from_seed, problem
from autograder.checks.wire import DTYPES, Plain

SIGMAS = 7.0


def _tensor(value: Plain, x: Tensor, dtype: str) -> Problem | None:
    if not isinstance(value, Tensor):
        return Problem("kind", f"The result must be a tensor; it is {kind_of(value)}.", x, value)
    if value.shape != x.shape:
        return Problem("shape", f"The result must have shape {tuple(x.shape)}; it has {tuple(value.shape)}.", x, value)
    if value.dtype != DTYPES[dtype]:
        return Problem("dtype", f"The result must have dtype {dtype}, as its input.", x, value)
    return None


def zeros_and_the_rest(values: list[Plain], request: Plain) -> Problem | None:
    """Zeros as often as p says, every other entry x/(1 − p)."""
    x, p = request["steps"][0]["args"][:2]
    for value in values:
        wrong = _tensor(value, x, request["dtype"])
        if wrong:
            return wrong
        kept = value != 0
        if p and not bool((~kept).any()):
            return problem("none", f"Nothing was dropped, with p = {p} and {x.numel()} entries.")
        ratio = (value / x)[kept].double()
        slack = SLACK[DTYPES[request["dtype"]]] * torch.finfo(DTYPES[request["dtype"]]).eps
        if ratio.numel() and float((ratio - 1 / (1 - p)).abs().max()) > slack / (1 - p):
            found = f"{float(ratio.mean()):.4g}"
            return problem(
                f"scale {found}", f"What is kept must be divided by 1 − p: {1 / (1 - p):.4g}·x; it is {found}·x."
            )
        alike = [d for d, n in enumerate(x.shape) if p > 0 and n > 1 and _same_along(kept, d)]
        if alike:
            message = "Whole rows, columns or pictures are dropped together; each entry falls by itself."
            return problem(f"together along {alike}", message)
        share = float((~kept).double().mean())
        if abs(share - p) > SIGMAS * math.sqrt(p * (1 - p) / x.numel()):
            near = "" if abs(share - (1 - p)) > 0.1 else " That is 1 − p."
            return problem(f"share {near}", f"With p = {p}, {share:.0%} of {x.numel()} entries are zero.{near}")
    return None


def _same_along(kept: Tensor, dimension: int) -> bool:
    return torch.equal(kept, kept.narrow(dimension, 0, 1).expand_as(kept))


different_every_time = drawn_anew(
    zeros_and_the_rest, "Two calls dropped exactly the same entries; each call must draw anew."
)


the_same_with_a_seed = drawn_from_seed(
    zeros_and_the_rest, "Two generators with the same seed gave different zeros: draw from the generator given."
)


def another_number_every_time(values: list[Plain], request: Plain) -> Problem | None:
    """How many entries fall is left to chance as well: ten times the same number is none."""
    wrong = zeros_and_the_rest(values, request)
    counts = {int((value == 0).sum()) for value in values if isinstance(value, Tensor)}
    if wrong is None and len(counts) == 1:
        message = f"Each of {len(values)} calls dropped exactly {counts.pop()} entries; each entry falls by itself."
        return problem("count", message)
    return wrong


class Reseeded(Property):
    """The same request twice, each under the same global seed: without a generator the seed decides."""

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Ask twice and compare."""
        trials = [super(Reseeded, self).perform(ask, reference, expected, seed, device, guard) for _ in range(2)]
        values = [trial.actual["steps"][0].get("value") for trial in trials]
        if trials[0].problem or (all(isinstance(v, Tensor) for v in values) and torch.equal(*values)):
            return trials[0]
        message = "Under the same torch.manual_seed two calls dropped different entries. Without a generator, chance comes from PyTorch's usual one."
        return replace(trials[0], problem=problem("usual generator", message))
