"""Answers to ``pool_output_size`` as students write them."""

import math

import torch
import torch.nn.functional as F


def refuse(n, k, s, p):
    s = k if s is None else s
    if k < 1 or s < 1 or p < 0 or k > n + 2 * p or 2 * p > k:
        raise ValueError(f"n={n} k={k} s={s} p={p}")
    return s


def right_formula(n, k, s=None, p=0, ceil_mode=False):
    s = refuse(n, k, s, p)
    steps = (n + 2 * p - k) / s
    size = (math.ceil(steps) if ceil_mode else math.floor(steps)) + 1
    if ceil_mode and (size - 1) * s >= n + p:
        size -= 1
    return size


def right_count(n, k, s=None, p=0, ceil_mode=False):
    s = refuse(n, k, s, p)
    count, start = 0, -p
    while start + k <= n + p:
        count, start = count + 1, start + s
    if ceil_mode and start < n and start - s + k < n + p:
        count += 1
    return count


def right_integers(n, k, s=None, p=0, ceil_mode=False):
    s = refuse(n, k, s, p)
    room = n + 2 * p - k
    if not ceil_mode:
        return room // s + 1
    last = (room + s - 1) // s
    while last * s - p >= n:
        last -= 1
    return last + 1


def right_ask_torch(n, k, s=None, p=0, ceil_mode=False):
    s = refuse(n, k, s, p)
    x = torch.zeros(1, 1, n)
    return F.max_pool1d(x, k, s, p, ceil_mode=ceil_mode).shape[-1]


def right_list_of_starts(n, k, s=None, p=0, ceil_mode=False, show=True):
    s = refuse(n, k, s, p)
    starts = [a for a in range(-p, n + p, s) if a + k <= n + p]
    extra = starts[-1] + s
    if ceil_mode and starts[-1] + k < n + p and extra < n:
        starts.append(extra)
    if show:
        print(starts)
    return len(starts)


def wrong_stride_one(n, k, s=None, p=0, ceil_mode=False):
    """the stride is 1 when it is not given"""
    refuse(n, k, s, p)
    return right_formula(n, k, 1 if s is None else s, p, ceil_mode)


def wrong_stride_is_window(n, k, s=None, p=0, ceil_mode=False):
    """the stride is always the window"""
    refuse(n, k, s, p)
    return right_formula(n, k, k, p, ceil_mode)


def wrong_no_ceil(n, k, s=None, p=0, ceil_mode=False):
    """ceil_mode is ignored"""
    s = refuse(n, k, s, p)
    return (n + 2 * p - k) // s + 1


def wrong_always_ceil(n, k, s=None, p=0, ceil_mode=False):
    """rounded up without ceil_mode"""
    return right_count(n, k, s, p, True)


def wrong_ceil_swapped(n, k, s=None, p=0, ceil_mode=False):
    """ceil_mode is the wrong way round"""
    return right_integers(n, k, s, p, not ceil_mode)


def wrong_plain_ceil(n, k, s=None, p=0, ceil_mode=False):
    """with ceil_mode a window may start behind the input"""
    s = refuse(n, k, s, p)
    steps = (n + 2 * p - k) / s
    return int(math.ceil(steps) if ceil_mode else steps) + 1


def wrong_end_of_the_padding(n, k, s=None, p=0, ceil_mode=False):
    """with ceil_mode a window may start in the padding at the end"""
    s = refuse(n, k, s, p)
    size = -(-(n + 2 * p - k) // s) + 1 if ceil_mode else (n + 2 * p - k) // s + 1
    if ceil_mode and (size - 1) * s >= n + 2 * p:
        size -= 1
    return size


def wrong_end_without_the_padding(n, k, s=None, p=0, ceil_mode=False):
    """with ceil_mode the padding in front is forgotten"""
    s = refuse(n, k, s, p)
    size = -(-(n + 2 * p - k) // s) + 1 if ceil_mode else (n + 2 * p - k) // s + 1
    if ceil_mode and (size - 1) * s >= n:
        size -= 1
    return size


def wrong_ceil_plus_one(n, k, s=None, p=0, ceil_mode=False):
    """ceil_mode always adds one"""
    s = refuse(n, k, s, p)
    return (n + 2 * p - k) // s + 1 + ceil_mode


def wrong_padding_once(n, k, s=None, p=0, ceil_mode=False):
    """the padding is counted once"""
    s = refuse(n, k, s, p)
    return (n + p - k) // s + 1


def wrong_no_padding(n, k, s=None, p=0, ceil_mode=False):
    """the padding is ignored"""
    s = refuse(n, k, s, p)
    return (n - k) // s + 1


def wrong_divides(n, k, s=None, p=0, ceil_mode=False):
    """the size is divided by the stride"""
    s = refuse(n, k, s, p)
    return (n + 2 * p) // s


def wrong_one_short(n, k, s=None, p=0, ceil_mode=False):
    """the first window is not counted"""
    return right_count(n, k, s, p, ceil_mode) - 1


def wrong_falsy_stride(n, k, s=None, p=0, ceil_mode=False):
    """impossible arguments are accepted"""
    s = s or k
    refuse(n, k, s, p)
    return right_formula(n, k, s, p, ceil_mode)


def wrong_too_much_padding(n, k, s=None, p=0, ceil_mode=False):
    """impossible arguments are accepted"""
    s = k if s is None else s
    if s < 1 or p < 0 or k > n + 2 * p:
        raise ValueError(f"n={n} k={k} s={s} p={p}")
    size = -(-(n + 2 * p - k) // s) + 1 if ceil_mode else (n + 2 * p - k) // s + 1
    return size - 1 if ceil_mode and (size - 1) * s >= n + p else size


def wrong_float(n, k, s=None, p=0, ceil_mode=False):
    s = refuse(n, k, s, p)
    return float(right_formula(n, k, s, p, ceil_mode))


def wrong_nothing(n, k, s=None, p=0, ceil_mode=False):
    """nothing is returned"""
    size = right_formula(n, k, s, p, ceil_mode)
    print(size)
