"""Marks one exercise: tries its cases on whatever ``ask`` reaches, compares, gives points by group, names the mistake.

Guarantees: the same function marks in a notebook, under stock nbgrader and in the trusted judge, and only ``ask``
differs; points are a finite float between 0 and the exercise's points; whatever the student's side replies or fails
to reply is a mark, never an exception.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Any

from autograder.checks.cases import Ask, Case, Group, Trial
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import forbid
from autograder.checks.exercise import Exercise
from autograder.checks.marking import report
from autograder.checks.marking.diagnose import Diagnosis, diagnose
from autograder.checks.wire import Plain

VISIBLE_SEED = 20_1998
MAX_LOSSES = 2  # a kernel that was lost twice in one exercise is not asked again
CACHED_REPLIES = 4_000


class Gone(Exception):
    """The other side is lost: its kernel died, hung or flooded. ``str`` is the reason in words."""


class Defect(Exception):
    """The reference itself failed, on this device or with this memory: nothing can be said about the answer."""


@dataclass(frozen=True)
class GroupMark:
    """Points for one group of cases."""

    name: str
    points: float
    max_points: float
    passed: bool
    message: str


@dataclass(frozen=True)
class Mark:
    """What an exercise earned and why.

    Attributes:
        attempted: False when the blank was left as it is or the name does not exist.
        diagnosis: the named mistake, or None.
        text: the report in words.
        html: the same as an HTML fragment with a picture; safe to show.
    """

    name: str
    points: float
    max_points: float
    passed: bool
    attempted: bool
    diagnosis: str | None
    hint: str | None
    text: str
    html: str
    groups: tuple[GroupMark, ...]

    def record(self) -> dict[str, Any]:
        """The mark as JSON-able data."""
        return asdict(self)


def mark(exercise: Exercise, ask: Ask, *, seed: int, thorough: bool = True, device: str = "cpu") -> Mark:
    """Mark one exercise.

    Args:
        exercise: what is asked.
        ask: takes a request, gives the reply of the student's side; may raise :class:`Gone`.
        seed: of the numbers in the cases.
        thorough: every case; otherwise those that students see.
        device: where the cases run, ``"cpu"`` or ``"cuda"``.

    Returns:
        The mark.

    Raises:
        Defect: when the reference fails where only impossible arguments may fail.
    """
    run = _Run(exercise, ask, seed, device)
    groups = [(group, run.try_group(group, thorough)) for group in exercise.groups]
    if not run.attempted:
        return _not_attempted(exercise)
    run.try_again(groups)
    diagnosis = _diagnosed(exercise, run)
    marks = tuple(_group_mark(group, trials, run) for group, trials in groups if trials)
    points = min(sum(m.points for m in marks), exercise.points)
    passed = all(m.passed for m in marks)
    failed = (t for _, trials in groups for t in trials if t.problem)
    failing = None if run.forbidden else next(failed, None)  # how a forbidden call fails helps nobody
    shown = report.Shown(exercise, marks, points, failing, diagnosis)
    return Mark(
        name=exercise.name,
        points=float(points),
        max_points=exercise.points,
        passed=passed,
        attempted=True,
        diagnosis=diagnosis.name if diagnosis else None,
        hint=diagnosis.hint if diagnosis else None,
        text=report.as_text(shown),
        html=report.as_html(shown),
        groups=marks,
    )


class _Run:
    """One pass over the cases of an exercise."""

    def __init__(self, exercise: Exercise, ask: Ask, seed: int, device: str) -> None:
        self.exercise, self.ask, self.seed, self.device = exercise, ask, seed, device
        self.attempted = True
        self.losses = 0
        self.reason = ""
        self.trials: list[Trial] = []
        self.forbidden: dict[str, None] = {}

    def try_group(self, group: Group, thorough: bool) -> list[Trial]:
        """Try the cases of a group, all of them watched for forbidden calls, the first one closely."""
        trials: list[Trial] = []
        for case in group.cases:
            if not self.attempted:
                break
            if case.hidden and not thorough:
                continue
            trial = self._try(case, closely=not trials)
            trials.append(trial)
            self.trials.append(trial)
            if trial.problem and trial.problem.kind == "gone":
                break
        return trials

    def try_again(self, groups: list[tuple[Group, list[Trial]]]) -> None:
        """Try the first call that was right once more: an answer must not depend on the calls before it."""
        for trials in (trials for _, trials in groups):
            for trial in trials:
                again = trial.case.again() if isinstance(trial.case, Case) and not trial.problem else None
                if again:
                    trials.append(self._try(again))
                    self.trials.append(trials[-1])
                    return

    def _try(self, case: Any, closely: bool = False) -> Trial:
        if self.losses >= MAX_LOSSES:
            return Trial(case, {}, {}, {}, Problem("gone", f"Not tried: {self.reason}"))
        expected = _expected(self.exercise, case, self.seed, self.device)
        try:
            guard, reference = self.exercise.guard, self.exercise.reference
            guard = guard if closely or not guard else (*guard, forbid.LIGHTLY)
            trial: Trial = case.perform(self.ask, reference, expected, self.seed, self.device, guard)
        except Gone as gone:
            self.losses += 1
            self.reason = str(gone)
            return Trial(case, {}, expected, {}, Problem("gone", str(gone)))
        except Exception as error:  # a reply that is plain but not a reply: forged, or cut short
            return Trial(case, {}, expected, {}, Problem("gone", f"The reply cannot be read ({type(error).__name__})."))
        self._look(trial)
        return trial

    def _look(self, trial: Trial) -> None:
        """Note forbidden calls and whether there is an answer at all."""
        for step in trial.actual.get("steps", ()):
            self.forbidden |= dict.fromkeys(step.get("forbidden", ()))
            error = step.get("error")
            if (
                error
                and ("NotImplementedError" in error["mro"] or error["type"] == "Missing")
                and len(self.trials) == 0
            ):
                self.attempted = False


_replies: OrderedDict[tuple[Any, ...], Plain] = OrderedDict()


def _expected(exercise: Exercise, case: Any, seed: int, device: str) -> Plain:
    """The reference's reply, kept: a class's submissions are all judged on the same cases."""
    key = (exercise.name, exercise.reference, case.label, seed, device)
    if key not in _replies:
        reply = case.expect(exercise.reference, seed, device)
        for step in reply["steps"]:
            if "error" in step and "ValueError" not in step["error"]["mro"]:
                error = step["error"]
                raise Defect(
                    f"{exercise.name}: the reference failed on {device} with {error['type']}: {error['message']}"
                )
        _replies[key] = reply
        if len(_replies) > CACHED_REPLIES:
            _replies.popitem(last=False)
    return _replies[key]


def _diagnosed(exercise: Exercise, run: _Run) -> Diagnosis | None:
    if run.forbidden:
        call = next(iter(run.forbidden))
        hint = "This exercise asks you to write what that call does. Without it, what is right counts again."
        return Diagnosis(f"a forbidden call: {call}", hint)
    return diagnose(exercise, run.trials, run.device)


def _group_mark(group: Group, trials: list[Trial], run: _Run) -> GroupMark:
    problem = next((t for t in trials if t.problem), None)
    if run.forbidden:
        message = f"not counted: {next(iter(run.forbidden))} may not be used here"
        return GroupMark(group.name, 0.0, group.points, False, message)
    if problem is None:
        return GroupMark(group.name, group.points, group.points, True, "")
    assert problem.problem is not None
    message = report.named(problem.problem.message, run.exercise.parameters)
    return GroupMark(group.name, 0.0, group.points, False, f"{problem.case.label}: {message}")


def _not_attempted(exercise: Exercise) -> Mark:
    groups = tuple(GroupMark(g.name, 0.0, g.points, False, "not attempted yet") for g in exercise.groups)
    text = (
        f"{exercise.name}: not attempted yet (0 of {exercise.points:g} points). "
        "Replace the blank's last line by your answer."
    )
    return Mark(exercise.name, 0.0, exercise.points, False, False, None, None, text, report.note_html(text), groups)
