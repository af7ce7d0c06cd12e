# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. Why does a deeper plain network get *worse on its own training data*, and why is that not overfitting?
# 2. What does adding the input to a block's output change, forwards and backwards?
# 3. What happens where shapes differ, and how many parameters does it cost?
# 4. How are ResNet-20, ResNet-18 and ResNet-50 put together, and where does the bottleneck save?
# 5. What do pre-activation, "ensembles of paths" and the loss surface say about why it works?
#
# **You need** lectures 03 (sizes and costs), 05 (BatchNorm) and 06 (training).
#
# **Time** 75 minutes: degradation 12 · identity 8 · gradient 12 · where shapes differ 8 · the CIFAR family 8 · bottleneck
# and ImageNet 8 · pre-activation 6 · paths 6 · loss surface 4 · mistakes and summary 3.

# %% tags=["skip"]
import copy

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.explore.catalogue.gradient_depth import gradient_norms
from convlab.explore.catalogue.residual_paths import gradient_shares, path_counts
from convlab.questions import erratum, predict, stated

# %% [markdown] tags=["slide"]
# ## 1. Deeper, and worse
#
# Take the 1,437 handwritten digits of lecture 06, 8×8 pixels each, and two networks that differ in depth only: layers
# of 3×3 convolution, BatchNorm and ReLU, all 8 channels wide. One has 4 of them, the other 24.

# %% tags=["fragment"]
predict(
    "The deep network could copy the shallow one and let its other 20 layers pass their input on. After 150 steps, "
    "which has the lower <i>training</i> loss?",
    {
        "The deep one: it can express more": "It can express more. Whether gradient descent finds it is another question.",
        "They are equal": "They would be, if the further layers found the identity. Look.",
        "The shallow one": "And on the training data. That is why it cannot be overfitting.",
    },
    answer="The shallow one",
)


# %% tags=["live", "subslide"]
# Tower(depth, skip): a 3×3 stem to 8 channels, `depth` layers conv–BN–ReLU in `self.layers`, mean, linear.
# With skip, each layer's input is added to its output.
class Tower(nn.Module):
    def __init__(self, depth, skip):
        super().__init__()
        self.skip = skip
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU()
            )
            for _ in range(depth)
        )
        self.head = nn.Linear(8, 10)
        for layer in self.layers if skip else ():
            nn.init.constant_(layer[1].weight, 0.1)  # γ: start near the identity

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers:
            x = layer(x) + x if self.skip else layer(x)
        return self.head(x.mean((2, 3)))


# %% tags=["live", "subslide"]
# train(depth, skip): 150 steps of SGD on digits, same seed, same batches; returns the network and its losses.
# Then `runs`, for both depths without and with skip.
digits = data.load()


def train(depth, skip, steps=150):
    torch.manual_seed(0)
    net, losses = Tower(depth, skip), []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    batches = torch.Generator().manual_seed(1)
    for _ in range(steps):
        chosen = torch.randint(len(digits.train_x), (32,), generator=batches)
        loss = F.cross_entropy(net(digits.train_x[chosen]), digits.train_y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return net, losses


runs = {(depth, skip): train(depth, skip) for depth in (4, 24) for skip in (False, True)}


# %%
def final(depth, skip):
    """Mean training loss over the last ten steps."""
    return sum(runs[depth, skip][1][-10:]) / 10


fig, axes = show.figure(10, 3.4, columns=2, sharey=True)
for ax, skip in zip(axes, (False, True), strict=True):
    for depth, style in ((4, "--"), (24, "-")):
        ax.plot(
            runs[depth, skip][1],
            style,
            color=show.colour("output" if skip else "kernel"),
            label=f"{depth} layers",
        )
    ax.set(title="with x added" if skip else "plain", xlabel="step")
    ax.legend()
axes[0].set_ylabel("training loss")
show.picture(
    fig,
    "Training loss. Plain: the 24-layer network stays above the 4-layer one. "
    "With shortcuts the deep one comes further.",
)

# %%
assert final(24, False) > 3 * final(4, False)
assert final(24, True) < 0.7 * final(24, False)
stated(
    "loss of a network that knows nothing, ln 10",
    torch.log(torch.tensor(10.0)),
    2.303,
    digits=3,
)

# %% [markdown] tags=["subslide"]
# Both curves are **training** loss. Overfitting would show as a low training loss and a high test loss; here the deep
# network fails to fit. He and others called it *degradation* [He 2016a]. The right-hand picture is the same network with
# one addition a layer, whose branches start small (γ = 0.1; section 3 says why).
#
# One honest remark: 150 steps on small images show the beginning of training. Start small and
# the shallow network with shortcuts is the slower one at first; it is the deep one that needs them.

# %% [markdown] tags=["slide"]
# ## 2. Make the identity easy
#
# A deep network *contains* the shallow one: let the further layers compute $x \mapsto x$. A plain layer of convolution,
# BatchNorm and ReLU has to learn that, and can at best give $\mathrm{ReLU}(x)$. A residual layer computes
#
# $$ y = F(x) + x $$
#
# and has the identity when its weights are 0. What remains to be learnt is the *difference* from the identity.

# %%
fig, ax = show.canvas(20, 6.4, cell_inches=0.48)
show.words(ax, (0.4, 2.9), "x", role="input", bold=True)
show.box(ax, (3, 2.2), (4, 1.4), "conv, BN, ReLU")
show.box(ax, (8.2, 2.2), (3.4, 1.4), "conv, BN")
show.box(ax, (13.2, 2.2), (1.4, 1.4), "+", role="output")
show.box(ax, (15.8, 2.2), (2.4, 1.4), "ReLU", role="plain")
for start, end in (
    ((1.0, 2.9), (3, 2.9)),
    ((7, 2.9), (8.2, 2.9)),
    ((11.6, 2.9), (13.2, 2.9)),
    ((14.6, 2.9), (15.8, 2.9)),
):
    show.arrow(ax, start, end)
ax.plot([1.9, 1.9, 13.9], [2.9, 5.2, 5.2], color=show.colour("input"), lw=2.5)
show.arrow(ax, (13.9, 5.2), (13.9, 3.6))
show.words(ax, (6.4, 5.7), "the shortcut: x itself", role="input")
show.words(ax, (5.6, 1.5), "the branch F", role="kernel")
show.picture(
    fig,
    "A residual block: a branch of two convolutions, and a line around it that carries x to the sum.",
)

# %% tags=["fragment"]
predict(
    "γ and β of the branch's last BatchNorm are set to 0. What does the block in the picture give?",
    {
        "0": "The branch gives 0. But something is added to it.",
        "x": "Nearly. What stands behind the sum?",
        "ReLU(x)": "F(x) = 0, so ReLU(0 + x).",
    },
    answer="ReLU(x)",
)

# %% tags=["live", "subslide"]
# One residual layer of our Tower with γ = 0: `same`, whether the output equals the input.
layer = Tower(1, True).layers[0]
nn.init.zeros_(layer[1].weight)
x = torch.randn(2, 8, 5, 5)
same = bool((layer(x) + x == x).all())
print("identity:", same)

# %%
assert same
show.table(
    [
        ["plain layer", "Dirac kernel, γ = σ, β = μ, and then only where x ≥ 0"],
        ["residual layer", "γ = 0"],
    ],
    header=["to give x back", "what the weights must be"],
)

# %% [markdown] tags=["slide"]
# ## 3. The gradient through a sum
#
# $$ \frac{\partial L}{\partial x} = \frac{\partial L}{\partial y}\,\bigl(1 + F'(x)\bigr) $$
#
# The 1 is the shortcut. In a plain network the factors are $F'$ alone, and thirty factors of 0.7 leave little.

# %% tags=["subslide"]
explore.gradient_depth()

# %% tags=["live", "subslide"]
# Three layers by hand: each branch has slope 0.1. `plain` is the product of slopes, `residual` that of 1 + slope.
plain = 0.1**3
residual = 1.1**3
print(f"plain {plain:.3f}, residual {residual:.3f}")

# %%
stated("plain, three slopes of 0.1", plain, 0.001, digits=3)
stated("residual, three slopes of 0.1", residual, 1.331, digits=3)
stated("0.7 to the power of 30, in millionths", 1e6 * 0.7**30, 23)
depths = [5, 10, 20, 30, 40, 50, 60]
fig, ax = show.figure(8.5, 3.3)
for kind, role, style in ((False, "kernel", "--o"), (True, "output", "-o")):
    norms = [gradient_norms(depth, 0.7, kind)[0] for depth in depths]
    ax.plot(
        depths,
        norms,
        style,
        color=show.colour(role),
        label="with shortcuts" if kind else "plain",
    )
ax.set_yscale("log")
ax.set(
    xlabel="layers",
    ylabel="gradient at layer 1",
    title="Without normalization, one vanishes, the other grows",
)
ax.legend()
show.picture(
    fig,
    "Gradient at the first layer against depth: falling to nothing for plain layers, growing with shortcuts.",
)
assert gradient_norms(60, 0.7, False)[0] < 1e-6 < 1e3 < gradient_norms(60, 0.7, True)[0]

# %% [markdown]
# Note the other end: with shortcuts and *without* normalization the numbers **grow**, because every layer adds. That is
# what the BatchNorm at the end of each branch is there for, and why many start its γ at 0.

# %% [markdown] tags=["slide"]
# ## 4. Where shapes differ
#
# At a stage's first block the picture halves and the channels double; $x$ no longer fits $F(x)$. Two ways:
#
# * **option A**: take every second pixel, fill the new channels with zeros. No weights.
# * **option B**: a 1×1 convolution with the stride, and a BatchNorm.

# %% tags=["subslide"]
fig, ax = show.canvas(20, 5.8, cell_inches=0.48)
values = torch.arange(1, 17).view(4, 4)
kept = {(i, j) for i in (0, 2) for j in (0, 2)}
show.words(ax, (0.3, 0.5), "x: 1 channel, 4×4", role="input")
show.number_grid(ax, values, at=(0.3, 1), highlight=kept)
show.words(ax, (6.5, 0.5), "option A: 2 channels, 2×2", role="output")
show.number_grid(ax, values[::2, ::2], at=(6.5, 1.5), role="output")
show.number_grid(ax, torch.zeros(2, 2, dtype=torch.int64), at=(9.5, 1.5), role="plain")
show.words(ax, (13.2, 0.5), "option B, w = (2, −1)", role="output")
show.number_grid(ax, 2 * values[::2, ::2], at=(13.2, 1.5), role="output")
show.number_grid(ax, -values[::2, ::2], at=(16.2, 1.5), role="output")
show.picture(
    fig,
    "Option A keeps four of sixteen pixels and pads a channel of zeros; option B weighs the same four pixels.",
)

# %% tags=["live", "subslide"]
# The same four pixels by slicing and by a strided 1×1 convolution: `sliced`, `convolved`.
picture = values[None, None].float()
sliced = picture[:, :, ::2, ::2]
convolved = F.conv2d(picture, torch.tensor([2.0, -1.0]).view(2, 1, 1, 1), stride=2)
print(sliced.flatten().tolist(), convolved.flatten().tolist())

# %%
assert sliced.flatten().tolist() == [1, 3, 9, 11]
assert convolved.flatten().tolist() == [2, 6, 18, 22, -1, -3, -9, -11]

# %% [markdown] tags=["slide"]
# ## 5. The family of depth 6n + 2
#
# A 3×3 convolution to 16 channels, three stages of $n$ blocks with 16, 32, 64 channels, the average, a linear layer.

# %% tags=["fragment"]
predict(
    "n = 3: how deep is the network, counting convolutions of the branches, the first layer and the last?",
    {
        "11": "A block has two convolutions.",
        "18": "Count the first layer and the last too.",
        "20": "3 · 3 · 2 + 2.",
    },
    answer="20",
)


# %% tags=["subslide"]
def family(n, projected):
    """Parameters of the network with n blocks a stage: option B, or option A whose shortcuts have none."""
    total = 3 * 16 * 9 + 2 * 16 + 64 * 10 + 10
    c_in = 16
    for c in (16, 32, 64):
        for _ in range(n):
            total += (c_in + c) * c * 9 + 4 * c
            total += c_in * c + 2 * c if projected and c_in != c else 0
            c_in = c
    return total


rows = [[n, 6 * n + 2, family(n, False), family(n, True)] for n in (3, 5, 7, 9, 18)]
show.table(
    rows,
    header=["n", "layers", "parameters, option A", "option B"],
    caption="Three stages: 16, 32, 64 channels.",
)
stated("ResNet-20, option A", family(3, False), 269_722)
stated("ResNet-20, option B", family(3, True), 272_474)

# %%
fig, ax = show.figure(8.5, 3.2)
ax.plot(
    [row[1] for row in rows], [row[2] / 1e6 for row in rows], "-o", color=show.colour("output")
)
for row in rows:
    ax.annotate(
        f"{row[2] / 1e6:.2f} M",
        (row[1], row[2] / 1e6),
        xytext=(4, -14),
        textcoords="offset points",
    )
ax.set(
    xlabel="layers",
    ylabel="million parameters",
    title="Depth is cheap when the network is narrow",
    xlim=(10, 126),
    ylim=(0, 1.95),
)
show.picture(
    fig,
    "Parameters grow in a straight line with depth, from 0.27 million at 20 layers to 1.73 at 110.",
)
stated("ResNet-110, option A, million parameters", family(18, False) / 1e6, 1.73, digits=2)

# %% tags=["subslide"]
erratum(
    "One source trains ResNets with weight decay 1e-5. The paper uses 1e-4. The cell below shows what the difference does to "
    "a weight that gets no gradient."
)

# %%
kept_strong, kept_weak = ((1 - 0.1 * decay) ** 60_000 for decay in (1e-4, 1e-5))
stated(
    "left of such a weight after 60,000 steps at rate 0.1, decay 1e-4",
    kept_strong,
    0.55,
    digits=2,
)
stated("the same with decay 1e-5", kept_weak, 0.94, digits=2)

# %% [markdown] tags=["slide"]
# ## 6. The bottleneck, and networks for photographs
#
# A 3×3 convolution at 256 channels is dear. A bottleneck narrows to 64 by 1×1, convolves there, and widens again.

# %% tags=["fragment"]
predict(
    "Two 3×3 convolutions at 256 channels against one bottleneck 256 → 64 → 64 → 256: how many times fewer weights?",
    {
        "4 times": "That is the channels alone.",
        "17 times": "1,179,648 against 69,632.",
        "64 times": "The 1×1 convolutions count too.",
    },
    answer="17 times",
)

# %% tags=["subslide"]
bars = {"3×3 + 3×3": [589_824, 589_824], "bottleneck": [256 * 64, 64 * 64 * 9, 64 * 256]}
fig, ax = show.figure(8.5, 2.6)
for place, parts in enumerate(bars.values()):
    left = 0
    for part in parts:
        ax.barh(place, part / 1e3, left=left, color=show.colour("kernel"), edgecolor="white")
        left += part / 1e3
ax.set_yticks([0, 1], list(bars))
ax.set(xlabel="thousand weights", title="256 channels in, 256 channels out")
show.picture(
    fig,
    "Two bars: 1,180 thousand weights for two 3×3 convolutions, 70 thousand for a bottleneck.",
)
stated("weights of the two 3×3 convolutions", sum(bars["3×3 + 3×3"]), 1_179_648)
stated("weights of the bottleneck", sum(bars["bottleneck"]), 69_632)

# %% tags=["live", "subslide"]
# torchvision's resnet18 and resnet50 on the meta device: parameters without memory, in a dictionary `sizes`.
from torchvision import models

with torch.device("meta"):
    nets = {"ResNet-18": models.resnet18(), "ResNet-50": models.resnet50()}
sizes = {name: sum(p.numel() for p in net.parameters()) for name, net in nets.items()}
sizes

# %%
stated("ResNet-18, parameters", sizes["ResNet-18"], 11_689_512)
stated("ResNet-50, parameters", sizes["ResNet-50"], 25_557_032)
stages = [
    ("stem", 112, 64),
    ("max-pool, stage 1", 56, 256),
    ("stage 2", 28, 512),
    ("stage 3", 14, 1024),
    ("stage 4", 7, 2048),
]
show.table(
    [[name, f"{size}×{size}", channels] for name, size, channels in stages],
    header=["ResNet-50", "size", "channels"],
)
with torch.device("meta"):
    h = nets["ResNet-50"].maxpool(nets["ResNet-50"].conv1(torch.zeros(1, 3, 224, 224)))
    for number, (_, size, channels) in enumerate(stages[1:], 1):
        h = getattr(nets["ResNet-50"], f"layer{number}")(h)
        assert h.shape == (1, channels, size, size)

# %% [markdown] tags=["slide"]
# ## 7. Pre-activation: a free way
#
# With a ReLU behind the sum, nothing negative leaves a block: the stream can only be pushed up. Move BatchNorm and ReLU in
# front of the convolutions, and $x_{l+1} = x_l + F(x_l)$ holds from the first block to the last [He 2016b].

# %%
torch.manual_seed(0)
post = pre = torch.randn(4000)
means = {"ReLU after the sum": [], "pre-activation": []}
for _ in range(30):
    step = 0.3 * torch.randn(4000)
    post, pre = F.relu(post + step), pre + step
    means["ReLU after the sum"].append(post.mean().item())
    means["pre-activation"].append(pre.mean().item())
fig, ax = show.figure(8.5, 3.1)
for (name, line), role, style in zip(
    means.items(), ("kernel", "output"), ("--", "-"), strict=True
):
    ax.plot(range(1, 31), line, style, color=show.colour(role), label=name)
ax.set(
    xlabel="block",
    ylabel="mean of the stream",
    title="Random branches: one stream drifts up, one does not",
)
ax.legend()
show.picture(
    fig,
    "The mean of the stream over 30 blocks rises with ReLU after the sum and stays at 0 with pre-activation.",
)
assert means["ReLU after the sum"][-1] > 1 > 0.2 > abs(means["pre-activation"][-1])

# %% [markdown] tags=["slide"]
# ## 8. A bundle of paths
#
# Multiply out $(1 + F_1)(1 + F_2)(1 + F_3)$: eight terms, eight paths from input to output. With 54 blocks there are
# $2^{54}$. Veit and others [2016] looked at which of them matter.

# %% tags=["subslide"]
explore.residual_paths()

# %% tags=["live", "subslide"]
# Paths of three blocks by length: `lengths`. And the gradient's mean path through 54 blocks at factor 0.4: `mean_length`.
lengths = path_counts(3)
mean_length = sum(k * share for k, share in enumerate(gradient_shares(54, 0.4)))
print(lengths, mean_length)

# %%
assert lengths == [1, 3, 3, 1]
stated("mean length of the gradient's paths, of 54", mean_length, 15.4, digits=1)


# %% tags=["subslide"]
def accuracy_without(net, removed):
    """Test accuracy when one layer is taken out (a plain layer is bridged, a residual branch dropped)."""
    cut = copy.deepcopy(net).eval()
    if removed is not None:
        del cut.layers[removed]
    with torch.no_grad():
        return (cut(digits.test_x).argmax(1) == digits.test_y).float().mean().item()


cuts = {
    f"{name}, {depth} layers": [
        accuracy_without(net, k)
        for net in [train(depth, skip, 400)[0]]
        for k in (None, *range(depth))
    ]
    for name, depth, skip in (("plain", 8, False), ("with shortcuts", 24, True))
}
fig, ax = show.figure(8.5, 3.2)
for (name, line), role, mark in zip(
    cuts.items(), ("kernel", "output"), ("s--", "o-"), strict=True
):
    ax.plot(
        range(1, len(line)),
        line[1:],
        mark,
        color=show.colour(role),
        label=f"{name} (whole: {line[0]:.0%})",
    )
ax.set(
    xlabel="layer that is taken out",
    ylabel="test accuracy",
    title="One layer taken out of a trained network",
    ylim=(0, 1.05),
)
ax.legend()
show.picture(
    fig,
    "Without any one of its 8 layers the plain network guesses; "
    "the one with shortcuts mostly goes on without one of its 24.",
)
plain_cuts, residual_cuts = (sorted(line[1:]) for line in cuts.values())
assert max(plain_cuts) < 0.35  # the plain network, whichever layer is missing
assert residual_cuts[12] > 0.7  # the median over the 24 layers

# %% [markdown] tags=["slide"]
# ## 9. The surface that the optimizer walks on
#
# Walk from the trained weights in a random direction, each filter's step scaled to the filter's own length [Li 2018], and
# look at the loss.


# %%
def slice_of_loss(net, distances):
    """Training loss along one random direction, scaled filter by filter; BatchNorm uses the batch's statistics."""
    generator = torch.Generator().manual_seed(3)
    start = [p.detach().clone() for p in net.parameters()]
    steps = []
    for p in start:
        d = torch.randn(p.shape, generator=generator)
        ratio = (
            (p.flatten(1).norm(dim=1) / d.flatten(1).norm(dim=1))
            if p.ndim > 1
            else torch.zeros(len(p))
        )
        steps.append(d * ratio.view(-1, *[1] * (p.ndim - 1)))
    walker, losses = copy.deepcopy(net).train(), []
    with torch.no_grad():
        for t in distances:
            for p, s, d in zip(walker.parameters(), start, steps, strict=True):
                p.copy_(s + t * d)
            losses.append(
                F.cross_entropy(walker(digits.train_x[:256]), digits.train_y[:256]).item()
            )
    return losses


distances = torch.linspace(-1, 1, 21).tolist()
fig, ax = show.figure(8.5, 3.2)
for skip, role, style in ((False, "kernel", "--"), (True, "output", "-")):
    ax.plot(
        distances,
        slice_of_loss(runs[24, skip][0], distances),
        style,
        color=show.colour(role),
        label="24 layers, with shortcuts" if skip else "24 layers, plain",
    )
ax.set(xlabel="step, in lengths of the filters", ylabel="training loss")
ax.legend()
show.picture(
    fig,
    "Training loss along one random direction for the plain and the residual network of 24 layers.",
)

# %% [markdown]
# One direction of many thousands, through networks that were trained for 150 steps: a look, not a proof. Compare how
# low the two curves start, and how quickly they rise.

# %% [markdown] tags=["slide"]
# ## 10. What people get wrong, and what it looks like

# %%
torch.manual_seed(1)
x = torch.randn(3000)
f = 0.5 * torch.randn(3000)
wrong = {
    "right: ReLU(F + x)": F.relu(f + x),
    "no shortcut: ReLU(F)": F.relu(f),
    "sum last: ReLU(F) + x": F.relu(f) + x,
    "no last ReLU: F + x": f + x,
}
fig, axes = show.figure(12, 2.8, columns=4, sharey=True)
for ax, (name, y) in zip(axes, wrong.items(), strict=True):
    ax.scatter(
        x[:400].numpy(),
        y[:400].numpy(),
        s=5,
        color=show.colour("output" if "right" in name else "kernel"),
    )
    ax.set(title=name, xlabel="x")
    ax.title.set_fontsize(10)
axes[0].set_ylabel("output")
show.picture(
    fig, "Output against input of four blocks: only without a shortcut does the cloud ignore x."
)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | trains like a plain network | shortcut missing, or the name `x` reused | γ = 0 in the last BatchNorm: is ReLU(x) left? |
# | right outputs, poor training | shortcut detached | branch dead: does the gradient reach the input? |
# | negative outputs | last ReLU missing, or sum after it | look at the minimum |
# | error at the first block of a stage | projection missing, or without the stride | stride 2, odd sizes |
# | error in ResNet-50 only | shortcut chosen by the stride alone | 64 → 256 channels at stride 1 |
# | too many parameters | projection everywhere, biases before BatchNorm | count: 272,474 for ResNet-20 |
# | good in training, bad in evaluation | buffers not ported | compare outputs in both modes |
#
# ## Summary
#
# * Degradation is a failure of *training*: the deep plain network is worse on its own training data.
# * $F(x) + x$ makes the identity the easiest thing to learn: the branch gives 0.
# * Backwards, each block multiplies by $1 + F'$ instead of $F'$; without normalization, the sum grows.
# * Where shapes differ, option A pads (269,722 parameters in ResNet-20), option B projects (272,474).
# * Depth of the CIFAR family: $6n + 2$. A bottleneck at 256 channels needs 69,632 weights instead of 1,179,648.
# * Pre-activation keeps the shortcut free from the first block to the last.
# * $n$ blocks are $2^n$ paths; most of the gradient comes through the short ones.
#
# **Now you:** in assignment 09 you write the four blocks, the stages and both networks, port torchvision's weights into
# yours, and train plain against residual at depths that you choose.
#
# ## References
#
# * K. He, X. Zhang, S. Ren, J. Sun, *Deep residual learning for image recognition*, CVPR 2016,
#   [arXiv:1512.03385](https://arxiv.org/abs/1512.03385): degradation, the block, both families [He 2016a].
# * K. He, X. Zhang, S. Ren, J. Sun, *Identity mappings in deep residual networks*, ECCV 2016,
#   [arXiv:1603.05027](https://arxiv.org/abs/1603.05027): pre-activation [He 2016b].
# * A. Veit, M. Wilber, S. Belongie, *Residual networks behave like ensembles of relatively shallow networks*, NIPS 2016,
#   [arXiv:1605.06431](https://arxiv.org/abs/1605.06431): paths, and layers taken out.
# * H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, *Visualizing the loss landscape of neural nets*, NeurIPS 2018,
#   [arXiv:1712.09913](https://arxiv.org/abs/1712.09913): steps scaled filter by filter.
