"""From a solution to what students get, by nbgrader's own steps.

Guarantees: `nbgrader generate_assignment` run on the solution gives the same notebook, because both use `STEPS`; ours
only leaves out the steps that need a gradebook or do nothing here.
"""

from __future__ import annotations

import copy
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    InstantiateTests,
    LockCells,
    NbGraderPreprocessor,
    SaveCells,
)

STUB = '# YOUR CODE HERE\nraise NotImplementedError("write {name} here")'
WRITTEN_STUB = "*Write your answer here.*"


class ClearNamedSolutions(ClearSolutions):
    """`ClearSolutions`, with a blank that says what is to be written."""

    def preprocess_cell(self, cell: NotebookNode, resources: ResourcesDict, cell_index: int) -> Any:
        """Replace the solution regions of one cell."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        self.code_stub = {"python": STUB.format(name=name)}
        self.text_stub = WRITTEN_STUB
        return super().preprocess_cell(cell, resources, cell_index)


class NameRelease(NbGraderPreprocessor):
    """The notebook's title, badge and kind are the assignment's, no longer the solution's."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Any:
        """Rename the notebook in its first cell and in its metadata."""
        own = nb.metadata.autograder
        title = nb.cells[0]
        title.source = title.source.replace("# Solution ", "# Assignment ", 1)
        title.source = title.source.replace("/solutions/", "/assignments/")
        own.kind = "assignment"
        return nb, resources


# NB: SaveCells keeps the source with the hidden tests, so it comes before ClearHiddenTests; checksums are computed
# once for the gradebook and once for the release.
STEPS = [
    IncludeHeaderFooter,
    InstantiateTests,
    NameRelease,
    LockCells,
    ClearNamedSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]
_NOT_HERE = (IncludeHeaderFooter, InstantiateTests, SaveCells)


def build_release(solution: NotebookNode) -> NotebookNode:
    """Return the notebook students get; `solution` is left as it is."""
    notebook, resources = copy.deepcopy(solution), ResourcesDict()
    for step in STEPS:
        if step not in _NOT_HERE:
            notebook, resources = step()(notebook, resources)
    return notebook
