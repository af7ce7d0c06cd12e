"""Modules on a bench: names and order do not matter, behaviour does, and what does not match is listed."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.checks.bench import Bench, backward, evaluation, forward, state, train
from autograder.checks.cases import Group, normal
from autograder.checks.driver import drive
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.marking.mark import Mark, mark


class Reference(nn.Module):
    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(c_out)
        self.short = nn.Conv2d(c_in, c_out, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.bn(self.conv(x)) + self.short(x))


class NoShort(Reference):
    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__(c_in, c_out)
        del self.short

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


SCRIPT = (
    train(),
    forward(normal(2, 3, 4, 5), grad=True),
    backward(),
    state(),
    evaluation(),
    forward(normal(2, 3, 4, 5)),
)
EXERCISE = Exercise(
    name="Block",
    reference=Reference,
    groups=(
        Group("behaviour", 2, (Bench("two modes", (3, 4), SCRIPT, shape=(2, 3, 4, 5)),)),
        Group(
            "a dead branch",
            1,
            (Bench("γ = β = 0", (3, 4), SCRIPT[:3], shape=(2, 3, 4, 5), zero=(r"bn\.(weight|bias)",)),),
        ),
    ),
    misconceptions=(Misconception("the shortcut is missing", NoShort, "what does the sum add?"),),
)


def marked(target: object, exercise: Exercise = EXERCISE) -> Mark:
    return mark(exercise, lambda request: drive.answer(target, request), seed=2)


class Renamed(nn.Module):
    """Other names, another order, a Sequential, the shortcut computed first."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.b = nn.Conv2d(c_in, c_out, 1)
        self.a = nn.Sequential(nn.Conv2d(c_in, c_out, 3, 1, 1, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        y = self.b(x)
        return torch.relu_(y + self.a(x))


@pytest.mark.parametrize(
    "target", [Reference, Renamed, lambda a, b: Renamed(a, b)], ids=["reference", "renamed", "builder"]
)
def test_right_modules(target: object) -> None:
    made = marked(target)
    assert made.passed, made.text


class Detached(Reference):
    def forward(self, x):
        return F.relu(self.bn(self.conv(x)) + self.short(x.detach()))


class BatchStatisticsAlways(Reference):
    def forward(self, x):
        h = self.conv(x)
        h = self.bn(h) if self.training else F.batch_norm(h, None, None, self.bn.weight, self.bn.bias, True)
        return F.relu(h + self.short(x))


class Momentum(Reference):
    def __init__(self, c_in, c_out):
        super().__init__(c_in, c_out)
        self.bn.momentum = 0.5


class Changing(Reference):
    def forward(self, x):
        out = super().forward(x.clone())
        with torch.no_grad():
            x += 1
        return out


@pytest.mark.parametrize("target", [Detached, BatchStatisticsAlways, Momentum, Changing], ids=lambda c: c.__name__)
def test_wrong_behaviour_is_caught(target: object) -> None:
    assert not marked(target).groups[0].passed


def test_a_missing_layer_is_listed_and_named() -> None:
    made = marked(NoShort)
    assert made.points == 0
    assert made.diagnosis == "the shortcut is missing"
    assert "Missing: convolution weight of shape (4, 3, 1, 1)" in made.text


def test_a_layer_too_many_is_listed_with_its_name() -> None:
    class Extra(Reference):
        def __init__(self, c_in, c_out):
            super().__init__(c_in, c_out)
            self.conv = nn.Conv2d(c_in, c_out, 3, padding=1)
            self.unused = nn.Linear(2, 2)

    text = marked(Extra).text
    assert "conv.bias: convolution bias of shape (4,)" in text
    assert "unused.weight" in text


def test_unsaved_buffers_are_named() -> None:
    class Unsaved(Reference):
        def __init__(self, c_in, c_out):
            super().__init__(c_in, c_out)
            self.bn.register_buffer("running_var", torch.ones(c_out), persistent=False)

    assert "state_dict does not save bn.running_var" in marked(Unsaved).text


def test_what_is_no_module_is_a_mark_too() -> None:
    assert "expected an nn.Module" in marked(lambda a, b: 3).text
    assert not marked(lambda a, b: (_ for _ in ()).throw(NotImplementedError())).attempted


class Deep(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 2, 3)
        self.second = nn.Conv2d(2, 2, 3)
        self.third = nn.Conv2d(2, 2, 3)

    def forward(self, x):
        return self.third(F.relu(self.second(F.relu(self.first(x)))))


DEEP = Exercise(
    "Deep",
    Deep,
    (
        Group(
            "values",
            1,
            (Bench("all", (), (evaluation(), forward(normal(1, 1, 9, 9))), (1, 1, 9, 9), large=True, layered=True),),
        ),
    ),
)


def test_layers_of_one_shape_are_matched_by_their_place() -> None:
    class Shuffled(nn.Module):
        def __init__(self):
            super().__init__()
            self.z, self.y, self.x = nn.Conv2d(2, 2, 3), nn.Conv2d(2, 2, 3), nn.Conv2d(1, 2, 3)

        def forward(self, t):
            return self.z(self.y(self.x(t).relu()).relu())

    assert marked(Shuffled, DEEP).passed


class Loose(nn.Module):
    """Three convolutions whose tensors one module holds, the last one's first."""

    def __init__(self):
        super().__init__()
        self.c, self.shift_c = nn.Parameter(torch.randn(2, 2, 3, 3)), nn.Parameter(torch.randn(2))
        self.shift_a, self.a = nn.Parameter(torch.randn(2)), nn.Parameter(torch.randn(2, 1, 3, 3))
        self.b, self.shift_b = nn.Parameter(torch.randn(2, 2, 3, 3)), nn.Parameter(torch.randn(2))

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.a, self.shift_a))
        x = F.relu(F.conv2d(x, self.b, self.shift_b))
        return F.conv2d(x, self.c, self.shift_c)


class LooseSums(Loose):
    """The same with the sums written out."""

    def layer(self, x, w, b):
        (n, c, h, _), k = x.shape, w.shape[-1]
        windows = x.unfold(2, k, 1).unfold(3, k, 1).permute(0, 2, 3, 1, 4, 5).reshape(n, -1, c * k * k)
        return (windows @ w.reshape(len(w), -1).T).transpose(1, 2).reshape(n, len(w), h - k + 1, -1) + b.view(-1, 1, 1)

    def forward(self, x):
        x = self.layer(x, self.a, self.shift_a).clamp(min=0)
        return self.layer(self.layer(x, self.b, self.shift_b).clamp(min=0), self.c, self.shift_c)


class LooseList(nn.Module):
    """The same in a list."""

    def __init__(self):
        super().__init__()
        shapes = (2, 2, 3, 3), (2,), (2, 1, 3, 3), (2,), (2, 2, 3, 3), (2,)
        self.all = nn.ParameterList(torch.randn(shape) for shape in shapes)

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.all[2], self.all[3]))
        return F.conv2d(F.relu(F.conv2d(x, self.all[4], self.all[5])), self.all[0], self.all[1])


class LooseTwoLists(nn.Module):
    """Weights in one list, shifts in another."""

    def __init__(self):
        super().__init__()
        self.shifts = nn.ParameterList(torch.randn(2) for _ in range(3))
        self.weights = nn.ParameterList(torch.randn(2, c, 3, 3) for c in (1, 2, 2))

    def forward(self, x):
        for w, b in zip(list(self.weights)[:2], list(self.shifts)[:2], strict=True):
            x = F.relu(F.conv2d(x, w, b))
        return F.conv2d(x, self.weights[2], self.shifts[2])


class LooseTwoDictionaries(nn.Module):
    """The same in dictionaries, the first layer's weight in neither, the shifts added by themselves."""

    def __init__(self):
        super().__init__()
        self.first, self.unlike = nn.Parameter(torch.randn(2, 1, 3, 3)), nn.Parameter(torch.randn(2))
        self.w = nn.ParameterDict({"c": torch.randn(2, 2, 3, 3), "b": torch.randn(2, 2, 3, 3)})
        self.b = nn.ParameterDict({"b": torch.randn(2), "c": torch.randn(2)})

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.first) + self.unlike.view(-1, 1, 1))
        x = F.relu(F.conv2d(x, self.w["b"]) + self.b["b"][:, None, None])
        return F.conv2d(x, self.w["c"]) + self.b["c"][:, None, None]


@pytest.mark.parametrize("target", [Loose, LooseSums, LooseList, LooseTwoLists, LooseTwoDictionaries])
def test_layers_whose_tensors_one_module_holds_are_told_apart(target: object) -> None:
    assert marked(target, DEEP).passed, marked(target, DEEP).text


def test_a_wrong_network_of_loose_tensors_is_told_the_difference() -> None:
    class Unrectified(Loose):
        def forward(self, x):
            x = F.relu(F.conv2d(x, self.a, self.shift_a))
            return F.conv2d(F.conv2d(x, self.b, self.shift_b), self.c, self.shift_c)

    text = marked(Unrectified, DEEP).text
    assert "entries are wrong" in text
    assert "first layer" not in text


def test_where_two_networks_part() -> None:
    class Late(Deep):
        def forward(self, x):
            return self.third(self.second(F.relu(self.first(x))))

    text = marked(Late, DEEP).text
    assert "agrees up to second, then differs by" in text
    assert "at third" in text


def test_two_exercises_may_share_a_bench_and_a_mistake() -> None:
    class Renamed(nn.Module):
        def __init__(self, c_in: int, c_out: int) -> None:
            super().__init__()
            self.main = nn.Sequential(nn.Conv2d(c_in, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out))
            self.side = nn.Conv2d(c_in, c_out, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.main(x) + self.side(x)

    class Shifted(Reference):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) + 1

    mistakes = (Misconception("one too much", Shifted, "what is added?"),)
    for reference in (Reference, Renamed):
        name = reference.__name__
        exercise = replace(
            EXERCISE, name=name, reference=reference, groups=EXERCISE.groups[:1], misconceptions=mistakes
        )
        assert marked(Shifted, exercise).diagnosis == "one too much"
