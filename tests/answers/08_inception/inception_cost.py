"""Answers to ``inception_cost``."""

import torch
from torch import nn


def refuse(*sizes):
    if min(sizes) < 1:
        raise ValueError(f"every size must be at least 1, got {sizes}")


def right_formula(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return h * w * (c_in * (c1 + c3_reduce + c5_reduce + pool_proj) + 9 * c3_reduce * c3 + 25 * c5_reduce * c5)


def right_branch_by_branch(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    first = h * w * c1 * c_in
    second = h * w * c3_reduce * c_in + h * w * c3 * 3 * 3 * c3_reduce
    third = h * w * c5_reduce * c_in + h * w * c5 * 5 * 5 * c5_reduce
    fourth = h * w * pool_proj * c_in
    return first + second + third + fourth


def right_list_of_layers(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj, verbose=True):
    if any(s <= 0 for s in (h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)):
        raise ValueError("a size is below 1")
    layers = [
        (c_in, c1, 1),
        (c_in, c3_reduce, 1),
        (c3_reduce, c3, 3),
        (c_in, c5_reduce, 1),
        (c5_reduce, c5, 5),
        (c_in, pool_proj, 1),
    ]
    total = 0
    for a, b, k in layers:
        total += a * b * k**2 * h * w
        if verbose:
            print(a, b, k, total)
    return total


def right_weights_on_meta(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    with torch.device("meta"):
        layers = [
            nn.Conv2d(c_in, c1, 1),
            nn.Conv2d(c_in, c3_reduce, 1),
            nn.Conv2d(c3_reduce, c3, 3),
            nn.Conv2d(c_in, c5_reduce, 1),
            nn.Conv2d(c5_reduce, c5, 5),
            nn.Conv2d(c_in, pool_proj, 1),
        ]
    return sum(layer.weight.numel() for layer in layers) * h * w


def wrong_naive(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the cost is that of the naive module"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return h * w * (c1 * c_in + c3 * 9 * c_in + c5 * 25 * c_in)


def wrong_all_channels(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the 3×3 and 5×5 read all input channels"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    widths = c1 + c3_reduce + 9 * c3 + c5_reduce + 25 * c5 + pool_proj
    return h * w * c_in * widths


def wrong_no_reductions(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the reductions are not counted"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return h * w * (c_in * c1 + 9 * c3_reduce * c3 + 25 * c5_reduce * c5 + c_in * pool_proj)


def wrong_no_projection(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the projection is not counted"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return h * w * (c_in * (c1 + c3_reduce + c5_reduce) + 9 * c3_reduce * c3 + 25 * c5_reduce * c5)


def wrong_not_squared(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the kernel is not squared"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    layers = [(c_in, c1, 1), (c_in, c3_reduce, 1), (c3_reduce, c3, 3), (c_in, c5_reduce, 1), (c5_reduce, c5, 5)]
    return sum(a * b * k * h * w for a, b, k in [*layers, (c_in, pool_proj, 1)])


def wrong_biases(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the biases are counted"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    layers = [(c_in, c1, 1), (c_in, c3_reduce, 1), (c3_reduce, c3, 3), (c_in, c5_reduce, 1), (c5_reduce, c5, 5)]
    return sum((a * k * k + 1) * b * h * w for a, b, k in [*layers, (c_in, pool_proj, 1)])


def wrong_twice(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """a multiply-add is counted as two"""
    return 2 * right_formula(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)


def wrong_weights(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the weights are counted, not the work"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return c_in * (c1 + c3_reduce + c5_reduce + pool_proj) + 9 * c3_reduce * c3 + 25 * c5_reduce * c5


def wrong_square_picture(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the width is not used"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return right_formula(h, h, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)


def wrong_pool_counted(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the pool's comparisons are counted"""
    return right_formula(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj) + h * w * c_in * 3 * 3


def wrong_millions(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the result is in millions"""
    return round(right_formula(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj) / 1_000_000)


def wrong_accepts_everything(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """impossible arguments are accepted"""
    return h * w * (c_in * (c1 + c3_reduce + c5_reduce + pool_proj) + 9 * c3_reduce * c3 + 25 * c5_reduce * c5)


def wrong_nothing(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """nothing is returned"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    print(h * w * c_in * c1)


def wrong_concatenated_first(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """the projection reads the other branches' channels"""
    refuse(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    branches = c_in * c1 + c_in * c3_reduce + 9 * c3_reduce * c3 + c_in * c5_reduce + 25 * c5_reduce * c5
    return h * w * (branches + (c1 + c3 + c5) * pool_proj)


def wrong_fixed_size(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    return right_formula(28, 28, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj) if h > 0 else refuse(0)


def wrong_thirty_two_bits(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    exact = right_formula(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    return (exact + 2**31) % 2**32 - 2**31
