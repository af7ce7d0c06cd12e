"""Who is graded in a run: never twice, never over a recorded grade unless asked, always with the batch's own seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import AutograderError
from autograder.grading.batch.plan import Batch, BatchFile, Wish, merged, plan
from autograder.grading.collect.records import Submission
from autograder.grading.results import ResultStore

from ..records import NOON, exercise, result


def submission(student: str, digest: str = "d" * 64) -> Submission:
    return Submission(
        student, student.title(), Path(f"{student}.ipynb"), digest, NOON, None, f"{student}.ipynb", "files"
    )


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path, "90_tiny")


def begin(store: ResultStore, **wish: Any) -> Batch:
    return BatchFile(store).begin(Wish(**wish))


def chosen(store: ResultStore, batch: Batch, *submissions: Submission) -> tuple[list[str], dict[str, str]]:
    made = plan(submissions, store, batch)
    return [s.student_id for s in made.to_grade], {s.student_id: reason for s, reason in made.kept}


def test_a_new_batch_draws_a_seed_unless_one_is_given(store: ResultStore) -> None:
    assert begin(store, seed=11).seed == 11
    assert len({begin(store).seed for _ in range(5)}) == 5


def test_resuming_keeps_seed_and_identity_until_the_batch_is_finished(store: ResultStore) -> None:
    first = begin(store)
    assert begin(store, resume=True) == first
    BatchFile(store).finish(first)
    assert begin(store, resume=True).id != first.id


def test_resuming_with_nothing_to_resume_starts_a_batch(store: ResultStore) -> None:
    assert begin(store, resume=True, seed=4).seed == 4


def test_resuming_refuses_another_seed_or_another_task(store: ResultStore) -> None:
    begin(store, seed=3, mode="regrade", exercise="double")
    assert begin(store, resume=True).exercise == "double"
    assert begin(store, resume=True, mode="regrade", exercise="double").exercise == "double"
    with pytest.raises(AutograderError, match="--seed 4: the interrupted batch has seed 3"):
        begin(store, resume=True, seed=4)
    with pytest.raises(AutograderError, match="--regrade double; give --resume alone"):
        begin(store, resume=True, mode="regrade", exercise="halve")


def test_a_damaged_batch_file_says_what_to_do(store: ResultStore) -> None:
    begin(store)
    (store.folder / ".batch.json").write_text("{")
    with pytest.raises(AutograderError, match=r"\.batch\.json: not readable; remove it"):
        begin(store)


def test_what_is_recorded_is_kept(store: ResultStore) -> None:
    store.save(result("ada", 2, 1))
    store.save(result("bob", 2, 1, digest="e" * 64))
    to_grade, kept = chosen(store, begin(store), submission("ada"), submission("bob"), submission("cem"))
    assert to_grade == ["bob", "cem"]
    assert kept == {"ada": "graded earlier"}


LATER, DAYS_LATER = NOON + timedelta(hours=1), NOON + timedelta(days=3)
CANVAS = {"platform": "canvas", "submitted_at": None}


@pytest.mark.parametrize(
    ("graded", "newer"),
    [
        ({"submitted_at": NOON}, {"submitted_at": LATER}),
        ({"submitted_at": NOON}, {"submitted_at": NOON}),
        ({"submitted_at": NOON, "file_date": DAYS_LATER}, {"submitted_at": LATER, "file_date": NOON}),
        ({"submitted_at": None}, {"submitted_at": None}),
        ({"submitted_at": None, "file_date": LATER}, {"submitted_at": None, "file_date": NOON}),
        ({"submitted_at": None, "file_date": DAYS_LATER}, {"submitted_at": None, "platform": "drive"}),
        ({**CANVAS, "source": "bob_101_9000_x.ipynb"}, {**CANVAS, "source": "all.zip/bob_101_9001_x-1.ipynb"}),
        ({"status": "refused", "exercises": (), "manual": ()}, {"untouched": True}),
        ({"platform_ids": (("gradescope", "7"),)}, {"platform_ids": (("gradescope", "8"),)}),
    ],
)
def test_another_file_takes_the_place_of_the_graded_one(
    store: ResultStore, graded: dict[str, Any], newer: dict[str, Any]
) -> None:
    store.save(result("bob", 2, 1, digest="e" * 64, **{"platform": "files", **graded}))
    file = replace(submission("bob"), file_date=NOON)
    assert chosen(store, begin(store), replace(file, **newer)) == (["bob"], {})


@pytest.mark.parametrize(
    ("graded", "other", "why"),
    [
        (
            {"submitted_at": LATER},
            {"submitted_at": NOON},
            "this file is older than the graded one: handed in 2027-03-01 12:00 UTC, "
            "the graded one 2027-03-01 13:00 UTC; "
            "to grade it all the same, give it alone, in a folder as it came, with --force",
        ),
        (
            {**CANVAS, "source": "all.zip/bob_LATE_101_9001_x-1.ipynb"},
            {**CANVAS, "source": "bob_101_9000_x.ipynb"},
            "this file is older than the graded one: Canvas's upload 9000, the graded one is 9001; ",
        ),
        (
            {"submitted_at": None, "file_date": DAYS_LATER},
            {"submitted_at": None, "file_date": NOON},
            "this file is older than the graded one: dated 2027-03-01 12:00 UTC, the graded one 2027-03-04 12:00 UTC; ",
        ),
        ({}, {"untouched": True, "submitted_at": LATER}, "nothing is filled in here, unlike in the graded file; "),
        (
            {"platform_ids": (("canvas", "101"),)},
            {"platform_ids": (("canvas", "102"),)},
            "somebody else was graded under this id (canvas 101, here 102); give everybody an id of their own",
        ),
    ],
)
def test_an_older_file_an_empty_one_and_somebody_elses_are_kept_out(
    store: ResultStore, graded: dict[str, Any], other: dict[str, Any], why: str
) -> None:
    store.save(result("bob", 2, 1, digest="e" * 64, **{"platform": "files", **graded}))
    to_grade, kept = chosen(store, begin(store), replace(submission("bob"), **other))
    assert to_grade == []
    assert kept["bob"].startswith(why)
    forced, _ = chosen(store, begin(store, mode="force"), replace(submission("bob"), **other))
    assert forced == ["bob"]


def test_force_grades_everybody_once(store: ResultStore) -> None:
    batch = begin(store, mode="force")
    store.save(result("ada", 2, 1))
    store.save(result("bob", 2, 1, batch=batch.id))
    to_grade, kept = chosen(store, batch, submission("ada"), submission("bob"))
    assert (to_grade, kept) == (["ada"], {"bob": "graded in this batch"})


def test_a_regrade_takes_only_those_whose_graded_file_is_at_hand(store: ResultStore) -> None:
    batch = begin(store, mode="regrade", exercise="double")
    store.save(result("ada", 2, 1))
    store.save(result("bob", 2, 1, digest="e" * 64))
    store.save(result("cem", 0, 0, status="refused"))
    store.save(result("dee", 2, 1, batch=batch.id))
    to_grade, kept = chosen(store, batch, *map(submission, ("ada", "bob", "cem", "dee", "eve")))
    assert to_grade == ["ada"]
    assert sorted(kept) == ["bob", "cem", "dee", "eve"]


def test_a_regrade_replaces_one_exercise_and_its_flags_only() -> None:
    earlier = result("ada", 2, 1, flags=("double: odd", "halve: odd"), status="needs_person", notes=("late",))
    fresh = result("ada", batch="b2", exercises=(exercise("double", 0.5),))
    now = merged(earlier, fresh, "double")
    assert [e.points for e in now.exercises] == [0.5, 1]
    assert (now.batch, now.flags, now.status, now.notes) == ("b2", ("halve: odd",), "needs_person", ("late",))


def test_a_regrade_that_fails_takes_the_points_of_that_exercise() -> None:
    refused = result("ada", 0, 0, status="refused", flags=("could not be graded: its worker died",), batch="b2")
    now = merged(result("ada", 2, 1), refused, "double")
    assert [e.points for e in now.exercises] == [0, 1]
    assert (now.status, now.flags) == ("needs_person", ("could not be graded: its worker died",))
