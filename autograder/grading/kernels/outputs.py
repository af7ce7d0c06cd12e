"""What a cell shows, as notebook outputs, never more than a fixed number of bytes.

A flood is cut where the room ends and says so once; text printed after that costs nothing.
"""

from __future__ import annotations

import base64
import io
import json
from typing import Any

_CUT = "\n… output cut: this notebook printed more than it may …\n"
_KEPT_TYPES = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/latex",
    "image/png",
    "image/jpeg",
    "image/svg+xml",
    "application/json",
)


class Recorder:
    """Collects the outputs of one cell; the room is shared by all cells of the notebook."""

    def __init__(self, room_bytes: int) -> None:
        self.room_bytes = room_bytes
        self.outputs: list[dict[str, Any]] = []
        self._cut = False

    def start(self) -> None:
        """Forget the outputs of the cell before."""
        self.outputs = []

    def stream(self, name: str, text: str) -> None:
        """Record printed text; neighbouring pieces of one stream become one output."""
        text = self._fit(text)
        if not text:
            return
        last = self.outputs[-1] if self.outputs else None
        if last is None or last["output_type"] != "stream" or last["name"] != name:
            last = {"output_type": "stream", "name": name, "parts": []}
            self.outputs.append(last)
        last["parts"].append(text)

    def display(self, data: dict[str, Any], *, result: int | None = None) -> None:
        """Record something shown: the value of the cell (with its execution count) or a display."""
        kept = {kind: _as_json(data[kind]) for kind in _KEPT_TYPES if kind in data}
        size = len(json.dumps(kept))
        if size > self.room_bytes:
            self._cut_here()
            return
        self.room_bytes -= size
        output: dict[str, Any] = {"output_type": "display_data", "data": kept, "metadata": {}}
        if result is not None:
            output |= {"output_type": "execute_result", "execution_count": result}
        self.outputs.append(output)

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        """Record an exception."""
        lines = self._fit("\n".join(traceback)).split("\n")
        self.outputs.append({"output_type": "error", "ename": ename, "evalue": evalue, "traceback": lines})

    def finished(self) -> list[dict[str, Any]]:
        """The outputs since `start`, in the form of a notebook file."""
        for output in self.outputs:
            if "parts" in output:
                output["text"] = "".join(output.pop("parts"))
        return self.outputs

    def _fit(self, text: str) -> str:
        """As much of text as there is room for."""
        if self._cut:
            return ""
        if len(text) <= self.room_bytes:
            self.room_bytes -= len(text)
            return text
        self._cut = True
        text, self.room_bytes = text[: self.room_bytes], 0
        return text + _CUT

    def _cut_here(self) -> None:
        if not self._cut:
            self._cut = True
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": _CUT})


class Stream(io.TextIOBase):
    """A standard stream of the student's process that writes into the recorder."""

    encoding = "utf-8"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Never: progress bars and pagers should stay plain."""
        return False

    def write(self, text: str) -> int:
        """Record text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.stream(self._name, text)
        return len(text)


def _as_json(value: Any) -> Any:
    """A display's content as JSON can hold it: pictures become base64, as in notebook files."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return str(value)
    return value
