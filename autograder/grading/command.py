"""``autograder grade``: a download goes in; results, gradebook, feedback and the class page come out.

Guarantees: results are filed one by one as they finish, so an interrupted run loses only what was being graded; the
gradebook is brought up to all result files at the end of every run, also of one that had nothing to grade.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from autograder.errors import AutograderError
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.batch.carrying_out import WORKER, BatchRun, GradebookTask, course_files
from autograder.grading.batch.plan import BatchFile, Plan, Wish, plan
from autograder.grading.batch.progress import showing
from autograder.grading.batch.tickets import Settings
from autograder.grading.batch.workroot import exclusive, workroot
from autograder.grading.collect import collect
from autograder.grading.collect.records import Collection
from autograder.grading.isolation.ladder import choose
from autograder.grading.kernels.limits import DEFAULT_LIMITS
from autograder.grading.record.filing import Cabinet
from autograder.grading.results import SubmissionResult

ALL_GRADED, NEEDS_PERSON, INTERRUPTED = 0, 1, 130
NAMED = 20  # longer lists of names are only counted


@dataclass(frozen=True)
class Order:
    """What the command line asks for.

    Attributes:
        path: the download: a folder, a zip or a notebook.
        workers: how many grade side by side; as many as there are cores when None.
        cell_seconds: how long a cell, or one request of the judge, may take.
    """

    path: Path
    assignment: str
    wish: Wish
    workers: int | None = None
    device: str = "auto"
    isolation: str = "auto"
    roster: Path | None = None
    cell_seconds: float = DEFAULT_LIMITS.cell_seconds


def grade(root: Path, order: Order, console: Console, *, worker: tuple[str, ...] = WORKER) -> int:
    """Grade a download.

    Args:
        root: folder of the course.
        order: what to grade, and how.
        console: where progress and the table go.
        worker: starts the process that workers are forked from.

    Returns:
        The exit code: 0 when everything is graded, 1 when a person must look at something, 130 when interrupted.

    Raises:
        AutograderError: nothing could be started, or nothing more could be written; what is recorded stays.
    """
    assignment = load_assignment(root, order.assignment)
    _check(order, assignment)
    return _Grading(assignment, order, console, worker).run()


def _check(order: Order, assignment: Assignment) -> None:
    wish = order.wish
    known = [graded.exercise for graded in assignment.graded]
    if wish.exercise is not None and wish.exercise not in known:
        raise AutograderError(
            f"--regrade {wish.exercise}: {assignment.name} has no such exercise; it has {', '.join(known)}"
        )
    if wish.mode == "regrade" and wish.seed is not None:
        raise AutograderError("--seed: with --regrade everybody keeps the seed of the first grading; leave --seed out")
    if order.workers is not None and order.workers < 1:
        raise AutograderError(f"--workers {order.workers}: expected at least 1")


def _device(wanted: str) -> Literal["cpu", "cuda"]:
    """Where cases run: on the CPU unless CUDA is asked for, where a context per student costs more."""
    if wanted == "cuda":
        import torch

        if not torch.cuda.is_available():
            raise AutograderError("--device cuda: PyTorch sees no CUDA device here; leave it out or use --device cpu")
        return "cuda"
    if wanted not in ("auto", "cpu"):
        raise AutograderError(f"--device {wanted}: expected auto, cpu or cuda")
    return "cpu"


def _cores() -> int:
    """The cores this process may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Grading:
    """One run of the command."""

    def __init__(self, assignment: Assignment, order: Order, console: Console, worker: tuple[str, ...]) -> None:
        self.assignment, self.order, self.console, self.worker = assignment, order, console, worker
        self.device = _device(order.device)
        self.confinement = choose(order.isolation)
        self.cabinet = Cabinet(assignment.root, assignment.name)
        self.files = course_files(assignment.root, assignment.name)
        self.interrupted = False

    def run(self) -> int:
        """Collect, grade, record, report; returns the exit code."""
        name = self.assignment.name
        busy = f"{name} is being graded by another run; wait for it to end"
        with exclusive(self.cabinet.store.folder / ".lock", busy), workroot() as scratch:
            release, roster = self.assignment.release, self.order.roster
            due, unpacked = self.assignment.deadline, scratch / "collected"
            collection = collect(self.order.path, release, roster=roster, deadline=due, workdir=unpacked)
            self._announce(collection)
            with GradebookTask(self.assignment) as gradebook:
                chosen = self._grade(collection, scratch, gradebook)
                gradebook.record(self.cabinet.store.all())
            results = list(self.cabinet.store.all())
            self._write_reports(results, collection)
        handed_in = {submission.student_id for submission in collection.submissions}
        ours = [result for result in results if result.student_id in handed_in]
        self._tell(ours, collection, chosen)
        if self.interrupted:
            return INTERRUPTED
        urgent = collection.refused or collection.strangers or any(result.status != "graded" for result in ours)
        return NEEDS_PERSON if urgent else ALL_GRADED

    def _announce(self, collection: Collection) -> None:
        found = f"{len(collection.submissions)} submissions of {self.assignment.name}"
        self.console.print(Text(f"{found}; isolation: {self.confinement}"))
        if self.confinement.level == "none":
            warning = "Student code runs unprotected: it can read and change whatever you can."
            self.console.print(Text(warning, style="bold red"))

    def _grade(self, collection: Collection, scratch: Path, gradebook: GradebookTask) -> Plan:
        """Grade who is to be graded in this run; Ctrl-C ends it early."""
        file = BatchFile(self.cabinet.store)
        batch = file.begin(self.order.wish)
        chosen = plan(collection.submissions, self.cabinet.store, batch)
        settings = Settings(
            assignment=self.assignment.name,
            batch=batch.id,
            seed=batch.seed,
            device=self.device,
            isolation=self.confinement.level,
            only=batch.exercise,
            cell_seconds=self.order.cell_seconds,
        )
        workers = min(self.order.workers or _cores(), max(1, len(chosen.to_grade)))
        run = BatchRun(self.assignment, self.cabinet, batch, settings, self.confinement, scratch, workers, self.worker)
        try:
            with showing(self.console, len(chosen.to_grade)) as show:

                def finished(result: SubmissionResult) -> None:
                    gradebook.open()  # not earlier: its imports would hold up the workers'
                    show(result)

                run.grade(chosen.to_grade, finished)
            file.finish(batch)
        except KeyboardInterrupt:
            self.interrupted = True
        return chosen

    def _write_reports(self, results: list[SubmissionResult], collection: Collection) -> None:
        from autograder.grading import report

        shown = {result.student_id: self.cabinet.shown(result.student_id) for result in results}
        answers = {student: report.answers(notebook) for student, notebook in shown.items() if notebook is not None}
        seen = replace(collection, refused=self.cabinet.open_refusals(collection.refused))
        report.write_class_page(results, seen, self.files["class"].parent, answers=answers)
        report.write_csv(results, self.files["spreadsheet"])

    def _tell(self, ours: list[SubmissionResult], collection: Collection, chosen: Plan) -> None:
        """Print the table, what was left as it is and why, what cannot be graded, and which files to open."""
        from autograder.grading.report import table

        if ours:
            self.console.print(table(ours))
        kept: dict[str, list[str]] = defaultdict(list)
        for submission, reason in chosen.kept:
            kept[reason].append(submission.student_id)
        for reason, students in kept.items():
            who = ", ".join(students) if len(students) <= NAMED else f"{len(students)} students"
            self.console.print(Text(f"kept as recorded ({reason}): {who}"))
        for refused in collection.refused:
            self.console.print(Text(f"cannot be graded: {refused}", style="red"))
        if missing := collection.missing({result.student_id for result in self.cabinet.store.all()}):
            said = f"on the roster, and nothing handed in ({len(missing)}): {', '.join(missing)}"
            self.console.print(Text(said), soft_wrap=True)
        for what, path in self.files.items():
            if path.exists():
                self.console.print(Text(f"{what:<12} {path}"), soft_wrap=True)
        if self.interrupted:
            said = "Interrupted; what was finished is recorded. Run the same command with --resume to go on."
            self.console.print(Text(said, style="bold"))
