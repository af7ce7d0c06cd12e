"""Runs one command and tells how long it took and how much memory its processes held together.

Guarantees: memory is the largest sum of proportional set sizes (shared pages counted once) of the command and
everything below it, sampled twice a second; where the system does not tell, it is None.
"""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes:
        seconds: from start to end.
        peak_mib: largest memory of the whole tree of processes.
        returncode: of the command.
        output: what it printed last.
    """

    seconds: float
    peak_mib: float | None
    returncode: int
    output: str


def run(command: list[str], folder: Path, env: dict[str, str], sample: bool = True) -> Measured:
    """Run a command to its end.

    Args:
        command: program and arguments.
        folder: working directory.
        env: environment.
        sample: whether memory is looked at, which costs a little time.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        peak: list[float] = []
        stop = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, stop, peak), daemon=True)
        if sample:
            watcher.start()
        output, _ = process.communicate()
        stop.set()
    seconds = time.perf_counter() - started
    return Measured(seconds, max(peak, default=None) if sample else None, process.returncode, output[-2_000:])


def _watch(pid: int, stop: threading.Event, peak: list[float]) -> None:
    while not stop.wait(0.5):
        total = sum(_pss_mib(each) for each in _tree(pid))
        if total:
            peak.append(total)


def _tree(pid: int) -> list[int]:
    """The process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children.get(each, [])
    return found


def _pss_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
