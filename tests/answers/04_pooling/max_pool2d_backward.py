import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _setting(x, kernel_size, stride, padding, value=-float("inf")):
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    return k, s, p, F.pad(x, (p[1], p[1], p[0], p[0]), value=value)


def right_four_loops(dy, x, kernel_size, stride=None, padding=0):
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    d = torch.zeros_like(xp)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    window = xp[n, c, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]]
                    u, v = divmod(int(window.argmax()), k[1])
                    d[n, c, i * s[0] + u, j * s[1] + v] += dy[n, c, i, j]
    return d[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def right_scatter_add(dy, x, kernel_size, stride=None, padding=0):
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    windows = xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).flatten(-2)
    place = windows.argmax(-1)
    rows = place // k[1] + s[0] * torch.arange(dy.shape[2], device=x.device)[:, None]
    columns = place % k[1] + s[1] * torch.arange(dy.shape[3], device=x.device)
    flat = torch.zeros_like(xp).flatten(2)
    flat.scatter_add_(2, (rows * xp.shape[3] + columns).flatten(2), dy.flatten(2))
    d = flat.view(xp.shape)
    return d[:, :, p[0] : xp.shape[2] - p[0], p[1] : xp.shape[3] - p[1]]


def right_one_hot(dy, x, kernel_size, stride=None, padding=0):
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    d = torch.zeros_like(xp)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            at = (..., slice(i * s[0], i * s[0] + k[0]), slice(j * s[1], j * s[1] + k[1]))
            first = F.one_hot(xp[at].flatten(2).argmax(-1), k[0] * k[1]).to(x.dtype)
            d[at] += (first * dy[:, :, i, j, None]).unflatten(-1, k)
    return d[..., p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def right_search(dy, x, kernel_size, stride=None, padding=0, verbose=True):
    k, p = _two(kernel_size), _two(padding)
    s = _two(stride) if stride is not None else k
    dx = x.new_zeros(x.shape)
    H, W = x.shape[2:]
    for n in range(len(x)):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    best = None
                    for a in range(max(i * s[0] - p[0], 0), min(i * s[0] - p[0] + k[0], H)):
                        for b in range(max(j * s[1] - p[1], 0), min(j * s[1] - p[1] + k[1], W)):
                            if best is None or x[n, c, a, b] > x[n, c, best[0], best[1]]:
                                best = (a, b)
                    dx[n, c, best[0], best[1]] += dy[n, c, i, j]
    if verbose:
        print("routed", dy.numel(), "numbers")
    return dx


def right_kernel_places(dy, x, kernel_size, stride=None, padding=0):
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    ho, wo = dy.shape[2:]
    slices = [
        (slice(u, u + s[0] * (ho - 1) + 1, s[0]), slice(v, v + s[1] * (wo - 1) + 1, s[1]))
        for u in range(k[0])
        for v in range(k[1])
    ]
    stack = torch.stack([xp[:, :, a, b] for a, b in slices])
    winner = stack.argmax(0)
    d = xp.new_zeros(xp.shape)
    for number, (a, b) in enumerate(slices):
        d[:, :, a, b] += torch.where(winner == number, dy, torch.zeros_like(dy))
    return d[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]].contiguous()


def _masked(dy, x, kernel_size, stride, padding, give, value=-float("inf"), add=True):
    k, s, p, xp = _setting(x, kernel_size, stride, padding, value)
    d = torch.zeros_like(xp)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            a, b = slice(i * s[0], i * s[0] + k[0]), slice(j * s[1], j * s[1] + k[1])
            part = give(dy[:, :, i : i + 1, j : j + 1], xp[:, :, a, b])
            if add:
                d[:, :, a, b] += part
            else:
                d[:, :, a, b] = part
    return d[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def _first(g, w):
    flat = w.flatten(2)
    hit = torch.zeros_like(flat).scatter_(2, flat.argmax(2, keepdim=True), 1.0)
    return g * hit.view(w.shape)


def wrong_every_equal(dy, x, kernel_size, stride=None, padding=0):
    """every equal entry gets the whole gradient"""
    return _masked(dy, x, kernel_size, stride, padding, lambda g, w: g * (w == w.amax((2, 3), keepdim=True)))


def wrong_every_equal_loops(dy, x, kernel_size, stride=None, padding=0):
    """every equal entry gets the whole gradient"""
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    d = torch.zeros_like(xp)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    a, b = slice(i * s[0], i * s[0] + k[0]), slice(j * s[1], j * s[1] + k[1])
                    window = xp[n, c, a, b]
                    d[n, c, a, b] += (window == window.max()) * dy[n, c, i, j]
    return d[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def wrong_shared_equally(dy, x, kernel_size, stride=None, padding=0):
    """equal entries share the gradient"""

    def give(g, w):
        mask = (w == w.amax((2, 3), keepdim=True)).to(g.dtype)
        return g * mask / mask.sum((2, 3), keepdim=True)

    return _masked(dy, x, kernel_size, stride, padding, give)


def wrong_last_equal(dy, x, kernel_size, stride=None, padding=0):
    """of equal entries the last one gets the gradient"""
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    dx = torch.zeros_like(x)
    H, W = x.shape[2:]
    for n in range(len(x)):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    best, at = -float("inf"), None
                    for a in range(max(i * s[0] - p[0], 0), min(i * s[0] - p[0] + k[0], H)):
                        for b in range(max(j * s[1] - p[1], 0), min(j * s[1] - p[1] + k[1], W)):
                            if x[n, c, a, b] >= best:
                                best, at = x[n, c, a, b], (a, b)
                    dx[n, c][at] += dy[n, c, i, j]
    return dx


def wrong_overwritten(dy, x, kernel_size, stride=None, padding=0):
    """of overlapping windows only the last one counts"""
    return _masked(dy, x, kernel_size, stride, padding, _first, add=False)


def wrong_winner_overwritten(dy, x, kernel_size, stride=None, padding=0):
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    d = torch.zeros_like(xp)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    window = xp[n, c, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]]
                    u, v = divmod(int(window.argmax()), k[1])
                    d[n, c, i * s[0] + u, j * s[1] + v] = dy[n, c, i, j]
    return d[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def wrong_zero_padding(dy, x, kernel_size, stride=None, padding=0):
    """the padding is zero, not −∞"""
    return _masked(dy, x, kernel_size, stride, padding, _first, value=0.0)


def wrong_even(dy, x, kernel_size, stride=None, padding=0):
    """the gradient is spread evenly"""
    return _masked(dy, x, kernel_size, stride, padding, lambda g, w: torch.ones_like(w) * g / (w.shape[2] * w.shape[3]))


def wrong_to_all(dy, x, kernel_size, stride=None, padding=0):
    """every pixel of the window gets the whole gradient"""
    return _masked(dy, x, kernel_size, stride, padding, lambda g, w: g.expand_as(w))


def wrong_mask_only(dy, x, kernel_size, stride=None, padding=0):
    """dy is not used"""
    return right_one_hot(torch.ones_like(dy), x, kernel_size, stride, padding)


def wrong_times_maximum(dy, x, kernel_size, stride=None, padding=0):
    """the gradient is multiplied by the maximum"""
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    y = xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((-1, -2))
    return right_four_loops(dy * y, x, kernel_size, stride, padding)


def wrong_border_left(dy, x, kernel_size, stride=None, padding=0):
    """dx still has its border of padding"""
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    return right_one_hot(dy, xp, k, s, 0)


def wrong_empty_slice(dy, x, kernel_size, stride=None, padding=0):
    """the slice padding:-padding is empty for padding 0"""
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    return right_scatter_add(dy, xp, k, s, 0)[:, :, p[0] : -p[0], p[1] : -p[1]]


def wrong_crop_at_the_end(dy, x, kernel_size, stride=None, padding=0):
    """the padding is cut off at the end only"""
    k, s, p, xp = _setting(x, kernel_size, stride, padding)
    return right_scatter_add(dy, xp, k, s, 0)[:, :, : x.shape[2], : x.shape[3]]


def wrong_stride_is_window(dy, x, kernel_size, stride=None, padding=0):
    k = _two(kernel_size)
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            w = x[:, :, i * k[0] : (i + 1) * k[0], j * k[1] : (j + 1) * k[1]]
            if w.numel():
                dx[:, :, i * k[0] : (i + 1) * k[0], j * k[1] : (j + 1) * k[1]] += _first(dy[:, :, i, j, None, None], w)
    return dx


def wrong_stride_one(dy, x, kernel_size, stride=1, padding=0):
    """without a stride the window moves by one"""
    return right_one_hot(dy, x, kernel_size, stride, padding)


def wrong_autograd(dy, x, kernel_size, stride=None, padding=0):
    """a forbidden call: autograd (torch.autograd.graph._engine_run_backward)"""
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    leaf = x.detach().requires_grad_()
    xp = F.pad(leaf, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    y = xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).flatten(-2).max(-1).values
    return torch.autograd.grad(y, leaf, dy)[0]


def wrong_library_indices(dy, x, kernel_size, stride=None, padding=0):
    """a forbidden call: a library pooling (max_pool2d_with_indices)"""
    _, where = F.max_pool2d(x, kernel_size, stride, padding, return_indices=True)
    return torch.zeros_like(x).flatten(2).scatter_add(2, where.flatten(2), dy.flatten(2)).view(x.shape)


def wrong_changes_dy(dy, x, kernel_size, stride=None, padding=0):
    """the input is changed"""
    dx = right_scatter_add(dy, x, kernel_size, stride, padding)
    dy.zero_()
    return dx


def wrong_column_order(dy, x, kernel_size, stride=None, padding=0):
    """equal entries are counted column by column"""

    def give(g, w):
        return _first(g, w.mT.contiguous()).mT

    return _masked(dy, x, kernel_size, stride, padding, give)


def right_whoever_is_first(dy, x, kernel_size, stride=None, padding=0):
    k, s, p, padded = _setting(x, kernel_size, stride, padding)
    largest = padded.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((4, 5))
    free, dx = torch.ones_like(largest, dtype=torch.bool), torch.zeros_like(padded)
    for u in range(k[0]):
        for v in range(k[1]):
            at = (
                ...,
                slice(u, u + s[0] * (dy.shape[2] - 1) + 1, s[0]),
                slice(v, v + s[1] * (dy.shape[3] - 1) + 1, s[1]),
            )
            wins = (padded[at] == largest) & free
            dx[at] += torch.where(wins, dy, 0)
            free &= ~wins
    return dx[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]


def wrong_indexed_add(dy, x, kernel_size, stride=None, padding=0):
    """of several gradients for one pixel only the last one counts"""
    k, s, p, padded = _setting(x, kernel_size, stride, padding)
    won = padded.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).flatten(4).argmax(4)
    rows = torch.arange(dy.shape[2])[:, None] * s[0] + won // k[1] - p[0]
    columns = torch.arange(dy.shape[3]) * s[1] + won % k[1] - p[1]
    images, channels = torch.meshgrid(torch.arange(x.shape[0]), torch.arange(x.shape[1]), indexing="ij")
    dx = torch.zeros_like(x)
    dx[images[..., None, None], channels[..., None, None], rows, columns] += dy
    return dx


def wrong_cut_by_the_other_padding(dy, x, kernel_size, stride=None, padding=0):
    """it goes wrong where padding is a pair"""
    k, s, p, padded = _setting(x, kernel_size, stride, padding)
    whole = right_scatter_add(dy, padded, k, s)
    return whole[:, :, p[1] : p[1] + x.shape[2], p[0] : p[0] + x.shape[3]]


def wrong_kept_between_calls(dy, x, kernel_size, stride=None, padding=0, buffers={}):
    k, s, p, padded = _setting(x, kernel_size, stride, padding)
    dx = buffers.setdefault((padded.shape, padded.dtype), torch.zeros_like(padded))
    dx += right_scatter_add(dy, padded, k, s)
    return dx[:, :, p[0] : p[0] + x.shape[2], p[1] : p[1] + x.shape[3]]
