"""``autograder grade``: a download goes in; results, gradebook, feedback and the class page come out.

Guarantees: results are filed one by one as they finish, so an interrupted run loses only what was being graded; the
gradebook is brought up to all result files at the end of every run, also of one that had nothing to grade.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from autograder.errors import AutograderError
from autograder.grading import report
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.batch import BatchFile, Plan, Wish, plan
from autograder.grading.batch_run import WORKER, BatchRun, GradebookTask, course_files
from autograder.grading.collect import collect
from autograder.grading.collect.records import Collection
from autograder.grading.filing import Cabinet
from autograder.grading.kernels.limits import DEFAULT_LIMITS
from autograder.grading.progress import showing
from autograder.grading.results import SubmissionResult
from autograder.grading.tickets import Settings
from autograder.grading.workroot import exclusive, workroot

ALL_GRADED, NEEDS_PERSON, INTERRUPTED = 0, 1, 130


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
        worker: starts a worker process.

    Returns:
        The exit code: 0 when everything is graded, 1 when a person must look at something, 130 when interrupted.

    Raises:
        AutograderError: nothing could be started, or nothing more could be written; what is recorded stays.
    """
    assignment = load_assignment(root, order.assignment)
    _check(order, assignment)
    cabinet = Cabinet(root, assignment.name)
    busy = f"{assignment.name} is being graded by another run; wait for it to end"
    with exclusive(cabinet.store.folder / ".lock", busy), workroot() as scratch:
        collection = collect(order.path, assignment.release, roster=order.roster, workdir=scratch / "collected")
        with GradebookTask(assignment) as gradebook:
            progress = _grade(assignment, cabinet, order, collection, scratch, console, worker)
            gradebook.record(cabinet.store.all())
        results = list(cabinet.store.all())
        _write_reports(cabinet, results, collection)
    ours = [result for result in results if result.student_id in {s.student_id for s in collection.submissions}]
    _tell(cabinet, ours, collection, progress, console)
    if progress.interrupted:
        console.print("Interrupted; what was finished is recorded. Run the same command with --resume to go on.")
        return INTERRUPTED
    urgent = collection.refused or any(result.status != "graded" for result in ours)
    return NEEDS_PERSON if urgent else ALL_GRADED


@dataclass(frozen=True)
class _Progress:
    chosen: Plan
    interrupted: bool


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


def _grade(
    assignment: Assignment,
    cabinet: Cabinet,
    order: Order,
    collection: Collection,
    scratch: Path,
    console: Console,
    worker: tuple[str, ...],
) -> _Progress:
    """Grade who is to be graded in this run; Ctrl-C ends it early."""
    file = BatchFile(cabinet.store)
    batch = file.begin(order.wish)
    chosen = plan(collection.submissions, cabinet.store, batch)
    settings = Settings(
        root=assignment.root,
        assignment=assignment.name,
        batch=batch.id,
        seed=batch.seed,
        device=_device(order.device),
        isolation=order.isolation,
        only=batch.exercise,
        workroot=scratch,
        cell_seconds=order.cell_seconds,
    )
    workers = min(order.workers or len(os.sched_getaffinity(0)), max(1, len(chosen.to_grade)))
    run = BatchRun(assignment, cabinet, batch, settings, workers, worker)
    try:
        with showing(console, len(chosen.to_grade)) as finished:
            run.grade(chosen.to_grade, finished)
    except KeyboardInterrupt:
        return _Progress(chosen, interrupted=True)
    file.finish(batch)
    return _Progress(chosen, interrupted=False)


def _write_reports(cabinet: Cabinet, results: list[SubmissionResult], collection: Collection) -> None:
    files = course_files(cabinet.root, cabinet.assignment)
    shown = {result.student_id: cabinet.shown(result.student_id) for result in results}
    answers = {student: report.answers(notebook) for student, notebook in shown.items() if notebook is not None}
    report.write_class_page(results, collection, files["class"].parent, answers=answers)
    report.write_csv(results, files["spreadsheet"])


def _tell(
    cabinet: Cabinet, ours: list[SubmissionResult], collection: Collection, progress: _Progress, console: Console
) -> None:
    """Print the table, what was left as it is and why, what cannot be graded, and which files to open."""
    if ours:
        console.print(report.table(ours))
    kept: dict[str, list[str]] = defaultdict(list)
    for submission, reason in progress.chosen.kept:
        kept[reason].append(submission.student_id)
    for reason, students in kept.items():
        console.print(Text(f"kept as recorded ({reason}): {', '.join(students)}"))
    for refused in collection.refused:
        console.print(Text(f"cannot be graded: {refused}", style="red"))
    for what, path in course_files(cabinet.root, cabinet.assignment).items():
        if path.exists():
            console.print(Text(f"{what:<12} {path}"), soft_wrap=True)
