"""Answers to ``receptive_field`` as students write them."""

from math import prod

import torch


def whole(layers):
    """Every layer with its dilation; raises for what cannot be."""
    full = []
    for layer in layers:
        k, s, *rest = layer
        d = rest[0] if rest else 1
        if k < 1 or s < 1 or d < 1:
            raise ValueError(f"{layer} has a number below 1")
        full.append((k, s, d))
    return full


def right_forwards(layers):
    size = jump = 1
    for k, s, d in whole(layers):
        size = size + d * (k - 1) * jump
        jump = jump * s
    return size, jump


def right_backwards(layers):
    size, jump = 1, 1
    for k, s, d in reversed(whole(layers)):
        size = (size - 1) * s + d * (k - 1) + 1
        jump *= s
    return size, jump


def right_two_outputs(layers):
    """The field is what one output covers, the jump how far the next one lies."""

    def covered(at):
        first = last = at
        for k, s, d in whole(layers)[::-1]:
            first, last = first * s, last * s + d * (k - 1)
        return first, last

    (first, last), (next_first, _) = covered(0), covered(1)
    return last - first + 1, next_first - first


def right_sum_of_products(layers, verbose=True):
    layers = whole(layers)
    strides = [s for _, s, _ in layers]
    size = 1 + sum(d * (k - 1) * prod(strides[:i]) for i, (k, _, d) in enumerate(layers))
    if verbose:
        print(strides)
    return [size, prod(strides)]


def right_gradient(layers):
    layers = whole(layers)
    reach, jump = 1, prod(s for _, s, _ in layers)
    for k, s, d in layers[::-1]:
        reach = (reach - 1) * s + d * (k - 1) + 1
    x = torch.zeros(1, 1, reach, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, d in layers:
        y = torch.conv1d(y, torch.ones(1, 1, k, dtype=torch.float64), stride=s, dilation=d)
    y.sum().backward()
    seen = x.grad[0, 0].nonzero()
    return int(seen.max() - seen.min()) + 1, jump


def wrong_order(layers):
    """the jump comes before the size"""
    size, jump = right_forwards(layers)
    return jump, size


def wrong_stride_first(layers):
    """a layer's own stride already counts for its own kernel"""
    size = jump = 1
    for k, s, d in whole(layers):
        jump *= s
        size += d * (k - 1) * jump
    return size, jump


def wrong_strides_do_not_matter(layers):
    """strides do not enlarge what later layers see"""
    layers = whole(layers)
    return 1 + sum(d * (k - 1) for k, _, d in layers), prod(s for _, s, _ in layers)


def wrong_no_strides(layers):
    """the strides are ignored"""
    size = 1
    for k, _, d in whole(layers):
        size += d * (k - 1)
    return size, 1


def wrong_previous_stride_only(layers):
    """only the stride of the layer below counts"""
    layers = whole(layers)
    size, before = 1, 1
    for k, s, d in layers:
        size += d * (k - 1) * before
        before = s
    return size, prod(s for _, s, _ in layers)


def wrong_strides_added(layers):
    """the strides are added"""
    size, jump = 1, 1
    for k, s, d in whole(layers):
        size += (k - 1) * d * jump
        jump += s - 1
    return size, jump


def wrong_no_dilation(layers):
    """the dilation is ignored"""
    return right_forwards([(k, s) for k, s, _ in whole(layers)])


def wrong_from_zero(layers):
    """the field starts at 0"""
    size, jump = 0, 1
    for k, s, d in whole(layers):
        size += d * (k - 1) * jump
        jump *= s
    return size, jump


def wrong_whole_kernel(layers):
    """every layer adds its whole kernel"""
    size, jump = 1, 1
    for k, s, d in whole(layers):
        size += d * k * jump
        jump *= s
    return size, jump


def wrong_product(layers):
    """the kernels are multiplied"""
    layers = whole(layers)
    return prod(d * (k - 1) + 1 for k, _, d in layers), prod(s for _, s, _ in layers)


def wrong_reversed(layers):
    """the layers are read from output to input"""
    return right_forwards(list(reversed(whole(layers))))


def wrong_last_missing(layers):
    """the last layer is missing"""
    layers = whole(layers)
    size, jump = 1, 1
    for i in range(len(layers) - 1):
        k, s, d = layers[i]
        size += d * (k - 1) * jump
        jump *= s
    return size, jump


def wrong_last_kernel(layers):
    """only the last kernel counts"""
    size, jump = 1, 1
    for k, s, _ in whole(layers):
        size = k
        jump *= s
    return size, jump


def wrong_pairs_only(layers):
    size, jump = 1, 1
    for k, s in layers:
        if k < 1 or s < 1:
            raise ValueError((k, s))
        size += (k - 1) * jump
        jump *= s
    return size, jump


def wrong_empties_the_list(layers):
    """the input is changed"""
    layers_left = layers
    size, jump = right_forwards(layers)
    while layers_left:
        layers_left.pop()
    return size, jump


def wrong_no_errors(layers):
    """impossible arguments are accepted"""
    size, jump = 1, 1
    for layer in layers:
        k, s, d = (*layer, 1)[:3]
        size += d * (k - 1) * jump
        jump *= s
    return size, jump


def wrong_size_only(layers):
    return right_forwards(layers)[0]


def wrong_fails_without_layers(layers):
    (k, s, d), *rest = whole(layers)
    size, jump = d * (k - 1) + 1, s
    for k, s, d in rest:
        size += d * (k - 1) * jump
        jump *= s
    return size, jump


def wrong_floats(layers):
    size, jump = right_forwards(layers)
    return float(size), float(jump)


def wrong_nothing(layers):
    """nothing is returned"""
    print(right_forwards(layers))
