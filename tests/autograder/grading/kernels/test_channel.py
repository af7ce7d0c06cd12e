"""Messages between the trusted side and a process that may send anything."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator

import pytest

from autograder.grading.kernels.channel import Channel, ChannelClosed, ChannelError, ChannelTimeout, pair


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    ours, theirs = pair()
    other = Channel(theirs)
    yield ours, other
    ours.close()
    other.close()


def raw(channel: Channel, head: bytes, body_bytes: int = 0, head_bytes: int | None = None) -> None:
    channel.sock.sendall(struct.pack("!II", len(head) if head_bytes is None else head_bytes, body_bytes) + head)


def test_what_is_sent_arrives(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    ours.send({"op": "ask", "name": "conv2d"}, b"\x00\xff")
    message = theirs.receive(1000, seconds=60)
    assert message.header == {"op": "ask", "name": "conv2d"}
    assert message.body == b"\x00\xff"


def test_a_reader_that_leaves_once_it_has_read_all_is_no_failure(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends

    class ReadAtOnce:
        """The reader is as quick as can be."""

        settimeout = ours.sock.settimeout
        sendall = ours.sock.sendall

        def send(self, data: bytes) -> int:
            sent = ours.sock.send(data)
            assert theirs.receive(1000, seconds=60).header == {"ended": None}
            theirs.close()
            return sent

    Channel(ReadAtOnce()).send({"ended": None})  # type: ignore[arg-type]


def test_messages_sent_back_to_back_stay_apart(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    ours.send({"n": 1}, b"one")
    ours.send({"n": 2})
    assert theirs.receive(1000, seconds=60).body == b"one"
    assert theirs.receive(1000, seconds=60).header == {"n": 2}


def test_descriptors_travel(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    reading, writing = os.pipe()
    ours.send({"op": "fork"}, fds=(writing,))
    (copy,) = theirs.receive(1000, seconds=60, fds=2).fds
    os.write(copy, b"through the copy")
    assert os.read(reading, 100) == b"through the copy"
    for descriptor in (reading, writing, copy):
        os.close(descriptor)


def test_a_message_longer_than_allowed_is_refused_unread(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    raw(ours, b"", body_bytes=4_000_000_000)
    with pytest.raises(ChannelError, match="4,000,000,000 bytes where at most 1,000"):
        theirs.receive(1000, seconds=60)


@pytest.mark.parametrize("head", [b"not json", b"[1]", b"[" * 50_000, b"\xff\xfe", b"9" * 10_000])
def test_a_header_that_is_no_object_is_an_error_of_the_channel(ends: tuple[Channel, Channel], head: bytes) -> None:
    ours, theirs = ends
    raw(ours, head)
    with pytest.raises(ChannelError):
        theirs.receive(1_000_000, seconds=60)


def test_silence_ends_in_a_timeout(ends: tuple[Channel, Channel]) -> None:
    with pytest.raises(ChannelTimeout, match="did not answer in time"):
        ends[0].receive(1000, seconds=0.05)


def test_a_message_that_stops_in_the_middle_ends_in_a_timeout(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    raw(ours, b"{", head_bytes=100)
    with pytest.raises(ChannelTimeout):
        theirs.receive(1000, seconds=0.05)


def test_the_end_of_the_other_side_is_told_apart(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    theirs.close()
    with pytest.raises(ChannelClosed):
        ours.receive(1000, seconds=60)


def test_a_reader_that_does_not_read_cannot_hold_the_sender(ends: tuple[Channel, Channel]) -> None:
    ours, _ = ends
    with pytest.raises(ChannelTimeout, match=r"did not read its next task within 0\.05 s"):
        ours.send({}, bytes(64 << 20), seconds=0.05)


def test_only_as_many_descriptors_as_expected_are_taken() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        socket.send_fds(ours, [struct.pack("!II", 2, 0)], [0, 1, 2])
        ours.sendall(b"{}")
        message = Channel(theirs).receive(100, seconds=60)
        assert message.fds == ()
