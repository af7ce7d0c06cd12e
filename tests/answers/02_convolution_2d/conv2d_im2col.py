import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _columns(x, k, stride, padding):
    k, s, p = _two(k), _two(stride), _two(padding)
    size = tuple((x.shape[2 + i] + 2 * p[i] - k[i]) // s[i] + 1 for i in (0, 1))
    if min(size) < 1:
        raise ValueError(f"a {k} kernel does not fit into {tuple(x.shape[2:])} with padding {p}")
    windows = F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.permute(0, 1, 4, 5, 2, 3).reshape(x.shape[0], -1, size[0] * size[1]), size


def right_matmul(x, w, b=None, stride=1, padding=0):
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    y = w.reshape(w.shape[0], -1) @ columns
    if b is not None:
        y = y + b[:, None]
    return y.reshape(x.shape[0], w.shape[0], ho, wo)


def right_einsum(x, w, b=None, stride=1, padding=0):
    columns, size = _columns(x, w.shape[2:], stride, padding)
    y = torch.einsum("ok,nkl->nol", w.flatten(1), columns).unflatten(-1, size)
    return y if b is None else y + b.view(1, -1, 1, 1)


def right_one_big_product(x, w, b=None, stride=1, padding=0):
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    wide = columns.permute(1, 0, 2).reshape(columns.shape[1], -1)
    y = torch.mm(w.reshape(len(w), -1), wide).reshape(len(w), len(x), ho, wo).transpose(0, 1)
    if b is not None:
        y = y + b[None, :, None, None]
    return y


def right_per_image(x, w, b=None, stride=1, padding=0):
    out = []
    for image in x:
        columns, (ho, wo) = _columns(image[None], w.shape[2:], stride, padding)
        y = (columns[0].T @ w.reshape(w.shape[0], -1).T).T
        out.append(y.reshape(-1, ho, wo) if b is None else y.reshape(-1, ho, wo) + b[:, None, None])
    return torch.stack(out)


def right_bias_row(x, w, b=None, stride=(1, 1), padding=(0, 0), quiet=False):
    columns, size = _columns(x, w.shape[2:], stride, padding)
    if b is None:
        b = w.new_zeros(len(w))
    W = torch.cat((w.flatten(1), b[:, None]), 1)
    ones = torch.ones_like(columns[:, :1])
    if not quiet:
        print("product of", tuple(W.shape), "and", tuple(columns.shape))
    return torch.matmul(W, torch.cat((columns, ones), 1)).view(len(x), len(w), *size)


def right_baddbmm(x, w, b=None, stride=1, padding=0):
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    filters = w.flatten(1).expand(len(x), -1, -1)
    start = torch.zeros((), dtype=x.dtype, device=x.device) if b is None else b[None, :, None]
    return torch.baddbmm(start.expand(len(x), len(w), ho * wo), filters, columns).reshape(len(x), len(w), ho, wo)


def wrong_flipped(x, w, b=None, stride=1, padding=0):
    """the kernel is flipped"""
    return right_matmul(x, w.flip([2, 3]), b, stride, padding)


def wrong_filters_channels_last(x, w, b=None, stride=1, padding=0):
    """the filters are flattened with the channels last"""
    columns, size = _columns(x, w.shape[2:], stride, padding)
    filters = w.permute(0, 2, 3, 1).reshape(len(w), -1)
    y = torch.einsum("ok,nkl->nol", filters, columns).unflatten(2, size)
    return y if b is None else y + b[:, None, None]


def wrong_filters_by_columns(x, w, b=None, stride=1, padding=0):
    """the filters are flattened column by column"""
    columns, size = _columns(x, w.shape[2:], stride, padding)
    y = (w.mT.flatten(1) @ columns).unflatten(2, size)
    return y if b is None else y + b[:, None, None]


def wrong_no_bias(x, w, b=None, stride=1, padding=0):
    """the bias is ignored"""
    return right_einsum(x, w, None, stride, padding)


def wrong_fold_by_columns(x, w, b=None, stride=1, padding=0):
    """the windows are folded back column by column"""
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    y = (w.flatten(1) @ columns).reshape(len(x), len(w), wo, ho).transpose(2, 3)
    right = (w.flatten(1) @ columns).reshape(len(x), len(w), ho, wo)
    y = right.transpose(2, 3).reshape(right.shape)
    return y if b is None else y + b[:, None, None]


def wrong_folded_width_first(x, w, b=None, stride=1, padding=0):
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    y = (w.flatten(1) @ columns).reshape(len(x), len(w), wo, ho)
    return y if b is None else y + b[:, None, None]


def wrong_turned(x, w, b=None, stride=1, padding=0):
    """height and width are swapped in the result"""
    return right_matmul(x, w, b, stride, padding).mT


def wrong_batch_mixed(x, w, b=None, stride=1, padding=0):
    """images and filters are mixed by a reshape"""
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    wide = columns.transpose(0, 1).reshape(columns.shape[1], -1)
    y = w.reshape(len(w), -1) @ wide
    if b is not None:
        y = y + b[:, None]
    return y.reshape(len(x), len(w), ho, wo)


def wrong_places_mixed(x, w, b=None, stride=1, padding=0):
    """places and filters are mixed by a reshape"""
    columns, (ho, wo) = _columns(x, w.shape[2:], stride, padding)
    y = columns.transpose(1, 2) @ w.reshape(len(w), -1).T
    if b is not None:
        y = y + b
    return y.reshape(len(x), len(w), ho, wo)


def wrong_not_folded(x, w, b=None, stride=1, padding=0):
    """the result is not folded back"""
    columns, _ = _columns(x, w.shape[2:], stride, padding)
    y = w.flatten(1) @ columns
    return y if b is None else y + b.unsqueeze(1)


def wrong_stride_lost(x, w, b=None, stride=1, padding=0):
    """the stride is ignored"""
    return right_matmul(x, w, b, 1, padding)


def wrong_padding_lost(x, w, b=None, stride=1, padding=0):
    """the padding is ignored"""
    return right_matmul(x, w, b, stride)


def wrong_bias_on_the_last(x, w, b=None, stride=1, padding=0):
    y = right_matmul(x, w, None, stride, padding)
    return y if b is None else y + b.sum()


def wrong_library(x, w, b=None, stride=1, padding=0):
    """a forbidden call: a library im2col (F.unfold, F.fold) (im2col)"""
    _, size = _columns(x, w.shape[2:], stride, padding)
    y = w.flatten(1) @ F.unfold(x, w.shape[2:], padding=padding, stride=stride)
    y = y if b is None else y + b[:, None]
    return y.unflatten(2, size)


def wrong_library_convolution(x, w, b=None, stride=1, padding=0):
    """a forbidden call: a library convolution (conv2d)"""
    _columns(x, w.shape[2:], stride, padding)
    return torch.conv2d(x, w, b, stride, padding)


def wrong_detached(x, w, b=None, stride=1, padding=0):
    """the result is detached"""
    return torch.tensor(right_matmul(x, w, b, stride, padding).tolist(), dtype=x.dtype)


def wrong_no_batch(x, w, b=None, stride=1, padding=0):
    columns, (ho, wo) = _columns(x[:1], w.shape[2:], stride, padding)
    y = w.flatten(1) @ columns[0]
    return y.reshape(1, len(w), ho, wo) if b is None else (y + b[:, None]).reshape(1, len(w), ho, wo)
