"""Questions answer back, errata stand out, and a stated number that is not the computed one stops the lecture."""

from __future__ import annotations

import math

import pytest
import torch

from convlab.questions import Prediction, as_markdown, erratum, predict, stated


def test_every_choice_is_collapsed_and_answers_back(shown: list) -> None:
    predict("How many?", {"2": "Count again.", "3": "At 0, 3 and 6."}, answer="3")
    html = shown[0][0]["text/html"]
    assert html.count("<details") == html.count("</details>") == 2
    assert "<b>No.</b> Count again." in html
    assert "<b>Yes.</b> At 0, 3 and 6." in html
    assert "<details open" not in html
    assert shown[0][0]["text/plain"] == "Predict first. How many?"


def test_question_without_choices_collapses_its_answer() -> None:
    html = Prediction("Why?", answer="Because.").html()
    assert html.count("<details") == 1
    assert "Because." in html


@pytest.mark.parametrize(
    ("choices", "answer", "message"),
    [({"a": "x"}, "b", "expected one of the choices"), ({}, "", "no answer"), ({"a": "x"}, "", "no answer")],
)
def test_questions_that_nobody_could_answer_are_refused(choices: dict[str, str], answer: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Prediction("Which?", choices, answer)


@pytest.mark.parametrize(
    ("value", "expected", "digits", "line"),
    [
        (1.8111, 1.811, 3, "✓ it: 1.811\n"),
        (torch.tensor(24_990_000), 24_990_000, 0, "✓ it: 24,990,000\n"),
        (-1e-17, 0.0, 1, "✓ it: 0.0\n"),
        (torch.tensor(True), 1, 0, "✓ it: 1\n"),
    ],
)
def test_stated_number_that_is_right_is_printed(
    value: float, expected: float, digits: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stated("it", value, expected, digits=digits)
    assert capsys.readouterr().out == line


@pytest.mark.parametrize(
    ("value", "expected", "digits"), [(1.8, 1.811, 3), (math.nan, 1, 0), (math.inf, 1, 0), (67.6, 67, 0)]
)
def test_stated_number_that_is_wrong_stops_the_lecture(value: float, expected: float, digits: int) -> None:
    with pytest.raises(AssertionError, match="the text says"):
        stated("it", value, expected, digits=digits)


def test_cell_of_one_question_becomes_what_it_shows(shown: list) -> None:
    source = 'predict(\n    "How "\n    "many?",\n    {"2": "No such.", "3": "Right."},\n    answer="3",\n)'
    predict("How many?", {"2": "No such.", "3": "Right."}, answer="3")
    assert as_markdown(source) == shown[0][0]["text/html"]
    erratum("It is 3.")
    assert as_markdown('erratum("It is 3.")') == shown[1][0]["text/html"]


@pytest.mark.parametrize(
    "source", ["x = 1", "", 'predict("a", answer="b")\nx = 1', "predictions()", '# predict("a", answer="b")']
)
def test_other_cells_stay_code(source: str) -> None:
    assert as_markdown(source) is None


def test_markdown_holds_no_empty_line_that_would_end_its_html() -> None:
    text = as_markdown('predict("a?", {"b": "c", "d": "e"}, answer="b")')
    assert text is not None
    assert "\n\n" not in text
    assert text.startswith("<div")


def test_question_whose_text_would_have_to_be_computed_is_refused() -> None:
    with pytest.raises(ValueError, match="must be a literal"):
        as_markdown('predict(f"{x}?", answer="b")')
    with pytest.raises(ValueError, match="expected one of the choices"):
        as_markdown('predict("a?", {"b": "c"}, answer="x")')
