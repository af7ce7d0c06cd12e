"""Where the time of a graded class goes: what workers measured, and what the main process does after them.

Guarantees: the main process's part is measured by doing it once more on the class that was just graded, with everything
imported, one submission after the other.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from autograder.demo.bank import UNIT
from autograder.grading import report
from autograder.grading.assignment import load_assignment
from autograder.grading.batch_run import GradebookTask
from autograder.grading.filing import Cabinet
from autograder.grading.results import SubmissionResult

NAMES = {"graft": "graft", "run": "student's cells", "judge": "judge"}


def seconds_by_part(course: Path) -> dict[str, float]:
    """Seconds per submission of each part of grading.

    Args:
        course: graded; it is recorded once more.
    """
    cabinet = Cabinet(course, UNIT)
    results = list(cabinet.store.all())
    shown = {result.student_id: cabinet.shown(result.student_id) or {} for result in results}

    def file() -> None:
        for result in results:
            submitted = cabinet.notebook("submitted", result.student_id)
            cabinet.file(result, submitted, nbformat.from_dict(shown[result.student_id]))

    def write_class() -> None:
        answers = {student: report.answers(notebook) for student, notebook in shown.items()}
        report.write_class_page(results, None, course / "reports" / UNIT, answers=answers)

    each = {"record: files, feedback": _seconds(file), "record: gradebook": _recorded(course, results)}
    each["report: class page"] = _seconds(write_class)
    return _in_workers(cabinet.store.folder) | {part: seconds / len(results) for part, seconds in each.items()}


def _in_workers(folder: Path) -> dict[str, float]:
    """Medians of what the workers noted."""
    noted: dict[str, list[float]] = defaultdict(list)
    for path in folder.glob("*.json"):
        for part, seconds in json.loads(path.read_text(encoding="utf-8")).get("timings_s", {}).items():
            noted[NAMES[part]].append(seconds)
    return {part: statistics.median(seconds) for part, seconds in noted.items()}


def _recorded(course: Path, results: Sequence[SubmissionResult]) -> float:
    (course / "gradebook.db").unlink()
    with GradebookTask(load_assignment(course, UNIT)) as gradebook:
        gradebook.record(())  # made, and the assignment known
        return _seconds(lambda: gradebook.record(results))


def _seconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started
