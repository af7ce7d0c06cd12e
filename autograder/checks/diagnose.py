"""Names the mistake: finds the misconception whose output the student's output equals.

Guarantees: a name is given on evidence only. A misconception is named when its own wrong output equals the student's
on the failing cases that were looked at, and none of the passing ones speaks against it; otherwise a general pattern
(nothing returned, detached, one sample only …) may be named; otherwise nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from autograder.checks.cases import Trial
from autograder.checks.exercise import Exercise

MAX_FAILING, MAX_PASSING = 4, 8


@dataclass(frozen=True)
class Diagnosis:
    """A named mistake and a hint that does not give the answer."""

    name: str
    hint: str


def diagnose(exercise: Exercise, trials: list[Trial], device: str) -> Diagnosis | None:
    """Name the mistake behind failing trials.

    Args:
        exercise: with its misconceptions.
        trials: all that were tried, passing ones too.
        device: where they were tried.

    Returns:
        The diagnosis, or None when nothing known explains what came.
    """
    failing = [t for t in trials if t.problem and t.problem.kind not in ("gone", "missing")]
    if not failing:
        return None
    passing = [t for t in trials if not t.problem]
    for partly in (False, True):
        for misconception in exercise.misconceptions:
            if _explains(misconception.target, failing, passing, device, partly):
                return Diagnosis(misconception.name, misconception.hint)
    return _pattern(failing)


def _explains(target: object, failing: list[Trial], passing: list[Trial], device: str, partly: bool) -> bool:
    """Whether the misconception does what the student's code does.

    ``partly`` accepts it when it explains the first failing cases though a second mistake may be present elsewhere.
    """
    chosen = failing[:1] if partly else failing[:MAX_FAILING]
    if not all(trial.case.explained(target, trial, device) for trial in chosen):
        return False
    if partly:  # it must really differ there from the reference, and on numbers, not on a bare error
        return failing[0].problem is not None and failing[0].problem.kind in ("values", "gradient", "shape")
    return all(trial.case.explained(target, trial, device) for trial in passing[:MAX_PASSING])


def _pattern(failing: list[Trial]) -> Diagnosis | None:
    """Mistakes that can be made in any exercise."""
    problem = failing[0].problem
    assert problem is not None
    if problem.kind == "kind" and problem.actual is None and not problem.where:
        return Diagnosis("nothing is returned", "The last line of the function must hand the result back.")
    if problem.kind == "kind" and isinstance(problem.actual, dict) and problem.actual.get("$kind") == "ndarray":
        return Diagnosis("a NumPy array instead of a tensor", "Stay in torch: NumPy loses the device and the gradient.")
    if problem.kind == "mutated":
        return Diagnosis("the input is changed", "Work on a copy, or build the result from new tensors.")
    if problem.kind == "gradient" and problem.actual is None:
        return Diagnosis(
            "the result is detached", "detach, .data, .item, torch.tensor and no_grad cut the gradient's path."
        )
    if problem.kind == "dtype":
        return Diagnosis(
            "the dtype of the input is lost", "Buffers made with torch.zeros need the input's dtype and device."
        )
    if problem.kind == "no_error":
        return Diagnosis(
            "impossible arguments are accepted", "Check the sizes first, and raise ValueError with the numbers in it."
        )
    tensors = [(t.problem.expected, t.problem.actual) for t in failing if t.problem and t.problem.kind == "values"]
    pairs = [(e, a) for e, a in tensors if isinstance(e, torch.Tensor) and isinstance(a, torch.Tensor)]
    return _numbers(pairs) if pairs and len(pairs) == len(tensors) else None


def _numbers(pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> Diagnosis | None:
    """Patterns in wrong numbers, which must hold in every failing case."""
    if all(not a.any() and e.any() for e, a in pairs):
        return Diagnosis("the result stays zero", "Is the buffer ever written to?")
    batches = [(e, a) for e, a in pairs if e.ndim >= 2 and e.shape[0] >= 2]
    if batches and len(batches) == len(pairs) and all(_first_only(e, a) for e, a in batches):
        return Diagnosis("only the first sample of the batch is right", "Does every index run over the whole batch?")
    if all(a.is_floating_point() and _same(a, -e) for e, a in pairs):
        return Diagnosis("the sign is wrong", "Compare one entry with a calculation by hand.")
    if all(e.is_floating_point() and e.numel() > 2 and _rounded(e, a) for e, a in pairs):
        return Diagnosis("precision is lost on the way", "Something is computed in a narrower dtype than the input's.")
    factors = {_factor(e, a) for e, a in pairs}
    if len(factors) == 1 and None not in factors:
        return Diagnosis(
            f"every entry is {factors.pop()} times too large",
            "Which sum should have been divided, or which was counted twice?",
        )
    return None


def _first_only(expected: torch.Tensor, actual: torch.Tensor) -> bool:
    return _same(actual[0], expected[0]) and not any(_same(a, e) for a, e in zip(actual[1:], expected[1:], strict=True))


def _same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.shape == b.shape and torch.allclose(a.double(), b.double(), rtol=1e-4, atol=1e-6, equal_nan=True)


def _rounded(expected: torch.Tensor, actual: torch.Tensor) -> bool:
    return actual.dtype in (torch.float32, torch.float64) and torch.allclose(
        actual.double(), expected.double(), rtol=2e-2, atol=1e-4
    )


def _factor(expected: torch.Tensor, actual: torch.Tensor) -> str | None:
    """A constant ratio of all entries, written as a number; None where there is none."""
    want, got = expected.double().flatten(), actual.double().flatten()
    large = want.abs() > 1e-6
    if not large.any() or not _same(got[~large], want[~large]):
        return None
    ratio = got[large] / want[large]
    return f"{ratio.mean():.3g}" if float(ratio.std(unbiased=False)) < 1e-4 * float(ratio.mean().abs()) else None
