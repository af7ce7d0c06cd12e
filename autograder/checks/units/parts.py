"""Cases that look at one part of a result: dx may be right, and earn its points, while dw is still wrong.

Guarantees: a result that is no tuple of that many values is compared as a whole, so the report says so; messages call the parts
by their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from autograder.checks.cases import Case, Trial
from autograder.checks.wire import Plain


@dataclass(frozen=True)
class Part(Case):
    """One call of a function that returns several values.

    Attributes:
        names: of the values, in order: ("dx", "dw", "db").
        part: the only one that counts here; "" for all of them.
    """

    names: tuple[str, ...] = ()
    part: str = ""

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        """Compare the part, or all parts by name."""
        whole = not self.part or not self._has_parts(actual)
        trial = super().judged(
            request, expected if whole else self._cut(expected), actual if whole else self._cut(actual)
        )
        problem = trial.problem and replace(trial.problem, message=self._named(trial.problem.message))
        return Trial(self, request, expected, actual, problem)

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another implementation makes the same of this part."""
        if not self.part or not self._has_parts(trial.actual):
            return super().explained(target, trial, device)
        return super().explained(self._reduced(target), replace(trial, actual=self._cut(trial.actual)), device)

    def _has_parts(self, reply: Plain) -> bool:
        value = reply["steps"][0].get("value")
        return isinstance(value, list | tuple) and len(value) == len(self.names)

    def _cut(self, reply: Plain) -> Plain:
        """The reply as if the part alone had been returned."""
        first, *rest = reply["steps"]
        if "value" not in first:
            return reply
        return {**reply, "steps": [{**first, "value": first["value"][self.names.index(self.part)]}, *rest]}

    def _reduced(self, target: Any) -> Callable[..., Any]:
        def reduced(*args: Any, **kwargs: Any) -> Any:
            return target(*args, **kwargs)[self.names.index(self.part)]

        return reduced

    def _named(self, message: str) -> str:
        text = re.sub(r"[Vv]alue (\d) of the result", lambda match: self.names[int(match.group(1))], message)
        return re.sub(r"^The result\b", self.part, text) if self.part else text
