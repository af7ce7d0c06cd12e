"""`autograder build`: every source to its notebooks, written only where something changed.

Guarantees: a second build changes nothing; `check` writes nothing and names every notebook that is stale, missing or
has no source; a lecture is executed again only when its code, or a module of `convlab` that it imports, changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.authoring.assignment import Catalogue, build_solution
from autograder.authoring.cells import write_notebook
from autograder.authoring.execute import execute
from autograder.authoring.furniture import Furniture, notebook_path
from autograder.authoring.leaks import check_release
from autograder.authoring.lecture import build_lecture, build_live
from autograder.authoring.release import build_release
from autograder.authoring.seal import code_digest, keep_outputs, seal
from autograder.authoring.source import read_source
from autograder.course import Course, Unit
from autograder.errors import SourceError

BUILT = {"lectures": ("lecture", "live"), "assignments": ("solution", "assignment")}


@dataclass(frozen=True)
class Built:
    """What a build did, by path relative to the course's folder."""

    changed: tuple[Path, ...]
    unchanged: tuple[Path, ...]
    orphans: tuple[Path, ...]


class Builder:
    """Builds the notebooks of a course.

    Args:
        course: The course; its folder holds `sources/` and receives the notebooks.
        find: Finds an exercise by name.
    """

    def __init__(self, course: Course, find: Catalogue) -> None:
        self.course, self.root, self.find = course, course.root, find
        self.furniture = Furniture(course, self.has)

    def build(self, only: str | None = None, *, check: bool = False) -> Built:
        """Build every unit, or one.

        Args:
            only: The name of the one unit to build; the others' notebooks are not looked at.
            check: Write nothing, only compare.

        Raises:
            AutograderError: A source cannot be built, a release leaks, or a lecture fails.
        """
        units = list(self.course.units) if only is None else [self.course.unit(only)]
        if only is not None and not self.has("lecture", only) and not self.has("assignment", only):
            raise SourceError(
                f"{self.root / 'sources'}: no source for {only}; write sources/assignments/{only}.py first"
            )
        changed: list[Path] = []
        unchanged: list[Path] = []
        for unit in units:
            for kind in ("lecture", "live", "solution", "assignment"):
                if self.has(kind, unit.name):
                    fresh = self.lecture(unit, check) if kind == "lecture" else self.settle(kind, unit, check)
                    (unchanged if fresh else changed).append(Path(notebook_path(kind, unit.name)))
        orphans = [] if only else sorted(self.orphans())
        return Built(tuple(changed), tuple(unchanged), tuple(orphans))

    def has(self, kind: str, unit: str) -> bool:
        """Tell whether the notebook of this kind is built for the unit."""
        return self.source(kind, unit).is_file()

    def source(self, kind: str, unit: str) -> Path:
        """Return the path of the source from which the notebook of this kind is built."""
        folder = next(folder for folder, kinds in BUILT.items() if kind in kinds)
        return self.root / "sources" / folder / f"{unit}.py"

    def make(self, kind: str, unit: Unit) -> NotebookNode:
        """Return a notebook as it is before it is executed."""
        cells = read_source(self.root, self.source(kind, unit.name).relative_to(self.root))
        if kind == "lecture":
            return build_lecture(cells, unit, self.furniture)
        if kind == "live":
            return build_live(cells, unit, self.furniture)
        solution = build_solution(cells, unit, self.furniture, self.find)
        if kind == "solution":
            return solution
        release = build_release(solution)
        check_release(solution, release, str(notebook_path("assignment", unit.name)))
        return release

    def settle(self, kind: str, unit: Unit, check: bool) -> bool:
        """Build one notebook that is not executed; tell whether the file was already the same."""
        return self.write(self.root / notebook_path(kind, unit.name), write_notebook(self.make(kind, unit)), check)

    def lecture(self, unit: Unit, check: bool) -> bool:
        """Build one lecture, executing it if its code changed; tell whether the file was already the same."""
        path = self.root / notebook_path("lecture", unit.name)
        notebook = self.make("lecture", unit)
        digest = code_digest(notebook, self.source("lecture", unit.name), self.root)
        if not keep_outputs(notebook, digest, path):
            if check:
                return False
            execute(notebook, self.root, str(notebook_path("lecture", unit.name)))
        seal(notebook, digest)
        return self.write(path, write_notebook(notebook), check)

    def write(self, path: Path, text: str, check: bool) -> bool:
        """Write a file in one step unless it already says `text`; tell whether it did."""
        if path.is_file() and path.read_bytes() == text.encode():
            return True
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}")
            try:
                part.write_bytes(text.encode())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        return False

    def orphans(self) -> Iterator[Path]:
        """Yield what lies among the built notebooks without being one.

        nbgrader copies whatever stands beside a solution into the release, so nothing else may.
        """
        kinds = ("lecture", "live", "solution", "assignment")
        built = {
            notebook_path(kind, unit.name) for unit in self.course.units for kind in kinds if self.has(kind, unit.name)
        }
        for pattern in ("lectures/**/*.ipynb", "solutions/**/*", "assignments/**/*"):
            for path in self.root.glob(pattern):
                inside = path.relative_to(self.root)
                if path.is_file() and inside not in map(Path, built) and ".ipynb_checkpoints" not in inside.parts:
                    yield inside
