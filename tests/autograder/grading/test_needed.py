"""Which cells run."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.needed import imports, is_tests, without_demonstrations

ANSWER = {"nbgrader": {"solution": True, "grade": False}}


def notebook(*sources: str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)])


def left_out(*sources: str) -> list[int]:
    given = notebook(*sources)
    return sorted(without_demonstrations(given, given))


def test_a_cell_that_only_shows_is_left_out() -> None:
    assert left_out("import torch", "x = torch.ones(3)\nshow.kernel(x)\nprint(x)\nassert x.sum() == 3") == [1]


def test_names_used_by_what_runs_are_defined() -> None:
    assert left_out("size = 3", "def f(x):\n    return x * size") == []


def test_demonstrations_may_feed_one_another() -> None:
    assert left_out("image = load()", "edges = filtered(image)", "show.grid(edges)") == [0, 1, 2]


def test_a_chain_of_demonstrations_runs_when_its_end_is_used() -> None:
    assert left_out("image = load()", "edges = filtered(image)", "def f():\n    return edges") == []


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "torch.manual_seed(0)",
        "generator = torch.manual_seed(0)",
        "x.add_(1)\nprint(x)",
        "x[0] = 1",
        "settings.depth = 2",
        "class Net: pass",
        "def helper(): pass",
        "for i in range(3): print(i)",
        "%matplotlib inline",
        "y = (z := 3)",
        "train(model)",
        "x = layer.copy_(y)",
    ],
)
def test_what_may_have_effects_runs(source: str) -> None:
    assert left_out(source) == []


def test_only_our_own_unchanged_cells_are_left_out() -> None:
    release = notebook("print(1)", "print(2)")
    submitted = notebook("print(1)", "print('changed')", "print('own')")
    assert without_demonstrations(submitted, release) == {0}


def test_answers_always_run() -> None:
    release = new_notebook(cells=[new_code_cell("x = 1", id="a", metadata=ANSWER)])
    assert without_demonstrations(release, release) == frozenset()


def test_names_in_cells_that_cannot_be_read_count_as_used() -> None:
    assert left_out("image = 3", "other = 4", "%timeit f(image)") == [1]


def test_names_looked_up_as_text_count_as_used() -> None:
    assert left_out("image = 3", "def f():\n    return globals()['image']") == []


def test_tests_cells_are_told_by_role_or_exercise() -> None:
    assert is_tests(new_code_cell("", metadata={"autograder": {"exercise": "conv2d"}}))
    assert is_tests(new_code_cell("", metadata={"nbgrader": {"grade": True, "solution": False}}))
    assert not is_tests(new_code_cell("", metadata={"nbgrader": {"grade": True, "solution": True}}))
    assert not is_tests(new_code_cell(""))


def test_imports_of_the_course_are_found() -> None:
    given = notebook(
        "import torch.nn.functional as F\nfrom convlab import show", "import os, torchvision", "import torch"
    )
    given.cells.append(new_markdown_cell("import numpy"))
    assert imports(given) == ("torch.nn.functional", "convlab", "torchvision", "torch")
