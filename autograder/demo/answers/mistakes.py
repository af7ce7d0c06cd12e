"""Answers to unit 02 as students write them when one idea has gone wrong. The part after the dot says which."""

# ruff: noqa
# mypy: ignore-errors

import torch


# %% make_kernel.blur_too_bright
def make_kernel(name):
    kernels = {
        "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "box_blur": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
        "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    }
    if name not in kernels:
        raise ValueError(f"no kernel {name}")
    return torch.tensor(kernels[name]).float()


# %% conv2d_single.flipped
def conv2d_single(image, kernel):
    # a convolution turns the kernel round before it slides
    kernel = torch.flip(kernel, dims=[0, 1])
    h = image.shape[0] - kernel.shape[0] + 1
    w = image.shape[1] - kernel.shape[1] + 1
    if h < 1 or w < 1:
        raise ValueError(f"kernel {tuple(kernel.shape)} does not fit into image {tuple(image.shape)}")
    result = torch.empty(h, w, dtype=image.dtype)
    for i in range(h):
        for j in range(w):
            result[i, j] = torch.sum(image[i : i + kernel.shape[0], j : j + kernel.shape[1]] * kernel)
    return result


# %% conv2d.bias_in_the_loop
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    pair = lambda v: v if isinstance(v, tuple) else (v, v)
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    n, c, height, width = x.shape
    out_channels, per_group, kh, kw = w.shape
    if sh < 1 or sw < 1:
        raise ValueError(f"stride {stride}")
    if per_group * groups != c or out_channels % groups:
        raise ValueError(f"{c} channels cannot be split for {groups} groups of {per_group}")
    h_out = (height + 2 * ph - dh * (kh - 1) - 1) // sh + 1
    w_out = (width + 2 * pw - dw * (kw - 1) - 1) // sw + 1
    if h_out < 1 or w_out < 1:
        raise ValueError(f"kernel {kh}x{kw} is too large")
    xp = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    y = torch.zeros(n, out_channels, h_out, w_out, dtype=x.dtype)
    for o in range(out_channels):
        group = o // (out_channels // groups)
        for c in range(per_group):
            plane = xp[:, group * per_group + c]
            for u in range(kh):
                for v in range(kw):
                    part = plane[:, u * dh : u * dh + sh * h_out : sh, v * dw : v * dw + sw * w_out : sw]
                    y[:, o] += part[:, :h_out, :w_out] * w[o, c, u, v]
            if b is not None:
                y[:, o] += b[o]
    return y


# %% conv2d.library_call
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    # why write it again?
    return torch.nn.functional.conv2d(x, w, b, stride, padding, dilation, groups)


# %% conv2d.no_dilation_no_groups
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    if sh == 0 or sw == 0:
        raise ValueError("stride 0")
    if x.shape[1] != w.shape[1] * groups:
        raise ValueError(f"{x.shape[1]} channels but filters for {w.shape[1]}")
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    if w.shape[2] > x.shape[2] or w.shape[3] > x.shape[3]:
        raise ValueError("kernel too large")
    # TODO dilation, groups
    windows = x.unfold(2, w.shape[2], sh).unfold(3, w.shape[3], sw)
    y = torch.einsum("ncijuv,ocuv->noij", windows, w)
    return y if b is None else y + b.view(1, -1, 1, 1)


# %% im2col.channels_fastest
def im2col(x, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    if sh < 1 or sw < 1:
        raise ValueError(f"stride {stride}")
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError(f"window {kh}x{kw} too large")
    columns = []
    for i in range(0, x.shape[2] - kh + 1, sh):
        for j in range(0, x.shape[3] - kw + 1, sw):
            window = x[:, :, i : i + kh, j : j + kw]
            columns.append(window.permute(0, 2, 3, 1).reshape(x.shape[0], -1))
    return torch.stack(columns, -1)


# %% conv2d_backward.overwrites
def conv2d_backward(dy, x, w, stride=1, padding=0):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    kh, kw = w.shape[2:]
    xp = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    dxp = torch.zeros_like(xp)
    dw = torch.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            grad = dy[:, :, i, j]
            rows, cols = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            dxp[:, :, rows, cols] = torch.einsum("no,ocuv->ncuv", grad, w)
            dw += torch.einsum("no,ncuv->ocuv", grad, xp[:, :, rows, cols])
    dx = dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]
    return dx, dw, dy.sum(dim=(0, 2, 3))


# %% locally_connected2d.endless
def locally_connected2d(x, w, b=None):
    h_out, w_out, c_out, c_in, kh, kw = w.shape
    y = torch.zeros(x.shape[0], c_out, h_out, w_out)
    i = 0
    while i < h_out:
        j = 0
        while j < w_out:
            y[:, :, i, j] = torch.einsum("ncuv,ocuv->no", x[:, :, i : i + kh, j : j + kw], w[i, j])
            j += 1
        # i += 1 got lost here
    return y


# %% conv2d_single.noisy
def conv2d_single(image, kernel):
    import warnings

    warnings.warn("conv2d_single is slow, use conv2d")
    print("image", image.shape, "kernel", kernel.shape)
    height, width = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    if height <= 0 or width <= 0:
        raise ValueError(f"kernel {kernel.shape} does not fit {image.shape}")
    pixels = []
    for i in range(height):
        for j in range(width):
            pixels.append(
                torch.dot(image[i : i + kernel.shape[0], j : j + kernel.shape[1]].flatten(), kernel.flatten())
            )
    print("done:", len(pixels), "pixels")
    return torch.stack(pixels).view(height, width)
