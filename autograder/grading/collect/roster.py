"""The class list: a CSV with the columns id, name, email, and one for each platform's own number.

Guarantees: nobody is matched by a number of another kind, and a name that two people share matches neither.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.collect.platforms import Claim

_COLUMNS = {
    "canvas": ("canvas", "canvas_id", "canvas_user_id"),
    "moodle": ("moodle", "moodle_id", "participant", "participant_id"),
    "student": ("id", "sid", "student_id", "gradescope", "gradescope_id", "gradescope_sid"),
}
_TELL_APART = "give it a column with the platform's numbers (canvas_id, moodle_id), or see to these points yourself"


@dataclass(frozen=True)
class Person:
    """One row of the roster."""

    student_id: str
    name: str
    email: str | None


class Roster:
    """Finds the person behind a claim."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        """Index the rows by every mark by which a platform may name a person."""
        self.people = tuple(Person(row["id"], row["name"] or row["id"], row.get("email") or None) for row in rows)
        self._by_number: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self._by_word: dict[str, list[Person]] = defaultdict(list)
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_short_name: dict[str, list[Person]] = defaultdict(list)
        for person, row in zip(self.people, rows, strict=True):
            for kind, columns in _COLUMNS.items():
                for value in {row[column] for column in columns if row.get(column)}:
                    self._by_number[kind, value].append(person)
            words = {value.casefold() for column, value in row.items() if value and column != "name"}
            for word in words | {(person.email or "").casefold().partition("@")[0]} - {""}:
                self._by_word[word].append(person)
            for key in name_keys(person.name):
                self._by_name[key].append(person)
            tokens = fold(person.name)
            for key in name_keys(" ".join([tokens[0], tokens[-1]])) if len(tokens) > 2 else ():
                self._by_short_name[key].append(person)

    def find(self, claim: Claim) -> tuple[Person | None, str | None]:
        """The person who made a claim, and a note when there is doubt.

        Args:
            claim: What the download says.
        """
        for number in claim.ids:
            if len(found := self._by_number.get(number, [])) == 1:
                return found[0], None
        if claim.email and len(found := self._by_word.get(claim.email.casefold(), [])) == 1:
            return found[0], None
        if claim.platform in ("nbgrader", "files", "drive"):
            found = self._by_word.get(claim.name.strip().casefold(), [])
            if len(found) == 1:
                return found[0], None
        for index in (self._by_name, self._by_short_name):
            keys = name_keys(claim.name)
            people = {person for key in keys for person in index.get(key, ())}
            if len(people) == 1:
                return people.pop(), None
            if people:
                ids = ", ".join(sorted(person.student_id for person in people))
                return None, f"the roster has several people called {claim.name}: {ids}; {_TELL_APART}"
        return None, f"{claim.name} is not on the roster: correct the roster, or see to these points yourself"


def read_roster(path: Path) -> Roster:
    """Read a class list.

    Raises:
        AutograderError: It cannot be read, lacks a column, or names somebody twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AutograderError(f"{path}: not UTF-8 (byte {error.start}); save the roster as CSV UTF-8") from error
    except OSError as error:
        reason = error.strerror or error
        raise AutograderError(
            f"{path}: the roster could not be opened ({reason}); expected a CSV with id,name,email: check --roster"
        ) from error
    rows = list(_rows(text, path))
    ids = [row["id"] for row in rows]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise AutograderError(f"{path}: the id {twice[0]!r} stands in several rows; give everybody their own")
    if not rows:
        raise AutograderError(f"{path}: the roster names nobody; expected one row per person under id,name,email")
    return Roster(rows)


def _rows(text: str, path: Path) -> Iterator[dict[str, str]]:
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        columns = [(name or "").strip().casefold().replace(" ", "_") for name in reader.fieldnames or []]
        if missing := {"id", "name"} - set(columns):
            seen = ", ".join(columns[:8]) or "nothing"
            raise AutograderError(
                f"{path}: the column {' and '.join(sorted(missing))} is missing (found: {seen}); "
                "expected the first line id,name,email"
            )
        reader.fieldnames = columns
        for number, row in enumerate(reader, start=2):
            filled = {k: v.strip() for k, v in row.items() if isinstance(k, str) and isinstance(v, str)}
            if not any(filled.values()):
                continue
            if not filled.get("id"):
                raise AutograderError(f"{path}: row {number} has no id; expected one for everybody")
            yield filled | {"name": filled.get("name", "")}
    except csv.Error as error:
        raise AutograderError(f"{path}: not a CSV file ({error}); save the roster as CSV UTF-8") from error


def fold(name: str) -> list[str]:
    """The words of a name without accents, case and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return "".join(c if c.isalnum() else " " for c in plain).split()


def name_keys(name: str) -> set[str]:
    """Every way a platform may run a name's words together: Canvas writes `smithjane`."""
    words = fold(name)
    return {"".join([*words[turn:], *words[:turn]]) for turn in range(len(words))}
