"""Keeping the outputs of an executed lecture for as long as nothing they depend on has changed.

Guarantees: outputs are kept only if the lecture's code, and every module of `convlab` that it imports, are those that
made them, and nobody edited the file since; a change of prose, of a link, or of where the set-up cell fetches the
course needs no new execution.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from modulefinder import ModuleFinder
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.authoring.cells import write_notebook


def code_digest(notebook: NotebookNode, source: Path, root: Path) -> str:
    """Return a digest of everything of ours that decides what a lecture's outputs are.

    Args:
        notebook: The lecture before it is executed.
        source: The path of its source.
        root: The course's folder, which holds `convlab`.
    """
    _set_up, *own = _code_cells(notebook)  # the set-up cell makes the package importable, and no output below it
    cells = [f"{cell.source}\n{cell.metadata.get('tags')}" for cell in own]
    return _digest([*cells, *_imported(source, root)])


def seal(notebook: NotebookNode, digest: str) -> None:
    """Write into an executed lecture what its outputs were made from, and a digest of the whole."""
    own = notebook.metadata.autograder
    own.pop("sealed", None)
    own.made_from = digest
    own.sealed = _digest([write_notebook(notebook)])


def keep_outputs(notebook: NotebookNode, digest: str, path: Path) -> bool:
    """Take the outputs over from an earlier build, if they are what an execution would give.

    Args:
        notebook: The lecture before it is executed; gets the outputs.
        digest: Its `code_digest`.
        path: The file of the earlier build.

    Returns:
        Whether there were such outputs.
    """
    kept = _untouched(path)
    if kept is None or kept.metadata.autograder.made_from != digest:
        return False
    for cell, old in zip(_code_cells(notebook), _code_cells(kept), strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return True


def _untouched(path: Path) -> NotebookNode | None:
    """The sealed lecture in a file, or nothing where the file is missing, damaged or was edited."""
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        sealed = notebook.metadata.autograder.pop("sealed")
        return notebook if sealed == _digest([write_notebook(notebook)]) else None
    except Exception:  # a file that cannot even be read is not one that we sealed
        return None


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _imported(source: Path, root: Path) -> Iterator[str]:
    """The text of every module of `convlab` that a lecture imports, directly or not."""
    finder = ModuleFinder(path=[str(root)])
    finder.run_script(str(source))
    for name in sorted(finder.modules):
        file = getattr(finder.modules[name], "__file__", None)
        if name.split(".")[0] == "convlab" and file:
            yield Path(file).read_text(encoding="utf-8")


def _digest(texts: Iterable[str]) -> str:
    made = hashlib.sha256()
    for text in texts:
        made.update(f"{len(text)}:{text}".encode())
    return made.hexdigest()
