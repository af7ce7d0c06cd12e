"""The whole command with toy workers: what is filed, kept, resumed, refused and said, whatever gets in the way."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from autograder.errors import AutograderError
from autograder.grading import results
from autograder.grading.batch import carrying_out
from autograder.grading.batch.plan import Wish
from autograder.grading.command import Order, grade
from autograder.grading.export.command import export
from autograder.grading.record.gradebook import GradebookWriter
from autograder.grading.results import ResultStore, SubmissionResult

from .records import TINY, make_course, source_notebook, submit

REPOSITORY = Path(__file__).parents[3]
TOY = Path(__file__).with_name("toy_grader.py")
COMMAND = (sys.executable, str(TOY), "work")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose gradebook exists: nbgrader takes seconds to make one."""
    root = make_course(tmp_path_factory.mktemp("template") / "course")
    with GradebookWriter(root, TINY) as writer:
        writer.register(source_notebook())
    return root


@pytest.fixture
def course(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    return Path(shutil.copytree(template, tmp_path / "course"))


@pytest.fixture
def download(tmp_path: Path) -> Path:
    folder = tmp_path / "download"
    for number, student in enumerate(("ada", "bob", "cem", "dee")):
        submit(folder, student, 2, number / 2)
    return folder


def run(course: Path, download: Path, workers: int = 2, roster: Path | None = None, **wish: Any) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=160)
    order = Order(download, TINY, Wish(**wish), workers=workers, isolation="none", roster=roster)
    code = grade(course, order, console, worker=COMMAND)
    return code, console.file.getvalue()  # type: ignore[attr-defined]


def recorded(course: Path) -> dict[str, SubmissionResult]:
    return {result.student_id: result for result in ResultStore(course, TINY).all()}


def points(course: Path) -> dict[str, list[float]]:
    return {student: [e.points for e in result.exercises] for student, result in recorded(course).items()}


def in_gradebook(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {s.student.id: s.score for s in book.assignment_submissions(TINY)}


def test_everything_is_filed_and_the_gradebook_says_the_same(course: Path, download: Path) -> None:
    code, said = run(course, download)
    assert code == 0, said
    assert points(course) == {"ada": [2, 0], "bob": [2, 0.5], "cem": [2, 1], "dee": [2, 1.5]}
    assert in_gradebook(course) == {"ada": 2, "bob": 2.5, "cem": 3, "dee": 3.5}
    for step in ("submitted", "autograded"):
        assert len(list(course.glob(f"{step}/*/{TINY}/{TINY}.ipynb"))) == 4
    assert (course / "submitted" / "ada" / TINY / f"{TINY}.ipynb").read_bytes() == (download / "ada.ipynb").read_bytes()
    assert len(list(course.glob(f"feedback/*/{TINY}/{TINY}.html"))) == 4
    assert str(course / "reports" / TINY / "index.html") in said
    assert (course / "reports" / TINY / "grades.csv").exists()


def test_who_is_late_is_said_wherever_somebody_looks(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "canvas"
    for student, name in (("ada", "exampleada_LATE_101_9001_x.ipynb"), ("bob", "examplebob_102_9002_x.ipynb")):
        submit(folder, student, 2, 2).rename(folder / name)
    code, said = run(course, folder)
    assert code == 0, said
    assert {student: result.late for student, result in recorded(course).items()} == {
        "exampleada": True,
        "examplebob": False,
    }
    assert said.count("graded, late") == 1
    page = (course / "reports" / TINY / "index.html").read_text(encoding="utf-8")
    assert page.count('<span class="pill wait">late</span>') == 1
    for student, late in (("exampleada", True), ("examplebob", False)):
        feedback = (course / "feedback" / student / TINY / f"{TINY}.html").read_text(encoding="utf-8")
        assert ("handed in late" in feedback) is late
    export(course, TINY, "csv", tmp_path / "out")
    for file in (course / "reports" / TINY / "grades.csv", tmp_path / "out" / "grades.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            assert [row["late"] for row in csv.DictReader(opened)] == ["yes", "no"]


def test_what_is_recorded_is_kept_and_new_submissions_are_graded(course: Path, download: Path) -> None:
    run(course, download)
    before = recorded(course)
    submit(download, "eve", 1, 1)
    code, said = run(course, download)
    after = recorded(course)
    assert code == 0
    assert {student: after[student] for student in before} == before
    assert [e.points for e in after["eve"].exercises] == [1, 1]
    assert "kept as recorded (graded earlier): ada, bob, cem, dee" in said


def canvas(folder: Path, name: str, *points: float) -> Path:
    """Ada's file, alone in a Canvas download."""
    submit(folder, "ada", *points).rename(folder / name)
    return folder


def test_what_is_handed_in_again_takes_the_place_of_the_graded_file(course: Path, tmp_path: Path) -> None:
    first = canvas(tmp_path / "monday", "exampleada_101_9001_x.ipynb", 2, 1)
    second = canvas(tmp_path / "tuesday", "exampleada_LATE_101_9005_x-1.ipynb", 2, 0.5)
    run(course, first)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grade = book.find_grade("why", TINY, TINY, "exampleada")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.db.commit()
    code, said = run(course, second)
    assert code == 1
    result = recorded(course)["exampleada"]
    assert (result.status, [e.points for e in result.exercises]) == ("needs_person", [2, 0.5])
    assert result.replaces is not None
    assert (result.replaces.points, result.replaces.late, result.replaces.by_hand) == (3, False, ("why",))
    replaced = "This file replaces the one graded 2027-03-01 12:00 UTC."
    assert result.notes == (replaced,)
    assert result.staff_notes == (
        "this file is late, the one it replaces was in time",
        "a newer file with fewer points: the checks gave 3 points for that one, 2.5 for this one",
    )
    assert result.flags == ("graded by hand on another file, the one graded 2027-03-01 12:00 UTC: look again at why",)
    assert in_gradebook(course) == {"exampleada": 5}
    assert "look again at why" in " ".join(said.replace("│", " ").split())
    page = (course / "reports" / TINY / "index.html").read_text(encoding="utf-8")
    assert "look again at why" in page
    feedback = (course / "feedback" / "exampleada" / TINY / f"{TINY}.html").read_text(encoding="utf-8")
    assert replaced in feedback
    assert "look again" not in feedback
    assert "fewer points" not in feedback
    submitted = course / "submitted" / "exampleada" / TINY / f"{TINY}.ipynb"
    assert submitted.read_bytes() == (second / "exampleada_LATE_101_9005_x-1.ipynb").read_bytes()

    _, said = run(course, first)
    assert "older than the graded one: Canvas's upload 9001, the graded one is 9005" in " ".join(said.split())
    assert recorded(course)["exampleada"] == result
    run(course, second, mode="force")
    assert recorded(course)["exampleada"].replaces == result.replaces
    run(course, first, mode="force")
    assert points(course) == {"exampleada": [2, 1]}
    assert in_gradebook(course) == {"exampleada": 5.5}


def test_who_hands_nothing_in_is_named_until_there_is_a_result(course: Path, download: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nada,Ada A\nbob,Bob B\ncem,Cem C\ndee,Dee D\neve,Eve E\nfay,Fay F\n", encoding="utf-8")
    code, said = run(course, download, roster=roster)
    assert code == 0
    assert "on the roster, and nothing handed in (2): Eve E, Fay F" in said
    _, said = run(course, submit(tmp_path / "mail", "eve", 2, 2), roster=roster)
    assert "on the roster, and nothing handed in (1): Fay F" in said
    _, said = run(course, download)
    assert "on the roster" not in said


def test_whom_the_roster_does_not_know_needs_a_person(course: Path, download: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nada,Ada A\nb1,Bob\nb2,Bob\ncem,Cem C\n", encoding="utf-8")
    code, said = run(course, download, roster=roster)
    said = " ".join(said.replace("│", " ").split())
    assert code == 1
    assert "the roster has several people called bob: b1, b2; give it a column" in said
    assert "dee is not on the roster: correct the roster" in said
    page = (course / "reports" / TINY / "index.html").read_text(encoding="utf-8")
    urgent = page[: page.index("<h2>Scores")]
    assert "several people called bob: b1, b2" in urgent
    assert "<b>2</b><span>to look at</span>" in urgent


def test_who_was_refused_stays_on_the_page_until_something_can_be_graded(
    course: Path, download: Path, tmp_path: Path
) -> None:
    def on_top() -> str:
        page = (course / "reports" / TINY / "index.html").read_text(encoding="utf-8")
        return page[: page.index("<h2>Scores")]

    (download / "pablo.ipynb").write_text('{"cells": [')
    code, _ = run(course, download)
    assert code == 1
    assert "it breaks off" in on_top()
    code, said = run(course, submit(tmp_path / "mail", "eve", 2, 2))
    assert code == 0
    assert "it breaks off" not in said
    assert "it breaks off" in on_top()
    run(course, submit(tmp_path / "mail", "pablo", 2, 2))
    assert "it breaks off" not in on_top()
    (course / "results" / TINY / ".refused.json").write_text("[1")
    code, _ = run(course, submit(tmp_path / "mail", "fay", 2, 2))
    assert code == 0


def test_a_newer_file_that_kills_its_worker_is_a_result_too(course: Path, download: Path) -> None:
    run(course, download)
    submit(download, "dee", 2, 2, die=True)
    code, _ = run(course, download)
    dee = recorded(course)["dee"]
    assert (code, dee.status, dee.points) == (1, "refused", 0)
    assert any("fewer points: the checks gave 3.5 points" in note for note in dee.staff_notes)
    assert in_gradebook(course)["dee"] == 0
    submit(download, "dee", 2, 2)
    code, _ = run(course, download)
    assert (code, points(course)["dee"], in_gradebook(course)["dee"]) == (0, [2, 2], 4)


def test_an_interrupted_batch_goes_on_to_replace(course: Path, download: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(course, download)
    for student in ("ada", "bob", "cem"):
        submit(download, student, 0.5, 0.5)
    interrupt_after(1, monkeypatch, course, download)
    before = {student: result for student, result in recorded(course).items() if result.replaces}
    assert len(before) == 1
    code, _ = run(course, download, resume=True)
    assert code == 0
    after = recorded(course)
    assert {student for student, result in after.items() if result.replaces} == {"ada", "bob", "cem"}
    assert {student: after[student] for student in before} == before
    assert in_gradebook(course) == {"ada": 1, "bob": 1, "cem": 1, "dee": 3.5}


def test_a_time_that_was_an_earlier_files_does_not_stay_beside_a_newer_one(course: Path, tmp_path: Path) -> None:
    """Gradescope tells times, a file sent by mail does not."""
    stamp = course / "submitted" / "ada" / TINY / "timestamp.txt"
    folder = tmp_path / "in" / "submitted" / "ada" / TINY
    submit(folder, "ada", 2, 1).rename(folder / f"{TINY}.ipynb")
    (folder / "timestamp.txt").write_text("2027-03-01 12:00:00 UTC")
    run(course, tmp_path / "in")
    assert stamp.read_text() == "2027-03-01 12:00:00 UTC"
    run(course, submit(tmp_path / "mail", "ada", 2, 2))
    assert points(course) == {"ada": [2, 2]}
    assert not stamp.exists()
    assert recorded(course)["ada"].notes == ("This file replaces the one handed in 2027-03-01 12:00 UTC.",)


def test_one_exercise_is_judged_anew_with_everybodys_own_seed(course: Path, download: Path) -> None:
    run(course, download, seed=5)
    for path in download.iterdir():
        notebook = json.loads(path.read_text())
        notebook["metadata"]["toy"]["points"] = [0.25, 0.25]
        path.write_text(json.dumps(notebook))
    _, said = run(course, download, mode="regrade", exercise="halve")
    assert "another file was graded earlier" in said
    assert points(course)["dee"] == [2, 1.5]

    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("UPDATE grade SET manual_score = 1.75 WHERE auto_score = 1.5")
    submitted = course / "submitted"
    run(course, submitted, mode="regrade", exercise="halve")
    assert points(course) == {"ada": [2, 0], "bob": [2, 0.5], "cem": [2, 1], "dee": [2, 1.5]}
    assert {result.exercises[1].seed for result in recorded(course).values()} == {5}
    assert in_gradebook(course)["dee"] == 3.75


def test_a_submission_that_kills_its_worker_is_refused_and_the_others_are_graded(course: Path, download: Path) -> None:
    submit(download, "mal", 2, 2, die=True)
    code, said = run(course, download)
    assert code == 1
    assert "its worker was killed by signal 9, 2 times" in said
    assert len(points(course)) == 5
    refused = recorded(course)["mal"]
    assert (refused.status, refused.points, refused.max_points) == ("refused", 0, 4)
    assert in_gradebook(course)["mal"] == 0


def test_a_regrade_that_fails_leaves_gradebook_and_result_equal(course: Path, download: Path) -> None:
    run(course, download)
    submit(download, "dee", 2, 2, die=True)
    code, _ = run(course, download, mode="force")
    assert code == 1
    assert points(course)["dee"] == [0, 0]
    assert in_gradebook(course)["dee"] == 0
    assert not (course / "autograded" / "dee" / TINY / f"{TINY}.ipynb").exists()


def test_text_that_no_file_can_hold_does_not_stop_the_batch(course: Path, download: Path) -> None:
    submit(download, "sur", 1, 1, text="half a pair: \ud800")
    code, said = run(course, download)
    assert code == 0, said
    assert "half a pair" in recorded(course)["sur"].exercises[0].text


def test_the_number_of_workers_changes_nothing(course: Path, download: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(course, tmp_path / "other"))
    _, one = run(course, download, workers=1, seed=3)
    _, four = run(other, download, workers=4, seed=3)
    assert points(course) == points(other)
    assert [line for line in one.splitlines() if "│" in line] == [line for line in four.splitlines() if "│" in line]


def test_a_full_disk_stops_with_one_line_and_resume_finishes(
    course: Path, download: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []
    really_write = results.write_atomically

    def fills_up(path: Path, data: bytes) -> None:
        written.append(path)
        if len([p for p in written if p.suffix == ".json" and p.parent.name == TINY and p.name != ".batch.json"]) > 2:
            with monkeypatch.context() as full:
                full.setattr("os.fsync", _no_space)
                really_write(path, data)
        really_write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(results, "write_atomically", fills_up)
        with pytest.raises(AutograderError, match=r"No space left on device.*--resume"):
            run(course, download, seed=8)
    assert len(recorded(course)) == 2
    code, _ = run(course, download, resume=True)
    assert code == 0
    assert points(course) == {"ada": [2, 0], "bob": [2, 0.5], "cem": [2, 1], "dee": [2, 1.5]}
    assert {result.seed for result in recorded(course).values()} == {8}
    assert len(in_gradebook(course)) == 4


def _no_space(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_locked_gradebook_loses_nothing(course: Path, download: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def impatient(*args: Any, **kwargs: Any) -> GradebookWriter:
        return GradebookWriter(*args, **{**kwargs, "busy_timeout_s": 0.1})

    monkeypatch.setattr("autograder.grading.record.gradebook.GradebookWriter", impatient)
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(AutograderError, match=r"database is locked; every result is kept"):
        run(course, download)
    other.execute("ROLLBACK")
    other.close()
    assert len(points(course)) == 4
    assert in_gradebook(course) == {}
    code, _ = run(course, download)
    assert code == 0
    assert len(in_gradebook(course)) == 4


def test_two_runs_of_one_assignment_exclude_each_other(course: Path, download: Path) -> None:
    from autograder.grading.batch.workroot import exclusive

    with (
        exclusive(course / "results" / TINY / ".lock", "held"),
        pytest.raises(AutograderError, match="being graded by another run"),
    ):
        run(course, download)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"mode": "regrade", "exercise": "quarter"}, "it has double, halve"),
        ({"mode": "regrade", "exercise": "halve", "seed": 3}, "leave --seed out"),
    ],
)
def test_impossible_wishes_are_one_line(course: Path, download: Path, wish: dict[str, Any], words: str) -> None:
    with pytest.raises(AutograderError, match=words):
        run(course, download, **wish)


def interrupt_after(count: int, monkeypatch: pytest.MonkeyPatch, *where: Path) -> tuple[str, list[str]]:
    """Grade, with Ctrl-C after so many are filed: what was printed, and who was filed."""
    filed: list[str] = []

    def interrupted(self: Any, result: SubmissionResult, *rest: Any) -> None:
        if len(filed) == count:
            raise KeyboardInterrupt
        filed.append(result.student_id)
        really_file(self, result, *rest)

    really_file = carrying_out.Cabinet.file
    with monkeypatch.context() as patched:
        patched.setattr(carrying_out.Cabinet, "file", interrupted)
        code, said = run(*where)
    assert code == 130
    return said, filed


def test_interrupting_says_how_to_go_on(course: Path, download: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, filed = interrupt_after(1, monkeypatch, course, download)
    assert "--resume" in said
    assert list(in_gradebook(course)) == filed
    code, _ = run(course, download, resume=True)
    assert code == 0
    assert len(in_gradebook(course)) == 4
    assert len({result.seed for result in recorded(course).values()}) == 1


def test_a_killed_grader_is_resumed_with_the_same_grades(course: Path, tmp_path: Path) -> None:
    download, gate = tmp_path / "in", tmp_path / "gate"
    for number in range(6):
        submit(download, f"s{number}", 2, number / 4, **({} if number < 2 else {"wait": str(gate)}))
    command = [sys.executable, str(TOY), "grade", str(course), str(download)]
    parent = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    for _ in range(1200):
        if len(points(course)) == 2:
            break
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    seeds = {result.seed for result in recorded(course).values()}
    assert len(seeds) == 1
    gate.touch()
    resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False, timeout=300)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert points(course) == {f"s{number}": [2, number / 4] for number in range(6)}
    assert {result.seed for result in recorded(course).values()} == seeds
    assert in_gradebook(course) == {f"s{number}": 2 + number / 4 for number in range(6)}
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"autograder-{os.getuid()}-*/collected/s0*"))
