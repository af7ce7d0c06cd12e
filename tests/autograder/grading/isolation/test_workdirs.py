"""Throw-away folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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


def test_removing_goes_on_where_somebody_else_removes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = workdirs.new(tmp_path)
    for i in range(5):
        (work / str(i)).touch()
    unlink = os.unlink

    def twice(path: str, **where: int) -> None:
        unlink(path, **where)
        unlink(path, **where)

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", twice)
        workdirs.remove(work)
    assert not work.exists()
    workdirs.remove(work)


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


def test_removing_leaves_the_folder_around_it_as_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    work = workdirs.new(tmp_path)
    workdirs.remove(work)
    workdirs.remove(work)
    assert tmp_path.stat().st_mode & 0o777 == 0o711


def test_folders_nested_deeper_than_paths_are_long_are_removed(tmp_path: Path) -> None:
    work = workdirs.new(tmp_path)
    inner = os.open(work, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("folder", dir_fd=inner)
        outer, inner = inner, os.open("folder", os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(inner)
    assert workdirs.usage(work, 10_000)[0] > 100
    workdirs.remove(work)
    assert not work.exists()
