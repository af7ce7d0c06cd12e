"""The class page: what needs a person is on top, everybody is on it, and nothing on it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from autograder.grading.collect.records import Collection, Refused, Superseded
from autograder.grading.report import write_class_page
from autograder.grading.results import ExerciseResult, SubmissionResult

Make = Callable[..., Any]
NOTHING = Collection((), (), (), ())


def parsed(path: Path) -> Element:
    page: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        path.read_text(encoding="utf-8")
    )
    return page


def sections(page: Element) -> dict[str, str]:
    """Words of each card by its heading, in the order of the page."""
    cards = [card for card in page.iter("section") if card.find(".//h2") is not None]
    return {"".join(card.find(".//h2").itertext()): " ".join("".join(card.itertext()).split()) for card in cards}  # type: ignore[union-attr]


def test_what_needs_a_person_is_on_top(small_class: list[SubmissionResult], tmp_path: Path) -> None:
    cards = sections(parsed(write_class_page(small_class, NOTHING, tmp_path / "02_convolution_2d")))
    top, words = next(iter(cards.items()))
    assert top == "Needs a person"
    assert "identical to dora's file" in words
    assert "the JSON ends too early" in words
    assert "3 submissions have written answers, for a person to read" in words
    assert "Ben" not in words


def test_everybody_has_a_row_with_a_link_that_leads_to_the_feedback(
    small_class: list[SubmissionResult], tmp_path: Path
) -> None:
    directory = tmp_path / "reports" / "02_convolution_2d"
    page = parsed(write_class_page(small_class, NOTHING, directory))
    links = [link.get("href", "") for link in list(page.iter("table"))[-1].iter("a")]
    assert len(links) == len(small_class)
    for result, link in zip(small_class, links, strict=True):
        target = tmp_path / "feedback" / result.student_id / result.assignment / f"{result.assignment}.html"
        assert (directory / link).resolve() == target.resolve()


def test_files_that_became_nobodys_submission_are_listed(small_class: list[SubmissionResult], tmp_path: Path) -> None:
    broken = Refused("dl/broken.ipynb", "the JSON ends too early", "ask for the file again")
    older = Superseded("dl/old.ipynb", "ada", "dl/new.ipynb", "an older file of the same person")
    page = parsed(write_class_page(small_class, Collection((), (broken,), (older,), ()), tmp_path))
    words = sections(page)["Needs a person"]
    assert "1 file of the download did not become a submission" in words
    assert "ask for the file again" in words
    assert "(used instead: dl/new.ipynb)" in words


def test_who_is_on_the_roster_and_hands_nothing_in_is_named(
    small_class: list[SubmissionResult], tmp_path: Path
) -> None:
    absent = (("ada", "Ada"), ("kim", "Kim <b>Ng</b>"), ("al", "Al Fa"))
    words = sections(parsed(write_class_page(small_class, Collection((), (), (), (), absent), tmp_path)))
    assert "2 on the roster have handed in nothing Al Fa, Kim <b>Ng</b>" in words["Needs a person"]


def test_notes_without_a_question_stand_below_what_needs_a_person(make: Make, tmp_path: Path) -> None:
    noted = make("ben", notes=("This file replaces the one graded 2026-11-20 09:00 UTC.",), staff_notes=("late",))
    words = sections(parsed(write_class_page([make("ada"), noted], None, tmp_path)))["Needs a person"]
    assert words.endswith("no question BenlateThis file replaces the one graded 2026-11-20 09:00 UTC.")
    assert "Ada" not in words


def test_an_exercise_nobody_began_is_grey_and_not_red(make: Make, make_exercise: Make, tmp_path: Path) -> None:
    untouched, wrong = make_exercise(points=0, attempted=False), make_exercise("conv2d", points=0)
    page = parsed(write_class_page([make(exercises=(untouched, wrong))], None, tmp_path))
    pills = [pill.get("class") for pill in list(page.iter("table"))[-1].iter("span")]
    assert pills == ["pill full", "pill untried", "pill none"]


def test_a_mistake_lists_the_students_who_share_it(make: Make, flipped_kernel: ExerciseResult, tmp_path: Path) -> None:
    results = [make("ada"), *(make(name, exercises=(flipped_kernel,)) for name in ("ben", "cleo"))]
    words = sections(parsed(write_class_page(results, None, tmp_path)))["Mistakes with a name"]
    assert "2 × conv2d_single" in words
    assert "kernel flippedBen, Cleo" in words


def test_copies_are_shown_as_something_to_look_at(make: Make, make_notebook: Make, tmp_path: Path) -> None:
    code = make_notebook()["cells"][3]["source"]
    answers = {"ada": {"conv2d_single": code}, "ben": {"conv2d_single": code.replace("window", "patch")}}
    words = sections(parsed(write_class_page([make("ada"), make("ben")], None, tmp_path, answers=answers)))[
        "Look at these"
    ]
    assert "Ada · Ben" in words
    assert "100 %" in words
    assert "not a finding" in words


def test_a_hostile_name_stays_text_in_tables_and_charts(make: Make, make_exercise: Make, tmp_path: Path) -> None:
    name = "</title></style><script>alert(1)</script>"
    wrong = make_exercise(points=0, diagnosis=name)
    page = parsed(write_class_page([make("eve", display_name=name, exercises=(wrong,), flags=(name,))], None, tmp_path))
    assert not list(page.iter("script"))
    assert name in "".join(page.itertext())


def test_a_class_of_nothing_but_refusals_still_has_a_page(small_class: list[SubmissionResult], tmp_path: Path) -> None:
    refused = [result for result in small_class if result.status == "refused"]
    assert "Eve" in sections(parsed(write_class_page(refused, NOTHING, tmp_path)))["Everybody"]
    assert "Everybody" in sections(parsed(write_class_page([], NOTHING, tmp_path)))
