"""Throw-away folders, one per submission: made empty, watched while in use, removed whatever was done in them."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any


def new(root: Path) -> Path:
    """Make an empty folder for one submission."""
    return Path(tempfile.mkdtemp(prefix="submission-", dir=root))


def remove(path: Path) -> None:
    """Delete a folder whatever its owner did to it; a link in it is deleted, never followed."""

    def unlock(function: Any, name: str, *_: Any) -> None:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(name), stat.S_IRWXU)
            if not os.path.islink(name):
                os.chmod(name, stat.S_IRWXU)
            shutil.rmtree(name, ignore_errors=True) if os.path.isdir(name) and not os.path.islink(name) else os.unlink(
                name
            )

    shutil.rmtree(path, onerror=unlock)


def usage(path: Path, most_files: int) -> tuple[int, int]:
    """What a folder holds: entries and bytes on disk; counting stops beyond most_files."""
    entries = used = 0
    queue = [str(path)]
    while queue and entries <= most_files:
        with contextlib.suppress(OSError), os.scandir(queue.pop()) as folder:
            for entry in folder:
                entries += 1
                if entries > most_files:
                    break
                with contextlib.suppress(OSError):
                    used += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
    return entries, used
