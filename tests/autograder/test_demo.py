"""The demo class comes out of the real grader as its stories say; stock nbgrader agrees on the honest ones."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from autograder import check
from autograder.demo import bank, notebooks
from autograder.demo.command import demo, make_class, student_id
from autograder.demo.people import CLASS, Person
from autograder.errors import AutograderError
from autograder.grading.export.command import export
from autograder.grading.results import ResultStore, SubmissionResult

ROOT = Path(__file__).resolve().parents[2]
UNIT = bank.UNIT
HONEST = tuple(person for person in CLASS if person.honest)
# The endless loop is left to `make demo`: it takes as long as its limit, which must be long on a busy machine.
DAMAGED = tuple(person for person in CLASS if person.name.split()[0] in ("Katya", "Leo", "Nils", "Pablo", "Rosa"))
GRADED = HONEST + DAMAGED


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Part of the demo class, graded."""
    folder = tmp_path_factory.mktemp("demo") / "class"
    assert demo(ROOT, folder, Console(file=io.StringIO(), width=120), people=GRADED) == 0
    return folder


@pytest.fixture(scope="module")
def results(class_folder: Path) -> dict[str, SubmissionResult]:
    return {result.display_name: result for result in ResultStore(class_folder, UNIT).all()}


@pytest.mark.parametrize("person", GRADED, ids=lambda person: person.name)
def test_each_comes_out_as_its_story_says(person: Person, results: dict[str, SubmissionResult]) -> None:
    if person.lost is None:
        assert person.name not in results
        return
    result = results[person.name]
    assert tuple(each.name for each in result.exercises if each.points < each.max_points) == person.lost
    assert (result.status == "needs_person") == person.needs_person


def test_a_claimed_score_is_no_score(results: dict[str, SubmissionResult]) -> None:
    (flipped,) = (each for each in results["Rosa Klein"].exercises if each.name == "conv2d_single")
    assert flipped.diagnosis == "the kernel is flipped"
    assert results["Rosa Klein"].points < results["Rosa Klein"].max_points


def test_the_pages_it_points_to_are_there(class_folder: Path) -> None:
    page = (class_folder / "reports" / UNIT / "index.html").read_text(encoding="utf-8")
    assert "the upload was cut short" in page
    assert "the kernel is flipped" in page
    for person in GRADED:
        feedback = class_folder / "feedback" / student_id(person) / UNIT / f"{UNIT}.html"
        assert feedback.is_file() == (person.lost is not None)
    farah = (class_folder / "feedback" / "farah.haddad" / UNIT / f"{UNIT}.html").read_text(encoding="utf-8")
    for expected in ("What was asked", "the kernel is flipped", "<svg", "to be read by a person"):
        assert expected in farah
    assert "BEGIN HIDDEN" not in farah
    assert "thorough=True" not in farah


def test_scores_and_feedback_go_back_to_canvas(class_folder: Path, tmp_path: Path) -> None:
    written, unread = export(class_folder, UNIT, "canvas", tmp_path)
    assert written[-1].left_out == ()
    nothing_written = ("Dmitri Volkov", "Elif Demir", "Pablo Ruiz")
    assert unread == len(GRADED) - len(nothing_written)
    with zipfile.ZipFile(tmp_path / "canvas-feedback.zip") as archive:
        assert f"haddadfarah_4106_90006_{UNIT}.html" in archive.namelist()
    assert "Farah Haddad,4106,,farah.haddad@example.org,,33" in (tmp_path / "canvas-grades.csv").read_text(
        encoding="utf-8"
    )


def test_the_folder_is_made_anew_but_never_somebody_elses(tmp_path: Path) -> None:
    make_class(ROOT, tmp_path / "mine", GRADED)
    first = {path.name: path.read_bytes() for path in (tmp_path / "mine" / "download").iterdir()}
    (tmp_path / "mine" / "left over.txt").touch()
    make_class(ROOT, tmp_path / "mine", GRADED)
    assert not (tmp_path / "mine" / "left over.txt").exists()
    assert {path.name: path.read_bytes() for path in (tmp_path / "mine" / "download").iterdir()} == first
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").touch()
    with pytest.raises(AutograderError, match="was not made by the demo"):
        make_class(ROOT, tmp_path / "thesis", GRADED)
    assert (tmp_path / "thesis" / "chapter.txt").exists()


def test_the_class_shows_every_shape() -> None:
    release = json.loads((ROOT / "assignments" / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8"))
    uploads = {person.name: person.upload(release) for person in CLASS}
    assert len(uploads) == 18
    assert len(set(uploads.values())) == 18
    colab = json.loads(uploads["Katya Lind"])
    assert colab["nbformat_minor"] == 0
    assert all("id" not in cell and "id" in cell["metadata"] for cell in colab["cells"])
    assert not any(cell["metadata"] for cell in json.loads(uploads["Nils Berg"])["cells"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(uploads["Pablo Ruiz"])


@pytest.mark.parametrize("style", ["loops", "windows", "products"])
def test_the_right_answers_are_right_in_anybodys_words(style: str) -> None:
    namespace: dict[str, object] = {}
    exec("import torch\n" + "\n\n".join(bank.answers(style, author=5).values()), namespace)
    for name in bank.answers(style):
        assert check(name, namespace[name], thorough=True).passed, name


def test_the_answers_are_those_of_the_unit() -> None:
    release = json.loads((ROOT / "assignments" / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8"))
    blanks = notebooks.filled(release, {}, "")
    graded = [cell["metadata"].get("autograder", {}).get("exercise") for cell in blanks["cells"]]
    assert [name for name in graded if name] == list(bank.answers("loops"))


@pytest.fixture(scope="module")
def stock_course(class_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The honest submissions graded by one run of stock nbgrader, from our gradebook without its scores."""
    stock = tmp_path_factory.mktemp("stock")
    for name in ("assignments", "solutions"):
        shutil.copytree(class_folder / name, stock / name)
    for name in ("nbgrader_config.py", "course.toml", "gradebook.db"):
        shutil.copyfile(class_folder / name, stock / name)
    for person in HONEST:
        submitted = Path("submitted") / student_id(person) / UNIT / f"{UNIT}.ipynb"
        (stock / submitted).parent.mkdir(parents=True)
        notebook = json.loads((class_folder / submitted).read_text(encoding="utf-8"))
        (stock / submitted).write_bytes(notebooks.as_bytes(without_figures(notebook)))
    with sqlite3.connect(stock / "gradebook.db") as database:
        database.execute("update grade set auto_score = null")
    database.close()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", UNIT],
        cwd=stock,
        env={**os.environ, "PATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return stock


def without_figures(notebook: notebooks.Notebook) -> notebooks.Notebook:
    """The notebook of a student who threw our demonstrations away: a stock kernel spends most of its time on them."""
    kept = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown" or "nbgrader" in cell["metadata"]]
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell not in kept)
    first["source"] = "import torch\n\nfrom autograder import check"
    return {**notebook, "cells": [first, *kept]}


@pytest.mark.parametrize("person", HONEST, ids=lambda person: person.name)
def test_stock_nbgrader_gives_honest_submissions_the_same_points(
    person: Person, results: dict[str, SubmissionResult], stock_course: Path
) -> None:
    ours = results[person.name]
    with Gradebook(f"sqlite:///{stock_course / 'gradebook.db'}") as book:
        theirs = {
            each.grade_id: book.find_grade(each.grade_id, UNIT, UNIT, student_id(person)).auto_score
            for each in ours.exercises
        }
    assert theirs == {each.grade_id: each.points for each in ours.exercises}
