"""Answers to group_norm."""

import torch


def _refuse(x, groups):
    if groups < 1 or x.shape[1] % groups != 0:
        raise ValueError(f"{x.shape[1]} channels, {groups} groups")


def right_view(x, groups, gamma, beta, eps=1e-5):
    _refuse(x, groups)
    N, C, H, W = x.shape
    g = x.reshape(N, groups, -1)
    g = (g - g.mean(-1, keepdim=True)) / torch.sqrt(g.var(-1, unbiased=False, keepdim=True) + eps)
    return g.reshape(N, C, H, W) * gamma.view(1, C, 1, 1) + beta.view(1, C, 1, 1)


def right_loops(x, groups, gamma, beta, eps=1e-5):
    _refuse(x, groups)
    size = x.shape[1] // groups
    out = torch.empty_like(x)
    for n in range(len(x)):
        for k in range(groups):
            part = x[n, k * size : (k + 1) * size]
            z = (part - part.mean()) / (part.var(unbiased=False) + eps).sqrt()
            for c in range(size):
                out[n, k * size + c] = gamma[k * size + c] * z[c] + beta[k * size + c]
    return out


def right_chunks(x, groups, gamma, beta, eps=1e-5):
    if groups < 1 or x.size(1) % groups:
        raise ValueError("does not divide")
    parts = []
    for p, a, b in zip(x.chunk(groups, 1), gamma.chunk(groups), beta.chunk(groups)):
        mean = p.mean((1, 2, 3), keepdim=True)
        var = (p - mean).square().mean((1, 2, 3), keepdim=True)
        parts.append((p - mean) * (var + eps).rsqrt() * a[:, None, None] + b[:, None, None])
    return torch.cat(parts, 1)


def right_masks(x, groups, gamma, beta, eps=1e-5):
    if not groups > 0 or x.shape[1] % groups:
        raise ValueError((x.shape, groups))
    C = x.shape[1]
    of = torch.arange(C, device=x.device) // (C // groups)
    same = (of[:, None] == of[None, :]).to(x.dtype) * groups / C
    mean = torch.einsum("cd,nd->nc", same, x.mean((2, 3)))[:, :, None, None]
    var = torch.einsum("cd,nd->nc", same, ((x - mean) ** 2).mean((2, 3)))[:, :, None, None]
    return gamma[:, None, None] * (x - mean) / (var + eps) ** 0.5 + beta[:, None, None]


def wrong_dealt_out(x, groups, gamma, beta, eps=1e-5):
    """channels are dealt out to the groups in turn"""
    _refuse(x, groups)
    out = torch.empty_like(x)
    for k in range(groups):
        p = x[:, k::groups]
        out[:, k::groups] = (p - p.mean((1, 2, 3), True)) / (
            p.var((1, 2, 3), unbiased=False, keepdim=True) + eps
        ).sqrt()
    return out * gamma.view(-1, 1, 1) + beta.view(-1, 1, 1)


def wrong_size(x, groups, gamma, beta, eps=1e-5):
    """groups is taken for the size of a group"""
    _refuse(x, groups)
    return right_view(x, x.shape[1] // groups, gamma, beta, eps)


def wrong_batch(x, groups, gamma, beta, eps=1e-5):
    """the statistics run over the batch too"""
    _refuse(x, groups)
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean((0, 2), keepdim=True)) / torch.sqrt(g.var((0, 2), unbiased=False, keepdim=True) + eps)
    return g.reshape(x.shape) * gamma.view(-1, 1, 1) + beta.view(-1, 1, 1)


def wrong_layer(x, groups, gamma, beta, eps=1e-5):
    """all channels form one group: that is layer norm"""
    _refuse(x, groups)
    return right_view(x, 1, gamma, beta, eps)


def wrong_instance(x, groups, gamma, beta, eps=1e-5):
    """each channel by itself: that is instance norm"""
    _refuse(x, groups)
    return right_view(x, x.shape[1], gamma, beta, eps)


def wrong_affine(x, groups, gamma, beta, eps=1e-5):
    """γ and β are not used"""
    _refuse(x, groups)
    return right_view(x, groups, torch.ones_like(gamma), torch.zeros_like(beta), eps)


def wrong_group_affine(x, groups, gamma, beta, eps=1e-5):
    """γ and β belong to groups instead of channels"""
    _refuse(x, groups)
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(-1, keepdim=True)) / torch.sqrt(g.var(-1, unbiased=False, keepdim=True) + eps)
    return (g * gamma[:groups, None] + beta[:groups, None]).reshape(x.shape)


def wrong_unbiased(x, groups, gamma, beta, eps=1e-5):
    """the unbiased variance normalises"""
    _refuse(x, groups)
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(-1, keepdim=True)) / torch.sqrt(g.var(-1, keepdim=True) + eps)
    return g.reshape(x.shape) * gamma.view(-1, 1, 1) + beta.view(-1, 1, 1)


def wrong_eps(x, groups, gamma, beta, eps=1e-5):
    """eps is always 1e-5"""
    return right_view(x, groups, gamma, beta)


def wrong_accepts(x, groups, gamma, beta, eps=1e-5):
    """impossible arguments are accepted"""
    if x.shape[1] % groups:
        groups = 1
    return right_view(x, groups, gamma, beta, eps)


def wrong_library(x, groups, gamma, beta, eps=1e-5):
    """a forbidden call: a library normalization (torch.nn.functional.group_norm)"""
    _refuse(x, groups)
    return torch.nn.functional.group_norm(x, groups, gamma, beta, eps)


def wrong_zero_groups(x, groups, gamma, beta, eps=1e-5):
    """another error than ValueError"""
    if x.shape[1] % groups:
        raise ValueError(f"{x.shape[1]} channels, {groups} groups")
    return right_view(x, groups, gamma, beta, eps)


def wrong_negative_groups(x, groups, gamma, beta, eps=1e-5):
    """impossible arguments are accepted"""
    if groups == 0 or x.shape[1] % groups:
        raise ValueError(f"{x.shape[1]} channels, {groups} groups")
    return right_view(x, abs(groups), gamma, beta, eps)


def wrong_pixel_by_pixel(x, groups, gamma, beta, eps=1e-5):
    """the statistics run over the channels of a group, pixel by pixel"""
    _refuse(x, groups)
    parts = x.unflatten(1, (groups, -1))
    z = (parts - parts.mean(2, keepdim=True)) / torch.sqrt(parts.var(2, correction=0, keepdim=True) + eps)
    return gamma[:, None, None] * z.flatten(1, 2) + beta[:, None, None]
