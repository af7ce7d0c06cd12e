"""A student understands the page without the notebook; nothing of a test and nothing that runs is on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import pytest

from autograder.grading.report import write_feedback
from autograder.grading.report.notebook import statement
from autograder.grading.results import ExerciseResult, ManualItem, SubmissionResult

Make = Callable[..., Any]


def text_of(path: Path) -> str:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(path.read_text(encoding="utf-8"))
    return " ".join("".join(page.find("body").itertext()).split())


def test_a_lost_point_is_explained(
    make: Make, make_notebook: Make, flipped_kernel: ExerciseResult, tmp_path: Path
) -> None:
    path = write_feedback(make("ben", exercises=(flipped_kernel,)), make_notebook(), tmp_path)
    assert path == tmp_path / "02_convolution_2d.html"
    words = text_of(path)
    for expected in (
        "Convolution in two dimensions",
        "2 of 6 points",
        "kernel flipped",
        "[0, 0]: expected 5.0, yours 3.0",
        "Slide the kernel as it is printed",
        "out[i, j] = (window * kernel.flip(0, 1)).sum()",
        "Write y_{ij} = Σ x w",
    ):
        assert expected in words
    html = path.read_text(encoding="utf-8")
    assert "data:image/png;base64," in html
    assert "SECRET_TEST" not in html
    assert "my own note" not in html


def test_the_page_forbids_scripts_and_requests(make: Make, make_notebook: Make, tmp_path: Path) -> None:
    html = write_feedback(make(), make_notebook(), tmp_path).read_text(encoding="utf-8")
    assert "Content-Security-Policy\" content=\"default-src 'none'; img-src data:;" in html
    assert "<script" not in html
    assert "http://" not in html
    assert "https://" not in html


def test_how_an_answer_was_found_is_said_when_it_was_not_plain(
    make: Make, make_exercise: Make, make_notebook: Make, tmp_path: Path
) -> None:
    found = make_exercise(matched_how="by the function's name")
    assert "How your answer was found: by the function's name" in text_of(
        write_feedback(make(exercises=(found,)), make_notebook(), tmp_path / "a")
    )
    assert "How your answer" not in text_of(write_feedback(make(), make_notebook(), tmp_path / "b"))


def test_what_holds_for_every_answer_is_said_once(
    make: Make, make_exercise: Make, make_notebook: Make, tmp_path: Path
) -> None:
    both = tuple(make_exercise(name, matched_how="name") for name in ("conv2d", "conv2d_single"))
    words = text_of(write_feedback(make(exercises=both), make_notebook(), tmp_path / "a"))
    assert words.count("by the name it defines") == 1
    assert "How each of your answers was found: by the name it defines, because" in words
    mixed = (both[0], make_exercise("conv2d_single"))
    words = text_of(write_feedback(make(exercises=mixed), make_notebook(), tmp_path / "b"))
    assert "How your answer was found: by the name it defines" in words


def test_written_answers_are_left_to_a_person(make: Make, make_notebook: Make, tmp_path: Path) -> None:
    words = text_of(write_feedback(make(), make_notebook(), tmp_path / "a"))
    assert "to be read by a person" in words
    assert "Because of translation." in words
    empty = (ManualItem(grade_id="why-share", max_points=2, answered=False),)
    assert "No answer was found here." in text_of(write_feedback(make(manual=empty), make_notebook(), tmp_path / "b"))


def test_a_written_question_is_shown_without_what_stands_above_the_code_before_it(make_notebook: Make) -> None:
    book = make_notebook()
    prose = [{"cell_type": "markdown", "source": text, "metadata": {"id": text}} for text in ("Now run it.", "Why?")]
    code = {"cell_type": "code", "source": "run()", "metadata": {"id": "run"}}
    book["cells"][6:6] = [prose[0], code, prose[1]]
    assert statement(book, "why-share") == "Why?"
    code["metadata"] = {}  # a student's own cell is no border
    assert statement(book, "why-share") == "## Why share weights?\n\nNow run it.\n\nWhy?"
    book["cells"].insert(3, {**code, "metadata": {"id": "run"}})
    assert "y_{ij}" in statement(book, "conv2d_single")


def test_a_refused_file_says_what_to_do(make: Make, tmp_path: Path) -> None:
    refused = make(exercises=(), manual=(), status="refused", notes=("not a notebook: the JSON ends too early",))
    words = text_of(write_feedback(refused, None, tmp_path))
    assert "the JSON ends too early" in words
    assert "download it again" in words


@pytest.mark.parametrize("hostile", ["</style><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\x00\ud800"])
def test_hostile_strings_anywhere_stay_text(
    hostile: str, make: Make, make_exercise: Make, make_notebook: Make, tmp_path: Path
) -> None:
    group = {"name": hostile, "points": 0, "max_points": 6, "passed": False, "message": hostile}
    texts = dict.fromkeys(("diagnosis", "hint", "text", "html", "reason", "matched_how"), hostile)
    if hostile.startswith("\x00"):  # a result file cannot hold a lone surrogate, a notebook in memory can
        texts, group = {}, group | {"name": "g", "message": "m"}
    wrong = make_exercise(points=0, groups=(group,), **texts)
    result = make(exercises=(wrong,), display_name=texts.get("text", "Ada"), notes=tuple(texts.values())[:1])
    path = write_feedback(result, make_notebook(code=f"# {hostile}", written=hostile), tmp_path)
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(path.read_text(encoding="utf-8"))
    assert not list(page.iter("script"))
    assert not [name for element in page.iter() for name in element.keys() if name.startswith("on")]  # noqa: SIM118
    assert all(image.get("src", "").startswith("data:") for image in page.iter("img") if image.get("src"))


def test_what_is_for_staff_only_is_not_on_the_page(
    small_class: list[SubmissionResult], make_notebook: Make, tmp_path: Path
) -> None:
    cleo = small_class[2]
    assert cleo.flags
    assert cleo.staff_notes
    assert "dora" not in text_of(write_feedback(cleo, make_notebook(), tmp_path))


def test_the_same_result_gives_the_same_bytes(make: Make, make_notebook: Make, tmp_path: Path) -> None:
    first, second = (write_feedback(make(), make_notebook(), tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_every_kind_of_result_is_valid_html(
    small_class: list[SubmissionResult], make_notebook: Make, tmp_path: Path
) -> None:
    for result in small_class:
        assert result.display_name in text_of(write_feedback(result, make_notebook(), tmp_path / result.student_id))
