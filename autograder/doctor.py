"""What this machine offers for grading, found out by trying: isolation, forked kernels, libraries, cores, memory, CUDA.

Nothing is changed, and the network is tried on loopback only.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from autograder.errors import AutograderError

State = Literal["good", "poor", "bad"]
_STAFF = (
    "torch",
    "torchvision",
    "numpy",
    "matplotlib",
    "IPython",
    "nbgrader",
    "nbconvert",
    "nbclient",
    "pydantic",
    "nh3",
)
_GIB = 1 << 30
_ENOUGH_BYTES = 4 * _GIB


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what.
        state: good; poor where grading works and could be better; bad where something does not work.
        text: what was found.
        remedy: what to do about it.
    """

    name: str
    state: State
    text: str
    remedy: str = ""


def diagnose() -> list[Finding]:
    """Look at everything that grading depends on.

    Returns:
        Findings, the level of isolation first.
    """
    return [*_isolation(), _forked_kernels(), *_versions(), _migrations(), _cores(), _memory(), _cuda()]


def _isolation() -> Iterator[Finding]:
    from autograder.grading.isolation.ladder import ladder

    rungs = ladder()
    best = next((rung for rung in rungs if rung.problem is None), None)
    if best is None:
        remedy = "apt-get install bubblewrap, or grade unprotected with --isolation none"
        yield Finding("isolation", "bad", "student code cannot be isolated here: grading is refused", remedy)
    else:
        yield Finding("isolation", "good" if best is rungs[0] else "poor", f"level {best.confinement}")
    better = True  # than the best one that holds: worth putting right
    for rung in rungs:
        better = better and rung is not best
        level, text = f"isolation {rung.confinement.level}", rung.problem or "holds: tried with a confined process"
        text = text if better or rung.problem is None else f"not needed, and not to be had here: {text}"
        yield Finding(level, "poor" if better else "good", text, rung.remedy if better else "")


def _forked_kernels() -> Finding:
    from autograder.grading.batch.workroot import workroot
    from autograder.grading.isolation.ladder import choose
    from autograder.grading.kernels.client import Connection
    from autograder.grading.kernels.limits import DEFAULT_LIMITS

    try:
        confinement = choose("auto")
    except AutograderError:
        confinement = choose("none")
    began = time.monotonic()
    try:
        with workroot() as root, Connection(root, confinement=confinement) as server:
            with server.start(DEFAULT_LIMITS, []):
                started = time.monotonic() - began
            began = time.monotonic()
            with server.start(DEFAULT_LIMITS, []) as student:
                student.execute("import torch")
            again = time.monotonic() - began
    except AutograderError as error:
        return Finding("forked kernels", "bad", str(error), "read the message; without a server nothing can be graded")
    return Finding("forked kernels", "good", f"server ready in {started:.1f} s, a kernel with torch in {again:.2f} s")


def _versions() -> Iterator[Finding]:
    yield Finding("Python", "good", f"{platform.python_version()} at {sys.executable}")
    for name in _STAFF:
        try:
            yield Finding(name, "good", version(name))
        except PackageNotFoundError:
            yield Finding(name, "bad", "not installed", "pip install 'cnn-course[staff]'")


def _migrations() -> Finding:
    """`nbgrader` runs alembic, by name, to bring an older gradebook up to date."""
    beside = os.path.join(os.path.dirname(sys.executable), "alembic")
    if shutil.which("alembic"):
        return Finding("alembic", "good", "on PATH")
    if os.path.exists(beside) or importlib.util.find_spec("alembic"):
        remedy = f"put {os.path.dirname(sys.executable)} on PATH: nbgrader upgrades an older gradebook with it"
        return Finding("alembic", "poor", "installed, but not on PATH", remedy)
    return Finding("alembic", "bad", "not installed", "pip install alembic")


def _cores() -> Finding:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("cores", "good" if count > 1 else "poor", f"{count}: as many submissions are graded side by side")


def _memory() -> Finding:
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if free < _ENOUGH_BYTES:
        remedy = "grade with --workers 1"
        return Finding("memory", "poor", f"{free / _GIB:.1f} GiB; a submission may take 2 GiB", remedy)
    return Finding("memory", "good", f"{free / _GIB:.1f} GiB")


def _cuda() -> Finding:
    if importlib.util.find_spec("torch") is None:
        return Finding("CUDA", "poor", "not looked at: torch is not installed")
    import torch

    if torch.cuda.is_available():
        return Finding("CUDA", "good", f"{torch.cuda.get_device_name()}; grading uses the CPU unless told otherwise")
    return Finding("CUDA", "good", "none; not needed: every check runs on the CPU")
