"""Throw-away folders, one per submission: made empty, watched while in use, removed whatever was done in them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_SHARED_FOLDERS = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))


def new(root: Path) -> Path:
    """Make an empty folder for one submission."""
    return Path(tempfile.mkdtemp(prefix="submission-", dir=root))


def remove(path: Path) -> None:
    """Delete a folder whatever its owner did to it; a link in it is deleted, never followed."""
    try:
        shutil.rmtree(path)
    except (OSError, RecursionError):
        if not path.exists():
            return
        # Closed folders, or nested deeper than paths may be long: the system's own tools know how.
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(path)], stderr=subprocess.DEVNULL, check=False)


def remove_owned(uid: int) -> None:
    """Remove what a user that was made for one submission left in the folders that everybody may write to."""
    for folder in _SHARED_FOLDERS:
        with contextlib.suppress(OSError):
            for path in list(folder.iterdir()):
                if path.lstat().st_uid == uid:
                    remove(path) if path.is_dir() and not path.is_symlink() else path.unlink()


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
