"""Mistakes in the backward pass of a convolution, and the right pass that they differ from."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import grad

from autograder.checks.exercise import Misconception
from autograder.checks.units.sizes import IntOrPair, pair

Gradients = tuple[Tensor, Tensor, Tensor]


def reference(dy: Tensor, x: Tensor, w: Tensor, stride: IntOrPair = 1, padding: IntOrPair = 0) -> Gradients:
    """(N,C_out,H_out,W_out), (N,C_in,H,W), (C_out,C_in,K_h,K_w) → (dx, dw, db)."""
    dx = grad.conv2d_input(x.shape, w, dy, stride, padding)
    dw = grad.conv2d_weight(x, w.shape, dy, stride, padding)
    return dx, dw, dy.sum((0, 2, 3))


def over_the_padded(dy: Tensor, x: Tensor, w: Tensor, stride: IntOrPair = 1, padding: IntOrPair = 0) -> Tensor:
    """The gradient of the input with its border of padding still on."""
    p_h, p_w = pair(padding)
    return reference(dy, F.pad(x, (p_w, p_w, p_h, p_h)), w, stride)[0]


def dx_flipped(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    return reference(dy, x, w.flip(2, 3), **options)[0], *reference(dy, x, w, **options)[1:]


def dw_flipped(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    dx, dw, db = reference(dy, x, w, **options)
    return dx, dw.flip(2, 3), db


def border_kept(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    return over_the_padded(dy, x, w, **options), *reference(dy, x, w, **options)[1:]


def cut_to_nothing(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    p_h, p_w = pair(options.get("padding", 0))
    dx = over_the_padded(dy, x, w, **options)
    return dx[:, :, p_h:-p_h, p_w:-p_w], *reference(dy, x, w, **options)[1:]


def border_cut_at_the_end(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    dx = over_the_padded(dy, x, w, **options)[:, :, : x.shape[2], : x.shape[3]]
    return dx, *reference(dy, x, w, **options)[1:]


def written_over(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    (s_h, s_w), (p_h, p_w) = pair(options.get("stride", 1)), pair(options.get("padding", 0))
    dx = torch.zeros_like(F.pad(x, (p_w, p_w, p_h, p_h)))
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            part = torch.einsum("no,ocuv->ncuv", dy[:, :, i, j], w)
            dx[:, :, i * s_h : i * s_h + w.shape[2], j * s_w : j * s_w + w.shape[3]] = part
    inside = dx[:, :, p_h : p_h + x.shape[2], p_w : p_w + x.shape[3]]
    return inside, *reference(dy, x, w, **options)[1:]


def last_filter_only(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    return reference(dy[:, -1:], x, w[-1:], **options)[0], *reference(dy, x, w, **options)[1:]


def last_window_only(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    kept = torch.zeros_like(dy)
    kept[:, :, -1, -1] = dy[:, :, -1, -1]
    dx, _, db = reference(dy, x, w, **options)
    return dx, reference(kept, x, w, **options)[1], db


def last_sample_only(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    dx, _, db = reference(dy, x, w, **options)
    return dx, reference(dy[-1:], x[-1:], w, **options)[1], db


def batch_averaged(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    dx, dw, db = reference(dy, x, w, **options)
    return dx, dw / len(x), db / len(x)


def dw_averaged(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    dx, dw, db = reference(dy, x, w, **options)
    return dx, dw / len(x), db


def db_averaged(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    return *reference(dy, x, w, **options)[:2], dy.mean((0, 2, 3))


def db_over_the_batch(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    return *reference(dy, x, w, **options)[:2], dy.sum(0)


def db_per_sample(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    return *reference(dy, x, w, **options)[:2], dy.sum((2, 3))


def weights_first(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    dx, dw, db = reference(dy, x, w, **options)
    return dw, dx, db


def stride_ignored(dy: Tensor, x: Tensor, w: Tensor, **options: Any) -> Gradients:
    """Every window is taken to start one pixel after the one before; the inputs beyond the last get nothing."""
    p_h, p_w = pair(options.get("padding", 0))
    k_h, k_w = w.shape[2:]
    padded = F.pad(x, (p_w, p_w, p_h, p_h))
    reached = padded[:, :, : dy.shape[2] + k_h - 1, : dy.shape[3] + k_w - 1]
    dx, dw, db = reference(dy, reached, w)
    full = torch.zeros_like(padded)
    full[:, :, : reached.shape[2], : reached.shape[3]] = dx
    return full[:, :, p_h : p_h + x.shape[2], p_w : p_w + x.shape[3]], dw, db


MISTAKES = (
    Misconception(
        "overlapping windows overwrite each other in dx",
        written_over,
        "A pixel that is in four windows gets gradient from four outputs: what must happen to the earlier three?",
    ),
    Misconception(
        "the kernel is flipped in dx",
        dx_flipped,
        "Which weight connected this pixel with that output in the forward pass? The same one leads back.",
    ),
    Misconception("dw is flipped", dw_flipped, "dw[o, c, 0, 0] multiplies the first pixel of each window."),
    Misconception(
        "the slice padding:-padding is empty for padding 0",
        cut_to_nothing,
        "What is x[0:-0]? Cut by the size that you want to keep instead.",
    ),
    Misconception(
        "dx still has its border of padding", border_kept, "dx has the shape of x: what happens to the padding?"
    ),
    Misconception(
        "the padding is cut off at the end only",
        border_cut_at_the_end,
        "Where in the padded gradient does the first real pixel lie?",
    ),
    Misconception(
        "only the last filter reaches dx",
        last_filter_only,
        "Every filter has looked at every pixel: dx sums over o.",
    ),
    Misconception(
        "only the last window reaches dw", last_window_only, "Is dw added to, or assigned anew for each window?"
    ),
    Misconception(
        "only the last image reaches dw", last_sample_only, "Is dw added to, or assigned anew for each image?"
    ),
    Misconception(
        "dw and db are averaged over the batch",
        batch_averaged,
        "The mean belongs to the loss; dy already holds its factor.",
    ),
    Misconception("dw is averaged over the batch", dw_averaged, "The mean belongs to the loss; dy already holds it."),
    Misconception("db is a mean", db_averaged, "How often was b added in the forward pass? Once per output pixel."),
    Misconception("db is summed over the batch only", db_over_the_batch, "b has one number per filter."),
    Misconception("db is not summed over the batch", db_per_sample, "b has one number per filter, for all images."),
    Misconception("dx and dw change places", weights_first, "The order is (dx, dw, db)."),
    Misconception(
        "the stride is ignored on the way back",
        stride_ignored,
        "Window (i, j) started at pixel (i·S_h, j·S_w); it gets its gradient back there.",
    ),
)
