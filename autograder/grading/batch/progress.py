"""How a batch looks while it runs: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.grading.results import SubmissionResult

PLAIN_LINES = 20


@contextlib.contextmanager
def showing(console: Console, total: int) -> Iterator[Callable[[SubmissionResult], None]]:
    """Show how far a batch is.

    Args:
        console: where to show it.
        total: number of submissions in this run.

    Yields:
        What to call with every result.
    """
    if not console.is_terminal:
        yield _plain(console, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("grading", total=total)

        def finished(result: SubmissionResult) -> None:
            bar.update(task, advance=1, description=escape(f"graded {result.display_name[:24]}"))

        yield finished


def _plain(console: Console, total: int) -> Callable[[SubmissionResult], None]:
    done = 0
    step = max(1, total // PLAIN_LINES)

    def finished(_result: SubmissionResult) -> None:
        nonlocal done
        done += 1
        if done % step == 0 or done == total:
            console.print(f"graded {done} of {total}", highlight=False)

    return finished
