"""``python -m benchmarks.otter --otter-python PATH``: otter-grader on the same submissions, checked by the same checks.

Otter lives in an environment of its own, with the course's libraries beside it::

    uv venv /tmp/otter
    VIRTUAL_ENV=/tmp/otter uv pip install otter-grader ipykernel ipywidgets matplotlib torch torchvision scikit-learn

Guarantees: the notebooks are those that the other benchmark grades; every exercise is one otter test that calls the
same ``check(…, thorough=True)``; a submission that otter does not give all points ends the benchmark. Without
containers, which otter would start one of per submission, and in one process for all of them, this is otter at its
fastest; the students' code runs unprotected.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.checks.exercise import of_unit
from autograder.demo.bank import UNIT
from benchmarks import classes
from benchmarks.measure import Measured, run

TEST = """OK_FORMAT = False
from otter.test_files import test_case

name = "{name}"
points = None


@test_case(points={points:g})
def thorough({name}):
    from autograder import check

    report = check("{name}", {name}, thorough=True)
    assert report.passed, report.text
"""
GRADE = """
import json, sys
from otter.api import grade_submission

scores = []
for path in sys.argv[3:]:
    results = grade_submission(path, ag_path=sys.argv[1], quiet=True)
    scores.append([results.total, results.possible])
with open(sys.argv[2], "w") as file:
    json.dump(scores, file)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.otter", description=__doc__)
    parser.add_argument("--otter-python", type=Path, help="the Python of an environment that has otter-grader")
    parser.add_argument("--few", type=int, default=10, help="submissions in the small class")
    parser.add_argument("--many", type=int, default=40, help="submissions in the large class")
    given = parser.parse_args()
    if given.otter_python is None or (version := _version(given.otter_python)) is None:
        sys.exit(
            "benchmarks.otter: skipped; give --otter-python PATH of an environment that has otter-grader and torch"
        )
    print(f"{UNIT}, {given.few} and {given.many} honest submissions, otter-grader {version}, without containers")
    with tempfile.TemporaryDirectory(prefix="bench-otter-") as folder:
        few, many = (_graded(Path(folder), given.otter_python, n).seconds for n in (given.few, given.many))
    slope = (many - few) / (given.many - given.few)
    print(f"{few:.1f} s and {many:.1f} s: {slope:.3f} s per further submission")


def _version(python: Path) -> str | None:
    """Otter's version in an environment; None where it, or what the notebooks need, is missing."""
    code = "import importlib.metadata, ipykernel, matplotlib, otter, torch; print(otter.__version__)"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _graded(folder: Path, python: Path, students: int) -> Measured:
    course = classes.make_course(folder / "course", students)
    try:
        archive, scores = _autograder(course, python), course / "scores.json"
        submissions = sorted((course / "submitted").glob(f"*/{UNIT}/{UNIT}.ipynb"))
        command = [str(python), "-c", GRADE, str(archive), str(scores), *map(str, submissions)]
        measured = run(command, course, _environment(python))
        wanted = float(sum(exercise.points for exercise in of_unit(UNIT)))
        if measured.returncode or json.loads(scores.read_text()) != [[wanted, wanted]] * students:
            sys.exit(f"benchmarks.otter: expected {wanted:g} points for everybody:\n{measured.output}")
        return measured
    finally:
        shutil.rmtree(course)


def _autograder(course: Path, python: Path) -> Path:
    """Otter's configuration of the assignment, made by otter."""
    tests = course / "otter-tests"
    tests.mkdir()
    for exercise in of_unit(UNIT):
        (tests / f"{exercise.name}.py").write_text(TEST.format(name=exercise.name, points=exercise.points))
    archive = course / "autograder.zip"
    options = ["-t", str(tests), "-o", str(archive), "--no-requirements", "--no-environment", "--no-config"]
    subprocess.run([python, "-m", "otter", "generate", *options], cwd=course, check=True, capture_output=True)
    return archive


def _environment(python: Path) -> dict[str, str]:
    """Otter's environment first on PATH, and the course's package where the notebooks can import it."""
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(classes.ROOT)}


if __name__ == "__main__":
    main()
