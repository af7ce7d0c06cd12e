"""Telling whether an executed lecture is up to date without executing it again.

Guarantees: a sealed notebook is recognised as stale after any change of its source, of a module of `convlab` that it
imports, of `course.toml` where it shows, and after any edit of the notebook itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from modulefinder import ModuleFinder
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.authoring.cells import write_notebook


def lecture_digest(notebook: NotebookNode, source: Path, root: Path) -> str:
    """Return a digest of everything of ours that decides what a lecture shows.

    Args:
        notebook: The lecture before it is executed.
        source: The path of its source.
        root: The course's folder, which holds `convlab`.
    """
    return _digest([write_notebook(notebook), *_imported(source, root)])


def seal(notebook: NotebookNode, digest: str) -> None:
    """Write into an executed lecture what it was made from, and a digest of its own content."""
    notebook.metadata.autograder.made_from = digest
    notebook.metadata.autograder.content = _digest([write_notebook(notebook)])


def is_sealed(path: Path, digest: str) -> bool:
    """Tell whether the file is an executed lecture made from just this, and untouched since."""
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (OSError, UnicodeDecodeError, nbformat.reader.NotJSONError):
        return False
    content = notebook.metadata.get("autograder", {}).pop("content", None)
    return notebook.metadata.get("autograder", {}).get("made_from") == digest and content == _digest(
        [write_notebook(notebook)]
    )


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
