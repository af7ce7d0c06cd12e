"""The solution notebook: nbgrader's schema to the letter, points from the exercise, nothing out of order."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.errors import SourceError

UNIT = "00_first"
ANSWER = """\
# %% role="solution" grade_id="double"
def double(x):
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION
"""
TESTS = '# %% role="tests" exercise="double"\n'


def made(builder, kind="solution"):
    return builder.make(kind, builder.course.unit(UNIT))


def graded(notebook):
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.mark.parametrize("kind", ["solution", "assignment"])
def test_metadata_are_nbgraders_schema_and_nothing_more(course_builder, kind):
    notebook = made(course_builder(), kind)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    roles = {
        name: tuple(bool(cell.metadata.nbgrader[key]) for key in ("grade", "solution", "locked", "task"))
        for name, cell in graded(notebook).items()
    }
    assert roles == {
        "set-up": (False, False, True, False),
        "double": (False, True, False, False),
        "double-tests": (True, False, True, False),
        "why": (True, True, False, False),
        "preflight": (False, False, True, False),
    }
    assert all(cell.metadata.nbgrader.schema_version == 3 for cell in graded(notebook).values())


def test_the_tests_cell_is_written_from_the_exercise(course_builder):
    tests = graded(made(course_builder()))["double-tests"]
    assert tests.metadata.nbgrader.points == 3.0
    assert tests.metadata.autograder == {"exercise": "double"}
    assert tests.source.splitlines() == [
        'check("double", double)',
        "### BEGIN HIDDEN TESTS",
        'check("double", double, thorough=True)',
        "### END HIDDEN TESTS",
    ]


def test_a_written_question_keeps_the_points_of_its_header(course_builder):
    assert graded(made(course_builder()))["why"].metadata.nbgrader.points == 2


@pytest.mark.parametrize("kind", ["solution", "assignment"])
def test_every_cell_has_one_stable_id_in_both_places(course_builder, kind):
    notebook = made(course_builder(), kind)
    ids = [cell.id for cell in notebook.cells]
    assert ids == [cell.metadata.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert "u00-double-tests" in ids


def test_an_edit_elsewhere_keeps_the_ids(course_builder):
    before = [cell.id for cell in made(course_builder()).cells]
    builder = course_builder()
    source = builder.source("solution", UNIT)
    text = source.read_text().replace("# %%\nimport math", "# %%\nimport math\n\n# %%\nimport time")
    source.write_text(text)
    after = [cell.id for cell in made(builder).cells]
    assert [one for one in after if one in before] == before
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TESTS + ANSWER, "without an answer"),
        (ANSWER + ANSWER, "used twice, first at sources/assignments/00_first.py:1"),
        (ANSWER + TESTS.replace("double", "halve"), "without an answer"),
        ('# %% role="readonly" grade_id="preflight"\n', "used twice"),
        (ANSWER.replace("double", "treble") + TESTS.replace("double", "treble"), "no exercise called 'treble'"),
        (ANSWER.replace("double", "halve") + TESTS.replace("double", "halve"), "belongs to 01_second"),
        ('# %% tags=["live"]\nx = 1\n', "belong to lectures"),
        ("# %% [markdown]\n# # A title\n", "start with ##"),
    ],
)
def test_what_does_not_make_an_assignment_is_refused_with_its_line(course_builder, text, said):
    with pytest.raises(SourceError, match=r"^sources/assignments/00_first\.py:\d+: ") as caught:
        made(course_builder(text))
    assert said in str(caught.value)
