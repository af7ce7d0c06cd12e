"""From what a student's code returned to plain data that may be compared.

Guarantees: the result holds only what :mod:`autograder.checks.wire` can write. Tensors keep dtype and values and come
to the CPU; numbers of NumPy become Python's; what is neither is described by its kind, ``{"$kind": "ndarray", ...}``,
so that the report can say what arrived. Nothing is compared, printed or pickled here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograder.checks.wire import NAMES, Plain

MAX_ELEMENTS = 30_000_000
MAX_TEXT = 10_000
MAX_ITEMS = 10_000


def to_plain(value: Any, depth: int = 0) -> Plain:
    """Describe any object as plain data.

    Args:
        value: what a student's function returned.
        depth: how deep in containers it stands.

    Returns:
        Plain data; ``{"$kind": name}`` for what has no plain form.
    """
    if value is None or (isinstance(value, bool | int | float) and type(value) in (bool, int, float)):
        return value
    if type(value) is str:
        return value[:MAX_TEXT]
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    if isinstance(value, np.ndarray):
        return _array(value)
    if depth < 8 and type(value) in (list, tuple) and len(value) <= MAX_ITEMS:
        items = [to_plain(item, depth + 1) for item in value]
        return items if type(value) is list else tuple(items)
    if depth < 8 and isinstance(value, tuple) and len(value) <= MAX_ITEMS:  # torch.Size and named tuples
        return tuple(to_plain(item, depth + 1) for item in tuple(value))
    if depth < 8 and isinstance(value, dict) and len(value) <= MAX_ITEMS and all(type(k) is str for k in value):
        return {key: to_plain(item, depth + 1) for key, item in value.items()}
    return {"$kind": type(value).__name__[:80]}


def kind_of(value: Plain) -> str:
    """The kind of a plain value in words, such as ``a tensor`` or ``a NumPy array``."""
    if isinstance(value, dict) and "$kind" in value:
        return {"ndarray": "a NumPy array", "module": "a module"}.get(
            value["$kind"], f"an object of type {value['$kind']}"
        )
    if value is None:
        return "None"
    names = {torch.Tensor: "a tensor", int: "an int", float: "a float", bool: "a bool", str: "a string"}
    names |= {list: "a list", tuple: "a tuple", dict: "a dict"}
    return names.get(type(value), type(value).__name__)


def _tensor(value: torch.Tensor) -> Plain:
    """A tensor without its class, graph and device; only its kind when it is not dense or too large."""
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        if value.layout != torch.strided or value.dtype not in NAMES:
            return {"$kind": f"{value.layout} tensor of {value.dtype}".replace("torch.", "")}
        if value.device.type == "meta":
            return {"$kind": "meta", "dtype": NAMES[value.dtype], "shape": list(value.shape)}
        if value.numel() > MAX_ELEMENTS:
            return {"$kind": "huge tensor", "shape": list(value.shape)}
        plain = torch.empty(value.shape, dtype=value.dtype)
        plain.copy_(value.detach())
        return plain


def _array(value: np.ndarray) -> Plain:
    try:
        return {"$kind": "ndarray", "value": _tensor(torch.from_numpy(np.ascontiguousarray(value)))}
    except TypeError:
        return {"$kind": f"ndarray of {value.dtype}"}
