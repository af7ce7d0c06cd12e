"""Compares two plain values: kinds, shapes, dtypes, numbers.

Guarantees: works on plain data only, so nothing of the student's runs here; shapes are compared before numbers,
numbers before dtypes; tolerances scale with the dtype and with the largest expected number, and TF32 is far outside of
them. The first thing that is wrong is returned as a :class:`Problem` in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.driver.plain import kind_of
from autograder.checks.wire import NAMES, Plain

# Times the machine epsilon, relative to the largest expected number: sums of some thousand products in another order
# differ by less; one product too few, or TF32 (about 1e-3), differs by far more.
SLACK = {torch.float64: 20_000.0, torch.float32: 600.0, torch.float16: 12.0, torch.bfloat16: 4.0}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a reply.

    Attributes:
        kind: ``missing``, ``error``, ``no_error``, ``kind``, ``shape``, ``dtype``, ``device``, ``values``, ``mutated``,
            ``gradient``, ``gone`` or ``structure``.
        message: one or two sentences for the student.
        expected: what should have come, when it can be shown.
        actual: what came.
        index: the first wrong entry.
        where: which part of the result: "dw", "the gradient of x", "" for the whole.
    """

    kind: str
    message: str
    expected: Plain = None
    actual: Plain = None
    index: tuple[int, ...] | None = None
    where: str = ""


def compare_values(expected: Plain, actual: Plain, dtype: torch.dtype, where: str = "") -> Problem | None:
    """Compare two plain values.

    Args:
        expected: the reference's; floating tensors stand for the request's dtype, whatever theirs is.
        actual: the student's.
        dtype: of the request.
        where: which part of the result this is, for the message.

    Returns:
        The first problem, or None.
    """
    subject = where or "the result"
    if isinstance(expected, torch.Tensor):
        return _tensors(expected, actual, dtype, where)
    if isinstance(expected, list | tuple):
        if not isinstance(actual, list | tuple):
            return Problem(
                "kind",
                f"{_cap(subject)} must be {kind_of(expected)} of {len(expected)} values; it is {kind_of(actual)}.",
                expected,
                actual,
                where=where,
            )
        if len(actual) != len(expected):
            return Problem(
                "shape",
                f"{_cap(subject)} must hold {len(expected)} values; it holds {len(actual)}.",
                expected,
                actual,
                where=where,
            )
        for i, (want, got) in enumerate(zip(expected, actual, strict=True)):
            problem = compare_values(want, got, dtype, f"{where}[{i}]" if where else f"value {i} of the result")
            if problem:
                return problem
        return None
    if isinstance(expected, dict):
        if not isinstance(actual, dict) or set(actual) != set(expected):
            keys = ", ".join(map(str, expected))
            return Problem(
                "kind",
                f"{_cap(subject)} must be a dict with the keys {keys}; it is {kind_of(actual)}.",
                expected,
                actual,
                where=where,
            )
        return next(
            (
                p
                for k in expected
                if (p := compare_values(expected[k], actual[k], dtype, f"{where}[{k!r}]" if where else f"[{k!r}]"))
            ),
            None,
        )
    return _scalars(expected, actual, dtype, where)


def close(expected: torch.Tensor, actual: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Which entries agree within the tolerance of ``dtype``; infinities and nan must be where they are expected."""
    want, got = expected.double(), actual.double()
    finite = want[torch.isfinite(want)]
    scale = float(finite.abs().max()) if finite.numel() else 0.0
    bound = SLACK[dtype] * torch.finfo(dtype).eps * max(scale, 1e-2)
    same = (want == got) | (want.isnan() & got.isnan())
    return same | ((want - got).abs() <= bound)


def _tensors(expected: torch.Tensor, actual: Plain, dtype: torch.dtype, where: str) -> Problem | None:
    subject = _cap(where or "the result")
    if isinstance(actual, int | float) and expected.ndim == 0:
        actual = torch.tensor(actual, dtype=dtype if expected.is_floating_point() else expected.dtype)
    if not isinstance(actual, torch.Tensor):
        hint = " Return a tensor (torch.from_numpy makes one)." if kind_of(actual) == "a NumPy array" else ""
        hint = " Does the function return its result?" if actual is None else hint
        return Problem(
            "kind", f"{subject} must be a tensor; it is {kind_of(actual)}.{hint}", expected, actual, where=where
        )
    if actual.shape != expected.shape:
        shapes = f"shape {tuple(expected.shape)}; it has shape {tuple(actual.shape)}"
        return Problem("shape", f"{subject} must have {shapes}.", expected, actual, where=where)
    wanted = dtype if expected.is_floating_point() else expected.dtype
    same = close(expected, actual, wanted) if wanted.is_floating_point else expected == actual
    if not bool(same.all()):
        index = tuple(int(i) for i in (~same).nonzero()[0])
        entry = f"[{', '.join(map(str, index))}]" if index else ""
        count = int((~same).sum())
        wrong = f"{count} of {same.numel()} entries {'is' if count == 1 else 'are'} wrong"
        values = f"expected {', got '.join(_numbers(expected[index], actual[index]))}"
        return Problem(
            "values",
            f"{subject}: {wrong}; the first is {entry or 'its only one'}: {values}.",
            expected,
            actual,
            index,
            where,
        )
    if actual.dtype != wanted:
        dtypes = f"dtype {NAMES[wanted]}, as its input; it has {NAMES[actual.dtype]}"
        return Problem(
            "dtype", f"{subject} has the right numbers and must have {dtypes}.", expected, actual, where=where
        )
    return None


def _scalars(expected: Plain, actual: Plain, dtype: torch.dtype, where: str) -> Problem | None:
    subject = _cap(where or "the result")
    got: Any = (
        actual.item()
        if isinstance(actual, torch.Tensor) and actual.numel() == 1 and type(expected) is not bool
        else actual
    )
    if isinstance(expected, float) and type(got) in (int, float):
        right = bool(
            close(
                torch.tensor(expected, dtype=torch.float64),
                torch.tensor(float(got), dtype=torch.float64),
                torch.float32,
            )
        )
    elif type(expected) is not type(got):
        return Problem(
            "kind",
            f"{subject} must be {kind_of(expected)} ({expected}); it is {kind_of(actual)} ({_short(actual)}).",
            expected,
            actual,
            where=where,
        )
    else:
        right = expected == got
    if right:
        return None
    return Problem("values", f"{subject}: expected {_short(expected)}, got {_short(got)}.", expected, actual, (), where)


def _numbers(expected: torch.Tensor, actual: torch.Tensor) -> list[str]:
    """Two different numbers with as many digits as it takes to see that they differ."""
    for digits in (6, 9, 12, 17):
        texts = [f"{v.item():.{digits}g}" if v.is_floating_point() else str(v.item()) for v in (expected, actual)]
        if texts[0] != texts[1]:
            break
    return texts


def _short(value: Plain) -> str:
    if isinstance(value, torch.Tensor):
        return f"shape {tuple(value.shape)}"
    return f"{value:.7g}" if type(value) is float else str(value)[:200]


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
