"""Replies to a script of steps: put under the reference's names, and compared step by step.

Guarantees: works on plain data only; outputs, gradients and buffers are compared with the tolerances of
:mod:`autograder.checks.comparing.values`; what cannot be matched is listed with what is missing and what is left over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from autograder.checks.comparing.compare import compare_errors, compare_gradients
from autograder.checks.comparing.roles import Match
from autograder.checks.comparing.values import Problem, compare_values
from autograder.checks.wire import Plain


def compare_steps(
    script: Sequence[Plain], expected: Sequence[Plain], actual: Sequence[Plain], dtype: torch.dtype
) -> Problem | None:
    """The first step in which two replies differ.

    Args:
        script: the steps after building and loading, to which the replies' last entries belong.
        expected: the reference's replies, one a step.
        actual: the student's, which may have stopped early.
        dtype: of the request.

    Returns:
        What is wrong in that step, and after which steps; None when both say the same.
    """
    for number, (want, got) in enumerate(zip(expected, actual, strict=False)):
        problem = compare_errors(want, got) or _compare_step(want, got, dtype)
        if problem:
            done = [step["do"] for step in script][: number - 1]
            return _after(problem, done) if len(done) > 1 else problem
    if len(expected) != len(actual):
        return Problem("error", "It stopped before the script's end.")
    return None


def _after(problem: Problem, done: list[str]) -> Problem:
    story = " → ".join(done)
    return replace(problem, message=f"{problem.message} (after: {story})")


def _compare_step(want: Plain, got: Plain, dtype: torch.dtype) -> Problem | None:
    if "value" in want:
        problem = compare_values(want["value"], got.get("value"), dtype)
        if got.get("mutated"):
            purity = Problem(
                "mutated", "The forward pass changed its input x; inputs must stay as they are.", where="x"
            )
            return purity if problem is None else replace(problem, message=f"{problem.message} {purity.message}")
        if problem is None and want["devices"] != got.get("devices"):
            return Problem("device", f"The output lies on {got.get('devices')}; it must be on {want['devices']}.")
        return problem
    if "params" in want:
        problem = compare_gradients({"x": want["input"]}, {"x": got["input"]}, dtype, "the input ")
        return problem or compare_gradients(want["params"], got["params"], dtype, "")
    if "state" in want:
        return _compare_state(want, got, dtype)
    return None


def _compare_state(want: Plain, got: Plain, dtype: torch.dtype) -> Problem | None:
    counters = {name for name, value in want["state"].items() if not value.is_floating_point()}  # no result needs them
    for name, value in want["state"].items():
        if name in counters:
            continue
        if name not in got["state"]:
            return Problem("structure", f"There is no buffer that plays the role of {name}.", where=name)
        problem = compare_values(value, got["state"][name], dtype, f"buffer {name}")
        if problem:
            return problem
    unsaved = [name for name in want["saved"] if name not in got["saved"] and name not in counters]
    if unsaved:
        return Problem(
            "structure", f"state_dict does not save {unsaved[0]}: register it as a buffer or parameter.", where="saved"
        )
    return None


def changed(built: Plain) -> Problem | None:
    """The argument that building the module changed, from the reply to it."""
    names = built.get("mutated")
    text = "Building it changed its argument {}; inputs must stay as they are."
    return Problem("mutated", text.format(names[0]), where=names[0]) if names else None


def unknown(steps: Sequence[Plain]) -> Problem | None:
    """Layers that are used, or kept, where the module does not see them: from the replies to building and tracing."""
    hidden = [name for step in steps for name in step.get("unknown", ())]
    strangers = [shape for step in steps for shape in step.get("strangers", ())]
    if hidden:
        text = f"self.{hidden[0]} is a plain Python container: the module does not know the layers in it."
    elif strangers:
        shapes = ", ".join(str(tuple(shape)) for shape in strangers[:3])
        text = f"It computes with weights that the module does not hold (of shape {shapes})."
    else:
        return None
    text += " parameters() leaves them out, so they are never trained, saved or moved."
    return Problem("structure", text, where="unknown layers")


def run_twice(steps: Sequence[Plain]) -> bool:
    """Whether a layer ran more than once in a trace: one that two places share, not one that is missing."""
    order = next((step["order"] for step in steps if "order" in step), ())
    return len(set(order)) < len(order)


def unmatched(found: Match) -> Problem:
    """What is missing and what is left over, in words."""
    parts = []
    if found.missing:
        parts.append("Missing: " + "; ".join(found.missing[:6]) + (" …" if len(found.missing) > 6 else "") + ".")
    if found.extra:
        parts.append("Left over in yours: " + "; ".join(found.extra[:6]) + (" …" if len(found.extra) > 6 else "") + ".")
    return Problem("structure", "The layers do not match what is asked. " + " ".join(parts), where="layers")


def left_over(actual: Plain) -> list[str]:
    """Left-over tensors without their names."""
    return sorted(re.sub(r" \S+ of shape", " of shape", text.split(": ", 1)[-1]) for text in actual.get("extra", []))


def renamed(steps: list[Plain], names: dict[str, str], shapes: Mapping[str, Sequence[int]]) -> list[Plain]:
    """Replies under the reference's names, and in its shapes where only ones are more or fewer."""
    back = {student: reference for reference, student in names.items()}

    def shaped(name: str, value: Plain) -> Plain:
        shape = shapes.get(name)
        fits = isinstance(value, torch.Tensor) and shape is not None and value.numel() == math.prod(shape)
        return value.reshape(shape) if fits else value

    made = []
    for step in steps:
        new = dict(step)
        for key in ("params", "state"):
            if isinstance(new.get(key), dict):
                new[key] = {back.get(name, name): shaped(back.get(name, name), v) for name, v in new[key].items()}
        if isinstance(new.get("saved"), list):
            new["saved"] = [back.get(name, name) for name in new["saved"]]
        made.append(new)
    return made
