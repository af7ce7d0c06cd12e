"""The IPython shell that student cells run in: everything a notebook may use, recorded, and no way to a system shell.

Magics, top-level await, displays and figures work. Shell lines, installs and folder changes do nothing and are noted.
"""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass, field
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

from autograder.grading.kernels import colab, figures
from autograder.grading.kernels.outputs import Recorder, Stream

_SILENT_LINE_MAGICS = (
    "cd", "pip", "conda", "mamba", "micromamba", "uv", "sx", "system", "sc", "shell", "matplotlib", "pylab",
    "tensorflow_version", "autoreload", "bookmark", "pushd", "popd", "edit", "notebook", "logstart",
)  # fmt: skip
_SILENT_CELL_MAGICS = (
    "bash", "sh", "script", "sx", "system", "shell", "perl", "ruby", "python2", "pypy", "cmd",
)  # fmt: skip
_TEXT_CHARS = 2_000
_NOTES = 50


@dataclass
class Outcome:
    """What one cell did, as plain data."""

    outputs: list[dict[str, Any]]
    error: list[Any] | None = None
    notes: list[str] = field(default_factory=list)


class _Hook(DisplayHook):
    """The value of a cell becomes an output instead of text on a terminal."""

    recorder: Recorder

    def write_output_prompt(self) -> None:
        """Outputs carry their number themselves."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Record the value in all its forms."""
        self.recorder.display(format_dict, result=getattr(self.shell, "execution_count", None))


class _Publisher(DisplayPublisher):
    """`display` becomes an output."""

    recorder: Recorder

    def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
        """Record what is displayed."""
        self.recorder.display(data)

    def clear_output(self, wait: bool = False) -> None:
        """Drop the cell's outputs so far, as a notebook does."""
        self.recorder.start()


class StudentShell(InteractiveShell):
    """A shell without terminal, history, or a way to run programs."""

    displayhook_class = _Hook
    display_pub_class = _Publisher

    def prepare(self, recorder: Recorder) -> None:
        """Record into recorder from now on, and leave out what a notebook may not do here."""
        self.recorder = recorder
        self.notes: list[str] = []
        self.displayhook.recorder = recorder
        self.display_pub.recorder = recorder
        self.InteractiveTB.set_mode("Plain")
        colab.install(self.note)
        for magic in _SILENT_LINE_MAGICS:
            self.register_magic_function(self._silent_line(magic), "line", magic)
        for magic in _SILENT_CELL_MAGICS:
            self.register_magic_function(self._silent_cell(magic), "cell", magic)

    def note(self, text: str) -> None:
        """Remember one line about something that was left out."""
        if len(self.notes) < _NOTES:
            self.notes.append(text[:200])

    def system(self, cmd: str) -> None:
        """Leave a shell line out."""
        self.note(f"!{cmd} was not run")

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Leave a shell line out; its output is empty."""
        self.system(cmd)
        return SList() if split else ""

    def _silent_line(self, magic: str) -> Any:
        def skip(line: str) -> None:
            if magic not in ("matplotlib", "autoreload"):
                self.note(f"%{magic} {line} was not run")

        return skip

    def _silent_cell(self, magic: str) -> Any:
        def skip(line: str, cell: str) -> None:
            self.note(f"%%{magic} {line} was not run")

        return skip

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        """Record an exception instead of printing it."""
        self.recorder.error(_short(etype.__name__), _text(evalue), list(stb))

    def run(self, source: str) -> Outcome:
        """Execute one cell.

        Args:
            source: the cell's text.

        Returns:
            Its outputs, and the exception as [name, message, line in the cell] where there was one.
        """
        self.recorder.start()
        self.notes = []
        stdout, stderr = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream(self.recorder, "stdout"), Stream(self.recorder, "stderr")
        try:
            result = self.run_cell(source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
            figures.show()
        except BaseException as failure:  # a figure that cannot be drawn, a broken hook
            error = failure
            self.recorder.error(_short(type(failure).__name__), _text(failure), [])
        finally:
            sys.stdout, sys.stderr = stdout, stderr
        return Outcome(self.recorder.finished(), _describe(error), self.notes)


def make_shell() -> StudentShell:
    """Create the process's one shell; costs no thread and no file."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.cache_size = 0
    return StudentShell.instance(config=config)


def _describe(error: BaseException | None) -> list[Any] | None:
    if error is None:
        return None
    if isinstance(error, SyntaxError):
        line = error.lineno
    else:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((frame.lineno for frame in reversed(frames) if "ipython-input" in frame.filename), None)
    return [_short(type(error).__name__), _text(error), line]


def _short(text: str) -> str:
    return text[:200]


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_TEXT_CHARS]
    except BaseException:
        return "(its message cannot be printed)"
