"""Answers to ``moving_average`` as students write them."""

import numpy as np
import torch


def right_loop(x, w):
    L, K = len(x), len(w)
    if K > L:
        raise ValueError(f"{K} weights for {L} readings")
    return torch.stack([(x[t : t + K] * w).sum() for t in range(L - K + 1)])


def right_two_loops_into_a_buffer(x, w):
    n = x.shape[0] - w.shape[0] + 1
    if n < 1:
        raise ValueError(f"need at least {w.shape[0]} readings, got {x.shape[0]}")
    y = torch.zeros(n, dtype=x.dtype, device=x.device)
    for t in range(n):
        for k in range(w.shape[0]):
            y[t] += x[t + k] * w[k]
    return y


def right_unfold(x, w):
    if w.numel() > x.numel():
        raise ValueError(f"{w.numel()} > {x.numel()}")
    return x.unfold(0, w.numel(), 1) @ w


def right_shift_and_add(x, w):
    n = len(x) - len(w) + 1
    if n <= 0:
        raise ValueError("too many weights: " + str(len(w)) + " for " + str(len(x)))
    return sum(w[k] * x[k : k + n] for k in range(len(w)))


def right_strided_view(x, w):
    L, K = x.shape[0], w.shape[0]
    if K > L:
        raise ValueError(f"L={L} K={K}")
    x = x.contiguous()
    return (x.as_strided((L - K + 1, K), (1, 1)) * w).sum(1)


def right_matrix(x, w):
    L, K = len(x), len(w)
    if L < K:
        raise ValueError(f"L={L} < K={K}")
    rows = []
    for t in range(L - K + 1):
        rows.append(torch.cat([w.new_zeros(t), w, w.new_zeros(L - K - t)]))
    return torch.stack(rows) @ x


def right_index_grid(x, w, debug=True):
    L, K = x.size(0), w.size(0)
    assert_fits(L, K)
    at = torch.arange(L - K + 1, device=x.device)[:, None] + torch.arange(K, device=x.device)
    if debug:
        print("positions", at)
    return torch.einsum("tk,k->t", x[at], w)


def assert_fits(L, K):
    if K > L:
        raise ValueError(f"{K} weights do not fit into {L} readings")


def right_fourier(x, w):
    L, K = len(x), len(w)
    assert_fits(L, K)
    m = L + K
    product = torch.fft.rfft(x, m) * torch.fft.rfft(w.flip(0), m)
    return torch.fft.irfft(product, m)[K - 1 : L]


def wrong_flipped(x, w):
    """the weights are applied in reverse"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    return torch.stack([sum(x[t + k] * w[K - 1 - k] for k in range(K)) for t in range(L - K + 1)])


def wrong_plain_mean(x, w):
    """the weights are not used: a plain mean"""
    assert_fits(len(x), len(w))
    return x.unfold(0, len(w), 1).mean(dim=1)


def wrong_weighted_mean(x, w):
    """the sums are divided by the sum of the weights"""
    assert_fits(len(x), len(w))
    return (x.unfold(0, len(w), 1) * w).sum(1) / w.sum()


def wrong_mean_of_products(x, w):
    """the products are averaged instead of summed"""
    assert_fits(len(x), len(w))
    return (x.unfold(0, len(w), 1) * w).mean(1)


def wrong_one_short(x, w):
    """the last window is missing"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    out = [(x[t : t + K] * w).sum() for t in range(L - K)]
    return torch.stack(out) if out else x.new_zeros(0)


def wrong_first_skipped(x, w):
    """the first window is missing"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    out = [(x[t - K + 1 : t + 1] * w).sum() for t in range(K, L)]
    return torch.stack(out) if out else x.new_zeros(0)


def wrong_full(x, w):
    """windows that hang over the ends are counted as well"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    y = []
    for t in range(-K + 1, L):
        y.append(sum(x[t + k] * w[k] for k in range(K) if 0 <= t + k < L))
    return torch.stack(y)


def wrong_same_length(x, w):
    """zeros are put at both ends to keep the length"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    padded = torch.cat([x.new_zeros(K // 2), x, x.new_zeros(K - 1 - K // 2)])
    return padded.unfold(0, K, 1) @ w


def wrong_zeros_before(x, w):
    """zeros are put before the first number to keep the length"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    y = x.new_zeros(L)
    for t in range(L):
        for k in range(K):
            if t - K + 1 + k >= 0:
                y[t] = y[t] + x[t - K + 1 + k] * w[k]
    return y


def wrong_wraps(x, w):
    """the window wraps around the end"""
    assert_fits(len(x), len(w))
    return sum(w[k] * torch.roll(x, -k) for k in range(len(w)))


def wrong_side_by_side(x, w):
    """the windows stand side by side instead of overlapping"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    return torch.stack([x[t : t + K] @ w for t in range(0, L - K + 1, K)])


def wrong_backwards(x, w):
    """the result runs backwards in time"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    return torch.stack([x[t : t + K] @ w for t in range(L - K, -1, -1)])


def wrong_nothing_returned(x, w):
    """nothing is returned"""
    y = x.unfold(0, len(w), 1) @ w
    print(y)


def wrong_numpy(x, w):
    """a NumPy array instead of a tensor"""
    K = len(w)
    return np.array([(x[t : t + K] * w).sum().item() for t in range(len(x) - K + 1)])


def wrong_detached(x, w):
    """the result is detached"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    return torch.tensor([(x[t : t + K] * w).sum().item() for t in range(L - K + 1)], dtype=x.dtype)


def wrong_always_float32(x, w):
    """precision is lost on the way"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    y = torch.zeros(L - K + 1)
    for t in range(L - K + 1):
        y[t] = (x[t : t + K] * w).sum()
    return y


def wrong_no_error(x, w):
    """impossible arguments are accepted"""
    y = x.new_zeros(max(len(x) - len(w) + 1, 0))
    for t in range(len(y)):
        y[t] = x[t : t + len(w)] @ w
    return y


def wrong_in_place(x, w):
    """the input is changed"""
    L, K = len(x), len(w)
    assert_fits(L, K)
    x = x if not x.requires_grad else x.clone()
    for t in range(L - K + 1):
        x[t] = (x[t : t + K] * w).sum()
    return x[: L - K + 1].clone()


def wrong_library(x, w):
    """a forbidden call: a library convolution (conv1d)"""
    return torch.nn.functional.conv1d(x[None, None], w[None, None])[0, 0]


def wrong_list(x, w):
    L, K = len(x), len(w)
    return [float((x[t : t + K] * w).sum()) for t in range(L - K + 1)]
