"""Spreadsheets and zips as platforms get them: written whole or not at all, the same bytes for the same content."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.grading.results import write_atomically

_EPOCH = (2020, 1, 1, 0, 0, 0)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a comma-separated file in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_atomically(path, text.getvalue().encode("utf-8"))
    return path


def write_zip(path: Path, members: Mapping[str, bytes], executable: frozenset[str] = frozenset()) -> Path:
    """Write a zip whose members stand in the order of their names.

    Args:
        path: the file.
        members: content by name inside the zip.
        executable: names that get the executable bit.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            archive.writestr(entry, members[name])
    write_atomically(path, buffer.getvalue())
    return path


def points(value: float | None) -> str:
    """Points with at most two decimals; nothing for None."""
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
