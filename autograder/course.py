"""`course.toml` as frozen records: the one list of units, with titles and deadlines, and where the course is published.

Guarantees: a course that loads is complete and consistent; another is refused with the file and the line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE_NAME = "course.toml"
_INSIDE = "run this inside the course's folder (grade, export and formgrader also take --course FOLDER)"
_UNIT_NAME = re.compile(r"\d\d_[a-z0-9_]+")
_COURSE_KEYS = {"title": str, "owner": str, "repo": str, "branch": str}
_UNIT_KEYS = {"name": str, "title": str, "minutes": int}
_OPTIONAL_KEYS = {"deadline": datetime}


@dataclass(frozen=True)
class Unit:
    """One unit: a lecture, an assignment, a solution and a module of checks that share its name."""

    name: str
    title: str
    minutes: int
    deadline: datetime | None = None

    @property
    def number(self) -> int:
        """The unit's place in the course, as its name says it."""
        return int(self.name[:2])


@dataclass(frozen=True)
class Course:
    """A course: where it lies, where it is published, and its units in order."""

    root: Path
    title: str
    owner: str
    repo: str
    branch: str
    units: tuple[Unit, ...]

    def unit(self, name: str) -> Unit:
        """Return the unit of that name.

        Raises:
            CourseError: There is none.
        """
        for unit in self.units:
            if unit.name == name:
                return unit
        known = ", ".join(unit.name for unit in self.units)
        raise CourseError(f"{self.root / FILE_NAME}: no unit {name!r}; the units are {known}")


def find_course(start: Path) -> Path:
    """Return the folder that holds `course.toml`: `start` or the nearest folder above it.

    Raises:
        CourseError: No folder above holds one.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise CourseError(f"{start}: no {FILE_NAME} here or in a folder above; {_INSIDE}")


def load_course(root: Path) -> Course:
    """Read `root/course.toml`.

    Raises:
        CourseError: The file is missing, is not TOML, or an entry is missing, unknown or of the wrong type.
    """
    path = root / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error}); {_INSIDE}") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path}: not valid TOML: {error}") from None
    return _Reader(path, text).course(table)


class _Reader:
    """Checks the parsed table entry by entry; `text` is kept to say at which line an entry stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def course(self, table: Mapping[str, Any]) -> Course:
        unknown = sorted(set(table) - {"course", "units"})
        if unknown:
            raise self.error(self.line(f"[{unknown[0]}", 0, 1), f"unknown table {unknown[0]!r}; expected course, units")
        head, units = table.get("course"), table.get("units")
        if not isinstance(head, dict):
            raise self.error(1, "no [course] table; expected one with title, owner, repo, branch")
        if not isinstance(units, list) or not units:
            raise self.error(1, "no [[units]]; expected one [[units]] table for each unit of the course")
        self.entries(head, _COURSE_KEYS, {}, self.line("[course]", 0, 1))
        made = tuple(self.unit(entry, index) for index, entry in enumerate(units))
        self.in_order(made)
        return Course(self.path.parent, **head, units=made)

    def unit(self, entry: Any, index: int) -> Unit:
        start = self.line("[[units]]", index, 1)
        if not isinstance(entry, dict):
            raise self.error(start, f"unit {index + 1} is {entry!r}; expected a [[units]] table")
        self.entries(entry, _UNIT_KEYS, _OPTIONAL_KEYS, start)
        if not _UNIT_NAME.fullmatch(entry["name"]):
            where = self.line("name", 0, start)
            raise self.error(
                where, f"name = {entry['name']!r}; expected two digits and a topic, as in '02_convolution_2d'"
            )
        if entry["minutes"] <= 0:
            raise self.error(self.line("minutes", 0, start), f"minutes = {entry['minutes']}; expected more than 0")
        if "deadline" in entry and entry["deadline"].tzinfo is None:
            where = self.line("deadline", 0, start)
            raise self.error(where, "deadline has no time zone; write 2027-03-01T23:59:00+01:00")
        return Unit(**entry)

    def entries(
        self, table: Mapping[str, Any], required: Mapping[str, type], more: Mapping[str, type], start: int
    ) -> None:
        """Every required key is there, every key is known, every value has its type."""
        expected = {**required, **more}
        for key, value in table.items():
            where = self.line(key, 0, start)
            if key not in expected:
                raise self.error(where, f"unknown key {key!r}; expected {', '.join(expected)}")
            if not isinstance(value, expected[key]) or isinstance(value, bool):
                raise self.error(where, f"{key} = {value!r}; expected {expected[key].__name__}")
        for key in required:
            if key not in table:
                raise self.error(start, f"no {key!r} in this table; expected {', '.join(required)}")

    def in_order(self, units: tuple[Unit, ...]) -> None:
        for index in range(1, len(units)):
            if units[index].number <= units[index - 1].number:
                where = self.line("[[units]]", index, 1)
                names = f"{units[index].name!r} comes after {units[index - 1].name!r}"
                raise self.error(where, f"{names}; expected the units' numbers to go up, each once")

    def line(self, key: str, skip: int, start: int) -> int:
        """The line, counted from 1, of the (skip+1)-th entry or header `key` at or after line `start`."""
        for number in range(start, len(self.lines) + 1):
            if re.match(rf"\s*{re.escape(key)}\s*(=|\]|\.|#|$)", self.lines[number - 1]):
                if skip == 0:
                    return number
                skip -= 1
        return start

    def error(self, line: int, message: str) -> CourseError:
        return CourseError(f"{self.path}:{line}: {message}")
