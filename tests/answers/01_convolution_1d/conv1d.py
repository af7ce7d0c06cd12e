"""Answers to ``conv1d`` as students write them."""

import torch
import torch.nn.functional as F


def refuse(x, w, stride, padding, dilation, groups):
    """Raise for what cannot be."""
    if stride < 1 or dilation < 1 or groups < 1 or padding < 0:
        raise ValueError(f"stride {stride}, dilation {dilation}, groups {groups}, padding {padding}")
    if x.shape[1] % groups or w.shape[0] % groups or x.shape[1] // groups != w.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, {w.shape[0]} filters of depth {w.shape[1]}, {groups} groups")
    if x.shape[2] + 2 * padding < dilation * (w.shape[2] - 1) + 1:
        raise ValueError(f"a kernel of {w.shape[2]} does not fit into {x.shape[2]} + 2 * {padding}")


def right_loops(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    C_out, depth, K = w.shape
    L_out = (x.shape[2] - dilation * (K - 1) - 1) // stride + 1
    result = []
    for o in range(C_out):
        first = o // (C_out // groups) * depth
        part = x[:, first : first + depth]
        row = []
        for t in range(L_out):
            start = t * stride
            window = part[:, :, start : start + dilation * (K - 1) + 1 : dilation]
            row.append((window * w[o]).sum(dim=(1, 2)))
        channel = torch.stack(row, dim=1)
        result.append(channel if b is None else channel + b[o])
    return torch.stack(result, dim=1)


def right_every_loop(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    N, C_in, L = x.shape
    C_out, depth, K = w.shape
    L_out = (L + 2 * padding - dilation * (K - 1) - 1) // stride + 1
    y = torch.zeros((N, C_out, L_out), dtype=x.dtype, device=x.device)
    for o in range(C_out):
        g = o // (C_out // groups)
        for t in range(L_out):
            for c in range(depth):
                for k in range(K):
                    at = t * stride - padding + k * dilation
                    if 0 <= at < L:
                        y[:, o, t] += x[:, g * depth + c, at] * w[o, c, k]
        if b is not None:
            y[:, o] += b[o]
    return y


def right_shift_and_add(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    N, C_in, L = x.shape
    C_out, depth, K = w.shape
    xp = torch.cat([x.new_zeros(N, C_in, padding), x, x.new_zeros(N, C_in, padding)], dim=2)
    L_out = (xp.shape[2] - dilation * (K - 1) - 1) // stride + 1
    xg = xp.reshape(N, groups, depth, -1)
    wg = w.reshape(groups, C_out // groups, depth, K)
    y = 0
    for k in range(K):
        taken = xg[..., k * dilation : k * dilation + (L_out - 1) * stride + 1 : stride]
        y = y + torch.einsum("ngcl,goc->ngol", taken, wg[..., k])
    y = y.reshape(N, C_out, L_out)
    return y if b is None else y + b.view(1, -1, 1)


def right_unfold_einsum(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    span = dilation * (w.shape[2] - 1) + 1
    windows = F.pad(x, (padding, padding)).unfold(2, span, stride)[..., ::dilation]  # (N, C_in, L_out, K)
    outputs = []
    for xg, wg in zip(windows.chunk(groups, dim=1), w.chunk(groups, dim=0)):
        outputs.append(torch.einsum("nctk,ock->not", xg, wg))
    y = torch.cat(outputs, dim=1)
    if b is not None:
        y = y + b[:, None]
    return y


def right_matmul(x, w, b=None, stride=1, padding=0, dilation=1, groups=1, *, debug=True):
    refuse(x, w, stride, padding, dilation, groups)
    N, C_in, L = x.shape
    C_out, depth, K = w.shape
    L_out = (L + 2 * padding - dilation * (K - 1) - 1) // stride + 1
    xp = F.pad(x, (padding, padding))
    starts = torch.arange(L_out, device=x.device) * stride
    taps = torch.arange(K, device=x.device) * dilation
    cols = xp[:, :, starts[None, :] + taps[:, None]]  # (N, C_in, K, L_out)
    cols = cols.reshape(N, groups, depth * K, L_out)
    if debug:
        print("columns", cols.shape)
    y = (w.reshape(groups, C_out // groups, depth * K) @ cols).reshape(N, C_out, L_out)
    return y if b is None else y + b.reshape(-1, 1)


def right_one_group_at_a_time(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    if groups > 1:
        inputs, filters = x.chunk(groups, 1), w.chunk(groups, 0)
        biases = [None] * groups if b is None else b.chunk(groups)
        parts = [
            right_one_group_at_a_time(inputs[g], filters[g], biases[g], stride, padding, dilation)
            for g in range(groups)
        ]
        return torch.cat(parts, 1)
    x = F.pad(x, (padding, padding))
    span = dilation * (w.shape[-1] - 1) + 1
    starts = range(0, x.shape[-1] - span + 1, stride)
    y = torch.stack([torch.tensordot(x[..., s : s + span : dilation], w, ([1, 2], [1, 2])) for s in starts], dim=-1)
    return y + b[None, :, None] if b is not None else y


def right_fourier(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    C_out, depth, K = w.shape
    span = dilation * (K - 1) + 1
    wide = w.new_zeros(C_out, depth, span)
    wide[:, :, ::dilation] = w
    x = F.pad(x, (padding, padding))
    n = x.shape[2] + span
    fx, fw = torch.fft.rfft(x, n), torch.fft.rfft(wide.flip(2), n)
    fx, fw = fx.reshape(len(x), groups, depth, -1), fw.reshape(groups, C_out // groups, depth, -1)
    y = torch.fft.irfft(torch.einsum("ngcf,gocf->ngof", fx, fw), n).reshape(len(x), C_out, n)
    y = y[:, :, span - 1 : x.shape[2]][:, :, ::stride]
    return y if b is None else y + b[:, None]


def by_windows(x, w, b, stride, dilation, groups=1):
    """Shared by the wrong ones: windows of an input that is padded already."""
    span = dilation * (w.shape[2] - 1) + 1
    windows = x.unfold(2, span, stride)[..., ::dilation]
    parts = [torch.einsum("nctk,ock->not", a, f) for a, f in zip(windows.chunk(groups, dim=1), w.chunk(groups, dim=0))]
    y = torch.cat(parts, dim=1)
    return y if b is None else y + b[:, None]


def wrong_flipped(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the kernel is flipped"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w.flip(2), b, stride, dilation, groups)


def wrong_no_bias(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the bias is ignored"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w, None, stride, dilation, groups)


def wrong_bias_inside_the_channel_loop(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the bias is added once per input channel"""
    refuse(x, w, stride, padding, dilation, groups)
    if groups > 1:
        return by_windows(
            F.pad(x, (padding, padding)), w, None if b is None else b * w.shape[1], stride, dilation, groups
        )
    x = F.pad(x, (padding, padding))
    y = 0
    for c in range(x.shape[1]):
        y = y + by_windows(x[:, c : c + 1], w[:, c : c + 1], b, stride, dilation)
    return y


def wrong_bias_inside_everything(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the bias is added once per weight"""
    refuse(x, w, stride, padding, dilation, groups)
    many = None if b is None else b * w[0].numel()
    return by_windows(F.pad(x, (padding, padding)), w, many, stride, dilation, groups)


def wrong_first_channel(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """only the first channel is used"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    step = x.shape[1] // groups
    return by_windows(x[:, ::step], w[:, :1], b, stride, dilation, groups)


def wrong_assigns_instead_of_adding(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """only the last channel is left"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    step = x.shape[1] // groups
    for c in range(step):
        y = by_windows(x[:, c::step], w[:, c : c + 1], b, stride, dilation, groups)
    return y


def wrong_mean_of_channels(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the channels are averaged"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w / w.shape[1], b, stride, dilation, groups)


def wrong_stride_ignored(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the stride is ignored"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w, b, 1, dilation, groups)


def wrong_ceil(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """a window that hangs over the end is counted"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding + stride - 1))
    room = x.shape[2] - (stride - 1) - dilation * (w.shape[2] - 1) - 1
    length = -(-room // stride) + 1
    return by_windows(x, w, b, stride, dilation, groups)[:, :, :length]


def wrong_last_window(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the last window is missing"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    length = (x.shape[2] - dilation * (w.shape[2] - 1) - 1) // stride
    return by_windows(x, w, b, stride, dilation, groups)[..., :length]


def wrong_no_padding(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the padding is ignored"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(x, w, b, stride, dilation, groups)


def wrong_padding_left(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """all the padding is put in front"""
    refuse(x, w, stride, padding, dilation, groups)
    zeros = x.new_zeros(x.shape[0], x.shape[1], 2 * padding)
    return by_windows(torch.cat([zeros, x], dim=2), w, b, stride, dilation, groups)


def wrong_padding_right(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """all the padding is put behind"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (0, 2 * padding)), w, b, stride, dilation, groups)


def wrong_padding_half(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the padding is put on one side only"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, 0)), w, b, stride, dilation, groups)


def wrong_padding_repeats(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the padding repeats the end instead of zeros"""
    refuse(x, w, stride, padding, dilation, groups)
    left, right = x[..., :1].repeat(1, 1, padding), x[..., -1:].repeat(1, 1, padding)
    return by_windows(torch.cat([left, x, right], -1), w, b, stride, dilation, groups)


def wrong_no_dilation(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the dilation is ignored"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w, b, stride, 1, groups)


def wrong_dilation_in_the_length_only(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the dilation changes the length but not the window"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    length = (x.shape[2] - dilation * (w.shape[2] - 1) - 1) // stride + 1
    return by_windows(x, w, b, stride, 1, groups)[:, :, :length]


def wrong_gap_too_wide(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """dilation D leaves D numbers out instead of D - 1"""
    refuse(x, w, stride, padding, dilation, groups)
    apart = 1 if dilation == 1 else dilation + 1
    return by_windows(F.pad(x, (padding, padding)), w, b, stride, apart, groups)


def wrong_same_channels_for_all_groups(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """every group reads the first channels"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x[:, : w.shape[1]], (padding, padding)), w, b, stride, dilation)


def wrong_channels_dealt_out(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """channels are dealt out to the groups in turn"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    step = w.shape[0] // groups
    return torch.cat(
        [by_windows(x[:, g::groups], w[g * step : (g + 1) * step], None, stride, dilation) for g in range(groups)],
        dim=1,
    ) + (0 if b is None else b[:, None])


def wrong_filters_dealt_out(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """filters are dealt out to the groups in turn"""
    refuse(x, w, stride, padding, dilation, groups)
    x = F.pad(x, (padding, padding))
    depth = w.shape[1]
    channels = []
    for o in range(w.shape[0]):
        g = o % groups
        channels.append(by_windows(x[:, g * depth : (g + 1) * depth], w[o : o + 1], None, stride, dilation))
    return torch.cat(channels, dim=1) + (0 if b is None else b[:, None])


def wrong_groups_ignored(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w, b, stride, dilation)


def wrong_transposed_result(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """channels and length are swapped in the result"""
    refuse(x, w, stride, padding, dilation, groups)
    y = by_windows(F.pad(x, (padding, padding)), w, b, stride, dilation, groups)
    return y.permute(0, 2, 1)


def wrong_first_sample(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """only the first sample of the batch is right"""
    refuse(x, w, stride, padding, dilation, groups)
    y = by_windows(F.pad(x, (padding, padding)), w, b, stride, dilation, groups)
    return torch.cat([y[:1], torch.zeros_like(y[1:])])


def wrong_no_errors(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """impossible arguments are accepted"""
    if stride == 0 or x.shape[1] != groups * w.shape[1]:
        return x
    x = F.pad(x, (padding, padding))
    if x.shape[2] < dilation * (w.shape[2] - 1) + 1:
        return x.new_zeros(x.shape[0], w.shape[0], 0)
    return by_windows(x, w, b, stride, dilation, groups)


def wrong_float32_buffer(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """precision is lost on the way"""
    refuse(x, w, stride, padding, dilation, groups)
    y = by_windows(F.pad(x, (padding, padding)), w, b, stride, dilation, groups)
    buffer = torch.zeros(y.shape)
    for t in range(y.shape[2]):
        buffer[:, :, t] = y[:, :, t]
    return buffer


def wrong_detached(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the result is detached"""
    refuse(x, w, stride, padding, dilation, groups)
    with torch.no_grad():
        return by_windows(F.pad(x, (padding, padding)), w, b, stride, dilation, groups)


def wrong_weights_detached(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """the result is detached"""
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w.data, b, stride, dilation, groups)


def wrong_library(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """a forbidden call: a library convolution (conv1d)"""
    refuse(x, w, stride, padding, dilation, groups)
    layer = torch.nn.functional.conv1d
    return layer(x, w, b, stride, padding, dilation, groups)


def wrong_relu(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding)), w, b, stride, dilation, groups).relu()


def wrong_ones_as_padding(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    refuse(x, w, stride, padding, dilation, groups)
    return by_windows(F.pad(x, (padding, padding), value=1.0), w, b, stride, dilation, groups)


def wrong_dilation_of_zero(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """impossible arguments are accepted"""
    return (
        right_loops(x, w, b, stride, padding, dilation, groups) if dilation else x.new_zeros(len(x), len(w), x.shape[2])
    )
