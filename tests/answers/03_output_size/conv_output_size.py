"""Answers to ``conv_output_size`` as students write them."""

import math
from fractions import Fraction

import torch


def refuse(n, k, s, p, d):
    if k < 1 or s < 1 or d < 1 or p < 0 or d * (k - 1) + 1 > n + 2 * p:
        raise ValueError(f"n={n} k={k} s={s} p={p} d={d}")


def right_formula(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def right_count_the_starts(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    count, start = 0, -p
    while start + d * (k - 1) < n + p:
        count += 1
        start += s
    return count


def right_range(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    span = d * (k - 1) + 1
    return len(range(0, n + 2 * p - span + 1, s))


def right_floor(n, k, s=1, p=0, d=1, verbose=True):
    refuse(n, k, s, p, d)
    steps = (n + 2 * p - d * (k - 1) - 1) / s
    if verbose:
        print("steps:", steps)
    return math.floor(steps + 1)


def right_ask_torch(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    x, w = torch.zeros(1, 1, n), torch.zeros(1, 1, k)
    return torch.conv1d(x, w, stride=s, padding=p, dilation=d).shape[-1]


def right_recursive(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    span = d * (k - 1) + 1
    return 1 if n + 2 * p - s < span else 1 + right_recursive(n - s, k, s, p, d)


def right_tensor(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    starts = torch.arange(-p, n + p - d * (k - 1), s)
    return torch.tensor(starts.numel())


def wrong_one_padding(n, k, s=1, p=0, d=1):
    """the padding is counted once"""
    refuse(n, k, s, p, d)
    return (n + p - d * (k - 1) - 1) // s + 1


def wrong_plus_one_inside(n, k, s=1, p=0, d=1):
    """the 1 is added before dividing by the stride"""
    refuse(n, k, s, p, d)
    span = d * (k - 1) + 1
    return (n + 2 * p - span + 1) // s


def wrong_plus_one_missing(n, k, s=1, p=0, d=1):
    """the first window is not counted"""
    refuse(n, k, s, p, d)
    return math.floor((n + 2 * p - d * (k - 1) - 1) / s)


def wrong_float(n, k, s=1, p=0, d=1):
    """the result is not rounded down to an int"""
    refuse(n, k, s, p, d)
    return (n + 2 * p - d * (k - 1) - 1) / s + 1


def wrong_fraction(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    return Fraction(n + 2 * p - d * (k - 1) - 1, s) + 1


def wrong_ceil(n, k, s=1, p=0, d=1):
    """rounded up"""
    refuse(n, k, s, p, d)
    return -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1


def wrong_round(n, k, s=1, p=0, d=1):
    """rounded to the nearest number"""
    refuse(n, k, s, p, d)
    return round((n + 2 * p - d * (k - 1) - 1) / s) + 1


def wrong_no_stride(n, k, s=1, p=0, d=1):
    """the stride is ignored"""
    refuse(n, k, s, p, d)
    return n + 2 * p - d * (k - 1)


def wrong_no_padding(n, k, s=1, p=0, d=1):
    """the padding is ignored"""
    refuse(n, k, s, p, d)
    return (n - d * (k - 1) - 1) // s + 1


def wrong_no_dilation(n, k, s=1, p=0, d=1):
    """the dilation is ignored"""
    refuse(n, k, s, p, d)
    return (n - k + 2 * p) // s + 1


def wrong_d_times_k(n, k, s=1, p=0, d=1):
    """a dilated window is taken to span D·K"""
    refuse(n, k, s, p, d)
    k = k * d
    return (n - k + 2 * p) // s + 1


def wrong_gaps_of_d(n, k, s=1, p=0, d=1):
    """dilation D is taken to put D cells between neighbours"""
    refuse(n, k, s, p, d)
    if d > 1:
        k = k + (k - 1) * d
    return (n - k + 2 * p) // s + 1


def wrong_dilation_added(n, k, s=1, p=0, d=1):
    """the dilation is added to the kernel"""
    refuse(n, k, s, p, d)
    k = k + d - 1
    return (n - k + 2 * p) // s + 1


def wrong_brackets(n, k, s=1, p=0, d=1):
    """the stride is divided by before the kernel is taken off"""
    refuse(n, k, s, p, d)
    return (n + 2 * p) // s - d * (k - 1)


def wrong_just_divides(n, k, s=1, p=0, d=1):
    """the kernel is not taken off"""
    refuse(n, k, s, p, d)
    return (n + 2 * p) // s


def wrong_no_error(n, k, s=1, p=0, d=1):
    """impossible arguments are accepted"""
    if s == 0:
        return 0
    return max((n + 2 * p - d * (k - 1) - 1) // s + 1, 0)


def wrong_assert(n, k, s=1, p=0, d=1):
    assert min(k, s, d) > 0, "too small"
    assert d * (k - 1) < n + 2 * p, "does not fit"
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def wrong_prints(n, k, s=1, p=0, d=1):
    """nothing is returned"""
    refuse(n, k, s, p, d)
    print((n + 2 * p - d * (k - 1) - 1) // s + 1)


def wrong_pair(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    size = (n + 2 * p - d * (k - 1) - 1) // s + 1
    return size, size


def wrong_text(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    return str((n + 2 * p - d * (k - 1) - 1) // s + 1)


def wrong_padding_after(n, k, s=1, p=0, d=1):
    refuse(n, k, s, p, d)
    return max((n - d * (k - 1) - 1) // s + 1, 0) + 2 * p
