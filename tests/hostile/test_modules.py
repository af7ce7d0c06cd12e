"""Modules that lie about names, shapes, state, class or results: judged through the wire, each earns nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import nn

from autograder.checks import wire
from autograder.checks.driver import drive
from autograder.checks.exercise import find
from autograder.checks.marking.mark import Gone
from autograder.grading.assignment import Graded
from autograder.grading.judge.judging import judge
from autograder.grading.results import ExerciseResult

EXERCISE = find("PlainBlock")
RIGHT: Any = EXERCISE.reference
Replies = Callable[[Any], Any]


def judged(replies: Replies) -> ExerciseResult:
    def ask(request: Any) -> Any:
        try:
            return wire.decode(wire.encode(replies(wire.decode(wire.encode(request)))))
        except wire.WireError as error:
            raise Gone(str(error)) from None

    graded = Graded("PlainBlock", "PlainBlock-tests", EXERCISE.points)
    return judge(graded, ask, seed=7).exercise


class Agreeing(torch.Tensor):
    """Equal to everything."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.__name__ in ("eq", "allclose", "isclose", "equal", "all"):
            return torch.tensor(True)
        return super().__torch_function__(func, types, args, kwargs or {})


class HandsOutCopies(RIGHT):
    """Weights of the right names and shapes, which the forward pass does not use."""

    def named_parameters(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, nn.Parameter]]:
        for name, value in super().named_parameters(*args, **kwargs):
            yield name, nn.Parameter(value.detach().clone())


class GivesZeros(RIGHT):
    """All the right layers, and none of their result."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(super().forward(x))


class AgreesAboutZeros(GivesZeros):
    """The same in a tensor that equals everything."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).as_subclass(Agreeing)


class HidesItsState(RIGHT):
    """No buffers to compare, and a state that claims success."""

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        return {"passed": torch.ones(1)}

    def named_buffers(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, torch.Tensor]]:
        return iter(())


class ClaimsToBeAModule:
    """What isinstance() takes for a module."""

    __class__ = nn.Module  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take anything."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: self


class NoLayers(nn.Module):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


LIARS = (HandsOutCopies, GivesZeros, AgreesAboutZeros, HidesItsState, ClaimsToBeAModule, NoLayers)


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_module_that_lies_earns_nothing(liar: Any) -> None:
    earned = judged(lambda request: drive.answer(liar, request))
    assert earned.points == 0, [group.message for group in earned.groups]
    assert earned.reason


def trace_and(rest: Any) -> Replies:
    """The reference's own trace, which a process can make, and then something else."""

    def replies(request: Any) -> Any:
        traced = any(step["do"] == "graph" for step in request["steps"])
        return drive.answer(RIGHT, request) if traced else rest

    return replies


LAYER = {"path": "a", "params": {}, "buffers": {}, "kind": "Conv2d", "config": {}}
MADE_UP = {
    "nothing after the trace": trace_and({"steps": []}),
    "claims after the trace": trace_and({"steps": [{"passed": True, "value": True}] * 9}),
    "numbers after the trace": trace_and({"steps": [{"value": torch.ones(2, 4, 6, 5), "devices": ["cpu"]}] * 9}),
    "a trace of many layers": lambda request: {"steps": [{"leaves": [LAYER] * 8_000, "edges": [], "order": []}]},
    "edges to nowhere": lambda request: {"steps": [{"leaves": [LAYER], "edges": [[5, 7], [-1, 0]], "order": [9]}]},
    "no trace": lambda request: {"steps": [{"leaves": None, "edges": 3, "order": "x"}]},
}


@pytest.mark.parametrize("replies", MADE_UP.values(), ids=MADE_UP)
def test_replies_that_are_made_up_earn_nothing(replies: Replies) -> None:
    earned = judged(replies)
    assert earned.points == 0
    assert earned.reason


def test_the_same_way_an_honest_one_earns_everything() -> None:
    assert judged(lambda request: drive.answer(RIGHT, request)).points == EXERCISE.points
