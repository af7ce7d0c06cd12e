"""The terminal table and the spreadsheet: a reason beside every lost point, names that stay text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.grading.report import table, write_csv
from autograder.grading.results import SubmissionResult

Make = Callable[..., Any]


def printed(results: list[SubmissionResult]) -> str:
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(table(results))
    return console.export_text()


def test_every_lost_point_has_a_reason(small_class: list[SubmissionResult]) -> None:
    rows = printed(small_class)
    for expected in (
        "conv2d_single 2/6: kernel flipped",
        "conv2d_single 4.5/6: the kernel died",
        "not attempted yet: conv2d_single",
        "the JSON ends too early",
        "needs a person",
    ):
        assert expected in rows


def test_a_name_is_never_terminal_markup(make: Make) -> None:
    assert "[red]Eve[/red]" in printed([make("eve", display_name="[red]Eve[/red]\x1b[31m")])
    assert "\x1b" not in printed([make("eve", display_name="Eve\x1b[31m")])


def test_the_spreadsheet_has_totals_and_every_exercise(small_class: list[SubmissionResult], tmp_path: Path) -> None:
    with write_csv(small_class, tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["ada", "ben", "cleo", "dora", "eve"]
    assert (rows["ada"]["points"], rows["ada"]["conv2d_single"], rows["ada"]["unread_answers"]) == ("6", "6", "1")
    assert rows["ben"]["reasons"] == "conv2d_single 2/6: kernel flipped"
    assert (rows["eve"]["status"], rows["eve"]["conv2d_single"]) == ("refused", "")


def test_the_spreadsheet_calculates_nothing(make: Make, tmp_path: Path) -> None:
    path = write_csv([make("eve", display_name="=HYPERLINK(1)")], tmp_path / "grades.csv")
    assert "'=HYPERLINK(1)" in path.read_text(encoding="utf-8")
