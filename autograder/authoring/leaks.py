"""The last look at a release before it is written: does it give anything away, and does every blank work as a blank?

Guarantees, for a release that passes:

- no line of a solution or of a hidden test stands in it, in code, prose or metadata, however it is spaced or commented
  (lines too short or too common to give anything away are let through);
- no cell has an output or an execution count;
- every blank is inside a function, so it raises `NotImplementedError` when it is called and never when it is defined.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.errors import LeakError

_REGION = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)")
_COMMON = re.compile(
    r"(import|from|def|class|@) ?\b.*|return [\w, ]+|super\(\)\.__init__\(\)|self\.\w+ = \w+|[\w, ]+ = \w+\.shape|\W*"
)
_SHORTEST = 16


def check_release(solution: NotebookNode, release: NotebookNode, where: str) -> None:
    """Compare a release with its solution.

    Args:
        solution: The notebook with solutions and hidden tests.
        release: What students would get.
        where: What to call the release in a message.

    Raises:
        LeakError: A line, an output or a blank is wrong; the message names the cell and the line.
    """
    secrets = [secret for cell in solution.cells for secret in secret_lines(cell)]
    for cell in release.cells:
        place = f"{where}: cell {cell.id!r}"
        if cell.get("outputs") or cell.get("execution_count") is not None:
            raise LeakError(f"{place} holds an output; a release has none")
        _check_text(cell, secrets, place)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            _check_blanks(cell.source, place)


def secret_lines(cell: NotebookNode) -> Iterator[str]:
    """Yield the lines of a solution's cell that no release may hold, without their spaces."""
    grader = cell.metadata.get("nbgrader", {})
    whole = bool(grader.get("solution")) and "BEGIN SOLUTION" not in cell.source
    inside = whole
    for line in cell.source.splitlines():
        border = _REGION.search(line)
        if border:
            inside = border.group(1) == "BEGIN"
        elif inside and _tells_something(line):
            yield _squeeze(line)


def _tells_something(line: str) -> bool:
    return len(_squeeze(line)) >= _SHORTEST and not _COMMON.fullmatch(line.strip())


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text).lstrip("#")


def _check_text(cell: NotebookNode, secrets: list[str], place: str) -> None:
    lines = cell.source.splitlines()
    marked = next((number for number, line in enumerate(lines, 1) if _REGION.search(line)), None)
    if marked is not None:
        raise LeakError(f"{place}, line {marked} still holds a marker: {lines[marked - 1].strip()!r}")
    text = "".join(map(_squeeze, lines))
    beside = _squeeze(json.dumps([cell.metadata, cell.get("attachments")], ensure_ascii=False).replace('\\"', '"'))
    for secret in secrets:
        if secret in text:
            line = _line_of(secret, lines)
            shown = lines[line - 1].strip()
            raise LeakError(
                f"{place}, line {line} gives a solution away: {shown!r}; say it in other words or leave it out"
            )
        if secret in beside:
            raise LeakError(f"{place} gives a solution away in its metadata: {secret!r}; remove it")


def _line_of(secret: str, lines: list[str]) -> int:
    """The line, from 1, at which `secret` starts in the lines joined without spaces."""
    for number in range(len(lines), 0, -1):
        if secret in "".join(map(_squeeze, lines[number - 1 :])):
            return number
    return 1


def _check_blanks(source: str, place: str) -> None:
    """Every `raise NotImplementedError` stands inside a function, and there is one."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise LeakError(f"{place}, line {error.lineno}: the blank is not valid Python ({error.msg})") from None
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {node for function in functions for node in ast.walk(function) if _is_blank(node)}
    blanks = [node for node in ast.walk(tree) if _is_blank(node)]
    if not blanks:
        raise LeakError(f"{place} has no blank; put ### BEGIN SOLUTION … ### END SOLUTION inside the function")
    for node in blanks:
        if node not in inside:
            line = getattr(node, "lineno", 1)
            raise LeakError(f"{place}, line {line}: the blank is outside a function and would raise when it is defined")


def _is_blank(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
        return False
    return isinstance(node.exc.func, ast.Name) and node.exc.func.id == "NotImplementedError"
