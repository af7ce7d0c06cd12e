"""What a worker grades with: its own line to the kernel server, and the references' replies kept between jobs.

Guarantees: the kernel server is started before torch is imported here, so that both import it side by side; workers are
forked after that, and share what is imported, the assignment and its exercises.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from autograder.grading.assignment import Assignment
    from autograder.grading.batch.tickets import Grader


@contextlib.contextmanager
def preparing(place: Mapping[str, Any]) -> Iterator[Callable[[Mapping[str, Any]], AbstractContextManager[Grader]]]:
    """Start the kernel server, then import what grading needs and load the assignment.

    Args:
        place: which assignment, where, and what students' code imports and is held by, as `tickets.place` says.
    """
    confinement = Confinement.load(place["confinement"])
    connect = partial(Connection, Path(place["workroot"]), place["preload"], confinement)
    with connect() as server:
        import torch

        from autograder.checks.exercise import UnknownExercise, find
        from autograder.grading.assignment import load_assignment
        from autograder.grading.batch.pipeline import Pipeline  # noqa: F401 - imported for the workers
        from autograder.grading.run.running import Runner  # noqa: F401

        torch.set_num_threads(1)
        assignment = load_assignment(Path(place["root"]), place["assignment"])
        for graded in assignment.graded:
            with contextlib.suppress(UnknownExercise):  # which the judge says of every submission
                find(graded.exercise)
        server.wait()
        yield partial(_grader, assignment, connect)


@contextlib.contextmanager
def _grader(assignment: Assignment, connect: Callable[[], Connection], greeting: Mapping[str, Any]) -> Iterator[Grader]:
    """In a worker: what turns a job into an answer."""
    from autograder.grading.batch.pipeline import Pipeline
    from autograder.grading.batch.tickets import Settings, Ticket
    from autograder.grading.run.running import Runner

    settings = Settings.model_validate(greeting)
    limits = replace(DEFAULT_LIMITS, cell_seconds=settings.cell_seconds, ask_seconds=settings.cell_seconds)
    with connect() as server:
        pipeline = Pipeline(assignment, settings, Runner(server, assignment.release, limits))

        def grade(job: dict[str, Any]) -> dict[str, Any]:
            product = pipeline.grade(Ticket.model_validate(job))
            return {"result": product.result.model_dump(mode="json"), "notebook": product.notebook}

        yield grade
