"""Finds cells that will not survive a clean run from top to bottom, without running anything.

Guarantees: reads sources only. A name is reported when a cell uses it while running, no cell above defines it, and it
is neither Python's own nor taken in by ``import *``; names inside functions are not reported, because they are looked
up later.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass

PROVIDED = set(dir(builtins)) | {"__name__", "__file__", "display", "get_ipython", "In", "Out", "_", "__"}


@dataclass(frozen=True)
class Missing:
    """A cell (counted from 1 among code cells) that uses names that nothing above it defines."""

    cell: int
    names: tuple[str, ...]


def missing_names(sources: Sequence[str]) -> list[Missing]:
    """Look through code cells in order.

    Args:
        sources: of the code cells, top to bottom, with magics and shell lines as they stand.

    Returns:
        The cells that would stop with a NameError, in order.
    """
    defined = set(PROVIDED)
    found: list[Missing] = []
    for number, source in enumerate(sources, 1):
        try:
            tree = ast.parse(without_magics(source))
        except SyntaxError:
            continue
        cell = _Cell(defined)
        cell.visit(tree)
        if cell.star:
            return found
        if cell.missing:
            found.append(Missing(number, tuple(dict.fromkeys(cell.missing))))
        defined |= cell.defined
    return found


def without_magics(source: str) -> str:
    """The Python in a cell: lines of IPython's own (``!``, ``%``, a trailing ``?``) become ``pass``."""
    if source.lstrip().startswith("%%"):
        return ""
    lines = []
    for line in source.splitlines():
        bare = line.lstrip()
        indent = line[: len(line) - len(bare)]
        lines.append(f"{indent}pass" if bare.startswith(("!", "%", "?")) or bare.rstrip().endswith("?") else line)
    return "\n".join(lines)


class _Cell(ast.NodeVisitor):
    """Names that one cell defines and uses, in order of execution as far as it can be read."""

    def __init__(self, defined: set[str]) -> None:
        self.above = defined
        self.defined: set[str] = set()
        self.missing: list[str] = []
        self.star = False

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.above and node.id not in self.defined:
                self.missing.append(node.id)
        else:
            self.defined.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for part in (*node.body, *node.orelse):
            self.visit(part)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.visit(part)
        self.defined.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the names that ast calls

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """A lambda's names are looked up when it is called."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases):
            self.visit(part)
        self.defined.add(node.name)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.star |= alias.name == "*"
            self.defined.add((alias.asname or alias.name).partition(".")[0])

    visit_ImportFrom = visit_Import  # noqa: N815 - the names that ast calls

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.defined.add(node.name)
        self.generic_visit(node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        before = set(self.defined)
        for generator in node.generators:
            self.visit(generator.iter)
            self.visit(generator.target)
            for condition in generator.ifs:
                self.visit(condition)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for part in parts:
            self.visit(part)
        self.defined = before  # what a comprehension counts with is its own

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815 - the names that ast calls
