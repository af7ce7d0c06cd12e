"""What may not stop the batch: loops, bombs, floods, crashes, broken kernels. Each costs its own author only."""

from __future__ import annotations

from .attack import RIGHT, Attack, single

_DEAF = (
    "import signal\nfor n in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):\n    signal.signal(n, signal.SIG_IGN)\n"
)
STILL = {"make_kernel": 4}
"""The points of the exercise that was answered rightly beside the attack."""


def _cell(name: str, story: str, code: str, said: str = "", flagged: str = "") -> Attack:
    """An attack in a cell of its own, beside one right answer that keeps its points."""
    answers = {"make_kernel": RIGHT["make_kernel"]}
    why = "a right answer keeps its points, whatever another cell does"
    return Attack(name, story, code, answers, points=STILL, said=said, why=why, flagged=flagged)


def _answer(name: str, story: str, body: str, said: str = "", flagged: str = "") -> Attack:
    """An attack in an answer, beside another that is right and keeps its points."""
    answers = {"make_kernel": RIGHT["make_kernel"], **single(body)}
    why = "a right answer keeps its points, whatever another one does"
    return Attack(name, story, "", answers, points=STILL, said=said, why=why, flagged=flagged)


HANGING = (
    _cell("hang-cell", "a loop without end that ignores signals", _DEAF + "while True:\n    pass", "stopped after"),
    _answer("hang-answer", "the same in an answer", _DEAF + "while True:\n    pass", "no answer within"),
    _cell("hang-in-c", "a computation in C that no signal ends", "x = 9 ** (9 ** 9)", "stopped after"),
    _answer("hang-stopped", "stops itself, as Ctrl-Z would", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"),
)

BOMBS = (
    _cell(
        "bomb-fork",
        "forks for ever",
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        "skipped",
    ),
    _answer("bomb-fork-answer", "forks for ever in an answer", "import os\nwhile True:\n    os.fork()"),
    Attack(
        "bomb-memory",
        "takes memory until there is none",
        "held = []\nwhile True:\n    held.append(torch.ones(1 << 24))",
    ),
    _cell(
        "bomb-memory-shared-out",
        "many processes that each take a little",
        """
        import os, time
        for _ in range(30):
            if os.fork() == 0:
                held = bytearray(os.urandom(1 << 10)) * (120 << 10)
                time.sleep(60)
                os._exit(0)
        time.sleep(60)
        """,
    ),
    _answer("bomb-memory-answer", "takes memory in an answer", "return torch.ones(1 << 33) + image.sum()"),
    _cell(
        "bomb-disk",
        "one endless file",
        "with open('big', 'wb') as file:\n    while True:\n        file.write(bytes(1 << 24))",
    ),
    _cell(
        "bomb-files",
        "files without end",
        "n = 0\nwhile True:\n    open(f'file{n}', 'w').close()\n    n += 1",
    ),
    Attack(
        "bomb-threads",
        "threads without end",
        "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(1e6,)).start()",
        flagged="threading",
    ),
)  # fmt: skip

FLOODS = (
    _cell("flood-print", "prints a hundred thousand lines", "for i in range(100_000):\n    print('hostile', i)"),
    _cell(
        "flood-descriptor",
        "writes to the standard streams behind Python's back",
        "import os\nfor _ in range(2000):\n    os.write(1, b'x' * 65536)\n    os.write(2, b'x' * 65536)",
    ),
    _cell(
        "flood-displays",
        "ten thousand displays",
        "from IPython.display import HTML, display\nfor i in range(10_000):\n    display(HTML('<h1>' + 'x' * 100))",
    ),
    _cell("flood-error", "an exception with a message of 100 MB", "raise ValueError('x' * 100_000_000)"),
    _cell(
        "flood-traceback",
        "a recursion without end",
        "def deeper(n):\n    return deeper(n + 1)\ndeeper(0)",
    ),
    _answer("flood-printed-answer", "an answer that prints 20 MB", "print('x' * 20_000_000)\nreturn image"),
    _answer("flood-reply", "a reply of 276 MB", "return [torch.zeros(23_000_000)] * 3", "at most|no answer within"),
)

CRASHES = (
    _cell("crash-exit", "os._exit in a cell", "import os\nos._exit(0)", "skipped"),
    _answer("crash-exit-answer", "os._exit in an answer", "import os\nos._exit(0)", "ended"),
    _cell("crash-sys-exit", "sys.exit", "import sys\nsys.exit(1)"),
    _answer("crash-interrupt", "an interrupt made by hand", "raise KeyboardInterrupt"),
    _cell("crash-segfault", "reads address 0", "import ctypes\nctypes.string_at(0)", "skipped", flagged="ctypes"),
    _answer("crash-abort", "aborts", "import os\nos.abort()", "ended"),
    _cell("crash-kill", "kills itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    _cell(
        "crash-stack",
        "a recursion that overflows the stack of C",
        "import sys\nsys.setrecursionlimit(10**9)\nclass Deep:\n"
        "    __getattr__ = lambda self, name: getattr(self, name + 'x')\ngetattr(Deep(), 'a')",
    ),
    _cell("crash-descriptors", "closes every file, the judge's socket too", "import os\nos.closerange(0, 4096)"),
    _answer("crash-socket-answer", "the same in an answer", "import os\nos.closerange(3, 4096)\nreturn image", "ended"),
)

CORRUPTED = (
    Attack(
        "corrupt-import",
        "nothing can be imported any more",
        "import builtins, sys\nbuiltins.__import__ = None\nsys.meta_path.clear()\nsys.path.clear()",
        flagged="builtins",
    ),
    Attack(
        "corrupt-modules",
        "every loaded module is forgotten",
        "import sys\nsys.modules.clear()",
        flagged="sys.modules",
    ),
    Attack(
        "corrupt-builtins",
        "Python without its functions",
        "import builtins\nfor name in ('len', 'isinstance', 'print', 'dict', 'type', 'getattr', 'Exception'):\n"
        "    setattr(builtins, name, None)",
        flagged="builtins",
    ),
    Attack(
        "corrupt-torch",
        "PyTorch without tensors",
        "torch.Tensor = torch.enable_grad = torch.empty = torch.manual_seed = None\ndel torch.nn",
        flagged="replaces torch",
    ),
    Attack(
        "corrupt-shell",
        "the shell's parts are broken",
        "shell = get_ipython()\nshell.recorder = shell.run = shell.notes = shell.display_pub = None",
    ),
    Attack(
        "corrupt-json",
        "messages cannot be written any more",
        "import json, struct\njson.dumps = lambda *a, **k: 'x' * 1000\nstruct.Struct.pack = None",
    ),
    Attack(
        "corrupt-defaults",
        "new tensors are of another kind, and gradients are switched off",
        "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)",
    ),
)

BREAKING = (*HANGING, *BOMBS, *FLOODS, *CRASHES, *CORRUPTED)
