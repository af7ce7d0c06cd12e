"""A mark in words and as HTML, for the student who reads it.

Guarantees: says for the first failing case what was called, what is wrong with the result, which inputs the wrong
entry is made of, and the name of the mistake where it is known; everything that comes from a student's code is escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from autograder.checks.marking import pictures
from autograder.checks.wire import Plain

if TYPE_CHECKING:
    from autograder.checks.cases import Trial
    from autograder.checks.exercise import Exercise
    from autograder.checks.marking.diagnose import Diagnosis
    from autograder.checks.marking.mark import GroupMark

GOOD, BAD, QUIET = "#1b7837", "#b2182b", "#555"


@dataclass(frozen=True)
class Shown:
    """What a report is made from."""

    exercise: Exercise
    groups: Sequence[GroupMark]
    points: float
    failing: Trial | None
    diagnosis: Diagnosis | None


def as_text(shown: Shown) -> str:
    """The report as plain text."""
    lines = [_headline(shown)]
    width = max((len(g.name) for g in shown.groups), default=0)
    lines += [f"  {'✓' if g.passed else '✗'} {g.name:<{width}}  {g.points:g}/{g.max_points:g}" for g in shown.groups]
    if shown.failing:
        lines += ["", *_failure(shown)]
    if shown.diagnosis:
        lines += ["", _verdict(shown), f"Hint: {shown.diagnosis.hint}"]
    return "\n".join(lines)


def as_html(shown: Shown) -> str:
    """The report as an HTML fragment, with a picture where numbers are wrong."""
    colour = GOOD if shown.failing is None and not _forbidden(shown) else BAD
    parts = [
        f'<p style="margin:0 0 6px;font-weight:600;color:{colour}">{html.escape(_headline(shown))}</p>',
        _table(shown.groups),
    ]
    if shown.diagnosis:
        parts.append(
            f'<p style="margin:8px 0;padding:8px 12px;background:#fff4e5;color:#222;border-radius:4px">'
            f"<b>{html.escape(_verdict(shown))}</b><br>Hint: {html.escape(shown.diagnosis.hint)}</p>"
        )
    if shown.failing:
        first, *rest = _failure(shown)
        parts.append(f'<p style="margin:8px 0 2px"><b>{html.escape(first)}</b></p>')
        parts += [f'<p style="margin:2px 0">{html.escape(line)}</p>' for line in rest]
        parts.append(_picture(shown.failing))
    return _frame("".join(parts), colour)


def named(message: str, parameters: list[str]) -> str:
    """Replace "argument 0" and "Argument 0" by the parameter's name."""

    def name(match: re.Match[str]) -> str:
        at = match.group(1)
        return parameters[int(at)] if at.isdigit() and int(at) < len(parameters) else at

    return re.sub(r"\b[Aa]rgument (\w+)", name, message)


def note_html(text: str) -> str:
    """A single sentence in the same frame."""
    return _frame(f'<p style="margin:0">{html.escape(text)}</p>', QUIET)


def describe_call(exercise: Exercise, request: Plain) -> str:
    """A call in words: argument names with shapes, small tensors with their values."""
    step = next((s for s in request.get("steps", ()) if s["do"] in ("call", "build")), None)
    if step is None:
        return ""
    names = exercise.parameters
    named = [(names[i] if i < len(names) else f"argument {i}", arg) for i, arg in enumerate(step.get("args", ()))]
    named += list(step.get("kwargs", {}).items())
    return ", ".join(f"{name} = {describe(value, request)}" for name, value in named)


def describe(value: Plain, request: Plain) -> str:
    """One argument in words."""
    if isinstance(value, torch.Tensor):
        dtype = (
            request.get("dtype", "float32") if value.is_floating_point() else str(value.dtype).removeprefix("torch.")
        )
        if value.numel() <= 12 and value.ndim <= 2:
            numbers = [
                [round(v, 3) for v in row]
                for row in value.double().reshape(-1, value.shape[-1] if value.ndim else 1).tolist()
            ]
            return str(numbers if value.ndim == 2 else numbers[0] if value.ndim else numbers[0][0])
        return f"{dtype} of shape {tuple(value.shape)}"
    if isinstance(value, dict) and "$recipe" in value:
        inner = value.get("x")
        if value["$recipe"] == "strided" and isinstance(inner, torch.Tensor):
            return f"{request.get('dtype', 'float32')} of shape {tuple(inner.shape)}, not contiguous"
        return value.get("kind") or f"a {value['$recipe'].replace('_', ' ')}"
    if isinstance(value, list | tuple) and any(isinstance(v, torch.Tensor | dict) for v in value):
        return "[" + ", ".join(describe(v, request) for v in value) + "]"
    return str(value)


def _headline(shown: Shown) -> str:
    exercise = shown.exercise
    if shown.failing is None and not _forbidden(shown):
        return f"{exercise.name}: everything here is right ({shown.points:g} of {exercise.points:g} points)"
    return f"{exercise.name}: {shown.points:g} of {exercise.points:g} points"


def _verdict(shown: Shown) -> str:
    """The mistake's name: a forbidden call was seen, anything else is a conclusion."""
    assert shown.diagnosis is not None
    name = shown.diagnosis.name
    return f"{name[:1].upper()}{name[1:]}." if _forbidden(shown) else f"This looks like: {name}."


def _forbidden(shown: Shown) -> bool:
    return any(g.message.startswith("not counted") for g in shown.groups)


def _failure(shown: Shown) -> list[str]:
    """The first failing case: its label, the call, what is wrong, and where the wrong entry comes from."""
    trial = shown.failing
    assert trial is not None
    assert trial.problem is not None
    lines = [f"Case: {trial.case.label}"]
    call = describe_call(shown.exercise, trial.request)
    if call:
        lines.append(f"Called with {call}.")
    lines.append(named(trial.problem.message, shown.exercise.parameters))
    place = _located(shown, trial)
    return [*lines, place] if place else lines


def _located(shown: Shown, trial: Trial) -> str:
    """Which inputs the first wrong entry is made of, where the exercise can say it."""
    problem = trial.problem
    if (
        shown.exercise.locate is None
        or problem is None
        or problem.kind != "values"
        or problem.index is None
        or problem.where
    ):
        return ""
    step = trial.request["steps"][0]
    args = [_bare(a) for a in step.get("args", ())]
    return str(shown.exercise.locate(problem.index, *args, **{k: _bare(v) for k, v in step.get("kwargs", {}).items()}))


def _bare(value: Plain) -> Any:
    return value["x"] if isinstance(value, dict) and value.get("$recipe") == "strided" else value


def _picture(trial: Trial) -> str:
    problem = trial.problem
    if problem is None or problem.index is None:
        return ""
    if not isinstance(problem.expected, torch.Tensor) or not isinstance(problem.actual, torch.Tensor):
        return ""
    return pictures.comparison(problem.expected, problem.actual, problem.index)


def _table(groups: Sequence[GroupMark]) -> str:
    rows = "".join(
        f'<tr><td style="text-align:left;padding:1px 14px 1px 0;color:{GOOD if g.passed else BAD}">'
        f"{'✓' if g.passed else '✗'} "
        f'{html.escape(g.name)}</td><td style="text-align:right;padding:1px 0">{g.points:g}/{g.max_points:g}</td></tr>'
        for g in groups
    )
    return f'<table style="border-collapse:collapse;margin:0">{rows}</table>'


def _frame(content: str, colour: str) -> str:
    return (
        f'<div style="border-left:4px solid {colour};padding:6px 12px;margin:4px 0;font-family:sans-serif;'
        f"font-size:14px;"
        f'line-height:1.45;max-width:62em">{content}</div>'
    )
