"""Length-prefixed messages over a Unix socket; nothing received is trusted, every size and every wait is bounded.

A message is a JSON header, a body of bytes and, on the way to a child, file descriptors. Whoever receives says how many
bytes it will take; a longer announcement is refused before a byte of it is read.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

_PREFIX = struct.Struct("!II")
_CHUNK_BYTES = 1 << 20


class ChannelError(Exception):
    """The other side is not a partner any more; the message says why."""


class ChannelClosed(ChannelError):
    """The other side has gone."""


class ChannelTimeout(ChannelError):
    """The other side did not answer, or did not read, in time."""


@dataclass(frozen=True)
class Message:
    """One message as it arrived: header, body and descriptors that came with it."""

    header: dict[str, Any]
    body: bytes = b""
    fds: tuple[int, ...] = ()


class Channel:
    """One end of a stream socket that carries messages."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def fileno(self) -> int:
        """The descriptor, for `select`."""
        return self.sock.fileno()

    def close(self) -> None:
        """Close this end; the other end sees it."""
        self.sock.close()

    def send(
        self, header: dict[str, Any], body: bytes = b"", *, fds: tuple[int, ...] = (), seconds: float | None = None
    ) -> None:
        """Send one message.

        Args:
            header: what JSON can hold.
            body: raw bytes.
            fds: descriptors the receiver gets copies of.
            seconds: how long the other side may take to read it; None waits for ever.

        Raises:
            ChannelClosed: nobody is there.
            ChannelTimeout: the other side does not read.
        """
        head = json.dumps(header).encode()
        start = _PREFIX.pack(len(head), len(body)) + head
        try:
            self.sock.settimeout(seconds)
            sent = socket.send_fds(self.sock, [start], list(fds)) if fds else self.sock.send(start)
            for rest in filter(
                None, (start[sent:], body)
            ):  # nothing sent to one who has read it all and left fails too
                self.sock.sendall(rest)
        except TimeoutError as error:
            raise ChannelTimeout(f"it did not read its next task within {seconds:g} s") from error
        except OSError as error:
            raise ChannelClosed("its connection is closed") from error

    def arrived(self, seconds: float | None) -> bool:
        """Whether something can be read, or the other side has gone, within some seconds; None waits for ever."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def receive(self, limit_bytes: int, *, seconds: float | None = None, fds: int = 0) -> Message:
        """Wait for one message.

        Args:
            limit_bytes: header and body together may not be longer.
            seconds: how long to wait for all of it; None waits for ever.
            fds: how many descriptors may come with it.

        Raises:
            ChannelClosed: the other side has gone, or went in the middle of a message.
            ChannelTimeout: not all of it arrived in time.
            ChannelError: it is too long, or its header is no JSON object.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        received: list[int] = []
        prefix = self._read(_PREFIX.size, deadline, received, fds)
        head_bytes, body_bytes = _PREFIX.unpack(prefix)
        if head_bytes + body_bytes > limit_bytes:
            raise ChannelError(f"it sent {head_bytes + body_bytes:,} bytes where at most {limit_bytes:,} are read")
        head = self._read(head_bytes, deadline)
        body = self._read(body_bytes, deadline)
        try:
            header = json.loads(bytes(head))
        except (ValueError, RecursionError) as error:
            raise ChannelError("it sent a message that cannot be read") from error
        if not isinstance(header, dict):
            raise ChannelError(f"it sent a {type(header).__name__} where a message was expected")
        return Message(header, bytes(body), tuple(received))

    def _read(self, count: int, deadline: float | None, received: list[int] | None = None, fds: int = 0) -> bytearray:
        data = bytearray()
        while len(data) < count:
            wait = None if deadline is None else max(deadline - time.monotonic(), 0.001)
            try:
                self.sock.settimeout(wait)
                if received is not None and fds:
                    chunk, new, _, _ = socket.recv_fds(self.sock, count - len(data), fds)
                    received.extend(new)
                else:
                    chunk = self.sock.recv(min(count - len(data), _CHUNK_BYTES))
            except TimeoutError as error:
                raise ChannelTimeout("it did not answer in time") from error
            except OSError as error:
                raise ChannelClosed("its connection broke") from error
            if not chunk:
                raise ChannelClosed("its connection closed")
            data += chunk
            if deadline is not None and time.monotonic() > deadline:
                raise ChannelTimeout("it did not answer in time")
        return data


def pair() -> tuple[Channel, socket.socket]:
    """A connected pair: a channel to keep, a socket to give away."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Channel(mine), theirs
