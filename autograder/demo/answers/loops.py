"""Right answers to unit 02 by somebody who thinks in loops."""

# ruff: noqa
# mypy: ignore-errors

import torch


# %% make_kernel
def make_kernel(name):
    kernels = {
        "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "box_blur": [[1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9]],
        "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    }
    if name not in kernels:
        raise ValueError("I do not know a kernel called " + repr(name))
    return torch.tensor(kernels[name], dtype=torch.float32)


# %% conv2d_single
def conv2d_single(image, kernel):
    H, W = image.shape
    K_h, K_w = kernel.shape
    if K_h > H or K_w > W:
        raise ValueError(f"the kernel {K_h}x{K_w} does not fit into the image {H}x{W}")
    rows = []
    for i in range(H - K_h + 1):
        row = []
        for j in range(W - K_w + 1):
            row.append((image[i : i + K_h, j : j + K_w] * kernel).sum())
        rows.append(torch.stack(row))
    return torch.stack(rows)


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    def two(value):
        return value if isinstance(value, tuple) else (value, value)

    s_h, s_w = two(stride)
    p_h, p_w = two(padding)
    d_h, d_w = two(dilation)
    N, C_in, H, W = x.shape
    C_out, C_group, K_h, K_w = w.shape
    if min(s_h, s_w) < 1:
        raise ValueError(f"stride {stride} must be at least 1")
    if C_in % groups or C_out % groups or C_in // groups != C_group:
        raise ValueError(f"{C_in} channels, {C_out} filters of depth {C_group} and {groups} groups do not go together")
    H_out = (H + 2 * p_h - d_h * (K_h - 1) - 1) // s_h + 1
    W_out = (W + 2 * p_w - d_w * (K_w - 1) - 1) // s_w + 1
    if H_out < 1 or W_out < 1:
        raise ValueError(f"a {K_h}x{K_w} kernel does not fit into {H}x{W} with padding {padding}")

    padded = torch.zeros(N, C_in, H + 2 * p_h, W + 2 * p_w, dtype=x.dtype, device=x.device)
    padded[:, :, p_h : p_h + H, p_w : p_w + W] = x
    out = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    per_group = C_out // groups
    for g in range(groups):
        channels = padded[:, g * C_group : (g + 1) * C_group]
        for o in range(g * per_group, (g + 1) * per_group):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * s_h, j * s_w
                    window = channels[
                        :, :, top : top + d_h * (K_h - 1) + 1 : d_h, left : left + d_w * (K_w - 1) + 1 : d_w
                    ]
                    out[:, o, i, j] = (window * w[o]).sum(dim=(1, 2, 3))
    if b is not None:
        out = out + b.reshape(1, C_out, 1, 1)
    return out


# %% im2col
def im2col(x, kernel_size, stride=1, padding=0):
    K_h, K_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    s_h, s_w = stride if isinstance(stride, tuple) else (stride, stride)
    p_h, p_w = padding if isinstance(padding, tuple) else (padding, padding)
    N, C, H, W = x.shape
    if s_h < 1 or s_w < 1:
        raise ValueError(f"stride {stride} must be at least 1")
    if K_h > H + 2 * p_h or K_w > W + 2 * p_w:
        raise ValueError(f"window {K_h}x{K_w} does not fit into {H}x{W} with padding {padding}")
    padded = torch.zeros(N, C, H + 2 * p_h, W + 2 * p_w, dtype=x.dtype, device=x.device)
    padded[:, :, p_h : p_h + H, p_w : p_w + W] = x
    columns = []
    for i in range(0, H + 2 * p_h - K_h + 1, s_h):
        for j in range(0, W + 2 * p_w - K_w + 1, s_w):
            columns.append(padded[:, :, i : i + K_h, j : j + K_w].reshape(N, -1))
    return torch.stack(columns, dim=2)


# %% conv2d_im2col
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    C_out, C_in, K_h, K_w = w.shape
    if x.shape[1] != C_in:
        raise ValueError(f"x has {x.shape[1]} channels and w expects {C_in}")
    s_h, s_w = stride if isinstance(stride, tuple) else (stride, stride)
    p_h, p_w = padding if isinstance(padding, tuple) else (padding, padding)
    columns = im2col(x, (K_h, K_w), stride, padding)
    H_out = (x.shape[2] + 2 * p_h - K_h) // s_h + 1
    W_out = (x.shape[3] + 2 * p_w - K_w) // s_w + 1
    out = w.reshape(C_out, -1) @ columns
    out = out.reshape(x.shape[0], C_out, H_out, W_out)
    if b is not None:
        out = out + b.reshape(1, C_out, 1, 1)
    return out


# %% conv2d_backward
def conv2d_backward(dy, x, w, stride=1, padding=0):
    s_h, s_w = stride if isinstance(stride, tuple) else (stride, stride)
    p_h, p_w = padding if isinstance(padding, tuple) else (padding, padding)
    N, C_in, H, W = x.shape
    C_out, _, K_h, K_w = w.shape
    padded = torch.zeros(N, C_in, H + 2 * p_h, W + 2 * p_w, dtype=x.dtype, device=x.device)
    padded[:, :, p_h : p_h + H, p_w : p_w + W] = x
    dpadded, dw = torch.zeros_like(padded), torch.zeros_like(w)
    for n in range(N):
        for o in range(C_out):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    rows, cols = slice(i * s_h, i * s_h + K_h), slice(j * s_w, j * s_w + K_w)
                    dpadded[n, :, rows, cols] += dy[n, o, i, j] * w[o]
                    dw[o] += dy[n, o, i, j] * padded[n, :, rows, cols]
    dx = dpadded[:, :, p_h : p_h + H, p_w : p_w + W]
    db = dy.sum(dim=(0, 2, 3))
    return dx, dw, db


# %% locally_connected2d
def locally_connected2d(x, w, b=None):
    N, C, H, W = x.shape
    H_out, W_out, C_out, C_in, K_h, K_w = w.shape
    if C != C_in:
        raise ValueError(f"x has {C} channels, the filters expect {C_in}")
    if (H - K_h + 1, W - K_w + 1) != (H_out, W_out):
        raise ValueError(f"{H - K_h + 1}x{W - K_w + 1} windows, but filters for {H_out}x{W_out}")
    out = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i : i + K_h, j : j + K_w]
            for o in range(C_out):
                out[:, o, i, j] = (window * w[i, j, o]).sum(dim=(1, 2, 3))
    if b is not None:
        out = out + b.reshape(1, C_out, 1, 1)
    return out
