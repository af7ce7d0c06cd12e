"""Starts the server process: one thread, no secrets, the same hashes every time, wrapped as its confinement asks."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import autograder
from autograder.errors import AutograderError
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.isolation.ladder import wrapped
from autograder.grading.kernels.channel import ChannelError, pair
from autograder.grading.kernels.preload import Load

SOCKET = "server.sock"
_START_SECONDS = 180.0
_END_SECONDS = 2.0
_ANSWER_BYTES = 1 << 20
_MODULE = "autograder.grading.kernels.server"


class CannotFork(AutograderError):
    """The server runs, and says that processes that were forked from it would hang."""


class KernelServer:
    """A server process that this process started; it serves all who connect and ends with the last of them."""

    def __init__(self, root: Path, load: Load, confinement: Confinement) -> None:
        """Start it, without waiting for it.

        Args:
            root: the folder for its socket and the submissions' folders.
            load: modules to import before any student code, once or, when cold, in each student's process.
            confinement: how the processes that it forks are confined.
        """
        self.load = load
        self._log = root / "server.log"
        self._channel, theirs = pair()
        with theirs, _listen(root / SOCKET) as listener, self._log.open("wb") as log:
            inner = [sys.executable, "-m", _MODULE, str(theirs.fileno()), str(listener.fileno()), json.dumps(load)]
            self.process = subprocess.Popen(
                wrapped(inner, confinement, root),
                pass_fds=[theirs.fileno(), listener.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(root),
                cwd="/",
                start_new_session=True,
            )

    def await_ready(self) -> tuple[str, ...]:
        """Wait until it can fork.

        Returns:
            What it could not preload.

        Raises:
            CannotFork: it must not fork, now that it has imported what it was told to.
            AutograderError: it did not start; the message holds the end of what it printed.
        """
        try:
            header = self._channel.receive(_ANSWER_BYTES, seconds=_START_SECONDS).header
        except ChannelError as error:
            reason, kind = f"{error}: {self._tail()}", AutograderError
        else:
            if "failed" not in header:
                return tuple(header["missing"])
            reason, kind = header["failed"], CannotFork
        self.close()
        raise kind(f"the kernel server did not start: {reason}; run autograder doctor")

    def close(self) -> None:
        """Let go of it; it ends once nobody is connected any more."""
        self._channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)

    def _tail(self) -> str:
        self.process.poll()
        text = self._log.read_text(errors="replace").strip()
        return " … ".join(text.splitlines()[-3:]) or f"exit status {self.process.returncode}, nothing printed"


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(64)
    return listener


def _environment(root: Path) -> dict[str, str]:
    """The server's whole environment: one thread everywhere, no secret of the grader's, the same hashes every time."""
    names = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
    one = dict.fromkeys((*names, "PYTORCH_NVML_BASED_CUDA_CHECK", "PYTHONDONTWRITEBYTECODE"), "1")
    home = root / "server"
    home.mkdir(exist_ok=True)
    folders = dict.fromkeys(("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR"), str(home))
    package = str(Path(autograder.__file__).resolve().parent.parent)
    plain = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": package, "PYTHONHASHSEED": "0"}
    # Large pages, where the system has them: what is forked from this process has fewer to copy, a tenth of its time.
    large_pages = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    return {**one, **folders, **plain, **large_pages}
