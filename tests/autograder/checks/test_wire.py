"""What crosses the wire: plain values survive, everything else is refused, and no message can cost much."""

import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.wire import DTYPES, Limits, WireError, decode, encode

numbers = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
plain = st.recursive(
    numbers,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(plain)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_plain_values_survive(value: object) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3), (1, 2, 3, 4)], ids=str)
def test_tensors_survive(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    x = (torch.arange(math.prod(shape)) % 5 - 2).reshape(shape).to(dtype)
    back = decode(encode({"x": x.transpose(0, -1) if x.ndim > 1 else x}))["x"]
    assert back.dtype == dtype
    assert torch.equal(back, x.transpose(0, -1) if x.ndim > 1 else x)


def test_infinities_and_nan_survive() -> None:
    back = decode(encode([math.inf, -math.inf, math.nan, torch.tensor([math.nan, 1.0])]))
    assert back[0] == math.inf
    assert back[1] == -math.inf
    assert math.isnan(back[2])
    assert torch.isnan(back[3][0])


class Sly(int):
    """An int that says it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Sly(3),
        {1: 2},
        {"f": print},
        torch.zeros(2, dtype=torch.complex64),
        torch.nn.Parameter(torch.zeros(1)),
        b"x",
    ],
    ids=lambda v: type(v).__name__,
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(WireError):
        encode(value)


def message(header: object, body: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "big") + text + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 8,
        message(["tensor", ["float32", [1 << 40]]]),
        message(["tensor", ["float32", [2]]], b"\0" * 4),
        message(["tensor", ["float32", [-1]]]),
        message(["tensor", ["float32", [1] * 20]], b"\0" * 4),
        message(["tensor", ["object", [1]]], b"\0" * 8),
        message(["pickle", "gASVBQAAAAAAAABLAS4="]),
        message(["int", "9" * 5_000]),
        message(["int", "__import__('os')"]),
        message(["list", 3]),
        message({"a": 1}),
        message(1, b"left over"),
        (4).to_bytes(8, "big") + b"[[[[",
        (2).to_bytes(8, "big") + b"\xff\xfe",
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data)


def test_a_deep_message_is_refused() -> None:
    value: object = 1
    for _ in range(40):
        value = [value]
    with pytest.raises(WireError, match="deeper"):
        encode(value)
    deep = "1"
    for _ in range(5_000):
        deep = f'["list",[{deep}]]'
    with pytest.raises(WireError):
        decode(len(deep).to_bytes(8, "big") + deep.encode())


def test_limits_are_the_readers() -> None:
    data = encode(torch.zeros(1000))
    with pytest.raises(WireError, match="bytes"):
        decode(data, Limits(total_bytes=100))
    with pytest.raises(WireError, match="tensors"):
        decode(encode([torch.zeros(1)] * 3), Limits(tensors=2))
    with pytest.raises(WireError, match="values"):
        decode(encode({"a": [1, 2, 3]}), Limits(values=4))
    assert decode(encode({"a": [1, 2, 3]}), Limits(values=5)) == {"a": [1, 2, 3]}
    for text in ("x" * 11, {"x" * 11: 1}):
        with pytest.raises(WireError, match="11 characters"):
            decode(encode(text), Limits(characters=10))


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_noise_never_does_more_than_raise(noise: bytes) -> None:
    with pytest.raises(WireError):
        decode(noise + b"\xff")
