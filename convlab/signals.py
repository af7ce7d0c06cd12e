"""One-dimensional signals of the course: the aeroplane's table, a longer simulated flight, and ways to smooth it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

#: The course's table: weights from the oldest reading to the newest, and twelve readings of a height in km.
TABLE_WEIGHTS = (0.01, 0.01, 0.02, 0.02, 0.04, 0.4, 0.5)
TABLE_READINGS = (1.00, 1.10, 1.20, 1.40, 1.70, 1.80, 1.90, 2.10, 2.20, 2.40, 2.50, 2.70)

#: The widest window that the course tries, in readings.
WIDEST = 40

#: How often the same flight is measured when errors are estimated, so that they do not hang on one run of luck.
REPEATS = 200

WINDOWS = ("equal weights", "recent counts more", "the table's weights")


@dataclass(frozen=True)
class Flight:
    """A flight seen by a noisy laser, one reading a second.

    Shape:
        - seconds, height_km, readings_km: (L,), float64
    """

    seconds: Tensor
    height_km: Tensor
    readings_km: Tensor
    noise_km: float


def flight(length: int = 120, noise_km: float = 0.12, seed: int = 1, varied: bool = False) -> Flight:
    """Simulate a climb, a level stretch and a quick descent.

    Args:
        length: Number of readings.
        noise_km: Standard deviation of a reading.
        seed: Seed of the noise and, of a varied flight, of its course.
        varied: Draw when and how far the plane climbs and descends; otherwise the course is always the same.
    """
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(length, generator=generator, dtype=torch.float64)
    seconds = torch.arange(length, dtype=torch.float64)
    share = seconds / max(length - 1, 1)
    climb_at, climb_km, drop_at, drop_km = 0.35, 1.7, 0.8, 0.9
    if varied:
        draw = torch.rand(4, generator=generator).tolist()
        climb_at, climb_km, drop_at, drop_km = (
            0.2 + 0.3 * draw[0],
            1 + draw[1],
            0.65 + 0.25 * draw[2],
            0.4 + 0.6 * draw[3],
        )
    height = 1.0 + climb_km * torch.sigmoid((share - climb_at) * 18) - drop_km * torch.sigmoid((share - drop_at) * 60)
    return Flight(seconds, height, height + noise_km * noise, noise_km)


def smoothing_weights(kind: str, size: int) -> Tensor:
    """Return weights that sum to 1, the oldest reading first.

    Args:
        kind: One of `WINDOWS`.
        size: Number of readings in the window; the table always has 7.

    Shape:
        - returned: (K,), float64
    """
    if kind == "the table's weights":
        return torch.tensor(TABLE_WEIGHTS, dtype=torch.float64)
    age = torch.arange(size - 1, -1, -1, dtype=torch.float64)
    if kind == "equal weights":
        weights = torch.ones_like(age)
    elif kind == "recent counts more":
        weights = 0.75**age
    else:
        raise ValueError(f"smoothing_weights: got {kind!r}, expected one of {', '.join(WINDOWS)}; choose one of them")
    return weights / weights.sum()


def slide(x: Tensor, w: Tensor) -> Tensor:
    """Return the sliding dot product of a signal with weights, oldest first: PyTorch's `conv1d` without the axes N, C.

    Shape:
        - x: (L,)
        - w: (K,)
        - returned: (L − K + 1,)
    """
    return torch.nn.functional.conv1d(x[None, None], w[None, None])[0, 0]


@lru_cache(maxsize=1)
def _noises(length: int) -> Tensor:
    """Return the errors of `REPEATS` runs of readings, with deviation 1: (REPEATS, 1, L)."""
    return torch.randn(REPEATS, 1, length, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def estimate_errors_km(path: Flight, w: Tensor) -> tuple[float, float, float]:
    """Return what smoothing leaves: (error, noise that came through, lag), each a root mean square in km.

    The same flight is measured `REPEATS` times. The first number is measured; the other two are its parts: the weights
    applied to the noise alone, and to the true path. Their squares add up to the first one's, but for chance.
    All are taken over the same seconds, those that the widest window can estimate, so that windows can be compared.

    Args:
        path: The flight.
        w: Weights, the oldest reading first; at most `WIDEST`.
    """
    length = len(path.seconds)
    noise = path.noise_km * torch.nn.functional.conv1d(_noises(length), w[None, None])
    lag = slide(path.height_km, w) - path.height_km[len(w) - 1 :]
    judged = length - WIDEST + 1
    error, through, late = (float(part[..., -judged:].square().mean().sqrt()) for part in (noise + lag, noise, lag))
    return error, through, late
