import torch
import torch.nn.functional as F


def _divides(x, size):
    if size < 1 or x.shape[1] % size != 0:
        raise ValueError(f"{x.shape[1]} channels, groups of {size}")


def right_reshape(x, size):
    _divides(x, size)
    N, C, H, W = x.shape
    return x.reshape(N, C // size, size, H, W).amax(dim=2)


def right_loop(x, size):
    _divides(x, size)
    groups = [x[:, c : c + size].max(dim=1).values for c in range(0, x.shape[1], size)]
    return torch.stack(groups, dim=1)


def right_split(x, size):
    _divides(x, size)
    return torch.cat([part.amax(1, keepdim=True) for part in x.split(size, dim=1)], dim=1)


def right_strided(x, size):
    _divides(x, size)
    best = x[:, 0::size]
    for k in range(1, size):
        best = torch.maximum(best, x[:, k::size])
    return best.clone()


def right_unfold(x, size, verbose=True):
    if size < 1 or x.size(1) % size:
        raise ValueError(f"{x.size(1)} is not a multiple of {size}")
    if verbose:
        print("groups:", x.size(1) // size)
    return x.unfold(1, size, size).max(-1)[0]


def right_buffer(x, size):
    _divides(x, size)
    out = torch.full((x.shape[0], x.shape[1] // size, *x.shape[2:]), -float("inf"), dtype=x.dtype, device=x.device)
    for c in range(x.shape[1]):
        out[:, c // size] = torch.where(x[:, c] > out[:, c // size].clone(), x[:, c], out[:, c // size].clone())
    return out


def wrong_dealt(x, size):
    """the channels are dealt out to the groups in turn"""
    _divides(x, size)
    N, C, H, W = x.shape
    return x.view(N, size, C // size, H, W).amax(1) if x.is_contiguous() else right_reshape(x, size)


def wrong_number_of_groups(x, size):
    """size is taken for the number of groups"""
    _divides(x, size)
    return torch.stack([part.amax(1) for part in x.chunk(size, 1)], 1)


def wrong_all(x, size):
    """the maximum is taken over all channels"""
    _divides(x, size)
    return x.max(1, keepdim=True).values


def wrong_mean(x, size):
    """the mean is taken"""
    _divides(x, size)
    return torch.stack([part.mean(1) for part in x.split(size, 1)], 1)


def wrong_sum(x, size):
    """the sum is taken"""
    _divides(x, size)
    return sum(x[:, k::size] for k in range(size))


def wrong_min(x, size):
    """the smallest number is taken"""
    _divides(x, size)
    return x.unflatten(1, (-1, size)).amin(2)


def wrong_overlapping(x, size):
    """the groups overlap"""
    _divides(x, size)
    return torch.stack([x[:, c : c + size].amax(1) for c in range(x.shape[1] - size + 1)], 1)


def wrong_first(x, size):
    """the first channel of each group is taken"""
    _divides(x, size)
    return x[:, ::size] * 1


def wrong_spatial(x, size):
    """the maximum is taken in space"""
    _divides(x, size)
    return (
        F.unfold(x, size, stride=size)
        .unflatten(1, (x.shape[1], -1))
        .amax(2)
        .unflatten(-1, (x.shape[2] // size, x.shape[3] // size))
    )


def wrong_repeated(x, size):
    """the maximum is repeated"""
    return torch.repeat_interleave(right_loop(x, size), size, dim=1)


def wrong_zero_start(x, size):
    _divides(x, size)
    best = x.new_zeros(x.shape[0], x.shape[1] // size, *x.shape[2:])
    for k in range(size):
        best = torch.maximum(best, x[:, k::size])
    return best


def wrong_rest_dropped(x, size):
    """channels left over are dropped"""
    kept = x.shape[1] // size * size
    if kept == 0:
        raise ValueError("too few channels")
    return right_loop(x[:, :kept], size)


def wrong_pair(x, size):
    _divides(x, size)
    return x.unflatten(1, (-1, size)).max(2)


def wrong_library(x, size):
    """a forbidden call: a library pooling (max_pool3d)"""
    _divides(x, size)
    return F.max_pool3d(x[:, None], (size, 1, 1))[:, 0]


def wrong_detached(x, size):
    """the result is detached"""
    return right_reshape(x, size).data


def wrong_none(x, size):
    """nothing is returned"""
    right_reshape(x, size)


def wrong_begins_at_zero(x, size):
    """the search for the maximum begins at zero"""
    _divides(x, size)
    best = x.new_zeros(x.shape[0], x.shape[1] // size, *x.shape[2:])
    for c in range(size):
        best = torch.maximum(best, x[:, c::size])
    return best


def wrong_no_group_at_all(x, size):
    """another error than ValueError"""
    if x.shape[1] % size:
        raise ValueError(f"{x.shape[1]} channels, groups of {size}")
    return x.unflatten(1, (-1, size)).amax(2)


def wrong_negative_size(x, size):
    if size == 0 or x.shape[1] % size:
        raise ValueError(f"{x.shape[1]} channels, groups of {size}")
    return x.unflatten(1, (-1, abs(size))).amax(2)


def wrong_assert(x, size):
    """another error than ValueError"""
    assert size > 0
    assert x.shape[1] % size == 0
    return x.unfold(1, size, size).amax(-1)


def wrong_stacked_in_front(x, size):
    _divides(x, size)
    return torch.stack([x[:, c : c + size].amax(1) for c in range(0, x.shape[1], size)])
