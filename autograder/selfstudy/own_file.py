"""``autograder check FILE.ipynb``: marks a notebook of one's own as grading would, and says what to do next.

Guarantees: the file is read, never written; its answers are put onto the pristine notebook and run in a process of
their own, away from the file's folder; nothing is recorded.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from autograder.checks.exercise import UNITS
from autograder.checks.notebook.cleanrun import missing_names
from autograder.checks.notebook.preflight import HAND_IN
from autograder.errors import AutograderError
from autograder.grading.assignment import load_assignment
from autograder.grading.batch.grader import preparing
from autograder.grading.batch.tickets import Settings, Ticket, place
from autograder.grading.collect.cleaning import Unreadable
from autograder.grading.collect.notebook import read_notebook
from autograder.grading.isolation.confinement import NONE, Confinement
from autograder.grading.isolation.ladder import choose
from autograder.grading.results import SubmissionResult

LECTURES = ("lecture", "live")


def mark_file(path: Path, root: Path, unit: str | None = None) -> SubmissionResult:
    """Mark one notebook.

    Args:
        path: the notebook.
        root: folder of the course, with its built assignments.
        unit: which assignment it is; None to read it from the notebook.

    Returns:
        Its result, as grading would record it.

    Raises:
        AutograderError: the file is no notebook, or does not say which assignment it is.
    """
    data = _bytes(path)
    unit = unit or assignment_of(path)
    with tempfile.TemporaryDirectory(prefix="autograder-check-") as folder:
        seed, confinement = secrets.randbelow(2**31), _confinement()
        settings = Settings(assignment=unit, batch="check", seed=seed, device="cpu", isolation=confinement.level)
        ticket = Ticket(
            key="own",
            path=path.resolve(),
            student_id="you",
            display_name=path.name,
            digest=hashlib.sha256(data).hexdigest(),
            seed=seed,
        )
        told = place(load_assignment(root, unit), confinement, Path(folder))
        with preparing(told) as grader, grader(settings.model_dump(mode="json")) as grade:
            return SubmissionResult.model_validate(grade(ticket.model_dump(mode="json"))["result"])


def assignment_of(path: Path) -> str:
    """The assignment that a notebook says it is.

    Raises:
        AutograderError: it cannot be read, is a lecture, or does not say.
    """
    said = _said(path)
    if said.get("kind") in LECTURES:
        raise AutograderError(f"{path}: a lecture, which has nothing to mark; name your copy of an assignment")
    unit = said.get("unit")
    if unit not in UNITS:
        raise AutograderError(f"{path}: does not say which assignment it is; name it: --assignment NN_topic")
    return str(unit)


def unit_of(path: Path) -> str | None:
    """The unit whose assignment a notebook says it is; None for any other notebook.

    Raises:
        AutograderError: the file cannot be read as a notebook.
    """
    said = _said(path)
    return said.get("unit") if said.get("unit") in UNITS and said.get("kind") not in LECTURES else None


def _said(path: Path) -> dict[str, Any]:
    """What the builder wrote into the notebook about itself."""
    try:
        said = read_notebook(path).notebook.metadata.get("autograder", {})
    except Unreadable as error:
        raise AutograderError(
            f"{path}: {error.reason}; open your notebook, save or download it again, and name that .ipynb file"
        ) from error
    return said if isinstance(said, dict) else {}


def show(result: SubmissionResult, path: Path, console: Console) -> bool:
    """Print a result for the person whose work it is.

    Returns:
        Whether everything is done and right.
    """
    for exercise in result.exercises:
        full = exercise.points == exercise.max_points
        mark, style = ("✓", "green") if full else ("·", "dim") if not exercise.attempted else ("✗", "red")
        line = f"{mark} {exercise.name:<24} {exercise.points:g}/{exercise.max_points:g}"
        console.print(Text(line if exercise.attempted else f"{line}  not attempted yet", style=style))
        if not full and exercise.attempted:
            console.print(Text(exercise.text, style="none"))
    empty = [item.grade_id for item in result.manual if not item.answered]
    if empty:
        console.print(f"Written questions without an answer: {', '.join(empty)}")
    sources = [cell.source for cell in read_notebook(path).notebook.cells if cell.cell_type == "code"]
    for missing in missing_names(sources):
        names = ", ".join(missing.names)
        console.print(
            f"Code cell {missing.cell} uses {names}, which no cell above it defines: it stops in a clean run."
        )
    console.print(f"{result.points:g} of {result.max_points:g} points in {result.assignment}", style="bold")
    console.print(Text(HAND_IN, style="dim"))
    return result.points == result.max_points and not empty


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AutograderError(f"{path}: cannot be read ({error.strerror}); name a notebook, *.ipynb") from error


def _confinement() -> Confinement:
    """The best this machine offers; none where it offers nothing, for it is one's own code."""
    try:
        return choose("auto")
    except AutograderError:
        return NONE
