import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _sizes(x, k, s, p):
    sizes = tuple((x.shape[2 + i] + 2 * p[i] - k[i]) // s[i] + 1 for i in (0, 1))
    if min(sizes) < 1:
        raise ValueError(f"windows {k} do not fit into {tuple(x.shape[2:])} padded by {p}")
    return sizes


def right_loop_over_windows(x, kernel_size, stride=1, padding=0):
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    columns = []
    for i in range(ho):
        for j in range(wo):
            window = xp[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]]
            columns.append(window.reshape(x.shape[0], -1))
    return torch.stack(columns, dim=-1)


def right_loop_over_kernel(x, kernel_size, stride=1, padding=0):
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    N, C, H, W = x.shape
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    out = torch.zeros(N, C, k[0], k[1], ho, wo, dtype=x.dtype, device=x.device)
    for u in range(k[0]):
        for v in range(k[1]):
            out[:, :, u, v] = xp[:, :, u : u + s[0] * ho : s[0], v : v + s[1] * wo : s[1]][:, :, :ho, :wo]
    return out.reshape(N, C * k[0] * k[1], ho * wo)


def right_tensor_unfold(x, kernel_size, stride=1, padding=0):
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    windows = xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)


def right_as_strided(x, kernel_size, stride=1, padding=0):
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    N, C, H, W = x.shape
    xp = x.new_zeros(N, C, H + 2 * p[0], W + 2 * p[1])
    xp[:, :, p[0] : p[0] + H, p[1] : p[1] + W] = x
    a, b, c, d = xp.stride()
    view = torch.as_strided(xp, (N, C, k[0], k[1], ho, wo), (a, b, c, d, c * s[0], d * s[1]))
    return view.reshape(N, C * k[0] * k[1], -1)


def right_index(x, kernel_size, stride=1, padding=0, contiguous=True):
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    rows = torch.arange(k[0])[:, None, None, None] + s[0] * torch.arange(ho)[None, None, :, None]
    cols = torch.arange(k[1])[None, :, None, None] + s[1] * torch.arange(wo)[None, None, None, :]
    taken = xp[:, :, rows.to(x.device), cols.to(x.device)]
    print(taken.shape)
    return taken.reshape(len(x), -1, ho * wo)


def right_gather(x, kernel_size, stride=1, padding=0):
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    width = xp.shape[3]
    index = [
        [(i * s[0] + u) * width + j * s[1] + v for i in range(ho) for j in range(wo)]
        for u in range(k[0])
        for v in range(k[1])
    ]
    return xp.flatten(2)[:, :, torch.tensor(index, device=x.device)].flatten(1, 2)


def wrong_rows(x, kernel_size, stride=1, padding=0):
    """the windows are rows, not columns"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    rows = [
        xp[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].flatten(1)
        for i in range(ho)
        for j in range(wo)
    ]
    return torch.stack(rows, dim=1)


def wrong_reshaped_instead_of_permuted(x, kernel_size, stride=1, padding=0):
    """rows and columns are mixed by a reshape"""
    rows = wrong_rows(x, kernel_size, stride, padding)
    return rows.reshape(rows.shape[0], rows.shape[2], rows.shape[1])


def wrong_unfold_without_permute(x, kernel_size, stride=1, padding=0):
    """the windows' dimensions are reshaped before they are permuted"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    windows = F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.reshape(x.shape[0], -1, ho * wo)


def wrong_channels_fastest(x, kernel_size, stride=1, padding=0):
    """the channels run fastest"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    columns = []
    for i in range(ho):
        for j in range(wo):
            window = xp[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]]
            columns.append(window.permute(0, 2, 3, 1).reshape(x.shape[0], -1))
    return torch.stack(columns, dim=2)


def wrong_kernel_column_by_column(x, kernel_size, stride=1, padding=0):
    """windows are flattened column by column"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    _sizes(x, k, s, p)
    windows = F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.permute(0, 1, 5, 4, 2, 3).flatten(4).flatten(1, 3)


def wrong_windows_down_first(x, kernel_size, stride=1, padding=0):
    """the windows are counted down the image first"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    columns = []
    for j in range(wo):
        for i in range(ho):
            columns.append(xp[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].flatten(1))
    return torch.stack(columns, dim=-1)


def wrong_not_flattened(x, kernel_size, stride=1, padding=0):
    """the window places are left as two dimensions"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    return right_tensor_unfold(x, k, s, p).unflatten(2, _sizes(x, k, s, p))


def wrong_stride_is_kernel(x, kernel_size, stride=None, padding=0):
    """the window jumps by its own size"""
    return right_loop_over_windows(x, kernel_size, stride or kernel_size, padding)


def wrong_no_stride(x, kernel_size, stride=1, padding=0):
    """the stride is ignored"""
    return right_loop_over_kernel(x, kernel_size, 1, padding)


def wrong_no_padding(x, kernel_size, stride=1, padding=0):
    """the padding is ignored"""
    return right_loop_over_kernel(x, kernel_size, stride, 0)


def wrong_padding_swapped(x, kernel_size, stride=1, padding=0):
    """the paddings for height and width are swapped"""
    p = _two(padding)
    return right_as_strided(x, kernel_size, stride, (p[1], p[0]))


def wrong_kernel_swapped(x, kernel_size, stride=1, padding=0):
    """the kernel's height and width are swapped"""
    kw, kh = _two(kernel_size)
    return right_loop_over_windows(x, (kh, kw), stride, padding)


def wrong_strides_swapped(x, kernel_size, stride=1, padding=0):
    """the strides for height and width are swapped"""
    return right_gather(x, kernel_size, _two(stride)[::-1], padding)


def wrong_int_only(x, kernel_size, stride=1, padding=0):
    k = kernel_size
    columns = []
    for i in range(0, x.shape[2] - k + 1, stride):
        for j in range(0, x.shape[3] - k + 1, stride):
            columns.append(x[:, :, i : i + k, j : j + k].flatten(1))
    return torch.stack(columns, -1)


def wrong_library(x, kernel_size, stride=1, padding=0):
    """a forbidden call: a library im2col (F.unfold, F.fold) (im2col)"""
    _sizes(x, _two(kernel_size), _two(stride), _two(padding))
    return torch.nn.Unfold(kernel_size, padding=padding, stride=stride)(x)


def wrong_off_by_one(x, kernel_size, stride=1, padding=0):
    """the last row and column of windows are missing"""
    k, s, p = _two(kernel_size), _two(stride), _two(padding)
    ho, wo = _sizes(x, k, s, p)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    columns = [
        xp[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].flatten(1)
        for i in range(ho - 1)
        for j in range(wo - 1)
    ]
    return torch.stack(columns, -1) if columns else x.new_zeros(len(x), x.shape[1] * k[0] * k[1], 0)


def wrong_detached(x, kernel_size, stride=1, padding=0):
    """the result is detached"""
    return right_as_strided(x.data, kernel_size, stride, padding)


def wrong_batch_in_columns(x, kernel_size, stride=1, padding=0):
    right = right_tensor_unfold(x, kernel_size, stride, padding)
    return right.permute(1, 0, 2).flatten(1)
