"""Worker processes that grade side by side, and what becomes of the jobs of one that dies.

Guarantees: every job comes back exactly once, answered or failed with a reason; a job during which a worker died is
tried once more in a fresh worker, and only then given up; a worker lives no longer than its parent, because it reads
its jobs from a pipe that closes with the parent; a worker holds one job ahead and no more, so memory does not grow.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from autograder.errors import AutograderError

IN_FLIGHT = 2  # the next job waits in the pipe while one is graded
TRIES = 2
STARTING_SECONDS = 600.0
CLOSING_SECONDS = 10.0
_LOG_TAIL_BYTES = 2000


@dataclass
class Job:
    """One piece of work: a key that names it, and what the worker is told."""

    key: str
    message: Mapping[str, Any]
    deaths: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What came of a job: the worker's reply, or the reason there is none."""

    key: str
    reply: dict[str, Any] | None
    reason: str = ""


class Worker:
    """The parent's hold on one worker process."""

    def __init__(self, command: Sequence[str], greeting: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self.jobs: deque[Job] = deque()
        self.ready = False
        self.killed_for = ""
        self.since = time.monotonic()
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        self._received = bytearray()
        # A session of its own: Ctrl-C reaches the parent alone, which then ends its workers in order.
        self.process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(environment),
            start_new_session=True,
        )
        self._tell(greeting)

    def give(self, job: Job) -> None:
        """Hand over one more job."""
        if not self.jobs:
            self.since = time.monotonic()
        self.jobs.append(job)
        self._tell({"key": job.key, **job.message})

    def fileno(self) -> int:
        """The pipe of replies, for a selector."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def replies(self) -> list[dict[str, Any]] | None:
        """The replies that have arrived; None once the worker is gone."""
        data = os.read(self.fileno(), 1 << 20)
        if not data:
            return None
        self._received += data
        *lines, rest = self._received.split(b"\n")
        self._received = bytearray(rest)
        return [json.loads(line) for line in lines]

    def kill(self, reason: str) -> None:
        """End the worker at once; its pipe of replies closes."""
        self.killed_for = reason
        self.process.kill()

    def death(self) -> str:
        """Why the worker is gone, in words. Waits for it."""
        code = self.process.wait()
        if self.killed_for:
            return self.killed_for
        return f"its worker was killed by signal {-code}" if code < 0 else f"its worker ended with code {code}"

    def log(self) -> str:
        """The last of what the worker said on its standard error."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - _LOG_TAIL_BYTES))
        return self._log.read().decode(errors="replace").strip()

    def close(self) -> None:
        """Ask the worker to end by closing its pipe of jobs; end it where it does not."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        try:
            self.process.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()  # type: ignore[union-attr]
        self._log.close()

    def _tell(self, message: Mapping[str, Any]) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        # A worker that died meanwhile is noticed where its replies end.
        with contextlib.suppress(BrokenPipeError):
            pipe.write(json.dumps(message).encode() + b"\n")
            pipe.flush()


class Pool:
    """Keeps a number of workers busy.

    Args:
        command: starts one worker.
        greeting: the first line every worker is told.
        count: how many work side by side.
        limit_s: how long one job may take before its worker is killed.
        environment: of the workers; this process's own when None.
    """

    def __init__(
        self,
        command: Sequence[str],
        greeting: Mapping[str, Any],
        *,
        count: int,
        limit_s: float,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._start = lambda: Worker(command, greeting, os.environ if environment is None else environment)
        self.count = count
        self.limit_s = limit_s
        self.workers: list[Worker] = []
        self._failed_starts = 0

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Do the jobs and give each outcome as soon as it is there.

        Raises:
            AutograderError: workers cannot even start.
        """
        waiting = deque(jobs)
        try:
            while waiting or any(worker.jobs for worker in self.workers):
                self._fill(waiting)
                for worker in self._heard():
                    arrived = worker.replies()
                    if arrived is None:
                        yield from self._bury(worker, waiting)
                    else:
                        yield from self._answers(worker, arrived)
                self._kill_overdue()
        finally:
            self.close()

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            with contextlib.suppress(OSError):
                worker.process.stdin.close()  # type: ignore[union-attr]
        for worker in self.workers:
            worker.close()
        self.workers.clear()

    def _fill(self, waiting: deque[Job]) -> None:
        while waiting and len(self.workers) < min(self.count, len(waiting) + len(self.workers)):
            self.workers.append(self._start())
            self.workers[-1].give(waiting.popleft())
        for depth in range(1, IN_FLIGHT + 1):
            for worker in self.workers:
                # A job that has killed a worker is given alone, so that no other can be blamed for it.
                alone = any(job.deaths for job in worker.jobs)
                if waiting and worker.ready and len(worker.jobs) < depth and not alone:
                    worker.give(waiting.popleft())

    def _heard(self) -> list[Worker]:
        with selectors.DefaultSelector() as selector:
            for worker in self.workers:
                selector.register(worker, selectors.EVENT_READ)
            return [key.fileobj for key, _ in selector.select(timeout=min(1.0, self.limit_s))]  # type: ignore[misc]

    def _answers(self, worker: Worker, arrived: list[dict[str, Any]]) -> Iterator[Outcome]:
        for reply in arrived:
            worker.since = time.monotonic()
            if not worker.ready:
                worker.ready, self._failed_starts = True, 0
                continue
            yield Outcome(worker.jobs.popleft().key, reply)

    def _bury(self, worker: Worker, waiting: deque[Job]) -> Iterator[Outcome]:
        """Take a dead worker's jobs back: the one it was at is suspect, those behind it are not."""
        self.workers.remove(worker)
        reason, log = worker.death(), worker.log()
        if not worker.killed_for and worker.process.returncode > 0 and log:
            reason = f"{reason} ({log.splitlines()[-1][:200]})"
        worker.close()
        jobs = list(worker.jobs)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts > self.count:
                raise AutograderError(f"no worker could be started: {reason}; run autograder doctor")
        elif jobs:
            jobs[0].deaths.append(reason)
            if len(jobs[0].deaths) == TRIES:
                yield Outcome(jobs[0].key, None, f"{reason}, {TRIES} times")
                del jobs[0]
        waiting.extendleft(reversed(jobs))

    def _kill_overdue(self) -> None:
        for worker in self.workers:
            seconds = time.monotonic() - worker.since
            if not worker.ready and seconds > STARTING_SECONDS:
                worker.kill(f"it was not ready after {STARTING_SECONDS:g} s")
            elif worker.ready and worker.jobs and seconds > self.limit_s:
                worker.kill(f"grading it took longer than {self.limit_s:g} s")
