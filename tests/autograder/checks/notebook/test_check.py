"""``check`` and ``preflight`` as a student meets them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from autograder.checks.notebook import check as api
from autograder.checks.notebook import own_notebook
from autograder.checks.notebook.check import check
from autograder.checks.notebook.cleanrun import missing_names
from autograder.checks.notebook.preflight import preflight


def standardize(image, mean, std):
    return (image - mean[:, None, None]) / std[:, None, None]


def test_text_is_the_plain_float_that_nbgrader_reads() -> None:
    report = check("standardize", standardize)
    assert repr(report) == "2.0"
    assert float(report) == report.points == 2.0
    assert report.passed
    assert "<div" in report._repr_html_()


def test_thorough_uses_fresh_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def spying(image, mean, std):
        seen.append(image.flatten()[0].item())
        return standardize(image, mean, std)

    check("standardize", spying)
    check("standardize", spying)
    visible = len(seen) // 2
    assert seen[:visible] == seen[visible:]
    seen.clear()
    check("standardize", spying, thorough=True)
    assert seen[0] not in set(seen[1:])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((standardize, "standardize"), "the name comes first"),
        (("standardise", standardize), "did you mean standardize?"),
        (("standardize", torch.zeros(3)), "without calling it"),
        (("standardize", None), "without calling it"),
        (("", standardize), "there is no exercise"),
    ],
)
def test_a_wrong_call_is_answered_in_words(arguments: tuple, words: str) -> None:
    report = check(*arguments)
    assert float(report) == 0
    assert words in str(report)
    assert "\n" not in str(report)


def test_a_noisy_right_answer_earns_full_points(capfd: pytest.CaptureFixture[str]) -> None:
    import warnings

    def noisy(image, mean, std):
        print("hello")
        sys.stderr.write("warning\n")
        warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
        return standardize(image, mean, std)

    assert check("standardize", noisy).passed
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import autograder", ("torch", "torchvision", "nbgrader", "pydantic", "matplotlib")),
        ("from autograder import check", ("torchvision", "nbgrader", "pydantic", "matplotlib", "IPython")),
    ],
)
def test_importing_the_package_is_cheap(statement: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "last", {})


@pytest.mark.usefixtures("session")
def test_preflight_from_the_session_alone() -> None:
    assert "No check has run" in str(preflight())
    assert "0 of 0" not in str(preflight()) + preflight()._repr_html_()
    check("standardize", lambda i, m, s: i)
    listed = preflight()
    assert listed.points == 0
    assert listed.max_points == 2
    assert "standardize: 0 of 2 points" in str(listed)
    assert "cannot be seen" in str(listed)
    assert "Restart session and run all" in str(listed)


@pytest.mark.usefixtures("session")
def test_preflight_that_sees_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    def cell(kind: str, source: str, grade_id: str = "") -> dict:
        return {"cell_type": kind, "source": source, "metadata": {"nbgrader": {"grade_id": grade_id}}}

    cells = [
        cell("code", "import torch"),
        cell("markdown", "*Write your answer here.*", "why"),
        cell("code", "y = x + 1"),
    ]
    notebook = {"cells": cells, "metadata": {"autograder": {"unit": "00_start_here"}}}
    monkeypatch.setattr("autograder.checks.notebook.preflight.own_notebook", lambda: notebook)
    text = str(preflight())
    assert "standardize: its check has not run" in text
    assert "1 written question has no answer yet: why." in text
    assert "Code cell 2 uses x, which no cell above it defines" in text
    assert "&lt;" not in preflight()._repr_html_()


def test_the_notebook_is_read_from_jupyters_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": []}))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    assert own_notebook.own_notebook() is None or own_notebook.own_notebook() == {"cells": []}
    path.write_text("{broken")
    assert own_notebook.own_notebook() is None


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (["a = 1", "b = a"], {}),
        (["b = a", "a = 1"], {1: ("a",)}),
        (["def f():\n    return later", "later = 1"], {}),
        (["x = [i for i in range(3)]", "print(i)"], {2: ("i",)}),
        (["for k in range(2):\n    pass", "k"], {}),
        (["from math import *", "pi"], {}),
        (["!pip install x\n%matplotlib inline\nimport os as o", "o.name"], {}),
        (["try:\n    q\nexcept NameError as e:\n    print(e)"], {1: ("q",)}),
        (["with open('f') as f:\n    t = f.read()", "t"], {}),
        (["class A(Base):\n    y = later"], {1: ("Base",)}),
        (["this is no python", "z"], {2: ("z",)}),
        (["(n := 3)\nn", "lambda: unknown"], {}),
        (["%%bash\necho $x", "import a.b", "a.b.c"], {}),
    ],
)
def test_names_that_no_cell_above_defines(cells: list[str], missing: dict[int, tuple[str, ...]]) -> None:
    assert {m.cell: m.names for m in missing_names(cells)} == missing
