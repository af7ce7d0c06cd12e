# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. What can be said about a network before it has learnt anything, which faults does that find, and which does it not?
# 2. How large should the first weights be, and what happens when they are not?
# 3. What does one step of training do, and what do learning rate, momentum and weight decay change about it?
# 4. Why has a network two modes, and why are training pictures cropped and mirrored but test pictures not?
# 5. How do you read a loss curve, and what do you do when there are few pictures?
#
# **You need** convolution, pooling and batch norm (units 02, 04, 05), and a first meeting with `loss.backward()`.
#
# **Time** 90 minutes: the network 6 · before training 12 · first weights 15 · the loop 10 · the step 15 · two modes 8 ·
# augmentation 8 · reading curves 6 · few pictures 4 · mistakes and summary 6.

# %% tags=["skip"]
import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.explore.catalogue.first_weights import DEPTH, deviation, signals, sizes
from convlab.questions import predict, stated

# %% [markdown] tags=["slide"]
# ## 1. A network small enough to know by heart
#
# A practice session on MNIST uses this network: two convolutions, and one linear layer that reads their result. MNIST has to be
# downloaded, so here it learns scikit-learn's handwritten digits, which are real, come with the package, and are enlarged
# from 8×8 to 28×28.

# %% tags=["fragment"]
digits = data.load("digits")


def enlarged(x):
    return F.interpolate(x, size=(28, 28), mode="bilinear", align_corners=False)


train_x, train_y = enlarged(digits.train_x), digits.train_y
test_x, test_y = enlarged(digits.test_x), digits.test_y
names = [f"a {label}" for label in train_y[:10].tolist()]
show.picture(
    show.image_grid(list(train_x[:10, 0]), names, columns=10, inches=1.05),
    "Ten handwritten digits as grey pictures of 28 by 28.",
)
stated("training pictures", len(train_x), 1_437)
stated("test pictures", len(test_x), 360)

# %% tags=["subslide"]
fig, ax = show.canvas(21, 5.4, cell_inches=0.5)
stages = [
    (4.0, "1×28×28", "input", "picture"),
    (4.0, "16×14×14", "output", "edges"),
    (3.0, "32×7×7", "output", "strokes"),
    (2.0, "1,568", "output", "one row"),
    (1.2, "10", "kernel", "logits"),
]
between = ["conv 5×5\nBN, ReLU\npool", "conv 5×5\nBN, ReLU\npool", "flatten\ndropout", "linear"]
for place, (height, size, role, name) in enumerate(stages):
    left = 0.2 + 4.5 * place
    show.box(ax, (left, 2.3 - height / 2), (2.4, height), size, role=role)
    show.words(ax, (left + 1.2, 4.9), name, role="plain", align="center", size=12)
    if place < 4:
        show.arrow(ax, (left + 2.5, 2.3), (left + 4.4, 2.3))
        show.words(ax, (left + 3.45, 1.2), between[place], align="center", size=11)
show.picture(
    fig,
    "A picture of 1 by 28 by 28 becomes 16 maps of 14 by 14, then 32 maps of 7 by 7, one row of "
    "1,568 numbers, and ten logits.",
)


# %% tags=["live"]
# The network as `small_net()`, a function that returns an nn.Sequential: twice conv 5×5 (1 → 16
# → 32, padding 2), batch norm, ReLU, max-pool 2; then flatten, dropout 0.5, linear to 10.
def small_net():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(1568, 10),
    )


# %% tags=["fragment"]
predict(
    "29,034 parameters in all. Which layer holds more than half of them?",
    {
        "The first convolution": "16 filters of 1·5·5 weights and a bias: 416.",
        "The second convolution": "32 filters of 16·5·5 weights and a bias: 12,832. A good part, but not half.",
        "The linear layer": "1,568 inputs to each of 10 outputs, and 10 biases: 15,690 of 29,034.",
    },
    answer="The linear layer",
)

# %% tags=["fragment"]
torch.manual_seed(0)
rows, shape = [], torch.zeros(1, 1, 28, 28)
for layer in small_net().eval():
    shape = layer(shape)
    count = sum(p.numel() for p in layer.parameters())
    rows.append([type(layer).__name__, "×".join(str(n) for n in shape.shape[1:]), count])
show.table(rows, header=["layer", "output", "parameters"])

# %%
counts = [row[2] for row in rows]
stated("parameters of the first convolution", counts[0], 416)
stated("parameters of the second convolution", counts[4], 12_832)
stated("parameters of the linear layer", counts[-1], 15_690)
stated("parameters of the network", sum(counts), 29_034)

# %% [markdown] tags=["slide"]
# ## 2. Before it has learnt anything
#
# The loss asks one question of every picture: how probable did you think the right answer was? The less probable, the more it
# costs. Being sure of something wrong costs most:

# %% tags=["fragment"]
chance = torch.linspace(0.005, 1, 400)
fig, ax = show.figure(8, 3.3)
ax.plot(chance, (-chance.log()).numpy(), color=show.colour("output"))
for p, remark in [
    (0.9, "rather sure, and right"),
    (0.5, "undecided between two"),
    (0.1, "no idea, ten classes"),
    (0.01, "sure of something else"),
]:
    cost = -math.log(p)
    ax.plot(p, cost, "o", color=show.colour("kernel"))
    ax.annotate(f"{cost:.2f}: {remark}", (p + 0.015, cost + 0.12), fontsize=11)
ax.set(xlabel="probability of the right answer", ylabel="loss", xlim=(0, 1.4), ylim=(-0.2, 5.4))
ax.set_title("what an answer costs: −ln p")
show.picture(
    fig,
    "The loss falls from 4.61 at probability 0.01 over 2.30 at 0.1 and 0.69 at 0.5 to 0.11 at 0.9.",
)
stated("loss of probability 0.9", -math.log(0.9), 0.11, digits=2)
stated("loss of probability 0.01", -math.log(0.01), 4.61, digits=2)

# %% [markdown] tags=["subslide"]
# Averaged over the pictures, this is **cross-entropy**. The network gives logits $z$, and softmax makes probabilities of them:
#
# $$ p_n(c) = \frac{e^{z_{n,c}}}{\sum_k e^{z_{n,k}}} \qquad\qquad
#    L = -\frac{1}{N} \sum_{n=1}^{N} \ln p_n(\text{label of picture } n) $$
#
# An untrained network should find all ten digits about equally likely.

# %% tags=["fragment"]
predict(
    "Ten classes, an untrained network. Near which number should the first loss be?",
    {
        "0": "That would need the right answer to have probability 1, every time.",
        "1": "Then the right class would have probability e⁻¹ = 0.37. Where would the network know it from?",
        "2.3": "Probability 1/10 for everything: −ln(1/10) = ln 10 = 2.303.",
        "10": "e⁻¹⁰ is 0.00005: the network would have to be sure of something wrong.",
    },
    answer="2.3",
)

# %% tags=["live"]
# The first 256 training pictures, `few_x`, `few_y`, and a new small_net, `untrained`: its loss on
# them, `first_loss`; and `modest`: the same after a copy's last layer has been set to zero.
few_x, few_y = train_x[:256], train_y[:256]
torch.manual_seed(0)
untrained = small_net()
first_loss = F.cross_entropy(untrained(few_x), few_y).item()
silent = copy.deepcopy(untrained)
nn.init.zeros_(silent[-1].weight)
nn.init.zeros_(silent[-1].bias)
modest = F.cross_entropy(silent(few_x), few_y).item()
print(f"first loss {first_loss:.2f}; with a silent last layer {modest:.3f}")

# %%
stated("ln 10", math.log(10), 2.303, digits=3)
stated("with a silent last layer", modest, 2.303, digits=3)
stated("probability behind a loss of 1", math.exp(-1), 0.37, digits=2)
assert abs(first_loss - math.log(10)) < 0.6

# %% [markdown]
# A little more than 2.303: random weights prefer some digits at random, and a wrong preference costs more than a right one saves.
# *Near* is what counts.
#
# Which faults does this number betray? Take the same network and make seven mistakes, one at a time.

# %% tags=["fragment"]
predict(
    "One friend applies softmax twice, one has shuffled the labels. Will the <b>first</b> "
    "loss tell them?",
    {
        "Both": "Look at what the untrained network knows: nothing. With which labels would that not show?",
        "Only the doubled softmax": (
            "A second softmax makes the probabilities still more equal. The first loss "
            "comes out at 2.30: it looks perfect."
        ),
        "Neither": (
            "An ignorant network is equally wrong with any labels, and twice ignorant is "
            "still ignorant. "
            "These two show only when it should learn."
        ),
    },
    answer="Neither",
)

# %%
loud = copy.deepcopy(untrained)
wide = copy.deepcopy(untrained)
torch.manual_seed(1)
wide[-1] = nn.Linear(1568, 1000)
with torch.no_grad():
    loud[-1].weight *= 10
elsewhere = few_y[torch.randperm(256, generator=torch.Generator().manual_seed(3))]
faults = {
    "as it should be": (untrained, lambda z: F.cross_entropy(z, few_y)),
    "last weights × 10": (loud, lambda z: F.cross_entropy(z, few_y)),
    "1,000 outputs for 10 classes": (wide, lambda z: F.cross_entropy(z, few_y)),
    "sum in place of mean": (untrained, lambda z: F.cross_entropy(z, few_y, reduction="sum")),
    "logarithm forgotten": (untrained, lambda z: F.nll_loss(z.softmax(1), few_y)),
    "softmax forgotten": (untrained, lambda z: F.nll_loss(z, few_y)),
    "softmax twice": (untrained, lambda z: F.cross_entropy(z.softmax(1), few_y)),
    "labels shuffled": (untrained, lambda z: F.cross_entropy(z, elsewhere)),
}
first = {}
with torch.no_grad():
    for fault, (net, cost) in faults.items():
        torch.manual_seed(0)  # the same dropout for all
        first[fault] = cost(net(few_x)).item()

# %% tags=["subslide"]
verdicts = {
    "last weights × 10": "too large",
    "1,000 outputs for 10 classes": "too large: near ln 1,000",
    "sum in place of mean": "256 times too large",
    "logarithm forgotten": "negative",
    "softmax forgotten": "negative",
}
show.table(
    [
        [fault, f"{loss:.2f}", verdicts.get(fault, "looks right")]
        for fault, loss in first.items()
    ],
    header=["mistake", "first loss", "what you notice"],
)
stated("ln 1,000", math.log(1000), 6.9, digits=1)
assert first["last weights × 10"] > 5
assert abs(first["1,000 outputs for 10 classes"] - math.log(1000)) < 0.6
assert math.isclose(first["sum in place of mean"], 256 * first["as it should be"], rel_tol=1e-4)
assert max(first["logarithm forgotten"], first["softmax forgotten"]) < 0
assert abs(first["softmax twice"] - math.log(10)) < 0.02
assert abs(first["labels shuffled"] - math.log(10)) < 0.6

# %% [markdown] tags=["subslide"]
# One line of code, and five of seven mistakes are found. The second cheapest test finds the sixth: take **twenty pictures and
# learn them by heart**. A network that cannot do that will not learn a thousand.


# %% tags=["live"]
# `by_heart(twice)`: train small_net on the first 20 pictures only, 25 steps of SGD (lr 0.02,
# momentum 0.9); with `twice` the loss gets probabilities in place of logits. Keep the losses in
# `learnt` and `stuck`.
def by_heart(twice):
    torch.manual_seed(0)
    model, losses = small_net(), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(25):
        logits = model(train_x[:20])
        loss = F.cross_entropy(logits.softmax(1) if twice else logits, train_y[:20])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


learnt, stuck = by_heart(False), by_heart(True)

# %% tags=["fragment"]
fig, ax = show.figure(8.5, 3.3)
ax.plot(learnt, "o-", color=show.colour("output"), markersize=4, label="as it should be")
ax.plot(stuck, "s--", color=show.colour("kernel"), markersize=4, label="softmax twice")
ax.axhline(math.log(10), color=show.colour("plain"), ls=":", label="ln 10")
ax.set(xlabel="step", ylabel="loss", title="twenty pictures, learnt by heart or not")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "The right network's loss on twenty pictures falls to nearly zero within 25 steps; "
    "with softmax twice it stays above 1.46.",
)
assert learnt[-1] < 0.1
assert min(stuck) > 1.461

# %% [markdown]
# (Why never below 1.46? Section 10 computes it.) The seventh mistake, shuffled labels, passes even this test: twenty wrong labels can be
# learnt by heart as well as twenty right ones. Against that there is the third test: *look* at ten pictures with their labels, as at
# the top of this lecture.

# %% [markdown] tags=["slide"]
# ## 3. The first weights
#
# Training changes the weights a little at a time. So it matters from where they set out.

# %% tags=["fragment"]
predict(
    "A network of two layers starts with all its weights at 0.02, and no biases. What do "
    "its 64 hidden units look like after "
    "training?",
    {
        "Each has found a stroke of its own": "Nothing ever told one unit from another: equal inputs, equal outputs, equal gradients.",
        "All 64 are still the same unit": (
            "Equal weights get equal gradients and stay equal for ever: 64 copies of one idea."
        ),
        "They are all zero": "That is what becomes of weights that start at exactly 0. At 0.02 there is a gradient, the same for all.",
    },
    answer="All 64 are still the same unit",
)


# %% tags=["live"]
# `flat_net()`: 64 → 64 → ReLU → 10 on the 8×8 digits. Train it by 150 steps on all pictures at
# once (lr 0.5), from random weights, from all 0.02 and from all 0: `starts`, name → losses;
# `hidden`, name → the first layer's weights afterwards.
def flat_net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


starts, hidden = {}, {}
for name, value in {"random": None, "all 0.02": 0.02, "all 0": 0.0}.items():
    net, starts[name] = flat_net(), []
    for p in net.parameters() if value is not None else ():
        nn.init.constant_(p, value if p.ndim == 2 else 0.0)
    sgd = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(150):
        loss = F.cross_entropy(net(digits.train_x), train_y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        starts[name].append(loss.item())
    hidden[name] = net[1].weight.detach()

# %% tags=["subslide"]
fig, (left, right) = show.figure(10, 3.4, columns=2, width_ratios=[1.3, 1])
for (name, losses), role, style in zip(
    starts.items(), ("output", "kernel", "input"), ("-", "--", ":"), strict=True
):
    left.plot(losses, style, color=show.colour(role), label=name)
left.set(xlabel="step", ylabel="loss", title="equal weights cannot part", ylim=(0, 2.6))
left.legend(loc="center right")
right.imshow(hidden["all 0.02"].numpy(), cmap="gray", aspect="auto")
right.set(xlabel="pixel", ylabel="hidden unit", title="weights after “all 0.02”")
right.grid(visible=False)
show.picture(
    fig,
    "From random weights the loss falls to 0.14; from all 0.02 it stays near 1.8 and from zeros at "
    "2.3. The weight table of 64 units shows 64 equal rows.",
)
assert torch.allclose(hidden["all 0.02"], hidden["all 0.02"][:1].expand(64, -1), atol=1e-3)
assert hidden["all 0"].abs().max() == 0
assert (
    starts["random"][-1] < 0.3 < 1.5 < starts["all 0.02"][-1] < 2.3 < starts["all 0"][-1] < 2.31
)

# %% [markdown] tags=["subslide"]
# So the first weights are random. The question is how large. Send random inputs through 24 layers of 128 ReLU units, with four
# sizes of weights, and look at what comes out of layers 1, 6 and 24, always on the same axis:

# %% tags=["fragment"]
rules = ("zeros", "deviation 0.01", "Xavier: √(1/fan-in)", "He: √(2/fan-in)")
fig, axes = show.figure(10.5, 5.2, rows=3, columns=4, sharex=True, sharey=True)
for row, layer in enumerate((1, 6, 24)):
    for column, rule in enumerate(rules):
        ax, values = axes[row, column], signals(rule, "ReLU")[layer].flatten().numpy()
        ax.hist(values, bins=40, range=(0, 3), color=show.colour("output"))
        ax.set(yscale="log", ylim=(0.7, 20_000))
        if row == 0:
            ax.set_title(rule.split(":")[0])
    axes[row, 0].set_ylabel(f"layer {layer}")
for ax in axes[-1]:
    ax.set_xlabel("output of a unit")
show.picture(
    fig,
    "Histograms of outputs in layers 1, 6 and 24: zeros are all zero, deviation 0.01 is all in the "
    "first bar, Xavier shrinks layer by layer, He keeps its width.",
)

# %% [markdown] tags=["subslide"]
# **Why these two?** A unit adds up $n$ products (its **fan-in**). With independent inputs of mean square $q$ and weights of mean 0 and
# variance $\sigma^2$, the sum has mean square $n \sigma^2 q$. To keep it level, $\sigma^2 = 1/n$: Xavier, for layers whose units
# pass everything on. (Glorot and Bengio's own rule, $2/(n_{\text{in}} + n_{\text{out}})$, looks after the way back as well; in layers as wide as
# their input it is the same.) A ReLU throws half of the mean square away, so He takes twice as much:
#
# $$ \sigma_{\text{Xavier}} = \sqrt{1/n} \qquad\qquad \sigma_{\text{He}} = \sqrt{2/n} $$
#
# ### By hand
#
# A 3×3 convolution over 64 channels adds $64 \cdot 3 \cdot 3 = 576$ products. He's deviation is $\sqrt{2/576} \approx 0.0589$.
# A linear layer with 1,568 inputs: $\sqrt{2/1568} \approx 0.0357$.

# %%
stated("fan-in of a 3×3 convolution over 64 channels", 64 * 3 * 3, 576)
stated("He's deviation for it", math.sqrt(2 / 576), 0.0589, digits=4)
stated("He's deviation for 1,568 inputs", math.sqrt(2 / 1568), 0.0357, digits=4)
noise = torch.randn(1_000_000, generator=torch.Generator().manual_seed(0))
stated(
    "share of the mean square that a ReLU keeps", noise.relu().square().mean(), 0.5, digits=2
)

# %% tags=["subslide"]
explore.first_weights()


# %% tags=["live", "subslide"]
# `gradient(rule)`: the size (rms) of the gradient that arrives at the INPUT of 24 ReLU layers
# with these weights, when one of size 1 is sent back from their output. Compare it with the
# size of the signal on the way forward.
def gradient(rule):
    draw = torch.Generator().manual_seed(0)
    start = torch.randn(64, 128, generator=draw, dtype=torch.float64, requires_grad=True)
    signal = start
    for _ in range(DEPTH):
        weight = torch.randn(128, 128, generator=draw, dtype=torch.float64)
        signal = F.relu(signal @ (deviation(rule) * weight).T)
    signal.backward(torch.randn(64, 128, generator=draw, dtype=torch.float64))
    return start.grad.square().mean().sqrt().item()


way_back = {rule: gradient(rule) for rule in (*rules[1:], "deviation 0.3")}
forth = {rule: sizes(rule, "ReLU") for rule in way_back}

# %% tags=["fragment"]
fig, (left, right) = show.figure(10.5, 3.5, columns=2, width_ratios=[1.5, 1])
looks = dict(
    zip(
        way_back,
        [("input", "-"), ("gradient", "--"), ("output", "-"), ("kernel", ":")],
        strict=True,
    )
)
for rule, (role, style) in looks.items():
    name = rule.split(":")[0]
    left.semilogy(forth[rule], color=show.colour(role), ls=style, label=name)
    right.barh(name, math.log10(way_back[rule]), color=show.colour(role))
left.set(
    xlabel="layer", ylabel="size of the signal (rms)", title="forwards: one factor per layer"
)
left.legend(loc="lower left")
right.set(xlabel="power of ten", title="backwards: gradient at the input")
right.axvline(0, color=show.colour("ink"), lw=1)
show.picture(
    fig,
    "Through 24 ReLU layers the signal vanishes with deviation 0.01, shrinks with Xavier, stays "
    "with He and explodes with 0.3; the gradient on its way back does the same.",
)

# %%
xavier, he = forth[rules[2]], forth[rules[3]]
stated("layers", DEPTH, 24)
stated("what √2 per layer makes of 24 layers", math.sqrt(2) ** 24, 4_096)
assert 1_000 < he[-1] / xavier[-1] < 10_000
assert 0.3 < he[-1] / he[0] < 3
assert way_back["deviation 0.01"] < 1e-25
growth = (forth["deviation 0.3"][-1] / forth["deviation 0.3"][0]) ** (1 / DEPTH)
stated(
    "deviation 0.01: what is left after 24 layers, power of ten",
    math.log10(forth["deviation 0.01"][-1]),
    -26,
)
stated("deviation 0.3: growth per layer", growth, 2.5, digits=1)
stated("layers until 32-bit numbers end (3.4e38)", math.log(3.4e38) / math.log(growth), 99)

# %% [markdown] tags=["subslide"]
# With deviation 0.01 one part in $10^{26}$ of the picture arrives, and no more of the gradient. With 0.3 the signal grows 2.5 times in
# every layer; a hundred layers would be beyond 32-bit numbers. Batch norm forgives much of this, because it sets the size anew in every
# layer. It does not forgive equal weights.

# %% tags=["fragment"]
predict(
    "A network with batch norm after every convolution starts with all weights ten times "
    "too large. What does the first "
    "forward pass look like?",
    {
        "Everything is ten times larger": "Without batch norm it would be: ten times for every layer, in fact.",
        "The same as before": (
            "Batch norm divides by the deviation of what comes in: a factor of ten "
            "cancels. (The gradients do change: "
            "they are ten times smaller for these weights.)"
        ),
        "nan": "Only if the numbers overflow before they are normalised.",
    },
    answer="The same as before",
)

# %% tags=["live"]
# Show it: `plain` is a convolution with batch norm behind it, `loud` the same with weights ten
# times as large.
torch.manual_seed(0)
conv, norm = nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4)
plain = norm(conv(train_x[:32]))
with torch.no_grad():
    conv.weight *= 10
loud = norm(conv(train_x[:32]))
print(f"largest difference: {(plain - loud).abs().max():.4f}")
assert torch.allclose(plain, loud, atol=0.02)

# %% [markdown] tags=["slide"]
# ## 4. The loop
#
# Every training program is this loop. Five lines, in this order:

# %% tags=["fragment"]
fig, ax = show.canvas(20.4, 4.6, cell_inches=0.5)
steps = [
    "forward:\nlogits",
    "loss",
    "zero the\ngradients",
    "backward:\ngradients",
    "step:\nnew weights",
]
for i, text in enumerate(steps):
    role = "gradient" if i in (2, 3) else "kernel" if i == 4 else "output"
    show.box(ax, (0.4 + 4 * i, 0.6), (3.2, 1.6), text, role=role)
    if i < 4:
        show.arrow(ax, (3.7 + 4 * i, 1.4), (4.3 + 4 * i, 1.4))
ax.plot([18, 18, 2], [2.3, 3.5, 3.5], color=show.colour("plain"), lw=1.6)
show.arrow(ax, (2, 3.5), (2, 2.3))
show.words(ax, (10, 3.1), "next batch", role="plain", align="center")
show.picture(
    fig,
    "The loop: forward, loss, zero the gradients, backward, step; an arrow leads back to "
    "the start with the next batch.",
)

# %% tags=["fragment"]
predict(
    "A friend forgets to set the gradients to zero. What does the step after the third batch use?",
    {
        "The third batch's gradient": "backward does not overwrite .grad.",
        "The sum of all three gradients": "backward adds to what stands in .grad. Old batches are counted again and again.",
        "The mean of all three": "Nothing is divided.",
    },
    answer="The sum of all three gradients",
)

# %% tags=["live"]
# See it: `weight` is one number, the loss 3·weight; call backward three times and look at
# weight.grad.
weight = torch.tensor(2.0, requires_grad=True)
for _ in range(3):
    (3 * weight).backward()
weight.grad

# %%
stated("gradient after three backward passes", weight.grad, 9)

# %% [markdown] tags=["subslide"]
# Now all digits, six times over, in batches of 64. Six times over is six **epochs**. The loss of an epoch is a mean **per sample**:
# 1,437 pictures make 22 batches of 64 and one of 29. A mean of the 23 batches' means would count each of those 29 pictures more than
# twice as much as the others.

# %%
stated("full batches of 64 in 1,437", 1_437 // 64, 22)
stated("pictures in the last batch", 1_437 % 64, 29)
stated("how much more each of them would count", 64 / 29, 2.2, digits=1)


# %% tags=["live"]
# `fit(model, optimizer, epochs)` with shuffled batches of 64; returns the mean loss per sample
# of each epoch.
def fit(model, optimizer, epochs, x=train_x, y=train_y):
    history, generator = [], torch.Generator().manual_seed(1)
    for _ in range(epochs):
        model.train()
        summed = 0.0
        for batch in torch.randperm(len(x), generator=generator).split(64):
            loss = F.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            summed += loss.item() * len(batch)
        history.append(summed / len(x))
    return history


# %% tags=["live"]
# `share_right(model)` on the test pictures: evaluation mode, no gradients. Then train small_net
# for 6 epochs: `trained`.
def share_right(model, x=test_x):
    model.eval()
    with torch.no_grad():
        return (model(x).argmax(1) == test_y).float().mean().item()


torch.manual_seed(0)
trained = small_net()
history = fit(trained, torch.optim.SGD(trained.parameters(), lr=0.02, momentum=0.9), epochs=6)
print(f"losses {[round(loss, 2) for loss in history]}")
print(f"right on test pictures {share_right(trained):.1%}")

# %% tags=["subslide"]
with torch.no_grad():
    probability, guess = trained.eval()(test_x).softmax(1).max(1)
wrong = (guess != test_y).nonzero().flatten()
least_sure = probability.argsort()
shown = [*wrong.tolist(), *(i for i in least_sure.tolist() if i not in set(wrong.tolist()))][:6]
titles = [f"{test_y[i]} read as {guess[i]}, {probability[i]:.0%}" for i in shown]
show.picture(
    show.image_grid(list(test_x[shown, 0]), titles, columns=6, inches=1.7),
    "Six test digits with their names, the network's guesses and how sure it was: its "
    "mistakes first.",
)
assert share_right(trained) > 0.95
assert history[0] > history[-1]

# %% [markdown]
# Always look at the mistakes. Some you would make too; a label may be wrong; and a mistake that the network is sure of says more about
# it than its score.

# %% [markdown] tags=["slide"]
# ## 5. The step
#
# Plain gradient descent goes downhill, a little: $p \leftarrow p - \text{lr} \cdot g$. The trouble is that a loss is steep in some
# directions and flat in others, and one learning rate has to serve both.

# %% tags=["subslide"]
explore.descent()

# %% [markdown] tags=["subslide"]
# The valley is $\frac{1}{2}(a^2 + 10\,b^2)$, so its gradient is $(a, 10\,b)$: across the valley each step multiplies the distance by
# $1 - 10\,\text{lr}$, along it by $1 - \text{lr}$. So $\text{lr} = 0.05$ takes off half of the distance across and 5 % along; at $0.2$
# the factor across is $-1$ and the path swings for ever.
#
# **Momentum** lets steps that agree add up and steps that quarrel cancel: $v \leftarrow m\,v + g$, $p \leftarrow p - \text{lr}\cdot v$.
#
# By hand, with $m = 0.9$: gradients 1, 1, 1 make velocities 1, 1.9, 2.71, on the way to $1 + m + m^2 + \dots = 1/(1-m) = 10$.
# Gradients 1, −1, 1 make 1, −0.1, 0.91: no further than one step.

# %%
stated("factor across at lr 0.05", 1 - 10 * 0.05, 0.5, digits=2)
stated("factor along at lr 0.05", 1 - 0.05, 0.95, digits=2)
stated("factor across at lr 0.2", 1 - 10 * 0.2, -1)


def velocities(gradients):
    v, passed = 0.0, []
    for g in gradients:
        v = 0.9 * v + g
        passed.append(round(v, 6))
    return passed


assert velocities([1, 1, 1]) == [1, 1.9, 2.71]
assert velocities([1, -1, 1]) == [1, -0.1, 0.91]
stated("velocity after many equal gradients, m = 0.9", velocities([1] * 200)[-1], 10)

# %% tags=["fragment"]
predict(
    "Plain SGD with lr 0.1, and SGD with momentum 0.9: which lr takes steps of about the "
    "same size once things run smoothly?",
    {
        "0.1 as well": "The velocity grows to ten gradients: steps would be ten times as large.",
        "0.01": "Ten times the gradient, a tenth of the rate.",
        "0.9": "That would be ninety times the step.",
    },
    answer="0.01",
)

# %% tags=["live"]
# Five times flat_net on the 8×8 digits: learning rates 0.001, 0.03, 0.3, 3, and 0.03 with
# momentum 0.9; the losses of 12 epochs in the dict `curves`. And `dead`: the share of hidden
# units that are 0 for every test picture, by label.
curves, dead = {}, {}
for rate, momentum in [(0.001, 0.0), (0.03, 0.0), (0.3, 0.0), (3.0, 0.0), (0.03, 0.9)]:
    net = flat_net()
    sgd = torch.optim.SGD(net.parameters(), lr=rate, momentum=momentum)
    label = f"lr {rate:g}" + (", momentum" if momentum else "")
    curves[label] = fit(net, sgd, 12, digits.train_x, train_y)
    dead[label] = (net[1](digits.test_x.flatten(1)) <= 0).all(0).float().mean().item()

# %% tags=["fragment"]
fig, ax = show.figure(9, 3.8)
looks = [("input", "s:"), ("gradient", "-."), ("output", "-"), ("kernel", "^-"), ("ink", "--")]
for (label, losses), (role, style) in zip(curves.items(), looks, strict=True):
    ax.plot(range(1, 13), losses, style, color=show.colour(role), label=label, markersize=5)
ax.set(xlabel="epoch", ylabel="loss", title="too small crawls, too large breaks", ylim=(0, 3.5))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "Loss over 12 epochs for four learning rates and one with momentum: 0.001 hardly "
    "moves, 0.03 is slow, "
    "0.3 and 0.03 with momentum fall fast and together, 3 jumps up and then stays at 2.3.",
)
assert curves["lr 0.001"][-1] > 2.2
assert curves["lr 0.3"][-1] < 0.2
assert abs(curves["lr 0.03, momentum"][-1] - curves["lr 0.3"][-1]) < 0.1
assert abs(curves["lr 3"][-1] - math.log(10)) < 0.1
assert dead["lr 3"] > 0.9 > 0.3 > dead["lr 0.3"]

# %% [markdown]
# Rate 0.03 with momentum 0.9 runs beside rate 0.3 without: ten times the step, as predicted. Rates 0.001 and 3 end at the same loss,
# 2.3, for opposite reasons. The first has not set out. The second took one step so large that more than nine of ten hidden units
# ended on the dead side of their ReLU, 0 for every picture. No gradient comes through them, so they never come back, and the network
# gives every picture the same answer.

# %% [markdown] tags=["subslide"]
# ### Weight decay
#
# **Weight decay** adds $\lambda p$ to the gradient. If the data say nothing about a weight, each step multiplies it by
# $1 - \text{lr} \cdot \lambda$: with $\text{lr} = 0.1$ and $\lambda = 0.01$ by 0.999, and after a thousand steps 37 % of it is left. Only
# weights that the data keep asking for stay large.

# %% tags=["live"]
# `norms`: the size of the first layer's weights after training flat_net 20 epochs with weight
# decay 0, 0.001, 0.01.
norms = {}
for decay in (0.0, 0.001, 0.01):
    net = flat_net()
    sgd = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=decay)
    fit(net, sgd, 20, digits.train_x, train_y)
    norms[decay] = net[1].weight.norm().item()

# %%
stated("one step without a gradient", 1 - 0.1 * 0.01, 0.999, digits=3)
stated("left after 1,000 of them, %", 100 * 0.999**1000, 37)

# %% [markdown] tags=["subslide"]
# ### A rate that falls
#
# A gradient from 64 pictures is not the gradient of all pictures: it is right on average and shakes. Near the bottom only the shaking is
# left, and the larger the steps, the wider the weight is shaken about. One weight, loss $p^2/2$, noise of deviation 1 on each gradient:


# %% tags=["live"]
# `shaken(rates)`: 2,000 weights start at 5 and take a step p ← p − rate · (p + noise) for each
# rate; returns their rms distance from the minimum after each step. `constant`: 100 steps at
# 0.3. `falling`: times 0.1 from step 20 and again from step 60.
def shaken(rates):
    draw, p, distances = torch.Generator().manual_seed(0), torch.full((2000,), 5.0), []
    for rate in rates:
        p = p - rate * (p + torch.randn(2000, generator=draw))
        distances.append(p.square().mean().sqrt().item())
    return distances


milestones = [0.3] * 20 + [0.03] * 40 + [0.003] * 40
constant, falling = shaken([0.3] * 100), shaken(milestones)

# %% tags=["fragment"]
fig, (left, middle, right) = show.figure(11, 3.4, columns=3)
left.bar([f"{decay:g}" for decay in norms], list(norms.values()), color=show.colour("kernel"))
left.set(xlabel="weight decay λ", ylabel="length of the weights", title="what decay takes off")
middle.semilogy(milestones, color=show.colour("gradient"))
middle.set(xlabel="step", ylabel="learning rate", title="milestones 20 and 60")
right.plot(constant, "--", color=show.colour("kernel"), label="constant")
right.plot(falling, color=show.colour("output"), label="falling")
right.set(
    xlabel="step", ylabel="distance from the minimum (rms)", title="smaller steps, less shaking"
)
right.set_ylim(0, 1.5)
middle.set_yticks([0.3, 0.03, 0.003], ["0.3", "0.03", "0.003"])
middle.minorticks_off()
right.legend()
show.picture(
    fig,
    "Weights are shorter with more decay. A rate that is cut to a tenth at steps 20 and "
    "60: the weight comes ever "
    "closer to the minimum, while with a constant rate it stays at a distance of 0.4.",
)
assert norms[0.0] > norms[0.001] > norms[0.01]
stated("constant rate 0.3: distance it is left with", constant[-1], 0.4, digits=1)
stated("what theory says, √(lr / (2 − lr))", math.sqrt(0.3 / 1.7), 0.42, digits=2)
assert falling[-1] < constant[-1] / 2

# %% [markdown]
# Large steps first, because there is a long way to go; small steps last, because only they come to rest. Why not small ones from the
# beginning? At rate 0.003 the way from 5 to 0.4 would take 841 steps; at 0.3 it takes 8.

# %%
steps_for = {rate: math.ceil(math.log(0.4 / 5) / math.log(1 - rate)) for rate in (0.003, 0.3)}
stated("steps from 5 to 0.4 at rate 0.003", steps_for[0.003], 841)
stated("at rate 0.3", steps_for[0.3], 8)

# %% [markdown] tags=["slide"]
# ## 6. Two modes
#
# Two of the layers behave differently in training and afterwards. **Dropout** sets half of the features to zero in training and
# rests afterwards. **Batch norm** uses the batch's statistics in training and its running ones afterwards. `model.train()` and
# `model.eval()` switch both.

# %% tags=["fragment"]
predict(
    "You test the trained network on single pictures and forget model.eval(). What happens?",
    {
        "Nothing: the weights are the same": "The weights are. What batch norm divides by is not, and dropout is still on.",
        "More mistakes": (
            "A channel's mean over one picture replaces the mean over thousands, and "
            "dropout takes half of the features away."
        ),
        "An error is raised": "Only for 1×1 feature maps, where a batch of one has no spread.",
    },
    answer="More mistakes",
)


# %% tags=["live"]
# `mistakes(model, *left_on)`: how many of the 360 test pictures a copy of the model gets wrong,
# asked one at a time in evaluation mode, except for layers of the types left_on. `averaged`:
# the same network with a global average in place of the flattening.
def mistakes(model, *left_on):
    asked = copy.deepcopy(model).eval()
    for layer in asked.modules():
        layer.train(isinstance(layer, left_on))
    torch.manual_seed(0)
    with torch.no_grad():
        return sum(
            int(asked(x[None]).argmax() != y) for x, y in zip(test_x, test_y, strict=True)
        )


torch.manual_seed(0)
averaged = nn.Sequential(
    *small_net()[:8], nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)
)
sgd = torch.optim.SGD(averaged.parameters(), lr=0.05, momentum=0.9)
fit(averaged, sgd, 5)
# the weights come to rest, and batch norm's memory catches up
sgd.param_groups[0]["lr"] = 0.005
fit(averaged, sgd, 1)
modes = {
    "eval()": (),
    "batch norm\nleft on": (nn.BatchNorm2d,),
    "dropout\nleft on": (nn.Dropout,),
    "both\nleft on": (nn.Dropout, nn.BatchNorm2d),
}
flattened = {mode: mistakes(trained, *kinds) for mode, kinds in modes.items()}
pooled = {mode: mistakes(averaged, *kinds) for mode, kinds in list(modes.items())[:2]}

# %% tags=["fragment"]
fig, axes = show.figure(10.5, 3.4, columns=2, width_ratios=[1.7, 1])
for ax, title, counted in (
    (axes[0], "the network of section 1", flattened),
    (axes[1], "with a global average", pooled),
):
    colours = [show.colour("output"), *[show.colour("kernel")] * (len(counted) - 1)]
    ax.bar_label(ax.bar(list(counted), list(counted.values()), width=0.6, color=colours))
    ax.set(title=title, ylabel="wrong of 360", ylim=(0, 1.2 * max(counted.values())))
show.picture(
    fig,
    "The flattening network makes a few more mistakes in the wrong mode; the one with a global average "
    "gets nearly everything wrong as soon as batch norm is left in train mode.",
)
assert flattened["eval()"] < flattened["both\nleft on"] < 30
assert pooled["batch norm\nleft on"] > 250 > 60 > pooled["eval()"]

# %% [markdown] tags=["subslide"]
# The same slip costs one network a handful of pictures and the other nearly all. Why? Normalising one picture by itself makes each
# channel's mean over that picture the same for *all* pictures. The linear layer behind a flattening still sees where things are. Behind a
# global average there is little else than that mean, and it has just been made equal. (Lecture 05 measured such a network: 14 % right.)
#
# So a small damage in a test proves nothing about the next network. And there is a second one: in train mode batch norm also **learns**
# from the test pictures, because its running statistics move.

# %%
asked = copy.deepcopy(trained).train()
with torch.no_grad():
    asked(test_x)
drift = (asked[1].running_mean - trained[1].running_mean).abs().max().item()
assert drift > 1e-4
print(f"largest change of a running mean by one look at the test pictures: {drift:.3f}")

# %% [markdown]
# That is why an evaluation puts the model into evaluation mode first, and back into the mode it was found in afterwards.

# %% [markdown] tags=["slide"]
# ## 7. More pictures than there are
#
# A training picture may be shifted a little without becoming another digit. **Random crops** do that: pad with zeros, cut out a
# window of the old size anywhere. With padding 4 there are $9 \cdot 9 = 81$ windows of every picture, and twice as many with mirror
# images, where a mirror image still means the same.


# %% tags=["fragment"]
def shifted(x, most, seed):
    generator = torch.Generator().manual_seed(seed)
    padded = F.pad(x, (most,) * 4)
    starts = torch.randint(0, 2 * most + 1, (len(x), 2), generator=generator).tolist()
    return torch.stack(
        [p[:, i : i + 28, j : j + 28] for p, (i, j) in zip(padded, starts, strict=True)]
    )


views = torch.cat([train_x[:1], shifted(train_x[:1].expand(5, -1, -1, -1), 4, seed=0)])
show.picture(
    show.image_grid(list(views[:, 0]), ["as it is", *["shifted"] * 5], columns=6, inches=1.5),
    "A handwritten digit, and five randomly shifted copies of it.",
)
stated("windows with padding 4", (2 * 4 + 1) ** 2, 81)

# %% tags=["subslide"]
cat = data.photograph("cat", size=96).mean(0, keepdim=True)
two = next(i for i in range(len(train_y)) if train_y[i] == 2)
pairs = [cat, cat.flip(2), train_x[two], train_x[two].flip(2)]
show.picture(
    show.image_grid(pairs, ["a cat", "a cat", "a 2", "not a 2"], columns=4, inches=1.9),
    "A cat and its mirror image, both cats; a handwritten 2 and its mirror image, which is "
    "no digit.",
    photo=True,
)

# %% tags=["fragment"]
predict(
    "The trained network is asked about mirrored test digits. Which keep most of their "
    "right answers?",
    {
        "None: every picture is new to it": "Some digits look the same in a mirror, more or less.",
        "0 and 8": "They are their own mirror images, nearly.",
        "All of them: convolutions do not mind": "They do not mind shifts. A mirror turns every filter's pattern round.",
    },
    answer="0 and 8",
)

# %%
with torch.no_grad():
    right_mirrored = trained.eval()(test_x.flip(3)).argmax(1) == test_y
by_digit = [right_mirrored[test_y == d].float().mean().item() for d in range(10)]
fig, ax = show.figure(8, 3.2)
ax.bar(range(10), [100 * share for share in by_digit], color=show.colour("output"))
ax.set(xlabel="digit, mirrored", ylabel="recognised, %", xticks=range(10), ylim=(0, 105))
ax.set_title("flips must keep the label")
show.picture(
    fig,
    "Of mirrored digits, 0 and 8 are still recognised, 3, 5, 6 and 7 hardly ever.",
)
assert min(by_digit[0], by_digit[8]) > 0.7
assert max(by_digit[3], by_digit[5], by_digit[6], by_digit[7]) < 0.3

# %% tags=["fragment"]
predict(
    "One network learns from the pictures as they are, one from shifted ones. Both are "
    "tested on test pictures that are "
    "shifted by up to 4 pixels. Which does better?",
    answer="The one that has seen shifts, by far: convolution moves with the picture, but the linear layer behind it does not.",
)

# %% tags=["live"]
# Train a second network, `travelled`, for 6 epochs, on shifts drawn anew for each; `on_shifted`
# and `on_straight` hold both networks' shares of right answers. Then test `travelled` on 20
# different random shifts: `scores`.
moved_test = shifted(test_x, 4, seed=99)
torch.manual_seed(0)
travelled = small_net()
sgd = torch.optim.SGD(travelled.parameters(), lr=0.02, momentum=0.9)
for epoch in range(6):
    fit(travelled, sgd, 1, x=shifted(train_x, 4, seed=epoch))
both_nets = {"never shifted": trained, "shifted": travelled}
on_shifted = {name: share_right(net, moved_test) for name, net in both_nets.items()}
on_straight = {name: share_right(net) for name, net in both_nets.items()}
scores = [100 * share_right(travelled, shifted(test_x, 4, seed)) for seed in range(20)]

# %% tags=["fragment"]
fig, (left, right) = show.figure(10.5, 3.5, columns=2, width_ratios=[1.4, 1])
for offset, role, (name, values) in (
    (-0.2, "input", ("test as it is", on_straight)),
    (0.2, "output", ("test shifted", on_shifted)),
):
    height = [100 * share for share in values.values()]
    bars = left.bar(
        [offset, 1 + offset], height, width=0.36, label=name, color=show.colour(role)
    )
    left.bar_label(bars, fmt="{:.0f}")
left.set_xticks([0, 1], ["trained as they are", "trained shifted"])
left.set(ylabel="right, %", ylim=(0, 135), title="a network knows what it has seen")
left.legend(loc="upper left", ncols=2)
right.plot(scores, "o", color=show.colour("output"))
right.axhline(100 * on_straight["shifted"], color=show.colour("input"))
right.set(xlabel="draw of the shifts", ylabel="right, %", title="twenty tests of one network")
right.set_ylim(min(scores) - 1.5, 100)
right.text(0, 100 * on_straight["shifted"] + 0.3, "pictures as they are", fontsize=11)
right.text(0, min(scores) - 1, "shifted by chance", fontsize=11)
show.picture(
    fig,
    "Trained without shifts the network fails on shifted tests; trained with shifts it "
    "does well on "
    "both. Twenty tests on random shifts give twenty scores, the plain test always the same.",
)
assert on_shifted["shifted"] > on_shifted["never shifted"] + 0.1
assert max(scores) - min(scores) > 1
assert max(scores) < 100 * on_straight["shifted"]

# %% [markdown] tags=["subslide"]
# Only the training pictures are shifted. The test is a measurement: it should come out the same every time, and be made on pictures as
# they will come. On the right the same weights get a different score with every draw, all below their score on the pictures themselves.

# %% [markdown] tags=["slide"]
# ## 8. Reading a loss curve
#
# Two curves tell most of the story: the loss on training pictures, and the loss on pictures that were kept apart.

# %% tags=["fragment"]
predict(
    "After 60 epochs the training loss is 0.02 and has been near 0 for a while; the test "
    "loss stopped falling at 0.7. What do you try?",
    {
        "A larger learning rate": "The training loss is nearly 0: there is nothing left to go faster to.",
        "More epochs": "The training pictures have nothing left to teach.",
        "More or augmented pictures": "It knows its pictures by heart, and they are too few to stand for the others.",
    },
    answer="More or augmented pictures",
)


# %% tags=["live"]
# `both(net, rate, epochs, n)`: train on the first n pictures, return training and test losses
# by epoch.
def both(net, rate, epochs, n):
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    seen, unseen = [], []
    for _ in range(epochs):
        seen += fit(net, optimizer, 1, digits.train_x[:n], train_y[:n])
        with torch.no_grad():
            unseen.append(F.cross_entropy(net.eval()(digits.test_x), test_y).item())
    return seen, unseen


# %% tags=["fragment"]
stories = {
    "healthy": both(flat_net(), 0.05, 30, 1_437),
    "too few pictures": both(flat_net(), 0.1, 60, 30),
    "rate too small": both(flat_net(), 0.0005, 30, 1_437),
    "rate too large": both(flat_net(), 0.8, 30, 1_437),
}
fig, axes = show.figure(11, 3.2, columns=4, sharey=True)
for ax, (story, (seen, unseen)) in zip(axes, stories.items(), strict=True):
    ax.plot(seen, color=show.colour("input"), label="training")
    ax.plot(unseen, color=show.colour("kernel"), ls="--", label="test")
    ax.set(xlabel="epoch", title=story, ylim=(0, 3))
axes[0].set_ylabel("loss")
axes[0].legend(frameon=False)
show.picture(
    fig,
    "Four pairs of curves: both fall; training falls while test stays high; both crawl; "
    "both jump and "
    "rise again.",
)

# %%
healthy, few, slow, wild = stories.values()
assert healthy[1][-1] < 0.3
assert few[0][-1] < 0.03
assert abs(few[1][-1] - 0.7) < 0.15
assert slow[0][-1] > 4 * healthy[0][-1]
assert sum(wild[1][-10:]) > 3 * sum(healthy[1][-10:])

# %% [markdown] tags=["subslide"]
# | what you see | what it says | what to try |
# |---|---|---|
# | both fall and stay together | it learns | go on until they flatten, then lower the rate |
# | training falls, test stays high | it learns by heart | more pictures, augmentation, weight decay, dropout |
# | both fall, but slowly | the steps are too small | a larger rate, momentum, a better start |
# | both stay high, or jump | the steps are too large | a smaller rate; look at the first loss |
# | the first loss is far from ln(classes) | something is wrong before training | logits, labels, first weights |

# %% [markdown] tags=["slide"]
# ## 9. When there are few pictures
#
# The first layers of a network that was trained on a million photographs have found edges, colours and textures, and your photographs
# have those too. So keep what can be kept. How much that is depends on how many pictures you have, and on how much they look like
# those the network has seen:

# %% tags=["fragment"]
plans = [
    ("few pictures, like the old ones", "fffn", "only the last layer learns"),
    ("few pictures, unlike them", "ffnc", "new layers on features from the middle"),
    ("many pictures, like the old ones", "sssn", "everything, with a small rate"),
    ("many pictures, unlike them", "aaan", "everything; old weights as a start"),
]
looks = {
    "f": ("plain", "frozen"),
    "s": ("output", "small rate"),
    "a": ("kernel", "learns"),
    "n": ("kernel", "new"),
    "c": ("", ""),
}
fig, ax = show.canvas(25.6, 8.2, cell_inches=0.42)
for row, (case, layers, advice) in enumerate(plans):
    top = 0.4 + 1.95 * row
    show.words(ax, (0.1, top + 0.65), case, size=12)
    for place, kind in enumerate(layers):
        role, label = looks[kind]
        if label:
            show.box(ax, (8.0 + 2.4 * place, top), (2.2, 1.3), label, role=role, letters=11)
    show.words(ax, (17.9, top + 0.65), advice, size=11)
show.picture(
    fig,
    "Four plans: few and similar pictures train a new last layer; few and different ones "
    "train a new "
    "layer on features from the middle; many similar ones train everything with a small rate; many "
    "different ones train everything from the old weights.",
)

# %% [markdown]
# | your pictures are … | like the old ones | unlike the old ones |
# |---|---|---|
# | **few** | train a new last layer only | new last layers on features from the middle |
# | **many** | train everything, with a small rate | train everything, the old weights as a start |
#
# Why a small rate? The new last layer is random at first, and its large gradients would shake to pieces what you wanted to keep.
# *Few* and *many* are compared with the number of weights that learn. Frozen batch norms stay in evaluation mode: otherwise they forget
# their memory, although no weight moves.

# %% [markdown] tags=["slide"]
# ## 10. What people get wrong, and what it looks like
#
# **Softmax twice.** `F.cross_entropy` takes logits. Given probabilities, it takes *their* softmax: the largest value that a
# class can reach is $e/(e + 9)$, so the loss can never fall below $\ln(e + 9) - 1 \approx 1.461$.

# %% tags=["fragment"]
floor = math.log(math.e + 9) - 1
stated("the floor under a doubled softmax, ten classes", floor, 1.461, digits=3)
certain = F.one_hot(train_y, 10).float()  # a perfect network's probabilities
stated(
    "cross-entropy of perfect probabilities", F.cross_entropy(certain, train_y), floor, digits=3
)


# %% tags=["fragment"]
def careless(mistake):
    net = flat_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    y = (
        train_y[torch.randperm(len(train_y), generator=torch.Generator().manual_seed(3))]
        if mistake == "labels shuffled"
        else train_y
    )
    losses = []
    for batch in torch.arange(len(y)).repeat(4).split(64):
        out = net(digits.train_x[batch])
        loss = F.cross_entropy(out.softmax(1) if mistake == "softmax twice" else out, y[batch])
        if mistake != "gradients never zeroed":
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(min(loss.item(), 6.0))
    return losses


runs = {
    mistake: careless(mistake)
    for mistake in ("none", "softmax twice", "gradients never zeroed", "labels shuffled")
}

# %% tags=["subslide"]
fig, ax = show.figure(10, 3.6)
for (mistake, losses), role, style in zip(
    runs.items(), ("output", "kernel", "gradient", "input"), ("-", "--", ":", "-."), strict=True
):
    ax.plot(losses, color=show.colour(role), ls=style, label=mistake)
ax.axhline(floor, color=show.colour("plain"), lw=1)
ax.annotate("1.461", (0, floor - 0.45))
ax.set(
    xlabel="step",
    ylabel="loss (cut at 6)",
    title="The same network with three mistakes",
    ylim=(0, 6.2),
)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "Without a mistake the loss falls; with softmax twice it stays above 1.461; without zeroing it "
    "runs away; with shuffled labels it stays near 2.3.",
)
assert min(runs["softmax twice"]) > floor
assert abs(sum(runs["labels shuffled"][-20:]) / 20 - math.log(10)) < 0.3
assert sum(runs["none"][-20:]) / 20 < 0.5

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | first loss far from ln(classes) | first weights, number of outputs, sum for mean, logarithm or softmax forgotten | one forward pass |
# | cannot learn twenty pictures | a cut gradient, no step, a frozen layer | overfit one batch |
# | stays above 1.461 with ten classes | softmax before the loss | the floor |
# | falls, then runs away | gradients never zeroed | print the norm of a gradient |
# | stays at 2.3 from the first step | labels do not belong to the pictures, or the rate is far too small | show pictures with their labels |
# | jumps once, then stays at 2.3 | the rate is far too large: dead units | count the units that are 0 for every picture |
# | stays near its first value, all units alike | first weights equal | compare two rows of a weight table |
# | test worse with small batches | evaluation in train mode | evaluate twice with different batch sizes |

# %% [markdown] tags=["slide"]
# ## Summary
#
# - An untrained classifier's loss is near ln(classes), 2.303 for ten. That finds wrong scales, sizes and signs, but neither a doubled
#   softmax nor wrong labels.
# - A network that cannot learn twenty pictures by heart has a fault. Wrong labels are found by looking at them.
# - Equal weights stay equal: 64 units from one start are one unit.
# - First weights with deviation $\sqrt{2/\text{fan-in}}$ keep a signal's size through ReLU layers; a wrong factor acts once per layer.
# - The loop is forward, loss, zero, backward, step. Gradients add up unless you zero them.
# - The steepest direction limits the learning rate; momentum 0.9 makes steady steps ten times as long; weight decay takes off what the data
#   do not ask for; a falling rate lets the end settle. Far too large a rate leaves dead units behind.
# - Train mode and evaluation mode are two different functions with the same weights. How much the wrong one costs depends on what
#   stands behind the batch norm.
# - Augment training pictures only, and only with changes that keep the label.
# - Two curves, training and test, say what to try next.
#
# **Now you:** the assignment asks for the network, He's first weights, the optimizer's step, random crops and flips, the loop, the
# evaluation and the schedule, and then trains with them.
#
# ## References
#
# - K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*, [arXiv:1502.01852](https://arxiv.org/abs/1502.01852), ICCV 2015: the
#   deviation $\sqrt{2/n}$.
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010: first weights for
#   layers that keep size both ways.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and momentum in deep learning*, ICML 2013.
# - N. Srivastava and others, *Dropout: a simple way to prevent neural networks from overfitting*, Journal of Machine Learning
#   Research 15, 2014.
# - S. Ioffe, C. Szegedy, *Batch normalization*, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167), ICML 2015: the two modes.
# - J. Yosinski, J. Clune, Y. Bengio, H. Lipson, *How transferable are features in deep neural networks?*,
#   [arXiv:1411.1792](https://arxiv.org/abs/1411.1792), 2014: which layers can be kept.
# - E. Alpaydin, C. Kaynak, *Optical recognition of handwritten digits*, UCI Machine Learning Repository, 1998: the digits used here.
