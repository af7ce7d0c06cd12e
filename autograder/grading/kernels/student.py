"""One submission's processes as the trusted side sees them: cells to execute, questions to ask, and an end."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.grading.isolation import workdirs
from autograder.grading.kernels.channel import Channel, ChannelClosed, ChannelError, ChannelTimeout, pair
from autograder.grading.kernels.limits import Limits

_HEADER_BYTES = 64 << 10
_KEEPER_SECONDS = 60.0
_FORK_SECONDS = 20.0


class Died(Exception):
    """A student's process is of no use any more; the message says what happened to it, as a reader will see it."""


@dataclass(frozen=True)
class CellResult:
    """What executing one cell gave.

    Attributes:
        outputs: as in a notebook file.
        error: name, message and line of the exception that ended it.
        seconds: wall time, measured outside.
        died: what happened to the process, when the cell cost it its life.
        notes: what was left out of it.
    """

    outputs: tuple[dict[str, Any], ...] = ()
    error: tuple[str, str, int | None] | None = None
    seconds: float = 0.0
    died: str | None = None
    notes: tuple[str, ...] = ()


class Questions:
    """A copy of the student's process that answers the judge about one exercise."""

    def __init__(self, channel: Channel, limits: Limits, reason: Any) -> None:
        self._channel = channel
        self._limits = limits
        self._reason = reason

    def ask(self, name: str, payload: bytes, seconds: float | None = None) -> bytes:
        """Put one encoded request to the student's function or class.

        Args:
            name: what the exercise is called.
            payload: the request.
            seconds: how long the answer may take; None takes the submission's limit.

        Returns:
            The encoded reply, exactly as the process sent it: nothing in it is to be trusted.

        Raises:
            Died: there will be no answer, from now on.
        """
        seconds = self._limits.ask_seconds if seconds is None else seconds
        try:
            self._channel.send({"op": "ask", "name": name}, payload, seconds=seconds)
            message = self._channel.receive(self._limits.reply_bytes, seconds=seconds)
        except ChannelTimeout:
            self._channel.close()
            raise Died(f"no answer within {seconds:g} s") from None
        except ChannelError as error:
            self._channel.close()
            raise Died(self._reason(error)) from None
        if "failed" in message.header:
            raise Died(f"it could not answer: {str(message.header['failed'])[:300]}")
        return message.body


class Student:
    """The processes of one submission. After `close` nothing they started is alive and no file is left."""

    def __init__(self, data: Channel, control: Channel, work: Path, limits: Limits) -> None:
        self.work = work
        self.limits = limits
        self.survivors = 0
        self._data = data
        self._control = control
        self._ended: str | None = None

    @property
    def alive(self) -> bool:
        """Whether it can still be asked for something."""
        return self._ended is None

    def execute(self, source: str, seconds: float | None = None) -> CellResult:
        """Execute one cell.

        Args:
            source: its text.
            seconds: how long it may take; None takes the submission's limit.

        Returns:
            What it showed and how it ended; a cell that costs the process its life says so.
        """
        seconds = self.limits.cell_seconds if seconds is None else seconds
        started = time.monotonic()
        try:
            self._data.send({"op": "execute", "source": source}, seconds=seconds)
            answer = self._data.receive(_output_bytes(self.limits), seconds=seconds).header
            error, seconds_used = _error_of(answer.get("error")), time.monotonic() - started
            return CellResult(
                _outputs_of(answer.get("outputs")), error, seconds_used, None, _notes_of(answer.get("notes"))
            )
        except ChannelTimeout:
            died = f"stopped after {seconds:g} s"
            self.close(died)
        except ChannelError as failure:
            died = self._why(failure)
        return CellResult(seconds=time.monotonic() - started, died=died)

    @contextlib.contextmanager
    def questions(self) -> Iterator[Questions]:
        """Fork a copy that answers about one exercise; whatever happens to it, this process stays as it is.

        Raises:
            Died: there is no process left to copy.
        """
        channel, theirs = pair()
        try:
            with theirs:
                self._data.send({"op": "fork"}, fds=(theirs.fileno(),), seconds=_FORK_SECONDS)
            if "forked" not in self._data.receive(_HEADER_BYTES, seconds=_FORK_SECONDS).header:
                raise ChannelError("it did not copy itself")
        except ChannelError as error:
            channel.close()
            raise Died(self._why(error)) from None
        try:
            yield Questions(channel, self.limits, self._why_copy)
        finally:
            channel.close()
            self._trim()

    def close(self, reason: str = "it was ended") -> None:
        """End all processes and remove the folder."""
        if self._ended is not None:
            return
        self._ended = reason
        self._data.close()
        with contextlib.suppress(ChannelError):
            self._control.send({"op": "end"}, seconds=_KEEPER_SECONDS)
        self._await_end()

    def __enter__(self) -> Student:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _await_end(self) -> str | None:
        """Wait for the keeper's last word; without one, the server has gone and its processes with it."""
        ended = None
        with contextlib.suppress(ChannelError):
            while True:
                header = self._control.receive(_HEADER_BYTES, seconds=_KEEPER_SECONDS).header
                if "ended" in header:
                    ended, self.survivors = header["ended"], header["survivors"]
                    break
        self._put_away()
        return ended

    def _put_away(self) -> None:
        self._data.close()
        self._control.close()
        workdirs.remove(self.work)

    def _why(self, failure: ChannelError) -> str:
        """Take leave of a process that is broken, and say what happened to it."""
        if self._ended is None:
            self._ended = str(failure)
            self._data.close()
            if not isinstance(failure, ChannelClosed):
                with contextlib.suppress(ChannelError):
                    self._control.send({"op": "end"}, seconds=_KEEPER_SECONDS)
            self._ended = self._await_end() or str(failure)
        return self._ended

    def _why_copy(self, failure: ChannelError) -> str:
        if isinstance(failure, ChannelClosed):
            return "the process ended while it answered"
        return str(failure)

    def _trim(self) -> None:
        """End everything but the process itself: copies, and what they started."""
        if self._ended is None:
            try:
                self._control.send({"op": "trim"}, seconds=_KEEPER_SECONDS)
                header = self._control.receive(_HEADER_BYTES, seconds=_KEEPER_SECONDS).header
            except ChannelError as error:
                self._why(error)
            else:
                if "ended" in header:
                    self._ended, self.survivors = str(header["ended"]), header["survivors"]
                    self._put_away()


def _output_bytes(limits: Limits) -> int:
    return 8 * limits.output_bytes + _HEADER_BYTES


def _outputs_of(given: Any) -> tuple[dict[str, Any], ...]:
    """The outputs a process claims, as far as they have the form of outputs."""
    if not isinstance(given, list):
        return ()
    return tuple(output for output in given if isinstance(output, dict) and _is_output(output))


def _is_output(output: dict[str, Any]) -> bool:
    kind = output.get("output_type")
    if kind == "stream":
        return output.get("name") in ("stdout", "stderr") and isinstance(output.get("text"), str)
    if kind == "error":
        lines = output.get("traceback")
        named = isinstance(output.get("ename"), str) and isinstance(output.get("evalue"), str)
        return named and isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    return kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict)


def _error_of(given: Any) -> tuple[str, str, int | None] | None:
    if not isinstance(given, list) or len(given) != 3:
        return None
    name, message, line = given
    return str(name)[:200], str(message)[:2_000], line if type(line) is int and 0 < line < math.inf else None


def _notes_of(given: Any) -> tuple[str, ...]:
    return tuple(str(note)[:200] for note in given[:50]) if isinstance(given, list) else ()
