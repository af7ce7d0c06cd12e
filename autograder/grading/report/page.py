"""HTML pages that stand alone: one file, offline, no scripts, everything escaped unless it was cleaned first.

Guarantees: a page is written whole or not at all, carries a Content-Security-Policy that forbids scripts and any
request, and is the same to the byte for the same results.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.grading.report import safe
from autograder.grading.results import number, write_atomically


def state_of(points: float, max_points: float, attempted: bool = True) -> str:
    """The class of a score (``full``, ``part``, ``none``), which decides its colour."""
    if points >= max_points:
        return "full"
    return "part" if points > 0 and attempted else "none"


def write(path: Path, template: str, **values: Any) -> Path:
    """Render a template of this package into a file.

    Args:
        path: the file to write; its folder is made if missing.
        template: a file name in ``templates/``.
        values: what the template reads.

    Returns:
        The path.
    """
    html = _environment().get_template(template).render(css=_css(), **values)
    write_atomically(path, html.encode("utf-8"))
    return path


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.grading.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters["number"] = number
    return environment


def _finalize(value: Any) -> Any:
    """Every plain string on its way into a page loses the characters that HTML forbids."""
    return safe.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def _css() -> Markup:
    style = (Path(__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    return Markup(style.rstrip() + "\n") + safe.code_css()
