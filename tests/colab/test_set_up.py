"""The set-up cell with Colab's versions: package there, fetched, out of reach; a file stands in for the network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.colab.test_colab import HERE, PYTHON, ROOT

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-colab: `make test-colab` makes it")
GUARD_SECONDS = 300
ONLINE = '"git+https://github.com/OWNER/REPO@main"'
# Colab's kernel has its own package loaded; a session has the course's folder nowhere on its path.
IN_COLAB, NOT_HERE = "import google.colab", f"import sys; sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}]"


def cell() -> str:
    """The set-up cell of an assignment, as it is handed out."""
    notebook = json.loads((ROOT / "assignments" / "00_start_here" / "00_start_here.ipynb").read_text(encoding="utf-8"))
    sources = ["".join(one["source"]) for one in notebook["cells"] if one["cell_type"] == "code"]
    assert ONLINE in sources[0]
    return sources[0]


def wheel(folder: Path) -> Path:
    """What pip makes of the repository, packed here: the two packages and three records."""
    path = folder / "cnn_course-0.1.0-py3-none-any.whl"
    files = [file for package in ("autograder", "convlab") for file in (ROOT / package).rglob("*") if file.is_file()]
    members = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files if file.suffix != ".pyc"}
    records = {
        "METADATA": "Metadata-Version: 2.1\nName: cnn-course\nVersion: 0.1.0\nRequires-Dist: torch\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    members |= {f"cnn_course-0.1.0.dist-info/{name}": text.encode() for name, text in records.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("cnn_course-0.1.0.dist-info/RECORD", "".join(f"{name},,\n" for name in members))
    return path


def session(tmp_path: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """What a fresh Python with Colab's versions prints; pip puts what it fetches into a folder of this test's own."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "pip").symlink_to(Path(sysconfig.get_path("purelib")) / "pip")
    fetched = tmp_path / "fetched"
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": f"{fetched}:{HERE / 'stand_in'}:{tmp_path / 'tools'}",
        "PIP_TARGET": str(fetched),
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "OMP_NUM_THREADS": "1",
    }
    command = [str(PYTHON), "-c", "\n".join(lines)]
    return subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=GUARD_SECONDS, check=False
    )


def test_where_the_package_is_there_one_line_and_nothing_fetched(tmp_path: Path) -> None:
    done = session(tmp_path, IN_COLAB, cell())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("Ready: Python 3")
    assert not (tmp_path / "fetched").exists()


def test_where_it_is_missing_it_is_fetched_and_nothing_else(tmp_path: Path) -> None:
    file = json.dumps(wheel(tmp_path).as_uri())
    done = session(
        tmp_path,
        NOT_HERE,
        IN_COLAB,
        cell().replace(ONLINE, file),
        "import convlab; assert 'fetched' in convlab.__file__",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert {path.name for path in (tmp_path / "fetched").iterdir()} <= {
        *("autograder", "convlab", "bin", "__pycache__"),
        "cnn_course-0.1.0.dist-info",
    }


@pytest.mark.parametrize(
    ("where", "advice"),
    [
        (IN_COLAB, "check the connection"),
        (IN_COLAB, "pip could not fetch it (ERROR: nothing.whl is not a valid wheel filename.). In Colab: "),
        ("", "pip install -e ."),
    ],
)
def test_where_it_is_out_of_reach_it_says_what_to_do(where: str, advice: str, tmp_path: Path) -> None:
    nowhere = json.dumps((tmp_path / "nothing.whl").as_uri())
    done = session(tmp_path, NOT_HERE, where, cell().replace(ONLINE, nowhere))
    assert done.returncode == 1
    assert done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: the course's package is missing.")
    assert advice in last


@pytest.mark.skipif(shutil.which("git") is None, reason="no git: pip cannot be asked to use it")
def test_where_git_cannot_reach_the_repository_its_own_words_are_shown(tmp_path: Path) -> None:
    address = json.dumps(f"git+{(tmp_path / 'no repository').as_uri()}@main")
    done = session(tmp_path, NOT_HERE, IN_COLAB, cell().replace(ONLINE, address))
    assert done.stdout == ""
    last = done.stderr.strip().splitlines()[-1]
    assert "pip could not fetch it (fatal: '" in last
    assert "' does not appear to be a git repository). In Colab: check the connection and run this cell again" in last
