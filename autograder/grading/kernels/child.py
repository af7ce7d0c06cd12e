"""The student's process: executes cells, forks itself for the judge's questions, and is never trusted.

It is forked from the preloaded server, confines itself before the first student line, and then obeys the messages of
the trusted side. Whatever happens in here, the keeper outside ends it.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from autograder.grading.isolation import confine, processes
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels.channel import Channel, ChannelError
from autograder.grading.kernels.limits import GIB, Limits
from autograder.grading.kernels.outputs import Recorder
from autograder.grading.kernels.preload import Load, preload
from autograder.grading.kernels.shell import StudentShell

_REQUEST_BYTES = GIB
_SEED = 0


def main(
    sock: int,
    work: str,
    uid: int | None,
    limits: Limits,
    confinement: Confinement,
    shell: StudentShell,
    load: Load,
) -> NoReturn:
    """Become the student's process; never returns.

    Args:
        sock: the descriptor of the channel to the trusted side.
        work: the submission's throw-away folder.
        uid: the user to become, where the keeper may choose one.
        limits: what the submission may use.
        confinement: what keeps it in its place.
        shell: the prepared shell, inherited from the server.
        load: what the server has imported, or has left to this process.
    """
    channel = Channel(socket.socket(fileno=sock))
    try:
        settle(sock, work, student_environment(work))
        confine.confine(confinement, limits, work, uid)
        os.chdir(work)  # fails here, and not in a student's cell, when the confined process cannot get there
        if load.cold:
            preload(load.modules)
        _seed()
        shell.prepare(Recorder(limits.output_bytes))
        channel.send({"ready": True, "cold": load.cold})
    except BaseException as error:
        channel.send({"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)
    try:
        _serve(channel, shell)
    finally:
        os._exit(0)


def student_environment(work: str) -> dict[str, str]:
    """The whole environment of student code: nothing of the grader's."""
    home = dict.fromkeys(("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME", "TORCH_HOME"), work)
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYTORCH_NVML_BASED_CUDA_CHECK")
    one = dict.fromkeys(names, "1")
    plain = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "USER": "student", "LOGNAME": "student", "TERM": "dumb"}
    return {**home, **one, **plain, "MPLBACKEND": os.environ.get("MPLBACKEND", "Agg")}


def settle(keep: int, work: str, environment: dict[str, str]) -> None:
    """Leave everything of the server behind: session, signals, descriptors, environment, folder.

    Args:
        keep: the one descriptor to keep open besides the standard ones.
        work: the folder to work in.
        environment: the new environment, whole.
    """
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 1 + max(processes.open_descriptors()))
    os.environ.clear()
    os.environ.update(environment)
    os.umask(0o077)
    os.chdir(work)
    sys.path.append(work)


def _seed() -> None:
    """The same random numbers in every run of a submission."""
    random.seed(_SEED)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(_SEED)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(_SEED)


def _serve(channel: Channel, shell: StudentShell) -> None:
    copies: list[int] = []
    while True:
        try:
            message = channel.receive(_REQUEST_BYTES, fds=1)
        except ChannelError:
            return
        copies = [pid for pid in copies if not _has_ended(pid)]
        if message.header["op"] == "execute":
            channel.send(_execute(shell, message.header["source"]))
        elif message.header["op"] == "fork":
            copies.append(_fork_for_questions(channel, message.fds[0], shell))


def _execute(shell: StudentShell, source: str) -> dict[str, Any]:
    started = time.perf_counter()
    outcome = shell.run(source)
    seconds = time.perf_counter() - started
    return {"outputs": outcome.outputs, "error": outcome.error, "notes": outcome.notes, "seconds": seconds}


def _fork_for_questions(channel: Channel, sock: int, shell: StudentShell) -> int:
    """Answer one exercise's questions in a copy of this process, so that nothing they do comes back here."""
    pid = os.fork()
    if pid == 0:
        try:
            channel.close()
            confine.forbid_signals()
            _answer_questions(Channel(socket.socket(fileno=sock)), shell)
        finally:
            os._exit(0)
    os.close(sock)
    channel.send({"forked": True})
    return pid


def _has_ended(pid: int) -> bool:
    """Whether a copy is done with; collects it then, and leaves the student's own children alone."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _answer_questions(channel: Channel, shell: StudentShell) -> None:
    from autograder.checks import wire
    from autograder.checks.driver import drive

    while True:
        message = channel.receive(_REQUEST_BYTES)
        target = shell.user_ns.get(message.header["name"], drive.MISSING)
        try:
            reply = wire.encode(drive.answer(target, wire.decode(message.body)))
        except Exception as error:
            channel.send({"failed": f"{type(error).__name__}: {error}"[:500]})
        else:
            channel.send({"answered": True}, reply)
