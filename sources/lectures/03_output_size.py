# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. How large is the output of a layer, and why is the formula nothing to learn by heart?
# 2. What happens to the pixels that are left over when a stride does not fit?
# 3. How many numbers does a layer learn, how many does it compute, how many must it remember? Why are these three different questions?
# 4. How much of the image can one number deep inside a network know about?
# 5. How does a network get larger again, and why is the answer not unique?
# 6. How do you check the table of a published network, and what do you find when you do?
#
# **You need** units 01 and 02: a window that slides, stride, padding, dilation, filters and channels.
#
# **Time** 90 minutes: a network that refuses its own paper 6 · counting starts 12 · padding 9 · strides that do not fit 12 ·
# dilation 6 · depth and cost 13 · receptive field 13 · getting larger 7 · LeNet and AlexNet as tables 7 ·
# mistakes and summary 5.
#
# Pencil and paper help today: nearly everything is counting, and every count can be checked by running a layer.

# %% tags=["skip"]
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.pictures.connections import TAPS, connect, dots, layer_taps
from convlab.pictures.fits import draw_fit, result, row_of
from convlab.pictures.stacks import Layer, draw_stack, seen, size_and_jump
from convlab.pictures.volumes import draw_block
from convlab.questions import erratum, predict, stated

# %% [markdown] tags=["slide"]
# ## 1. A network that refuses its own paper
#
# AlexNet is the network that won the ImageNet competition in 2012. Its paper says that it takes images of 224×224 pixels.
# Here are its layers, as published (in one tower, and with 10 classes instead of 1,000 to keep it small). We hand it such an image.

# %% tags=["live"]
# AlexNet's layers as `features`, ending in nn.Flatten(); then `head`, nn.Linear(9216, 10).
# Push a 1×3×224×224 image through both and print the error, if there is one.
features = nn.Sequential(
    *(nn.Conv2d(3, 96, 11, stride=4), nn.MaxPool2d(3, 2)),
    *(nn.Conv2d(96, 256, 5, padding=2), nn.MaxPool2d(3, 2)),
    nn.Conv2d(256, 384, 3, padding=1),
    nn.Conv2d(384, 384, 3, padding=1),
    *(nn.Conv2d(384, 256, 3, padding=1), nn.MaxPool2d(3, 2)),
    nn.Flatten(),
)
head = nn.Linear(9216, 10)
with torch.no_grad():
    try:
        head(features(torch.zeros(1, 3, 224, 224)))
    except RuntimeError as error:
        print(error)

# %%
with torch.no_grad():
    arrived = features(torch.zeros(1, 3, 224, 224)).shape[1]
stated("numbers that arrive at the linear layer", arrived, 6400)
stated("numbers it was built for", head.in_features, 9216)

# %% [markdown] tags=["subslide"]
# Everybody who builds networks meets this message. It names two numbers. One of them, 9,216, stands in the code; the other
# stands nowhere. To mend it you must know where 6,400 comes from, and who is wrong: the code, or the paper?
#
# Most people change the 9,216 to 6,400 and go on. Keep the question open. After section 4 you can say which pixels
# they threw away.

# %% tags=["fragment"]
predict(
    "256 channels arrive at the end. Which two heights (and widths) do 6,400 and 9,216 speak of?",
    {
        "25 and 36": "Those are the numbers of places, 5 · 5 and 6 · 6. The height is the root of it.",
        "5 and 6": "256 · 5 · 5 = 6,400 and 256 · 6 · 6 = 9,216. Somewhere on the way one row and one column got lost.",
        "80 and 96": "Those are the roots of 6,400 and 9,216; but the channels are in there as well.",
    },
    answer="5 and 6",
)

# %%
for side, arriving in ((5, 6400), (6, 9216)):
    stated(f"256 channels of {side}×{side}", 256 * side * side, arriving)

# %% [markdown] tags=["slide"]
# ## 2. Count where a window can start
#
# Take one direction only. Height and width never mix: each goes through the same count, one after the other. Seven cells, a
# window of three, one step at a time.

# %% tags=["fragment"]
fig, ax = show.canvas(17, 6.4, cell_inches=0.5)
draw_fit(ax, row_of(7, 3), at=(0.6, 0.8), height=4.2)
show.words(ax, (0.6, 0.4), "seven cells", role="input", size=12)
for line, text in enumerate(
    [
        "starts: 0, 1, 2, 3, 4",
        "the last one ends at cell 6, the last cell",
        "dashed: a start at 5 would need a cell 7",
        "so there are 7 − 3 + 1 = 5 outputs",
    ]
):
    show.words(ax, (9.3, 1.6 + 1.1 * line), text, bold=line == 3)
show.picture(
    fig, "Five windows of three fit into seven cells; a sixth would hang over the end."
)
stated("windows of 3 in 7 cells", len(row_of(7, 3).starts), 5)

# %% [markdown] tags=["subslide"]
# The last window starts at $W - F$, when $F$ is the size of the window ($K$ in the other units; older texts call it $F$, for filter
# or field). The first one starts at 0. From 0 to $W - F$ there are
#
# $$ W_{out} \;=\; W - F + 1 $$
#
# starts. The $+1$ is the one that everybody forgets once: a fence of four panels has five posts.
#
# Three by hand before we go on, from the layers that you will meet most often:
#
# | input | filters | counting | output |
# |---|---|---|---|
# | 32×32×1 | 6 of 5×5 | $32 - 5 + 1 = 28$ | 28×28×6 |
# | 28×28 | 3×3 | $28 - 3 + 1 = 26$ | 26×26 |
# | 13×13 | 1×1 | $13 - 1 + 1 = 13$ | 13×13 |


# %% tags=["live"]
# Check the three rows with F.conv2d on zeros: print the shape of each output.
# starts(n, k): a list of the places at which a window of k starts in n cells, by trying all of them.
def starts(n: int, k: int) -> list[int]:
    return [place for place in range(n) if place + k <= n]


for n, k, channels, filters in [(32, 5, 1, 6), (28, 3, 1, 1), (13, 1, 1, 1)]:
    y = F.conv2d(torch.zeros(1, channels, n, n), torch.zeros(filters, channels, k, k))
    assert y.shape[-1] == len(starts(n, k))
    print(f"{n}×{n}, {k}×{k}: {tuple(y.shape[1:])}")

# %%
stated("32 with windows of 5", len(starts(32, 5)), 28)
stated("28 with windows of 3", len(starts(28, 3)), 26)
stated("13 with windows of 1", len(starts(13, 1)), 13)

# %% [markdown] tags=["subslide"]
# ### Not all pixels are equal
#
# A 3×3 window on a 7×7 image has 5 · 5 = 25 places. How often is each pixel read? The answer is a convolution too: sum the ones
# that each window leaves behind.


# %% tags=["live"]
# times_read(size, kernel, stride=1, padding=0): how many windows read each pixel, (size, size).
# Idea: the gradient of the sum of all outputs, with a kernel of ones, counts readings.
def times_read(size: int, kernel: int, stride: int = 1, padding: int = 0) -> torch.Tensor:
    image = torch.zeros(1, 1, size, size, requires_grad=True)
    y = F.conv2d(image, torch.ones(1, 1, kernel, kernel), stride=stride, padding=padding)
    (count,) = torch.autograd.grad(y.sum(), image)
    return count[0, 0]


# %% tags=["subslide"]
variants = [
    ("S = 1", times_read(7, 3)),
    ("S = 1, P = 1", times_read(7, 3, padding=1)),
    ("S = 2", times_read(7, 3, stride=2)),
    ("S = 3", times_read(7, 3, stride=3)),
]
fig, ax = show.canvas(31, 8.6, cell_inches=0.34)
for panel, (title, counts) in enumerate(variants):
    left = 0.5 + 7.7 * panel
    show.words(ax, (left, 0.6), title, bold=True)
    unread = {(r, c) for r in range(7) for c in range(7) if counts[r, c] == 0}
    read = {(r, c) for r in range(7) for c in range(7)} - unread
    show.number_grid(ax, counts, at=(left, 1.2), highlight=read, size=11)
show.picture(
    fig,
    "How often each pixel of a 7 by 7 image is read. Corners once, the middle nine times; "
    "with padding corners four times; with stride 3 the last row and column never.",
)
stated("readings of a corner, stride 1", variants[0][1][0, 0], 1)
stated("readings of the middle, stride 1", variants[0][1][3, 3], 9)
stated("readings of a corner, with padding 1", variants[1][1][0, 0], 4)
stated("pixels never read with stride 3", (variants[3][1] == 0).sum(), 13)

# %% [markdown]
# Two things to take along. Without padding the border counts less: a corner is read once, a pixel in the middle nine times. And
# in the last panel 13 of 49 pixels are *never* read. They could hold anything, and nothing that the network says would change.

# %% [markdown] tags=["slide"]
# ## 3. Padding: keep the size, keep the border
#
# Every layer of 5×5 windows takes four pixels off. That is little, until you stack layers.

# %% tags=["fragment"]
predict(
    "A 32×32 image, layers of 5×5 windows, no padding. How many layers can you stack before nothing fits any more?",
    {
        "Six": "After six layers 32 − 24 = 8 pixels are left, and a window of 5 still fits.",
        "Seven": "32, 28, 24, 20, 16, 12, 8, 4: after seven layers 4×4 are left, and a window of 5 is too large.",
        "Eight, 32 / 4": "After seven layers 4 pixels are left. The eighth would give 0: no window fits.",
        "As many as you like": "Each layer takes 4 pixels off, whatever its filters do.",
    },
    answer="Seven",
)

# %%
side, sides = 32, [32]
while side >= 5:
    side = len(starts(side, 5))
    sides.append(side)
assert sides == [32, 28, 24, 20, 16, 12, 8, 4]
stated("layers that fit", len(sides) - 1, 7)
stated("pixels left, of 1,024", sides[-1] ** 2, 16)

# %% tags=["fragment"]
cat = data.photograph("cat", size=128)
fig, (left, right) = show.figure(10, 3.6, columns=2, width_ratios=[1, 1.7])
left.imshow(cat.mean(0).numpy(), cmap="gray", extent=(0, 32, 32, 0))
for side in sides[1:]:
    edge = (32 - side) / 2
    left.plot(
        [edge, 32 - edge, 32 - edge, edge, edge],
        [edge, edge, 32 - edge, 32 - edge, edge],
        color=show.colour("kernel"),
        lw=1.5,
    )
left.set(title="centres of the windows")
left.axis("off")
right.plot(range(8), sides, "-o", color=show.colour("kernel"), label="5×5, no padding")
right.plot(range(8), [32] * 8, "--s", color=show.colour("output"), label="5×5, padding 2")
right.set(xlabel="layers", ylabel="side of the output, pixels", ylim=(0, 36))
right.legend(loc="lower left")
show.picture(
    fig,
    "Squares on a cat's face, each smaller: seven 5 by 5 layers shrink 32 pixels to 4; with padding 2 the side stays 32.",
)

# %% [markdown] tags=["subslide"]
# **Padding** puts $P$ rows of zeros at each end. The padded row has $W + 2P$ cells, and everything else stays as it was:
#
# $$ W_{out} \;=\; W + 2P - F + 1 $$
#
# The output is as large as the input when the padding gives back what the window takes: $2P = F - 1$. For 3×3 that is one zero
# at each end, for 5×5 two, for 7×7 three. This is called **same** padding.

# %% tags=["fragment"]
predict(
    "A window of 4. Which padding keeps the size?",
    {
        "P = 1": "Two zeros in all, and the window takes three cells away: the output is one shorter.",
        "P = 2": "Four zeros in all, and the window takes three away: the output is one longer.",
        "No P does": (
            "A window of 4 takes 3 cells away, and 3 cannot be shared by two ends. You can put one zero in front and two "
            "behind, but then every answer stands half a cell away from where it was asked."
        ),
    },
    answer="No P does",
)

# %% tags=["subslide"]
fig, ax = show.canvas(25, 10, cell_inches=0.42)
panels = [
    ("K = 3, P = 1", row_of(8, 3, padding=1), (0.6, 1.2)),
    ("K = 5, P = 2", row_of(8, 5, padding=2), (12.2, 1.2)),
    ("K = 4, P = 1", row_of(8, 4, padding=1), (0.6, 6.0)),
    ("K = 4, P = 2", row_of(8, 4, padding=2), (12.2, 6.0)),
]
for title, row, (x, y) in panels:
    show.words(ax, (x, y - 0.6), f"{title}: {result(row).split(',')[0]}", bold=True)
    draw_fit(ax, row, at=(x, y), height=2.1, refused=False)
show.picture(
    fig,
    "Eight cells stay eight with a window of 3 and one zero, or 5 and two; with a window of 4 they become 7 or 9.",
)
for (title, row, _), expected in zip(panels, [8, 8, 7, 9], strict=True):
    stated(f"8 cells, {title}", len(row.starts), expected)

# %% [markdown] tags=["subslide"]
# That is one reason why nearly all kernels are odd; the other is that an odd window has a middle. You need not calculate
# $P$ at all: PyTorch takes the word `"same"` and puts the zeros where they belong (for an even window one more behind than in
# front). But for stride 1 only:

# %% tags=["live"]
# `same`: nn.Conv2d from 3 to 10 channels, kernel 5, padding="same". Which shape comes out of 32×32?
# Then the same layer with stride=2: read the message.
same = nn.Conv2d(3, 10, 5, padding="same")
print(tuple(same(torch.zeros(1, 3, 32, 32)).shape))
try:
    nn.Conv2d(3, 10, 5, stride=2, padding="same")
except ValueError as error:
    print(error)

# %%
assert same(torch.zeros(1, 3, 32, 32)).shape == (1, 10, 32, 32)
ramp = torch.arange(8.0).reshape(1, 1, 8)
shifted = F.conv1d(F.pad(ramp, (1, 2)), torch.ones(1, 1, 4))
stated("8 cells, K = 4, one zero in front and two behind", shifted.shape[-1], 8)

# %% [markdown]
# **What padding costs.** The zeros are not data. A window at the border sees an edge that is not in the picture, and the
# network can learn to use it: zero padding tells a network *where* it is [Islam 2020]. Unit 01 showed what it does to a signal:
# ends that sag towards zero.

# %% [markdown] tags=["slide"]
# ## 4. Stride: when it does not fit
#
# With stride $S$ only every $S$-th start is used. Seven cells and a window of three again. A dashed window is the first one
# that does not fit; a hatched cell is one that no window reads.

# %% tags=["fragment"]
fig, ax = show.canvas(29, 5.6, cell_inches=0.36)
for panel, stride in enumerate((1, 2, 3)):
    row, x = row_of(7, 3, stride), 0.6 + 9.6 * panel
    show.words(ax, (x, 0.6), f"S = {stride}: {len(row.starts)} outputs", bold=True)
    draw_fit(ax, row, at=(x, 1.2), height=3.0, refused=stride > 1)
show.picture(
    fig,
    "Window 3 over seven cells: stride 1 gives 5 outputs, stride 2 gives 3, stride 3 gives 2 and leaves cell 6 hatched.",
)
for stride, outputs, left_over in [(1, 5, 0), (2, 3, 0), (3, 2, 1)]:
    stated(f"7 cells, K = 3, S = {stride}: outputs", len(row_of(7, 3, stride).starts), outputs)
    assert row_of(7, 3, stride).left_over == left_over

# %% [markdown] tags=["fragment"]
# From the first start to the last possible one the window can move by $W + 2P - F$ cells. How many steps of $S$ is that?
#
# $$ W_{out} \;=\; \left\lfloor \frac{W + 2P - F}{S} \right\rfloor + 1 $$
#
# The brackets mean: round down. They are the only interesting part of the formula.

# %% [markdown] tags=["subslide"]
# In two directions the counts multiply: with $S=2$ there are 3 rows of 3 windows. Watch which pixel each output reads first:


# %% tags=["fragment"]
def nine_windows():
    """One picture per output of a 3×3 window with stride 2 on 7×7 pixels."""
    for index in range(9):
        row, column = divmod(index, 3)
        fig, ax = show.canvas(16, 8.4, cell_inches=0.4)
        show.number_grid(ax, [[""] * 7] * 7, at=(0.5, 1))
        show.window(ax, (0.5 + 2 * column, 1 + 2 * row), (3, 3))
        show.words(ax, (0.5, 0.5), f"starts in row {2 * row}, column {2 * column}", size=12)
        seen_so_far = {divmod(done, 3) for done in range(index + 1)}
        show.number_grid(ax, [[""] * 3] * 3, at=(11, 3), role="output", highlight=seen_so_far)
        show.arrow(
            ax, (3.5 + 2 * column, 2.5 + 2 * row), (11.1 + column, 3.5 + row), role="output"
        )
        show.words(ax, (11, 2.5), f"output {index + 1} of 9", role="output", size=12)
        yield fig


show.frames(
    nine_windows(),
    "A 3 by 3 window moves over 7 by 7 pixels in steps of two: nine outputs appear one after the other.",
    seconds=0.7,
)
assert F.conv2d(torch.zeros(1, 1, 7, 7), torch.zeros(1, 1, 3, 3), stride=2).shape[2:] == (3, 3)

# %% [markdown] tags=["subslide"]
# With $S=3$: $(7-3)/3 + 1 = 2\tfrac13$. There are no third parts of a window. A library could refuse such a layer; PyTorch
# takes 2 and says nothing. Cell 6 is never read, whatever it holds:

# %% tags=["live"]
# A random 7×7 `image` and a copy `spoiled` whose last row and column are 1,000.
# Compare a 3×3 convolution with stride 3 on both.
generator = torch.Generator().manual_seed(0)
image = torch.rand(1, 1, 7, 7, generator=generator)
spoiled = image.clone()
spoiled[..., -1, :] = 1000
spoiled[..., :, -1] = 1000
weight = torch.rand(1, 1, 3, 3, generator=generator)
assert torch.equal(F.conv2d(image, weight, stride=3), F.conv2d(spoiled, weight, stride=3))
assert not torch.equal(F.conv2d(image, weight, stride=2), F.conv2d(spoiled, weight, stride=2))

# %% tags=["subslide"]
explore.output_size()

# %% [markdown] tags=["subslide"]
# ### Back to AlexNet
#
# Its first layer has windows of 11 and stride 4. Look at the right end of the row, with the paper's 224 and with 227:

# %%
fig, ax = show.canvas(21, 7.4, cell_inches=0.5)
for line, size in enumerate((227, 224)):
    top, last = 1.1 + 3.6 * line, 4 * ((size - 11) // 4)
    cells = list(range(211, size))
    lit = {(0, cell - 211) for cell in cells if cell <= last + 10}
    show.words(ax, (0.5, top - 0.5), f"{size} pixels, the right end", bold=True)
    show.number_grid(ax, [cells], at=(0.5, top), highlight=lit, size=11)
    name = f"window {last // 4}, starts at pixel {last}"
    show.box(ax, (0.5 + last - 211, top + 1.2), (11, 0.8), name, role="kernel")
    note = "it fits" if last + 11 == size else f"{size - 1} is left over"
    show.words(ax, (17.0, top + 0.5), note, size=12)
show.picture(
    fig,
    "With 227 pixels window number 54 ends at the last pixel; with 224 window 53 ends one pixel before the end.",
)
stated("227 pixels: outputs of the first layer", len(row_of(227, 11, 4).starts), 55)
stated("224 pixels: outputs of the first layer", len(row_of(224, 11, 4).starts), 54)
stated("224 pixels: left over", row_of(224, 11, 4).left_over, 1)

# %% tags=["fragment"]
erratum(
    "The AlexNet paper gives its input as 224×224 and the output of its first layer as 55×55. Both cannot be true without padding: "
    "(224 − 11) / 4 + 1 = 54.25. An input of 227 gives (227 − 11) / 4 + 1 = 55 exactly, and 227×227×3 with 96 filters gives "
    "55×55×96. (torchvision keeps 224 and adds padding 2, another network: (228 − 11) / 4 + 1 = 55.25, so 55, with one cell of "
    "padding left over.)"
)

# %%
stated("224 pixels with padding 2", len(row_of(224, 11, 4, padding=2).starts), 55)
stated("cells left over then (padding, not pixels)", row_of(224, 11, 4, padding=2).left_over, 1)

# %% [markdown] tags=["subslide"]
# One pixel lost in the first layer, and three later layers have strides as well. How much of the image does the *whole* network
# miss? Do not calculate: measure. A pixel is read when the last output has a gradient with respect to it.


# %% tags=["live"]
# columns_read(size): for each column of an image of this size, does AlexNet's last pooling layer depend on it?
# One direction is enough: kernels of ones, the eight layers as (kernel, stride, padding).
def columns_read(size: int) -> torch.Tensor:
    row = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
    hidden = row
    for k, s, p in [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), *[(3, 1, 1)] * 3, (3, 2, 0)]:
        hidden = F.conv1d(hidden, torch.ones(1, 1, k, dtype=torch.float64), stride=s, padding=p)
    hidden.sum().backward()
    return row.grad[0, 0] != 0


# %%
stated("columns never read, of 227", (~columns_read(227)).sum(), 0)
stated("columns never read, of 224", (~columns_read(224)).sum(), 5)
read = columns_read(224)
stated("pixels never read, of 50,176", 224**2 - int(read.sum()) ** 2, 2215)
assert int(read.nonzero().max()) == 218

# %% tags=["subslide"]
photo = data.photograph("camera", size=224).numpy()
fig, (left, right) = show.figure(9, 3.6, columns=2)
for ax, first in ((left, 0), (right, 190)):
    ax.imshow(photo, cmap="gray")
    for strip in (ax.axvspan, ax.axhspan):
        strip(218.5, 223.5, color=show.colour("kernel"), alpha=0.55, lw=0)
    ax.set(xlim=(first - 0.5, 223.5), ylim=(223.5, first - 0.5))
    ax.axis("off")
left.set_title("AlexNet on 224×224")
right.set_title("its corner: 5 rows, 5 columns unread")
show.picture(
    fig,
    "A photograph with its last five rows and columns marked: AlexNet on 224 never reads them.",
)

# %% [markdown]
# So that is the price of changing 9,216 to 6,400: the network runs, and its last five rows and columns are blind. In a
# photograph of a cat nobody will notice. In a microscope slide, where a cell at the border counts, somebody will.
#
# The other way out of a stride that does not fit is to round *up* and let the last window hang over. Pooling layers offer that as
# `ceil_mode=True`; GoogLeNet is built with it, and whoever rebuilds it without gets 55 where the paper has 56.

# %% tags=["live"]
# A 3-wide max pooling with stride 2 on 112 cells: output size `down`, and `up` with ceil_mode=True.
line = torch.zeros(1, 1, 112)
down = nn.MaxPool1d(3, 2)(line).shape[-1]
up = nn.MaxPool1d(3, 2, ceil_mode=True)(line).shape[-1]
down, up

# %%
stated("rounded down", down, 55)
stated("rounded up", up, 56)

# %% [markdown] tags=["subslide"]
# ### Halving, five ways
#
# Most networks use a stride for one purpose: half the height, half the width. For an even size these all do it, and a table shows
# what each leaves over.

# %%
rows = []
for k, p in [(2, 0), (3, 1), (4, 1), (5, 2), (7, 3)]:
    row = row_of(224, k, 2, p)
    rows.append(
        [k, 2, p, len(row.starts), row.left_over, "padding" if row.left_over else "nothing"]
    )
assert [row[3] for row in rows] == [112] * 5
assert [row[4] for row in rows] == [0, 1, 0, 1, 1]
sizes = [224]
for k, p in [(7, 3), *[(3, 1)] * 4]:  # the five halvings of ResNet
    assert row_of(sizes[-1], k, 2, p).left_over == 1
    sizes.append(len(row_of(sizes[-1], k, 2, p).starts))
assert sizes == [224, 112, 56, 28, 14, 7]
show.table(rows, header=["K", "S", "P", "224 becomes", "cells left over", "what is left over"])

# %% [markdown]
# Read the column of left-over cells. Odd kernels with "half" padding never fit an even size: the zero at the right end is not
# read, the one at the left is. ResNet does this five times (224, 112, 56, 28, 14: all even), and each time the answers
# move half a pixel of that layer's input towards the top left. It does no harm to a classifier. It does when you paint the
# answers over the image.

# %% [markdown] tags=["slide"]
# ## 5. Dilation: the same weights, further apart
#
# With dilation $D$ the cells of a window lie $D$ apart: the same three weights, spread out.

# %% tags=["fragment"]
fig, ax = show.canvas(26, 5.2, cell_inches=0.4)
for panel, dilation in enumerate((1, 2)):
    row, x = row_of(11, 3, 1, 0, dilation), 0.6 + 13 * panel
    show.words(
        ax, (x, 0.6), f"D = {dilation}: spans {row.reach}, {len(row.starts)} outputs", bold=True
    )
    draw_fit(ax, row, at=(x, 1.2), height=2.6, refused=False)
show.picture(
    fig,
    "Windows of three over eleven cells: next to each other, 9 outputs; two apart, spanning five, 7 outputs.",
)
stated("11 cells, K = 3, D = 1", len(row_of(11, 3).starts), 9)
stated("11 cells, K = 3, D = 2", len(row_of(11, 3, 1, 0, 2).starts), 7)

# %% [markdown] tags=["fragment"]
# A window of $K$ cells then **spans** $D(K-1)+1$ places, and the span takes the place of $F$:
#
# $$ n_{out} \;=\; \left\lfloor \frac{n + 2P - D(K-1) - 1}{S} \right\rfloor + 1 $$
#
# This is the whole formula, in the form in which PyTorch's manual prints it. Nothing new was needed for it: count the starts.

# %% tags=["live"]
# Is the formula PyTorch's? Compare it with F.conv1d for all n up to 14, K to 4, S to 3, P to 2, D to 3:
# `agreed` counts the settings, `refused` those where PyTorch says that the kernel does not fit.
agreed = refused = 0
for setting in torch.cartesian_prod(*(torch.arange(end) for end in (15, 5, 4, 3, 4))).tolist():
    n, k, s, p, d = setting
    if 0 in (n, k, s, d):
        continue
    try:
        y = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p, d)
    except RuntimeError:
        assert len(row_of(n, k, s, p, d).starts) == 0
        refused += 1
    else:
        assert y.shape[-1] == len(row_of(n, k, s, p, d).starts)
        agreed += 1
print(f"{agreed:,} settings agree, {refused} do not fit, and PyTorch refuses exactly those")

# %%
stated("settings tried", agreed + refused, 14 * 4 * 3 * 3 * 3)
stated("settings that do not fit", refused, 192)

# %% [markdown] tags=["subslide"]
# ### What lies between the cells
#
# A dilated window skips cells. One layer alone does no harm, its neighbours read what it skips. But stack three layers with the
# *same* dilation and follow one output down:

# %%
same_dilation, growing = [Layer(3, 1, 2)] * 3, [Layer(3, 1, 1), Layer(3, 1, 2), Layer(3, 1, 4)]
fig, ax = show.canvas(48, 19.5, cell_inches=0.21)
for panel, (title, layers) in enumerate(
    [("dilations 2, 2, 2: gaps stay", same_dilation), ("dilations 1, 2, 4: none", growing)]
):
    inner = ax.inset_axes((25 * panel, 2.2, 22, 17), transform=ax.transData)
    inner.set(xlim=(0, 22), ylim=(17, 0))
    inner.axis("off")
    draw_stack(inner, layers, width=15, height=17, neighbour=False)
    show.words(ax, (0.6 + 25 * panel, 1.2), title, bold=True)
show.picture(
    fig,
    "Left, three layers of dilation 2: the output reads every second input only. Right, 1, 2, 4: it reads all 15.",
)
stated("dilations 2, 2, 2: inputs read, of 13 spanned", len(seen(same_dilation)[0]), 7)
stated("dilations 1, 2, 4: inputs read, of 15 spanned", len(seen(growing)[0]), 15)

# %% [markdown]
# On the left neighbouring outputs work on separate halves of the input that never meet. In a segmented image it shows as a
# chequered pattern, called gridding. Mixing dilations avoids it.

# %% [markdown] tags=["slide"]
# ## 6. Depth and cost
#
# Height and width are settled. The third number is the easiest: the depth of the output is the number of filters. It never
# depends on the depth of the input, because every filter reads all input channels and makes one output channel (unit 02).

# %% tags=["fragment"]
fig, ax = show.canvas(25, 8.2, cell_inches=0.4)
draw_block(ax, (0.8, 2.2), (4.4, 4.4, 0.9), "input, 32×32×3", role="input")
for number in range(10):
    row, column = divmod(number, 2)
    draw_block(ax, (9.6 + 2.2 * column, 0.7 + 1.35 * row), (0.7, 0.7, 0.9), "", role="kernel")
show.words(
    ax, (11.3, 7.7), "10 filters, 5×5×3, 1 bias each", role="kernel", align="center", size=12
)
show.arrow(ax, (6.4, 4.2), (9.0, 4.2))
show.arrow(ax, (13.6, 4.2), (16.4, 4.2), role="kernel")
draw_block(ax, (16.8, 2.4), (4.4, 4.4, 2.8), "output, 32×32×10", role="output")
show.picture(
    fig,
    "A 32 by 32 by 3 input, ten filters of 5 by 5 by 3 with a bias each, a 32 by 32 by 10 output.",
)

# %% tags=["fragment"]
predict(
    "32×32×3, ten filters 5×5, stride 1, padding 2. How many numbers does this layer learn?",
    {
        "250 + 10 = 260": "That is ten filters of 5×5. But the input has three channels, and every filter has weights for each.",
        "76": "That is one filter: 5 · 5 · 3 weights and a bias. There are ten.",
        "760": "5 · 5 · 3 + 1 = 76 for each filter, ten filters. The 32×32 plays no part.",
        "32 · 32 · 10": "Those are the numbers that come out. The same filters are used at every place.",
    },
    answer="760",
)

# %% tags=["live"]
# Count: the numbers that `layer`, nn.Conv2d(3, 10, 5, padding=2), learns, as `learned`;
# its output for a 32×32 image, as `out`.
layer = nn.Conv2d(3, 10, 5, padding=2)
learned = sum(p.numel() for p in layer.parameters())
out = layer(torch.zeros(1, 3, 32, 32))
learned, tuple(out.shape)

# %% tags=["fragment"]
erratum(
    "One source of this example says: 76 parameters per filter, so 76 · 10 = 76 in all. The first number is right; ten times 76 is 760."
)

# %%
stated("parameters of one filter", layer.weight[0].numel() + 1, 76)
stated("parameters of the layer", learned, 760)
stated("output channels", out.shape[1], 10)

# %% [markdown] tags=["subslide"]
# ### Three prices, and they are not the same
#
# | price | counts | for a convolution | who pays |
# |---|---|---|---|
# | **parameters** | numbers learned and stored | $C_{out}\,(C_{in} K_h K_w + 1)$ | the file, the optimiser |
# | **multiply–adds** | a product, and adding it | $C_{out}\,C_{in} K_h K_w \cdot H_{out} W_{out}$ | the processor, the battery |
# | **activations** | numbers that come out | $C_{out}\,H_{out} W_{out}$, times the batch | memory while training |
#
# Our layer of ten filters: every one of its 750 weights is used once at each of 1,024 places, so 768,000 multiply–adds; 10,240
# activations, each of 4 bytes, for each image of the batch. With groups, $C_{in}$ becomes $C_{in}/G$ in the first two rows.

# %%
stated("multiply–adds", layer.weight.numel() * out[0, 0].numel(), 768_000)
stated("activations", out.numel(), 10_240)

# %% tags=["fragment"]
predict(
    "You double the height and the width of the input. What happens to the three prices of a convolution?",
    {
        "All three become four times as large": "Parameters do not know how large the image is.",
        "Parameters stay, the other two double": "There are twice as many rows and twice as many columns: four times as many places.",
        "Parameters stay, the other two become four times as large": (
            "Places are paid for in work and memory, never in parameters. That is why a network can be run on larger images than it "
            "was trained on, until the first linear layer."
        ),
    },
    answer="Parameters stay, the other two become four times as large",
)


# %% tags=["live", "subslide"]
# ledger(layers, input_shape): per layer (layer, output shape, parameters, multiply–adds).
# On the device "meta" PyTorch works out shapes and computes no values: a network of any size costs nothing.
def ledger(layers: list[nn.Module], input_shape: tuple[int, ...]) -> list[tuple]:
    x, rows = torch.empty(1, *input_shape, device="meta"), []
    for layer in layers:
        x = layer.to("meta")(x)
        weights = getattr(layer, "weight", torch.empty(0)).numel()
        places = x[0, 0].numel() if x.ndim == 4 else 1
        rows.append(
            (layer, x.shape[1:], sum(p.numel() for p in layer.parameters()), weights * places)
        )
    return rows


once, twice = (ledger([nn.Conv2d(3, 10, 5, padding=2)], (3, n, n))[0] for n in (32, 64))
assert once[2:] == (760, 768_000)
assert twice[2] == once[2]
assert twice[3] == 4 * once[3]

# %% [markdown] tags=["subslide"]
# Where does a whole network pay? VGG-16 is thirteen 3×3 convolutions and three linear layers. One bar per layer:


# %%
def vgg16() -> list[nn.Module]:
    """VGG-16 without its ReLUs, which change no shape."""
    layers, channels = [], 3
    for block, width in zip((2, 2, 3, 3, 3), (64, 128, 256, 512, 512), strict=True):
        for _ in range(block):
            layers.append(nn.Conv2d(channels, width, 3, padding=1, device="meta"))
            channels = width
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    sizes = (512 * 7 * 7, 4096, 4096, 1000)
    return layers + [nn.Linear(a, b, device="meta") for a, b in pairwise(sizes)]


vgg = [row for row in ledger(vgg16(), (3, 224, 224)) if row[2]]  # the 16 layers that learn
millions = {
    "parameters, millions": [row[2] / 1e6 for row in vgg],
    "multiply–adds, billions": [row[3] / 1e9 for row in vgg],
    "activations, millions": [row[1].numel() / 1e6 for row in vgg],
}

# %% tags=["subslide"]
fig, axes = show.figure(10, 3.4, columns=3)
for ax, (name, values), role in zip(
    axes, millions.items(), ("kernel", "ink", "output"), strict=True
):
    ax.bar(range(1, 17), values, color=[show.colour(role)] * 13 + [show.tint(role, 0.5)] * 3)
    ax.set(title=name, xlabel="layer (pale: linear)", xticks=[1, 5, 9, 13, 16])
    ax.title.set_fontsize(13)
show.picture(
    fig,
    "VGG-16: one linear layer holds most parameters; the convolutions do nearly all the work; "
    "the first two layers make nearly half of the activations.",
)
parameters, work, memory = (
    torch.tensor(values, dtype=torch.float64) for values in millions.values()
)
stated("parameters, millions", parameters.sum(), 138.36, digits=2)
stated(
    "share of the three linear layers in them, %",
    100 * parameters[13:].sum() / parameters.sum(),
    89,
)
stated("multiply–adds, billions", work.sum(), 15.47, digits=2)
stated("share of the thirteen convolutions in them, %", 100 * work[:13].sum() / work.sum(), 99)
stated(
    "share of the first two layers in the activations, %",
    100 * memory[:2].sum() / memory.sum(),
    47,
)
stated("activations of these layers, one image, MB", 4 * memory.sum(), 54)

# %% [markdown]
# Three prices, three different layers. To make the *file* smaller, attack the first linear layer. To make it *faster*, attack
# the convolutions. To *train* with a larger batch, attack the first two layers: they alone keep 6.4 million numbers per image.
# A sentence such as "this network is half as big" says nothing until you ask: half of what?

# %%
stated("activations of the first two layers, millions", memory[:2].sum(), 6.4, digits=1)

# %% [markdown] tags=["slide"]
# ## 7. Receptive field: how much of the image does one number know?
#
# An output of a 3×3 layer sees 3×3 pixels. An output of a *second* 3×3 layer sees 3×3 of those, and so more of the image. The
# patch of input that can influence an output is its **receptive field**. We draw one direction, the input at the bottom:

# %% tags=["fragment"]
fig, ax = show.canvas(44, 17, cell_inches=0.22)
for panel, (title, layers) in enumerate(
    [("three layers of 3", [Layer(3)] * 3), ("one layer of 7", [Layer(7)])]
):
    inner = ax.inset_axes((22 * panel, 2.2, 22, 14.5), transform=ax.transData)
    inner.set(xlim=(0, 22), ylim=(14.5, 0))
    inner.axis("off")
    draw_stack(inner, layers, width=13, height=14.5, neighbour=False)
    show.words(ax, (0.6 + 22 * panel, 1.2), title, bold=True)
show.picture(
    fig, "Three layers of 3 and one layer of 7: in both, one output sees seven inputs."
)
stated("three layers of 3: inputs seen", size_and_jump([Layer(3)] * 3)[0], 7)
stated("one layer of 7: inputs seen", size_and_jump([Layer(7)])[0], 7)

# %% tags=["fragment"]
predict(
    "C channels in, C channels out. How many weights do three 3×3 layers have, and how many one 7×7 layer with the same receptive field?",
    {
        "27·C² against 49·C²": "3 · (3 · 3 · C · C) against 7 · 7 · C · C: 45 % fewer, and two more non-linearities in between.",
        "The same: they see the same": "They see the same pixels, but they cannot compute the same functions.",
        "9·C² against 49·C²": "That is one of the three layers.",
        "27 against 49": "Per pair of channels, yes. Every filter reads all C channels, and there are C filters.",
    },
    answer="27·C² against 49·C²",
)

# %% tags=["live"]
# Count with C = 64, no biases, on 56×56: `three` 3×3 layers and `one` 7×7 layer; both keep the size.
# `counted`: "three" and "one" → their ledger.
three = [nn.Conv2d(64, 64, 3, padding=1, bias=False) for _ in range(3)]
one = [nn.Conv2d(64, 64, 7, padding=3, bias=False)]
counted = {
    name: ledger(layers, (64, 56, 56)) for name, layers in (("three", three), ("one", one))
}
show.table(
    [
        [
            name,
            sum(row[2] for row in rows),
            sum(row[3] for row in rows),
            sum(row[1].numel() for row in rows),
        ]
        for name, rows in counted.items()
    ],
    header=["layers", "weights", "multiply–adds", "activations to keep"],
)

# %%
small, large = (sum(row[2] for row in counted[name]) for name in ("three", "one"))
assert (small, large) == (27 * 64**2, 49 * 64**2)
stated("weights saved by three small layers, %", 100 * (1 - small / large), 45)
kept = [sum(row[1].numel() for row in counted[name]) for name in ("three", "one")]
stated("activations to keep: how many times as many", kept[0] / kept[1], 3)

# %% [markdown] tags=["subslide"]
# This is the idea of VGG: deep stacks of 3×3. Fewer weights, less work, and three ReLUs instead of one, so the function of the
# same 7×7 patch can bend more often. It is not free: training keeps three outputs instead of one.
#
# Now with strides. Keep two numbers per layer, from the input on:
#
# * the **size**: how many input places one output spans;
# * the **jump**: how many input places lie between two neighbouring outputs.
#
# Two layers of three, the lower one with stride 2. Dashed: what the next output sees.

# %% tags=["fragment"]
fig, ax = show.canvas(40, 15, cell_inches=0.24)
draw_stack(ax, [Layer(3, 2), Layer(3)], width=27, height=14)
show.picture(
    fig,
    "A 3-wide layer with stride 2, then a 3-wide layer: one output spans seven inputs, its neighbour begins two further.",
)
assert size_and_jump([Layer(3, 2)]) == (3, 2)
assert size_and_jump([Layer(3, 2), Layer(3)]) == (7, 2)

# %% [markdown] tags=["fragment"]
# A window of $K$ cells reaches $D(K-1)$ steps beyond its first cell, and one step of this layer is one *jump of the layer below*:
#
# $$ \text{size}_l = \text{size}_{l-1} + D_l (K_l - 1) \cdot \text{jump}_{l-1}
#    \qquad \text{jump}_l = \text{jump}_{l-1} \cdot S_l
#    \qquad \text{size}_0 = \text{jump}_0 = 1 $$
#
# By hand, for the picture: the first layer has $K=3$, $S=2$, so size $1 + 2 \cdot 1 = 3$ and jump $1 \cdot 2 = 2$. The second
# has $K=3$, $S=1$: its three cells lie two inputs apart, size $3 + 2 \cdot 2 = 7$, and the jump stays 2. Then play with the rest:

# %% tags=["subslide"]
explore.receptive_field()

# %% [markdown] tags=["subslide"]
# ### AlexNet, seen from inside
#
# How much of a 227×227 photograph does one number see, layer by layer? Count it along the layers, and then check the largest one by
# a gradient, as in section 4.

# %% tags=["live"]
# `plan`: (name, kernel, stride) of AlexNet's eight layers. `fields`: name → (size, jump) after each;
# build the stack layer by layer with Layer(kernel, stride) and ask size_and_jump(stack).
plan = [("conv1", 11, 4), ("pool1", 3, 2), ("conv2", 5, 1), ("pool2", 3, 2)]
plan += [("conv3", 3, 1), ("conv4", 3, 1), ("conv5", 3, 1), ("pool5", 3, 2)]
stack, fields = [], {}
for name, kernel, stride in plan:
    stack.append(Layer(kernel, stride))
    fields[name] = size_and_jump(stack)
show.table(
    [[name, *numbers] for name, numbers in fields.items()],
    header=["layer", "size, pixels", "jump, pixels"],
)

# %%
assert [size for size, _ in fields.values()] == [11, 19, 51, 67, 99, 131, 163, 195]
assert [jump for _, jump in fields.values()] == [4, 8, 8, 16, 16, 16, 16, 32]
row = torch.zeros(1, 1, 515, dtype=torch.float64, requires_grad=True)
hidden = row
for _, kernel, stride in plan:
    hidden = F.conv1d(hidden, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride)
hidden[0, 0, 3].backward()
stated("inputs with a gradient, last layer, without padding", (row.grad != 0).sum(), 195)

# %% tags=["subslide"]
photo = data.photograph("cat", size=227).mean(0).numpy()
fig, ax = show.figure(9, 4.4)
ax.imshow(photo, cmap="gray")
for name in ("conv1", "conv2", "conv3", "conv5", "pool5"):
    size = fields[name][0]
    low, high = 113 - size / 2, 113 + size / 2
    ax.plot(
        [low, high, high, low, low], [low, low, high, high, low], color=show.colour("kernel")
    )
    ax.annotate(
        f"{name}: {size} px", (high, low), (245, low + 4), color=show.colour("ink"), fontsize=12,
        arrowprops={"arrowstyle": "-", "color": show.colour("plain")}, annotation_clip=False, va="center",
    )  # fmt: skip
ax.axis("off")
show.picture(
    fig,
    "Squares on a photograph of a cat: conv1 sees 11 pixels, conv2 51, conv3 99, conv5 163, the last pooling 195 of 227.",
)

# %% [markdown]
# Eleven pixels hold a few hairs or an edge. Ninety-nine hold an eye. Only the last layers see enough to tell a cat from a rug,
# and the linear layers behind them see it all. When a network misses large objects, compare their size with its receptive field
# before you blame the training.

# %% [markdown] tags=["subslide"]
# ### Seeing is not the same as using
#
# The receptive field is a limit. Inside it, some inputs count more: the middle one is connected through many paths, an outer
# one through one. Count the paths through ten layers of 3.

# %% tags=["live"]
# `paths`: how many ways lead from each input to one output of ten layers with K = 3.
# A layer of ones counts: push a single 1 through ten of them. `middle_share`: what the middle 9 hold.
spike = torch.zeros(1, 1, 21, dtype=torch.float64)
spike[..., 10] = 1
paths = spike
for _ in range(10):
    paths = F.conv1d(paths, torch.ones(1, 1, 3, dtype=torch.float64), padding=1)
paths = paths[0, 0]
middle_share = paths[6:15].sum() / paths.sum()

# %%
fig, ax = show.figure(8, 3.2)
ax.bar(range(-10, 11), (paths / paths.sum()).numpy(), color=show.colour("input"), width=0.8)
ax.set(
    xlabel="input, places from the middle",
    ylabel="share of the paths",
    title="Ten layers of 3 span 21 inputs",
)
show.picture(
    fig,
    "The share of paths over 21 inputs is a bell: highest in the middle, almost nothing at the ends.",
)
stated("paths in all", paths.sum(), 3**10)
stated("paths from the outermost input", paths[0], 1)
stated("share of the middle 9 inputs, %", 100 * middle_share, 92)

# %% [markdown]
# The middle 9 of 21 inputs hold 92 % of the paths. With random weights the *size* of the gradient follows the root of these
# counts, and the bell widens with the root of the depth, not with the depth [Luo 2016]. The effective receptive field is
# smaller than the one you calculate.

# %% [markdown] tags=["slide"]
# ## 8. Getting larger again: transposed convolution
#
# A network that paints (segments, repairs, invents images) has to get larger again. A **transposed convolution** takes the
# picture of a convolution and reads it upside down: every input spreads its value over a kernel's worth of outputs, neighbours
# start $S$ places apart, and where they overlap they add.

# %% tags=["fragment"]
fig, ax = show.canvas(27, 5, cell_inches=0.38)
down_from, down_to = [1.2 + i for i in range(7)], [2.2 + 2 * i for i in range(3)]
connect(ax, down_from, down_to, layer_taps(7, 3, stride=2), top=1.6, bottom=3.8)
dots(ax, down_from, 1.6, role="input", names=[f"x{i}" for i in range(7)])
dots(ax, down_to, 3.8, role="output", names=[f"y{i}" for i in range(3)])
show.words(ax, (0.7, 0.6), "convolution, K = 3, S = 2: 7 → 3", bold=True)
up_from, up_to = [16.2 + 2 * i for i in range(3)], [15.2 + j for j in range(7)]
for i, j in ((i, 2 * i + k) for i in range(3) for k in range(3)):
    ax.plot([up_from[i], up_to[j]], [1.6, 3.8], color=TAPS[j - 2 * i], lw=2.2, zorder=2)
dots(ax, up_from, 1.6, role="input", names=[f"x{i}" for i in range(3)])
dots(ax, up_to, 3.8, role="output", names=[f"y{j}" for j in range(7)])
show.words(ax, (14.5, 0.6), "transposed, K = 3, S = 2: 3 → 7", bold=True)
show.picture(
    fig,
    "Seven inputs to three outputs, and the same lines read backwards: three inputs to seven outputs.",
)

# %% [markdown] tags=["subslide"]
# By hand: input $(1, 2, 3)$, weights $(1, 10, 100)$, $S = 2$. Each input sends its share two places further than the one before it:

# %% tags=["fragment"]
fig, ax = show.canvas(16, 5.9, cell_inches=0.46)
shares = [("1 · w", 0, [1, 10, 100]), ("2 · w", 2, [2, 20, 200]), ("3 · w", 4, [3, 30, 300])]
for line, (name, start, values) in enumerate(shares):
    show.words(ax, (5.6, 0.7 + 1.2 * line), name, align="right", role="kernel")
    show.number_grid(ax, values, at=(6 + start, 0.2 + 1.2 * line), role="kernel", size=11)
ax.plot([6, 13], [3.95, 3.95], color=show.colour("ink"), lw=1.5)
show.words(ax, (5.6, 4.7), "output, the sum", align="right", role="output")
added = [sum(v[j - s] for _, s, v in shares if 0 <= j - s < 3) for j in range(7)]
show.number_grid(ax, added, at=(6, 4.2), role="output", size=11)
show.picture(
    fig,
    "Three rows, 1 10 100, then 2 20 200 two places on, then 3 30 300 two further; "
    "their sum is 1 10 102 20 203 30 300.",
)
assert added == [1, 10, 102, 20, 203, 30, 300]

# %% [markdown] tags=["subslide"]
# Count again, this time where the share of the last input *ends*: it starts at $(n-1)S$ and reaches $D(K-1)$ further. Padding
# belongs to the convolution that is being undone, so here it is cut off, $P$ at each end:
#
# $$ n_{out} \;=\; (n-1)\,S - 2P + D(K-1) + 1 + \text{output padding} $$
#
# The hand example has $n=3$, $K=3$, $S=2$, $P=0$: $2 \cdot 2 - 0 + 2 + 1 = 7$ outputs.

# %% tags=["live"]
# The hand example with F.conv_transpose1d, as `spread`.
# Then `doubled`, the usual doubling: 7 → 14 with K = 4, S = 2, P = 1.
spread = F.conv_transpose1d(
    torch.tensor([[[1.0, 2, 3]]]), torch.tensor([[[1.0, 10, 100]]]), stride=2
)[0, 0]
doubled = F.conv_transpose1d(torch.zeros(1, 1, 7), torch.ones(1, 1, 4), stride=2, padding=1)
print(spread.tolist(), doubled.shape[-1])

# %%
assert spread.tolist() == added
stated("(7 − 1) · 2 − 2 + 3 + 1", doubled.shape[-1], 14)

# %% tags=["fragment"]
predict(
    "A convolution with K = 3, S = 2 and no padding gives 3 outputs. How large was its input?",
    {
        "7": "7 gives 3. So does one other size: the floor swallows it.",
        "7 or 8": (
            "With 8, one cell is left over. That is why the way back is not unique, and why a transposed convolution has "
            "<code>output_padding</code>: it picks one of the sizes that shrink to the same number."
        ),
        "6": "6 gives 2: windows start at 0 and 2.",
    },
    answer="7 or 8",
)

# %%
fits = [n for n in range(3, 12) if len(row_of(n, 3, 2).starts) == 3]
assert fits == [7, 8]
for extra, size in ((0, 7), (1, 8)):
    back = nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=extra)(torch.zeros(1, 1, 3))
    stated(f"back from 3, output_padding={extra}", back.shape[-1], size)

# %% [markdown] tags=["subslide"]
# One more count, and it shows in pictures: how many inputs does each *output* receive?

# %%
flat = torch.ones(1, 1, 8)
received = {
    "K = 3, S = 2": F.conv_transpose1d(flat, torch.ones(1, 1, 3), stride=2)[0, 0],
    "K = 4, S = 2": F.conv_transpose1d(flat, torch.ones(1, 1, 4), stride=2)[0, 0],
}
fig, axes = show.figure(9, 2.8, columns=2, sharey=True)
for ax, (title, counts) in zip(axes, received.items(), strict=True):
    ax.bar(range(len(counts)), counts.numpy(), color=show.colour("output"), width=0.8)
    ax.set(title=title, xlabel="output place", ylim=(0, 2.6), yticks=[0, 1, 2])
    ax.set_xticks(range(0, 18, 4))
axes[0].set_ylabel("inputs received")
show.picture(
    fig,
    "Kernel 3, stride 2: outputs receive one and two inputs by turns. Kernel 4: two everywhere but the ends.",
)
assert received["K = 3, S = 2"][1:-1].tolist() == [1, 2] * 7 + [1]
assert set(received["K = 4, S = 2"][2:-2].tolist()) == {2.0}

# %% [markdown]
# On a constant input, kernel 3 with stride 2 paints stripes, in two directions a chequerboard [Odena 2016]. A kernel whose size
# is a multiple of the stride does not start with that handicap: $K=4$, $S=2$, $P=1$ is the usual doubling.

# %% [markdown] tags=["slide"]
# ## 9. Whole networks as tables
#
# Everything together. LeNet-5, the network that read cheques in 1998, in the form that most courses use: 32×32 pixels,
# convolutions without padding, pooling with windows of 2 and stride 2. Fill in the table on paper before you run the cell.

# %% tags=["live"]
# `lenet`: six filters 5×5, average pooling, sixteen filters 5×5, average pooling, flatten, linear 120, 84, 10.
# Show its ledger, `lenet_rows`, as a table.
lenet = [
    nn.Conv2d(1, 6, 5),
    nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5),
    nn.AvgPool2d(2),
    nn.Flatten(),
]
lenet += [nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]
lenet_rows = ledger(lenet, (1, 32, 32))
show.table(
    [
        [type(layer).__name__, "×".join(map(str, shape)), *numbers]
        for layer, shape, *numbers in lenet_rows
    ],
    header=["layer", "output", "parameters", "multiply–adds"],
)

# %%
sizes = [tuple(shape) for _, shape, *_ in lenet_rows]
assert sizes[:5] == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,)]
learned = [parameters for _, _, parameters, _ in lenet_rows]
assert learned == [156, 0, 2416, 0, 0, 48_120, 10_164, 850]
stated("LeNet: parameters", sum(learned), 61_706)

# %% tags=["subslide"]
fig, ax = show.canvas(30, 8.2, cell_inches=0.34)
x = 0.6
for shape, role in zip([(1, 32, 32), *sizes[:4]], ["input", *["output"] * 4], strict=True):
    side, sheets = shape[1] / 6.5, min(shape[0], 6)
    for sheet in range(sheets):
        show.box(
            ax, (x + 0.22 * sheet, 3.6 - side / 2 + 0.22 * sheet), (side, side), "", role=role
        )
    show.words(ax, (x, 7.6), "×".join(map(str, shape)), size=12)
    x += max(side + 0.22 * sheets, 2.6) + 0.7
for width, name in ((2.4, "400"), (1.6, "120"), (1.2, "84"), (0.7, "10")):
    show.box(ax, (x, 3.6 - width), (0.5, 2 * width), "", role="kernel")
    show.words(ax, (x + 0.25, 7.6), name, size=12, align="center")
    x += 1.6
show.picture(
    fig,
    "LeNet, maps drawn to scale (six at most): 1×32×32, 6×28×28, 6×14×14, 16×10×10, 16×5×5, then rows of 400, 120, 84 and 10 numbers.",
)

# %% tags=["subslide"]
erratum(
    "One source's table gives LeNet's pooling layers the stride S = 1, and 14×14 as the output of the first. With windows of 2 "
    "and S = 1, 28 becomes 27. For 14 and 5 to come out the stride must be 2."
)

# %%
stated("28 with K = 2, S = 1", len(row_of(28, 2, 1).starts), 27)
stated("28 with K = 2, S = 2", len(row_of(28, 2, 2).starts), 14)
stated("10 with K = 2, S = 2", len(row_of(10, 2, 2).starts), 5)

# %% tags=["fragment"]
erratum(
    "The same table counts the convolutions without their biases (150 and 2,400) and the fully connected layers with theirs (48,120, 10,164 and 850). "
    "With every bias LeNet has 61,706 parameters, without any 61,470; the mixture gives 61,684, a number that belongs to no network."
)

# %%
weights = [getattr(layer, "weight", torch.empty(0)).numel() for layer in lenet]
assert weights[:3] == [150, 0, 2400]
stated("without any bias", sum(weights), 61_470)
stated("the mixture", 150 + 2400 + 48_120 + 10_164 + 850, 61_684)

# %% [markdown] tags=["subslide"]
# ### AlexNet, and what its padding is worth
#
# Now the network of section 1, with all of its linear layers. Where are its parameters?

# %% tags=["fragment"]
predict(
    "AlexNet has five convolutions and three linear layers, 62 million parameters in all. How many of them sit in the convolutions?",
    {
        "About 6 %": "3.7 of 62 million. And they do 95 % of the work.",
        "About half": "It feels fair, but a linear layer shares nothing: 9,216 · 4,096 alone is 38 million.",
        "About 90 %": "The other way round. A filter of 3×3×384 is small, and it is used at all places.",
    },
    answer="About 6 %",
)


# %% tags=["live"]
# alexnet(padding=True): its layers as a list for ledger(), with or without padding; 9,216 or 1,024 numbers
# arrive at the linear layers. `alex` and `bare`: the two ledgers for 3×227×227.
def alexnet(padding: bool = True) -> list[nn.Module]:
    two, one, arriving = (2, 1, 9216) if padding else (0, 0, 1024)
    with torch.device("meta"):
        return [
            *(nn.Conv2d(3, 96, 11, 4), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(96, 256, 5, 1, two), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(256, 384, 3, 1, one), nn.Conv2d(384, 384, 3, 1, one)),
            *(nn.Conv2d(384, 256, 3, 1, one), nn.MaxPool2d(3, 2), nn.Flatten()),
            *(nn.Linear(arriving, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000)),
        ]


alex, bare = (ledger(alexnet(padding), (3, 227, 227)) for padding in (True, False))
show.table(
    [
        [type(a[0]).__name__, *("×".join(map(str, r[1])) for r in (a, b)), a[2], b[2]]
        for a, b in zip(alex, bare, strict=True)
    ],
    header=["layer", "output", "without padding", "parameters", "without padding"],
)

# %%
shapes = [tuple(shape) for _, shape, *_ in alex]
assert shapes[:4] == [(96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13)]
assert shapes[4:9] == [(384, 13, 13), (384, 13, 13), (256, 13, 13), (256, 6, 6), (9216,)]
assert tuple(bare[7][1]) == (256, 2, 2)
total, work = sum(row[2] for row in alex), sum(row[3] for row in alex)
stated("parameters", total, 62_378_344)
stated(
    "of them in convolutions, millions", sum(row[2] for row in alex[:8]) / 1e6, 3.7, digits=1
)
stated(
    "share of the convolutions in the parameters, %",
    100 * sum(row[2] for row in alex[:8]) / total,
    6,
)
stated(
    "share of the convolutions in the work, %", 100 * sum(row[3] for row in alex[:8]) / work, 95
)
stated("first linear layer, millions", alex[9][2] / 1e6, 37.75, digits=2)

# %% tags=["subslide"]
learning = [row for row in alex if row[2]]
names = ["conv1", "conv2", "conv3", "conv4", "conv5", "linear1", "linear2", "linear3"]
fig, axes = show.figure(9.5, 3.2, columns=2, sharey=True)
for ax, column, role, title in (
    (axes[0], 2, "kernel", "share of the parameters, %"),
    (axes[1], 3, "ink", "share of the multiply–adds, %"),
):
    whole = sum(row[column] for row in learning)
    ax.barh(names, [100 * row[column] / whole for row in learning], color=show.colour(role))
    ax.set(title=title, xlim=(0, 70))
axes[0].invert_yaxis()
show.picture(
    fig,
    "AlexNet: the first linear layer holds 61 % of the parameters; the second convolution does 39 % of the work.",
)
stated("linear1's share of the parameters, %", 100 * alex[9][2] / total, 61)
stated("conv2's share of the work, %", 100 * alex[2][3] / work, 39)

# %% [markdown] tags=["subslide"]
# Look at the two output columns of the table. Without padding, convolutions 2 to 5 shrink the map to 5×5, and the last pooling
# leaves 2×2: 1,024 numbers instead of 9,216. With them go 54 % of the parameters. Padding decided the size of the
# largest layer of the network, and it stands in another line.

# %% tags=["fragment"]
erratum(
    "One set of slides shows this AlexNet without padding, with 2×2×256 at the end, and gives it 27.55 million parameters. Its own numbers "
    "add up to 28.8 million. The published network (its convolutions 2, 4 and 5 in two groups, for two graphics cards) has 61.0 million; as one tower, 62.4 million."
)

# %%
kept = sum(row[2] for row in bare)
stated("without padding, millions", kept / 1e6, 28.8, digits=1)
stated("share of the parameters that is gone, %", 100 * (1 - kept / total), 54)
saved = sum(row[2] - row[0].bias.numel() for row in (alex[2], alex[5], alex[6])) // 2
stated("with two groups, millions", (total - saved) / 1e6, 61.0, digits=1)
stated("as one tower, millions", total / 1e6, 62.4, digits=1)

# %% [markdown] tags=["slide"]
# ## 10. What people get wrong, and what it looks like

# %%
steps = range(9)
shrinking = [32 - 4 * step for step in steps]
widths = list(range(24, 41))
merge = [(len(row_of(n, 3, 2, 1).starts), n) for n in widths]
returned = [2 * half for half, _ in merge]
chequered = torch.ones(1, 1, 12, 12)
for _ in range(2):
    chequered = F.conv_transpose2d(chequered, torch.ones(1, 1, 3, 3), stride=2)
chequered = chequered[0, 0, 4:-4, 4:-4]
holes = data.photograph("camera", size=126).where(times_read(126, 3, 7) > 0, torch.tensor(1.0))

# %% tags=["subslide"]
fig, axes = show.figure(10.5, 6.2, rows=2, columns=2)
axes[0, 0].plot(steps, [32] * 9, "--", color=show.colour("ink"), label="meant")
axes[0, 0].plot(steps, shrinking, "-o", color=show.colour("kernel"), label="padding forgotten")
axes[0, 0].set(
    title="the network eats its image",
    xlabel="layers of 5×5",
    ylabel="side, pixels",
    ylim=(-2, 36),
)
axes[0, 1].imshow(chequered.numpy(), cmap="gray")
axes[0, 1].set(title="even grey after two × (K = 3, S = 2)")
axes[0, 1].axis("off")
axes[1, 0].plot(
    widths,
    [n - back for (_, n), back in zip(merge, returned, strict=True)],
    "o",
    color=show.colour("kernel"),
)
axes[1, 0].set(
    title="halve, double: odd sizes come back one off",
    xlabel="input, pixels",
    ylabel="input − result",
)
axes[1, 0].set_yticks([-1, 0])
axes[1, 1].imshow(holes.numpy(), cmap="gray", vmin=0, vmax=1)
axes[1, 1].set(title="a photograph read with K = 3, S = 7")
axes[1, 1].axis("off")
axes[0, 0].legend(loc="lower left")
show.picture(
    fig,
    "Four failures: a side that shrinks to zero, a chequered pattern on even grey, odd sizes that "
    "return one larger, and a photograph of which only isolated squares are read.",
)
assert {n - back for (_, n), back in zip(merge, returned, strict=True) if n % 2} == {-1}
assert {n - back for (_, n), back in zip(merge, returned, strict=True) if n % 2 == 0} == {0}
stated("pixels read with K = 3, S = 7, %", 100 * (times_read(126, 3, 7) > 0).float().mean(), 18)
stated("brightest cell over the darkest", chequered.max() / chequered.min(), 9)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | `mat1 and mat2 shapes cannot be multiplied` | the linear layer was built for another input size | one empty image through the network, before training |
# | `Kernel size can't be greater than actual input size` | padding forgotten, or too many strides for this image | trace the sizes for the *smallest* image you expect |
# | sizes one too small | the $+1$ forgotten, or one $P$ counted instead of two | 7 cells, window 3: five outputs |
# | 27 where you expect 28 | an even kernel with "same" padding | odd size in, odd size out? |
# | a skip connection refuses to add | an odd size was halved and doubled | send sizes $n$ and $n+1$ through it |
# | a border that never matters | the stride does not fit | gradient of the outputs with respect to the image: any zeros? |
# | chequered output | transposed convolution, $K$ not a multiple of $S$ | a constant image in |
# | out of memory in the first layers | activations, not parameters | the ledger, third column |
# | blind for large objects | receptive field too small | gradient of one output: how wide? |
#
# Most of these are caught by two lines: push `torch.empty(1, 3, H, W, device="meta")` through the layers, and print the shapes.

# %% [markdown] tags=["slide"]
# ## Summary
#
# * Do not learn the formula, count starts: $n_{out} = \lfloor (n + 2P - D(K-1) - 1)/S \rfloor + 1$, once for the height, once for the width.
# * Same padding at stride 1 is $P = D(K-1)/2$. When that is no whole number, no symmetric padding keeps the size.
# * The floor throws pixels away silently. AlexNet on 224 instead of 227 loses five rows and five columns, and ends with 6,400 numbers instead of 9,216.
# * The depth of the output is the number of filters. Parameters: $C_{out}(C_{in} K_h K_w + 1)$; ten filters 5×5×3 have 760.
# * Parameters, multiply–adds and activations are three prices. In VGG-16 they sit in the linear layers, in the convolutions, and in the first two layers.
# * Size grows by $D(K-1)$ jumps of the layer below; jumps multiply by strides. A stride early widens everything above it.
# * Three 3×3 see what one 7×7 sees, with 45 % fewer weights, three non-linearities, and three outputs to keep.
# * Transposed convolution: $(n-1)S - 2P + D(K-1) + 1$, plus `output_padding`, because several sizes shrink to the same one.
# * Published tables contain mistakes. Two lines on the device `meta` check them.
#
# **Now you:** in assignment 03 you write the sizes of convolution, pooling and transposed convolution, the padding that keeps a
# size, the cost of a layer, the receptive field of a stack, and a function that traces LeNet and AlexNet.
#
# ## References
#
# * V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, [arXiv:1603.07285](https://arxiv.org/abs/1603.07285), 2016: all the sizes, drawn.
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86, 1998: LeNet-5.
# * A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet classification with deep convolutional neural networks*, NIPS 2012: AlexNet.
# * K. Simonyan, A. Zisserman, *Very deep convolutional networks for large-scale image recognition*, [arXiv:1409.1556](https://arxiv.org/abs/1409.1556), 2014: stacks of 3×3.
# * W. Luo, Y. Li, R. Urtasun, R. Zemel, *Understanding the effective receptive field in deep convolutional neural networks*, [arXiv:1701.04128](https://arxiv.org/abs/1701.04128), NIPS 2016.
# * F. Yu, V. Koltun, *Multi-scale context aggregation by dilated convolutions*, [arXiv:1511.07122](https://arxiv.org/abs/1511.07122), 2016.
# * A. Odena, V. Dumoulin, C. Olah, *Deconvolution and checkerboard artifacts*, Distill, 2016: [distill.pub/2016/deconv-checkerboard](https://distill.pub/2016/deconv-checkerboard/).
# * M. A. Islam, S. Jia, N. Bruce, *How much position information do convolutional neural networks encode?*, [arXiv:2001.08248](https://arxiv.org/abs/2001.08248), 2020.
