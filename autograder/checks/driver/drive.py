"""The student's side of a check: a request in, a reply out, both plain data.

Guarantees: :func:`answer` never raises for what a student's code does nor for a device that is not there, prints
nothing, keeps global state, and hands back values only; it knows neither cases nor references nor scores. The same
driver runs the reference, so a reference is an implementation and nothing more.

A request is ``{"dtype", "device", "seed", "steps": [...]}``; each step has a ``do`` and each reply entry stands for
one step. A step that fails gives ``{"error": {...}}`` and ends the reply, unless the step says ``"go_on": True``.
"""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from autograder.checks.driver import arguments, forbid, steps
from autograder.checks.driver.plain import to_plain
from autograder.checks.driver.quiet import quiet
from autograder.checks.wire import DTYPES, Plain

OWN_FILES = str(Path(__file__).parents[2])
MISSING = object()  # stands for a name that the notebook does not define


class NoDevice(RuntimeError):
    """The request names a device that cannot be used here."""


def answer(target: Any, request: Plain) -> Plain:
    """Run the steps of a request on a student's function or class.

    Args:
        target: the function or class; :data:`MISSING` when there is none.
        request: see the module's docstring.

    Returns:
        ``{"steps": [...], "printed": text}``.
    """
    if target is MISSING:
        return {"steps": [{"error": {"type": "Missing", "mro": ["Missing"], "message": "", "line": None, "code": ""}}]}
    stage = steps.Stage(target, DTYPES[request.get("dtype", "float32")], request.get("device", "cpu"))
    try:
        _wake(stage.device)
    except NoDevice as error:
        return {"steps": [{"error": describe(error)}], "printed": ""}
    replies: list[Plain] = []
    with quiet(request.get("seed", 0)) as printed, _exact_arithmetic():
        for step in request["steps"]:
            reply = _attempt(DOERS[step["do"]], stage, step)
            replies.append(reply)
            if "error" in reply and not step.get("go_on"):
                break
    return {"steps": replies, "printed": printed.getvalue()[:2_000]}


def _wake(device: str) -> None:
    """Start a device, before its generators are seeded."""
    if device == "cpu":
        return
    try:
        torch.cuda.init()
    except Exception as error:
        raise NoDevice(f"{device} was asked for, and there is none that works here ({error}); use the CPU") from None


def _attempt(doer: Callable[[steps.Stage, dict[str, Any]], Plain], stage: steps.Stage, step: dict[str, Any]) -> Plain:
    started = time.perf_counter()
    try:
        reply = doer(stage, step)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student's code may raise anything, SystemExit too
        reply = {"error": describe(error), "mutated": list(stage.changed)}
    reply["seconds"] = time.perf_counter() - started
    return reply


def describe(error: BaseException) -> Plain:
    """An exception as plain data: its type and bases, message, and the last line of the notebook that it passed."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(OWN_FILES)]
    own = [f for f in frames if "site-packages" not in f.filename and "torch" not in f.filename] or frames
    try:
        message = str(error)
    except Exception:
        message = "(its message cannot be printed)"
    return {
        "type": type(error).__name__[:100],
        "mro": [base.__name__[:100] for base in type(error).__mro__],
        "message": message[:1_000],
        "line": own[-1].lineno if own else None,
        "code": (own[-1].line or "")[:200] if own else "",
    }


def _call(stage: steps.Stage, step: dict[str, Any]) -> Plain:
    """Call the target: value, what changed in its arguments, gradients on request."""
    args, kwargs = arguments.build(step, stage)
    named = {**{str(i): a for i, a in enumerate(args)}, **kwargs}
    leaves = arguments.require_grad(named, step.get("grad", ()))
    before = arguments.snapshot(named)
    with torch.enable_grad(), forbid.watched(step.get("guard", [])) as seen:
        value = stage.target(*args, **kwargs)
    reply: dict[str, Plain] = {"value": to_plain(value), "devices": arguments.devices(value), "forbidden": list(seen)}
    reply["mutated"] = arguments.changed(named, before)
    if "after" in step:
        reply["after"] = {key: arguments.content(named[key]) for key in step["after"]}
        held = {**{key: named[key] for key in step["after"]}, "result": value}
        reply["recorded"] = [key for key, v in held.items() if any(t.grad_fn for t in arguments.tensors_of(v))]
    if leaves:
        reply["grads"] = arguments.gradients(value, leaves, step.get("cotangent", 1))
    return reply


DOERS: dict[str, Callable[[steps.Stage, dict[str, Any]], Plain]] = {"call": _call, **steps.MODULE_STEPS}


@contextlib.contextmanager
def _exact_arithmetic() -> Iterator[None]:
    """No TF32, no reduced-precision matmul, one algorithm: the device must never decide a grade."""
    matmul, cudnn = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    deterministic = torch.backends.cudnn.deterministic
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = matmul, cudnn
        torch.backends.cudnn.deterministic = deterministic
