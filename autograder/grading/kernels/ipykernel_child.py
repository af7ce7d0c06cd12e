"""The process of a Jupyter kernel that was forked instead of started."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from autograder.grading.kernels.child import settle


def main(lifeline: int, request: dict[str, Any]) -> NoReturn:
    """Become an IPython kernel; never returns.

    Args:
        lifeline: a descriptor that the process holds open for as long as it lives.
        request: has the connection file, and the environment and folder that a fresh kernel would have been given.
    """
    settle(lifeline, request["work"], request["environment"])
    sys.path.remove(request["work"])
    sys.path.insert(0, "")  # as for a kernel that was started
    try:
        from ipykernel.kernelapp import IPKernelApp
        from IPython.core.interactiveshell import InteractiveShell

        type(InteractiveShell.instance()).clear_instance()  # the server's shell; a kernel brings its own
        app = IPKernelApp.instance(parent_handle=os.getppid())
        app.initialize(["-f", request["connection_file"], *request["arguments"]])
        # pyplot is loaded already: the kernel's own choice comes too late for it.
        app.shell.enable_matplotlib("inline")  # type: ignore[union-attr]
        app.start()
    finally:
        os._exit(0)
