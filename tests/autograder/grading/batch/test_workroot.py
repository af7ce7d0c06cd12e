"""Throw-away folders: private, gone afterwards, and never taken from a batch that still runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.grading.batch.workroot import PREFIX, exclusive, sweep, workroot


def test_the_folder_is_private_and_goes_whatever_happens(tmp_path: Path) -> None:
    def fail_inside() -> None:
        with workroot(tmp_path) as folder:
            (folder / "file").write_text("x")
            assert folder.stat().st_mode & 0o077 == 0
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_inside()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_batch_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    left, foreign = tmp_path / f"{PREFIX}left", tmp_path / "something-else"
    for folder in (left, foreign):
        folder.mkdir()
        (folder / ".in-use").touch()
    with workroot(tmp_path) as running:
        assert not left.exists()
        assert sweep(tmp_path) == []
        assert running.exists()
    assert foreign.exists()


def test_a_lock_is_held_once_and_let_go(tmp_path: Path) -> None:
    path = tmp_path / "deep" / ".lock"
    with exclusive(path, "held"), pytest.raises(AutograderError, match="held"), exclusive(path, "held"):
        pass
    with exclusive(path, "held"):
        pass
