"""Where the time of a graded class goes: what workers measured, and what the main process does after them.

Guarantees: the main process's part is measured by doing it once more on the class that was just graded, with everything
imported, one submission after the other.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from autograder.grading import report
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.batch.carrying_out import GradebookTask
from autograder.grading.record.filing import Cabinet
from autograder.grading.results import SubmissionResult

NAMES = {"graft": "graft", "run": "student's cells", "judge": "judge"}


def seconds_by_part(course: Path, assignment: str) -> dict[str, float]:
    """Seconds per submission of each part of grading.

    Args:
        course: graded; it is recorded once more.
        assignment: which one was graded.
    """
    cabinet = Cabinet(course, assignment)
    results = list(cabinet.store.all())
    shown = {result.student_id: cabinet.shown(result.student_id) or {} for result in results}

    def file() -> None:
        for result in results:
            submitted = cabinet.notebook("submitted", result.student_id)
            cabinet.file(result, submitted, nbformat.from_dict(shown[result.student_id]))

    def write_class() -> None:
        answers = {student: report.answers(notebook) for student, notebook in shown.items()}
        report.write_class_page(results, None, course / "reports" / assignment, answers=answers)

    each = {
        "record: files, feedback": _seconds(file),
        "record: gradebook": _recorded(load_assignment(course, assignment), results),
        "report: class page": _seconds(write_class),
    }
    return _in_workers(results) | {part: seconds / len(results) for part, seconds in each.items()}


def _in_workers(results: Sequence[SubmissionResult]) -> dict[str, float]:
    """Medians of what the workers noted."""
    noted: dict[str, list[float]] = defaultdict(list)
    for result in results:
        for part, seconds in result.timings_s.items():
            noted[NAMES[part]].append(seconds)
    return {part: statistics.median(seconds) for part, seconds in noted.items()}


def _recorded(assignment: Assignment, results: Sequence[SubmissionResult]) -> float:
    (assignment.root / "gradebook.db").unlink()
    with GradebookTask(assignment) as gradebook:
        gradebook.record(())  # made, and the assignment known
        return _seconds(lambda: gradebook.record(results))


def _seconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started
