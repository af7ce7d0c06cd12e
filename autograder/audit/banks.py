"""Banks of answers: right ones in many styles, wrong ones as students write them.

Guarantees: a bank is a plain Python file ``tests/answers/<unit>/<exercise>.py`` that imports nothing of the course;
its functions and classes called ``right_…`` must earn full points, those called ``wrong_…`` must not, and the first
line of a wrong one's docstring is the name of the mistake that the report must give.
"""

from __future__ import annotations

import importlib.util
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError


@dataclass(frozen=True)
class Answer:
    """One answer of a bank.

    Attributes:
        exercise: whose answer it is.
        name: of the function in the bank: ``wrong_flipped``.
        target: the function or class.
        mistake: the name that the report must give, "" when it need not name it.
    """

    exercise: str
    name: str
    target: Any
    mistake: str

    @property
    def right(self) -> bool:
        """Whether it must earn full points."""
        return self.name.startswith("right_")


def answers(folder: Path, exercise: str) -> tuple[Answer, ...]:
    """Load the bank of one exercise.

    Args:
        folder: of the unit's banks.
        exercise: name.

    Returns:
        Its answers in the order of the file; none when there is no file.

    Raises:
        AutograderError: when the file cannot be run.
    """
    path = folder / f"{exercise}.py"
    if not path.is_file():
        return ()
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(f"answers_{folder.name}_{exercise}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise AutograderError(
            f"{path}: the bank cannot be loaded: {type(error).__name__}: {error}; mend it and run again"
        ) from error
    return tuple(_answers(exercise, module))


def _answers(exercise: str, module: Any) -> Iterator[Answer]:
    for name, target in vars(module).items():
        if name.startswith(("right_", "wrong_")) and callable(target):
            doc = (target.__doc__ or "") if name.startswith("wrong_") else ""
            yield Answer(exercise, name, target, doc.strip().splitlines()[0].strip() if doc.strip() else "")
