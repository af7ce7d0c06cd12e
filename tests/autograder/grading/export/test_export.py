"""What the platforms' importers look for is in our files, with the gradebook's scores, each in the right row."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.errors import AutograderError
from autograder.grading.export import platforms
from autograder.grading.export.command import export
from autograder.grading.export.gradescope import autograder_zip
from autograder.grading.export.on_gradescope import STOPPED, run
from autograder.grading.export.scores import Item, Score
from autograder.grading.record.gradebook import GradebookWriter
from autograder.grading.report import write_feedback
from autograder.grading.results import ResultStore, SubmissionResult

from ..records import result, source_notebook

A = "90_tiny"
CANVAS = "submissions.zip/{name}_{user}_{attachment}_90_tiny.ipynb"
MOODLE = "90_tiny.zip/{name}_{participant}_assignsubmission_file_/90_tiny.ipynb"


def students() -> list[SubmissionResult]:
    """Three people from Canvas (one late), one from Moodle, and a refused file."""
    broken = {"status": "refused", "flags": ("the JSON ends too early",), "notes": ()}
    return [
        result(
            "ada", 2, 1, source=CANVAS.format(name="exampleada", user=101, attachment=9001), email="ada@example.org"
        ),
        result("ben", 0, 0, answered=False, source=CANVAS.format(name="exampleben_LATE", user=102, attachment=9002)),
        result("cleo", 2, 2, source=CANVAS.format(name="examplecleo", user=103, attachment=9003)),
        result("dora", 1, 0, source=MOODLE.format(name="Dora Example", participant=777), email="dora@example.org"),
        result("eve", 0, 0, source=CANVAS.format(name="exampleeve", user=105, attachment=9005), **broken),
    ]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded course in which a person has read one written answer."""
    root = tmp_path_factory.mktemp("course")
    store = ResultStore(root, A)
    for each in students():
        store.save(each)
        write_feedback(each, None, root / "feedback" / each.student_id / A)
    with GradebookWriter(root, A) as writer:
        writer.register(source_notebook())
        writer.record(store.all())
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        grade = book.find_grade("why", A, A, "cleo")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 2.5, 0.5, False
        book.find_comment("why", A, A, "cleo").manual_comment = "Well said, <script>alert(1)</script>*really*."
        regraded = book.find_grade("double-tests", A, A, "ben")
        regraded.manual_score, regraded.needs_manual_grade = 1.5, False
        book.db.commit()
    for kind in ("assignments", "solutions"):
        (root / kind / A).mkdir(parents=True)
        (root / kind / A / f"{A}.ipynb").write_text("{}", encoding="utf-8")
    (root / "course.toml").write_text("[course]\n", encoding="utf-8")
    return root


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_canvas_finds_its_columns_and_its_people(course: Path, tmp_path: Path) -> None:
    (grades, _), _ = export(course, A, "canvas", tmp_path, column="Tiny (4711)")
    assert grades.purpose == (
        "Canvas: Grades → Import; 'Tiny (4711)' must be the assignment's title there (--column TITLE)"
    )
    first, *people = rows(tmp_path / "canvas-grades.csv")
    assert list(first) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Tiny (4711)"]
    assert (first["Student"], first["Tiny (4711)"]) == ("    Points Possible", "7")
    by_name = {row["Student"]: row for row in people}
    assert [by_name[name]["ID"] for name in ("Ada Example", "Ben Example", "Dora Example")] == ["101", "102", ""]
    totals = {row["Student"].split()[0]: row["Tiny (4711)"] for row in people}
    assert totals == {"Ada": "3", "Ben": "1.5", "Cleo": "7", "Dora": "1", "Eve": ""}


def test_whom_canvas_hides_is_named_beside_the_file_and_not_in_it(tmp_path: Path) -> None:
    source = "all.zip/LATE_anon_aB3xY_9006_90_tiny.ipynb"
    hidden = result("anon_aB3xY", 1, 0, source=source, platform_ids=(("canvas", "anon_aB3xY"),))
    seen = result("ada", 2, 1, source=CANVAS.format(name="exampleada", user=101, attachment=9001))
    scores = [Score(each, (), 1.0, 7.0) for each in (hidden, seen)]
    (written,) = platforms.canvas(scores, tmp_path, "Tiny", False)
    assert [row["ID"] for row in rows(tmp_path / "canvas-grades.csv")] == ["", "101"]
    assert written.left_out == (scores[0].name,)


def test_scores_by_a_person_count_and_unread_answers_are_counted(course: Path, tmp_path: Path) -> None:
    _, unread = export(course, A, "csv", tmp_path)
    table = {row["student_id"]: row for row in rows(tmp_path / "grades.csv")}
    assert (table["cleo"]["why"], table["cleo"]["total"], table["cleo"]["unread_answers"]) == ("3", "7", "0")
    assert (table["ada"]["why"], table["ada"]["unread_answers"]) == ("", "1")
    assert (table["ada"]["double"], table["ada"]["halve"]) == ("2", "1")
    assert unread == 2  # ada and dora; ben wrote nothing, eve's file is refused


def test_points_by_hand_stay_where_a_person_is_to_look_again(tmp_path: Path) -> None:
    items = (
        Item("double", 2, 2, written=False, waits=False),
        Item("why", 2.5, 3, written=True, waits=True, by_hand=True),
        Item("why-not", 0, 3, written=True, waits=True),
    )
    score = Score(result("ada", 2), items, total=4.5, max_total=8)
    (written,) = platforms.plain([score], tmp_path, "", per_exercise=True)
    (row,) = rows(written.path)
    assert [row[name] for name in ("double", "why", "why-not", "total", "unread_answers")] == [
        "2",
        "2.5",
        "",
        "4.5",
        "2",
    ]
    assert platforms.unread([score]) == 1


def test_every_exercise_gets_a_column_when_asked(course: Path, tmp_path: Path) -> None:
    (grades, _), _ = export(course, A, "canvas", tmp_path, per_exercise=True)
    assert "leave those out of the final grade" in grades.purpose
    most, ada, *_ = rows(tmp_path / "canvas-grades.csv")
    assert (most[f"{A}: double"], most[f"{A}: halve"], most[f"{A}: why"]) == ("2", "2", "3")
    assert (ada[f"{A}: double"], ada[f"{A}: halve"], ada[f"{A}: why"]) == ("2", "1", "")


def test_canvas_feedback_keeps_the_numbers_that_route_it(course: Path, tmp_path: Path) -> None:
    written, _ = export(course, A, "canvas", tmp_path)
    with zipfile.ZipFile(tmp_path / "canvas-feedback.zip") as archive:
        names = archive.namelist()
        assert b"Ada Example" in archive.read("exampleada_101_9001_90_tiny.html")
    assert "exampleben_LATE_102_9002_90_tiny.html" in names
    # Canvas takes the first two parts that are all digits for the user and the attachment.
    routed = {tuple([part for part in name.split("_") if part.isdigit()][:2]) for name in names}
    assert routed == {("101", "9001"), ("102", "9002"), ("103", "9003"), ("105", "9005")}
    assert written[-1].left_out == ("Dora Example",)


def test_what_a_person_gave_and_said_is_on_the_page_that_goes_back(course: Path, tmp_path: Path) -> None:
    export(course, A, "csv", tmp_path)
    with zipfile.ZipFile(tmp_path / "csv-feedback.zip") as archive:
        ada, ben, cleo = (archive.read(f"{name}/{A}.html").decode() for name in ("ada", "ben", "cleo"))
    assert "3 more for written answers, which a person reads" in ada
    assert "to be read by a person" in ada
    assert "A person looked at this and gave 1.5 points." in ben
    assert '<b>1.5</b> <span class="soft">of 4 points' in ben
    assert '<b class="small">3</b> of 3 for written answers' in cleo
    assert "to be read by a person" not in cleo
    assert "<em>really</em>" in cleo
    assert "<script" not in cleo


def test_moodle_gets_a_worksheet_and_folders_it_can_route(course: Path, tmp_path: Path) -> None:
    written, _ = export(course, A, "moodle", tmp_path)
    (dora,) = rows(tmp_path / "moodle-worksheet.csv")
    assert dora["Identifier"] == "Participant 777"
    assert (dora["Grade"], dora["Maximum grade"]) == ("1", "7")
    assert "double 1/2" in dora["Feedback comments"]
    assert "Last modified (grade)" in dora
    assert set(written[0].left_out) == {"Ada Example", "Ben Example", "Cleo Example", "Eve Example"}
    assert [row["Email address"] for row in rows(tmp_path / "moodle-gradebook.csv")] == [
        "ada@example.org",
        "dora@example.org",
    ]
    with zipfile.ZipFile(tmp_path / "moodle-feedback.zip") as archive:
        assert archive.namelist() == ["Dora Example_777_assignsubmission_file_/90_tiny-feedback.html"]


def test_gradescope_results_add_up(course: Path, tmp_path: Path) -> None:
    export(course, A, "gradescope", tmp_path)
    with zipfile.ZipFile(tmp_path / "gradescope-results.zip") as archive:
        ada = json.loads(archive.read("ada/results.json"))
        eve = json.loads(archive.read("eve/results.json"))
    assert ada["score"] == sum(test["score"] for test in ada["tests"]) == 3
    assert [(test["name"], test["max_score"], test["status"]) for test in ada["tests"]] == [
        ("double", 2, "passed"),
        ("halve", 2, "failed"),
    ]
    assert "halve is wrong" in ada["tests"][1]["output"]
    assert "the JSON ends too early" in eve["output"]


def test_the_autograder_zip_holds_what_grading_needs(course: Path, tmp_path: Path) -> None:
    export(course, A, "gradescope", tmp_path)
    with zipfile.ZipFile(tmp_path / f"gradescope-autograder-{A}.zip") as archive:
        names = set(archive.namelist())
        run_script = archive.read("run_autograder").decode()
        executable = {entry.filename for entry in archive.infolist() if entry.external_attr >> 16 & 0o111}
    assert {"pyproject.toml", "course.toml", f"assignments/{A}/{A}.ipynb", f"solutions/{A}/{A}.ipynb"} <= names
    assert {"autograder/cli.py", "autograder/grading/report/templates/style.css", "convlab/__init__.py"} <= names
    assert executable == {"setup.sh", "run_autograder"}
    assert run_script.startswith("#!/usr/bin/env bash\n")
    assert run_script.rstrip().endswith(f"autograder.grading.export.on_gradescope run {A}")


def test_on_gradescope_a_stopped_container_has_said_why(tmp_path: Path) -> None:
    def stopped(submission: Path, assignment: str, course: Path) -> str:
        raise MemoryError

    with pytest.raises(MemoryError):
        run(A, tmp_path, stopped)
    assert json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))["output"] == STOPPED


def test_on_gradescope_the_result_is_what_was_graded(tmp_path: Path) -> None:
    def graded(submission: Path, assignment: str, course: Path) -> str:
        assert submission == tmp_path / "submission"
        ResultStore(course, assignment).save(result("ada", 2, 1))
        return "score: 9999"

    assert run(A, tmp_path, graded)["score"] == 3
    assert json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))["score"] == 3


def test_the_zip_grades_a_submission_in_a_bare_folder(root: Path, tmp_path: Path) -> None:
    """Unpacked as Gradescope unpacks it, with nothing else of the course in sight; only pip's part is not tried."""
    unit, home = "00_start_here", tmp_path / "autograder"
    packed = autograder_zip(root, unit, tmp_path).path
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(home / "source")
    notebook = json.loads((home / "source" / "assignments" / unit / f"{unit}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "standardize":
            cell["source"] = "def standardize(image, mean, std):\n    return (image - mean) / std"
    (home / "submission").mkdir()
    (home / "submission" / "my homework.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    code = (
        "import autograder; from pathlib import Path; from autograder.grading.export import on_gradescope as here; "
        f"assert Path(autograder.__file__).is_relative_to({str(home)!r}); "
        f"here.run({unit!r}, Path({str(home)!r}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(home / "source")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=home / "source", env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    content = json.loads((home / "results" / "results.json").read_text(encoding="utf-8"))
    if "cannot be isolated" in content["output"]:
        pytest.skip(content["output"])
    (test,) = content["tests"]
    assert (test["name"], test["status"], test["max_score"]) == ("standardize", "failed", 2)
    assert content["score"] == test["score"] < 2
    assert "the statistics run along the width" in test["output"]
    assert content["extra_data"]["isolation"] in ("A", "B", "C", "macOS")


def test_on_gradescope_no_notebook_is_said_in_words(tmp_path: Path) -> None:
    said = "0 submissions of 90_tiny; isolation: B\ncannot be graded: a.ipynb: it is empty; ask for the file again"
    content = run(A, tmp_path, lambda submission, assignment, course: said)
    assert content["score"] == 0
    assert content["output"] == f"Expected one notebook of {A}, found 0.\n{said.splitlines()[1]}"


def test_on_gradescope_a_machine_that_cannot_isolate_is_not_the_students_fault(tmp_path: Path) -> None:
    said = "autograder: student code cannot be isolated here (…); look at autograder doctor"
    content = run(A, tmp_path, lambda submission, assignment, course: said)
    assert content["output"].startswith("Grading could not start, which is not about your notebook")
    assert said in content["output"]


def test_nothing_graded_is_one_line_that_says_what_to_do(course: Path, tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="no results; grade first"):
        export(tmp_path, A, "csv", tmp_path)
    ResultStore(tmp_path, A).save(result("ada", 2, 1))
    with pytest.raises(AutograderError, match="no gradebook"):
        export(tmp_path, A, "csv", tmp_path)
    with pytest.raises(AutograderError, match="expected one of canvas, moodle, gradescope, csv"):
        export(course, A, "blackboard", tmp_path)


def test_exporting_twice_gives_the_same_bytes(course: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(course, A, "canvas", tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
