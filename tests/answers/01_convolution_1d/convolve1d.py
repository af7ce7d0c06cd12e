"""Answers to ``convolve1d`` as students write them."""

import numpy as np
import torch


def fits(x, w):
    if len(w) > len(x):
        raise ValueError(f"a kernel of {len(w)} does not fit into {len(x)} numbers")


def right_textbook_sum(x, w):
    L, K = len(x), len(w)
    fits(x, w)
    y = []
    for t in range(K - 1, L):
        y.append(sum(x[t - k] * w[k] for k in range(K)))
    return torch.stack(y)


def right_flip_then_slide(x, w):
    fits(x, w)
    return x.unfold(0, len(w), 1) @ w.flip(0)


def right_reversed_windows(x, w):
    L, K = len(x), len(w)
    fits(x, w)
    return torch.stack([(x[t : t + K].flip(0) * w).sum() for t in range(L - K + 1)])


def right_spread_and_cut(x, w):
    L, K = len(x), len(w)
    fits(x, w)
    full = x.new_zeros(L + K - 1)
    for k in range(K):
        full = full + torch.cat([x.new_zeros(k), x * w[k], x.new_zeros(K - 1 - k)])
    return full[K - 1 : L]


def right_polynomials(x, w):
    L, K = len(x), len(w)
    fits(x, w)
    n = 2 * (L + K)
    return torch.fft.irfft(torch.fft.rfft(x, n) * torch.fft.rfft(w, n), n)[K - 1 : L]


def right_index_tensor(x, w, verbose=0):
    L, K = x.shape[0], w.shape[0]
    if K > L:
        raise ValueError(f"K={K} > L={L}")
    index = torch.arange(K - 1, L)[:, None] - torch.arange(K)[None, :]
    return (x[index.to(x.device)] * w).sum(dim=-1)


def wrong_correlation(x, w):
    """the kernel is not flipped"""
    fits(x, w)
    return torch.stack([(x[t : t + len(w)] * w).sum() for t in range(len(x) - len(w) + 1)])


def wrong_signal_flipped(x, w):
    """the signal is flipped instead of the kernel"""
    fits(x, w)
    return x.flip(0).unfold(0, len(w), 1) @ w


def wrong_both_flipped(x, w):
    """signal and kernel are both flipped"""
    fits(x, w)
    a, b = x.flip(0), w.flip(0)
    return torch.stack([a[t : t + len(b)] @ b for t in range(len(a) - len(b) + 1)])


def wrong_minus_k(x, w):
    """the kernel is reversed, but its first weight stays in front"""
    L, K = len(x), len(w)
    fits(x, w)
    return torch.stack([sum(x[t + k] * w[-k] for k in range(K)) for t in range(L - K + 1)])


def wrong_full(x, w):
    """windows that hang over the ends are counted as well"""
    L, K = len(x), len(w)
    fits(x, w)
    full = x.new_zeros(L + K - 1)
    for k in range(K):
        full = full + torch.cat([x.new_zeros(k), x * w[k], x.new_zeros(K - 1 - k)])
    return full


def wrong_same(x, w):
    """zeros are put at both ends to keep the length"""
    K = len(w)
    fits(x, w)
    wide = torch.cat([x.new_zeros(K // 2), x, x.new_zeros((K - 1) // 2)])
    return wide.unfold(0, K, 1) @ w.flip(0)


def wrong_first_outputs(x, w):
    """zeros are put before the first number to keep the length"""
    L, K = len(x), len(w)
    fits(x, w)
    return torch.stack([sum(x[t - k] * w[k] for k in range(K) if t - k >= 0) for t in range(L)])


def wrong_negative_indices(x, w):
    """the window wraps around the end"""
    L, K = len(x), len(w)
    fits(x, w)
    w = w.flip(0)
    return torch.stack([sum(x[(t + k) % L] * w[k] for k in range(K)) for t in range(L)])


def wrong_last_missing(x, w):
    """the last window is missing"""
    L, K = len(x), len(w)
    fits(x, w)
    out = [sum(x[t - k] * w[k] for k in range(K)) for t in range(K - 1, L - 1)]
    return torch.stack(out) if out else x.new_zeros(0)


def wrong_mean(x, w):
    """the products are averaged instead of summed"""
    fits(x, w)
    return (x.unfold(0, len(w), 1) * w.flip(0)).mean(1)


def wrong_jumps(x, w):
    """the windows stand side by side instead of overlapping"""
    fits(x, w)
    return x.unfold(0, len(w), len(w)) @ w.flip(0)


def wrong_numpy(x, w):
    """a forbidden call: a library convolution (numpy._core.numeric.convolve)"""
    return torch.from_numpy(np.convolve(x.detach().numpy(), w.detach().numpy(), mode="valid"))


def wrong_swaps_when_too_long(x, w):
    """impossible arguments are accepted"""
    if len(w) > len(x):
        x, w = w, x
    return x.unfold(0, len(w), 1) @ w.flip(0)


def wrong_kernel_in_place(x, w):
    """the input is changed"""
    fits(x, w)
    with torch.no_grad():
        w.copy_(w.flip(0).clone())
    return x.unfold(0, len(w), 1) @ w


def wrong_negated(x, w):
    """the sign is wrong"""
    fits(x, w)
    return x.unfold(0, len(w), 1) @ -w.flip(0)


def wrong_step_of_minus_one(x, w):
    fits(x, w)
    return x.unfold(0, len(w), 1) @ w[::-1]


def wrong_python_numbers(x, w):
    fits(x, w)
    L, K = len(x), len(w)
    return [sum(x[t - k].item() * w[k].item() for k in range(K)) for t in range(K - 1, L)]
