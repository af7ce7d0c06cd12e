"""Confines the process that is about to run a student's code: every step that was promised is taken, or it ends."""

from __future__ import annotations

import math
import os
import resource
import signal
from pathlib import Path

from autograder.grading.isolation import landlock, seccomp, system
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels.limits import Limits

_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_OPEN_FILES = 256
_forbids_signals = False


def confine(confinement: Confinement, limits: Limits, work: str, uid: int | None) -> None:
    """Confine this process and everything it will start, for good.

    Args:
        confinement: the mechanisms to use.
        limits: what each process may use.
        work: the only folder it may change.
        uid: the user to become.

    Raises:
        OSError: a mechanism did not take hold.
    """
    global _forbids_signals
    limit_resources(limits, own_user=uid is not None)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if system.is_linux():
        system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
        system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
        if confinement.level != "none":
            system.drop_capabilities()
    if confinement.landlock:
        landlock.restrict(confinement.readable, [work, *_DEVICES])
    if confinement.seccomp:
        seccomp.install(seccomp.student_filter(os.getpid()))
        _forbids_signals = True


def forbid_signals() -> None:
    """In a process that answers questions: it can no longer signal any other, its parent included."""
    if _forbids_signals:
        seccomp.install(seccomp.no_signals_filter())


def limit_resources(limits: Limits, *, own_user: bool) -> None:
    """Set the limits that the kernel keeps for each process."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits.file_bytes)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CPU, math.ceil(limits.total_seconds))
    if system.is_linux():
        data, space = _inherited_bytes()
        _limit(resource.RLIMIT_DATA, data + limits.memory_bytes)
        _limit(resource.RLIMIT_AS, space + 2 * limits.memory_bytes)
    if own_user:
        _limit(resource.RLIMIT_NPROC, limits.processes)


def _inherited_bytes() -> tuple[int, int]:
    """Data and address space that come from the server: limits count on top of them."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmData"].split()[0]) * 1024, int(lines["VmSize"].split()[0]) * 1024


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
