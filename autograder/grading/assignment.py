"""What is graded in an assignment, read from its release: tests by exercise, written questions, points.

Guarantees: an assignment that loads can be graded; one that cannot is refused with the file and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import load_course
from autograder.errors import AutograderError, CourseError


@dataclass(frozen=True)
class Graded:
    """A tests cell: which exercise it checks and for how many points."""

    exercise: str
    grade_id: str
    points: float


@dataclass(frozen=True)
class Written:
    """A written question, and the text it had when it was handed out."""

    grade_id: str
    points: float
    blank: str


@dataclass(frozen=True)
class Assignment:
    """One assignment of a course, as it was released.

    Attributes:
        root: folder of the course.
        release: the pristine notebook that students received.
        source: the same with solutions and hidden tests, for nbgrader's tables.
    """

    root: Path
    name: str
    deadline: datetime | None
    release: NotebookNode
    source: NotebookNode
    graded: tuple[Graded, ...]
    written: tuple[Written, ...]

    @property
    def release_path(self) -> Path:
        """The notebook that students received."""
        return self.root / "assignments" / self.name / f"{self.name}.ipynb"


def load_assignment(root: Path, name: str) -> Assignment:
    """Read a unit's release and source.

    Raises:
        AutograderError: the course has no such unit, it is not built, or it holds nothing to grade.
    """
    unit = load_course(root).unit(name)
    release = _read(root / "assignments" / name / f"{name}.ipynb")
    source = _read(root / "solutions" / name / f"{name}.ipynb")
    graded, written = [], []
    for cell in release.cells:
        rules = cell.metadata.get("nbgrader", {})
        if rules.get("grade") and rules.get("solution"):
            written.append(Written(rules.grade_id, float(rules.points), cell.source))
        elif rules.get("grade") and (exercise := cell.metadata.get("autograder", {}).get("exercise")):
            graded.append(Graded(exercise, rules.grade_id, float(rules.points)))
    if not graded:
        raise AutograderError(
            f"{name}: its release has no tests cell, so there is nothing to grade; run autograder build"
        )
    return Assignment(root, unit.name, unit.deadline, release, source, tuple(graded), tuple(written))


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{path}: not there; run autograder build") from None
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise CourseError(f"{path}: not a readable notebook ({error}); run autograder build") from None
