"""Answers to ``conv_cost`` as students write them."""

import torch


def both(k):
    return (k, k) if isinstance(k, int) else tuple(k)


def refuse(c_in, c_out, k, h_out, w_out, groups):
    if min(c_in, c_out, *both(k), h_out, w_out, groups) < 1 or c_in % groups or c_out % groups:
        raise ValueError(f"{c_in} {c_out} {k} {h_out} {w_out} {groups}")


def right_formula(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights + c_out * bias, weights * h_out * w_out


def right_filter_by_filter(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    parameters = work = 0
    for _ in range(c_out):
        parameters += c_in // groups * kh * kw
        work += c_in // groups * kh * kw * h_out * w_out
        if bias:
            parameters += 1
    return parameters, work


def right_group_by_group(c_in, c_out, k, h_out, w_out, bias=True, groups=1, show=True):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = groups * (c_in // groups) * (c_out // groups) * kh * kw
    if show:
        print("weights", weights)
    return (weights + c_out if bias else weights, weights * w_out * h_out)


def right_ask_torch(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    layer = torch.nn.Conv2d(c_in, c_out, k, bias=bias, groups=groups, device="meta")
    return [sum(p.numel() for p in layer.parameters()), layer.weight.numel() * h_out * w_out]


def right_per_position(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    per_output = kh * kw * c_in // groups
    outputs = c_out * h_out * w_out
    return c_out * (per_output + int(bias)), outputs * per_output


def wrong_order(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """multiply-adds come before parameters"""
    parameters, work = right_formula(c_in, c_out, k, h_out, w_out, bias, groups)
    return work, parameters


def wrong_no_bias(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """the biases are forgotten"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights, weights * h_out * w_out


def wrong_always_bias(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """the biases are counted although there are none"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights + c_out, weights * h_out * w_out


def wrong_bias_per_input(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """one bias per input channel"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights + (c_in if bias else 0), weights * h_out * w_out


def wrong_one_bias(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """a single bias for all filters"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights + bias, weights * h_out * w_out


def wrong_bias_times_positions(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """adding the bias is counted as a multiply-add"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    parameters = (kh * kw * (c_in // groups) + bias) * c_out
    return parameters, parameters * h_out * w_out


def wrong_no_depth(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """the depth of the filters is forgotten"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    return (kh * kw + bias) * c_out, kh * kw * c_out * h_out * w_out


def wrong_one_filter(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """one filter is counted instead of all"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    each = kh * kw * (c_in // groups)
    return each + bias, each * h_out * w_out


def wrong_no_groups(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """the groups are ignored"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_in * c_out * kh * kw
    return weights + c_out * bias, weights * h_out * w_out


def wrong_groups_twice(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """the groups are divided out twice"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = (c_in // groups) * (c_out // groups) * kh * kw
    return weights + c_out * bias, weights * h_out * w_out


def wrong_not_squared(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """the kernel's height is used, its width is not"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    weights = c_out * (c_in // groups) * both(k)[0]
    return weights + c_out * bias, weights * h_out * w_out


def wrong_square_only(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """every kernel is taken to be square"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    weights = c_out * (c_in // groups) * both(k)[0] ** 2
    return weights + c_out * bias, weights * h_out * w_out


def wrong_int_only(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    weights = c_out * (c_in // groups) * k**2
    return weights + c_out * bias, weights * h_out * w_out


def wrong_one_position(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """multiply-adds of a single output position"""
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights + c_out * bias, weights


def wrong_flops(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """a multiplication and an addition are counted as two"""
    parameters, work = right_per_position(c_in, c_out, k, h_out, w_out, bias, groups)
    return parameters, 2 * work


def wrong_parameters_only(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    return right_per_position(c_in, c_out, k, h_out, w_out, bias, groups)[0]


def wrong_floor_of_groups(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """impossible arguments are accepted"""
    kh, kw = both(k)
    weights = c_out * (c_in // max(groups, 1)) * kh * kw
    return weights + c_out * bias, weights * h_out * w_out


def wrong_true_division(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * c_in / groups * kh * kw
    return weights + c_out * bias, weights * h_out * w_out


def wrong_one_side(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    refuse(c_in, c_out, k, h_out, w_out, groups)
    kh, kw = both(k)
    weights = c_out * (c_in // groups) * kh * kw
    return weights + c_out * bias, weights * h_out


def wrong_nothing(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """nothing is returned"""
    print(right_per_position(c_in, c_out, k, h_out, w_out, bias, groups))


def wrong_nothing_costs_nothing(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """impossible arguments are accepted"""
    if groups < 1 or c_in % groups or c_out % groups or min(both(k)) < 1:
        raise ValueError((c_in, c_out, k, groups))
    weights = c_out * c_in // groups * both(k)[0] * both(k)[1]
    return weights + bias * c_out, weights * h_out * w_out
