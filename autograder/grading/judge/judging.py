"""The trusted side of marking: asks the student's kernel, compares here, and bounds what one exercise may cost.

Guarantees: a score comes only from comparing decoded plain values in this process; a kernel that dies, hangs or
floods, and even a defect of the marking itself, gives an exercise with zero points and a reason, never an exception.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.checks.exercise import find
from autograder.checks.marking.mark import Gone, Mark, mark
from autograder.grading.assignment import Graded
from autograder.grading.batch.tickets import unjudged
from autograder.grading.results import ExerciseResult, GroupResult

Ask = Callable[[Any], Any]
EXERCISE_SECONDS = 120.0
REASON_CHARS = 400


@dataclass(frozen=True)
class Verdict:
    """An exercise's result, and what a person should look at because of it."""

    exercise: ExerciseResult
    flags: tuple[str, ...] = ()


def judge(
    graded: Graded,
    ask: Ask,
    *,
    seed: int,
    device: str = "cpu",
    matched_how: str = "",
    limit_s: float = EXERCISE_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Verdict:
    """Mark one exercise of one submission.

    Args:
        graded: the exercise and its tests cell.
        ask: reaches the student's kernel; may raise ``Gone``.
        seed: of the batch, the same for everybody.
        device: where the cases run.
        matched_how: how the answer was found, as grafting tells it.
        limit_s: all requests of the exercise together may take this long.
        clock: seconds that only go up.
    """
    try:
        exercise = find(graded.exercise)
        earned = mark(exercise, _bounded(ask, limit_s, clock), seed=seed, thorough=True, device=device)
        return Verdict(_result(graded, earned, seed, matched_how))
    except Exception as error:  # a defect of ours must not cost the student the rest, nor stop the batch
        reason = f"could not be judged: {type(error).__name__}: {str(error)[:200]}"
        flag = f"{graded.exercise}: {reason}"
        return Verdict(unjudged(graded, reason, seed=seed, matched_how=matched_how), (flag,))


def _bounded(ask: Ask, limit_s: float, clock: Callable[[], float]) -> Ask:
    deadline = clock() + limit_s

    def within(request: Any) -> Any:
        if clock() >= deadline:
            raise Gone(f"its calls together took longer than {limit_s:g} s")
        return ask(request)

    return within


def _result(graded: Graded, earned: Mark, seed: int, matched_how: str) -> ExerciseResult:
    # The release says how many points the cell is worth; rounding in a group's share may not exceed them.
    return ExerciseResult(
        name=graded.exercise,
        grade_id=graded.grade_id,
        points=min(max(float(earned.points), 0.0), graded.points),
        max_points=graded.points,
        attempted=earned.attempted,
        diagnosis=earned.diagnosis,
        hint=earned.hint,
        text=earned.text,
        html=earned.html,
        groups=tuple(GroupResult(**vars(group)) for group in earned.groups),
        matched_how=matched_how,
        reason=_reason(earned),
        seed=seed,
    )


def _reason(earned: Mark) -> str:
    """Why points are missing, in one line."""
    if earned.passed:
        return ""
    if not earned.attempted:
        return "not attempted yet"
    first = next((group.message for group in earned.groups if not group.passed and group.message), "")
    return ": ".join(part for part in (earned.diagnosis, " ".join(first.split())) if part)[:REASON_CHARS]
