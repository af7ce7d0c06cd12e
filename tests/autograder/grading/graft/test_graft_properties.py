"""Whatever is done to the cells of a submission, each answer is found exactly once or reported missing."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from autograder.grading.collect.cleaning import clean
from autograder.grading.graft import Grafted, graft

from ..collect.tiny import ANSWERS, BLANKS, WRITTEN, answered, cell_of, release

Change = Callable[[NotebookNode, random.Random], None]


def full() -> NotebookNode:
    """Everything answered, each answer with its own name in it."""
    made = answered()
    for name in WRITTEN:
        cell_of(made, name).source = f"**{name}** because of reasons that only {name} has"
    return made


def shuffle(notebook: NotebookNode, luck: random.Random) -> None:
    luck.shuffle(notebook.cells)


def move_one(notebook: NotebookNode, luck: random.Random) -> None:
    if notebook.cells:
        notebook.cells.insert(
            luck.randrange(len(notebook.cells)), notebook.cells.pop(luck.randrange(len(notebook.cells)))
        )


def duplicate(notebook: NotebookNode, luck: random.Random) -> None:
    if notebook.cells:
        twin = copy.deepcopy(luck.choice(notebook.cells))
        twin.id = f"twin-{luck.random()}".replace(".", "")
        notebook.cells.insert(luck.randrange(len(notebook.cells) + 1), twin)


def paste_blank(notebook: NotebookNode, luck: random.Random) -> None:
    notebook.cells.insert(luck.randrange(len(notebook.cells) + 1), luck.choice(release().cells))


def delete(notebook: NotebookNode, luck: random.Random) -> None:
    if notebook.cells:
        notebook.cells.pop(luck.randrange(len(notebook.cells)))


def strip_grader(notebook: NotebookNode, luck: random.Random) -> None:
    for cell in notebook.cells:
        if luck.random() < 0.5:
            cell.metadata.pop("nbgrader", None)


def strip_all(notebook: NotebookNode, luck: random.Random) -> None:
    for number, cell in enumerate(notebook.cells):
        if luck.random() < 0.5:
            cell.metadata, cell.id = NotebookNode(), f"new-{number}-{luck.randrange(10**9)}"


def add_own(notebook: NotebookNode, luck: random.Random) -> None:
    source = luck.choice(
        ["import os", "print(double(2))", "x = 1\n%time x", "def helper():\n    pass", "((", "%%bash\nls"]
    )
    notebook.cells.insert(luck.randrange(len(notebook.cells) + 1), nbformat.v4.new_code_cell(source))


def toggle(notebook: NotebookNode, luck: random.Random) -> None:
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    if marked:
        luck.choice(marked).cell_type = luck.choice(["raw", "markdown", "code", "nonsense"])


def garble(notebook: NotebookNode, luck: random.Random) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and luck.random() < 0.3:
            key = luck.choice(["grade", "solution", "locked", "points", "schema_version", "extra"])
            cell.metadata.nbgrader[key] = luck.choice([True, False, None, 7, "x"])


CHANGES: list[Change] = [
    shuffle, move_one, duplicate, paste_blank, delete, strip_grader, strip_all, add_own, toggle, garble,
]  # fmt: skip


def check_sound(grafted: Grafted) -> None:
    nbformat.validate(grafted.notebook)
    given = [cell for cell in grafted.notebook.cells if not cell.id.startswith("student-")]
    assert [cell.id for cell in given] == [cell.id for cell in release().cells]
    assert [cell.metadata for cell in given] == [cell.metadata for cell in release().cells]
    assert [match.grade_id for match in grafted.matches] == [*BLANKS, *WRITTEN]
    used = [match.cell for match in grafted.matches if match.cell is not None and not match.note]
    assert len(used) == len(set(used))


def check_answers(grafted: Grafted, submission: NotebookNode) -> None:
    there = [cell.source for cell in submission.cells]
    as_code = [cell.source for cell in submission.cells if cell.cell_type == "code"]
    for match in grafted.matches:
        found = cell_of(grafted.notebook, match.grade_id).source
        wanted = ANSWERS.get(match.grade_id)
        if wanted is not None:
            assert found in (wanted, BLANKS[match.grade_id])
            if wanted in as_code:
                assert found == wanted, "an answer was lost"
            assert match.attempted == (found == wanted)
        elif match.attempted and match.how != "similarity":
            assert match.grade_id in found, "another question's answer was taken"
        assert match.attempted or match.how != "missing" or found == cell_of(release(), match.grade_id).source
        if match.how == "missing":
            assert wanted not in as_code
        assert not match.attempted or found in there


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(CHANGES), max_size=8), st.integers(0, 10**6))
def test_each_answer_is_found_once_or_reported_missing(changes: list[Change], seed: int) -> None:
    submission, luck = full(), random.Random(seed)
    for change in changes:
        change(submission, luck)
    grafted = graft(submission, release())
    check_sound(grafted)
    check_answers(grafted, clean(submission))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(CHANGES), max_size=5), st.integers(0, 10**6))
def test_grafting_a_graft_changes_no_code(changes: list[Change], seed: int) -> None:
    submission, luck = full(), random.Random(seed)
    for change in changes:
        change(submission, luck)
    once = graft(submission, release()).notebook
    again = graft(once, release()).notebook
    given = [cell for cell in once.cells if not cell.id.startswith("student-") and cell.cell_type == "code"]
    kept = [cell for cell in again.cells if not cell.id.startswith("student-") and cell.cell_type == "code"]
    assert kept == given


@pytest.mark.parametrize("change", [shuffle, strip_grader, strip_all])
@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_when_nothing_is_deleted(change: Change, seed: int) -> None:
    submission = full()
    change(submission, random.Random(seed))
    grafted = graft(submission, release())
    assert all(match.attempted for match in grafted.matches[: len(ANSWERS)])
    assert [cell_of(grafted.notebook, name).source for name in ANSWERS] == list(ANSWERS.values())
