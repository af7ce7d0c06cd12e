"""What in a submission's code a person should look at: read from the code, never a reason to take points.

Guarantees: nothing is run, nothing raises, and what honest notebooks do (``gc.collect()``, ``inspect.signature``,
plots, shell lines) is not reported.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.grading.run.effects import syntax

SOURCE_CHARS = 200_000
MOST = 8

_FRAMES = "walks stack frames"
_REACHES = {
    "_getframe": _FRAMES,
    "currentframe": _FRAMES,
    "f_back": _FRAMES,
    "f_locals": _FRAMES,
    "tb_frame": _FRAMES,
    "get_objects": "searches the memory of its process",
    "get_referrers": "searches the memory of its process",
    "__subclasses__": "searches the classes of its process",
    "input_transformers_cleanup": "rewrites the cells that run after it",
    "input_transformers_post": "rewrites the cells that run after it",
    "ast_transformers": "rewrites the cells that run after it",
    "compute_format_data": "replaces how results are displayed",
    "for_type": "replaces how results are displayed",
    "displayhook": "replaces how results are displayed",
    "_disable_current_modes": "switches off what watches it",
    "settrace": "watches other code run",
    "setprofile": "watches other code run",
}
_MODULES = {"ctypes", "builtins", "sqlite3", "_thread", "nbgrader", "concurrent", "multiprocessing", "threading"}
_PATHS = ("/proc/", "gradebook.db", "/solutions/", "../solutions", "/submitted/", "../submitted", "/etc/passwd")
_OWN = ("autograder.checks", "autograder.grading")
_LIBRARIES = {"torch", "F", "nn", "np", "numpy", "math", "builtins", "autograder"}


def suspicions(grafted: NotebookNode, given: Container[str] = ()) -> tuple[str, ...]:
    """What a person should look at, each in one line that names the cell; at most a handful.

    Args:
        grafted: the clean notebook; locked cells are the release's own and are not read.
        given: sources of other cells that were given out, which are not read either.
    """
    found: dict[str, None] = {}
    for number, cell in enumerate(grafted.cells, start=1):
        rules = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or rules.get("locked") or cell.source in given:
            continue
        where = rules.get("grade_id") or f"cell {number}"
        found |= {f"{where}: its code {what}": None for what in _read(cell.source)}
    return tuple(found)[:MOST]


def _read(source: str) -> Iterator[str]:
    if len(source) > SOURCE_CHARS:
        yield f"is {len(source):,} characters long and was not read"
        return
    tree = syntax(source) or _syntax_of_ipython(source)
    for node in ast.walk(tree) if tree else ():
        yield from _look(node)


def _syntax_of_ipython(source: str) -> ast.Module | None:
    """A cell's syntax once its shell lines and magics are calls."""
    try:
        return syntax(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _look(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        if node.attr in _REACHES:
            yield f"{_REACHES[node.attr]} ({node.attr})"
        if isinstance(node.ctx, ast.Store) and (root := _root(node.value)) in _LIBRARIES:
            yield f"replaces {root}…{node.attr}"
        if node.attr == "modules" and _root(node.value) == "sys":
            yield "reaches into sys.modules"
    elif isinstance(node, ast.Import):
        yield from (_imports(alias.name) for alias in node.names if _is_odd(alias.name))
    elif isinstance(node, ast.ImportFrom) and node.module and _is_odd(node.module):
        yield _imports(node.module)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (f"names the path {path!r}" for path in _PATHS if path in node.value)
        yield from (f"names the module {module}" for module in _OWN if node.value.startswith(module))
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("exec", "eval", "__import__")
    ):
        yield f"calls {node.func.id}()"


def _is_odd(module: str) -> bool:
    return module.split(".")[0] in _MODULES or module.startswith("autograder.")


def _imports(module: str) -> str:
    return f"imports {module}"


def _root(node: ast.expr) -> str | None:
    """The name an attribute hangs on: ``torch`` for ``torch.nn.functional``."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
