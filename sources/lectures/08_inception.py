# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. Which kernel size is the right one, when the same thing appears large in one picture and small in the next?
# 2. Why can four branches be put side by side, and why can such modules not be stacked as they stand?
# 3. What does a 1×1 convolution do, if it looks at no neighbour?
# 4. How does GoogLeNet get along with 7 million parameters where VGG-16 has 138 million?
# 5. What are auxiliary heads for, and what do they change that can be measured?
#
# **You need** convolution with channels (unit 02), output sizes and counting (unit 03), pooling (unit 04).
#
# **Time** 80 minutes: scales 10 · four branches 8 · the explosion 10 · 1×1 convolutions 12 · the bottleneck 12 ·
# GoogLeNet 8 · the average at the end 8 · auxiliary heads 8 · mistakes and summary 4.

# %% tags=["skip"]
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.inception import GOOGLENET, Conv, bottleneck_convs, naive_convs, total
from convlab.questions import erratum, predict, stated

# %% [markdown] tags=["slide"]
# ## 1. The same cat, near and far
#
# A photograph of a cat, as if taken from three distances. A window of 9×9 pixels stays what it is. Near, it covers some
# fur beside the eye; far away, everything between the two eyes. A kernel of one size meets a different cat in each.

# %% tags=["fragment"]
sides = (96, 48, 24)
fig, axes = show.figure(10, 3.5, columns=3)
for ax, side in zip(axes, sides, strict=True):
    cat = data.photograph("cat", size=side).permute(1, 2, 0).numpy()
    ax.imshow(cat)
    show.window(ax, (0.55 * side - 5, 0.42 * side - 5), (9, 9))  # around the same place
    ax.set_title(f"{side}×{side}, window {100 * 81 / side**2:.0f} %")
    ax.axis("off")
show.picture(
    fig,
    "A cat at 96, 48 and 24 pixels; a window of 9×9 covers an ever larger part of it.",
    photo=True,
)
stated("share of the picture in the window at 24×24, %", 100 * 81 / 24**2, 14)

# %% tags=["subslide"]
predict(
    "A network must find bright spots that are 1, 3 or 5 pixels wide. You may choose one kernel size for its first layer. "
    "Which one?",
    {
        "1×1": "It sees a bright pixel. Whether that is a spot or part of a bright wall it cannot know.",
        "5×5": "It can hold the large spot. A small one is drowned by the 24 other pixels of its window.",
        "None of them fits all": (
            "Each size answers best to spots of its own size. The question which one to take can be refused: take several."
        ),
    },
    answer="None of them fits all",
)

# %% [markdown] tags=["subslide"]
# ### Measured
#
# A spot detector of size $K$ has equal positive weights inside a square and equal negative weights in a frame around it,
# so that an even area gives 0. We scale each one so that its weights have length 1, and show it spots of several widths.


# %% tags=["live"]
# spot_kernel(inside): a square of `inside`, framed by one ring of pixels; sum 0, length 1.
# Then `answers`: best response of kernels for 1, 3, 5 pixels to spots of width 1, 3, 5.
def spot_kernel(inside: int) -> torch.Tensor:
    kernel = -torch.ones(inside + 2, inside + 2)
    kernel[1:-1, 1:-1] = (kernel.numel() - inside**2) / inside**2
    return kernel / kernel.norm()


widths = (1, 3, 5)
answers = torch.zeros(3, 3)
for column, width in enumerate(widths):
    spot = torch.zeros(1, 1, 15, 15)
    middle = slice(7 - width // 2, 8 + width // 2)
    spot[..., middle, middle] = 1 / width  # every spot has length 1 as well
    for row, inside in enumerate(widths):
        answers[row, column] = F.conv2d(spot, spot_kernel(inside)[None, None]).amax()

# %% tags=["subslide"]
fig, ax = show.figure(8, 3.3)
for row, inside in enumerate(widths):
    places = [column + 0.26 * (row - 1) for column in range(3)]
    ax.bar(
        places,
        answers[row].numpy(),
        width=0.24,
        label=f"kernel {inside + 2}×{inside + 2}",
        color=show.colour(("input", "kernel", "output")[row]),
        hatch=("", "//", "..")[row],
    )
ax.set_xticks(range(3), [f"spot of {width}" for width in widths])
ax.set(ylabel="best answer", title="Each kernel answers best to spots of its own size")
ax.legend(frameon=False, ncols=3)
ax.set_ylim(0, 1.3)
show.picture(fig, "For spots of 1, 3 and 5 pixels the kernel made for that width answers most.")
assert answers.argmax(0).tolist() == [0, 1, 2]
stated("the largest kernel on the smallest spot", answers[2, 0], 0.14, digits=2)
stated("the right kernel on the smallest spot", answers[0, 0], 0.94, digits=2)

# %% [markdown]
# So let the next layer choose: compute several sizes side by side and hand all of them on. That is the whole idea of an
# Inception module.

# %% [markdown] tags=["slide"]
# ## 2. Four branches, one tensor
#
# Outputs can be laid on top of each other, channel after channel, when they agree in height and width. A $K \times K$
# convolution with stride 1 keeps both when its padding is $(K-1)/2$. A 3×3 max pool with stride 1 and padding 1 keeps them
# too.

# %% tags=["fragment"]
predict(
    "256 channels come in. The branches make 128, 192 and 96 channels; the fourth is the max pool. How many come out?",
    {
        "416": "128 + 192 + 96. The pool hands on channels as well: every one that it was given.",
        "672": "128 + 192 + 96 + 256: pooling works in each channel for itself, so 256 stay 256.",
        "256": "Only if the branches were added. They are laid side by side.",
    },
    answer="672",
)

# %% tags=["fragment"]
fig, ax = show.canvas(22, 8.4, cell_inches=0.46)
show.box(ax, (0.3, 3.4), (3.6, 1.5), "28×28×256", role="input")
branches = [
    ("1×1", "128", 128),
    ("3×3, P = 1", "192", 192),
    ("5×5, P = 2", "96", 96),
    ("max pool 3×3", "256", 256),
]
for i, (name, channels, _) in enumerate(branches):
    role = "plain" if i == 3 else "kernel"
    show.arrow(ax, (4.0, 4.15), (5.9, 1.15 + 2 * i))
    show.box(ax, (6.0, 0.4 + 2 * i), (4.4, 1.5), name, role=role)
    show.arrow(ax, (10.5, 1.15 + 2 * i), (12.4, 1.15 + 2 * i))
    show.box(ax, (12.5, 0.4 + 2 * i), (4.0, 1.5), f"28×28×{channels}", role="output")
    show.arrow(ax, (16.6, 1.15 + 2 * i), (17.9, 4.15))
show.box(ax, (18.0, 3.4), (3.7, 1.5), "28×28×672", role="output")
show.picture(
    fig,
    "256 channels feed a 1×1, a 3×3, a 5×5 convolution and a max pool; "
    "128, 192, 96 and 256 channels make 672.",
)

# %% tags=["live", "subslide"]
# Four branches on a random tensor `x` (1, 256, 28, 28) with library calls; their shapes, and `joined`.
torch.manual_seed(0)
x = torch.randn(1, 256, 28, 28)
outputs = {
    "1×1": F.conv2d(x, torch.randn(128, 256, 1, 1)),
    "3×3": F.conv2d(x, torch.randn(192, 256, 3, 3), padding=1),
    "5×5": F.conv2d(x, torch.randn(96, 256, 5, 5), padding=2),
    "pool": F.max_pool2d(x, 3, stride=1, padding=1),
}
joined = torch.cat(tuple(outputs.values()), dim=1)
for name, output in outputs.items():
    print(f"{name:5} {tuple(output.shape)}")
stated("channels that come out", joined.shape[1], 672)

# %% tags=["subslide"]
erratum(
    "One source draws the branches without padding. Then 28×28 becomes 28, 26, 24 and 26, and the four outputs cannot be "
    "concatenated. The branches have padding 0, 1, 2 and 1."
)

# %%
unpadded = [28 - kernel + 1 for kernel in (1, 3, 5, 3)]
assert unpadded == [28, 26, 24, 26]
padded = [28 + 2 * p - kernel + 1 for kernel, p in ((1, 0), (3, 1), (5, 2), (3, 1))]
assert padded == [28, 28, 28, 28]
stated("side of the 5×5 branch without padding", unpadded[2], 24)

# %% [markdown] tags=["slide"]
# ## 3. The explosion
#
# Two things are wrong with this module. First, work. A $K \times K$ convolution from $a$ to $b$ channels at $H \times W$
# places makes
#
# $$ H \cdot W \cdot K^2 \cdot a \cdot b $$
#
# multiply–adds: every weight is used once at every place.

# %% tags=["live"]
# The naive module's three convolutions by the formula: `work`, a dictionary, at 28×28 with 256 channels in.
work = {
    "1×1": 28 * 28 * 1 * 256 * 128,
    "3×3": 28 * 28 * 9 * 256 * 192,
    "5×5": 28 * 28 * 25 * 256 * 96,
}
for name, multiply_adds in work.items():
    print(f"{name}  {multiply_adds:>11,}")
stated("naive module, multiply-adds", sum(work.values()), 854_196_224)

# %% [markdown]
# 854 million for one module. The 5×5 makes the fewest channels and takes more than half of the work.

# %%
stated("share of the 5×5, %", 100 * work["5×5"] / sum(work.values()), 56)
assert sum(work.values()) == total(naive_convs(28, 256, 128, 192, 96))

# %% [markdown] tags=["subslide"]
# Second, channels. The pool hands on all it is given and the others add 416 more. The next module reads 672, the one after it
# 1,088. Each reads more, so each costs more. Predict, then stack:

# %% tags=["fragment"]
explore.module_stack()

# %% tags=["subslide"]
depths = range(1, 10)
naive_work = [
    sum(total(naive_convs(28, 256 + 416 * i, 128, 192, 96)) for i in range(n)) for n in depths
]
fixed = [256, *[480] * 8]
thin_work = [
    sum(total(bottleneck_convs(28, c, 128, 64, 192, 64, 96, 64)) for c in fixed[:n])
    for n in depths
]
fig, ax = show.figure(8, 3.4)
ax.plot(depths, [w / 1e9 for w in naive_work], "o-", color=show.colour("kernel"), label="naive")
ax.plot(
    depths,
    [w / 1e9 for w in thin_work],
    "s--",
    color=show.colour("output"),
    label="with 1×1 reductions",
)
ax.set(
    xlabel="modules",
    ylabel="multiply–adds, billions",
    title="One curve bends, the other does not",
)
ax.legend(frameon=False)
show.picture(
    fig,
    "Work of stacked naive modules grows with the square of their number, "
    "that of modules with reductions in a line.",
)
stated("nine naive modules, billions", naive_work[-1] / 1e9, 57.7, digits=1)
stated("nine modules with reductions, billions", thin_work[-1] / 1e9, 2.9, digits=1)

# %% [markdown] tags=["slide"]
# ## 4. A convolution that sees one pixel
#
# The remedy is the smallest convolution there is. A 1×1 kernel looks at no neighbour. What is left to do? It looks at all
# *channels* of its pixel: $y_{o,i,j} = b_o + \sum_c w_{o,c}\, x_{c,i,j}$.
#
# You know one by heart. Grey is 0.299 red + 0.587 green + 0.114 blue, at every pixel:

# %% tags=["live"]
# Three 1×1 filters on the cat's three channels: grey, red minus green, green minus blue. Call it `mixed`.
cat = data.photograph("cat", size=120)
filters = torch.tensor([[0.299, 0.587, 0.114], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])
mixed = F.conv2d(cat[None], filters[:, :, None, None])[0]
mixed.shape

# %%
panels = [cat.permute(1, 2, 0), mixed[0], mixed[1], mixed[2]]
titles = ["three channels", "grey", "red − green", "green − blue"]
fig, axes = show.figure(10.4, 3.1, columns=4)
for ax, panel, title in zip(axes, panels, titles, strict=True):
    signed = "−" in title
    limits = {"vmin": -0.4, "vmax": 0.4} if signed else {"vmin": 0, "vmax": 1}
    ax.imshow(panel.numpy(), cmap=show.SIGNED if signed else "gray", **limits)
    ax.set_title(title)
    ax.axis("off")
show.picture(
    fig,
    "A cat in colour, and what three 1×1 filters make of it: grey; red minus green, strong on the nose; "
    "green minus blue, strong in the fur.",
    photo=True,
)
assert torch.allclose(mixed[0], 0.299 * cat[0] + 0.587 * cat[1] + 0.114 * cat[2], atol=1e-6)

# %% tags=["subslide"]
predict(
    "A 1×1 convolution from 256 to 64 channels: how many weights, and what else is it?",
    {
        "256 · 64 weights; a linear layer used at every pixel": (
            "The same 64 × 256 matrix meets the 256 numbers of each pixel. Papers call it a network in the network."
        ),
        "64 weights; it scales each channel": "One weight a channel would be a depthwise 1×1. Here each output reads all channels.",
        "28 · 28 · 256 · 64 weights; a linear layer": "The weights are shared by all pixels, as in every convolution.",
    },
    answer="256 · 64 weights; a linear layer used at every pixel",
)

# %% tags=["live", "subslide"]
# The same numbers from F.conv2d with a 1×1 kernel (`by_conv`) and from F.linear on the channels (`by_linear`).
torch.manual_seed(0)
features = torch.randn(2, 256, 6, 5, dtype=torch.float64)
matrix = torch.randn(64, 256, dtype=torch.float64)
by_conv = F.conv2d(features, matrix[:, :, None, None])
by_linear = F.linear(features.movedim(1, -1), matrix).movedim(-1, 1)
assert torch.allclose(by_conv, by_linear)
stated("weights", matrix.numel(), 16_384)

# %% [markdown] tags=["subslide"]
# ### What is lost, and what the ReLU does
#
# 256 numbers a pixel become 64. If the channels repeat each other, little is lost. How far do they? Take the digits, 16 random
# filters of 3×3, and ask how much of the 16 channels' variance fits into $r$ mixtures of them.

# %% tags=["live"]
# `kept`: share of the variance of 16 channels that the best r mixtures keep, r = 1 … 16
# (singular values of the centred pixels × channels matrix, squared and added up).
torch.manual_seed(0)
digits = data.load().train_x[:200]
maps = F.relu(F.conv2d(digits, torch.randn(16, 1, 3, 3), padding=1))
pixels = maps.movedim(1, -1).reshape(-1, 16)
strength = torch.linalg.svdvals((pixels - pixels.mean(0)).double()).square()
kept = strength.cumsum(0) / strength.sum()

# %%
fig, ax = show.figure(8, 3.2)
ax.plot(range(1, 17), 100 * kept.numpy(), "o-", color=show.colour("output"))
ax.set(
    xlabel="channels after the 1×1",
    ylabel="variance kept, %",
    ylim=(0, 104),
    title=f"4 of 16 keep {100 * float(kept[3]):.0f} %",
)
show.picture(
    fig,
    "Share of variance kept by the best r mixtures of 16 channels: most of it with a quarter of them.",
)
assert 0.7 < kept[3] < 1
assert bool((kept.diff() >= 0).all())

# %% [markdown] tags=["subslide"]
# Nobody computes these mixtures: the 1×1 weights are learned with all others. And a ReLU follows, which matters. Without it,
# a 1×1 and the 3×3 behind it melt into one 3×3 convolution, with weights that are the product of the two.

# %% tags=["live"]
# 1×1 to 4 channels, then 3×3 to 8, no ReLU between: `two`. One 3×3 with the product of the weights: `one`.
torch.manual_seed(0)
small = torch.randn(1, 16, 7, 6, dtype=torch.float64)
thin = torch.randn(4, 16, dtype=torch.float64)
wide = torch.randn(8, 4, 3, 3, dtype=torch.float64)
two = F.conv2d(F.conv2d(small, thin[:, :, None, None]), wide, padding=1)
product = torch.einsum("omhw,mc->ochw", wide, thin)  # (8, 16, 3, 3)
one = F.conv2d(small, product, padding=1)
assert torch.allclose(one, two)
with_relu = F.conv2d(F.relu(F.conv2d(small, thin[:, :, None, None])), wide, padding=1)
assert not torch.allclose(one, with_relu)
stated(
    "rank of the product over channels",
    torch.linalg.matrix_rank(product.movedim(1, -1).reshape(-1, 16)),
    4,
)

# %% [markdown] tags=["slide"]
# ## 5. The bottleneck
#
# Put a 1×1 in front of the 3×3, another in front of the 5×5, and a third behind the pool. The module's outputs are as wide as
# before, except for the pool's, which is now as narrow as we like.

# %% tags=["fragment"]
fig, ax = show.canvas(22, 8.4, cell_inches=0.46)
show.box(ax, (0.3, 3.4), (3.4, 1.5), "28×28×256", role="input")
rows = [
    (("1×1, 128",), "128"),
    (("1×1, 64", "3×3, 192"), "192"),
    (("1×1, 64", "5×5, 96"), "96"),
    (("max pool", "1×1, 64"), "64"),
]
for i, (steps, channels) in enumerate(rows):
    y = 0.4 + 2 * i
    show.arrow(ax, (3.8, 4.15), (5.2, y + 0.75))
    for j, step in enumerate(steps):
        role = "plain" if "pool" in step else "kernel"
        show.box(ax, (5.3 + 4.6 * j, y), (3.6, 1.5), step, role=role)
        if j:
            show.arrow(ax, (9.0, y + 0.75), (9.8, y + 0.75))
    show.arrow(ax, (4.4 + 4.6 * len(steps), y + 0.75), (14.9, y + 0.75))
    show.box(ax, (15.0, y), (2.2, 1.5), channels, role="output")
    show.arrow(ax, (17.3, y + 0.75), (18.4, 4.15))
show.box(ax, (18.5, 3.4), (3.2, 1.5), "480", role="output")
show.picture(
    fig,
    "The module with reductions: 1×1 before the 3×3 and the 5×5, 1×1 after the pool; 480 channels come out.",
)
stated("channels that come out", 128 + 192 + 96 + 64, 480)

# %% tags=["subslide"]
predict(
    "There are six convolutions now in place of three. What does the module cost, when the naive one costs 854 million?",
    {
        "More: six convolutions do more than three": "Three of them are 1×1, and the two large ones read 64 channels, not 256.",
        "About a third: 271 million": "The 3×3 and the 5×5 become four times cheaper; the three new ones cost 39 million in all.",
        "A quarter: 214 million": "That is what the large convolutions would suggest. The 1×1 of 128 is as dear as before, and the new ones cost something.",
    },
    answer="About a third: 271 million",
)

# %% tags=["subslide"]
convs = bottleneck_convs(28, 256, 128, 64, 192, 64, 96, 64)
show.table(
    [[conv.name, f"{conv.c_in} → {conv.c_out}", conv.multiply_adds] for conv in convs]
    + [["in all", "", total(convs)]],
    header=["convolution", "channels", "multiply–adds"],
)
stated("module with reductions, multiply-adds", total(convs), 271_351_808)
stated("the three new ones, millions", sum(convs[i].multiply_adds for i in (1, 3, 5)) / 1e6, 39)
stated(
    "times less work", total(naive_convs(28, 256, 128, 192, 96)) / total(convs), 3.1, digits=1
)

# %% tags=["subslide"]
erratum(
    "One source gives 358 million operations for this module. Its own list of layers adds up to 271,351,808 multiply–adds: the "
    "table above is that list."
)

# %%
listed = [(1, 256, 64), (1, 256, 64), (1, 256, 128), (3, 64, 192), (5, 64, 96), (1, 256, 64)]
recomputed = sum(28 * 28 * k * k * a * b for k, a, b in listed)
stated("sum of the listed layers, millions", recomputed / 1e6, 271)
assert recomputed == 271_351_808

# %% [markdown]
# How narrow may the bottleneck be? The explorer shows where the work sits. Try to make the reductions so wide that they
# save nothing.

# %% tags=["subslide"]
explore.inception_calculator()

# %% tags=["subslide"]
reductions = list(range(16, 385, 16))
costs = [total(bottleneck_convs(28, 256, 128, r, 192, r, 96, 64)) / 1e6 for r in reductions]
fig, ax = show.figure(8, 3.4)
ax.plot(reductions, costs, color=show.colour("output"), label="both reductions this wide")
ax.axhline(854.2, color=show.colour("kernel"), ls="--", label="naive module")
ax.plot([64], [271.35], "o", color=show.colour("ink"), markersize=9)
ax.set(xlabel="channels after the reductions", ylabel="multiply–adds, millions", ylim=(0, 1500))
ax.set_title("Every channel of the reductions costs the same")
ax.legend(frameon=False)
show.picture(
    fig,
    "Cost against the width of the reductions: a line that crosses the naive module's cost at a width of about 225.",
)
crossing = next(
    r
    for r in range(1, 400)
    if total(bottleneck_convs(28, 256, 128, r, 192, r, 96, 64)) > 854_196_224
)
stated("first width at which reductions cost more than they save", crossing, 225)

# %% [markdown] tags=["slide"]
# ## 6. GoogLeNet
#
# Nine such modules in a row, with a max pool of stride 2 wherever the picture gets smaller. Before them a stem (7×7 with
# stride 2, pool, 1×1, 3×3, pool) takes 224×224 to 28×28; after them come a global average and one linear layer.

# %% tags=["fragment"]
fig, ax = show.canvas(23.8, 7.2, cell_inches=0.46)
parts = [("7×7", 3.6), ("p", 3.0), ("1×1", 3.0), ("3×3", 3.0), ("p", 2.3)]
parts += [("3a", 2.3), ("3b", 2.3), ("p", 1.7), *[(f"4{letter}", 1.7) for letter in "abcde"]]
parts += [("p", 1.2), ("5a", 1.2), ("5b", 1.2), ("mean", 0.8), ("linear", 0.8)]
left = 0.3
for name, height in parts:
    wide = 1.45 if name in ("mean", "linear") else 0.6 if name == "p" else 1.25
    role = {"p": "plain", "mean": "plain", "linear": "input"}.get(name, "kernel")
    show.box(ax, (left, 3.4 - height / 2), (wide, height), name, role=role, letters=11)
    if name in ("4a", "4d"):
        show.arrow(ax, (left + wide / 2, 3.4 + height / 2), (left + wide / 2, 5.3))
        show.box(ax, (left - 0.5, 5.4), (2.1, 0.9), "head", role="input", letters=11)
    left += wide + 0.17
for place, side in ((0.9, 112), (4.2, 56), (7.9, 28), (13.5, 14), (17.4, 7)):
    show.words(ax, (place, 1.1), str(side), size=12, align="center")
show.words(ax, (0.3, 0.4), "side of the maps, pixels", size=12)
show.words(ax, (0.3, 6.8), "p: max pool 3×3, stride 2; heads: in training only", size=11)
show.picture(
    fig,
    "GoogLeNet from left to right: stem, modules 3a and 3b, 4a to 4e, 5a and 5b with pools between them, mean, linear; "
    "a head hangs on 4a and one on 4d.",
)

# %% tags=["fragment"]
predict(
    "Where are most of GoogLeNet's parameters?",
    {
        "In the linear layer at the end": "1,025,000 of them: one in seven. In VGG-16 it is nine in ten.",
        "In the stem, with its 7×7": "124,416. A 7×7 window over 3 channels is cheap.",
        "In the last modules, 4e to 5b": (
            "3.4 of 7 million: they read the most channels. Their maps are small, so their work is not large."
        ),
    },
    answer="In the last modules, 4e to 5b",
)

# %%
rows = []
for name, row in GOOGLENET.items():
    made = bottleneck_convs(*row)
    out = row[2] + row[4] + row[6] + row[7]
    rows.append(
        [name, f"{row[0]}×{row[0]}", row[1], out, sum(c.parameters for c in made), total(made)]
    )
show.table(rows, header=["module", "size", "channels in", "out", "parameters", "multiply–adds"])
for before, after in pairwise(rows):
    assert before[3] == after[2]  # what comes out goes in

# %% tags=["live", "subslide"]
# `parameters` of the whole network: nine modules, three convolutions of the stem, one linear layer.
stem = (Conv("7×7", 7, 3, 64, 112), Conv("1×1", 1, 64, 64, 56), Conv("3×3", 3, 64, 192, 56))
in_modules = sum(row[4] for row in rows)
in_stem = sum(conv.parameters for conv in stem)
in_linear = 1024 * 1000 + 1000
parameters = in_modules + in_stem + in_linear
print(f"modules {in_modules:,} + stem {in_stem:,} + linear {in_linear:,}")
stated("parameters without auxiliary heads", parameters, 6_998_552)
stated(
    "in modules 4e, 5a and 5b, millions", sum(row[4] for row in rows[-3:]) / 1e6, 3.4, digits=1
)

# %% tags=["subslide"]
erratum(
    "GoogLeNet's parameters are given as 4, 5 and 7 million in different sources. Counted from the table, with biases and "
    "without auxiliary heads, there are 6,998,552: 7 million. The modules without stem and linear layer hold 5.8 million, and "
    "in training, with both heads, there are 13.4 million (section 8)."
)

# %%
stated("in the modules alone, millions", in_modules / 1e6, 5.8, digits=1)
all_work = sum(row[5] for row in rows) + total(stem) + 1024 * 1000
stated("multiply-adds of the network, billions", all_work / 1e9, 1.58, digits=2)
stated(
    "VGG-16's 138,357,544 parameters are so many times more",
    138_357_544 / parameters,
    19.8,
    digits=1,
)

# %% tags=["subslide"]
fig, (left, right) = show.figure(11, 3.6, columns=2)
names = ["stem", *GOOGLENET, "lin."]
sizes = [in_stem, *(row[4] for row in rows), in_linear]
efforts = [total(stem), *(row[5] for row in rows), 1024 * 1000]
left.bar(names, [s / 1e6 for s in sizes], color=show.colour("kernel"))
left.set(ylabel="parameters, millions", title="parameters sit at the end")
right.bar(names, [e / 1e6 for e in efforts], color=show.colour("output"))
right.set(ylabel="multiply–adds, millions", title="work is done at the beginning")
for ax in (left, right):
    ax.tick_params(axis="x", labelsize=10)
show.picture(
    fig,
    "Parameters grow from stem to module 5b; multiply–adds are largest in the stem and in 3b.",
)
assert efforts[0] == max(efforts)
assert sizes[-2] == max(sizes)

# %% [markdown]
# The same opposition as in unit 03: early layers have many places and few channels, late ones few places and many channels.
# A weight costs memory once, and work at every place.

# %% [markdown] tags=["slide"]
# ## 7. An average instead of a fully connected layer
#
# Module 5b leaves 1024 channels of 7×7. VGG would flatten them. GoogLeNet averages each channel over its 49 places.

# %% tags=["fragment"]
predict(
    "From 7×7×1024 to 1000 classes: how many weights behind <code>flatten</code>, and behind a global average?",
    answer="7 · 7 · 1024 · 1000 = 50,176,000 against 1024 · 1000 = 1,024,000. The first alone is seven times all of GoogLeNet.",
)

# %% tags=["live", "subslide"]
# A feature found top left and the same one found bottom right: `corner` and `other`. What does a linear layer get from
# flatten, and what from the average?
corner = torch.zeros(1, 1, 7, 7)
corner[..., 1:3, 1:3] = 1.0
other = corner.roll((3, 3), dims=(2, 3))
flat_difference = (corner.flatten(1) - other.flatten(1)).abs().sum()
mean_difference = (corner.mean((2, 3)) - other.mean((2, 3))).abs().sum()
stated("entries that differ after flatten", flat_difference, 8)
assert torch.allclose(mean_difference, torch.tensor(0.0), atol=1e-6)
stated("flatten's weights", 7 * 7 * 1024 * 1000, 50_176_000)
stated("the average's weights", 1024 * 1000, 1_024_000)

# %%
fig, axes = show.figure(9.5, 2.9, columns=3, width_ratios=[1, 1, 2.2])
for ax, spot, name in zip(axes, (corner, other), ("top left", "bottom right"), strict=False):
    ax.imshow(spot[0, 0].numpy(), cmap="gray")
    ax.set_title(name)
    ax.axis("off")
axes[2].plot(corner.flatten().numpy(), color=show.colour("input"), label="top left")
axes[2].plot(other.flatten().numpy(), "--", color=show.colour("kernel"), label="bottom right")
axes[2].axhline(corner.mean().item(), color=show.colour("output"), label="average of both")
axes[2].set(xlabel="entry after flatten", ylabel="value", title="what the linear layer gets")
axes[2].set_ylim(0, 1.9)
axes[2].legend(loc="upper center", ncols=2, fontsize=11)
show.picture(
    fig,
    "The same spot at two places of a 7×7 map; flatten makes two different rows of them, the average the same number.",
)

# %% [markdown] tags=["subslide"]
# ### Measured
#
# Put the digits at one place of a 16×16 field, train two small networks there which differ only in their end, and move the test
# digits down and to the right.

# %% tags=["fragment"]
predict(
    "Both were trained with the digit at one place only. It moves by 2 pixels in both directions. What happens?",
    {
        "Both lose about the same: neither has seen the new place": (
            "The convolutions need not have seen it: they do the same everywhere. What comes after them decides."
        ),
        "The one with flatten falls towards guessing, the one with the average stays as it was": (
            "Each weight behind flatten belongs to one place. The average does not know about places."
        ),
        "Neither loses: convolution and pooling do not care where a digit is": (
            "Their outputs move along with the digit. A linear layer behind flatten then meets other weights."
        ),
    },
    answer="The one with flatten falls towards guessing, the one with the average stays as it was",
)


# %% tags=["live", "subslide"]
# placed(pictures, at): digits on 16×16 with their corner at (at, at). learn(end, size): a network of two convolutions and a pool,
# then `end`, flatten, a linear layer of `size` inputs; trained with digits at 2. Then accuracies at 2 … 6, `by_place`.
digits = data.load()


def placed(pictures, at):
    return F.pad(pictures, (at, 8 - at, at, 8 - at))


def learn(end, size):
    torch.manual_seed(0)
    maps = [
        nn.Conv2d(1, 12, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(12, 24, 3, padding=1),
        nn.ReLU(),
    ]
    net = nn.Sequential(*maps, nn.MaxPool2d(2), end, nn.Flatten(), nn.Linear(size, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(6):
        for batch in torch.randperm(len(digits.train_x)).split(64):
            loss = F.cross_entropy(net(placed(digits.train_x[batch], 2)), digits.train_y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net


ends = {"flatten": (nn.Identity(), 24 * 8 * 8), "average": (nn.AdaptiveAvgPool2d(1), 24)}
by_place = {}
for name, (end, size) in ends.items():
    net = learn(end, size)
    with torch.no_grad():
        right = [
            net(placed(digits.test_x, at)).argmax(1) == digits.test_y for at in range(2, 7)
        ]
    by_place[name] = [100 * answers.float().mean().item() for answers in right]

# %%
fig, ax = show.figure(8.5, 3.3)
for (name, values), role, style in zip(
    by_place.items(), ("kernel", "output"), ("s--", "o-"), strict=True
):
    ax.plot(range(5), values, style, color=show.colour(role), label=name)
ax.set(xlabel="shift, pixels", ylabel="right answers, %", ylim=(0, 105))
ax.set_xticks(range(5))
ax.set_title("trained at shift 0")
ax.legend()
show.picture(
    fig,
    "Right answers against the shift: with flatten nearly all at shift 0 and few from 2 on; with the average fewer at shift 0, "
    "and the same at every even shift.",
)
assert by_place["flatten"][0] > 90 > 50 > by_place["flatten"][2]
assert abs(by_place["average"][0] - by_place["average"][2]) < 1
assert by_place["average"][0] > 40  # of 100; guessing gives 10
stated("weights behind flatten", 10 * 24 * 8 * 8, 15_360)
stated("weights behind the average", 10 * 24, 240)

# %% [markdown]
# What is found counts, where it is found does not. The average pays for that at the start: it has 240 weights instead of 15,360 and
# needs richer maps to be as good. (At odd shifts the pool in front of it sees other pairs of pixels: lecture 04.) For naming
# an object that is what we want, and pictures of any size fit. For drawing a box around the object it would be the wrong layer.

# %% [markdown] tags=["slide"]
# ## 8. Help on the way: auxiliary heads
#
# Counted along a path, GoogLeNet has 22 layers with weights. In 2014, before batch normalization, the worry was that the gradient
# fades on its way to the first ones. So two small classifiers sit on modules 4a and 4d; in training their losses are added,
# and afterwards they are thrown away [Szegedy 2014]:
#
# $$ L = L_{\text{main}} + 0.3\, L_{\text{4a}} + 0.3\, L_{\text{4d}} $$
#
# Let us build the worry: 22 plain 3×3 convolutions with PyTorch's default initialisation, on the digits, with and without a
# linear head on layer 10.

# %% tags=["fragment"]
predict(
    "One head on layer 10 of 22. Which layers get a larger gradient from it?",
    {
        "All of them": "Layers 11 to 22 are not on the path from the head to the input: nothing changes for them.",
        "Layers 1 to 10": "The head's loss runs back from layer 10 to layer 1, and no other way.",
        "Layers 11 to 22": "They come after the head; its loss does not depend on their weights.",
    },
    answer="Layers 1 to 10",
)


# %% tags=["live", "subslide"]
# gradient_norms(with_head): norm of each layer's weight gradient for one batch of digits.
def gradient_norms(with_head: bool) -> list[float]:
    torch.manual_seed(0)
    layers = [nn.Conv2d(16 if i else 1, 16, 3, padding=1) for i in range(22)]
    main, head = nn.Linear(16, 10), nn.Linear(16, 10)
    batch = data.load()
    signal, labels = batch.train_x[:64], batch.train_y[:64]
    loss = torch.zeros(())
    for number, layer in enumerate(layers, 1):
        signal = F.relu(layer(signal))
        if number == 10 and with_head:
            loss = 0.3 * F.cross_entropy(head(signal.mean((2, 3))), labels)
    loss = loss + F.cross_entropy(main(signal.mean((2, 3))), labels)
    loss.backward()
    return [layer.weight.grad.norm().item() for layer in layers]


alone, helped = gradient_norms(False), gradient_norms(True)

# %% tags=["subslide"]
fig, ax = show.figure(8, 3.4)
ax.semilogy(range(1, 23), alone, "o-", color=show.colour("gradient"), label="main loss alone")
ax.semilogy(
    range(1, 23), helped, "s--", color=show.colour("output"), label="with a head on layer 10"
)
ax.set(
    xlabel="layer", ylabel="norm of the gradient", title="The head lifts the layers before it"
)
ax.legend(frameon=False, loc="lower right")
show.picture(
    fig,
    "Gradient norm by layer, logarithmic: it falls by many powers of ten towards layer 1; "
    "with a head it is far larger in layers 1 to 10 and the same after.",
)
assert alone[0] < 1e-8 * alone[-1]
assert helped[0] > 1000 * alone[0]
assert all(abs(a - b) <= 1e-4 * a for a, b in zip(alone[10:], helped[10:], strict=True))

# %% [markdown]
# The first layer's gradient grows by more than a thousand times, and still it is small: a head is a help, not a cure. Better initial
# numbers (unit 06), batch normalization (unit 05) and shortcuts (unit 09) have since made heads rare. Its inventors later doubted that
# the heads had helped the first layers at all: early in training, they found no difference [Szegedy 2015].
#
# A head is not small, by the way: 5×5 average pool with stride 3 to 4×4, 1×1 to 128, linear to 1024, linear to 1000.

# %% tags=["fragment"]
predict(
    "The head on 4a reads 512 channels of 14×14 and gives 1,000 scores. Which of its layers holds the most parameters?",
    {
        "The 1×1 convolution, 512 → 128": "512 · 128 + 128 = 65,664. It is there to keep the next layer small.",
        "The linear layer from 4·4·128 to 1024": "2,048 · 1,024 + 1,024 = 2.1 of 3.2 million: the first layer that sees everything.",
        "The linear layer from 1024 to 1000": "1,025,000. As large as GoogLeNet's own last layer, and only the second here.",
    },
    answer="The linear layer from 4·4·128 to 1024",
)

# %%
heads = [c * 128 + 128 + 128 * 16 * 1024 + 1024 + 1024 * 1000 + 1000 for c in (512, 528)]
stated("the head's first linear layer", 2048 * 1024 + 1024, 2_098_176)
stated("parameters of the head on 4a", heads[0], 3_188_840)
stated("parameters of the head on 4d", heads[1], 3_190_888)
stated("network with both heads", parameters + sum(heads), 13_378_280)
stated("places of 5×5 windows, stride 3, in 14", (14 - 5) // 3 + 1, 4)

# %% [markdown] tags=["slide"]
# ## 9. What people get wrong, and what it looks like

# %%
torch.manual_seed(0)
dark = -1 - torch.rand(1, 1, 8, 8)  # every number is negative
right_pool = F.max_pool2d(dark, 3, 1, 1)[0]
zeros_win = F.max_pool2d(F.pad(dark, (1, 1, 1, 1)), 3, 1)[0]
ramp = torch.arange(12.0).expand(12, 12)[None, None]
ceiled = F.max_pool2d(ramp, 3, 2, ceil_mode=True)[0]
shifted = F.max_pool2d(ramp, 3, 2, padding=1)[0]

# %% tags=["subslide"]
panels = [right_pool, zeros_win, ceiled, shifted]
titles = [
    "pool branch, right",
    "zeros in the padding win",
    "ceil_mode: 2 4 6 8 10 11",
    "padding: 1 3 5 7 9 11",
]
fig, axes = show.figure(11, 3.3, columns=4)
for i, (ax, panel, title) in enumerate(zip(axes, panels, titles, strict=True)):
    limits = {"vmin": -2, "vmax": 0} if i < 2 else {"vmin": 0, "vmax": 11}
    drawn = ax.imshow(panel[0].numpy(), cmap="viridis", **limits)
    ax.set_title(title, fontsize=12)
    ax.axis("off")
    if i % 2:
        fig.colorbar(drawn, ax=ax, shrink=0.75)
show.picture(
    fig,
    "A pool of negative numbers, right and with a frame of zeros; a ramp pooled with ceil_mode "
    "and with padding: same size, other numbers.",
)
assert float(right_pool.max()) < 0
assert float(zeros_win.max()) == 0
assert ceiled[0, 0].tolist() == [2, 4, 6, 8, 10, 11]
assert shifted[0, 0].tolist() == [1, 3, 5, 7, 9, 11]
stated("entries of the frame that became 0", (zeros_win == 0).sum(), 28)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | "Sizes of tensors must match" | no padding, or a pool whose stride was left to its default | print four shapes |
# | right shape, ported weights give nonsense | branches concatenated in another order | zero all branches but one: which channels answer? |
# | a bright frame around dark maps | zeros padded before the max pool | negative numbers in: is any output 0? |
# | right sizes, output off by a pixel | padding where `ceil_mode` is meant | a ramp in |
# | few parameters, poor results | no ReLU after the reductions | double a reduction's bias: does the output change in a straight line? |
# | channels grow from module to module | the pool's projection is missing | add up what comes out |
# | evaluation returns three tensors | heads do not ask `self.training` | `model.eval()`, then look at the type |
#
# torchvision's GoogLeNet differs from the paper: it has batch normalization and no biases in its convolutions, its
# "5×5" branch is a 3×3, and its heads pool adaptively. Its weights do not fit the network of the assignment.

# %%
from torchvision import models

with torch.device("meta"):
    theirs = models.googlenet(init_weights=False, aux_logits=False)
assert theirs.inception3a.branch3[1].conv.kernel_size == (3, 3)
assert theirs.conv1.conv.bias is None
stated(
    "parameters of torchvision's GoogLeNet, without heads",
    sum(p.numel() for p in theirs.parameters()),
    6_624_904,
)

# %% [markdown] tags=["slide"]
# ## Summary
#
# * Kernels answer best to things of their own size, so an Inception module computes several sizes and lets the next layer choose.
# * Branches fit together when they keep height and width: padding $(K-1)/2$, stride 1, for the pool too.
# * Naive modules hand on all pooled channels: 672 from 256, 854 million multiply–adds, and work that grows with the square of depth.
# * A 1×1 convolution is a linear layer over channels, shared by all pixels; the ReLU behind it keeps it from melting into the next.
# * Reductions bring 854 million to 271 million; the width of the bottleneck counts twice, in front and behind.
# * GoogLeNet: 6,998,552 parameters and 1.58 billion multiply–adds. Parameters sit late, work sits early.
# * A global average costs 1,024,000 weights where flatten costs 50,176,000, and forgets where a feature was: a digit that moves
#   by two pixels is lost behind flatten and not behind the average.
# * Auxiliary heads lift gradients before them, in training only.
#
# **Now you:** in assignment 08 you write both modules, their cost, the auxiliary head and the whole of GoogLeNet, and your network
# is compared with a reference layer by layer.
#
# ## References
#
# * M. Lin, Q. Chen, S. Yan, *Network in network*, [arXiv:1312.4400](https://arxiv.org/abs/1312.4400), 2013: 1×1 convolutions and
#   global average pooling.
# * C. Szegedy and others, *Going deeper with convolutions*, [arXiv:1409.4842](https://arxiv.org/abs/1409.4842), 2014: GoogLeNet [Szegedy 2014].
# * S. Ioffe, C. Szegedy, *Batch normalization*, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167), 2015: an Inception network
#   with normalization, and no need for the heads' help.
# * C. Szegedy and others, *Rethinking the Inception architecture for computer vision*,
#   [arXiv:1512.00567](https://arxiv.org/abs/1512.00567), 2015: 5×5 as two 3×3, and what
#   heads do [Szegedy 2015].
