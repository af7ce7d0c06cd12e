"""`autograder grade` where no server can be preloaded: one of the modules starts a thread when it is imported.

`cold_grader.py work HELPERS` is the worker; `cold_grader.py grade COURSE DOWNLOAD ASSIGNMENT SEED` grades with such
workers. HELPERS is a folder with the module that starts a thread.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from autograder.grading.kernels import launch
from autograder.grading.run import needed

SOURCE = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"


def work(helpers: str) -> None:
    from autograder.grading.batch.grader import preparing
    from autograder.grading.batch.worker import serve

    usual = launch._environment

    def environment(root: Path) -> dict[str, str]:
        found = usual(root)
        return {**found, "PYTHONPATH": f"{found['PYTHONPATH']}{os.pathsep}{helpers}"}

    launch._environment = environment
    serve(preparing)


def main(course: str, download: str, assignment: str, seed: str) -> int:
    from rich.console import Console

    from autograder.grading.batch.plan import Wish
    from autograder.grading.command import Order, grade

    needed.DEFAULT_PRELOAD = (*needed.DEFAULT_PRELOAD, "starts_a_thread")
    order = Order(Path(download), assignment, Wish(seed=int(seed)), workers=2, isolation="none")
    with tempfile.TemporaryDirectory() as helpers:
        (Path(helpers) / "starts_a_thread.py").write_text(SOURCE)
        return grade(Path(course), order, Console(), worker=(sys.executable, __file__, "work", helpers))


if __name__ == "__main__":
    sys.exit(work(*sys.argv[2:]) if sys.argv[1] == "work" else main(*sys.argv[2:]))
