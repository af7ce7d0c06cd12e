"""Finding every file of a download without trusting its names, its links or its sizes.

Guarantees: each file is listed exactly once, in a fixed order; links are never followed and devices never opened;
nothing is written outside the work directory, and no more than the limits say.
"""

from __future__ import annotations

import itertools
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

FILES_LIMIT = 20_000
UNPACKED_LIMIT_BYTES = 8 * 2**30
SHARE_FILES_LIMIT = 2_000
SHARE_LIMIT_BYTES = 2**30
NAME_LIMIT_CHARS = 1_000
REAL_DATES = tuple(datetime(year, 1, 1, tzinfo=timezone.utc).timestamp() for year in (1981, 2108))

NOTEBOOK_SUFFIXES = (".ipynb", ".ipynb.txt", ".ipynb.json", ".json")
PACKED_SUFFIXES = (".rar", ".7z", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst")
SIDECARS = ("submission_metadata.yml", "submission_metadata.yaml", "timestamp.txt")
_CLUTTER = ("__macosx", ".ipynb_checkpoints", "__pycache__", ".git")


@dataclass(frozen=True)
class Found:
    """One file.

    Attributes:
        parts: Its names from the download's top, archives included.
        path: Where its bytes are; None when they were not worth having.
        modified: Seconds since 1970, as well as the file system or the archive knows.
        problem: The reason and the remedy, when it must be refused.
        ignored: Why it does not matter, when it does not.
    """

    parts: tuple[str, ...]
    path: Path | None = None
    modified: float = 0.0
    problem: tuple[str, str] | None = None
    ignored: str | None = None

    @property
    def date(self) -> datetime | None:
        """`modified` as a time; None where it is no real date: zips without one say 1980."""
        first, last = REAL_DATES
        return datetime.fromtimestamp(self.modified, timezone.utc) if first <= self.modified < last else None

    @property
    def source(self) -> str:
        """Its place in the download as one readable line."""
        return "/".join(shown(part) for part in self.parts)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]


class TooMany(Exception):
    """More notebooks and archives than a budget allows."""


@dataclass
class Budget:
    """How much a download, or one archive in it, may still take up."""

    workdir: Path
    files: int = FILES_LIMIT
    unpacked_bytes: int = UNPACKED_LIMIT_BYTES
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def next_path(self) -> Path:
        """A fresh place for an unpacked file; its name owes nothing to the archive."""
        return self.workdir / f"{next(self.numbers):06d}"

    def spend(self, files: int = 0, unpacked_bytes: int = 0) -> None:
        """Count what was found and unpacked.

        Raises:
            TooMany: There are too many files.
        """
        self.files -= files
        self.unpacked_bytes -= unpacked_bytes
        if self.files < 0:
            raise TooMany

    def share(self) -> Budget:
        """What one archive in the download may take up, so that no person's can use up the class's."""
        files, size = min(self.files, SHARE_FILES_LIMIT), min(self.unpacked_bytes, SHARE_LIMIT_BYTES)
        return Budget(self.workdir, files, size, self.numbers)


def shown(name: str) -> str:
    """A name that can be printed: no control characters, no broken encoding, not endless."""
    plain = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)
    return plain if len(plain) <= 120 else f"{plain[:80]}…{plain[-30:]}"


def packed(parts: tuple[str, ...]) -> Found:
    """An archive that is no zip: it may hold somebody's notebook, so it is not passed over."""
    reason = f"it is packed as {Path(parts[-1]).suffix}, and only .zip is opened here"
    return Found(parts, problem=(reason, "unpack it by hand, or ask for the notebook (.ipynb)"))


def role_of(parts: tuple[str, ...]) -> str:
    """What a file is by its name: "notebook", "archive", "packed", "sidecar", or why it does not matter."""
    name = parts[-1].lower()
    if any(part.lower() in _CLUTTER for part in parts):
        return "a tool's own copy, not handed in"
    if name in SIDECARS:
        return "sidecar"
    if name.startswith("."):
        return "a hidden file"
    if name.endswith(NOTEBOOK_SUFFIXES):
        return "notebook"
    if name.endswith(".zip"):
        return "archive"
    if name.endswith(PACKED_SUFFIXES):
        return "packed"
    suffix = shown(Path(name).suffix)
    return f"not a notebook ({suffix})" if suffix else "not a notebook"


def walk(folder: Path, budget: Budget, top: tuple[str, ...] = ()) -> Iterator[Found]:
    """Every file below a folder, in the order of its names; archives come as files.

    Args:
        folder: Where to start.
        budget: How many files there may be.
        top: What every file's path in the download begins with.

    Raises:
        TooMany: There are far too many files.
    """
    pending: list[tuple[Path, tuple[str, ...]]] = [(folder, top)]
    while pending:
        here, parts = pending.pop()
        try:
            entries = sorted(here.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            yield Found((*parts, ""), problem=_closed(error))
            continue
        for entry in entries:
            budget.spend(files=1)
            found = _look(entry, (*parts, entry.name))
            if found is not None:
                yield found
        below = [e for e in entries if not e.is_symlink() and e.is_dir()]
        pending += [(entry, (*parts, entry.name)) for entry in reversed(below)]


def _look(entry: Path, parts: tuple[str, ...]) -> Found | None:
    """One entry of a folder; None for a folder."""
    try:
        status = entry.lstat()
    except OSError as error:
        return Found(parts, problem=_closed(error))
    if stat.S_ISDIR(status.st_mode):
        return None
    if stat.S_ISLNK(status.st_mode):
        return Found(parts, problem=("it is a link, and links are not followed", "put the file itself there"))
    if not stat.S_ISREG(status.st_mode):
        return Found(parts, problem=("it is a device or pipe, not a file", "remove it from the folder"))
    role = role_of(parts)
    if role in ("notebook", "archive", "sidecar"):
        return Found(parts, entry, status.st_mtime)
    if role == "packed":
        return packed(parts)
    return Found(parts, ignored=role)


def _closed(error: OSError) -> tuple[str, str]:
    return f"it could not be opened ({error.strerror or error})", "check its permissions and collect again"
