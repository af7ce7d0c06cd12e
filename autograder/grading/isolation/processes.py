"""Looking at processes from outside and ending them: every descendant, however it tried to get away.

Orphans of a process that called `adopt_orphans` come back to it as children, so a daemon cannot hide from the walk.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.grading.isolation import system

_ROUNDS = 400
_PROC = Path("/proc")
_LISTS_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children").exists()  # a kernel may be built without


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends (Linux)."""
    if system.is_linux():
        system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)


def open_descriptors() -> list[int]:
    """The numbers of this process's open descriptors."""
    return [int(name) for name in os.listdir("/proc/self/fd" if system.is_linux() else "/dev/fd")]


def thread_count() -> int:
    """How many threads this process has, as the kernel counts them (Linux; elsewhere 1)."""
    return len(os.listdir("/proc/self/task")) if system.is_linux() else 1


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    if not _LISTS_CHILDREN:
        return _children_everywhere()[pid]
    with contextlib.suppress(OSError):
        tasks = [f"/proc/{pid}/task/{task}/children" for task in os.listdir(f"/proc/{pid}/task")]
        return [int(child) for task in tasks for child in _words(task)]
    return []


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on, parents first."""
    found: list[int] = []
    queue = [pid]
    while queue:
        new = children(queue.pop())
        found += new
        queue += new
    return found


def reap() -> Iterator[tuple[int, int]]:
    """Collect every child that has ended: its id and wait status."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            yield pid, status


def end_tree(pid: int) -> None:
    """Kill a process and its descendants."""
    _signal([pid, *descendants(pid)])


def end_descendants(spare: int | None = None) -> int:
    """Kill every descendant of this process, and see to it that they are gone.

    Args:
        spare: one process that lives on.

    Returns:
        How many could not be ended.
    """
    for round_number in range(_ROUNDS):
        left = [pid for pid in descendants(os.getpid()) if pid != spare and not _is_zombie_elsewhere(pid)]
        if not left:
            return 0
        _signal(left, signal.SIGSTOP)  # what stands still cannot fork away from the walk
        _signal(left)
        _collect(left)
        time.sleep(min(0.001 * round_number, 0.05))
    return len(left)


def memory_bytes(pids: Iterable[int], baseline_bytes: int, limit_bytes: int) -> int:
    """Memory that processes hold beyond what they share with the server.

    Args:
        pids: the processes.
        baseline_bytes: what each one inherited.
        limit_bytes: where the cheap estimate is above it, pages are counted exactly.
    """
    pids = list(pids)
    estimate = sum(max(0, _resident_bytes(pid) - baseline_bytes) for pid in pids)
    if estimate <= limit_bytes:
        return estimate
    exact = [_proportional_bytes(pid) for pid in pids]
    return estimate if None in exact else sum(size for size in exact if size is not None)


def own_memory_bytes() -> int:
    """What this process holds now: what its children start with."""
    return _resident_bytes(os.getpid())


def user_ids() -> set[int]:
    """The users who have processes here."""
    found = set()
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                found.add(entry.stat().st_uid)
    return found


def _signal(pids: Iterable[int], number: int = signal.SIGKILL) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, number)


def _collect(pids: Iterable[int]) -> None:
    """Reap those that are our own children; the others come to us when their parents are gone."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _is_zombie_elsewhere(pid: int) -> bool:
    """Dead, and another living process's to collect."""
    fields = _stat(pid) if system.is_linux() else None
    return fields is not None and fields[0] == "Z" and int(fields[1]) != os.getpid()


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name; None when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _words(path: str) -> list[str]:
    try:
        return Path(path).read_text().split()
    except OSError:
        return []


def _resident_bytes(pid: int) -> int:
    """Memory of its own: not what is mapped from files."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
    return 0


def _proportional_bytes(pid: int) -> int | None:
    """Its share of the memory it holds, pages shared among processes divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except FileNotFoundError:
        return 0
    except OSError:
        return None
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return sizes.get("Pss_Anon:", 0) + sizes.get("Pss_Shmem:", 0)


def _children_everywhere() -> defaultdict[int, list[int]]:
    """The children of every process."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    if system.is_linux():
        for pid in filter(str.isdigit, os.listdir(_PROC)):
            if (fields := _stat(int(pid))) is not None:
                found[int(fields[1])].append(int(pid))
        return found
    shown = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=False)
    for line in shown.stdout.splitlines():
        child, parent = map(int, line.split())
        found[parent].append(child)
    return found
