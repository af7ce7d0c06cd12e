"""Answers to random_crop_flip."""

import torch
import torch.nn.functional as F


def _refuse(padding):
    if padding < 0:
        raise ValueError(f"padding {padding}")


def right_loop(images, padding=4, generator=None):
    _refuse(padding)
    N, C, H, W = images.shape
    padded = F.pad(images, (padding, padding, padding, padding))
    out = torch.empty_like(images)
    for n in range(N):
        i = torch.randint(0, 2 * padding + 1, (1,), generator=generator).item()
        j = torch.randint(0, 2 * padding + 1, (1,), generator=generator).item()
        crop = padded[n, :, i : i + H, j : j + W]
        if torch.rand(1, generator=generator).item() < 0.5:
            crop = crop.flip(2)
        out[n] = crop
    return out


def right_gather(images, padding=4, generator=None):
    _refuse(padding)
    N, C, H, W = images.shape
    d = images.device
    padded = images.new_zeros(N, C, H + 2 * padding, W + 2 * padding)
    padded[:, :, padding : padding + H, padding : padding + W] = images
    top = torch.randint(2 * padding + 1, (N,), generator=generator, device=d)
    left = torch.randint(2 * padding + 1, (N,), generator=generator, device=d)
    flip = torch.rand(N, generator=generator, device=d) < 0.5
    rows = top[:, None] + torch.arange(H, device=d)
    cols = left[:, None] + torch.arange(W, device=d)
    cols = torch.where(flip[:, None], cols.flip(1), cols)
    n = torch.arange(N, device=d)[:, None, None]
    return padded.permute(0, 2, 3, 1)[n, rows[:, :, None], cols[:, None, :]].permute(0, 3, 1, 2)


def right_flip_first(images, padding=4, generator=None):
    _refuse(padding)
    out = []
    for image in images:
        if torch.bernoulli(torch.tensor(0.5), generator=generator):
            image = torch.flip(image, dims=[-1])
        p = F.pad(image, [padding] * 4)
        i, j = torch.randint(0, p.shape[1] - image.shape[1] + 1, (2,), generator=generator).tolist()
        out.append(p[:, i : i + image.shape[1], j : j + image.shape[2]])
    return torch.stack(out)


def right_roll(images, padding=4, generator=None, verbose=False):
    _refuse(padding)
    H, W = images.shape[-2:]
    padded = F.pad(images, (padding,) * 4)
    result = []
    for picture in padded:
        dy = int(torch.randint(2 * padding + 1, (), generator=generator))
        dx = int(torch.randint(2 * padding + 1, (), generator=generator))
        window = torch.roll(picture, (-dy, -dx), (1, 2))[:, :H, :W]
        result.append(window.fliplr() if window.ndim == 2 else window)
        if torch.rand((), generator=generator) > 0.5:
            result[-1] = result[-1].flip(-1)
    return torch.stack(result)


def _crop(images, padding, top, left, flip, axis=-1):
    H, W = images.shape[2:]
    p = F.pad(images, (padding,) * 4)
    out = [p[n, :, i : i + H, j : j + W] for n, (i, j) in enumerate(zip(top, left))]
    return torch.stack([o.flip(axis) if f else o for o, f in zip(out, flip)])


def _draw(n, high, generator):
    return torch.randint(high, (n,), generator=generator).tolist()


def wrong_one_for_all(images, padding=4, generator=None):
    """one crop and flip for the whole batch"""
    H, W = images.shape[2:]
    p = F.pad(images, (padding,) * 4)
    i, j = _draw(2, 2 * padding + 1, generator)
    out = p[:, :, i : i + H, j : j + W]
    return out.flip(-1) if torch.rand(1, generator=generator) < 0.5 else out.clone()


def wrong_one_flip(images, padding=4, generator=None):
    n, k = len(images), 2 * padding + 1
    flip = [bool(torch.rand(1, generator=generator) < 0.5)] * n
    return _crop(images, padding, _draw(n, k, generator), _draw(n, k, generator), flip)


def wrong_one_crop(images, padding=4, generator=None):
    """one crop for the whole batch"""
    n, k = len(images), 2 * padding + 1
    return _crop(images, padding, _draw(1, k, generator) * n, _draw(1, k, generator) * n, _draw(n, 2, generator))


def wrong_no_flip(images, padding=4, generator=None):
    """no picture is mirrored"""
    n, k = len(images), 2 * padding + 1
    return _crop(images, padding, _draw(n, k, generator), _draw(n, k, generator), [0] * n)


def wrong_always_flip(images, padding=4, generator=None):
    """every picture is mirrored"""
    n, k = len(images), 2 * padding + 1
    return _crop(images, padding, _draw(n, k, generator), _draw(n, k, generator), [1] * n)


def wrong_vertical(images, padding=4, generator=None):
    """pictures are mirrored top to bottom"""
    n, k = len(images), 2 * padding + 1
    return _crop(images, padding, _draw(n, k, generator), _draw(n, k, generator), _draw(n, 2, generator), axis=1)


def wrong_centre(images, padding=4, generator=None):
    """the pictures are not moved"""
    n = len(images)
    return torch.stack([x.flip(-1) if f else x for x, f in zip(images, _draw(n, 2, generator))])


def wrong_diagonal(images, padding=4, generator=None):
    """the same offset down and across"""
    n = len(images)
    at = _draw(n, 2 * padding + 1, generator)
    return _crop(images, padding, at, at, _draw(n, 2, generator))


def wrong_last_offset(images, padding=4, generator=None):
    """the last offset is never drawn"""
    n, k = len(images), max(1, 2 * padding)
    return _crop(images, padding, _draw(n, k, generator), _draw(n, k, generator), _draw(n, 2, generator))


def wrong_size(images, padding=4, generator=None):
    """the padding is left on"""
    return F.pad(images, (padding,) * 4)


def wrong_seed_inside(images, padding=4, generator=None):
    g = torch.Generator().manual_seed(0)
    return right_loop(images, padding, g)


def wrong_generator(images, padding=4, generator=None):
    """the generator is not used"""
    return right_loop(images, padding)


def wrong_reflect(images, padding=4, generator=None):
    n, k = len(images), 2 * padding + 1
    H, W = images.shape[2:]
    p = F.pad(images, (padding,) * 4, mode="reflect")
    return torch.stack(
        [
            p[m, :, i : i + H, j : j + W].flip(-1) if f else p[m, :, i : i + H, j : j + W]
            for m, (i, j, f) in enumerate(zip(_draw(n, k, generator), _draw(n, k, generator), _draw(n, 2, generator)))
        ]
    )


def _drawn(images, padding, generator, draw):
    _refuse(padding)
    h, w = images.shape[2:]
    padded, out = F.pad(images, (padding,) * 4), []
    for picture in padded:
        top, left, flip = draw(padding, generator)
        window = picture[:, top : top + h, left : left + w]
        out.append(window.flip(-1) if flip else window)
    return torch.stack(out)


def wrong_normal_coin(images, padding=4, generator=None):
    """flips are too frequent or too rare"""

    def draw(p, g):
        top, left = torch.randint(2 * p + 1, (2,), generator=g).tolist()
        return top, left, bool(torch.randn((), generator=g) > 0.5)

    return _drawn(images, padding, generator, draw)


def wrong_more_often_in_the_middle(images, padding=4, generator=None):
    """offsets and flip are not drawn evenly, each by itself"""

    def draw(p, g):
        top, left = (torch.randn(2, generator=g) * p / 2 + p).round().clamp(0, 2 * p).long().tolist()
        return top, left, bool(torch.rand((), generator=g) < 0.5)

    return _drawn(images, padding, generator, draw)


def wrong_flip_follows_the_offset(images, padding=4, generator=None):
    """offsets and flip are not drawn evenly, each by itself"""

    def draw(p, g):
        top, left = torch.randint(2 * p + 1, (2,), generator=g).tolist()
        return top, left, left > p or (left == p and bool(torch.rand((), generator=g) < 0.5))

    return _drawn(images, padding, generator, draw)


def wrong_assertion(images, padding=4, generator=None):
    """another error than ValueError"""
    assert padding >= 0
    return right_loop(images, padding, generator)
