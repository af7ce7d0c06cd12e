"""What the builder adds to every notebook: the title with its badge and links, the set-up cell, the last cell.

Guarantees: links work in Jupyter and on the repository's page (relative) and in Colab (absolute), and lead only to
notebooks that exist; the set-up cell runs where the course's package is not installed yet.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from nbformat import NotebookNode

from autograder.authoring.cells import grader_metadata, make_cell
from autograder.course import Course, Unit

BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
KINDS = {"lecture": "Lecture", "live": "Live lecture", "assignment": "Assignment", "solution": "Solution"}

_SET_UP = """\
# Run this cell first. In Colab it fetches the course's package (nothing else is installed or changed).
import importlib
import re
import subprocess
import sys
from importlib.util import find_spec

COURSE = "git+https://github.com/{owner}/{repo}@{branch}"
problem = ""
if find_spec("convlab") is None and "google.colab" in sys.modules:
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", COURSE]
    said = subprocess.run(pip, capture_output=True, text=True).stderr
    found = re.search(r"^ *((?:ERROR|error|fatal): (?!subprocess).+)", said, re.MULTILINE) or re.search("× (.+)", said)
    problem = f" pip could not fetch it ({{found[1]}})." if found else ""
    importlib.invalidate_caches()
if find_spec("convlab") is None:
    raise ModuleNotFoundError(f"the course's package is missing.{{problem}} {advice}")
{imports}
print("Ready:", runtime.report())"""
_ADVICE = (
    "In Colab: check the connection and run this cell again; if that does not help, show this line to whoever teaches "
    "the course. Elsewhere: run `pip install -e .` in the course's folder and choose that Python as this notebook's "
    "kernel."
)
_LAST = """\
# Run this cell last: it says whether everything is ready to hand in.
from autograder import preflight

preflight()"""


def notebook_path(kind: str, unit: str) -> PurePosixPath:
    """Return where the notebook of this kind lies, relative to the course's folder."""
    if kind == "lecture":
        return PurePosixPath("lectures", f"{unit}.ipynb")
    if kind == "live":
        return PurePosixPath("lectures", "live", f"{unit}.ipynb")
    return PurePosixPath(f"{kind}s", unit, f"{unit}.ipynb")


@dataclass(frozen=True)
class Furniture:
    """Makes the cells around a notebook's own content.

    Attributes:
        course: The course, for titles, order and where it is published.
        exists: Tells whether the notebook of a kind is built for a unit, by kind and unit name.
    """

    course: Course
    exists: Callable[[str, str], bool]

    def title(self, kind: str, unit: Unit) -> NotebookNode:
        """Return the first cell: title, Colab badge, links to the neighbours."""
        here = notebook_path(kind, unit.name)
        lines = [
            f"# {KINDS[kind]} {unit.number} · {unit.title}",
            f"[![Open in Colab]({BADGE})]({self.colab(here)})",
            " · ".join(self.links(kind, unit)),
            _time(unit) if kind in ("assignment", "solution") else "",
        ]
        return make_cell("markdown", "\n\n".join(line for line in lines if line))

    def links(self, kind: str, unit: Unit) -> list[str]:
        """Return the links of the title: the unit before, the unit's other notebooks, the unit after."""
        others = {
            "lecture": ("assignment", "live"),
            "live": ("lecture", "assignment"),
            "assignment": ("lecture",),
            "solution": ("lecture",),
        }
        units = [one for one in self.course.units if self.exists(kind, one.name)]
        index = units.index(unit)
        found = [("Before", kind, one) for one in units[max(index - 1, 0) : index]]
        found += [(KINDS[other], other, unit) for other in others[kind] if self.exists(other, unit.name)]
        found += [("Next", kind, one) for one in units[index + 1 : index + 2]]
        return [self.link(label, notebook_path(kind, unit.name), to, one) for label, to, one in found]

    def link(self, label: str, here: PurePosixPath, kind: str, unit: Unit) -> str:
        """Return one link, twice: for Jupyter and the repository's page, and for Colab."""
        path = notebook_path(kind, unit.name)
        text = f"{label}: {unit.title}" if label in ("Before", "Next") else label
        return f"[{text}]({os.path.relpath(path, here.parent)}) ([in Colab]({self.colab(path)}))"

    def colab(self, path: PurePosixPath) -> str:
        """Return the address that opens a notebook of the published course in Colab."""
        course = self.course
        return f"https://colab.research.google.com/github/{course.owner}/{course.repo}/blob/{course.branch}/{path}"

    def set_up(self, kind: str) -> NotebookNode:
        """Return the cell that makes the course's package importable and reports versions and device in one line."""
        graded = kind in ("assignment", "solution")
        imports = ("from autograder import check\n" if graded else "") + "from convlab import runtime\n"
        course = self.course
        text = _SET_UP.format(
            owner=course.owner, repo=course.repo, branch=course.branch, advice=_ADVICE, imports=imports
        )
        return make_cell("code", text, **(_locked("set-up") if graded else {}))

    def last(self) -> NotebookNode:
        """Return the last cell of an assignment."""
        return make_cell("code", _LAST, **_locked("preflight"))


def _time(unit: Unit) -> str:
    due = f" Due {unit.deadline.isoformat(' ', 'minutes')}." if unit.deadline else ""
    return f"About {unit.minutes} minutes.{due}"


def _locked(grade_id: str) -> dict[str, NotebookNode]:
    return {"nbgrader": grader_metadata(grade_id, locked=True)}
