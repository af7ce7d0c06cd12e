"""Networks run for their shapes alone: as torch has them, without numbers, and without what torch imports for it."""

import itertools
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.checks.driver import drive, graph
from autograder.checks.driver.outline import Outline

EVERYTHING = """
import sys, torch
from autograder.checks import exercise
from autograder.checks.driver import drive
from autograder.checks.marking.mark import VISIBLE_SEED, mark
for name, shape in (("AlexNet", [1, 3, 227, 227]), ("GoogLeNet", [1, 3, 224, 224])):
    steps = [{"do": "build", "meta": True}, {"do": "train"}, {"do": "graph", "shape": shape}]
    assert drive.answer(exercise.find(name).reference, {"steps": steps})["steps"][-1]["edges"]
for name in ("ResNetCifar", "port_weights"):
    found = exercise.find(name)
    assert mark(found, lambda request: drive.answer(found.reference, request), seed=VISIBLE_SEED, thorough=False).passed
print(*(name for name in ("sympy", "torch._dynamo", "torchvision") if name in sys.modules))
"""


class Usual(nn.Module):
    """Most kinds of layer that a network of the course has."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2)
        self.norm = nn.BatchNorm2d(6)
        self.pointwise = nn.Conv2d(6, 6, 1, bias=False)
        self.fc = nn.Linear(24, 5)
        self.free = nn.Parameter(torch.zeros(5))

    def forward(self, x):
        y = F.relu(self.norm(self.conv(x)))
        y = F.local_response_norm(F.max_pool2d(y, 3, 2, ceil_mode=True), 3)
        z = torch.cat([y + self.pointwise(y), F.avg_pool2d(y, 3, 1, 1)], 1)[:, ::2]
        z = F.adaptive_avg_pool2d(F.pad(z, (1, 1)), 2).tanh()
        return F.dropout(self.fc(torch.where(z > 0, z, torch.zeros_like(z)).flatten(1)), 0.5) + self.free


def traced(build: Callable[[], nn.Module], shape: tuple[int, ...], device: str) -> dict:
    with torch.device(device), Outline():
        return graph.trace(build(), (torch.zeros(shape),))


def test_shapes_and_edges_are_those_of_a_run_with_numbers() -> None:
    assert traced(Usual, (3, 4, 13, 18), "meta") == traced(Usual, (3, 4, 13, 18), "cpu")


@pytest.mark.parametrize("padding", [0, 1, (2, 1), "same", "valid"])
def test_convolutions_have_the_size_that_torch_gives_them(padding: object) -> None:
    for size, stride, dilation in itertools.product((4, 7), (1, 2, (2, 3)), (1, 2)):
        given = (torch.zeros(2, 4, size, 9), torch.zeros(6, 2, 3, 3), torch.zeros(6), stride, padding, dilation, 2)
        if (padding == "same" and stride != 1) or (size == 4 and dilation == 2 and padding in (0, "valid")):
            continue
        with Outline():
            outlined = F.conv2d(*(t.to("meta") if isinstance(t, torch.Tensor) else t for t in given))
        assert outlined.shape == F.conv2d(*given).shape


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv2d(3, 4, 3), (1, 2, 8, 8)),
        (nn.Conv2d(3, 4, 9), (1, 3, 8, 8)),
        (nn.Linear(5, 2), (3, 4)),
        (nn.BatchNorm2d(3), (1, 4, 2, 2)),
        (nn.BatchNorm2d(3), (1, 3, 1, 1)),
        (nn.MaxPool2d(9), (1, 3, 4, 4)),
    ],
    ids=lambda value: str(value) if isinstance(value, tuple) else type(value).__name__,
)
def test_what_does_not_fit_together_is_an_error(layer: nn.Module, shape: tuple[int, ...]) -> None:
    with Outline(), pytest.raises((RuntimeError, ValueError)):
        layer.to("meta")(torch.zeros(shape, device="meta"))


class Looking(nn.Module):
    """Looks at its numbers, as one does to find a mistake."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        y = self.conv(x)
        print(y.mean().item(), y.detach().numpy().shape)
        return y


@pytest.mark.parametrize("step", ["graph", "anatomy"])
def test_a_network_that_looks_at_its_numbers_runs_on_zeros(step: str) -> None:
    steps = [{"do": "build", "meta": True}, {"do": "eval"}, {"do": step, "shape": [1, 3, 5, 5]}]
    reply = drive.answer(Looking, {"steps": steps})["steps"][-1]
    assert reply["output"] == [[1, 4, 3, 3]]


def test_whole_networks_are_judged_without_costly_imports() -> None:
    done = subprocess.run([sys.executable, "-c", EVERYTHING], capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.split() == []
