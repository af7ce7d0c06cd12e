"""Names the mistake: finds the misconception whose output the student's output equals.

Guarantees: a name is given on evidence only. A misconception is named when its own wrong output equals the student's
on the failing cases that were looked at, and none of the passing ones speaks against it; otherwise a general pattern
(nothing returned, detached, one sample only …) may be named; otherwise nothing is.
"""

from __future__ import annotations

import re

import torch

from autograder.checks.cases import Trial
from autograder.checks.exercise import Exercise
from autograder.checks.marking import patterns
from autograder.checks.marking.patterns import Diagnosis, same

__all__ = ["Diagnosis", "diagnose"]
MAX_FAILING, MAX_PASSING = 4, 8
WRONG_PART = 0.2  # of a sample's entries, from which on the sample is wrong and not an edge of it
ROUNDING = {"float64": 2e-6, "float32": 1e-2}  # what a narrower dtype on the way costs, of the largest number
ROUNDED_UP = 0.1, 0.9  # part of the wrong entries that rounding leaves too large


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
    passing = [t for t in trials if not t.problem and not _is_refused(t)]  # a mistake may forget to refuse as well
    for partly in (False, True):
        for misconception in exercise.misconceptions:
            if _explains(misconception.target, failing, passing, device, partly):
                return Diagnosis(misconception.name, misconception.hint)
    return _pattern(failing) or patterns.circumstance(failing, passing, exercise.parameters) or _pattern(failing[:1])


def _explains(target: object, failing: list[Trial], passing: list[Trial], device: str, partly: bool) -> bool:
    """Whether the misconception does what the student's code does.

    ``partly`` accepts it when it explains the first failing cases though a second mistake may be present elsewhere.
    """
    chosen = failing[:1] if partly else failing[:MAX_FAILING]
    if not all(trial.case.explained(target, trial, device) for trial in chosen):
        return False
    if partly and failing[0].problem is not None and failing[0].problem.kind not in ("values", "gradient", "shape"):
        return False  # it must really differ there from the reference, and on numbers, not on a bare error
    return all(trial.case.explained(target, trial, device) for trial in passing[:MAX_PASSING])


def _is_refused(trial: Trial) -> bool:
    """Whether the reference refuses the arguments of this trial."""
    return any("error" in step for step in trial.expected.get("steps", ()))


def _pattern(failing: list[Trial]) -> Diagnosis | None:
    """Mistakes that can be made in any exercise."""
    problem = failing[0].problem
    assert problem is not None
    if all(getattr(t.case, "repeated", False) for t in failing):
        hint = "What one call makes must not be there in the next: look at default values, global names and caches."
        return Diagnosis("something is kept from an earlier call", hint)
    if problem.kind == "kind" and problem.actual is None and not problem.where:
        return Diagnosis("nothing is returned", "The last line of the function must hand the result back.")
    if problem.kind == "kind" and isinstance(problem.actual, dict) and problem.actual.get("$kind") == "ndarray":
        return Diagnosis("a NumPy array instead of a tensor", "Stay in torch: NumPy loses the device and the gradient.")
    if problem.kind == "error":
        return patterns.failure(problem)
    if problem.kind == "kind":
        return patterns.container(problem.expected, problem.actual)
    if problem.kind == "structure" and "extra" in failing[0].actual and not failing[0].actual.get("missing"):
        return Diagnosis("there are layers that nobody asked for", "A layer counts with its parameters, used or not.")
    if problem.kind == "mutated":
        return Diagnosis("the input is changed", "Work on a copy, or build the result from new tensors.")
    if problem.kind == "structure" and problem.where == "unknown layers":
        return Diagnosis(
            "layers that the module does not know",
            "Make them in __init__, as attributes or in nn.Sequential, nn.ModuleList or nn.ModuleDict.",
        )
    if problem.kind == "gradient" and problem.actual is None and not re.search("argument|input", str(problem.where)):
        return Diagnosis(
            "a layer that cannot learn", "requires_grad=False, detach, .data and no_grad keep a gradient from a weight."
        )
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
    if isinstance(problem.expected, torch.Tensor) and isinstance(problem.actual, torch.Tensor):
        arranged = patterns.arrangement(problem.expected, problem.actual)
        if arranged and problem.kind in ("shape", "values"):
            return arranged
    tensors = [(t.problem.expected, t.problem.actual) for t in failing if t.problem and t.problem.kind == "values"]
    pairs = [(e, a) for e, a in tensors if isinstance(e, torch.Tensor) and isinstance(a, torch.Tensor)]
    rounding = ROUNDING["float64" if all(t.request.get("dtype") == "float64" for t in failing) else "float32"]
    return _numbers(pairs, rounding) if pairs and len(pairs) == len(tensors) else None


def _numbers(pairs: list[tuple[torch.Tensor, torch.Tensor]], rounding: float) -> Diagnosis | None:
    """Patterns in wrong numbers, which must hold in every failing case."""
    if all(not a.any() and e.any() for e, a in pairs):
        return Diagnosis("the result stays zero", "Is the buffer ever written to?")
    batches = [(e, a) for e, a in pairs if e.ndim >= 2 and e.shape[0] >= 2]
    if batches and len(batches) == len(pairs) and all(_first_only(e, a) for e, a in batches):
        return Diagnosis("only the first sample of the batch is right", "Does every index run over the whole batch?")
    if all(a.is_floating_point() and same(a, -e) for e, a in pairs):
        return Diagnosis("the sign is wrong", "Compare one entry with a calculation by hand.")
    if all(e.is_floating_point() and e.numel() > 2 for e, _ in pairs) and _rounded(pairs, rounding):
        return Diagnosis("precision is lost on the way", "Something is computed in a narrower dtype than the input's.")
    factors = {_factor(e, a) for e, a in pairs}
    if len(factors) == 1 and None not in factors:
        return Diagnosis(
            f"every entry is {factors.pop()} times too large",
            "Which sum should have been divided, or which was counted twice?",
        )
    if None not in factors:
        return Diagnosis(
            "all entries of a result are off by the same factor",
            "The factor changes with the sizes: which number in your code should change with them?",
        )
    return None


def _first_only(expected: torch.Tensor, actual: torch.Tensor) -> bool:
    """Whether the first sample is right, and a good part of every other one is wrong."""
    wrong = (actual - expected).abs().flatten(1) > 1e-4 * expected.abs().flatten(1) + 1e-6
    return same(actual[0], expected[0]) and bool((wrong[1:].double().mean(1) > WRONG_PART).all())


def _rounded(pairs: list[tuple[torch.Tensor, torch.Tensor]], rounding: float) -> bool:
    """Whether all numbers are nearly right, and are those of a narrower dtype, or off by no more than one leaves."""
    if any(e.shape != a.shape or (a.double() - e).abs().max() > rounding * e.abs().max() for e, a in pairs):
        return False
    wide = rounding == ROUNDING["float64"]
    narrow = [torch.bfloat16, torch.float16, *([torch.float32] if wide else [])]
    if any(all(torch.equal(a.to(t).double(), a.double()) for _, a in pairs) for t in narrow):
        return True
    wrong = [(a.double().abs() - e.abs())[a.double() != e] for e, a in pairs]
    return wide and ROUNDED_UP[0] < float((torch.cat(wrong) > 0).double().mean()) < ROUNDED_UP[1]


def _factor(expected: torch.Tensor, actual: torch.Tensor) -> str | None:
    """A constant ratio of all entries, written as a number; None where there is none."""
    want, got = expected.double().flatten(), actual.double().flatten()
    large = want.abs() > 1e-6
    if not large.any() or not same(got[~large], want[~large]):
        return None
    ratio = got[large] / want[large]
    mean = float(ratio.mean())
    return f"{mean:.3g}" if float(ratio.std(unbiased=False)) < 1e-4 * abs(mean) and abs(mean - 1) > 1e-3 else None
