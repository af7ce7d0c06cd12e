import torch
from torch import nn


def right_mean(x):
    return x.mean(dim=(2, 3))


def right_flatten(x):
    return x.flatten(2).mean(-1)


def right_loops(x):
    out = torch.zeros(x.shape[0], x.shape[1], dtype=x.dtype, device=x.device)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            out[n, c] = x[n, c].mean()
    return out


def right_sum(x):
    print(x.shape)
    N, C, H, W = x.shape
    return x.sum(3).sum(2) / (H * W)


def right_einsum(x, keepdim=False):
    return torch.einsum("nchw->nc", x) / x[0, 0].numel()


def right_matmul(x):
    flat = x.reshape(*x.shape[:2], -1)
    return flat @ torch.full((flat.shape[-1],), 1 / flat.shape[-1], dtype=x.dtype, device=x.device)


def wrong_keepdim(x):
    """dimensions of size one are left over"""
    return x.mean((-2, -1), keepdim=True)


def wrong_sum(x):
    """the sum is not divided"""
    return torch.einsum("nchw->nc", x)


def wrong_max(x):
    """the maximum is taken"""
    return x.flatten(2).max(-1).values


def wrong_channels(x):
    """the mean is taken over the channels"""
    return sum(x[:, c] for c in range(x.shape[1])) / x.shape[1]


def wrong_width(x):
    """only the width is averaged"""
    return x.mean(-1)


def wrong_height(x):
    """only the height is averaged"""
    return x.mean(-2)


def wrong_batch(x):
    """the batch is averaged too"""
    return torch.stack([x[:, c].mean() for c in range(x.shape[1])])


def wrong_image(x):
    """the channels are averaged too"""
    return x.flatten(1).mean(1)


def wrong_everything(x):
    """everything is averaged"""
    return torch.mean(x)


def wrong_square(x):
    """the sum is divided by the height squared"""
    return x.sum((2, 3)) / (x.shape[-2] * x.shape[-2])


def wrong_width_squared(x):
    return x.sum((2, 3)) / (x.shape[-1] * x.shape[-1])


def wrong_median(x):
    return x.flatten(2).median(-1).values


def wrong_library(x):
    """a forbidden call: a library pooling (torch.nn.functional.adaptive_avg_pool2d)"""
    return nn.AdaptiveAvgPool2d(1)(x).flatten(1)


def wrong_seven(x):
    return x.sum((2, 3)) / 49


def wrong_detached(x):
    """the result is detached"""
    return x.detach().mean((2, 3))


def wrong_list(x):
    return [[channel.mean() for channel in image] for image in x]


def wrong_dimensions_one_and_two(x):
    """the mean runs over channels and rows"""
    return x.mean((1, 2))


def wrong_size_of_the_lecture(x):
    """all entries of a result are off by the same factor"""
    return x.sum((2, 3)) / 49


def wrong_squeezed(x):
    """a dimension of size one is lost"""
    return x.mean((2, 3), keepdim=True).squeeze()


def wrong_one_picture(x):
    """only the first sample of the batch is there"""
    return torch.stack([channel.mean() for channel in x[0]])[None]
