"""Tables that look like the rest: HTML for the notebook, Markdown where HTML is not shown."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from IPython.display import display

_TABLE = "border-collapse:collapse;margin:0.6em 0;font-size:15px;color:#222;background:#fff"
_HEAD = "padding:5px 14px;border-bottom:2px solid #222;font-weight:600;color:#222;background:#fff"
_CELL = "padding:4px 14px;border-bottom:1px solid #ddd;color:#222;background:#fff"


def _text(value: Any) -> str:
    """Write whole numbers in groups of three, other numbers short, everything else as it is."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else ("yes" if value else "no")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


def _side(value: Any) -> str:
    """Numbers stand right, everything else left."""
    return "right" if isinstance(value, int | float) and not isinstance(value, bool) else "left"


def _row(cells: Sequence[Any]) -> str:
    parts = (f'<td style="{_CELL};text-align:{_side(value)}">{escape(_text(value))}</td>' for value in cells)
    return f"<tr>{''.join(parts)}</tr>"


def table_html(rows: Sequence[Sequence[Any]], header: Sequence[str], caption: str = "") -> str:
    """Return the table as one self-contained HTML element. Numbers are right-aligned, text left.

    Raises:
        ValueError: When a row has not as many cells as the header.
    """
    for index, row in enumerate(rows):
        if len(row) != len(header):
            raise ValueError(f"table: row {index} has {len(row)} cells, expected {len(header)} as in the header")
    style = "caption-side:top;text-align:left;color:#222"
    above = f'<caption style="{style}">{escape(caption)}</caption>' if caption else ""
    # The header follows the alignment of the first row, so that a column reads as one.
    sample = rows[0] if rows else header
    heads = "".join(
        f'<th style="{_HEAD};text-align:{_side(below)}">{escape(name)}</th>'
        for name, below in zip(header, sample, strict=True)
    )
    body = "".join(_row(row) for row in rows)
    return f'<table style="{_TABLE}">{above}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def table_markdown(rows: Sequence[Sequence[Any]], header: Sequence[str], caption: str = "") -> str:
    """Return the same table in Markdown."""
    lines = [" | ".join(header), " | ".join("---" for _ in header)]
    lines += [" | ".join(_text(value) for value in row) for row in rows]
    body = "\n".join(f"| {line} |" for line in lines)
    return f"{caption}\n\n{body}" if caption else body


def table(rows: Sequence[Sequence[Any]], header: Sequence[str], *, caption: str = "") -> None:
    """Show a table in the notebook.

    Args:
        rows: The rows; an int is written with thousands separators, a float with four significant digits.
        header: One name per column, units included ("size, kB").
        caption: A line above the table.
    """
    markdown = table_markdown(rows, header, caption)
    display({"text/html": table_html(rows, header, caption), "text/plain": markdown}, raw=True)
