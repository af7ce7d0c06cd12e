"""The trusted side: starts the server, asks it for processes, talks to them, and believes nothing they say.

Every wait has an end. A server that has gone is replaced by a new one, which is noted; where none can be started that
has loaded what notebooks import, students' processes start cold, which is noted too.
"""

from __future__ import annotations

import contextlib
import fcntl
import select
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from autograder.errors import AutograderError
from autograder.grading.isolation import workdirs
from autograder.grading.isolation.confinement import NONE, Confinement
from autograder.grading.kernels.channel import Channel, ChannelError, pair
from autograder.grading.kernels.launch import SOCKET, CannotFork, KernelServer
from autograder.grading.kernels.limits import NO_LIMITS, Limits
from autograder.grading.kernels.preload import Load
from autograder.grading.kernels.student import Student

_FORK_SECONDS = 60.0
_READY_SECONDS = 180.0  # a cold process imports everything first
_ANSWER_BYTES = 1 << 20
_FOLDER, _LOCK = "kernels", "server.lock"
DEFAULT_PRELOAD = (
    "torch",
    "torch.nn.functional",
    "torch.utils.data",
    "numpy",
    "matplotlib.pyplot",
    "autograder.checks.driver.drive",
)


class Connection:
    """One worker's way to the server that all workers with the same root share; started by whoever comes first.

    When that server has gone, the next who needs it starts another.
    """

    def __init__(
        self,
        root: Path,
        preload: Sequence[str] = DEFAULT_PRELOAD,
        confinement: Confinement = NONE,
        *,
        may_be_cold: bool = True,
    ) -> None:
        """Start the server where nobody has yet, without waiting for it.

        Args:
            root: a folder that only this user can look into; the workers of one batch have one in common.
            preload: modules that notebooks will import.
            confinement: how student code is confined.
            may_be_cold: whether processes that import all of it themselves will do, where no server can preload it.
        """
        self.confinement = confinement
        self.server: KernelServer | None = None
        self._root = root / _FOLDER
        self._root.mkdir(exist_ok=True)
        self._root.chmod(0o711)  # submissions that are users of their own pass through, and see nothing
        if confinement.own_uid and not confinement.bubblewrap:
            root.chmod(0o711)
        self._load = Load(tuple(dict.fromkeys(preload)))
        self._may_be_cold = may_be_cold
        self._sock: socket.socket | None = None
        self._lock: IO[bytes] | None = None
        self._losses = 0
        self._begin(wait=False)

    def start(self, limits: Limits, notes: list[str]) -> Student:
        """Start the processes of one submission.

        Args:
            limits: what they may use.
            notes: gets a line when the server had to be replaced, and when the processes start cold.

        Raises:
            AutograderError: no process could be started and confined.
        """
        try:
            return self._fork(limits, notes)
        except ChannelError as error:
            notes.append(f"the kernel server had gone ({error}): a new one was started")
        self._losses += 1
        self.close()
        try:
            return self._fork(limits, notes)
        except ChannelError as error:
            raise AutograderError(f"the kernel server cannot start a student's process: {error}") from error

    def wait(self) -> None:
        """Wait until the server is there, so that others find it; why there is none is for the one who needs it."""
        with contextlib.suppress(AutograderError, ChannelError):
            self._connect()

    @property
    def losses(self) -> int:
        """How often a server had to be replaced, and once more while the present one has gone."""
        return self._losses + self._has_gone()

    def _has_gone(self) -> bool:
        if self._sock is None:
            return False
        readable, _, _ = select.select([self._sock], [], [], 0)
        if not readable:
            return False  # the server never speaks first: what can be read is its end
        try:
            return not self._sock.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def start_kernel(self, request: dict[str, Any]) -> tuple[Channel, int]:
        """Fork a Jupyter kernel, unconfined, in a folder that stays.

        Args:
            request: what `ipykernel_child.main` reads.

        Returns:
            The channel to its keeper, and its process id.

        Raises:
            ChannelError: the server has gone.
        """
        control, keepers = pair()
        lifeline, theirs = pair()
        request = {**request, "op": "fork", "limits": vars(NO_LIMITS), "confinement": NONE.dump()}
        with keepers, theirs, contextlib.closing(lifeline):
            sock = self._connect()
            Channel(sock).send(request, fds=(theirs.fileno(), keepers.fileno()), seconds=_FORK_SECONDS)
        return control, int(control.receive(_ANSWER_BYTES, seconds=_FORK_SECONDS).header["started"])

    def close(self) -> None:
        """Let go of the server."""
        for held in (self._sock, self._lock, self.server):
            if held is not None:
                held.close()
        self._sock = self._lock = self.server = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, *, wait: bool) -> None:
        """Become the one who starts the server, unless somebody is about to or has."""
        lock = (self._root / _LOCK).open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return
        self._lock = lock
        self._sock = _connected(self._root / SOCKET)
        if self._sock is None:
            self.server = KernelServer(self._root, self._load, self.confinement)

    def _connect(self) -> socket.socket:
        if self._lock is None and self._sock is None:
            self._begin(wait=True)
        if self.server is not None and self._lock is not None:
            try:
                self.server = self._ready(self.server)
            except AutograderError:
                self.close()  # the others wait at our lock
                raise
        if self._sock is None:
            self._sock = _connected(self._root / SOCKET)
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._sock is None:
            raise ChannelError("nobody answers at its socket")
        return self._sock

    def _ready(self, server: KernelServer, failures: int = 0) -> KernelServer:
        """Wait for a server; one that died gets a second chance, one that cannot work is followed by a cold one."""
        try:
            server.await_ready()
        except AutograderError as error:
            if server.load.cold:
                raise
            load = server.load
            if failures or isinstance(error, CannotFork):
                if not self._may_be_cold:
                    raise
                load = load._replace(cold=str(error))
            return self._ready(KernelServer(self._root, load, self.confinement), failures + 1)
        return server

    def _fork(self, limits: Limits, notes: list[str]) -> Student:
        server = Channel(self._connect())
        data, students = pair()
        control, keepers = pair()
        work = workdirs.new(self._root)
        request = {"op": "fork", "work": str(work), "limits": vars(limits), "confinement": self.confinement.dump()}
        try:
            with students, keepers:
                server.send(request, fds=(students.fileno(), keepers.fileno()), seconds=_FORK_SECONDS)
            cold = _await_student(control, data)
        except BaseException:
            data.close()
            control.close()
            workdirs.remove(work)
            raise
        if cold:
            notes.append(f"its process was started cold, which takes longer and changes no points: {cold}")
        return Student(data, control, work, limits)


def _await_student(control: Channel, data: Channel) -> str:
    """Wait until the process has confined itself.

    Returns:
        Why it had to import everything itself; empty where it did not.

    Raises:
        ChannelError: the server is not there.
        AutograderError: it is, and the process did not get as far as that.
    """
    answer = control.receive(_ANSWER_BYTES, seconds=_FORK_SECONDS).header
    if "started" in answer:
        try:
            answer = data.receive(_ANSWER_BYTES, seconds=_READY_SECONDS).header
        except ChannelError:
            answer = control.receive(_ANSWER_BYTES, seconds=_FORK_SECONDS).header
    if "ready" not in answer:
        reason = answer.get("failed") or answer.get("ended")
        raise AutograderError(f"a student's process could not be started: {reason}; run autograder doctor")
    return str(answer["cold"])


def _connected(path: Path) -> socket.socket | None:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(str(path))
    except OSError:
        sock.close()
        return None
    return sock
