"""``parameter_audit``: where the parameters of a model sit, counted once each, whatever the model is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.wire import Plain

Audited = dict[str, int]


def reference(model: nn.Module) -> Audited:
    """Parameters of convolutions, of linear layers, and all others."""
    return counted(model)


def counted(
    model: nn.Module,
    *,
    exact: bool = False,
    shallow: bool = False,
    twice: bool = False,
    learning: bool = False,
    buffers: bool = False,
    biases: bool = True,
    vectors: bool = True,
    own: bool = True,
    tensors: bool = False,
    by_shape: bool = False,
    other: bool = True,
    size: Callable[[Any], int] = lambda p: int(p.numel()),
) -> Audited:
    """The count with switches, each of which makes one mistake."""
    found = {"conv": 0, "linear": 0, "other": 0}
    seen: set[int] = set()
    parts = [model, *model.children()] if shallow else list(model.modules())
    for part in parts:
        for name, tensor in [*part._parameters.items(), *(part._buffers.items() if buffers else ())]:
            if tensor is None or (id(tensor) in seen and not twice) or (learning and not tensor.requires_grad):
                continue
            seen.add(id(tensor))
            kind = _kind_by_shape(tensor) if by_shape else _kind(part, exact)
            if (name == "bias" and not biases and kind != "other") or (kind == "other" and not vectors):
                continue
            if kind == "other" and not own and not isinstance(part, nn.BatchNorm2d):
                continue
            found[kind] += 1 if tensors else size(tensor)
    return found if other else {"conv": found["conv"], "linear": found["linear"]}


def _kind(part: nn.Module, exact: bool) -> str:
    for name, kind in (("conv", nn.Conv2d), ("linear", nn.Linear)):
        if (type(part) is kind) if exact else isinstance(part, kind):
            return name
    return "other"


def _kind_by_shape(tensor: Any) -> str:
    return {4: "conv", 2: "linear"}.get(tensor.ndim, "other")


def mistaken(**switches: Any) -> Callable[[nn.Module], Audited]:
    """The count with switches thrown."""

    def count(model: nn.Module) -> Audited:
        return counted(model, **switches)

    return count


def swapped(model: nn.Module) -> Audited:
    found = counted(model)
    return {"conv": found["linear"], "linear": found["conv"], "other": found["other"]}


def whole_as_other(model: nn.Module) -> Audited:
    return {**counted(model), "other": sum(p.numel() for p in model.parameters())}


def no_other(model: nn.Module) -> Audited:
    return {**counted(model), "other": 0}


def only_trained(model: nn.Module) -> Audited:
    return counted(model, learning=True)


def model(kind: str) -> Plain:
    """A recipe for a small model, or a large one on ``meta``."""
    return {"$recipe": "architecture", "kind": kind}


def _case(label: str, kind: str, **options: Any) -> Case:
    return Case(label, (model(kind),), **options)


MISTAKES: tuple[tuple[str, Callable[[nn.Module], Audited], str], ...] = (
    ("parameters that are used in two places count twice", mistaken(twice=True), "Remember which tensors you have met; id(p) tells two apart."),
    ("frozen parameters are left out", only_trained, "A frozen parameter is a parameter still."),
    ("buffers are counted", mistaken(buffers=True), "Running statistics are stored, not learned."),
    ("biases are left out", mistaken(biases=False), "A convolution's bias belongs to the convolution."),
    ("only the outermost layers are looked at", mistaken(shallow=True), "Layers sit inside blocks: children() goes one level deep."),
    ("layers of a derived class are missed", mistaken(exact=True), "Is a subclass of nn.Conv2d a convolution?"),
    ("layers are told apart by the shapes of their tensors", mistaken(by_shape=True), "A bias has one dimension, whichever layer it belongs to."),
    ("tensors are counted, not the numbers in them", mistaken(tensors=True), "How many numbers does a tensor hold?"),
    ("only the first dimension is counted", mistaken(size=len), "How many numbers does a tensor hold?"),
    ("conv and linear are swapped", swapped, "Look at the keys."),
    ("other holds everything", whole_as_other, "What remains after convolutions and linear layers?"),
    ("other is always 0", no_other, "Norms have parameters, and so may any module."),
    ("other holds batch norm only", mistaken(own=False), "A module may own parameters that belong to no layer."),
    ("the key other is missing", mistaken(other=False), "Three keys: conv, linear, other."),
)  # fmt: skip

EXERCISE = Exercise(
    name="parameter_audit",
    reference=reference,
    groups=(
        Group(
            "convolutions and linear layers",
            2,
            (_case("LeNet-5", "lenet"), _case("one convolution alone", "convolution"), _case("VGG-16 on meta", "vgg")),
        ),
        Group(
            "everything else",
            2,
            (
                _case("batch norm inside blocks", "blocks"),
                _case("parameters that belong to no layer", "own"),
                _case("a layer of a derived class", "derived"),
                _case("no parameters at all", "empty", hidden=True),
            ),
        ),
        Group(
            "each once",
            2,
            (
                _case("one weight in two layers", "tied"),
                _case("one layer used twice", "repeated"),
                _case("a frozen layer", "frozen"),
            ),
        ),
    ),
    misconceptions=tuple(Misconception(*row) for row in MISTAKES),
)
