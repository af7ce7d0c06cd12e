"""Every notebook that is handed out, run with Colab's own versions: no error, nothing on stderr, no nbgrader.

`make test-colab` makes `.venv-colab` from `constraints.txt`; without it these tests are skipped and say so.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYTHON = ROOT / ".venv-colab" / "bin" / "python"
INLINE = "module://matplotlib_inline.backend_inline"
UNRUN = ("live", ".ipynb_checkpoints")
SECONDS = 600  # only guards against a notebook that hangs

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-colab: `make test-colab` makes it")


@pytest.fixture
def colab_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A kernel as Colab starts it: its versions, its own package already imported, no settings of this machine."""
    folder = tmp_path / "share" / "kernels" / "colab"
    folder.mkdir(parents=True)
    launch = [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=40"]
    spec = {
        "argv": [*launch, "--IPKernelApp.exec_lines=import google.colab"],
        "display_name": "Python 3",
        "language": "python",
        "env": {"PYTHONPATH": str(HERE / "stand_in"), "IPYTHONDIR": str(tmp_path / "ipython"), "MPLBACKEND": INLINE},
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    return "colab"


def notebooks(folder: str) -> pytest.MarkDecorator:
    """The notebooks below a folder, as they are handed out; a live edition is typed in, not run."""
    found = sorted(path for path in (ROOT / folder).rglob("*.ipynb") if path.parent.name not in UNRUN)
    assert found, f"no notebook below {folder}"
    return pytest.mark.parametrize("path", found, ids=lambda path: path.stem)


@pytest.fixture
def ran(path: Path, colab_kernel: str, tmp_path: Path) -> nbformat.NotebookNode:
    """A notebook after it ran from top to bottom without an error and without a line on stderr."""
    notebook = nbformat.read(path, 4)
    client = NotebookClient(
        notebook,
        kernel_name=colab_kernel,
        timeout=SECONDS,
        startup_timeout=SECONDS,
        allow_errors=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    assert [text for _, output in outputs(notebook) if (text := _complaint(output))] == []
    return notebook


@notebooks("lectures")
def test_a_lecture_runs(ran: nbformat.NotebookNode) -> None:
    assert [output for _, output in outputs(ran) if "image/png" in output.get("data", {})]


@notebooks("assignments")
def test_an_assignment_runs_as_it_is_released(ran: nbformat.NotebookNode) -> None:
    marks = checks(ran)
    assert marks
    for _, data in marks:
        assert float(data["text/plain"]) == 0.0
        assert "not attempted" in data["text/html"]


@notebooks("solutions")
def test_a_solution_earns_every_point(ran: nbformat.NotebookNode) -> None:
    marks = checks(ran)
    assert marks
    for cell, data in marks:
        assert float(data["text/plain"]) == cell.metadata.nbgrader.points, cell.source


def outputs(notebook: nbformat.NotebookNode) -> Iterator[tuple[nbformat.NotebookNode, dict]]:
    """Every output, and the cell that it stands under."""
    return ((cell, output) for cell in notebook.cells for output in cell.get("outputs", ()))


def checks(notebook: nbformat.NotebookNode) -> list[tuple[nbformat.NotebookNode, dict]]:
    """What the checks below the exercises gave, with their cells."""
    return [(cell, out["data"]) for cell, out in outputs(notebook) if "exercise" in cell.metadata.get("autograder", {})]


def _complaint(output: dict) -> str:
    """An error or a line on stderr."""
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return output["text"] if output.get("name") == "stderr" else ""


def test_the_environment_is_colabs() -> None:
    code = (
        "import importlib.util as u, IPython, ipywidgets, torch, torchvision, numpy, matplotlib;"
        "print(torch.__version__[:6], torchvision.__version__[:6], IPython.__version__, ipywidgets.__version__, "
        "numpy.__version__, matplotlib.__version__, u.find_spec('nbgrader'), u.find_spec('pydantic'))"
    )
    printed = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.split() == ["2.11.0", "0.26.0", "7.34.0", "7.7.1", "2.1.3", "3.10.0", "None", "None"]
