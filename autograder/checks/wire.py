"""Plain values as bytes, and back: the only thing that crosses between a student's process and the judge.

Guarantees: nothing but the kinds of :data:`Plain` can be written or read; reading never runs code (no pickle, no
``repr``, no ``eval``), and a message that is too large, too deep or not well formed raises :class:`WireError` before
memory is taken for it. Format: an 8-byte header length, a JSON header in which tensors are numbered, then the
tensors' bytes in order.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch

Plain: TypeAlias = Any  # None | bool | int | float | str | list | tuple | dict[str, Plain] | torch.Tensor

DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float64,
        torch.float32,
        torch.float16,
        torch.bfloat16,
        torch.int64,
        torch.int32,
        torch.int16,
        torch.int8,
        torch.uint8,
        torch.bool,
    )
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


class WireError(ValueError):
    """A value that may not cross, or a message that is not one."""


@dataclass(frozen=True)
class Limits:
    """What a message may hold at most; the largest exercise, a ResNet, replies with 5,000 values and 100 tensors."""

    total_bytes: int = 256 << 20
    header_bytes: int = 2 << 20
    values: int = 40_000
    tensors: int = 2_000
    characters: int = 20_000
    dimensions: int = 8
    depth: int = 32
    integer_digits: int = 4_000


DEFAULT_LIMITS = Limits()


def encode(value: Plain) -> bytes:
    """Write a plain value.

    Args:
        value: None, bool, int, float, str, list, tuple, dict with str keys, or tensors, nested.

    Returns:
        The message.

    Raises:
        WireError: for any other kind of value, named with the place where it stands.
    """
    tensors: list[torch.Tensor] = []
    header = json.dumps(_pack(value, tensors, "value", 0)).encode()
    parts = [len(header).to_bytes(8, "big"), header]
    parts += [_bytes_of(tensor) for tensor in tensors]
    return b"".join(parts)


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Plain:
    """Read a message.

    Args:
        data: what :func:`encode` wrote, or anything at all.
        limits: the largest message that is accepted.

    Returns:
        The value; tensors are on the CPU and own their memory.

    Raises:
        WireError: when the message is too large or is not well formed.
    """
    if len(data) > limits.total_bytes:
        raise WireError(f"message of {len(data):,} bytes; at most {limits.total_bytes:,} are read")
    if len(data) < 8:
        raise WireError("message without a header")
    size = int.from_bytes(data[:8], "big")
    if size > limits.header_bytes or 8 + size > len(data):
        raise WireError(f"header of {size:,} bytes in a message of {len(data):,}")
    try:
        header = json.loads(data[8 : 8 + size])
        reader = _Reader(memoryview(data)[8 + size :], limits)
        value = reader.unpack(header, 0)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise WireError(f"header is not readable: {error}") from None
    if reader.offset != len(reader.body):
        raise WireError("bytes left over after the last tensor")
    return value


def _pack(value: Plain, tensors: list[torch.Tensor], where: str, depth: int) -> Any:
    """One value as JSON: numbers and text as they are, everything else as ``[kind, content]``."""
    if depth > DEFAULT_LIMITS.depth:
        raise WireError(f"{where} is nested deeper than {DEFAULT_LIMITS.depth} levels")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return ["int", str(value)] if abs(value) >= 1 << 53 else value
    if kind is float:
        return value if math.isfinite(value) else ["float", str(value)]
    if kind in (list, tuple):
        return [kind.__name__, [_pack(v, tensors, f"{where}[{i}]", depth + 1) for i, v in enumerate(value)]]
    if kind is dict and all(type(key) is str for key in value):
        return ["dict", {key: _pack(v, tensors, f"{where}[{key!r}]", depth + 1) for key, v in value.items()}]
    if kind is torch.Tensor and value.dtype in NAMES:
        tensors.append(value.detach().cpu().contiguous())
        return ["tensor", [NAMES[value.dtype], list(value.shape)]]
    raise WireError(f"{where} is a {kind.__name__}, which is not plain data")


def _bytes_of(tensor: torch.Tensor) -> bytes:
    return tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


class _Reader:
    """Rebuilds values from a header, taking tensors' bytes from ``body`` in order."""

    def __init__(self, body: memoryview, limits: Limits) -> None:
        self.body = body
        self.limits = limits
        self.offset = 0
        self.values = 0
        self.tensors = 0

    def unpack(self, packed: Any, depth: int) -> Plain:
        if depth > self.limits.depth:
            raise WireError(f"message is nested deeper than {self.limits.depth} levels")
        self.values += 1
        if self.values > self.limits.values:
            raise WireError(f"more than {self.limits.values:,} values")
        if packed is None or type(packed) in (bool, int, float):
            return packed
        if type(packed) is str:
            return self._text(packed)
        if type(packed) is not list or len(packed) != 2:
            raise WireError("a value that is neither plain nor marked with its kind")
        kind, content = packed
        if kind == "int" and type(content) is str and len(content) <= self.limits.integer_digits:
            return self._integer(content)
        if kind == "float" and content in ("nan", "inf", "-inf"):
            return float(content)
        if kind in ("list", "tuple") and type(content) is list:
            items = [self.unpack(item, depth + 1) for item in content]
            return items if kind == "list" else tuple(items)
        if kind == "dict" and type(content) is dict:
            return {self._text(key): self.unpack(item, depth + 1) for key, item in content.items()}
        if kind == "tensor":
            return self._tensor(content)
        raise WireError("a value of a kind that is not plain data")

    def _text(self, text: str) -> str:
        if len(text) > self.limits.characters:
            raise WireError(f"a text of {len(text):,} characters; at most {self.limits.characters:,} are read")
        return text

    def _integer(self, digits: str) -> int:
        if not digits.removeprefix("-").isascii() or not digits.removeprefix("-").isdigit():
            raise WireError("an integer that is not one")
        return int(digits)

    def _tensor(self, content: Any) -> torch.Tensor:
        if type(content) is not list or len(content) != 2 or content[0] not in DTYPES or type(content[1]) is not list:
            raise WireError("a tensor without dtype and shape")
        dtype, shape = DTYPES[content[0]], content[1]
        if len(shape) > self.limits.dimensions or any(type(n) is not int or n < 0 for n in shape):
            raise WireError(f"a tensor of {len(shape)} dimensions; at most {self.limits.dimensions} are read")
        self.tensors += 1
        if self.tensors > self.limits.tensors:
            raise WireError(f"more than {self.limits.tensors:,} tensors")
        size = math.prod(shape) * dtype.itemsize
        if self.offset + size > len(self.body):
            raise WireError("a tensor that is larger than its bytes")
        raw = bytearray(self.body[self.offset : self.offset + size])
        self.offset += size
        flat = torch.frombuffer(raw, dtype=torch.uint8) if size else torch.empty(0, dtype=torch.uint8)
        return flat.view(dtype).reshape(shape)
