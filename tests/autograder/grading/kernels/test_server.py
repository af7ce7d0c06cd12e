"""The life of the server that everything is forked from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.grading.isolation import processes, system
from autograder.grading.kernels import launch
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
from autograder.grading.kernels.student import Died, Student

LIGHT = ("json",)


def answer(student: Student) -> str:
    with student:
        (output,) = student.execute("6 * 7").outputs
        return str(output["data"]["text/plain"])


def test_a_server_that_was_killed_is_replaced_and_the_note_says_so(tmp_path: Path) -> None:
    notes: list[str] = []
    with Connection(tmp_path, LIGHT) as connection:
        assert answer(connection.start(Limits(), notes)) == "42"
        assert notes == []
        assert connection.server is not None
        os.kill(connection.server.process.pid, signal.SIGKILL)
        connection.server.process.wait(60)
        assert answer(connection.start(Limits(), notes)) == "42"
    (note,) = notes
    assert note.startswith("the kernel server had gone")


def test_a_submission_in_progress_outlives_nothing_when_the_server_is_killed(tmp_path: Path) -> None:
    with Connection(tmp_path, LIGHT) as connection:
        student = connection.start(Limits(), [])
        assert connection.server is not None
        os.kill(connection.server.process.pid, signal.SIGKILL)
        with student:
            student.execute("1")  # its keeper may still be there, or not: both are results
        assert not student.work.exists()


def test_workers_share_one_server_and_the_last_one_ends_it(tmp_path: Path) -> None:
    first, second = Connection(tmp_path, LIGHT), Connection(tmp_path, LIGHT)
    assert first.server is not None
    assert second.server is None
    process = first.server.process
    with first.start(Limits(), []) as one, second.start(Limits(), []) as other:
        assert one.execute("1").error is None
        assert other.execute("1").error is None
        assert one.work != other.work
    first.close()
    assert answer(second.start(Limits(), [])) == "42"
    second.close()
    assert process.wait(60) == 0


def test_what_cannot_be_preloaded_is_left_to_the_notebook(tmp_path: Path) -> None:
    with Connection(tmp_path, ("json", "no_such_module")) as connection:
        assert answer(connection.start(Limits(), [])) == "42"


@pytest.fixture
def threaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a server that can import a module which leaves a thread behind."""
    source = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    (tmp_path / "starts_a_thread.py").write_text(source)
    usual = launch._environment

    def environment(root: Path) -> dict[str, str]:
        found = usual(root)
        return {**found, "PYTHONPATH": f"{found['PYTHONPATH']}{os.pathsep}{tmp_path}"}

    monkeypatch.setattr(launch, "_environment", environment)
    return tmp_path


def test_where_forks_would_hang_each_process_starts_cold_and_the_note_says_why(threaded: Path) -> None:
    notes: list[str] = []
    with Connection(threaded, ("starts_a_thread", "colorsys")) as connection:
        with connection.start(Limits(), notes) as student:
            (output,) = student.execute("import sys\n'colorsys' in sys.modules").outputs
            assert output["data"]["text/plain"] == "True"
            with student.questions() as questions, pytest.raises(Died, match="could not answer"):
                questions.ask("f", b"")
        with Connection(threaded, ()) as another:
            assert answer(another.start(Limits(), notes)) == "42"
    assert len(notes) == 2
    assert all("cold" in note and "2 threads" in note for note in notes)


def test_a_server_with_threads_refuses_to_fork(threaded: Path) -> None:
    connection = Connection(threaded, ("starts_a_thread",), may_be_cold=False)
    with connection, pytest.raises(AutograderError, match="2 threads"):
        connection.start(Limits(), [])


def test_a_server_that_dies_while_it_loads_gets_a_second_chance(tmp_path: Path) -> None:
    with Connection(tmp_path, LIGHT) as connection:
        assert connection.server is not None
        os.kill(connection.server.process.pid, signal.SIGKILL)
        notes: list[str] = []
        assert answer(connection.start(Limits(), notes)) == "42"
    assert notes == []


def test_a_server_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.kernels.launch._MODULE", "autograder.no_such_server")
    with (
        Connection(tmp_path, LIGHT) as connection,
        pytest.raises(AutograderError, match=r"did not start.*no_such_server"),
    ):
        connection.start(Limits(), [])


def test_the_server_gets_no_secret_of_the_graders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_TOKEN", "secret")
    with Connection(tmp_path, LIGHT) as connection, connection.start(Limits(), []):
        assert connection.server is not None
        environment = Path(f"/proc/{connection.server.process.pid}/environ")
        if not environment.exists():
            pytest.skip("no /proc here")
        assert b"CANVAS_TOKEN" not in environment.read_bytes()


GRADER = """
import sys, pathlib
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
connection = Connection(pathlib.Path(sys.argv[1]), ("json",))
student = connection.start(Limits(), [])
daemon = "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n    time.sleep(10_000)"
assert student.execute(daemon).error is None
print(connection.server.process.pid, flush=True)
student.execute("while True: pass")
"""


@pytest.mark.skipif(not system.is_linux(), reason="looks at processes in /proc")
def test_nothing_outlives_a_grader_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GRADER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        server = int(grader.stdout.readline())
        family = [server, *processes.descendants(server)]
        assert len(family) == 4  # server, keeper, student, daemon
        grader.kill()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(map(_runs, family)):
        pass
    assert not any(map(_runs, family))
    assert not list((tmp_path / "kernels").glob("submission-*"))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
