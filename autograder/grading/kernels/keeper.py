"""The trusted process beside each submission: starts the student's process, watches it, and ends all of it.

It holds the student's processes to their limits of memory, number and disk by looking at them from outside, and when it
is told to end, or when nobody is left who could tell it, nothing that the submission started is alive afterwards.
"""

from __future__ import annotations

import itertools
import os
import random
import select
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from autograder.grading.isolation import processes, system, workdirs
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels.channel import Channel, ChannelClosed, ChannelError
from autograder.grading.kernels.limits import Limits

_LOOK_SECONDS = 0.1
_MESSAGE_BYTES = 4096
_FIRST_UID, _UIDS = 61_184, 4_000  # a range that distributions leave to short-lived users


class Keeper:
    """Keeps one submission's processes."""

    def __init__(self, channel: Channel, work: str | None, limits: Limits) -> None:
        self.channel = channel
        self.work = None if work is None else Path(work)
        self.limits = limits
        self.reason: str | None = None
        self.status: int | None = None
        self.child = -1
        self.uid: int | None = None
        self._baseline = processes.own_memory_bytes()
        self._next_look = 0.0

    def start(self, data: int, confinement: Confinement, student: Callable[[int | None], NoReturn]) -> None:
        """Fork the student's process, in a process namespace of its own where there is one."""
        _close_all_but(self.channel.fileno(), data)
        processes.adopt_orphans()
        self.uid = uid = _free_uid() if confinement.own_uid else None
        if uid is not None and self.work is not None:
            os.chown(self.work, uid, uid)
        if confinement.pid_namespace:
            system.unshare_processes()
        self.child = os.fork()
        if self.child == 0:
            student(uid)
        os.close(data)  # or the end of the student's process would not be seen on the other side
        self.channel.send({"started": self.child})

    def watch(self) -> None:
        """Look after the processes until the student's one ends or the trusted side wants the end."""
        wake, notify = socket.socketpair()
        notify.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(notify.fileno(), warn_on_full_buffer=False)
        watched: list[Channel | socket.socket] = [self.channel, wake]
        self._reap()
        while self.status is None:
            ready, _, _ = select.select(watched, [], [], _LOOK_SECONDS)
            if wake in ready:
                wake.recv(4096)
                self._reap()
            if self.status is None and self.channel in ready and not self._obey():
                return
            if self.status is None and time.monotonic() >= self._next_look:
                self._look()

    def finish(self) -> None:
        """End every process, then tell the trusted side how it ended; without one, clear up in its place."""
        survivors = processes.end_descendants()
        if self.uid is not None:
            workdirs.remove_owned(self.uid)
        try:
            how = {"ended": self.reason or _ending(self.status), "status": self.status, "survivors": survivors}
            self.channel.send(how, seconds=10)
        except ChannelError:
            if self.work is not None:
                workdirs.remove(self.work)

    def _obey(self) -> bool:
        try:
            header = self.channel.receive(_MESSAGE_BYTES, seconds=10).header
        except ChannelClosed:
            return False
        if header.get("op") == "signal":
            os.kill(self.child, int(header["number"]))
        elif header.get("op") == "trim":
            processes.end_descendants(spare=self.child)
            self.channel.send({"trimmed": True})
        else:
            return False
        return True

    def _reap(self) -> None:
        for pid, status in processes.reap():
            if pid == self.child:
                self.status = status

    def _look(self) -> None:
        """Compare what the submission uses with what it may use; too much of anything is its end."""
        began = time.monotonic()
        pids = processes.descendants(os.getpid())
        if len(pids) > self.limits.processes:
            self.reason = f"it ran more than {self.limits.processes} processes at a time"
        elif (
            held := processes.memory_bytes(pids, self._baseline, self.limits.memory_bytes)
        ) > self.limits.memory_bytes:
            self.reason = f"its processes held {_mib(held)} of memory; {_mib(self.limits.memory_bytes)} are allowed"
        elif self.work is not None:
            files, held = workdirs.usage(self.work, self.limits.files)
            if files > self.limits.files:
                self.reason = f"it wrote more than {self.limits.files} files"
            elif held > self.limits.disk_bytes:
                self.reason = f"its files held {_mib(held)}; {_mib(self.limits.disk_bytes)} are allowed"
        if self.reason:
            processes.end_descendants()
            self._reap()
            self.status = self.status or 0
        # Looking never takes more than a tenth of the time, however much there is to look at.
        now = time.monotonic()
        self._next_look = now + max(_LOOK_SECONDS, 9 * (now - began))


def keep(
    sock: int,
    data: int,
    work: str | None,
    limits: Limits,
    confinement: Confinement,
    student: Callable[[int | None], NoReturn],
) -> NoReturn:
    """Become the keeper of one submission; never returns.

    Args:
        sock: the descriptor of the channel to the trusted side.
        data: the descriptor that the student's process is to have.
        work: the submission's folder, which is removed where nobody is left to do it; None for a folder that stays.
        limits: what it may use.
        confinement: what keeps it in its place.
        student: becomes the student's process; gets the user id to take.
    """
    channel = Channel(socket.socket(fileno=sock))
    keeper = Keeper(channel, work, limits)
    try:
        keeper.start(data, confinement, student)
        keeper.watch()
    except BaseException as error:
        keeper.reason = f"its keeper failed: {type(error).__name__}: {error}"
    finally:
        try:
            keeper.finish()
        finally:
            os._exit(0)


def _close_all_but(*keep: int) -> None:
    """Close what the server has open: its clients, and other submissions' channels."""
    top = 1 + max(processes.open_descriptors())
    edges = [2, *sorted(keep), top]
    for low, high in itertools.pairwise(edges):
        os.closerange(low + 1, high)


def _free_uid() -> int:
    """A user id that no process has; where others grade too, chance keeps them apart."""
    taken = processes.user_ids()
    start = random.SystemRandom().randrange(_UIDS)
    return next(uid for i in range(_UIDS) if (uid := _FIRST_UID + (start + i) % _UIDS) not in taken)


def _ending(status: int | None) -> str | None:
    """A wait status in words; None when it was told to end."""
    if status is None:
        return None
    if os.WIFSIGNALED(status):
        return f"it was killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"it left with exit status {os.WEXITSTATUS(status)}"


def _mib(count: float) -> str:
    return f"{count / (1 << 20):,.0f} MiB"
