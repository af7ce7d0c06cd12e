"""What student code cannot do at the best level of isolation that this machine offers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.checks import wire
from autograder.grading.kernels.client import Connection
from autograder.grading.kernels.limits import Limits
from autograder.grading.kernels.student import CellResult, Student

REPOSITORY = Path(autograder.__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def student(confined_server: Connection) -> Iterator[Student]:
    with confined_server.start(Limits(), []) as student:
        yield student


@pytest.fixture
def denied(student: Student) -> object:
    def check(source: str) -> None:
        """The source raises OSError, and the process lives on."""
        result = student.execute(source)
        assert result.died is None
        assert result.error is not None, f"not refused: {source}: {result.outputs}"
        assert result.error[0] in ("PermissionError", "FileNotFoundError", "OSError", "ProcessLookupError"), (
            result.error
        )

    return check


def shown(result: CellResult) -> str:
    assert result.error is None, result.error
    return "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in result.outputs)


def test_what_notebooks_do_works(student: Student) -> None:
    source = """
import torch, random, tempfile, json, fractions, concurrent.futures, threading
import torch.nn.functional as F
x = torch.randn(2, 3, 8, 8, requires_grad=True)
F.conv2d(x, torch.randn(4, 3, 3, 3)).sum().backward()
with tempfile.NamedTemporaryFile('w+') as f:
    f.write('scratch'); f.flush()
torch.save(x, 'x.pt'); torch.load('x.pt')
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    assert list(pool.map(abs, [-1, -2])) == [1, 2]
data = torch.utils.data.TensorDataset(torch.arange(6.0))
loader = torch.utils.data.DataLoader(data, batch_size=2, num_workers=2, persistent_workers=True, prefetch_factor=2)
print(x.grad.shape, sum(len(b[0]) for b in loader))
"""
    assert shown(student.execute(source)) == "torch.Size([2, 3, 8, 8]) 6\n"
    assert shown(student.execute("import asyncio\nawait asyncio.sleep(0, 5)")) == "5"


def test_training_and_questions_work(confined_server: Connection) -> None:
    cell = "import torch\ndef double(x):\n    return 2 * x"
    with confined_server.start(Limits(), []) as student:
        assert student.execute(cell).error is None
        with student.questions() as questions:
            request = {"steps": [{"do": "call", "args": [1.5]}]}
            assert wire.decode(questions.ask("double", wire.encode(request)))["steps"][0]["value"] == 3.0


def test_a_listener_on_loopback_cannot_be_reached(student: Student, denied) -> None:
    with socket.socket() as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        datagrams.bind(("127.0.0.1", 0))
        port, datagram_port = listener.getsockname()[1], datagrams.getsockname()[1]
        denied(f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 5)")
        denied(f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'out', ('127.0.0.1', {datagram_port}))")
        denied(f"import http.client\nhttp.client.HTTPConnection('127.0.0.1', {port}, timeout=5).request('GET', '/')")
        denied("socket.socket(socket.AF_UNIX)")
        denied("socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)")


@pytest.mark.parametrize(
    "place", ["tests", "solutions", "sources", "README.md", "pyproject.toml", ".git", "gradebook.db"]
)
def test_the_course_cannot_be_read(confined_server: Connection, denied, place: str) -> None:
    if not confined_server.confinement.landlock:
        pytest.skip("without Landlock what everybody may read stays readable")
    path = REPOSITORY / place
    denied(f"import os\nos.listdir({str(path)!r}) if {path.is_dir()} else open({str(path)!r})")


@pytest.mark.parametrize("path", ["~", "/etc/passwd", "/proc/self/environ", "/proc/1/cmdline", "/tmp", "/var", "/home"])
def test_the_machine_cannot_be_read(confined_server: Connection, denied, path: str) -> None:
    if not confined_server.confinement.landlock:
        pytest.skip("without Landlock what everybody may read stays readable")
    path = str(Path(path).expanduser())
    denied(f"import os\nopen({path!r}).read(1) if os.path.isfile({path!r}) else os.listdir({path!r})")


def test_other_submissions_cannot_be_read(confined_server: Connection, student: Student, denied) -> None:
    with confined_server.start(Limits(), []) as neighbour:
        assert neighbour.execute("open('answer.txt', 'w').write('secret')").error is None
        assert (neighbour.work / "answer.txt").exists()
        denied(f"open({str(neighbour.work / 'answer.txt')!r})")
        denied(f"import os\nos.listdir({str(neighbour.work)!r})")
        denied(f"os.listdir({str(neighbour.work.parent)!r})")


def test_nothing_outside_its_folder_can_be_written(confined_server: Connection, student: Student, denied) -> None:
    package = Path(autograder.__file__).parent
    paths = [package / "planted.py", student.work.parent / "planted", Path("/planted")]
    if confined_server.confinement.landlock:
        paths += [Path("/dev/shm/planted"), Path("/tmp/planted")]
    for path in paths:
        denied(f"open({str(path)!r}, 'w')")
    denied(f"import os\nos.chmod({str(package / 'errors.py')!r}, 0)")
    denied(f"os.symlink('/etc', {str(student.work.parent / 'link')!r})")


def test_links_do_not_lead_out(confined_server: Connection, student: Student, denied) -> None:
    if not confined_server.confinement.landlock:
        pytest.skip("without Landlock what everybody may read stays readable")
    assert student.execute(f"import os\nos.symlink({str(REPOSITORY)!r}, 'course')").error is None
    denied("open('course/pyproject.toml')")


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess\nsubprocess.run(['/bin/true'])",
        "import os\nos.execv('/bin/true', ['true'])",
        "import os\nos.kill(-1, 9)",
        "import os\nos.kill(os.getppid() or 1_000_000, 9)",
        "import os\nos.memfd_create('hidden')",
        "import os, resource\nresource.prlimit(os.getppid() or 1_000_000, resource.RLIMIT_CPU, (1, 1))",
        "import os\nos.setpriority(os.PRIO_USER, 0, 19)",
        "import os\nos.setuid(0)" if os.getuid() == 0 else "import os\nos.setuid(12)",
        "import fcntl\nfcntl.fcntl(0, fcntl.F_SETOWN, 1)",
        "import fcntl\nfcntl.ioctl(0, 0x5412, b'x')",
    ],
)
def test_the_kernels_doors_are_closed(denied, source: str) -> None:
    denied(source)


@pytest.mark.parametrize("call", ["ptrace(0, 0, 0, 0)", "unshare(0x10000000)", "mount(0, 0, 0, 0, 0)", "setns(0, 0)"])
def test_calls_that_python_does_not_offer_are_refused(student: Student, call: str) -> None:
    source = f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.{call}\nprint(ctypes.get_errno())"
    assert shown(student.execute(source)) == "1\n"


def test_limits_cannot_be_raised(student: Student) -> None:
    source = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))"
    result = student.execute(source)
    assert result.error is not None
    assert result.error[0] in ("ValueError", "PermissionError")


def test_a_copy_cannot_kill_the_process_it_came_from(confined_server: Connection) -> None:
    cell = "import os, signal\ndef kill(x):\n    os.kill(os.getppid() or 1, signal.SIGKILL)\n    return x"
    request = wire.encode({"steps": [{"do": "call", "args": [1]}]})
    with confined_server.start(Limits(), []) as student:
        student.execute(cell)
        with student.questions() as questions:
            (step,) = wire.decode(questions.ask("kill", request))["steps"]
        assert step["error"]["type"] == "PermissionError"
        assert student.execute("1").died is None


def test_bombs_and_daemons_are_ended_here_too(confined_server: Connection) -> None:
    bomb = "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\nwhile True: pass"
    with confined_server.start(Limits(), []) as student:
        assert student.execute(bomb, seconds=0.5).died == "stopped after 0.5 s"
    assert student.survivors == 0
    assert not student.work.exists()


def test_each_submission_is_a_user_of_its_own_where_that_is_possible(confined_server: Connection) -> None:
    if not confined_server.confinement.own_uid:
        pytest.skip("only root can give each submission a user of its own")
    with confined_server.start(Limits(), []) as one, confined_server.start(Limits(), []) as other:
        users = {shown(student.execute("import os\nos.getuid(), os.getgroups()")) for student in (one, other)}
    assert len(users) == 2
    assert all(", [])" in user and "(0," not in user for user in users)


def test_nothing_is_left_in_shared_folders(confined_server: Connection) -> None:
    source = """
import os
for folder in ('/tmp', '/dev/shm'):
    try: os.mkdir(folder + '/left-by-a-student')
    except OSError: pass
"""
    with confined_server.start(Limits(), []) as student:
        assert student.execute(source).error is None
    assert not any(Path(folder, "left-by-a-student").exists() for folder in ("/tmp", "/dev/shm"))
