# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. How do you get one good number out of many noisy ones, when the thing you measure keeps moving?
# 2. What does "convolution" mean, why do deep learning libraries compute something else, and when do you notice?
# 3. What do stride, padding, dilation, channels and groups do, and how long is the output?
# 4. Why is a convolution a fully connected layer with almost all of its weights removed?
# 5. How does a kernel get its numbers when nobody writes them down?
#
# **You need** Python, and a first meeting with PyTorch tensors (`torch.tensor`, shapes, a loop that trains something).
#
# **Time** 90 minutes: noisy laser 10 · how far back 8 · flip or not 8 · kernels that look for something 8 · channels 8 ·
# stride, padding, dilation 12 · a matrix 8 · shifts 6 · causal 6 · gradients and learning 10 · mistakes and summary 6.
#
# The purple boxes ask for a prediction. Commit to one before you open it: being wrong there is the cheapest way to learn.

# %% tags=["skip"]
from itertools import product

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.pictures.channels import draw_filter_bank
from convlab.pictures.connections import causal_taps, connect, dots, draw_layer, layer_taps
from convlab.pictures.windows import Slide, draw_slide
from convlab.questions import erratum, predict, stated
from convlab.signals import (
    TABLE_READINGS,
    TABLE_WEIGHTS,
    estimate_errors_km,
    flight,
    slide,
    smoothing_weights,
)

# %% [markdown] tags=["slide"]
# ## 1. An aeroplane and a noisy laser
#
# A laser measures the height of an aeroplane once a second. Every reading is wrong, typically by more than
# 100 m, sometimes too high and sometimes too low. Where is the plane now?

# %% tags=["fragment"]
path = flight()
fig, ax = show.figure(9, 3.4)
ax.plot(path.seconds, path.readings_km, "o", markersize=4)
ax.set(
    xlabel="time, s",
    ylabel="height, km",
    title="What the laser says. It does not know the true height either.",
)
show.picture(
    fig,
    "120 noisy height readings: level near 1 km, a climb to "
    "about 2.7 km, a quick descent to 1.8 km.",
)
stated(
    "spread of the errors, m (we simulated them, so we know)",
    1000 * (path.readings_km - path.height_km).std(),
    135,
)

# %% tags=["fragment"]
predict(
    "You have to report the height <b>now</b>. Which readings do you use?",
    {
        "Only the newest one": (
            "It is about now, but it carries its full error of more than 100 m, and you threw 119 other readings away."
        ),
        "The average of all of them": (
            "The errors cancel almost perfectly. What remains is the average height of the whole flight, which is not "
            "where the plane is."
        ),
        "The last few, the newest counting most": (
            "A compromise: enough readings for their errors to cancel, recent enough to be about now. How many, and how "
            "much each should count, is what this lecture is about."
        ),
    },
    answer="The last few, the newest counting most",
)

# %% [markdown] tags=["subslide"]
# ### By hand, once
#
# Take twelve readings (in km) and seven weights. The newest reading gets weight 0.5, the one before it 0.4, and five older
# ones share the rest. Lay the weights under the first seven readings, multiply what stands one above the other, add up:

# %% tags=["fragment"]
x = torch.tensor(TABLE_READINGS, dtype=torch.float64)
w = torch.tensor(TABLE_WEIGHTS, dtype=torch.float64)
products = x[:7] * w

fig, ax = show.canvas(19, 5.4, cell_inches=0.52)
for height, name, role in [
    (0.8, "readings x", "input"),
    (2.2, "weights w", "kernel"),
    (3.6, "products", "output"),
]:
    show.words(ax, (4.2, height + 0.5), name, role=role, align="right")
show.number_grid(
    ax, x, at=(4.5, 0.8), digits=2, highlight={(0, column) for column in range(7)}, size=11
)
show.number_grid(ax, w, at=(4.5, 2.2), role="kernel", size=11)
show.number_grid(ax, products, at=(4.5, 3.6), role="output", digits=3, size=10)
show.window(ax, (4.5, 0.8), (7, 1))
show.row_of_words(ax, [str(i) for i in range(12)], at=(4.5, 0.5))
show.words(ax, (12.0, 4.1), f"sum = {float(products.sum()):.3f} km", bold=True)
show.picture(
    fig,
    "Twelve readings in a row; seven weights under the first "
    "seven; their products, which add up to 1.811.",
)

# %%
stated("first estimate, km", products.sum(), 1.811, digits=3)
stated("the weights add up to", w.sum(), 1.0, digits=2)

# %% [markdown] tags=["subslide"]
# Then push the weights one reading to the right and do it again. As a formula, with $a$ counting how old a reading is:
#
# $$ s_t \;=\; \sum_{a=0}^{6} x_{t-a}\, w_{-a} $$
#
# $w_0 = 0.5$ belongs to the newest reading, $w_{-1} = 0.4$ to the one before it, and so on. There are twelve readings and the
# window covers seven, so it fits in $12 - 7 + 1 = 6$ places.

# %% tags=["live"]
# All six estimates, as the tensor `estimates`: for each place of the window, multiply x and w and add.
# No library function yet.
estimates = []
for start in range(len(x) - len(w) + 1):
    estimates.append(sum(x[start + k] * w[k] for k in range(len(w))))
estimates = torch.stack(estimates)
estimates

# %%
assert len(estimates) == 12 - 7 + 1
for number, value in enumerate([1.811, 1.967, 2.112, 2.269, 2.413, 2.569]):
    stated(f"estimate {number}, km", estimates[number], value, digits=3)

# %% tags=["subslide"]
erratum(
    "The slides this example comes from print the row as 1.80 1.96 2.11 2.16 2.28 2.42. Their own weights and readings give "
    "1.811 1.967 2.112 2.269 2.413 2.569. The third entry is right; the first two are off in the last digit; the last three "
    "are more than 100 m too low. The code above is the proof: seven multiplications per number."
)

# %%
printed = torch.tensor([1.80, 1.96, 2.11, 2.16, 2.28, 2.42], dtype=torch.float64)
fig, ax = show.figure(8, 3.3)
ax.plot(range(12), x, "o", label="readings")
ax.plot(range(6, 12), estimates, "-o", color=show.colour("output"), label="computed")
ax.plot(range(6, 12), printed, "--s", color=show.colour("kernel"), label="as printed")
ax.set(xlabel="reading number", ylabel="height, km")
ax.legend()
show.picture(
    fig,
    "Readings rise from 1.0 to 2.7 km. The computed estimates "
    "follow them; the printed ones bend away below.",
)
off_m = 1000 * (estimates - printed)
assert off_m[2] < 5 < off_m[:2].min()
assert off_m[:2].max() < 12
stated("smallest error among the last three printed, m", off_m[3:].min(), 109)
stated("largest, m", off_m.max(), 149)

# %% [markdown] tags=["slide"]
# ## 2. How far back should the window look?
#
# Average the last 3 readings, or the last 15? Both, on the same flight:

# %% tags=["fragment"]
fig, axes = show.figure(10, 3.4, columns=2, sharey=True)
for ax, (size, title) in zip(
    axes, [(3, "3 readings: it trembles"), (15, "15 readings: smooth, and late")], strict=True
):
    estimate = slide(path.readings_km, smoothing_weights("equal weights", size))
    ax.plot(path.height_km, "--", color=show.colour("ink"), lw=1.6, label="true height")
    ax.plot(range(size - 1, 120), estimate, color=show.colour("output"), label="estimate")
    ax.set(title=title, xlabel="time, s")
    ax.legend(loc="lower right")
axes[0].set_ylabel("height, km")
show.picture(
    fig,
    "Averaging 3 readings gives a jagged curve around the true height; averaging 15 gives a "
    "smooth curve that lies to the right of it, some seconds late.",
)

# %% [markdown] tags=["subslide"]
# Every estimate has two kinds of error, and they pull in opposite directions.
#
# * **Noise.** If readings have independent errors of size $\sigma$, a weighted average has an error of
#   $\sigma \sqrt{\sum_k w_k^2}$. Spreading the weight over more readings makes it smaller.
# * **Lag.** Old readings say where the plane *was*. A plane that climbs steadily is reported
#   $\sum_a a\, w_{-a}$ seconds late: the average age of the readings. For 15 equal weights that is 7 seconds.

# %% tags=["live"]
# Both numbers for the table's weights w: `noise_left`, the share of the noise that comes through,
# and `mean_age`, the average age of the readings in seconds.
noise_left = w.square().sum().sqrt()
age = torch.arange(6, -1, -1)  # the oldest reading comes first
mean_age = (age * w).sum()
noise_left, mean_age

# %%
stated("share of the noise that comes through", noise_left, 0.64, digits=2)
stated("average age of the readings, s", mean_age, 0.73, digits=2)
fifteen = smoothing_weights("equal weights", 15)
stated("the same for 15 equal weights, s", (torch.arange(14, -1, -1) * fifteen).sum(), 7)

# %% [markdown]
# So the table's weights remove about a third of the noise and cost three quarters of a second. Is that a good deal? Play.
# (To judge a window and not its luck, the errors in the title are measured on 200 runs of the laser over the same flight.)

# %% tags=["subslide"]
explore.smoothing()

# %% tags=["subslide"]
sizes = range(1, 31)
parts = torch.tensor(
    [estimate_errors_km(path, smoothing_weights("equal weights", size)) for size in sizes]
)
fig, ax = show.figure(8, 3.4)
for column, (name, role) in enumerate(
    [("error", "ink"), ("noise that comes through", "input"), ("lag", "kernel")]
):
    ax.plot(
        sizes,
        1000 * parts[:, column],
        color=show.colour(role),
        label=name,
        lw=3 if column == 0 else 1.8,
    )
best = int(parts[:, 0].argmin())
ax.plot(sizes[best], 1000 * parts[best, 0], "o", color=show.colour("ink"), markersize=9)
ax.set(xlabel="readings in the window", ylabel="error, m", ylim=(0, 350))
ax.set_title(f"Best: {sizes[best]} readings, {1000 * parts[best, 0]:.0f} m")
ax.legend()
show.picture(
    fig,
    "Error against window size is U-shaped: noise falls, lag rises, "
    "the error is lowest at 3 readings, 80 m.",
)
stated("best window", sizes[best], 3)
stated("its error, m", 1000 * parts[best, 0], 80)
squares = (1000 * parts).square()
stated(
    "largest gap between error² and noise² + lag², %",
    max(100 * abs(1 - (squares[:, 1] + squares[:, 2]) / squares[:, 0])),
    1,
)

# %% [markdown]
# The two errors know nothing of each other, so their *squares* add up: $\text{error}^2 = \text{noise}^2 + \text{lag}^2$. The
# window that is best makes the sum small, neither of its parts.
#
# Nobody can say beforehand that three is right. It depends on how noisy the laser is and how sharply the pilot turns. Keep
# that in mind: at the end of this lecture the *data* will choose the weights.

# %% [markdown] tags=["slide"]
# ## 3. Convolution, and its mirror image
#
# Sliding a row of weights over a signal, multiplying and adding, has two versions. One lays the weights down as they are
# read, the other lays them down mirrored:

# %% tags=["fragment"]
values = (2, 1, 0, 3, 1, 2, 4)
fig, ax = show.canvas(25, 4.4, cell_inches=0.4)
for left, title, laid in [
    (0.5, "cross-correlation: w as it is read", (1, 2, 3)),
    (13.5, "convolution: w mirrored", (3, 2, 1)),
]:
    total = sum(value * weight for value, weight in zip(values[2:5], laid, strict=True))
    show.words(ax, (left, 0.6), title, bold=True)
    show.number_grid(ax, values, at=(left, 1.2), highlight={(0, 2), (0, 3), (0, 4)})
    show.number_grid(ax, laid, at=(left + 2, 2.5), role="kernel")
    show.words(ax, (left + 5.4, 3.0), f"adds up to {total}", role="output")
    assert total in (9, 7)
show.picture(
    fig,
    "The weights 1 2 3 under the numbers 0 3 1: laid down as they are read the products add up to 9, "
    "laid down mirrored, 3 2 1, to 7.",
)

# %% [markdown] tags=["fragment"]
# In a formula they differ in one sign:
#
# $$ \text{cross-correlation:}\quad y_t = \sum_k x_{t+k}\, w_k \qquad\qquad
#    \text{convolution:}\quad y_t = \sum_k x_{t-k}\, w_k $$
#
# In the second, index $k$ runs *backwards* through the signal. A signal that is 0 everywhere except for a single 1 shows
# the difference best.

# %% tags=["fragment"]
predict(
    "<code>np.convolve([0, 0, 1, 0, 0], [1, 2, 3])</code> is a true convolution. "
    "Which three numbers come out around the 1?",
    {
        "1 2 3": "A convolution with an impulse returns the kernel itself, the right way round. That is why it is flipped.",
        "3 2 1": (
            "That is what cross-correlation gives: the window reaches the 1 with its last weight first, "
            "so the kernel comes out mirrored."
        ),
        "2 2 2": "The 1 is multiplied by each weight in turn, not by their average.",
    },
    answer="1 2 3",
)

# %% tags=["live", "subslide"]
# [0, 0, 1, 0, 0] with the kernel [1, 2, 3], length kept: `convolved` by np.convolve, `correlated` by
# np.correlate, `from_torch` by F.conv1d. Call the impulse `impulse`.
impulse = np.array([0.0, 0, 1, 0, 0])
kernel = np.array([1.0, 2, 3])
convolved = np.convolve(impulse, kernel, mode="same")
correlated = np.correlate(impulse, kernel, mode="same")
from_torch = F.conv1d(
    torch.tensor(impulse)[None, None], torch.tensor(kernel)[None, None], padding=1
)[0, 0]
print("convolve ", convolved)
print("correlate", correlated)
print("conv1d   ", from_torch.numpy())

# %%
assert convolved.tolist() == [0, 1, 2, 3, 0]
assert correlated.tolist() == from_torch.tolist() == [0, 3, 2, 1, 0]

fig, axes = show.figure(10, 2.9, columns=3, sharey=True)
panels = [
    ("impulse", impulse, "input"),
    ("convolution", convolved, "output"),
    ("cross-correlation", correlated, "output"),
]
for ax, (name, values, role) in zip(axes, panels, strict=True):
    ax.bar(range(5), values, color=show.colour(role), width=0.6)
    ax.set(title=name, xlabel="position", ylim=(0, 3.4))
axes[0].set_ylabel("value")
show.picture(
    fig,
    "An impulse; its convolution with 1 2 3 reads 1 2 3; its "
    "cross-correlation reads 3 2 1, the mirror image.",
)

# %% [markdown] tags=["subslide"]
# **PyTorch's `conv1d` is cross-correlation.** So is every "convolutional layer" you will meet. Nobody minds, because the
# weights are learned: a network that wants the mirrored kernel learns the mirrored numbers.
#
# The flip buys mathematics something that learning does not need. Convolution can be reordered and regrouped,
# $x * w = w * x$ and $(x * v) * w = x * (v * w)$; cross-correlation cannot.

# %% tags=["live"]
# Does the order matter? Try np.convolve and np.correlate on two short signals, both ways round,
# all overlaps counted (mode="full").
a, b = np.array([1.0, 0, 2, 5]), np.array([1.0, 2, 3])
assert np.array_equal(np.convolve(a, b), np.convolve(b, a))
print(np.correlate(a, b, mode="full"), np.correlate(b, a, mode="full"), sep="\n")
assert not np.array_equal(np.correlate(a, b, mode="full"), np.correlate(b, a, mode="full"))

# %% [markdown]
# Three places where you *will* notice the difference:
#
# * you carry a hand-made kernel from a textbook (or from `scipy.signal.convolve`) into PyTorch: flip it first;
# * your edge detector answers $+$ where somebody else's answers $-$: one of the two flips its kernel;
# * you write the backward pass (section 10): the gradient of one is made of the other.
#
# The aeroplane's formula above is written as a convolution over $a$ (time runs backwards through the weights), while the
# table lists its weights oldest first, ready to be slid as they stand. Same numbers, two conventions.

# %% [markdown] tags=["slide"]
# ## 4. Kernels that look for something
#
# Averaging is one thing a kernel can do. Here is a real signal: the brightness along one row of a photograph.

# %% tags=["fragment"]
photo = data.photograph("camera").double()
row = photo[150]
fig, (left, right) = show.figure(10, 3.2, columns=2, width_ratios=[1, 2.2])
left.imshow(photo, cmap="gray")
left.axhline(150, color=show.colour("kernel"), lw=2)
left.axis("off")
right.plot(row, color=show.colour("input"), lw=1.3)
right.set(xlabel="column, pixels", ylabel="brightness, 0 to 1", title="row 150", xlim=(0, 511))
show.picture(
    fig,
    "A man with a camera, row 150 marked; beside it the brightness along that row.",
    photo=True,
)

# %% tags=["subslide"]
predict(
    "Slide the kernel <code>[−1, 0, 1]</code> (right neighbour minus left neighbour) along this row. "
    "What comes out over a stretch of even sky?",
    {
        "The brightness of the sky": "For that the weights would have to add up to 1. These add up to 0.",
        "0": "Right minus left is 0 where nothing changes. A kernel answers even stretches with the sum of its weights.",
        "A large number": "A large answer means change. In even sky nothing changes.",
    },
    answer="0",
)

# %% tags=["live", "subslide"]
# Three kernels in a dictionary `kernels`: an average of nine, a first difference, a second difference.
# Slide each over the row: a dictionary `responses`.
kernels = {
    "average of 9": torch.full((9,), 1 / 9, dtype=torch.float64),
    "first difference  [−1, 0, 1]": torch.tensor([-1.0, 0, 1], dtype=torch.float64),
    "second difference  [1, −2, 1]": torch.tensor([1.0, -2, 1], dtype=torch.float64),
}
responses = {name: slide(row, kernel) for name, kernel in kernels.items()}

# %%
fig, axes = show.figure(10, 6, rows=3, sharex=True)
for ax, (name, response) in zip(axes, responses.items(), strict=True):
    first = (512 - len(response)) // 2  # each answer stands under the middle of its window
    ax.plot(range(first, first + len(response)), response, color=show.colour("output"), lw=1.3)
    ax.set(title=name, ylabel="answer", xlim=(0, 511))
axes[-1].set_xlabel("column, pixels")
show.picture(
    fig,
    "The averaged row is smooth; the first difference spikes at "
    "edges, up or down; the second spikes both ways.",
)

# %% tags=["subslide"]
edge = int(responses["first difference  [−1, 0, 1]"].abs().argmax())
stated("strongest edge: middle column of the window", edge + 1, 281)
stated(
    "its answer (positive: dark to bright)",
    responses["first difference  [−1, 0, 1]"][edge],
    0.64,
    digits=2,
)
flat = torch.full((20,), 0.7, dtype=torch.float64)
for name, answer in [
    ("average of 9", 0.7),
    ("first difference  [−1, 0, 1]", 0.0),
    ("second difference  [1, −2, 1]", 0.0),
]:
    stated(
        f"{name}, on an even brightness of 0.7", slide(flat, kernels[name])[0], answer, digits=1
    )

# %% [markdown]
# **The sum rule.** Over an even stretch of height $c$ every kernel answers $c \cdot \sum_k w_k$. Weights that add up to 1 keep
# the level (smoothing). Weights that add up to 0 ignore the level and answer change only (detecting). If a filter of yours
# brightens or darkens everything, add up its weights.

# %% [markdown] tags=["slide"]
# ## 5. Channels and filter banks
#
# A stereo recording has two numbers at every moment, an electrocardiogram (ECG) has twelve, a hidden layer has hundreds. They
# are called **channels**. A filter for $C_{in}$ channels has one row of weights per channel; it multiplies everything inside
# its window, over *all* channels, and adds it all into **one** number. One filter makes one output channel, so
# $C_{out}$ filters make $C_{out}$ output channels.

# %% tags=["fragment"]
fig, ax = show.canvas(31, 10, cell_inches=0.34)
draw_filter_bank(ax, c_in=2, c_out=3, length=9, kernel=3)
show.picture(
    fig,
    "Two input channels of length 9; three filters of 2 by 3 weights, "
    "each reading both; three output channels.",
)

# %% [markdown] tags=["subslide"]
# $$ y_{n,\,o,\,t} \;=\; b_o \;+\; \sum_{c=0}^{C_{in}-1}\;\sum_{k=0}^{K-1} x_{n,\,c,\,t+k}\; w_{o,\,c,\,k}
#    \qquad x: (N, C_{in}, L),\quad w: (C_{out}, C_{in}, K),\quad y: (N, C_{out}, L-K+1) $$
#
# A case for pencil and paper: two channels, one filter of size 2, bias 0.5.
#
# | | | |
# |---|---|---|
# | channel 0: `1 2 3 4` | weights `1 −1` | `1−2`, `2−3`, `3−4` → −1 −1 −1 |
# | channel 1: `0 1 0 1` | weights `2  0` | `0`, `2`, `0` → 0 2 0 |
# | sum plus 0.5 | | **−0.5 1.5 −0.5** |

# %% tags=["live"]
# The same with F.conv1d, as `answer`. Watch the shapes: input (N, C_in, L), weight (C_out, C_in, K),
# bias (C_out,).
two_channels = torch.tensor([[[1.0, 2, 3, 4], [0, 1, 0, 1]]])  # (1, 2, 4)
weight = torch.tensor([[[1.0, -1], [2, 0]]])  # (1, 2, 2)
bias = torch.tensor([0.5])
answer = F.conv1d(two_channels, weight, bias)  # (1, 1, 3)
answer

# %%
assert answer.tolist() == [[[-0.5, 1.5, -0.5]]]

# %% tags=["subslide"]
predict(
    "An ECG: 12 channels, 5,000 readings each. A layer <code>nn.Conv1d(12, 32, kernel_size=7)</code>. "
    "How many numbers does it learn?",
    {
        "32 · 7 + 32 = 256": "That forgets that every filter has its own seven weights for <i>each</i> of the 12 channels.",
        "32 · 12 · 7 + 32 = 2,720": "32 filters, each with 12 rows of 7 weights and one bias. The length plays no part.",
        "5,000 · 12 · 32": "The length never enters: the same weights are used at every moment.",
    },
    answer="32 · 12 · 7 + 32 = 2,720",
)


# %% tags=["live"]
# Count what nn.Conv1d learns: `full` as it is, `quarters` with groups=4 (a filter reads a quarter of
# the channels), `each_alone` for 12 to 12 channels with groups=12.
def learned_numbers(layer: nn.Module) -> int:
    return sum(parameter.numel() for parameter in layer.parameters())


full = learned_numbers(nn.Conv1d(12, 32, kernel_size=7))
quarters = learned_numbers(nn.Conv1d(12, 32, kernel_size=7, groups=4))
each_alone = learned_numbers(nn.Conv1d(12, 12, kernel_size=7, groups=12))

# %%
stated("12 → 32 channels, every filter reads all 12", full, 2720)
stated("12 → 32 channels in 4 groups: a filter reads 3", quarters, 32 * 3 * 7 + 32)
stated("12 → 12 channels, each alone (depthwise)", each_alone, 12 * 7 + 12)

# %% [markdown]
# `groups=G` splits the channels into $G$ parts that never look at each other: a filter then has $C_{in}/G$ rows, and $G$ must
# divide both $C_{in}$ and $C_{out}$. AlexNet used two groups because its graphics cards were too small for the whole network
# (unit 07).

# %% [markdown] tags=["slide"]
# ## 6. Stride, padding, dilation
#
# Three knobs. **Stride** $S$: how far the window moves each time. **Padding** $P$: how many zeros are put at each end first.
# **Dilation** $D$: how far apart the window's cells are. Watch one pass with stride 2 and padding 1:


# %% tags=["fragment"]
def slide_pictures(what: Slide):
    """One picture per output."""
    for index in range(len(what.starts)):
        fig, ax = show.canvas(15, 8.4, cell_inches=0.46)
        draw_slide(ax, what, index)
        yield fig


show.frames(
    slide_pictures(Slide(x=(2, 1, 0, 3, 1, 2, 4, 0, 1, 3), w=(1, 0, -1), stride=2, padding=1)),
    "A kernel of three slides over ten padded numbers in steps of "
    "two; five outputs appear one after the other.",
)

# %% [markdown] tags=["subslide"]
# Who reads whom? In these pictures lines of the same colour are *the same weight*. That is what "shared" means.

# %% tags=["fragment"]
fig, ax = show.canvas(18, 9.2, cell_inches=0.52)
draw_layer(ax, layer_taps(7, 3), 7, at=(0.8, 0.6), title="K = 3: 5 outputs")
draw_layer(ax, layer_taps(7, 3, padding=1), 7, at=(10.2, 0.6), title="padding 1: 7 outputs")
draw_layer(ax, layer_taps(7, 3, stride=2), 7, at=(0.8, 5.2), title="stride 2: 3 outputs")
draw_layer(ax, layer_taps(7, 3, dilation=2), 7, at=(10.2, 5.2), title="dilation 2: 3 outputs")
show.picture(
    fig,
    "Four diagrams of lines from 7 inputs to outputs: plain 5 "
    "outputs, padding 7, stride two 3, dilation two 3.",
)

# %% [markdown] tags=["subslide"]
# ### How long is the output? Count the starts
#
# With dilation the window reaches over $D(K-1)+1$ cells. The padded input has $L + 2P$ cells. The first window starts at 0, the
# last possible start is $L + 2P - D(K-1) - 1$, and only every $S$-th start is used:
#
# $$ L_{out} \;=\; \left\lfloor \frac{L + 2P - D(K-1) - 1}{S} \right\rfloor + 1 $$
#
# The floor is not a technicality: when the last step does not fit, cells at the right end are never read, and nobody tells you.


# %% tags=["live", "subslide"]
# Write the formula as output_length(length, kernel, stride, padding, dilation). Then try to break it:
# compare it with F.conv1d for thousands of settings.
def output_length(length: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    return (length + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


tried = 0
ranges = (range(1, 13), range(1, 6), range(1, 5), range(4), range(1, 4))
for length, kernel, stride, padding, dilation in product(*ranges):
    if dilation * (kernel - 1) + 1 > length + 2 * padding:
        continue  # the kernel does not fit: PyTorch refuses
    x0, w0 = torch.zeros(1, 1, length), torch.zeros(1, 1, kernel)
    y = F.conv1d(x0, w0, None, stride, padding, dilation)
    assert y.shape[-1] == output_length(length, kernel, stride, padding, dilation)
    tried += 1

# %%
stated("settings tried, all as the formula says", tried, 2364)

# %% tags=["subslide"]
explore.sliding_window()

# %% tags=["subslide"]
predict(
    "Which padding keeps the length, for stride 1 and a kernel of size 5 with dilation 2?",
    {
        "P = 2": "That is (K − 1)/2, right without dilation. Here the window reaches over 9 cells, not 5.",
        "P = 4": "The window reaches over D(K − 1) + 1 = 9 cells; half of 9 − 1 on each side keeps the length.",
        "P = 5": "Two outputs too many.",
    },
    answer="P = 4",
)

# %%
assert output_length(100, 5, 1, 4, 2) == 100
settings = [
    (10, 3, 1, 0, 1),
    (10, 3, 1, 1, 1),
    (10, 3, 2, 1, 1),
    (10, 3, 3, 0, 1),
    (10, 3, 1, 2, 2),
    (10, 1, 1, 0, 1),
    (10, 10, 1, 0, 1),
]
remarks = [
    "'valid'",
    "'same': P = (K−1)/2",
    "halves the length",
    "last cell never read",
    "'same' with dilation: P = D(K−1)/2",
    "K = 1 mixes channels only",
    "one window: a fully connected layer",
]
lengths = [output_length(*setting) for setting in settings]
assert lengths == [8, 10, 5, 3, 10, 10, 1]
show.table(
    [
        [*setting, length, remark]
        for setting, length, remark in zip(settings, lengths, remarks, strict=True)
    ],
    header=["L", "K", "S", "P", "D", "L_out", "remark"],
)

# %% [markdown] tags=["slide"]
# ## 7. The same thing as a matrix
#
# Every output is a weighted sum of inputs, so the whole operation is a matrix: $y = A\,x$. To find $A$, feed in the unit vectors:
# what comes out is one column after the other. (This works for any linear function you did not write yourself.)

# %% tags=["live"]
# `A`: the matrix of the kernel `taps` = (2, -1, 3) for signals of length 8, found by probing with unit
# vectors. `A2`: the same with stride 2. Check A on a signal.
taps = torch.tensor([2.0, -1, 3], dtype=torch.float64)
unit_vectors = torch.eye(8, dtype=torch.float64)[:, None]  # eight signals: (8, 1, 8)
A = F.conv1d(unit_vectors, taps[None, None])[:, 0].T  # (6, 8)
A2 = F.conv1d(unit_vectors, taps[None, None], stride=2)[:, 0].T  # (3, 8)
signal = torch.tensor([1.0, 4, 2, 0, 5, 1, 3, 2], dtype=torch.float64)
assert torch.equal(A @ signal, slide(signal, taps))

# %% tags=["subslide"]
fig, ax = show.canvas(28, 7.8, cell_inches=0.36)
dense = torch.randn(6, 8, generator=torch.Generator().manual_seed(0)).mul(3).round()
places = [
    (0.5, A, "convolution: 3 weights"),
    (10, A2, "stride 2: 3 weights"),
    (19.5, dense, "fully connected: 48 weights"),
]
for column, matrix, title in places:
    show.words(ax, (column, 0.6), title, bold=True)
    show.number_grid(ax, matrix, at=(column, 1.4), signed=True, size=11)
show.picture(
    fig,
    "Three 8-column matrices: the convolution's has the same three "
    "numbers on a diagonal band, the dense one is full.",
)
stated("weights of the dense layer", dense.numel(), 48)
stated("zeros in the convolution's matrix", (A == 0).sum(), 30)

# %% [markdown] tags=["fragment"]
# A matrix whose diagonals are constant is called a **Toeplitz** matrix. Read it as a fully connected layer that was told two
# things about the world:
#
# * **sparse**: an output depends on $K$ neighbouring inputs only (zeros away from the band);
# * **shared**: what is worth detecting here is worth detecting everywhere (equal numbers along the diagonals).

# %% tags=["subslide"]
predict(
    "A signal of 5,000 readings, an output of 4,998. How many weights does a fully connected layer need, "
    "and how many a convolution with K = 3?",
    answer="5,000 · 4,998 = 24,990,000 against 3. If the two assumptions hold, nothing is lost by saving them; "
    "if they do not, no amount of training brings the missing weights back.",
)

# %%
stated("fully connected", 5000 * 4998, 24_990_000)
stated("convolution", taps.numel(), 3)

# %% [markdown] tags=["slide"]
# ## 8. Shift the input, and the output shifts with it
#
# Sharing weights has a consequence you can see. If the same event happens five seconds later, the same answer comes five seconds
# later: shifting and convolving can be swapped. This is called **translation equivariance**.

# %% tags=["live"]
# An `event` in 40 seconds of silence, the same five seconds `later`, and the kernel `rise` = (-1, 0, 1):
# shift then convolve, convolve then shift.
event = torch.zeros(40, dtype=torch.float64)
event[8:14] = torch.tensor([1.0, 3, 5, 4, 2, 1], dtype=torch.float64)
later = event.roll(5)
rise = torch.tensor([-1.0, 0, 1], dtype=torch.float64)
assert torch.equal(slide(later, rise), slide(event, rise).roll(5))

# %% tags=["subslide"]
fig, axes = show.figure(9, 4.2, rows=2, sharex=True)
for name, values, style in [("event", event, "-"), ("5 s later", later, "--")]:
    axes[0].plot(values, style, color=show.colour("input"), label=name)
    axes[1].plot(
        range(1, 39),
        slide(values, rise),
        style,
        color=show.colour("output"),
        label=f"answer to {name}",
    )
axes[0].set(ylabel="signal", ylim=(-1, 6))
axes[1].set(ylabel="answer", xlabel="time, s", ylim=(-4, 5))
for ax in axes:
    ax.legend(loc="upper right")
show.picture(
    fig,
    "An event and the same event five seconds later; the answers of an "
    "edge kernel have the same shape, 5 s apart.",
)

# %% tags=["subslide"]
predict(
    "Now with stride 2: the input is shifted by <b>one</b> step. What happens to the output?",
    {
        "It shifts by half a step": "There is no half step in a row of numbers: other windows are now evaluated.",
        "It shifts by one step": "That would be a shift of two steps at the input.",
        "The numbers themselves change": (
            "Windows start at every second cell only, so the event is met by other windows. "
            "Only shifts by multiples of the stride come out as shifts."
        ),
    },
    answer="The numbers themselves change",
)


# %% tags=["subslide"]
def strided(values: torch.Tensor) -> torch.Tensor:
    """The rise kernel with stride 2."""
    return F.conv1d(values[None, None], rise[None, None], stride=2)[0, 0]


at_0, at_1, at_2 = (strided(event.roll(shift)) for shift in (0, 1, 2))
assert torch.equal(at_2, at_0.roll(1))
assert not any(torch.equal(at_1, at_0.roll(shift)) for shift in range(len(at_0)))
fig, ax = show.canvas(22, 5.6, cell_inches=0.42)
for line, (name, values) in enumerate(
    [("as it is", at_0), ("shifted by 1", at_1), ("shifted by 2", at_2)]
):
    show.words(ax, (6, 1.3 + 1.5 * line), f"event {name}", align="right")
    show.number_grid(
        ax,
        values[1:14],
        at=(6.5, 0.8 + 1.5 * line),
        role="output",
        highlight={(0, i) for i in range(13) if values[1 + i] != 0},
    )
show.picture(
    fig,
    "Stride 2: shifted by 2 the outputs are the same numbers one "
    "place on; shifted by 1 they are other numbers.",
)

# %% [markdown]
# Equivariance also ends at the ends: a window that hangs over zero padding sees something no window in the middle ever sees.
# Both effects are real in trained networks: [Zhang 2019] shows classifiers whose answer flickers when a picture moves by a pixel.
# Unit 04 measures it.

# %% [markdown] tags=["slide"]
# ## 9. Never look ahead
#
# The aeroplane's weights used the past only: you cannot average over readings that have not been taken. A layer for signals in
# time, or for text that is being written, must keep that rule, and it must keep the length. Both come from putting *all* the
# padding on the left: $D(K-1)$ zeros before the first reading, none after the last.

# %% tags=["fragment"]
fig, ax = show.canvas(18, 4.6, cell_inches=0.52)
draw_layer(
    ax, layer_taps(7, 3, padding=1), 7, at=(0.8, 0.6), title="centred: y3 reads x4, the future"
)
draw_layer(
    ax,
    causal_taps(7, 3),
    7,
    at=(10.2, 0.6),
    title="causal: y3 reads x1, x2, x3",
    targets=range(7),
)
show.picture(
    fig,
    "Left: each output reads one input before and one after. Right, "
    "causal: each reads itself and two before.",
)


# %% tags=["live", "subslide"]
# look_back(values, kernel, dilation=1): pad on the left only, then convolve.
# Proof: change the future and see that the past does not move.
def look_back(values: torch.Tensor, kernel: torch.Tensor, dilation: int = 1) -> torch.Tensor:
    padded = F.pad(values[None, None], (dilation * (len(kernel) - 1), 0))
    return F.conv1d(padded, kernel[None, None], dilation=dilation)[0, 0]


before = look_back(path.readings_km, w)
changed = path.readings_km.clone()
changed[60:] = 9.9
after = look_back(changed, w)
assert len(before) == len(path.readings_km)
assert torch.equal(before[:60], after[:60])
assert not torch.equal(before[60:], after[60:])

# %% tags=["subslide"]
predict(
    "Stack four causal layers with K = 2 and dilations 1, 2, 4, 8. "
    "How many inputs can the newest output see?",
    {
        "5": "Without dilation: each layer adds one. Dilation makes layer i add its D(K − 1) = D.",
        "8": "The last layer alone reaches back 8. Below it stand three more.",
        "16": "1 + (1 + 2 + 4 + 8) = 16. Doubling the dilation doubles the reach, at two weights a layer.",
    },
    answer="16",
)

# %% tags=["live", "subslide"]
# Do not count, measure: an input is seen when the newest output has a gradient with respect to it.
# Four times look_back with two weights, dilations 1, 2, 4, 8.
seen = torch.zeros(32, dtype=torch.float64, requires_grad=True)
hidden = seen
for dilation in (1, 2, 4, 8):
    hidden = look_back(hidden, torch.ones(2, dtype=torch.float64), dilation)
hidden[-1].backward()
stated("inputs that the newest output sees", (seen.grad != 0).sum(), 16)

# %%
fig, ax = show.canvas(20, 10.6, cell_inches=0.42)
columns = [3.2 + 1.02 * i for i in range(16)]
heights = [9.6, 7.4, 5.2, 3.0, 0.8]
reached = {15}
for level in (4, 3, 2, 1):
    dilation = 2 ** (level - 1)
    reads = [causal_taps(16, 2, dilation)[i] if i in reached else [] for i in range(16)]
    connect(ax, columns, columns, reads, top=heights[level - 1], bottom=heights[level])
    dots(ax, columns, heights[level], role="output")
    show.words(ax, (0.2, heights[level]), f"D = {dilation}", size=12)
    reached = {source for line in reads for source in line if source is not None}
dots(ax, columns, heights[0], role="input")
show.words(ax, (0.2, heights[0]), "input", size=12)
assert len(reached) == 16
show.picture(
    fig,
    "A tree: the newest output of four causal layers with "
    "dilations 1, 2, 4, 8 reaches all 16 inputs.",
)

# %% [markdown]
# This tree is the heart of WaveNet [van den Oord 2016], which writes sound one sample at a time: ten such layers
# of two taps each see 1,024 samples.

# %%
stated("reach of ten layers, dilations 1 … 512", 1 + sum(2**i for i in range(10)), 1024)

# %% [markdown] tags=["slide"]
# ## 10. Gradients, and a kernel that learns its own numbers
#
# To learn the weights we need to know how the loss changes with each of them. Let $\mathrm{d}y_t$ be the gradient that arrives
# at output $t$. By hand first: $x = (1, 2, 3, 4)$, $w = (1, 0, -1)$, so $y = (-2, -2)$, and let $\mathrm{d}y = (1, 2)$ arrive.
#
# Every window sends its gradient back to the cells it read, each time through the weight that stood there. Where two
# windows read the same cell, the messages add up:

# %% tags=["fragment"]
fig, ax = show.canvas(12, 5.8, cell_inches=0.5)
for line, (name, start, values, role) in enumerate(
    [
        ("dy₀ · w = 1 · w", 0, [1, 0, -1], "gradient"),
        ("dy₁ · w = 2 · w", 1, [2, 0, -2], "gradient"),
        ("dx, the sum", 0, [1, 2, -1, -2], "input"),
    ]
):
    height = 0.5 + 1.35 * line + (0.4 if line == 2 else 0)
    show.words(ax, (5.6, height + 0.5), name, align="right", role=role)
    show.number_grid(ax, values, at=(6 + start, height), role=role)
ax.plot([6, 10], [3.35, 3.35], color=show.colour("ink"), lw=1.5)
show.picture(
    fig,
    "Two rows, 1 0 −1 and, one cell to the right, 2 0 −2, add "
    "up to the input gradient 1 2 −1 −2.",
)

# %% [markdown] tags=["fragment"]
# The weights get messages too. $w_0$ met $x_0$ in the first window and $x_1$ in the second, so
# $\mathrm{d}w_0 = 1 \cdot 1 + 2 \cdot 2 = 5$, and in the same way $\mathrm{d}w = (5, 8, 11)$. *Every* window met the same weights.

# %% [markdown] tags=["subslide"]
# In general input $x_{t+k}$ meets weight $w_k$ at output $t$, so
#
# $$ \mathrm{d}w_k = \sum_t \mathrm{d}y_t\, x_{t+k} \qquad
#    \mathrm{d}x_i = \sum_k \mathrm{d}y_{i-k}\, w_k \qquad
#    \mathrm{d}b = \sum_t \mathrm{d}y_t $$
#
# Look at the signs of the indices. $\mathrm{d}w$ slides $\mathrm{d}y$ over $x$: a cross-correlation. In $\mathrm{d}x$ the index
# runs backwards: a true **convolution**, with the flip. As matrices it is one line: $y = Ax$ gives $\mathrm{d}x = A^{\!\top} \mathrm{d}y$.

# %% tags=["live", "fragment"]
# Ask autograd whether the hand calculation is right: `xs`, `ws`, `ys`, then ys.backward(…).
xs = torch.tensor([1.0, 2, 3, 4], requires_grad=True)
ws = torch.tensor([1.0, 0, -1], requires_grad=True)
ys = slide(xs, ws)
ys.backward(torch.tensor([1.0, 2]))
print("y ", ys.tolist(), "\ndw", ws.grad.tolist(), "\ndx", xs.grad.tolist())

# %%
assert ys.tolist() == [-2, -2]
assert ws.grad.tolist() == [5, 8, 11]
assert xs.grad.tolist() == [1, 2, -1, -2]
flipped = np.convolve([1.0, 2], [1.0, 0, -1])  # the flip, as promised in section 3
assert flipped.tolist() == xs.grad.tolist()

# %% [markdown] tags=["subslide"]
# ### Let the data choose
#
# Now the promise of section 2. We simulate 32 flights whose true height we know, each with its own climb and descent, start
# from eleven equal weights, and let gradient descent change them so that the estimate comes close to the truth. Nothing in
# the code says "the newest counts most".

# %% tags=["fragment"]
predict(
    "After training: what do the eleven weights look like?",
    {
        "All equal: that cancels the noise best": "It does, but it lags by five seconds, and lag is paid for in this loss.",
        "All positive, the newest largest": "The newest is largest. But look at the oldest ones: there is a trick.",
        "The newest largest, the oldest negative": (
            "A negative old weight means: if we have been rising, guess higher. The kernel has found out about trends. "
            "And nobody told it that weights should add up to 1."
        ),
    },
    answer="The newest largest, the oldest negative",
)


# %% tags=["live", "subslide"]
# flights(seeds): readings and heights of several varied flights, (N, 1, 120) each. Then learn a kernel
# `learned` of eleven weights: mean squared error, Adam, 400 steps, the losses in `losses`.
def flights(seeds: range) -> tuple[torch.Tensor, torch.Tensor]:
    several = [flight(seed=seed, varied=True) for seed in seeds]
    readings = torch.stack([one.readings_km for one in several])
    heights = torch.stack([one.height_km for one in several])
    return readings[:, None], heights[:, None]


readings, heights_km = flights(range(10, 42))  # (32, 1, 120) each
learned = torch.full((1, 1, 11), 1 / 11, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.Adam([learned], lr=0.01)
losses = []
for _ in range(400):
    loss = F.mse_loss(F.conv1d(readings, learned), heights_km[..., 10:])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
learned = learned.detach().flatten()

# %% tags=["subslide"]
fig, (left, right) = show.figure(10, 3.3, columns=2)
left.plot(1000 * torch.tensor(losses).sqrt(), color=show.colour("ink"))
left.set(xlabel="step", ylabel="error on training flights, m", title="learning", ylim=(0, 300))
right.bar(
    range(-10, 1),
    learned.numpy(),
    color=[show.colour("kernel" if value > 0 else "input") for value in learned],
)
right.set(
    xlabel="time of the reading, s (0 is now)", ylabel="weight", title="the kernel it found"
)
show.picture(
    fig,
    "The error falls within 400 steps; the learned kernel grows towards "
    "the newest reading, old weights are negative.",
)
stated("the learned weights add up to", learned.sum(), 1.00, digits=2)
stated("newest weight", learned[-1], 0.32, digits=2)
stated("oldest weight", learned[0], -0.06, digits=2)

# %% [markdown] tags=["fragment"]
# What has it learned? Ask the two questions of section 2: how much noise comes through, and how late is it?

# %%
four = smoothing_weights("equal weights", 4)
for name, kernel, noise, late in [
    ("four equal weights", four, 0.5, 1.5),
    ("learned", learned, 0.5, 0.9),
]:
    age = torch.arange(len(kernel) - 1, -1, -1)
    stated(f"{name}: share of the noise", kernel.square().sum().sqrt(), noise, digits=1)
    stated(f"{name}: late by, s", (age * kernel).sum(), late, digits=1)

# %% [markdown]
# It lets through half of the noise, as an average of four does, but is late by 0.9 s in place of 1.5 s. The negative old
# weights pay for the difference: they subtract where the plane was.

# %% [markdown] tags=["subslide"]
# Does it help on flights it has never seen? Four answers to the question we started with, on 32 new flights:

# %%
new_readings, new_heights = flights(range(100, 132))


def error_m(kernel: torch.Tensor) -> float:
    """Root mean square error over the new flights, over the seconds that every kernel here can estimate."""
    estimate = F.conv1d(new_readings, kernel[None, None])
    return 1000 * (estimate[..., -110:] - new_heights[..., -110:]).square().mean().sqrt().item()


candidates = [
    ("only the newest reading", torch.ones(1, dtype=torch.float64)),
    ("the table's seven weights", w),
    ("the best equal weights, 4 readings", four),
    ("learned, 11 readings", learned),
]
errors = [error_m(kernel) for _, kernel in candidates]
widths = range(1, 12)
equal = [error_m(smoothing_weights("equal weights", width)) for width in widths]
assert widths[equal.index(min(equal))] == 4
show.table(
    [
        [name, len(kernel), round(error)]
        for (name, kernel), error in zip(candidates, errors, strict=True)
    ],
    header=["estimate", "readings used", "error, m"],
)
for (name, _), error, expected in zip(candidates, errors, [121, 80, 74, 68], strict=True):
    stated(f"{name}: error, m", error, expected)

# %% [markdown]
# From 121 m to 68 m: nearly half of the error of a raw reading is gone. The last step, from 74 m to 68 m, is small because
# we had the width of the average chosen by trying all of them on the very flights that judge it; the learned kernel has
# never seen these flights.
#
# That is the whole idea of a convolutional network in one layer: *you* decide that a small window slides and that its weights are
# shared; the *data* decide what the weights are.

# %% [markdown] tags=["slide"]
# ## 11. What people get wrong, and what it looks like

# %%
nine = smoothing_weights("equal weights", 9)[None, None]
seen_km = path.readings_km[None, None]
wrong = {  # title: (first second, estimate)
    "zeros at the ends pull the curve down": (0, F.conv1d(seen_km, nine, padding=4)[0, 0]),
    "all padding on one side: late by 4 s": (0, F.conv1d(F.pad(seen_km, (8, 0)), nine)[0, 0]),
    "weights add up to 0.9: 10 % too low": (6, slide(path.readings_km, 0.9 * w)),
}
climb, flipped = slide(path.height_km, rise), slide(path.height_km, rise.flip(0))

# %% tags=["subslide"]
fig, axes = show.figure(11, 6.4, rows=2, columns=2)
for ax, (title, (first, estimate)) in zip(axes.flat, wrong.items(), strict=False):
    ax.plot(path.height_km, "--", color=show.colour("ink"), lw=1.5, label="truth")
    ax.plot(range(first, 120), estimate, color=show.colour("kernel"), label="wrong")
    ax.set(title=title, xlabel="time, s", ylabel="height, km", ylim=(0, 3.1))
    ax.legend(loc="lower right")
axes[1, 1].plot(range(1, 119), climb, color=show.colour("output"), label="[−1, 0, 1]")
axes[1, 1].plot(range(1, 119), flipped, color=show.colour("kernel"), label="flipped")
axes[1, 1].set(title="kernel flipped: a climb reads as a descent")
axes[1, 1].set(xlabel="time, s", ylabel="climb, km per 2 s")
axes[1, 1].legend(loc="lower left")
show.picture(
    fig,
    "Four failures: ends pulled to zero, a late curve, a curve 10 % too low, "
    "and a climb shown as a descent.",
)
start_km = wrong["zeros at the ends pull the curve down"][1][0]
stated("average age of nine equal weights, s", torch.arange(9.0).mean(), 4)
stated("first estimate with zero padding, km (the truth is 1.00)", start_km, 0.53, digits=2)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | right magnitude, wrong sign or direction | kernel flipped (a true convolution where the layer correlates) | impulse in: is the kernel mirrored? |
# | ends sag towards zero | zero padding, and the signal is not near zero | constant in: is the output constant? |
# | everything comes late or early by a fixed number of steps | padding on one side | impulse in: where is the answer? |
# | too bright, too dark | weights do not add up to what you meant | constant in: what level comes out? |
# | suspiciously good forecasts | the window sees the future | change the future: does the past move? |
# | output one shorter than expected | the floor in the length formula | count the starts |
# | right for one channel, wrong for two | channels kept apart instead of added | two channels, pencil and paper (section 5) |
#
# Four inputs test nearly everything: an impulse, a constant, a ramp, and a signal with its second half changed.

# %% [markdown] tags=["slide"]
# ## Summary
#
# * Slide, multiply, add. Weights that add up to 1 smooth, weights that add up to 0 detect change.
# * A wider window trades noise for lag; the best width depends on the data, so let the data choose.
# * Libraries compute cross-correlation. True convolution flips the kernel, and shows up again in the gradient.
# * Input $(N, C_{in}, L)$, weight $(C_{out}, C_{in}/G, K)$, one bias per filter; parameters $C_{out}(K\,C_{in}/G + 1)$.
# * $L_{out} = \lfloor (L + 2P - D(K-1) - 1)/S \rfloor + 1$: count where windows start.
# * A convolution is a fully connected layer with a sparse matrix of shared weights: 3 weights in place of 24,990,000.
# * Shifted in, shifted out, in steps of the stride, away from the ends.
# * Causal: all $D(K-1)$ zeros on the left. Doubling dilations see exponentially far.
#
# **Now you:** in assignment 01 you write the sliding average, true convolution, the full `conv1d` with every knob, its matrix, the
# causal version, and the backward pass.
#
# ## References
#
# * K. Fukushima, *Neocognitron*, Biological Cybernetics 36, 1980: local windows with shared weights, before gradients were used.
# * A. Waibel, T. Hanazawa, G. Hinton, K. Shikano, K. Lang, *Phoneme recognition using time-delay neural networks*, IEEE
#   Transactions on Acoustics, Speech, and Signal Processing 37, 1989: 1-D convolution over time, on speech.
# * Y. LeCun and others, *Backpropagation applied to handwritten zip code recognition*, Neural Computation 1, 1989.
# * A. van den Oord and others, *WaveNet: a generative model for raw audio*, [arXiv:1609.03499](https://arxiv.org/abs/1609.03499), 2016.
# * F. Yu, V. Koltun, *Multi-scale context aggregation by dilated convolutions*, [arXiv:1511.07122](https://arxiv.org/abs/1511.07122), 2016.
# * V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, [arXiv:1603.07285](https://arxiv.org/abs/1603.07285), 2016.
# * R. Zhang, *Making convolutional networks shift-invariant again*, [arXiv:1904.11486](https://arxiv.org/abs/1904.11486), 2019.
