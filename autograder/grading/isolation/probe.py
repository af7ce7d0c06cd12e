"""Run by the ladder: confines itself as student code would be, then tries what must work and what must not.

Prints one line and exits with 1 at the first thing that is not as it should be.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from autograder.grading.isolation import confine, system
from autograder.grading.isolation.confinement import Confinement
from autograder.grading.kernels.limits import Limits

_UID = 61_183


def main() -> int:
    """Do what the ladder asked for; the exit status."""
    task = json.loads(sys.argv[1])
    confinement = Confinement.load(task["confinement"])
    try:
        if confinement.own_uid:
            os.chown(task["work"], _UID, _UID)
        if confinement.pid_namespace:
            system.unshare_processes()
    except OSError as error:
        print(f"its processes cannot be set apart: {error}")
        return 1
    pid = os.fork()
    if pid == 0:
        os._exit(_try_as_student(task, confinement))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _try_as_student(task: dict[str, Any], confinement: Confinement) -> int:
    try:
        confine.confine(confinement, Limits(), task["work"], _UID if confinement.own_uid else None)
    except OSError as error:
        return _complain(f"a mechanism did not take hold: {error}")
    try:
        import colorsys  # any module that is not loaded yet

        os.chdir(task["work"])
        with open(os.path.join(task["work"], "file"), "w") as file:
            file.write(colorsys.__name__)
    except (OSError, ImportError) as error:
        return _complain(f"Python does not work when it is confined (may every user read {sys.base_prefix}?): {error}")
    if not _refused(lambda: open(task["secret"]).close()):
        return _complain("a file outside its folder could be read")
    if not _refused(lambda: open(os.path.join(os.path.dirname(task["secret"]), "new"), "w").close()):
        return _complain("a file outside its folder could be written")
    if not _refused(lambda: socket.create_connection(("127.0.0.1", task["port"]), 5).close()):
        return _complain("a listener on this machine could be reached")
    return 0


def _refused(deed: Callable[[], None]) -> bool:
    try:
        deed()
    except OSError:
        return True
    return False


def _complain(line: str) -> int:
    print(line, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
