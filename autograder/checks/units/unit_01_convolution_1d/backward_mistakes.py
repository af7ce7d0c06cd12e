"""What goes wrong in ``conv1d_backward``: each mistake as the right gradients with one thing done otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

from autograder.checks.exercise import Misconception

Gradients: TypeAlias = "tuple[Tensor, Tensor, Tensor]"
Backward = Callable[..., Gradients]


def mistakes(backward: Backward) -> tuple[Misconception, ...]:
    """The misconceptions of ``conv1d_backward``, in terms of a right implementation."""
    return tuple(Misconception(name, _bound(change, backward), hint) for name, change, hint in _MISTAKES)


def _bound(change: Callable[..., Gradients], backward: Backward) -> Callable[..., Gradients]:
    def target(dy: Tensor, x: Tensor, w: Tensor, stride: int = 1, padding: int = 0) -> Gradients:
        right = backward(dy, x, w, stride, padding)
        return change(backward, right, dy, x, w, stride, padding)

    return target


def _spread(dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int, overwrite: bool = False) -> Tensor:
    """The gradient for the padded input, window by window."""
    dx = x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding)
    for t in range(dy.shape[2]):
        share = torch.einsum("no,ock->nck", dy[:, :, t], w)
        place = dx[:, :, t * stride : t * stride + w.shape[2]]
        place.copy_(share if overwrite else place + share)
    return dx


def _not_flipped(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    return backward(dy, x, w.flip(-1), stride, padding)[0], right[1], right[2]


def _dw_flipped(backward: Backward, right: Gradients, *rest: object) -> Gradients:
    return right[0], right[1].flip(-1), right[2]


def _overwritten(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    dx = _spread(dy, x, w, stride, padding, overwrite=True)
    return dx[..., padding : padding + x.shape[2]], right[1], right[2]


def _padding_kept(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    return _spread(dy, x, w, stride, padding), right[1], right[2]


def _empty_slice(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    return _spread(dy, x, w, stride, padding)[..., padding:-padding], right[1], right[2]


def _cut_on_the_wrong_side(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    return _spread(dy, x, w, stride, padding)[..., : x.shape[2]], right[1], right[2]


def _stride_ignored(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    wide = torch.nn.functional.pad(x, (padding, padding))
    windows = wide.unfold(2, w.shape[2], 1)[:, :, : dy.shape[2]]
    dx = _spread(dy, x, w, 1, padding)[..., padding : padding + x.shape[2]]
    return dx, torch.einsum("not,nctk->ock", dy, windows), right[2]


def _remainder_left_out(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    covered = (dy.shape[2] - 1) * stride + w.shape[2] - padding
    return right[0][..., : min(covered, x.shape[2])], right[1], right[2]


def _last_window_only(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    last = torch.zeros_like(dy)
    last[..., -1] = dy[..., -1]
    return right[0], backward(last, x, w, stride, padding)[1], right[2]


def _last_sample_only(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    return right[0], backward(dy[-1:], x[-1:], w, stride, padding)[1], right[2]


def _dw_averaged(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1] / len(dy), right[2]


def _all_averaged(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1] / len(dy), right[2] / len(dy)


def _last_filter_only(
    backward: Backward, right: Gradients, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int
) -> Gradients:
    return backward(dy[:, -1:], x, w[-1:], stride, padding)[0], right[1], right[2]


def _db_averaged(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1], dy.mean(dim=(0, 2))


def _db_batch_averaged(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1], right[2] / len(dy)


def _db_over_the_batch(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1], dy.sum(dim=0)


def _db_along_the_length(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1], dy.sum(dim=2)


def _db_one_number(backward: Backward, right: Gradients, dy: Tensor, *rest: object) -> Gradients:
    return right[0], right[1], dy.sum()


def _other_order(backward: Backward, right: Gradients, *rest: object) -> Gradients:
    return right[1], right[0], right[2]


def _swapped_channels(backward: Backward, right: Gradients, *rest: object) -> Gradients:
    return right[0], right[1].transpose(0, 1), right[2]


_MISTAKES = (
    ("dw comes before dx", _other_order, "The result is (dx, dw, db), in this order."),
    (
        "the kernel runs the wrong way in dx",
        _not_flipped,
        "Window t sends dy_t times w back to the inputs it read: weight k goes to which of them?",
    ),
    ("dw is mirrored", _dw_flipped, "Weight k met x at t + k. Which input does dw_0 look at when t = 0?"),
    (
        "overlapping windows overwrite each other in dx",
        _overwritten,
        "An input that three windows read gets three shares of the gradient.",
    ),
    (
        "with padding 0 the slice P:-P is empty",
        _empty_slice,
        "Minus zero is zero: what is the slice 0:0? Say where it ends in another way.",
    ),
    (
        "dx still holds the padding",
        _padding_kept,
        "dx has the shape of x. Which cells of the padded gradient belong to no input?",
    ),
    (
        "the padding is cut off the wrong end of dx",
        _cut_on_the_wrong_side,
        "The padded input begins with P zeros: where does x begin in it?",
    ),
    ("the stride is ignored", _stride_ignored, "Where did window t start when the stride was 2?"),
    (
        "inputs that no window reads are missing in dx",
        _remainder_left_out,
        "A number that is never read has a gradient, too: which one?",
    ),
    (
        "dw holds the last window only",
        _last_window_only,
        "Every window used the same weights: what happens to their shares?",
    ),
    (
        "dw holds the last sample only",
        _last_sample_only,
        "Every sample of the batch used the same weights: what happens to their shares?",
    ),
    (
        "dw and db are averaged over the batch",
        _all_averaged,
        "If the loss is a mean, dy knows it already. The backward pass only adds.",
    ),
    (
        "dw is averaged over the batch",
        _dw_averaged,
        "If the loss is a mean, dy knows it already. The backward pass only adds.",
    ),
    ("dw has its channels swapped", _swapped_channels, "dw has the shape of w: (C_out, C_in, K)."),
    (
        "dx holds the last filter only",
        _last_filter_only,
        "Every filter read this input: what happens to their shares?",
    ),
    ("db is a mean", _db_averaged, "The bias was added to every output of its channel: its shares add up."),
    ("db is averaged over the batch", _db_batch_averaged, "The backward pass only adds."),
    ("db is summed over the batch only", _db_over_the_batch, "There is one bias per filter, not one per position."),
    ("db is summed along the length only", _db_along_the_length, "There is one bias per filter, not one per sample."),
    ("db is a single number", _db_one_number, "There is one bias per filter."),
)
