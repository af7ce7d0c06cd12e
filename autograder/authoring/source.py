"""Reading a py:percent source into cells that know their role and their line.

Guarantees: every option of a cell's header is known and has a usable value, so a typing error is refused with the file
and the line instead of being ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from autograder.errors import SourceError

ROLES = ("solution", "tests", "manual", "readonly")
SLIDE_TAGS = ("slide", "subslide", "fragment", "skip", "notes")
TAGS = ("live", "volatile", *SLIDE_TAGS)
_OPTIONS = {"role", "grade_id", "exercise", "points", "tags", "prompt"}
_NEEDED = {
    None: set(),
    "solution": {"role", "grade_id"},
    "tests": {"role", "exercise"},
    "manual": {"role", "grade_id", "points"},
    "readonly": {"role", "grade_id"},
}
_UNREADABLE = "incorrectly_encoded_metadata"  # where jupytext puts what it cannot parse
_GRADE_ID = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-]{0,39}")


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source: its text, its header's options and the line its header stands on."""

    kind: str
    text: str
    options: Mapping[str, Any]
    where: str

    @property
    def role(self) -> str | None:
        """`solution`, `tests`, `manual`, `readonly` or nothing."""
        return self.options.get("role")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of a lecture's cell."""
        return tuple(self.options.get("tags", ()))


def read_source(root: Path, path: Path) -> list[SourceCell]:
    """Read one source file.

    Args:
        root: The course's folder.
        path: The file, relative to `root`; messages call it so.

    Raises:
        SourceError: The file is unreadable or empty, or a header has an unknown or missing option.
    """
    try:
        text = (root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read ({error})") from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# %%", line)]
    try:
        cells = jupytext.reads(text, fmt="py:percent").cells
    except nbformat.ValidationError as error:
        raise SourceError(f"{path}: a cell's header is not valid: {error.message}") from None
    if not cells or len(cells) != len(lines):
        raise SourceError(f"{path}:1: expected the file to start with a '# %%' header and every cell to have one")
    return [_source_cell(cell, f"{path}:{line}") for cell, line in zip(cells, lines, strict=True)]


def _source_cell(cell: Any, where: str) -> SourceCell:
    options = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
    _check_options(options, where)
    role = options.get("role")
    if role in ("solution", "tests") and cell.cell_type != "code":
        raise SourceError(f"{where}: role={role!r} on a {cell.cell_type} cell; expected a code cell")
    if role == "tests" and cell.source.strip():
        raise SourceError(f"{where}: a tests cell with code in it; leave it empty, the builder writes it")
    if role == "manual" and cell.cell_type != "markdown":
        raise SourceError(f"{where}: role='manual' on a {cell.cell_type} cell; expected '# %% [markdown]'")
    return SourceCell(cell.cell_type, cell.source, options, where)


def _check_options(options: Mapping[str, Any], where: str) -> None:
    role = options.get("role")
    if role is not None and role not in ROLES:
        raise SourceError(f"{where}: role={role!r}; expected one of {', '.join(ROLES)}")
    if _UNREADABLE in options:
        raise SourceError(
            f'{where}: cannot read {options[_UNREADABLE]!r} in the header; write key="text" or tags=["live"]'
        )
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise SourceError(
            f"{where}: unknown option {unknown[0]!r} in the header; expected {', '.join(sorted(_OPTIONS))}"
        )
    missing = sorted(_NEEDED[role] - set(options))
    if missing:
        raise SourceError(f"{where}: role={role!r} without {missing[0]}; add {missing[0]}=… to the header")
    extra = sorted({"grade_id", "exercise", "points"} & (set(options) - _NEEDED[role]))
    if extra:
        raise SourceError(f"{where}: {extra[0]}=… does not belong on a cell of role {role!r}; remove it")
    for key in ("grade_id", "exercise"):
        if key in options and not _GRADE_ID.fullmatch(str(options[key])):
            raise SourceError(f"{where}: {key}={options[key]!r}; expected a letter, then letters, digits, '-' and '_'")
    points = options.get("points", 1)
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        raise SourceError(f"{where}: points={points!r}; expected a number above 0")
    tags = options.get("tags", [])
    if not isinstance(tags, list) or set(tags) - set(TAGS):
        raise SourceError(f"{where}: tags={tags!r}; expected a list of {', '.join(TAGS)}")
