"""Downloads of a class as the learning platforms make them, each file a tiny notebook."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

Files = dict[str, bytes]

_FIRST = ("Zoë", "Jane", "Li", "Omar", "Ana María", "Søren", "Priya", "Jean-Luc", "Dmitri", "Nadia")
_LAST = ("Smith", "O'Brien", "van der Berg", "Müller", "Nguyễn", "Garcia Lopez", "Kim", "Ito", "Haddad", "Novak",
         "Silva", "Roy", "Lindqvist", "Okafor", "Petrov", "Costa", "Weiss", "Farkas", "Yilmaz", "Moreau")  # fmt: skip


def people(count: int) -> list[str]:
    """Names of different people: accents, apostrophes, hyphens, several words."""
    names = [f"{first} {last}" for last in _LAST for first in _FIRST]
    assert count <= len(names)
    return names[:count]


def canvas(name: str, number: int, file: str, *, late: bool = False) -> str:
    """`smithjane_LATE_10007_90007_hw.ipynb`: the sortable name run together, the user, the attachment, the file."""
    first, *last = name.split(" ")
    run_together = "".join(c for c in "".join([*last, first]) if c.isalnum()).lower()
    return f"{run_together}{'_LATE' if late else ''}_{10_000 + number}_{90_000 + number}_{file}"


def moodle(name: str, number: int, file: str) -> str:
    """`Jane Smith_123456_assignsubmission_file_/hw.ipynb`."""
    return f"{name}_{123_000 + number}_assignsubmission_file_/{file}"


def gradescope_record(submissions: Sequence[tuple[int, Sequence[str], str]]) -> bytes:
    """`submission_metadata.yml` as Ruby writes it: symbols for keys, times as tagged objects with anchors.

    Args:
        submissions: For each its number, the people who handed it in, and the time.
    """
    lines = ["---"]
    for number, names, time in submissions:
        lines += [f"submission_{number}:", "  :submitters:"]
        for name in names:
            sid = abs(hash_of(name)) % 10**8
            lines += [f'  - :name: "{name}"', f"    :sid: '{sid:08d}'", f"    :email: p{sid:08d}@uni.example"]
        lines += [
            "  :created_at: !ruby/object:ActiveSupport::TimeWithZone",
            f"    utc: &{number} {time}.000000000 Z",
            "    zone: !ruby/object:ActiveSupport::TimeZone",
            "      name: Etc/UTC",
            f"    time: *{number}",
            "  :score: 0.0",
            "  :status: processed",
            "  :results:",
            "    tests: []",
            "  :history:",
            f"  - :id: {number - 1}",
            "    :created_at: 2026-02-20 10:00:00.000000000 Z",
            "    :score: 0.0",
        ]
    return "\n".join([*lines, ""]).encode()


def hash_of(name: str) -> int:
    """A number that is the same for the same name on every run."""
    return int.from_bytes(name.encode(), "big")


def write(folder: Path, files: Files) -> Path:
    """Lay files out below a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def pack(path: Path, files: Files, minutes: Iterable[int] = ()) -> Path:
    """Zip files, each with its minute as the time of change (all the same when none is given)."""
    clock = iter(minutes)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2026, 3, 1, 10, next(clock, 0), 0))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return path
