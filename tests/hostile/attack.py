"""One record per attack: what it tries, the code that tries it, and the only outcome that is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from autograder.demo.bank import answers
from autograder.demo.notebooks import filled

Notebook = dict[str, Any]
RIGHT = answers("windows")
WRONG = {
    "make_kernel": "def make_kernel(name):\n    return torch.zeros(3, 3)",
    "conv2d_single": "def conv2d_single(image, kernel):\n    return torch.zeros(3, 4)",
}


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    In its code ``@course@``, ``@home@``, ``@mark@``, ``@tcp@``, ``@udp@`` and ``@unix@`` stand for what is to be
    reached. Code that gets at what it should not prints ``REACHED``; code that prints ``TRIED`` has got to its end.

    Attributes:
        name: of the submission; the student's id.
        story: what it tries.
        own: a cell of the student's own in front of the answers.
        answers: by exercise; a name alone stands for nothing right and nothing blank.
        change: what else is done to the file.
        points: that it must get, by exercise; 0 for all others.
        flagged: words that one of the flags for a person must hold.
        why: the reason for points that are not zero.
        said: words that the recorded reasons or notes must hold; one of several, between bars, where the machine's load
            decides which limit is met first.
        tried: whether its code must have got to its end.
    """

    name: str
    story: str
    own: str = ""
    answers: Mapping[str, str] = field(default_factory=lambda: WRONG)
    change: Callable[[Notebook], None] | None = None
    points: Mapping[str, float] = field(default_factory=dict)
    flagged: str = ""
    why: str = ""
    said: str = ""
    tried: bool = False

    def notebook(self, release: Notebook, places: Mapping[str, str]) -> Notebook:
        """The notebook that is handed in."""
        made = filled(release, {name: self._filled_in(code, places) for name, code in self.answers.items()}, "")
        free = [c for c in made["cells"] if c["cell_type"] == "code" and "nbgrader" not in c["metadata"]]
        for cell in free[1:]:  # all but the imports: nothing here needs the demonstrations
            cell["source"] = ""
        if self.own:
            names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in made["cells"]]
            cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "own"}
            source = self._filled_in(self.own, places)
            made["cells"].insert(names.index("make_kernel") - 1, {**cell, "source": source})
        if self.change is not None:
            self.change(made)
        return made

    @staticmethod
    def _filled_in(code: str, places: Mapping[str, str]) -> str:
        code = dedent(code).strip()
        for name, place in places.items():
            code = code.replace(f"@{name}@", place)
        return code


def single(body: str) -> dict[str, str]:
    """An answer to ``conv2d_single`` with this body; nothing else is answered."""
    return {"conv2d_single": "def conv2d_single(image, kernel):\n" + _indented(body)}


def conv(body: str) -> dict[str, str]:
    """An answer to ``conv2d`` with this body; nothing else is answered."""
    head = "def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):\n"
    return {"conv2d": head + _indented(body)}


def _indented(body: str) -> str:
    return "\n".join("    " + line for line in dedent(body).strip().splitlines())
