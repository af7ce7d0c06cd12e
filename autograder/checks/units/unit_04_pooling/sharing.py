"""Ways to hand a window's gradient back to its pixels, the right ones and those of mistakes.

Guarantees: :func:`mistaken` goes through the windows as the right backward pass does; only who gets what, the border or the
adding differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Misconception
from autograder.checks.units.sizes import IntOrPair, pair
from autograder.checks.units.unit_04_pooling import windows

Share = Callable[[Tensor, Tensor], Tensor]  # (dy of one window, the window) → what its pixels get


def stamped(
    dy: Tensor, x: Tensor, options: dict[str, Any], share: Share, border: float = float("-inf"), add: bool = True
) -> Tensor:
    """The gradient of the padded input when ``share`` decides who gets what in each window."""
    k_h, k_w = pair(options["kernel_size"])
    s_h, s_w = pair(options.get("stride") or (k_h, k_w))
    padded = windows.spread(x, options.get("padding", 0), border)
    dx = torch.zeros_like(padded)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * s_h, i * s_h + k_h), slice(j * s_w, j * s_w + k_w)
            part = share(dy[:, :, i, j, None, None], padded[:, :, rows, columns])
            dx[:, :, rows, columns] = dx[:, :, rows, columns] + part if add else part
    return dx


def to_the_first(dy: Tensor, window: Tensor) -> Tensor:
    places = window.flatten(2).argmax(2)
    return dy * F.one_hot(places, window[0, 0].numel()).reshape(window.shape)


def to_the_last(dy: Tensor, window: Tensor) -> Tensor:
    return to_the_first(dy, window.flip(2, 3)).flip(2, 3)


def to_every_equal(dy: Tensor, window: Tensor) -> Tensor:
    return dy * (window == window.amax((2, 3), keepdim=True))


def shared_by_equals(dy: Tensor, window: Tensor) -> Tensor:
    equal = window == window.amax((2, 3), keepdim=True)
    return dy * equal / equal.sum((2, 3), keepdim=True)


def to_all(dy: Tensor, window: Tensor) -> Tensor:
    return dy.expand_as(window)


def evenly(dy: Tensor, window: Tensor) -> Tensor:
    return dy.expand_as(window) / window[0, 0].numel()


def to_the_first_by_columns(dy: Tensor, window: Tensor) -> Tensor:
    return to_the_first(dy, window.transpose(2, 3)).transpose(2, 3)


def times_the_value(dy: Tensor, window: Tensor) -> Tensor:
    return to_the_first(dy, window) * window.nan_to_num(neginf=0)


def only_places(dy: Tensor, window: Tensor) -> Tensor:
    return to_the_first(torch.ones_like(dy), window)


def mistaken(share: Share, border: float = float("-inf"), add: bool = True) -> Callable[..., Tensor]:
    """The backward pass with another way of sharing, another border, or without adding."""

    def wrong(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
        dx = stamped(dy, x, {"kernel_size": kernel_size, **options}, share, border, add)
        return windows.cut(dx, x.shape[2:], options.get("padding", 0))

    return wrong


def shared_misconceptions(share: Share, pool: str) -> tuple[Misconception, ...]:
    """Mistakes of the way back that have nothing to do with who gets what.

    Args:
        share: the right way of sharing.
        pool: name of the forward function, for the hints.

    Returns:
        Mistakes about the border and the windows' places.
    """

    def border_kept(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
        return stamped(dy, x, {"kernel_size": kernel_size, **options}, share)

    def border_cut_at_the_end(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
        return border_kept(dy, x, kernel_size, **options)[:, :, : x.shape[2], : x.shape[3]]

    def cut_to_nothing(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
        p_h, p_w = pair(options.get("padding", 0))
        return border_kept(dy, x, kernel_size, **options)[:, :, p_h:-p_h, p_w:-p_w]

    def pixels_without_window_missing(dy: Tensor, x: Tensor, kernel_size: IntOrPair, **options: Any) -> Tensor:
        k, p = pair(kernel_size), pair(options.get("padding", 0))
        s = pair(options.get("stride") or k)
        reached = [(dy.shape[2 + a] - 1) * s[a] + k[a] - 2 * p[a] for a in (0, 1)]
        return right(dy, x, kernel_size, **options)[:, :, : reached[0], : reached[1]]

    place = "Where in the padded gradient does the first real pixel lie?"
    nothing = "What is x[0:-0]? Cut by the size that you want to keep instead."
    began = "Window (i, j) began at pixel (i·S_h, j·S_w); it gets its gradient back there."
    right = mistaken(share)
    return (
        Misconception("dx still has its border of padding", border_kept, "dx has the shape of x."),
        Misconception("the padding is cut off at the end only", border_cut_at_the_end, place),
        Misconception("the slice padding:-padding is empty for padding 0", cut_to_nothing, nothing),
        Misconception(
            "the pixels that no window reached are missing",
            pixels_without_window_missing,
            "dx has the shape of x. What is the gradient of a pixel that was in no window?",
        ),
        Misconception("the stride is ignored on the way back", windows.stride_ignored(right), began),
        Misconception(
            "without a stride the window moves by one",
            windows.stride_one(right),
            f"What does stride=None stand for in {pool}?",
        ),
    )
