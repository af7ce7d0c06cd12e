"""The notebook that formgrader shows: the release with the student's answers, and the judge's report below each check.

Guarantees: it validates as nbgrader's; the first result of a tests cell is the plain number of points, and the total
stands below the last cell, where a student's copy lists what to do before handing in; nothing that a student wrote, or
displayed, can run in the page of whoever opens it, and no output is longer than a screenful or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

from autograder.grading.results import ExerciseResult, SubmissionResult, number

TEXT_CHARS = 10_000
PICTURES = ("image/png", "image/jpeg")
PICTURE_CHARS = 2_000_000
_TAG = re.compile(r"<(?=[A-Za-z/!?])")  # all that begins a tag, a comment or the like


def autograded(grafted: NotebookNode, result: SubmissionResult) -> NotebookNode:
    """Put the judge's reports below the tests cells, and make what the student's cells displayed harmless.

    Args:
        grafted: the clean notebook as it was executed; not changed.
        result: what judging found.
    """
    notebook = from_dict(grafted)
    notebook.metadata.pop("widgets", None)
    by_cell = {exercise.grade_id: exercise for exercise in result.exercises}
    for cell in notebook.cells:
        rules = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code":
            if rules.get("solution") or "id" not in cell.metadata:  # what was given out carries an id, and is ours
                cell.source = _without_markup(cell.source)
            continue
        grade_id = rules.get("grade_id")
        if grade_id in by_cell:
            cell.outputs = _report(by_cell[grade_id])
        elif grade_id == "preflight":  # its list is of checks that were run in the student's own session
            cell.outputs = [new_output("stream", name="stdout", text=_total(result))]
        else:
            cell.outputs = [kept for output in cell.get("outputs", ()) for kept in _harmless(output)]
        cell.execution_count = None
    return notebook


def _report(exercise: ExerciseResult) -> list[NotebookNode]:
    shown = {"text/plain": exercise.text or exercise.reason, **({"text/html": exercise.html} if exercise.html else {})}
    return [
        new_output("display_data", data=shown),
        # nbgrader takes the first execute_result of the cell as its score.
        new_output("execute_result", data={"text/plain": repr(float(exercise.points))}, execution_count=None),
    ]


def _without_markup(text: str) -> str:
    """Prose in which no browser sees a tag: formgrader shows HTML in written answers as it is, scripts included."""
    return _TAG.sub("< ", text)


def _total(result: SubmissionResult) -> str:
    return f"This copy is graded: {number(result.points)} of {number(result.max_points)} points from the checks.\n"


def _harmless(output: Mapping[str, Any]) -> Iterable[NotebookNode]:
    kind = output.get("output_type")
    if kind == "stream":
        # Standard error below a graded cell would make stock nbgrader take all its points.
        yield new_output("stream", name="stdout", text=_cut(output.get("text", "")))
    elif kind == "error":
        lines = [_cut(line) for line in output.get("traceback", ())[-40:]]
        yield new_output("error", ename=_cut(output["ename"]), evalue=_cut(output["evalue"]), traceback=lines)
    elif kind in ("display_data", "execute_result"):
        data = output.get("data", {})
        kept = {mime: data[mime] for mime in PICTURES if mime in data and len(data[mime]) <= PICTURE_CHARS}
        if "text/plain" in data:
            kept["text/plain"] = _cut(data["text/plain"])
        if kept:
            yield new_output("display_data", data=kept)


def _cut(text: Any) -> str:
    text = text if isinstance(text, str) else "".join(map(str, text)) if isinstance(text, list) else str(text)
    return text if len(text) <= TEXT_CHARS else text[:TEXT_CHARS] + "\n… (cut here)"
