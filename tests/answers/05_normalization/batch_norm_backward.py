"""Answers to batch_norm_backward."""

import torch


def _hat(x, eps):
    mu = x.mean(0)
    ivar = 1.0 / torch.sqrt(((x - mu) ** 2).mean(0) + eps)
    return (x - mu) * ivar, ivar


def right_one_line(dy, x, gamma, eps=1e-5):
    N = x.shape[0]
    xhat, ivar = _hat(x, eps)
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    dx = gamma * ivar / N * (N * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta


def right_graph(dy, x, gamma, eps=1e-5):
    N = len(x)
    mu = x.mean(0)
    xmu = x - mu
    var = (xmu**2).sum(0) / N
    std = (var + eps) ** 0.5
    ivar = 1 / std
    dxhat = dy * gamma
    divar = (dxhat * xmu).sum(0)
    dvar = divar * -0.5 * (var + eps) ** -1.5
    dxmu = dxhat * ivar + 2 * xmu / N * dvar
    dmu = -dxmu.sum(0)
    dx = dxmu + dmu / N
    return [dx, (dy * xmu * ivar).sum(0), dy.sum(dim=0)]


def right_jacobian(dy, x, gamma, eps=1e-5):
    N, D = x.shape
    xhat, ivar = _hat(x, eps)
    dx = torch.zeros_like(x)
    for d in range(D):
        h = xhat[:, d]
        J = ivar[d] * (torch.eye(N, dtype=x.dtype, device=x.device) - 1.0 / N - torch.outer(h, h) / N)
        dx[:, d] = J.T @ (gamma[d] * dy[:, d])
    return dx, torch.einsum("nd,nd->d", dy, xhat), torch.einsum("nd->d", dy)


def right_means(dy, x, gamma, eps=1e-5):
    xhat, ivar = _hat(x, eps)
    g = dy * gamma
    dx = ivar * (g - g.mean(0) - xhat * (g * xhat).mean(0))
    return dx, (dy * xhat).sum(0), dy.sum(0)


def wrong_constant_statistics(dy, x, gamma, eps=1e-5):
    """the statistics are taken for constants"""
    xhat, ivar = _hat(x, eps)
    return dy * gamma * ivar, (dy * xhat).sum(0), dy.sum(0)


def wrong_no_variance_path(dy, x, gamma, eps=1e-5):
    """the path through the variance is missing"""
    xhat, ivar = _hat(x, eps)
    g = dy * gamma * ivar
    return g - g.mean(0), (dy * xhat).sum(0), dy.sum(0)


def wrong_no_mean_path(dy, x, gamma, eps=1e-5):
    """the path through the mean is missing"""
    xhat, ivar = _hat(x, eps)
    g = dy * gamma
    return ivar * (g - xhat * (g * xhat).mean(0)), (dy * xhat).sum(0), dy.sum(0)


def wrong_gamma_forgotten(dy, x, gamma, eps=1e-5):
    """dx is not multiplied by γ"""
    xhat, ivar = _hat(x, eps)
    return ivar * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0)), (dy * xhat).sum(0), dy.sum(0)


def wrong_dgamma(dy, x, gamma, eps=1e-5):
    """dγ is taken with x instead of the normalised x"""
    dx, _, dbeta = right_one_line(dy, x, gamma, eps)
    return dx, (dy * x).sum(0), dbeta


def wrong_averaged(dy, x, gamma, eps=1e-5):
    """dγ and dβ are averaged over the batch"""
    dx, _, _ = right_one_line(dy, x, gamma, eps)
    return dx, (dy * _hat(x, eps)[0]).mean(0), dy.mean(0)


def wrong_order(dy, x, gamma, eps=1e-5):
    """dγ and dβ are exchanged"""
    dx, dgamma, dbeta = right_one_line(dy, x, gamma, eps)
    return dx, dbeta, dgamma


def wrong_eps(dy, x, gamma, eps=1e-5):
    """eps is always 1e-5"""
    return right_one_line(dy, x, gamma)


def wrong_sums(dy, x, gamma, eps=1e-5):
    """the sums are not divided by N"""
    xhat, ivar = _hat(x, eps)
    return gamma * ivar * (dy - dy.sum(0) - xhat * (dy * xhat).sum(0)), (dy * xhat).sum(0), dy.sum(0)


def wrong_only_dx(dy, x, gamma, eps=1e-5):
    return right_one_line(dy, x, gamma, eps)[0]


def wrong_autograd(dy, x, gamma, eps=1e-5):
    """a forbidden call: autograd (torch.autograd.graph._engine_run_backward)"""
    x = x.clone().requires_grad_()
    gamma = gamma.clone().requires_grad_()
    beta = torch.zeros_like(gamma).requires_grad_()
    y = gamma * (x - x.mean(0)) / (x.var(0, unbiased=False) + eps).sqrt() + beta
    return torch.autograd.grad(y, (x, gamma, beta), dy)


def wrong_gamma_times_gamma(dy, x, gamma, eps=1e-5):
    """dγ and dβ are multiplied by γ"""
    dx, _, _ = right_one_line(dy, x, gamma, eps)
    return dx, (dy * gamma * _hat(x, eps)[0]).sum(0), (dy * gamma).sum(0)


def wrong_half_of_the_variance(dy, x, gamma, eps=1e-5):
    """a factor of 2 is lost on the path through the variance"""
    N = len(x)
    centred = x - x.mean(0)
    inverse = 1 / torch.sqrt((centred**2).mean(0) + eps)
    dhat = dy * gamma
    dvar = (dhat * centred).sum(0) * -0.5 * inverse**3
    return dhat * inverse + dvar * centred / N - (dhat * inverse).sum(0) / N, (dy * centred * inverse).sum(0), dy.sum(0)


def wrong_sign_of_the_variance(dy, x, gamma, eps=1e-5):
    """the path through the variance has the wrong sign"""
    hat, inverse = _hat(x, eps)
    dgamma, dbeta = (dy * hat).sum(0), dy.sum(0)
    return gamma * inverse * (dy - dbeta / len(x) + hat * dgamma / len(x)), dgamma, dbeta


def wrong_kept_dimensions(dy, x, gamma, eps=1e-5):
    """dimensions of size one are left over"""
    dx, dgamma, dbeta = right_one_line(dy, x, gamma, eps)
    return dx, dgamma[None], dbeta[None]
