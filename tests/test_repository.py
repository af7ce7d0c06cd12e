"""Promises about the repository as a whole: one list of versions, light imports, no trace of anybody's machine."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import load_course

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def tracked(root, *patterns: str) -> list:
    """Files that git knows, or will know after the next commit."""
    git = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    done = subprocess.run(git, capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [root / name for name in done.stdout.split("\0") if name and (root / name).is_file()]


def test_the_conda_environment_names_no_version_of_its_own(root):
    lines = [line.split("#")[0].rstrip() for line in (root / "environment.yml").read_text().splitlines()]
    lines = [line.strip() for line in lines if line.strip()]
    python = next(line for line in lines if line.startswith("- python="))
    assert lines == ["name: cnn-course", "dependencies:", python, "- pip", "- pip:", "- -e .[staff]"]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    version = tuple(int(part) for part in python.split("=")[1].split("."))
    low, high = (tuple(map(int, part.split("."))) for part in re.findall(r"\d+\.\d+", project["requires-python"]))
    assert low <= version < high
    assert "staff" in project["optional-dependencies"]


@pytest.mark.parametrize(("package", "version"), [("torch", "2.11.0"), ("torchvision", "0.26.0")])
def test_the_lock_holds_colabs_versions(root, package, version):
    lock = tomllib.loads((root / "uv.lock").read_text())
    found = {entry["version"].split("+")[0] for entry in lock["package"] if entry["name"] == package}
    assert found == {version}


def test_students_need_only_what_colab_has(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[<>=~;\[ ]", line)[0] for line in project["dependencies"]}
    assert names == {"torch", "torchvision", "numpy", "matplotlib", "ipywidgets"}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("autograder", ("torch", "numpy", "torchvision", "nbgrader", "pydantic", "matplotlib")),
        ("autograder.checks", ("torchvision", "nbgrader", "pydantic", "nbformat", "rich", "typer")),
        ("convlab", ("torchvision", "nbgrader", "pydantic", "torch")),
    ],
)
def test_imports_are_light(module, heavy):
    code = f"import sys, {module}; print(sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


def test_checking_an_answer_imports_neither_torchvision_nor_the_graders_libraries():
    heavy = ("torchvision", "nbgrader", "pydantic", "nbformat", "rich", "typer", "scipy")
    code = (
        "import sys; from autograder import check; check('standardize', lambda image, mean, std: image)\n"
        f"print(sorted(set({heavy!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


def test_no_path_of_a_machine_is_in_a_file(root):
    machine = re.compile(rb"/(?:home|Users)/[a-z][\w.-]*/|/root/\.|(?<![\w./])/work/|/tmp/brief")
    this = root / "tests" / "test_repository.py"
    found = [
        f"{path.relative_to(root)}: {match.group().decode()}"
        for path in tracked(root)
        if path != this and path.suffix in {".py", ".md", ".toml", ".yml", ".ipynb", ".cfg", "", ".json", ".html"}
        for match in machine.finditer(path.read_bytes())
    ]
    assert found == []


def test_the_list_of_units_is_the_checks_list(root):
    from autograder.checks.exercise import UNITS

    assert tuple(unit.name for unit in load_course(root).units) == UNITS


def test_every_exercise_of_a_built_unit_is_asked_once(root):
    from autograder.checks.exercise import of_unit

    for unit in load_course(root).units:
        source = root / "sources" / "assignments" / f"{unit.name}.py"
        if source.is_file():
            asked = re.findall(r'^# %% role="tests" exercise="(\w+)"', source.read_text(encoding="utf-8"), re.MULTILINE)
            assert sorted(asked) == sorted(exercise.name for exercise in of_unit(unit.name)), unit.name


def test_nbgrader_finds_its_folders_and_our_steps(root):
    from autograder.authoring.release import STEPS

    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    assert config.CourseDirectory.source_directory == "solutions"
    assert config.CourseDirectory.release_directory == "assignments"
    assert config.GenerateAssignment.preprocessors == STEPS


def test_make_without_a_target_lists_the_targets(root):
    done = subprocess.run(["make", "-C", str(root), "-s"], capture_output=True, text=True, timeout=120, check=True)
    names = {line.split()[0] for line in done.stdout.splitlines()}
    assert names >= {"help", "setup", "demo", "test", "bench", "check", "build", "slides", "clean"}
