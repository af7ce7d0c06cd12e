"""``autograder formgrader``: nbgrader's formgrader in the browser, where a person reads one course's written answers.

Guarantees: it shows the gradebook and the notebooks that grading left in this course, whatever is configured elsewhere;
the server listens on this machine only, and asks for Jupyter's token.
"""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import AutograderError

EXTENSION = "nbgrader.server_extensions.formgrader"


def serve(root: Path, *, port: int = 8888, browser: bool = True) -> None:
    """Run the server until Ctrl-C.

    Args:
        root: folder of the course.
        port: where it listens; the next free one after it when it is taken.
        browser: whether to open the page.

    Raises:
        AutograderError: nothing is graded yet.
    """
    if not (root / "gradebook.db").is_file():
        raise AutograderError(
            f"{root / 'gradebook.db'}: no gradebook, so there is nothing to read; grade first: autograder grade PATH …"
        )
    from jupyter_server.serverapp import ServerApp

    os.chdir(root)  # nbgrader looks for the course, and for nbgrader_config.py, where the server runs
    arguments = ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.root_dir=.", "--ServerApp.default_url=/formgrader"]
    arguments += [f"--ServerApp.jpserver_extensions={EXTENSION}=True", f"--ServerApp.open_browser={browser}"]
    ServerApp.launch_instance(arguments)
