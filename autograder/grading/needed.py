"""Which cells have to run for a notebook's functions to be asked, and what it imports. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from nbformat import NotebookNode

_QUIET_CALLS = frozenset({"print", "display", "show"})
_TRUSTED_TO_PRELOAD = ("torch", "torchvision", "numpy", "matplotlib", "convlab", "autograder")


def is_tests(cell: NotebookNode) -> bool:
    """Whether the judge asks in this cell's place."""
    rules = cell.metadata.get("nbgrader", {})
    return bool(
        cell.metadata.get("autograder", {}).get("exercise") or (rules.get("grade") and not rules.get("solution"))
    )


def imports(notebook: NotebookNode) -> tuple[str, ...]:
    """The modules of the course's own libraries that a notebook imports at the top of its cells."""
    found: dict[str, None] = {}
    for tree in filter(None, map(_parsed, notebook.cells)):
        for node in tree.body:
            if isinstance(node, ast.Import):
                found |= {alias.name: None for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module] = None
    return tuple(name for name in found if name.split(".")[0] in _TRUSTED_TO_PRELOAD)


def without_demonstrations(notebook: NotebookNode, release: NotebookNode) -> frozenset[int]:
    """Cells that need not run: our own, as they were given out, that only show something and define nothing used later.

    A cell counts as a demonstration when every statement in it is a call for show or an assignment of plain names; its
    names may be used by other demonstrations only. Anything in doubt runs.

    Args:
        notebook: the notebook to run.
        release: what students were given.
    """
    given = {
        cell.id: cell.source for cell in release.cells if cell.cell_type == "code" and not cell.metadata.get("nbgrader")
    }
    trees = {i: tree for i, cell in enumerate(notebook.cells) if (tree := _parsed(cell)) is not None}
    shows = {
        i
        for i, tree in trees.items()
        if given.get(notebook.cells[i].get("id")) == notebook.cells[i].source and all(map(_only_shows, tree.body))
    }
    # A cell that cannot be read as Python, magics say, may use any name.
    unreadable = " ".join(c.source for i, c in enumerate(notebook.cells) if c.cell_type == "code" and i not in trees)
    while True:
        used = {name for i, tree in trees.items() if i not in shows for name in _names(tree)}
        needed = {i for i in shows if any(name in used or name in unreadable for name in _bound(trees[i]))}
        if not needed:
            return frozenset(shows)
        shows -= needed


def _parsed(cell: NotebookNode) -> ast.Module | None:
    if cell.cell_type != "code":
        return None
    try:
        return ast.parse(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _only_shows(node: ast.stmt) -> bool:
    """Whether a statement can only bind plain names or show something."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _is_show(node.value)
    if isinstance(node, ast.Assign):
        return all(_is_plain_target(target) for target in node.targets) and not _has_effects(node.value)
    return isinstance(node, ast.Assert) and not _has_effects(node.test)


def _is_show(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return not _has_effects(node)
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))  # of a name, or of an attribute
    return name in _QUIET_CALLS or _owner(node.func) == "show"


def _owner(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_plain_target(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_is_plain_target, node.elts))
    return isinstance(node, ast.Name)


def _has_effects(node: ast.AST) -> bool:
    """Whether evaluating could change what others see: seeds, in-place methods, assignments inside expressions."""
    for part in ast.walk(node):
        if isinstance(part, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return True
        if isinstance(part, ast.Attribute) and (part.attr.endswith("_") or "seed" in part.attr):
            return True
    return False


def _names(tree: ast.AST) -> Iterable[str]:
    """Every name a cell reads, wherever in it; also as text, for a lookup by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def _bound(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
