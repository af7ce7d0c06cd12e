"""Which cells run."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.run.needed import imports, is_tests, without_demonstrations

ANSWER = {"nbgrader": {"solution": True, "grade": False}}


def notebook(*sources: str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)])


def left_out(*sources: str, own: str = "") -> list[int]:
    """Which of our cells need not run before a cell of the student's own."""
    given = notebook(*sources)
    return sorted(without_demonstrations(notebook(*sources, own), given))


def test_a_cell_that_only_shows_is_left_out() -> None:
    demonstration = "x = torch.ones(3)\nshow.kernel(x)\nprint(x)\nassert x.sum() == 3"
    assert left_out("import torch", demonstration, own="torch.ones(3)") == [1]


def test_names_used_by_what_runs_are_defined() -> None:
    assert left_out("size = 3", "unused = 4", own="def f(x):\n    return x * size") == [1]


def test_demonstrations_may_feed_one_another() -> None:
    assert left_out("image = load()", "edges = filtered(image)", "show.grid(edges)") == [0, 1, 2]


def test_a_chain_of_demonstrations_runs_when_its_end_is_used() -> None:
    assert left_out("image = load()", "edges = filtered(image)", own="edges.mean()") == []


@pytest.mark.parametrize(
    "own",
    [
        "def f(image):\n    kernel = image\n    return kernel",
        "[kernel for kernel in range(3)]",
        "image, kernel = 1, 2\nprint(image + kernel)",
        "for image in range(3):\n    print(image)",
        "def image(): pass\nimage()",
        "import kernel\nkernel.run()",
        "f = lambda image: image",
    ],
)
def test_names_of_its_own_are_not_taken_from_demonstrations(own: str) -> None:
    assert left_out("image = 1\nkernel = 2", own=own) == [0]


def test_what_only_cells_before_it_read_is_not_needed() -> None:
    assert left_out("image = 1\nprint(image)", "image = 2", own="size = 3") == [0, 1]
    setup, later = "import os\nif os.name:\n    image = 2\nimage.size = 3", "image = 1"
    cells = notebook(setup, "keep = 1", later, "print(keep)")
    assert without_demonstrations(cells, notebook("", "", later)) == {2}


def test_what_a_function_reads_that_stands_before_it_is_needed() -> None:
    cells = notebook("def f():\n    return image", "image = 1")
    assert without_demonstrations(cells, notebook("", "image = 1")) == frozenset()


@pytest.mark.parametrize(
    "own",
    [
        "image = 3\ndef f():\n    return image",
        "def f(x=image): pass",
        "class Net(image): pass",
        "class Net:\n    size = image",
        "[x for x in image]",
        "[image for x in range(3)]",
        "image += 1",
        "image[0] = 1",
        "image.size = 1",
        "print(image)\nimage = 2",
        "if late:\n    image = 2\nprint(image)",
        "@image\ndef f(): pass",
        "def f():\n    global image\n    image += 1",
        "del image",
        "globals()['image']",
        "%timeit f(image)",
        "eval('image')",
    ],
)
def test_names_that_may_come_from_a_demonstration_are_defined(own: str) -> None:
    assert left_out("image = 1", own=own) == []


LATER = "def answer(x):\n    return helper(torch, x, model, table, Net, settings)"


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "from nets import Net",
        "torch.set_default_dtype(torch.float64)",
        "torch.backends.flag = False",
        "model.add_(1)",
        "y = model.weight.copy_(table)",
        "model[0] = 1",
        "model[0].weight += 1",
        "settings.depth = 2",
        "table.append(3)",
        "train(model)",
        "train(data=[model])",
        "setattr(settings, 'depth', 2)",
        "class Net: pass",
        "def helper(): pass",
        "for model in range(3): print(model)",
        "with opened() as table: pass",
        "y = (model := 3)",
        "del table",
        "%matplotlib inline",
        "globals()['model'] = 3",
        "exec('model = 3')",
    ],
)
def test_what_may_change_something_that_is_used_runs(source: str) -> None:
    assert left_out(source, own=LATER) == []


@pytest.mark.parametrize(
    "source",
    [
        "torch.manual_seed(0)\nprint(torch.rand(3))",
        "with suppress(NotImplementedError):\n    found = answer(3)\n    show.picture(found, 'what it found')",
        "grid = torch.zeros(3, 3)\ngrid[1:2] = 5\ngrid.add_(1)\nprint(grid)",
        "x = torch.ones(3).requires_grad_()\nx.sum().backward()",
        "import time\nstart = time.time()\nanswer(3)\nprint(time.time() - start)",
        "noise = torch.randn(3, generator=torch.Generator().manual_seed(2))",
        "plt.plot([1, 2])\nplt.show()",
        "net = build()\ntrain(net)",
    ],
)
def test_what_works_on_its_own_things_is_left_out(source: str) -> None:
    assert left_out(source, own=LATER) == [0]


def test_only_our_own_unchanged_cells_are_left_out() -> None:
    release = notebook("print(1)", "print(2)")
    submitted = notebook("print(1)", "print('changed')", "print('own')")
    assert without_demonstrations(submitted, release) == {0}


def test_answers_always_run() -> None:
    release = new_notebook(cells=[new_code_cell("x = 1", id="a", metadata=ANSWER)])
    assert without_demonstrations(release, release) == frozenset()


def test_tests_cells_are_told_by_role_or_exercise() -> None:
    assert is_tests(new_code_cell("", metadata={"autograder": {"exercise": "conv2d"}}))
    assert is_tests(new_code_cell("", metadata={"nbgrader": {"grade": True, "solution": False}}))
    assert not is_tests(new_code_cell("", metadata={"nbgrader": {"grade": True, "solution": True}}))
    assert not is_tests(new_code_cell(""))


def test_imports_of_the_course_are_found() -> None:
    given = notebook(
        "import torch.nn.functional as F\nfrom convlab import show", "import os, torchvision", "from torch import *"
    )
    given.cells.append(new_markdown_cell("import numpy"))
    assert imports(given) == ("torch.nn.functional", "convlab", "convlab.show", "torchvision", "torch")
