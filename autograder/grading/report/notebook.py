"""What a report reads from a grafted notebook: a student's answer, and the statement it answers.

Guarantees: the statement comes only from cells that the release put there, which keep their id in their metadata while
a student's own cells carry none; tests, visible or hidden, are never read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Notebook = Mapping[str, Any]
Cell = Mapping[str, Any]


def answers(notebook: Notebook) -> dict[str, str]:
    """Sources of the answer cells (code and written), by grade_id, in order."""
    return {_rules(cell)["grade_id"]: source(cell) for cell in notebook["cells"] if _rules(cell).get("solution")}


def source(cell: Cell) -> str:
    """A cell's source as one string, whichever way the file stores it."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def statement(notebook: Notebook, grade_id: str) -> str:
    """The release's prose right above an answer: from its heading on, or, for a written one, from the last code on.

    Args:
        notebook: the grafted notebook.
        grade_id: the answer cell.

    Returns:
        Markdown; empty when there is no such cell or nothing above it.
    """
    cells = notebook["cells"]
    position = next((i for i, cell in enumerate(cells) if _rules(cell).get("grade_id") == grade_id), 0)
    above: list[str] = []
    for cell in reversed(cells[:position]):
        rules = _rules(cell)
        if rules.get("grade") or rules.get("solution"):
            break
        if above and cells[position].get("cell_type") == "markdown" and _is_ours(cell, "code"):
            break
        if _is_ours(cell, "markdown"):
            above.append(source(cell))
            if source(cell).lstrip().startswith("#"):
                break
    return "\n\n".join(reversed(above))


def title(notebook: Notebook) -> str:
    """The first heading of the release's prose; empty when it has none."""
    for cell in notebook["cells"]:
        if _is_ours(cell, "markdown"):
            for line in source(cell).splitlines():
                if line.startswith("# "):
                    return line[2:].strip()
    return ""


def _is_ours(cell: Cell, kind: str) -> bool:
    return cell.get("cell_type") == kind and "id" in cell.get("metadata", {}) and not _rules(cell).get("solution")


def _rules(cell: Cell) -> Mapping[str, Any]:
    rules = cell.get("metadata", {}).get("nbgrader", {})
    return rules if isinstance(rules, Mapping) else {}
