"""Gradescope: an autograder zip that grades with this course's own grader, and results in Gradescope's format.

Guarantees: tests in ``results.json`` are the exercises, in notebook order, with points that add up to the score;
a test's text is what the check says to the student, never a hidden case's source; a submission that cannot be graded
gives a readable ``results.json`` too.

Reference:
    Gradescope's autograder specification: ``setup.sh`` once, ``run_autograder`` per submission, which writes
    ``/autograder/results/results.json``; by default 768 MB of memory and ten minutes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.grading.export.files import write_zip
from autograder.grading.export.platforms import Written
from autograder.grading.export.scores import Score
from autograder.grading.report import safe
from autograder.grading.report.feedback import one_line
from autograder.grading.report.page import state_of
from autograder.grading.results import ExerciseResult, SubmissionResult, number

ROOT = Path(__file__).resolve().parents[3]
OUTPUT_LIMIT_CHARS = 6_000
_STATUS = {"full": "passed", "part": "failed", "none": "failed"}

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, when the image is made: the packages, and bubblewrap, which locks submissions in.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends python3 python3-venv bubblewrap
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --quiet --index-url https://download.pytorch.org/whl/cpu \\
    "torch=={torch}" "torchvision=={torchvision}"
/autograder/venv/bin/pip install --quiet "/autograder/source[staff]"
cd /autograder/source
export PATH="/autograder/venv/bin:$PATH"
python -m autograder.grading.export.on_gradescope prepare {assignment}
"""

RUN = """#!/usr/bin/env bash
# Gradescope runs this for every submission; whatever happens, results.json says it in words.
cd /autograder/source
export PATH="/autograder/venv/bin:$PATH" OMP_NUM_THREADS=1
export MALLOC_MMAP_THRESHOLD_=1048576  # what large networks held goes back to the system at once
exec python -m autograder.grading.export.on_gradescope run {assignment}
"""


def results_json(result: SubmissionResult) -> dict[str, Any]:
    """One result as Gradescope reads it.

    Args:
        result: what judging found.

    Returns:
        The content of ``results.json``.
    """
    waiting = sum(item.max_points for item in result.manual)
    notes = [safe.clip(note) for note in result.notes]
    if result.status == "refused":
        notes = [*(safe.clip(flag) for flag in result.flags), *notes]
    if waiting:
        notes.append(f"{number(waiting)} more points are for written answers, which a person reads.")
    return {
        "score": round(result.points, 4),
        "execution_time": round(sum(result.timings_s.values()), 2),
        "output": "\n".join(notes),
        "output_format": "text",
        "test_output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(exercise, i + 1) for i, exercise in enumerate(result.exercises)],
        "extra_data": {
            "seed": result.seed,
            "late": result.late,
            "isolation": result.isolation,
            "versions": result.versions,
        },
    }


def failed_json(reason: str) -> dict[str, Any]:
    """A ``results.json`` for a submission without a result."""
    return {"score": 0, "output": safe.clip(reason, OUTPUT_LIMIT_CHARS), "output_format": "text", "tests": []}


def autograder_zip(course_root: Path, assignment: str, directory: Path) -> Written:
    """Write the zip that Gradescope's "Configure Autograder" takes.

    Args:
        course_root: folder with ``course.toml``, ``assignments/`` and ``solutions/``.
        assignment: the assignment it grades.
        directory: where the zip is written.

    Raises:
        AutograderError: the assignment is not built.
    """
    wanted = [course_root / kind / assignment / f"{assignment}.ipynb" for kind in ("assignments", "solutions")]
    for notebook in wanted:
        if not notebook.is_file():
            raise AutograderError(f"{notebook}: not there; run autograder build, then export again")
    files = [ROOT / name for name in ("pyproject.toml", "README.md")]
    if not files[0].is_file():
        raise AutograderError(
            f"{files[0]}: not there; export from a clone of the repository, which holds what to install"
        )
    files += [path for package in ("autograder", "convlab") for path in sorted((ROOT / package).rglob("*"))]
    members = {
        f"{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    }
    members["course.toml"] = (course_root / "course.toml").read_bytes()
    members |= {path.relative_to(course_root).as_posix(): path.read_bytes() for path in wanted}
    versions = {name: version(name).split("+")[0] for name in ("torch", "torchvision")}
    members["setup.sh"] = SETUP.format(**versions, assignment=assignment).encode()
    members["run_autograder"] = RUN.format(assignment=assignment).encode()
    path = directory / f"gradescope-autograder-{assignment}.zip"
    write_zip(path, members, executable=frozenset({"setup.sh", "run_autograder"}))
    advice = "the default container will do; a submission that is stopped for memory says so: choose a larger one then"
    return Written(path, f"Gradescope: the assignment → Configure Autograder → Zip file upload; {advice}")


def results_zip(scores: Sequence[Score], directory: Path) -> Written:
    """Write every result in Gradescope's format, one ``results.json`` per student."""
    members = {
        f"{score.result.student_id}/results.json": json.dumps(results_json(score.result), indent=1).encode()
        for score in scores
    }
    path = write_zip(directory / "gradescope-results.zip", members)
    return Written(path, "results.json per student, as the autograder on Gradescope writes them")


def _test(exercise: ExerciseResult, position: int) -> dict[str, Any]:
    words = exercise.text or one_line(exercise)
    return {
        "name": exercise.name,
        "number": str(position),
        "score": round(exercise.points, 4),
        "max_score": exercise.max_points,
        "status": _STATUS[state_of(exercise.points, exercise.max_points, exercise.attempted)],
        "output": safe.clip(words, OUTPUT_LIMIT_CHARS),
        "visibility": "visible",
    }
