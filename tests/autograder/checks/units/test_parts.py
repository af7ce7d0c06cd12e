"""Parts of a result earn their points by themselves, and reports call them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.marking.mark import VISIBLE_SEED, Mark, mark

FOUND = exercise.find("conv2d_backward")


def marked(answer: Callable[..., Any]) -> Mark:
    return mark(FOUND, lambda request: drive.answer(answer, request), seed=VISIBLE_SEED, thorough=False)


def by_hand(dy: Any, x: Any, w: Any, stride: Any = 1, padding: Any = 0) -> tuple[Any, Any, Any]:
    """Right for db, wrong for the others, with no call that is forbidden."""
    return x * 0, w * 0, dy.sum(dim=(0, 2, 3))


def test_a_right_part_earns_its_points() -> None:
    earned = {group.name: group.passed for group in marked(by_hand).groups}
    assert earned["db"]
    assert not earned["dw"]
    assert not earned["dx"]


def test_the_report_calls_the_wrong_part_by_its_name() -> None:
    groups = {group.name: group for group in marked(by_hand).groups}
    assert ": dw: " in groups["dw"].message
    assert ": dx: " in groups["all three with padding"].message


def test_a_result_without_parts_is_refused_as_a_whole() -> None:
    found = marked(lambda *args, **kwargs: by_hand(*args, **kwargs)[2])
    assert found.points == 0
    assert "must be a tuple of 3 values" in found.groups[0].message


def test_a_named_mistake_in_one_part_leaves_the_others_their_points() -> None:
    misplaced = next(m for m in FOUND.misconceptions if m.name == "db is a mean")
    trusted = exercise.Exercise(FOUND.name, FOUND.reference, FOUND.groups, FOUND.misconceptions)  # nothing forbidden
    found = mark(trusted, lambda request: drive.answer(misplaced.target, request), seed=VISIBLE_SEED)
    assert found.diagnosis == misplaced.name
    assert {group.name for group in found.groups if group.passed} == {"dw", "dx"}
