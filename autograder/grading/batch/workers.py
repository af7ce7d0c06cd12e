"""Workers that grade side by side, and what becomes of the jobs of one that dies.

Guarantees: every job comes back exactly once, answered or failed with a reason; a job during which a worker died is
tried once more in a fresh worker, and only then given up; a worker holds one job ahead and no more, so memory does not
grow.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import AutograderError
from autograder.grading.batch.nursery import Job, Nursery, Worker

IN_FLIGHT = 2  # the next job waits in the pipe while one is graded
TRIES = 2
STARTING_SECONDS = 600.0


@dataclass(frozen=True)
class Outcome:
    """What came of a job: the worker's reply, or the reason there is none."""

    key: str
    reply: dict[str, Any] | None
    reason: str = ""


class Pool:
    """Keeps a number of workers busy.

    Args:
        nursery: where workers come from; closed with the pool.
        greeting: the first line every worker is told.
        count: how many work side by side.
        limit_s: how long one job may take before its worker is killed.
    """

    def __init__(self, nursery: Nursery, greeting: Mapping[str, Any], *, count: int, limit_s: float) -> None:
        self._nursery, self._greeting = nursery, greeting
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
            worker.close()
        self.workers.clear()
        self._nursery.close()

    def _fill(self, waiting: deque[Job]) -> None:
        while waiting and len(self.workers) < min(self.count, len(waiting) + len(self.workers)):
            self.workers.append(self._nursery.worker(self._greeting))
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
        self._failed_starts = 0
        for reply in arrived:
            yield Outcome(worker.jobs.popleft().key, reply)

    def _bury(self, worker: Worker, waiting: deque[Job]) -> Iterator[Outcome]:
        """Take a dead worker's jobs back: the one it was at is suspect, those behind it are not."""
        self.workers.remove(worker)
        reason = worker.death()
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
