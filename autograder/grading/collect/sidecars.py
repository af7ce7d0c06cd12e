"""What platforms write beside the files: Gradescope's `submission_metadata.yml` and nbgrader's `timestamp.txt`.

Guarantees: YAML is read without building objects of any type it names; a record that cannot be read is only noted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

SIDECAR_LIMIT_BYTES = 64 * 2**20

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(\S*)")


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads Ruby's tagged values (Gradescope writes times so) as the plain data they hold."""


def _untagged(loader: Any, suffix: str, node: yaml.Node) -> Any:
    del suffix
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Plain.add_multi_constructor("!", _untagged)
_Plain.add_multi_constructor("tag:", _untagged)


@dataclass(frozen=True)
class Submitter:
    """One person as Gradescope names them."""

    name: str
    email: str | None
    student_number: str | None


@dataclass(frozen=True)
class Recorded:
    """One submission as Gradescope records it: who (several for a group) and when."""

    submitters: tuple[Submitter, ...]
    submitted_at: datetime | None


def read_gradescope(path: Path) -> dict[str, Recorded]:
    """Gradescope's record of an export, by the name of each submission's folder.

    Raises:
        ValueError: It is too large or no such record; says why.
    """
    if path.stat().st_size > SIDECAR_LIMIT_BYTES:
        raise ValueError(f"it is larger than {SIDECAR_LIMIT_BYTES // 2**20} MiB")
    try:
        record = yaml.load(path.read_bytes(), Loader=_Plain)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OSError) as error:
        raise ValueError(" ".join(str(error).split())[:200]) from error
    if not isinstance(record, Mapping):
        raise ValueError("it lists no submissions")
    return {str(folder): _handed(entry) for folder, entry in record.items() if isinstance(entry, Mapping)}


def read_timestamp(path: Path) -> datetime | None:
    """The time in nbgrader's `timestamp.txt`; UTC where it names no time zone that is known."""
    try:
        with path.open("rb") as file:
            text = file.read(200).decode("utf-8", "replace")
    except OSError:
        return None
    return parse_time(text)


def parse_time(value: Any) -> datetime | None:
    """A time as YAML or a text has it; None when it is none."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    if isinstance(value, Mapping):
        return parse_time(value.get("utc") or value.get("time"))
    found = _STAMP.search(value) if isinstance(value, str) else None
    if found is None or isinstance(value, date):
        return None
    day, clock, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=_zone(zone))
    except ValueError:
        return None


def _zone(name: str) -> timezone | ZoneInfo:
    offset = re.fullmatch(r"([+-]\d\d):?(\d\d)", name)
    if offset:
        parsed = datetime.strptime(f"{offset[1]}{offset[2]}", "%z").tzinfo
        return parsed if isinstance(parsed, timezone) else timezone.utc
    try:
        return ZoneInfo(name) if re.fullmatch(r"[A-Za-z_]+(/[A-Za-z_]+)+", name) else timezone.utc
    except (KeyError, ValueError, OSError):
        return timezone.utc


def _handed(entry: Mapping[Any, Any]) -> Recorded:
    """One record; its keys come as Ruby symbols (`:name`) or as plain words."""
    people = _get(entry, "submitters")
    people = people if isinstance(people, list) else []
    named = tuple(
        Submitter(str(_get(p, "name") or ""), _word(_get(p, "email")), _word(_get(p, "sid")))
        for p in people
        if isinstance(p, Mapping)
    )
    return Recorded(named, parse_time(_get(entry, "created_at")))


def _get(entry: Mapping[Any, Any], key: str) -> Any:
    return entry.get(f":{key}", entry.get(key))


def _word(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None
