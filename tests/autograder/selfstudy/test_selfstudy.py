"""What somebody who learns alone is told about their own notebooks."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import html5lib
import pytest
from rich.console import Console

from autograder.errors import AutograderError
from autograder.grading.results import SubmissionResult
from autograder.selfstudy import progress as progress_module
from autograder.selfstudy.compare import compare
from autograder.selfstudy.own_file import mark_file, show, unit_of
from autograder.selfstudy.progress import next_step, progress

ROOT = Path(__file__).resolve().parents[3]
UNIT = "00_start_here"
RELEASE = ROOT / "assignments" / UNIT / f"{UNIT}.ipynb"


def filled(path: Path, answer: str) -> Path:
    notebook = json.loads(RELEASE.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "standardize":
            cell["source"] = answer
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_a_file_is_marked_as_grading_would(tmp_path: Path) -> None:
    answer = "def standardize(image, mean, std):\n    return (image - mean) / std"
    path = filled(tmp_path / "mine.ipynb", answer)
    before = path.read_bytes()
    result = mark_file(path, ROOT)
    shown = io.StringIO()
    assert not show(result, path, Console(file=shown, width=200))
    text = shown.getvalue()
    assert "✗ standardize" in text
    assert "the statistics run along the width, not the channels" in text
    assert "Written questions without an answer: whose-statistics" in text
    assert "of 2 points in 00_start_here" in text
    assert "To hand in: run everything once from the top" in text
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="cannot be read"):
        mark_file(tmp_path / "nothing.ipynb", ROOT)
    (tmp_path / "plain.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert unit_of(tmp_path / "plain.ipynb") is None
    (tmp_path / "cut.ipynb").write_text('{"cells": [')
    with pytest.raises(AutograderError, match="save or download it again"):
        mark_file(tmp_path / "cut.ipynb", ROOT)
    lecture = ROOT / "lectures" / "01_convolution_1d.ipynb"
    assert unit_of(lecture) is None
    for use in (mark_file, compare):
        with pytest.raises(AutograderError, match="a lecture, which has nothing to mark"):
            use(lecture, ROOT)
    with pytest.raises(AutograderError, match="name it: --assignment"):
        mark_file(tmp_path / "plain.ipynb", ROOT)


def test_what_was_attempted_stands_beside_the_solution(tmp_path: Path) -> None:
    path = filled(tmp_path / "mine.ipynb", "def standardize(image, mean, std):\n    return '</pre><script>alert(1)'")
    before = path.read_bytes()
    page, names = compare(path, ROOT)
    html = page.read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(html)
    assert names == ("standardize",)
    assert "&lt;/pre&gt;&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert "SOLUTION" not in html
    assert html.index("<h3>Yours</h3>") < html.index("<h3>Solution</h3>")
    assert "<code>whose-statistics</code>: try first" in html
    assert path.read_bytes() == before


def test_there_is_nothing_to_compare_before_something_is_attempted(tmp_path: Path) -> None:
    path = Path(shutil.copy(RELEASE, tmp_path / "mine.ipynb"))
    with pytest.raises(AutograderError, match="nothing is attempted yet"):
        compare(path, ROOT)
    assert list(tmp_path.iterdir()) == [path]


def result_of(points: float, attempted: bool = True, answered: bool = True) -> SubmissionResult:
    exercise = {"name": "standardize", "grade_id": "standardize-tests", "points": points, "max_points": 2, "seed": 1}
    return SubmissionResult.model_validate(
        {
            "student_id": "you",
            "display_name": "mine",
            "assignment": UNIT,
            "status": "graded",
            "exercises": [{**exercise, "attempted": attempted}],
            "manual": [{"grade_id": "whose-statistics", "max_points": 1, "answered": answered}],
            "isolation": "none",
            "seed": 1,
            "batch": "check",
            "digest": "0",
            "graded_at": "2026-01-01T00:00:00Z",
        }
    )


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "begin: copy assignments/00_start_here/"),
        (result_of(1), "look at standardize"),
        (result_of(0, attempted=False), "go on with standardize"),
        (result_of(2, answered=False), "write an answer to whose-statistics"),
        (result_of(2), "autograder compare my/x.ipynb shows your answers and the solutions"),
    ],
)
def test_there_is_always_a_next_step(result: SubmissionResult | None, words: str) -> None:
    assert words in next_step(result, UNIT, Path("my/x.ipynb"))


def test_the_best_copy_counts_and_nothing_is_marked_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[Path] = []

    def pretend(path: Path, root: Path) -> SubmissionResult:
        marked.append(path)
        return result_of(2 if path.stem == "second" else 0)

    monkeypatch.setattr(progress_module, "mark_file", pretend)
    filled(tmp_path / "first.ipynb", "pass")
    filled(tmp_path / "second.ipynb", "1")
    (tmp_path / "broken.ipynb").write_text("{")
    shown = io.StringIO()
    for _ in range(2):
        best = progress(tmp_path, ROOT, Console(file=shown, width=200))
    assert best[UNIT].points == 2
    assert [path.stem for path in marked] == ["first", "second"]
    said = shown.getvalue()
    assert f"{UNIT}: autograder compare {tmp_path / 'second.ipynb'} shows your answers" in said
    assert f"left out: {tmp_path / 'broken.ipynb'}: it breaks off" in said
    assert "✓standardize" in said
    assert said.count("begin: copy") == 2  # once a run: the first unit that is not begun
    assert "01_convolution_1d: begin: copy assignments/01_convolution_1d/01_convolution_1d.ipynb into" in said
    (tmp_path / progress_module.NOTES).write_text("no json")
    progress(tmp_path, ROOT, Console(file=shown, width=200))
    assert len(marked) == 4


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    with pytest.raises(AutograderError, match="is not a folder"):
        progress(tmp_path, ROOT, Console(file=io.StringIO()))
