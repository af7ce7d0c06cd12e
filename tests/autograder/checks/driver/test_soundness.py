"""What a student's class made: told in words where it cannot run, and where it hides layers from itself."""

import pytest
from torch import nn

from autograder.checks.comparing.replies import unknown
from autograder.checks.driver import drive
from autograder.checks.driver.soundness import NotAModule, checked, unknown_layers, with_shapes


class Misspelt(nn.Module):
    def foward(self, x):
        return x


class Hiding(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Linear(2, 2)
        self.layers = [self.seen, {"deep": (nn.Linear(2, 3),)}]
        self.sizes = [1, 2, 3]

    def forward(self, x):
        return self.layers[1]["deep"][0](self.seen(x))


class MadeOnTheWay(nn.Module):
    def forward(self, x):
        self.layer = getattr(self, "layer", None) or nn.Linear(2, 2)
        return self.layer(x)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (3, "expected an nn.Module, got int"),
        (Misspelt(), "Misspelt has no method forward"),
        (nn.ModuleList(), "nn.ModuleList holds layers and cannot run them"),
    ],
)
def test_what_cannot_run_is_told_so(made: object, words: str) -> None:
    with pytest.raises(NotAModule, match=words):
        checked(made)


def test_a_forward_of_any_kind_will_do() -> None:
    own = Misspelt()
    own.forward = own.foward
    assert checked(own) is own
    assert isinstance(checked(nn.Linear(2, 2)), nn.Linear)


def test_lazy_layers_learn_their_sizes_in_either_mode() -> None:
    class Headed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = nn.LazyLinear(3), nn.LazyLinear(4)

        def forward(self, x):
            x = self.body(x)
            return (x, self.head(x)) if self.training else x

    made = with_shapes(Headed(), (2, 5))
    assert made.training
    assert [tuple(p.shape) for p in made.parameters()] == [(3, 5), (3,), (4, 3), (4,)]
    with pytest.raises(NotAModule, match="does not know its sizes"):
        with_shapes(nn.LazyLinear(3), ())


def test_only_what_the_module_does_not_know_is_hidden() -> None:
    assert unknown_layers(Hiding()) == ["layers"]
    known = Hiding()
    known.layers = [known.seen]
    assert unknown_layers(known) == []
    assert unknown_layers(nn.Sequential(Hiding())) == ["0.layers"]


def test_layers_made_on_the_way_are_strangers() -> None:
    request = {"steps": [{"do": "build", "args": [], "kwargs": {}}, {"do": "graph", "shape": [1, 2]}]}
    problem = unknown(drive.answer(MadeOnTheWay, request)["steps"])
    assert problem is not None
    assert "(2, 2)" in problem.message
    assert unknown(drive.answer(lambda: nn.Linear(2, 2), request)["steps"]) is None
