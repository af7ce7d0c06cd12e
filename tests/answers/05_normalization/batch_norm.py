"""Answers to batch_norm."""

import warnings

import torch


def right_direct(x, gamma, beta, eps=1e-5):
    if x.shape[0] < 2:
        raise ValueError(f"need at least 2 samples, got {x.shape[0]}")
    mu = x.mean(dim=0)
    var = ((x - mu) ** 2).mean(dim=0)
    return (x - mu) / torch.sqrt(var + eps) * gamma + beta


def right_loops(x, gamma, beta, eps=1e-5):
    N, D = x.shape
    if N < 2:
        raise ValueError(f"batch of {N}")
    columns = []
    for d in range(D):
        mean = sum(x[n, d] for n in range(N)) / N
        var = sum((x[n, d] - mean) ** 2 for n in range(N)) / N
        columns.append(torch.stack([gamma[d] * (x[n, d] - mean) / (var + eps) ** 0.5 + beta[d] for n in range(N)]))
    return torch.stack(columns, dim=1)


def right_folded_affine(x, gamma, beta, eps=1e-5, verbose=True):
    if len(x) <= 1:
        raise ValueError(len(x))
    var, mean = torch.var_mean(x, dim=0, unbiased=False)
    scale = gamma * torch.rsqrt(var + eps)
    if verbose:
        print("scale", scale)
        warnings.warn("still training")
    return x * scale + (beta - mean * scale)


def right_moments(x, gamma, beta, eps=1e-5):
    n = x.size(0)
    if n == 1:
        raise ValueError("one sample")
    ones = x.new_ones(1, n) / n
    mean = ones @ x
    centred = x - mean
    var = ones @ centred.square()
    return torch.addcmul(beta.expand_as(x), gamma.expand_as(x), centred.div((var + eps).sqrt()))


def right_in_a_buffer(x, gamma, beta, eps=1e-5):
    if x.shape[0] == 1:
        raise ValueError("N = 1")
    out = torch.empty_like(x)
    for d in range(x.shape[1]):
        c = x[:, d]
        out[:, d] = gamma[d] * (c - c.mean()) / (c.var(unbiased=False) + eps).sqrt() + beta[d]
    return out


def wrong_std_of_torch(x, gamma, beta, eps=1e-5):
    """the unbiased variance normalises"""
    if len(x) < 2:
        raise ValueError
    return gamma * (x - x.mean(0)) / (x.std(0) ** 2 + eps).sqrt() + beta


def wrong_axis(x, gamma, beta, eps=1e-5):
    """the statistics run over the features of a sample"""
    if x.shape[0] < 2:
        raise ValueError
    mean = x.mean(dim=-1, keepdim=True)
    var = ((x - mean) ** 2).mean(dim=-1, keepdim=True)
    return gamma * ((x - mean) / (var + eps) ** 0.5) + beta


def wrong_global(x, gamma, beta, eps=1e-5):
    """one mean and variance for everything"""
    if x.shape[0] < 2:
        raise ValueError
    return gamma * (x - x.mean()) / torch.sqrt(((x - x.mean()) ** 2).mean() + eps) + beta


def wrong_eps_outside(x, gamma, beta, eps=1e-5):
    """eps stands outside the root"""
    if x.shape[0] < 2:
        raise ValueError
    sigma = ((x - x.mean(0)) ** 2).mean(0) ** 0.5
    return gamma * (x - x.mean(0)) / (sigma + eps) + beta


def wrong_eps_hard(x, gamma, beta, eps=1e-5):
    """eps is always 1e-5"""
    if x.shape[0] < 2:
        raise ValueError
    mu = x.mean(0)
    return gamma * (x - mu) / (((x - mu) ** 2).mean(0) + 0.00001).sqrt() + beta


def wrong_no_eps(x, gamma, beta, eps=1e-5):
    """eps is missing"""
    if x.shape[0] < 2:
        raise ValueError
    mu = x.mean(0)
    return gamma * (x - mu) / ((x - mu) ** 2).mean(0).sqrt() + beta


def wrong_no_root(x, gamma, beta, eps=1e-5):
    """divided by the variance"""
    if x.shape[0] < 2:
        raise ValueError
    mu = x.mean(0)
    return gamma * (x - mu) / (((x - mu) ** 2).mean(0) + eps) + beta


def wrong_swap(x, gamma, beta, eps=1e-5):
    """γ and β are swapped"""
    if x.shape[0] < 2:
        raise ValueError
    z = (x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt()
    return beta * z + gamma


def wrong_no_affine_scale(x, gamma, beta, eps=1e-5):
    """γ is not used"""
    if x.shape[0] < 2:
        raise ValueError
    return (x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt() + beta


def wrong_no_shift(x, gamma, beta, eps=1e-5):
    """β is not used"""
    if x.shape[0] < 2:
        raise ValueError
    return gamma * (x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt()


def wrong_affine_of_the_sum(x, gamma, beta, eps=1e-5):
    """β is multiplied by γ"""
    if x.shape[0] < 2:
        raise ValueError
    return gamma * ((x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt() + beta)


def wrong_no_grad_statistics(x, gamma, beta, eps=1e-5):
    """the statistics are cut off from the gradient"""
    if x.shape[0] < 2:
        raise ValueError
    with torch.no_grad():
        mu, var = x.mean(0), x.var(0, unbiased=False)
    return gamma * (x - mu) / (var + eps).sqrt() + beta


def wrong_one_sample_accepted(x, gamma, beta, eps=1e-5):
    """impossible arguments are accepted"""
    mu = x.mean(0)
    return gamma * (x - mu) / (((x - mu) ** 2).mean(0) + eps).sqrt() + beta


def wrong_in_place(x, gamma, beta, eps=1e-5):
    """the input is changed"""
    if x.shape[0] < 2:
        raise ValueError
    var = x.var(0, unbiased=False)
    with torch.no_grad():
        x -= x.mean(0)
    return gamma * x / (var + eps).sqrt() + beta


def wrong_no_return(x, gamma, beta, eps=1e-5):
    """nothing is returned"""
    if x.shape[0] < 2:
        raise ValueError
    gamma * (x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt() + beta


def wrong_library(x, gamma, beta, eps=1e-5):
    """a forbidden call: a library normalization (torch.nn.functional.batch_norm)"""
    if x.shape[0] < 2:
        raise ValueError
    return torch.nn.functional.batch_norm(x, None, None, gamma, beta, True, 0.1, eps)


def right_vmap(x, gamma, beta, eps=1e-5):
    if len(x) < 2:
        raise ValueError("one sample")

    def feature(column, g, b):
        return g * (column - column.mean()) / torch.sqrt(column.var(unbiased=False) + eps) + b

    return torch.func.vmap(feature, in_dims=(1, 0, 0), out_dims=1)(x, gamma, beta)


def right_float64_inside(x, gamma, beta, eps=1e-5):
    if len(x) < 2:
        raise ValueError("one sample")
    z = x.double()
    spread = (z.square().mean(0) - z.mean(0).square() + eps) ** 0.5
    return (gamma * (z - z.mean(0)) / spread + beta).to(x.dtype)


def wrong_default_of_eps(x, gamma, beta, eps=1e-8):
    """it goes wrong where eps is not given and the dtype is float64"""
    if len(x) < 2:
        raise ValueError("one sample")
    return gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + eps) + beta


def wrong_variance_detached(x, gamma, beta, eps=1e-5):
    """the variance is cut off from the gradient"""
    if len(x) < 2:
        raise ValueError("one sample")
    return gamma * (x - x.mean(0)) / torch.sqrt(x.detach().var(0, correction=0) + eps) + beta


def wrong_exception(x, gamma, beta, eps=1e-5):
    """another error than ValueError"""
    if len(x) < 2:
        raise Exception("one sample")
    return gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + eps) + beta
