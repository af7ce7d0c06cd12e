"""Looking at processes from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autograder.grading.isolation import processes, system

FAMILY = """
import os, time
for _ in range(2):
    if os.fork() == 0:
        time.sleep(10_000)
print("ready", flush=True)
time.sleep(10_000)
"""
NOBODY = 2**22 + 1  # beyond the largest process id


@pytest.fixture
def parent() -> Iterator[int]:
    """A process with two children."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        processes.end_tree(process.pid)


@pytest.mark.parametrize("listed", [True, False])
def test_children_are_found_with_and_without_the_kernels_list(
    parent: int, listed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if listed and not processes._LISTS_CHILDREN:
        pytest.skip("this kernel keeps no list of children")
    monkeypatch.setattr(processes, "_LISTS_CHILDREN", listed)
    assert len(processes.children(parent)) == 2
    assert sorted(processes.descendants(parent)) == sorted(processes.children(parent))
    assert parent in processes.children(os.getpid())


@pytest.mark.skipif(not system.is_linux(), reason="memory is looked at on Linux only")
def test_memory_counts_what_was_added_to_the_baseline(parent: int) -> None:
    own = processes.own_memory_bytes()
    assert own > 1 << 20
    assert processes.memory_bytes([parent], 0, 1 << 40) > 0
    assert processes.memory_bytes([parent], own + (1 << 40), 1 << 40) == 0
    assert 0 < processes.memory_bytes([os.getpid()], 0, 1) <= own * 1.5


def test_a_process_that_is_gone_holds_nothing() -> None:
    assert processes.memory_bytes([NOBODY], 0, 0) == 0
    assert processes.children(NOBODY) == []
