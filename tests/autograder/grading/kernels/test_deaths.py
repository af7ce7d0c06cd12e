"""What student code does to its own process, on every machine: without isolation, only the keepers at work."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import MIB, Limits
from autograder.grading.kernels.student import CellResult

MANY_SECONDS = 60.0


def text(result: CellResult) -> str:
    return "".join(o.get("text", "") for o in result.outputs)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that its parent has not looked at yet has ended too."""
    deadline = time.monotonic() + MANY_SECONDS
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
    return False


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os\nos._exit(3)", "it left with exit status 3"),
        ("import ctypes\nctypes.string_at(0)", "it was killed by SIGSEGV"),
        ("import os\nos.abort()", "it was killed by SIGABRT"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "it was killed by SIGKILL"),
        ("import os\nos.closerange(0, 1000)", "it left with exit status 0"),
    ],
)
def test_a_cell_that_ends_the_process_says_how(plain_server: Connection, source: str, reason: str) -> None:
    with plain_server.start(Limits(cell_seconds=MANY_SECONDS), []) as student:
        assert student.execute("x = 1").died is None
        assert student.execute(source).died == reason
        assert not student.alive
        assert student.execute("x").died is not None
    assert not student.work.exists()


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    ],
)
def test_a_cell_that_hangs_is_stopped(plain_server: Connection, source: str) -> None:
    with plain_server.start(Limits(), []) as student:
        assert student.execute(source, seconds=0.5).died == "stopped after 0.5 s"
    assert student.survivors == 0


def test_daemons_end_with_the_submission(plain_server: Connection) -> None:
    source = """
import os, time
r, w = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(w, str(os.getpid()).encode())
        time.sleep(10_000)
    os._exit(0)
os.wait()
print(os.read(r, 100).decode())
"""
    with plain_server.start(Limits(), []) as student:
        pid = int(text(student.execute(source, seconds=MANY_SECONDS)))
        assert not Path(f"/proc/{pid}").exists() or os.kill(pid, 0) is None
    assert student.survivors == 0
    assert is_gone(pid)


def test_a_daemon_does_not_outlive_a_process_that_dies(plain_server: Connection) -> None:
    source = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(10_000)\nos._exit(1)"
    with plain_server.start(Limits(), []) as student:
        assert student.execute(source, seconds=MANY_SECONDS).died == "it left with exit status 1"
    assert student.survivors == 0


def test_a_fork_bomb_is_ended(plain_server: Connection) -> None:
    source = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError: pass"
    with plain_server.start(Limits(processes=10), []) as student:
        assert student.execute(source, seconds=MANY_SECONDS).died == "it ran more than 10 processes at a time"
    assert student.survivors == 0


def test_too_much_memory_in_one_process_is_an_error_there(plain_server: Connection) -> None:
    with plain_server.start(Limits(memory_bytes=200 * MIB), []) as student:
        result = student.execute("hoard = bytearray(10 << 30)", seconds=MANY_SECONDS)
        assert result.error is not None
        assert result.error[0] == "MemoryError"
        assert student.execute("1").died is None


def test_too_much_memory_in_all_processes_together_is_the_end(plain_server: Connection) -> None:
    source = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        hoard = bytearray(100 << 20)
        hoard[::4096] = bytes(len(hoard[::4096])) .replace(b'\\0', b'x')
        time.sleep(10_000)
while True: time.sleep(1)
"""
    with plain_server.start(Limits(memory_bytes=300 * MIB), []) as student:
        died = student.execute(source, seconds=MANY_SECONDS).died
    assert died is not None
    assert re.fullmatch(r"its processes held [\d,]+ MiB of memory; 300 MiB are allowed", died)
    assert student.survivors == 0


def test_one_large_file_is_an_error(plain_server: Connection) -> None:
    with plain_server.start(Limits(file_bytes=1 * MIB), []) as student:
        result = student.execute("import signal\nwith open('big', 'wb') as f:\n    f.write(bytes(2 << 20))")
        assert result.died is not None or result.error is not None
    assert not student.work.exists()


@pytest.mark.parametrize(
    ("limits", "source", "reason"),
    [
        (Limits(disk_bytes=4 * MIB), "open(str(i), 'wb').write(bytes(1 << 20))", "its files held"),
        (Limits(files=50), "open(str(i), 'wb').close()", "it wrote more than 50 files"),
    ],
)
def test_filling_the_disk_is_the_end(plain_server: Connection, limits: Limits, source: str, reason: str) -> None:
    loop = f"import time\nfor i in range(100):\n    {source}\nwhile True: time.sleep(1)"
    with plain_server.start(limits, []) as student:
        died = student.execute(loop, seconds=MANY_SECONDS).died
    assert died is not None
    assert died.startswith(reason)
    assert not student.work.exists()


def test_a_folder_made_unreadable_is_removed_all_the_same(plain_server: Connection) -> None:
    with plain_server.start(Limits(), []) as student:
        result = student.execute(
            "import os\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\nos.chmod('a/b', 0)\nos.chmod('a', 0)"
        )
        assert result.error is None
    assert not student.work.exists()


def test_a_forged_answer_is_only_an_answer(plain_server: Connection) -> None:
    forge = """
import os, struct, json
head = json.dumps({"outputs": [{"output_type": "stream", "name": "stdout", "text": "forged"}, 7, {"output_type": "x"}],
                   "error": "no", "notes": {"a": 1}}).encode()
for fd in range(3, 200):
    try: os.write(fd, struct.pack("!II", len(head), 0) + head)
    except OSError: pass
"""
    with plain_server.start(Limits(), []) as student:
        result = student.execute(forge)
        assert [o["text"] for o in result.outputs] == ["forged"]
        assert result.error is None
        assert result.notes == ()


def test_an_answer_without_end_is_refused(plain_server: Connection) -> None:
    flood = """
import os, struct
for fd in range(3, 50):
    try: os.write(fd, struct.pack('!II', 2**32 - 1, 2**32 - 1))
    except OSError: pass
"""
    with plain_server.start(Limits(), []) as student:
        died = student.execute(flood, seconds=MANY_SECONDS).died
    assert died is not None
    assert "bytes where at most" in died
