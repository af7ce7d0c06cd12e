"""Answers to instance_norm."""

import torch


def right_direct(x, gamma, beta, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    var = ((x - mean) ** 2).mean(dim=(2, 3), keepdim=True)
    return gamma[None, :, None, None] * (x - mean) / torch.sqrt(var + eps) + beta[None, :, None, None]


def right_loop(x, gamma, beta, eps=1e-5):
    y = torch.zeros_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            plane = x[n, c]
            y[n, c] = gamma[c] * (plane - plane.mean()) / (plane.var(unbiased=False) + eps).sqrt() + beta[c]
    return y


def right_flat(x, gamma, beta, eps=1e-5):
    flat = x.flatten(2)
    centred = flat - flat.mean(-1, keepdim=True)
    z = centred * (centred.pow(2).mean(-1, keepdim=True) + eps).rsqrt()
    return (z * gamma[:, None] + beta[:, None]).view_as(x)


def right_noisy(x, gamma, beta, eps=1e-5, keep=None):
    print("normalising", x.shape)
    mean = x.mean((2, 3), True)
    var = (x - mean).pow(2).mean((2, 3), True)
    scale = gamma.view(1, -1, 1, 1) / torch.sqrt(var + eps)
    return torch.addcmul(beta.view(1, -1, 1, 1) - mean * scale, x, scale)


def wrong_batch(x, gamma, beta, eps=1e-5):
    """the statistics run over the batch: that is batch norm"""
    mean = x.mean((0, 2, 3), keepdim=True)
    var = ((x - mean) ** 2).mean((0, 2, 3), keepdim=True)
    return gamma.view(-1, 1, 1) * (x - mean) / (var + eps).sqrt() + beta.view(-1, 1, 1)


def wrong_layer(x, gamma, beta, eps=1e-5):
    """all channels together: that is layer norm"""
    mean = x.mean((1, 2, 3), keepdim=True)
    var = ((x - mean) ** 2).mean((1, 2, 3), keepdim=True)
    return gamma.view(-1, 1, 1) * (x - mean) / (var + eps).sqrt() + beta.view(-1, 1, 1)


def wrong_pixels(x, gamma, beta, eps=1e-5):
    """over the channels only, pixel by pixel"""
    mean = x.mean(1, keepdim=True)
    var = ((x - mean) ** 2).mean(1, keepdim=True)
    return gamma.view(-1, 1, 1) * (x - mean) / (var + eps).sqrt() + beta.view(-1, 1, 1)


def wrong_everything(x, gamma, beta, eps=1e-5):
    """one mean and variance for everything"""
    mean = x.mean((0, 1, 2, 3), keepdim=True)
    var = ((x - mean) ** 2).mean((0, 1, 2, 3), keepdim=True)
    return gamma.view(-1, 1, 1) * (x - mean) / (var + eps).sqrt() + beta.view(-1, 1, 1)


def wrong_width(x, gamma, beta, eps=1e-5):
    """over the width only"""
    mean = x.mean(-1, keepdim=True)
    var = ((x - mean) ** 2).mean(-1, keepdim=True)
    return gamma.view(-1, 1, 1) * (x - mean) / (var + eps).sqrt() + beta.view(-1, 1, 1)


def wrong_unbiased(x, gamma, beta, eps=1e-5):
    """the unbiased variance normalises"""
    z = (x - x.mean((2, 3), keepdim=True)) / torch.sqrt(x.var((2, 3), keepdim=True) + eps)
    return gamma.view(-1, 1, 1) * z + beta.view(-1, 1, 1)


def wrong_eps(x, gamma, beta, eps=1e-5):
    """eps stands outside the root"""
    z = (x - x.mean((2, 3), keepdim=True)) / (x.std((2, 3), correction=0, keepdim=True) + eps)
    return gamma.view(-1, 1, 1) * z + beta.view(-1, 1, 1)


def wrong_eps_ignored(x, gamma, beta, eps=1e-5):
    """eps is always 1e-5"""
    return right_direct(x, gamma, beta)


def wrong_no_affine(x, gamma, beta, eps=1e-5):
    """γ and β are not used"""
    return (x - x.mean((2, 3), keepdim=True)) / torch.sqrt(x.var((2, 3), correction=0, keepdim=True) + eps)


def wrong_detached(x, gamma, beta, eps=1e-5):
    """the statistics are cut off from the gradient"""
    with torch.no_grad():
        mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), correction=0, keepdim=True)
    return gamma.view(-1, 1, 1) * (x - mean) / torch.sqrt(var + eps) + beta.view(-1, 1, 1)


def wrong_affine_shape(x, gamma, beta, eps=1e-5):
    z = (x - x.mean((2, 3), keepdim=True)) / torch.sqrt(x.var((2, 3), correction=0, keepdim=True) + eps)
    return gamma * z + beta


def wrong_default_of_eps(x, gamma, beta, eps=1e-3):
    """it goes wrong where eps is not given and the dtype is float64"""
    return right_direct(x, gamma, beta, eps)
