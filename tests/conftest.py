"""What every test stands on: one thread, no display, nobody's own settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Set before torch, matplotlib and Jupyter are imported, and inherited by every kernel a test starts.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MPLBACKEND"] = "Agg"
os.environ["JUPYTER_PLATFORM_DIRS"] = "1"

ROOT = Path(__file__).resolve().parents[1]
LONGEST = ("tests/notebooks/", "tests/colab/", "tests/hostile/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT
