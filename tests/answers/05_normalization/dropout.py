"""Answers to dropout."""

import torch


def _check(p):
    if p < 0 or p >= 1:
        raise ValueError(f"p = {p}")


def right_rand(x, p, training, generator=None):
    _check(p)
    if not training:
        return x
    mask = torch.rand(x.shape, generator=generator, device=x.device) > p
    return mask * x / (1 - p)


def right_bernoulli(x, p, training, generator=None):
    _check(p)
    if training:
        keep = torch.full_like(x, 1 - p)
        return x * torch.bernoulli(keep, generator=generator) / (1 - p)
    return x


def right_where(x, p, training, generator=None):
    if not (0 <= p < 1):
        raise ValueError("p out of range: " + str(p))
    if not training or p == 0:
        return x
    u = torch.empty(x.shape, device=x.device).uniform_(generator=generator)
    return torch.where(u < p, torch.zeros_like(x), x / (1 - p))


def right_clone_and_index(x, p, training, generator=None):
    _check(p)
    if not training:
        return x
    y = x.clone() / (1 - p)
    y[torch.rand(x.shape, generator=generator, device=x.device) < p] = 0
    return y


def right_masked_fill(x, p, training, generator=None):
    _check(p)
    print("dropout", p)
    if training:
        return x.masked_fill(torch.rand(x.numel(), generator=generator, device=x.device).view(x.shape).lt(p), 0).div(
            1 - p
        )
    return x


def wrong_unscaled(x, p, training, generator=None):
    """the kept entries are not scaled up"""
    _check(p)
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p) if training else x


def wrong_by_p(x, p, training, generator=None):
    """the kept entries are divided by p"""
    _check(p)
    if not training or p == 0:
        return x
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p) / p


def wrong_keep(x, p, training, generator=None):
    """p is taken for the probability of keeping"""
    _check(p)
    if not training:
        return x
    return x * torch.bernoulli(torch.full_like(x, p), generator=generator) / (1 - p)


def wrong_always(x, p, training, generator=None):
    """entries are dropped in evaluation"""
    _check(p)
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p) / (1 - p)


def wrong_classic(x, p, training, generator=None):
    """evaluation scales the input down"""
    _check(p)
    if not training:
        return x * (1 - p)
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p) / (1 - p)


def wrong_classic_both(x, p, training, generator=None):
    _check(p)
    if not training:
        return x * (1 - p)
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p)


def wrong_inverted_flag(x, p, training, generator=None):
    _check(p)
    if training:
        return x
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p) / (1 - p)


def wrong_never(x, p, training, generator=None):
    """nothing is dropped in training"""
    _check(p)
    return x


def wrong_rows(x, p, training, generator=None):
    """entries are dropped together, not each by itself"""
    _check(p)
    if not training:
        return x
    return x * (torch.rand((*x.shape[:-1], 1), generator=generator, device=x.device) >= p) / (1 - p)


def wrong_seed(x, p, training, generator=None):
    """the same entries are dropped every time"""
    _check(p)
    if not training:
        return x
    torch.manual_seed(0)
    return x * (torch.rand(x.shape, device=x.device) >= p) / (1 - p)


def wrong_generator(x, p, training, generator=None):
    """the generator is not used"""
    _check(p)
    return x * (torch.rand(x.shape, device=x.device) >= p) / (1 - p) if training else x


def wrong_range(x, p, training, generator=None):
    """impossible arguments are accepted"""
    if not training or p >= 1:
        return x
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= p) / (1 - p)


def wrong_in_place(x, p, training, generator=None):
    """the input is changed"""
    _check(p)
    if training:
        with torch.no_grad():
            x *= (torch.rand(x.shape, generator=generator, device=x.device) >= p) / (1 - p)
    return x


def wrong_library(x, p, training, generator=None):
    _check(p)
    return torch.nn.functional.dropout(x, p, training)


def right_multinomial(x, p, training, generator=None):
    _check(p)
    if not training:
        return x * 1
    kept = torch.multinomial(torch.tensor([p, 1 - p]), x.numel(), replacement=True, generator=generator)
    return x * kept.view(x.shape).to(x) / (1 - p)


def wrong_columns(x, p, training, generator=None):
    """the same columns fall in every row"""
    _check(p)
    return x * (torch.rand(x.shape[-1:], generator=generator) >= p) / (1 - p) if training else x


def wrong_samples(x, p, training, generator=None):
    """whole samples are dropped"""
    _check(p)
    kept = torch.rand(len(x), *[1] * (x.ndim - 1), generator=generator) >= p
    return x * kept / (1 - p) if training else x


def wrong_exact_share(x, p, training, generator=None):
    """exactly the share p is dropped"""
    _check(p)
    if not training:
        return x
    kept = torch.ones(x.numel())
    kept[torch.randperm(x.numel(), generator=generator)[: round(p * x.numel())]] = 0
    return x * kept.view(x.shape).to(x) / (1 - p)


def wrong_normal_numbers(x, p, training, generator=None):
    _check(p)
    return x * (torch.randn(x.shape, generator=generator) >= p) / (1 - p) if training else x


def wrong_generator_of_its_own(x, p, training, generator=torch.Generator()):
    _check(p)
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p) if training else x
