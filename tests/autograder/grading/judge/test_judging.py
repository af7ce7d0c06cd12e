"""The judge turns whatever the kernel does into a result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autograder.checks.driver import drive
from autograder.checks.exercise import find
from autograder.checks.marking.mark import Gone
from autograder.grading.assignment import Graded
from autograder.grading.batch.tickets import unjudged
from autograder.grading.judge.judging import judge

STANDARDIZE = find("standardize")
GRADED = Graded("standardize", "standardize-tests", STANDARDIZE.points)


def honest(request: Any) -> Any:
    return drive.answer(STANDARDIZE.reference, request)


def test_a_right_answer_gets_all_points_without_a_reason() -> None:
    verdict = judge(GRADED, honest, seed=5, matched_how="grade_id")
    result = verdict.exercise
    assert (result.points, result.max_points, result.reason, verdict.flags) == (GRADED.points, GRADED.points, "", ())
    assert (result.seed, result.matched_how, result.grade_id) == (5, "grade_id", "standardize-tests")
    assert result.groups


def test_a_wrong_answer_keeps_its_reason() -> None:
    result = judge(GRADED, lambda request: drive.answer(lambda x, *_: x, request), seed=5).exercise
    assert result.points < GRADED.points
    assert result.reason


def test_a_dead_kernel_costs_the_points_and_says_why() -> None:
    def dead(_request: Any) -> Any:
        raise Gone("its kernel was killed by SIGKILL")

    result = judge(GRADED, dead, seed=5).exercise
    assert result.points == 0
    assert "killed by SIGKILL" in result.reason


def test_an_exercise_may_not_take_for_ever() -> None:
    ticks: Iterator[int] = iter(range(1_000_000))
    result = judge(GRADED, honest, seed=5, limit_s=2, clock=lambda: next(ticks)).exercise
    assert result.points < GRADED.points
    assert "longer than 2 s" in result.reason


@pytest.mark.parametrize("reply", [None, 3, "full marks", [], {"points": 9}, {"steps": None}, {"steps": [{}]}])
def test_a_forged_reply_earns_nothing(reply: Any) -> None:
    assert judge(GRADED, lambda _request: reply, seed=5).exercise.points == 0


def test_a_defect_of_the_marking_is_a_flag_and_not_an_exception() -> None:
    verdict = judge(Graded("no_such_exercise", "x-tests", 2), honest, seed=5)
    assert verdict.exercise.points == 0
    assert verdict.flags[0].startswith("no_such_exercise: could not be judged: UnknownExercise")


def test_unjudged_is_zero_of_all_points_with_the_reason() -> None:
    result = unjudged(GRADED, "its worker died", seed=1)
    assert (result.points, result.max_points, result.reason) == (0, GRADED.points, "its worker died")
