"""The numbers inside a deep network: how they spread through its layers, and how they move while it trains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from convlab import data

BETWEEN = ("nothing", "batch norm", "layer norm")
DEPTH, WIDTH = 30, 100
TRAINED_LAYERS, TRAINED_STEPS = 6, 150
SHARES = (0.15, 0.5, 0.85)


def standardized(x: Tensor, dim: int) -> Tensor:
    """Mean 0 and spread 1 along one dimension; a spread of nearly 0 is left nearly 0."""
    return (x - x.mean(dim, keepdim=True)) / (x.var(dim, correction=0, keepdim=True) + 1e-5).sqrt()


@lru_cache(maxsize=8)
def through_depth(gain: float, between: str = "nothing") -> Tensor:
    """What arrives at each ReLU of an untrained network of 30 layers with 100 units, for 128 digits.

    Args:
        gain: spread of the weights, in units of √(2 / fan-in), the spread that keeps a ReLU network level.
        between: one of BETWEEN, what stands between the linear layer and its ReLU.

    Returns:
        (DEPTH, 128, WIDTH)
    """
    generator = torch.Generator().manual_seed(0)
    x = standardized(data.load().train_x[:128].flatten(1), 1)
    arriving = []
    for _ in range(DEPTH):
        fan_in = x.shape[1]
        x = x @ (torch.randn(fan_in, WIDTH, generator=generator) * gain * (2 / fan_in) ** 0.5)
        if between != "nothing":
            x = standardized(x, 0 if between == "batch norm" else 1)
        arriving.append(x)
        x = x.relu()
    return torch.stack(arriving)


def plain_or_normalised(depth: int, width: int, normalised: bool, *, after: bool = False, seed: int = 0) -> nn.Module:
    """A fully connected ReLU network for the digits, with batch norm (before the ReLU, or after it) or without."""
    layers: list[nn.Module] = [nn.Flatten()]
    fan_in = 64
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for _ in range(depth):
            linear = nn.Linear(fan_in, width)
            nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
            nn.init.zeros_(linear.bias)
            tail = [nn.ReLU(), nn.BatchNorm1d(width)] if after else [nn.BatchNorm1d(width), nn.ReLU()]
            layers += [linear, *(tail if normalised else [nn.ReLU()])]
            fan_in = width
        layers.append(nn.Linear(fan_in, 10))
    return nn.Sequential(*layers)


@dataclass(frozen=True)
class Movement:
    """What one unit of every hidden layer received, before its ReLU, at every step of training.

    Shape:
        - values: (TRAINED_STEPS + 1, TRAINED_LAYERS, 200 digits)
        - losses: (TRAINED_STEPS,)
    """

    values: Tensor
    losses: Tensor

    def percentiles(self, layer: int) -> Tensor:
        """15th, 50th and 85th percentile of a layer (from 1) at every step: (TRAINED_STEPS + 1, 3)."""
        return torch.quantile(self.values[:, layer - 1], torch.tensor(SHARES), dim=1).T


@lru_cache(maxsize=2)
def through_training(normalised: bool) -> Movement:
    """Train six hidden layers on the digits by plain SGD, and watch unit 0 of each on the same 200 digits."""
    digits = data.load()
    net = plain_or_normalised(TRAINED_LAYERS, 64, normalised)
    watched: list[Tensor] = []
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(lambda _module, args, _output: watched.append(args[0][:, 0].detach()))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    generator = torch.Generator().manual_seed(1)
    values, losses = [], []
    for step in range(TRAINED_STEPS + 1):
        watched.clear()
        with torch.no_grad():
            net(digits.train_x[:200])
        values.append(torch.stack(watched))
        if step == TRAINED_STEPS:
            break
        rows = torch.randint(len(digits.train_x), (64,), generator=generator)
        loss = F.cross_entropy(net(digits.train_x[rows]), digits.train_y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return Movement(torch.stack(values), torch.stack(losses))
