"""Throw-away folders."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.grading.isolation import workdirs


def test_folders_are_new_empty_and_private(tmp_path: Path) -> None:
    one, other = workdirs.new(tmp_path), workdirs.new(tmp_path)
    assert one != other
    assert list(one.iterdir()) == []
    assert one.stat().st_mode & 0o077 == 0


def test_usage_counts_entries_and_bytes_and_stops_early(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(bytes(10_000))
    entries, used = workdirs.usage(tmp_path, 100)
    assert entries == 2
    assert used >= 10_000
    for i in range(50):
        (tmp_path / str(i)).touch()
    assert workdirs.usage(tmp_path, 10)[0] == 11


def test_removing_does_not_follow_links_and_does_not_mind_permissions(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    work = workdirs.new(tmp_path)
    (work / "link").symlink_to(outside)
    (work / "locked" / "deep").mkdir(parents=True)
    (work / "locked" / "deep" / "file").touch()
    os.chmod(work / "locked" / "deep", 0)
    os.chmod(work / "locked", 0)
    workdirs.remove(work)
    assert not work.exists()
    assert (outside / "kept").exists()
    assert outside.stat().st_mode & 0o700 == 0o700


def test_removing_what_is_gone_is_no_error(tmp_path: Path) -> None:
    workdirs.remove(tmp_path / "gone")
