"""The gradebook of nbgrader, written by us: one writer, one transaction per hundred results, equal to the result files.

Guarantees: recording the same results twice changes nothing; a score in the gradebook equals the result's points;
scores, comments and names that a person entered are never overwritten; a locked or full disk loses nothing, because
the result files are the truth and the next run records what is missing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbformat import NotebookNode
from nbgrader.api import Assignment, Gradebook, Notebook, SourceCell
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells, SaveCells
from sqlalchemy import create_engine, event, inspect, select
from sqlalchemy.exc import DatabaseError

from autograder.errors import AutograderError
from autograder.grading.record.rows import record, utc
from autograder.grading.results import SubmissionResult

COURSE_ID = "default_course"
CHUNK = 100


class GradebookWriter:
    """The only writer of ``<course>/gradebook.db``; creates it on first use.

    Args:
        course_root: folder of the course.
        assignment: name of the assignment, which is also its notebook's name.
        busy_timeout_s: how long another program may hold the database before we give up.
    """

    def __init__(self, course_root: Path, assignment: str, *, busy_timeout_s: float = 30.0) -> None:
        self.path = course_root / "gradebook.db"
        self.assignment = assignment
        self.url = f"sqlite:///{self.path.absolute()}?timeout={busy_timeout_s}"
        with self._explained():
            _stamp(self.url)
            self._gradebook = Gradebook(self.url, course_id=COURSE_ID)
        event.listen(self._gradebook.engine, "connect", _leave_transactions_to_us)
        event.listen(self._gradebook.engine, "begin", _take_the_write_lock_first)
        self._gradebook.engine.dispose()

    def close(self) -> None:
        """Let go of the database."""
        self._gradebook.close()

    def __enter__(self) -> GradebookWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def register(self, source: NotebookNode, *, due: datetime | None = None) -> None:
        """Make the assignment, its notebook and its cells known, as ``nbgrader generate_assignment`` would.

        Args:
            source: the notebook with solutions and hidden tests, which stock nbgrader needs to grade the same course.
            due: deadline, shown by formgrader; left as it is when None.

        Raises:
            AutograderError: submissions are recorded for a notebook with other cells than this one.
        """
        where = {"notebook": self.assignment, "assignment": self.assignment, "db_url": self.url}
        resources: Any = {"nbgrader": where}
        notebook = source
        for preprocessor in (LockCells, ClearSolutions, ClearOutput, ComputeChecksums):
            notebook, resources = preprocessor().preprocess(notebook, resources)
        with self._explained():
            details = {} if due is None else {"duedate": utc(due)}
            self._gradebook.update_or_create_assignment(self.assignment, course_id=COURSE_ID, **details)
            if self._knows(notebook):
                return
            try:
                SaveCells().preprocess(notebook, resources)
            except RuntimeError as error:
                raise AutograderError(
                    f"{self.path}: {self.assignment} has recorded submissions of a release with other graded cells; "
                    "grade into a fresh course folder (--course) or move gradebook.db away"
                ) from error

    def record(self, results: Iterable[SubmissionResult]) -> int:
        """Make the gradebook say what these results say.

        Returns:
            Number of submissions of which anything had to be written.

        Raises:
            AutograderError: the database is locked, full or damaged; nothing of the current hundred was written.
        """
        remaining, written = iter(results), 0
        while chunk := list(islice(remaining, CHUNK)):
            with self._explained(), self._gradebook.db() as db:
                try:
                    written += record(db, self.assignment, chunk)
                    db.commit()
                except BaseException:
                    db.rollback()
                    raise
        return written

    def _knows(self, notebook: NotebookNode) -> bool:
        """Whether exactly these cells, with these points and sources, are recorded already."""
        wanted = {
            (cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.get("checksum"))
            for cell in notebook.cells
            if (cell.metadata.get("nbgrader") or {}).get("grade_id")
        }
        with self._gradebook.db() as db:
            rows = db.execute(
                select(SourceCell.name, SourceCell.checksum)
                .join(Notebook, Notebook.id == SourceCell.notebook_id)
                .join(Assignment, Assignment.id == Notebook.assignment_id)
                .where(Assignment.name == self.assignment, Notebook.name == self.assignment)
            )
            return {tuple(row) for row in rows} == wanted

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn a database error into one line that says what to do."""
        try:
            yield
        except DatabaseError as error:
            raise AutograderError(
                f"{self.path}: {error.orig}; every result is kept in {self.path.parent / 'results' / self.assignment}: "
                "close what uses the gradebook or make room, then run the same command with --resume to record the rest"
            ) from error


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _take_the_write_lock_first(connection: Any) -> None:
    # A transaction that reads first and wants to write later fails at once when another one did the same; this waits.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _stamp(url: str) -> None:
    """Write into a new gradebook which of nbgrader's layouts it has.

    nbgrader does so itself, but asks a program for it that takes longer to start than everything else here together.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if not inspect(connection).get_table_names():
                MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    finally:
        engine.dispose()
