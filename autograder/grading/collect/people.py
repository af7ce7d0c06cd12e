"""Names for folders: every person gets one, nobody shares one, and it stays the same however the download is ordered.

Guarantees: an id is at most 64 characters of `A-Z a-z 0-9 . _ - @`, starts with a letter or digit, ends in no dot, is
no device name of Windows, and differs from every other id by more than upper and lower case.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import TypeVar

ID_LIMIT_CHARS = 64

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
Key = TypeVar("Key", bound=Hashable)


def safe_id(name: str) -> str:
    """One person's id, made from a name or from the roster's id.

    Args:
        name: Anything; what cannot stay is replaced, and a name that loses all its letters is hashed.
    """
    latin = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    kept = re.sub(r"[^A-Za-z0-9._@-]+", "-", latin).strip("-._@")
    if not kept or sum(c.isascii() and c.isalnum() for c in kept) * 2 < sum(c.isalnum() for c in latin):
        return f"student-{_digest(name)}"
    if _RESERVED.fullmatch(kept):
        kept = f"student-{kept}"
    if len(kept) > ID_LIMIT_CHARS:
        kept = f"{kept[: ID_LIMIT_CHARS - 9]}-{_digest(name)}"
    return kept


def student_ids(wanted: Mapping[Key, tuple[str, str]]) -> dict[Key, str]:
    """Everybody's id; where two people want the same one, all of them but the roster's get a mark of their own.

    Args:
        wanted: For each person what the id is made from, and what sets people of the same name apart (a platform's
            number, or a place in the download); an empty string for an id that must stay as it is.
    """
    rivals: dict[str, list[Key]] = defaultdict(list)
    for person, (name, _) in wanted.items():
        rivals[safe_id(name).casefold()].append(person)
    ids: dict[Key, str] = {}
    taken: set[str] = set()
    for fold, people in rivals.items():
        fixed = [person for person in people if not wanted[person][1]]
        if len(people) == 1 or len(fixed) == 1:
            owner = fixed[0] if fixed else people[0]
            ids[owner] = safe_id(wanted[owner][0])
            taken.add(fold)
    for person in sorted((p for p in wanted if p not in ids), key=lambda p: wanted[p]):
        name, mark = wanted[person]
        ids[person] = _apart(safe_id(name), mark or name, taken)
        taken.add(ids[person].casefold())
    return ids


def _apart(base: str, mark: str, taken: set[str]) -> str:
    """An id with a mark that nobody else has."""
    tail = safe_id(mark) if len(mark) <= 16 else _digest(mark)
    head = base[: ID_LIMIT_CHARS - len(tail) - 1]
    made, number = f"{head}-{tail}", 2
    while made.casefold() in taken:
        made, number = f"{head[:-4]}-{tail}-{number}", number + 1
    return made


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
