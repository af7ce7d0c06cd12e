"""What a cell of Python reads from other cells, and what of theirs it may change.

Found in its text, nothing is executed; both answers err on the side of more.
"""

from __future__ import annotations

import ast
import functools
import symtable
import warnings
from collections.abc import Iterator
from typing import NamedTuple

_NO_EFFECT = frozenset({"print", "display", "show", "explore", "plt", "ax", "manual_seed", "seed"})
_OPAQUE = frozenset({"exec", "eval", "globals", "locals", "vars", "get_ipython", "__import__"})
_KEPT_CHARS = 10_000
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Names(NamedTuple):
    """The names a cell takes from other cells, and those that it binds or whose objects it may change.

    Attributes:
        read: what it reads while it runs, which cells before it have made.
        later: what its functions read once they are called, which may be after any cell.
        touched: what it binds or may change.
    """

    read: frozenset[str]
    later: frozenset[str]
    touched: frozenset[str]


def names(source: str) -> Names | None:
    """What a cell reads and touches; None where that cannot be told.

    Args:
        source: the cell's text.
    """
    return _names(source) if len(source) <= _KEPT_CHARS else _names.__wrapped__(source)


@functools.lru_cache(maxsize=1024)  # a class's notebooks have most cells in common
def _names(source: str) -> Names | None:
    tree = parsed(source)
    if tree is None:
        return None
    scopes = _inner_scopes(symtable.symtable(source, "cell", "exec"))
    later = frozenset(name for scope in scopes for name in _globals(scope))
    return Names(frozenset(reads(tree)), later, frozenset(touches(tree)))


def parsed(source: str) -> ast.Module | None:
    """The cell's syntax; None when it is no plain Python, or can reach names that do not stand in it."""
    tree = syntax(source)
    opaque = tree is None or any(isinstance(node, ast.Name) and node.id in _OPAQUE for node in ast.walk(tree))
    return None if opaque else tree


def syntax(source: str) -> ast.Module | None:
    """The cell's syntax, kept for whoever asks next and not to be changed; None when it is no plain Python."""
    return _syntax(source) if len(source) <= _KEPT_CHARS else _syntax.__wrapped__(source)


@functools.lru_cache(maxsize=64)  # a notebook's cells
def _syntax(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def reads(tree: ast.Module) -> set[str]:
    """The names a cell takes from other cells while it runs: those that it has not bound before it reads them.

    Args:
        tree: the cell, parsed.
    """
    found: set[str] = set()
    own: set[str] = set()
    for statement in tree.body:
        loop = set(_targets(statement.target)) if isinstance(statement, ast.For) else set()
        found |= set(_read_here(statement)) - own - loop
        own |= set(_bound_for_sure(statement))
    return found


def touches(tree: ast.Module) -> set[str]:
    """The names a cell binds, and those of objects that it may change.

    It may change what it assigns into, and, by a call for nothing but the effect, the object whose method it calls
    and the arguments. Showing something is no effect, and seeding is none that lasts: every question brings its own.

    Args:
        tree: the cell, parsed.
    """
    found = set(_bound(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found |= _roots(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found |= _changed_by(node.value)
        elif isinstance(node, ast.Call) and _is_in_place(node.func):
            found |= _roots(node.func)
    return found


def _inner_scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner_scopes(child)


def _globals(scope: symtable.SymbolTable) -> Iterator[str]:
    return (symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global())


def _read_here(node: ast.AST) -> Iterator[str]:
    """The names that executing a statement reads, inner scopes left out."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.AugAssign):
        yield from _targets(node.target)
    for child in _evaluated(node):
        yield from _read_here(child)


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that belong to the scope it stands in."""
    if isinstance(node, _FUNCTIONS):
        yield from getattr(node, "decorator_list", [])
        yield node.args
    elif isinstance(node, ast.ClassDef):
        yield from [*node.decorator_list, *node.bases, *node.keywords]
    elif isinstance(node, _COMPREHENSIONS):
        yield node.generators[0].iter
    else:
        yield from ast.iter_child_nodes(node)


def _bound_for_sure(statement: ast.stmt) -> Iterator[str]:
    """The names a statement binds however it goes."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _targets(target)
    elif isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        yield from _bound(ast.Module([statement], []))


def _targets(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]


def _changed_by(call: ast.Call) -> set[str]:
    """What a call that stands alone may change."""
    if _is_in_place(call.func):
        return _roots(call.func)
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))  # of a name, or of an attribute
    if name in _NO_EFFECT or _roots(call.func) & _NO_EFFECT:
        return set()
    receiver = _roots(call.func) if isinstance(call.func, ast.Attribute) else set()
    return receiver.union(*(_roots(argument) for argument in [*call.args, *(word.value for word in call.keywords)]))


def _is_in_place(function: ast.expr) -> bool:
    """Whether it is a method that changes its tensor, `x.add_`; `__init__` and its like are none."""
    return isinstance(function, ast.Attribute) and function.attr.endswith("_") and not function.attr.endswith("__")


def _roots(node: ast.expr) -> set[str]:
    """The name that `name.attribute[index]` begins with; what a call gives is a new object."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    if isinstance(node, ast.Tuple | ast.List):
        return set().union(*map(_roots, node.elts))
    return {node.id} if isinstance(node, ast.Name) else set()
