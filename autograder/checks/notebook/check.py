"""``check``: what a student calls below each exercise.

Guarantees: never raises for a wrong answer or a wrong call, never writes to stderr; shows HTML in a notebook, while its
``text/plain`` is the plain float of points earned, because that is what nbgrader reads.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.marking import report
from autograder.checks.marking.mark import VISIBLE_SEED, Defect, Mark, mark

last: dict[str, Report] = {}  # of every exercise checked in this session: what preflight lists


@dataclass(frozen=True, repr=False)
class Report:
    """The result of a check.

    Attributes:
        points: earned.
        passed: whether everything that was tried is right.
        diagnosis: the mistake's name, or None.
        text: the report in words.
    """

    points: float
    passed: bool
    diagnosis: str | None
    text: str
    html: str = field(default="")
    mark: Mark | None = None

    def __float__(self) -> float:
        return self.points

    def __repr__(self) -> str:
        return repr(float(self.points))

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def check(name: str, answer: Any = drive.MISSING, thorough: bool = False) -> Report:
    """Check an answer.

    Args:
        name: of the exercise, which is the name of the function or class: ``"conv2d"``.
        answer: the function or class itself.
        thorough: try everything that grading tries, with fresh numbers; otherwise the visible cases.

    Returns:
        The report; display it, or read ``points``, ``passed``, ``diagnosis``.
    """
    if not isinstance(name, str):
        return _refusal('check: the name comes first, then the function: check("conv2d", conv2d)')
    try:
        found = exercise.find(name)
    except exercise.UnknownExercise as error:
        return _refusal(str(error))
    if answer is not drive.MISSING and not callable(answer):
        kind = type(answer).__name__
        return _refusal(
            f"check({name!r}, …): expected the function or class itself, got {kind}; "
            f"write check({name!r}, {name}) without calling it"
        )
    seed = secrets.randbelow(2**31) if thorough else VISIBLE_SEED
    try:
        made = mark(
            found, lambda request: drive.answer(answer, request), seed=seed, thorough=thorough, device=_device()
        )
    except Defect as defect:
        return _refusal(
            f"check({name!r}, …): this is not your mistake: {defect}. Restart the session, and tell your teacher"
        )
    made_report = Report(made.points, made.passed, made.diagnosis, made.text, made.html, made)
    last[name] = made_report
    return made_report


def _device() -> str:
    """CUDA where the student has one: an answer must work where the notebook runs."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _refusal(message: str) -> Report:
    return Report(0.0, False, None, message, report.note_html(message))
