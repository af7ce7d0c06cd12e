"""What is pointed out to a person, and what honest notebooks may do without being pointed at."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.judge.evidence import MOST, suspicions

from ..records import marked


def flags(source: str, **rules: bool) -> tuple[str, ...]:
    return suspicions(new_notebook(cells=[marked(new_code_cell(source), "conv2d", **rules)]))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import sys\nsys._getframe(1).f_locals", "walks stack frames (_getframe)"),
        ("import gc\n[o for o in gc.get_objects()]", "searches the memory of its process (get_objects)"),
        ("import torch\ntorch.allclose = lambda *a, **k: True", "replaces torch…allclose"),
        ("F.conv2d = mine", "replaces F…conv2d"),
        ("get_ipython().input_transformers_cleanup.append(f)", "rewrites the cells that run after it"),
        ("get_ipython().ast_transformers.append(f)", "rewrites the cells that run after it"),
        ("import sys\nsys.modules['torch'] = fake", "reaches into sys.modules"),
        ("from autograder.checks.units import x", "imports autograder.checks.units"),
        ("open('../../../gradebook.db')", "names the path 'gradebook.db'"),
        ("open('/proc/self/maps')", "names the path '/proc/'"),
        ("import ctypes", "imports ctypes"),
        ("exec(open('x').read())", "calls exec()"),
    ],
)
def test_attempts_are_pointed_out(source: str, words: str) -> None:
    found = flags(source, solution=True)
    assert any(words in flag for flag in found), found
    assert all(flag.startswith("conv2d: its code ") for flag in found)


@pytest.mark.parametrize(
    "source",
    [
        "import gc\ngc.collect()",
        "import inspect\ninspect.signature(conv2d)",
        "!pip install torch\n%matplotlib inline\nx = 1",
        "model.eval()\nself.weight = torch.nn.Parameter(w)",
        "import subprocess\nfrom autograder import check",
        "%%bash\nls",
        "def f(:\n",
        "x" * 10,
        "",
    ],
)
def test_honest_code_is_not(source: str) -> None:
    assert flags(source, solution=True) == ()


def test_the_releases_own_cells_are_not_read() -> None:
    assert flags("import builtins", locked=True) == ()


def test_a_submission_is_not_a_list_without_end() -> None:
    source = "\n".join(f"torch.a{number} = 1" for number in range(100))
    assert len(flags(source)) == MOST


def test_code_too_long_to_read_is_said_to_be() -> None:
    assert "was not read" in flags("x = 1\n" * 50_000)[0]
