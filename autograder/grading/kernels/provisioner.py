"""A Jupyter kernel provisioner that forks kernels from a preloaded server, for nbclient and stock nbgrader.

Chosen by `JUPYTER_DEFAULT_PROVISIONER_NAME=autograder-fork`. It makes kernels faster, not safer: they are
confined no more than kernels that were started. Where forking fails, the kernel is started as usual, and the
log says so.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from autograder.errors import AutograderError
from autograder.grading.isolation.confinement import NONE
from autograder.grading.kernels.channel import Channel, ChannelError
from autograder.grading.kernels.client import Connection

PRELOAD = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "ipykernel.zmqshell",
    "torch",
    "torchvision",
)


MESSAGE_SECONDS = 60  # for the rest of a message that has begun to arrive


class ForkedProcess:
    """A forked kernel with the face of a `subprocess.Popen`, which is what jupyter_client looks after."""

    stdin = stdout = stderr = None

    def __init__(self, control: Channel, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._control = control

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._look(0.001)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it did not end in time.
        """
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Signal the kernel through its keeper."""
        if self.returncode is None:
            with contextlib.suppress(ChannelError):
                self._control.send({"op": "signal", "number": int(number)}, seconds=10)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and all that it started."""
        if self.returncode is None:
            with contextlib.suppress(ChannelError):
                self._control.send({"op": "end"}, seconds=10)

    def _look(self, seconds: float | None) -> int | None:
        # A look of a millisecond may not begin to read: the rest of a message would be taken for the next one.
        while self.returncode is None:
            if not self._control.arrived(seconds):
                return None
            try:
                header = self._control.receive(1 << 16, seconds=MESSAGE_SECONDS).header
            except ChannelError:
                header = {"ended": "its server has gone"}
            if "ended" in header:
                self.returncode = _exit_code(header.get("status"))
                self._control.close()
        return self.returncode


def _exit_code(status: object) -> int:
    """As `subprocess` gives it; a kernel that was ended before it ended itself counts as killed."""
    return os.waitstatus_to_exitcode(status) if isinstance(status, int) else -signal.SIGKILL


class _Source:
    """This process's server for kernels, started when the first kernel is wanted."""

    connection: Connection | None = None

    @classmethod
    def connect(cls) -> Connection:
        """The connection; all kernels of this process share it."""
        if cls.connection is None:
            folder = tempfile.TemporaryDirectory(prefix="autograder-kernels-")
            cls.connection = Connection(Path(folder.name), PRELOAD, NONE, may_be_cold=False)
            atexit.register(folder.cleanup)
            atexit.register(cls.connection.close)
        return cls.connection


class ForkProvisioner(LocalProvisioner):
    """Forks the kernel from a server that has torch and ipykernel loaded."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; start one in the usual way where that does not work, or where it is another language's."""
        arguments = _ipykernel_arguments(cmd)
        if arguments is not None:
            try:
                self._fork(arguments, kwargs)
            except (AutograderError, ChannelError, OSError) as error:
                self.log.warning("autograder-fork: starting a kernel the slow way, because %s", error)
            else:
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    def _fork(self, arguments: tuple[str, list[str]], kwargs: Mapping[str, Any]) -> None:
        connection_file, more = arguments
        control, pid = _Source.connect().start_kernel(
            {
                "connection_file": os.path.abspath(connection_file),
                "arguments": more,
                "environment": dict(kwargs.get("env") or os.environ),
                "work": os.path.abspath(kwargs.get("cwd") or os.getcwd()),
            }
        )
        self.process = ForkedProcess(control, pid)  # type: ignore[assignment]
        self.pid, self.pgid = pid, None
        self.log.debug("autograder-fork: forked kernel %s", pid)


def _ipykernel_arguments(command: list[str]) -> tuple[str, list[str]] | None:
    """The connection file and what else is on an ipykernel's command line; None for any other kernel."""
    if "ipykernel_launcher" not in command and "ipykernel" not in command:
        return None
    try:
        at = command.index("-f")
        return command[at + 1], command[at + 2 :]
    except (ValueError, IndexError):
        return None
