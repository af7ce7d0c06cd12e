import numpy as np
import torch
import torch.nn.functional as F


def _fits(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError(f"a {tuple(kernel.shape)} kernel does not fit into {tuple(image.shape)}")


def right_two_loops(image, kernel):
    _fits(image, kernel)
    H, W = image.shape
    kh, kw = kernel.shape
    out = torch.zeros(H - kh + 1, W - kw + 1, dtype=image.dtype, device=image.device)
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            out[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return out


def right_four_loops(image, kernel):
    _fits(image, kernel)
    rows = []
    for i in range(image.shape[0] - kernel.shape[0] + 1):
        row = []
        for j in range(image.shape[1] - kernel.shape[1] + 1):
            total = 0
            for u in range(kernel.shape[0]):
                for v in range(kernel.shape[1]):
                    total = total + image[i + u, j + v] * kernel[u, v]
            row.append(total)
        rows.append(torch.stack(row))
    return torch.stack(rows)


def right_shift_and_add(image, kernel):
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    ho, wo = H - kh + 1, W - kw + 1
    out = image.new_zeros((ho, wo))
    for u in range(kh):
        for v in range(kw):
            out += kernel[u, v] * image[u : u + ho, v : v + wo]
    return out


def right_unfold(image, kernel):
    _fits(image, kernel)
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return torch.einsum("ijuv,uv->ij", windows, kernel)


def right_as_strided(image, kernel):
    _fits(image, kernel)
    (H, W), (kh, kw), (sh, sw) = image.shape, kernel.shape, image.stride()
    windows = image.as_strided((H - kh + 1, W - kw + 1, kh, kw), (sh, sw, sh, sw))
    return torch.tensordot(windows, kernel, dims=2)


def right_functional_unfold(image, kernel):
    _fits(image, kernel)
    columns = F.unfold(image[None, None], tuple(kernel.shape))[0]
    return (kernel.reshape(1, -1) @ columns).reshape(image.shape[0] - kernel.shape[0] + 1, -1)


def right_fft(image, kernel):
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    size = (H + kh - 1, W + kw - 1)
    product = torch.fft.rfft2(image, size) * torch.fft.rfft2(kernel.flip(0, 1), size)
    return torch.fft.irfft2(product, size)[kh - 1 : H, kw - 1 : W]


def right_matrix(image, kernel, verbose=True):
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    ho, wo = H - kh + 1, W - kw + 1
    A = image.new_zeros(ho * wo, H, W)
    for i in range(ho):
        for j in range(wo):
            A[i * wo + j, i : i + kh, j : j + kw] = kernel
    if verbose:
        print("matrix", A.shape)
    return (A.reshape(ho * wo, -1) @ image.reshape(-1)).reshape(ho, wo)


def wrong_flipped(image, kernel):
    """the kernel is flipped"""
    return right_two_loops(image, torch.flip(kernel, dims=[0, 1]))


def wrong_flipped_indices(image, kernel):
    """the kernel is flipped"""
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    out = image.new_zeros(H - kh + 1, W - kw + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for u in range(kh):
                for v in range(kw):
                    out[i, j] += image[i + u, j + v] * kernel[kh - 1 - u, kw - 1 - v]
    return out


def wrong_off_by_one(image, kernel):
    """the last row and column of windows are missing"""
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    out = image.new_zeros(H - kh, W - kw)
    for i in range(H - kh):
        for j in range(W - kw):
            out[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return out


def wrong_off_by_one_loop(image, kernel):
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    out = image.new_zeros(H - kh + 1, W - kw + 1)
    for i in range(H - kh):
        for j in range(W - kw):
            out[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return out


def wrong_square(image, kernel):
    _fits(image, kernel)
    k = kernel.shape[0]
    H, W = image.shape
    out = image.new_zeros(H - k + 1, W - k + 1)
    for i in range(H - k + 1):
        for j in range(W - k + 1):
            out[i, j] = (image[i : i + k, j : j + k] * kernel).sum()
    return out


def wrong_same_size(image, kernel):
    """the image is padded"""
    _fits(image, kernel)
    (H, W), (kh, kw) = image.shape, kernel.shape
    big = image.new_zeros(H + kh - 1, W + kw - 1)
    top, left = (kh - 1) // 2, (kw - 1) // 2
    big[top : top + H, left : left + W] = image
    return right_two_loops(big, kernel)


def wrong_buffer_as_large_as_the_image(image, kernel):
    _fits(image, kernel)
    out = torch.zeros_like(image)
    for i in range(image.shape[0] - kernel.shape[0] + 1):
        for j in range(image.shape[1] - kernel.shape[1] + 1):
            out[i, j] = (image[i : i + kernel.shape[0], j : j + kernel.shape[1]] * kernel).sum()
    return out


def wrong_mean(image, kernel):
    """the window is averaged"""
    _fits(image, kernel)
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return (windows * kernel).mean((-1, -2))


def wrong_tiles(image, kernel):
    """the window jumps by its own size"""
    _fits(image, kernel)
    kh, kw = kernel.shape
    rows = [
        torch.stack([(image[i : i + kh, j : j + kw] * kernel).sum() for j in range(0, image.shape[1] - kw + 1, kw)])
        for i in range(0, image.shape[0] - kh + 1, kh)
    ]
    return torch.stack(rows)


def wrong_not_summed(image, kernel):
    """the products are not summed"""
    _fits(image, kernel)
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return windows * kernel


def wrong_matmul(image, kernel):
    _fits(image, kernel)
    kh, kw = kernel.shape
    out = image.new_zeros(image.shape[0] - kh + 1, image.shape[1] - kw + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + kh, j : j + kw].T @ kernel).sum()
    return out


def wrong_library(image, kernel):
    """a forbidden call: a library convolution (conv2d)"""
    _fits(image, kernel)
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


def wrong_scipy(image, kernel):
    """a forbidden call: a library convolution (scipy.signal._signaltools.correlate2d)"""
    from scipy.signal import correlate2d

    _fits(image, kernel)
    return torch.from_numpy(np.asarray(correlate2d(image.detach().numpy(), kernel.detach().numpy(), mode="valid")))


def wrong_detached(image, kernel):
    """the result is detached"""
    return right_shift_and_add(image.detach(), kernel.detach())


def wrong_items(image, kernel):
    """the result is detached"""
    _fits(image, kernel)
    kh, kw = kernel.shape
    rows = [
        [float((image[i : i + kh, j : j + kw] * kernel).sum()) for j in range(image.shape[1] - kw + 1)]
        for i in range(image.shape[0] - kh + 1)
    ]
    return torch.tensor(rows, dtype=image.dtype)


def wrong_numpy(image, kernel):
    """a NumPy array instead of a tensor"""
    return right_two_loops(image.detach(), kernel.detach()).numpy()


def wrong_accepts_anything(image, kernel):
    """impossible arguments are accepted"""
    (H, W), (kh, kw) = image.shape, kernel.shape
    out = image.new_zeros(max(H - kh + 1, 0), max(W - kw + 1, 0))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            out[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return out


def wrong_keeps_batch(image, kernel):
    """dimensions of size one are left over"""
    return right_unfold(image, kernel)[None, None]
