"""Says up to which layer two networks agree: "agrees up to layer2.0.conv2, then differs by 3e-1".

Guarantees: layers are compared in the reference's order of execution, by role; only samples of each layer's output
cross.
"""

from __future__ import annotations

from typing import Any

import torch

from autograder.checks.cases import Ask
from autograder.checks.comparing.values import close
from autograder.checks.driver import drive
from autograder.checks.driver.leaf import tensor_paths
from autograder.checks.wire import Plain


def parting(
    reference: Any, ask: Ask, requests: list[Plain], trace: Plain, names: dict[str, str], dtype: torch.dtype
) -> str:
    """Compare two runs layer by layer.

    Args:
        reference: the reference's builder.
        ask: reaches the student's side.
        requests: the run for the reference and for the student, with weights already assigned.
        trace: of the reference.
        names: reference's tensor name → student's.
        dtype: of the run.

    Returns:
        A sentence; "" when all recorded layers agree.
    """
    paths = {leaf["path"]: _owner(names[tensor_paths(leaf)[0]]) for leaf in trace["leaves"]}
    alone = {path for path, theirs in paths.items() if list(paths.values()).count(theirs) == 1}
    order = [path for i in dict.fromkeys(trace["order"]) if (path := trace["leaves"][i]["path"]) in alone]
    ours = _recorded(drive.answer(reference, _recording(requests[0], list(paths))))
    theirs = _recorded(ask(_recording(requests[1], list(paths.values()))))
    agreed = ""
    for path in order:
        want, got = ours.get(path), theirs.get(paths[path])
        if want is None or got is None:
            continue
        mine = f"{path} (yours: {paths[path]})" if paths[path] != path else path
        if want.shape != got.shape or not bool(close(want, got, dtype).all()):
            by = f"by {float((want - got).abs().max()):.0e}" if want.shape == got.shape else "in shape"
            before = f"it agrees up to {agreed}, then differs" if agreed else "already the first layer differs"
            return f"Layer by layer {before} {by} at {mine}."
        agreed = mine
    return "Layer by layer all outputs agree: the difference comes after the last layer." if agreed else ""


def _owner(tensor: str) -> str:
    return tensor.rpartition(".")[0]


def _recording(request: Plain, paths: list[str]) -> Plain:
    steps = [{**s, "record": paths} if s["do"] == "forward" else s for s in request["steps"]]
    last = max(i for i, step in enumerate(steps) if step["do"] == "forward")
    return {**request, "steps": steps[: last + 1]}


def _recorded(reply: Plain) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = reply["steps"][-1].get("layers", {})
    return found
