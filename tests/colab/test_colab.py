"""Every notebook in an environment with Colab's own versions: no error, nothing on stderr, no nbgrader.

`make test-colab` makes `.venv-colab` from `constraints.txt`; without it these tests are skipped and say so.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYTHON = ROOT / ".venv-colab" / "bin" / "python"
NOTEBOOKS = sorted(
    path
    for folder in ("lectures", "assignments", "solutions")
    for path in (ROOT / folder).rglob("*.ipynb")
    if "live" not in path.parts and ".ipynb_checkpoints" not in path.parts
)
INLINE = "module://matplotlib_inline.backend_inline"
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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_notebook_runs_unchanged(path: Path, colab_kernel: str, tmp_path: Path) -> None:
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
    wrong = [text for cell in notebook.cells for output in cell.get("outputs", ()) if (text := _complaint(output))]
    assert wrong == []


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
