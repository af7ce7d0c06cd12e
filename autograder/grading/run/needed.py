"""Which cells have to run for a notebook's functions to be asked, and what it imports. Nothing is executed."""

from __future__ import annotations

import ast

from nbformat import NotebookNode

from autograder.grading.kernels.client import DEFAULT_PRELOAD
from autograder.grading.run.effects import names, parsed

_TRUSTED_TO_PRELOAD = ("torch", "torchvision", "numpy", "matplotlib", "convlab", "autograder")


def is_tests(cell: NotebookNode) -> bool:
    """Whether the judge asks in this cell's place."""
    rules = cell.metadata.get("nbgrader", {})
    return bool(
        cell.metadata.get("autograder", {}).get("exercise") or (rules.get("grade") and not rules.get("solution"))
    )


def imports(notebook: NotebookNode) -> tuple[str, ...]:
    """What a notebook imports at the top of its cells from the course's libraries: modules, and names in them."""
    found: dict[str, None] = {}
    code = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    for tree in filter(None, map(parsed, code)):
        for node in tree.body:
            if isinstance(node, ast.Import):
                found |= {alias.name: None for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {
                    node.module: None,
                    **{f"{node.module}.{alias.name}": None for alias in node.names if alias.name != "*"},
                }
    return tuple(name for name in found if name.split(".")[0] in _TRUSTED_TO_PRELOAD)


def to_preload(release: NotebookNode) -> tuple[str, ...]:
    """What the kernel server imports once for every submission of an assignment."""
    return (*DEFAULT_PRELOAD, *imports(release))


def without_demonstrations(notebook: NotebookNode, release: NotebookNode) -> frozenset[int]:
    """Cells that need not run: our own, as they were given out, that touch nothing which runs after them uses.

    Args:
        notebook: the notebook to run.
        release: what students were given.
    """
    free = [cell for cell in release.cells if cell.cell_type == "code" and not cell.metadata.get("nbgrader")]
    given = {cell.id: cell.source for cell in free}
    sources = {
        i: cell.source for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and not is_tests(cell)
    }
    known = {i: found for i, source in sources.items() if (found := names(source)) is not None}
    spare = {i for i in known if given.get(notebook.cells[i].get("id")) == sources[i]}
    opaque = " ".join(source for i, source in sources.items() if i not in known)  # may read any name that stands in it
    while True:
        needed = set()
        used = set().union(*(found.later for i, found in known.items() if i not in spare))
        for i in sorted(known, reverse=True):
            if i not in spare:
                used |= known[i].read
            elif any(name in used or name in opaque for name in known[i].touched):
                needed.add(i)
        if not needed:
            return frozenset(spare)
        spare -= needed
