"""What a submission may not leave behind: processes, threads, files, changed packages; and whom it may not end."""

from __future__ import annotations

from .attack import Attack, single


def _leaves(name: str, story: str, code: str, **more: str) -> Attack:
    return Attack(name, story, f"import os, signal, sys, threading, time\n{code}\nprint('TRIED')", tried=True, **more)


LEAVING = (
    _leaves(
        "leave-daemon",
        "a process in a session of its own that never ends",
        """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(1)
    os._exit(0)
""",
    ),
    _leaves(
        "leave-deaf-daemon",
        "a process that ignores every signal it can",
        """
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(1)
""",
    ),
    _leaves(
        "leave-chain",
        "a process that forks and ends, over and over, so that its number changes",
        """
if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(0.01)
        if os.fork():
            os._exit(0)
""",
    ),
    _leaves(
        "leave-threads",
        "threads that never end",
        "for _ in range(8):\n    threading.Thread(target=lambda: time.sleep(1e6)).start()",
    ),
    _leaves(
        "leave-atexit",
        "files written when the process ends",
        """
import atexit
def last():
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "@home@", "@course@"):
        try:
            open(folder + "/hostile-@mark@-last", "w").close()
        except OSError:
            pass
atexit.register(last)
""",
    ),
    _leaves(
        "leave-files",
        "files wherever it can",
        """
for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", "@home@", "@course@", "..", "../..", os.getcwd()):
    try:
        open(folder + "/hostile-@mark@-file", "w").close()
        os.makedirs(folder + "/hostile-@mark@-folder/" + "/".join("x" * 50))
        os.chmod(folder + "/hostile-@mark@-folder", 0)
    except OSError:
        pass
""",
    ),
    _leaves(
        "leave-shared-memory",
        "shared memory and message queues",
        """
from multiprocessing import shared_memory
for make in (lambda: shared_memory.SharedMemory("hostile-@mark@", create=True, size=1 << 20),
             lambda: torch.zeros(1000).share_memory_()):
    try:
        make()
    except (OSError, RuntimeError):
        pass
""",
    ),
    _leaves(
        "leave-grades",
        "a result for itself where results are kept",
        """
try:
    open("@course@/results/02_convolution_2d/leave-grades.json", "w").write('{"points": 100}')
    print("REACHED")
except OSError:
    pass
""",
    ),
    _leaves(
        "leave-patched-package",
        "the grader's own package is changed for those who come after",
        """
import autograder
try:
    with open(autograder.__file__, "a") as file:
        file.write("# @mark@\\n")
        print("REACHED")
except OSError:
    pass
try:
    os.chmod(autograder.__file__, 0o666)
    print("REACHED")
except OSError:
    pass
""",
    ),
    _leaves(
        "leave-module-in-the-way",
        "modules named like PyTorch in its folder, for whoever runs there next",
        "for name in ('torch', 'numpy', 'json', 'autograder', 'sitecustomize'):\n"
        "    open(name + '.py', 'w').write('raise SystemExit')",
    ),
    _leaves(
        "leave-kill-everybody",
        "kills every process that it may signal, its parent first",
        """
for target in (os.getppid(), 1, 2, 3, 4, 5, -1):
    if target != os.getpid():
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
""",
    ),
    _leaves(
        "leave-kill-at-fork",
        "every copy kills its parent as soon as it is made, before it may not",
        """
def first():
    for target in (os.getppid(), 1):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
os.register_at_fork(after_in_child=first)
""",
    ),
    Attack(
        "leave-kill-from-answer",
        "the answer kills the process that it was copied from, and runs on alone",
        answers=single(
            "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos.kill(-1, signal.SIGKILL)\nreturn image"
        ),
    ),
    Attack(
        "leave-children-in-answer",
        "every call leaves a process and a file behind",
        answers=single(
            """
            import os, time
            if os.fork() == 0:
                os.setsid()
                time.sleep(1e6)
            open("hostile-@mark@-called", "a").close()
            return image
            """
        ),
    ),
)
