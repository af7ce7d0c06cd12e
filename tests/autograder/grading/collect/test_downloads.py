"""Whole classes, as each platform's download button gives them: everybody is there, and every file is accounted for."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import pytest

from autograder.grading.collect import Collection, collect, read_notebook
from autograder.grading.graft import graft

from .downloads import Files, canvas, gradescope_record, moodle, pack, people, write
from .tiny import UNIT, answered, as_colab, data, release, without_marks

CLASS = 200
NAMES = people(CLASS)


def done(number: int) -> bytes:
    return data(answered("double", author=f"author {number}"))


def old(number: int) -> bytes:
    return data(answered("halve", author=f"author {number}"))


BROKEN = {7, 77, 177}
PDF_ONLY = {11, 111}
RESUBMITTED = {3, 33, 133}
DUE = datetime(2026, 3, 1, 2, tzinfo=timezone.utc)
LATE: dict[str, set[int] | None] = {
    "canvas_class": {number for number in range(CLASS) if number % 9 == 0},
    "moodle_class": None,
    "drive_class": None,
    "gradescope_class": set(range(121, CLASS)) | RESUBMITTED,
}
"""Who is late: Canvas marks it, Gradescope gives times, the others say nothing."""
JUNK: Files = {"data.csv": b"1,2", "torch.py": b"pass", ".DS_Store": b"\0", "figure.png": b"\x89PNG", "Thumbs.db": b""}
"""What else lies in somebody's folder; a checkpoint is Jupyter's own older copy."""


def canvas_class() -> tuple[Files, Files]:
    first, again = {}, {}
    for number, name in enumerate(NAMES):
        late = number % 9 == 0
        if number in PDF_ONLY:
            first[canvas(name, number, "report.pdf", late=late)] = b"%PDF-1.7"
            continue
        content = b'{"cells": [' if number in BROKEN else done(number)
        first[canvas(name, number, f"{UNIT}.ipynb", late=late)] = old(number) if number in RESUBMITTED else content
        if number in RESUBMITTED:
            again[canvas(name, number, f"{UNIT}-1.ipynb", late=late)] = content
    first |= {canvas(NAMES[5], 5, name): junk for name, junk in JUNK.items()}
    first |= {f"__MACOSX/._{canvas(NAMES[6], 6, f'{UNIT}.ipynb')}": b"\0", "smithzoe_10000_text.html": b"<p>Done!</p>"}
    return first, again


def moodle_class() -> tuple[Files, Files]:
    first, again = {}, {}
    for number, name in enumerate(NAMES):
        if number in PDF_ONLY:
            first[moodle(name, number, "report.pdf")] = b"%PDF-1.7"
            continue
        content = b'{"cells": [' if number in BROKEN else done(number)
        first[moodle(name, number, "my work.ipynb")] = old(number) if number in RESUBMITTED else content
        if number in RESUBMITTED:
            again[moodle(name, number, "my work (1).ipynb")] = content
    first |= {moodle(NAMES[5], 5, name): junk for name, junk in JUNK.items()}
    first[moodle(NAMES[6], 6, ".ipynb_checkpoints/my work-checkpoint.ipynb")] = old(6)
    first[f"{NAMES[6]}_{123_006}_assignsubmission_onlinetext_/onlinetext.html"] = b"<p>See the file.</p>"
    return first, again


def drive_class() -> tuple[Files, Files]:
    """Google Classroom: one folder of files called `person - file`, as Drive zips it."""
    first, again = {}, {}
    for number, name in enumerate(NAMES):
        if number in PDF_ONLY:
            first[f"Homework/{name} - report.pdf"] = b"%PDF-1.7"
            continue
        content = b'{"cells": [' if number in BROKEN else data(as_colab(answered("double", author=f"author {number}")))
        first[f"Homework/{name} - Copy of {UNIT}.ipynb"] = old(number) if number in RESUBMITTED else content
        if number in RESUBMITTED:
            again[f"Homework/{name} - Copy of {UNIT} (1).ipynb"] = content
    first |= {f"Homework/{NAMES[5]} - {name}": junk for name, junk in JUNK.items()}
    return first, again


def gradescope_class() -> tuple[Files, Files]:
    record = [(5_000 + n, [name], f"2026-03-01 {n // 60:02d}:{n % 60:02d}:00") for n, name in enumerate(NAMES)]
    record += [(6_000 + n, [NAMES[n]], "2026-03-02 09:00:00") for n in sorted(RESUBMITTED)]
    first: Files = {"submission_metadata.yml": gradescope_record(record)}
    again: Files = {}
    for number in range(CLASS):
        folder = f"submission_{5_000 + number}"
        if number in PDF_ONLY:
            first[f"{folder}/report.pdf"] = b"%PDF-1.7"
            continue
        content = b'{"cells": [' if number in BROKEN else done(number)
        first[f"{folder}/hw.ipynb"] = old(number) if number in RESUBMITTED else content
        if number in RESUBMITTED:
            again[f"submission_{6_000 + number}/hw.ipynb"] = content
    first |= {f"submission_5005/{name}": junk for name, junk in JUNK.items()}
    first["submission_5006/.ipynb_checkpoints/hw-checkpoint.ipynb"] = old(6)
    first["submission_5006/work/readme.md"] = b"See the notebook."
    return {f"assignment_1_export/{name}": c for name, c in first.items()}, {
        f"assignment_1_export/{name}": c for name, c in again.items()
    }


def accounted(collection: Collection) -> list[str]:
    return sorted(
        record.source
        for records in (collection.submissions, collection.refused, collection.superseded, collection.ignored)
        for record in records
    )


@pytest.mark.parametrize("shape", [canvas_class, moodle_class, drive_class, gradescope_class])
def test_a_class_of_two_hundred_is_collected_whole(shape: object, tmp_path: Path) -> None:
    assert callable(shape)
    first, again = shape()
    path = pack(tmp_path / "class.zip", first | again, [*[1] * len(first), *[2] * len(again)])
    collection = collect(path, release(), deadline=DUE, workdir=tmp_path / "work")
    assert accounted(collection) == sorted(f"class.zip/{name}" for name in first | again)
    assert len(collection.submissions) == CLASS - len(BROKEN) - len(PDF_ONLY)
    assert len({submission.student_id.casefold() for submission in collection.submissions}) == len(
        collection.submissions
    )
    assert {item.source.rpartition("class.zip/")[2] for item in collection.superseded} <= set(first)
    assert len(collection.superseded) == len(RESUBMITTED)
    reasons = " ".join(str(item) for item in collection.refused)
    assert reasons.count("breaks off") == len(BROKEN)
    if shape is not drive_class:
        assert reasons.count("not a notebook (.pdf)") == len(PDF_ONLY)
        assert all(item.student_id for item in collection.refused)
    late = LATE[shape.__name__]
    for submission in collection.submissions:
        number = int(re.findall(rb"author (\d+)", submission.path.read_bytes())[0])
        assert submission.late == (None if late is None else number in late)
        assert [note for note in submission.notes if not note.startswith("this one is late, an earlier")] == []


@pytest.mark.parametrize("shape", [canvas_class, moodle_class, drive_class, gradescope_class])
def test_a_roster_finds_everybody_by_name_alone(shape: object, tmp_path: Path) -> None:
    assert callable(shape)
    first, again = shape()
    roster = tmp_path / "roster.csv"
    rows = [f'n{number:03d},"{name}",n{number}@uni.example' for number, name in enumerate(NAMES)]
    roster.write_text("\n".join(["id,name,email", *rows]), encoding="utf-8")
    path = pack(tmp_path / "class.zip", first | again, [*[1] * len(first), *[2] * len(again)])
    collection = collect(path, release(), roster=roster, workdir=tmp_path / "work")
    ids = [submission.student_id for submission in collection.submissions]
    assert ids == [f"n{number:03d}" for number in range(CLASS) if number not in BROKEN | PDF_ONLY]
    for submission in collection.submissions:
        assert submission.on_roster
        assert f"author {int(submission.student_id[1:])}'" in submission.path.read_text()


def test_the_folder_and_the_zip_give_the_same(tmp_path: Path) -> None:
    first, _ = moodle_class()
    some = {name: first[name] for name in list(first)[:12]}
    packed = collect(pack(tmp_path / "class.zip", some), release(), workdir=tmp_path / "a")
    laid = collect(write(tmp_path / "class", some), release(), workdir=tmp_path / "b")
    assert [(s.student_id, s.digest) for s in packed.submissions] == [
        (s.student_id, s.digest) for s in laid.submissions
    ]
    assert [f"class.zip/{name}" for name in accounted(laid)] == accounted(packed)


def test_canvas_says_who_is_late_and_which_upload_is_newer(tmp_path: Path) -> None:
    files = {
        "smithjane_LATE_12345_67890_name-1.ipynb": done(2),
        "smithjane_LATE_12345_67890_name.ipynb": done(1),
        "doejoe_12346_67899_Copy of hw.ipynb": done(3),
    }
    collection = collect(pack(tmp_path / "submissions.zip", files), release(), workdir=tmp_path / "work")
    joe, jane = collection.submissions
    assert (jane.student_id, jane.late, jane.platform, jane.platform_ids) == (
        "smithjane",
        True,
        "canvas",
        (("canvas", "12345"),),
    )
    assert (joe.student_id, joe.late) == ("doejoe", False)
    assert jane.source.endswith("name-1.ipynb")
    assert collection.superseded[0].by == jane.source


def test_canvas_names_nobody_where_grading_is_anonymous(tmp_path: Path) -> None:
    files = {
        "anon_a1B2c_67890_hw.ipynb": done(1),
        "LATE_anon_Zz9x8_67891_hw.ipynb": done(2),
        "anon_12345_67892_hw.ipynb": done(3),
    }
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    found = {(s.platform, s.platform_ids[0][1], s.late) for s in collection.submissions}
    assert found == {("canvas", "anon_a1B2c", False), ("canvas", "anon_Zz9x8", True), ("canvas", "12345", False)}
    assert len({s.student_id for s in collection.submissions}) == 3


def test_who_only_typed_into_canvas_or_gave_a_link_is_asked_for_the_notebook(tmp_path: Path) -> None:
    files = {
        canvas("Joe Doe", 1, "x.ipynb"): done(1),
        "doejoe_10001_text.html": b"Done!",
        "smithjane_10002_text.html": b"Hm",
        "lindada_LATE_10003_link.html": b'<meta http-equiv="refresh" content="0; url=https://colab.example/drive/1">',
    }
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == ["doejoe"]
    remedy = "ask for the notebook (.ipynb)"
    assert [(r.display_name, r.remedy) for r in collection.refused] == [("lindada", remedy), ("smithjane", remedy)]
    assert [i.source for i in collection.ignored] == ["doejoe_10001_text.html"]


def test_a_time_after_the_deadline_is_late_and_an_earlier_file_in_time_is_named(tmp_path: Path) -> None:
    due = datetime(2026, 3, 2, tzinfo=timezone.utc)
    times = {1: "2026-03-01 10:00:00", 2: "2026-03-02 00:00:00", 3: "2026-03-03 10:00:00"}
    people = {1: "Jane Smith", 2: "Joe Doe", 3: "Jane Smith"}
    record = gradescope_record([(number, [people[number]], times[number]) for number in times])
    files = {f"submission_{number}/hw.ipynb": done(number) for number in times}
    files["submission_metadata.yml"] = record
    export = write(tmp_path / "export", files)
    jane, joe = collect(export, release(), deadline=due, workdir=tmp_path / "a").submissions
    assert (jane.late, joe.late) == (True, False)
    assert jane.notes == ("this one is late, an earlier one was in time: submission_1/hw.ipynb",)
    unknown = collect(export, release(), workdir=tmp_path / "b").submissions
    assert [submission.late for submission in unknown] == [None, None]


def test_what_the_platform_says_counts_more_than_the_deadline(tmp_path: Path) -> None:
    files = {canvas("Jane Smith", 1, "x.ipynb"): done(1), moodle("Joe Doe", 2, "x.ipynb"): done(2)}
    collection = collect(
        write(tmp_path / "class", files),
        release(),
        deadline=datetime(2020, 1, 1, tzinfo=timezone.utc),
        workdir=tmp_path / "work",
    )
    # Canvas says who is late; Moodle gives neither a mark nor a time, and a file's date is no time of handing in.
    assert {s.platform: s.late for s in collection.submissions} == {"canvas": False, "moodle": None}


def test_two_people_of_one_name_stay_two_people(tmp_path: Path) -> None:
    files = {moodle("Jane Smith", n, "x.ipynb"): done(n) for n in range(3)}
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == [f"Jane-Smith-12300{n}" for n in range(3)]


def test_nbgraders_own_layout_with_its_timestamps(tmp_path: Path) -> None:
    files = {
        f"submitted/jane/{UNIT}/Copy of x.ipynb": done(1),
        f"submitted/jane/{UNIT}/timestamp.txt": b"2026-03-01 10:00:00.5 UTC",
        f"submitted/joe/{UNIT}/{UNIT}.ipynb": done(2),
        f"submitted/joe/{UNIT}/data.csv": b"1,2",
    }
    for top in (write(tmp_path / "course", files), tmp_path / "course" / "submitted"):
        collection = collect(top, release(), workdir=tmp_path / "work")
        jane, joe = collection.submissions
        assert (jane.student_id, joe.student_id, jane.platform) == ("jane", "joe", "nbgrader")
        assert jane.submitted_at == datetime(2026, 3, 1, 10, tzinfo=timezone.utc)
        assert sorted(item.reason for item in collection.ignored) == [
            "not a notebook (.csv)",
            "read for the time of submission",
        ]


def test_gradescope_names_people_times_and_groups(tmp_path: Path) -> None:
    record = gradescope_record(
        [(1, ["Jane Smith", "Joe Doe"], "2026-03-01 10:00:00"), (2, ["Al Fa"], "2026-03-01 11:00:00")]
    )
    files = {"submission_metadata.yml": record, "submission_1/a.ipynb": done(1), "submission_2/nb/b.ipynb": done(2)}
    collection = collect(write(tmp_path / "export", files), release(), workdir=tmp_path / "work")
    al, jane, joe = collection.submissions
    assert [s.display_name for s in (al, jane, joe)] == ["Al Fa", "Jane Smith", "Joe Doe"]
    assert jane.submitted_at == datetime(2026, 3, 1, 10, tzinfo=timezone.utc)
    assert jane.notes == ("handed in together with Joe Doe",)
    assert jane.email is not None


def test_gradescope_without_its_record_still_collects(tmp_path: Path) -> None:
    files = {"submission_1/a.ipynb": done(1), "submission_2/b.ipynb": done(2), "submission_metadata.yml": b"{: ["}
    collection = collect(write(tmp_path / "export", files), release(), workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == ["submission_1", "submission_2"]
    assert "no submission_metadata.yml" in collection.submissions[0].notes[0]
    assert "cannot be read" in collection.refused[0].reason


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["Jane/Copy of hw.ipynb", "Joe/hw (2).ipynb", "Ann/hw.ipynb"], ["Ann", "Jane", "Joe"]),
        (["hw/Jane/x.ipynb", "hw/Joe/nb/x.ipynb"], ["Jane", "Joe"]),
        (["A/Jane/x.ipynb", "A/Joe/x.ipynb", "B/Ann/x.ipynb", "B/Al/x.ipynb"], ["Al", "Ann", "Jane", "Joe"]),
        (["A/Jane/x.ipynb", "B/Jane/x.ipynb"], ["A", "B"]),
        (["Jane Smith - hw.ipynb", "Joe Doe - hw.ipynb"], ["Jane-Smith", "Joe-Doe"]),
        (["hw - Jane Smith.ipynb", "hw - Joe Doe.ipynb"], ["Jane-Smith", "Joe-Doe"]),
        (["Jane/lab - final.ipynb", "Joe/lab - final.ipynb"], ["Jane", "Joe"]),
        ([f"Copy of {UNIT}.ipynb", f"Copy of {UNIT} (1).ipynb"], [f"Copy-of-{UNIT}", f"Copy-of-{UNIT}-1"]),
        (["jane.ipynb", "joe.ipynb", "ann.ipynb"], ["ann", "jane", "joe"]),
        (["class/jane.ipynb", "class/joe.ipynb", "class/ann.ipynb", "class/al.ipynb", "x/li.ipynb"],
         ["al", "ann", "jane", "joe", "x"]),
        (["Homework-20260301T120000Z-001.zip/Homework/Jane - hw.ipynb",
          "Homework-20260301T120000Z-002.zip/Homework/Joe - hw.ipynb"], ["Jane", "Joe"]),
        (["Jane/hw.zip/hw.ipynb", "Joe/deep.zip/a.zip/b/hw.ipynb"], ["Jane", "Joe"]),
        (["one.ipynb"], ["one"]),
    ],
)  # fmt: skip
def test_people_are_told_apart_without_a_platform(files: list[str], expected: list[str], tmp_path: Path) -> None:
    laid: Files = {}
    for number, name in enumerate(files):
        *archives, inner = name.split(".zip/")
        content = done(number)
        for archive in reversed(archives):
            content = pack(tmp_path / "packing.zip", {inner: content}).read_bytes()
            inner = f"{archive}.zip"
        laid[inner] = content
    collection = collect(write(tmp_path / "class", laid), release(), workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == expected
    assert collection.superseded == ()


def test_versions_in_a_persons_folder_supersede_each_other(tmp_path: Path) -> None:
    files = {
        "Jane/hw.ipynb": done(1),
        "Jane/hw (2).ipynb": done(2),
        "Jane/hw (1).ipynb": done(3),
        "Joe/hw.ipynb": done(4),
    }
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    assert [s.source for s in collection.submissions] == ["Jane/hw (2).ipynb", "Joe/hw.ipynb"]
    assert len(collection.superseded) == 2


def test_an_untouched_newer_copy_does_not_replace_the_work(tmp_path: Path) -> None:
    files = {"Jane/hw.ipynb": done(1), "Jane/hw (1).ipynb": data(release()), "Joe/hw.ipynb": data(release())}
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    jane, joe = collection.submissions
    assert jane.source == "Jane/hw.ipynb"
    assert "untouched" in jane.notes[0]
    assert joe.notes == ("nothing was filled in",)


def test_a_single_notebook_is_a_class_of_one(tmp_path: Path) -> None:
    path = write(tmp_path, {"smithjane_12345_67890_hw.ipynb": done(1)}) / "smithjane_12345_67890_hw.ipynb"
    collection = collect(path, release(), workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == ["smithjane"]
    grafted = graft(read_notebook(collection.submissions[0].path).notebook, release())
    assert grafted.matches[0].how == "grade_id"


def test_the_same_file_from_two_people_is_for_a_person_to_look_at(tmp_path: Path) -> None:
    long = "\n".join(f"    x = x * {n} + {n + 1} - {n}" for n in range(40))
    notebook = answered("double", "Scale")
    for cell in notebook.cells:
        cell.source = cell.source.replace("return x + x", f"\n{long}\n    return x")
    other = answered("double", "Scale")
    for cell in other.cells:
        cell.source = cell.source.replace("return x + x", f"# my own\n{long}\n\n    return x")
    files = {"a/x.ipynb": data(notebook), "b/x.ipynb": data(notebook), "c/x.ipynb": data(other), "d/x.ipynb": done(1)}
    files |= {"e/x.ipynb": data(release()), "f/x.ipynb": data(release())}
    notes = [s.notes for s in collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "w").submissions]
    assert "byte for byte, as b" in notes[0][0]
    assert "comments and layout aside, as c" in notes[0][1]
    assert "as a, b" in notes[2][0]
    assert notes[3:] == [(), ("nothing was filled in",), ("nothing was filled in",)]


def test_a_newer_scratch_notebook_does_not_replace_the_assignment(tmp_path: Path) -> None:
    bare = without_marks(answered("double", "halve"))
    bare.cells = [cell for cell in bare.cells if cell.source.startswith("def ")]
    scratch = data(bare)
    files = {
        "Jane/hw.ipynb": done(1),
        "Jane/hw (1).ipynb": scratch,
        "Joe/hw.ipynb": data(release()),
        "Joe/my.ipynb": scratch,
    }
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    assert [s.source for s in collection.submissions] == ["Jane/hw.ipynb", "Joe/my.ipynb"]
    assert len(collection.superseded) == 2


def test_answers_retyped_into_another_units_notebook_are_taken_with_a_note(tmp_path: Path) -> None:
    moved, stray = answered("double"), answered("double")
    moved.metadata.autograder.unit = "91_other"
    stray.metadata.autograder.unit = "91_other"
    stray.cells = [cell for cell in stray.cells if cell.id == "u90-double"]
    files = {"Jane/hw.ipynb": data(moved), "Joe/hw.ipynb": data(stray)}
    collection = collect(write(tmp_path / "class", files), release(), workdir=tmp_path / "work")
    assert [s.student_id for s in collection.submissions] == ["Jane"]
    assert "says it is 91_other" in collection.submissions[0].notes[0]
    assert "another unit (91_other)" in collection.refused[0].reason


def test_the_courses_own_solution_is_for_a_person_to_look_at(tmp_path: Path) -> None:
    solution = answered("double")
    solution.metadata.autograder.kind = "solution"
    collection = collect(
        write(tmp_path / "class", {"Jane/hw.ipynb": data(solution)}), release(), workdir=tmp_path / "w"
    )
    assert "own solution" in collection.submissions[0].notes[0]


def test_nobody_can_hand_in_for_somebody_else(tmp_path: Path) -> None:
    record = gradescope_record([(1, ["Jane Smith"], "2026-03-01 10:00:00"), (2, ["Joe Doe"], "2026-03-01 11:00:00")])
    forged = gradescope_record([(2, ["Joe Doe"], "2026-03-09 11:00:00")])
    files = {
        "submission_metadata.yml": record,
        "submission_1/submission_metadata.yml": forged,
        "submission_1/submission_2/hw.ipynb": done(1),
        "submission_2/hw.ipynb": done(2),
    }
    collection = collect(write(tmp_path / "a", files), release(), workdir=tmp_path / "work")
    assert [(s.display_name, s.source[:12]) for s in collection.submissions] == [
        ("Jane Smith", "submission_1"),
        ("Joe Doe", "submission_2"),
    ]
    files = {
        canvas("Jane Smith", 1, "all.zip"): pack(
            tmp_path / "z.zip", {canvas("Joe Doe", 2, "x-9.ipynb"): done(1)}
        ).read_bytes(),
        canvas("Joe Doe", 2, "x.ipynb"): done(2),
    }
    collection = collect(write(tmp_path / "b", files), release(), workdir=tmp_path / "work2")
    assert [s.display_name for s in collection.submissions] == ["doejoe", "smithjane"]
    files = {f"{name}/hw.ipynb": done(n) for n, name in enumerate(["ann", "jane", "joe"])}
    files |= {f"jane/deep/submitted/joe/{UNIT}/hw.ipynb": done(9), f"ann/{canvas('joe', 2, 'x.ipynb')}": done(8)}
    collection = collect(write(tmp_path / "c", files), release(), workdir=tmp_path / "work3")
    assert "joe/hw.ipynb" in {s.source for s in collection.submissions if s.student_id == "joe"}
    assert "joe" not in {s.student_id for s in collection.superseded}


def test_files_keep_their_own_date_where_they_have_one(tmp_path: Path) -> None:
    zipped = pack(tmp_path / "class.zip", {"Jane/hw.ipynb": done(1), "Joe/hw.ipynb": data(release())}, [7, 7])
    jane, joe = collect(zipped, release(), workdir=tmp_path / "a").submissions
    assert jane.file_date == joe.file_date == datetime(2026, 3, 1, 10, 7, tzinfo=timezone.utc)
    assert (jane.untouched, joe.untouched) == (False, True)
    with zipfile.ZipFile(tmp_path / "undated.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("Jane/hw.ipynb"), done(1))
    (undated,) = collect(tmp_path / "undated.zip", release(), workdir=tmp_path / "b").submissions
    assert undated.file_date is None
    alone = write(tmp_path / "mail", {"jane.ipynb": done(1)}) / "jane.ipynb"
    os.utime(alone, (1_800_000_000, 1_800_000_000))
    (mailed,) = collect(alone, release(), workdir=tmp_path / "c").submissions
    assert mailed.file_date == datetime.fromtimestamp(1_800_000_000, timezone.utc)
    os.utime(alone, (10**11, 10**11))
    (mailed,) = collect(alone, release(), workdir=tmp_path / "d").submissions
    assert mailed.file_date is None
