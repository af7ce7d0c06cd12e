"""`autograder grade` on unit 00 with real kernels: good and malformed submissions, kills, the same points every way.

`CLASS` and `KILLS` (environment) make the killed class larger and the kills more: ``KILLS=25 CLASS=40 pytest -k kill``.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook

from autograder.errors import AutograderError
from autograder.grading.batch.workroot import PREFIX
from autograder.grading.isolation.ladder import choose
from autograder.grading.results import ResultStore, SubmissionResult
from benchmarks.parts import NAMES, seconds_by_part

UNIT = "00_start_here"
CLASS = int(os.environ.get("CLASS", "6"))
KILLS = int(os.environ.get("KILLS", "4"))
SEED = 20
GUARD_SECONDS = 600
RIGHT = "return (image - mean[:, None, None]) / std[:, None, None]"
ANSWERS = {
    "right": RIGHT,
    "views": "return (image - mean.view(-1, 1, 1)).div(std.view(-1, 1, 1))",
    "noisy": "import warnings\n    warnings.warn('hm')\n    print('x' * 99)\n    " + RIGHT,
    "swapped": "return (image - std[:, None, None]) / mean[:, None, None]",
    "deadly": "import os\n    os._exit(3)",
    "raising": "return image[99]",
}
FULL = {"right", "views", "noisy"}


@pytest.fixture(scope="module")
def base(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with unit 00 as it is built, graded nowhere yet."""
    course = tmp_path_factory.mktemp("base")
    shutil.copy(root / "course.toml", course)
    for folder in ("assignments", "solutions"):
        shutil.copytree(root / folder / UNIT, course / folder / UNIT)
    return course


@pytest.fixture(scope="module")
def release(base: Path) -> nbformat.NotebookNode:
    return nbformat.read(base / "assignments" / UNIT / f"{UNIT}.ipynb", as_version=4)


def hand_in(release: nbformat.NotebookNode, folder: Path, student: str, body: str) -> None:
    notebook = nbformat.from_dict(release)
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "standardize")
    cell.source = f"def standardize(image, mean, std):\n    # {student}\n    {body}"
    nbformat.write(notebook, folder / f"{student}.ipynb")


@pytest.fixture(scope="module")
def download(release: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("download")
    for student, body in ANSWERS.items():
        hand_in(release, folder, student, body)
    return folder


def command(course: Path, download: Path, *options: str, isolation: str = "none") -> list[str]:
    given = [str(download), "--assignment", UNIT, "--course", str(course), "--isolation", isolation]
    seed = [] if "--regrade" in options else ["--seed", str(SEED)]
    return [sys.executable, "-m", "autograder.cli", "grade", *given, *seed, *options]


def finished(full: list[str], course: Path, **environment: str) -> str:
    """What a command that grades has printed; it may find that a person is needed, and nothing worse."""
    env = {**os.environ, **environment}
    done = subprocess.run(full, capture_output=True, text=True, check=False, timeout=GUARD_SECONDS, cwd=course, env=env)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


def best_level() -> str:
    """The best level of isolation here, or none."""
    try:
        return choose("auto").level
    except AutograderError:
        return "none"


def recorded(course: Path) -> dict[str, SubmissionResult]:
    return {result.student_id: result for result in ResultStore(course, UNIT).all()}


def judged(course: Path) -> dict[str, dict[str, Any]]:
    """All that grading says about each submission: points, diagnoses, reasons, the whole report; not how it ran."""
    how = {"batch", "graded_at", "timings_s", "isolation", "notes", "versions", "source"}
    return {student: result.model_dump(mode="json", exclude=how) for student, result in recorded(course).items()}


def in_gradebook(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        rows = [(row.student.id, row.score) for row in book.assignment_submissions(UNIT)]
    assert len(dict(rows)) == len(rows), "somebody is there twice"
    return dict(rows)


def totals(course: Path) -> dict[str, float]:
    return {student: result.points for student, result in recorded(course).items()}


@pytest.fixture(scope="module")
def graded(base: Path, download: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The class graded by two workers: the course, and what was printed."""
    course = Path(shutil.copytree(base, tmp_path_factory.mktemp("graded") / "course"))
    return course, finished(command(course, download, "--workers", "2"), course)


def test_right_answers_get_all_points_and_wrong_ones_a_reason(graded: tuple[Path, str]) -> None:
    course, said = graded
    results = recorded(course)
    assert set(results) == set(ANSWERS)
    for student, result in results.items():
        assert (result.points == result.max_points) == (student in FULL), (student, result.exercises)
        assert all(e.reason for e in result.exercises if e.points < e.max_points)
    assert "ended" in results["deadly"].exercises[0].reason or "exit" in results["deadly"].exercises[0].reason
    assert all(student in said for student in ANSWERS)


def test_the_gradebook_equals_the_results(graded: tuple[Path, str]) -> None:
    assert in_gradebook(graded[0]) == totals(graded[0])


def test_every_result_says_how_it_came_about(graded: tuple[Path, str]) -> None:
    for result in recorded(graded[0]).values():
        assert (result.seed, result.isolation) == (SEED, "none")
        assert {"python", "torch", "nbgrader"} <= set(result.versions)
        assert {"run", "judge"} <= set(result.timings_s)


def test_formgrader_can_show_every_notebook(graded: tuple[Path, str]) -> None:
    from nbgrader.nbgraderformat import MetadataValidator

    paths = list(graded[0].glob(f"autograded/*/{UNIT}/{UNIT}.ipynb"))
    assert len(paths) == len(ANSWERS)
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            MetadataValidator().validate_cell(cell)


def test_the_benchmark_finds_where_the_time_of_a_graded_class_goes(graded: tuple[Path, str], tmp_path: Path) -> None:
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    seconds = seconds_by_part(course, UNIT)
    assert {*NAMES.values(), "report: class page"} < set(seconds)
    assert min(seconds.values()) > 0
    assert in_gradebook(course) == totals(course)


def test_nbgrader_exports_the_grades(graded: tuple[Path, str], tmp_path: Path) -> None:
    course, _ = graded
    bin_folder = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]]), "HOME": str(tmp_path)}
    out = tmp_path / "grades.csv"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", f"--CourseDirectory.root={course}", f"--CsvExportPlugin.to={out}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=GUARD_SECONDS,
        cwd=course,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    with out.open() as file:
        rows = list(csv.DictReader(file))
    scores = {row["student_id"]: float(row["score"]) for row in rows}
    assert scores == totals(course)


WAYS = {
    "one worker": ("1", "none"),
    "four workers, isolated": ("4", "auto"),
}


@pytest.mark.parametrize("way", WAYS)
def test_workers_and_isolation_change_nothing_about_the_grades(
    way: str, graded: tuple[Path, str], base: Path, download: Path, tmp_path: Path
) -> None:
    workers, isolation = WAYS[way]
    level = "none" if isolation == "none" else best_level()
    if level == "none" != isolation:
        pytest.skip("student code cannot be isolated here")
    course = Path(shutil.copytree(base, tmp_path / "course"))
    finished(command(course, download, "--workers", workers, isolation=isolation), course)
    assert judged(course) == judged(graded[0])
    assert {result.isolation for result in recorded(course).values()} == {level}


def test_processes_that_start_cold_give_the_same_grades_and_say_so(
    graded: tuple[Path, str], base: Path, download: Path, tmp_path: Path
) -> None:
    course = Path(shutil.copytree(base, tmp_path / "course"))
    script = str(Path(__file__).with_name("cold_grader.py"))
    finished([sys.executable, script, "grade", str(course), str(download), UNIT, str(SEED)], course)
    assert judged(course) == judged(graded[0])
    for result in recorded(course).values():
        assert any("cold" in note and "2 threads" in note for note in result.notes), result.notes
    assert not any("cold" in note for result in recorded(graded[0]).values() for note in result.notes)


def test_regrading_an_exercise_gives_the_same_grades(graded: tuple[Path, str], download: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    before = {result.batch for result in recorded(course).values()}
    lost = course / "results" / UNIT / "right.json"
    spoilt = json.loads(lost.read_text())
    spoilt["exercises"][0] |= {"points": 0, "reason": "spoilt"}
    lost.write_text(json.dumps(spoilt))
    finished(command(course, download, "--regrade", "standardize", "--workers", "1"), course)
    assert judged(course) == judged(graded[0])
    assert before.isdisjoint(result.batch for result in recorded(course).values())
    assert in_gradebook(course) == totals(course)


def malformed(release: nbformat.NotebookNode) -> dict[str, bytes]:
    """Thirty files that are no gradable notebook, or only just."""
    whole = nbformat.writes(release)
    plain = json.loads(whole)
    shape = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    print_cell = {"cell_type": "code", "source": "print(1)", "metadata": {}, "outputs": []}
    as_json: dict[str, object] = {
        "a_list": [],
        "a_number": 3,
        "a_string": "notebook",
        "null": None,
        "no_cells": shape,
        "cells_null": {**shape, "cells": None},
        "cells_text": {**shape, "cells": "code"},
        "cells_empty": {**shape, "cells": []},
        "cells_of_numbers": {**shape, "cells": [1, 2]},
        "format_99": {**plain, "nbformat": 99},
        "format_text": {**plain, "nbformat": "four"},
        "format_missing": {k: v for k, v in plain.items() if k != "nbformat"},
        "another_unit": {**shape, "metadata": {"autograder": {"unit": "09_residual_networks"}}, "cells": []},
        "somebody_elses": {
            **shape,
            "cells": [{"cell_type": "code", "source": "print(1)", "metadata": {}, "outputs": []}],
        },
        "source_number": {**shape, "cells": [{**print_cell, "source": 5}]},
        "metadata_list": {**shape, "metadata": [], "cells": []},
        "cell_type_unknown": {**shape, "cells": [{"cell_type": "sql", "source": "", "metadata": {}}]},
        "error_page": {"error": "Drive: you need permission"},
    }
    files = {name: json.dumps(value).encode() for name, value in as_json.items()}
    files |= {f"truncated_{at}": whole.encode()[: len(whole) * at // 10] for at in (1, 5, 9)}
    return files | {
        "empty": b"",
        "blank": b" \n\n",
        "html": b"<!DOCTYPE html><html>Sign in</html>",
        "binary": bytes(range(256)) * 40,
        "nul": b"\0" * 1000,
        "utf16": whole.encode("utf-16"),
        "deep": b"[" * 100_000,
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        "python": b"def standardize(image, mean, std):\n    return image\n",
    }


def test_malformed_files_among_good_ones_are_listed_and_the_good_ones_graded(
    release: nbformat.NotebookNode, base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    files = malformed(release)
    assert len(files) >= 30
    for name, data in files.items():
        (folder / f"{name}.ipynb").write_bytes(data)
    for student in ("right", "views"):
        hand_in(release, folder, student, ANSWERS[student])
    course = Path(shutil.copytree(base, tmp_path / "course"))
    printed = finished(command(course, folder), course)
    results = recorded(course)
    assert all(results[student].points == results[student].max_points for student in ("right", "views"))
    unread = " ".join(printed.split())
    for name in files:
        result = results.get(name)
        assert f"{name}.ipynb: " in unread or (result is not None and result.points == 0), name


@dataclass(frozen=True)
class Kill:
    """Whom to kill, and when: after so many results, and a little later."""

    victim: str
    after: int
    later_s: float

    def __str__(self) -> str:
        return f"{self.victim}-after-{self.after}-and-{self.later_s:.2f}s"


def kills() -> list[Kill]:
    """Moments all over a batch: while it starts, while it grades, and, for the grader itself, while it writes up."""
    draw = random.Random(KILLS)
    victims = ("grader", "server", "worker", "nursery")
    drawn = [(victims[number % len(victims)], draw.random(), draw.uniform(0, 0.5)) for number in range(KILLS)]
    return [Kill(victim, int(at * (CLASS + (victim == "grader"))), later) for victim, at, later in drawn]


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for what grading makes on its way: its path is short enough for sockets, and every user may pass it."""
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def undisturbed(
    base: Path,
    release: nbformat.NotebookNode,
    download: Path,
    graded: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, dict[str, Any]]]:
    """A class, and what grading says about it when nobody interferes."""
    if len(ANSWERS) == CLASS:
        return download, judged(graded[0])
    folder = tmp_path_factory.mktemp("class")
    bodies = list(ANSWERS.values())
    for number in range(CLASS):
        hand_in(release, folder, f"s{number:02}", bodies[number % len(bodies)])
    course = Path(shutil.copytree(base, tmp_path_factory.mktemp("undisturbed") / "course"))
    finished(command(course, folder), course)
    assert len(recorded(course)) == CLASS
    return folder, judged(course)


@pytest.mark.parametrize("kill", kills(), ids=str)
def test_a_killed_batch_ends_with_the_grades_of_an_undisturbed_one(
    kill: Kill, base: Path, undisturbed: tuple[Path, dict[str, dict[str, Any]]], tmp_path: Path, scratch: Path
) -> None:
    folder, expected = undisturbed
    course = Path(shutil.copytree(base, tmp_path / "course"))
    isolation = "none" if best_level() == "none" else "auto"
    env = {**os.environ, "TMPDIR": str(scratch)}
    full = command(course, folder, "--workers", "2", isolation=isolation)
    grader = psutil.Popen(full, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=course, env=env)
    wait_for(kill, grader, course)
    with contextlib.suppress(psutil.TimeoutExpired):
        grader.wait(kill.later_s)
    if not end(kill, grader):
        pytest.skip("the batch was over before anything could be killed")
    grader.wait(GUARD_SECONDS)
    assert still_alive(scratch) == []
    finished(command(course, folder, "--resume", isolation=isolation), course, TMPDIR=str(scratch))
    assert judged(course) == expected
    assert in_gradebook(course) == totals(course)
    assert still_alive(scratch) == []
    assert list(scratch.glob(f"{PREFIX}*")) == []


def wait_for(kill: Kill, grader: psutil.Process, course: Path) -> None:
    """Wait until so many results are there, and the victim too."""
    deadline = time.monotonic() + GUARD_SECONDS
    while time.monotonic() < deadline and grader.poll() is None:
        if len(list((course / "results" / UNIT).glob("[!.]*.json"))) >= kill.after and victims(kill, grader):
            return
        time.sleep(0.02)
    assert grader.poll() is not None, "nothing happened"


def end(kill: Kill, grader: psutil.Process) -> bool:
    """Kill the victim, or the grader where the victim has ended by itself; False where that has ended, too."""
    for process in (*victims(kill, grader), grader):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                process.kill()
                return True
    return False


def victims(kill: Kill, grader: psutil.Process) -> list[psutil.Process]:
    """The processes of the kind to be killed: a worker is forked from the nursery, which the grader starts."""
    if kill.victim == "grader":
        return [grader]
    module = "autograder.grading.kernels.server" if kill.victim == "server" else "autograder.grading.batch.worker"
    found = []
    for process in grader.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            words, kind = process.cmdline(), "nursery" if process.ppid() == grader.pid else "worker"
            if module in words and "bwrap" not in words[0] and kill.victim in ("server", kind):
                found.append(process)
    return found


def still_alive(scratch: Path) -> list[str]:
    """What was started with this folder for temporary files and does not end, whoever its parent is now."""
    deadline = time.monotonic() + 120
    while (found := _born_with(scratch)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _born_with(scratch: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if any(str(scratch) in value for value in process.environ().values()):
                found.append(str(process.cmdline()))
    return found
