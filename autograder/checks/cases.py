"""What an exercise tries: designed cases in groups, with numbers drawn anew from a seed.

Guarantees: a case with the same seed is the same case, on every machine; different cases draw different numbers; what
is sent to a student's code carries no label, no group and no expected value.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from autograder.checks.comparing.compare import compare_call
from autograder.checks.comparing.values import Problem
from autograder.checks.driver import drive
from autograder.checks.wire import DTYPES, Plain

Ask = Callable[[Plain], Plain]


@dataclass(frozen=True)
class Draw:
    """Numbers to be drawn when a case is made: a shape, a distribution and how they lie in memory."""

    shape: tuple[int, ...]
    kind: str = "normal"
    strided: bool = False

    def draw(self, generator: torch.Generator, dtype: str) -> Plain:
        """Draw the numbers, rounded to ``dtype`` so that a wider reference sees exactly the same ones."""
        if self.kind == "normal":
            x = torch.randn(self.shape, generator=generator, dtype=torch.float64)
        elif self.kind == "uniform":
            x = torch.rand(self.shape, generator=generator, dtype=torch.float64)
        elif self.kind == "positive":
            x = torch.rand(self.shape, generator=generator, dtype=torch.float64) + 0.5
        elif self.kind == "integers":  # few different values: ties everywhere
            x = torch.randint(-2, 3, self.shape, generator=generator).double()
        elif self.kind == "negative":  # where zeros would win a maximum that they must not enter
            x = -torch.rand(self.shape, generator=generator, dtype=torch.float64) - 0.5
        elif self.kind == "large":  # where a limit that somebody has put in shows
            x = 1000 * torch.randn(self.shape, generator=generator, dtype=torch.float64)
        else:
            raise ValueError(f"no distribution is called {self.kind!r}")
        x = x.to(DTYPES[dtype])
        return {"$recipe": "strided", "x": x} if self.strided else x


def normal(*shape: int, strided: bool = False) -> Draw:
    """Standard normal numbers of a shape; ``strided`` makes them non-contiguous."""
    return Draw(shape, strided=strided)


def drawn(kind: str, *shape: int) -> Draw:
    """Numbers of another kind: ``uniform``, ``positive``, ``negative``, ``large``, ``integers`` (with ties)."""
    return Draw(shape, kind)


@dataclass(frozen=True)
class Trial:
    """One case that was tried: what was asked, what the reference and the student's code replied, and what is wrong."""

    case: Any
    request: Plain
    expected: Plain
    actual: Plain
    problem: Problem | None


@dataclass(frozen=True)
class Case:
    """One call of a function.

    Attributes:
        label: what is special about it, in the reader's words: "stride 2 leaves a remainder".
        args: positional arguments; :class:`Draw` stands for numbers.
        kwargs: keyword arguments.
        grad: arguments (position as text, or keyword) for which gradients are compared.
        after: arguments that the function is asked to change, compared after the call.
        dtype: of every floating tensor.
        hidden: tried only when grading.
        repeated: made by :meth:`again`.
    """

    label: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    grad: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    dtype: str = "float32"
    hidden: bool = False
    repeated: bool = False

    def again(self) -> Case | None:
        """The same call with other numbers: what an answer keeps between calls shows in it. None without numbers."""
        if not any(isinstance(a, Draw) for a in (*self.args, *self.kwargs.values())):
            return None
        return replace(self, label=f"{self.label}, called again with other numbers", repeated=True)

    def seeded(self, seed: int) -> int:
        """The seed of this case within a run: different for every label, the same on every machine."""
        return (zlib.crc32(self.label.encode()) ^ (seed * 2654435761)) % 2**31

    def resolved(self, seed: int) -> Case:
        """This case with its numbers drawn."""
        generator = torch.Generator().manual_seed(self.seeded(seed))
        args = tuple(resolve(a, generator, self.dtype) for a in self.args)
        return replace(self, args=args, kwargs={k: resolve(v, generator, self.dtype) for k, v in self.kwargs.items()})

    def request(self, seed: int, device: str, guard: tuple[str, ...]) -> Plain:
        """What is sent to the driver."""
        ready = self.resolved(seed)
        step: dict[str, Plain] = {"do": "call", "args": list(ready.args), "kwargs": dict(ready.kwargs)}
        step |= {"grad": list(self.grad), "guard": list(guard), "cotangent": self.seeded(seed) % 1000 + 1}
        if self.after:
            step["after"] = list(self.after)
        return {"dtype": self.dtype, "device": device, "seed": self.seeded(seed), "steps": [step]}

    def expect(self, reference: Any, seed: int, device: str) -> Plain:
        """What the reference replies, in float64."""
        return drive.answer(reference, widened(self.request(seed, device, ())))

    def perform(
        self, ask: Ask, reference: Any, expected: Plain, seed: int, device: str, guard: tuple[str, ...]
    ) -> Trial:
        """Try the case on what ``ask`` reaches."""
        request = self.request(seed, device, guard)
        actual = ask(request)
        return self.judged(request, expected, actual)

    def judged(self, request: Plain, expected: Plain, actual: Plain) -> Trial:
        """Compare two replies to this case."""
        problem = compare_call(expected["steps"][0], actual["steps"][0], request, inplace=self.after)
        return Trial(self, request, expected, actual, problem)

    def explained(self, target: Any, trial: Trial, device: str) -> bool:
        """Whether another implementation, a misconception, replies to this trial as the student's code did."""
        reply = drive.answer(
            target, widened({**trial.request, "steps": [_unguarded(s) for s in trial.request["steps"]]})
        )
        actual = trial.actual["steps"][0]
        if "error" in reply["steps"][0] and "error" in actual:
            return bool(reply["steps"][0]["error"]["type"] == actual["error"]["type"])
        changes = tuple(reply["steps"][0].get("mutated", ()))
        if changes != tuple(actual.get("mutated", ())):
            return False
        return compare_call(reply["steps"][0], actual, trial.request, inplace=self.after, changed=changes) is None


@dataclass(frozen=True)
class Group:
    """Cases that earn their points together.

    Attributes:
        name: what is asked, as the table of points shows it: "stride and padding".
        points: earned when every case passes.
        cases: :class:`Case` or other probes with the same ``expect`` and ``perform``.
    """

    name: str
    points: float
    cases: tuple[Any, ...]


def _unguarded(step: Plain) -> Plain:
    return {**step, "guard": []}


def resolve(value: Any, generator: torch.Generator, dtype: str) -> Plain:
    """Replace draws by numbers, anywhere in nested containers."""
    if isinstance(value, Draw):
        return value.draw(generator, dtype)
    if isinstance(value, Mapping):
        return {key: resolve(item, generator, dtype) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(resolve(item, generator, dtype) for item in value)
    return value


def widened(request: Plain) -> Plain:
    """The same request in float64, for the reference's side."""
    return {**request, "dtype": "float64"}
