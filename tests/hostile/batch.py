"""One batch of every attack, some honest people among them, graded by the real command; then what was seen."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from autograder.demo.bank import answers
from autograder.demo.notebooks import filled
from autograder.grading.results import ResultStore, SubmissionResult

from .attack import Attack, Notebook
from .breaking import BREAKING
from .files import FILES
from .forged import FORGED
from .leaving import LEAVING
from .shortcuts import SHORTCUTS
from .spying import SPYING

UNIT = "02_convolution_2d"
SEED = 1_905_061_877
CELL_SECONDS = 4.0
GUARD_SECONDS = 1200
ATTACKS = {attack.name: attack for attack in (*FORGED, *SHORTCUTS, *SPYING, *LEAVING, *BREAKING)}
HONEST = {
    f"honest-{style}-{'abcde'[author]}": answers(style, author=author)
    for author, style in enumerate(("loops", "windows", "products", "loops", "windows"))
}


@dataclass
class Listeners:
    """Sockets of this machine only, that no submission may reach."""

    folder: Path
    tcp: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    udp: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    unix: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_UNIX))

    def __post_init__(self) -> None:
        self.udp.bind(("127.0.0.1", 0))
        self.unix.bind(str(self.folder / "listener"))
        self.unix.listen()

    def places(self) -> dict[str, str]:
        """How to reach them."""
        ports = {"tcp": str(self.tcp.getsockname()[1]), "udp": str(self.udp.getsockname()[1])}
        return {**ports, "unix": str(self.folder / "listener")}

    def __enter__(self) -> Listeners:
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (self.tcp, self.udp, self.unix):
            sock.close()

    def reached(self) -> list[str]:
        """Those that somebody has reached since the last look."""
        found = []
        for name, sock in (("tcp", self.tcp), ("udp", self.udp), ("unix", self.unix)):
            sock.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                sock.recv(100) if name == "udp" else sock.accept()[0].close()
                found.append(name)
        return found


@dataclass(frozen=True)
class Batch:
    """What is known after grading."""

    course: Path
    mark: str
    places: Mapping[str, str]
    returncode: int
    printed: str
    results: Mapping[str, SubmissionResult]
    reached: list[str]
    seen_running: int
    left_running: list[str]
    left_files: list[str]
    changed: list[str]

    def outputs(self, name: str) -> str:
        """Everything that a submission's cells showed."""
        path = self.course / "autograded" / name / UNIT / f"{UNIT}.ipynb"
        cells = json.loads(path.read_text())["cells"]
        return json.dumps([cell.get("outputs", []) for cell in cells])


@contextlib.contextmanager
def world(root: Path) -> Iterator[Path]:
    """A folder that every user may pass through, with a course, a home and a download in it."""
    top = Path(tempfile.mkdtemp(prefix="class-"))
    top.chmod(0o755)
    try:
        course = top / "course"
        for folder in (f"assignments/{UNIT}", f"solutions/{UNIT}"):
            shutil.copytree(root / folder, course / folder)
        shutil.copy(root / "course.toml", course)
        for folder in ("download", "home/.ssh", "tmp"):
            (top / folder).mkdir(parents=True)
        (top / "home/.ssh/id_ed25519").write_text("a private key")
        yield top
    finally:
        shutil.rmtree(top, ignore_errors=True)


def hand_in(top: Path, places: Mapping[str, str]) -> None:
    """Write the download."""
    release = json.loads((top / f"course/assignments/{UNIT}/{UNIT}.ipynb").read_text())
    for cell in release["cells"]:
        cell["source"] = "".join(cell["source"])
    made: dict[str, Notebook] = {name: filled(release, given, "") for name, given in HONEST.items()}
    made |= {name: attack.notebook(release, places) for name, attack in ATTACKS.items()}
    for name, notebook in made.items():
        (top / "download" / f"{name}.ipynb").write_text(json.dumps(notebook))
    for file in FILES:
        file.make(top / "download" / file.name, release, top / "course")


def graded(top: Path) -> Batch:
    """Grade the class as somebody at a terminal would, and look around afterwards."""
    with Listeners(top) as listeners:
        return _graded(top, listeners)


def _graded(top: Path, listeners: Listeners) -> Batch:
    mark, course = secrets.token_hex(6), top / "course"
    places = {"course": str(course), "home": str(top / "home"), "download": str(top / "download"), "mark": mark}
    places |= listeners.places()
    hand_in(top, places)
    before = _fingerprints(course)
    environment = {**os.environ, "HOME": str(top / "home"), "TMPDIR": str(top / "tmp"), "SECRET_TOKEN": mark}
    given = [str(top / "download"), "--assignment", UNIT, "--course", str(course), "--workers", "2"]
    given += ["--seed", str(SEED), "--cell-seconds", str(CELL_SECONDS)]
    command = [sys.executable, "-m", "autograder.cli", "grade", *given]
    with (top / "printed").open("wb") as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=printed, env=environment, cwd=course)
        seen = _wait(process, top)
    return Batch(
        course,
        mark,
        places,
        process.returncode,
        (top / "printed").read_text(errors="replace"),
        {result.student_id: result for result in ResultStore(course, UNIT).all()},
        listeners.reached(),
        seen,
        [str(started.cmdline()) for started in _started_by(top)],
        _left_files(top, mark),
        [name for name, digest in _fingerprints(course).items() if before.get(name) != digest],
    )


def _wait(process: subprocess.Popen[bytes], top: Path) -> int:
    """Wait for the end; how many processes of the batch were seen at most."""
    most, deadline = 0, time.monotonic() + GUARD_SECONDS
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
            return most
        most = max(most, len(_started_by(top)))
        if time.monotonic() > deadline:
            process.kill()
            raise AssertionError("the batch does not end")


def _started_by(top: Path) -> list[psutil.Process]:
    """Processes that the batch has started, whatever they call themselves: they were born with its folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if any(str(top) in value for value in process.environ().values()):
                found.append(process)
    return found


def _left_files(top: Path, mark: str) -> list[str]:
    folders = [Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"), Path("/run"), top / "home", top / "course", Path.cwd()]
    left = [
        str(path) for folder in folders if folder.is_dir() for path in folder.glob("*hostile*") if mark in path.name
    ]
    return (
        left + [str(path) for path in top.rglob("*") if "hostile" in path.name] + [*map(str, (top / "tmp").iterdir())]
    )


def _fingerprints(course: Path) -> dict[str, Any]:
    """The course's files with their content and permissions."""
    paths = [course / "course.toml", *(course / "solutions").rglob("*"), *(course / "assignments").rglob("*")]
    return {str(p): (p.stat().st_mode, hashlib.sha256(p.read_bytes()).digest()) for p in paths if p.is_file()}


def as_attacked(attack: Attack, places: Mapping[str, str]) -> str:
    """The code of an attack, ready to run."""
    return attack._filled_in(attack.own, places)
