"""Two downloads of one class, a few days apart: who handed in again is graded again, on every platform."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import mkdtemp

import pytest

from autograder.grading.batch.plan import BatchFile, Wish, plan
from autograder.grading.collect import collect
from autograder.grading.collect.records import Submission
from autograder.grading.results import ResultStore

from ..collect.downloads import Files, canvas, gradescope_record, moodle
from ..collect.tiny import answered, data, release
from ..records import result

UNIT = "90_tiny"
JANE, JOE = "Jane Smith", "Joe Doe"
OLD, NEW, OTHER = (data(answered(*names, author=names[0])) for names in (("double",), ("double", "halve"), ("halve",)))


def on_canvas() -> tuple[Files, Files]:
    first = {canvas(JANE, 1, "x.ipynb"): OLD, canvas(JOE, 2, "x.ipynb"): OTHER}
    again = canvas(JANE, 1, "x-1.ipynb", late=True).replace("_90001_", "_90777_")
    return first, {again: NEW, canvas(JOE, 2, "x.ipynb"): OTHER}


def on_moodle() -> tuple[Files, Files]:
    first = {moodle(JANE, 1, "x.ipynb"): OLD, moodle(JOE, 2, "x.ipynb"): OTHER}
    return first, {**first, moodle(JANE, 1, "x.ipynb"): NEW}


def on_drive() -> tuple[Files, Files]:
    first = {f"{JANE} - x.ipynb": OLD, f"{JOE} - x.ipynb": OTHER}
    return first, {**first, f"{JANE} - x (1).ipynb": NEW}


def on_gradescope() -> tuple[Files, Files]:
    one = gradescope_record([(1, [JANE], "2026-03-01 10:00:00"), (2, [JOE], "2026-03-01 11:00:00")])
    two = gradescope_record([(2, [JOE], "2026-03-01 11:00:00"), (3, [JANE], "2026-03-04 10:00:00")])
    first = {"submission_metadata.yml": one, "submission_1/x.ipynb": OLD, "submission_2/x.ipynb": OTHER}
    return first, {"submission_metadata.yml": two, "submission_2/x.ipynb": OTHER, "submission_3/x.ipynb": NEW}


def download(folder: Path, day: int, files: Files) -> tuple[Submission, ...]:
    """What is found in the zip of a day; the files in it are dated that day, but for Joe's, which has not changed."""
    path = folder / f"day{day}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 1 if content == OTHER else day, 10, 0, 0)), content)
    return collect(path, release(), workdir=Path(mkdtemp(dir=folder))).submissions


def grade(store: ResultStore, submissions: tuple[Submission, ...]) -> tuple[list[str], list[str]]:
    """Grade without grading: who was, and why the others were not."""
    chosen = plan(submissions, store, BatchFile(store).begin(Wish()))
    for found in chosen.to_grade:
        known = ("digest", "source", "platform", "platform_ids", "submitted_at", "late", "file_date")
        store.save(result(found.student_id, 2, 1, **{name: getattr(found, name) for name in known}))
    return [found.display_name for found in chosen.to_grade], [reason for _, reason in chosen.kept]


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (on_canvas, "Canvas's upload 90001, the graded one is 90777"),
        (on_moodle, "dated 2026-03-01 10:00 UTC, the graded one 2026-03-04 10:00 UTC"),
        (on_drive, "dated 2026-03-01 10:00 UTC, the graded one 2026-03-04 10:00 UTC"),
        (on_gradescope, "handed in 2026-03-01 10:00 UTC, the graded one 2026-03-04 10:00 UTC"),
    ],
)
def test_the_next_download_grades_who_handed_in_again(shape: object, why: str, tmp_path: Path) -> None:
    assert callable(shape)
    first, second = shape()
    store = ResultStore(tmp_path, UNIT)
    assert len(grade(store, download(tmp_path, 1, first))[0]) == 2
    graded, kept = grade(store, download(tmp_path, 4, second))
    assert [name.casefold().replace(" ", "") for name in graded] in (["janesmith"], ["smithjane"])
    assert kept == ["graded earlier"]
    graded, kept = grade(store, download(tmp_path, 1, first))
    assert graded == []
    assert sorted(kept)[0] == "graded earlier"
    assert sorted(kept)[1].startswith(f"this file is older than the graded one: {why}; to grade it all the same")
