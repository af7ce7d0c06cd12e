"""Right answers to unit 02 by somebody who moves the image instead of the window."""

# ruff: noqa
# mypy: ignore-errors

import torch


# %% make_kernel
def make_kernel(name):
    numbers = dict(
        identity="0 0 0  0 1 0  0 0 0",
        box_blur="1 1 1  1 1 1  1 1 1",
        sharpen="0 -1 0  -1 5 -1  0 -1 0",
        edge="-1 -1 -1  -1 8 -1  -1 -1 -1",
        sobel_x="-1 0 1  -2 0 2  -1 0 1",
        sobel_y="-1 -2 -1  0 0 0  1 2 1",
    )
    try:
        kernel = torch.tensor([float(number) for number in numbers[name].split()]).view(3, 3)
    except KeyError:
        raise ValueError(f"{name} is not one of {list(numbers)}") from None
    return kernel / 9 if name == "box_blur" else kernel


# %% conv2d_single
def conv2d_single(image, kernel):
    (H, W), (K_h, K_w) = image.shape, kernel.shape
    H_out, W_out = H - K_h + 1, W - K_w + 1
    if min(H_out, W_out) < 1:
        raise ValueError(f"a {K_h}x{K_w} kernel needs at least that much image, not {H}x{W}")
    # one shifted copy of the image per entry of the kernel
    out = torch.zeros(H_out, W_out, dtype=image.dtype, device=image.device)
    for u in range(K_h):
        for v in range(K_w):
            out = out + kernel[u, v] * image[u : u + H_out, v : v + W_out]
    return out


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    ph, pw = (padding, padding) if isinstance(padding, int) else padding
    dh, dw = (dilation, dilation) if isinstance(dilation, int) else dilation
    n, c, h, width = x.shape
    f, depth, kh, kw = w.shape
    if min(dh, dw) <= 0:
        raise ValueError(f"dilation {(dh, dw)}: the taps have to lie apart")
    if sh <= 0 or sw <= 0:
        raise ValueError(f"stride {(sh, sw)}: the window has to move")
    if c % groups or f % groups or depth * groups != c:
        raise ValueError(f"channels {c}, filters {f}, depth {depth} and groups {groups} do not match")
    big = x.new_zeros(n, c, h + 2 * ph, width + 2 * pw)
    big[:, :, ph : ph + h, pw : pw + width] = x
    oh = (big.shape[2] - dh * (kh - 1) - 1) // sh + 1
    ow = (big.shape[3] - dw * (kw - 1) - 1) // sw + 1
    if oh <= 0 or ow <= 0:
        raise ValueError(f"the {kh}x{kw} kernel is larger than the padded input {tuple(big.shape[2:])}")
    y = 0
    for u in range(kh):
        for v in range(kw):
            shifted = big[:, :, u * dh : u * dh + (oh - 1) * sh + 1 : sh, v * dw : v * dw + (ow - 1) * sw + 1 : sw]
            shifted = shifted.reshape(n, groups, depth, oh * ow)
            weights = w[:, :, u, v].reshape(groups, f // groups, depth)
            y = y + weights @ shifted
    y = y.reshape(n, f, oh, ow)
    if b is not None:
        y = y + b.view(-1, 1, 1)
    return y


# %% im2col
def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    sh, sw = (stride,) * 2 if isinstance(stride, int) else stride
    ph, pw = (padding,) * 2 if isinstance(padding, int) else padding
    n, c, h, width = x.shape
    if sh <= 0 or sw <= 0:
        raise ValueError(f"stride {(sh, sw)}: the window has to move")
    oh, ow = (h + 2 * ph - kh) // sh + 1, (width + 2 * pw - kw) // sw + 1
    if h + 2 * ph < kh or width + 2 * pw < kw:
        raise ValueError(f"the {kh}x{kw} window is larger than the padded {h + 2 * ph}x{width + 2 * pw}")
    big = x.new_zeros(n, c, h + 2 * ph, width + 2 * pw)
    big[:, :, ph : ph + h, pw : pw + width] = x
    # row u * kw + v of a channel: entry (u, v) of every window
    rows = [
        big[:, :, u : u + (oh - 1) * sh + 1 : sh, v : v + (ow - 1) * sw + 1 : sw].flatten(2)
        for u in range(kh)
        for v in range(kw)
    ]
    return torch.stack(rows, dim=2).flatten(1, 2)


# %% conv2d_im2col
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    n, c, h, width = x.shape
    f, depth, kh, kw = w.shape
    if c != depth:
        raise ValueError(f"{c} input channels, but filters for {depth}")
    matrix = im2col(x, (kh, kw), stride, padding)
    sh, _ = (stride,) * 2 if isinstance(stride, int) else stride
    ph, _ = (padding,) * 2 if isinstance(padding, int) else padding
    oh = (h + 2 * ph - kh) // sh + 1
    y = torch.matmul(w.view(1, f, -1) if w.is_contiguous() else w.reshape(1, f, -1), matrix).reshape(n, f, oh, -1)
    return y if b is None else y + b.view(1, f, 1, 1)


# %% conv2d_backward
def conv2d_backward(dy, x, w, stride=1, padding=0):
    sh, sw = (stride,) * 2 if isinstance(stride, int) else stride
    ph, pw = (padding,) * 2 if isinstance(padding, int) else padding
    n, c, h, width = x.shape
    f, _, kh, kw = w.shape
    oh, ow = dy.shape[2:]
    big = x.new_zeros(n, c, h + 2 * ph, width + 2 * pw)
    big[:, :, ph : ph + h, pw : pw + width] = x
    dbig, dw = torch.zeros_like(big), torch.zeros_like(w)
    flat = dy.flatten(2)
    for u in range(kh):
        for v in range(kw):
            rows, cols = slice(u, u + (oh - 1) * sh + 1, sh), slice(v, v + (ow - 1) * sw + 1, sw)
            seen = big[:, :, rows, cols].flatten(2)
            dw[:, :, u, v] = (flat @ seen.transpose(1, 2)).sum(0)
            dbig[:, :, rows, cols] += (w[:, :, u, v].T @ flat).view(n, c, oh, ow)
    return dbig[:, :, ph : ph + h, pw : pw + width], dw, flat.sum(dim=2).sum(dim=0)


# %% locally_connected2d
def locally_connected2d(x, w, b=None):
    oh, ow, f, depth, kh, kw = w.shape
    n, c, h, width = x.shape
    if depth != c or oh != h - kh + 1 or ow != width - kw + 1:
        raise ValueError(f"filters {tuple(w.shape)} do not go with an input {tuple(x.shape)}")
    columns = im2col(x, (kh, kw)).permute(2, 1, 0)
    y = w.reshape(oh * ow, f, -1) @ columns
    y = y.permute(2, 1, 0).reshape(n, f, oh, ow)
    return y if b is None else y + b.view(1, f, 1, 1)
