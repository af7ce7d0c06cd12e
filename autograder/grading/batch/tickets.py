"""What workers are told, and the results of submissions that no worker could grade. Imports nothing heavy."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from autograder.grading.assignment import Assignment, Graded
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels.limits import DEFAULT_LIMITS
from autograder.grading.results import ExerciseResult, ManualItem, Record, SubmissionResult
from autograder.grading.run.needed import to_preload

Grader = Callable[[dict[str, Any]], Mapping[str, Any]]  # from a worker's job, which is a ticket, to its reply


def place(assignment: Assignment, confinement: Confinement, workroot: Path) -> dict[str, Any]:
    """What the process is told that workers are forked from, in plain values: it imports nothing to read them.

    Args:
        assignment: is graded.
        confinement: how students' code is held.
        workroot: a folder for what is gone after the batch.
    """
    return {
        "root": str(assignment.root),
        "assignment": assignment.name,
        "workroot": str(workroot),
        "preload": to_preload(assignment.release),
        "confinement": confinement.dump(),
    }


class Settings(Record):
    """What is the same for every submission of a batch; the first thing a worker is told."""

    assignment: str
    batch: str
    seed: int
    device: Literal["cpu", "cuda"]
    isolation: str
    only: str | None = None
    cell_seconds: float = DEFAULT_LIMITS.cell_seconds


class Ticket(Record):
    """One submission as a worker is told of it."""

    key: str
    path: Path
    student_id: str
    display_name: str
    digest: str
    source: str = ""
    platform: str = ""
    platform_ids: tuple[tuple[str, str], ...] = ()
    email: str | None = None
    submitted_at: datetime | None = None
    late: bool | None = None
    file_date: datetime | None = None
    seed: int
    notes: tuple[str, ...] = ()


def unjudged(graded: Graded, reason: str, *, seed: int, matched_how: str = "") -> ExerciseResult:
    """Zero points with a reason, where nothing could be asked."""
    return ExerciseResult(
        name=graded.exercise,
        grade_id=graded.grade_id,
        points=0,
        max_points=graded.points,
        attempted=True,
        text=f"{graded.exercise}: {reason}",
        matched_how=matched_how,
        reason=reason,
        seed=seed,
    )


def refusal(assignment: Assignment, settings: Settings, ticket: Ticket, reason: str) -> SubmissionResult:
    """The result of a submission that could not be graded: no points, the reason, a person to look at it."""
    return SubmissionResult(
        **identity(settings, ticket),
        status="refused",
        exercises=tuple(unjudged(graded, reason, seed=ticket.seed) for graded in assignment.graded),
        manual=tuple(ManualItem(grade_id=w.grade_id, max_points=w.points, answered=True) for w in assignment.written),
        flags=(reason,),
        isolation=settings.isolation,
    )


def identity(settings: Settings, ticket: Ticket) -> dict[str, Any]:
    """What a result says about where it comes from."""
    return {
        **ticket.model_dump(exclude={"key", "path", "notes"}),
        "staff_notes": ticket.notes,
        "assignment": settings.assignment,
        "batch": settings.batch,
        "versions": _versions(),
        "graded_at": datetime.now(timezone.utc).replace(microsecond=0),
    }


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "nbgrader", "cnn-course")},
    }
