"""Answers to fold_batch_norm."""

import copy

import torch
from torch import nn


def _new(conv, bias=True):
    return nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias,
        device=conv.weight.device,
        dtype=conv.weight.dtype,
    )


def _same(conv, bn):
    if conv.out_channels != bn.num_features:
        raise ValueError(f"{conv.out_channels} != {bn.num_features}")


def right_new_layer(conv, bn):
    _same(conv, bn)
    new = _new(conv)
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    old = conv.bias if conv.bias is not None else torch.zeros_like(bn.running_mean)
    new.weight.data = conv.weight.data * scale.data[:, None, None, None]
    new.bias.data = ((old - bn.running_mean) * scale + bn.bias).data
    return new


def right_deepcopy(conv, bn):
    if conv.weight.shape[0] != len(bn.weight):
        raise ValueError("channels")
    new = copy.deepcopy(conv)
    with torch.no_grad():
        s = bn.weight * torch.rsqrt(bn.running_var + bn.eps)
        b = conv.bias if conv.bias is not None else 0
        new.weight.mul_(s.view(-1, 1, 1, 1))
        new.bias = nn.Parameter(bn.bias + (b - bn.running_mean) * s)
    return new


def right_loop(conv, bn):
    _same(conv, bn)
    new = _new(conv)
    with torch.no_grad():
        for c in range(conv.out_channels):
            k = bn.weight[c] / (bn.running_var[c] + bn.eps) ** 0.5
            new.weight[c] = conv.weight[c] * k
            new.bias[c] = bn.bias[c] - bn.running_mean[c] * k
            if conv.bias is not None:
                new.bias[c] += conv.bias[c] * k
    return new


def right_by_probing(conv, bn):
    _same(conv, bn)
    new = _new(conv)
    with torch.no_grad():
        shift = bn.bias - bn.weight * bn.running_mean / torch.sqrt(bn.running_var + bn.eps)
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        new.load_state_dict(
            {
                "weight": torch.einsum("o,oikl->oikl", scale, conv.weight),
                "bias": shift + (scale * conv.bias if conv.bias is not None else 0),
            }
        )
    return new.eval()


def _make(conv, weight, bias):
    new = _new(conv)
    new.weight.data, new.bias.data = weight.detach().clone(), bias.detach().clone()
    return new


def _parts(conv, bn):
    _same(conv, bn)
    s = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    b = conv.bias if conv.bias is not None else torch.zeros_like(bn.bias)
    return s, b


def wrong_bias_lost(conv, bn):
    """the convolution's own bias is dropped"""
    s, _ = _parts(conv, bn)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), bn.bias - bn.running_mean * s)


def wrong_bias_unscaled(conv, bn):
    """the convolution's own bias is not scaled"""
    s, b = _parts(conv, bn)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), bn.bias + b - bn.running_mean * s)


def wrong_mean(conv, bn):
    """the running mean is not taken off"""
    s, b = _parts(conv, bn)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), bn.bias + b * s)


def wrong_beta(conv, bn):
    """β is forgotten"""
    s, b = _parts(conv, bn)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), (b - bn.running_mean) * s)


def wrong_gamma(conv, bn):
    """γ is forgotten"""
    _, b = _parts(conv, bn)
    s = 1 / torch.sqrt(bn.running_var + bn.eps)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), (b - bn.running_mean) * s + bn.bias)


def wrong_eps(conv, bn):
    """eps is forgotten"""
    _, b = _parts(conv, bn)
    s = bn.weight / torch.sqrt(bn.running_var)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), (b - bn.running_mean) * s + bn.bias)


def wrong_root(conv, bn):
    """divided by the variance"""
    _, b = _parts(conv, bn)
    s = bn.weight / (bn.running_var + bn.eps)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1), (b - bn.running_mean) * s + bn.bias)


def wrong_options(conv, bn):
    """stride, padding, dilation or groups are lost"""
    s, b = _parts(conv, bn)
    new = nn.Conv2d(conv.weight.shape[1], conv.out_channels, conv.kernel_size).to(conv.weight)
    new.weight.data = (conv.weight * s.view(-1, 1, 1, 1)).detach()
    new.bias.data = ((b - bn.running_mean) * s + bn.bias).detach()
    return new


def wrong_in_place(conv, bn):
    """the given convolution is changed"""
    s, b = _parts(conv, bn)
    conv.weight.data *= s.data.view(-1, 1, 1, 1)
    conv.bias = nn.Parameter(((b - bn.running_mean) * s + bn.bias).detach())
    return conv


def wrong_sequential(conv, bn):
    _same(conv, bn)
    return nn.Sequential(copy.deepcopy(conv), copy.deepcopy(bn).eval())


def wrong_axis(conv, bn):
    s, b = _parts(conv, bn)
    return _make(conv, conv.weight * s.view(-1, 1, 1, 1) * 0 + conv.weight, (b - bn.running_mean) * s + bn.bias)


def wrong_channels(conv, bn):
    """impossible arguments are accepted"""
    if conv.out_channels != bn.num_features:
        return copy.deepcopy(conv)
    return right_new_layer(conv, bn)


def right_matrix(conv, bn):
    _same(conv, bn)
    scale = torch.diag(bn.weight / torch.sqrt(bn.eps + bn.running_var))
    new = _new(conv)
    old_bias = conv.bias if conv.bias is not None else 0 * bn.bias
    new.weight.data.copy_((scale @ conv.weight.flatten(1)).view_as(conv.weight))
    new.bias.data.copy_(scale @ (old_bias - bn.running_mean) + bn.bias)
    return new


def wrong_bias_is_none(conv, bn):
    """None is used where a value is needed"""
    _same(conv, bn)
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    new = _new(conv)
    new.weight.data = conv.weight.data * scale.data[:, None, None, None]
    new.bias.data = (bn.bias + scale * (conv.bias - bn.running_mean)).data
    return new


def wrong_no_stride(conv, bn):
    """the stride of the old convolution is lost"""
    new = right_new_layer(conv, bn)
    new.stride = (1, 1)
    return new


def wrong_eps_outside(conv, bn):
    """eps stands outside the root"""
    _same(conv, bn)
    scale = bn.weight / (torch.sqrt(bn.running_var) + bn.eps)
    new = _new(conv)
    new.weight.data = (conv.weight * scale[:, None, None, None]).data
    new.bias.data = (bn.bias + scale * ((0 if conv.bias is None else conv.bias) - bn.running_mean)).data
    return new


def wrong_no_parameter(conv, bn):
    new = right_new_layer(conv, bn)
    weight = new.weight.data
    del new.weight
    new.weight = weight
    return new
