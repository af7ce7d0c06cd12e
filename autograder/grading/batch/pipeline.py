"""One submission from file to result: graft, run, judge. What a worker does with each job.

Guarantees: every submission gives a result, whatever is in the file; what failed is said in words; nothing is written
here.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.grading.assignment import Assignment, Graded
from autograder.grading.batch.tickets import Settings, Ticket, identity, refusal
from autograder.grading.collect.notebook import read_notebook
from autograder.grading.graft import graft
from autograder.grading.graft.records import Grafted, Match
from autograder.grading.judge.evidence import suspicions
from autograder.grading.judge.forbidden import named_calls
from autograder.grading.judge.judging import Ask, judge
from autograder.grading.record.autograded import autograded
from autograder.grading.results import ManualItem, SubmissionResult

SURE = 0.9


class Running(Protocol):
    """A submission whose cells have run and whose functions can be asked for values."""

    @property
    def notebook(self) -> NotebookNode:
        """The notebook with the outputs of what was executed."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What did not go as usual, in words."""

    def asking(self, exercise: str) -> AbstractContextManager[Ask]:
        """A fresh line to the student's code for one exercise."""


class Runner(Protocol):
    """Runs notebooks, one after the other, each on its own."""

    isolation: str

    @property
    def losses(self) -> int:
        """How often the kernel server was lost."""

    def run(self, notebook: NotebookNode) -> AbstractContextManager[Running]:
        """Execute a grafted notebook; everything it started is gone afterwards."""


class Product(NamedTuple):
    """A result and the notebook formgrader shows for it; no notebook where nothing could be read."""

    result: SubmissionResult
    notebook: NotebookNode | None


class Pipeline:
    """Grades submissions of one assignment one after the other."""

    def __init__(self, assignment: Assignment, settings: Settings, runner: Runner) -> None:
        self.assignment, self.settings, self.runner = assignment, settings, runner
        self._given = frozenset(cell.source for cell in assignment.release.cells)

    def grade(self, ticket: Ticket) -> Product:
        """Grade one submission.

        Args:
            ticket: which one.
        """
        watch = _Stopwatch()
        try:
            with watch.measuring("graft"):
                submitted = read_notebook(ticket.path)
                grafted = graft(submitted.notebook, self.assignment.release)
            losses = self.runner.losses
            product = self._graded(ticket, grafted, watch)
            if self.runner.losses > losses:  # the processes it was asked in ended with the server: ask once more
                product = self._graded(ticket, grafted, watch)
            return product
        except AutograderError:  # of the machine, not of the submission: a fresh worker may do better
            raise
        except Exception as error:  # one submission's failure is its result
            reason = f"could not be graded: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
            return Product(refusal(self.assignment, self.settings, ticket, reason), None)

    def _graded(self, ticket: Ticket, grafted: Grafted, watch: _Stopwatch) -> Product:
        matches = {match.grade_id: match for match in grafted.matches}
        verdicts = []
        with contextlib.ExitStack() as stack:
            with watch.measuring("run"):
                running = stack.enter_context(self.runner.run(grafted.notebook))
            with watch.measuring("judge"):
                for graded in self._asked():
                    how = _how(matches.get(graded.exercise))
                    with running.asking(graded.exercise) as ask:
                        seed, device = ticket.seed, self.settings.device
                        verdicts.append(judge(graded, ask, seed=seed, device=device, matched_how=how))
        flags = (
            *(flag for verdict in verdicts for flag in verdict.flags),
            *(_doubt(match) for match in grafted.matches if match.how != "missing" and match.confidence < SURE),
            *suspicions(grafted.notebook, self._given),
            *named_calls(grafted.notebook, self.assignment.release, [verdict.exercise for verdict in verdicts]),
        )
        result = SubmissionResult(
            **identity(self.settings, ticket),
            status="needs_person" if flags else "graded",
            exercises=tuple(verdict.exercise for verdict in verdicts),
            manual=_written(self.assignment, matches),
            notes=(*grafted.notes, *running.notes),
            flags=flags,
            timings_s=watch.seconds,
            isolation=self.runner.isolation,
        )
        with watch.measuring("write"):
            return Product(result, autograded(running.notebook, result))

    def _asked(self) -> tuple[Graded, ...]:
        only = self.settings.only
        return tuple(graded for graded in self.assignment.graded if only is None or graded.exercise == only)


class _Stopwatch:
    """Seconds spent, by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def measuring(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = round(time.perf_counter() - start, 4)


def _written(assignment: Assignment, matches: Mapping[str, Match]) -> tuple[ManualItem, ...]:
    return tuple(
        ManualItem(
            grade_id=written.grade_id,
            max_points=written.points,
            answered=written.grade_id in matches and matches[written.grade_id].attempted,
        )
        for written in assignment.written
    )


def _how(match: Match | None) -> str:
    return "" if match is None else match.how


def _doubt(match: Match) -> str:
    where = "" if match.cell is None else f" in cell {match.cell + 1}"
    return f"{match.grade_id}: the answer{where} was recognised by {match.how} only ({match.confidence:.0%} sure)"
