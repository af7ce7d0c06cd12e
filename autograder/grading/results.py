"""What one submission was given, and why: the records every later step reads.

Guarantees: a result on disk is complete or absent (written aside, synced, renamed); what is read back equals what was
written; points are finite and within 0 … max; a student id can never lead out of the results folder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from autograder.errors import AutograderError

SCHEMA_VERSION: Literal[1] = 1
Status = Literal["graded", "needs_person", "refused"]
Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Record(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _encodable(cls, value: Any) -> Any:
        # Student code can put half a surrogate pair into any message; no file could hold it.
        if isinstance(value, str):
            return value.encode("utf-8", "replace").decode()
        if isinstance(value, (list, tuple)):
            return tuple(cls._encodable(item) for item in value)
        return value


def number(value: float) -> str:
    """Points as people write them: ``7``, ``7.5``, ``6.67``."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


class GroupResult(Record):
    """One group of cases inside an exercise."""

    name: str
    points: Points
    max_points: Points
    passed: bool
    message: str = ""


class ExerciseResult(Record):
    """The score of one exercise with everything needed to explain it."""

    name: str
    grade_id: str
    points: Points
    max_points: Points
    attempted: bool
    diagnosis: str | None = None
    hint: str | None = None
    text: str = ""
    html: str = ""
    groups: tuple[GroupResult, ...] = ()
    matched_how: str = ""
    reason: str = ""
    seed: int

    @model_validator(mode="after")
    def _within_maximum(self) -> ExerciseResult:
        if self.points > self.max_points:
            raise ValueError(f"{self.name}: {self.points} points of {self.max_points}")
        return self


class ManualItem(Record):
    """A written answer: a person gives its points."""

    grade_id: str
    max_points: Points
    answered: bool


class Replaced(Record):
    """The file whose result gave way to a newer file's.

    ``by_hand`` names the exercises and written answers to which a person had given points or words.
    """

    digest: str
    submitted_at: datetime | None = None
    graded_at: datetime
    points: Points
    late: bool | None = None
    by_hand: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """When that file was handed in, or else graded, in words."""
        did, moment = ("handed in", self.submitted_at) if self.submitted_at else ("graded", self.graded_at)
        return f"{did} {as_utc(moment)}"


class SubmissionResult(Record):
    """Everything known about one submission after judging it.

    ``notes`` are shown to the student too; ``staff_notes`` and ``flags`` may name others and are not.
    ``late`` is None where neither the platform nor a time and a deadline tell.
    ``source``, ``platform``, ``platform_ids`` and ``email`` are the collection's: what handing results back needs.
    ``file_date`` is the file's own date, which says less than ``submitted_at``: copying a file may change it.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    student_id: str
    display_name: str
    assignment: str
    status: Status
    exercises: tuple[ExerciseResult, ...] = ()
    manual: tuple[ManualItem, ...] = ()
    notes: tuple[str, ...] = ()
    staff_notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    timings_s: dict[str, float] = {}
    isolation: str
    seed: int
    batch: str
    versions: dict[str, str] = {}
    digest: str
    source: str = ""
    platform: str = ""
    platform_ids: tuple[tuple[str, str], ...] = ()
    email: str | None = None
    submitted_at: datetime | None = None
    late: bool | None = None
    file_date: datetime | None = None
    graded_at: datetime
    replaces: Replaced | None = None

    @property
    def points(self) -> float:
        """Points of the exercises together (written answers not counted)."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> float:
        """The most these exercises can give (written answers not counted)."""
        return sum(exercise.max_points for exercise in self.exercises)


def as_utc(moment: datetime) -> str:
    """A moment as people read it: ``2027-03-01 12:00 UTC``."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"


def write_atomically(path: Path, data: bytes) -> None:
    """Put data at path so that a reader, or a crash, sees all of it or the old file.

    Raises:
        AutograderError: nothing could be written (full disk, no permission); the old file is untouched.
    """
    partial: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".partial-", dir=path.parent)
        partial = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o644)
        partial.replace(path)
    except OSError as error:
        if partial is not None:
            partial.unlink(missing_ok=True)
        raise AutograderError(
            f"{path}: could not be written ({error.strerror or error}); what was recorded before is kept: "
            "make room or fix the permissions, then run the same command with --resume"
        ) from error


def plain_name(name: str, what: str) -> str:
    """Return name if it can be one folder or file name, and nothing else.

    Raises:
        AutograderError: it is empty, hidden, too long, or holds a separator or a control character.
    """
    if not name or name.startswith(".") or len(name) > 120 or any(c in "/\\:" or not c.isprintable() for c in name):
        raise AutograderError(
            f"{what} {name[:80]!r}: expected a plain name without '/', '\\' or ':', not starting with '.'"
        )
    return name


class ResultStore:
    """The results of one assignment: one JSON file per student under ``<course>/results/<assignment>/``."""

    def __init__(self, course_root: Path, assignment: str) -> None:
        self.assignment = plain_name(assignment, "assignment")
        self.folder = course_root / "results" / self.assignment

    def path(self, student_id: str) -> Path:
        """Where this student's result lies."""
        return self.folder / f"{plain_name(student_id, 'student id')}.json"

    def save(self, result: SubmissionResult) -> Path:
        """Write one result in place of the student's earlier one."""
        path = self.path(result.student_id)
        write_atomically(path, result.model_dump_json(indent=1).encode())
        return path

    def load(self, student_id: str) -> SubmissionResult | None:
        """The student's result, or None when there is none yet.

        Raises:
            AutograderError: the file is there but is no result.
        """
        path = self.path(student_id)
        try:
            return SubmissionResult.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValidationError, OSError) as error:
            problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise AutograderError(
                f"{path}: not a readable result ({problem}); move the file away and grade this student again"
            ) from error

    def all(self) -> Iterator[SubmissionResult]:
        """Every result of the assignment, ordered by student id."""
        for path in sorted(self.folder.glob("*.json")):
            if not path.name.startswith(".") and (result := self.load(path.stem)) is not None:
                yield result
