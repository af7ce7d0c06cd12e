"""Answers to ``trace_shapes`` as students write them."""

import torch
from torch import nn


def windows(n, k, s, p=0):
    if s < 1 or k < 1 or p < 0 or k > n + 2 * p:
        raise ValueError(f"a kernel of {k} with stride {s} does not fit into {n} + 2 * {p}")
    return (n + 2 * p - k) // s + 1


def right_if_chain(layers, input_shape):
    rows, shape = [], input_shape
    for layer in layers:
        count = 0
        if layer[0] == "conv":
            _, c_out, k, s, p = layer
            if len(shape) != 3:
                raise ValueError(f"conv on {shape}")
            c, h, w = shape
            count = c_out * (c * k * k + 1)
            shape = (c_out, windows(h, k, s, p), windows(w, k, s, p))
        elif layer[0] == "pool":
            _, k, s = layer
            if len(shape) != 3:
                raise ValueError(f"pool on {shape}")
            c, h, w = shape
            shape = (c, windows(h, k, s), windows(w, k, s))
        elif layer[0] == "flatten":
            size = 1
            for n in shape:
                size *= n
            shape = (size,)
        elif layer[0] == "linear":
            if len(shape) != 1:
                raise ValueError(f"linear on {shape}: flatten first")
            count = layer[1] * shape[0] + layer[1]
            shape = (layer[1],)
        else:
            raise ValueError(f"unknown layer {layer[0]}")
        rows.append((shape, count))
    return rows


def right_match(layers, input_shape):
    def step(shape, layer):
        match (layer, shape):
            case (("conv", c_out, k, s, p), (c, h, w)):
                return (c_out, windows(h, k, s, p), windows(w, k, s, p)), (k * k * c + 1) * c_out
            case (("pool", k, s), (c, h, w)):
                return (c, windows(h, k, s), windows(w, k, s)), 0
            case (("flatten",), _):
                return (torch.Size(shape).numel(),), 0
            case (("linear", n_out), (n_in,)):
                return (n_out,), (n_in + 1) * n_out
        raise ValueError(f"{layer} does not take {shape}")

    table = []
    shape = tuple(input_shape)
    for layer in layers:
        shape, parameters = step(shape, layer)
        table.append((shape, parameters))
    return table


def right_ask_torch(layers, input_shape):
    x = torch.empty(1, *input_shape, device="meta")
    rows = []
    for name, *numbers in layers:
        if name == "conv":
            c_out, k, s, p = numbers
            module = nn.Conv2d(x.shape[1], c_out, k, s, p, device="meta") if x.ndim == 4 else None
        elif name == "pool":
            module = nn.MaxPool2d(*numbers) if x.ndim == 4 else None
        elif name == "flatten":
            module = nn.Flatten()
        elif name == "linear":
            module = nn.Linear(x.shape[1], numbers[0], device="meta") if x.ndim == 2 else None
        else:
            module = None
        if module is None:
            raise ValueError(f"{name} on {tuple(x.shape[1:])}")
        try:
            x = module(x)
        except RuntimeError as error:
            raise ValueError(f"{name} {numbers}: {error}") from error
        if 0 in x.shape:  # without numbers, torch lets a kernel by that is larger than its input
            raise ValueError(f"{name} {numbers} leaves nothing")
        rows.append((x.shape[1:], sum(p.numel() for p in module.parameters())))
    return rows


def right_functions_by_name(layers, input_shape, verbose=True):
    def conv(shape, c_out, k, s, p):
        c, h, w = image(shape)
        return [c_out, windows(h, k, s, p), windows(w, k, s, p)], c_out * c * k**2 + c_out

    def pool(shape, k, s):
        c, h, w = image(shape)
        return [c, windows(h, k, s), windows(w, k, s)], 0

    def flatten(shape):
        n = shape[0]
        for more in shape[1:]:
            n = n * more
        return [n], 0

    def linear(shape, n_out):
        if len(shape) > 1:
            raise ValueError(f"a linear layer after {shape}")
        return [n_out], n_out * (shape[0] + 1)

    def image(shape):
        if len(shape) != 3:
            raise ValueError(f"{shape} is not (C, H, W)")
        return shape

    known = {"conv": conv, "pool": pool, "flatten": flatten, "linear": linear}
    rows, shape = [], list(input_shape)
    for layer in layers:
        if layer[0] not in known:
            raise ValueError(f"unknown layer {layer[0]!r}")
        shape, count = known[layer[0]](shape, *layer[1:])
        if verbose:
            print(layer, shape, count)
        rows.append([tuple(shape), count])
    return rows


def right_recursive(layers, input_shape):
    if not layers:
        return []
    first = right_if_chain(layers[:1], input_shape)
    return first + right_recursive(layers[1:], first[0][0])


def wrong_order(layers, input_shape):
    """parameters come before the shape"""
    return [(count, shape) for shape, count in right_if_chain(layers, input_shape)]


def wrong_shapes_only(layers, input_shape):
    """the parameters are missing"""
    return [shape for shape, _ in right_if_chain(layers, input_shape)]


def wrong_input_first(layers, input_shape):
    """the input is listed as a layer"""
    return [(tuple(input_shape), 0)] + right_match(layers, input_shape)


def wrong_appended_too_early(layers, input_shape):
    """the shape before each layer, not after it"""
    rows, shape = [], tuple(input_shape)
    for layer in layers:
        after, count = right_match([layer], shape)[0]
        rows.append((shape, count))
        shape = after
    return rows


def wrong_last_only(layers, input_shape):
    """only the last layer is listed"""
    shape, row = tuple(input_shape), []
    for layer in layers:
        row = right_match([layer], shape)
        shape = row[0][0]
    return row


def wrong_total_so_far(layers, input_shape):
    """the parameters are running totals"""
    total, rows = 0, []
    for shape, count in right_match(layers, input_shape):
        total += count
        rows.append((shape, total))
    return rows


def wrong_channels_last(layers, input_shape):
    """channels come last in the shapes"""
    rows = right_match(layers, input_shape)
    return [(s[1:] + s[:1], n) if len(s) == 3 else (s, n) for s, n in rows]


def wrong_square(layers, input_shape):
    """images are taken to be square"""
    rows = right_match(layers, input_shape)
    return [((s[0], s[1], s[1]), n) if len(s) == 3 else (s, n) for s, n in rows]


def wrong_no_biases(layers, input_shape):
    """the biases are forgotten"""
    rows = []
    for (shape, count), layer in zip(right_match(layers, input_shape), layers):
        rows.append((shape, count - layer[1] if layer[0] in ("conv", "linear") else 0))
    return rows


def wrong_no_conv_biases(layers, input_shape):
    """the biases of convolutions are forgotten"""
    rows = []
    for (shape, count), layer in zip(right_match(layers, input_shape), layers):
        rows.append((shape, count - layer[1] if layer[0] == "conv" else count))
    return rows


def wrong_no_linear_biases(layers, input_shape):
    """the biases of linear layers are forgotten"""
    rows = []
    for (shape, count), layer in zip(right_match(layers, input_shape), layers):
        rows.append((shape, count - layer[1] if layer[0] == "linear" else count))
    return rows


def wrong_flat_filters(layers, input_shape):
    """filters are counted without their depth"""
    rows = []
    for (shape, count), layer in zip(right_match(layers, input_shape), layers):
        rows.append((shape, (layer[2] ** 2 + 1) * layer[1] if layer[0] == "conv" else count))
    return rows


def wrong_depth_never_updated(layers, input_shape):
    """every filter is taken to be as deep as the image"""
    c, rows = input_shape[0], []
    for (shape, count), layer in zip(right_match(layers, input_shape), layers):
        rows.append((shape, (c * layer[2] ** 2 + 1) * layer[1] if layer[0] == "conv" else count))
    return rows


def wrong_pooling_learns(layers, input_shape):
    """pooling is given weights"""
    rows = []
    for (shape, count), layer in zip(right_match(layers, input_shape), layers):
        rows.append((shape, shape[0] * layer[1] * layer[1] if layer[0] == "pool" else count))
    return rows


def wrong_no_padding(layers, input_shape):
    """the padding is ignored"""
    right_match(layers, input_shape)
    return right_match([(*one[:4], 0) if one[0] == "conv" else one for one in layers], input_shape)


def wrong_stride_one(layers, input_shape):
    """the stride of convolutions is ignored"""
    right_match(layers, input_shape)
    return right_match([(*one[:3], 1, one[4]) if one[0] == "conv" else one for one in layers], input_shape)


def wrong_pool_stride(layers, input_shape):
    """pooling always moves by its window"""
    right_match(layers, input_shape)
    return right_match([("pool", one[1], one[1]) if one[0] == "pool" else one for one in layers], input_shape)


def wrong_no_errors(layers, input_shape):
    """impossible arguments are accepted"""
    try:
        return right_match(layers, input_shape)
    except ValueError:
        return []


def wrong_linear_anywhere(layers, input_shape):
    """impossible arguments are accepted"""
    rows, shape = [], tuple(input_shape)
    for layer in layers:
        if layer[0] == "linear":
            n_in = torch.Size(shape).numel()
            shape, count = (layer[1],), layer[1] * (n_in + 1)
        else:
            shape, count = right_match([layer], shape)[0]
        rows.append((shape, count))
    return rows


def wrong_ceil_pooling(layers, input_shape):
    rows, shape = [], tuple(input_shape)
    for layer in layers:
        (after, count) = right_match([layer], shape)[0]
        if layer[0] == "pool":
            _, k, s = layer
            after = (shape[0], *(-(-(n - k) // s) + 1 for n in shape[1:]))
        shape = after
        rows.append((shape, count))
    return rows


def wrong_dictionary(layers, input_shape):
    return {str(i): row for i, row in enumerate(right_match(layers, input_shape))}


def wrong_nothing(layers, input_shape):
    """nothing is returned"""
    for row in right_match(layers, input_shape):
        print(row)


def wrong_sizes_of_zero(layers, input_shape):
    """impossible arguments are accepted"""
    shape, rows = tuple(input_shape), []
    for name, *numbers in layers:
        if (name in ("conv", "pool")) != (len(shape) == 3) and name != "flatten" or name not in KNOWN:
            raise ValueError(f"{name} on {shape}")
        count = 0
        if name == "conv":
            c_out, k, s, p = numbers
            count = c_out * (shape[0] * k * k + 1)
            shape = (c_out, *((n + 2 * p - k) // s + 1 for n in shape[1:]))
        elif name == "pool":
            shape = (shape[0], *((n - numbers[0]) // numbers[1] + 1 for n in shape[1:]))
        elif name == "flatten":
            shape = (torch.Size(shape).numel(),)
        else:
            count, shape = (shape[0] + 1) * numbers[0], (numbers[0],)
        rows.append((shape, count))
    return rows


KNOWN = ("conv", "pool", "flatten", "linear")
