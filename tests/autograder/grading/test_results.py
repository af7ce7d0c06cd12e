"""Results survive the disk unchanged, or are refused with a reason."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from pydantic import ValidationError

from autograder.errors import AutograderError
from autograder.grading.results import ResultStore, plain_name, write_atomically

from .records import exercise, result


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, "90_tiny")
    written = result("ada.l", 2, 0.5)
    path = store.save(written)
    assert path == tmp_path / "results" / "90_tiny" / "ada.l.json"
    assert store.load("ada.l") == written
    assert store.load("bob") is None


def test_results_come_in_the_order_of_student_ids(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, "90_tiny")
    for student in ("bob", "ada", "cem"):
        store.save(result(student, 1, 1))
    assert [found.student_id for found in store.all()] == ["ada", "bob", "cem"]


def test_totals_leave_written_answers_out() -> None:
    assert (result("ada", 2, 0.5).points, result("ada", 2, 0.5).max_points) == (2.5, 4)


@pytest.mark.parametrize("points", [-0.1, 2.1, float("nan"), float("inf")])
def test_impossible_points_are_refused(points: float) -> None:
    with pytest.raises(ValidationError):
        exercise("double", points)


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a\\b", "a:b", "a\nb", "x" * 121])
def test_a_student_id_cannot_leave_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="plain name"):
        plain_name(name, "student id")
    with pytest.raises(AutograderError, match="plain name"):
        ResultStore(tmp_path, "90_tiny").path(name)


def test_a_damaged_result_says_where_and_what_to_do(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, "90_tiny")
    path = store.save(result("ada", 1, 1))
    path.write_text(path.read_text()[:100])
    with pytest.raises(AutograderError, match=r"ada\.json: not a readable result .* move the file away"):
        store.load("ada")


def test_a_full_disk_keeps_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results" / "x.json"
    write_atomically(path, b"first")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(AutograderError, match=r"No space left on device.*--resume"):
        write_atomically(path, b"second")
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in path.parent.iterdir()] == ["x.json"]
