"""Mistakes that can be made in any exercise, read off what came instead of what should have come.

Guarantees: a pattern is a fact about the case that the report shows, or about all cases together; none is a guess. They
work on plain data, so nothing of the student's runs here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations

import torch

from autograder.checks.cases import Trial
from autograder.checks.comparing.values import Problem
from autograder.checks.wire import Plain


@dataclass(frozen=True)
class Diagnosis:
    """A named mistake and a hint that does not give the answer."""

    name: str
    hint: str


# What Python and PyTorch say, and what it means to somebody who hears it for the first time: type, words, name, hint.
SLIPS = (
    (
        "NameError|UnboundLocalError",
        "",
        "a name is used that does not exist there",
        "Is it spelt as where it was made, and made on every path that leads to this line?",
    ),
    (
        "AttributeError",
        "before Module.__init__",
        "super().__init__() does not come first",
        "A module must be set up before it can hold anything: what is the first line of __init__?",
    ),
    (
        ".*",
        "NoneType",
        "None is used where a value is needed",
        "Which name in that line can be None: an argument that was not given, or what a function without return gave?",
    ),
    (
        "RuntimeError",
        "view size is not compatible",
        "view is used where the memory does not allow it",
        "view never copies; reshape copies where it must.",
    ),
    (
        "RuntimeError",
        "is invalid for input of size",
        "a reshape to a size that holds more or fewer numbers",
        "How many numbers are there in this case? Is every size taken from a shape, none from an example?",
    ),
    (
        "RuntimeError|ValueError",
        "must match|broadcast|cannot be multiplied",
        "the shapes of two tensors do not fit together",
        "Print both shapes just before that line. Which dimension lies beside which, counted from the right?",
    ),
    (
        "RuntimeError",
        "leaf Variable|inplace operation",
        "something is changed in place that autograd still needs",
        "Build the result from new tensors, or work on a clone.",
    ),
    (
        "RuntimeError",
        "dtype|scalar type",
        "two dtypes meet",
        "Tensors that you make need the dtype of the input.",
    ),
    (
        "IndexError",
        "",
        "an index runs past the end",
        "What is the largest valid index, and with which value does the loop end in this case?",
    ),
    (
        "RecursionError",
        "",
        "the function calls itself without an end",
        "Which call must stop, and does it?",
    ),
)


def failure(problem: Problem) -> Diagnosis | None:
    """What an exception means, where that can be told from its words."""
    error = problem.actual
    if problem.expected is not None:
        return Diagnosis("another error than ValueError", "Look at the sizes before anything else happens to them.")
    if error["type"] == "TypeError" and error["line"] is None:
        hint = "Compare the line with def with that of the exercise: names, order and default values."
        return Diagnosis("the function cannot be called as the exercise says", hint)
    for kind, words, name, hint in SLIPS:
        if re.fullmatch(kind, error["type"]) and re.search(words, error["message"]):
            return Diagnosis(name, hint)
    return None


def container(expected: Plain, actual: Plain) -> Diagnosis | None:
    """The right numbers in the wrong number of tensors."""
    many, one = (actual, expected) if isinstance(expected, torch.Tensor) else (expected, actual)
    if not isinstance(many, list | tuple) or not many or not isinstance(many[0], torch.Tensor):
        return None
    if not isinstance(one, torch.Tensor) or not same(many[0], one):
        return None
    if many is actual:
        hint = "What you return first is right. Is more asked for?"
        return Diagnosis("the result comes with something else", hint)
    return Diagnosis("only the first result is returned", f"{len(many)} values are asked for: see the docstring.")


def arrangement(expected: torch.Tensor, actual: torch.Tensor) -> Diagnosis | None:
    """The right numbers in another shape or order of dimensions."""
    differs = actual.numel() == expected.numel() and actual.shape != expected.shape
    if differs and same(actual.reshape(expected.shape), expected):
        return _reshaped(expected, actual)
    if actual.ndim == expected.ndim > 1 and any(same(p, expected) for p in _turned(actual)):
        hint = "Which dimension stands where? permute and transpose reorder dimensions, reshape does not."
        return Diagnosis("the dimensions of the result stand in another order", hint)
    if expected.ndim >= 2 and 1 == len(actual) < len(expected) and same(actual[0], expected[0]):
        return Diagnosis("only the first sample of the batch is there", "Does every index run over the whole batch?")
    return None


def _reshaped(expected: torch.Tensor, actual: torch.Tensor) -> Diagnosis:
    if actual.ndim < expected.ndim:
        hint = "squeeze() removes every dimension of size one, also that of a batch with a single image."
        return Diagnosis("a dimension of size one is lost", hint)
    if actual.ndim > expected.ndim:
        hint = "keepdim=True and [None] leave dimensions behind: which of them must go?"
        return Diagnosis("dimensions of size one are left over", hint)
    return Diagnosis("the numbers are right, their shape is not", "Which shape does the docstring promise?")


def _turned(actual: torch.Tensor) -> Iterator[torch.Tensor]:
    orders = permutations(range(actual.ndim)) if actual.ndim <= 4 else iter(())
    return (actual.permute(order) for order in orders if order != tuple(range(actual.ndim)))


NOT_GIVEN = "not given"  # stands for an argument that a call leaves at its default
FEATURES: tuple[tuple[str, Callable[[Plain], bool], str], ...] = (
    (
        "{} is not contiguous",
        lambda v: isinstance(v, dict) and v.get("$recipe") == "strided",
        "The same numbers can lie in another order in memory. What in your code trusts that order?",
    ),
    ("{} is a pair", lambda v: isinstance(v, list | tuple) and len(v) == 2, "What happens to (2, 3) in your code?"),
    ("{} is not given", lambda v: v is NOT_GIVEN, "Which default does the exercise say, and what does it stand for?"),
    ("{} is given", lambda v: v is not NOT_GIVEN, "Follow it through your code: where does it change something?"),
    ("{} is float64", lambda v: v == "float64", "Of the tensors that you make, which do not ask the input?"),
)


def circumstance(failing: list[Trial], passing: list[Trial], parameters: list[str]) -> Diagnosis | None:
    """What all failing calls have in common and no passing call has."""
    if not all(map(_is_plain_call, failing)) or not all(map(_is_plain_call, passing)) or len(passing) < 2:
        return None
    calls = [_arguments(t, parameters) for t in (*failing, *passing)]
    edge = _border(failing, calls[: len(failing)])
    if edge:
        return edge
    names = list(dict.fromkeys(name for call in calls for name in call))
    found = [
        (words.format(name), hint)
        for words, test, hint in FEATURES
        for name in names
        if all(test(call.get(name, NOT_GIVEN)) == (i < len(failing)) for i, call in enumerate(calls))
    ]
    if not found:
        return None
    both = len(found) > 1 and "float64" in found[-1][0]  # cases that differ in two ways leave both open
    where = f"{found[0][0]} and {found[-1][0]}" if both else found[0][0]
    return Diagnosis(f"it goes wrong where {where}", found[0][1])


def _border(failing: list[Trial], calls: list[dict[str, Plain]]) -> Diagnosis | None:
    """Images that are right inside and wrong at the edge, where there is padding."""
    problems = [t.problem for t in failing if t.problem and t.problem.kind == "values"]
    if len(problems) < len(failing) or not all("padding" in call for call in calls):
        return None
    insides = [(_inside(p.expected), _inside(p.actual)) for p in problems]
    if any(e.numel() for e, _ in insides) and all(same(e, a) for e, a in insides):
        hint = "Which entries see something of the padding, and what is it to them?"
        return Diagnosis("only the border is wrong", hint)
    return None


def _inside(image: Plain) -> torch.Tensor:
    """Pictures without their edge; other values have no inside."""
    pixels = image if isinstance(image, torch.Tensor) and image.ndim >= 3 else torch.zeros(0, 0, 0)
    return pixels[..., 1:-1, 1:-1] if pixels.ndim > 3 else pixels[..., 1:-1]


def _is_plain_call(trial: Trial) -> bool:
    steps = trial.request.get("steps") or [{}]
    return len(steps) == 1 and steps[0].get("do") == "call"


def _arguments(trial: Trial, parameters: list[str]) -> dict[str, Plain]:
    step = trial.request["steps"][0]
    given = dict(zip(parameters, step["args"], strict=False)) | step["kwargs"]
    return {**given, "the dtype": trial.request.get("dtype", "float32")}


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors agree, with a tolerance that forgives any dtype."""
    return a.shape == b.shape and torch.allclose(a.double(), b.double(), rtol=1e-4, atol=1e-6, equal_nan=True)
