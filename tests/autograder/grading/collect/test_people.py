"""Everybody gets an id of their own that any file system takes, and the roster finds the right person or nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import AutograderError
from autograder.grading.collect import collect
from autograder.grading.collect.people import safe_id, student_ids
from autograder.grading.collect.platforms import Claim
from autograder.grading.collect.roster import read_roster
from autograder.grading.results import plain_name

from .downloads import Files, canvas, moodle, write
from .tiny import answered, data, release

ROSTER = """id,name,email,canvas_id,section
s001,Jane Smith,jane@uni.example,12345,A
s002,José Muñoz García,jose@uni.example,12346,A
s003,"O'Brien, Zoë",zoe@uni.example,,B
s004,Li Wei,li@uni.example,,B
s005,Li Wei,li2@uni.example,,B
12345,Numa Number,numa@uni.example,777,B
王伟,王伟,wang@uni.example,,B
"""


@pytest.fixture
def roster_path(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8-sig")
    return path


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_an_id_is_a_safe_folder_name(name: str) -> None:
    made = safe_id(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", made)
    assert not made.endswith(".")
    assert plain_name(made, "student") == made
    assert made == safe_id(name)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.text(max_size=6), st.text("ab1/", max_size=3)), max_size=8))
def test_ids_never_collide_and_do_not_depend_on_the_order(people: list[tuple[str, str]]) -> None:
    wanted = dict(enumerate(people))
    ids = student_ids(wanted)
    assert len({made.casefold() for made in ids.values()}) == len(people)
    backwards = student_ids(dict(reversed(wanted.items())))
    distinct = {key: value for key, value in ids.items() if people.count(people[key]) == 1}
    assert {key: backwards[key] for key in distinct} == distinct


@pytest.mark.parametrize("name", ["con", "NUL.txt", "../..", ".hidden", "", "a/b", "王伟", "\ud800", "x" * 500, "Com1"])
def test_absurd_names_become_ids(name: str) -> None:
    assert plain_name(safe_id(name), "student").casefold() not in ("con", "nul.txt", "com1")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Claim("canvas", ("c",), "somebody", (("canvas", "12345"),)), "s001"),
        (Claim("canvas", ("c",), "smithjane", (("canvas", "99"),)), "s001"),
        (Claim("canvas", ("c",), "munozgarciajose"), "s002"),
        (Claim("moodle", ("m",), "José Muñoz García", (("moodle", "12345"),)), "s002"),
        (Claim("moodle", ("m",), "Jose Garcia"), "s002"),
        (Claim("drive", ("d",), "Zoe O'Brien"), "s003"),
        (Claim("gradescope", ("g",), "?", email="JANE@uni.example"), "s001"),
        (Claim("gradescope", ("g",), "?", (("student", "12345"),)), "12345"),
        (Claim("files", ("f",), "s004"), "s004"),
        (Claim("nbgrader", ("n",), "zoe"), "s003"),
        (Claim("moodle", ("m",), "王伟"), "王伟"),
        (Claim("moodle", ("m",), "Li Wei"), None),
        (Claim("moodle", ("m",), "Nobody"), None),
        (Claim("canvas", ("c",), "A"), None),
    ],
)
def test_the_roster_finds_the_right_person_or_nobody(claim: Claim, expected: str | None, roster_path: Path) -> None:
    person, note = read_roster(roster_path).find(claim)
    assert (person.student_id if person else None) == expected
    assert (note is None) == (person is not None)


def test_people_not_on_the_roster_stay_with_a_note(tmp_path: Path, roster_path: Path) -> None:
    done = [data(answered("double", author=str(n))) for n in range(4)]
    files: Files = {
        canvas("Jane Smith", 1, "x.ipynb"): done[0],
        canvas("Gu Est", 2, "x.ipynb"): done[1],
        moodle("Li Wei", 3, "x.ipynb"): done[2],
    }
    collection = collect(write(tmp_path / "class", files), release(), roster=roster_path, workdir=tmp_path / "work")
    guest, li, jane = collection.submissions
    assert (jane.student_id, jane.display_name, jane.email, jane.on_roster) == (
        "s001",
        "Jane Smith",
        "jane@uni.example",
        True,
    )
    assert (guest.on_roster, len(guest.notes)) == (False, 1)
    assert guest.notes[0].startswith("estgu is not on the roster: correct the roster, or")
    assert "several people called Li Wei: s004, s005; give it a column" in li.notes[0]
    assert collection.strangers == {guest.student_id, li.student_id}
    recorded = {"s003"}
    assert collection.missing(recorded) == ["José Muñoz García", "Li Wei", "Li Wei", "Numa Number", "王伟"]


def test_one_person_under_two_platforms_hands_in_once(tmp_path: Path, roster_path: Path) -> None:
    files: Files = {
        canvas("Jane Smith", 1, "x.ipynb"): data(answered("double")),
        moodle("Jane Smith", 3, "x.ipynb"): data(answered("halve")),
    }
    collection = collect(write(tmp_path / "class", files), release(), roster=roster_path, workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == ["s001"]
    assert [s.student_id for s in collection.superseded] == ["s001"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "id and name is missing"),
        ("name,email\nJane,j@x\n", "column id is missing"),
        ("id,name\n", "names nobody"),
        ("id,name\n1,Jane\n1,Joe\n", "'1' stands in several rows"),
        ("id,name\n,Jane\n", "row 2 has no id"),
        ("id,name\n1,\xe9\n", "not UTF-8"),
        ('id,name\n1,"Ja\0ne\n', None),
    ],
)
def test_a_roster_that_cannot_be_used_is_one_line(text: str, said: str | None, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode("latin-1"))
    if said is None:
        read_roster(path)
        return
    with pytest.raises(AutograderError, match=said) as error:
        read_roster(path)
    assert "\n" not in str(error.value)


def test_a_roster_that_is_absent_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="could not be opened"):
        read_roster(tmp_path / "absent.csv")


def test_excels_semicolons_and_capitals_are_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("ID;Name;E-mail;Canvas ID\n7;Jane Smith;j@x;55\n", encoding="utf-8")
    person, _ = read_roster(path).find(Claim("canvas", ("c",), "?", (("canvas", "55"),)))
    assert person is not None
    assert person.student_id == "7"
