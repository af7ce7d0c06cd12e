"""The process that imports once what grading needs, and the workers that are forked from it: the parent's hold on both.

Guarantees: however many workers there are, torch is imported once for all of them; a worker lives no longer than its
parent, because it reads its jobs from a pipe that closes with the parent; a nursery that has gone is replaced by the
next worker that is wanted, and its workers go on without it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from autograder.grading.kernels.channel import ChannelError, pair

CLOSING_SECONDS = 10.0
ANSWER_BYTES = 1 << 16
_LOG_TAIL_BYTES = 2000


@dataclass
class Job:
    """One piece of work: a key that names it, and what the worker is told."""

    key: str
    message: Mapping[str, Any]
    deaths: list[str] = field(default_factory=list)


class Nursery:
    """Starts workers.

    Args:
        command: starts the process that they are forked from.
        place: what that process is told first.
        environment: of all of them; this process's own when None.
    """

    def __init__(
        self, command: Sequence[str], place: Mapping[str, Any], environment: Mapping[str, str] | None = None
    ) -> None:
        self._command, self._place = list(command), place
        self._environment = dict(os.environ if environment is None else environment)
        self._start()

    def worker(self, greeting: Mapping[str, Any]) -> Worker:
        """Fork a worker, without waiting for it.

        Args:
            greeting: the first line that it reads.
        """
        try:
            return Worker(self, greeting)
        except ChannelError:
            self.close()
            self._start()
            return Worker(self, greeting)

    def fork(self, fds: tuple[int, int, int]) -> None:
        """Ask for a worker that has these as its standard input, output and error.

        Raises:
            ChannelError: the process has gone.
        """
        self._channel.send({"do": "fork"}, fds=fds, seconds=CLOSING_SECONDS)

    def exit_code(self, pid: int) -> int | None:
        """Wait for a worker that is ending; how it ended, as `subprocess` counts, or None when nobody can tell."""
        with contextlib.suppress(ChannelError):
            self._channel.send({"do": "reap", "pid": pid}, seconds=CLOSING_SECONDS)
            return self._channel.receive(ANSWER_BYTES, seconds=CLOSING_SECONDS).header.get("code")
        return None

    def death(self) -> str:
        """Why the process is gone, in words; empty while it is there."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return _ended(self._process.wait(0.1), last_words(self._log))
        return ""

    def kill(self) -> None:
        """End the process at once; workers that were not forked yet never will be."""
        self._process.kill()

    def close(self) -> None:
        """Let the process end, which it does after its workers; end it where it does not."""
        self._channel.close()
        try:
            self._process.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _start(self) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._channel, theirs = pair()
        with theirs:
            # A session of its own: Ctrl-C reaches the parent alone, which then ends its workers in order.
            self._process = subprocess.Popen(
                self._command,
                stdin=theirs.fileno(),
                stdout=self._log,
                stderr=self._log,
                env=self._environment,
                start_new_session=True,
            )
        with contextlib.suppress(ChannelError):  # noticed where the first worker is wanted
            self._channel.send(dict(self._place), seconds=CLOSING_SECONDS)


class Worker:
    """The parent's hold on one worker process."""

    def __init__(self, nursery: Nursery, greeting: Mapping[str, Any]) -> None:
        self.jobs: deque[Job] = deque()
        self.pid = 0  # until it says that it is ready
        self.since = time.monotonic()
        self._nursery = nursery
        self._killed_for = ""
        self._received = bytearray()
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self._tasks, self._replies = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb", buffering=0)
        try:
            nursery.fork((theirs_in, theirs_out, self._log.fileno()))
        except ChannelError:
            self.close()
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self._tell(greeting)

    @property
    def ready(self) -> bool:
        """Whether it has said that it can grade."""
        return bool(self.pid)

    def give(self, job: Job) -> None:
        """Hand over one more job."""
        if not self.jobs:
            self.since = time.monotonic()
        self.jobs.append(job)
        self._tell({"key": job.key, **job.message})

    def fileno(self) -> int:
        """The pipe of replies, for a selector."""
        return self._replies.fileno()

    def replies(self) -> list[dict[str, Any]] | None:
        """The replies that have arrived, without the one that says it is ready; None once the worker is gone."""
        data = os.read(self.fileno(), 1 << 20)
        if not data:
            return None
        self._received += data
        *lines, rest = self._received.split(b"\n")
        self._received = bytearray(rest)
        arrived = [json.loads(line) for line in lines]
        if arrived and not self.ready:
            self.pid = arrived.pop(0)["ready"]
        if lines:
            self.since = time.monotonic()
        return arrived

    def kill(self, reason: str) -> None:
        """End the worker at once; its pipe of replies closes."""
        self._killed_for = reason
        if self.ready:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)  # the number is its own until it is reaped, which `death` asks for
        else:
            self._nursery.kill()

    def death(self) -> str:
        """Why the worker is gone, in words. Waits for it."""
        code = self._nursery.exit_code(self.pid) if self.ready else None
        if self._killed_for:
            return self._killed_for
        if code is None:
            return self._nursery.death() or f"its worker has gone{_quoted(last_words(self._log))}"
        return _ended(code, last_words(self._log))

    def close(self) -> None:
        """Close the pipes: a worker that still runs ends."""
        with contextlib.suppress(OSError):
            self._tasks.close()
        self._replies.close()
        self._log.close()

    def _tell(self, message: Mapping[str, Any]) -> None:
        # A worker that died meanwhile is noticed where its replies end.
        with contextlib.suppress(BrokenPipeError):
            self._tasks.write(json.dumps(message).encode() + b"\n")
            self._tasks.flush()


def last_words(log: IO[bytes]) -> str:
    """The last line of what was printed."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _LOG_TAIL_BYTES))
    return (log.read().decode(errors="replace").strip().splitlines() or [""])[-1][:200]


def _ended(code: int, words: str) -> str:
    if code < 0:
        return f"its worker was killed by signal {-code}"
    return f"its worker ended with code {code}{_quoted(words) if code else ''}"


def _quoted(words: str) -> str:
    return f" ({words})" if words else ""
