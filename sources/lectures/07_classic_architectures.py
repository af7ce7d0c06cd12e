# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. What did the networks that made convolution famous look like, layer by layer, and what did each change?
# 2. How do you read a table of layers, and check that its numbers are possible at all?
# 3. Why are there three different "AlexNets" with three different numbers of parameters?
# 4. Why are two or three small windows better than one large one?
# 5. Where do a network's parameters sit, where its work, where its memory, and why are these three different places?
#
# **You need** convolution, output sizes and pooling (lectures 02 to 04); dropout from lecture 05.
#
# **Time** 80 minutes: the chart 6 · LeNet-5 16 · AlexNet 22 · ZFNet 8 · VGG 12 · where the cost sits 9 · mistakes and
# summary 7.
#
# Nothing is trained here except LeNet, for some seconds. Architectures can be judged with a pencil.

# %% tags=["skip"]
import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.architectures import ERRORS, layers_of, trace, winners
from convlab.pictures.networks import draw_network
from convlab.questions import erratum, predict, stated

# %% [markdown] tags=["slide"]
# ## 1. A competition, and what it measured
#
# From 2010 on, ImageNet's challenge asked programs to name what is in a photograph: one of 1,000 classes. A program may
# guess five times. The *top-5 error* is the share of photographs for which all five guesses are wrong.

# %% tags=["fragment"]
predict(
    "Seven bars, 2010 to 2015: the error of the winners (and of VGG, second in 2014). It falls from 28.2 % to 3.57 %. "
    "Between which two years does it fall by the most percentage points?",
    {
        "2010 to 2011": "From 28.2 to 25.8: two years of careful work on hand-made features gave 2.4 points.",
        "2011 to 2012": "From 25.8 to 16.4, 9.4 points in one year, by the first convolutional network in the race.",
        "2014 to 2015": (
            "From 6.7 to 3.57. As a <i>ratio</i> that is the largest step of all; in points it is only 3.1."
        ),
    },
    answer="2011 to 2012",
)

# %% tags=["subslide"]
errors = [error for _, error in ERRORS]
fig, ax = show.figure(9.5, 3.6)
bars = ax.bar(range(7), errors, color=[show.colour("plain")] * 2 + [show.colour("output")] * 5)
ax.bar_label(bars, [f"{error:g}" for error in errors], fontsize=12)
ax.set_xticks(range(7), [name for name, _ in ERRORS])
ax.set(
    ylabel="top-5 error, %",
    ylim=(0, 32),
    title="9.4 points in one year (grey: hand-made features, green: networks)",
)
show.picture(fig, "Bars from 28.2 and 25.8 down to 16.4, 11.7, 7.3, 6.7 and 3.57 per cent.")
stated("fall from 2011 to 2012, points", errors[1] - errors[2], 9.4, digits=1)
stated("the 2015 error as a share of 2014's", errors[6] / errors[5], 0.53, digits=2)

# %% [markdown]
# The winning entries averaged several networks, so read the bars as years, not as single networks. This lecture takes the networks
# up to VGG; units 08 and 09 take the last two bars.

# %% tags=["fragment"]
erratum(
    "One of the sources says that convolutional networks were invented in 1997 or 1998. LeNet-5's paper is of 1998, but the first "
    "paper on this family of networks, reading handwritten zip codes, is of 1989, and Fukushima's Neocognitron, which has local "
    "windows with shared weights and no gradients, of 1980."
)

# %% [markdown] tags=["slide"]
# ## 2. LeNet-5: the pattern that everybody kept
#
# Convolution, squashing, pooling, twice; then layers that see everything. Maps get smaller and more numerous until there
# is no place left, only a description.

# %% tags=["fragment"]
predict(
    "LeNet-5 has two convolutions of 5×5 and three layers that see everything (120, 84 and 10 units). "
    "In which layer do most of its 61,706 parameters sit?",
    {
        "In the second convolution, with its 16 filters": "16 · (5 · 5 · 6 + 1) = 2,416: four in a hundred.",
        "In the layer of 120 units": (
            "120 · (400 + 1) = 48,120: more than three quarters. The first layer that sees everything is the expensive one, "
            "here and in every network of this lecture."
        ),
        "In the last layer": "10 · 85 = 850. It would matter with a thousand classes.",
    },
    answer="In the layer of 120 units",
)


# %% tags=["subslide"]
def network(name: str, width: float, inch: float, letters: float) -> None:
    """Show one of the networks as a row of boxes."""
    layers = layers_of(name)
    fig, ax = show.canvas(width * len(layers) + 0.8, 7, cell_inches=inch)
    draw_network(ax, layers, width=width, letters=letters)
    show.picture(
        fig, f"{name}: boxes that shrink from layer to layer, with output and parameters."
    )


network("LeNet-5", width=2.2, inch=0.5, letters=12)

# %% [markdown]
# Below each layer: how many maps come out, how large they are, and how many parameters the layer has (k: thousands,
# M: millions). The picture is 1 × 32 × 32.
#
# **By hand.** A filter of C3 covers 5 × 5 places in 6 maps and has a bias: 151 numbers. There are 16 of them: 2,416.


# %% tags=["live", "subslide"]
# lenet(): LeNet-5's table with today's parts (ReLU, max pools) as an nn.Sequential for 1×32×32. Count its parameters.
def lenet() -> nn.Sequential:
    maps = [nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2)]
    maps += [nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    units = [nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]
    return nn.Sequential(*maps, *units)


sum(p.numel() for p in lenet().parameters())

# %%
stated("parameters of LeNet-5", sum(p.numel() for p in lenet().parameters()), 61_706)
stated("of these in the layer of 120", 120 * (400 + 1), 48_120)
assert [layer.parameters for layer in layers_of("LeNet-5") if layer.parameters] == [
    p.numel() + b.numel() for p, b in zip(*[iter(lenet().parameters())] * 2, strict=True)
]

# %% tags=["subslide"]
erratum(
    "The slide's table of LeNet-5 gives stride 1 for the pooling layers. With stride 1, 28×28 would become 27×27; it becomes 14×14, "
    "so the stride is 2. The same table counts the convolutions without their biases (150 and 2,400) and the linear layers "
    "with them. Counted in one way, everything adds up to 61,706."
)

# %%
stated("28×28 after a 2×2 pool with stride 1", (28 - 2) // 1 + 1, 27)
stated("28×28 after a 2×2 pool with stride 2", (28 - 2) // 2 + 1, 14)
stated("C3 without biases", 16 * 5 * 5 * 6, 2400)

# %% [markdown] tags=["subslide"]
# ### It still works
#
# 1,437 real digits of 8×8 pixels, enlarged to 32×32; a few passes over them. The table is of 1998, and it is trained here in some
# seconds on one core.

# %% tags=["live"]
# Train lenet() on the digits, enlarged to 32×32: Adam, batches of 64, eight passes. Keep the network as
# `reader`, the enlarged test pictures as `test_x`, and the share of right answers as `right`.
digits = data.load()
train_x = F.interpolate(digits.train_x, size=(32, 32), mode="bilinear")
test_x = F.interpolate(digits.test_x, size=(32, 32), mode="bilinear")
torch.manual_seed(0)
reader = lenet()
optimizer = torch.optim.Adam(reader.parameters(), lr=0.002)
for _ in range(8):
    for batch in torch.randperm(len(train_x)).split(64):
        loss = F.cross_entropy(reader(train_x[batch]), digits.train_y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    right = (reader(test_x).argmax(1) == digits.test_y).float().mean().item()
print("more than 90 % of 360 new digits are right:", right > 0.9)

# %%
assert right > 0.9


def strongest(maps: torch.Tensor, count: int) -> torch.Tensor:
    """The maps that vary most over the picture; some units of a ReLU network answer 0 everywhere."""
    return maps[maps.flatten(1).std(1).argsort(descending=True)[:count]]


with torch.no_grad():
    c1, s2, c3 = (reader[:last](test_x[:1])[0] for last in (2, 3, 5))
panels = [test_x[0], *strongest(c1, 4), *strongest(s2, 5), *strongest(c3, 5)]
titles = ["input"] + ["C1, 28×28"] * 4 + ["S2, 14×14"] * 5 + ["C3, 10×10"] * 5
show.picture(
    show.image_grid(panels, titles, columns=5, inches=1.5, signed=True, same_scale=False),
    "A digit and four maps of the first layer; below, five pooled maps; below, five small maps of C3.",
)

# %% [markdown]
# What the network of 1998 had instead or besides: tanh and averages, where the cell above has ReLU and maxima (you write that one in
# the assignment); pools with two trainable numbers per map (assignment 04); filters of C3 that saw only some of the six maps; an
# output that compared 84 numbers with ten small drawings. Nobody kept these. The pattern they kept.

# %% [markdown] tags=["slide"]
# ## 3. AlexNet: the same, a thousand times larger
#
# Fourteen years later: photographs of 3 × 227 × 227, a thousand classes, 1.2 million training pictures, two graphics cards.

# %%
network("AlexNet", width=1.8, inch=0.5, letters=11)

# %% tags=["live"]
# Follow one side of the picture through AlexNet by hand: 227, then convolution 11/4, pool 3/2, convolution 5 with
# padding 2, pool 3/2, three convolutions 3 with padding 1, pool 3/2. Call the list `sides`.
sides = [227]
for kernel, stride, padding in [
    (11, 4, 0),
    (3, 2, 0),
    (5, 1, 2),
    (3, 2, 0),
    *[(3, 1, 1)] * 3,
    (3, 2, 0),
]:
    sides.append((sides[-1] + 2 * padding - kernel) // stride + 1)
sides

# %%
assert sides == [227, 55, 27, 27, 13, 13, 13, 13, 6]
assert [227] + [x.output[-1] for x in layers_of("AlexNet") if x.kind != "linear"] == sides

# %% tags=["fragment"]
predict(
    "The paper says that the pictures are 224×224. What comes out of an 11×11 convolution with stride 4 and no padding?",
    {
        "55×55, as the paper's figure shows": "(224 − 11)/4 + 1 = 54.25. No whole number, and after rounding down it is 54.",
        "54×54, and two columns of pixels are never read": (
            "54 windows need 53 · 4 + 11 = 223 pixels: one column is left over, not two."
        ),
        "54×54, and one column of pixels is never read": (
            "(224 − 11)/4 = 53.25, so 54 windows, over 223 pixels. With 227, (227 − 11)/4 = 54 exactly: 55 windows, "
            "nothing left over."
        ),
    },
    answer="54×54, and one column of pixels is never read",
)

# %% tags=["subslide"]
erratum(
    "AlexNet's input is printed as 224×224 in its paper and on several slides. The 55×55 that follow need 227×227. One source also "
    "calls AlexNet the largest of these networks. It is not: VGG-16 has more than twice as many parameters."
)

# %%
stated("windows in 224", (224 - 11) // 4 + 1, 54)
stated("windows in 227", (227 - 11) // 4 + 1, 55)
totals = {
    name: sum(x.parameters for x in layers_of(name))
    for name in ("LeNet-5", "AlexNet", "ZFNet", "VGG-16")
}
stated("VGG-16 against AlexNet", totals["VGG-16"] / totals["AlexNet"], 2.27, digits=2)
stated("AlexNet against LeNet-5", totals["AlexNet"] / totals["LeNet-5"], 988)

# %% [markdown] tags=["subslide"]
# ### Two towers
#
# A card had 3 GB of memory. So the network was cut lengthwise: half of the filters on each card, and in convolutions 2, 4
# and 5 a filter sees only the maps on its own card. Today that is `groups=2`.

# %% tags=["fragment"]
fig, ax = show.canvas(20, 5.6, cell_inches=0.5)
stages = [
    "conv 1\n48 | 48",
    "conv 2\n128 | 128",
    "conv 3\n192 | 192",
    "conv 4\n192 | 192",
    "conv 5\n128 | 128",
]
for i, name in enumerate(stages):
    for card, top in ((0, 0.6), (1, 3.6)):
        show.box(
            ax,
            (1 + 3.8 * i, top),
            (1.9, 1.4),
            name.split("\n")[0],
            role="kernel" if card else "input",
        )
        if i:
            start = (3.0 + 3.8 * (i - 1), top + 0.7)
            show.arrow(ax, start, (0.9 + 3.8 * i, top + 0.7))
            if i == 2:  # the only place where the cards exchange their maps
                show.arrow(ax, start, (0.9 + 3.8 * i, 4.3 - 3.0 * card))
    show.words(ax, (1.95 + 3.8 * i, 2.8), name.split("\n")[1], align="center", size=12)
show.words(ax, (1, 0.2), "card 1", role="input", size=12)
show.words(ax, (1, 5.4), "card 2", role="kernel", size=12)
show.picture(
    fig,
    "Two rows of five convolutions. Arrows stay in their row, except before conv 3: there they cross.",
)

# %% tags=["fragment"]
predict(
    "Convolution 2 has 256 filters of 5×5 over 96 maps. What does <code>groups=2</code> change about its weights?",
    {
        "Nothing: it only says on which card they lie": "A filter that sees 48 maps has 5 · 5 · 48 weights, not 5 · 5 · 96.",
        "There are half as many": "256 · 5 · 5 · 48 in place of 256 · 5 · 5 · 96. The multiply–adds are halved as well.",
        "There are a quarter as many": (
            "Each group has half of the filters and each filter half of the maps: a quarter per group, but there are two groups."
        ),
    },
    answer="There are half as many",
)

# %% tags=["live", "subslide"]
# The weights of conv 2 with one and with two groups, on the device "meta": no memory is used. `whole`, `halves`.
with torch.device("meta"):
    whole = nn.Conv2d(96, 256, 5, padding=2)
    halves = nn.Conv2d(96, 256, 5, padding=2, groups=2)
print(tuple(whole.weight.shape), tuple(halves.weight.shape))

# %%
stated("parameters of conv 2, two groups", sum(p.numel() for p in halves.parameters()), 307_456)
stated("parameters of conv 2, one group", sum(p.numel() for p in whole.parameters()), 614_656)

# %% [markdown] tags=["subslide"]
# ### Three networks under one name
#
# If two people disagree about AlexNet's parameters, they mean different networks. The third row is the one that
# torchvision offers: a later paper by the same author, "one weird trick", with narrower layers and one tower.

# %%
trick_rows = [
    ("conv", 64, 11, 4, 2, 1),
    ("pool", 3, 2, 0),
    ("conv", 192, 5, 1, 2, 1),
    ("pool", 3, 2, 0),
]
trick_rows += [("conv", 384, 3, 1, 1, 1), ("conv", 256, 3, 1, 1, 1), ("conv", 256, 3, 1, 1, 1)]
trick = trace(
    [*trick_rows, ("pool", 3, 2, 0), *[("linear", n) for n in (4096, 4096, 1000)]],
    (3, 224, 224),
)
versions = [
    ("2012, two towers", layers_of("AlexNet")),
    ("2012's table in one tower", layers_of("AlexNet, one tower")),
    ("2014, torchvision's", trick),
]
rows = [
    [name, *[sum(x.parameters for x in net if x.kind == kind) for kind in ("conv", "linear")]]
    for name, net in versions
]
show.table(
    [[*row, row[1] + row[2]] for row in rows],
    header=["version", "in convolutions", "in linear layers", "parameters"],
)
for row, total in zip(rows, (60_965_224, 62_378_344, 61_100_840), strict=True):
    stated(f"parameters, {row[0]}", row[1] + row[2], total)

# %% tags=["subslide"]
erratum(
    "The slide AlexNet has no padding anywhere, arrives at 2×2×256, and is said to have 27.55 million parameters. Its own layers add "
    "up to 28.8 million. The network of 2012 pads its later convolutions, arrives at 6×6×256, and has 61 million."
)

# %%
slide_rows = [
    ("conv", 96, 11, 4, 0, 1),
    ("pool", 3, 2, 0),
    ("conv", 256, 5, 1, 0, 1),
    ("pool", 3, 2, 0),
]
slide_rows += [
    ("conv", 384, 3, 1, 0, 1),
    ("conv", 384, 3, 1, 0, 1),
    ("conv", 256, 3, 1, 0, 1),
    ("pool", 3, 2, 0),
]
slide_net = trace([*slide_rows, *[("linear", n) for n in (4096, 4096, 1000)]], (3, 227, 227))
assert slide_net[7].output == (256, 2, 2)
stated(
    "the slide's AlexNet, millions", sum(x.parameters for x in slide_net) / 1e6, 28.8, digits=1
)

# %% [markdown] tags=["subslide"]
# ### What else was new
#
# **ReLU** in place of tanh. LeNet's tanh squashes every number into −1 … 1. AlexNet's paper shows a small network that learns
# several times faster without that.

# %% tags=["fragment"]
predict(
    "A unit receives 3, and a gradient of 1 arrives from above. How much of it goes on through tanh, and how much through ReLU?",
    {
        "0.995 and 3: what comes out": "That is the output. The gradient is multiplied by the <i>slope</i> at this place.",
        "About 0.01 and 1": "tanh is nearly flat at 3. ReLU has slope 1 wherever the unit is on.",
        "About 0.5 and 1": "tanh has slope 1 at 0 and falls quickly: at 3 almost nothing of it is left.",
    },
    answer="About 0.01 and 1",
)

# %% tags=["subslide"]
inputs = torch.linspace(-4, 4, 161, requires_grad=True)
fig, axes = show.figure(10, 3.2, columns=2)
for squash, name, role, style in (
    (torch.tanh, "tanh", "kernel", "--"),
    (F.relu, "ReLU", "output", "-"),
):
    (slope,) = torch.autograd.grad(squash(inputs).sum(), inputs)
    for ax, values in zip(axes, (squash(inputs).detach(), slope), strict=True):
        ax.plot(
            inputs.detach().numpy(), values.numpy(), style, color=show.colour(role), label=name
        )
axes[0].set(xlabel="input of a unit", ylabel="output", title="what goes up")
axes[1].set(
    xlabel="input of a unit", ylabel="slope", title="what the gradient is multiplied by"
)
axes[0].legend()
show.picture(
    fig,
    "tanh flattens on both sides, its slope is a bump around 0; ReLU grows without end, its slope is 1 for positive inputs.",
)
at_three = torch.tensor(3.0, requires_grad=True)
torch.tanh(at_three).backward()
stated("slope of tanh at 3", at_three.grad, 0.01, digits=2)
stated("after three such layers, in millionths", 1e6 * at_three.grad**3, 0.96, digits=2)

# %% [markdown] tags=["subslide"]
# Also new:
#
# * **Overlapping pools**: windows of 3 with stride 2.
# * **Dropout** before the first two linear layers, where most of the parameters are.
# * **Local response normalization**: a large answer is divided by something that grows with the answers of its neighbouring
#   channels at the same place:
#
# $$ b_c = \frac{a_c}{\left(k + \alpha \sum_{j} a_j^2\right)^{\beta}} \qquad k = 2,\; \alpha = 10^{-4},\; \beta = 0.75, \text{ five neighbours } j $$
#
# PyTorch divides $\alpha$ by the number of neighbours, the paper does not.

# %% tags=["live"]
# A channel that answers 50, alone, then with four neighbours that answer as much: `alone`, `crowded`, through
# nn.LocalResponseNorm(5, 1e-4, 0.75, 2).
lrn = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0)
answers = torch.zeros(2, 5, 1, 1)
answers[0, 2] = 50.0
answers[1] = 50.0
alone, crowded = lrn(answers)[:, 2, 0, 0].tolist()
print(f"{alone:.1f} alone, {crowded:.1f} in company")

# %%
stated("50 alone", alone, 29.2, digits=1)
stated("50 among its like", crowded, 27.2, digits=1)
assert abs(alone - 50 / (2 + 1e-4 / 5 * 50**2) ** 0.75) < 1e-3  # α is divided by 5

levels = torch.linspace(0, 600, 200)
fig, ax = show.figure(8, 3.2)
for count, name, style in ((1, "alone", "-"), (5, "with four like it", "--")):
    stack = torch.zeros(200, 5, 1, 1)
    stack[:, 2 if count == 1 else slice(None)] = levels.reshape(
        -1, *[1] * (2 if count == 1 else 3)
    )
    ax.plot(
        levels.numpy(),
        lrn(stack)[:, 2, 0, 0].numpy(),
        style,
        color=show.colour("output"),
        label=name,
    )
ax.set(
    xlabel="a channel's answer",
    ylabel="after normalization",
    title="large answers in company are damped",
)
ax.legend()
show.picture(
    fig,
    "Output against input: a line that bends; with four equal neighbours it bends earlier and falls.",
)

# %% [markdown]
# VGG found no use in it, and batch normalization (lecture 05) ended it. It is in your assignment because it is where ports of old
# networks go wrong: PyTorch's default for $k$ is 1, not 2.

# %% [markdown] tags=["slide"]
# ## 4. ZFNet: look at what was learnt, then repair it
#
# Zeiler and Fergus built a method to see what a layer responds to, and found AlexNet's first layers wanting: windows of 11 in steps
# of 4 lose fine detail, and what is left shows false patterns. They took windows of 7 in steps of 2.

# %% tags=["fragment"]
predict(
    "A pattern of fine stripes, five pixels from one to the next, is read by a filter in steps of 4. Where does the filter's "
    "answer repeat itself?",
    {
        "Every step: it answers the same everywhere": "For that the step would have to be a multiple of 5.",
        "Never": "After 5 steps of 4, that is 20 pixels, the window stands on the same part of a stripe again.",
        "Every 5 steps, that is every 20 pixels": (
            "20 is the first multiple of both. Stripes of 5 pixels appear as stripes of 20: a pattern that is not in the picture."
        ),
    },
    answer="Every 5 steps, that is every 20 pixels",
)

# %% tags=["live", "subslide"]
# Stripes 5 pixels apart on 224×224 as `stripes`. A difference filter of 7 across, in steps of 4 and
# of 2: a dictionary `answers_by_step`.
across = torch.arange(224.0)
stripes = torch.cos(2 * torch.pi * across / 5).expand(224, 224)
edge = torch.tensor([0.0, 0, 0, 1, -1, 0, 0]).reshape(1, 1, 1, 7)
answers_by_step = {
    step: F.conv2d(stripes[None, None], edge, stride=(1, step))[0, 0] for step in (4, 2)
}

# %%
row4, row2 = answers_by_step[4][0], answers_by_step[2][0]
assert torch.allclose(row4[:-5], row4[5:], atol=1e-4)
fig, axes = show.figure(10, 4.6, rows=2, sharex=True)
for ax, step in zip(axes, (4, 2), strict=True):
    values = answers_by_step[step][0]
    ax.plot(
        across[:60].numpy(),
        F.conv2d(stripes[None, None], edge)[0, 0, 0, :60].numpy(),
        color=show.colour("plain"),
        lw=1,
    )
    places = torch.arange(len(values)) * step
    ax.plot(
        places[places < 60].numpy(),
        values[places < 60].numpy(),
        "o-",
        color=show.colour("output"),
    )
    ax.set(ylabel="answer", title=f"steps of {step}")
axes[1].set_xlabel("position of the window, pixels")
show.picture(
    fig,
    "With steps of 4, samples of a fast wave trace a slow one of 20 pixels; with steps of 2 one of 10.",
)

# %% [markdown]
# Grey: the answer at every pixel. Green: what the network sees. Steps of 4 turn stripes of 5 pixels into stripes of 20, steps of 2
# into stripes of 10: better, not perfect.

# %%
network("ZFNet", width=1.8, inch=0.5, letters=11)
stated("parameters of ZFNet", totals["ZFNet"], 62_357_608)

# %% tags=["subslide"]
erratum(
    "The slide ZFNet begins with 7×7 and stride 4 and arrives at 55×55. The paper's first layer has stride 2: 224 becomes 110, and the "
    "55 come from the pool. The slide's difference of 1.45 million parameters to AlexNet does not follow either: the network of this "
    "lecture has 1.39 million more than AlexNet with its two towers, and 20,736 fewer than AlexNet in one tower."
)

# %%
one_tower = sum(x.parameters for x in layers_of("AlexNet, one tower"))
stated("7×7 with stride 4 and padding 1 on 224", (224 + 2 - 7) // 4 + 1, 55)
stated("7×7 with stride 2 and padding 1 on 224", (224 + 2 - 7) // 2 + 1, 110)
stated(
    "ZFNet minus AlexNet, millions", (totals["ZFNet"] - totals["AlexNet"]) / 1e6, 1.39, digits=2
)
stated("AlexNet in one tower minus ZFNet", one_tower - totals["ZFNet"], 20_736)

# %% [markdown]
# The smaller first window saves $96 \cdot 3 \cdot (11^2 - 7^2) = 20{,}736$ weights, and nothing else differs from AlexNet in one tower.
# Strides change no weight. (With padding 1, the slide's 7×7 with stride 4 gives 55 as well: that is how the error stayed unseen.)

# %%
stated("weights saved in the first layer", 96 * 3 * (11**2 - 7**2), 20_736)

# %% [markdown] tags=["slide"]
# ## 5. VGG: one idea, repeated
#
# Nothing but 3×3. Two of them, one behind the other, see 5×5 of what came in; three see 7×7.

# %% tags=["fragment"]
predict(
    "Three 3×3 layers with C channels in and out against one 7×7 layer with C channels: both see 7×7 pixels. "
    "Weights, without biases?",
    {
        "The same: they see the same pixels": "Seeing the same pixels is not the same as having a weight for each of them.",
        "27 C² against 49 C²": "3 · 9 · C² against 49 · C²: 45 % fewer, and there are three ReLUs in place of one.",
        "9 C² against 49 C²": "9 C² is one layer. There are three.",
    },
    answer="27 C² against 49 C²",
)

# %% tags=["fragment"]
fig, ax = show.canvas(22, 4.6, cell_inches=0.46)
for left, sizes, gap in ((0.8, (7, 5, 3, 1), 3.6), (15.2, (7, 1), 4.6)):
    for level, size in enumerate(sizes):
        middle, side = left + 1.3 + level * gap, 0.36 * size
        role = "output" if level else "input"
        show.box(ax, (middle - side / 2, 2.8 - side / 2), (side, side), str(size), role=role)
        if level:
            start = middle - gap + 0.18 * sizes[level - 1] + 0.1
            show.arrow(ax, (start, 2.8), (middle - side / 2 - 0.1, 2.8))
show.words(ax, (0.8, 0.5), "three 3×3: 3 · 9 = 27 weights for a pair of channels", size=12)
show.words(ax, (15.2, 0.5), "one 7×7: 49 weights for it", size=12)
show.picture(
    fig, "7 pixels shrink to 5, 3 and 1 in three steps of 3×3, or to 1 in one step of 7×7."
)

# %% tags=["live", "subslide"]
# Measure, do not believe: the receptive field of three 3×3 layers, from the gradient of one output. Weights of both,
# for C = 64: `stack`, `single`.
stack = nn.Sequential(*[nn.Conv2d(64, 64, 3, bias=False) for _ in range(3)])
single = nn.Conv2d(64, 64, 7, bias=False)
x = torch.ones(1, 64, 15, 15, requires_grad=True)
stack(x)[0, :, 4, 4].sum().backward()
seen = (x.grad[0].abs().sum(0) > 0).sum(0).count_nonzero()
print(
    int(seen),
    "columns;",
    [sum(p.numel() for p in m.parameters()) for m in (stack, single)],
    "weights",
)

# %%
stated("columns that three 3×3 see", seen, 7)
stated("weights of three 3×3, C = 64", 27 * 64**2, 110_592)
stated("weights of one 7×7, C = 64", 49 * 64**2, 200_704)
stated("saved, %", 100 * (1 - 27 / 49), 45)

# %% [markdown] tags=["subslide"]
# In the picture c1 is the first convolution, p1 the first pool, l1 the first linear layer. The rest follows from one rule: **each pool halves the sides, and the next block doubles the filters** (until 512). So a block's
# convolutions cost about as much as those of the block before.

# %%
network("VGG-16", width=1.3, inch=0.46, letters=10)
rows = [
    [
        name,
        len([x for x in layers_of(name) if x.kind != "pool"]),
        sum(x.parameters for x in layers_of(name)),
    ]
    for name in ("VGG-11", "VGG-13", "VGG-16", "VGG-19")
]
show.table(rows, header=["configuration", "layers with weights", "parameters"])
stated("parameters of VGG-16", rows[2][2], 138_357_544)

# %% [markdown]
# From VGG-11 to VGG-19 eight layers are added, and the parameters grow by 8 %: the added layers are convolutions.

# %%
stated("VGG-19 against VGG-11", rows[3][2] / rows[0][2], 1.08, digits=2)

# %% tags=["subslide"]
erratum(
    "VGG's last linear layer is written 4096×1024 in one of the sources. There are 1,000 classes, so it is 4096×1000; only then do "
    "the linear layers add up to 123.6 million and the network to 138,357,544."
)

# %%
vgg16 = layers_of("VGG-16")
linear = [x.parameters for x in vgg16 if x.kind == "linear"]
stated("linear layers of VGG-16, millions", sum(linear) / 1e6, 123.6, digits=1)
stated("of which the first, millions", linear[0] / 1e6, 102.8, digits=1)
stated("too many with 1024 outputs", 24 * 4097, 98_328)

# %% [markdown] tags=["slide"]
# ## 6. Where the cost sits
#
# Three questions about a layer have three different answers. How many numbers must be **stored** (parameters)? How many
# multiplications must be **done**? How many numbers come **out**, and must be kept for the backward pass?

# %% tags=["fragment"]
explore.architecture()

# %% tags=["subslide"]
measures = {
    "parameters, millions": [x.parameters / 1e6 for x in vgg16],
    "multiply–adds, billions": [x.multiply_adds / 1e9 for x in vgg16],
    "outputs, millions": [x.activations / 1e6 for x in vgg16],
}
roles = {"conv": "kernel", "pool": "plain", "linear": "input"}
fig, axes = show.figure(10, 5.6, rows=3, sharex=True)
for ax, (name, values) in zip(axes, measures.items(), strict=True):
    ax.bar(range(len(vgg16)), values, color=[show.colour(roles[x.kind]) for x in vgg16])
    ax.set_title(name)
axes[2].set_xticks(
    range(len(vgg16)), [x.name for x in vgg16], rotation=60, ha="right", fontsize=10
)
show.picture(
    fig, "VGG-16: parameters at the end, multiply–adds in the middle, outputs at the beginning."
)

# %%
convolutions = [x for x in vgg16 if x.kind == "conv"]
stated(
    "multiply–adds of VGG-16, billions",
    sum(x.multiply_adds for x in vgg16) / 1e9,
    15.5,
    digits=1,
)
share = sum(x.multiply_adds for x in convolutions) / sum(x.multiply_adds for x in vgg16)
stated("of which in convolutions, %", 100 * share, 99)
stated(
    "outputs of all layers, millions", sum(x.activations for x in vgg16) / 1e6, 15.1, digits=1
)
first_two = sum(x.activations for x in vgg16[:2]) / sum(x.activations for x in vgg16)
stated("of which the first two layers, %", 100 * first_two, 43)
stated("memory for one picture, MB at 4 bytes", sum(x.activations for x in vgg16) * 4 / 1e6, 60)
stated("memory for the weights, MB at 4 bytes", totals["VGG-16"] * 4 / 1e6, 553)

# %% [markdown]
# **Read from left to right:** memory sits in the first layers, work in the middle, parameters at the end. A weight of a linear layer is
# used once a picture; a weight of the first convolutions is used at 224 · 224 = 50,176 places. So whoever wants a smaller file
# attacks the linear layers, whoever wants speed attacks the convolutions, and whoever runs out of memory in training
# takes smaller batches or smaller pictures.

# %% tags=["subslide"]
names = ["LeNet-5", "AlexNet", "ZFNet", "VGG-16"]
shares = [
    [
        100
        * sum(getattr(x, what) for x in layers_of(n) if x.kind == "linear")
        / sum(getattr(x, what) for x in layers_of(n))
        for n in names
    ]
    for what in ("parameters", "multiply_adds")
]
fig, ax = show.figure(8.5, 3.3)
places = torch.arange(4).numpy()
for shift, values, name, role in (
    (-0.2, shares[0], "of the parameters", "input"),
    (0.2, shares[1], "of the multiply–adds", "kernel"),
):
    ax.bar_label(
        ax.bar(places + shift, values, 0.38, color=show.colour(role), label=name),
        fmt="%.0f",
        fontsize=11,
    )
ax.set_xticks(places, names)
ax.set(
    ylabel="in linear layers, %",
    ylim=(0, 125),
    title="linear layers: most of the parameters, little of the work",
)
ax.legend(loc="upper right", ncols=2)
show.picture(
    fig, "Linear layers hold 89 to 96 % of the parameters and do 1 to 14 % of the work."
)
for n, value in zip(names, shares[0], strict=True):
    stated(
        f"{n}: parameters in linear layers, %",
        value,
        {"LeNet-5": 96, "AlexNet": 96, "ZFNet": 94, "VGG-16": 89}[n],
    )

# %% [markdown] tags=["subslide"]
# ### Accuracy against cost
#
# The chart of section 1 has no cost in it. Here is the same story with one.

# %% tags=["fragment"]
explore.imagenet_winners()

# %% [markdown]
# GoogLeNet has a twentieth of VGG-19's parameters and a twelfth of its multiply–adds, at a lower error. How that is possible is
# unit 08. ResNet-152 has as many parameters as AlexNet, in 152 layers. Why that can be trained at all is unit 09.

# %%
cost = {net.name: net for net in winners()}
stated(
    "VGG-19 : GoogLeNet, parameters",
    cost["VGG-19"].parameters / cost["GoogLeNet"].parameters,
    21,
)
stated(
    "VGG-19 : GoogLeNet, multiply–adds",
    cost["VGG-19"].multiply_adds / cost["GoogLeNet"].multiply_adds,
    12,
)
stated(
    "ResNet-152 : AlexNet, parameters",
    cost["ResNet-152"].parameters / cost["AlexNet"].parameters,
    0.99,
    digits=2,
)

# %% [markdown] tags=["slide"]
# ## 7. What people get wrong, and what it looks like


# %%
def spread(relu: bool, gain: float, depth: int = 16) -> list[float]:
    """Spread of the signal after each of so many 3×3 layers with 32 channels, weights of variance gain / fan-in."""
    generator = torch.Generator().manual_seed(0)
    h = torch.randn(1, 32, 24, 24, generator=generator)
    found = []
    for _ in range(depth):
        w = torch.randn(32, 32, 3, 3, generator=generator) * (gain / 288) ** 0.5
        h = F.conv2d(h, w, padding=1)
        h = F.relu(h) if relu else h
        found.append(h.std().item())
    return found


torch.manual_seed(0)
features = torch.rand(1, 512)
head = nn.Sequential(nn.Dropout(0.5), nn.Linear(512, 3))
with torch.no_grad():
    noisy = torch.cat([head.train()(features) for _ in range(30)])
    quiet = head.eval()(features)
two_maps = torch.nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))
pairs = torch.randn(64, 8)
with torch.no_grad():
    product = two_maps[1].weight @ two_maps[0].weight
    folded = pairs @ product.T + two_maps[1].bias + two_maps[0].bias @ two_maps[1].weight.T
    assert torch.allclose(two_maps(pairs), folded, atol=1e-5)

# %% tags=["subslide"]
fig, axes = show.figure(11, 6.6, rows=2, columns=2)
sizes_wrong = [227, 55, 27, 23, 11, 9, 7, 5, 2]
axes[0, 0].plot(range(1, 9), sides[1:], "o-", color=show.colour("output"), label="right")
axes[0, 0].plot(
    range(1, 9), sizes_wrong[1:], "s--", color=show.colour("kernel"), label="paddings forgotten"
)
axes[0, 0].set(
    title="6×6 expected, 2×2 arrive", xlabel="layer", ylabel="side of the maps, pixels"
)
axes[0, 1].semilogy(
    range(1, 17),
    spread(True, 2.0),
    color=show.colour("output"),
    label="weights of variance 2 / fan-in",
)
axes[0, 1].semilogy(
    range(1, 17),
    spread(True, 1 / 3),
    "--",
    color=show.colour("kernel"),
    label="PyTorch's default, 1 / (3 fan-in)",
)
axes[0, 1].set(
    title="16 layers deep, the signal is gone", xlabel="layer", ylabel="spread of outputs"
)
axes[1, 0].plot(noisy.numpy(), color=show.colour("kernel"), lw=1.2)
axes[1, 0].hlines(quiet[0].tolist(), 0, 29, color=show.colour("output"))
axes[1, 0].set(title="dropout left on: one picture, 30 answers", xlabel="pass", ylabel="logits")
axes[1, 1].scatter(
    two_maps(pairs)[:, 0].detach().numpy(),
    folded[:, 0].numpy(),
    s=14,
    color=show.colour("kernel"),
)
axes[1, 1].set(
    title="no ReLU between: two layers are one",
    xlabel="two linear layers",
    ylabel="one, multiplied out",
)
for ax in axes[0]:
    ax.legend(fontsize=10)
show.picture(
    fig,
    "Four failures: maps too small without padding; a signal that dies in depth; logits that jump; two linear "
    "layers that equal one.",
)
assert sizes_wrong[1:] == [x.output[-1] for x in slide_net[:8]]

# %%
lost = spread(True, 1 / 3)[-1] / spread(True, 2.0)[-1]
assert lost < 1e-5
stated("factor lost a layer with PyTorch's default", (1 / 3 / 2) ** 0.5, 0.41, digits=2)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | `mat1 and mat2 shapes cannot be multiplied` | a padding, stride or pool above is wrong | print the shape after each layer; the first wrong line is the fault |
# | right shapes, 1.4 million parameters too many | groups forgotten | audit parameters layer by layer, not in total |
# | right shapes, other numbers than the reference | order of ReLU, LRN and pool; a default such as `k=1` | same weights, same picture, compare layer by layer |
# | a deep network that does not learn from the start | weights too small for the depth | spread of each layer's output on one batch |
# | another answer on each call | dropout still on | two passes in evaluation mode must agree |
# | loss stuck near its start, gradients tiny | softmax in the network *and* in the loss | logits must be able to be negative and large |
# | out of memory while training, though the file is small | activations, not weights | add up outputs × batch size × 4 bytes |
#
# The deepest VGGs could not be trained from default weights at first: the shallow one was trained, and its layers were put into the deeper
# ones. Initialisation (lecture 06) and normalization (lecture 05) made that unnecessary.

# %% [markdown] tags=["slide"]
# ## Summary
#
# * All four networks are convolution, activation, pool, repeated, then linear layers: maps shrink while channels multiply.
# * A table of layers can be checked with a pencil: sizes with the floor formula, parameters with (window · channels + 1) · filters.
# * LeNet-5 has 61,706 parameters, AlexNet 60,965,224 (62,378,344 without its groups; torchvision's is another network with
#   61,100,840), ZFNet 62,357,608, VGG-16 138,357,544.
# * Groups halve weights and work, and keep the halves apart; one layer that sees all maps brings them together.
# * tanh passes 1 % of the gradient at an input of 3, ReLU all of it: deeper networks became trainable.
# * Large steps in the first layer lose detail and invent patterns. ZFNet took smaller ones; the error of 2013 was 11.7 % after 16.4 %.
# * Three 3×3 see as much as one 7×7, with 45 % fewer weights and three ReLUs.
# * Memory sits in the first layers, work in the middle, parameters in the first linear layer.
# * Whoever wants to improve on VGG attacks its linear layers: that is the next unit.
#
# **Now you:** in assignment 07 you write LeNet-5, AlexNet, ZFNet and the VGG family from tables, and a function that finds out where any
# network's parameters sit. They are compared with a reference layer by layer, without training.
#
# ## References
#
# * Y. LeCun and others, *Backpropagation applied to handwritten zip code recognition*, Neural Computation 1, 1989: the first of the family.
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86, 1998: LeNet-5.
# * A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet classification with deep convolutional neural networks*, NIPS 2012: AlexNet.
# * A. Krizhevsky, *One weird trick for parallelizing convolutional neural networks*, [arXiv:1404.5997](https://arxiv.org/abs/1404.5997), 2014: the one in torchvision.
# * M. Zeiler, R. Fergus, *Visualizing and understanding convolutional networks*, [arXiv:1311.2901](https://arxiv.org/abs/1311.2901), 2013: ZFNet, and how its layers were looked at.
# * K. Simonyan, A. Zisserman, *Very deep convolutional networks for large-scale image recognition*, [arXiv:1409.1556](https://arxiv.org/abs/1409.1556), 2014: VGG.
# * O. Russakovsky and others, *ImageNet large scale visual recognition challenge*, [arXiv:1409.0575](https://arxiv.org/abs/1409.0575), 2014: the competition.
