import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _prepare(x, kernel_size, stride, padding):
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    for a in (0, 1):
        if s[a] < 1 or 2 * p[a] > k[a] or x.shape[2 + a] + 2 * p[a] < k[a]:
            raise ValueError(f"window {k[a]}, stride {s[a]}, padding {p[a]} on {x.shape[2 + a]} pixels")
    return k, s, p, [(x.shape[2 + a] + 2 * p[a] - k[a]) // s[a] + 1 for a in (0, 1)]


def right_loops(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    H, W = x.shape[2:]
    y = torch.zeros(*x.shape[:2], ho, wo, dtype=x.dtype, device=x.device)
    for i in range(ho):
        for j in range(wo):
            top, left = i * s[0] - p[0], j * s[1] - p[1]
            window = x[:, :, max(top, 0) : min(top + k[0], H), max(left, 0) : min(left + k[1], W)]
            total = window.sum((2, 3))
            y[:, :, i, j] = total / (k[0] * k[1] if count_include_pad else window.shape[2] * window.shape[3])
    return y


def right_unfold(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)

    def total(t):
        return F.pad(t, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).sum((-1, -2))

    if count_include_pad:
        return total(x) / (k[0] * k[1])
    return total(x) / total(torch.ones_like(x))


def right_shift_and_add(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    real = F.pad(torch.ones_like(x[:1, :1]), (p[1], p[1], p[0], p[0]))
    y, n = 0, 0
    for u in range(k[0]):
        for v in range(k[1]):
            at = (..., slice(u, u + s[0] * (ho - 1) + 1, s[0]), slice(v, v + s[1] * (wo - 1) + 1, s[1]))
            y, n = y + xp[at], n + real[at]
    return y / n if not count_include_pad else y / (k[0] * k[1])


def right_convolution(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    C = x.shape[1]
    kernel = torch.full((C, 1, *k), 1 / (k[0] * k[1]), dtype=x.dtype, device=x.device)
    y = F.conv2d(x, kernel, stride=s, padding=p, groups=C)
    return y if count_include_pad else y / F.conv2d(torch.ones_like(x), kernel, stride=s, padding=p, groups=C)


def right_integral_image(x, kernel_size, stride=None, padding=0, count_include_pad=True, **unused):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    print("summed-area table")

    def box(t):
        table = F.pad(F.pad(t, (p[1], p[1], p[0], p[0])).cumsum(2).cumsum(3), (1, 0, 1, 0))
        i, j = torch.arange(ho) * s[0], torch.arange(wo) * s[1]
        i, j = i.to(t.device)[:, None], j.to(t.device)[None]
        a, b = table[:, :, i + k[0], j + k[1]], table[:, :, i, j + k[1]]
        return a - b - table[:, :, i + k[0], j] + table[:, :, i, j]

    return box(x) / (box(torch.ones_like(x)) if not count_include_pad else k[0] * k[1])


def wrong_flag_missing(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the padding is always counted"""
    return right_unfold(x, kernel_size, stride, padding)


def wrong_real_pixels_always(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the padding is never counted"""
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    H, W = x.shape[2:]
    y = x.new_zeros(*x.shape[:2], ho, wo)
    for i in range(ho):
        for j in range(wo):
            top, left = i * s[0] - p[0], j * s[1] - p[1]
            window = x[:, :, max(top, 0) : top + k[0], max(left, 0) : left + k[1]]
            y[:, :, i, j] = window.mean((2, 3))
    return y


def wrong_flag_inverted(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """count_include_pad is turned round"""
    return right_shift_and_add(x, kernel_size, stride, padding, not count_include_pad)


def wrong_sum(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the sum is not divided"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    return F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).sum((-1, -2))


def wrong_square(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the sum is divided by the height squared"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    total = F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).sum((-1, -2))
    return total / k[0] ** 2


def wrong_maximum(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the maximum is taken"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    return (
        F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((-1, -2))
    )


def wrong_stride_one(x, kernel_size, stride=1, padding=0, count_include_pad=True):
    """without a stride the window moves by one"""
    return right_unfold(x, kernel_size, stride, padding, count_include_pad)


def wrong_stride_ignored(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the stride is ignored"""
    return right_loops(x, kernel_size, kernel_size, padding, count_include_pad)


def wrong_channels_too(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the mean is taken over the channels too"""
    return torch.mean(right_unfold(x, kernel_size, stride, padding, count_include_pad), dim=1, keepdim=True)


def wrong_padding_ignored(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the padding is ignored"""
    _prepare(x, kernel_size, stride, padding)
    return right_loops(x, kernel_size, stride)


def wrong_padding_swapped(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the paddings for height and width are swapped"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp, one = F.pad(x, (p[0], p[0], p[1], p[1])), F.pad(torch.ones_like(x), (p[0], p[0], p[1], p[1]))
    y, n = (t.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).sum((-1, -2)) for t in (xp, one))
    return y / (k[0] * k[1]) if count_include_pad else y / n


def wrong_padding_before(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """all the padding is put on one side"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp, one = F.pad(x, (2 * p[1], 0, 2 * p[0], 0)), F.pad(torch.ones_like(x), (2 * p[1], 0, 2 * p[0], 0))
    y, n = (t.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).sum((-1, -2)) for t in (xp, one))
    return y / (k[0] * k[1]) if count_include_pad else y / n


def wrong_window_swapped(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the window's height and width are swapped"""
    return right_loops(x, _two(kernel_size)[::-1], stride, padding, count_include_pad)


def wrong_strides_swapped(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the strides for height and width are swapped"""
    stride = stride if stride is None or isinstance(stride, int) else (stride[1], stride[0])
    return right_loops(x, kernel_size, stride, padding, count_include_pad)


def wrong_off_by_one(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the last row and column of windows are missing"""
    return right_unfold(x, kernel_size, stride, padding, count_include_pad)[..., :-1, :-1]


def wrong_anything_goes(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """impossible arguments are accepted"""
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    size = [max((xp.shape[2 + a] - k[a]) // s[a] + 1, 0) for a in (0, 1)]
    if 0 in size:
        return x.new_zeros(*x.shape[:2], *size)
    try:
        return right_unfold(x, kernel_size, stride, padding, count_include_pad)
    except ValueError:
        return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).mean((-1, -2))


def wrong_library(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """a forbidden call: a library pooling (avg_pool2d)"""
    _prepare(x, kernel_size, stride, padding)
    return F.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=count_include_pad)


def wrong_detached(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """the result is detached"""
    with torch.no_grad():
        return right_loops(x, kernel_size, stride, padding, count_include_pad)


def right_matrices(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, size = _prepare(x, kernel_size, stride, padding)
    means = []
    for a in (0, 1):
        first = torch.arange(size[a], device=x.device)[:, None] * s[a] - p[a]
        pixel = torch.arange(x.shape[2 + a], device=x.device)
        inside = ((pixel >= first) & (pixel < first + k[a])).to(x.dtype)
        means.append(inside / (k[a] if count_include_pad else inside.sum(1, keepdim=True)))
    return torch.einsum("ih,nchw,jw->ncij", means[0], x, means[1])


def right_nanmean(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]), value=0.0 if count_include_pad else float("nan"))
    windows = x.unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.mean((-1, -2)) if count_include_pad else windows.nanmean((-1, -2))


def wrong_zeros_not_counted(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """pixels that are zero are taken for padding"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    windows = F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.sum((4, 5)) / (k[0] * k[1] if count_include_pad else (windows != 0).sum((4, 5)))


def wrong_whole_division(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    windows = F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1])
    return windows.sum((4, 5)) // (k[0] * k[1])


def wrong_one_for_all(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """one mean is taken for all images and channels"""
    k, s, p, (h, w) = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]))
    y = torch.zeros(*x.shape[:2], h, w, dtype=x.dtype)
    for i in range(h):
        for j in range(w):
            y[:, :, i, j] = x[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].mean()
    return y
