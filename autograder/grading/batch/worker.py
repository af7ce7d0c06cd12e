"""The processes that grade: one that prepares and forks, and the workers forked from it, which answer line by line.

Guarantees: the process that forks has one thread and grades nothing; a worker's answers travel on a pipe that nothing
else can print to; a worker ends when the parent ends, also in the middle of a job.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import IO, TYPE_CHECKING, Any, NoReturn

from autograder.grading.batch.nursery import ANSWER_BYTES
from autograder.grading.kernels.channel import Channel, ChannelError

if TYPE_CHECKING:
    from autograder.grading.batch.tickets import Grader

MakeGrader = Callable[[dict[str, Any]], AbstractContextManager["Grader"]]  # from the greeting of a worker


def serve(prepare: Callable[[dict[str, Any]], AbstractContextManager[MakeGrader]]) -> None:
    """Prepare once, then fork a worker whenever the parent asks for one, until it has gone and all workers with it.

    Args:
        prepare: imports what grading needs; from what this process is told first, what makes a worker's grader.
    """
    gc.disable()  # nothing that is imported becomes garbage, and looking for some takes a tenth of the time
    parent = Channel(socket.socket(fileno=os.dup(0)))
    with contextlib.suppress(ChannelError), prepare(parent.receive(ANSWER_BYTES).header) as make_grader:
        gc.freeze()  # collecting would copy the pages that workers share
        gc.enable()
        workers: set[int] = set()
        try:
            while True:
                asked = parent.receive(ANSWER_BYTES, fds=3)
                if asked.header["do"] == "fork":
                    workers |= _fork(asked.fds, parent, make_grader)
                else:
                    parent.send({"code": _reap(asked.header["pid"], workers)})
        finally:
            for pid in workers:
                os.waitpid(pid, 0)


def _reap(pid: int, workers: set[int]) -> int | None:
    if pid not in workers:  # forked by another process like this one, which has gone
        return None
    workers.remove(pid)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _fork(fds: tuple[int, ...], parent: Channel, make_grader: MakeGrader) -> set[int]:
    try:
        pid = os.fork()
        if pid == 0:
            parent.close()
            _become_worker(fds, make_grader)
        return {pid}
    except OSError as error:  # the parent sees that its pipe closes, and reads why
        os.write(fds[2], f"no process could be started: {error}\n".encode())
        return set()
    finally:
        for fd in fds:
            os.close(fd)


def _become_worker(fds: tuple[int, ...], make_grader: MakeGrader) -> NoReturn:
    """Grade in this process until the parent has gone; what the process was before is left as it is."""
    code = 1
    try:
        for standard, fd in enumerate(fds):
            os.dup2(fd, standard)
            os.close(fd)
        work(make_grader)
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def work(make_grader: MakeGrader) -> None:
    """Grade until the parent closes the pipe of jobs.

    Args:
        make_grader: from the parent's greeting, what turns a job into an answer.
    """
    answers = _private_stdout()
    inbox = _Inbox()
    threading.Thread(target=inbox.listen, daemon=True).start()
    greeting = inbox.jobs.get()
    if greeting is None:
        return
    with make_grader(greeting) as grade:
        _send(answers, {"ready": os.getpid()})
        while (job := inbox.jobs.get()) is not None:
            with inbox.busy:
                if inbox.closed:
                    return
                _send(answers, grade(job))


class _Inbox:
    """What the parent has said so far; a thread of its own listens, so that the end is heard while a job runs."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.busy = threading.Lock()
        self.closed = False

    def listen(self) -> None:
        # Not through sys.stdin: a thread waiting in its buffer would make Python abort when it exits.
        pending = b""
        while data := os.read(0, 1 << 16):
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                self.jobs.put(json.loads(line))
        if not self.busy.acquire(blocking=False):
            # In the middle of a job, whose result nobody waits for. The kernel server sees its own pipe close.
            os._exit(1)
        self.closed = True
        self.busy.release()
        self.jobs.put(None)


def _private_stdout() -> IO[bytes]:
    """Keep standard output for answers; whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _send(pipe: IO[bytes], message: Mapping[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.write(json.dumps(message).encode() + b"\n")
        pipe.flush()


if __name__ == "__main__":
    from autograder.grading.batch.grader import preparing

    serve(preparing)
