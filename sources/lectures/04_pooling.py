# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. A layer has found something. How exactly does the next layer have to know *where*?
# 2. When do you keep the largest number of a window, when the average, and what does each throw away?
# 3. What happens at the border, where windows overlap, and where two numbers are equal?
# 4. Where does the gradient of a maximum go?
# 5. Do pools make a network indifferent to small shifts? We measure it, and the answer is not the usual one.
# 6. How did one line of code replace 49 million weights?
#
# **You need** convolution in two dimensions (lecture 02), output sizes (lecture 03), gradients by autograd.
#
# **Time** 90 minutes: smaller 10 · overlap 10 · maximum or average 10 · border 8 · the way back 12 · shifts 14 · against a
# stride 8 · global average 8 · pools that learn, pools across channels 6 · mistakes and summary 4.
#
# The purple boxes ask for a prediction. Commit to one before you open it.

# %% tags=["skip"]
import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.pictures.pools import Pool, draw_pool, draw_way_back
from convlab.questions import erratum, predict, stated
from convlab.show.style import SIGNED

# %% [markdown] tags=["slide"]
# ## 1. There is an edge, somewhere here
#
# A filter that looks for vertical edges slides over a photograph. It answers strongly along the man's coat and the legs of the
# tripod. Its map is as large as the photograph, and a layer has many such maps.

# %% tags=["fragment"]
photo = data.photograph("camera", size=256)
sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
edges = F.conv2d(photo[None, None], sobel[None, None]).abs()  # (1, 1, 254, 254)
coarse = F.max_pool2d(edges, 8)  # (1, 1, 31, 31)
fig = show.image_grid(
    [photo, edges[0], coarse[0]],
    ["photograph, 256×256", "vertical edges, 254×254", "the largest of each 8×8"],
    inches=3,
    same_scale=False,
)
show.picture(
    fig,
    "A photograph, its vertical edges, and a map of 31 by 31 "
    "numbers in which coat and tripod are still there.",
    photo=True,
)
stated("numbers in the edge map", edges.numel(), 64_516)
stated("numbers in the pooled map", coarse.numel(), 961)

# %% [markdown]
# One number in 67 is left, and you still see where the coat and the tripod are. That is what **pooling** does: cut the map into
# windows, keep one number of each. Every later layer then has less to compute, and one of its small windows sees more of the
# photograph. AlexNet's first pool turns 290,400 numbers into 69,984.

# %%
stated("numbers before, for each one after", edges.numel() / coarse.numel(), 67)
stated("AlexNet's first maps, 55·55·96", 55 * 55 * 96, 290_400)
stated("after its first pool, 27·27·96", 27 * 27 * 96, 69_984)

# %% tags=["subslide"]
predict(
    "A thin edge crosses a window of 8×8 pixels: 8 of its 64 numbers are large, the rest nearly 0. "
    "Which one number says best that an edge was here?",
    {
        "The one in the top left corner": "It is large only if the edge happens to touch that corner: mostly it does not.",
        "The average": "It says how much of the window the edge fills: 8 of 64, an eighth of the edge's strength.",
        "The largest": "It says how strong the strongest edge was. Whether it was in row 1 or row 7 is given up.",
    },
    answer="The largest",
)

# %% [markdown] tags=["subslide"]
# ### By hand
#
# Sixteen numbers, windows of 2×2, side by side. Press play and find each maximum before the picture does.


# %% tags=["fragment"]
TABLE = ((1, 4, 2, 1), (5, 8, 3, 4), (7, 6, 4, 5), (1, 3, 1, 2))


def walk(pool: Pool):
    """One picture per window."""
    for index in range(len(pool.corners)):
        fig, ax = show.canvas(11.5, 5.4, cell_inches=0.52)
        draw_pool(ax, pool, index)
        yield fig


show.frames(
    walk(Pool(TABLE)),
    "A 2 by 2 window moves over a 4 by 4 map in steps of two; its maxima are 8, 4, 7 and 5.",
)

# %% [markdown]
# As a formula, for a window of $K_h \times K_w$ numbers that moves by $S_h$ rows and $S_w$ columns:
#
# $$ y_{n,c,i,j} \;=\; \max_{0 \le u < K_h,\; 0 \le v < K_w}\; x_{n,\,c,\;iS_h+u,\;jS_w+v}
#    \qquad\text{or}\qquad \frac{1}{K_h K_w}\sum_{u,v} x_{n,\,c,\;iS_h+u,\;jS_w+v} $$
#
# Note what is missing: there is no sum over $c$. A pool treats every channel of every image by itself, and there is nothing to
# learn in it.

# %% tags=["live", "subslide"]
# The 4×4 map `table` as a tensor. Side by side, windows are blocks: cut rows and columns in two
# by `reshape`, take `amax` and `mean` over what lies inside a block: `largest`, `middling`.
# Check with F.
table = torch.tensor(TABLE, dtype=torch.float32)
blocks = table.reshape(2, 2, 2, 2)  # block row, row inside, block column, column inside
largest = blocks.amax(dim=(1, 3))
middling = blocks.mean(dim=(1, 3))
assert torch.equal(largest, F.max_pool2d(table[None, None], 2)[0, 0])
assert torch.equal(middling, F.avg_pool2d(table[None, None], 2)[0, 0])
largest, middling

# %%
assert largest.flatten().tolist() == [8, 4, 7, 5]
assert middling.flatten().tolist() == [4.5, 2.5, 4.25, 3]
stated("average of the first window", middling[0, 0], 4.5, digits=1)

# %% [markdown] tags=["slide"]
# ## 2. Windows that overlap
#
# Nothing says that windows have to lie side by side. With stride 1 there are nine of them, and neighbours share cells.

# %% tags=["fragment"]
predict(
    "The 4×4 map again, 2×2 windows, stride 1: nine maxima. How many of the nine are 8?",
    {
        "1": "With windows side by side. Now the 8, which is not at the rim, lies in several windows.",
        "2": "Count in both directions: two windows across and two down contain it.",
        "4": "It lies in 2·2 windows and is the largest number of the map, so it wins them all.",
        "9": "The windows in the bottom row do not contain it.",
    },
    answer="4",
)

# %% tags=["subslide"]
show.frames(
    walk(Pool(TABLE, stride=1)),
    "A 2 by 2 window moves in steps of one: nine maxima, 8 8 4, 8 8 5, 7 6 5.",
)

# %%
overlapping = F.max_pool2d(table[None, None], 2, stride=1)[0, 0]
assert overlapping.flatten().tolist() == [8, 8, 4, 8, 8, 5, 7, 6, 5]
stated("how often the 8 wins", (overlapping == 8).sum(), 4)

# %% [markdown] tags=["subslide"]
# AlexNet used windows of 3×3 with stride 2: each shares a row or column with its neighbour. Its authors report error rates that
# are 0.4 (top-1) and 0.3 (top-5) percentage points lower than with 2×2 windows side by side [Krizhevsky 2012, section 3.4].
#
# The size follows from counting window starts, exactly as in lecture 03:
#
# $$ n_{out} = \left\lfloor \frac{n + 2P - K}{S} \right\rfloor + 1 $$


# %% tags=["live"]
# pool_size(n, k, s, p): the formula. Compare it with F.max_pool2d for every small setting that
# PyTorch accepts.
def pool_size(n: int, k: int, s: int, p: int = 0) -> int:
    return (n + 2 * p - k) // s + 1


tried = 0
for n in range(1, 15):
    for k in range(1, 6):
        for s in range(1, 5):
            for p in range(k // 2 + 1):
                if k <= n + 2 * p:
                    y = F.max_pool2d(torch.zeros(1, 1, n, n), k, s, p)
                    assert y.shape[-1] == pool_size(n, k, s, p)
                    tried += 1
print(f"{tried} settings, all as the formula says")

# %% tags=["subslide"]
cases = [
    ("the table, side by side", 4, 2, 2, 0, 2),
    ("the table, stride 1", 4, 2, 1, 0, 3),
    ("AlexNet's first pool", 55, 3, 2, 0, 27),
    ("ResNet's only one", 112, 3, 2, 1, 56),
    ("an odd map", 7, 2, 2, 0, 3),
    ("size kept, as in Inception", 28, 3, 1, 1, 28),
]
for _, n, k, s, p, size in cases:
    assert pool_size(n, k, s, p) == size
show.table(
    [list(case) for case in cases],
    header=["where", "n", "K", "S", "P", "n_out"],
)
rounded_up = F.max_pool2d(torch.zeros(1, 1, 112, 112), 3, 2, ceil_mode=True).shape[-1]
stated("112 pixels, K = 3, S = 2, no padding", pool_size(112, 3, 2), 55)
stated("the same with ceil_mode=True", rounded_up, 56)

# %% [markdown]
# In the odd map, row 7 and column 7 are never read, and nobody tells you. `ceil_mode=True` rounds up instead: a last window
# may hang over the end, and uses what there is. (A window that would begin beyond the map and its left padding is left out.)

# %% tags=["subslide"]
explore.pooling_windows()

# %% [markdown] tags=["slide"]
# ## 3. Maximum or average?
#
# Make a photograph eight times smaller in three ways: the largest of each 8×8 pixels, their average, or one of them, the first. No
# filter has been applied, so that you can see what each way keeps.

# %% tags=["fragment"]
predict(
    "Which of the three small photographs is visibly <b>brighter</b> than the large one?",
    {
        "The one of averages": "The mean of the windows' means is the mean of all pixels: the brightness stays exactly.",
        "The one of maxima": "Each window is represented by its brightest pixel: 0.61 on average, where the photograph has 0.51.",
        "The one of every 8th pixel": "Picked without looking, bright and dark pixels are picked alike.",
    },
    answer="The one of maxima",
)

# %% tags=["fragment"]
three = {
    "maximum of 8×8": F.max_pool2d(photo[None, None], 8)[0],
    "average of 8×8": F.avg_pool2d(photo[None, None], 8)[0],
    "every 8th pixel": photo[None, ::8, ::8],
}
fig = show.image_grid([photo, *three.values()], ["photograph", *three], columns=4, inches=2.5)
show.picture(
    fig,
    "The maximum is too bright and thickens light parts; the "
    "average looks right; every 8th pixel is jagged.",
    photo=True,
)
brightness = [float(image.mean()) for image in (photo, *three.values())]
for name, value, expected in zip(
    ["photograph", *three], brightness, [0.51, 0.61, 0.51, 0.50], strict=True
):
    stated(f"mean brightness, {name}", value, expected, digits=2)

# %% [markdown] tags=["subslide"]
# For a *picture* the average is right: it keeps the level. A feature map is another thing. There a large number means "found it",
# and most numbers are small. One strong answer in a window of $K^2$ numbers:

# %% tags=["live"]
# One 1 in a window of zeros, for K = 1 … 8: what do maximum and average say? Lists `by_max`,
# `by_mean`.
by_max, by_mean = [], []
for k in range(1, 9):
    found = torch.zeros(1, 1, k, k)
    found[0, 0, k // 2, k // 2] = 1
    by_max.append(F.max_pool2d(found, k).item())
    by_mean.append(F.avg_pool2d(found, k).item())

# %% tags=["subslide"]
predict(
    "The other side: windows of four numbers that are <b>nothing but noise</b>, with mean "
    "0 and deviation 1. "
    "What do the four-number maxima look like?",
    {
        "Mean 0, deviation 1": "That is one of the four, picked without looking. The largest was picked by looking.",
        "Mean 0, deviation ½": "That is the average of four: noise cancels.",
        "Mean about 1, deviation 0.7": "Picking the largest picks lucky noise: about one deviation too high, each time.",
    },
    answer="Mean about 1, deviation 0.7",
)

# %%
noise = torch.randn(100_000, 4, generator=torch.Generator().manual_seed(0))
lucky, calm = noise.amax(dim=1), noise.mean(dim=1)

# %% tags=["subslide"]
fig, (left, right) = show.figure(10, 3.5, columns=2)
left.plot(range(1, 9), by_max, "o-", color=show.colour("output"), label="maximum")
left.plot(range(1, 9), by_mean, "s--", color=show.colour("kernel"), label="average")
left.set(xlabel="window K", ylabel="what is left of a 1", title="one answer among zeros")
for values, name, role in [(lucky, "maximum", "output"), (calm, "average", "kernel")]:
    right.hist(
        values.numpy(), bins=80, density=True, alpha=0.6, label=name, color=show.colour(role)
    )
right.set(
    xlabel="pooled value, in deviations of the noise", ylabel="density", title="only noise"
)
for ax in (left, right):
    ax.legend()
show.picture(
    fig,
    "A single answer survives the maximum whole and fades in the average; "
    "of pure noise the maximum makes values near 1, the average values near 0.",
)
stated("an answer of 1 behind a 4×4 average", by_mean[3], 0.0625, digits=4)
stated("maximum of four noise numbers: mean", lucky.mean(), 1.03, digits=2)
stated("its deviation", lucky.std(), 0.7, digits=1)
stated("average of four: deviation", calm.std(), 0.5, digits=1)

# %% [markdown] tags=["subslide"]
# | | maximum | average |
# |---|---|---|
# | asks | was it here, and how strongly? | how much of it was here? |
# | one strong answer | kept whole | divided by $K^2$ |
# | noise | too high, always in the same direction | cancels, by a factor of $K$ |
# | linear? | no | yes: a convolution with equal weights, stride $K$, every channel alone |
# | used | between layers | at the end of a network (section 8), in LeNet (section 9) |

# %% tags=["live"]
# Prove the table's line "linear": an average pool is F.conv2d with weights 1/4, stride 2 and
# groups. And one line that shows that a maximum is not linear.
maps = torch.randn(1, 3, 6, 6, generator=torch.Generator().manual_seed(1))
quarters = torch.full((3, 1, 2, 2), 0.25)
assert torch.allclose(F.avg_pool2d(maps, 2), F.conv2d(maps, quarters, stride=2, groups=3))
assert not torch.allclose(
    F.max_pool2d(maps, 2) + F.max_pool2d(-maps, 2), torch.zeros(1, 3, 3, 3)
)

# %% [markdown] tags=["slide"]
# ## 4. At the border
#
# Padding makes the result a little larger, so that a 3×3 window with stride 2 turns 112 pixels into 56. What should stand in the
# padded cells? In a convolution it was zero.

# %% tags=["fragment"]
predict(
    "A map holds log-probabilities, all of them negative. You pad with <b>zeros</b> and "
    "take maxima of 3×3, stride 2, "
    "padding 1. What comes out along the top and left rim?",
    {
        "Zeros": "0 is larger than every real number in the map. The border wins wherever a window touches it.",
        "The largest real numbers": "They would have to beat 0, and they are negative.",
        "Slightly wrong values": "An average would be slightly wrong. A maximum is all or nothing.",
    },
    answer="Zeros",
)

# %% tags=["live", "subslide"]
# `logs`: a 5×5 map of negative numbers. `zeros_win`: padded by F.pad with zeros, then pooled
# 3×3 with stride 2. `right`: F.max_pool2d with padding=1. Compare.
logs = -torch.tensor(
    [[3.0, 1, 4, 2, 6], [5, 9, 2, 6, 3], [5, 3, 5, 8, 9], [7, 9, 3, 2, 3], [8, 4, 6, 2, 6]]
)
zeros_win = F.max_pool2d(F.pad(logs, (1, 1, 1, 1))[None, None], 3, 2)[0, 0]
right = F.max_pool2d(logs[None, None], 3, 2, padding=1)[0, 0]
right

# %%
assert zeros_win.tolist() == [[0, 0, 0], [0, -2, 0], [0, 0, 0]]
assert right.tolist() == [[-1, -1, -2], [-3, -2, -2], [-4, -2, -2]]
fig, ax = show.canvas(17.5, 6.4, cell_inches=0.5)
rim = {(row, column) for row in range(3) for column in range(3) if (row, column) != (1, 1)}
show.number_grid(ax, logs, at=(0.5, 1))
show.number_grid(ax, zeros_win, at=(7.5, 2), role="kernel", highlight=rim)
show.number_grid(ax, right, at=(13, 2), role="output")
for column, height, name, role in [
    (0.5, 0.5, "log-probabilities", "input"),
    (7.5, 1.5, "border of zeros", "kernel"),
    (13, 1.5, "border of −∞", "output"),
]:
    show.words(ax, (column, height), name, role=role)
show.picture(
    fig,
    "A map of negative numbers; with a border of zeros eight of nine "
    "maxima are 0; with minus infinity all are real entries.",
)
stated("maxima that are wrong, of nine", (zeros_win != right).sum(), 8)

# %% [markdown] tags=["subslide"]
# So padding in a maximum is $-\infty$: the number that no real number can lose against. It must never be the only thing in a
# window, and PyTorch therefore refuses padding of more than half a window. (Behind a ReLU nothing is negative, and a border of
# zeros does no harm. That is why the mistake can sleep in a program for years.)
#
# For an average there is no such neutral number. A padded zero pulls the mean down, unless one divides by the number of *real*
# cells. Both are in use, and `count_include_pad` chooses.

# %% tags=["live"]
# An even map of ones, `ones` (1, 1, 7, 7); averages of 3×3, stride 2, padding 1: `counted` as
# PyTorch does it unless told otherwise, `not_counted` with count_include_pad=False.
ones = torch.ones(1, 1, 7, 7)
counted = F.avg_pool2d(ones, 3, 2, padding=1)[0, 0]
not_counted = F.avg_pool2d(ones, 3, 2, padding=1, count_include_pad=False)[0, 0]
counted

# %%
assert torch.equal(not_counted, torch.ones(4, 4))
stated("corner: 4 of 9 cells are real", counted[0, 0], 0.44, digits=2)
stated("rim: 6 of 9", counted[0, 1], 0.67, digits=2)
try:
    F.max_pool2d(ones, 2, padding=2)
except RuntimeError as refused:
    print("PyTorch:", str(refused).split("\n")[0])
else:
    raise AssertionError("more than half a window of padding should be refused")

# %% tags=["fragment"]
fig, ax = show.canvas(14.5, 5.6, cell_inches=0.5)
show.number_grid(ax, counted, at=(0.5, 1.1), role="output", digits=2, size=11)
show.number_grid(ax, not_counted, at=(8, 1.1), role="output", digits=2, size=11)
show.words(ax, (0.5, 0.5), "border counted: a dark frame")
show.words(ax, (8, 0.5), "border not counted: even")
show.picture(
    fig,
    "Averages of an even map: with the border counted 0.44 in the corners "
    "and 0.67 at the rim; not counted, 1 everywhere.",
)

# %% [markdown] tags=["slide"]
# ## 5. The way back
#
# In training a gradient arrives at every pooled number: "if you were a little larger, the loss would change by so much". Which of
# the four numbers of its window could have made it larger? Only the largest. Wiggle one of the other three, and nothing happens.
#
# So the gradient of a maximum goes to the **winner**, all of it. That means that the forward pass must remember who won.

# %% tags=["fragment"]
arriving = torch.tensor([[1.0, 2], [3, 4]])
fig, ax = show.canvas(16.5, 5.6, cell_inches=0.52)
draw_way_back(ax, Pool(TABLE), arriving.numpy())
show.picture(
    fig,
    "Gradients 1, 2, 3 and 4 go to the four winners; the other twelve numbers get nothing.",
)

# %% tags=["live", "subslide"]
# F.max_pool2d can remember: return_indices=True gives `winners`, each a place in the flattened
# map. F.max_unpool2d puts `arriving` at these places. Is that what autograd computes? Call the
# leaf `leaf`.
_, winners = F.max_pool2d(table[None, None], 2, return_indices=True)
sent_back = F.max_unpool2d(arriving[None, None], winners, 2)

leaf = table[None, None].clone().requires_grad_()
F.max_pool2d(leaf, 2).backward(arriving[None, None])
assert torch.equal(leaf.grad, sent_back)
winners.flatten().tolist()

# %%
assert winners.flatten().tolist() == [5, 7, 8, 11]
stated("place of the 8, counted in row order: row 1, column 1", winners[0, 0, 0, 0], 1 * 4 + 1)

# %% tags=["subslide"]
predict(
    "Stride 1 again, nine windows. A gradient of 1 arrives at each of the nine maxima. "
    "What arrives at the 8?",
    {
        "1": "If each window overwrites what the one before it left. That is a famous mistake: it needs +=, not =.",
        "4": "It won four windows, and moving it would move all four: their gradients add up.",
        "4/9": "Nothing is divided here: every winner gets the whole gradient of its window.",
    },
    answer="4",
)

# %% tags=["subslide"]
nine = torch.ones(3, 3)
fig, ax = show.canvas(17.5, 5.6, cell_inches=0.52)
draw_way_back(ax, Pool(TABLE, stride=1), nine.numpy())
show.picture(
    fig,
    "Nine gradients of 1: four arrive at the 8, two at the 5, one each at the 4, 7 and 6.",
)
leaf = table[None, None].clone().requires_grad_()
F.max_pool2d(leaf, 2, stride=1).backward(nine[None, None])
assert leaf.grad[0, 0].tolist() == [[0, 0, 0, 0], [0, 4, 0, 1], [1, 1, 0, 2], [0, 0, 0, 0]]
stated("all gradients that arrive, added up", leaf.grad.sum(), 9)

# %% [markdown] tags=["subslide"]
# ### Two that are equal
#
# If two numbers of a window are both the largest, the maximum has a kink and no derivative. Software has to choose.

# %% tags=["fragment"]
predict(
    "A 2×2 window holds four zeros, and a gradient of 8 arrives. What does "
    "<code>F.max_pool2d</code> send back?",
    {
        "2 2 2 2: shared equally": "Fair, and torch.amax does it. A pool remembers one index per window, and can name only one.",
        "8 0 0 0: to the first": "Its search goes through the window in row order and changes its mind only for a larger number.",
        "8 8 8 8: to all that won": "Then 32 would come out of 8, and the four would be moved as if each had won alone.",
        "0 0 0 0: there is no derivative": "A choice one could make, but this is not it.",
    },
    answer="8 0 0 0: to the first",
)


# %% tags=["live", "subslide"]
# gradient_of(function): what arrives at four zeros when 8 is sent back. Compare F.max_pool2d
# with amax.
def gradient_of(function) -> list[float]:
    zeros = torch.zeros(1, 1, 2, 2, requires_grad=True)
    function(zeros).sum().mul(8).backward()
    return zeros.grad.flatten().tolist()


print("max_pool2d", gradient_of(lambda x: F.max_pool2d(x, 2)))
print("amax      ", gradient_of(lambda x: x.amax(dim=(2, 3))))

# %%
assert gradient_of(lambda x: F.max_pool2d(x, 2)) == [8, 0, 0, 0]
assert gradient_of(lambda x: x.amax(dim=(2, 3))) == [2, 2, 2, 2]
bright_to_dark = F.conv2d(photo[None, None], -sobel[None, None]).relu()
all_zero = (F.max_pool2d(bright_to_dark, 2) == 0).double().mean()
stated("windows of zeros behind a ReLU, % (photograph, edges one way)", 100 * all_zero, 22)

# %% [markdown]
# Equal numbers are not rare: behind a ReLU more than one window in five
# of our photograph's edge map holds nothing but zeros. There the choice
# does no harm, because the ReLU below passes no gradient where its answer was 0. Whoever compares two implementations,
# however, must know the rule: **the first in row order**.

# %% [markdown] tags=["subslide"]
# ### An average shares
#
# All $K^2$ numbers of a window had the same influence on its mean, so each gets the same share, $1/K^2$ of the gradient. On a
# photograph's edges the two look like this (white: a gradient of 1 or more):


# %% tags=["fragment"]
def way_back(pool) -> torch.Tensor:
    """What arrives at the edge map when a gradient of 1 arrives at every pooled number."""
    leaf = edges.clone().requires_grad_()
    pool(leaf).sum().backward()
    return leaf.grad[0]


arrived = {
    "edges (a part)": edges[0],
    "2×2 maxima": way_back(lambda x: F.max_pool2d(x, 2)),
    "3×3 maxima, stride 2": way_back(lambda x: F.max_pool2d(x, 3, 2)),
    "2×2 averages": way_back(lambda x: F.avg_pool2d(x, 2)),
}
part = [grad[:, 60:108, 100:148] for grad in arrived.values()]
fig = show.image_grid(
    [part[0] / part[0].max(), *(grad.clamp(max=1) for grad in part[1:])],
    list(arrived),
    columns=4,
    inches=2.5,
)
show.picture(
    fig,
    "Behind maxima the gradient is a pattern of single points, behind averages an even grey.",
)
share = [100 * (arrived[name] > 0).double().mean() for name in list(arrived)[1:]]
for name, value, expected in zip(list(arrived)[1:], share, [25, 17, 100], strict=True):
    stated(f"pixels that get any gradient, %, {name}", value, expected)

# %% [markdown]
# Three pixels of four learn nothing from this image, at this step. The *filter* below learns all the same: its weights are shared
# by all places, and winners are everywhere.

# %% [markdown] tags=["slide"]
# ## 6. Small shifts, measured
#
# "Max pooling makes a network invariant to small shifts" stands in many books. Let us see how much of it is true.

# %% tags=["fragment"]
explore.pooling_shift()

# %% [markdown] tags=["subslide"]
# ### By hand: the worst case
#
# Take the row 0 0 1 1 0 0 1 1, maxima of two, stride two (an example of [Zhang 2019]).

# %% tags=["fragment"]
predict(
    "0 0 1 1 0 0 1 1 gives 0 1 0 1. Now the row moves by one place (what leaves at the end "
    "comes back at the front): "
    "1 0 0 1 1 0 0 1. What are the four maxima?",
    {
        "0 1 0 1, the same": "A pool would then forgive this shift. Look at the windows: 1 0, 0 1, 1 0, 0 1.",
        "1 0 1 0, moved": "Equivariance would say so. It holds for shifts by multiples of the stride only.",
        "1 1 1 1": "Every window now holds a 1. The pattern is gone, and nothing that comes later can bring it back.",
    },
    answer="1 1 1 1",
)

# %% tags=["live", "subslide"]
# `row` and `moved`. `pooled(x)`: maxima of 2, stride 2. `smooth(x)`: maxima with stride 1, then
# the average with weights 1 2 1, and only then every second number (the row closes to a ring).
row = torch.tensor([0.0, 0, 1, 1, 0, 0, 1, 1])
moved = row.roll(1)


def pooled(x: torch.Tensor) -> torch.Tensor:
    return F.max_pool1d(x[None], 2)[0]


def smooth(x: torch.Tensor) -> torch.Tensor:
    dense = torch.maximum(x, x.roll(-1))  # stride 1: nothing is thrown away yet
    return (0.25 * dense.roll(1) + 0.5 * dense + 0.25 * dense.roll(-1))[::2]


for x in (row, moved):
    print(pooled(x).tolist(), smooth(x).tolist())

# %%
assert pooled(row).tolist() == [0, 1, 0, 1]
assert pooled(moved).tolist() == [1, 1, 1, 1]
assert smooth(row).tolist() == [0.5, 1, 0.5, 1]
assert smooth(moved).tolist() == [0.75, 0.75, 0.75, 0.75]
stated("largest change, plain", (pooled(row) - pooled(moved)).abs().max(), 1, digits=2)
stated("largest change, smoothed", (smooth(row) - smooth(moved)).abs().max(), 0.25, digits=2)

# %% tags=["fragment"]
fig, axes = show.figure(10, 3.2, columns=2, sharey=True)
for ax, way, name in zip(axes, (pooled, smooth), ("maxima of 2", "maxima, blur"), strict=True):
    for x, style, label in ((row, "o-", "as it is"), (moved, "s--", "moved by one")):
        ax.plot(range(4), way(x).tolist(), style, label=label, markersize=8)
    ax.set(title=name, xlabel="place behind the pool", xticks=range(4), ylim=(-0.1, 1.4))
axes[0].set_ylabel("pooled value")
axes[0].legend(ncols=2, loc="upper left")
show.picture(
    fig,
    "Plain maxima: a zigzag between 0 and 1 before the move, a flat line at 1 after it. Blurred: "
    "between 0.5 and 1 before, a flat line at 0.75 after: every value has moved by a quarter.",
)

# %% [markdown]
# The pattern is lost either way: one that repeats every four places is the finest that steps of two can show at all. But now no number
# has moved by more than a quarter, where without the blur two of four jumped from 0 to 1.

# %% [markdown] tags=["subslide"]
# ### On handwriting
#
# 360 real digits, 8×8 pixels on a black canvas of 16×16, move to the right. How much does the picture behind the pool
# change, as a share of its size?

# %%
digits = data.load()
on_canvas = F.pad(digits.test_x, (4, 4, 4, 4))  # (360, 1, 16, 16)
ways = {
    "no pool": lambda x: x,
    "2×2 averages": lambda x: F.avg_pool2d(x, 2),
    "2×2 maxima": lambda x: F.max_pool2d(x, 2),
    "4×4 maxima": lambda x: F.max_pool2d(x, 4),
    "one average": lambda x: F.avg_pool2d(x, 16),
}


def change(way, shift: int) -> float:
    """Mean relative change of the pooled digits, in %, when they move to the right."""
    before, after = (way(on_canvas.roll(s, -1)).flatten(1).double() for s in (0, shift))
    return (100 * (after - before).norm(dim=1) / before.norm(dim=1)).mean().item()


changes = {name: [change(way, shift) for shift in range(5)] for name, way in ways.items()}

# %% tags=["subslide"]
fig, ax = show.figure(8.5, 3.8)
marks = dict(zip(ways, ["--", "s-", "o-", "^-", ":"], strict=True))
for name, shares in changes.items():
    ax.plot(range(5), shares, marks[name], label=name)
ax.set(xlabel="shift, pixels", ylabel="change, %", title="pools soften a shift by one pixel")
ax.set_xticks(range(5))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "Change against shift: steepest without a pool, lower with 2 by 2 pools, "
    "much lower with 4 by 4 maxima at one pixel, zero for one average.",
)
for name, expected in zip(ways, [82, 59, 54, 16, 0], strict=True):
    stated(f"moved by one pixel: change, %, {name}", changes[name][1], expected)

# %% [markdown] tags=["subslide"]
# So 4×4 maxima are five times as stable as no pool. But look at the last line: a single average over the whole canvas does
# not change *at all*. Stability alone is cheap. What counts is what is still there.

# %% tags=["fragment"]
predict(
    "Take the pooled pictures, and name each test digit after its nearest training digit. "
    "Without a pool 99 % are right. How many behind 4×4 maxima (16 numbers, four of them "
    "not black)?",
    {
        "About 95 %": "The strokes of an 8×8 digit are all within reach of each other: hardly any window is left dark.",
        "About 55 %": "That is what 4×4 averages leave: how much ink there is still tells digits apart.",
        "About 20 %": "Nearly every window holds some white ink, so nearly all digits become the same white square.",
    },
    answer="About 20 %",
)


# %% tags=["subslide"]
def nearest_right(way) -> float:
    """Share of unmoved test digits whose nearest training digit has the same name, in %."""
    known, asked = (
        way(F.pad(x, (4, 4, 4, 4))).flatten(1).double() for x in (digits.train_x, digits.test_x)
    )
    distances = torch.cdist(asked, known, compute_mode="donot_use_mm_for_euclid_dist")
    return (
        100 * (digits.train_y[distances.argmin(dim=1)] == digits.test_y).double().mean().item()
    )


ways["4×4 averages"] = lambda x: F.avg_pool2d(x, 4)
kept = {name: (change(way, 1), nearest_right(way)) for name, way in ways.items()}

# %% tags=["subslide"]
fig, ax = show.figure(8, 4)
for name, (moves, right_percent) in kept.items():
    ax.plot(moves, right_percent, "o", color=show.colour("output"), markersize=9)
    ax.annotate(name, (moves, right_percent), (8, -4), textcoords="offset points", fontsize=12)
ax.set(xlabel="change when moved by one pixel, % (left is stable)", ylabel="recognised, %")
ax.set(xlim=(-4, 105), ylim=(0, 108), title="stable is easy; stable and informative is not")
show.picture(
    fig,
    "The more stable a pool, the fewer digits are recognised: 99 % without a pool, "
    "84 % with 2 by 2 maxima, about 18 % with 4 by 4 maxima, 9 % with one average.",
)
for name, expected in [
    ("no pool", 99),
    ("2×2 maxima", 84),
    ("4×4 averages", 56),
    ("4×4 maxima", 18),
    ("one average", 9),
]:
    stated(f"recognised, %, {name}", kept[name][1], expected)

# %% [markdown]
# The lesson is not "do not pool". It is **where**: pool answers of filters, not ink. A network first finds many kinds of strokes,
# each in a channel of its own; then it may forget where exactly, because *what* was found is kept in the channels.

# %% [markdown] tags=["subslide"]
# ### Can it be better?
#
# Lecture 01 said it about strides: skipping cells is what hurts. A maximum with stride 2 is a maximum with stride 1, followed by
# throwing three of four numbers away. Blur before you throw away [Zhang 2019]. On the edges of our photograph, moved by one pixel:

# %% tags=["live"]
# blurred(x): maxima of 2×2 with stride 1, then the 3×3 blur (1 2 1)ᵀ(1 2 1)/16 with stride 2.
# A dictionary `halving` of five ways to halve a map, and `upset`: the change of each in %.
line = torch.tensor([1.0, 2, 1]) / 4
blur = (line[:, None] * line)[None, None]


def blurred(x: torch.Tensor) -> torch.Tensor:
    return F.conv2d(F.max_pool2d(x, 2, stride=1), blur, stride=2)


halving = {
    "every second": lambda x: x[..., ::2, ::2],
    "2×2 average": lambda x: F.avg_pool2d(x, 2),
    "2×2 maximum": lambda x: F.max_pool2d(x, 2),
    "3×3 maximum": lambda x: F.max_pool2d(x, 3, 2),
    "maximum, blur": blurred,
}
upset = {}
for name, way in halving.items():
    before, after = way(edges[..., 1:]).double(), way(edges[..., :-1]).double()
    upset[name] = (100 * (after - before).norm() / before.norm()).item()

# %%
fig, ax = show.figure(8.5, 3.3)
ax.barh(list(upset)[::-1], list(upset.values())[::-1], color=show.colour("output"), height=0.6)
ax.set(xlabel="change when the photograph moves by one pixel, %", xlim=(0, 100))
show.picture(
    fig,
    "Taking every second number changes most; averages and maxima less; "
    "overlapping maxima and blurred maxima least.",
)
for name, value, expected in zip(upset, upset.values(), [76, 49, 45, 36, 31], strict=True):
    stated(f"{name}: change, %", value, expected)

# %% [markdown] tags=["slide"]
# ## 7. A pool against a stride
#
# There is a second way to halve a map: let the convolution itself take steps of two. It is cheaper, because three quarters of the
# answers are never computed. A 3×3 convolution, 64 → 64 channels, 56×56 pixels in, 28×28 out:

# %% tags=["live"]
# Parameters and multiply–adds (without biases): `weights`, `with_pool` (convolve all 56×56,
# then pool), `with_stride` (convolve every second place).
weights = nn.Conv2d(64, 64, 3, bias=False).weight.numel()
with_pool = weights * 56 * 56
with_stride = weights * 28 * 28

# %%
stated("weights, both", weights, 36_864)
stated("multiply–adds with a pool", with_pool, 115_605_504)
stated("multiply–adds with stride 2", with_stride, 28_901_376)
stated("ratio", with_pool / with_stride, 4)

# %% [markdown] tags=["fragment"]
# Can a convolution do what a maximum does? With a ReLU, yes: $\max(a, b) = b + \mathrm{relu}(a - b)$. A network of strided
# convolutions *can* learn to pool. ResNets hand nearly all of their halving to strides, and [Springenberg 2014] removed pools
# altogether. What is the price? An experiment: three networks alike except for the way they halve, on the same digits.

# %%
a, b = torch.randn(2, 1000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
assert torch.allclose(torch.maximum(a, b), b + F.relu(a - b))


def network(halve: str) -> nn.ModuleDict:
    """Two 3×3 convolutions with a halving between them; a global average; a linear layer. No biases."""
    stride = 2 if halve == "stride 2" else 1
    pool = {"maximum": nn.MaxPool2d(2), "average": nn.AvgPool2d(2), "stride 2": nn.Identity()}[
        halve
    ]
    features = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride, padding=1, bias=False),
        nn.ReLU(),
        pool,
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.ReLU(),
    )
    return nn.ModuleDict({"features": features, "linear": nn.Linear(32, 10, bias=False)})


def scores(net: nn.ModuleDict, images: torch.Tensor) -> torch.Tensor:
    """(N, 1, H, W) → (N, 10), for any H and W."""
    return net["linear"](net["features"](images).mean(dim=(2, 3)))


# %% tags=["subslide"]
def train(halve: str) -> nn.ModuleDict:
    """Eight rounds over 1,437 digits with a border of 2 pixels."""
    torch.manual_seed(0)
    net = network(halve)
    images = F.pad(digits.train_x, (2, 2, 2, 2))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(8):
        for batch in torch.randperm(len(images)).split(64):
            loss = F.cross_entropy(scores(net, images[batch]), digits.train_y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net


networks = {halve: train(halve) for halve in ("maximum", "average", "stride 2")}

# %% tags=["subslide"]
predict(
    "Each network was trained on digits in the middle. Now the digits move right, by 0 to "
    "5 pixels, on a larger black canvas. "
    "How does the share of right answers go?",
    {
        "It falls, pixel by pixel": "For a network that ends in a large fully connected layer. This one ends in a global average.",
        "It stays the same": "It would, if nothing were ever skipped. One halving skips every second place.",
        "It falls and recovers in turn": "Even shifts meet the same windows and change nothing. Odd shifts meet other windows.",
    },
    answer="It falls and recovers in turn",
)

# %% tags=["subslide"]
large = F.pad(digits.test_x, (8, 8, 8, 8))  # (360, 1, 24, 24)
right_at: dict[str, list[float]] = {}
with torch.no_grad():
    for name, net in networks.items():
        answers = [scores(net, large.roll(shift, -1)) for shift in range(6)]
        for shift in (2, 4):
            assert torch.allclose(answers[shift], answers[0], atol=1e-5)
        right_at[name] = [
            100 * (answer.argmax(1) == digits.test_y).double().mean().item()
            for answer in answers
        ]
        assert not torch.allclose(answers[1], answers[0], atol=1e-2)

# %%
fig, ax = show.figure(8.5, 3.6)
for (name, values), style in zip(right_at.items(), ("o-", "s-", "^--"), strict=True):
    ax.plot(range(6), values, style, label=name)
ax.set(
    xlabel="shift, pixels", ylabel="right, %", ylim=(0, 100), title="even shifts cost nothing"
)
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "Accuracy against shift is a zigzag: the same at 0, 2 and 4 pixels, lower at 1, 3 and 5; "
    "lowest for the stride.",
)
assert min(right_at["maximum"][0], right_at["average"][0]) > right_at["stride 2"][0]
assert sum(values[0] - values[1] for values in right_at.values()) / 3 > 3

# %% [markdown]
# A network of convolutions and a global average is *exactly* indifferent to shifts by its total stride, as long as the border does
# not interfere. That is a theorem, and the cell above asserts it. How much the odd shifts cost is an observation: here all three lose right
# answers. The strided network, which looks at a quarter of the places, has learnt least; but these are tiny networks after a short
# training, with one seed, and their order proves nothing about large ones. ResNets halve by strides nearly everywhere and do well: they have
# many channels to look with. A network that halves five times repeats itself every 32 pixels only.

# %%
stated("five halvings: pixels after which it repeats", 2**5, 32)

# %% [markdown] tags=["slide"]
# ## 8. One average for the whole map
#
# The networks above ended with a mean over all places. Until about 2014 most networks flattened their last maps instead, and put a large
# fully connected layer on top. [Lin 2013] proposed a pool as large as the map, **global average pooling**: one number for every
# channel.

# %% tags=["fragment"]
last_maps = torch.tensor(
    [
        [[0.0, 0, 1], [0, 5, 3], [0, 0, 0]],
        [[2, 2, 2], [2, 2, 2], [2, 2, 2]],
        [[0, 0, 0], [0, 0, 0], [9, 0, 0]],
    ]
)
channel_means = last_maps.mean(dim=(1, 2))
fig, ax = show.canvas(18, 11.6, cell_inches=0.42)
for index, (grid, mean) in enumerate(zip(last_maps, channel_means, strict=True)):
    top = 0.4 + 3.7 * index
    show.number_grid(ax, grid, at=(2.2, top))
    show.words(ax, (0.2, top + 1.5), f"map {index}", role="input")
    show.arrow(ax, (5.4, top + 1.5), (7.6, top + 1.5))
    show.number_grid(ax, [float(mean)], at=(7.8, top + 1), role="output")
    show.arrow(ax, (9, top + 1.5), (12.6, 5.6), role="kernel")
show.box(ax, (12.8, 4.2), (4.9, 2.8), "linear layer\n3 → classes", role="kernel")
show.picture(
    fig, "Three maps become their means, 1, 2 and 1, and these go into a linear layer."
)
assert channel_means.tolist() == [1, 2, 1]

# %% tags=["subslide"]
predict(
    "The last maps are 1,024 of 7×7, and there are 1,000 classes. How many weights does a "
    "fully connected layer need on "
    "the flattened maps, and how many behind a global average?",
    {
        "50,176,000 and 1,024,000": "7·7·1024·1000 against 1024·1000: one weight per channel and class is left.",
        "50,176 and 1,024": "That is how many numbers go in. Each of them is connected to 1,000 classes.",
        "50,176,000 and 49,000": "49 is the number of places, and they are what the average does away with. Channels stay.",
    },
    answer="50,176,000 and 1,024,000",
)

# %% tags=["live"]
# Count: `flattened`, a linear layer on 1,024 maps of 7×7; `averaged`, one on their means (no
# biases). device="meta" makes layers without filling their memory.
flattened = nn.Linear(7 * 7 * 1024, 1000, bias=False, device="meta").weight.numel()
averaged = nn.Linear(1024, 1000, bias=False, device="meta").weight.numel()

# %%
stated("on flattened maps", flattened, 50_176_000)
stated("behind a global average", averaged, 1_024_000)
stated("weights saved", flattened - averaged, 49_152_000)
stated("in megabytes, at 4 bytes a weight", 4 * (flattened - averaged) / 1e6, 197)

# %% [markdown] tags=["subslide"]
# Three things follow.
#
# 1. Fewer weights, so less to overfit with. (GoogLeNet, unit 08, and all ResNets, unit 09, end this way.)
# 2. Any size of image: a mean does not care how many numbers it is the mean of. We used it above, trained on 12×12, tested on 24×24.
# 3. The mean and the linear layer can change places, because both are linear. First weigh the maps, then take the mean: the
#    weighted maps *before* the mean say **where** the class was seen, without having been taught places [Zhou 2016].

# %% tags=["live"]
# One test digit at the right edge of a black canvas, `scene` (1, 1, 24, 40), and `net`, the
# network with maxima: its last maps `found_maps` (32, 12, 20), the class it names, `best`, and
# the maps weighted with that class's weights and added, `heat` (12, 20). The mean of `heat`
# must be the class's score.
scene = F.pad(digits.test_x[11:12], (28, 4, 8, 8))
net = networks["maximum"]
with torch.no_grad():
    found_maps = net["features"](scene)[0]  # (32, 12, 20)
    best = int(scores(net, scene).argmax())
    heat = torch.einsum("c,chw->hw", net["linear"].weight[best], found_maps)
    assert torch.allclose(heat.mean(), scores(net, scene)[0, best], atol=1e-4)

# %%
fig, (left, right_ax) = show.figure(9, 3.1, columns=2)
left.imshow(scene[0, 0].numpy(), vmin=0, vmax=1)
left.set_title("a digit at the right edge")
reach = float(heat.abs().max())
right_ax.imshow(heat.numpy(), cmap=SIGNED, vmin=-reach, vmax=reach)
right_ax.set_title(f"“{best}”? orange: for it, blue: against")
for ax in (left, right_ax):
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(True)
show.picture(
    fig,
    "A digit at the right of a wide black canvas; the evidence for "
    "its class, for or against, is non-zero only where the digit is.",
)
assert best == digits.test_y[11]
assert heat[:, :13].abs().max() == 0
assert heat[:, 13:].abs().max() > 0

# %% [markdown]
# What a global average does *not* know: how the answers were arranged. Shuffle the places of the last maps, and nothing changes.
# For "is there a cat?" that is what you want. For "is the cup left of the plate?" it is not.

# %%
shuffled = found_maps.flatten(1)[
    :, torch.randperm(12 * 20, generator=torch.Generator().manual_seed(0))
]
assert torch.allclose(shuffled.mean(dim=1), found_maps.mean(dim=(1, 2)), atol=1e-5)

# %% [markdown] tags=["slide"]
# ## 9. Pools that learn, pools across channels
#
# The pool of LeNet-5 (1998) had parameters. It adds up the four numbers of a window, multiplies by a coefficient $a_c$, adds a
# bias $b_c$, and applies a sigmoid (its authors took a stretched tanh, which has the same shape; here and in the assignment it is
# $\sigma(t) = 1/(1+e^{-t})$). One of each per channel:
#
# $$ y = \sigma\big(a_c\,(x_1 + x_2 + x_3 + x_4) + b_c\big) $$
#
# Feed it windows of zeros and ones. What comes out depends on how many ones there are, and on $a$ and $b$:

# %% tags=["fragment"]
ones_in_window = torch.arange(5.0)
settings = {
    "a = 0.5, b = −1: nearly linear, blurs": (0.5, -1.0),
    "a = 10, b = −5: OR, any one will do": (10.0, -5.0),
    "a = 10, b = −35: AND, all four": (10.0, -35.0),
}
fig, ax = show.figure(8.5, 3.5)
for (name, (a_c, b_c)), style in zip(settings.items(), ("o-", "s--", "^:"), strict=True):
    ax.plot(ones_in_window, torch.sigmoid(a_c * ones_in_window + b_c), style, label=name)
ax.set(xlabel="ones in the window, of 4", ylabel="output", ylim=(-0.05, 1.1))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "Output against the number of ones: one setting rises gently, one jumps "
    "between 0 and 1, one between 3 and 4.",
)
either, every = (
    torch.sigmoid(a_c * ones_in_window + b_c) > 0.5 for a_c, b_c in list(settings.values())[1:]
)
assert either.tolist() == [False, True, True, True, True]
assert every.tolist() == [False, False, False, False, True]
stated("parameters of LeNet's first pool: 6 channels, a and b", 6 * 2, 12)
stated("of its second: 16 channels", 16 * 2, 32)

# %% tags=["subslide"]
erratum(
    "A table of LeNet in one of this course's sources gives both pooling layers a stride of S = 1. "
    "With 2×2 windows and stride 1, the 28×28 maps would become 27×27; "
    "the table's own next line, 14×14, and the paper have windows side by side: S = 2."
)

# %%
stated("28 pixels, K = 2, S = 1", pool_size(28, 2, 1), 27)
stated("28 pixels, K = 2, S = 2", pool_size(28, 2, 2), 14)
stated("10 pixels, K = 2, S = 2 (the second pool)", pool_size(10, 2, 2), 5)

# %% [markdown] tags=["subslide"]
# ### Forgetting something else than the place
#
# A maximum over *places* forgets the place. A maximum over *channels* forgets which channel it was. If channels are the same edge
# detector turned in eight directions, the maximum over the eight forgets the direction.

# %% tags=["live"]
# Coordinates `ys`, `xs` from the middle of 48×48 pixels, and a `disc` of radius 16: edges in
# all directions. `turned`: the Sobel kernel turned into eight directions, (8, 1, 3, 3).
# `by_direction`: the eight answers; `any_direction`: the largest of the eight at each pixel.
ys, xs = torch.meshgrid(torch.arange(48.0) - 23.5, torch.arange(48.0) - 23.5, indexing="ij")
disc = torch.sigmoid(16 - (ys.square() + xs.square()).sqrt())
angles = torch.arange(8) * torch.pi / 4
turned = torch.stack([t.cos() * sobel + t.sin() * sobel.T for t in angles])[:, None]
by_direction = F.conv2d(disc[None, None], turned)[0]
any_direction = by_direction.amax(dim=0)

# %%
fig = show.image_grid(
    [disc, *by_direction[[0, 1, 2]].relu(), any_direction],
    ["a disc", "direction 0°", "45°", "90°", "largest of eight"],
    columns=5,
    inches=2,
    same_scale=False,
)
show.picture(
    fig,
    "A disc; three direction filters each light up one side of its rim; "
    "the maximum over eight directions lights up all of it.",
)

# %% tags=["subslide"]
bearing = torch.atan2(-ys, -xs)[1:-1, 1:-1]  # dark to bright: towards the middle
distance = (ys.square() + xs.square()).sqrt()[1:-1, 1:-1]
rim_pixels = (distance - 16).abs() < 0.4
order = bearing[rim_pixels].argsort()
degrees = bearing[rim_pixels][order].rad2deg()
one, best_of = (answer[rim_pixels][order] for answer in (by_direction[0], any_direction))
fig, ax = show.figure(8.5, 3.3)
ax.plot(degrees, one, "--", color=show.colour("kernel"), label="direction 0° alone")
ax.plot(degrees, best_of, color=show.colour("output"), label="largest of eight")
ax.set(xlabel="direction of the edge, degrees", ylabel="answer on the rim", xlim=(-180, 180))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show.picture(
    fig,
    "One filter's answer goes from negative to positive and back as the edge turns; "
    "the largest of eight stays nearly the same.",
)
assert best_of.min() > 0.75 * best_of.max()
assert one.min() < 0

# %% [markdown]
# That is the general rule: **a pool makes the answer indifferent to whatever it pools over.** Networks called *maxout*
# [Goodfellow 2013] take the maximum over groups of learned channels, and learn what to be indifferent to.

# %% [markdown] tags=["slide"]
# ## 10. What people get wrong, and what it looks like

# %%
dark = (photo + 0.02).log()[None, None]  # a map of negative numbers
frame = F.max_pool2d(F.pad(dark, (8, 8, 8, 8)), 17, 16)[0]
counted_frame = F.avg_pool2d(photo[None, None], 17, 16, padding=8)[0]
scrambled = photo.reshape(32, 32, 64).amax(
    dim=2
)  # (H/8, W/8, 64): not the blocks of the picture
overwritten = torch.zeros(254, 254)
_, where = F.max_pool2d(edges, 3, 1, return_indices=True)
overwritten.view(-1)[where.flatten()] = 1.0  # = in place of +=
added = way_back(lambda x: F.max_pool2d(x, 3, 1))[0]

# %% tags=["subslide"]
fig = show.image_grid(
    [frame, counted_frame, scrambled, overwritten[60:100, 100:140], added[60:100, 100:140]],
    [
        "zeros win at the rim",
        "dark rim",
        "reshape mixes places",
        "gradient with =",
        "with +=, as it should be",
    ],
    columns=5,
    inches=2.1,
    same_scale=False,
)
for ax in fig.axes:  # an outline, so that a white rim is seen on a white page
    ax.axis("on")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
show.picture(
    fig,
    "Four failures: a white frame, a dark frame, a scrambled picture, "
    "and gradients all equal where they should add up; beside it the right ones.",
    photo=True,
)
stated("largest gradient, overwritten", overwritten.max(), 1)
stated("largest gradient, added up (windows of 3×3, stride 1)", added.max(), 9)

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | bright or zero frame, only for maps with negative numbers | zeros as padding of a maximum | a map of −1 |
# | dark frame | padded zeros count in the average | a map of ones |
# | scrambled picture, right shape | `reshape` that does not respect rows and columns | the 4×4 table: 8 4 7 5 |
# | maxima right, gradients too small | overlaps overwritten, not added | stride 1, gradients of 1: the 8 gets 4 |
# | gradients too large, for equal numbers only | `x == max` marks all that are equal | a window of zeros: one number gets it |
# | stride 1 although you meant K, or the reverse | the default of `stride` is the window's size | count the outputs |
# | last row or column without effect | the floor in the size formula | change the last row: does anything move? |
# | training works, a shift by one pixel upsets it | stride without blur | move the input by 1, by the stride |
# | nothing is recognised any more | pooled too early, before there were channels to keep what was found | section 6 |

# %% [markdown] tags=["slide"]
# ## Summary
#
# * A pool keeps one number per window and channel: the largest ("was it here?") or the mean ("how much of it was here?").
# * On 4×4 numbers: 8 4 7 5 side by side, 8 8 4 8 8 5 7 6 5 with stride 1. Sizes as for convolutions, $\lfloor (n+2P-K)/S \rfloor + 1$.
# * The border of a maximum is −∞. The border of an average counts, or does not: ask.
# * Backwards, a maximum sends everything to the winner (of equal ones the first in row order), an average shares. Overlaps add up.
# * Maxima of 2×2 reduce the change under a shift by one pixel from 82 % to 54 %, not to 0. Exact are only shifts by multiples of the
#   stride. Blurring before skipping helps.
# * Stability alone is cheap: what is pooled away is gone. Pool answers of filters, so that the channels keep *what*.
# * A stride costs a quarter of the multiply–adds and looks at a quarter of the places.
# * A global average replaces 50,176,000 weights by 1,024,000, takes any size of image, and says where, if you ask before the mean.
# * A pool makes the answer indifferent to what it pools over: places, or channels.
#
# **Now you:** in assignment 04 you write both pools, forwards and backwards, with overlaps, borders and equal numbers; the global
# average; LeNet's pool that learns; and the maximum across channels.
#
# ## References
#
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE
#   86, 1998: LeNet-5 and its trainable subsampling.
# * A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet classification with deep convolutional neural networks*, NeurIPS 2012:
#   overlapping windows.
# * I. Goodfellow and others, *Maxout networks*, [arXiv:1302.4389](https://arxiv.org/abs/1302.4389), 2013: maxima across channels.
# * M. Lin, Q. Chen, S. Yan, *Network in network*, [arXiv:1312.4400](https://arxiv.org/abs/1312.4400), 2013: global average pooling.
# * J. T. Springenberg and others, *Striving for simplicity: the all convolutional net*,
#   [arXiv:1412.6806](https://arxiv.org/abs/1412.6806), 2014: strides in place of pools.
# * B. Zhou and others, *Learning deep features for discriminative localization*,
#   [arXiv:1512.04150](https://arxiv.org/abs/1512.04150), 2016: where, from the maps before the mean.
# * R. Zhang, *Making convolutional networks shift-invariant again*, [arXiv:1904.11486](https://arxiv.org/abs/1904.11486), 2019:
#   blur before you skip.
