"""A typing error in a header is refused with its line instead of being ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.source import read_source
from autograder.errors import SourceError

HEAD = "# %% [markdown]\n# Text.\n\n"


def read(folder: Path, text: str) -> list:
    (folder / "unit.py").write_text(text, encoding="utf-8")
    return read_source(folder, Path("unit.py"))


def test_cells_know_role_text_and_line(tmp_path):
    cells = read(tmp_path, HEAD + '# %% role="solution" grade_id="double"\ndef double(x):\n    return 2 * x\n')
    assert [(cell.kind, cell.role, cell.where) for cell in cells] == [
        ("markdown", None, "unit.py:1"),
        ("code", "solution", "unit.py:4"),
    ]
    assert cells[1].text == "def double(x):\n    return 2 * x"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ('# %% role="solution"', "grade_id"),
        ('# %% role="answer" grade_id="x"', "expected one of solution, tests, manual, readonly"),
        ('# %% rol="solution"', "unknown option"),
        ('# %% grade_id="x"', "does not belong"),
        ('# %% role="solution" grade_id="x" points=2', "does not belong"),
        ('# %% role="solution" grade_id="two words"', "expected a letter"),
        ('# %% [markdown] role="manual" grade_id="why" points=0', "above 0"),
        ('# %% [markdown] role="manual" grade_id="why" points="two"', "above 0"),
        ('# %% role="manual" grade_id="why" points=1', "[markdown]"),
        ('# %% [markdown] role="tests" exercise="x"', "expected a code cell"),
        ('# %% tags=["lively"]', "expected a list of live"),
        ("# %% tags=[live]", "cannot read 'tags=[live]'"),
        ("# %% a title", "unknown option 'title'"),
    ],
)
def test_a_header_that_cannot_be_meant_is_refused(tmp_path, header, said):
    with pytest.raises(SourceError, match=r"^unit\.py:4: ") as caught:
        read(tmp_path, f"{HEAD}{header}\n")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tags_that_are_no_list_are_refused(tmp_path):
    with pytest.raises(SourceError, match=r"^unit\.py: .*'live' is not of type 'array'"):
        read(tmp_path, f'{HEAD}# %% tags="live"\n')


def test_a_tests_cell_with_code_is_refused(tmp_path):
    with pytest.raises(SourceError, match="leave it empty"):
        read(tmp_path, '# %% role="tests" exercise="x"\nassert True\n')


@pytest.mark.parametrize("text", ["", "x = 1\n", "x = 1\n# %%\ny = 2\n", "# ---\n# a: b\n# ---\n"])
def test_a_file_that_does_not_start_with_a_header_is_refused(tmp_path, text):
    with pytest.raises(SourceError, match=r"^unit\.py:1: expected"):
        read(tmp_path, text)


def test_an_unreadable_file_is_refused(tmp_path):
    (tmp_path / "unit.py").write_bytes(b"# %%\n\xff\xfe")
    with pytest.raises(SourceError, match="cannot be read"):
        read_source(tmp_path, Path("unit.py"))
    with pytest.raises(SourceError, match="cannot be read"):
        read_source(tmp_path, Path("missing.py"))
