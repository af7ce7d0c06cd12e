"""Puts what grading one submission produced into its places, in nbgrader's layout, the result file last.

Guarantees: each file is whole or absent; where a result file says a student is graded, the notebooks and the feedback
beside it belong to that grade; only the parent process files, so nothing is written by two at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timezone
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.grading.batch.replacing import in_place_of
from autograder.grading.collect.records import Refused
from autograder.grading.results import ResultStore, SubmissionResult, plain_name, write_atomically


class Cabinet:
    """The files of one assignment of one course."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.root = root
        self.assignment = assignment
        self.store = ResultStore(root, assignment)

    def folder(self, step: str, student_id: str) -> Path:
        """``<course>/<step>/<student>/<assignment>``."""
        return self.root / step / plain_name(student_id, "student id") / self.assignment

    def notebook(self, step: str, student_id: str) -> Path:
        """A student's notebook after a step."""
        return self.folder(step, student_id) / f"{self.assignment}.ipynb"

    def file(self, result: SubmissionResult, submitted: Path, shown: NotebookNode | None) -> None:
        """Put everything about one submission in its place.

        Args:
            result: what it was given; is filed with what it replaces.
            submitted: the student's file.
            shown: the notebook for formgrader; None when the submission could not be read.

        Raises:
            AutograderError: something could not be written; the result file is then still the earlier one.
        """
        student = result.student_id
        result = in_place_of(result, self.store.load(student), self.root / "gradebook.db")
        self._keep_submitted(result, submitted)
        where = self.notebook("autograded", student)
        if shown is None:
            where.unlink(missing_ok=True)
        else:
            write_atomically(where, nbformat.writes(shown).encode("utf-8", "replace"))
        from autograder.grading.report import write_feedback  # while workers start, not before

        write_feedback(result, shown, self.folder("feedback", student))
        self.store.save(result)

    def open_refusals(self, refused: Sequence[Refused]) -> tuple[Refused, ...]:
        """Who has handed in nothing that can be graded: in this download, or in an earlier one and nothing since.

        Args:
            refused: what this download holds that cannot be graded.
        """
        notes = self.store.folder / ".refused.json"
        try:
            earlier = [Refused(**entry) for entry in json.loads(notes.read_bytes())]
        except (OSError, ValueError, TypeError):
            earlier = []
        again = {one.student_id for one in refused}
        still = [one for one in earlier if one.student_id not in again]
        kept = [one for one in still if one.student_id and self.store.load(one.student_id) is None]
        everything = (*refused, *kept)
        write_atomically(notes, json.dumps([asdict(one) for one in everything], indent=1).encode("utf-8", "replace"))
        return everything

    def shown(self, student_id: str) -> dict[str, Any] | None:
        """The notebook formgrader shows, or None where there is none."""
        try:
            notebook: dict[str, Any] = json.loads(self.notebook("autograded", student_id).read_bytes())
        except (OSError, ValueError):
            return None
        return notebook

    def _keep_submitted(self, result: SubmissionResult, submitted: Path) -> None:
        """Keep the student's file as it came, with its time where nbgrader looks for it."""
        where = self.notebook("submitted", result.student_id)
        try:
            if not (where.exists() and where.samefile(submitted)):
                write_atomically(where, submitted.read_bytes())
                where.with_name("timestamp.txt").unlink(missing_ok=True)  # it was an earlier file's
        except OSError as error:
            raise AutograderError(f"{submitted}: cannot be read any more ({error}); run again with --resume") from error
        if result.submitted_at is not None:
            stamp = result.submitted_at.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S %Z")
            write_atomically(where.with_name("timestamp.txt"), stamp.encode())
