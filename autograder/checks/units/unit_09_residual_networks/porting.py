"""A case of ``port_weights``: port, look at what came back, and run it.

Guarantees: judged are outputs and buffers, and, where asked, that ``mine`` itself comes back filled, that ``theirs``
stays as it is and that the two share no memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.bench import evaluation, forward, state, train
from autograder.checks.cases import Case, Draw, Trial, normal, resolve
from autograder.checks.comparing.compare import compare_errors
from autograder.checks.comparing.values import Problem, compare_values
from autograder.checks.driver import drive
from autograder.checks.memory import remembered
from autograder.checks.wire import DTYPES, Plain

IMAGES = normal(2, 3, 33, 40)


@dataclass(frozen=True)
class Porting(Case):
    """Port, look at what came back, and run it in both modes.

    Attributes:
        x: the images that it runs on.
        script: steps after porting.
        whose: also judged: that ``mine`` comes back, ``theirs`` stays as it is and nothing is shared.
    """

    x: Draw = IMAGES
    script: tuple[str, ...] = ("eval", "forward")
    whose: bool = False

    def request(self, seed: int, device: str, guard: tuple[str, ...]) -> Plain:
        whole = super().request(seed, device, guard)
        generator = torch.Generator().manual_seed(self.seeded(seed) + 1)
        x = resolve(self.x, generator, self.dtype)
        steps = {"eval": evaluation(), "train": train(), "state": state(), "forward": forward(x, no_grad=True)}
        return {**whole, "steps": [{**whole["steps"][0], "do": "build"}, *(steps[name] for name in self.script)]}

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        return Trial(self, request, expected, actual, self._problem(expected, actual))

    def _problem(self, expected: Plain, actual: Plain) -> Problem | None:
        for want, got in zip(expected["steps"], actual["steps"], strict=False):
            problem = compare_errors(want, got) or _in_part(want, got) or self._compare(want, got)
            if problem or "error" in want:
                return problem
        return None

    def _compare(self, want: Plain, got: Plain) -> Problem | None:
        if "value" in want:
            return compare_values(want["value"], got.get("value"), DTYPES[self.dtype])
        if "state" in want:
            lost = next((key for key in want["state"] if key not in got["state"]), None)
            if lost:
                return Problem(
                    "structure", f"What came back has no buffer {lost}, as mine has: is it mine?", where=lost
                )
            pairs = [(key, value, got["state"][key]) for key, value in want["state"].items()]
            found = (compare_values(v, g, DTYPES[self.dtype], f"buffer {k}") for k, v, g in pairs)
            return next((problem for problem in found if problem), None)
        return _ownership(got) if self.whose and "returned" in want else None

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        steps = [{**step, "guard": []} for step in trial.request["steps"]]
        key = (target, repr(self), trial.request["seed"], device)
        reply = remembered(key, lambda: drive.answer(target, {**trial.request, "steps": steps}))
        for mine, yours in zip(reply["steps"], trial.actual["steps"], strict=False):
            if "error" in mine and mine.get("mutated") != yours.get("mutated"):
                return False
            if "error" in mine or "error" in yours:
                return bool(mine.get("error", {}).get("type") == yours.get("error", {}).get("type"))
            if self.whose and "returned" in mine and any(mine[k] != yours[k] for k in ("returned", "shared")):
                return False
            if self.whose and "mutated" in mine and ("1" in mine["mutated"]) != ("1" in yours["mutated"]):
                return False
        return self._numbers(reply, trial.actual) is None

    def _numbers(self, expected: Plain, actual: Plain) -> Problem | None:
        """The first difference in outputs and buffers."""
        found = (
            self._compare(want, got) if "returned" not in want else None
            for want, got in zip(expected["steps"], actual["steps"], strict=False)
        )
        return next((problem for problem in found if problem), None)


def _in_part(want: Plain, got: Plain) -> Problem | None:
    """Whether something was copied before the error that says that nothing can be."""
    if "error" not in want or "0" not in got.get("mutated", ()):
        return None
    text = "ValueError was raised, and mine had been changed by then: look at all tensors before you copy the first."
    return Problem("mutated", text, where="0")


def _ownership(built: Plain) -> Problem | None:
    if "1" in built["mutated"]:
        return Problem("mutated", "theirs was changed; the copy goes from theirs into mine.", where="1")
    if built["returned"] != ["0"]:
        what = "theirs" if built["returned"] == ["1"] else "another module"
        return Problem("structure", f"mine must be returned, the very network that was given; this is {what}.")
    if built["shared"]:
        return Problem("structure", "mine shares memory with theirs: training one would change the other. Copy.")
    return None
