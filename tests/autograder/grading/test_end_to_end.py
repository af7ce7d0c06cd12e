"""`autograder grade` on unit 00 with real kernels: good and malformed submissions, kills, the same points every way.

`CLASS` and `KILLS` (environment) make the killed class larger and the kills more.
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
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook

from autograder.errors import AutograderError
from autograder.grading.isolation.ladder import choose
from autograder.grading.results import ResultStore, SubmissionResult

UNIT = "00_start_here"
CLASS = int(os.environ.get("CLASS", "6"))
KILLS = int(os.environ.get("KILLS", "2"))
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


pytestmark = pytest.mark.xdist_group("end-to-end")  # its costly fixtures are made once, on one worker


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
    return [sys.executable, "-m", "autograder.cli", "grade", *given, "--seed", str(SEED), *options]


def grade(course: Path, download: Path, *options: str, isolation: str = "none") -> subprocess.CompletedProcess[str]:
    full = command(course, download, *options, isolation=isolation)
    return subprocess.run(full, capture_output=True, text=True, check=False, timeout=GUARD_SECONDS, cwd=course)


def recorded(course: Path) -> dict[str, SubmissionResult]:
    return {result.student_id: result for result in ResultStore(course, UNIT).all()}


def points(course: Path) -> dict[str, dict[str, float]]:
    return {student: {e.name: e.points for e in result.exercises} for student, result in recorded(course).items()}


def in_gradebook(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {s.student.id: s.score for s in book.assignment_submissions(UNIT)}


def totals(course: Path) -> dict[str, float]:
    return {student: result.points for student, result in recorded(course).items()}


@pytest.fixture(scope="module")
def graded(base: Path, download: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The class graded by two workers: the course, and what was printed."""
    course = Path(shutil.copytree(base, tmp_path_factory.mktemp("graded") / "course"))
    done = grade(course, download, "--workers", "2")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return course, done.stdout


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


def test_one_worker_and_isolation_give_the_same_points(
    graded: tuple[Path, str], base: Path, download: Path, tmp_path: Path
) -> None:
    try:
        level = choose("auto").level
    except AutograderError as error:
        pytest.skip(str(error))
    course = Path(shutil.copytree(base, tmp_path / "course"))
    done = grade(course, download, "--workers", "1", isolation="auto")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert points(course) == points(graded[0])
    assert {result.isolation for result in recorded(course).values()} == {level}


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
    done = grade(course, folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    results = recorded(course)
    assert all(results[student].points == results[student].max_points for student in ("right", "views"))
    unread = " ".join(done.stdout.split())
    for name in files:
        result = results.get(name)
        assert f"{name}.ipynb: " in unread or (result is not None and result.points == 0), name


def kills() -> list[tuple[str, int]]:
    """Whom to kill, and after how many results."""
    draw = random.Random(KILLS)
    return [(("parent", "server", "worker")[number % 3], draw.randrange(CLASS // 2)) for number in range(KILLS)]


@pytest.fixture(scope="module")
def undisturbed(
    base: Path, release: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, dict[str, float]]]:
    folder = tmp_path_factory.mktemp("class")
    bodies = list(ANSWERS.values())
    for number in range(CLASS):
        hand_in(release, folder, f"s{number:02}", bodies[number % len(bodies)])
    course = Path(shutil.copytree(base, tmp_path_factory.mktemp("undisturbed") / "course"))
    done = grade(course, folder)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return folder, points(course)


@pytest.mark.parametrize(("victim", "after"), kills())
def test_a_killed_batch_ends_with_the_grades_of_an_undisturbed_one(
    victim: str, after: int, base: Path, undisturbed: tuple[Path, dict[str, dict[str, float]]], tmp_path: Path
) -> None:
    folder, expected = undisturbed
    course = Path(shutil.copytree(base, tmp_path / "course"))
    parent = psutil.Popen(command(course, folder, "--workers", "2"), stdout=subprocess.DEVNULL, cwd=course)
    family = _wait_for(parent, course, after, victim)
    target = parent if victim == "parent" else _member(family, victim)
    with contextlib.suppress(psutil.NoSuchProcess):
        target.kill()
    parent.wait(GUARD_SECONDS)
    _, alive = psutil.wait_procs(family, timeout=120)
    assert not alive, f"still there: {[process.cmdline() for process in alive]}"
    done = grade(course, folder, "--resume")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert points(course) == expected
    assert in_gradebook(course) == totals(course)


def _wait_for(parent: psutil.Process, course: Path, after: int, victim: str) -> list[psutil.Process]:
    """Wait until so many results are there, and the victim too; everything the parent has started by then."""
    deadline = time.monotonic() + GUARD_SECONDS
    while time.monotonic() < deadline:
        family = parent.children(recursive=True)
        if len(recorded(course)) >= after and (victim == "parent" or _member(family, victim) is not None):
            return family
        if parent.poll() is not None:
            pytest.skip("the batch was over before anything could be killed")
        time.sleep(0.02)
    raise AssertionError("nothing happened")


def _member(family: list[psutil.Process], victim: str) -> psutil.Process | None:
    wanted = {"worker": "autograder.grading.worker", "server": "autograder.grading.kernels.server"}[victim]
    for process in family:
        try:
            if wanted in process.cmdline():
                return process
        except psutil.NoSuchProcess:
            continue
    return None
