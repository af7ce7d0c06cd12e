"""Bytes from a stranger become a clean notebook, or a sentence that says why not.

Guarantees: bounded in bytes, cells and depth; every version a student can meet comes out as valid nbformat 4.5; only
what grading needs survives (kind, text, ids, nbgrader's entry, pasted pictures), so that tags, outputs, widgets and
whatever else a file may carry cannot matter later. Nothing is executed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

NOTEBOOK_LIMIT_BYTES = 64 * 2**20
CELL_LIMIT_CHARS = 2**20
CELLS_LIMIT = 2_000

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_FLAGS = ("grade", "solution", "locked", "task")
_RESAVE = "ask for the file again: in Colab File → Download → Download .ipynb, in Jupyter File → Download"


class Unreadable(Exception):
    """A file that is no usable notebook; says the reason and what to do about it."""

    def __init__(self, reason: str, remedy: str = _RESAVE) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True)
class Read:
    """A clean notebook, what was noticed on the way, and the SHA-256 of the bytes it came from."""

    notebook: NotebookNode
    notes: tuple[str, ...]
    digest: str


def read_notebook(path: Path) -> Read:
    """Read a student's file.

    Raises:
        Unreadable: With the reason in words; never anything else.
    """
    try:
        with path.open("rb") as file:
            data = file.read(NOTEBOOK_LIMIT_BYTES + 1)
    except OSError as error:
        raise Unreadable(
            f"it could not be opened ({error.strerror or error})", "check the file's permissions"
        ) from error
    return parse_notebook(data)


def parse_notebook(data: bytes) -> Read:
    """Make a clean notebook of a file's bytes.

    Raises:
        Unreadable: With the reason in words; never anything else.
    """
    if len(data) > NOTEBOOK_LIMIT_BYTES:
        raise Unreadable(
            f"it is larger than {NOTEBOOK_LIMIT_BYTES // 2**20} MiB",
            "ask the student to clear all outputs, save and hand in again",
        )
    document, notes = _parse_json(_decode(data))
    if not isinstance(document, dict):
        raise Unreadable(f"it is JSON, but no notebook: a {type(document).__name__} where an object was expected")
    try:
        cells = _raw_cells(document)
        return Read(*_clean(cells, document.get("metadata"), notes), hashlib.sha256(data).hexdigest())
    except RecursionError:
        raise Unreadable("it is nested too deeply to be a notebook that Jupyter or Colab saved") from None


def clean(notebook: Mapping[str, Any]) -> NotebookNode:
    """A clean copy of a notebook that is already in memory, version 4.0 to 4.5 or older."""
    return _clean(_raw_cells(notebook), notebook.get("metadata"), [])[0]


def _decode(data: bytes) -> str:
    if not data.strip():
        raise Unreadable("it is empty")
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("it holds only zeros, as a broken upload leaves them")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("it is saved as UTF-16, and notebooks are UTF-8")
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("it is a zip archive that is called a notebook", "rename it to .zip and collect again")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8 text (byte {error.start} of {len(data)})") from error


def _parse_json(text: str) -> tuple[Any, list[str]]:
    notes: list[str] = []

    def number(constant: str) -> None:
        notes.append(f"{constant} stands in it, which is not JSON; read as null")

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            keys = [key for key, _ in items]
            twice = sorted({key for key in keys if keys.count(key) > 1}) if len(keys) < 1000 else []
            notes.append(
                f"the key {', '.join(map(repr, twice[:3])) or '(one of very many)'} occurs twice; the last one is used"
            )
        return made

    try:
        return json.loads(text, parse_constant=number, object_pairs_hook=pairs), list(dict.fromkeys(notes))
    except json.JSONDecodeError as error:
        if text.lstrip()[:1] == "<":
            raise Unreadable("it is a web page, not a notebook: the link was saved instead of the file") from error
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise Unreadable(f"it breaks off after {len(text)} characters: the upload was cut short") from error
        raise Unreadable(f"it is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg})") from error
    except RecursionError:
        raise Unreadable("it is nested too deeply to be a notebook that Jupyter or Colab saved") from None
    except ValueError as error:
        raise Unreadable(f"it is not valid JSON ({error})") from error


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
        raise Unreadable(f"its cells are a {type(cells).__name__}, and a list was expected")
    if len(cells) > CELLS_LIMIT:
        raise Unreadable(f"it has {len(cells)} cells, and {CELLS_LIMIT} is the limit", "open it and look")
    return cells


def _clean(cells: list[Any], metadata: Any, notes: list[str]) -> tuple[NotebookNode, tuple[str, ...]]:
    taken: set[str] = set()
    made: list[NotebookNode] = []
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, Mapping):
            notes.append(f"cell {number} is no cell and was left out")
            continue
        source = _text(cell.get("source", cell.get("input", "")))
        if source is None or len(source) > CELL_LIMIT_CHARS:
            why = "has no readable text" if source is None else f"is longer than {CELL_LIMIT_CHARS} characters"
            notes.append(f"cell {number} {why} and was emptied")
            source = ""
        made.append(_clean_cell(cell, source, number, taken))
    kept = _autograder_entry(metadata)
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=kept, cells=made), tuple(notes)


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
