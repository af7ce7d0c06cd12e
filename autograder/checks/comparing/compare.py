"""Compares the replies to one call: errors, values, purity, devices, gradients.

Guarantees: works on plain data only; what is said first is what a student has to mend first: an error before a wrong
number, a wrong number before a changed argument, the values before their gradients.
"""

from __future__ import annotations

import torch

from autograder.checks.comparing.values import Problem, compare_values
from autograder.checks.driver.plain import kind_of
from autograder.checks.wire import DTYPES, Plain


def compare_call(
    expected: Plain, actual: Plain, request: Plain, inplace: tuple[str, ...] = (), changed: tuple[str, ...] = ()
) -> Problem | None:
    """Compare the replies to one call.

    Args:
        expected: the reference's reply.
        actual: the student's reply.
        request: what was asked; its dtype is the dtype that results must have.
        inplace: arguments that the function must change; every other one must stay as it is.
        changed: arguments that both are known to have changed without being asked to.

    Returns:
        The first problem, or None when the reply is right.
    """
    problem = compare_errors(expected, actual)
    if problem or "error" in expected:
        return problem
    dtype = DTYPES[request.get("dtype", "float32")]
    problem = compare_values(expected["value"], actual.get("value"), dtype)
    if problem:
        return problem
    for key in inplace:
        problem = compare_values(
            expected["after"][key], actual.get("after", {}).get(key), dtype, f"argument {key} after the call"
        )
        if problem:
            return problem
    unasked = [key for key in actual.get("mutated", []) if key not in (*inplace, *changed)]
    if unasked:
        return Problem(
            "mutated", f"The call changed argument {unasked[0]}; inputs must stay as they are.", where=unasked[0]
        )
    if expected["devices"] and expected["devices"] != actual.get("devices"):
        return Problem(
            "device",
            f"The result lies on {actual.get('devices')}; it must be on the input's device, {expected['devices']}.",
        )
    return compare_gradients(expected.get("grads"), actual.get("grads"), dtype)


def compare_errors(expected: Plain, actual: Plain) -> Problem | None:
    """Compare how two calls failed, if they did."""
    error, wanted = actual.get("error"), expected.get("error")
    if error and error["type"] == "Missing":
        return Problem("missing", "There is no such name in the notebook: define it, and run its cell.")
    if wanted is None and error:
        place = f" in the line `{error['code'].strip()}`" if error.get("code") else ""
        return Problem("error", f"It stopped with {_words(error)}{place}.", actual=error)
    if wanted and not error:
        came = f"it returned {kind_of(actual['value'])}" if "value" in actual else "it raised nothing"
        return Problem(
            "no_error",
            f"{_impossible(wanted)}; {came}.",
            expected=wanted,
        )
    if wanted and error and wanted["type"] not in error["mro"]:
        return Problem(
            "error",
            f"{_impossible(wanted)}; it raised {_words(error)}.",
            expected=wanted,
            actual=error,
        )
    return None


def _words(error: Plain) -> str:
    return f"{error['type']}: {error['message']}" if error["message"] else f"{error['type']}, without a message"


def _impossible(wanted: Plain) -> str:
    return f"These arguments are impossible and must raise {wanted['type']} ({wanted['message']})"


def compare_gradients(expected: Plain, actual: Plain, dtype: torch.dtype, names: str = "argument ") -> Problem | None:
    """Compare gradients by name; a missing one where one is expected is a detached result."""
    for key, grad in (expected or {}).items():
        got = (actual or {}).get(key)
        where = f"the gradient for {names}{key}"
        if grad is None and (got is None or not bool(torch.as_tensor(got).any())):
            continue
        if grad is not None and got is None:
            if not bool(grad.any()):
                continue
            return Problem(
                "gradient", f"No gradient reaches {names}{key}: the result is cut off from it.", grad, None, where=where
            )
        problem = compare_values(torch.zeros(()) if grad is None else grad, got, dtype, where)
        if problem:
            return Problem("gradient", problem.message, problem.expected, problem.actual, problem.index, where)
    return None
