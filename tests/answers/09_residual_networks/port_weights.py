import copy

import torch
from torch import nn


def right_state_dicts(mine, theirs):
    own, given = mine.state_dict(), theirs.state_dict()
    if len(own) != len(given):
        raise ValueError(f"{len(own)} tensors in mine, {len(given)} in theirs")
    for (name, a), (other, b) in zip(own.items(), given.items()):
        if a.shape != b.shape:
            raise ValueError(f"{name} has shape {tuple(a.shape)}, {other} has {tuple(b.shape)}")
    mine.load_state_dict({name: value for name, value in zip(own, given.values())})
    return mine


def right_copy_in_place(mine, theirs):
    def tensors(network):
        return [*network.parameters(), *network.buffers()]

    a, b = tensors(mine), tensors(theirs)
    if [t.shape for t in a] != [t.shape for t in b]:
        raise ValueError("the networks differ")
    with torch.no_grad():
        for to, value in zip(a, b):
            to.copy_(value)
    return mine


@torch.no_grad()
def right_parameters_then_buffers(mine, theirs):
    pairs = []
    for kind in ("parameters", "buffers"):
        own, given = (list(getattr(network, kind)()) for network in (mine, theirs))
        if [t.size() for t in own] != [t.size() for t in given]:
            raise ValueError(f"{kind}: {len(own)} of mine, {len(given)} of theirs, not of the same shapes")
        pairs += zip(own, given)
    for to, source in pairs:
        to[...] = source
    return mine


def right_module_by_module(mine, theirs):
    def leaves(network):
        return [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.BatchNorm2d, nn.Linear))]

    pairs = list(zip(leaves(mine), leaves(theirs)))
    if len(leaves(mine)) != len(leaves(theirs)):
        raise ValueError(f"{len(leaves(mine))} layers against {len(leaves(theirs))}")
    for a, b in pairs:
        if type(a) is not type(b) or any(p.shape != q.shape for p, q in zip(a.parameters(), b.parameters())):
            raise ValueError(f"{a} against {b}")
    for a, b in pairs:
        a.load_state_dict(b.state_dict())
    print(f"copied {len(pairs)} layers")
    return mine


def right_data_clone(mine, theirs):
    if len(list(mine.parameters())) != len(list(theirs.parameters())):
        raise ValueError("another number of parameters")
    for p, q in zip(mine.parameters(), theirs.parameters()):
        if p.shape != q.shape:
            raise ValueError(f"{p.shape} against {q.shape}")
    for p, q in zip(mine.parameters(), theirs.parameters()):
        p.data = q.data.clone()
    for p, q in zip(mine.buffers(), theirs.buffers()):
        p.data = q.data.clone()
    return mine


def right_strict_zip(mine, theirs):
    given = copy.deepcopy(theirs).state_dict().values()
    renamed = dict(zip(mine.state_dict(), given, strict=True))
    try:
        copy.deepcopy(mine).load_state_dict(renamed)
    except RuntimeError as error:
        raise ValueError(f"these networks differ: {error}") from None
    mine.load_state_dict(renamed)
    return mine


def wrong_loaded_first(mine, theirs):
    """a part is copied before the networks are found not to match"""
    renamed = dict(zip(mine.state_dict(), theirs.state_dict().values(), strict=True))
    try:
        mine.load_state_dict(renamed)
    except RuntimeError as error:
        raise ValueError(f"these networks differ: {error}") from None
    return mine


def wrong_parameters_only(mine, theirs):
    """the buffers are not copied"""
    a, b = list(mine.parameters()), list(theirs.parameters())
    if [p.shape for p in a] != [p.shape for p in b]:
        raise ValueError("the networks differ")
    for p, q in zip(a, b):
        p.data.copy_(q.data)
    return mine


def wrong_buffers_only(mine, theirs):
    """only the buffers are copied"""
    a, b = list(mine.buffers()), list(theirs.buffers())
    if [p.shape for p in mine.parameters()] != [p.shape for p in theirs.parameters()]:
        raise ValueError("the networks differ")
    for p, q in zip(a, b):
        p.copy_(q)
    return mine


def wrong_convolutions_and_linear_only(mine, theirs):
    """the BatchNorms are left out"""
    right_state_dicts(copy.deepcopy(mine), theirs)

    def leaves(network):
        return [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]

    for a, b in zip(leaves(mine), leaves(theirs)):
        a.load_state_dict(b.state_dict())
    return mine


def wrong_names(mine, theirs):
    """tensors are found by their names"""
    mine.load_state_dict(theirs.state_dict())
    return mine


def wrong_not_strict(mine, theirs):
    """only tensors with the same name are copied"""
    mine.load_state_dict(theirs.state_dict(), strict=False)
    return mine


def wrong_no_check(mine, theirs):
    """what does not fit is passed over"""
    with torch.no_grad():
        for a, b in zip(mine.state_dict().values(), theirs.state_dict().values()):
            if a.shape == b.shape:
                a.copy_(b)
    return mine


def wrong_zip(mine, theirs):
    """zip stops at the shorter network"""
    with torch.no_grad():
        for a, b in zip(mine.state_dict().values(), theirs.state_dict().values()):
            a.copy_(b)
    return mine


def wrong_way_round(mine, theirs):
    """copied from mine into theirs"""
    right_state_dicts(theirs, mine)
    return mine


def wrong_returns_nothing(mine, theirs):
    """nothing is returned"""
    right_state_dicts(mine, theirs)


def wrong_returns_theirs(mine, theirs):
    """theirs is returned"""
    right_state_dicts(mine, theirs)
    return theirs


def wrong_returns_a_copy(mine, theirs):
    """a copy of mine is returned"""
    new = copy.deepcopy(mine)
    return right_state_dicts(new, theirs)


def wrong_shares(mine, theirs):
    """mine and theirs share memory"""
    a, b = [*mine.parameters(), *mine.buffers()], [*theirs.parameters(), *theirs.buffers()]
    if [p.shape for p in a] != [p.shape for p in b]:
        raise ValueError("the networks differ")
    for p, q in zip(a, b):
        p.data = q.data
    return mine


def wrong_last_layer_kept(mine, theirs):
    """the last layer is left out"""
    right_state_dicts(copy.deepcopy(mine), theirs)
    with torch.no_grad():
        for a, b in list(zip(mine.state_dict().values(), theirs.state_dict().values()))[:-2]:
            a.copy_(b)
    return mine


def wrong_sorted(mine, theirs):
    own, given = sorted(mine.state_dict().items()), sorted(theirs.state_dict().items())
    with torch.no_grad():
        for (_, a), (_, b) in zip(own, given):
            a.view(-1)[: b.numel()].copy_(b.reshape(-1)[: a.numel()])
    return mine


def wrong_untouched(mine, theirs):
    return mine


def wrong_in_part(mine, theirs):
    """a part is copied before the networks are found not to match"""
    own, given = list(mine.state_dict().values()), list(theirs.state_dict().values())
    for i in range(max(len(own), len(given))):
        if i >= len(own) or i >= len(given) or own[i].shape != given[i].shape:
            raise ValueError(f"tensor {i} does not match")
        own[i].copy_(given[i])
    return mine


def wrong_counters_left(mine, theirs):
    """the counters of the BatchNorms are not copied"""
    own, given = mine.state_dict(), theirs.state_dict()
    if [v.shape for v in own.values()] != [v.shape for v in given.values()]:
        raise ValueError(f"{len(own)} tensors, {len(given)} tensors")
    mine.load_state_dict({k: v for k, v in zip(own, given.values()) if v.ndim}, strict=False)
    return mine
