"""No notebook can stop a collection: each bad one is refused in words, each odd but usable one comes out clean."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.grading.collect import Unreadable, cleaning, collect, read_notebook
from autograder.grading.collect import notebook as notebook_module
from autograder.grading.collect.identify import identify
from autograder.grading.collect.notebook import parse_notebook
from autograder.grading.collect.release import read_release
from autograder.grading.graft import graft

from .downloads import write
from .malformed import ACCEPTED, REFUSED
from .tiny import ANSWERS, answered, cell_of, data, release


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_of_this_assignment_is_refused_in_words(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(Unreadable) as refused:
        identify(parse_notebook(content).notebook, read_release(release()))
    assert reason in refused.value.reason
    assert refused.value.remedy
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_odd_but_usable_comes_out_clean(name: str) -> None:
    read = parse_notebook(ACCEPTED[name])
    nbformat.validate(read.notebook)
    assert nbformat.reads(nbformat.writes(read.notebook).encode().decode(), as_version=4)
    identify(read.notebook, read_release(release()))
    grafted = graft(read.notebook, release())
    answer = cell_of(grafted.notebook, "double").source
    assert answer == (cell_of(release(), "double").source if name == "an untouched copy" else ANSWERS["double"])


def test_all_of_them_among_good_ones_stop_nobody(tmp_path: Path) -> None:
    assert len(REFUSED) >= 60
    good = {f"good {n}/hw.ipynb": data(answered("double", author=str(n))) for n in range(5)}
    bad = {f"bad {n}/hw.ipynb": content for n, (content, _) in enumerate(REFUSED.values())}
    odd = {f"odd {n}/hw.ipynb": content for n, content in enumerate(ACCEPTED.values())}
    collection = collect(write(tmp_path / "class", good | bad | odd), release(), workdir=tmp_path / "work")
    assert {s.source for s in collection.submissions} == {*good, *odd}
    assert {r.source for r in collection.refused} == set(bad)
    for refused in collection.refused:
        assert refused.reason
        assert refused.remedy
        assert refused.display_name == refused.source.partition("/")[0]
        str(refused).encode()


def test_what_was_mended_is_noted() -> None:
    assert "NaN" in parse_notebook(ACCEPTED["NaN"]).notes[0]
    assert "'nbformat' occurs twice" in parse_notebook(ACCEPTED["a key twice"]).notes[0]
    assert len(parse_notebook(ACCEPTED["spoiled cells"]).notes) == 5


def test_a_giant_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(notebook_module, "NOTEBOOK_LIMIT_BYTES", 2**20)
    path = tmp_path / "big.ipynb"
    path.write_bytes(b" " * (2**20 + 1))
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        read_notebook(path)


def test_a_giant_cell_is_emptied_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "CODE_CELL_LIMIT_CHARS", 1_000)
    made = answered("double")
    made.cells[2].source = "x" * 1_001
    read = parse_notebook(data(made))
    assert "more than 1000 characters of code" in read.notes[0]
    assert cell_of(graft(read.notebook, release()).notebook, "double").source == ANSWERS["double"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="could not be opened"):
        read_notebook(tmp_path / "absent.ipynb")


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("VALUES_LIMIT", 50, "more than 50 values"),
        ("CODE_LIMIT_CHARS", 300, "more than 300 characters of code"),
        ("TEXT_LIMIT_CHARS", 300, "of text"),
    ],
)
def test_few_bytes_cannot_fill_the_memory(limit: str, value: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook_module if limit == "VALUES_LIMIT" else cleaning, limit, value)
    with pytest.raises(Unreadable, match=said):
        parse_notebook(data(answered("double")))
