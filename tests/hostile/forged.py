"""Scores claimed instead of earned: the shell, PyTorch, Python and the driver are bent, replies are made up."""

from __future__ import annotations

from .attack import WRONG, Attack, Notebook, single


def _skip_tests(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]


def _thousand_points(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = 1000
            cell["metadata"]["nbgrader"]["solution"] = True


def _claimed_outputs(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            data = {"text/plain": "4.0", "text/html": "<b>4 of 4 points</b>"}
            cell["outputs"] = [
                {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1},
            ]


def _own_tests(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("autograder", {}).get("exercise"):
            cell["metadata"]["autograder"] = {"exercise": "make_kernel", "points": 1000, "passed": True}
            cell["source"] = "4.0"


def _swapped_ids(notebook: Notebook) -> None:
    rules = [c["metadata"]["nbgrader"] for c in notebook["cells"] if "nbgrader" in c["metadata"]]
    for rule in rules:
        if rule["grade_id"].endswith("-tests"):
            rule["grade_id"] = "make_kernel-tests"


SHELL = (
    Attack("tags-skip-tests", "every cell is tagged to be skipped", change=_skip_tests),
    Attack("metadata-points", "the cells' points are edited to 1000", change=_thousand_points),
    Attack("metadata-outputs", "every cell already shows full points", change=_claimed_outputs),
    Attack("metadata-own-tests", "the tests cells are replaced by a number", change=_own_tests, said="edited"),
    Attack("metadata-swapped-ids", "all tests cells claim to be that of one exercise", change=_swapped_ids),
    Attack(
        "shell-input-transformer",
        "later cells become `pass`",
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
        flagged="rewrites the cells",
    ),
    Attack(
        "shell-ast-transformer",
        "later function bodies are emptied, asserts removed",
        """
        import ast
        class Gone(ast.NodeTransformer):
            def visit_Assert(self, node):
                return None
        get_ipython().ast_transformers.append(Gone())
        """,
        flagged="rewrites the cells",
    ),
    Attack(
        "shell-display-hook",
        "every result is shown as full points",
        """
        hook = type(get_ipython().displayhook)
        hook.compute_format_data = lambda self, result: ({"text/plain": "4.0"}, {})
        4.0
        """,
        flagged="how results are displayed",
    ),
    Attack(
        "shell-formatter",
        "numbers format as full points",
        "get_ipython().display_formatter.formatters['text/plain'].for_type(float, lambda *a: '4.0')\n0.0",
        flagged="how results are displayed",
    ),
    Attack("shell-last-value", "the answer's cell ends with a score", answers={"make_kernel": "float('nan')"}),
    Attack(
        "shell-run-cell",
        "the shell's own run_cell reports success for everything",
        "import types\nshell = get_ipython()\nshell.run_cell = lambda *a, **k: types.SimpleNamespace("
        "error_before_exec=None, error_in_exec=None, result=4.0, success=True)",
    ),
    Attack(
        "shell-namespace",
        "the shell's names are a dict that makes up what is missing",
        """
        class Names(dict):
            def get(self, name, default=None):
                return lambda *a, **k: 4.0
        get_ipython().user_ns = Names(get_ipython().user_ns)
        """,
    ),
    Attack(
        "shell-html-claim",
        "the notebook displays a script and a claim of points",
        """
        from IPython.display import HTML, display
        display(HTML("<script>document.title = 'hostile-@mark@'</script><h1>score: 100 of 100</h1>"))
        """,
    ),
)

OBJECTS = (
    Attack(
        "object-always-equal",
        "an object that equals everything",
        """
        class Equal:
            __eq__ = __ge__ = __le__ = lambda self, other: True
            __ne__ = lambda self, other: False
            __bool__ = lambda self: True
            __hash__ = lambda self: 0
            __sub__ = __rsub__ = __abs__ = __getattr__ = lambda self, *a: Equal()
            __call__ = lambda self, *a, **k: Equal()
            __torch_function__ = classmethod(lambda cls, *a, **k: True)
        """,
        {
            "make_kernel": "def make_kernel(name):\n    return Equal()",
            **single("return Equal()"),
        },
    ),
    Attack(
        "object-lazy",
        "an object that decides what it is when it is looked at",
        """
        class Lazy:
            def __getattribute__(self, name):
                return torch.Tensor if name == "__class__" else getattr(torch.zeros(3, 3), name)
        """,
        {"make_kernel": "def make_kernel(name):\n    return Lazy()", **single("return Lazy()")},
    ),
    Attack(
        "object-tensor-subclass",
        "a tensor whose every comparison is true",
        """
        class Agreeing(torch.Tensor):
            @classmethod
            def __torch_function__(cls, func, types, args=(), kwargs=None):
                if func.__name__ in ("eq", "allclose", "isclose", "equal", "all", "__bool__"):
                    return torch.tensor(True)
                return super().__torch_function__(func, types, args, kwargs or {})
        """,
        {
            "make_kernel": "def make_kernel(name):\n    return torch.zeros(3, 3).as_subclass(Agreeing)",
            **single("return torch.zeros(4, 4).as_subclass(Agreeing)"),
        },
    ),
    Attack(
        "object-lying-shape",
        "a tensor that lies about its shape and dtype",
        """
        class Lying(torch.Tensor):
            shape = property(lambda self: torch.Size((3, 3)))
            dtype = property(lambda self: torch.float32)
            def detach(self):
                return torch.ones(3, 3)
            def numpy(self):
                return __import__("numpy").ones((3, 3))
        """,
        {"make_kernel": "def make_kernel(name):\n    return torch.zeros(1).as_subclass(Lying)"},
    ),
    Attack(
        "object-float-subclass",
        "floats and lists that equal everything",
        """
        class Number(float):
            __eq__ = lambda self, other: True
            __hash__ = lambda self: 0
        class Rows(list):
            __len__ = lambda self: 3
            __eq__ = lambda self, other: True
        """,
        {
            "make_kernel": "def make_kernel(name):\n    return Number(0)",
            **single("return Rows([Number(1)])"),
        },
    ),
    Attack(
        "object-reduce",
        "a result that would run a command when it is unpickled",
        """
        import os
        class Bomb:
            def __reduce__(self):
                return os.system, ("touch @course@/pickled-@mark@ /tmp/hostile-@mark@",)
        """,
        {"make_kernel": "def make_kernel(name):\n    return Bomb()", **single("return {'a': Bomb()}")},
    ),
    Attack(
        "object-repr",
        "a result whose text is right",
        """
        class Text:
            def __repr__(self):
                return "tensor([[0., 0., 0.], [0., 1., 0.], [0., 0., 0.]])"
            __str__ = __repr__
            def __float__(self):
                return 4.0
        """,
        {"make_kernel": "def make_kernel(name):\n    return Text()"},
    ),
    Attack(
        "object-endless-list",
        "a list that contains itself",
        "loop = []\nloop.append(loop)",
        {"make_kernel": "def make_kernel(name):\n    return loop", **single("return loop")},
    ),
    Attack(
        "object-huge-view",
        "one number expanded to 10^12, a sparse and a meta tensor",
        answers={
            "make_kernel": "def make_kernel(name):\n    return torch.zeros(1).expand(10**6, 10**6)",
            **single("return torch.zeros(3, 4, device='meta') if image.sum() > 0 else torch.zeros(3, 4).to_sparse()"),
        },
    ),
    Attack(
        "object-nan",
        "nan, which compares as nothing else does",
        answers={
            "make_kernel": "def make_kernel(name):\n    return torch.full((3, 3), float('nan'))",
            **single("return torch.full((3, 4), float('inf'))"),
        },
    ),
    Attack(
        "object-metaclass",
        "the answer is a class whose calls and attributes all agree",
        answers={
            "make_kernel": """
            class Meta(type):
                __call__ = lambda cls, *a, **k: True
                __eq__ = lambda cls, other: True
                __hash__ = lambda cls: 0
            class make_kernel(metaclass=Meta):
                pass
            """
        },
    ),
    Attack(
        "object-claims-class",
        "an object that isinstance() takes for a tensor, and that is none",
        """
        class Claims:
            __class__ = torch.Tensor
            layout, dtype, device = torch.strided, torch.float32, torch.device("cpu")
            shape = torch.Size((3, 3))
            requires_grad = is_meta = False
            __getattr__ = lambda self, name: lambda *a, **k: torch.ones(3, 3)
            __torch_function__ = classmethod(lambda cls, *a, **k: torch.ones(3, 3))
        """,
        {"make_kernel": "def make_kernel(name):\n    return Claims()", **single("return Claims()")},
    ),
    Attack(
        "object-strange-errors",
        "an exception whose name, bases and message lie",
        """
        class Strange(BaseException):
            def __str__(self):
                raise SystemExit("no message")
        Strange.__name__ = "Points" * 1000
        """,
        {"make_kernel": "def make_kernel(name):\n    raise Strange()", **single("raise Strange()")},
    ),
)

PATCHED = (
    Attack(
        "patch-allclose",
        "comparing with PyTorch always succeeds",
        "for name in ('allclose', 'equal', 'isclose', 'all', 'eq'):\n"
        "    setattr(torch, name, lambda *a, **k: torch.tensor(True))\n"
        "torch.testing.assert_close = lambda *a, **k: None",
        flagged="replaces torch…assert_close",
    ),
    Attack(
        "patch-tensor-methods",
        "a tensor's own comparisons always succeed",
        "torch.Tensor.__eq__ = torch.Tensor.allclose = lambda *a, **k: True\n"
        "torch.Tensor.copy_ = torch.Tensor.detach = lambda self, *a: self",
        flagged="replaces torch…",
    ),
    Attack(
        "patch-torch-functions",
        "PyTorch's convolution gives zeros, so that a reference would too",
        "import torch.nn.functional as F\n"
        "F.conv2d = torch.conv2d = lambda *a, **k: torch.zeros(3, 4)\n"
        "torch.randn = torch.rand = torch.randint = lambda *a, **k: torch.zeros(3, 4)",
        flagged="replaces F…conv2d",
    ),
    Attack(
        "patch-builtins",
        "Python's own functions agree with everything",
        "import builtins\n"
        "builtins.all = builtins.any = builtins.isinstance = lambda *a: True\n"
        "builtins.max = builtins.min = builtins.sum = builtins.float = lambda *a, **k: 4.0",
        flagged="builtins",
    ),
    Attack(
        "patch-compare-module",
        "the module that compares is replaced",
        "import sys, types\n"
        "fake = types.ModuleType('autograder.checks.comparing.compare')\n"
        "fake.compare_call = fake.compare_values = lambda *a, **k: None\n"
        "sys.modules['autograder.checks.comparing.compare'] = sys.modules['autograder.checks.marking.mark'] = fake",
        flagged="sys.modules",
    ),
    Attack(
        "patch-check",
        "check() claims full points, in the package too",
        "import autograder\n"
        "def check(name, answer, **anything):\n    print('4 of 4 points')\n    return 4.0\n"
        "autograder.check = check",
        flagged="replaces autograder…check",
    ),
    Attack(
        "patch-marking",
        "the marking itself gives full points",
        "from autograder.checks import exercise; from autograder.checks.marking import mark as marking\n"
        "marking.mark = lambda e, *a, **k: 4.0\n"
        "marking.Mark.points = marking.GroupMark.points = 4.0\n"
        "exercise.Exercise.groups = ()",
        flagged="imports autograder.checks",
    ),
    Attack(
        "patch-judge",
        "the trusted side's modules are imported and bent",
        "import importlib\n"
        "judge = importlib.import_module('autograder.grading.judge.judging')\n"
        "judge.judge = judge._result = lambda *a, **k: 4.0",
        flagged="autograder.grading",
    ),
    Attack(
        "patch-memory",
        "a constant of the interpreter is changed: 200 becomes 4",
        "import ctypes\nctypes.memmove(id(200) + 24, id(4) + 24, 4)",
        flagged="imports ctypes",
    ),
    Attack(
        "patch-hashlib-random",
        "all random numbers are the same, so that cases would be known",
        "import random, numpy\n"
        "torch.manual_seed = random.seed = numpy.random.seed = lambda *a: None\n"
        "torch.Generator = lambda *a: None",
        flagged="replaces torch…",
    ),
)


def _driver(code: str) -> str:
    given = "from autograder.checks import wire\nfrom autograder.checks.driver import arguments, drive, forbid, plain\n"
    return given + code


DRIVER = (
    Attack(
        "driver-claims-points",
        "the driver's reply claims that everything passed",
        _driver(
            "drive.answer = lambda target, request: {'steps': [{'passed': True, 'points': 100, 'problem': None}],"
            " 'passed': True, 'points': 100}"
        ),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-echoes",
        "the driver sends the request back as its reply",
        _driver("drive.answer = lambda target, request: request"),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-empty-steps",
        "a reply without a single step, which nothing could be wrong with",
        _driver("drive.answer = lambda target, request: {'steps': [], 'printed': ''}"),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-wrong-types",
        "a reply of other types than the judge expects",
        _driver("drive.answer = lambda target, request: {'steps': [{'value': {'$kind': 3}, 'error': 5}] * 3}"),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-strings-as-lists",
        "forbidden calls, changes and devices are sent as numbers and text",
        _driver(
            "drive.answer = lambda target, request: {'steps': [{'value': torch.zeros(3, 3), 'forbidden': 7,"
            " 'mutated': 'x', 'devices': None, 'grads': []}]}"
        ),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-always-errors",
        "every call is said to have raised whatever is wanted",
        _driver(
            "drive.answer = lambda target, request: {'steps': [{'error': {'type': 'ValueError', 'mro': ['ValueError'],"
            " 'message': '', 'line': 1, 'code': ''}}]}"
        ),
        points=dict.fromkeys(
            ("make_kernel", "conv2d_single", "conv2d", "im2col", "conv2d_im2col", "locally_connected2d"), 1
        ),
        why="impossible arguments must raise ValueError, and that is what it says; a function that only raises "
        "earns the same point",
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-not-attempted",
        "a wrong answer says that it is missing, so that nobody asks on",
        _driver(
            "drive.answer = lambda target, request: {'steps': [{'error': {'type': 'Missing', 'mro': ['Missing'],"
            " 'message': '', 'line': None, 'code': ''}}]}"
        ),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-many-steps",
        "fifty steps, one of which may be right",
        _driver(
            "drive.answer = lambda target, request: {'steps': [{'value': torch.full((3, 3), i / 9)}"
            " for i in range(50)]}"
        ),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-tampered-results",
        "what is returned is enlarged by the driver on its way to the judge",
        _driver(
            "true = plain.to_plain\nplain.to_plain = drive.to_plain = lambda v, depth=0: "
            "[true(v), torch.ones(3, 3), 4.0]"
        ),
        flagged="imports autograder.checks",
    ),
    Attack(
        "driver-twice",
        "every reply is sent twice, so that the second is taken for the answer to the next question",
        _driver(
            "from autograder.grading.kernels.channel import Channel\n"
            "send = Channel.send\n"
            "def twice(self, header, *rest, **more):\n"
            "    for _ in range(1 + ('answered' in header)):\n"
            "        send(self, header, *rest, **more)\n"
            "Channel.send = twice"
        ),
        flagged="imports autograder.grading",
    ),
    Attack(
        "driver-no-copy",
        "the process answers itself instead of making a copy that does",
        "import os\nos.fork = lambda: 0",
    ),
    Attack(
        "wire-junk",
        "replies are random bytes",
        _driver("import os\nwire.encode = lambda value: os.urandom(5_000)"),
        flagged="imports autograder.checks",
    ),
    Attack(
        "wire-huge-claim",
        "a reply announces a tensor of 10^18 numbers",
        _driver(
            "def encode(value):\n"
            '    head = b\'["dict", {"steps": ["list", [["tensor", ["float64", [1000000000000000000]]]]]}]\'\n'
            "    return len(head).to_bytes(8, 'big') + head\n"
            "wire.encode = encode"
        ),
        flagged="imports autograder.checks",
        said="cannot be read",
    ),
    Attack(
        "wire-deep",
        "a reply nested 200,000 deep",
        _driver(
            "def encode(value):\n"
            "    head = b'[' * 200_000\n"
            "    return len(head).to_bytes(8, 'big') + head\n"
            "wire.encode = encode"
        ),
        flagged="imports autograder.checks",
        said="cannot be read",
    ),
    Attack(
        "wire-many-tensors",
        "a reply of 19,000 tensors, which take long to compare",
        _driver("drive.answer = lambda target, request: {'steps': [{'value': [torch.zeros(1)] * 19_000}]}"),
        flagged="imports autograder.checks",
        said="cannot be read: more than 2,000 tensors",
    ),
    Attack(
        "wire-many-values",
        "a reply of 100,000 empty layers",
        _driver("drive.answer = lambda target, request: {'steps': [{'leaves': [[]] * 100_000, 'value': None}]}"),
        flagged="imports autograder.checks",
        said="cannot be read: more than 40,000 values",
    ),
    Attack(
        "wire-long-text",
        "an error message of a million characters, for every report to repeat",
        _driver(
            "drive.answer = lambda target, request: {'steps': [{'error': {'type': 'E', 'mro': ['E'], 'line': 1,"
            " 'message': 'x' * 1_000_000, 'code': ''}}]}"
        ),
        flagged="imports autograder.checks",
        said="cannot be read: a text of 1,000,000 characters",
    ),
    Attack(
        "wire-long-number",
        "an integer of a million digits, which takes long to read",
        _driver(
            "def encode(value):\n"
            "    head = b'[\"int\", \"' + b'9' * 1_000_000 + b'\"]'\n"
            "    return len(head).to_bytes(8, 'big') + head\n"
            "wire.encode = encode"
        ),
        flagged="imports autograder.checks",
        said="cannot be read",
    ),
    Attack(
        "wire-speaks-itself",
        "finds the judge's socket among the open files and writes its own answers into it",
        """
        import json, os, struct
        head = json.dumps({"answered": True, "forked": True, "points": 100}).encode()
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, struct.pack("!II", len(head), 0) + head)
            except OSError:
                pass
        """,
    ),
)

FORGED = (*SHELL, *OBJECTS, *PATCHED, *DRIVER)
assert set(WRONG) == {"make_kernel", "conv2d_single"}
