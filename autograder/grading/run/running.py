"""Runs a grafted notebook's cells in a process of the student's own, and lets the judge ask that process for values.

Guarantees: tests cells are never executed; a cell that raises, dies or hangs costs itself and no other; each exercise
is asked in a copy of the state after the last cell, so none can touch another; whatever was started is gone afterwards.
"""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.checks import wire
from autograder.checks.marking.mark import Gone
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
from autograder.grading.kernels.student import CellResult, Died, Questions, Student
from autograder.grading.run.needed import is_tests, without_demonstrations

Ask = Callable[[Any], Any]
LOST = "the process ended before this exercise could be asked"


@dataclass(frozen=True)
class CellRun:
    """What became of one code cell: its place in the notebook and its result; None where it was not executed."""

    index: int
    result: CellResult | None


class Ran:
    """A submission whose cells have run and whose functions can be asked for values."""

    def __init__(self, notebook: NotebookNode, server: Connection, limits: Limits, needless: frozenset[int]) -> None:
        self.limits = limits
        self.runs: dict[int, CellRun] = {}
        self._notebook = notebook
        self._server = server
        self._notes: list[str] = []
        self._student: Student | None = None
        self._killers: set[int] = set()
        self._restarts = 0
        self._deadline = time.monotonic() + limits.total_seconds
        self._cells = [i for i, cell in enumerate(notebook.cells) if _is_code(cell) and i not in needless]
        for i in needless:
            self.runs[i] = CellRun(i, None)

    @property
    def cells(self) -> tuple[CellRun, ...]:
        """The code cells in order, those that were left out included."""
        return tuple(self.runs[i] for i in sorted(self.runs))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, what died, in words; each once."""
        return tuple(dict.fromkeys(self._notes))

    @property
    def notebook(self) -> NotebookNode:
        """The notebook with the outputs of what was executed."""
        shown = copy.deepcopy(self._notebook)
        for run in self.runs.values():
            if run.result is not None:
                shown.cells[run.index].outputs = [from_dict({"metadata": {}, **o}) for o in _shown(run.result)]
        return shown

    def execute(self) -> None:
        """Execute every cell; those that cost the process its life are skipped in the next attempt."""
        while not self._execute_once():
            self._restarts += 1
            if self._restarts > self.limits.restarts:
                self._notes.append(f"its process died {self._restarts} times: the cells after that did not run")
                return

    def _execute_once(self) -> bool:
        """Run all cells in a fresh process, from the first to the last or to one that kills it."""
        self._student = self._server.start(self.limits, self._notes)
        for i in self._cells:
            if i in self._killers:
                continue
            seconds = min(self.limits.cell_seconds, self._deadline - time.monotonic())
            if seconds <= 0:
                total = f"the notebook's {self.limits.total_seconds:g} s"
                self._notes.append(f"cell {i + 1} and later ones did not run: {total} were used up")
                return True
            result = self._student.execute(self._notebook.cells[i].source, seconds)
            self.runs[i] = CellRun(i, result)
            self._notes += [f"cell {i + 1}: {note}" for note in result.notes]
            if result.died:
                self._killers.add(i)
                self._notes.append(f"cell {i + 1} was skipped: {result.died}")
                return False
        return True

    @contextlib.contextmanager
    def asking(self, exercise: str) -> Iterator[Ask]:
        """A fresh line to the student's code for one exercise.

        Args:
            exercise: the name of its function or class.

        Yields:
            A function from request to reply; it raises `Gone` when there is no reply, and can be called again.
        """
        with contextlib.ExitStack() as stack:
            line = _Line(self, exercise, stack)
            yield line

    def _questions(self, stack: contextlib.ExitStack) -> Questions:
        """A copy of the process; when the process itself has died meanwhile, after running its cells again."""
        if self._student is not None and self._student.alive:
            with contextlib.suppress(Died):
                return stack.enter_context(self._student.questions())
        if self._restarts >= self.limits.restarts:
            raise Died(LOST)
        self._restarts += 1
        self._notes.append("its process died while it was asked: its cells ran again")
        self.execute()
        assert self._student is not None
        return stack.enter_context(self._student.questions())

    def close(self) -> None:
        """End everything it started."""
        if self._student is not None:
            self._student.close()
            if self._student.survivors:
                self._notes.append(f"{self._student.survivors} of its processes could not be ended")


class _Line:
    """Asks one exercise; a copy that died is replaced by a new one at the next question."""

    def __init__(self, ran: Ran, exercise: str, stack: contextlib.ExitStack) -> None:
        self._ran, self._exercise, self._stack = ran, exercise, stack
        self._questions: Questions | None = None

    def __call__(self, request: Any) -> Any:
        payload = wire.encode(request)
        try:
            if self._questions is None:
                self._questions = self._ran._questions(self._stack)
            reply = self._questions.ask(self._exercise, payload)
        except Died as death:
            self._questions = None
            self._stack.close()
            raise Gone(str(death)) from None
        try:
            return wire.decode(reply, replace(wire.DEFAULT_LIMITS, total_bytes=self._ran.limits.reply_bytes))
        except wire.WireError as error:
            raise Gone(f"its reply cannot be read: {error}") from None


@contextlib.contextmanager
def run(
    notebook: NotebookNode, *, server: Connection, limits: Limits, release: NotebookNode | None = None
) -> Iterator[Ran]:
    """Run a grafted notebook.

    Args:
        notebook: the pristine notebook with a student's answers; not changed.
        server: where processes come from.
        limits: what the submission may use.
        release: what students were given; its demonstrations that nothing needs are left out.

    Yields:
        The cells' results, and a way to ask the student's code.
    """
    needless = frozenset() if release is None else without_demonstrations(notebook, release)
    ran = Ran(notebook, server, limits, needless)
    try:
        ran.execute()
        yield ran
    finally:
        ran.close()


class Runner:
    """Runs notebooks of one assignment, one after the other, each on its own."""

    def __init__(self, server: Connection, release: NotebookNode, limits: Limits) -> None:
        self.isolation = str(server.confinement.level)
        self._server, self._release, self._limits = server, release, limits

    @property
    def losses(self) -> int:
        """How often the kernel server was lost: what was running then ended through no fault of its own."""
        return self._server.losses

    def run(self, notebook: NotebookNode) -> contextlib.AbstractContextManager[Ran]:
        """Execute a grafted notebook; everything it started is gone afterwards."""
        return run(notebook, server=self._server, limits=self._limits, release=self._release)


def _is_code(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not is_tests(cell) and bool(cell.source.strip())


def _shown(result: CellResult) -> tuple[dict[str, Any], ...]:
    if not result.died:
        return result.outputs
    return ({"output_type": "stream", "name": "stdout", "text": f"This cell was skipped: {result.died}.\n"},)
