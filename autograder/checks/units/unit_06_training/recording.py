"""Calls after which autograd must hold nothing: what it has recorded grows with every step, and with it the memory.

Guarantees: said only of an answer whose numbers are right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.checks.cases import Case, Trial
from autograder.checks.comparing.values import Problem
from autograder.checks.wire import Plain


@dataclass(frozen=True)
class Unrecorded(Case):
    """A call whose result, and whose arguments named in ``after``, must carry no recording.

    Attributes:
        looked: whether that is looked at: in one group, for one mistake costs that group's points only.
    """

    looked: bool = False

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        """Compare the replies, then look for recordings."""
        trial = super().judged(request, expected, actual)
        kept = actual["steps"][0].get("recorded")
        if trial.problem or not kept or not self.looked:
            return trial
        what = "the result" if kept[0] == "result" else f"argument {kept[0]}"
        text = f"The numbers are right, but autograd recorded them: {what} keeps all that led to it in memory."
        return replace(trial, problem=Problem("recorded", text, where=kept[0]))
