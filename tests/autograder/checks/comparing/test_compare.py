"""Comparison: the first thing that is wrong is found, and rounding is not."""

import pytest
import torch

from autograder.checks.comparing.compare import compare_call
from autograder.checks.comparing.values import compare_values

F32 = torch.float32


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (torch.ones(2, dtype=torch.float64), torch.ones(2)),
        (torch.full((3,), 1000.0, dtype=torch.float64), torch.full((3,), 1000.01)),
        ((1, 2), [1, 2]),
        (1.5, torch.tensor(1.5)),
        (2.0, 2),
        (torch.tensor(2.0, dtype=torch.float64), 2.0),
        (True, True),
        (torch.tensor([float("nan"), float("-inf")], dtype=torch.float64), torch.tensor([float("nan"), float("-inf")])),
    ],
)
def test_right_values(expected: object, actual: object) -> None:
    assert compare_values(expected, actual, F32) is None


@pytest.mark.parametrize(
    ("expected", "actual", "kind"),
    [
        (torch.ones(2, 3), torch.ones(3, 2), "shape"),
        (torch.ones(2), torch.ones(2, dtype=torch.float64), "dtype"),
        (torch.ones(2), torch.ones(2, dtype=torch.float16), "dtype"),
        (torch.ones(2), torch.tensor([1.0, 1.01]), "values"),
        (torch.ones(1000) * 100, torch.ones(1000) * 100.05, "values"),  # what TF32 would do
        (torch.ones(2), torch.tensor([1.0, float("nan")]), "values"),
        (torch.ones(2), None, "kind"),
        (torch.ones(2), [1.0, 1.0], "kind"),
        (torch.ones(2), {"$kind": "ndarray", "value": torch.ones(2)}, "kind"),
        (5, 5.0, "kind"),
        (5, True, "kind"),
        (True, 1, "kind"),
        (5, 6, "values"),
        ((1, 2), (1, 3), "values"),
        ((1, 2), (1, 2, 3), "shape"),
        ((1, 2), 1, "kind"),
        ({"a": 1}, {"b": 1}, "kind"),
        (0.5, 0.51, "values"),
    ],
)
def test_wrong_values(expected: object, actual: object, kind: str) -> None:
    problem = compare_values(expected, actual, F32)
    assert problem is not None
    assert problem.kind == kind
    assert problem.message.endswith((".", "?"))


def test_the_first_wrong_entry_is_named() -> None:
    actual = torch.zeros(2, 3)
    actual[1, 2] = 0.5
    problem = compare_values(torch.zeros(2, 3), actual, F32)
    assert problem is not None
    assert problem.index == (1, 2)
    assert "1 of 6" in problem.message
    assert "expected 0, got 0.5" in problem.message


def reply(**entries: object) -> dict:
    return {"value": torch.ones(2), "devices": ["cpu"], "mutated": [], **entries}


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ({"mutated": ["0"]}, "mutated"),
        ({"devices": ["cuda"]}, "device"),
        ({"grads": {"0": None}}, "gradient"),
        ({"grads": {"0": torch.zeros(2)}}, "gradient"),
        ({"error": {"type": "TypeError", "mro": ["TypeError"], "message": "m", "code": "f(x)", "line": 1}}, "error"),
    ],
)
def test_what_else_can_be_wrong_with_a_call(entries: dict, kind: str) -> None:
    expected = reply(grads={"0": torch.ones(2, dtype=torch.float64)})
    problem = compare_call(expected, reply(grads={"0": torch.ones(2)}) | entries, {"dtype": "float32"})
    assert problem is not None
    assert problem.kind == kind


def error(kind: str) -> dict:
    return {
        "error": {"type": kind, "mro": [kind, "Exception"], "message": "3 does not fit into 2", "code": "", "line": 1}
    }


def test_errors_that_are_asked_for() -> None:
    request = {"dtype": "float32"}
    assert compare_call(error("ValueError"), error("ValueError"), request) is None
    wrong = compare_call(error("ValueError"), error("RuntimeError"), request)
    assert wrong is not None
    assert "must raise ValueError (3 does not fit into 2)" in wrong.message
    accepted = compare_call(error("ValueError"), reply(), request)
    assert accepted is not None
    assert accepted.kind == "no_error"
