"""From a lecture's source to its two editions: the full one, still to be executed, and the live one to type along with.

Guarantees: a cell tagged `live` is code in the full edition only; in the live edition it is a prompt to type from, with
the code in a collapsed catch-up below it, so that a class which falls behind can go on.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import takewhile

from nbformat import NotebookNode

from autograder.authoring.cells import assemble, make_cell
from autograder.authoring.furniture import Furniture
from autograder.authoring.source import SLIDE_TAGS, SourceCell
from autograder.course import Unit
from autograder.errors import SourceError
from convlab.questions import as_markdown

_CATCH_UP = """\
<details><summary>Catch up: show the code</summary>

```python
{code}
```

</details>"""


def build_lecture(cells: Sequence[SourceCell], unit: Unit, furniture: Furniture) -> NotebookNode:
    """Return the full edition, without outputs.

    Raises:
        SourceError: A cell belongs into an assignment, or a live cell does not say what to type.
    """
    return _assemble("lecture", [_full(cell) for cell in _checked(cells)], unit, furniture)


def build_live(cells: Sequence[SourceCell], unit: Unit, furniture: Furniture) -> NotebookNode:
    """Return the live edition.

    Raises:
        SourceError: A cell belongs into an assignment, or a live cell does not say what to type.
    """
    return _assemble("live", [made for cell in _checked(cells) for made in _live(cell)], unit, furniture)


def _assemble(kind: str, cells: Sequence[NotebookNode], unit: Unit, furniture: Furniture) -> NotebookNode:
    opening = [furniture.title(kind, unit), furniture.set_up(kind)]
    opening[0].metadata.slideshow = NotebookNode(slide_type="slide")
    opening[1].metadata.slideshow = NotebookNode(slide_type="skip")
    return assemble([*opening, *cells], unit.name, kind)


def _checked(cells: Sequence[SourceCell]) -> Sequence[SourceCell]:
    for cell in cells:
        if cell.role is not None:
            raise SourceError(f"{cell.where}: role={cell.role!r} in a lecture; roles belong to assignments")
        if "live" in cell.tags and cell.kind != "code":
            raise SourceError(f"{cell.where}: a {cell.kind} cell tagged live; only code is typed along")
        if "live" in cell.tags and not _prompt(cell):
            raise SourceError(f'{cell.where}: a live cell without a prompt; add prompt="…" or start it with a comment')
        if cell.kind == "markdown" and cell.text.startswith("# "):
            raise SourceError(
                f"{cell.where}: a title of its own; the builder writes it from course.toml, start with ##"
            )
    return cells


def _full(cell: SourceCell) -> NotebookNode:
    made = _made(cell)
    slides = [tag for tag in cell.tags if tag in SLIDE_TAGS]
    if slides:
        made.metadata.slideshow = NotebookNode(slide_type=slides[0])
    others = [tag for tag in cell.tags if tag not in SLIDE_TAGS]
    if others:
        made.metadata.tags = others
    return made


def _made(cell: SourceCell) -> NotebookNode:
    """The cell itself; a question or an erratum becomes prose, because its code would give the answer away."""
    try:
        prose = as_markdown(cell.text) if cell.kind == "code" else None
    except (ValueError, TypeError, SyntaxError) as error:
        raise SourceError(f"{cell.where}: {error}") from None
    return make_cell(cell.kind, cell.text) if prose is None else make_cell("markdown", prose)


def _live(cell: SourceCell) -> Iterator[NotebookNode]:
    made = _full(cell)
    if "live" in cell.tags:
        made.source = "\n".join(f"# {line}" for line in textwrap.wrap(f"Type: {_prompt(cell)}", width=98)) + "\n"
        yield made
        yield make_cell("markdown", _CATCH_UP.format(code=cell.text))
    else:
        yield made


def _prompt(cell: SourceCell) -> str:
    """What to type: the header's `prompt`, otherwise the comment the cell starts with."""
    if "prompt" in cell.options:
        return str(cell.options["prompt"]).strip()
    comment = takewhile(lambda line: line.startswith("#"), cell.text.splitlines())
    return " ".join(line.lstrip("# ") for line in comment).removeprefix("Type:").strip()
