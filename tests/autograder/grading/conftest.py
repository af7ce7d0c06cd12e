"""The servers that the tests of running share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.errors import AutograderError
from autograder.grading.batch.workroot import workroot
from autograder.grading.isolation.ladder import choose
from autograder.grading.kernels.client import Connection


@pytest.fixture(scope="session")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A server without isolation: what the processes do, on every machine."""
    with Connection(tmp_path_factory.mktemp("plain")) as connection:
        yield connection


@pytest.fixture(scope="session")
def confined_server() -> Iterator[Connection]:
    """A server with torch at the best level of isolation that this machine offers."""
    try:
        confinement = choose("auto")
    except AutograderError as error:
        pytest.skip(f"no isolation here: {error}")
    # pytest's own folders are closed to every other user, also to those that submissions become.
    with workroot() as root, Connection(root, confinement=confinement) as connection:
        yield connection
