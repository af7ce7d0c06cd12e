"""A throw-away folder for one batch, and the removal of those that killed batches left behind.

Guarantees: the folder is private to this user, is gone when the batch ends, and one left by a killed batch goes at
the start of the next; a folder whose batch still runs is never touched.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import AutograderError

PREFIX = f"autograder-{os.getuid()}-"
_LOCK = ".in-use"


@contextlib.contextmanager
def workroot(parent: Path | None = None) -> Iterator[Path]:
    """Make the folder, hold it while the batch runs, remove it.

    Args:
        parent: where to make it; the system's folder for temporary files when None.
    """
    parent = Path(tempfile.gettempdir()) if parent is None else parent
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        with exclusive(folder / _LOCK, "this folder is in use by another batch"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> list[Path]:
    """Remove folders of batches that are no longer running.

    Returns:
        What was removed.
    """
    removed = []
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        with contextlib.suppress(AutograderError, OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid() or not (folder / _LOCK).exists():
                continue
            with exclusive(folder / _LOCK, "in use"):
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(folder)
    return removed


@contextlib.contextmanager
def exclusive(path: Path, complaint: str) -> Iterator[None]:
    """Hold a lock file; the system lets go of it when this process ends, however it ends.

    Raises:
        AutograderError: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AutograderError(complaint) from None
        yield
