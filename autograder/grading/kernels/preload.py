"""Imports what notebooks import, before any student code: in the server once for all, or in each cold process."""

from __future__ import annotations

import functools
import pkgutil
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple


class Load(NamedTuple):
    """What is to be imported, and why each process does so for itself, if it does: then it is started cold."""

    modules: tuple[str, ...]
    cold: str = ""


def preload(modules: Iterable[str]) -> list[str]:
    """Import what notebooks import, on one thread.

    Args:
        modules: their names, and names in them that are loaded when asked for; one that cannot be imported is left
            to the notebook that wants it.

    Returns:
        What could not be imported, with the reason.
    """
    missing = []
    for name in modules:
        try:
            pkgutil.resolve_name(name)
        except Exception as error:
            missing.append(f"{name}: {error}")
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)
        _one_process_loaders(torch)
    return missing


def _one_process_loaders(torch: Any) -> None:
    """Data loaders read in the process itself: workers would need sockets, and gain nothing on one core."""
    loader = torch.utils.data.DataLoader
    start = loader.__init__

    @functools.wraps(start)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("num_workers"):
            kwargs = {k: v for k, v in kwargs.items() if k not in ("prefetch_factor", "persistent_workers", "timeout")}
            kwargs["num_workers"] = 0
        start(self, *args, **kwargs)

    loader.__init__ = init
