"""The course's grader: ``check`` for students, and everything that grades a class.

Guarantees: importing this package is cheap and needs only what a student has; ``check`` and ``preflight`` are loaded
when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checks.notebook.check import Report, check
    from autograder.checks.notebook.preflight import preflight

__all__ = ["Report", "check", "preflight"]

_HOMES = {"check": "check", "Report": "check", "preflight": "preflight"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"autograder.checks.notebook.{_HOMES[name]}"), name)
