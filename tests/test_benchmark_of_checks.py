"""The benchmark of the checks: it times right and wrong answers, and lists what is over its target."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.audit.banks import answers
from benchmarks.checks import BANKS, Seconds, show, timed


def test_an_answer_is_timed_if_it_is_right_or_wrong_as_it_should_be() -> None:
    right = next(a.target for a in answers(BANKS / "00_start_here", "standardize") if a.right)
    assert timed("standardize", right, seed=1, thorough=True, cpu=False, right=True) > 0
    with pytest.raises(AssertionError, match="standardize: expected fewer points"):
        timed("standardize", right, seed=1, thorough=True, cpu=False, right=False)


def test_what_is_late_is_listed_and_the_slowest_comes_first() -> None:
    quick, slow = (Seconds(0.1, 0.1, 0.2, 0.2, 0.3), "wrong_a"), (Seconds(1.5, 0.1, 2, 2, 6), "wrong_b")
    assert "every check is within its target" in shown({"quick": quick})
    text = shown({"quick": quick, "slow": slow})
    assert text.index("slow ") < text.index("quick ")
    assert "slow: visible 1.50 s, over 1 s" in text
    assert "slow: slowest mistake 6.00 s, over 5 s" in text


def shown(rows: dict[str, tuple[Seconds, str]]) -> str:
    """What is printed."""
    file = io.StringIO()
    show(rows, Console(file=file, width=120))
    return file.getvalue()
