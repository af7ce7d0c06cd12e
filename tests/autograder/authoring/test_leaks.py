"""Planted leaks are found and named; what gives nothing away is let through."""

from __future__ import annotations

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.authoring.leaks import check_release, secret_lines
from autograder.errors import LeakError

UNIT = "00_first"


@pytest.fixture
def pair(course_builder):
    """A solution and its clean release."""
    builder = course_builder()
    unit = builder.course.unit(UNIT)
    return builder.make("solution", unit), builder.make("assignment", unit)


def refusal(solution, release) -> str:
    with pytest.raises(LeakError) as caught:
        check_release(solution, release, "release")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell("Hint\n\n`doubled_number = number + number`"),
        new_markdown_cell("Hint\n\nWrite   doubled_number=number+number."),
        new_code_cell("x = 1\n#     doubled_number = number + number"),
        new_code_cell(
            "x = 1\ndoubled_number = (\n    1\n)\ndoubled_number = number \\\n  + number".replace("\\\n", "\n")
        ),
        new_code_cell('x = 1\ny = 2; check("double", double, thorough=True)'),
        new_markdown_cell("Think.\n\nBecause adding a number to itself counts it twice."),
    ],
    ids=["in prose", "respaced", "commented", "broken over lines", "hidden test", "written answer"],
)
def test_a_line_of_an_answer_is_found_with_its_cell_and_line(pair, cell):
    solution, release = pair
    cell.id = "planted"
    release.cells.insert(2, cell)
    message = refusal(solution, release)
    assert "cell 'planted', line" in message
    assert ", line 1 " not in message


def test_a_line_in_the_metadata_is_found(pair):
    solution, release = pair
    release.cells[3].metadata.note = {"key": ['print("x"); doubled_number = number + number']}
    assert "in its metadata" in refusal(solution, release)


def test_a_region_that_was_not_cleared_is_found(pair):
    solution, release = pair
    answer = next(index for index, cell in enumerate(solution.cells) if cell.id == "u00-double")
    release.cells[answer] = copy.deepcopy(solution.cells[answer])
    assert "line 3 still holds a marker: '### BEGIN SOLUTION'" in refusal(solution, release)


@pytest.mark.parametrize("change", [{"outputs": [new_output("stream", text="4")]}, {"execution_count": 1}])
def test_an_output_is_found(pair, change):
    solution, release = pair
    release.cells.append(new_code_cell("2 + 2", id="ran", **change))
    assert "cell 'ran' holds an output" in refusal(solution, release)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("class Layer:\n    raise NotImplementedError('write Layer here')", "line 2: the blank is outside a function"),
        ("raise NotImplementedError('write it here')", "line 1: the blank is outside a function"),
        ("def double(x):\n    return x", "has no blank"),
        ("def double(x:\n    raise NotImplementedError('…')", "not valid Python"),
    ],
)
def test_a_blank_that_would_not_work_is_refused(pair, source, said):
    solution, release = pair
    next(cell for cell in release.cells if cell.id == "u00-double").source = source
    message = refusal(solution, release)
    assert "cell 'u00-double'" in message
    assert said in message


def test_a_class_with_blanks_in_its_methods_passes(pair):
    solution, release = pair
    source = "class Layer:\n    def forward(self, x):\n        raise NotImplementedError('write Layer here')"
    next(cell for cell in release.cells if cell.id == "u00-double").source = source
    check_release(solution, release, "release")


@pytest.mark.parametrize(
    "line",
    [
        "import torch.nn.functional as F",
        "def helper_of_mine(x, kernel_size):",
        "return the_whole_result, and_its_cost",
        "self.kernel_size = kernel_size",
        "batch, channels, height, width = images.shape",
        "super().__init__()",
        "@torch.no_grad()",
        "x = x.relu()",
        "# " + "-" * 40,
    ],
)
def test_a_line_that_says_nothing_is_no_secret(line):
    cell = new_code_cell(f"### BEGIN SOLUTION\n{line}\n### END SOLUTION")
    assert list(secret_lines(cell)) == []


@pytest.mark.parametrize(
    "line",
    [
        "return torch.relu(self.norm(x) + x)",
        "raise ValueError(f'kernel {k} is larger than {n}')",
        "from_left = x[..., : -k] + 1",
        "# the window slides over the padded input",
        "out[:, c] = (windows * w[c]).sum((-2, -1))",
    ],
)
def test_a_line_that_tells_something_is_a_secret(line):
    cell = new_code_cell(f"### BEGIN SOLUTION\n    {line}\n### END SOLUTION")
    assert len(list(secret_lines(cell))) == 1
