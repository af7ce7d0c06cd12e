"""Answers land in the pristine notebook, each in its own place, whatever happened to the student's file."""

from __future__ import annotations

import copy
from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.grading.graft import Grafted, Match, graft
from autograder.grading.graft.similarity import Likeness, clear_best

from ..collect.tiny import (
    ANSWERS,
    BLANKS,
    SETUP,
    WRITTEN,
    answered,
    as_colab,
    cell_of,
    place_of,
    release,
    without_marks,
)


def match_of(grafted: Grafted, grade_id: str) -> Match:
    (found,) = [match for match in grafted.matches if match.grade_id == grade_id]
    return found


def sound(grafted: Grafted) -> Grafted:
    """Check what holds for every graft, and hand it back."""
    nbformat.validate(grafted.notebook)
    assert (grafted.notebook.nbformat, grafted.notebook.nbformat_minor) == (4, 5)
    given = [cell for cell in grafted.notebook.cells if not cell.id.startswith("student-")]
    for ours, pristine in zip(given, release().cells, strict=True):
        assert (ours.id, ours.metadata, ours.cell_type) == (pristine.id, pristine.metadata, pristine.cell_type)
        entry = pristine.metadata.get("nbgrader", {})
        if entry.get("locked"):
            assert ours.source == pristine.source
    assert [match.grade_id for match in grafted.matches] == [*BLANKS, *WRITTEN]
    return grafted


def put(notebook: NotebookNode) -> Grafted:
    return sound(graft(notebook, release()))


def insert(
    notebook: NotebookNode, place: int, source: str, make: Callable[[str], NotebookNode] = new_code_cell
) -> None:
    notebook.cells.insert(place, make(source))


def run_up_to(grafted: Grafted, grade_id: str) -> dict[str, object]:
    """Execute the code in front of a test, to see what that test would meet."""
    scope: dict[str, object] = {"check": lambda name, target: 0.0}
    for cell in grafted.notebook.cells[: place_of(grafted.notebook, grade_id)]:
        if cell.cell_type == "code" and cell.id not in ("u90-setup", "u90-play"):
            exec(cell.source, scope)
    return scope


def test_marked_answers_are_found_by_their_grade_ids() -> None:
    grafted = put(answered())
    for name, answer in ANSWERS.items():
        assert cell_of(grafted.notebook, name).source == answer
        assert match_of(grafted, name) == Match(name, "grade_id", 1.0, place_of(release(), name), True)
    assert grafted.notes == ()


def test_an_untouched_notebook_comes_back_as_it_was_given_out() -> None:
    grafted = put(release())
    assert grafted.notebook == release()
    assert not any(match.attempted for match in grafted.matches)


def test_neither_argument_is_changed() -> None:
    submission, pristine = answered(), release()
    before = copy.deepcopy((submission, pristine))
    graft(submission, pristine)
    assert (submission, pristine) == before


def test_colab_keeps_only_the_id_in_the_metadata() -> None:
    saved = as_colab(answered())
    for cell in saved["cells"]:
        cell["metadata"].pop("nbgrader", None)
    grafted = put(nbformat.from_dict(saved))
    assert [match_of(grafted, name).how for name in ANSWERS] == ["id"] * 3
    assert [cell_of(grafted.notebook, name).source for name in ANSWERS] == list(ANSWERS.values())


def test_with_all_metadata_lost_answers_are_found_by_name() -> None:
    submission = answered()
    cell_of(submission, "why-share").source = "**Why share?**\n\nBecause a pattern can be anywhere."
    cell_of(submission, "why-pool").source = "To forget where exactly it was."
    grafted = put(without_marks(submission))
    assert [match_of(grafted, name).how for name in ANSWERS] == ["name"] * 3
    assert cell_of(grafted.notebook, "why-share").source.endswith("anywhere.")
    assert cell_of(grafted.notebook, "why-pool").source == "To forget where exactly it was."
    assert match_of(grafted, "why-pool").how == "similarity"
    assert len(grafted.notebook.cells) == len(release().cells)


def test_an_untouched_notebook_without_metadata_is_not_taken_for_an_attempt() -> None:
    grafted = put(without_marks(release()))
    assert grafted.notebook == release()
    assert not any(match.attempted for match in grafted.matches)


def test_own_cells_keep_their_place() -> None:
    submission = answered()
    cell_of(submission, "why-pool").source = "answered"
    insert(submission, place_of(submission, "double"), "factor = 2")
    insert(submission, place_of(submission, "double-tests"), "print(double(4))")
    insert(submission, len(submission.cells), "thoughts", new_markdown_cell)
    insert(submission, 0, "raw notes", new_raw_cell)
    grafted = put(submission)
    assert [cell.source for cell in grafted.notebook.cells] == [cell.source for cell in submission.cells]


def test_the_last_filled_in_copy_of_a_duplicated_cell_counts() -> None:
    submission = answered()
    at = place_of(submission, "double")
    second, blank = copy.deepcopy(submission.cells[at]), copy.deepcopy(release().cells[at])
    second.source = "def double(x):\n    return 2 * x"
    submission.cells[at + 1 : at + 1] = [second, blank]
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == second.source
    assert match_of(grafted, "double").cell == at + 1
    assert "last of 2" in match_of(grafted, "double").note
    assert run_up_to(grafted, "double-tests")["double"](21) == 42  # type: ignore[operator]


def test_a_split_cell_keeps_both_halves() -> None:
    submission = answered()
    at = place_of(submission, "double")
    first, second = copy.deepcopy(submission.cells[at]), copy.deepcopy(submission.cells[at])
    first.source, second.source = "def double(x):\n    return helper(x)", "def helper(x):\n    return 2 * x"
    submission.cells[at : at + 1] = [first, second]
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == first.source
    assert run_up_to(grafted, "double-tests")["double"](21) == 42  # type: ignore[operator]


@pytest.mark.parametrize("behind", ["double", "double-tests", "why-pool"])
def test_an_answer_in_a_new_cell_below_is_found_with_what_it_needs(behind: str) -> None:
    submission = answered("halve", "Scale")
    at = place_of(submission, behind) + 1
    insert(submission, at, "import operator\nTWO = 2")
    insert(submission, at + 1, "def by(x, n):\n    return operator.mul(x, n)")
    insert(submission, at + 2, "def double(x, n=TWO):\n    return by(x, n)")
    grafted = put(submission)
    assert match_of(grafted, "double").how == "name"
    assert cell_of(grafted.notebook, "double").source.startswith("def double(x, n=TWO)")
    assert run_up_to(grafted, "double-tests")["double"](21) == 42  # type: ignore[operator]


def test_helpers_in_the_marked_cell_survive_when_the_answer_stands_below() -> None:
    submission = answered()
    cell_of(submission, "double").source = "TWO = 2"
    insert(submission, place_of(submission, "double") + 1, "def double(x):\n    return TWO * x")
    grafted = put(submission)
    assert run_up_to(grafted, "double-tests")["double"](21) == 42  # type: ignore[operator]


def test_all_answers_in_one_cell_serve_every_exercise() -> None:
    submission = release()
    insert(submission, len(submission.cells), "HALF = 0.5\n\n" + "\n\n".join(ANSWERS.values()))
    grafted = put(submission)
    assert [match_of(grafted, name).how for name in ANSWERS] == ["name"] * 3
    scope = run_up_to(grafted, "Scale-tests")
    assert scope["double"](2) == 4  # type: ignore[operator]
    assert scope["halve"](2) == 1  # type: ignore[operator]
    assert scope["Scale"](3).forward(2) == 6  # type: ignore[operator]


def test_an_answer_in_a_later_exercises_cell_brings_its_helpers_forward() -> None:
    submission = answered("halve", "Scale")
    cell_of(submission, "Scale").source = f"N = 2\n\n{ANSWERS['Scale']}\n\n\ndef double(x):\n    return N * x"
    grafted = put(submission)
    assert run_up_to(grafted, "double-tests")["double"](4) == 8  # type: ignore[operator]
    assert "class Scale" not in cell_of(grafted.notebook, "double").source
    assert match_of(grafted, "Scale").how == "grade_id"


def test_swapped_answers_go_to_their_own_exercises() -> None:
    submission = answered()
    cell_of(submission, "double").source, cell_of(submission, "halve").source = ANSWERS["halve"], ANSWERS["double"]
    grafted = put(submission)
    assert [cell_of(grafted.notebook, name).source for name in ("double", "halve")] == [
        ANSWERS["double"],
        ANSWERS["halve"],
    ]


def test_a_neighbours_answer_is_never_taken_for_a_deleted_one() -> None:
    submission = answered()
    submission.cells.remove(cell_of(submission, "halve"))
    for prepared in (submission, without_marks(submission)):
        grafted = put(prepared)
        assert match_of(grafted, "halve").how == "missing"
        assert cell_of(grafted.notebook, "halve").source == BLANKS["halve"]
        assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]


def test_a_later_experiment_does_not_replace_the_answer() -> None:
    submission = answered()
    insert(submission, len(submission.cells), "def double(x):\n    return None")
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]


def test_of_two_new_cells_the_one_above_the_test_counts() -> None:
    submission = answered("halve", "Scale")
    insert(submission, place_of(submission, "double-tests") + 1, "def double(x):\n    return None")
    insert(submission, place_of(submission, "double-tests"), ANSWERS["double"])
    insert(submission, place_of(submission, "double"), "def double(x):\n    return 0")
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]
    assert run_up_to(grafted, "double-tests")["double"](21) == 42  # type: ignore[operator]


def test_likeness_needs_a_clear_lead() -> None:
    likeness = Likeness({1: "Return the sum of all rows of x.", 2: "Return the sum of all columns of x.", 3: "tiny"})
    alike = likeness.scores("Return the sum of all entries of x.")
    assert set(alike) == {1, 2}
    assert clear_best(alike, least=0.6, margin=0.15) is None
    assert clear_best(likeness.scores("Return the sum of all rows of x."), least=0.6, margin=0.15) == (1, 1.0)
    assert clear_best(likeness.scores("something else"), least=0.6, margin=0.15) is None


def test_tests_of_the_student_are_dropped_and_edited_ones_restored() -> None:
    submission = answered()
    foreign = copy.deepcopy(cell_of(submission, "double-tests"))
    foreign.metadata = NotebookNode(nbgrader=NotebookNode(grade_id="elsewhere", grade=True, solution=False))
    foreign.id, foreign.source = "elsewhere", "assert True"
    copied = copy.deepcopy(cell_of(submission, "double-tests"))
    cell_of(submission, "double-tests").source = "100.0"
    submission.cells += [foreign, copied]
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double-tests").source == 'check("double", double)'
    assert len(grafted.notebook.cells) == len(release().cells)
    assert "edited" in grafted.notes[0]
    assert "not of this assignment" in " ".join(grafted.notes)
    assert "second copy" in " ".join(grafted.notes)


def test_what_was_written_into_given_cells_and_is_needed_survives() -> None:
    submission = answered("halve", "Scale")
    cell_of(submission, "setup").source = f"{SETUP}\nimport operator as op\nmath = None\nunused = 1"
    cell_of(submission, "double-tests").source = 'def twice(x):\n    return op.mul(x, 2)\n\n\ncheck("double", double)'
    cell_of(submission, "double").source = "def double(x):\n    return twice(x)"
    grafted = put(submission)
    own = [cell.source for cell in grafted.notebook.cells if cell.id.startswith("student-")]
    assert own == ["import operator as op", "def twice(x):\n    return op.mul(x, 2)"]
    assert run_up_to(grafted, "double-tests")["double"](21) == 42  # type: ignore[operator]


def test_an_answer_written_into_the_test_is_found() -> None:
    submission = answered("halve", "Scale")
    cell_of(submission, "double-tests").source = ANSWERS["double"]
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]
    assert match_of(grafted, "double").how == "name"


def test_a_cell_that_became_text_is_code_again() -> None:
    submission = answered()
    at = place_of(submission, "double")
    toggled = new_markdown_cell(ANSWERS["double"], metadata=submission.cells[at].metadata)
    submission.cells[at] = toggled
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]
    assert cell_of(grafted.notebook, "double").cell_type == "code"


def test_code_that_does_not_parse_is_still_somebodys_answer() -> None:
    submission = answered()
    cell_of(submission, "double").source = "def double(x):\n    return (x +"
    for prepared in (submission, without_marks(submission)):
        grafted = put(prepared)
        assert cell_of(grafted.notebook, "double").source == "def double(x):\n    return (x +"
        assert match_of(grafted, "double").attempted


def test_of_two_attempts_the_one_that_parses_counts() -> None:
    submission = answered()
    at = place_of(submission, "double")
    broken = copy.deepcopy(submission.cells[at])
    broken.source = "def double(x):\n    return (x +"
    submission.cells.insert(at + 1, broken)
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]


def test_magics_do_not_hide_an_answer() -> None:
    submission = without_marks(answered("halve", "Scale"))
    insert(submission, 5, "%%time\n!pip install torch\n" + ANSWERS["double"])
    insert(submission, 6, "%%writefile notes.py\ndef halve(x):\n    return 0")
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source.startswith("%%time")
    assert cell_of(grafted.notebook, "halve").source == ANSWERS["halve"]


def test_an_import_or_a_value_of_the_same_name_is_no_answer() -> None:
    submission = answered("halve", "Scale")
    insert(submission, 3, "from elsewhere import double")
    insert(submission, 3, "double = 7")
    grafted = put(submission)
    assert not match_of(grafted, "double").attempted
    assert cell_of(grafted.notebook, "double").source == BLANKS["double"]


def test_an_emptied_cell_is_the_blank_again() -> None:
    submission = answered()
    cell_of(submission, "double").source = " \n"
    grafted = put(submission)
    assert cell_of(grafted.notebook, "double").source == BLANKS["double"]
    assert not match_of(grafted, "double").attempted


def test_a_written_answer_in_a_new_cell_below_the_blank_is_found() -> None:
    submission = answered()
    insert(submission, place_of(submission, "why-share") + 1, "Fewer parameters.", new_markdown_cell)
    grafted = put(submission)
    assert cell_of(grafted.notebook, "why-share").source == "Fewer parameters."
    assert match_of(grafted, "why-share").how == "similarity"
    assert match_of(grafted, "why-pool").attempted is False


def test_a_pasted_picture_stays_with_a_written_answer() -> None:
    submission = answered()
    cell_of(submission, "why-pool").source = "See ![](a.png)"
    pictures = {"a.png": {"image/png": "aGk=", "text/html": "<script>"}, "b": "junk"}
    cell_of(submission, "why-pool").attachments = nbformat.from_dict(pictures)
    grafted = put(submission)
    assert cell_of(grafted.notebook, "why-pool").attachments == {"a.png": {"image/png": "aGk="}}


def test_tags_outputs_and_foreign_metadata_cannot_matter() -> None:
    submission = answered()
    for cell in submission.cells:
        cell.metadata.tags = ["skip-execution", "raises-exception"]
        cell.metadata.autograder = NotebookNode(exercise="other")
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="100")]
            cell.execution_count = 5
    insert(submission, 4, "x = 1")
    submission.cells[4].metadata.tags = ["skip-execution"]
    grafted = put(submission)
    assert "skip-execution" not in nbformat.writes(grafted.notebook)
    assert all(cell.outputs == [] for cell in grafted.notebook.cells if cell.cell_type == "code")


def test_corrupt_entries_of_nbgrader_fall_back_to_the_id() -> None:
    submission = answered()
    cells = [cell_of(submission, name) for name in ANSWERS]
    for cell, entry in zip(cells, [NotebookNode(), "gone", NotebookNode(grade_id=["a"], grade=True)], strict=True):
        cell.metadata.nbgrader = entry
    assert [match.how for match in put(submission).matches[:3]] == ["id"] * 3


def test_a_renamed_function_is_recognised_by_its_words_but_weakly() -> None:
    submission = without_marks(answered())
    renamed = (
        BLANKS["Scale"].replace("class Scale", "class Multiplier").replace("raise NotImplementedError", "return 1")
    )
    for cell in submission.cells:
        if cell.source == ANSWERS["Scale"]:
            cell.source = renamed
    found = match_of(put(submission), "Scale")
    assert found.how == "similarity"
    assert 0.6 <= found.confidence < 0.95


def test_the_students_version_of_a_free_cell_is_kept() -> None:
    submission = answered()
    submission.cells[2].source = "%matplotlib inline\nseed = 4"
    assert put(submission).notebook.cells[2].source.endswith("seed = 4")


@pytest.mark.parametrize(
    "source",
    ["-" * 100_000 + "1", "(" * 5_000, "x" + ".y" * 100_000, "\0", "\ud800", "def double(" * 50, "é" * 300_000],
    ids=["minus", "brackets", "dots", "nul", "surrogate", "headers", "long"],
)
def test_code_made_to_break_parsers_is_carried_along(source: str) -> None:
    submission = answered()
    insert(submission, 4, source)
    grafted = put(submission)
    nbformat.writes(grafted.notebook).encode()
    assert cell_of(grafted.notebook, "double").source == ANSWERS["double"]


def test_an_empty_submission_is_all_missing() -> None:
    grafted = put(nbformat.v4.new_notebook())
    assert {match.how for match in grafted.matches} == {"missing"}
    assert grafted.notebook == release()
