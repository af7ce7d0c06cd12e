"""Classes to be graded: honest, right submissions of one unit, each in other words.

Guarantees: the same class every time; stock nbgrader and ours get the same notebooks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.demo import bank, notebooks

ROOT = Path(__file__).resolve().parents[1]
STYLES = ("loops", "windows", "products")
BIN = Path(sys.executable).parent


def make_course(folder: Path, students: int) -> Path:
    """A course folder with a release, its solution and ``submitted/`` of so many students.

    Args:
        folder: where to; made.
        students: how many hand in.

    Returns:
        The folder.
    """
    for name in ("course.toml", "nbgrader_config.py"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for kind in ("assignments", "solutions"):
        shutil.copytree(ROOT / kind / bank.UNIT, folder / kind / bank.UNIT)
    release = json.loads((folder / "assignments" / bank.UNIT / f"{bank.UNIT}.ipynb").read_text(encoding="utf-8"))
    for cell in release["cells"]:
        cell["source"] = "".join(cell["source"])
    for number in range(students):
        answers = bank.answers(STYLES[number % len(STYLES)], author=number)
        path = folder / "submitted" / f"student{number:03}" / bank.UNIT / f"{bank.UNIT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebooks.as_bytes(notebooks.filled(release, answers, f"Answer of student {number}.")))
    return folder


def environment() -> dict[str, str]:
    """The environment of a measured command: nbgrader needs alembic on PATH."""
    return {**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")])}


def prepare_stock(folder: Path) -> None:
    """Let stock nbgrader know the assignment, which is not part of grading and not measured."""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", bank.UNIT, "--force"]
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)


def ours(folder: Path, workers: int) -> list[str]:
    """The command that grades the class with isolation and judge on."""
    options = ["--assignment", bank.UNIT, "--workers", str(workers), "--course", str(folder)]
    return [str(BIN / "autograder"), "grade", str(folder / "submitted"), *options]


def stock() -> list[str]:
    """The command that grades the class with nbgrader's default settings."""
    return [sys.executable, "-m", "nbgrader", "autograde", bank.UNIT]
