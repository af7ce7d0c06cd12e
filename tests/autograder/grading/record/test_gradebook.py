"""What nbgrader's own API reads back after we recorded results."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.errors import AutograderError
from autograder.grading.batch.replacing import given_by_hand
from autograder.grading.record.gradebook import GradebookWriter
from autograder.grading.results import Replaced, SubmissionResult

from ..records import NOON, exercise, result, source_notebook

A = "90_tiny"


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that knows the assignment, made once and copied."""
    root = tmp_path_factory.mktemp("template")
    with GradebookWriter(root, A) as made:
        made.register(source_notebook())
    return made.path


@pytest.fixture
def writer(tmp_path: Path, empty_gradebook: Path) -> Iterator[GradebookWriter]:
    shutil.copy(empty_gradebook, tmp_path)
    with GradebookWriter(tmp_path, A, busy_timeout_s=0.2) as made:
        yield made


@pytest.fixture
def gradebook(writer: GradebookWriter) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{writer.path}") as book:
        yield book


def score(book: Gradebook, cell: str, student: str = "ada") -> tuple[float | None, float | None, bool, float]:
    book.db.expire_all()
    grade = book.find_grade(cell, A, A, student)
    values = (grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.score)
    book.db.rollback()
    return values


def enter_manual_score(book: Gradebook, cell: str, points: float) -> None:
    grade = book.find_grade(cell, A, A, "ada")
    grade.manual_score, grade.needs_manual_grade = points, False
    book.db.commit()


def test_points_totals_and_comments_are_what_nbgrader_shows(writer: GradebookWriter, gradebook: Gradebook) -> None:
    wrong = exercise("halve", 0.5, reason="halve doubles.", hint="Divide.")
    first = result("ada", 2, 0.5, exercises=(exercise("double", 2), wrong))
    assert writer.record([first, result("bob", 0, 0, answered=False)]) == 2
    assert score(gradebook, "double-tests") == (2, None, False, 2)
    assert score(gradebook, "halve-tests") == (0.5, None, False, 0.5)
    assert score(gradebook, "why") == (None, None, True, 0)
    assert score(gradebook, "why", "bob") == (0, None, False, 0)
    assert gradebook.find_comment("halve", A, A, "ada").comment == "halve doubles. Divide."
    assert gradebook.find_comment("double", A, A, "ada").comment is None
    assert gradebook.find_comment("why", A, A, "bob").comment == "No response."
    submission = gradebook.find_submission(A, "ada")
    assert (submission.score, submission.max_score, submission.needs_manual_grade) == (2.5, 7, True)
    assert (submission.student.first_name, submission.student.last_name) == ("Ada", "Example")
    assert submission.timestamp == NOON.replace(tzinfo=None)


def test_a_name_is_no_markup(writer: GradebookWriter, gradebook: Gradebook) -> None:
    writer.record([result("eve", display_name="Eve <img src=x onerror=alert(1)>")])
    student = gradebook.find_student("eve")
    assert (student.first_name, student.last_name) == ("Eve ‹img src=x", "onerror=alert(1)›")


def test_a_new_gradebook_has_the_layout_that_nbgrader_gives_its_own(writer: GradebookWriter, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)
        Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
    theirs, ours = (layout(each) for each in (tmp_path / "theirs.db", writer.path))
    assert theirs == ours


def layout(path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """The layout's number, and the columns of all tables."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        columns = [(table, *(str(row[1]) for row in db.execute(f"PRAGMA table_info({table})"))) for table in tables]
        return [row[0] for row in db.execute("SELECT version_num FROM alembic_version")], columns


def test_recording_twice_changes_nothing(writer: GradebookWriter, gradebook: Gradebook) -> None:
    assert writer.record([result("ada", 2, 1)]) == 1
    assert writer.record([result("ada", 2, 1)]) == 0
    assert len(gradebook.assignment_submissions(A)) == 1


def test_a_regraded_submission_that_now_fails_loses_its_points(writer: GradebookWriter, gradebook: Gradebook) -> None:
    writer.record([result("ada", 2, 2)])
    assert writer.record([result("ada", 0, 0, status="refused")]) == 1
    assert score(gradebook, "double-tests") == (0, None, True, 0)
    assert score(gradebook, "halve-tests") == (0, None, True, 0)


def test_manual_scores_and_comments_survive(writer: GradebookWriter, gradebook: Gradebook) -> None:
    writer.record([result("ada", 2, 1)])
    enter_manual_score(gradebook, "why", 2.5)
    enter_manual_score(gradebook, "halve-tests", 1.5)
    comment = gradebook.find_comment("halve", A, A, "ada")
    comment.manual_comment = "Well argued."
    gradebook.db.commit()

    writer.record([result("ada", 2, 1)])
    assert score(gradebook, "why") == (None, 2.5, False, 2.5)
    assert score(gradebook, "halve-tests") == (1, 1.5, False, 1.5)

    writer.record([result("ada", 2, 0)])
    assert score(gradebook, "halve-tests") == (0, 1.5, True, 1.5)
    assert score(gradebook, "why") == (None, 2.5, False, 2.5)
    gradebook.db.expire_all()
    assert gradebook.find_comment("halve", A, A, "ada").comment == "Well argued."


def test_a_new_submission_asks_a_person_to_look_again(writer: GradebookWriter, gradebook: Gradebook) -> None:
    writer.record([result("ada", 2, 1)])
    enter_manual_score(gradebook, "why", 2.5)
    writer.record([result("ada", 2, 1, submitted_at=NOON + timedelta(hours=1))])
    assert score(gradebook, "why") == (None, 2.5, True, 2.5)
    assert gradebook.find_submission(A, "ada").timestamp == (NOON + timedelta(hours=1)).replace(tzinfo=None)


def resubmitted(*points: float, graded: timedelta = timedelta(0), **more: Any) -> SubmissionResult:
    """A second file, on a platform that tells no times, of somebody whom a person has graded."""
    names = ("why", "double", "halve")
    replaces = Replaced(digest="e" * 64, graded_at=NOON + graded, points=3, by_hand=names)
    return result("ada", *points, submitted_at=None, replaces=replaces, **more)


def test_points_by_hand_stay_beside_another_file_and_a_person_is_told_once(
    writer: GradebookWriter, gradebook: Gradebook
) -> None:
    writer.record([result("ada", 2, 1, submitted_at=None)])
    enter_manual_score(gradebook, "why", 2.5)
    enter_manual_score(gradebook, "halve-tests", 1.5)
    gradebook.find_comment("double", A, A, "ada").manual_comment = "Nice."
    gradebook.db.commit()
    told = "Graded by hand on another file, the one graded 2027-03-01 12:00 UTC."

    assert writer.record([resubmitted(2, 1, answered=False)]) == 1
    assert score(gradebook, "why") == (0, 2.5, True, 2.5)
    assert score(gradebook, "halve-tests") == (1, 1.5, True, 1.5)
    assert score(gradebook, "double-tests") == (2, None, True, 2)
    assert gradebook.find_comment("why", A, A, "ada").auto_comment == f"No response. {told}"
    assert gradebook.find_comment("halve", A, A, "ada").auto_comment == f"halve is wrong {told}"
    assert gradebook.find_comment("double", A, A, "ada").comment == "Nice."
    gradebook.db.rollback()
    assert writer.record([resubmitted(2, 1, answered=False)]) == 0

    enter_manual_score(gradebook, "why", 2)  # the person has looked
    enter_manual_score(gradebook, "halve-tests", 1.5)
    assert writer.record([resubmitted(2, 1, answered=False)]) == 0
    assert score(gradebook, "why") == (0, 2, False, 2)

    assert writer.record([resubmitted(2, 1, answered=False, graded=timedelta(days=1))]) == 1  # a third file
    assert score(gradebook, "why") == (0, 2, True, 2)
    assert score(gradebook, "halve-tests") == (1, 1.5, True, 1.5)


def test_what_was_given_by_hand_is_found_in_the_gradebook(
    writer: GradebookWriter, gradebook: Gradebook, tmp_path: Path
) -> None:
    assert given_by_hand(writer.path, A, "ada") == ()
    writer.record([result("ada", 2, 1), result("bob", 2, 1)])
    assert given_by_hand(writer.path, A, "ada") == ()
    enter_manual_score(gradebook, "why", 0)
    gradebook.find_grade("double-tests", A, A, "ada").extra_credit = 0.5
    gradebook.find_comment("halve", A, A, "ada").manual_comment = "Hm."
    gradebook.db.commit()
    assert sorted(given_by_hand(writer.path, A, "ada")) == ["double", "halve", "why"]
    assert given_by_hand(writer.path, A, "bob") == given_by_hand(tmp_path / "none.db", A, "ada") == ()
    (tmp_path / "new.db").touch()
    assert given_by_hand(tmp_path / "new.db", A, "ada") == ()
    (tmp_path / "torn.db").write_text("no database, and long enough to be seen as none" * 9)
    with pytest.raises(AutograderError, match=r"torn\.db: cannot be read .* --resume"):
        given_by_hand(tmp_path / "torn.db", A, "ada")


def test_a_locked_gradebook_is_one_line_and_a_later_run_records_the_rest(
    writer: GradebookWriter, gradebook: Gradebook
) -> None:
    other = sqlite3.connect(writer.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(AutograderError, match=r"gradebook\.db: database is locked; every result is kept.*--resume"):
        writer.record([result("ada", 2, 1)])
    other.execute("ROLLBACK")
    other.close()
    assert writer.record([result("ada", 2, 1)]) == 1
    assert score(gradebook, "halve-tests")[0] == 1


def test_hundreds_are_recorded_in_a_few_transactions(writer: GradebookWriter, gradebook: Gradebook) -> None:
    class_of = [result(f"s{number:03}", 2, number / 125) for number in range(230)]
    assert writer.record(class_of) == 230
    assert len(gradebook.assignment_submissions(A)) == 230
    assert score(gradebook, "halve-tests", "s229")[0] == 229 / 125


def test_the_same_notebook_registers_again_and_another_one_is_refused(writer: GradebookWriter) -> None:
    writer.record([result("ada", 2, 1)])
    writer.register(source_notebook())
    other = source_notebook()
    del other.cells[-1]
    with pytest.raises(AutograderError, match="other graded cells"):
        writer.register(other)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("not a database, but long enough to look at " * 40)
    with pytest.raises(AutograderError, match=r"gradebook\.db: file is not a database"):
        GradebookWriter(tmp_path, A)
