"""What one submission may use, all of it enforced from outside the student's process."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """Bounds for one submission; times are wall-clock seconds.

    Attributes:
        cell_seconds: one cell.
        total_seconds: all cells of the notebook together, repeats after a death included.
        ask_seconds: one request of the judge, where the judge names no other bound.
        memory_bytes: what its processes may hold together, beyond what is shared with the server.
        processes: how many processes it may have at a time.
        output_bytes: what the outputs of all cells may hold together.
        reply_bytes: one reply to the judge.
        file_bytes: one file.
        disk_bytes: all files together.
        files: how many files and folders.
        restarts: how often a dead kernel is replaced.
    """

    cell_seconds: float = 60.0
    total_seconds: float = 600.0
    ask_seconds: float = 60.0
    memory_bytes: int = 2 * GIB
    processes: int = 64
    output_bytes: int = 1 * MIB
    reply_bytes: int = 256 * MIB
    file_bytes: int = 128 * MIB
    disk_bytes: int = 256 * MIB
    files: int = 5000
    restarts: int = 4


DEFAULT_LIMITS = Limits()
NO_LIMITS = Limits(memory_bytes=1 << 60, processes=1 << 20, disk_bytes=1 << 60, files=1 << 40)
