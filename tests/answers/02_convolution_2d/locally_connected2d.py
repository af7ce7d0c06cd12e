import torch
import torch.nn.functional as F


def _fits(x, w):
    ho, wo, O, C, kh, kw = w.shape
    if ho != x.shape[2] - kh + 1 or wo != x.shape[3] - kw + 1:
        raise ValueError(f"filters for {ho}x{wo} places, input {tuple(x.shape)}, kernel {kh}x{kw}")
    if C != x.shape[1]:
        raise ValueError(f"{C} against {x.shape[1]} channels")


def right_loops(x, w, b=None):
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    y = torch.zeros(x.shape[0], O, ho, wo, dtype=x.dtype, device=x.device)
    for i in range(ho):
        for j in range(wo):
            for o in range(O):
                y[:, o, i, j] = (x[:, :, i : i + kh, j : j + kw] * w[i, j, o]).sum(dim=(1, 2, 3))
                if b is not None:
                    y[:, o, i, j] += b[o]
    return y


def right_einsum(x, w, b=None):
    _fits(x, w)
    windows = x.unfold(2, w.shape[4], 1).unfold(3, w.shape[5], 1)
    y = torch.einsum("ncijuv,ijocuv->noij", windows, w)
    return y + b.view(-1, 1, 1) if b is not None else y


def right_matmul(x, w, b=None):
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    rows = []
    for i in range(ho):
        row = []
        for j in range(wo):
            value = x[:, :, i : i + kh, j : j + kw].flatten(1) @ w[i, j].flatten(1).T
            row.append(value if b is None else value + b)
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)


def right_functional_unfold(x, w, b=None, check=True):
    if check:
        _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    columns = F.unfold(x, (kh, kw)).permute(2, 1, 0)
    y = torch.bmm(w.reshape(ho * wo, O, -1), columns)
    y = y.permute(2, 1, 0).reshape(x.shape[0], O, ho, wo)
    return y if b is None else y + b[None, :, None, None]


def right_shift_and_add(x, w, b=None):
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    print("a filter for each of", ho * wo, "places")
    y = torch.zeros(len(x), ho, wo, O, dtype=x.dtype, device=x.device)
    if b is not None:
        y = y + b
    for u in range(kh):
        for v in range(kw):
            for c in range(C):
                y = y + x[:, c, u : u + ho, v : v + wo, None] * w[None, :, :, :, c, u, v]
    return y.permute(0, 3, 1, 2)


def wrong_shared(x, w, b=None):
    """the same filter is used everywhere"""
    _fits(x, w)
    windows = x.unfold(2, w.shape[4], 1).unfold(3, w.shape[5], 1)
    y = torch.einsum("ncijuv,ocuv->noij", windows, w[0, 0])
    return y if b is None else y + b[:, None, None]


def wrong_shared_by_row(x, w, b=None):
    """all places of a row share a filter"""
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    y = x.new_zeros(len(x), O, ho, wo)
    for i in range(ho):
        for j in range(wo):
            y[:, :, i, j] = torch.einsum("ncuv,ocuv->no", x[:, :, i : i + kh, j : j + kw], w[i, 0])
    return y if b is None else y + b[:, None, None]


def wrong_mean_filter(x, w, b=None):
    """the filters of all places are averaged"""
    return wrong_shared(x, w.mean((0, 1)).expand_as(w), b)


def wrong_flipped(x, w, b=None):
    """the kernel is flipped"""
    return right_loops(x, torch.flip(w, (-1, -2)), b)


def wrong_places_reversed(x, w, b=None):
    """the filters are laid out from the end"""
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    y = x.new_zeros(len(x), O, ho, wo)
    for i in range(ho):
        for j in range(wo):
            y[:, :, i, j] = torch.einsum("ncuv,ocuv->no", x[:, :, i : i + kh, j : j + kw], w[-1 - i, -1 - j])
    return y if b is None else y + b[:, None, None]


def wrong_places_down_first(x, w, b=None):
    """the places are counted down the image first"""
    return right_einsum(x, w.transpose(0, 1).reshape(w.shape), b)


def wrong_channels_last(x, w, b=None):
    """the channels are left last"""
    _fits(x, w)
    y = torch.einsum("ncijuv,ijocuv->nijo", x.unfold(2, w.shape[4], 1).unfold(3, w.shape[5], 1), w)
    return y if b is None else y + b


def wrong_no_bias(x, w, b=None):
    """the bias is ignored"""
    return right_matmul(x, w)


def wrong_bias_per_channel(x, w, b=None):
    """the bias is added once per input channel"""
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    y = x.new_zeros(len(x), O, ho, wo)
    for c in range(C):
        for i in range(ho):
            for j in range(wo):
                y[:, :, i, j] += torch.einsum("nuv,ouv->no", x[:, c, i : i + kh, j : j + kw], w[i, j, :, c])
        if b is not None:
            y += b[:, None, None]
    return y


def wrong_first_channel(x, w, b=None):
    """only the first channel is used"""
    _fits(x, w)
    return right_loops(x[:, :1], w[:, :, :, :1], b)


def wrong_bias_of_the_column(x, w, b=None):
    y = right_einsum(x, w)
    return y if b is None else y + b[: y.shape[3]].sum()


def wrong_no_check(x, w, b=None):
    """impossible arguments are accepted"""
    ho, wo, O, C, kh, kw = w.shape
    y = torch.zeros(len(x), O, ho, wo, dtype=x.dtype)
    for i in range(min(ho, x.shape[2] - kh + 1)):
        for j in range(min(wo, x.shape[3] - kw + 1)):
            y[:, :, i, j] = torch.einsum("ncuv,ocuv->no", x[:, :, i : i + kh, j : j + kw], w[i, j])
    return y if b is None else y + b[:, None, None]


def wrong_grouped_library(x, w, b=None):
    """a forbidden call: a library convolution (conv2d)"""
    _fits(x, w)
    ho, wo, O, C, kh, kw = w.shape
    rows = []
    for i in range(ho):
        row = [F.conv2d(x[:, :, i : i + kh, j : j + kw], w[i, j], b) for j in range(wo)]
        rows.append(torch.cat(row, 3))
    return torch.cat(rows, 2)


def wrong_detached(x, w, b=None):
    """the result is detached"""
    return right_einsum(x, w.detach(), b).data


def wrong_first_image(x, w, b=None):
    return right_loops(x[:1], w, b)


def wrong_nothing(x, w, b=None):
    """nothing is returned"""
    right_loops(x, w, b)
