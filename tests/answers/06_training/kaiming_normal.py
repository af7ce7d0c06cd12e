"""Answers to kaiming_normal."""

import math

import torch


def right_randn(shape, generator=None):
    fan_in = 1
    for n in shape[1:]:
        fan_in *= n
    return torch.randn(tuple(shape), generator=generator) * (2 / fan_in) ** 0.5


def right_normal(shape, generator=None):
    w = torch.empty(tuple(shape))
    return w.normal_(0, math.sqrt(2.0 / w[0].numel()), generator=generator)


def right_box_muller(shape, generator=None):
    n = math.prod(shape)
    u = 1 - torch.rand(n, generator=generator)
    v = torch.rand(n, generator=generator)
    z = torch.sqrt(-2 * torch.log(u)) * torch.cos(2 * math.pi * v)
    return (z * math.sqrt(2 / (n / shape[0]))).reshape(tuple(shape))


def right_torch_normal(shape, generator=None):
    std = math.sqrt(2) / math.sqrt(math.prod(shape[1:]))
    print("std", std)
    return torch.normal(0.0, std, tuple(shape), generator=generator)


def wrong_fan_out(shape, generator=None):
    """the fan-out is used"""
    fan_out = shape[0] * math.prod(shape[2:])
    return torch.randn(tuple(shape), generator=generator) * (2 / fan_out) ** 0.5


def wrong_channels_only(shape, generator=None):
    """the kernel's size is left out of the fan-in"""
    return torch.randn(tuple(shape), generator=generator) * (2 / shape[1]) ** 0.5


def wrong_window_only(shape, generator=None):
    """the channels are left out of the fan-in"""
    return torch.randn(tuple(shape), generator=generator) * (2 / max(1, math.prod(shape[2:]))) ** 0.5


def wrong_everything(shape, generator=None):
    """the whole weight is taken for the fan-in"""
    return torch.randn(tuple(shape), generator=generator) * (2 / math.prod(shape)) ** 0.5


def wrong_lecun(shape, generator=None):
    """1 instead of 2: that is for linear units"""
    return torch.randn(tuple(shape), generator=generator) / math.prod(shape[1:]) ** 0.5


def wrong_xavier(shape, generator=None):
    """fan-in and fan-out are averaged: that is Xavier"""
    k = math.prod(shape[2:])
    return torch.randn(tuple(shape), generator=generator) * math.sqrt(2 / (k * (shape[0] + shape[1])))


def wrong_variance(shape, generator=None):
    """multiplied by the variance"""
    return torch.randn(tuple(shape), generator=generator) * 2 / math.prod(shape[1:])


def wrong_uniform(shape, generator=None):
    """the numbers are uniform"""
    a = math.sqrt(3) * math.sqrt(2 / math.prod(shape[1:]))
    return torch.empty(tuple(shape)).uniform_(-a, a, generator=generator)


def wrong_rand(shape, generator=None):
    return torch.rand(tuple(shape), generator=generator) * (2 / math.prod(shape[1:])) ** 0.5


def wrong_abs(shape, generator=None):
    """all weights are positive"""
    return torch.randn(tuple(shape), generator=generator).abs() * (2 / math.prod(shape[1:])) ** 0.5


def wrong_seed(shape, generator=None):
    """the same numbers every time"""
    torch.manual_seed(42)
    return torch.randn(tuple(shape)) * (2 / math.prod(shape[1:])) ** 0.5


def wrong_generator(shape, generator=None):
    """the generator is not used"""
    return torch.randn(tuple(shape)) * (2 / math.prod(shape[1:])) ** 0.5


def wrong_unscaled(shape, generator=None):
    """not scaled at all"""
    return torch.randn(tuple(shape), generator=generator)


def wrong_library(shape, generator=None):
    return torch.nn.init.kaiming_normal_(torch.empty(tuple(shape)), nonlinearity="relu", generator=generator)
