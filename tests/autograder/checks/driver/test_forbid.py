"""Forbidden calls are found when they happen, by whatever name; what may be used is not found."""

import functools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from autograder.checks.driver import forbid


def seen(family: forbid.Family, function, *args) -> list[str]:
    with forbid.watched([family.name]) as calls:
        function(*args)
    return list(calls)


X, W = torch.randn(1, 2, 6, 6), torch.randn(3, 2, 3, 3)
LEAF = W.clone().requires_grad_()
HIDDEN = getattr(F, "conv" + "2d")


@pytest.mark.parametrize(
    ("family", "function"),
    [
        (forbid.CONVOLUTION, lambda: F.conv2d(X, W)),
        (forbid.CONVOLUTION, lambda: HIDDEN(X, W)),
        (forbid.CONVOLUTION, lambda: torch.nn.Conv2d(2, 3, 3)(X)),
        (forbid.CONVOLUTION, lambda: torch.ops.aten.convolution(X, W, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)),
        (forbid.CONVOLUTION, lambda: F.conv_transpose2d(X, W.transpose(0, 1))),
        (forbid.CONVOLUTION, lambda: torch.nn.grad.conv2d_weight(X, W.shape, torch.randn(1, 3, 4, 4))),
        (forbid.CONVOLUTION, lambda: np.convolve([1.0, 2.0], [1.0])),
        (forbid.UNFOLD, lambda: F.unfold(X, 3)),
        (forbid.POOLING, lambda: F.max_pool2d(X, 2)),
        (forbid.POOLING, lambda: F.avg_pool2d(X, 2)),
        (forbid.POOLING, lambda: F.adaptive_avg_pool2d(X, 1)),
        (forbid.NORMALIZATION, lambda: F.batch_norm(X, None, None, training=True)),
        (forbid.NORMALIZATION, lambda: torch.nn.GroupNorm(1, 2)(X)),
        (forbid.NORMALIZATION, lambda: F.layer_norm(X, (6, 6))),
        (forbid.AUTOGRAD, lambda: LEAF.sum().backward()),
        (forbid.AUTOGRAD, lambda: torch.autograd.grad(LEAF.sum(), LEAF)),
        (forbid.AUTOGRAD, lambda: torch.func.grad(lambda x: x.sum())(W)),
        (forbid.DROPOUT, lambda: F.dropout(X, 0.5)),
    ],
)
def test_a_forbidden_call_is_found(family: forbid.Family, function) -> None:
    calls = seen(family, function)
    assert calls
    assert calls[0].startswith(family.name)


@pytest.mark.parametrize(
    ("family", "function"),
    [
        (forbid.CONVOLUTION, lambda: F.conv2d(X, W)),
        (forbid.CONVOLUTION, lambda: HIDDEN(X, W)),
        (forbid.CONVOLUTION, lambda: torch.nn.Conv2d(2, 3, 3)(X)),
        (forbid.CONVOLUTION, lambda: np.convolve([1.0, 2.0], [1.0])),
        (forbid.UNFOLD, lambda: F.unfold(X, 3)),
        (forbid.POOLING, lambda: F.max_pool2d(X, 2)),
        (forbid.POOLING, lambda: F.adaptive_avg_pool2d(X, 1)),
        (forbid.NORMALIZATION, lambda: F.batch_norm(X, None, None, training=True)),
        (forbid.AUTOGRAD, lambda: LEAF.sum().backward()),
        (forbid.DROPOUT, lambda: F.dropout(X, 0.5)),
    ],
)
def test_a_light_look_sees_what_python_calls(family: forbid.Family, function) -> None:
    with forbid.watched([family.name, forbid.LIGHTLY]) as calls:
        function()
    assert next(iter(calls)).startswith(family.name)


def test_a_close_look_sees_on_whatever_way_an_operation_comes() -> None:
    strided = functools.partial(torch.conv2d, stride=2)
    for names, found in (([forbid.LIGHTLY], []), ([], ["a library convolution (convolution)"])):
        with forbid.watched([forbid.CONVOLUTION.name, *names]) as calls:
            strided(X, W)
        assert list(calls) == found


def convolve(x: torch.Tensor) -> torch.Tensor:
    """A function of the student's own may be called as it likes."""
    return x.unfold(2, 3, 1).unfold(3, 3, 1)


def test_the_students_own_names_and_views_are_allowed() -> None:
    globals_of_a_notebook = {"__name__": "__main__", "torch": torch}
    exec("def convolve(x):\n    return x.unfold(2, 3, 1).as_strided((1,), (1,))", globals_of_a_notebook)
    assert seen(forbid.CONVOLUTION, globals_of_a_notebook["convolve"], X) == []
    assert seen(forbid.CONVOLUTION, lambda: torch.einsum("ncij,ocij->no", X[..., :3, :3], W)) == []


def test_nothing_stays_behind() -> None:
    import sys

    before = sys.getprofile()
    with pytest.raises(ZeroDivisionError), forbid.watched([forbid.CONVOLUTION.name]):
        _ = 1 / 0
    assert sys.getprofile() is before
    F.conv2d(X, W)
