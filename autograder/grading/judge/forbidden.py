"""Forbidden calls that stand in the code of an answer which earned points: found on the trusted side, by their names.

Guarantees: takes no points, since a name is no call; it is for a person. The guard that watches calls stands in the
student's own process and can be switched off there; this cannot. Nothing is run, and nothing raises.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from autograder.checks.exercise import Exercise, find
from autograder.grading.results import ExerciseResult
from autograder.grading.run.effects import Names, names, syntax

_LIBRARIES = frozenset({"torch", "F", "nn", "np", "numpy", "scipy"})
_NAMING = (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call)


def named_calls(grafted: NotebookNode, release: NotebookNode, results: Sequence[ExerciseResult]) -> tuple[str, ...]:
    """One line for each exercise that earned points although its code names what it may not use.

    Args:
        grafted: the clean notebook with the student's answers.
        release: the assignment as it was given out; its own cells are not read.
        results: what the exercises earned.
    """
    given = {cell.source for cell in release.cells}
    cells = [cell for cell in grafted.cells if cell.cell_type == "code" and cell.source not in given]
    sources = {cell.metadata.get("nbgrader", {}).get("grade_id") or id(cell): cell.source for cell in cells}
    known = {key: found for key, source in sources.items() if (found := names(source)) is not None}
    lines = []
    for result in results:
        exercise = find(result.name)
        if result.points and exercise.forbids and result.name in known:
            trees = [tree for key in _used(result.name, known) if (tree := syntax(sources[key])) is not None]
            calls = dict.fromkeys(name for tree in trees for name in _library_names(tree, _forbidden(exercise)))
            if calls:
                lines.append(f"{result.name}: it earned points, and its code names {', '.join(calls)}; is that called?")
    return tuple(lines)


def _forbidden(exercise: Exercise) -> frozenset[str]:
    """The last parts of the names that an exercise forbids, spelled alike for functions and classes."""
    names = {name for family in exercise.forbids for name in (*family.operations, *family.functions)}
    return frozenset(_plain(name.rpartition("::")[2].rpartition(".")[2]) for name in names if not name.endswith("*"))


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _used(answer: str, known: dict[str | int, Names]) -> list[str | int]:
    """The answer's cell, and every cell that makes something which these cells use."""
    used: dict[str | int, None] = {answer: None}
    pending: list[str | int] = [answer]
    while pending:
        wanted = known[(key := pending.pop())].read | known[key].later
        new = [key for key, found in known.items() if key not in used and found.touched & wanted]
        used |= dict.fromkeys(new)
        pending += new
    return list(used)


def _library_names(tree: ast.Module, forbidden: frozenset[str]) -> Iterator[str]:
    """Forbidden names of libraries in a cell, however they are written; a name made at run time counts as one."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, _NAMING)]
    aliases = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    yield from (alias.name for alias in aliases if _plain(alias.name.rpartition(".")[2]) in forbidden)
    libraries = _LIBRARIES.union(alias.asname or alias.name.split(".")[0] for alias in aliases)
    for node in nodes:
        if isinstance(node, ast.Attribute) and _plain(node.attr) in forbidden and _root(node) in libraries:
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            yield from _looked_up(node, libraries, forbidden)


def _looked_up(call: ast.Call, libraries: frozenset[str], forbidden: frozenset[str]) -> Iterator[str]:
    if len(call.args) < 2 or _root(call.args[0]) not in libraries:
        return
    name = call.args[1]
    if not isinstance(name, ast.Constant) or _plain(str(name.value)) in forbidden:
        yield ast.unparse(call)[:100]


def _root(node: ast.expr) -> str | None:
    """The name an attribute hangs on: ``torch`` for ``torch.nn.functional``."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
