"""The ladder of isolation levels: every rung is tried on this machine, and the best one that holds is taken.

A rung holds when a process confined in its way can load what notebooks need and is refused what it must not have. The
network is tried on loopback only.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import autograder
from autograder.errors import AutograderError
from autograder.grading.isolation import bubblewrap, landlock, seatbelt, seccomp, system
from autograder.grading.isolation.confinement import NONE, Confinement

_TRY_SECONDS = 60.0
_INSTALL_BUBBLEWRAP = "apt-get install bubblewrap"
_REMEDIES = {
    "uid map": "allow bwrap to make user namespaces: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    "namespace": "allow user namespaces, or run the container with --security-opt seccomp=unconfined",
    "may every user read": "use a Python that every user may read, or grade as the user who owns it",
}


@dataclass(frozen=True)
class Rung:
    """One level as this machine offers it.

    Attributes:
        confinement: what the level consists of here.
        problem: why it does not hold; None when it does.
        remedy: what would help.
    """

    confinement: Confinement
    problem: str | None
    remedy: str = ""


def choose(isolation: str) -> Confinement:
    """The confinement to grade with.

    Args:
        isolation: "auto" for the best level that holds here, "none", or the letter of a level.

    Raises:
        AutograderError: no level holds, or the one asked for does not.
    """
    if isolation == "none":
        return NONE
    complaints = []
    for confinement, remedy in _candidates():
        if isolation not in ("auto", confinement.level):
            continue
        rung = attempt(confinement, remedy)
        if rung.problem is None:
            return confinement
        complaints.append(f"{confinement.level}: {rung.problem}")
    if not complaints:
        raise AutograderError(
            f"--isolation {isolation}: expected auto, none, or a level of this system (A, B, C, macOS)"
        )
    raise AutograderError(
        f"student code cannot be isolated here ({'; '.join(complaints)}); try {_INSTALL_BUBBLEWRAP}, look at autograder"
        " doctor, or give --isolation none to grade unprotected"
    )


def ladder() -> tuple[Rung, ...]:
    """Every level, best first, each tried."""
    return tuple(attempt(confinement, remedy) for confinement, remedy in _candidates())


@lru_cache(maxsize=8)
def attempt(confinement: Confinement, remedy: str = "") -> Rung:
    """Try one level with a process that is confined as student code would be.

    Args:
        confinement: the level.
        remedy: what to do when it does not hold.
    """
    missing = _missing(confinement)
    problem = missing or _tried(confinement)
    if problem and not missing:
        remedy = next((known for sign, known in _REMEDIES.items() if sign in problem), remedy)
    return Rung(confinement, problem, remedy if problem else "")


def needed_by_python() -> tuple[str, ...]:
    """The files and folders that Python and the course need, and nothing else of this machine."""
    package = Path(autograder.__file__).resolve().parent
    code = [str(package), str(package.parent / "convlab")]
    paths = sysconfig.get_paths()
    found = [sys.prefix, sys.base_prefix, paths["stdlib"], paths["purelib"], paths["platlib"], *code]
    found += ["/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom"]
    # A prefix of "/usr" or of a virtual environment holds most of these: the shortest paths are enough.
    real = {str(Path(path).resolve()) for path in found if os.path.exists(path)} | {sys.prefix}
    kept = [path for path in real if not any(path != other and Path(path).is_relative_to(other) for other in real)]
    return tuple(sorted(kept))


def _candidates() -> Iterator[tuple[Confinement, str]]:
    readable = needed_by_python()
    if not system.is_linux():
        yield Confinement("macOS", seatbelt=True, readable=readable), "macOS with sandbox-exec"
        return
    root = os.getuid() == 0
    apart = _may_unshare_processes()
    yield Confinement("A", True, True, True, root, True, readable=readable), _INSTALL_BUBBLEWRAP
    yield Confinement("B", False, True, True, root, apart, readable=readable), "use Linux 5.13 or newer, with Landlock"
    yield Confinement("C", False, False, True, True, apart, readable=readable), "run as root in a container"


def _missing(confinement: Confinement) -> str | None:
    """What the level needs and this machine plainly lacks."""
    if confinement.bubblewrap and shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    if confinement.landlock and not landlock.abi():
        return "this kernel has no Landlock"
    if confinement.seccomp and not seccomp.available():
        return f"no system-call filter for {platform.machine()}"
    if confinement.own_uid and os.getuid() != 0:
        return "only root can give each submission a user of its own"
    if confinement.seatbelt and (platform.system() != "Darwin" or shutil.which("sandbox-exec") is None):
        return f"{platform.system()} has no sandbox-exec"
    return None


def _tried(confinement: Confinement) -> str | None:
    """Confine a process and let it try what it must and must not be able to do; None when all is as it should be."""
    with tempfile.TemporaryDirectory(prefix="autograder-probe-") as folder, socket.socket() as listener:
        root = Path(folder).resolve()
        root.chmod(0o711)
        work, secret = root / "work", root / "secret"
        work.mkdir()
        secret.write_text("not for students")
        secret.chmod(0o644 if confinement.landlock else 0o600)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        task = {
            "confinement": confinement.dump(),
            "work": str(work),
            "secret": str(secret),
            "port": listener.getsockname()[1],
        }
        inner = [sys.executable, "-m", "autograder.grading.isolation.probe", json.dumps(task)]
        return _outcome(wrapped(inner, confinement, root))


def wrapped(inner: list[str], confinement: Confinement, root: Path) -> list[str]:
    """The command that runs another one inside a confinement's walls, those that stand around the whole server.

    Args:
        inner: the command to run.
        confinement: which walls.
        root: the folder that can be written to.
    """
    if confinement.bubblewrap:
        return bubblewrap.command(inner, confinement, root)
    if confinement.seatbelt:
        return seatbelt.command(inner, confinement, root)
    return inner


def _outcome(command: list[str]) -> str | None:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(Path(autograder.__file__).resolve().parent.parent)}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TRY_SECONDS, env=environment, cwd="/", check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it could not be tried: {error}"
    if done.returncode == 0:
        return None
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[-1][:300] if lines else f"it ended with status {done.returncode}"


def _may_unshare_processes() -> bool:
    """Whether this process may make process namespaces, tried in a copy of it."""
    pid = os.fork()
    if pid == 0:
        try:
            system.unshare_processes()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0
