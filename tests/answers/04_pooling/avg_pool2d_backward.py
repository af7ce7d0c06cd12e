import torch
import torch.nn.functional as F


def _setting(kernel_size, stride, padding):
    k = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)
    s = k if stride is None else ((stride,) * 2 if isinstance(stride, int) else tuple(stride))
    p = (padding,) * 2 if isinstance(padding, int) else tuple(padding)
    return k, s, p


def _padded(x, p):
    return x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * p[0], x.shape[3] + 2 * p[1])


def _cut(d, x, p):
    return d[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def right_windows(dy, x, kernel_size, stride=None, padding=0):
    k, s, p = _setting(kernel_size, stride, padding)
    d = _padded(x, p)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            share = dy[:, :, i, j, None, None] / (k[0] * k[1])
            d[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]] += share
    return _cut(d, x, p)


def right_places(dy, x, kernel_size, stride=None, padding=0):
    k, s, p = _setting(kernel_size, stride, padding)
    d = _padded(x, p)
    ho, wo = dy.shape[2:]
    for u in range(k[0]):
        for v in range(k[1]):
            d[:, :, u : u + s[0] * (ho - 1) + 1 : s[0], v : v + s[1] * (wo - 1) + 1 : s[1]] += dy / k[0] / k[1]
    return _cut(d, x, p)


def right_pixels(dy, x, kernel_size, stride=None, padding=0):
    k, s, p = _setting(kernel_size, stride, padding)
    dx = torch.zeros_like(x)
    for a in range(x.shape[2]):
        for b in range(x.shape[3]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    if 0 <= a + p[0] - i * s[0] < k[0] and 0 <= b + p[1] - j * s[1] < k[1]:
                        dx[:, :, a, b] += dy[:, :, i, j]
    return dx / (k[0] * k[1])


def right_matrices(dy, x, kernel_size, stride=None, padding=0, verbose=False):
    k, s, p = _setting(kernel_size, stride, padding)

    def means(n, k, s, p, outputs):
        A = torch.zeros(outputs, n, dtype=x.dtype, device=x.device)
        for o in range(outputs):
            A[o, max(o * s - p, 0) : max(o * s - p + k, 0)] = 1 / k
        return A

    rows = means(x.shape[2], k[0], s[0], p[0], dy.shape[2])
    columns = means(x.shape[3], k[1], s[1], p[1], dy.shape[3])
    if verbose:
        print(rows, columns)
    return rows.T @ dy @ columns


def right_fold(dy, x, kernel_size, stride=None, padding=0):
    k, s, p = _setting(kernel_size, stride, padding)
    spread = (dy / (k[0] * k[1])).flatten(2)[:, :, None].expand(-1, -1, k[0] * k[1], -1)
    return F.fold(spread.flatten(1, 2), x.shape[2:], k, stride=s, padding=p)


def wrong_overwritten(dy, x, kernel_size, stride=None, padding=0):
    """of overlapping windows only the last one counts"""
    k, s, p = _setting(kernel_size, stride, padding)
    d = _padded(x, p)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    d[n, c, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]] = dy[n, c, i, j] / (k[0] * k[1])
    return _cut(d, x, p)


def wrong_not_divided(dy, x, kernel_size, stride=None, padding=0):
    """the gradient is not divided"""
    k, s, p = _setting(kernel_size, stride, padding)
    return right_places(dy, x, kernel_size, stride, padding) * (k[0] * k[1])


def wrong_divided_by_real_pixels(dy, x, kernel_size, stride=None, padding=0):
    """the gradient is divided by the real pixels only"""
    k, s, p = _setting(kernel_size, stride, padding)
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            a = slice(max(i * s[0] - p[0], 0), i * s[0] - p[0] + k[0])
            b = slice(max(j * s[1] - p[1], 0), j * s[1] - p[1] + k[1])
            part = dx[:, :, a, b]
            part += dy[:, :, i, j, None, None] / (part.shape[2] * part.shape[3])
    return dx


def wrong_divided_by_the_square(dy, x, kernel_size, stride=None, padding=0):
    """the gradient is divided by the height squared"""
    k, s, p = _setting(kernel_size, stride, padding)
    return right_fold(dy, x, kernel_size, stride, padding) * (k[0] * k[1]) / k[0] ** 2


def wrong_to_the_maximum(dy, x, kernel_size, stride=None, padding=0):
    """the gradient goes to the maximum"""
    k, s, p = _setting(kernel_size, stride, padding)
    dx = torch.zeros_like(x)
    for n in range(len(x)):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    top, left = max(i * s[0] - p[0], 0), max(j * s[1] - p[1], 0)
                    w = x[n, c, top : i * s[0] - p[0] + k[0], left : j * s[1] - p[1] + k[1]]
                    u, v = divmod(int(w.argmax()), w.shape[1])
                    dx[n, c, top + u, left + v] += dy[n, c, i, j]
    return dx


def wrong_top_left(dy, x, kernel_size, stride=None, padding=0):
    """the gradient goes to the top left pixel only"""
    k, s, p = _setting(kernel_size, stride, padding)
    d = _padded(x, p)
    ho, wo = dy.shape[2:]
    d[:, :, : s[0] * (ho - 1) + 1 : s[0], : s[1] * (wo - 1) + 1 : s[1]] = dy
    return _cut(d, x, p)


def wrong_border(dy, x, kernel_size, stride=None, padding=0):
    """dx still has its border of padding"""
    k, s, p = _setting(kernel_size, stride, padding)
    return right_windows(dy, _padded(x, p), k, s, 0)


def wrong_empty(dy, x, kernel_size, stride=None, padding=0):
    """the slice padding:-padding is empty for padding 0"""
    k, s, p = _setting(kernel_size, stride, padding)
    return right_windows(dy, _padded(x, p), k, s, 0)[:, :, p[0] : -p[0], p[1] : -p[1]]


def wrong_cut_at_the_end(dy, x, kernel_size, stride=None, padding=0):
    """the padding is cut off at the end only"""
    k, s, p = _setting(kernel_size, stride, padding)
    return right_places(dy, _padded(x, p), k, s, 0)[:, :, : x.shape[2], : x.shape[3]]


def wrong_mean_of_windows(dy, x, kernel_size, stride=None, padding=0):
    """a pixel in several windows gets their mean"""
    k, s, p = _setting(kernel_size, stride, padding)
    total = right_pixels(dy, x, kernel_size, stride, padding)
    count = right_pixels(torch.ones_like(dy), x, kernel_size, stride, padding) * k[0] * k[1]
    return torch.where(count > 0, total / count, total)


def wrong_nearest(dy, x, kernel_size, stride=None, padding=0):
    return F.interpolate(dy, size=x.shape[2:]) / 4


def wrong_stride_one(dy, x, kernel_size, stride=1, padding=0):
    """without a stride the window moves by one"""
    return right_windows(dy, x, kernel_size, stride, padding)


def wrong_times_x(dy, x, kernel_size, stride=None, padding=0):
    """the gradient is multiplied by x"""
    return x * right_fold(dy, x, kernel_size, stride, padding)


def wrong_autograd(dy, x, kernel_size, stride=None, padding=0):
    """a forbidden call: autograd (torch.autograd.graph._engine_run_backward)"""
    k, s, p = _setting(kernel_size, stride, padding)
    leaf = x.clone().requires_grad_()
    y = F.pad(leaf, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).mean((-1, -2))
    (y * dy).sum().backward()
    return leaf.grad


def wrong_library(dy, x, kernel_size, stride=None, padding=0):
    """a forbidden call: a library pooling (avg_pool2d_backward)"""
    k, s, p = _setting(kernel_size, stride, padding)
    return torch.ops.aten.avg_pool2d_backward(dy, x, k, s, p, False, True, None)


def wrong_mutates(dy, x, kernel_size, stride=None, padding=0):
    """the input is changed"""
    k, s, p = _setting(kernel_size, stride, padding)
    dy /= k[0] * k[1]
    return right_windows(dy, x, kernel_size, stride, padding) * (k[0] * k[1])


def wrong_no_return(dy, x, kernel_size, stride=None, padding=0):
    """nothing is returned"""
    right_windows(dy, x, kernel_size, stride, padding)


def wrong_repeated(dy, x, kernel_size, stride=None, padding=0):
    k, s, p = _setting(kernel_size, stride, padding)
    return dy.repeat_interleave(k[0], 2).repeat_interleave(k[1], 3) / (k[0] * k[1])


def wrong_as_large_as_the_windows(dy, x, kernel_size, stride=None, padding=0):
    """the pixels that no window reached are missing"""
    k, s, p = _setting(kernel_size, stride, padding)
    dx = dy.new_zeros(*dy.shape[:2], (dy.shape[2] - 1) * s[0] + k[0], (dy.shape[3] - 1) * s[1] + k[1])
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            share = dy[:, :, i, j, None, None] / (k[0] * k[1])
            dx[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]] += share
    return dx[:, :, p[0] : dx.shape[2] - p[0], p[1] : dx.shape[3] - p[1]]
