"""What a worker grades with: its own line to the kernel server, and the references' replies kept between jobs.

Guarantees: the kernel server is started before torch is imported here, so that both import it side by side.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from autograder.grading.assignment import load_assignment
from autograder.grading.isolation.ladder import choose
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import DEFAULT_LIMITS
from autograder.grading.needed import to_preload
from autograder.grading.tickets import Grader, Settings, Ticket


@contextlib.contextmanager
def grader(greeting: Mapping[str, Any]) -> Iterator[Grader]:
    """Make ready what turns a job into an answer.

    Args:
        greeting: the settings of the batch.

    Raises:
        AutograderError: this machine cannot protect itself from student code, and was not told to do without.
    """
    settings = Settings.model_validate(greeting)
    assignment = load_assignment(settings.root, settings.assignment)
    limits = replace(DEFAULT_LIMITS, cell_seconds=settings.cell_seconds, ask_seconds=settings.cell_seconds)
    with Connection(settings.workroot, to_preload(assignment.release), choose(settings.isolation)) as server:
        import torch

        from autograder.grading.pipeline import Pipeline
        from autograder.grading.run import Runner

        torch.set_num_threads(1)
        pipeline = Pipeline(assignment, settings, Runner(server, assignment.release, limits))

        def grade(job: dict[str, Any]) -> dict[str, Any]:
            product = pipeline.grade(Ticket.model_validate(job))
            return {"result": product.result.model_dump(mode="json"), "notebook": product.notebook}

        yield grade
