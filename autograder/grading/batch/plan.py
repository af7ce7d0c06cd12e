"""What a batch is to do, and how it goes on after it was interrupted.

Guarantees: a seed is drawn once per batch and kept, so a resumed batch gives the points an undisturbed one would have
given; a file that is recorded is not graded again unless asked for, another file of the same person is, unless it is
known to be older; a submission is never graded twice in one batch.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from pydantic import ValidationError

from autograder.errors import AutograderError
from autograder.grading.batch.replacing import why_kept_out
from autograder.grading.collect.records import Submission
from autograder.grading.results import Record, ResultStore, SubmissionResult, write_atomically

Mode = Literal["new", "force", "regrade"]


class Batch(Record):
    """One batch of one assignment, as ``results/<assignment>/.batch.json`` keeps it."""

    id: str
    seed: int
    mode: Mode
    exercise: str | None = None
    started_at: datetime
    finished: bool = False


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    mode: Mode = "new"
    exercise: str | None = None
    resume: bool = False
    seed: int | None = None


@dataclass(frozen=True)
class Plan:
    """Who is graded in this run, and who is not, with the reason for each."""

    to_grade: tuple[Submission, ...]
    kept: tuple[tuple[Submission, str], ...]


class BatchFile:
    """The record of the latest batch of an assignment."""

    def __init__(self, store: ResultStore) -> None:
        self.path = store.folder / ".batch.json"

    def load(self) -> Batch | None:
        """The latest batch, or None when there was none.

        Raises:
            AutograderError: the file cannot be read as one.
        """
        try:
            return Batch.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValidationError, OSError) as error:
            raise AutograderError(f"{self.path}: not readable; remove it and run again without --resume") from error

    def save(self, batch: Batch) -> None:
        """Make this the latest batch."""
        write_atomically(self.path, batch.model_dump_json(indent=1).encode())

    def begin(self, wish: Wish) -> Batch:
        """Go on with the unfinished batch if that is wanted and there is one; otherwise start a new one.

        Raises:
            AutograderError: the unfinished batch did something else than what is asked for now.
        """
        latest = self.load()
        if wish.resume and latest is not None and not latest.finished:
            return _resumed(latest, wish)
        seed = secrets.randbelow(2**31) if wish.seed is None else wish.seed
        now = datetime.now(timezone.utc)
        batch = Batch(id=secrets.token_hex(8), seed=seed, mode=wish.mode, exercise=wish.exercise, started_at=now)
        self.save(batch)
        return batch

    def finish(self, batch: Batch) -> None:
        """Note that nothing is left to do."""
        self.save(batch.model_copy(update={"finished": True}))


def _resumed(latest: Batch, wish: Wish) -> Batch:
    if wish.seed not in (None, latest.seed):
        raise AutograderError(
            f"--seed {wish.seed}: the interrupted batch has seed {latest.seed}; leave --seed or --resume out"
        )
    if wish.mode != "new" and (wish.mode, wish.exercise) != (latest.mode, latest.exercise):
        was = f"--regrade {latest.exercise}" if latest.mode == "regrade" else f"a batch of mode {latest.mode!r}"
        raise AutograderError(f"--resume: what was interrupted is {was}; give --resume alone to go on with it")
    return latest


def plan(submissions: Sequence[Submission], store: ResultStore, batch: Batch) -> Plan:
    """Decide for every submission whether it is graded in this batch.

    Raises:
        AutograderError: an earlier result cannot be read.
    """
    to_grade, kept = [], []
    for submission in submissions:
        reason = _why_not(submission, store.load(submission.student_id), batch)
        if reason is None:
            to_grade.append(submission)
        else:
            kept.append((submission, reason))
    return Plan(tuple(to_grade), tuple(kept))


def _why_not(submission: Submission, earlier: SubmissionResult | None, batch: Batch) -> str | None:
    """Why a submission is left as it is; None when it is to be graded."""
    if earlier is None:
        return "never graded; grade it first, without --regrade" if batch.mode == "regrade" else None
    if earlier.batch == batch.id:
        return "graded in this batch"
    if batch.mode == "force":
        return None
    if batch.mode == "new":
        return "graded earlier" if earlier.digest == submission.digest else why_kept_out(submission, earlier)
    if earlier.digest != submission.digest:
        return "another file was graded earlier; without --regrade this one takes its place"
    if earlier.status == "refused":
        return "refused earlier, so there is nothing to keep; --force grades it anew"
    return None


def merged(earlier: SubmissionResult, fresh: SubmissionResult, exercise: str) -> SubmissionResult:
    """The earlier result with one exercise judged anew; everything else stays.

    Args:
        earlier: the recorded result.
        fresh: holds the exercise's new result, or refuses.
        exercise: its name.
    """
    new = {result.name: result for result in fresh.exercises if result.name == exercise}
    about = f"{exercise}:"
    others = tuple(flag for flag in earlier.flags if not flag.startswith(about))
    flags = others + tuple(flag for flag in fresh.flags if flag not in others)
    return earlier.model_copy(
        update={
            "exercises": tuple(new.get(result.name, result) for result in earlier.exercises),
            "flags": flags,
            "status": "needs_person" if flags else "graded",
            "batch": fresh.batch,
            "graded_at": fresh.graded_at,
            "versions": fresh.versions,
            "isolation": fresh.isolation,
        }
    )
