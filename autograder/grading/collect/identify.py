"""Is it this assignment? Decided by what a notebook contains, never by what its file is called.

Guarantees: one question of this assignment is enough to be recognised, unless more of it belongs to another one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.grading.collect.cleaning import Unreadable
from autograder.grading.collect.facts import facts, plain
from autograder.grading.collect.release import Release, kind_of

TELLING_TEXT_CHARS = 60
TELLING_CHARS = 3_000
"""Answers this long, as Python's syntax trees are written out, do not come out the same by chance: a dozen lines."""
_FETCH = "ask for the notebook of this assignment"


@dataclass(frozen=True)
class Content:
    """What a notebook of this assignment holds.

    Attributes:
        marked: Whether it still carries the assignment's marks, not only its functions' names.
        answers: How many questions differ from what was given out.
        fingerprint: The same for the same answers, layout and comments aside; None when too little to tell.
        notes: What a person should know.
    """

    marked: bool
    answers: int
    fingerprint: str | None
    notes: tuple[str, ...] = ()


def identify(notebook: NotebookNode, release: Release) -> Content:
    """Recognise a clean notebook as the assignment.

    Args:
        notebook: As `notebook.read_notebook` returns it.
        release: The assignment as it was given out.

    Raises:
        Unreadable: It is something else; says what.
    """
    entry = notebook.metadata.get("autograder") or {}
    unit, kind = entry.get("unit"), entry.get("kind")
    marked, named, foreign = _evidence(notebook, release)
    notes = []
    if unit and release.unit and unit != release.unit and 2 * (marked + named) < len(release.answers):
        raise Unreadable(f"it is the notebook of another unit ({unit[:60]}), and {release.unit} is graded", _FETCH)
    if kind in ("lecture", "live") and not marked:
        raise Unreadable(f"it is the lecture of {unit or release.unit}, not the assignment", _FETCH)
    if foreign > marked + named:
        raise Unreadable("most of its graded cells belong to another assignment", _FETCH)
    if not marked and not named and (unit is None or unit != release.unit):
        wanted = ", ".join(release.names) or "its questions"
        raise Unreadable(f"it holds nothing of this assignment (looked for {wanted})", _FETCH)
    if unit and release.unit and unit != release.unit:
        notes.append(f"it says it is {unit[:60]}, but its answers are those of {release.unit}")
    if kind == "solution":
        notes.append("it is the course's own solution: look at how it was obtained")
    answers = _answers(notebook, release)
    return Content(bool(marked) or unit == release.unit, len(answers), _fingerprint(answers), tuple(notes))


def _evidence(notebook: NotebookNode, release: Release) -> tuple[int, int, int]:
    """How many of its cells carry this assignment's marks, define its names, or are graded cells of another."""
    own = {cell.grade_id for cell in release.cells if cell.kind in ("answer", "tests")}
    ids = {name for cell in release.cells for name in cell.ids}
    telling = {text for text in release.texts if len(text) >= TELLING_TEXT_CHARS}
    marked, foreign, names = 0, 0, set[str]()
    for cell in notebook.cells:
        entry = cell.metadata.get("nbgrader") or {}
        graded = kind_of(entry) in ("answer", "tests")
        if (
            entry.get("grade_id") in own
            or {cell.get("id"), cell.metadata.get("id")} & ids
            or plain(cell.source) in telling
        ):
            marked += 1
        elif graded:
            foreign += 1
        if cell.cell_type == "code":
            found = facts(cell.source).definitions
            names |= {d.name for d in found if d.kind != "value"} & release.names.keys()
    return marked, len(names), foreign


def _answers(notebook: NotebookNode, release: Release) -> dict[str, str]:
    """Every question that was answered, with its answer in a form that layout and comments do not change."""
    answers: dict[str, str] = {}
    for cell in notebook.cells:
        entry = cell.metadata.get("nbgrader") or {}
        given = release.by_grade_id.get(entry.get("grade_id", "")) or release.by_id.get(cell.metadata.get("id", ""))
        given = given or release.by_id.get(cell.get("id", ""))
        if cell.cell_type == "code":
            for definition in facts(cell.source).definitions:
                known = definition.kind != "value" and definition.name in release.names
                if known and not release.is_blank(definition):
                    answers[definition.name] = definition.text
        text = plain(cell.source)
        if (
            given is not None
            and given.kind == "answer"
            and not release.asked_of(given)
            and text not in ("", given.text)
        ):
            answers[f"cell {given.grade_id}"] = text
    return answers


def _fingerprint(answers: dict[str, str]) -> str | None:
    text = repr(sorted(answers.items()))
    return hashlib.sha256(text.encode()).hexdigest() if len(text) >= TELLING_CHARS else None
