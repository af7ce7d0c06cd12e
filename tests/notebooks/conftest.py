"""Running the notebooks of the course in fresh kernels."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.authoring import execute
from autograder.authoring.build import Builder
from autograder.checks.exercise import find
from autograder.course import load_course

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def builder() -> Builder:
    """The course's own builder."""
    return Builder(load_course(ROOT), find)


@pytest.fixture
def run_notebook(tmp_path):
    """Execute a notebook from top to bottom in a folder of its own; an error is an error of the test."""

    def run(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        execute.run(notebook, tmp_path, notebook.metadata.autograder.unit)
        return notebook

    return run
