"""Carries out one batch: hands submissions to workers and files what comes back, one by one.

Guarantees: what is filed stays filed whatever happens next; a submission that killed its workers, or whose products
cannot be filed, is filed as refused with the reason; interrupting ends all workers and leaves a batch that can be
resumed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import nbformat

from autograder.errors import AutograderError
from autograder.grading.assignment import Assignment
from autograder.grading.batch.nursery import Job, Nursery
from autograder.grading.batch.plan import Batch, merged
from autograder.grading.batch.tickets import Settings, Ticket, place, refusal
from autograder.grading.batch.workers import Outcome, Pool
from autograder.grading.collect.records import Submission
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.record.autograded import autograded
from autograder.grading.record.filing import Cabinet
from autograder.grading.results import SubmissionResult

if TYPE_CHECKING:
    from autograder.grading.record.gradebook import GradebookWriter

SUBMISSION_SECONDS = 1800.0
WORKER = (sys.executable, "-m", "autograder.grading.batch.worker")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


@dataclass(frozen=True)
class BatchRun:
    """One batch of one assignment on its way.

    Attributes:
        settings: what every worker is told.
        confinement: how students' code is held.
        workroot: a folder for what is gone after the batch.
        workers: how many grade side by side.
        command: starts the process that workers are forked from.
    """

    assignment: Assignment
    cabinet: Cabinet
    batch: Batch
    settings: Settings
    confinement: Confinement
    workroot: Path
    workers: int
    command: tuple[str, ...]

    def grade(self, submissions: Iterable[Submission], finished: Callable[[SubmissionResult], None]) -> None:
        """Grade submissions and file each result as soon as it is there.

        Args:
            submissions: in the order in which they are begun.
            finished: is told every result once it is filed.

        Raises:
            AutograderError: nothing more can be written, or no worker starts.
            KeyboardInterrupt: somebody pressed Ctrl-C; all workers have ended.
        """
        tickets = {submission.student_id: self._ticket(submission) for submission in submissions}
        if not tickets:
            return
        told = place(self.assignment, self.confinement, self.workroot)
        nursery = Nursery(self.command, told, {**os.environ, **_ONE_THREAD})
        greeting = self.settings.model_dump(mode="json")
        pool = Pool(nursery, greeting, count=self.workers, limit_s=SUBMISSION_SECONDS)
        jobs = [Job(key, ticket.model_dump(mode="json")) for key, ticket in tickets.items()]
        for outcome in pool.run(jobs):
            finished(self._file(tickets[outcome.key], outcome))

    def _ticket(self, submission: Submission) -> Ticket:
        earlier = self.cabinet.store.load(submission.student_id) if self.batch.mode == "regrade" else None
        return Ticket(
            key=submission.student_id,
            seed=self.batch.seed if earlier is None else earlier.seed,
            **{name: getattr(submission, name) for name in Ticket.model_fields if name not in ("key", "seed")},
        )

    def _file(self, ticket: Ticket, outcome: Outcome) -> SubmissionResult:
        if outcome.reply is None:
            return self._refuse(ticket, f"could not be graded: {outcome.reason}")
        try:
            return self._file_products(ticket, outcome)
        except AutograderError:
            raise
        except Exception as error:  # what a submission contains must not stop the others
            return self._refuse(ticket, f"could not be recorded: {type(error).__name__}: {str(error)[:200]}")

    def _file_products(self, ticket: Ticket, outcome: Outcome) -> SubmissionResult:
        assert outcome.reply is not None
        result = SubmissionResult.model_validate(outcome.reply["result"])
        shown = outcome.reply["notebook"]
        notebook = None if shown is None else nbformat.from_dict(shown)
        result = self._with_earlier(result)
        if notebook is not None and self.batch.mode == "regrade":
            notebook = autograded(notebook, result)
        self.cabinet.file(result, ticket.path, notebook)
        return result

    def _refuse(self, ticket: Ticket, reason: str) -> SubmissionResult:
        result = self._with_earlier(refusal(self.assignment, self.settings, ticket, reason))
        self.cabinet.file(result, ticket.path, None)
        return result

    def _with_earlier(self, fresh: SubmissionResult) -> SubmissionResult:
        """When one exercise is judged anew, the rest of the result is the earlier one's."""
        if self.batch.mode != "regrade":
            return fresh
        earlier = self.cabinet.store.load(fresh.student_id)
        assert earlier is not None
        assert self.batch.exercise is not None
        return merged(earlier, fresh, self.batch.exercise)


class GradebookTask:
    """The gradebook, made ready by a thread of its own while workers grade."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gradebook")
        self._opening: Future[GradebookWriter] | None = None

    def __enter__(self) -> GradebookTask:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._opening is not None and self._opening.exception() is None:
            self._thread.submit(self._opening.result().close).result()
        self._thread.shutdown()

    def open(self) -> Future[GradebookWriter]:
        """Begin to make it ready, which takes longer than to grade a submission: nbgrader is imported."""
        if self._opening is None:
            self._opening = self._thread.submit(self._open)
        return self._opening

    def record(self, results: Iterable[SubmissionResult]) -> int:
        """Bring the gradebook up to the results; returns how many submissions changed.

        Raises:
            AutograderError: the gradebook could not be opened or written.
        """
        opening = self.open()
        return self._thread.submit(lambda: opening.result().record(results)).result()

    def _open(self) -> GradebookWriter:
        from autograder.grading.record.gradebook import GradebookWriter

        writer = GradebookWriter(self._assignment.root, self._assignment.name)
        writer.register(self._assignment.source, due=self._assignment.deadline)
        return writer


def course_files(root: Path, assignment: str) -> dict[str, Path]:
    """What to open after grading, by what it is."""
    reports = root / "reports" / assignment
    return {
        "class": reports / "index.html",
        "spreadsheet": reports / "grades.csv",
        "feedback": root / "feedback",
        "results": root / "results" / assignment,
        "gradebook": root / "gradebook.db",
    }
