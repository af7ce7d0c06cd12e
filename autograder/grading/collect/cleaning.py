"""Parsed JSON from a stranger becomes a clean notebook of format 4.5.

Guarantees: bounded in cells and text; only what grading needs survives (kind, text, ids, nbgrader's entry, pasted
pictures), so that tags, outputs, widgets and whatever else a file carries cannot matter later; every text in it can be
written to a file again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

CELLS_LIMIT = 2_000
CODE_CELL_LIMIT_CHARS = 2**18
CODE_LIMIT_CHARS = 2**19
TEXT_LIMIT_CHARS = 2**24
"""Colab writes pasted pictures into the text itself, so that text may be far longer than code."""

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_FLAGS = ("grade", "solution", "locked", "task")
_RESAVE = "ask for the file again: in Colab File → Download → Download .ipynb, in Jupyter File → Download"


def json_word(value: object) -> str:
    """What kind of JSON a value is, in words for people who do not read Python."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing (null)"}
    return kinds.get(type(value), "a number")


class Unreadable(Exception):
    """A file that is no usable notebook; says the reason and what to do about it."""

    def __init__(self, reason: str, remedy: str = _RESAVE) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


def clean(notebook: Mapping[str, Any]) -> NotebookNode:
    """A clean copy of a notebook that is already in memory.

    Raises:
        Unreadable: It has no cells, far too many, or is of a format nobody knows.
    """
    return clean_document(notebook)[0]


def clean_document(document: Mapping[str, Any]) -> tuple[NotebookNode, list[str]]:
    """A clean notebook of format 2, 3 or 4, and what had to be mended.

    Raises:
        Unreadable: It has no cells, far too many, or is of a format nobody knows.
    """
    notes: list[str] = []
    return _clean(_raw_cells(document), document.get("metadata"), notes), notes


def _raw_cells(document: Mapping[str, Any]) -> list[Any]:
    """The list of cells, whatever the version; cells of version 2 and 3 keep their text under other names."""
    version = document.get("nbformat", 4)
    if "cells" not in document and "worksheets" not in document:
        raise Unreadable("it is JSON, but no notebook: it has no cells")
    if isinstance(version, bool) or not isinstance(version, int) or not 2 <= version <= 4:
        raise Unreadable(
            f"it says it is notebook format {str(version)[:20]!r}, and 2 to 4 can be read",
            "open it in Jupyter or Colab, save it again and collect again",
        )
    if "cells" in document:
        cells = document["cells"]
    else:
        sheets = document["worksheets"]
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
        cells = [cell for one in lists if isinstance(one, list) for cell in one]
    if not isinstance(cells, list):
        raise Unreadable(f"its cells are {json_word(cells)}, and a list was expected")
    if len(cells) > CELLS_LIMIT:
        raise Unreadable(f"it has {len(cells)} cells, and {CELLS_LIMIT} is the limit", "open it and look")
    return cells


def _clean(cells: list[Any], metadata: Any, notes: list[str]) -> NotebookNode:
    taken: set[str] = set()
    made: list[NotebookNode] = []
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, Mapping):
            notes.append(f"cell {number} is no cell and was left out")
            continue
        source = _text(cell.get("source", cell.get("input", "")))
        if source is None:
            notes.append(f"cell {number} has no readable text and was emptied")
        made.append(_clean_cell(cell, source or "", number, taken))
        if made[-1].cell_type == "code" and len(made[-1].source) > CODE_CELL_LIMIT_CHARS:
            notes.append(f"cell {number} holds more than {CODE_CELL_LIMIT_CHARS} characters of code and was emptied")
            made[-1].source = ""
    _weigh(made)
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=_autograder_entry(metadata), cells=made)


def _weigh(cells: list[NotebookNode]) -> None:
    """Refuse what would take minutes to read."""
    for kind, limit in (("code", CODE_LIMIT_CHARS), ("text", TEXT_LIMIT_CHARS)):
        chars = sum(len(cell.source) for cell in cells if (cell.cell_type == "code") == (kind == "code"))
        if chars > limit:
            raise Unreadable(f"its cells hold more than {limit} characters of {kind}", "open it and look")


def new_cell(kind: str, source: str, name: str) -> NotebookNode:
    """A cell as nbformat's own makers build it, without their validation, which takes longer than all the rest.

    Args:
        kind: code, markdown or raw.
        source: Its text.
        name: Its id.
    """
    made = NotebookNode(id=name, cell_type=kind, metadata=NotebookNode(), source=source)
    if kind == "code":
        made.update(execution_count=None, outputs=[])
    return made


def _clean_cell(cell: Mapping[str, Any], source: str, number: int, taken: set[str]) -> NotebookNode:
    kind = cell.get("cell_type")
    kind = {"markdown": "markdown", "heading": "markdown", "html": "markdown", "raw": "raw"}.get(str(kind), "code")
    own = cell.get("id")
    usable = isinstance(own, str) and _ID.fullmatch(own) and own not in taken
    made = new_cell(kind, source, str(own) if usable else _free_id(number, taken))
    taken.add(made.id)
    metadata = cell.get("metadata")
    made.metadata = _cell_metadata(metadata if isinstance(metadata, Mapping) else {})
    if kind == "markdown" and (pictures := _pictures(cell.get("attachments"))):
        made.attachments = pictures
    return made


def _free_id(number: int, taken: set[str]) -> str:
    name = f"unnamed-{number}"
    while name in taken:
        name += "x"
    return name


def _cell_metadata(metadata: Mapping[str, Any]) -> NotebookNode:
    kept = NotebookNode()
    if isinstance(metadata.get("id"), str) and _ID.fullmatch(metadata["id"]):
        kept.id = metadata["id"]
    entry = metadata.get("nbgrader")
    if isinstance(entry, Mapping) and isinstance(entry.get("grade_id"), str):
        flags = {flag: entry.get(flag) is True for flag in _FLAGS}
        kept.nbgrader = NotebookNode(grade_id=entry["grade_id"] if _ID.fullmatch(entry["grade_id"]) else "", **flags)
    return kept


def _autograder_entry(metadata: Any) -> NotebookNode:
    entry = metadata.get("autograder") if isinstance(metadata, Mapping) else None
    if not isinstance(entry, Mapping):
        return NotebookNode()
    return NotebookNode(
        autograder=NotebookNode({k: _utf8(str(entry[k])[:100]) for k in ("kind", "unit") if k in entry})
    )


def _text(source: Any) -> str | None:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    return _utf8(source).replace("\r\n", "\n").replace("\r", "\n")


def _utf8(text: str) -> str:
    """A text that can be written to a file: JSON can smuggle in halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pictures(attachments: Any) -> NotebookNode | None:
    """Pictures pasted into a text cell; whatever else is attached is left behind."""
    if not isinstance(attachments, Mapping):
        return None
    kept = NotebookNode()
    for name, bundle in attachments.items():
        if isinstance(bundle, Mapping):
            images = {k: v for k, v in bundle.items() if k in _PICTURES and isinstance(v, str) and v.isascii()}
            if images:
                kept[_utf8(name)] = NotebookNode(images)
    return kept or None
