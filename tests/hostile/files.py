"""Files that are attacks themselves: each is refused with a reason, and nothing that it holds or leads to is taken."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .attack import Notebook


@dataclass(frozen=True)
class HostileFile:
    """One file.

    Attributes:
        name: in the download.
        story: what it tries.
        make: writes it.
        said: words of the refusal.
    """

    name: str
    story: str
    make: Callable[[Path, Notebook, Path], None]
    said: str


def _zip(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> Callable[[Path, Notebook, Path], None]:
    def make(path: Path, release: Notebook, course: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in entries:
                archive.writestr(name, data, zipfile.ZIP_DEFLATED)

    return make


def _linked() -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo("mine.ipynb")
    entry.external_attr = 0o120777 << 16
    return entry, b"/etc/passwd"


def _nested(depth: int) -> bytes:
    data = b"{}"
    name = "inner.ipynb"
    for level in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, data)
        data, name = packed.getvalue(), f"level{level}.zip"
    return data


def _bytes(data: bytes) -> Callable[[Path, Notebook, Path], None]:
    def make(path: Path, release: Notebook, course: Path) -> None:
        path.write_bytes(data)

    return make


def _link_to_solution(path: Path, release: Notebook, course: Path) -> None:
    path.symlink_to(course / "solutions/02_convolution_2d/02_convolution_2d.ipynb")


def _giant(path: Path, release: Notebook, course: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 << 20)  # takes no room on disk


def _many_cells(path: Path, release: Notebook, course: Path) -> None:
    cell: Notebook = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}
    path.write_text(json.dumps({**release, "cells": [*release["cells"], *[cell] * 50_000]}))


def _many_values(path: Path, release: Notebook, course: Path) -> None:
    path.write_text('{"cells": [' + "0," * 5_100_000 + "0]}")


FILES = (
    HostileFile("bomb.zip", "a zip bomb", _zip(("a.ipynb", bytes(48 << 20))), "zip bomb"),
    HostileFile("russian-dolls.zip", "archives in archives", _bytes(_nested(8)), "nested more than"),
    HostileFile("escape.zip", "a path out of the archive", _zip(("../../escape.ipynb", b"{}")), "leads outside"),
    HostileFile("absolute.zip", "an absolute path", _zip(("/tmp/hostile-zip.ipynb", b"{}")), "leads outside"),
    HostileFile("windows.zip", "the same in Windows's way", _zip(("..\\..\\escape.ipynb", b"{}")), "leads outside"),
    HostileFile("linked.zip", "a link in an archive", _zip(_linked()), "link"),
    HostileFile("broken.zip", "half a zip", _bytes(b"PK\x03\x04" + bytes(100)), "zip cannot be read"),
    HostileFile("link.ipynb", "a link to the solution", _link_to_solution, "link"),
    HostileFile("endless.ipynb", "a link to an endless device", lambda p, r, c: p.symlink_to("/dev/zero"), "link"),
    HostileFile("pipe.ipynb", "a pipe that nobody writes to", lambda p, r, c: os.mkfifo(p), "pipe"),
    HostileFile("giant.ipynb", "200 MiB", _giant, "larger than"),
    HostileFile("crowded.ipynb", "50,000 cells", _many_cells, "cells"),
    HostileFile("values.ipynb", "five million values", _many_values, "values"),
    HostileFile("deep.ipynb", "nested 100,000 deep", _bytes(b'{"cells":' + b"[" * 100_000), "nested too deeply"),
    HostileFile("page.ipynb", "a web page with a script", _bytes(b"<script>alert(1)</script>"), "web page"),
    HostileFile(
        "pickled.ipynb", "a pickle that runs a command", _bytes(b"cos\nsystem\n(S'touch /tmp/hostile-zip'\ntR."), "JSON"
    ),
    HostileFile("null\x1b[2Jname.ipynb", "a name that clears the terminal", _bytes(b"[]"), "no notebook"),
)  # fmt: skip
