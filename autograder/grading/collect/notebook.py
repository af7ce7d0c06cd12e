"""Bytes from a stranger become a clean notebook, or a sentence that says why not.

Guarantees: bounded in bytes, values and depth; every version a student can meet comes out as valid nbformat 4.5, see
`cleaning`; the only exception is `Unreadable`. Nothing is executed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.grading.collect.cleaning import Unreadable, clean_document, json_word

NOTEBOOK_LIMIT_BYTES = 64 * 2**20
VALUES_LIMIT = 5_000_000
"""Brackets, braces and commas: each may become an object, so that few bytes could fill the memory."""


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
    if sum(data.count(sign) for sign in (b"[", b"{", b",")) > VALUES_LIMIT:
        raise Unreadable(
            f"it holds more than {VALUES_LIMIT} values", "ask the student to clear all outputs, save and hand in again"
        )
    document, notes = _parse_json(_decode(data))
    if not isinstance(document, dict):
        raise Unreadable(f"it is JSON, but no notebook: {json_word(document)} where an object was expected")
    try:
        notebook, mended = clean_document(document)
        return Read(notebook, (*notes, *mended), hashlib.sha256(data).hexdigest())
    except RecursionError:
        raise Unreadable("it is nested too deeply to be a notebook that Jupyter or Colab saved") from None


def _decode(data: bytes) -> str:
    if not data.strip():
        raise Unreadable("it is empty")
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("it holds only zeros, as a broken upload leaves them")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("it is saved as UTF-16, and notebooks are UTF-8")
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("it is a zip archive that is called a notebook", "rename it to .zip and collect again")
    if data.startswith(b"%PDF-"):
        raise Unreadable("it is a PDF that is called a notebook")
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
