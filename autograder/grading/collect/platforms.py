"""Whose file is it? The names that Canvas, Moodle, Gradescope and nbgrader give their downloads.

Guarantees: only a complete pattern counts; a name that merely resembles one is left to `loose`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.grading.collect.files import Found
from autograder.grading.collect.names import CANVAS_FILE, CANVAS_TYPED, MOODLE, canvas_file
from autograder.grading.collect.sidecars import Recorded

_GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
_AGAIN = re.compile(r"-(\d{1,3})(?=\.\w+$)")


@dataclass(frozen=True)
class Claim:
    """Who handed a file in, as the download says.

    Attributes:
        platform: canvas, moodle, gradescope, nbgrader, drive or files.
        key: The same for the same person in the same download.
        name: The person's name as the platform writes it.
        ids: The platform's numbers, as (kind, value).
        rank: Orders a person's files: the greater, the newer.
    """

    platform: str
    key: tuple[str, ...]
    name: str
    ids: tuple[tuple[str, str], ...] = ()
    email: str | None = None
    late: bool | None = None
    submitted_at: datetime | None = None
    rank: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sidecars:
    """What the platforms' own records say, by the folder that they stand in."""

    handed: Mapping[tuple[str, ...], Recorded]
    stamps: Mapping[tuple[str, ...], datetime | None]


def claims_of(found: Found, sidecars: Sidecars) -> tuple[Claim, ...]:
    """The people who handed a file in: one, several for a group, none when no platform's pattern fits.

    Args:
        found: A file of the download.
        sidecars: The platforms' records in it.
    """
    for end in range(1, len(found.parts) + 1):
        above, part = found.parts[: end - 1], found.parts[end - 1]
        if handed := sidecars.handed.get((*above, part)):
            return _gradescope(part, handed, found)
        if end < len(found.parts) and _GRADESCOPE.fullmatch(part):
            return (_unnamed(part, found),)
    for part in found.parts:
        if match := MOODLE.fullmatch(part):
            return (_moodle(match, found),)
        if match := CANVAS_FILE.fullmatch(part):
            return (_canvas(match, found),)
        if match := CANVAS_TYPED.fullmatch(part):
            return (_canvas_person(match),)
    return _nbgrader(found, sidecars)


def canvas_upload(source: str) -> int | None:
    """The number that Canvas gave an upload, from the file's place in the download: later uploads have greater ones."""
    found = canvas_file(source)
    return int(found["file"]) if found else None


def _canvas(match: re.Match[str], found: Found) -> Claim:
    again = _AGAIN.search(match["name"])
    rank = (float(match["file"]), float(again[1]) if again else 0.0, found.modified)
    return replace(_canvas_person(match), rank=rank)


def _canvas_person(match: re.Match[str]) -> Claim:
    who = ("canvas", match["user"] or match["unseen"])
    late = bool(match["late"] or match["unseen_late"])
    return Claim("canvas", who, match["who"] or match["unseen"], (who,), late=late)


def _moodle(match: re.Match[str], found: Found) -> Claim:
    ids = (("moodle", match["id"]),)
    key = ("moodle", match["id"])
    return Claim("moodle", key, match["who"].strip(), ids, rank=(found.modified,))


def _gradescope(folder: str, handed: Recorded, found: Found) -> tuple[Claim, ...]:
    when = handed.submitted_at.timestamp() if handed.submitted_at else 0.0
    common = _unnamed(folder, found)
    common = replace(common, submitted_at=handed.submitted_at, rank=(when, found.modified), notes=())
    people = [person for person in handed.submitters if person.name or person.email or person.student_number]
    claims = []
    for person in people:
        numbers = (("student", person.student_number),) if person.student_number else ()
        others = ", ".join(other.name for other in people if other is not person)
        claims.append(
            replace(
                common,
                key=("gradescope", person.student_number or person.email or person.name),
                name=person.name or person.email or str(person.student_number),
                ids=(*common.ids, *numbers),
                email=person.email,
                notes=(f"handed in together with {others}",) if others else (),
            )
        )
    return tuple(claims) or (_unnamed(folder, found),)


def _unnamed(folder: str, found: Found) -> Claim:
    """A folder of a Gradescope export without its record."""
    ids = (("gradescope", folder.removeprefix("submission_")),)
    note = "no submission_metadata.yml names who handed this in: put it beside the folders, or look in Gradescope"
    return Claim("gradescope", ("gradescope", folder), folder, ids, rank=(found.modified,), notes=(note,))


def _nbgrader(found: Found, sidecars: Sidecars) -> tuple[Claim, ...]:
    """`submitted/<student>/<assignment>/…`, or any folder two above a `timestamp.txt`."""
    parts = found.parts
    student: tuple[str, ...] = ()
    if "submitted" in parts[:-3]:
        student = parts[: parts.index("submitted") + 2]
    elif len(parts) >= 3 and parts[:-1] in sidecars.stamps:
        student = parts[:-2]
    if not student:
        return ()
    when = sidecars.stamps.get(parts[: len(student) + 1])
    rank = (when.timestamp() if when else 0.0, found.modified)
    return (Claim("nbgrader", ("nbgrader", student[-1]), student[-1], submitted_at=when, rank=rank),)
