"""Stand-ins for `google.colab`, so that a notebook written in Colab runs where there is no Colab.

What only prepares the machine does nothing; what would hand over a file or a secret raises, with a clear message. Every
call is noted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

_IGNORED = {
    "drive": ("mount", "flush_and_unmount"),
    "files": ("download", "view"),
    "auth": ("authenticate_user",),
    "output": ("clear", "enable_custom_widget_manager", "no_vertical_scroll"),
    "data_table": ("enable_dataframe_formatter", "load_ipython_extension"),
}
_REFUSED = {"files": ("upload",), "userdata": ("get",), "output": ("eval_js",)}
_PACKAGES = ("google", "google.colab")


def install(note: Callable[[str], None]) -> None:
    """Make `import google.colab` and its usual parts work, without it being loaded before somebody asks.

    Args:
        note: called with one line for every call that was left out or refused.
    """
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    sys.meta_path.append(_Finder(note))


class _Finder(MetaPathFinder, Loader):
    """Finds the stand-ins, after every real module."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A module that is imported by the name of one of Colab's."""
        parent, _, part = fullname.rpartition(".")
        if fullname in _PACKAGES or (parent == "google.colab" and part in {**_IGNORED, **_REFUSED}):
            return ModuleSpec(fullname, self, is_package=fullname in _PACKAGES)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill a stand-in with functions that do nothing or refuse."""
        name = module.__name__
        if name == "google.colab":
            for part in (*_IGNORED, "userdata"):
                __import__(f"{name}.{part}")
        part = name.rpartition(".")[2]
        for function in _IGNORED.get(part, ()):
            setattr(module, function, self._ignored(f"{part}.{function}"))
        for function in _REFUSED.get(part, ()):
            setattr(module, function, self._refused(f"{part}.{function}"))
        if part == "userdata":
            module.SecretNotFoundError = type("SecretNotFoundError", (Exception,), {})  # type: ignore[attr-defined]

    def _ignored(self, call: str) -> Callable[..., None]:
        def nothing(*args: Any, **kwargs: Any) -> None:
            self._note(f"{call} did nothing")

        return nothing

    def _refused(self, call: str) -> Callable[..., NoReturn]:
        def refuse(*args: Any, **kwargs: Any) -> NoReturn:
            self._note(f"{call} was refused")
            raise RuntimeError(f"{call}: there is no Colab, and no personal file or secret, where this is graded")

        return refuse
