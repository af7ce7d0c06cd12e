"""Every lecture's source holds what a lecture here must hold; counting is done on the source, without running it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from convlab import explore
from convlab.questions import as_markdown

ROOT = Path(__file__).resolve().parents[2]
LECTURES = sorted((ROOT / "sources" / "lectures").glob("*.py"))


@dataclass(frozen=True)
class Lecture:
    """A lecture's cells."""

    prose: list[str]
    code: list[str]
    headers: list[str]

    def calls(self, name: str) -> int:
        """How often a function is called, by the name as written."""
        nodes = (node for cell in self.code for node in ast.walk(ast.parse(cell)))
        return sum(isinstance(node, ast.Call) and ast.unparse(node.func) == name for node in nodes)


def read(path: Path) -> Lecture:
    parts = re.split(r"^(# %%.*)\n", path.read_text(encoding="utf-8"), flags=re.M)
    cells = list(zip(parts[1::2], parts[2::2], strict=True))
    prose = [text for header, text in cells if "[markdown]" in header]
    code = [text for header, text in cells if "[markdown]" not in header]
    return Lecture(prose, code, [header for header, _ in cells])


@pytest.fixture(params=LECTURES, ids=lambda path: path.stem)
def lecture(request: pytest.FixtureRequest) -> Lecture:
    return read(request.param)


def explorers_shown(lecture: Lecture) -> int:
    return sum(lecture.calls(f"explore.{name}") for name in explore.names())


def test_lecture_has_pictures_explorers_and_questions(lecture: Lecture) -> None:
    explorers = explorers_shown(lecture)
    assert lecture.calls("show.picture") + lecture.calls("show.frames") + explorers >= 8
    assert explorers >= 2
    assert lecture.calls("predict") + explorers >= 6
    assert lecture.calls("stated") >= 5


def test_lecture_is_typed_along_and_shown_as_slides(lecture: Lecture) -> None:
    assert sum('"live"' in header for header in lecture.headers) >= 5
    assert sum('"slide"' in header for header in lecture.headers) >= 6


def test_lecture_opens_and_closes_as_all_do(lecture: Lecture) -> None:
    for words in ("**What this lecture answers**", "**You need**", "**Time**"):
        assert words in lecture.prose[0]
    text = "\n".join(lecture.prose)
    for heading in ("# ## Summary", "# ## References"):
        assert heading in text
    assert re.search(r"^# ## .*wrong", text, flags=re.M), "a section of mistakes"
    assert "**Now you:**" in text


def test_questions_and_errata_stand_in_cells_of_their_own(lecture: Lecture) -> None:
    asking = [cell for cell in lecture.code if re.search(r"^(predict|erratum)\(", cell, flags=re.M)]
    assert all(as_markdown(cell) for cell in asking), "otherwise the code above the question gives the answer away"


def test_lecture_writes_plain_sentences(lecture: Lecture) -> None:
    text = "\n".join(lecture.prose)
    assert "—" not in text
    assert not re.search(r"\w!(\s|$)", text)
