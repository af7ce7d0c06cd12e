import torch
import torch.nn.functional as F


def _two(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _prepare(x, kernel_size, stride, padding):
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    if min(s) < 1:
        raise ValueError(f"stride {s} must be positive")
    for a in (0, 1):
        if 2 * p[a] > k[a]:
            raise ValueError(f"padding {p[a]} is more than half of {k[a]}")
        if x.shape[2 + a] + 2 * p[a] < k[a]:
            raise ValueError(f"window {k[a]} is larger than {x.shape[2 + a]} + 2*{p[a]}")
    size = [(x.shape[2 + a] + 2 * p[a] - k[a]) // s[a] + 1 for a in (0, 1)]
    return k, s, p, size


def right_loops(x, kernel_size, stride=None, padding=0):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=-float("inf"))
    y = torch.empty(x.shape[0], x.shape[1], ho, wo, dtype=x.dtype, device=x.device)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for i in range(ho):
                for j in range(wo):
                    y[n, c, i, j] = xp[n, c, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].max()
    return y


def right_amax(x, kernel_size, stride=None, padding=0):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((-1, -2))


def right_running_maximum(x, kernel_size, stride=None, padding=0):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=torch.finfo(x.dtype).min)
    best = None
    for u in range(k[0]):
        for v in range(k[1]):
            seen = xp[:, :, u : u + s[0] * (ho - 1) + 1 : s[0], v : v + s[1] * (wo - 1) + 1 : s[1]]
            best = seen if best is None else torch.maximum(best, seen)
    return best.clone()


def right_clipped_windows(x, kernel_size, stride=None, padding=0):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    H, W = x.shape[2:]
    rows = []
    for i in range(ho):
        top, bottom = max(i * s[0] - p[0], 0), min(i * s[0] - p[0] + k[0], H)
        row = []
        for j in range(wo):
            left, right = max(j * s[1] - p[1], 0), min(j * s[1] - p[1] + k[1], W)
            row.append(x[:, :, top:bottom, left:right].flatten(2).max(dim=2).values)
        rows.append(torch.stack(row, -1))
    return torch.stack(rows, -2)


def right_functional_unfold(x, kernel_size, stride=None, padding=0, quiet=True):
    k, s, p, size = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=torch.finfo(x.dtype).min)
    columns = F.unfold(xp, k, stride=s).unflatten(1, (x.shape[1], k[0] * k[1]))
    if not quiet:
        print(columns.shape)
    return columns.amax(2).unflatten(-1, size)


def right_as_strided(x, kernel_size, stride=None, padding=(0, 0)):
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    N, C, H, W = x.shape
    xp = torch.full((N, C, H + 2 * p[0], W + 2 * p[1]), float("-inf"), dtype=x.dtype, device=x.device)
    xp[:, :, p[0] : p[0] + H, p[1] : p[1] + W] = x
    a, b, c, d = xp.stride()
    print("windows:", ho, wo)
    windows = xp.as_strided((N, C, ho, wo, *k), (a, b, c * s[0], d * s[1], c, d))
    return windows.reshape(N, C, ho, wo, -1).max(-1)[0]


def wrong_zero_padding(x, kernel_size, stride=None, padding=0):
    """the padding is zero, not −∞"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]))
    return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((-1, -2))


def wrong_stride_one(x, kernel_size, stride=1, padding=0):
    """without a stride the window moves by one"""
    return right_amax(x, kernel_size, stride, padding)


def wrong_stride_ignored(x, kernel_size, stride=None, padding=0):
    """the stride is ignored"""
    return right_amax(x, kernel_size, None, padding)


def wrong_ceil(x, kernel_size, stride=None, padding=0):
    """a window that hangs over the end is kept"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    rows = []
    for top in range(-p[0], x.shape[2] + p[0] - k[0] + s[0], s[0]):
        if top >= x.shape[2]:
            continue
        row = []
        for left in range(-p[1], x.shape[3] + p[1] - k[1] + s[1], s[1]):
            if left < x.shape[3]:
                part = x[:, :, max(top, 0) : top + k[0], max(left, 0) : left + k[1]]
                row.append(part.amax((2, 3)))
        rows.append(torch.stack(row, -1))
    return torch.stack(rows, -2)


def wrong_mean(x, kernel_size, stride=None, padding=0):
    """the mean is taken"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    return F.pad(x, (p[1], p[1], p[0], p[0])).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).mean((-1, -2))


def wrong_magnitude(x, kernel_size, stride=None, padding=0):
    """the largest magnitude is taken"""
    return right_loops(abs(x), kernel_size, stride, padding)


def wrong_minimum(x, kernel_size, stride=None, padding=0):
    """the smallest number is taken"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=float("inf"))
    return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amin((-1, -2))


def wrong_channels_too(x, kernel_size, stride=None, padding=0):
    """the maximum is taken over the channels too"""
    k, s, p, (ho, wo) = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    y = x.new_zeros(len(x), 1, ho, wo)
    for n in range(len(x)):
        for i in range(ho):
            for j in range(wo):
                y[n, 0, i, j] = xp[n, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].max()
    return y


def wrong_returns_pair(x, kernel_size, stride=None, padding=0):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).flatten(-2).max(-1)


def wrong_off_by_one(x, kernel_size, stride=None, padding=0):
    """the last row and column of windows are missing"""
    y = right_amax(x, kernel_size, stride, padding)
    return y[:, :, : y.shape[2] - 1, : y.shape[3] - 1]


def wrong_window_swapped(x, kernel_size, stride=None, padding=0):
    """the window's height and width are swapped"""
    k = _two(kernel_size)
    return right_loops(x, (k[1], k[0]), stride, padding)


def wrong_strides_swapped(x, kernel_size, stride=None, padding=0):
    """the strides for height and width are swapped"""
    return right_running_maximum(x, kernel_size, None if stride is None else _two(stride)[::-1], padding)


def wrong_padding_swapped(x, kernel_size, stride=None, padding=0):
    """the paddings for height and width are swapped"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    xp = F.pad(x, (p[0], p[0], p[1], p[1]), value=-torch.inf)
    return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((-1, -2))


def wrong_no_padding(x, kernel_size, stride=None, padding=0):
    """the padding is ignored"""
    return right_amax(x, kernel_size, stride)


def wrong_square_only(x, kernel_size, stride=None, padding=0):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    return right_amax(x, k[0], s[0], p[0])


def wrong_any_padding(x, kernel_size, stride=None, padding=0):
    """impossible arguments are accepted"""
    k, p = _two(kernel_size), _two(padding)
    s = k if stride is None else _two(stride)
    xp = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    if xp.shape[2] < k[0] or xp.shape[3] < k[1]:
        raise ValueError("too small")
    if min(s) < 1:
        raise ValueError("stride")
    return xp.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((-1, -2))


def wrong_library(x, kernel_size, stride=None, padding=0):
    """a forbidden call: a library pooling (max_pool2d)"""
    _prepare(x, kernel_size, stride, padding)
    return torch.nn.MaxPool2d(kernel_size, stride, padding)(x)


def wrong_detached(x, kernel_size, stride=None, padding=0):
    """the result is detached"""
    y = right_loops(x.detach(), kernel_size, stride, padding)
    return y


def wrong_in_place(x, kernel_size, stride=None, padding=0):
    """the input is changed"""
    y = right_amax(x, kernel_size, stride, padding)
    x.data[:, :, 0, 0] = float("-inf")
    return y


def wrong_first_image(x, kernel_size, stride=None, padding=0):
    """only the first sample of the batch is right"""
    y = right_amax(x, kernel_size, stride, padding)
    return torch.cat([y[:1], torch.zeros_like(y[1:])])


def right_vmap(x, kernel_size, stride=None, padding=0):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)

    def one(image):
        image = F.pad(image[None], (p[1], p[1], p[0], p[0]), value=-torch.inf)[0]
        return image.unfold(0, k[0], s[0]).unfold(1, k[1], s[1]).flatten(-2).max(-1).values

    return torch.func.vmap(torch.func.vmap(one))(x)


def right_index_tensors(x, kernel_size, stride=None, padding=0):
    k, s, p, (h, w) = _prepare(x, kernel_size, stride, padding)
    rows = torch.arange(h, device=x.device)[:, None, None, None] * s[0] + torch.arange(k[0], device=x.device)[:, None]
    columns = torch.arange(w, device=x.device)[:, None, None] * s[1] + torch.arange(k[1], device=x.device)
    return torch.nn.ConstantPad2d((p[1], p[1], p[0], p[0]), float("-inf"))(x)[:, :, rows, columns].amax((-1, -2))


def right_repeating_the_edge(x, kernel_size, stride=None, padding=0):
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)  # at most half a window: the edge is in it already
    return F.pad(x, (p[1], p[1], p[0], p[0]), mode="replicate").unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((4, 5))


def wrong_begins_at_zero(x, kernel_size, stride=None, padding=0):
    """the search for the maximum begins at zero"""
    k, s, p, (h, w) = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    best = x.new_zeros(*x.shape[:2], h, w)
    for u in range(k[0]):
        for v in range(k[1]):
            best = torch.maximum(best, x[:, :, u : u + s[0] * (h - 1) + 1 : s[0], v : v + s[1] * (w - 1) + 1 : s[1]])
    return best


def wrong_one_for_all(x, kernel_size, stride=None, padding=0):
    """one maximum is taken for all images and channels"""
    k, s, p, (h, w) = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    y = x.new_zeros(*x.shape[:2], h, w)
    for i in range(h):
        for j in range(w):
            y[:, :, i, j] = x[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].max()
    return y


def wrong_padding_of_minus_one(x, kernel_size, stride=None, padding=0):
    """only the border is wrong"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    return F.pad(x, (p[1], p[1], p[0], p[0]), value=-1).unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((4, 5))


def wrong_values_and_places(x, kernel_size, stride=None, padding=0):
    """the result comes with something else"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    return x.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).flatten(4).max(4)


def wrong_trusts_the_memory(x, kernel_size, stride=None, padding=0):
    """it goes wrong where x is not contiguous and the dtype is float64"""
    k, s, p, (h, w) = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf) if sum(p) else x
    N, C, H, W = x.shape
    return torch.as_strided(x, (N, C, h, w, *k), (C * H * W, H * W, s[0] * W, s[1], W, 1)).amax((4, 5))


def wrong_ints_only(x, kernel_size, stride=None, padding=0):
    """it goes wrong where kernel_size is a pair"""
    _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (padding,) * 4, value=-float("inf"))
    return x.unfold(2, kernel_size, stride or kernel_size).unfold(3, kernel_size, stride or kernel_size).amax((4, 5))


def wrong_two_mistakes(x, kernel_size, stride=None, padding=0):
    """precision is lost on the way"""
    k, s, p, (h, w) = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]))
    y = torch.zeros(*x.shape[:2], h, w)
    for i in range(h):
        for j in range(w):
            y[:, :, i, j] = x[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].amax((2, 3))
    return y


def wrong_misspelt(x, kernel_size, stride=None, padding=0):
    """a name is used that does not exist there"""
    k, s, p, _ = _prepare(x, kernel_size, stride, padding)
    x = F.pad(x, (p[1], p[1], p[0], p[0]), value=-torch.inf)
    return X.unfold(2, k[0], s[0]).unfold(3, k[1], s[1]).amax((4, 5))  # noqa: F821
