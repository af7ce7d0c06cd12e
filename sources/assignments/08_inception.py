# %% [markdown]
# You build GoogLeNet, the network that won ImageNet in 2014, from its smallest part up:
#
# - a module that looks at several scales at once, and why it cannot be stacked as it stands;
# - 1×1 convolutions that make its input thin first, and what that saves, counted;
# - two auxiliary heads, and the whole network of nine modules with 6,998,552 parameters.
#
# This belongs to lecture 08. Nothing is trained here: your modules are judged by what they do with given weights. What
# you call your layers, and in which order you declare them, does not matter. The order of concatenation does. All of
# `torch.nn` is yours to use; the finished networks of `torchvision.models` and their parts are not.

# %%
from contextlib import suppress

import torch
import torch.nn.functional as F
from torch import nn

from convlab import show

# %% [markdown]
# ## Four branches, one output
#
# A convolution keeps height and width when its padding is $(K-1)/2$ and its stride is 1. So does a 3×3 max pool with
# padding 1 and stride 1. Four such branches read the same input, and their outputs can be laid on top of each other,
# channel after channel:

# %%
fig, ax = show.canvas(20, 8.2, cell_inches=0.5)
show.box(ax, (0.3, 3.3), (3.2, 1.5), "input\nc_in", role="input")
names = (("1×1 conv, ReLU", "c1"), ("3×3 conv, ReLU", "c3"), ("5×5 conv, ReLU", "c5"), ("3×3 max pool", "c_in"))
for i, (name, channels) in enumerate(names):
    role = "plain" if i == 3 else "kernel"
    show.box(ax, (5.6, 0.3 + 2 * i), (4.6, 1.5), name, role=role)
    show.arrow(ax, (3.6, 4.05), (5.5, 1.05 + 2 * i))
    show.box(ax, (13.2, 0.3 + 2 * i), (3.0, 1.5), channels, role="output")
    show.arrow(ax, (10.3, 1.05 + 2 * i), (13.1, 1.05 + 2 * i))
show.words(ax, (16.6, 4.05), "one tensor,\nin this order", role="output")
show.picture(
    fig, "One input feeds four branches, 1×1, 3×3, 5×5 and max pool; their channels are stacked in that order."
)

# %% [markdown]
# ## Exercise 1 · `NaiveInception`
#
# *15 minutes · difficulty 2 of 5*
#
# Write the picture as a module. The input is $(N, c_{in}, H, W)$; the output has $c_1 + c_3 + c_5 + c_{in}$ channels and
# the same height and width. Every convolution has a bias and a ReLU behind it. The pool branch has no convolution, so it
# has no ReLU either: negative numbers go through it. Concatenate in the order 1×1, 3×3, 5×5, pool.
#
# **By hand.** 256 channels come in; $c_1 = 128$, $c_3 = 192$, $c_5 = 96$. Then $128 + 192 + 96 + 256 = 672$ come out. If the
# input is −2 everywhere, the last 256 channels are −2 everywhere, up to the edges.
#
# <details><summary>Hint 1 · which dimension grows?</summary>
#
# Four tensors of shape $(N, \cdot, H, W)$ become one. Along which dimension may they differ?
#
# <details><summary>Hint 2 · an error about sizes?</summary>
#
# Print the four shapes. A pool moves by its kernel size unless you say how far, and without padding it shrinks the picture.
#
# <details><summary>Hint 3 · negative numbers became zeros?</summary>
#
# Either a ReLU reached the pool branch, or somebody padded with zeros before pooling. `nn.MaxPool2d` pads with minus
# infinity by itself.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="NaiveInception"
class NaiveInception(nn.Module):
    """Four branches on the whole input, side by side.

    Args:
        c_in: input channels
        c1: channels of the 1×1 branch
        c3: channels of the 3×3 branch
        c5: channels of the 5×5 branch

    Shape:
        (N, c_in, H, W) → (N, c1 + c3 + c5 + c_in, H, W)

    Example:
        >>> tuple(NaiveInception(4, 2, 3, 5)(torch.zeros(2, 4, 6, 7)).shape)
        (2, 14, 6, 7)
    """

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        ### BEGIN SOLUTION
        # Padding (K - 1) / 2 keeps height and width, so the four results fit side by side.
        self.conv1 = nn.Conv2d(c_in, c1, 1)
        self.conv3 = nn.Conv2d(c_in, c3, 3, padding=1)
        self.conv5 = nn.Conv2d(c_in, c5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        convolved = [F.relu(conv(x)) for conv in (self.conv1, self.conv3, self.conv5)]
        return torch.cat([*convolved, self.pool(x)], dim=1)  # (N, c1 + c3 + c5 + c_in, H, W)
        ### END SOLUTION


# %% role="tests" exercise="NaiveInception"

# %% [markdown]
# ### Why not stack nine of them?
#
# The pool branch hands all its channels on, and the other branches add theirs. Nine naive modules with
# $c_1 + c_3 + c_5 = 416$ each, starting from 256 channels:

# %%
channels = [256 + 416 * depth for depth in range(10)]
fig, ax = show.figure(8, 3)
ax.plot(range(10), channels, "o-", color=show.colour("output"))
ax.set(xlabel="modules", ylabel="channels", title=f"after nine modules: {channels[-1]:,} channels")
show.picture(fig, "Channels grow in a straight line from 256 to 4000 over nine modules.")
assert channels[1] == 672
assert channels[-1] == 4000

# %% [markdown]
# ## Exercise 2 · `Inception`
#
# *15 minutes · difficulty 3 of 5*
#
# The remedy: a 1×1 convolution, which mixes channels at each pixel and looks at no neighbour, makes the input thin before
# the 3×3 and before the 5×5. Another one makes the pooled channels few.
#
# | branch | first | then |
# |---|---|---|
# | 1 | 1×1 to `c1` | |
# | 2 | 1×1 to `c3_reduce` | 3×3 to `c3` |
# | 3 | 1×1 to `c5_reduce` | 5×5 to `c5` |
# | 4 | 3×3 max pool, stride 1 | 1×1 to `pool_proj` |
#
# Six convolutions, each with a bias and a ReLU behind it, the reductions too. The size is kept, and the order of
# concatenation is that of the table.
#
# **By hand.** Module 3a of GoogLeNet is `Inception(192, 64, 96, 128, 16, 32, 32)`: $64 + 128 + 32 + 32 = 256$ channels come out.
#
# <details><summary>Hint 1 · how many channels does the 5×5 read?</summary>
#
# Follow the third row of the table from left to right. What comes out of its first step?
#
# <details><summary>Hint 2 · values differ although the shapes agree?</summary>
#
# Count your ReLUs: six convolutions, six ReLUs. And is the pool in front of its 1×1?
#
# </details>
# </details>


# %% role="solution" grade_id="Inception"
class Inception(nn.Module):
    """Four branches, with 1×1 convolutions that keep the expensive ones thin.

    Args:
        c_in: input channels
        c1: channels of the 1×1 branch
        c3_reduce, c3: channels of the 3×3 branch, after its 1×1 and after its 3×3
        c5_reduce, c5: channels of the 5×5 branch, after its 1×1 and after its 5×5
        pool_proj: channels of the pool branch

    Shape:
        (N, c_in, H, W) → (N, c1 + c3 + c5 + pool_proj, H, W)

    Example:
        >>> tuple(Inception(8, 2, 3, 4, 2, 5, 6)(torch.zeros(2, 8, 6, 7)).shape)
        (2, 17, 6, 7)
    """

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        ### BEGIN SOLUTION
        # One Sequential per branch: the forward pass then only runs and joins them.
        self.branch1 = nn.Sequential(nn.Conv2d(c_in, c1, 1), nn.ReLU())
        self.branch3 = nn.Sequential(
            nn.Conv2d(c_in, c3_reduce, 1),
            nn.ReLU(),
            nn.Conv2d(c3_reduce, c3, 3, padding=1),
            nn.ReLU(),
        )
        self.branch5 = nn.Sequential(
            nn.Conv2d(c_in, c5_reduce, 1),
            nn.ReLU(),
            nn.Conv2d(c5_reduce, c5, 5, padding=2),
            nn.ReLU(),
        )
        self.branch_pool = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            nn.Conv2d(c_in, pool_proj, 1),
            nn.ReLU(),
        )
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        branches = (self.branch1, self.branch3, self.branch5, self.branch_pool)
        return torch.cat([branch(x) for branch in branches], dim=1)
        ### END SOLUTION


# %% role="tests" exercise="Inception"

# %% [markdown]
# ## Exercise 3 · `inception_cost`
#
# *10 minutes · difficulty 2 of 5*
#
# How much work is one module on a feature map of $h \times w$? Count multiply–adds: one multiplication with the addition
# that follows it counts as one. A $K \times K$ convolution from $a$ to $b$ channels, size kept, needs
#
# $$ h \cdot w \cdot K^2 \cdot a \cdot b . $$
#
# Adding a bias and taking a maximum multiply nothing, so they are not counted. Return a whole number. If any argument is
# below 1, raise `ValueError` with the numbers in its message.
#
# **By hand.** One pixel and one channel everywhere: four 1×1 convolutions, one 3×3 and one 5×5 make $4 + 9 + 25 = 38$.
#
# <details><summary>Hint 1 · how many terms?</summary>
#
# One for each convolution of exercise 2. Write down $(K, a, b)$ for each in a list before you multiply.
#
# <details><summary>Hint 2 · far too large?</summary>
#
# The 3×3 reads what its reduction gives, not the input of the module.
#
# </details>
# </details>


# %% role="solution" grade_id="inception_cost"
def inception_cost(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    """Multiply-adds of one Inception module.

    Args:
        h, w: height and width of the feature map
        c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj: channels, as for Inception

    Returns:
        A whole number.

    Raises:
        ValueError: when an argument is below 1.

    Example:
        >>> inception_cost(1, 1, 1, 1, 1, 1, 1, 1, 1)
        38
        >>> inception_cost(28, 28, 256, 128, 64, 192, 64, 96, 64)
        271351808
    """
    ### BEGIN SOLUTION
    sizes = (h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    if min(sizes) < 1:
        raise ValueError(f"every size must be at least 1, got {sizes}")
    layers = [  # kernel, channels in, channels out
        (1, c_in, c1),
        (1, c_in, c3_reduce),
        (3, c3_reduce, c3),
        (1, c_in, c5_reduce),
        (5, c5_reduce, c5),
        (1, c_in, pool_proj),
    ]
    return sum(h * w * k * k * a * b for k, a, b in layers)
    ### END SOLUTION


# %% role="tests" exercise="inception_cost"

# %% [markdown]
# The naive module with as many channels from its 1×1, 3×3 and 5×5 would cost this much:

# %%
naive = 28 * 28 * 256 * (128 + 9 * 192 + 25 * 96)
print(f"naive:            {naive:>11,} multiply-adds")
assert naive == 854_196_224
with suppress(NotImplementedError):
    print(f"with bottlenecks: {inception_cost(28, 28, 256, 128, 64, 192, 64, 96, 64):>11,} multiply-adds")

# %% [markdown]
# ## A written question
#
# **What does a 1×1 convolution see?** It looks at one pixel, so it finds no edge and no texture. Why can it make 256
# channels 64 without losing most of what the 3×3 after it needs, and what happens if you leave out the ReLU between
# the two?

# %% [markdown] role="manual" grade_id="what-one-by-one-sees" points=2
# At every pixel it computes 64 weighted sums of the 256 channels, with weights that are learned. Channels of a trained
# network are correlated, so most of what differs between pixels can be kept in fewer, well chosen combinations; gradient
# descent chooses them for what follows. Without the ReLU the two convolutions are one linear map: they equal a single 3×3
# convolution over 256 channels whose weights were forced into rank 64. With it, the pair can compute things that no single
# convolution can.

# %% [markdown]
# ## Exercise 4 · `AuxiliaryHead`
#
# *15 minutes · difficulty 2 of 5*
#
# Twenty-two layers were deep in 2014, and the worry was that little gradient would reach the first ones. GoogLeNet
# therefore has two small classifiers on its side, which are trained on the same labels and thrown away afterwards. Each
# reads a feature map of 14×14:
#
# | step | shape after it |
# |---|---|
# | input | `(N, c_in, 14, 14)` |
# | average pool 5×5, stride 3 | `(N, c_in, 4, 4)` |
# | 1×1 convolution to 128, ReLU | `(N, 128, 4, 4)` |
# | flatten | `(N, 2048)` |
# | linear to 1024, ReLU | `(N, 1024)` |
# | dropout, 0.7 | `(N, 1024)` |
# | linear | `(N, num_classes)` |
#
# 0.7 is the probability of a zero. Dropout rests in evaluation mode. There is no softmax: the loss takes logits.
#
# **By hand.** From 14, windows of 5 start at 0, 3, 6 and 9: four of them. `AuxiliaryHead(512)` has
# $512 \cdot 128 + 128 + 2048 \cdot 1024 + 1024 + 1024 \cdot 1000 + 1000 = 3{,}188{,}840$ parameters.
#
# <details><summary>Hint 1 · a matrix that does not fit?</summary>
#
# Print the shape before the first linear layer. Average pools move by their kernel size unless you say otherwise.
#
# <details><summary>Hint 2 · right in shape, wrong in numbers?</summary>
#
# An adaptive pool to 4×4 has other windows than 5×5 with stride 3. And a ReLU before an average is not a ReLU behind it.
#
# </details>
# </details>

# %%
assert [start for start in range(0, 14, 3) if start + 5 <= 14] == [0, 3, 6, 9]
assert 512 * 128 + 128 + 2048 * 1024 + 1024 + 1024 * 1000 + 1000 == 3_188_840


# %% role="solution" grade_id="AuxiliaryHead"
class AuxiliaryHead(nn.Module):
    """A small classifier on the side of a network.

    Args:
        c_in: input channels
        num_classes: scores to give

    Shape:
        (N, c_in, 14, 14) → (N, num_classes)

    Example:
        >>> sum(p.numel() for p in AuxiliaryHead(512).parameters())
        3188840
    """

    def __init__(self, c_in, num_classes=1000):
        super().__init__()
        ### BEGIN SOLUTION
        self.pool = nn.AvgPool2d(5, stride=3)
        self.conv = nn.Conv2d(c_in, 128, 1)
        self.hidden = nn.Linear(128 * 4 * 4, 1024)
        self.dropout = nn.Dropout(0.7)
        self.scores = nn.Linear(1024, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        x = F.relu(self.conv(self.pool(x)))  # (N, 128, 4, 4)
        x = F.relu(self.hidden(x.flatten(1)))  # (N, 1024)
        return self.scores(self.dropout(x))
        ### END SOLUTION


# %% role="tests" exercise="AuxiliaryHead"

# %% [markdown]
# ## Exercise 5 · `GoogLeNet`
#
# *25 minutes · difficulty 4 of 5*
#
# The whole network, from a table. Every convolution has a bias and a ReLU behind it; there is no normalization of any kind.
#
# | part | what | output for 224×224 |
# |---|---|---|
# | stem | 7×7 to 64, stride 2, padding 3 | 64 × 112 × 112 |
# | | max pool | 64 × 56 × 56 |
# | | 1×1 to 64, then 3×3 to 192, padding 1 | 192 × 56 × 56 |
# | | max pool | 192 × 28 × 28 |
# | 3a, 3b | two modules, then max pool | 480 × 14 × 14 |
# | 4a to 4e | five modules, then max pool | 832 × 7 × 7 |
# | 5a, 5b | two modules | 1024 × 7 × 7 |
# | end | average over height and width, dropout 0.4, linear | `num_classes` |
#
# Every max pool between the parts is 3×3 with stride 2 and **`ceil_mode=True`, without padding**: a window that hangs over
# the edge counts. (Padding gives the same sizes, and other windows.) The average runs over whatever height and width are left,
# so the network takes pictures of other sizes too.
#
# `MODULES` below holds the numbers of the nine modules. With `aux=True` one head reads the output of 4a, the other that of 4d.
# In training mode with `aux=True` the network returns the tuple (main, after 4a, after 4d). Otherwise it returns the main scores
# alone. With `aux=False` there are no heads, and 6,998,552 parameters.
#
# You may use your `Inception` and `AuxiliaryHead`. If you do, they must be right for this exercise to be.
#
# **By hand.** 112 with windows of 3 and steps of 2: $(112 - 3)/2 = 54.5$, rounded *up* to 55, and one more: 56. Without `ceil_mode`
# it would be 55. Module 4a gives $192 + 208 + 48 + 64 = 512$ channels to its head, 4d gives $112 + 288 + 64 + 64 = 528$.
#
# <details><summary>Hint 1 · where do the channels come from?</summary>
#
# Each module reads what the one before gave: the sum of its `c1`, `c3`, `c5` and `pool_proj`. Either work the nine numbers
# out on paper, or let a loop carry them along.
#
# <details><summary>Hint 2 · nine layers without writing nine lines</summary>
#
# `nn.ModuleDict` holds modules by name, `nn.ModuleList` by number. A plain Python list would hide their parameters.
#
# <details><summary>Hint 3 · the heads</summary>
#
# Keep what comes out of 4a and 4d in variables on the way down. Which mode the network is in, `self.training` says.
#
# </details>
# </details>
# </details>

# %%
assert -((3 - 112) // 2) + 1 == 56  # rounded up
assert (112 - 3) // 2 + 1 == 55
assert [192 + 208 + 48 + 64, 112 + 288 + 64 + 64] == [512, 528]

# %% role="readonly" grade_id="googlenet-table"
MODULES = {  # name: (c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


# %% role="solution" grade_id="GoogLeNet"
class GoogLeNet(nn.Module):
    """The network of 2014, without normalization.

    Args:
        num_classes: scores to give
        aux: whether there are two auxiliary heads

    Shape:
        (N, 3, H, W) → (N, num_classes); in training with aux three of them: main, after 4a, after 4d

    Example:
        >>> sum(p.numel() for p in GoogLeNet(aux=False).parameters())
        6998552
    """

    def __init__(self, num_classes=1000, aux=True):
        super().__init__()
        ### BEGIN SOLUTION
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride=2, padding=3),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            nn.Conv2d(64, 64, 1),
            nn.ReLU(),
            nn.Conv2d(64, 192, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
        )
        self.blocks = nn.ModuleDict()
        self.heads = nn.ModuleDict()
        channels = 192  # what the next module reads
        for name, (c1, c3_reduce, c3, c5_reduce, c5, pool_proj) in MODULES.items():
            self.blocks[name] = Inception(channels, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
            channels = c1 + c3 + c5 + pool_proj
            if aux and name in ("4a", "4d"):
                self.heads[name] = AuxiliaryHead(channels, num_classes)
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.dropout = nn.Dropout(0.4)
        self.scores = nn.Linear(channels, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        x = self.stem(x)
        on_the_way = []  # scores of the heads, in the order in which they are met
        for name, block in self.blocks.items():
            x = block(x)
            if self.training and name in self.heads:
                on_the_way.append(self.heads[name](x))
            if name in ("3b", "4e"):  # the last module of its size
                x = self.pool(x)
        main = self.scores(self.dropout(x.mean(dim=(2, 3))))
        return (main, *on_the_way) if on_the_way else main
        ### END SOLUTION


# %% role="tests" exercise="GoogLeNet"

# %% [markdown]
# With a right answer, the next cell shows where the parameters sit. It builds the network on the `meta` device, where tensors
# have shapes and no numbers.

# %%
with suppress(NotImplementedError):
    with torch.device("meta"):
        network = GoogLeNet(aux=False)
    convolutions = sum(
        p.numel() for part in network.modules() if isinstance(part, nn.Conv2d) for p in part.parameters()
    )
    everything = sum(p.numel() for p in network.parameters())
    show.table(
        [["convolutions", convolutions], ["the linear layer", everything - convolutions], ["in all", everything]],
        header=["part", "parameters"],
    )

# %% [markdown]
# ## A written question
#
# **Where did the parameters go?** VGG-16 has 138 million parameters, 124 million of them in its linear layers. GoogLeNet ends
# with 1024 channels of 7×7 and has one linear layer. Compare what that layer costs behind a global average with what it
# would cost behind `flatten`, and say what the average gives up.

# %% [markdown] role="manual" grade_id="average-or-flatten" points=2
# Behind the average the layer has 1024·1000 weights, about one million; behind flatten it would have 49 times as many, 50
# million, seven times the whole network. The average gives up where in the picture something was found: an ear in a corner counts
# as much as one in the middle. For naming the object that is mostly a gain, since the class does not depend on the place, and
# any picture size fits. For saying where the object is, it would be a loss.

# %% [markdown]
# You now have a network that is deeper than VGG with a twentieth of its parameters. Next comes the question how to go deeper
# still: unit 09 adds the input of a block to its output.
