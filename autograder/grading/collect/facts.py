"""What a cell's code defines and uses, found by reading it: nothing here runs a student's code, and nothing raises.

Code that Python cannot parse (a syntax error, or nesting too deep for the parser) still yields the names that stand
after `def` and `class` at the start of a line.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

PARSE_LIMIT_CHARS = 50_000

_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.,\s]+=\s*[%!].*|[\w.]+\?{1,2}\s*)$")
_TRANSPARENT_CELL_MAGIC = re.compile(r"^\s*%%(?:time|capture|prun)\b")
_HEADER = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+([^\W\d]\w*)", re.MULTILINE)


@dataclass(frozen=True)
class Definition:
    """A function, class or assignment at a cell's top level; lines count from 1, both included."""

    name: str
    kind: str  # "code" (def, class, lambda), "value" (an assignment) or "header" (only a def line was readable)
    text: str  # the same for the same code: no comments, docstrings or layout
    stub: bool  # all its bodies only raise NotImplementedError
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Statement:
    """One outermost statement: the names that it and everything inside it bind, and its lines."""

    names: frozenset[str]
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Facts:
    """What is known about one piece of code; `loaded` are the names it reads, `text` is the same for the same code."""

    parsed: bool
    definitions: tuple[Definition, ...]
    statements: tuple[Statement, ...]
    bound: frozenset[str]
    loaded: frozenset[str]
    text: str

    def find(self, name: str) -> Definition | None:
        """The last definition of a name, which is the one that counts when the cell runs."""
        return next((d for d in reversed(self.definitions) if d.name == name), None)


def plain(text: str) -> str:
    """A text with every run of white space made one blank."""
    return " ".join(text.split())


@lru_cache(maxsize=512)
def facts(source: str) -> Facts:
    """Read one cell's code.

    Args:
        source: The code, IPython's magics and shell lines included.
    """
    code = python_lines(source)
    if code is None:
        return Facts(False, (), (), frozenset(), frozenset(), plain(source))
    try:
        tree = _parse(code)
        if tree is not None:
            return _from_tree(tree)
    except (RecursionError, MemoryError):
        pass
    found = _HEADER.finditer(code)
    definitions = tuple(_header(match.group(1), code.count("\n", 0, match.start()) + 1, code) for match in found)
    names = frozenset(definition.name for definition in definitions)
    return Facts(False, definitions, (), names, frozenset(), plain(source))


def python_lines(source: str) -> str | None:
    """The code as Python would see it, line for line; `None` where a cell magic makes it another language."""
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].lstrip().startswith("%%"):
        if not _TRANSPARENT_CELL_MAGIC.match(lines[first]):
            return None
        lines[first] = ""
    return "\n".join(lines)


def _parse(code: str) -> ast.Module | None:
    if len(code) > PARSE_LIMIT_CHARS:
        return None
    without_magics = "\n".join(_MAGIC.sub(r"\1pass", line) for line in code.split("\n"))
    for candidate in (code, without_magics):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(candidate)
        except (SyntaxError, ValueError):
            continue
    return None


def _from_tree(tree: ast.Module) -> Facts:
    nodes = list(ast.walk(tree))
    loaded = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for node in nodes:
        _drop_docstring(node)
    definitions: list[Definition] = []
    statements: list[Statement] = []
    for outermost in tree.body:
        bound: set[str] = set()
        for statement in _in_same_scope(outermost):
            names = bound_by(statement)
            bound |= names
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                definitions += [_definition(name, statement) for name in sorted(names)]
        statements.append(Statement(frozenset(bound), *_lines(outermost)))
    every = frozenset(name for statement in statements for name in statement.names)
    return Facts(True, tuple(definitions), tuple(statements), every, frozenset(loaded), ast.dump(tree))


def _in_same_scope(outermost: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and those inside its `if`, `try`, `with` and loops, which run in the notebook's own scope."""
    pending = [outermost]
    while pending:
        statement = pending.pop()
        yield statement
        if isinstance(statement, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
            inner = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
            inner += [child for handler in getattr(statement, "handlers", []) for child in handler.body]
            pending += reversed(inner)


def bound_by(statement: ast.stmt) -> set[str]:
    """The names a statement of the top level binds, those of statements inside it left out."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.For)):
        targets = [statement.target]
    elif isinstance(statement, ast.With):
        targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    found = (node for target in targets for node in ast.walk(target))
    return {node.id for node in found if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _definition(name: str, statement: ast.stmt) -> Definition:
    is_code = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    is_code = is_code or (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda))
    return Definition(
        name, "code" if is_code else "value", ast.dump(statement), _is_stub(statement), *_lines(statement)
    )


def _lines(statement: ast.stmt) -> tuple[int, int]:
    """The first and last line of a statement, its decorators included."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return first, statement.end_lineno or statement.lineno


def _header(name: str, line: int, code: str) -> Definition:
    """A definition in code that does not parse: it reaches to the end, and counts as an attempt."""
    lines = code.split("\n")
    return Definition(name, "header", plain("\n".join(lines[line - 1 :])), False, line, len(lines))


def _is_stub(statement: ast.stmt) -> bool:
    functions = [node for node in ast.walk(statement) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return bool(functions) and all(_only_raises(function.body) for function in functions)


def _only_raises(body: list[ast.stmt]) -> bool:
    """Whether a body always ends in NotImplementedError, or does nothing at all."""
    for statement in body:
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
        if isinstance(statement, (ast.Return, ast.If, ast.For, ast.While, ast.Try, ast.With)):
            return False
    return all(isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) for s in body)


def _drop_docstring(node: ast.AST) -> None:
    if not isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or not node.body:
        return
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        # An emptied body would not be a program; a bare `pass` says the same thing.
        node.body[0:1] = [] if len(node.body) > 1 or isinstance(node, ast.Module) else [ast.Pass(lineno=first.lineno)]
