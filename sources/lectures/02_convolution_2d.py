# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. What do nine numbers have to be to blur a photograph, to sharpen it, or to find its edges?
# 2. How does a filter read a colour image, and what are its depth, its bias and its companions in a filter bank for?
# 3. Each output sees a handful of pixels. How can a network made of such outputs see a whole picture?
# 4. What does sharing the weights buy, and what is lost without it?
# 5. Why does nobody write the loops, and what does the library do instead?
# 6. Where do the gradients go, and what do filters look like that come out of training?
#
# **You need** lecture 01 (slide, multiply, add; channels; stride and padding in one direction) and PyTorch tensors.
#
# **Time** 90 minutes: a table of numbers 10 · kernels by hand 12 · Sobel 8 · stride, padding, dilation 8 · colour and
# filter banks 12 · seeing far 7 · sharing 9 · loops to library 7 · backward 6 · learned filters 6 · mistakes and summary 5.
#
# As in lecture 01, the purple boxes ask for a prediction. Commit to one before you open it.

# %% tags=["skip"]
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.pictures.kernels import NAMES, classic, slide_over
from convlab.pictures.volumes import draw_block, draw_channel_sum
from convlab.pictures.windows2d import Slide2D, draw_slide_2d
from convlab.questions import predict, stated

# %% [markdown] tags=["slide"]
# ## 1. A photograph is a table of numbers
#
# A grey photograph is a table with one number per pixel, 0 for black and 1 for white. No single number says "face" or
# "tripod". What the picture shows lies in how neighbouring numbers differ, so let us look at neighbours: a small window, as
# in lecture 01, now with a height and a width.

# %% tags=["fragment"]
photo = data.photograph("camera", size=128)
patch = photo[30:38, 60:68]
fig, (left, right) = show.figure(10, 4.4, columns=2)
left.imshow(photo.numpy(), vmin=0, vmax=1)
show.window(left, (59.5, 29.5), (8, 8))
right.set(xlim=(0, 8), ylim=(8, 0), aspect="equal")
show.number_grid(right, patch, digits=2, size=11)
for ax in (left, right):
    ax.axis("off")
show.picture(
    fig,
    "A man with a camera; a square of eight by eight pixels on his face, and its 64 numbers, from 0.08 to 0.81.",
    dpi=90,
    photo=True,
)
stated("smallest number in the square", patch.min(), 0.08, digits=2)
stated("largest", patch.max(), 0.81, digits=2)

# %% [markdown] tags=["subslide"]
# ### By hand, once
#
# Five by five numbers, a kernel of three by three. Lay the kernel over the top left corner, multiply what lies one above the
# other, and add up nine products. Then move one column to the right, and at the end of a row one row down. Do the second
# output on paper before you press Play.


# %% tags=["fragment"]
IMAGE = ((1, 2, 0, 1, 3), (0, 1, 3, 2, 1), (2, 1, 0, 0, 2), (1, 0, 2, 1, 0), (0, 2, 1, 3, 1))
KERNEL = ((1, 0, -1), (2, 0, -2), (1, 0, -1))


def slide_pictures(what: Slide2D):
    """One picture per output."""
    for index in range(what.size[0] * what.size[1]):
        fig, ax = show.canvas(19, 8.4, cell_inches=0.46)
        draw_slide_2d(ax, what, index)
        yield fig


show.frames(
    slide_pictures(Slide2D(IMAGE, KERNEL)),
    "A kernel of three by three moves over five by five numbers, row by row; nine outputs appear one after the other.",
)

# %% [markdown] tags=["subslide"]
# The first one once more, row by row of the window, number times weight:
#
# $$ 1{\cdot}1 + 2{\cdot}0 + 0{\cdot}(-1) \;+\; 0{\cdot}2 + 1{\cdot}0 + 3{\cdot}(-2) \;+\; 2{\cdot}1 + 1{\cdot}0 + 0{\cdot}(-1) \;=\; -3 $$
#
# As a formula, for an image of height $H$ and width $W$ and a kernel of $K_h$ rows and $K_w$ columns:
#
# $$ y_{i,j} \;=\; \sum_{u=0}^{K_h-1}\;\sum_{v=0}^{K_w-1} x_{i+u,\;j+v}\; w_{u,v} \qquad y: (H-K_h+1,\; W-K_w+1) $$
#
# Nothing is flipped: like `conv1d`, PyTorch's `conv2d` is a cross-correlation.

# %% tags=["live"]
# Let the library do the example: `table`, `weights` as (1, 1, height, width), the result `by_library`.
# Compare with the hand calculation.
table = torch.tensor(IMAGE, dtype=torch.float64)[None, None]  # (N, C, H, W)
weights = torch.tensor(KERNEL, dtype=torch.float64)[None, None]  # (C_out, C_in, K_h, K_w)
by_library = F.conv2d(table, weights)[0, 0]
by_library

# %%
by_hand = Slide2D(IMAGE, KERNEL)
assert by_library.flatten().tolist() == [by_hand.output(index) for index in range(9)]
stated("top left output", by_library[0, 0], -3)
stated("the second one", by_library[0, 1], 0)
stated("outputs", by_library.numel(), (5 - 3 + 1) * (5 - 3 + 1))

# %% [markdown] tags=["slide"]
# ## 2. Nine numbers that blur, sharpen, or find edges
#
# Before networks learned their kernels, people wrote them down. First a question that needs no computer.

# %% tags=["fragment"]
predict(
    "Which 3×3 kernel turns every pixel into the <b>mean</b> of itself and its eight neighbours, "
    "and what does it do to a white area of brightness 1?",
    {
        "Nine ones; white stays white": (
            "Nine ones give the <i>sum</i> of nine pixels. White becomes 9, and after cutting off at 1 nearly everything "
            "is white. See the mistakes at the end."
        ),
        "Nine ninths; white stays white": "The weights add up to 1, so an even area keeps its level.",
        "Eight eighths and a 0; white turns grey": (
            "That leaves out the pixel itself. And the weights add up to 1, so white would stay white."
        ),
    },
    answer="Nine ninths; white stays white",
)

# %% [markdown] tags=["subslide"]
# **Blur**: a mean. **Edges**: eight times the pixel minus its eight neighbours, so how far it stands out from them. **Sharpen**: the pixel
# plus how far it stands out from its four direct neighbours, $x + (4x - \text{sum of the four})$, which makes 5 in the
# middle and $-1$ beside it.

# %% tags=["live"]
# Slide each classic kernel over the photograph: a dictionary `answers` from name to picture.
# classic(name) gives the nine numbers, slide_over(image, kernel) is F.conv2d for one grey picture.
answers = {name: slide_over(photo, classic(name)) for name in NAMES}
sums = {name: classic(name).sum() for name in NAMES}

# %%
fig = show.blank_figure(10, 5.4)
for column, name in enumerate(("as it is", "blur", "sharpen", "edges")):
    ax = fig.add_axes((0.005 + 0.25 * column, 0.37, 0.24, 0.55))
    ax.set_title(name, loc="center")
    ax.axis("off")
    if name == "edges":
        ax.imshow(answers[name].numpy(), cmap=show.SIGNED, vmin=-2, vmax=2)
    else:
        ax.imshow(answers[name].numpy(), vmin=0, vmax=1)
    place = (0.05 + 0.25 * column, 0.02, 0.15, 0.31)
    numbers = show.canvas_axes(fig, place, 3.2, 3.4)
    show.number_grid(
        numbers,
        classic(name),
        at=(0.1, 0.2),
        role="kernel",
        digits=2 if name == "blur" else None,
    )
show.picture(
    fig,
    "The photograph, blurred, sharpened, and its edges in blue and vermilion, each with its kernel.",
    dpi=96,
)
for name, total in zip(NAMES, (1, 1, 1, 0, 0, 0), strict=True):
    stated(f"{name}: the weights add up to", sums[name], total)

# %% [markdown] tags=["fragment"]
# **The sum rule** from lecture 01 holds in two directions as well: over an even area of brightness $c$ every kernel answers
# $c \cdot \sum w$. Sum 1 keeps the level. Sum 0 ignores the level and answers change only; that is why "edges" is drawn with
# white for 0, vermilion for positive and blue for negative.

# %% tags=["subslide"]
explore.kernel_editor()

# %% [markdown] tags=["subslide"]
# Three things to try: a 1 in another place than the middle (what does the picture do?); a blur with a larger middle;
# $-1$ in the top left corner and $1$ in the bottom right. The last one keeps the level (the 1 in the middle) and adds a slope: a relief,
# lit from one side.

# %% tags=["fragment"]
relief = explore.kernel_editor.figure(photograph="coffee", top_left=-1.0, bottom_right=1.0)
show.picture(
    relief,
    "A cup of coffee in grey, a kernel with −1 at the top left, 1 in the middle and 1 at the bottom "
    "right, and the cup as a relief with dark and bright rims.",
    dpi=90,
)

# %% [markdown] tags=["slide"]
# ## 3. Sobel: which way does the brightness change?
#
# "Edges" answers all directions at once. To know the direction, take differences: right minus left, below minus above. Sobel's
# kernels do that and smooth at the same time, *across* the direction in which they compare.

# %% tags=["fragment"]
predict(
    "The kernel compares right with left. Which parts of the photograph does it see best?",
    {
        "The legs of the tripod": (
            "Walk along a row: grass, leg, grass. The brightness changes to the right, so the kernel answers."
        ),
        "The horizon": "Along a row on the horizon nothing changes. The kernel that compares below with above sees it.",
        "Both alike": "That would be the kernel “edges”, which does not care about direction.",
    },
    answer="The legs of the tripod",
)

# %% tags=["live", "subslide"]
# Two directions and one strength: `right` and `down` from the answers, `strength` by Pythagoras,
# `sobel` as an outer product of (1, 2, 1) and (-1, 0, 1).
right, down = answers["change to the right"], answers["change downwards"]
strength = (right.square() + down.square()).sqrt()
sobel = torch.tensor([1.0, 2, 1]).outer(torch.tensor([-1.0, 0, 1]))
assert torch.equal(sobel, classic("change to the right"))

# %%
fig = show.image_grid(
    [right, down, strength],
    ["right minus left", "below minus above", "strength of the change"],
    inches=3.2,
    signed=True,
)
show.picture(
    fig,
    "Right minus left shows the tripod's legs and the back; below minus above shows the shoulder and the horizon; "
    "the strength shows both.",
)
legs, horizon = (slice(90, 120), slice(80, 90)), (slice(60, 64), slice(100, 126))
for name, area, wanted in (("tripod", legs, 1.5), ("horizon", horizon, 0.1)):
    ratio = right[area].abs().mean() / down[area].abs().mean()
    stated(f"{name}: change to the right, per change downwards", ratio, wanted, digits=1)

# %% [markdown]
# Along the horizon the kernel that compares below with above answers ten times as strongly. The legs are slanted, so both
# kernels see them, the first one half as strongly again as the second.

# %% [markdown] tags=["subslide"]
# ### Why 1, 2, 1?
#
# A plain difference $(-1, 0, 1)$ finds edges too. But it listens to two pixels only, noise included. Let an edge be a step of
# height 1 and let every pixel carry noise of size $\sigma$. The answer's noise is $\sigma\sqrt{\sum w^2}$, as in lecture 01.

# %%
step = torch.tensor([0.0, 1, 1]).repeat(3, 1)
plain = torch.tensor([[0.0, 0, 0], [-1, 0, 1], [0, 0, 0]])
for name, kernel, answer, noise in (("plain", plain, 1, 1.41), ("Sobel", sobel, 4, 0.87)):
    answered = (kernel * step).sum()
    stated(f"{name}: answer to the step", answered, answer)
    stated(
        f"{name}: noise per unit of answer, in σ",
        kernel.square().sum().sqrt() / answered,
        noise,
        digits=2,
    )

# %% [markdown]
# Averaging *along* the edge costs nothing, because the edge is the same there, and takes the noise from 1.41 to 0.87, by more
# than a third. Being an outer product also makes the kernel **separable**: slide the column $(1, 2, 1)$ first and the row $(-1, 0, 1)$ after it, and you need
# 6 products per pixel in place of 9. For 3×3 that is little; for a blur of 11×11 it is 22 in place of 121.

# %% tags=["live"]
# Is that true? `two_steps`: a column kernel (3, 1), then a row kernel (1, 3).
two_steps = slide_over(
    slide_over(photo, torch.tensor([[1.0], [2], [1]])), torch.tensor([[-1.0, 0, 1]])
)
assert torch.allclose(two_steps, right, atol=1e-5)

# %% [markdown] tags=["slide"]
# ## 4. Stride, padding, dilation: twice
#
# The knobs of lecture 01 now exist once for the height and once for the width, and act independently.

# %% tags=["fragment"]
explore.sliding_window_2d()

# %% [markdown] tags=["subslide"]
# So the starts of windows are counted twice, once downwards and once across:
#
# $$ H_{out} = \left\lfloor \frac{H + 2P_h - D_h(K_h-1) - 1}{S_h} \right\rfloor + 1, \qquad
#    W_{out} = \left\lfloor \frac{W + 2P_w - D_w(K_w-1) - 1}{S_w} \right\rfloor + 1 $$
#
# PyTorch takes one number for both, or a pair (height first).

# %% tags=["subslide"]
frame = photo[None, None]  # (1, 1, 128, 128)
blurred = classic("blur")[None, None]
settings = {
    "P = 1": {"padding": 1},
    "S = 2, P = 1": {"stride": 2, "padding": 1},
    "D = 4": {"dilation": 4},
    "S = (4, 1), P = 1": {"stride": (4, 1), "padding": 1},
}
results = {
    name: F.conv2d(frame, blurred, **options)[0, 0] for name, options in settings.items()
}
sizes = [tuple(result.shape) for result in results.values()]
assert sizes == [(128, 128), (64, 64), (120, 120), (32, 128)]
titles = [f"{name}: {h}×{w}" for name, (h, w) in zip(results, sizes, strict=True)]
fig = show.image_grid(list(results.values()), titles, columns=4, inches=2.5)
show.picture(
    fig,
    "The blurred photograph with padding, 128 by 128; with stride two, 64 by 64; with dilation four, 120 by 120; with "
    "stride four in height only, flat, 32 by 128.",
    photo=True,
)

# %% [markdown]
# Look closely. **Padding** keeps the size, and leaves a dark rim: the zeros outside are black, and the blur mixes them in.
# **Stride** 2 computes a quarter of the outputs. **Dilation** 4 with the same nine weights reaches over $4 \cdot 2 + 1 = 9$
# pixels, so it blurs more, and shows its holes as ghost contours. A pair acts in each direction on its own. Unit 03 is about sizes.

# %%
padded = results["P = 1"]
rim_left = padded[0].mean() / photo[:2].mean()
stated("brightness left in the top row after the blur", rim_left, 0.66, digits=2)

# %% [markdown]
# About two thirds: in the top row six of the nine cells lie on the picture, three on the zeros above it.

# %% [markdown] tags=["slide"]
# ## 5. Colour: sums over channels, and banks of filters
#
# A colour photograph has three tables, red, green and blue: $C = 3$ channels. A filter for it has **depth** 3: one table of
# weights per channel. Where the window lies, all $3 \cdot K \cdot K$ products are added into *one* number, and then the bias.

# %% tags=["fragment"]
window_rgb = torch.tensor([[[1.0, 2], [0, 1]], [[3.0, 1], [1, 0]], [[0.0, 2], [1, 1]]])
filter_rgb = torch.tensor([[[1.0, 0], [0, 1]], [[-1.0, 1], [0, 2]], [[0.0, 1], [-1, 0]]])
fig, ax = show.canvas(14.5, 9.8, cell_inches=0.5)
total = draw_channel_sum(ax, window_rgb, filter_rgb, 0.5, ("red", "green", "blue"))
show.picture(
    fig,
    "A window of three channels times a filter of depth three: sums 2, −2 and 1, together with the bias 1.5.",
)
assert F.conv2d(window_rgb[None], filter_rgb[None], torch.tensor([0.5])).item() == total
stated("the output", total, 1.5, digits=1)

# %% tags=["subslide"]
predict(
    "A colour photograph, 3×128×128, goes through <code>nn.Conv2d(3, 16, kernel_size=5)</code>. "
    "How many channels come out?",
    {
        "48: every filter answers once per channel": (
            "The three answers of one filter are added up. That sum over channels is what makes a filter see colour."
        ),
        "3, as before": "The number of output channels is the number of filters and has nothing to do with the input's.",
        "16: one per filter": "Every filter reads all three channels and makes one map. 16 filters, 16 maps.",
    },
    answer="16: one per filter",
)

# %% tags=["fragment"]
fig, ax = show.canvas(24, 8.6, cell_inches=0.4)
draw_block(ax, (0.8, 2), (4.6, 4.6, 1.4), "input, 3 × 128 × 128", role="input")
for row in range(4):
    draw_block(ax, (9.6, 0.9 + 1.9 * row), (0.9, 0.9, 1.0), "", role="kernel")
    show.arrow(ax, (6.4, 4.2), (9.4, 1.3 + 1.9 * row))
    show.arrow(ax, (11.3, 1.3 + 1.9 * row), (14.6, 3.1 + 0.8 * row), role="kernel")
show.words(
    ax,
    (10.3, 8.2),
    "16 filters (4 drawn), 3 × 5 × 5, 1 bias each",
    role="kernel",
    size=11,
    align="center",
)
draw_block(ax, (15, 2.8), (4.3, 4.3, 3.6), "output, 16 × 124 × 124", role="output")
show.picture(
    fig,
    "A thin block of 3 channels, sixteen small filters as deep as it, and a thick block of 16 channels.",
)

# %% [markdown] tags=["subslide"]
# $$ y_{n,o,i,j} = b_o + \sum_{c=0}^{C_{in}-1}\sum_{u}\sum_{v} x_{n,c,\,i+u,\,j+v}\; w_{o,c,u,v} \qquad
#    w: (C_{out}, C_{in}, K_h, K_w),\quad b: (C_{out},) $$
#
# The window slides in two directions only. Along the channels there is nothing to slide: the filter is as deep as its input.


# %% tags=["live"]
# Shapes and counts: a photograph `astronaut` (size=128), `layer` = nn.Conv2d(3, 16, 5), its `out_shape`, and how
# many numbers it learns, `learned_numbers`.
astronaut = data.photograph("astronaut", size=128)
layer = nn.Conv2d(3, 16, kernel_size=5)
out_shape = tuple(layer(astronaut[None]).shape)
learned_numbers = sum(parameter.numel() for parameter in layer.parameters())
out_shape, learned_numbers

# %%
assert out_shape == (1, 16, 124, 124)
stated("numbers that the layer learns", learned_numbers, 16 * (3 * 5 * 5 + 1))
stated(
    "a fully connected layer with as many outputs, millions",
    3 * 128**2 * 16 * 124**2 / 1e6,
    12_092,
)

# %% [markdown]
# 1,216 numbers. A fully connected layer between the same two blocks would need twelve *billion* weights.

# %% [markdown] tags=["subslide"]
# ### A filter that looks for orange, and what its bias is for
#
# Depth lets a filter see colour. Plus red, minus blue, over a window of 3×3: the answer is large where red is strong and blue
# is weak. The **bias** then says how much of that is enough, because a ReLU (everything below 0 becomes 0) comes next.

# %% tags=["live"]
# `bank`: two filters (2, 3, 3, 3): red minus blue (a blur of each), and a plain edge detector on the mean of the
# channels. `maps` without bias; `found` with bias -0.35 on the first, after a ReLU.
blur = classic("blur")
bank = torch.stack(
    [
        torch.stack([blur, 0 * blur, -blur]),
        classic("change to the right").expand(3, 3, 3) / 3,
    ]
)
maps = F.conv2d(astronaut[None], bank)[0]  # (2, 126, 126)
found = F.conv2d(astronaut[None], bank, torch.tensor([-0.35, 0]))[0].relu()

# %%
fig, axes = show.figure(9.6, 2.8, columns=4)
panels = [
    ("photograph", astronaut.permute(1, 2, 0), {}),
    ("red − blue", maps[0], {"cmap": show.SIGNED, "vmin": -1, "vmax": 1}),
    ("bias −0.35, ReLU", found[0], {"cmap": show.SIGNED, "vmin": -0.5, "vmax": 0.5}),
    ("edges of the mean", maps[1], {"cmap": show.SIGNED, "vmin": -2, "vmax": 2}),
]
for ax, (title, image, look) in zip(axes, panels, strict=True):
    ax.imshow(np.asarray(image), **look)
    ax.set_title(title, fontsize=13, loc="center")
    ax.axis("off")
show.picture(
    fig,
    "An astronaut in an orange suit; red minus blue answers on the suit and weakly on skin and hair; with a bias "
    "the suit is left; edges of the mean.",
    dpi=80,
    photo=True,
)
stated("pixels that answer without bias, %", 100 * (maps[0] > 0).float().mean(), 87)
stated("pixels that answer with bias, %", 100 * (found[0] > 0).float().mean(), 23)

# %% [markdown]
# Two filters, two new channels: *how orange*, and *how much it changes to the right*. The next layer's filters read these two
# as their channels. That is how a network goes from colours and edges to parts, and from parts to things.

# %% [markdown] tags=["slide"]
# ## 6. Small windows that see the whole picture
#
# Each output reads $K \cdot K$ neighbours and ignores everything else. This is called **sparse connectivity**. Does it mean that
# such a network can never relate the left end of a picture to the right end?

# %% tags=["fragment"]
predict(
    "Layers of 3×3, stride 1, one on top of the other. How many are needed until one output sees all of a 15×15 image?",
    {
        "5, because 3 · 5 = 15": "Each layer adds one pixel on every side, two in all. It does not add three.",
        "7, because 1 + 2 · 7 = 15": "Start from one pixel; each layer adds K − 1 = 2.",
        "It never does": "One layer sees 3×3. But the next layer reads outputs that already saw 3×3 each.",
    },
    answer="7, because 1 + 2 · 7 = 15",
)


# %% tags=["live", "subslide"]
# Measure it: paths_to(depth) sends a gradient from the middle output through `depth` layers of ones
# back to a 15×15 image. A dictionary `paths` for the depths 1, 3, 5, 7.
def paths_to(depth: int) -> torch.Tensor:
    image = torch.zeros(1, 1, 15, 15, dtype=torch.float64, requires_grad=True)
    hidden = image
    for _ in range(depth):
        hidden = F.conv2d(hidden, torch.ones(1, 1, 3, 3, dtype=torch.float64), padding=1)
    hidden[0, 0, 7, 7].backward()
    return image.grad[0, 0]


paths = {depth: paths_to(depth) for depth in (1, 3, 5, 7)}

# %%
for depth, seen in zip(paths, (9, 49, 121, 225), strict=True):
    stated(f"pixels seen through {depth} layers", (paths[depth] > 0).sum(), seen)

# %%
fig, axes = show.figure(10, 2.9, columns=4)
for ax, (depth, grid) in zip(axes, paths.items(), strict=True):
    reach = 2 * depth + 1
    ax.imshow((grid / grid.max()).numpy(), cmap=show.SIGNED, vmin=-1, vmax=1)
    show.window(ax, (7 - depth - 0.5, 7 - depth - 0.5), (reach, reach), width=2)
    ax.set(xticks=[], yticks=[])
    ax.set_title(f"depth {depth}: {reach}×{reach}", fontsize=13, loc="center")
    ax.spines[["top", "right"]].set_visible(True)
show.picture(
    fig,
    "A 15 by 15 image four times: the middle output of 1, 3, 5, 7 layers sees squares of 3, 7, 11, "
    "15 pixels, strong in the middle and fading outwards.",
)

# %% [markdown]
# So a deep output does see the whole input; each single layer stays cheap. But not evenly. With all weights 1, the gradient
# counts the *paths* from a pixel to the output:

# %%
stated("paths from the middle pixel, 7 layers", paths[7][7, 7], 154_449)
stated("paths from a corner", paths[7][0, 0], 1)

# %% [markdown]
# A pixel in the corner has one path, the middle has $393^2 = 154{,}449$. [Luo 2016] find this bell in networks at their start.
# Training widens it, and still the area that matters is smaller than the area that is seen. Stride and pooling make it grow faster (units 03 and 04).

# %% [markdown] tags=["slide"]
# ## 7. Sharing the weights, or not
#
# Sparse connectivity says *which* pixels an output reads. Weight sharing says that all outputs of a map read them with the
# *same* numbers. You can have the first without the second: a **locally connected** layer has a filter of its own at every place.

# %% tags=["fragment"]
unit_images = torch.eye(16).reshape(16, 1, 4, 4)
nine = torch.arange(1.0, 10).reshape(1, 1, 3, 3)
shared = F.conv2d(unit_images, nine).flatten(1).T  # (4 outputs, 16 pixels)
own = shared.clone()
own[shared != 0] = torch.randint(
    1, 10, (36,), generator=torch.Generator().manual_seed(3)
).float()
dense = torch.randint(1, 10, (4, 16), generator=torch.Generator().manual_seed(4)).float()
fig, ax = show.canvas(21, 17.4, cell_inches=0.4)
matrices = (
    ("fully connected: 64 weights", dense),
    ("locally connected: 4 · 9 = 36 weights", own),
    ("convolution: 9 weights, shared", shared),
)
for line, (title, matrix) in enumerate(matrices):
    show.words(ax, (4.4, 0.6 + 5.8 * line), title, bold=True)
    lit = {(r, c) for r in range(4) for c in range(16) if matrix[r, c]}
    show.number_grid(
        ax, matrix, at=(4.4, 1.2 + 5.8 * line), role="kernel", highlight=lit, size=10
    )
    for row in range(4):
        show.words(
            ax,
            (4.1, 1.7 + row + 5.8 * line),
            f"y{row // 2}{row % 2}",
            role="output",
            align="right",
            size=11,
        )
show.picture(
    fig,
    "Three matrices of 4 outputs by 16 pixels: full; with zeros and other numbers in each row; with zeros and the "
    "same nine numbers in each row.",
)
stated("weights of the dense layer", dense.numel(), 64)
stated("of the locally connected one", (own != 0).sum(), 36)
stated("of the convolution", nine.numel(), 9)

# %% [markdown] tags=["subslide"]
# ### An experiment: the same digit, somewhere else
#
# 1,437 handwritten digits of 8×8 pixels lie near the middle of an 18×18 frame. Two networks learn to read them: 16 filters of
# 5×5, a ReLU, the *largest* answer of each filter anywhere in the frame, and a linear layer. They differ in one thing: in the first the 16 filters
# are shared by all places, in the second every place has its own. Then the digits move by two pixels.

# %% tags=["fragment"]
predict(
    "Both read unseen digits in the old place correctly in more than 90 of 100 cases. "
    "What happens when the digits lie two pixels further down and to the right?",
    {
        "Both lose a little": "That would mean that both learned what a digit looks like. Only one has seen any digit there.",
        "Shared: exactly as before. Own filters: no better than guessing": (
            "Shared filters give the same answers two pixels further on, and the largest stays the largest. Filters of their "
            "own never met a digit at the new places."
        ),
        "Both fall to guessing, they were never shown this": (
            "True for own filters. A shared filter was trained by every place at once and works at every place."
        ),
    },
    answer="Shared: exactly as before. Own filters: no better than guessing",
)

# %% tags=["subslide"]
digits = data.load()
reads = F.conv2d(torch.eye(324).reshape(324, 1, 18, 18), torch.ones(1, 1, 5, 5))
reads = (reads.flatten(1).T != 0).float()  # (196 places, 324 pixels): 1 where a window reads


def framed(images: torch.Tensor, row: int, column: int) -> torch.Tensor:
    """Digits (N, 1, 8, 8) in an empty frame (N, 1, 18, 18), the top left corner at (row, column)."""
    frames = torch.zeros(len(images), 1, 18, 18)
    frames[:, :, row : row + 8, column : column + 8] = images
    return frames


class OwnFilters(nn.Module):
    """A fully connected layer of which only the weights inside windows are kept: 16 filters per place."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(0.2 * (2 * torch.rand(16 * 196, 324) - 1))
        self.register_buffer("kept", reads.repeat(16, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x.flatten(1), self.weight * self.kept).unflatten(1, (16, 14, 14))


# %% tags=["live", "subslide"]
# train(first, images): 12 epochs of Adam on `first` + ReLU + largest answer + linear; returns the network.
# `corner`: the training digits at (4, 4). Then two networks in a dictionary `nets`: "shared" and "own".
def train(first: nn.Module, images: torch.Tensor) -> nn.Module:
    net = nn.Sequential(
        first, nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(16, 10)
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=0.006)
    for _ in range(12):
        for batch in torch.randperm(len(images)).split(64):
            loss = F.cross_entropy(net(images[batch]), digits.train_y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net


torch.manual_seed(2)
corner = framed(digits.train_x, 4, 4)
nets = {"shared": train(nn.Conv2d(1, 16, 5), corner), "own": train(OwnFilters(), corner)}


# %%
@torch.no_grad()
def percent_read(net: nn.Module, place: int) -> float:
    """Share of unseen digits read correctly when they lie at (place, place)."""
    guesses = net(framed(digits.test_x, place, place)).argmax(1)
    return 100 * (guesses == digits.test_y).double().mean().item()


right_percent = {name: [percent_read(net, k) for k in (4, 5, 6)] for name, net in nets.items()}

# %%
fig, (left, right_ax) = show.figure(10, 3.4, columns=2, width_ratios=[1, 1.5])
places = [corner[0, 0], torch.ones(18, 1), framed(digits.train_x[:1], 6, 6)[0, 0]]
left.imshow(torch.cat(places, 1).numpy())
for middle, text in ((9, "trained here"), (28, "moved by 2 pixels")):
    left.text(middle, -1.2, text, ha="center", fontsize=12)
left.axis("off")
for name, style, role in (("shared", "-o", "output"), ("own", "--s", "kernel")):
    right_ax.plot(
        range(3), right_percent[name], style, color=show.colour(role), label=f"{name} filters"
    )
right_ax.set(
    xlabel="moved by, pixels (down and right)",
    ylabel="read correctly, %",
    ylim=(0, 104),
    xticks=range(3),
)
right_ax.legend(loc="center right")
show.picture(
    fig,
    "A digit in its old and in a new place. Shared filters read as well as before wherever the digit is; own filters "
    "fall to chance after two pixels.",
)
assert min(right_percent["shared"]) > 90
assert max(right_percent["shared"]) - min(right_percent["shared"]) < 0.1
assert right_percent["own"][0] > 93
assert right_percent["own"][2] < 20
stated("training digits", len(digits.train_x), 1437)
stated("weights in windows, own filters", reads.sum() * 16, 196 * 16 * 25)
stated("weights, shared filters", nets["shared"][0].weight.numel(), 16 * 25)

# %% [markdown]
# Two remarks, to be fair. The "largest answer anywhere" is part of the success: sharing makes answers *move along* with the
# digit, and taking the largest makes the network *not care* where they are (unit 04). And sharing is an assumption: that what is worth
# detecting here is worth detecting there. For faces that are always aligned to the eyes it is wasteful, and layers without
# sharing have been used there [Taigman 2014].

# %% [markdown] tags=["slide"]
# ## 8. From loops to the library
#
# The formula in section 5 has seven indices: $n, o, i, j$ say which output, $c, u, v$ are summed over. Written as loops over
# plain Python numbers it is slow, for Python spends far more time on finding out what to multiply than on multiplying.
#
# The way out is to *copy*: write every window as one **column** of a matrix. Then all windows meet all filters in a single
# matrix product, which is what processors do best. This is called **im2col**; PyTorch's name is `F.unfold`.

# %% tags=["fragment"]
counting = torch.arange(1.0, 17).reshape(1, 1, 4, 4)
columns = F.unfold(counting, 3)[0]  # (9, 4)
fig, ax = show.canvas(24, 11.2, cell_inches=0.4)
lit = {(r, c) for r in (0, 1, 2) for c in (1, 2, 3)}
show.words(ax, (0.5, 2.9), "image", role="input")
show.number_grid(ax, counting[0, 0], at=(0.5, 3.5), highlight=lit)
show.window(ax, (1.5, 3.5), (3, 3))
show.arrow(ax, (4.8, 5.2), (15.9, 0.9), bend=-0.2)
show.words(ax, (7.4, 4.6), "a filter, as a row", role="kernel")
show.number_grid(ax, [[f"w{k}" for k in range(9)]], at=(5.2, 5.2), role="kernel", size=10)
show.words(ax, (14.5, 5.7), "×", size=16, align="center")
show.number_grid(ax, columns, at=(15.0, 1.2), highlight={(row, 1) for row in range(9)})
show.words(ax, (15, 10.7), "4 windows, a column each", role="input", size=11)
show.words(ax, (19.4, 5.7), "=", size=16, align="center")
show.number_grid(
    ax,
    [["y00", "y01", "y10", "y11"]],
    at=(19.8, 5.2),
    role="output",
    size=10,
    highlight={(0, 1)},
)
show.picture(
    fig,
    "A 4 by 4 image has four 3 by 3 windows; each becomes a column of 9 numbers; a filter as a row times this matrix "
    "gives four outputs.",
)
stated("numbers in the image", counting.numel(), 16)
stated("numbers in the matrix of columns", columns.numel(), 36)


# %% tags=["live", "subslide"]
# One picture x (C, H, W), filters w (O, C, K, K), three ways: with_loops on plain numbers,
# with_columns by F.unfold and @, and F.conv2d. Check that they agree on a `small` photograph and 16 random
# `filters`.
def with_loops(x: torch.Tensor, w: torch.Tensor) -> list[float]:
    image, filters, size = x.tolist(), w.tolist(), w.shape[-1]
    outputs = []
    for one in filters:
        for i in range(x.shape[1] - size + 1):
            for j in range(x.shape[2] - size + 1):
                total = 0.0
                for c in range(x.shape[0]):
                    for u in range(size):
                        for v in range(size):
                            total += image[c][i + u][j + v] * one[c][u][v]
                outputs.append(total)
    return outputs


def with_columns(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return w.flatten(1) @ F.unfold(x[None], w.shape[-1])[0]


small = data.photograph("astronaut", size=64)
filters = torch.randn(16, 3, 3, 3, generator=torch.Generator().manual_seed(0))
expected = F.conv2d(small[None], filters).flatten()
assert torch.allclose(torch.tensor(with_loops(small, filters)), expected, atol=1e-4)
assert torch.allclose(with_columns(small, filters).flatten(), expected, atol=1e-4)
stated("multiplications", expected.numel() * 27, 1_660_608)

# %% [markdown]
# 1.66 million multiplications. How long do the three take? We count the processor's time on one core, so that other programs
# do not disturb the comparison. (The times are this machine's, and are not kept in the file.)

# %% tags=["fragment"]
predict(
    "The same 1.66 million multiplications. How much faster is one matrix product than the loops in Python?",
    {
        "As fast: the work is the same": "The multiplications are. The loops spend their time on everything around them.",
        "About ten times": "More. Between two products Python looks up lists, makes number objects and counts a loop on.",
        "A hundred times and more": (
            "One instruction of the processor multiplies several pairs at once, and nothing is looked up in between."
        ),
    },
    answer="A hundred times and more",
)

# %% tags=["volatile", "subslide"]
ways = {
    "loops": lambda: with_loops(small, filters),
    "im2col and a matrix product": lambda: with_columns(small, filters),
    "F.conv2d": lambda: F.conv2d(small[None], filters),
}
threads = torch.get_num_threads()
torch.set_num_threads(1)
milliseconds = {}
for name, way in ways.items():
    trials = []
    for _ in range(1 if name == "loops" else 20):
        start = time.process_time()
        way()
        trials.append(1000 * (time.process_time() - start))
    milliseconds[name] = min(trials)
    print(f"{name:30} {milliseconds[name]:9.2f} ms")
torch.set_num_threads(threads)
assert milliseconds["loops"] > 20 * milliseconds["im2col and a matrix product"]

# %% [markdown]
# The matrix product is typically more than a hundred times faster than the loops, with the same multiplications. The price is memory:
# with stride 1 nearly every pixel lies in $K^2$ windows and is copied as often. Libraries therefore form the columns piece by
# piece, or use other algorithms altogether; which one is fastest depends on the sizes [Chetlur 2014].

# %% [markdown] tags=["slide"]
# ## 9. The way back
#
# Training asks how the loss changes with each weight and each pixel. As in lecture 01, every output sends its gradient
# $\mathrm{d}y$ back to the pixels it read, through the weights it used, and messages to the same pixel or weight add up.

# %% tags=["fragment"]
predict(
    "A pixel in the middle of a large picture, a 3×3 kernel, stride 1. How many outputs send a gradient to it, "
    "and how many to a pixel in the corner (no padding)?",
    answer="Nine, and one. The middle pixel lies in nine windows and adds up nine messages; the corner lies in one window only.",
)

# %%
messages = F.fold(F.unfold(torch.ones(1, 1, 8, 8), 3), 8, 3)[0, 0]  # windows each pixel lies in
stated("messages to a pixel in the middle", messages[4, 4], 9)
stated("messages to a pixel in the corner", messages[0, 0], 1)

# %% [markdown] tags=["subslide"]
# Adding up messages is sliding once more. For $\mathrm{d}w$ slide $\mathrm{d}y$ over the image, as if it were a kernel. For
# $\mathrm{d}x$ pad $\mathrm{d}y$ with zeros and slide the kernel over it, **turned by 180°**:

# %%
pixels = torch.tensor([[1.0, 2, 0, 1], [0, 1, 3, 0], [2, 0, 1, 1], [1, 1, 0, 2]])
taps = torch.tensor([[1.0, 2], [0, -1]])
dy = torch.tensor([[1.0, 0, 0], [0, 2, 0], [0, 0, -1]])
dw = slide_over(pixels, dy)
dx = slide_over(F.pad(dy, (1, 1, 1, 1)), taps.flip(0, 1))
assert dw.tolist() == [[2, 7], [0, 1]]

# %% tags=["fragment"]
fig, ax = show.canvas(20.5, 12.6, cell_inches=0.44)
show.words(ax, (0.5, 0.6), "dw: slide dy over the image", bold=True)
show.number_grid(
    ax, pixels, at=(0.5, 1.3), highlight={(r, c) for r in range(3) for c in range(3)}
)
show.window(ax, (0.5, 1.3), (3, 3), role="gradient")
show.number_grid(ax, dy, at=(7.5, 1.8), role="gradient")
show.number_grid(ax, dw, at=(15.5, 2.3), role="kernel", highlight={(0, 0)})
show.words(ax, (0.5, 6.6), "dx: slide the turned kernel over the padded dy", bold=True)
inside = {(r, c) for r in range(1, 4) for c in range(1, 4)}
show.number_grid(ax, F.pad(dy, (1, 1, 1, 1)), at=(0.5, 7.3), role="gradient", highlight=inside)
show.window(ax, (1.5, 8.3), (2, 2))
show.number_grid(ax, taps.flip(0, 1), at=(8, 8.8), role="kernel")
show.number_grid(ax, dx, at=(15.5, 7.8), highlight={(1, 1)})
for row, left_end in ((3.3, 5.9), (9.8, 6.4)):
    show.words(ax, (left_end, row), "and", align="center", size=12)
    show.words(ax, (12.8, row), "gives", align="center", size=12)
show.picture(
    fig,
    "Above: dy slid over the image gives dw, 2 7 0 1. Below: the turned kernel slid over the padded dy gives dx.",
)

# %% [markdown] tags=["subslide"]
# Weight $w_{u,v}$ met pixel $x_{i+u,j+v}$ for output $(i, j)$, and every meeting counts:
#
# $$ \mathrm{d}w_{u,v} = \sum_{i,j} \mathrm{d}y_{i,j}\; x_{i+u,\,j+v} \qquad
#    \mathrm{d}x_{p,q} = \sum_{u,v} \mathrm{d}y_{p-u,\,q-v}\; w_{u,v} \qquad \mathrm{d}b = \sum_{i,j}\mathrm{d}y_{i,j} $$

# %% tags=["live"]
# Does autograd agree? Copies `image` of pixels and `kernel` of taps that ask for gradients; slide, send dy
# back, and compare their gradients with dx and dw.
image, kernel = pixels.clone().requires_grad_(), taps.clone().requires_grad_()
slide_over(image, kernel).backward(dy)
assert torch.equal(kernel.grad, dw)
assert torch.equal(image.grad, dx)

# %% [markdown]
# $\mathrm{d}w_{0,0} = 1 \cdot 1 + 2 \cdot 1 - 1 \cdot 1 = 2$: three windows with a gradient, three messages. With several images and places the
# messages to a shared weight add up, which is the other half of what sharing means: in section 7 **every place of every image taught the
# same 400 numbers**, while a filter of its own was taught by one place only.

# %% [markdown] tags=["slide"]
# ## 10. What do learned filters look like?
#
# Now nobody writes kernels down. A small network for the 8×8 digits: 16 filters of 5×5, ReLU, max pooling, a linear layer.
# Its first layer starts with random numbers and is trained for a few seconds.

# %% tags=["fragment"]
predict(
    "What will the 16 filters look like after training?",
    {
        "Small digits": "A filter sees 5×5 of 8×8 pixels and must be useful for all ten classes. Strokes, perhaps. Not digits.",
        "Clean edge detectors, like Sobel": (
            "This is what one sees in books, for networks trained on a million photographs. Look at what 1,437 digits give."
        ),
        "Patches of plus and minus, with much of the random start left": (
            "They move only as far as the loss needs them to. Some end as stroke or edge detectors, most are hard to name."
        ),
    },
    answer="Patches of plus and minus, with much of the random start left",
)


# %% tags=["live", "subslide"]
# digit_reader(learn_first): 20 epochs; the first layer learns or stays random. Returns the filters at the
# start, at the end, and the share of test digits read correctly, in %. Twice: before, after, learned_percent
# with a learning first layer; random_percent with a first layer left random.
def digit_reader(learn_first: bool) -> tuple[torch.Tensor, torch.Tensor, float]:
    torch.manual_seed(5)
    first = nn.Conv2d(1, 16, 5, padding=2)
    net = nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 10))
    first.requires_grad_(learn_first)
    before = first.weight.detach().clone()
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=0.005)
    for _ in range(20):
        for batch in torch.randperm(len(digits.train_x)).split(64):
            loss = F.cross_entropy(net(digits.train_x[batch]), digits.train_y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        right = (net(digits.test_x).argmax(1) == digits.test_y).double().mean()
    return before, first.weight.detach(), 100 * right.item()


before, after, learned_percent = digit_reader(learn_first=True)
_, _, random_percent = digit_reader(learn_first=False)

# %%
fig = show.image_grid(
    [*before[:8], *after[:8]],
    [f"start {k}" for k in range(8)] + [f"trained {k}" for k in range(8)],
    columns=8,
    inches=1.25,
    signed=True,
)
show.picture(
    fig,
    "Eight filters at the start, blue and vermilion at random, and the same eight after training: stronger, "
    "smoother patches, some like strokes or edges.",
)
alike = F.cosine_similarity(before.flatten(1), after.flatten(1))
show.table(
    [
        ["cosine of a trained filter with its start, mean of 16", float(alike.mean())],
        ["test digits read correctly, filters learned, %", learned_percent],
        ["test digits read correctly, filters left random, %", random_percent],
    ],
    header=["what", "value"],
)
assert 0.5 < alike.mean() < 0.95
assert min(learned_percent, random_percent) > 94
assert abs(learned_percent - random_percent) < 4

# %% [markdown]
# Be honest about such pictures. The filters are still recognisably their random start, and a network whose first
# layer is *never trained* reads almost as many digits, because the layer behind it learns to use whatever it is given. On
# 8×8 digits the first layer hardly has to be good. That filters look meaningful is no proof that they matter, and that they look like noise
# no proof that they do not. One run with one seed, at that: another seed gives other filters.

# %% [markdown] tags=["subslide"]
# ### What photographs ask for
#
# The famous pictures of first layers (bars, edges in all directions, blobs of colour) come from networks that saw a million
# photographs, such as AlexNet [Krizhevsky 2012]. We do not have a million. But we can ask what four photographs are made of, without
# labels: which 7×7 kernels describe their patches best? These are the principal components.

# %% tags=["live"]
# `patches`: all 7×7 patches of four grey photographs, their mean brightness kept. `components`: the directions
# in which they differ most, by an eigendecomposition of their second moments; `explained`: each one's share.
grey = [data.photograph(name, size=100) for name in ("camera", "cat", "coffee", "astronaut")]
grey = [image.mean(0) if image.ndim == 3 else image for image in grey]
patches = torch.cat(
    [F.unfold(image[None, None] - image.mean(), 7)[0].T for image in grey]
).double()
moments, directions = torch.linalg.eigh(patches.T @ patches)
components = directions.T.flip(0)[:12].reshape(12, 7, 7)  # the most important first
explained = moments.flip(0) / moments.sum()

# %%
fig = show.image_grid(
    components,
    [f"{100 * share:.1f} %" for share in explained[:12]],
    columns=6,
    inches=1.5,
    signed=True,
)
show.picture(
    fig,
    "Twelve kernels: an even one, two gradients at right angles, then bars and checkers of growing fineness.",
)
first, second, third = components[:3]
assert (first * first.sum().sign() > 0).all()
ramps = torch.stack(
    [torch.arange(-3.0, 4).expand(7, 7), torch.arange(-3.0, 4).expand(7, 7).T]
).double()
ramps = F.normalize(ramps.flatten(1), dim=1)
inside_plane = [(ramps @ one.flatten()).square().sum().item() for one in (second, third)]
stated("share of the first component", explained[0], 0.74, digits=2)
stated("component 2: share that is a plain gradient", inside_plane[0], 0.97, digits=2)
stated("component 3: share that is a plain gradient", inside_plane[1], 0.97, digits=2)

# %% [markdown]
# The first is a blur, the second and third are smooth differences in two directions: relatives of Sobel that nobody designed. Neighbouring
# pixels are alike, so the mean comes first, then the slope, then curvature. What a trained network adds is a reason to prefer
# some of them: the task.

# %% [markdown] tags=["slide"]
# ## 11. What people get wrong, and what it looks like

# %%
tall = data.photograph("cat", size=96)
as_stored = tall.permute(1, 2, 0).contiguous()  # (96, 96, 3): how files and matplotlib hold it
scrambled = as_stored.reshape(3, 96, 96)  # wrong: the numbers stay in their order
rim = F.conv2d(frame, classic("edges")[None, None], padding=1)[0, 0]
bytes_ = (255 * photo).to(torch.uint8).numpy()
wrapped = bytes_[:, 2:] - bytes_[:, :-2]  # 10 − 20 = 246
stated("10 − 20 in bytes", (np.array([10], np.uint8) - np.array([20], np.uint8))[0], 246)
nine_ones = slide_over(photo, torch.ones(3, 3))

# %% tags=["subslide"]
fig, axes = show.figure(11, 3.4, columns=4)
failures = [
    ("nine ones: all white", nine_ones, {"vmin": 0, "vmax": 1}),
    ("zero padding: a frame", rim, {"cmap": show.SIGNED, "vmin": -4, "vmax": 4}),
    ("reshape, not permute", scrambled[0], {}),
    ("differences of bytes", wrapped, {}),
]
for ax, (title, image, look) in zip(axes, failures, strict=True):
    ax.imshow(np.asarray(image), **look)
    ax.set_title(title, fontsize=13, loc="center")
    ax.axis("off")
show.picture(
    fig,
    "Four failures: an overexposed photograph; edges with a bright frame around them; a cat torn into a weave of stripes; "
    "a photograph full of white speckles where bytes wrapped around.",
    dpi=96,
)
stated("pixels at or above white with nine ones, %", 100 * (nine_ones >= 1).float().mean(), 82)
stated(
    "mean answer on the frame, per mean answer inside",
    rim[0].abs().mean() / rim[1:-1, 1:-1].abs().mean(),
    11,
)
try:
    F.conv2d(as_stored[None], torch.ones(16, 3, 3, 3))
except RuntimeError as error:
    print(error)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | everything white or everything black | weights do not add up to what you meant | an even image in: what level comes out? |
# | a bright or dark frame | zero padding, and the image is not near 0 | an even image in: is the output even? |
# | stripes, colours out of place, no error | `reshape` where (H, W, C) had to be *permuted* to (C, H, W) | show one channel |
# | white speckles wherever it gets a little darker | arithmetic with bytes: 10 − 20 is 246 | convert to float before anything else |
# | edges with the opposite sign | kernel turned by 180° (true convolution, SciPy's `convolve2d`) | a single 1 in: is the kernel turned? |
# | height and width swapped | (x, y) in place of (row, column); a pair the wrong way round | an image that is not square |
# | three maps per filter in place of one | channels kept apart, not summed | count: filters = output channels |
# | `to have 3 channels, but got 96 channels instead` | the channels stand last: (N, H, W, C) | print the shape: N, C, H, W |
#
# Test with images that are **not square**, with more than one channel, and with stride and padding that differ in the two
# directions. Most bugs hide behind a square.

# %% [markdown] tags=["slide"]
# ## Summary
#
# * A window slides over a table of numbers; multiply, add. Weights that add up to 1 keep the level, weights that add up to 0
#   answer change.
# * Sobel is a difference in one direction and an average along the other, and can be computed in two cheap steps.
# * A filter is as deep as its input and makes one map; a bank of $C_{out}$ filters makes $C_{out}$ maps with
#   $C_{out}(C_{in} K_h K_w + 1)$ parameters, whatever the size of the picture.
# * The bias sets how strong an answer must be before a ReLU lets it through.
# * Sparse: each output reads one window. Deep outputs still see everything: 7 layers of 3×3 see 15×15, the middle far more than the corners.
# * Shared: what is learned at one place works at all places. Own filters at each place read moved digits no better than by guessing.
# * im2col turns windows into columns and the layer into one matrix product: much faster than loops, up to $K^2$ times the memory.
# * $\mathrm{d}w$ slides $\mathrm{d}y$ over the input; $\mathrm{d}x$ slides the turned kernel over the padded $\mathrm{d}y$.
# * Learned filters need not look like anything. Check what they do, not what they look like.
#
# **Now you:** in assignment 02 you write the classic kernels, the sliding window, the full `conv2d` with every knob, `im2col` and the layer as
# a matrix product, the backward pass, and a locally connected layer.
#
# ## References
#
# * I. Sobel, G. Feldman, *A 3×3 isotropic gradient operator for image processing*, talk at the Stanford Artificial Intelligence Project, 1968.
# * Y. LeCun and others, *Backpropagation applied to handwritten zip code recognition*, Neural Computation 1, 1989: shared weights, learned.
# * A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet classification with deep convolutional neural networks*, NIPS 2012: its figure 3 shows the
#   96 learned filters of the first layer.
# * B. Olshausen, D. Field, *Emergence of simple-cell receptive field properties by learning a sparse code for natural images*, Nature 381, 1996:
#   edges and bars from photographs, without labels.
# * K. Chellapilla, S. Puri, P. Simard, *High performance convolutional neural networks for document processing*, International
#   Workshop on Frontiers in Handwriting Recognition, 2006: convolution as a matrix product.
# * S. Chetlur and others, *cuDNN: efficient primitives for deep learning*, [arXiv:1410.0759](https://arxiv.org/abs/1410.0759), 2014.
# * Y. Taigman, M. Yang, M. Ranzato, L. Wolf, *DeepFace: closing the gap to human-level performance in face verification*, CVPR 2014: locally
#   connected layers on aligned faces.
# * W. Luo, Y. Li, R. Urtasun, R. Zemel, *Understanding the effective receptive field in deep convolutional neural networks*,
#   [arXiv:1701.04128](https://arxiv.org/abs/1701.04128), NIPS 2016.
# * V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, [arXiv:1603.07285](https://arxiv.org/abs/1603.07285), 2016.
