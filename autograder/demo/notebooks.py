"""Notebooks as they come back: filled in, saved by Colab, copied twice, stripped, broken.

Guarantees: starts from the notebook that students get and changes only what such a history changes; the same answers
give the same bytes.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

Notebook = dict[str, Any]


def filled(release: Notebook, answers: Mapping[str, str], written: str) -> Notebook:
    """The released notebook with answers in their cells; exercises without an answer keep their blank.

    Args:
        release: what students got, as nbformat 4.5 JSON.
        answers: source by exercise.
        written: the text of every written answer; "" leaves them empty.
    """
    notebook = copy.deepcopy(release)
    for cell in notebook["cells"]:
        rules = cell["metadata"].get("nbgrader", {})
        if not rules.get("solution"):
            continue
        if rules.get("grade"):
            cell["source"] = written or cell["source"]
        elif rules["grade_id"] in answers:
            cell["source"] = answers[rules["grade_id"]]
    return notebook


def saved_by_colab(notebook: Notebook) -> Notebook:
    """As Colab saves it: nbformat 4.0, ids only in cell metadata, widgets without state, its own set-up lines."""
    saved = copy.deepcopy(notebook)
    saved["nbformat_minor"] = 0
    mine = [
        "!pip install -q torchinfo",
        "from google.colab import drive\ndrive.mount('/content/drive')",
    ]
    extra = [_code(source, {"id": f"extra{i}"}) for i, source in enumerate(mine)]
    for cell in saved["cells"]:
        cell["metadata"]["id"] = cell["metadata"].get("id", cell.pop("id", ""))
        cell.pop("id", None)
        cell["metadata"]["executionInfo"] = {"status": "ok", "user": {"displayName": "Student", "userId": "0"}}
    saved["cells"] = [saved["cells"][0], *extra, *saved["cells"][1:]]
    saved["metadata"] |= {
        "accelerator": "GPU",
        "colab": {"provenance": [], "toc_visible": True},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"a1b2": {"model_name": "HBoxModel"}}},
    }
    return saved


def with_a_cell_twice(notebook: Notebook, grade_id: str) -> Notebook:
    """Two cells claim to be the same graded cell: the result of copy and paste."""
    return _after(notebook, grade_id, lambda cell: copy.deepcopy(cell))


def with_playground(notebook: Notebook, grade_id: str, source: str) -> Notebook:
    """One more code cell of the student's own behind a graded one."""
    return _after(notebook, grade_id, lambda cell: _code(source, {}) | {"id": "playground"})


def without_metadata(notebook: Notebook) -> Notebook:
    """Only sources are left: the result of a round trip through a script or another editor."""
    stripped = copy.deepcopy(notebook)
    stripped["metadata"] = {"language_info": {"name": "python"}}
    for number, cell in enumerate(stripped["cells"]):
        cell["metadata"] = {}
        cell["id"] = f"cell-{number}"
    return stripped


def as_bytes(notebook: Notebook) -> bytes:
    """The notebook's file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _code(source: str, metadata: dict[str, Any]) -> Notebook:
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def _after(notebook: Notebook, grade_id: str, make: Callable[[Notebook], Notebook]) -> Notebook:
    """The notebook with one more cell behind the named one."""
    grown = copy.deepcopy(notebook)
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in grown["cells"]]
    where = names.index(grade_id)
    twin = make(grown["cells"][where])
    twin["id"] = f"{twin.get('id', 'cell')}-2"[-64:]
    grown["cells"].insert(where + 1, twin)
    return grown
