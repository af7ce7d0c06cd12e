# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. What happens to the numbers inside a network of thirty layers, and what happens to them while it trains?
# 2. What does batch norm compute, and what are $\gamma$ and $\beta$ for?
# 3. Why does one layer need two behaviours, and what goes wrong when the wrong one is on?
# 4. Batch, layer, instance, group: which numbers share a mean, and when does it matter?
# 5. Where does a trained batch norm go when the network is shipped, and what is dropout doing beside it?
#
# **You need** lectures 01 and 02, mean and variance, and a network that you have trained once.
#
# **Time** 90 minutes: thirty layers 9 · while it trains 6 · by hand 10 · channels 6 · training and evaluation 18 · what it
# buys 9 · backwards 9 · other axes 9 · folding 5 · dropout 5 · mistakes and summary 4.

# %% tags=["skip"]
import copy

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.activations import plain_or_normalised, through_depth, through_training
from convlab.explore.catalogue.running_statistics import remembered
from convlab.pictures.normalization import NORMS, draw_shared_sets
from convlab.questions import predict, stated

# %% [markdown] tags=["slide"]
# ## 1. Thirty layers
#
# A digit of 8×8 pixels goes through thirty layers of 100 units each: multiply by a table of weights, ReLU, and again. Nothing has
# been trained. Let the weights be a little too small, or a little too large, everywhere. What arrives at the end?

# %% tags=["fragment"]
explore.distributions_in_depth()

# %% tags=["live", "subslide"]
# The spread of what arrives at each ReLU, for weights × 0.8, 1 and 1.2 of the right size: a
# dictionary `plain_spread` from gain to 30 numbers; `held_spread` the same with batch norm. Use
# through_depth.
plain_spread = {gain: through_depth(gain).std(dim=(1, 2)) for gain in (0.8, 1.0, 1.2)}
held_spread = {
    gain: through_depth(gain, "batch norm").std(dim=(1, 2)) for gain in (0.8, 1.0, 1.2)
}

# %%
fig, axes = show.figure(10, 3.4, columns=2, sharey=True)
panels = [
    ("nothing between the layers", plain_spread),
    ("batch norm in every layer", held_spread),
]
for ax, (title, spreads) in zip(axes, panels, strict=True):
    for (gain, spread), style in zip(spreads.items(), ("--", "-", ":"), strict=True):
        ax.semilogy(range(1, 31), spread.numpy(), style, label=f"weights × {gain}")
    ax.set(title=title, xlabel="layer")
axes[0].set_ylabel("spread")
axes[0].legend()
show.picture(
    fig,
    "Without normalization the spread falls to a thousandth or rises to a hundred over "
    "thirty layers, depending on the weights; with batch norm it is 1 everywhere.",
)

# %%
stated("weights × 0.8: spread in layer 1", plain_spread[0.8][0], 1.2, digits=1)
stated("weights × 0.8: spread in layer 30", plain_spread[0.8][-1], 0.0006, digits=4)
stated(
    "what chance alone does to weights × 1",
    plain_spread[1.0][-1] / plain_spread[1.0][0],
    0.3,
    digits=1,
)
assert 50 < plain_spread[1.2][-1] < 250
stated("what 20 % too little leaves after 29 layers", 0.8**29, 0.0015, digits=4)
stated("what 20 % too much makes of it", 1.2**29, 198)
stated("with batch norm, any of the three, layer 30", held_spread[1.2][-1], 1.00, digits=2)

# %% [markdown]
# A factor per layer becomes a power of the depth: $0.8^{29} = 0.0015$ of 1.2 would be 0.0018. Measured is 0.0006, a third of that,
# because these thirty tables of random numbers happen to be a little small: even the level weights lose two thirds on the way.
#
# Good initialisation (unit 06) sets the factor to 1 *on the first day*. But the
# weights change with each step of training, and nothing brings the factor back.
#
# Batch norm is the direct answer: do not hope that the spread stays at 1, **measure it and divide**.

# %% [markdown] tags=["slide"]
# ## 2. While it trains
#
# Six layers now, and real training. We watch what *one unit* receives, for the same 200 digits, after every step.

# %% tags=["fragment"]
explore.distributions_in_time()

# %% tags=["subslide"]
fig, axes = show.figure(10, 3.4, columns=2, sharey=True)
medians = {}
for ax, (name, normalised) in zip(
    axes, {"plain": False, "with batch norm": True}.items(), strict=True
):
    low, middle, high = through_training(normalised).percentiles(6).T.numpy()
    medians[name] = middle
    ax.fill_between(range(151), low, high, color=show.tint("input", 0.35))
    ax.plot(middle, color=show.colour("input"))
    ax.set(title=f"{name}: a unit of layer 6", xlabel="training step")
axes[0].set_ylabel("what the unit receives")
show.picture(
    fig,
    "The median and middle 70 per cent of a unit's input over 150 steps: in the plain "
    "network they drift from 0.6 to about 3; with batch norm they stay about 0.",
)
low, _, high = through_training(False).percentiles(6)[0].tolist()
stated("plain, before training: 15 % of the digits are below", low, 0.4, digits=1)
stated("and 15 % above", high, 1.0, digits=1)
assert 2 < medians["plain"][-30:].mean() < 3.5
assert abs(medians["with batch norm"]).max() < 0.5
above = {
    normalised: (through_training(normalised).values[-1, -1] > 0).double().mean().item()
    for normalised in (False, True)
}
assert above[False] > 0.85
assert 0.35 < above[True] < 0.65

# %% [markdown]
# In the plain network the unit's input starts between about 0.4 and 1 and wanders to between 2 and 3. Nearly all digits lie on one
# side of the bend of its ReLU. There the ReLU is a straight line, and for this unit the network might as well have none. With batch norm
# about half of the digits stay on each side.
#
# The inventors called the wandering *internal covariate shift* and took it for the reason that batch norm helps [Ioffe, Szegedy
# 2015]. Later experiments put random shifts back *after* batch norm, and it helped all the same [Santurkar 2018]. Their
# explanation: the loss becomes smoother. Why it works is still being argued about; that larger steps become possible is not, and
# section 6 measures it.

# %% [markdown] tags=["slide"]
# ## 3. By hand
#
# One unit, a batch of eight samples. Mean 5. The squared distances from it add up to 32, so the variance is $32/8 = 4$ and the
# standard deviation 2. Take off 5, divide by 2:

# %% tags=["fragment"]
x = torch.tensor([2.0, 4, 4, 4, 5, 5, 7, 9])
x_hat = torch.tensor([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2])
fig, ax = show.canvas(17, 5.4, cell_inches=0.52)
rows = [
    (0.6, "the batch x", x, "input"),
    (2.1, "(x − 5) / 2", x_hat, "plain"),
    (3.6, "3 · that + 10", 3 * x_hat + 10, "output"),
]
for height, name, values, role in rows:
    show.words(ax, (5.0, height + 0.5), name, role=role, align="right")
    show.number_grid(ax, values, at=(5.4, height), role=role)
show.words(ax, (13.8, 1.1), "mean 5, spread 2", size=11)
show.words(ax, (13.8, 2.6), "mean 0, spread 1", size=11)
show.words(ax, (13.8, 4.1), "mean 10, spread 3", size=11)
show.picture(
    fig,
    "Eight numbers with mean 5 and spread 2 become eight with mean 0 and spread 1, "
    "then, times 3 plus 10, eight with mean 10 and spread 3.",
)

# %% [markdown] tags=["subslide"]
# $$ \mu = \frac{1}{N}\sum_n x_n \qquad \sigma^2 = \frac{1}{N}\sum_n (x_n - \mu)^2 \qquad
#    \hat{x}_n = \frac{x_n - \mu}{\sqrt{\sigma^2 + \varepsilon}} \qquad y_n = \gamma\, \hat{x}_n + \beta $$
#
# $\varepsilon = 10^{-5}$ stands under the root, so that a unit that says the same to all samples is not divided by 0. $\gamma$ and
# $\beta$ are learned, one pair per unit. They begin at 1 and 0.

# %% tags=["live"]
# The batch x as F.batch_norm sees it, in training, with gamma 3 and beta 10: `from_torch`.
# It wants (N, D): eight samples of one feature.
from_torch = F.batch_norm(
    x[:, None], None, None, weight=torch.tensor([3.0]), bias=torch.tensor([10.0]), training=True
)[:, 0]
from_torch

# %%
stated("mean of the batch", x.mean(), 5)
stated("variance, divided by N", x.var(correction=0), 4)
stated("variance, divided by N − 1", x.var(), 4.571, digits=3)
assert torch.allclose(from_torch, 3 * x_hat + 10, atol=1e-4)

# %% tags=["subslide"]
predict(
    "First a unit is forced to mean 0 and spread 1, then γ and β give it any mean and "
    "spread it likes. "
    "Is that not running in a circle?",
    {
        "Yes, γ and β undo the normalization": (
            "They can: γ = σ and β = μ of <i>today</i>. But σ and μ move with all weights "
            "of all layers below."
        ),
        "No: two numbers now set what all the weights below set before": (
            "Before, mean and spread were a by-product of thousands of weights in the "
            "layers below. Now each is one "
            "parameter with a gradient of its own, and what the layers below do to it is taken out."
        ),
        "No: γ and β are constants": "They are parameters, learned like weights.",
    },
    answer="No: two numbers now set what all the weights below set before",
)

# %% tags=["subslide"]
predict(
    "A linear layer adds a bias of 100 to a unit, and batch norm follows. What is "
    "different in the output?",
    {
        "It is larger by 100": "The mean of the batch is larger by 100 as well, and the mean is taken off.",
        "It is larger by 100 · γ": "γ multiplies what is left after the mean has gone, and with it the 100.",
        "Nothing": (
            "The bias moves every sample and therefore the mean, which is taken off. "
            "Layers before a batch norm are "
            "made with bias=False; β does that work."
        ),
    },
    answer="Nothing",
)

# %% tags=["live"]
# Try it: `with_bias`, the same call for x + 100.
with_bias = F.batch_norm(
    x[:, None] + 100,
    None,
    None,
    weight=torch.tensor([3.0]),
    bias=torch.tensor([10.0]),
    training=True,
)[:, 0]
stated("largest difference that a bias of 100 makes", (with_bias - from_torch).abs().max(), 0)

# %% [markdown] tags=["slide"]
# ## 4. After a convolution
#
# A filter says the same thing at every pixel of every picture. Its answers belong together: after a convolution a **channel** is one
# feature, and its mean runs over $N$, $H$ and $W$. One $\mu$, one $\sigma$, one $\gamma$, one $\beta$ per channel.

# %% tags=["live"]
# 64 digits through a convolution 1 → 4 (seed 0): `maps` (64, 4, 8, 8). Then through
# nn.BatchNorm2d(4): `normal`.
torch.manual_seed(0)
digits = data.load()
maps = nn.Conv2d(1, 4, 3, padding=1)(digits.train_x[:64]).detach()
normal = nn.BatchNorm2d(4)(maps).detach()

# %%
fig, axes = show.figure(10, 3.2, columns=2)
for ax, values, title in zip(axes, (maps, normal), ("before", "after"), strict=True):
    for channel, style in enumerate(("-", "--", ":", "-.")):
        numbers = values[:, channel].flatten().numpy()
        options = {"histtype": "step", "lw": 1.8, "linestyle": style}
        ax.hist(numbers, bins=50, label=f"channel {channel}", **options)
    ax.set(title=title, xlabel="value", ylabel="pixels of 64 digits")
axes[0].legend()
show.picture(
    fig,
    "Histograms of four channels: of different place and width before batch norm, "
    "all about 0 with spread 1 after it.",
)

# %%
stated("numbers in one channel's mean, M = N · H · W", maps[:, 0].numel(), 4096)
assert normal.mean(dim=(0, 2, 3)).abs().max() < 1e-5
assert (normal.std(dim=(0, 2, 3)) - 1).abs().max() < 0.01
stated(
    "parameters of the layer, 2 per channel",
    sum(p.numel() for p in nn.BatchNorm2d(4).parameters()),
    8,
)

# %% tags=["subslide"]
predict(
    "A layer makes 64 channels of 56×56 pixels. How many numbers does its batch norm learn?",
    {
        "64 · 2 = 128": "One γ and one β per channel, wherever the pixel is and however large the map.",
        "56 · 56 · 2 = 6,272": "That would be one pair per place. A filter says the same thing everywhere.",
        "64 · 4 = 256": "Mean and variance are measured, not learned; they are remembered in buffers.",
    },
    answer="64 · 2 = 128",
)

# %%
stated(
    "learned numbers of BatchNorm2d(64)",
    sum(p.numel() for p in nn.BatchNorm2d(64).parameters()),
    128,
)

# %% [markdown] tags=["slide"]
# ## 5. Training and evaluation
#
# In training a sample is normalised by the company it is in. That is fine as long as the loss is about the whole batch. In use it
# is not: a patient's diagnosis must not depend on who else is in the waiting room, and one picture alone may not have a spread.
#
# So the layer keeps a **memory** in training: each batch moves a running mean and a running variance a little,
# $r \leftarrow (1 - m)\, r + m \cdot (\text{this batch's})$. In evaluation it uses the memory, and does not touch it.

# %% tags=["fragment"]
explore.running_statistics()

# %% tags=["live", "subslide"]
# Ten batches of 16 numbers with mean 3 and spread 2 through nn.BatchNorm1d(1), called `memory`.
# How far has its running mean come?
torch.manual_seed(4)
memory = nn.BatchNorm1d(1)
for _ in range(10):
    memory(3 + 2 * torch.randn(16, 1))
print(
    f"running mean {memory.running_mean.item():.2f}, batches {int(memory.num_batches_tracked)}"
)

# %%
stated("share of the beginning left after 10 batches, m = 0.1", 0.9**10, 0.35, digits=2)
stated("expected running mean after 10 batches", 3 * (1 - 0.9**10), 1.95, digits=2)
stated("batches until less than 1 % is left", next(n for n in range(99) if 0.9**n < 0.01), 44)

# %% [markdown] tags=["subslide"]
# **Which variance?** Two different ones, and this is where most hand-written batch norms go wrong.
#
# * To *normalise*, divide by $M$: the batch is all there is, and the result should have spread exactly 1.
# * To *remember*, divide by $M - 1$: now the batch is a sample from all the data, and its distances are measured from its own
#   mean, which is a little too close to it. Divided by $M$, the remembered variance would be too small by $\frac{M-1}{M}$.

# %%
sizes = [2, 4, 8, 16, 32]
generator = torch.Generator().manual_seed(0)
finals = {True: [], False: []}
for size in sizes:
    batches = 3 + 2 * torch.randn(200_000, size, generator=generator)
    for unbiased in finals:  # in the long run, the memory is the mean over batches
        finals[unbiased].append(batches.var(1, correction=int(unbiased)).mean().item())

# %% tags=["fragment"]
fig, ax = show.figure(8, 3.2)
ax.plot(sizes, finals[True], "o-", color=show.colour("output"), label="divided by M − 1")
ax.plot(sizes, finals[False], "s--", color=show.colour("kernel"), label="divided by M")
ax.axhline(4, color=show.colour("ink"), lw=1, label="the truth, 4")
ax.set(xlabel="numbers in a batch, M", ylabel="remembered variance", ylim=(0, 5))
ax.set_title("divided by M, half of the variance is lost for M = 2")
ax.legend()
show.picture(
    fig,
    "Remembered variance against batch size: the unbiased one is 4 for every size; "
    "the biased one is 2 for two numbers a batch and approaches 4.",
)
stated("M = 2, divided by M", finals[False][0], 2.0, digits=1)
stated("M = 2, divided by M − 1", finals[True][0], 4.0, digits=1)
stated("variance lost for M = 8, %", 100 / 8, 12.5, digits=1)

# %% [markdown] tags=["subslide"]
# ### The wrong mode, measured
#
# A small network with two batch norms learns the digits. Then we ask it about 360 new ones, once in evaluation mode, and then
# *without* having called `.eval()`, in batches of 1, 2, 4 …

# %% tags=["live"]
# `net`: conv 1→16, BN, ReLU, pool, conv 16→32, BN, ReLU, global average, linear. `train(net,
# rate, steps)`: plain SGD with momentum 0.9 on batches of 64, returns the losses. 200 steps.
torch.manual_seed(0)
net = nn.Sequential(
    *(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ),
    *(nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU()),
    *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)),
)


def train(model, rate, steps=150, momentum=0.0):
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum=momentum)
    draw, losses = torch.Generator().manual_seed(1), []
    for _ in range(steps):
        rows = torch.randint(len(digits.train_x), (64,), generator=draw)
        loss = F.cross_entropy(model(digits.train_x[rows]), digits.train_y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


losses = train(net, 0.1, 200, momentum=0.9)


# %% tags=["subslide"]
def accuracy(model, batch_size, training):
    """Share of the test digits that are recognised, in a mode, asked in batches; the model stays as it was."""
    asked = copy.deepcopy(model).train(training)
    order = torch.randperm(len(digits.test_x), generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        right = [
            (asked(digits.test_x[part]).argmax(1) == digits.test_y[part]).sum()
            for part in order.split(batch_size)
        ]
    return torch.stack(right).sum().item() / len(order)


batch_sizes = [1, 2, 4, 8, 16, 64]
forgotten = [accuracy(net, size, training=True) for size in batch_sizes]
correct = [accuracy(net, size, training=False) for size in batch_sizes]

# %% tags=["fragment"]
predict(
    "In evaluation mode the network is right for 96 % of the digits. Without .eval(), "
    "asked one digit at a time, "
    "how often is it right?",
    {
        "96 %: the weights are the same": "They are. But every channel of the one digit is now measured by itself.",
        "A little less, 90 %": "That is what batches of 4 give. One digit alone has no company to be compared with.",
        "Not much more often than by guessing": (
            "About 14 %, where guessing gives 10 %. How strongly a filter answers is just "
            "what its own mean and "
            "spread take away."
        ),
    },
    answer="Not much more often than by guessing",
)

# %% tags=["subslide"]
fig, ax = show.figure(8, 3.3)
places = range(len(batch_sizes))
ax.plot(places, correct, "o-", color=show.colour("output"), label="evaluation mode")
ax.plot(places, forgotten, "s--", color=show.colour("kernel"), label=".eval() forgotten")
ax.set_xticks(list(places), [str(size) for size in batch_sizes])
ax.set(xlabel="digits asked at once", ylabel="share recognised", ylim=(0, 1.05))
ax.set_title("the same weights, the same digits")
ax.legend(loc="lower right")
show.picture(
    fig,
    "In evaluation mode 96 per cent for every batch size; without it 14 per cent one "
    "at a time, 90 per cent in fours, and as good as evaluation from 16 on.",
)
show.table(
    [
        [size, f"{a:.0%}", f"{b:.0%}"]
        for size, a, b in zip(batch_sizes, correct, forgotten, strict=True)
    ],
    header=["digits at once", "evaluation mode", ".eval() forgotten"],
)
assert min(correct) > 0.9
assert max(correct) - min(correct) < 0.01  # rounding apart, company plays no part
assert abs(correct[0] - 0.96) < 0.02
assert abs(forgotten[0] - 0.14) < 0.06
assert abs(forgotten[2] - 0.90) < 0.04
assert forgotten[0] < forgotten[1] < forgotten[2]

# %% [markdown]
# From batches of 8 on, the two curves can hardly be told apart. So a test in large, well-mixed batches does *not* show the mistake; the first customer does.
#
# At 16 and 64 the wrong mode is even a little *better*. The memory is a mean over past batches, and the weights have moved on since.
# Measure it again with the weights as they are now, and evaluation is as good:

# %% tags=["live"]
# `fresh`: a copy of `net` whose memory starts anew and is the plain mean over all training
# batches (momentum None). `renewed`: its accuracy in evaluation mode.
fresh = copy.deepcopy(net).train()
for layer in fresh:
    if isinstance(layer, nn.BatchNorm2d):
        layer.reset_running_stats()
        layer.momentum = None
with torch.no_grad():
    for batch in digits.train_x.split(64):
        fresh(batch)
renewed = accuracy(fresh, 64, training=False)
print(f"old memory {correct[-1]:.0%}, fresh memory {renewed:.0%}")

# %%
assert renewed > correct[-1]

# %% [markdown] tags=["subslide"]
# **A batch of one.** For one picture of 8×8 a channel still has 64 numbers, and training mode quietly normalises the picture by itself.
# A fully connected layer has *one* number per unit. Its distance from its own mean is 0, its variance divided by $M - 1$ is 0/0, and
# PyTorch refuses:

# %% tags=["live"]
# One sample of four features through nn.BatchNorm1d(4) in training; print what PyTorch says.
# Then in evaluation.
alone = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
try:
    nn.BatchNorm1d(4)(alone)
except ValueError as refused:
    print("PyTorch:", refused)
else:
    raise AssertionError("one number per channel should be refused")
assert torch.allclose(nn.BatchNorm1d(4).eval()(alone), alone, atol=1e-4)

# %% [markdown]
# It happens where you do not expect it: 1,437 pictures in batches of 4 leave one picture over for the last batch.
# (`DataLoader(…, drop_last=True)` leaves it out.) Where only one or two large pictures fit into memory, one uses a norm that does not
# need company: section 8.

# %%
stated("pictures left over, 1,437 in batches of 4", 1_437 % 4, 1)

# %% [markdown] tags=["subslide"]
# **Momentum, a word with two meanings.** In PyTorch, `momentum=0.1` is the share of the *new* value. In Keras it is the share of the
# *old* one: its 0.99 is PyTorch's 0.01.

# %% [markdown] tags=["slide"]
# ## 6. What it buys
#
# Ten fully connected layers on the digits, plain and with batch norm, at five learning rates. Good initial weights for both, so that
# the plain network has its fair chance.

# %% tags=["fragment"]
predict(
    "Both networks are trained with learning rates 0.01, 0.03, 0.1, 0.3 and 1. Where will "
    "they differ most?",
    {
        "At the small rates: batch norm learns faster there": "At 0.01 both are slow, and about equally so.",
        "At the large rates: the plain network fails there": (
            "At 0.3 the plain one hardly learns and at 1 its numbers overflow. With batch "
            "norm both rates work."
        ),
        "Nowhere: the same function can be represented": "It can. Representing and finding are two things.",
    },
    answer="At the large rates: the plain network fails there",
)

# %% tags=["live", "subslide"]
# `curves[kind][rate]`: 150 losses, for "plain" and "batch norm" (plain_or_normalised(10, 64,
# …)) and five rates.
rates = (0.01, 0.03, 0.1, 0.3, 1.0)
curves = {
    kind: {rate: train(plain_or_normalised(10, 64, kind != "plain"), rate) for rate in rates}
    for kind in ("plain", "batch norm")
}

# %%
last = {
    kind: [
        torch.tensor(losses[-20:]).mean().nan_to_num(4.0, 4.0).clamp(max=4).item()
        for losses in runs.values()
    ]
    for kind, runs in curves.items()
}
fig, (left, right) = show.figure(10, 3.4, columns=2)
for (kind, runs), style, role in zip(
    curves.items(), ("--", "-"), ("kernel", "output"), strict=True
):
    left.plot(runs[0.1], style, color=show.colour(role), label=kind, lw=1.5)
    right.semilogx(rates, last[kind], "o" + style, color=show.colour(role), label=kind)
left.set(
    xlabel="step", ylabel="loss", title="learning rate 0.1 (colours: right)", ylim=(0, 3.2)
)
right.set(xlabel="learning rate", ylabel="mean of the last 20 losses")
right.set_title("4 stands for: beyond all bounds")
right.legend()
show.picture(
    fig,
    "At rate 0.1 the normalised network's loss falls smoothly, the plain one's jumps up "
    "and down. Over five "
    "rates the plain one is best at 0.03 and fails above; with batch norm 0.1 to 1 all work.",
)

# %%
assert min(last["plain"]) > 0.6
assert last["plain"][3] > 1.5
assert last["plain"][3] < 4 == last["plain"][4]
assert abs(last["plain"][0] - last["batch norm"][0]) < 0.6
assert max(last["batch norm"][2:]) < 0.4

# %% [markdown] tags=["subslide"]
# One reason can be seen in two lines. Make all the weights of a layer ten times as large: batch norm divides the ten out again, the
# output is the same. And since the same *absolute* change of the weights now means a tenth of the *relative* change, the gradient is
# ten times **smaller**. Large weights learn slowly, small ones quickly: the layer brakes by itself.


# %% tags=["live"]
# `gradient_norm(factor)`: the length of the gradient by the weights factor · w, through a
# linear layer and batch norm.
def gradient_norm(factor):
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(64, 8, generator=draw, dtype=torch.float64)
    weights = (factor * torch.randn(8, 1, generator=draw, dtype=torch.float64)).requires_grad_()
    out = F.batch_norm(inputs @ weights, None, None, training=True, eps=1e-12)
    out[:5].square().sum().backward()
    return weights.grad.norm().item()


stated(
    "gradient, weights × 1, over gradient, weights × 10",
    gradient_norm(1) / gradient_norm(10),
    10.0,
    digits=2,
)

# %% [markdown]
# **Before the ReLU or after it?** The paper puts it before, and so do most networks since (conv, BN, ReLU). After it works as well.
# Here, with one seed and 360 digits, no difference is worth mentioning. Residual networks (unit 09) come in both orders.

# %%
orders = {}
for order in ("before", "after"):
    model = plain_or_normalised(10, 64, True, after=order == "after")
    train(model, 0.1)
    orders[order] = accuracy(model, 360, training=False)
show.table(
    [[order, f"{share:.0%}"] for order, share in orders.items()],
    header=["batch norm stands … the ReLU", "test digits recognised"],
)
assert min(orders.values()) > 0.88
assert abs(orders["before"] - orders["after"]) < 0.05

# %% [markdown] tags=["slide"]
# ## 7. Backwards
#
# $x_n$ reaches the outputs on **three paths**: directly; through the mean, which moves all outputs; through the variance, which
# scales all outputs. So every sample of the batch receives a gradient from every other.

# %% tags=["fragment"]
fig, ax = show.canvas(19, 6.4, cell_inches=0.5)
show.box(ax, (0.5, 2.5), (2.4, 1.4), "x", role="input")
show.box(ax, (6.2, 0.5), (3.2, 1.2), "mean μ", role="plain")
show.box(ax, (6.2, 4.7), (3.2, 1.2), "variance σ²", role="plain")
show.box(ax, (12.6, 2.5), (2.4, 1.4), "x̂", role="plain")
show.box(ax, (16.2, 2.5), (2.4, 1.4), "γ x̂ + β", role="output")
for start, end in [
    ((2.9, 3.2), (12.6, 3.2)),
    ((2.9, 2.7), (6.2, 1.2)),
    ((2.9, 3.7), (6.2, 5.2)),
    ((9.4, 1.2), (12.6, 2.7)),
    ((9.4, 5.2), (12.6, 3.7)),
    ((7.8, 1.7), (7.8, 4.7)),
    ((15.0, 3.2), (16.2, 3.2)),
]:
    show.arrow(ax, start, end)
show.picture(
    fig,
    "A diagram: x leads to the normalised x directly, through the mean and through the "
    "variance; the variance also depends on the mean.",
)

# %% tags=["subslide"]
predict(
    "A batch of two samples, one unit, ε = 0. A gradient dy = (4, 0) arrives at the "
    "normalised output. What is dx?",
    {
        "(4/σ, 0): only the first sample is meant": "The first sample moves the mean and the spread as well.",
        "(2/σ, −2/σ): the mean is taken off": "That is two of the three paths. Now the variance.",
        "(0, 0)": (
            "Two numbers, normalised, are −1 and 1, whatever they were. Nothing you do to "
            "x changes the output "
            "(except swapping them), so no gradient comes back."
        ),
    },
    answer="(0, 0)",
)


# %% tags=["live"]
# `dx_of(values, dy)`: the gradient by the values, from autograd, through batch norm with eps 0.
# Try (1, 5) with (4, 0); then section 3's batch with dy = (8, 0, …, 0), as `dx`.
def dx_of(values, dy):
    leaf = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    ((leaf - leaf.mean()) / leaf.var(correction=0).sqrt()).backward(
        torch.tensor(dy, dtype=torch.float64)
    )
    return leaf.grad


assert dx_of([1.0, 5.0], [4.0, 0.0]).abs().max() < 1e-12
dx = dx_of(x.tolist(), [8.0, 0, 0, 0, 0, 0, 0, 0])
dx

# %% [markdown] tags=["subslide"]
# **By hand.** On the direct path sample 0 gets $8/\sigma = 8/2 = 4$, the others nothing. The mean hands each of the eight samples an eighth of
# what arrived, with a minus sign: $-\frac{8}{8} \cdot \frac{1}{2} = -0.5$. The variance hands each a share in proportion to its own
# $\hat{x}$: here $0.75\,\hat{x}$, which is $-1.125$ for sample 0 and $1.5$ for sample 7. The sums: $4 - 0.5 - 1.125 = 2.375$, and
# $0 - 0.5 + 1.5 = 1$.

# %%
values = torch.tensor(x.tolist(), dtype=torch.float64, requires_grad=True)
mean, var = values.mean(), values.var(correction=0)
one_eight = torch.tensor([8.0, *[0] * 7], dtype=torch.float64)
direct, with_mean = (
    torch.autograd.grad(
        (values - m) / var.detach().sqrt(), values, one_eight, retain_graph=True
    )[0]
    for m in (mean.detach(), mean)
)
paths = {
    "directly": direct,
    "through the mean": with_mean - direct,
    "through the variance": dx - with_mean,
    "all three": dx,
}

# %% tags=["fragment"]
fig, axes = show.figure(11, 3, columns=4, sharey=True)
for ax, (name, part) in zip(axes, paths.items(), strict=True):
    role = "gradient" if name == "all three" else "plain"
    ax.bar(range(8), part.numpy(), color=show.colour(role))
    ax.set(title=name, xlabel="sample", xticks=range(0, 8, 2))
axes[0].set_ylabel("gradient")
show.picture(
    fig,
    "Directly only sample 0 gets a gradient, 4; through the mean all get minus a half; through the "
    "variance each in proportion to its normalised value; the sum adds up to zero.",
)
assert torch.allclose(paths["directly"][:2], torch.tensor([4.0, 0], dtype=torch.float64))
assert torch.allclose(paths["through the mean"], torch.full((8,), -0.5, dtype=torch.float64))
assert torch.allclose(paths["through the variance"], 0.75 * x_hat.double())
assert torch.allclose(dx[[0, 7]], torch.tensor([2.375, 1.0], dtype=torch.float64))
stated("all gradients add up to", dx.sum().abs(), 0)
stated("and against the normalised x to", (dx * x_hat).sum().abs(), 0)

# %% [markdown]
# The two zeros have a meaning. Moving all samples together changes nothing, and stretching them about their mean changes nothing, so the
# gradient has no part in these two directions. They are your test when you write the backward pass.
#
# An implementation that treats mean and variance as constants (a misplaced `no_grad`, a `.detach()`) keeps only the direct path. Its
# outputs are right. How wrong is its gradient?


# %% tags=["subslide"]
def gradient_error(shape):
    """Relative error of dx when the statistics are cut off from the graph."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(shape, generator=draw, dtype=torch.float64, requires_grad=True)
    dy = torch.randn(shape, generator=draw, dtype=torch.float64)
    mean, var = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), correction=0, keepdim=True)
    whole, cut = (
        torch.autograd.grad((x - m) / (v + 1e-5).sqrt(), x, dy, retain_graph=True)[0]
        for m, v in ((mean, var), (mean.detach(), var.detach()))
    )
    return 100 * ((whole - cut).norm() / whole.norm()).item()


for shape, error in (((2, 3, 2, 2), 76), ((8, 3, 4, 4), 8)):
    size = shape[0] * shape[2] * shape[3]
    stated(f"M = {size}: error of dx, %", gradient_error(shape), error)

# %% [markdown]
# 76 % for eight numbers a channel, 8 % for 128: against random gradients the mistake shrinks with the batch, so a test on large
# random batches may let it pass. In training the gradients are not random: section 11 shows what happens.

# %% [markdown] tags=["slide"]
# ## 8. Other axes
#
# One formula, four choices of what shares a mean. Rows are pictures, columns are channels, a cell is a map of $H \times W$ numbers.
# Cells with the same number are normalised together:

# %% tags=["fragment"]
fig, ax = show.canvas(23, 5.2, cell_inches=0.44)
for place, norm in enumerate(NORMS):
    draw_shared_sets(ax, norm, at=(0.7 + 5.7 * place, 1.8))
show.picture(
    fig,
    "Three pictures by four channels. Batch norm shares statistics down a column, layer norm "
    "along a row, instance norm in single cells, group norm in halves of a row.",
)

# %% tags=["subslide"]
explore.norm_axes()

# %% tags=["live", "subslide"]
# Change picture 1 of a batch (4, 6, 5, 5). For each of four library layers of 6 channels in
# training mode, does picture 0's output move? A dictionary `moved` from name to True or False.
layers = {
    "batch": nn.BatchNorm2d(6),
    "layer": nn.GroupNorm(1, 6),
    "instance": nn.InstanceNorm2d(6),
    "group": nn.GroupNorm(3, 6),
}
pictures = torch.randn(4, 6, 5, 5, generator=torch.Generator().manual_seed(0))
other = pictures.clone()
other[1] += 3
moved = {name: not torch.equal(f(pictures)[0], f(other)[0]) for name, f in layers.items()}
moved

# %%
assert moved == {"batch": True, "layer": False, "instance": False, "group": False}
show.table(
    [
        ["batch", "N, H, W", "C", "yes", "photographs, large batches"],
        ["layer", "C, H, W", "N", "no", "text, transformers"],
        ["instance", "H, W", "N · C", "no", "repainting pictures"],
        [
            "group",
            "C/G, H, W",
            "N · G",
            "no",
            "few, large pictures: detection, video, medicine",
        ],
    ],
    header=["norm", "mean over", "how many means", "needs a memory", "at home in"],
)
rows = [len(torch.unique(pictures.mean(axes))) for axes in ((0, 2, 3), (1, 2, 3), (2, 3))]
assert rows == [6, 4, 24]

# %% [markdown]
# (Layer norm's row in the table is for pictures. In a transformer each word is a row of features and is normalised by itself: the mean runs
# over the features of that one word.)

# %% [markdown] tags=["subslide"]
# What is normalised together keeps its differences; what is normalised apart loses them. A photograph, and the same with a third of the
# light:

# %% tags=["fragment"]
photo = data.photograph("astronaut", size=96)
two = torch.stack([photo, photo / 3])
together = nn.BatchNorm2d(3)(two).detach()
apart = nn.InstanceNorm2d(3)(two)


def on_one_scale(images):
    """Grey versions of both, from 0 (the darkest number of the two) to 1 (the brightest)."""
    grey = images.mean(1)
    return (grey - grey.min()) / (grey.max() - grey.min())


panels = [image for images in (two, together, apart) for image in on_one_scale(images)]
titles = [
    "photograph",
    "a third of its light",
    "batch norm",
    "batch norm",
    "instance",
    "instance",
]
show.picture(
    show.image_grid(panels, titles, columns=6, inches=1.55),
    "A photograph bright and dark: after batch norm one is still darker, after instance "
    "norm both look the same.",
    photo=True,
)
before, after = (
    float((images[0].mean() - images[1].mean()).abs()) for images in (together, apart)
)
assert before > 0.5
stated("difference of the two means after instance norm", after, 0)

# %% [markdown]
# Is brightness a nuisance or the message? For style transfer a nuisance. For telling a cloudy day from a sunny one, the message. That
# is the question behind the choice of axes.

# %% [markdown] tags=["slide"]
# ## 9. Folding it away
#
# In evaluation $\mu$ and $\sigma$ are fixed numbers. A trained layer, one of its channels: let what goes in run from −2 to 2, and draw what
# comes out.

# %% tags=["fragment"]
predict(
    "What does a channel of batch norm look like in <b>evaluation</b>, as a function of "
    "what goes in?",
    {
        "An S: it squeezes large numbers": "That is a sigmoid. Dividing by a fixed number squeezes all alike.",
        "A straight line": "Minus a number, over a number, times a number, plus a number: slope and height, nothing else.",
        "It depends on the batch": "In training it does. In evaluation the batch is not asked.",
    },
    answer="A straight line",
)

# %% tags=["live"]
# Feed the first batch norm of the trained `net` with the constant pictures 0 and 1, in
# evaluation: `c` is what comes out for 0, `a` the difference. Then check the line on random
# numbers.
bn = copy.deepcopy(net[1]).eval()
with torch.no_grad():
    c = bn(torch.zeros(1, 16, 1, 1)).flatten()
    a = bn(torch.ones(1, 16, 1, 1)).flatten() - c
    random = torch.randn(5, 16, 4, 4, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(
        bn(random), random * a.view(1, -1, 1, 1) + c.view(1, -1, 1, 1), atol=1e-4
    )

# %%
fig, ax = show.figure(8, 3.2)
line = torch.linspace(-2, 2, 9)
for channel, style in zip(range(4), ("-", "--", ":", "-."), strict=True):
    values = (a[channel] * line + c[channel]).numpy()
    ax.plot(line.numpy(), values, style, label=f"channel {channel}")
ax.set(
    xlabel="into batch norm", ylabel="out of it", title="in evaluation: one line per channel"
)
ax.legend()
show.picture(
    fig, "Four straight lines of different slope and height: batch norm in evaluation mode."
)

# %% [markdown] tags=["subslide"]
# $$ y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta \;=\; a\,x + c, \qquad
#    a = \frac{\gamma}{\sqrt{\sigma^2+\varepsilon}}, \quad c = \beta - a\,\mu $$
#
# By hand, with $\mu = 5$, $\sigma = 2$, $\gamma = 3$, $\beta = 10$ from section 3: $a = 3/2$ and $c = 10 - 1.5 \cdot 5 = 2.5$. The 9 becomes
# $1.5 \cdot 9 + 2.5 = 16$, as before.

# %%
stated("the 9 of section 3, by the line", 1.5 * 9 + 2.5, 3 * x_hat[-1] + 10)

# %% [markdown]
# A convolution multiplies and adds too, so the line can move into its weights and its bias: the batch norm disappears, and not one
# output changes. Networks are shipped like that. What the new weights and the new bias are, the assignment asks *you*.

# %% [markdown] tags=["slide"]
# ## 10. Dropout, the other layer with two behaviours
#
# In training, dropout sets each number to zero with probability $p$ and divides the others by $1 - p$. No unit can rely on one
# particular other being there. In evaluation it does nothing. The division keeps the *mean* of what the next layer receives.

# %% tags=["fragment"]
cat = data.photograph("cat", size=96).mean(0)
torch.manual_seed(0)
panels = [cat, *(F.dropout(cat, p).clamp(max=1) for p in (0.2, 0.5, 0.8))]
show.picture(
    show.image_grid(panels, ["x", "p = 0.2", "p = 0.5", "p = 0.8"], columns=4),
    "A cat, and the same with a fifth, a half and four fifths of its pixels black.",
    photo=True,
)

# %% tags=["subslide"]
predict(
    "Numbers with mean 1 and variance 1 go through dropout with p = ½. Their mean stays 1. "
    "Their variance?",
    {
        "Stays 1: that is what the division is for": "The division looks after the mean only.",
        "Becomes 3": (
            "The square of a kept number is four times as large and half of them are kept: "
            "the mean square goes from "
            "2 to 4. Minus the squared mean, 1: variance 3."
        ),
        "Becomes ½: half of them are gone": "Gone to 0, which is far from the mean; and the others have doubled.",
    },
    answer="Becomes 3",
)

# %% tags=["live"]
# A million numbers with mean 1 and variance 1 through F.dropout: `dropped`. Mean and variance?
torch.manual_seed(0)
dropped = F.dropout(1 + torch.randn(1_000_000), 0.5)
stated("mean after dropout", dropped.mean(), 1.0, digits=1)
stated("variance after dropout", dropped.var(), 3.0, digits=1)

# %% [markdown]
# So a batch norm *behind* a dropout remembers a variance of 3 in training and meets 1 in evaluation. Measure it:

# %% tags=["live"]
# A batch norm that remembers one batch whole (momentum 1) sees `dropped` in training, then the
# same numbers without dropout in evaluation. `shrunk`: the spread of what comes out.
torch.manual_seed(0)
numbers = 1 + torch.randn(1_000_000)
behind = nn.BatchNorm1d(1, momentum=1.0)
behind(F.dropout(numbers, 0.5)[:, None])
shrunk = behind.eval()(numbers[:, None]).std().item()

# %%
stated("spread in evaluation, instead of 1", shrunk, 0.58, digits=2)
stated("which is the root of 1/3", (1 / 3) ** 0.5, 0.58, digits=2)

# %% [markdown]
# Everything comes out too small, by nearly a half. Put dropout after the last batch norm, where networks have it: before the final linear
# layer [Li 2019].

# %% [markdown] tags=["slide"]
# ## 11. What people get wrong, and what it looks like


# %%
class CutOff(nn.BatchNorm1d):
    """Batch norm whose statistics are cut off from the gradient."""

    def forward(self, x):
        mean, var = x.mean(0).detach(), x.var(0, correction=0).detach()
        return self.weight * (x - mean) / (var + self.eps).sqrt() + self.bias


right_net = plain_or_normalised(6, 64, True)
cut_net = nn.Sequential(
    *(CutOff(64) if isinstance(m, nn.BatchNorm1d) else m for m in right_net)
)
cut_losses, right_losses = (train(model, 0.1) for model in (copy.deepcopy(cut_net), right_net))
draw = torch.Generator().manual_seed(4)
stream = 3 + 2 * torch.randn(60, 16, generator=draw)
turned, calm = (remembered(stream, momentum, True)[0] for momentum in (0.9, 0.1))

# %% tags=["subslide"]
fig, axes = show.figure(11, 6.2, rows=2, columns=2)
good, bad = show.colour("output"), show.colour("kernel")
axes[0, 0].plot(places, forgotten, "s--", color=bad, label=".eval() forgotten")
axes[0, 0].plot(places, correct, "o-", color=good, label="evaluation")
axes[0, 0].set_xticks(list(places), [str(size) for size in batch_sizes])
axes[0, 0].set(
    title="results depend on the batch", xlabel="digits asked at once", ylabel="recognised"
)
axes[0, 1].plot(turned, "--", color=bad, label="share of the new 0.9")
axes[0, 1].plot(calm, color=good, label="share of the new 0.1")
axes[0, 1].set(
    title="momentum turned round: a jumpy memory", xlabel="batch", ylabel="running mean"
)
axes[1, 0].plot(cut_losses, "--", color=bad, label="statistics cut off")
axes[1, 0].plot(right_losses, color=good, label="whole gradient")
axes[1, 0].set(title="outputs right, gradient wrong", xlabel="step", ylabel="loss", ylim=(0, 3))
axes[1, 1].plot(sizes, finals[False], "s--", color=bad, label="divided by M")
axes[1, 1].plot(sizes, finals[True], "o-", color=good, label="divided by M − 1")
axes[1, 1].set(title="remembered variance too small", xlabel="numbers in a batch", ylim=(0, 5))
axes[1, 1].set_ylabel("running variance")
for ax in axes.flat:
    ax.legend()
show.picture(
    fig,
    "Four failures: accuracy that depends on the batch size, a running mean that jumps, a loss "
    "that stops falling above 1, a remembered variance of half its size.",
)
assert sum(cut_losses[-20:]) > 2 * sum(right_losses[-20:])
assert turned[20:].std() > 2 * calm[20:].std()
assert sum(cut_losses[-20:]) / 20 > 0.9

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | good in large batches, useless one at a time | `.eval()` forgotten | one picture, alone and in company: the same output? |
# | evaluation drifts from run to run | memory updated in evaluation | two evaluations: is `state_dict` the same? |
# | fine in training, bad in evaluation, from the start | memory too young, or never updated | `num_batches_tracked`; running mean against the data |
# | the same with small batches only | remembered variance divided by M | two numbers a channel, against `nn.BatchNorm2d` |
# | memory jumps with every batch | momentum turned round | one step from 0: is it a tenth of the batch's mean? |
# | outputs right, learns badly | statistics detached | does dx add up to 0? |
# | no error, wrong numbers when C = W | $\gamma$ lined up with the width | $C \neq H \neq W$ |
# | loaded model useless | statistics kept as plain tensors, not saved | names in `state_dict` |

# %% [markdown] tags=["slide"]
# ## Summary
#
# * A factor per layer becomes a power of the depth: 20 % too little leaves about a thousandth after thirty layers. Batch norm measures
#   the spread and divides.
# * Per channel: mean and variance over $N, H, W$, then $\gamma \hat{x} + \beta$. A bias before it does nothing.
# * Training normalises by the batch (divided by $M$) and remembers (divided by $M - 1$, share `momentum` of the new). Evaluation
#   uses the memory and leaves it alone.
# * Without `.eval()` a network that recognises 96 % of the digits may recognise 14 % of them, one at a time.
# * It buys larger learning rates: the scale of the weights no longer matters, and large weights get small gradients.
# * Gradients pass through mean and variance too. They add up to 0, and so does their product with $\hat{x}$.
# * Layer, instance and group norm are the same formula over one picture's numbers: no batch, no memory.
# * In evaluation batch norm is a straight line per channel, and moves into the convolution before it.
# * Dropout keeps the mean and changes the variance: not in front of a batch norm.
#
# **Now you:** in assignment 05 you write batch norm and its backward pass, the layer with its memory, layer, instance and group norm,
# the folding, and dropout.
#
# ## References
#
# * S. Ioffe, C. Szegedy, *Batch normalization: accelerating deep network training by reducing internal covariate shift*,
#   [arXiv:1502.03167](https://arxiv.org/abs/1502.03167), 2015: the method; its figure 1 is the model for section 2.
# * S. Santurkar, D. Tsipras, A. Ilyas, A. Madry, *How does batch normalization help optimization?*,
#   [arXiv:1805.11604](https://arxiv.org/abs/1805.11604), 2018: why it is probably not the shift.
# * J. L. Ba, J. R. Kiros, G. Hinton, *Layer normalization*, [arXiv:1607.06450](https://arxiv.org/abs/1607.06450), 2016.
# * D. Ulyanov, A. Vedaldi, V. Lempitsky, *Instance normalization*, [arXiv:1607.08022](https://arxiv.org/abs/1607.08022), 2016.
# * Y. Wu, K. He, *Group normalization*, [arXiv:1803.08494](https://arxiv.org/abs/1803.08494), 2018: also what small batches cost.
# * N. Srivastava and others, *Dropout: a simple way to prevent neural networks from overfitting*, Journal of Machine Learning
#   Research 15, 2014.
# * X. Li, S. Chen, X. Hu, J. Yang, *Understanding the disharmony between dropout and batch normalization by variance shift*,
#   [arXiv:1801.05134](https://arxiv.org/abs/1801.05134), CVPR 2019: section 10.
