"""Which level of isolation is taken, and when grading is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import autograder
from autograder.errors import AutograderError
from autograder.grading.isolation import ladder
from autograder.grading.isolation.confinement import NONE, Confinement


@pytest.fixture
def rungs(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Levels of a made-up machine, with the problem each one has."""
    problems: dict[str, str | None] = {"A": "bubblewrap is not installed", "B": None, "C": None}
    monkeypatch.setattr(ladder, "_candidates", lambda: [(Confinement(level), "") for level in problems])
    monkeypatch.setattr(ladder, "attempt", lambda c, remedy="": ladder.Rung(c, problems[c.level], remedy))
    return problems


@pytest.mark.usefixtures("rungs")
def test_the_best_level_that_holds_is_taken() -> None:
    assert ladder.choose("auto").level == "B"
    assert ladder.choose("C").level == "C"


@pytest.mark.usefixtures("rungs")
def test_a_level_that_was_asked_for_is_not_replaced_by_a_weaker_one() -> None:
    with pytest.raises(AutograderError, match=r"A: bubblewrap is not installed.*apt-get install bubblewrap"):
        ladder.choose("A")


def test_without_any_level_grading_is_refused_with_both_ways_out(rungs: dict[str, str | None]) -> None:
    rungs.update(dict.fromkeys("ABC", "no"))
    with pytest.raises(AutograderError, match=r"A: no; B: no; C: no.*--isolation none"):
        ladder.choose("auto")


def test_unprotected_only_when_told() -> None:
    assert ladder.choose("none") == NONE


def test_an_unknown_level_is_an_error() -> None:
    with pytest.raises(AutograderError, match="--isolation strong: expected auto, none"):
        ladder.choose("strong")


def test_what_python_needs_is_not_the_course_and_not_the_home() -> None:
    root = Path(autograder.__file__).resolve().parent.parent
    paths = [Path(path) for path in ladder.needed_by_python()]
    assert root / "autograder" in paths or any(
        root.is_relative_to(path) for path in paths if "site-packages" in str(path)
    )
    for secret in (root / "solutions", root / "tests", Path.home() / ".ssh", Path("/etc/shadow"), Path("/var")):
        assert not any(secret.is_relative_to(path) for path in paths), secret


def test_a_rung_that_was_tried_says_what_is_wrong() -> None:
    lost = Confinement("B", landlock=True, readable=("/nowhere",))
    rung = ladder.attempt(lost, "use another kernel")
    assert rung.problem is not None
    assert rung.remedy


def test_a_confinement_survives_the_way_to_the_server() -> None:
    confinement = Confinement("A", True, True, True, pid_namespace=True, readable=("/usr", "/lib"))
    assert Confinement.load(confinement.dump()) == confinement
    assert str(confinement) == "A (bubblewrap, landlock, seccomp, pid namespace)"
    assert str(NONE) == "none"
