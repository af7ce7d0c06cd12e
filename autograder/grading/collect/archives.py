"""Zip archives, unpacked without letting them choose where, how deep or how much.

Guarantees: only notebooks, archives and platform records are unpacked, under numbered names in the work directory;
every entry is accounted for; what an archive claims about its sizes is not believed.
"""

from __future__ import annotations

import calendar
import contextlib
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from autograder.grading.collect.files import NAME_LIMIT_CHARS, Budget, Found, TooMany, packed, role_of
from autograder.grading.collect.notebook import NOTEBOOK_LIMIT_BYTES

NESTING_LIMIT = 4
RATIO_LIMIT = 200
RATIO_FROM_BYTES = 4 * 2**20
ARCHIVE_LIMIT_BYTES = 2**30
DIRECTORY_LIMIT_BYTES = 2**24
LISTED_LIMIT = 500

_CHUNK_BYTES = 2**18
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_ASK = "ask for the notebook itself, not packed"


def unpack(archive: Found, budget: Budget, depth: int = 1) -> Iterator[Found]:
    """Every file of an archive, those of archives inside it too.

    Args:
        archive: A found file that is called a zip.
        budget: What may still be unpacked.
        depth: How many archives deep it lies.

    Raises:
        TooMany: There are too many notebooks and archives in it.
    """
    try:
        opened = zipfile.ZipFile(archive.path or Path())
    except _BROKEN as error:
        yield _refuse(archive, f"the zip cannot be read ({error})", "ask for the file again, or unpack it by hand")
        return
    unimportant = 0
    with opened:
        for entry in opened.infolist():
            if entry.is_dir():
                continue
            found = _take(opened, entry, archive.parts, budget)
            unimportant += found.ignored is not None
            if found.path is not None and role_of(found.parts) == "archive":
                yield from unpack_inner(found, budget, depth + 1)
            elif found.ignored is None or unimportant <= LISTED_LIMIT:
                yield found
    if unimportant > LISTED_LIMIT:
        left = unimportant - LISTED_LIMIT
        yield Found((*archive.parts, f"({left} more files)"), ignored="no notebooks, and too many to list")


def unpack_inner(archive: Found, budget: Budget, depth: int) -> Iterator[Found]:
    """Every file of an archive that somebody handed in: with its own, smaller budget, its excess stops only itself.

    Raises:
        TooMany: The whole download has too many notebooks and archives.
    """
    if depth > NESTING_LIMIT:
        yield _refuse(archive, f"archives are nested more than {NESTING_LIMIT} deep", _ASK)
        return
    if archive.path is None or _directory_bytes(archive.path) > DIRECTORY_LIMIT_BYTES:
        yield _refuse(archive, "it lists more files than anybody hands in", _ASK)
        return
    share = budget.share()
    files, size = share.files, share.unpacked_bytes
    try:
        yield from list(unpack(archive, share, depth))
    except TooMany:
        yield _refuse(archive, f"it holds more than {files} notebooks and archives", _ASK)
    budget.spend(files - max(share.files, 0), size - share.unpacked_bytes)


def _directory_bytes(path: Path) -> int:
    """How long a zip says its list of entries is, read before anything is made of it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**16 - 22))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _take(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, above: tuple[str, ...], budget: Budget) -> Found:
    """One entry: unpacked, ignored or refused."""
    name = _name(entry)
    names = tuple(part for part in name.split("/") if part not in ("", "."))
    here = Found((*above, *(names or ("(no name)",))), modified=_modified(entry))
    if name.startswith("/") or ".." in names or re.match(r"[A-Za-z]:", name) or not names:
        return _refuse(
            here, "its name leads outside the archive", "look at the archive: somebody may be trying something"
        )
    if len(name) > NAME_LIMIT_CHARS:
        return _refuse(here, f"its name is {len(name)} characters long", "rename it and collect again")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _refuse(here, "it is a link, and links are not followed", _ASK)
    role = role_of(here.parts)
    if role == "packed":
        return packed(here.parts)
    if role not in ("notebook", "archive", "sidecar"):
        return Found(here.parts, ignored=role)
    if entry.flag_bits & 1:
        return _refuse(here, "it is locked with a password", _ASK)
    limit = ARCHIVE_LIMIT_BYTES if role == "archive" else NOTEBOOK_LIMIT_BYTES
    budget.spend(files=1)
    path = budget.next_path()
    problem = _stream(opened, entry, path, min(limit, budget.unpacked_bytes))
    if problem:
        path.unlink(missing_ok=True)
        return _refuse(here, problem, _ASK)
    budget.spend(unpacked_bytes=path.stat().st_size)
    return Found(here.parts, path, here.modified)


def _stream(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, limit_bytes: int) -> str | None:
    """Unpack one entry in small pieces; says what is wrong as soon as something is."""
    written = 0
    try:
        with opened.open(entry) as packed, path.open("xb") as unpacked:
            while chunk := packed.read(_CHUNK_BYTES):
                written += len(chunk)
                if written > limit_bytes:
                    return f"it unpacks to more than {limit_bytes // 2**20} MiB"
                if written > RATIO_FROM_BYTES and written > RATIO_LIMIT * max(entry.compress_size, 1):
                    return f"it unpacks to more than {RATIO_LIMIT} times its size, as a zip bomb does"
                unpacked.write(chunk)
    except _BROKEN as error:
        return f"it cannot be unpacked ({error})"
    return None


def _refuse(found: Found, reason: str, remedy: str) -> Found:
    return Found(found.parts, problem=(reason, remedy))


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name as its author wrote it: macOS writes UTF-8 without saying so, Windows writes backslashes."""
    name = entry.orig_filename.split("\0")[0] if "\0" in entry.orig_filename else entry.filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _modified(entry: zipfile.ZipInfo) -> float:
    try:
        return float(calendar.timegm((*entry.date_time, 0, 0, 0)))
    except (ValueError, OverflowError):
        return 0.0
