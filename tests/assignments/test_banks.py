"""Every exercise against its bank: wrong answers lose points and are named, right ones in many styles earn all."""

from pathlib import Path

import pytest

from autograder.audit.audit import judge, proved
from autograder.audit.banks import Answer, answers
from autograder.audit.command import has_checks
from autograder.checks import exercise
from autograder.checks.notebook.check import check

SEED = 7
BANKS = Path(__file__).parents[1] / "answers"
UNITS = [unit for unit in exercise.UNITS if has_checks(unit)]
EXERCISES = [e for unit in UNITS for e in exercise.of_unit(unit)]
ANSWERS = [(e, a) for e in EXERCISES for a in answers(BANKS / e.unit, e.name)]


def _named(pair: tuple[exercise.Exercise, Answer]) -> str:
    return f"{pair[0].name}-{pair[1].name}"


@pytest.mark.parametrize("pair", ANSWERS, ids=map(_named, ANSWERS))
def test_the_answer_is_judged_fairly(pair: tuple[exercise.Exercise, Answer]) -> None:
    found, answer = pair
    verdict = judge(found, answer, SEED)
    assert verdict.fair, f"{verdict.points} of {verdict.max_points} points, diagnosis {verdict.diagnosis}"
    assert not answer.mistake or verdict.diagnosis == answer.mistake


@pytest.mark.parametrize("found", EXERCISES, ids=lambda e: e.name)
def test_the_bank_is_large_enough(found: exercise.Exercise) -> None:
    bank = answers(BANKS / found.unit, found.name)
    wrong = [a for a in bank if not a.right]
    assert len(wrong) >= 5
    assert sum(1 for a in wrong if a.mistake) >= 0.7 * len(wrong)
    assert any(a.right for a in bank)


@pytest.mark.parametrize("found", EXERCISES, ids=lambda e: e.name)
def test_the_reference_earns_full_points_on_any_seed(found: exercise.Exercise) -> None:
    for seed in (0, 11):
        mark = proved(found, seed)
        assert mark.passed, mark.text
        assert mark.points == found.points


@pytest.mark.parametrize("found", EXERCISES, ids=lambda e: e.name)
def test_a_blank_is_not_attempted(found: exercise.Exercise) -> None:
    def blank(*args: object, **kwargs: object) -> None:
        raise NotImplementedError

    report = check(found.name, blank)
    assert float(report) == 0
    assert report.mark is not None
    assert not report.mark.attempted
    assert "not attempted" in str(report)


@pytest.mark.parametrize("found", EXERCISES, ids=lambda e: e.name)
def test_misconceptions_have_names_of_their_own(found: exercise.Exercise) -> None:
    names = [m.name for m in found.misconceptions]
    assert len(names) == len(set(names))
    assert all(m.hint.strip() for m in found.misconceptions)
    labels = [case.label for group in found.groups for case in group.cases]
    assert len(labels) == len(set(labels))
