"""Right answers to unit 02 by somebody who knows unfold and einsum."""

# ruff: noqa
# mypy: ignore-errors

import torch


# %% make_kernel
def make_kernel(name):
    middle = torch.zeros(3, 3)
    middle[1, 1] = 1
    ramp, smooth = torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([1.0, 2.0, 1.0])
    cross = torch.tensor([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])
    match name:
        case "identity":
            return middle
        case "box_blur":
            return torch.full((3, 3), 1 / 9)
        case "sharpen":
            return 5 * middle - cross
        case "edge":
            return 9 * middle - torch.ones(3, 3)
        case "sobel_x":
            return torch.outer(smooth, ramp)
        case "sobel_y":
            return torch.outer(ramp, smooth)
    raise ValueError(f"unknown kernel {name!r}")


# %% conv2d_single
def conv2d_single(image, kernel):
    if any(k > n for k, n in zip(kernel.shape, image.shape)):
        raise ValueError(f"kernel {tuple(kernel.shape)} is larger than image {tuple(image.shape)}")
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return (windows * kernel).sum(dim=(-2, -1))


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    as_pair = lambda v: (v, v) if isinstance(v, int) else v
    stride, padding, dilation = as_pair(stride), as_pair(padding), as_pair(dilation)
    if 0 in stride:
        raise ValueError(f"stride has to be positive, got {stride}")
    if x.shape[1] != w.shape[1] * groups or w.shape[0] % groups:
        raise ValueError(f"x has {x.shape[1]} channels, w asks for {groups} groups of {w.shape[1]}")
    x = torch.nn.functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:])]
    if reach[0] > x.shape[2] or reach[1] > x.shape[3]:
        raise ValueError(f"kernel reaches over {reach}, the padded input is only {tuple(x.shape[2:])}")
    windows = x.unfold(2, reach[0], stride[0]).unfold(3, reach[1], stride[1])
    windows = windows[..., :: dilation[0], :: dilation[1]]
    windows = windows.unflatten(1, (groups, -1))
    filters = w.unflatten(0, (groups, -1))
    y = torch.einsum("ngcijuv,gocuv->ngoij", windows, filters).flatten(1, 2)
    return y if b is None else y + b[:, None, None]


# %% im2col
def im2col(x, kernel_size, stride=1, padding=0):
    as_pair = lambda v: (v, v) if isinstance(v, int) else v
    (kh, kw), (sh, sw), (ph, pw) = as_pair(kernel_size), as_pair(stride), as_pair(padding)
    if sh < 1 or sw < 1:
        raise ValueError(f"stride has to be positive, got {(sh, sw)}")
    x = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    if x.shape[2] < kh or x.shape[3] < kw:
        raise ValueError(f"no {kh}x{kw} window fits into the padded {tuple(x.shape[2:])}")
    windows = x.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)


# %% conv2d_im2col
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    if w.shape[1] != x.shape[1]:
        raise ValueError(f"filters are {w.shape[1]} deep, the input has {x.shape[1]} channels")
    stride_h = stride if isinstance(stride, int) else stride[0]
    padding_h = padding if isinstance(padding, int) else padding[0]
    y = torch.einsum("ok,nkl->nol", w.flatten(1), im2col(x, tuple(w.shape[2:]), stride, padding))
    if b is not None:
        y = y + b[:, None]
    rows = (x.shape[2] + 2 * padding_h - w.shape[2]) // stride_h + 1
    return y.unflatten(2, (rows, -1))


# %% conv2d_backward
def conv2d_backward(dy, x, w, stride=1, padding=0):
    as_pair = lambda v: (v, v) if isinstance(v, int) else v
    (sh, sw), (ph, pw) = as_pair(stride), as_pair(padding)
    kh, kw = w.shape[2:]
    padded = torch.nn.functional.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    dw = torch.einsum("noij,ncijuv->ocuv", dy, windows)
    back = torch.einsum("noij,ocuv->ncijuv", dy, w)
    dx = torch.zeros_like(padded)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            dx[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += back[:, :, i, j]
    return dx[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dy.sum((0, 2, 3))


# %% locally_connected2d
def locally_connected2d(x, w, b=None):
    if w.shape[3] != x.shape[1]:
        raise ValueError(f"filters are {w.shape[3]} deep, the input has {x.shape[1]} channels")
    if x.shape[2] < w.shape[4] or x.shape[3] < w.shape[5]:
        raise ValueError(f"kernel {tuple(w.shape[4:])} is larger than the input {tuple(x.shape[2:])}")
    windows = x.unfold(2, w.shape[4], 1).unfold(3, w.shape[5], 1)
    if windows.shape[2:4] != w.shape[:2]:
        raise ValueError(f"{tuple(windows.shape[2:4])} places, filters for {tuple(w.shape[:2])}")
    y = torch.einsum("ncijuv,ijocuv->noij", windows, w)
    return y if b is None else y + b[:, None, None]
