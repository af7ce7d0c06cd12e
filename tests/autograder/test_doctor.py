"""What the doctor says about this machine and about made-up ones."""

from __future__ import annotations

import pytest

from autograder import doctor
from autograder.doctor import Finding, diagnose
from autograder.grading.isolation import ladder
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.isolation.ladder import Rung


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """The problems of a made-up machine's levels."""
    problems: dict[str, str | None] = {"A": None, "B": None, "C": None}

    def rungs() -> tuple[Rung, ...]:
        return tuple(Rung(Confinement(level), p, "a remedy" if p else "") for level, p in problems.items())

    monkeypatch.setattr(ladder, "ladder", rungs)
    monkeypatch.setattr(doctor, "_forked_kernels", lambda: Finding("forked kernels", "good", "not tried here"))
    return problems


def by_name() -> dict[str, Finding]:
    return {finding.name: finding for finding in diagnose()}


@pytest.mark.usefixtures("machine")
def test_a_good_machine() -> None:
    found = by_name()
    assert found["isolation"] == Finding("isolation", "good", "level A")
    assert found["torch"].state == "good"
    assert found["CUDA"].state == "good"


def test_a_missing_rung_says_why_and_what_to_do(machine: dict[str, str | None]) -> None:
    machine["A"] = "bubblewrap is not installed"
    found = by_name()
    assert found["isolation"] == Finding("isolation", "poor", "level B")
    assert found["isolation A"] == Finding("isolation A", "poor", "bubblewrap is not installed", "a remedy")


def test_a_rung_below_the_best_is_nobodys_concern(machine: dict[str, str | None]) -> None:
    machine["C"] = "only root can"
    assert by_name()["isolation C"] == Finding(
        "isolation C", "good", "not needed, and not to be had here: only root can"
    )


def test_no_isolation_at_all_is_bad_and_names_both_ways_out(machine: dict[str, str | None]) -> None:
    machine.update(dict.fromkeys("ABC", "no"))
    found = by_name()["isolation"]
    assert found.state == "bad"
    assert "bubblewrap" in found.remedy
    assert "--isolation none" in found.remedy


@pytest.mark.usefixtures("machine")
def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_STAFF", ("no-such-distribution",))
    assert by_name()["no-such-distribution"] == Finding(
        "no-such-distribution", "bad", "not installed", "pip install 'cnn-course[staff]'"
    )


def test_forked_kernels_are_really_tried() -> None:
    finding = doctor._forked_kernels()
    assert finding.state == "good", finding.text
    assert "server ready in" in finding.text
