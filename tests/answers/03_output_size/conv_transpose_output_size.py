"""Answers to ``conv_transpose_output_size`` as students write them."""

import torch


def refuse(n, k, s, p, extra, d):
    if min(n, k, s, d) < 1 or min(p, extra) < 0 or extra >= max(s, d):
        raise ValueError(f"n={n} k={k} s={s} p={p} output_padding={extra} d={d}")
    size = s * (n - 1) + d * (k - 1) + 1 + extra - 2 * p
    if size < 1:
        raise ValueError(f"nothing is left: {size}")


def right_formula(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    return s * (n - 1) + d * (k - 1) + 1 + output_padding - 2 * p


def right_mark_the_places(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    places = {i * s + j * d for i in range(n) for j in range(k)}
    return max(places) + 1 - 2 * p + output_padding


def right_ask_torch(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    layer = torch.nn.ConvTranspose1d(1, 1, k, s, p, output_padding, dilation=d)
    return layer(torch.zeros(1, 1, n)).shape[2]


def right_search_backwards(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    size = max(1, d * (k - 1) + 1 - 2 * p)
    while (size + 2 * p - d * (k - 1) - 1) // s + 1 < n:
        size += 1
    return size + output_padding


def right_step_by_step(n, k, s=1, p=0, output_padding=0, d=1, show=True):
    refuse(n, k, s, p, output_padding, d)
    size = n + (n - 1) * (s - 1)
    size += d * (k - 1)
    size -= 2 * p
    if show:
        print("before output padding", size)
    return size + output_padding


def wrong_forward(n, k, s=1, p=0, output_padding=0, d=1):
    """the size of an ordinary convolution"""
    refuse(n, k, s, p, output_padding, d)
    return (n - d * (k - 1) - 1 + 2 * p) // s + 1


def wrong_times(n, k, s=1, p=0, output_padding=0, d=1):
    """only input size times stride"""
    refuse(n, k, s, p, output_padding, d)
    return s * n


def wrong_one_short(n, k, s=1, p=0, output_padding=0, d=1):
    """the last place is not counted"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - 2 * p + d * (k - 1) + output_padding


def wrong_n_strides(n, k, s=1, p=0, output_padding=0, d=1):
    """one stride too many"""
    refuse(n, k, s, p, output_padding, d)
    return n * s - 2 * p + d * (k - 1) + output_padding + 1


def wrong_plus_padding(n, k, s=1, p=0, output_padding=0, d=1):
    """the padding is added instead of cut off"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s + 2 * p + d * (k - 1) + output_padding + 1


def wrong_padding_once(n, k, s=1, p=0, output_padding=0, d=1):
    """the padding is cut off once"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - p + d * (k - 1) + output_padding + 1


def wrong_no_padding(n, k, s=1, p=0, output_padding=0, d=1):
    """the padding is ignored"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s + d * (k - 1) + output_padding + 1


def wrong_no_output_padding(n, k, s=1, p=0, output_padding=0, d=1):
    """output_padding is ignored"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - 2 * p + d * (k - 1) + 1


def wrong_output_padding_twice(n, k, s=1, p=0, output_padding=0, d=1):
    """output_padding is added on both sides"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - 2 * p + d * (k - 1) + 2 * output_padding + 1


def wrong_no_stride(n, k, s=1, p=0, output_padding=0, d=1):
    """the stride is ignored"""
    refuse(n, k, s, p, output_padding, d)
    return n - 2 * p + d * (k - 1) + output_padding


def wrong_no_dilation(n, k, s=1, p=0, output_padding=0, d=1):
    """the dilation is ignored"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - 2 * p + k + output_padding


def wrong_d_times_k(n, k, s=1, p=0, output_padding=0, d=1):
    """a dilated window is taken to span D·K"""
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - 2 * p + d * k + output_padding


def wrong_no_errors(n, k, s=1, p=0, output_padding=0, d=1):
    """impossible arguments are accepted"""
    return (n - 1) * s - 2 * p + d * (k - 1) + output_padding + 1


def wrong_divides(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) // s - 2 * p + d * (k - 1) + output_padding + 1


def wrong_float(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    return (n - 1) * s - 2 * p + d * (k - 1) + output_padding + 1.0


def wrong_pair(n, k, s=1, p=0, output_padding=0, d=1):
    refuse(n, k, s, p, output_padding, d)
    size = (n - 1) * s - 2 * p + d * (k - 1) + output_padding + 1
    return [size, size]


def wrong_nothing(n, k, s=1, p=0, output_padding=0, d=1):
    """nothing is returned"""
    refuse(n, k, s, p, output_padding, d)
    print((n - 1) * s - 2 * p + d * (k - 1) + output_padding + 1)


def wrong_negative_padding(n, k, s=1, p=0, output_padding=0, d=1):
    """impossible arguments are accepted"""
    return right_formula(n, k, s, p, output_padding, d) if p >= 0 else (n - 1) * s - 2 * p + d * (k - 1) + 1
