"""``autograder compare FILE.ipynb``: one page with one's own answers beside the solutions.

Guarantees: the notebook is read, never run and never written; a solution is shown only for what was attempted; the page
stands alone, works offline, and nothing in it can run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.grading.assignment import load_assignment
from autograder.grading.collect.cleaning import Unreadable
from autograder.grading.collect.notebook import read_notebook
from autograder.grading.graft import graft
from autograder.grading.report import notebook as cells
from autograder.grading.report import safe
from autograder.grading.report.page import write
from autograder.selfstudy.own_file import assignment_of

MARKS = ("BEGIN SOLUTION", "END SOLUTION")


@dataclass(frozen=True)
class _Pair:
    """One answer and its solution."""

    name: str
    code: bool
    asked: Markup
    yours: Markup
    solution: Markup


def compare(path: Path, root: Path, unit: str | None = None) -> tuple[Path, tuple[str, ...]]:
    """Write the page beside the notebook.

    Args:
        path: one's own notebook.
        root: folder of the course, with its built assignments and solutions.
        unit: which assignment it is; None to read it from the notebook.

    Returns:
        The page, and what it shows.

    Raises:
        AutograderError: the file is no notebook, does not say which assignment it is, or nothing is attempted yet.
    """
    unit = unit or assignment_of(path)
    assignment = load_assignment(root, unit)
    try:
        grafted = graft(read_notebook(path).notebook, assignment.release)
    except Unreadable as error:
        raise AutograderError(f"{path}: {error}") from error
    attempted = {match.grade_id for match in grafted.matches if match.attempted}
    yours, solved = cells.answers(grafted.notebook), cells.answers(assignment.source)
    names = [name for name in solved if name in attempted]
    if not names:
        raise AutograderError(f"{path}: nothing is attempted yet, so there is nothing to compare; begin with one cell")
    code = {graded.exercise for graded in assignment.graded}
    pairs = [_pair(name, name in code, assignment.release, yours[name], solved[name]) for name in names]
    page = path.with_name(f"{path.stem}-and-solution.html")
    title = cells.title(assignment.release) or unit
    untried = [name for name in solved if name not in attempted]
    write(page, "compare.html", title=title, file=path.name, pairs=pairs, untried=untried)
    return page, tuple(names)


def _pair(name: str, code: bool, release: NotebookNode, yours: str, solution: str) -> _Pair:
    kept = "\n".join(line for line in solution.splitlines() if not any(mark in line for mark in MARKS))
    shown = safe.code if code else safe.prose
    title = name if code else name.replace("-", " ").capitalize()
    return _Pair(title, code, safe.prose(cells.statement(release, name)), shown(yours), shown(kept))
