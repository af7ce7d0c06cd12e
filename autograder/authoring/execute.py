"""Executing a lecture so that its file holds pictures and is the same on every machine with the same libraries.

Guarantees: the lecture ran from top to bottom in a fresh kernel without an error and without a word on stderr; a
widget's view is replaced by its static picture; no address and no program's name stands in an output; the file is at
most `LIMIT_BYTES` long.
"""

from __future__ import annotations

import base64
import copy
import io
import os
import re
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor
from nbformat import NotebookNode
from PIL import Image

from autograder.authoring.cells import write_notebook
from autograder.errors import LectureError

LIMIT_BYTES = 1_000_000
CELL_SECONDS = 600
_WIDGET = "application/vnd.jupyter.widget-view+json"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def execute(notebook: NotebookNode, folder: Path, where: str) -> None:
    """Execute a notebook in place and make its outputs fit to be kept.

    Args:
        notebook: The notebook; its outputs are replaced.
        folder: The kernel's working directory.
        where: What to call the notebook in a message.

    Raises:
        LectureError: A cell failed, wrote to stderr or shows a widget without a picture, or the result is too long.
    """
    metadata = copy.deepcopy(notebook.metadata)
    run(notebook, folder, where)
    notebook.metadata = metadata  # what the kernel says of itself and of its widgets is true of this run only
    CoalesceStreamsPreprocessor().preprocess(notebook, {})
    for cell in notebook.cells:
        if "volatile" in cell.metadata.get("tags", ()):
            cell.outputs = []
        for output in cell.get("outputs", ()):
            _settle(output, f"{where}: cell {cell.id!r}")
    size = len(write_notebook(notebook).encode())
    if size > LIMIT_BYTES:
        longest = max(notebook.cells, key=lambda cell: len(str(cell.get("outputs", ""))))
        sizes = f"{size} bytes long, expected at most {LIMIT_BYTES}"
        raise LectureError(f"{where}: {sizes}; the longest output is in cell {longest.id!r}, make its picture smaller")


def run(notebook: NotebookNode, folder: Path, where: str) -> None:
    """Execute a notebook in place in a fresh kernel, away from a person's own settings.

    Raises:
        LectureError: A cell raised an error, ran too long or took the kernel down.
    """
    with tempfile.TemporaryDirectory() as settings:
        env = os.environ | {
            "CONVLAB_STATIC": "1",
            "IPYTHONDIR": settings,
            "PYTHONHASHSEED": "0",
            "OMP_NUM_THREADS": "1",
        }
        env.pop("MPLBACKEND", None)
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            record_timing=False,
            shutdown_kernel="immediate",
            extra_arguments=["--log-level=40"],
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute(env=env)
        except CellExecutionError as error:
            cell = next(cell for cell in notebook.cells if _failed(cell))
            raise LectureError(f"{where}: cell {cell.id!r} raised {error.ename}: {error.evalue}") from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise LectureError(f"{where}: the kernel did not finish ({error})") from error


def _failed(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", ()))


def _settle(output: NotebookNode, place: str) -> None:
    """Make one output the same on every run."""
    if output.output_type == "stream":
        if output.name == "stderr":
            raise LectureError(f"{place} wrote to stderr: {output.text.strip()[:200]!r}; mend the cause of the message")
        output.text = _ADDRESS.sub("", output.text)
        return
    data = output.get("data", {})
    if _WIDGET in data:
        if "image/png" not in data:
            raise LectureError(f"{place} shows a widget without a static picture; display one with image/png beside it")
        del data[_WIDGET]
    if "image/png" in data:
        data["image/png"] = _plain_png(data["image/png"])
    if "text/plain" in data:
        data["text/plain"] = _ADDRESS.sub("", data["text/plain"])


def _plain_png(encoded: str) -> str:
    """The same picture without the texts that name the program which drew it."""
    picture = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        image.save(picture, "PNG", optimize=True)
    return base64.b64encode(picture.getvalue()).decode() + "\n"
