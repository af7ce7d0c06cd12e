"""`course.toml`: what loads is complete, what does not is refused with its line."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from autograder.course import find_course, load_course
from autograder.errors import CourseError

HEAD = '[course]\ntitle = "T"\nowner = "o"\nrepo = "r"\nbranch = "b"\n'
UNIT = '[[units]]\nname = "00_first"\ntitle = "First"\nminutes = 20\n'
SECOND = UNIT.replace("00_first", "01_second")


def load(folder, text):
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return load_course(folder)


def test_a_course_loads(tmp_path):
    course = load(tmp_path, HEAD + UNIT + SECOND + "deadline = 2027-03-01T23:59:00+01:00\n")
    assert [(unit.name, unit.number, unit.minutes) for unit in course.units] == [
        ("00_first", 0, 20),
        ("01_second", 1, 20),
    ]
    assert course.unit("00_first").deadline is None
    assert course.unit("01_second").deadline == datetime(2027, 3, 1, 23, 59, tzinfo=timezone(timedelta(hours=1)))
    assert (course.root, course.owner, course.repo, course.branch) == (tmp_path, "o", "r", "b")


def test_an_unknown_unit_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(CourseError, match=r"no unit '07_x'; the units are 00_first"):
        load(tmp_path, HEAD + UNIT).unit("07_x")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD.replace('owner = "o"\n', "") + UNIT, 1, "no 'owner'"),
        (HEAD + 'colour = "red"\n' + UNIT, 6, "unknown key 'colour'"),
        (HEAD.replace('"r"', "3") + UNIT, 4, "repo = 3; expected str"),
        (HEAD + UNIT.replace("20", '"20"'), 9, "minutes = '20'; expected int"),
        (HEAD + UNIT.replace("20", "true"), 9, "minutes = True; expected int"),
        (HEAD + UNIT.replace("20", "0"), 9, "expected more than 0"),
        (HEAD + UNIT.replace("00_first", "first"), 7, "expected two digits"),
        (HEAD + UNIT + SECOND.replace('title = "First"\n', ""), 10, "no 'title'"),
        (HEAD + UNIT + UNIT, 10, "expected the units' numbers to go up"),
        (HEAD + UNIT + SECOND + 'deadline = "soon"\n', 14, "expected datetime"),
        (HEAD + UNIT + SECOND + "deadline = 2027-03-01T23:59:00\n", 14, "no time zone"),
        (HEAD + UNIT + "[grading]\nlate = 1\n", 10, "unknown table 'grading'"),
        (HEAD, 1, "no [[units]]"),
        (UNIT, 1, "no [course]"),
        (HEAD + "[units]\nname = 1\n", 1, "no [[units]]"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_with_its_line(tmp_path, text, line, said):
    with pytest.raises(CourseError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'course.toml'}:{line}: ")
    assert said in str(caught.value)


def test_what_is_not_toml_is_refused_with_its_line(tmp_path):
    with pytest.raises(CourseError, match=r"not valid TOML: .*line 2"):
        load(tmp_path, '[course]\ntitle = "T\n')


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CourseError, match="run this inside the course's folder"):
        load_course(tmp_path)
    with pytest.raises(CourseError, match=r"no course\.toml here or in a folder above"):
        find_course(tmp_path)


def test_the_course_is_found_from_inside_it(tmp_path):
    load(tmp_path, HEAD + UNIT)
    inside = tmp_path / "assignments" / "00_first"
    inside.mkdir(parents=True)
    assert find_course(inside) == tmp_path
