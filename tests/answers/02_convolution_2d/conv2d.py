import math
import warnings

import numpy as np
import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _size(n, k, s, p, d):
    if s < 1 or d < 1 or p < 0:
        raise ValueError(f"stride {s}, dilation {d} and padding {p} are impossible")
    size = (n + 2 * p - d * (k - 1) - 1) // s + 1
    if size < 1:
        raise ValueError(f"kernel {k} with dilation {d} is larger than {n} + 2*{p}")
    return size


def _channels(x, w, groups):
    if groups < 1 or x.shape[1] % groups or w.shape[0] % groups or x.shape[1] // groups != w.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, {w.shape[0]} filters of depth {w.shape[1]}, {groups} groups")


def right_loops(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw), (dh, dw) = _two(stride), _two(padding), _two(dilation)
    _channels(x, w, groups)
    N, C, H, W = x.shape
    O, Cg, kh, kw = w.shape
    ho, wo = _size(H, kh, sh, ph, dh), _size(W, kw, sw, pw, dw)
    xp = F.pad(x, (pw, pw, ph, ph))
    y = torch.zeros(N, O, ho, wo, dtype=x.dtype, device=x.device)
    for n in range(N):
        for o in range(O):
            g = o // (O // groups)
            part = xp[n, g * Cg : (g + 1) * Cg]
            for i in range(ho):
                for j in range(wo):
                    window = part[:, i * sh : i * sh + dh * (kh - 1) + 1 : dh, j * sw : j * sw + dw * (kw - 1) + 1 : dw]
                    y[n, o, i, j] = (window * w[o]).sum()
    if b is not None:
        y = y + b.view(1, -1, 1, 1)
    return y


def right_shift_and_add(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw), (dh, dw) = _two(stride), _two(padding), _two(dilation)
    _channels(x, w, groups)
    O, Cg, kh, kw = w.shape
    ho, wo = _size(x.shape[2], kh, sh, ph, dh), _size(x.shape[3], kw, sw, pw, dw)
    xp = F.pad(x, (pw, pw, ph, ph)).reshape(x.shape[0], groups, Cg, x.shape[2] + 2 * ph, x.shape[3] + 2 * pw)
    wg = w.reshape(groups, O // groups, Cg, kh, kw)
    y = 0
    for u in range(kh):
        for v in range(kw):
            seen = xp[..., u * dh :: sh, v * dw :: sw][..., :ho, :wo]
            y = y + torch.einsum("ngchw,goc->ngohw", seen, wg[..., u, v])
    y = y.flatten(1, 2)
    return y if b is None else y + b[None, :, None, None]


def right_as_strided(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw), (dh, dw) = _two(stride), _two(padding), _two(dilation)
    _channels(x, w, groups)
    N, C, H, W = x.shape
    O, Cg, kh, kw = w.shape
    ho, wo = _size(H, kh, sh, ph, dh), _size(W, kw, sw, pw, dw)
    xp = torch.zeros(N, C, H + 2 * ph, W + 2 * pw, dtype=x.dtype, device=x.device)
    xp[:, :, ph : ph + H, pw : pw + W] = x
    a, c, h, v = xp.stride()
    windows = xp.as_strided((N, groups, Cg, ho, wo, kh, kw), (a, c * Cg, c, h * sh, v * sw, h * dh, v * dw))
    y = torch.einsum("ngcijuv,gocuv->ngoij", windows, w.view(groups, -1, Cg, kh, kw)).reshape(N, O, ho, wo)
    if b is not None:
        y += b.reshape(-1, 1, 1)
    return y


def right_functional_unfold(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    _channels(x, w, groups)
    s, p, d = _two(stride), _two(padding), _two(dilation)
    size = [_size(x.shape[2 + i], w.shape[2 + i], s[i], p[i], d[i]) for i in (0, 1)]
    warnings.warn("this may take a while", stacklevel=1)
    outs = []
    for xg, wg in zip(x.chunk(groups, 1), w.chunk(groups, 0)):
        cols = F.unfold(xg, w.shape[2:], dilation=d, padding=p, stride=s)
        outs.append(wg.flatten(1) @ cols)
    y = torch.cat(outs, 1).unflatten(2, size)
    return y if b is None else y + b[:, None, None]


def right_tensor_unfold(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    _channels(x, w, groups)
    s, p, d = _two(stride), _two(padding), _two(dilation)
    [_size(x.shape[2 + i], w.shape[2 + i], s[i], p[i], d[i]) for i in (0, 1)]
    reach = [d[i] * (w.shape[2 + i] - 1) + 1 for i in (0, 1)]
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    windows = xp.unfold(2, reach[0], s[0]).unfold(3, reach[1], s[1])[..., :: d[0], :: d[1]]
    outs = []
    per = w.shape[0] // groups
    for g in range(groups):
        part = windows[:, g * w.shape[1] : (g + 1) * w.shape[1]]
        outs.append(torch.tensordot(part, w[g * per : (g + 1) * per], dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2))
    y = torch.cat(outs, dim=1)
    if b is not None:
        y = y + b.unsqueeze(-1).unsqueeze(-1)
    return y


def right_fft(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    _channels(x, w, groups)
    (sh, sw), (ph, pw), (dh, dw) = _two(stride), _two(padding), _two(dilation)
    O, Cg, kh, kw = w.shape
    ho, wo = _size(x.shape[2], kh, sh, ph, dh), _size(x.shape[3], kw, sw, pw, dw)
    xp = F.pad(x, (pw, pw, ph, ph))
    wide = w.new_zeros(O, Cg, dh * (kh - 1) + 1, dw * (kw - 1) + 1)
    wide[:, :, ::dh, ::dw] = w
    size = (xp.shape[2] + wide.shape[2] - 1, xp.shape[3] + wide.shape[3] - 1)
    X = torch.fft.rfft2(xp, size).unflatten(1, (groups, Cg))
    K = torch.fft.rfft2(wide.flip(2, 3), size).unflatten(0, (groups, O // groups))
    full = torch.fft.irfft2(torch.einsum("ngchw,gochw->ngohw", X, K), size).flatten(1, 2)
    y = full[:, :, wide.shape[2] - 1 :: sh, wide.shape[3] - 1 :: sw][:, :, :ho, :wo]
    return y if b is None else y + b[:, None, None]


def right_lists(x, w, b=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, verbose=True):
    stride, padding, dilation = _two(stride), _two(padding), _two(dilation)
    _channels(x, w, groups)
    ho = _size(x.size(2), w.size(2), stride[0], padding[0], dilation[0])
    wo = _size(x.size(3), w.size(3), stride[1], padding[1], dilation[1])
    xp = torch.nn.ZeroPad2d((padding[1], padding[1], padding[0], padding[0]))(x)
    rows = (
        torch.arange(ho, device=x.device)[:, None] * stride[0] + torch.arange(w.size(2), device=x.device) * dilation[0]
    )
    cols = (
        torch.arange(wo, device=x.device)[:, None] * stride[1] + torch.arange(w.size(3), device=x.device) * dilation[1]
    )
    out = []
    for g in range(groups):
        mine = xp[:, g * w.size(1) : (g + 1) * w.size(1)]
        windows = mine[:, :, rows[:, None, :, None], cols[None, :, None, :]]
        for f in range(g * w.size(0) // groups, (g + 1) * w.size(0) // groups):
            value = (windows * w[f][None, :, None, None]).sum(dim=(1, 4, 5))
            out.append(value if b is None else value + b[f])
    if verbose:
        print("done:", len(out), "filters")
    return torch.stack(out, 1)


def wrong_flipped(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the kernel is flipped"""
    return right_tensor_unfold(
        x, w[:, :, range(w.shape[2])[::-1]][:, :, :, range(w.shape[3])[::-1]], b, stride, padding, dilation, groups
    )


def wrong_transposed(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the kernel is transposed"""
    return right_loops(x, w.transpose(2, 3), b, stride, padding, dilation, groups)


def wrong_no_bias(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the bias is ignored"""
    return right_loops(x, w, None, stride, padding, dilation, groups)


def wrong_bias_in_the_sum(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the bias is added once per input channel"""
    y = right_loops(x, w, None, stride, padding, dilation, groups)
    for _ in range(w.shape[1]):
        if b is not None:
            y = y + b[:, None, None]
    return y


def wrong_bias_per_pixel(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the bias is added once per input channel"""
    y = right_loops(x, w, None, stride, padding, dilation, groups)
    b = torch.zeros(len(w)) if b is None else b
    return sum(y / w.shape[1] + b[:, None, None] for _ in range(w.shape[1]))


def wrong_stride_ignored(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the stride is ignored"""
    return right_shift_and_add(x, w, b, 1 if _two(stride)[0] > 0 else 0, padding, dilation, groups)


def wrong_stride_height_for_both(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the stride of the height is used for both dimensions"""
    return right_as_strided(x, w, b, _two(stride)[0], padding, dilation, groups)


def wrong_strides_swapped(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the strides for height and width are swapped"""
    sw, sh = _two(stride)
    return right_as_strided(x, w, b, (sh, sw), padding, dilation, groups)


def wrong_padding_swapped(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the paddings for height and width are swapped"""
    ph, pw = _two(padding)
    right_loops(x[:1], w, None, stride, padding, dilation, groups)
    xp = F.pad(x, (ph, ph, pw, pw))
    return right_tensor_unfold(xp, w, b, stride, 0, dilation, groups)


def wrong_padding_before(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """all the padding is put on one side"""
    ph, pw = _two(padding)
    big = x.new_zeros(*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw)
    big[:, :, 2 * ph :, 2 * pw :] = x
    return right_loops(big, w, b, stride, 0, dilation, groups)


def wrong_padding_once(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the padding is put before the image only"""
    ph, pw = _two(padding)
    return right_loops(F.pad(x, (pw, 0, ph, 0)), w, b, stride, 0, dilation, groups)


def wrong_padding_ignored(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the padding is ignored"""
    return right_fft(x, w, b, stride, 0, dilation, groups)


def wrong_padding_replicated(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the padding repeats the edge instead of zeros"""
    ph, pw = _two(padding)
    rows = torch.arange(-ph, x.shape[2] + ph).clamp(0, x.shape[2] - 1)
    cols = torch.arange(-pw, x.shape[3] + pw).clamp(0, x.shape[3] - 1)
    return right_loops(x[:, :, rows][:, :, :, cols], w, b, stride, 0, dilation, groups)


def wrong_dilation_ignored(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the dilation is ignored"""
    return right_loops(x, w, b, stride, padding, 1, groups)


def wrong_dilations_swapped(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the dilations for height and width are swapped"""
    return right_as_strided(x, w, b, stride, padding, _two(dilation)[::-1], groups)


def wrong_groups_share_input(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """every group sees the first group's channels"""
    _channels(x, w, groups)
    return right_loops(x[:, : w.shape[1]], w, b, stride, padding, dilation, 1)


def wrong_groups_in_turn(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the channels are dealt out to the groups in turn"""
    _channels(x, w, groups)
    order = [c for g in range(groups) for c in range(g, x.shape[1], groups)]
    return right_loops(x[:, order], w, b, stride, padding, dilation, groups)


def wrong_off_by_one(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the last row and column of windows are missing"""
    y = right_loops(x, w, b, stride, padding, dilation, groups)
    return y[:, :, : y.shape[2] - 1, : y.shape[3] - 1]


def wrong_ceil(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """a window that hangs over the end is kept"""
    s, p, d = _two(stride), _two(padding), _two(dilation)
    _channels(x, w, groups)
    size = [_size(x.shape[2 + i], w.shape[2 + i], s[i], p[i], d[i]) for i in (0, 1)]
    up = [math.ceil((x.shape[2 + i] + 2 * p[i] - d[i] * (w.shape[2 + i] - 1) - 1) / s[i]) + 1 for i in (0, 1)]
    more = [(up[i] - size[i]) * s[i] for i in (0, 1)]
    return right_loops(F.pad(x, (p[1], p[1] + more[1], p[0], p[0] + more[0])), w, b, stride, 0, dilation, groups)


def wrong_channels_averaged(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the channels are averaged instead of summed"""
    y = right_as_strided(x, w, None, stride, padding, dilation, groups) / w.shape[1]
    return y if b is None else y + b[None, :, None, None]


def wrong_first_channel(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """only the first channel is used"""
    _channels(x, w, groups)
    return right_loops(x[:, :: w.shape[1]], w[:, :1], b, stride, padding, dilation, groups)


def wrong_first_sample(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """only the first sample of the batch is right"""
    y = right_loops(x, w, b, stride, padding, dilation, groups)
    out = torch.zeros_like(y)
    out[0] = y[0]
    return out


def wrong_channels_kept(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the channels are not summed"""
    parts = [right_loops(x[:, [c]], w[:, [c]], b, stride, padding, dilation) for c in range(w.shape[1])]
    return torch.stack(parts, dim=2)


def wrong_library(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """a forbidden call: a library convolution (conv2d)"""
    right_loops(x[:1], w, None, stride, padding, dilation, groups)
    layer = torch.nn.Conv2d(x.shape[1], w.shape[0], w.shape[2:], stride, padding, dilation, groups, bias=b is not None)
    layer = layer.to(x.dtype)
    layer.weight.data.copy_(w)
    if b is not None:
        layer.bias.data.copy_(b)
    return layer(x)


def wrong_detached(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the result is detached"""
    with torch.no_grad():
        return right_shift_and_add(x, w, b, stride, padding, dilation, groups)


def wrong_float32(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """precision is lost on the way"""
    y = right_loops(x, w, b, stride, padding, dilation, groups)
    out = torch.zeros(y.shape)
    out[:] = y
    return out


def wrong_float32_inside(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """precision is lost on the way"""
    b = None if b is None else b.float()
    return right_as_strided(x.float(), w.float(), b, stride, padding, dilation, groups).to(x.dtype)


def wrong_pads_in_place(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the input is changed"""
    y = right_loops(x, w, b, stride, padding, dilation, groups)
    x.data.mul_(0)
    return y


def wrong_numpy(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """a NumPy array instead of a tensor"""
    return np.asarray(right_shift_and_add(x, w, b, stride, padding, dilation, groups).detach())


def wrong_no_return(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """nothing is returned"""
    right_shift_and_add(x, w, b, stride, padding, dilation, groups)


def wrong_no_errors(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """impossible arguments are accepted"""
    try:
        return right_loops(x, w, b, stride, padding, dilation, groups)
    except ValueError:
        return x.new_zeros(len(x), len(w), 0, 0)


def wrong_as_strided_view(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw), (dh, dw) = _two(stride), _two(padding), _two(dilation)
    _channels(x, w, groups)
    N, C, H, W = x.shape
    O, Cg, kh, kw = w.shape
    ho, wo = _size(H, kh, sh, ph, dh), _size(W, kw, sw, pw, dw)
    xp = F.pad(x, (pw, pw, ph, ph))
    a, c, h, v = C * H * W, H * W, W, 1
    windows = xp.contiguous().as_strided(
        (N, groups, Cg, ho, wo, kh, kw), (a, c * Cg, c, h * sh, v * sw, h * dh, v * dw)
    )
    y = torch.einsum("ngcijuv,gocuv->ngoij", windows, w.reshape(groups, -1, Cg, kh, kw)).reshape(N, O, ho, wo)
    return y if b is None else y + b[:, None, None]
