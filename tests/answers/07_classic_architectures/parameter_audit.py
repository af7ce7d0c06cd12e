import math

import torch
from torch import nn


def right_modules(model):
    counts = {"conv": 0, "linear": 0, "other": 0}
    seen = set()
    for module in model.modules():
        key = "conv" if isinstance(module, nn.Conv2d) else "linear" if isinstance(module, nn.Linear) else "other"
        for p in module.parameters(recurse=False):
            if p not in seen:
                seen.add(p)
                counts[key] += p.numel()
    return counts


def right_sets_of_ids(model):
    def parameters(kind):
        return {id(p): p.numel() for m in model.modules() if isinstance(m, kind) for p in m.parameters(recurse=False)}

    conv, linear = parameters(nn.Conv2d), parameters(nn.Linear)
    total = sum(p.numel() for p in model.parameters())
    c, n = sum(conv.values()), sum(linear.values())
    return {"other": total - c - n, "linear": n, "conv": c}


def right_names(model, verbose=True):
    modules = dict(model.named_modules())
    counts = dict.fromkeys(("conv", "linear", "other"), 0)
    for name, p in model.named_parameters():
        owner = modules[name.rpartition(".")[0]]
        if isinstance(owner, nn.Conv2d):
            counts["conv"] += math.prod(p.shape)
        elif isinstance(owner, nn.Linear):
            counts["linear"] += math.prod(p.shape)
        else:
            counts["other"] += math.prod(p.shape)
    if verbose:
        print(counts)
    return counts


def right_recursive(model):
    seen = set()

    def walk(module):
        found = [0, 0, 0]
        kind = 0 if isinstance(module, nn.Conv2d) else 1 if isinstance(module, nn.Linear) else 2
        for p in module._parameters.values():
            if p is not None and id(p) not in seen:
                seen.add(id(p))
                found[kind] += p.nelement()
        for child in module.children():
            found = [a + b for a, b in zip(found, walk(child))]
        return found

    return dict(zip(["conv", "linear", "other"], walk(model)))


def _count(model, key_of, size=lambda p: p.numel()):
    counts = {"conv": 0, "linear": 0, "other": 0}
    seen = set()
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            if id(p) not in seen:
                seen.add(id(p))
                counts[key_of(module, name, p)] += size(p)
    return counts


def _kind(module, name, p):
    return "conv" if isinstance(module, nn.Conv2d) else "linear" if isinstance(module, nn.Linear) else "other"


def wrong_every_use_counts(model):
    """parameters that are used in two places count twice"""
    counts = {"conv": 0, "linear": 0, "other": 0}
    for module in model.modules():
        counts[_kind(module, "", None)] += sum(p.numel() for p in module.parameters(recurse=False))
    return counts


def wrong_only_trainable(model):
    """frozen parameters are left out"""
    return _count(model, _kind, lambda p: p.numel() if p.requires_grad else 0)


def wrong_state_dict(model):
    """buffers are counted"""
    counts = _count(model, _kind)
    counts["other"] += sum(b.numel() for b in model.buffers())
    return counts


def wrong_weights_only(model):
    """biases are left out"""
    counts = _count(model, _kind)
    for m in model.modules():
        if isinstance(m, nn.Conv2d | nn.Linear) and m.bias is not None:
            counts[_kind(m, "", None)] -= m.bias.numel()
    return counts


def wrong_children(model):
    """only the outermost layers are looked at"""
    counts = {"conv": 0, "linear": 0, "other": 0}
    seen = set()
    for module in [model] + list(model.children()):
        for p in module.parameters(recurse=False):
            if id(p) not in seen:
                counts[_kind(module, "", p)] += p.numel()
            seen.add(id(p))
    return counts


def wrong_type_equality(model):
    """layers of a derived class are missed"""

    def kind(module, name, p):
        return {nn.Conv2d: "conv", nn.Linear: "linear"}.get(type(module), "other")

    return _count(model, kind)


def wrong_by_dimensions(model):
    """layers are told apart by the shapes of their tensors"""
    counts = {"conv": 0, "linear": 0, "other": 0}
    for p in model.parameters():
        key = "conv" if p.dim() == 4 else "linear" if p.dim() == 2 else "other"
        counts[key] += p.numel()
    return counts


def wrong_number_of_tensors(model):
    """tensors are counted, not the numbers in them"""
    return _count(model, _kind, lambda p: 1)


def wrong_swapped(model):
    """conv and linear are swapped"""
    counts = right_recursive(model)
    return {"conv": counts["linear"], "linear": counts["conv"], "other": counts["other"]}


def wrong_total_as_other(model):
    """other holds everything"""
    counts = right_recursive(model)
    counts["other"] = sum(counts.values())
    return counts


def wrong_nothing_else(model):
    """other is always 0"""
    return {**right_recursive(model), "other": 0}


def wrong_two_keys(model):
    """the key other is missing"""
    counts = right_recursive(model)
    del counts["other"]
    return counts


def wrong_trains_the_model(model):
    """the input is changed"""
    model.requires_grad_(True)
    model.train(not model.training)
    return right_recursive(model)


def wrong_as_tuple(model):
    return tuple(right_recursive(model).values())


def wrong_strings(model):
    return {key: f"{value:,}" for key, value in right_recursive(model).items()}


def wrong_millions(model):
    return {key: value / 1e6 for key, value in right_recursive(model).items()}


def wrong_one_dimension_owned(model):
    return _count(
        model, lambda m, n, p: _kind(m, n, p) if isinstance(m, nn.Conv2d | nn.Linear | nn.BatchNorm2d) else "conv"
    )


def wrong_no_return(model):
    """nothing is returned"""
    print(right_recursive(model), torch.get_default_dtype())
