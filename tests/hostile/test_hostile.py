"""The hostile class: every attack gets its score, reaches nothing, leaves nothing, and harms nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

import autograder
from autograder.errors import AutograderError
from autograder.grading.isolation.ladder import choose

from .attack import Attack
from .batch import ATTACKS, HONEST, UNIT, Batch, Listeners, as_attacked, graded, world
from .files import FILES, HostileFile
from .spying import CONTROLS

AT_LEAST = 60


@pytest.fixture(scope="module")
def batch(root: Path) -> Iterator[Batch]:
    """The whole class, graded once."""
    try:
        choose("auto")
    except AutograderError as error:
        pytest.skip(f"hostile code is not run unprotected: {error}")
    with world(root) as top:
        yield graded(top)


def test_the_class_is_large_enough() -> None:
    assert len(ATTACKS) + len(FILES) >= AT_LEAST
    assert all(attack.why for attack in ATTACKS.values() if any(attack.points.values()))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(attack: Attack, batch: Batch) -> None:
    result = batch.results[attack.name]
    earned = {exercise.name: exercise.points for exercise in result.exercises}
    wanted = {name: attack.points.get(name, 0) for name in earned}
    assert earned == wanted, [(e.name, e.reason) for e in result.exercises if earned[e.name] != wanted[e.name]]
    assert result.max_points == 36
    told = " ".join((*result.notes, *result.flags, *(exercise.reason for exercise in result.exercises)))
    assert any(words in told for words in attack.said.split("|")), told
    if attack.flagged:
        assert any(attack.flagged in flag for flag in result.flags), result.flags
        assert result.status == "needs_person"


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=lambda attack: attack.name)
def test_an_attack_reaches_nothing(attack: Attack, batch: Batch) -> None:
    shown = batch.outputs(attack.name)
    assert "REACHED" not in shown, shown[:2000]
    assert "TRIED" in shown or not attack.tried, shown[:2000]
    result = batch.results[attack.name].model_dump_json()
    assert "REACHED" not in result
    assert "private key" not in shown + result


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.encode("unicode_escape").decode())
def test_a_hostile_file_is_refused_with_its_reason(file: HostileFile, batch: Batch) -> None:
    said = " ".join(batch.printed.split())
    name = file.name.replace("\x1b", "\\x1b")
    where = said.find(name)
    assert where >= 0, said[-3000:]
    assert file.said in said[where : where + 300], said[where : where + 300]
    assert "\x1b[2J" not in batch.printed


@pytest.mark.parametrize("name", HONEST)
def test_honest_people_among_them_get_all_points(name: str, batch: Batch) -> None:
    result = batch.results[name]
    assert result.points == result.max_points == 36, [(e.name, e.reason) for e in result.exercises]
    assert result.flags == ()


def test_the_batch_ends_as_it_should(batch: Batch) -> None:
    assert batch.returncode == 1, batch.printed[-3000:]
    assert "Traceback" not in batch.printed, batch.printed[-3000:]
    assert set(batch.results) == {*ATTACKS, *HONEST}


def test_the_gradebook_equals_the_results(batch: Batch) -> None:
    with Gradebook(f"sqlite:///{batch.course}/gradebook.db") as book:
        recorded = {row.student.id: row.score for row in book.assignment_submissions(UNIT)}
    assert recorded == {name: result.points for name, result in batch.results.items()}


def test_nothing_is_alive_and_nothing_is_left(batch: Batch) -> None:
    assert batch.seen_running > 3, "the batch's processes were not recognised: this could not fail"
    assert batch.left_running == []
    assert batch.left_files == []
    assert batch.changed == []
    assert batch.mark not in Path(autograder.__file__).read_text()


def test_nobody_reached_a_listener(batch: Batch) -> None:
    assert batch.reached == []


def test_scripts_that_cells_show_are_not_in_the_reports(batch: Batch) -> None:
    pages = [page.read_text() for page in (batch.course / "reports").rglob("*.html")]
    assert pages
    assert not any(f"document.title = 'hostile-{batch.mark}'</script>" in page for page in pages)


def test_spying_succeeds_where_nothing_protects(batch: Batch, tmp_path: Path) -> None:
    """The probes are real: the same code reads everything when it runs as this user."""
    with Listeners(tmp_path) as listeners:
        places = {**batch.places, **listeners.places()}
        codes = {name: as_attacked(ATTACKS[name], places) for name in CONTROLS}
        script = tmp_path / "spy.py"
        script.write_text(f"for name, code in {codes!r}.items():\n    print('#', name)\n    exec(code, {{}})\n")
        environment = {**os.environ, "SECRET_TOKEN": batch.mark}
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=environment)
        for part in done.stdout.split("# ")[1:]:
            assert "REACHED" in part, part
        assert listeners.reached() == ["tcp", "udp", "unix"]
