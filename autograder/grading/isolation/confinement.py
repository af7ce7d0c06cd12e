"""One record that says how a student's process is confined; it travels to the server as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Confinement:
    """What holds a submission's processes.

    Attributes:
        level: the letter that is stamped into every result: A, B, C, macOS or none.
        bubblewrap: the server runs in namespaces of its own: no network, only the files that Python needs.
        landlock: each child sees only its own folder and what Python needs.
        seccomp: system calls that no notebook needs are refused: sockets, tracing, running programs, namespaces.
        own_uid: each submission is a user of its own.
        pid_namespace: each submission sees and can signal only its own processes.
        seatbelt: the server runs under a macOS sandbox profile.
        readable: files and folders that a child may read besides its own folder.
    """

    level: str = "none"
    bubblewrap: bool = False
    landlock: bool = False
    seccomp: bool = False
    own_uid: bool = False
    pid_namespace: bool = False
    seatbelt: bool = False
    readable: tuple[str, ...] = ()

    def dump(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def load(cls, data: dict[str, Any]) -> Confinement:
        """The record that `dump` wrote."""
        return cls(**{**data, "readable": tuple(data["readable"])})

    def __str__(self) -> str:
        names = ("bubblewrap", "landlock", "seccomp", "own_uid", "pid_namespace", "seatbelt")
        parts = [name.replace("_", " ") for name in names if getattr(self, name)]
        return f"{self.level} ({', '.join(parts)})" if parts else self.level


NONE = Confinement()
