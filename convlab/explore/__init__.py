"""Explorers: pictures with sliders that ask for a prediction first.

`explore.sliding_window()` shows one, `explore.sliding_window.figure(stride=2)` returns its picture. Each lives in
`catalogue/<name>.py`, holds one `Explorer` of that name, and is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from convlab.explore import catalogue
from convlab.explore.explorer import Explorer


def names() -> list[str]:
    """Return the names of all explorers."""
    return sorted(module.name for module in iter_modules(catalogue.__path__))


def __getattr__(name: str) -> Explorer:
    if name not in names():
        raise AttributeError(f"no explorer {name!r}; there are: {', '.join(names())}")
    explorer: Explorer = getattr(import_module(f"convlab.explore.catalogue.{name}"), name)
    return explorer


def __dir__() -> list[str]:
    return ["names", *names()]
