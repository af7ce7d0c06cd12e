"""Training against evaluation: what batch norm remembers of its batches, and what evaluation makes of it."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure
from torch import Tensor

from convlab.explore.controls import Slider, Toggle
from convlab.explore.explorer import Explorer
from convlab.questions import Prediction
from convlab.show.style import colour

MEAN, SPREAD, MOST = 3.0, 2.0, 100


def remembered(batches: Tensor, momentum: float, unbiased: bool) -> tuple[Tensor, Tensor]:
    """Running mean and variance after 0, 1, 2 … batches of shape (batches, size); they begin at 0 and 1."""
    means, variances = [torch.tensor(0.0)], [torch.tensor(1.0)]
    for batch in batches:
        means.append((1 - momentum) * means[-1] + momentum * batch.mean())
        variances.append((1 - momentum) * variances[-1] + momentum * batch.var(correction=int(unbiased)))
    return torch.stack(means), torch.stack(variances)


def draw(fig: Figure, *, batches: int, size: int, momentum: float, unbiased: bool) -> None:
    """Draw the running mean on its way, and the test data after evaluation's formula."""
    generator = torch.Generator().manual_seed(4)
    seen = MEAN + SPREAD * torch.randn(MOST, size, generator=generator)
    means, variances = remembered(seen[:batches], momentum, unbiased)
    left = fig.add_axes((0.08, 0.16, 0.45, 0.7))
    left.plot(range(1, batches + 1), seen[:batches].mean(1), ".", color=colour("input"), label="mean of a batch")
    left.plot(means, color=colour("output"), label="running mean")
    left.axhline(MEAN, color=colour("ink"), lw=1, ls="--", label="all data")
    left.set(xlabel="training batches seen", ylabel="mean", xlim=(0, MOST), ylim=(-1, 7))
    left.set_title(f"mean {means[-1]:.2f} (of 3), variance {variances[-1]:.2f} (of 4)")
    left.legend(loc="lower right")
    test = MEAN + SPREAD * torch.randn(2000, generator=generator)
    out = (test - means[-1]) / (variances[-1] + 1e-5).sqrt()
    right = fig.add_axes((0.62, 0.16, 0.35, 0.7))
    right.hist(out.clamp(-6, 12).numpy(), bins=60, range=(-6, 12), color=colour("output"), histtype="stepfilled")
    right.axvline(0, color=colour("ink"), lw=1, ls="--")
    right.set(xlabel="test data, normalised in evaluation", ylabel="how many of 2,000", ylim=(0, 350))
    right.set_title(f"mean {out.mean():.2f} (goal 0), spread {out.std():.2f} (goal 1)")


running_statistics = Explorer(
    draw=draw,
    controls=(
        Slider("batches", 1, MOST, 10, label="batches seen"),
        Slider("size", 2, 64, 16, label="numbers in a batch, M"),
        Slider("momentum", 0.01, 1.0, 0.1, step=0.01),
        Toggle("unbiased", True, label="variance divided by M − 1"),
    ),
    predict=Prediction(
        "The data have mean 3. The running mean begins at 0, momentum is 0.1. After 10 batches, where is it?",
        {
            "At 3: ten batches are plenty": "The batches know, but each moves the memory by a tenth of the way only.",
            "At about 2": "After 10 batches a share of 0.9 to the 10th, 35 %, is still the 0 of the beginning.",
            "At 0.3": "That is the first step: a tenth of the way. Nine more follow.",
        },
        "At about 2",
    ),
    alt="Left: batch means scatter about 3 and the running mean climbs towards them from 0. "
    "Right: test data after evaluation's formula.",
    size=(10.0, 4.0),
)
