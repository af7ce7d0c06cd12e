"""Answers to ``causal_conv1d`` as students write them."""

import torch
import torch.nn.functional as F


def refuse(x, w, dilation):
    if dilation < 1:
        raise ValueError(f"dilation {dilation} is below 1")
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, filters of depth {w.shape[1]}")


def windows_of(x, w, dilation):
    return x.unfold(2, dilation * (w.shape[2] - 1) + 1, 1)[..., ::dilation]


def right_pad_and_slide(x, w, b=None, dilation=1):
    refuse(x, w, dilation)
    x = F.pad(x, (dilation * (w.shape[2] - 1), 0))
    y = torch.einsum("nctk,ock->not", windows_of(x, w, dilation), w)
    return y if b is None else y + b[:, None]


def right_look_back(x, w, b=None, dilation=1):
    refuse(x, w, dilation)
    N, C, L = x.shape
    O, _, K = w.shape
    out = []
    for t in range(L):
        total = x.new_zeros(N, O)
        for k in range(K):
            back = t - (K - 1 - k) * dilation
            if back >= 0:
                total = total + x[:, :, back] @ w[:, :, k].T
        out.append(total)
    y = torch.stack(out, dim=2)
    if b is not None:
        y = y + b.view(1, -1, 1)
    return y


def right_shifted_copies(x, w, b=None, dilation=1):
    refuse(x, w, dilation)
    L, K = x.shape[2], w.shape[2]
    y = 0
    for k in range(K):
        delay = (K - 1 - k) * dilation
        late = torch.cat([x.new_zeros(x.shape[0], x.shape[1], min(delay, L)), x[:, :, : max(L - delay, 0)]], dim=2)
        y = y + torch.matmul(w[:, :, k], late)
    return y if b is None else y + b[:, None]


def right_pad_both_and_cut(x, w, b=None, dilation=1):
    refuse(x, w, dilation)
    reach = dilation * (w.shape[2] - 1)
    wide = F.pad(x, (reach, reach))
    y = torch.stack(
        [
            torch.tensordot(wide[:, :, t : t + reach + 1 : dilation], w, dims=([1, 2], [1, 2]))
            for t in range(x.shape[2] + reach)
        ],
        dim=-1,
    )[..., : x.shape[2]]
    return y + (0 if b is None else b[None, :, None])


def right_masked_matrix(x, w, b=None, dilation=1):
    refuse(x, w, dilation)
    L, K = x.shape[2], w.shape[2]
    age = torch.arange(L)[:, None] - torch.arange(L)[None, :]
    A = x.new_zeros(w.shape[0], w.shape[1], L, L)
    for k in range(K):
        A = A + w[:, :, k, None, None] * (age == (K - 1 - k) * dilation).to(x)
    y = torch.einsum("octs,ncs->not", A, x)
    return y if b is None else y + b.unsqueeze(-1)


def after_padding(x, w, b, dilation):
    """Shared by the wrong ones."""
    y = torch.einsum("nctk,ock->not", windows_of(x, w, dilation), w)
    return y if b is None else y + b[:, None]


def wrong_centred(x, w, b=None, dilation=1):
    """the window is centred: it sees the future"""
    refuse(x, w, dilation)
    reach = dilation * (w.shape[2] - 1)
    return after_padding(F.pad(x, (reach - reach // 2, reach // 2)), w, b, dilation)


def wrong_padding_right(x, w, b=None, dilation=1):
    """the window looks ahead: the padding is behind"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x, (0, dilation * (w.shape[2] - 1))), w, b, dilation)


def wrong_last_outputs_kept(x, w, b=None, dilation=1):
    """the window looks ahead: the padding is behind"""
    refuse(x, w, dilation)
    reach = dilation * (w.shape[2] - 1)
    return after_padding(F.pad(x, (reach, reach)), w, b, dilation)[..., -x.shape[2] :]


def wrong_valid(x, w, b=None, dilation=1):
    """nothing is padded"""
    refuse(x, w, dilation)
    return after_padding(x, w, b, dilation)


def wrong_both(x, w, b=None, dilation=1):
    """both sides are padded"""
    refuse(x, w, dilation)
    reach = dilation * (w.shape[2] - 1)
    return after_padding(F.pad(x, (reach, reach)), w, b, dilation)


def wrong_undilated_padding(x, w, b=None, dilation=1):
    """the padding does not know the dilation"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x, (w.shape[2] - 1, 0)), w, b, dilation)


def wrong_padding_of_k(x, w, b=None, dilation=1):
    """the padding is D·K instead of D·(K - 1)"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x, (dilation * w.shape[2], 0)), w, b, dilation)


def wrong_strictly_past(x, w, b=None, dilation=1):
    """output t does not see input t"""
    refuse(x, w, dilation)
    N, C, L = x.shape
    K = w.shape[2]
    y = x.new_zeros(N, w.shape[0], L)
    for t in range(L):
        for k in range(K):
            at = t - 1 - (K - 1 - k) * dilation
            if at >= 0:
                y[:, :, t] += x[:, :, at] @ w[:, :, k].T
    return y if b is None else y + b[:, None]


def wrong_one_ahead(x, w, b=None, dilation=1):
    """output t sees input t + 1"""
    refuse(x, w, dilation)
    reach = dilation * (w.shape[2] - 1)
    return after_padding(F.pad(x, (reach, 1)), w, b, dilation)[..., 1:]


def wrong_newest_first(x, w, b=None, dilation=1):
    """the kernel is flipped"""
    refuse(x, w, dilation)
    K = w.shape[2]
    out = []
    for t in range(x.shape[2]):
        taken = [x[:, :, t - k * dilation] @ w[:, :, k].T for k in range(K) if t - k * dilation >= 0]
        out.append(sum(taken))
    y = torch.stack(out, -1)
    return y if b is None else y + b[:, None]


def wrong_no_dilation(x, w, b=None, dilation=1):
    """the dilation is ignored"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x, (w.shape[2] - 1, 0)), w, b, 1)


def wrong_no_bias(x, w, b=None, dilation=1):
    """the bias is ignored"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x, (dilation * (w.shape[2] - 1), 0)), w, None, dilation)


def wrong_first_channel(x, w, b=None, dilation=1):
    """only the first channel is used"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x[:, :1], (dilation * (w.shape[2] - 1), 0)), w[:, :1], b, dilation)


def wrong_repeats_the_first(x, w, b=None, dilation=1):
    """the past before the start repeats the first reading"""
    refuse(x, w, dilation)
    K = w.shape[2]
    y = []
    for t in range(x.shape[2]):
        taken = [x[:, :, max(t - (K - 1 - k) * dilation, 0)] @ w[:, :, k].T for k in range(K)]
        y.append(sum(taken))
    y = torch.stack(y, -1)
    return y if b is None else y + b[:, None]


def wrong_negative_index(x, w, b=None, dilation=1):
    """the past before the start is the end of the signal"""
    refuse(x, w, dilation)
    K = w.shape[2]
    y = 0
    for k in range(K):
        y = y + torch.matmul(w[:, :, k], torch.roll(x, (K - 1 - k) * dilation, dims=2))
    return y if b is None else y + b[:, None]


def wrong_cut_to_the_window(x, w, b=None, dilation=1):
    refuse(x, w, dilation)
    x = F.pad(x, (dilation * (w.shape[2] - 1), 0))
    scale = w.abs().sum(dim=(1, 2), keepdim=False)[:, None]
    return after_padding(x, w, b, dilation) / scale


def wrong_dilation_zero_allowed(x, w, b=None, dilation=1):
    """impossible arguments are accepted"""
    dilation = max(dilation, 1)
    depth = min(x.shape[1], w.shape[1])
    return after_padding(F.pad(x[:, :depth], (dilation * (w.shape[2] - 1), 0)), w[:, :depth], b, dilation)


def wrong_detached(x, w, b=None, dilation=1):
    """the result is detached"""
    refuse(x, w, dilation)
    return after_padding(F.pad(x, (dilation * (w.shape[2] - 1), 0)), w, b, dilation).detach()


def wrong_padding_written_into_x(x, w, b=None, dilation=1):
    """the input is changed"""
    refuse(x, w, dilation)
    y = after_padding(F.pad(x, (dilation * (w.shape[2] - 1), 0)), w, b, dilation)
    with torch.no_grad():
        x[:, :, 0] = 0
    return y.clone()


def wrong_library(x, w, b=None, dilation=1):
    """a forbidden call: a library convolution (conv1d)"""
    refuse(x, w, dilation)
    return F.conv1d(F.pad(x, (dilation * (w.shape[2] - 1), 0)), w, b, dilation=dilation)


def wrong_nothing_returned(x, w, b=None, dilation=1):
    """nothing is returned"""
    refuse(x, w, dilation)
    y = after_padding(F.pad(x, (dilation * (w.shape[2] - 1), 0)), w, b, dilation)
    print(y.shape)
