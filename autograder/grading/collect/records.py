"""What a collection consists of: every file of a download is in exactly one of its four lists.

All records are frozen and hold no notebook content, so a class of hundreds costs no memory.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Submission:
    """One person's notebook, ready to be graded.

    Attributes:
        student_id: Unique in the collection, safe as a folder name and for nbgrader.
        display_name: The name as a person would write it.
        path: The notebook on this machine; never below a path that the download chose.
        digest: SHA-256 of the file's bytes, in hexadecimal.
        submitted_at: When it was handed in, where the download says so; always with a time zone.
        late: Whether it came late, as the platform says or, by the time it gives, after the deadline; `None`: unknown.
        source: Where in the download it was, archives included, with `/` between the parts.
        platform: canvas, moodle, gradescope, drive, nbgrader or files.
        email: From the roster or the download, where known.
        platform_ids: The platform's own numbers for the person or the submission, as (kind, value) pairs.
        file_date: The file's own date, where it has one: when it was last changed, or copied, or packed.
        untouched: Whether nothing was filled in.
        on_roster: Whether the roster knows this person; `None` without a roster.
        notes: What a person should know, in words.
    """

    student_id: str
    display_name: str
    path: Path
    digest: str
    submitted_at: datetime | None
    late: bool | None
    source: str
    platform: str
    email: str | None = None
    platform_ids: tuple[tuple[str, str], ...] = ()
    file_date: datetime | None = None
    untouched: bool = False
    on_roster: bool | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A file that cannot be graded, and what to do about it. `student_id` is None where nobody can be named."""

    source: str
    reason: str
    remedy: str
    student_id: str | None = None
    display_name: str | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}; {self.remedy}"


@dataclass(frozen=True)
class Superseded:
    """A readable notebook of this assignment that gave way to another one of the same person."""

    source: str
    student_id: str
    by: str
    reason: str


@dataclass(frozen=True)
class Ignored:
    """A file that is no notebook of this assignment, and needs nobody."""

    source: str
    reason: str


@dataclass(frozen=True)
class Collection:
    """Everything that was found, each list in a fixed order.

    `absent` holds id and name of everybody on the roster of whom there is nothing in this download.
    """

    submissions: tuple[Submission, ...]
    refused: tuple[Refused, ...]
    superseded: tuple[Superseded, ...]
    ignored: tuple[Ignored, ...]
    absent: tuple[tuple[str, str], ...] = ()

    @property
    def strangers(self) -> frozenset[str]:
        """The ids of those whom the roster does not know, or not without doubt."""
        return frozenset(one.student_id for one in self.submissions if one.on_roster is False)

    def missing(self, recorded: Container[str]) -> list[str]:
        """Who is on the roster, hands nothing in here, and has no recorded result either: their names, in order."""
        return sorted(name for student_id, name in self.absent if student_id not in recorded)

    def sources(self) -> Iterator[str]:
        """Every file of the download, once for each record that accounts for it."""
        for records in (self.submissions, self.refused, self.superseded, self.ignored):
            for record in records:
                yield record.source
