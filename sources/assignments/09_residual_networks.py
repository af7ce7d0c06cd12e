# %% [markdown]
# Two lines of algebra made networks of a hundred layers trainable: let a block compute $F(x)$, and hand on $F(x) + x$.
# In this assignment you build the blocks, the stages and the networks, load torchvision's weights into your own
# ResNet, and train plain and residual networks of the same depth side by side.
#
# It belongs to lecture 09. You may use all of `torch.nn`, but not the blocks and networks of `torchvision.models`
# (their weights you will port). The checks look at what a block does with given weights:
# name your layers as you like, declare them in any order, use `nn.Sequential` or attributes. What counts is which
# layers there are, what they are connected to, and that the gradient arrives.

# %%
from contextlib import suppress

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, show

# %%
fig, ax = show.canvas(21, 7.4, cell_inches=0.46)
for left, title, words in (
    (0.3, "PlainBlock", ["conv 3×3, stride", "BN, ReLU", "conv 3×3", "BN", "ReLU"]),
    (5.6, "ResidualBlock", ["conv 3×3, stride", "BN, ReLU", "conv 3×3", "BN", "+ x, ReLU"]),
    (10.9, "Bottleneck", ["conv 1×1, BN, ReLU", "conv 3×3, stride", "BN, ReLU", "conv 1×1, BN", "+ x, ReLU"]),
    (16.2, "PreActBlock", ["BN, ReLU", "conv 3×3, stride", "BN, ReLU", "conv 3×3", "+ x"]),
):
    show.words(ax, (left + 2.1, 0.5), title, bold=True, align="center")
    for row, text in enumerate(words):
        role = "output" if row == 4 else ("kernel" if "conv" in text else "plain")
        show.box(ax, (left, 1.0 + 1.3 * row), (4.2, 0.9), text, role=role)
show.picture(fig, "The four blocks of this assignment, layer by layer, from top to bottom.")

# %% [markdown]
# ## Exercise 1 · `PlainBlock`
#
# *8 minutes · difficulty 2 of 5*
#
# The block to compare with: convolution 3×3, BatchNorm, ReLU, convolution 3×3, BatchNorm, ReLU. The first convolution
# has the stride and changes the channels from `c_in` to `c_out`; both pad by 1. No convolution has a bias: the
# BatchNorm behind it would take it off again.
#
# The class attribute `expansion` says how many times wider than `c_out` the block's output is. Here it is 1; exercise 5
# uses it.
#
# **By hand.** `PlainBlock(3, 8)` has $8 \cdot 3 \cdot 9 + 8 \cdot 8 \cdot 9 = 792$ weights in its convolutions and 16 in
# each BatchNorm: 824 parameters.
#
# <details><summary>Hint 1 · how many layers?</summary>
#
# Count the parameters of your block. If there are 840 or 808: which layer is biased, shared or missing?
#
# <details><summary>Hint 2 · two BatchNorms</summary>
#
# ReLU has no weights, so one object may serve twice. A BatchNorm has weights and running statistics: make two.
#
# </details>
# </details>


# %% role="solution" grade_id="PlainBlock"
class PlainBlock(nn.Module):
    """Two 3×3 convolutions, each with BatchNorm and ReLU: (N, c_in, H, W) → (N, c_out, ⌈H/stride⌉, ⌈W/stride⌉).

    Args:
        c_in: channels of the input
        c_out: channels of the output
        stride: of the first convolution

    Example:
        >>> PlainBlock(3, 8, stride=2)(torch.zeros(2, 3, 9, 6)).shape
        torch.Size([2, 8, 5, 3])
    """

    expansion = 1

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        ### BEGIN SOLUTION
        self.branch = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(),
            nn.Conv2d(c_out, c_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
        )
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return F.relu(self.branch(x))
        ### END SOLUTION


# %% role="tests" exercise="PlainBlock"

# %% [markdown]
# ## Exercise 2 · `ResidualBlock`
#
# *15 minutes · difficulty 3 of 5*
#
# The same branch $F$, and a second way around it:
#
# $$ y = \mathrm{ReLU}\bigl(F(x) + \text{shortcut}(x)\bigr) $$
#
# * Where $F(x)$ has the shape of $x$, the shortcut is $x$ itself: no layer, no weights.
# * Where it has not, because the stride is not 1 **or** the channels change, the shortcut is a 1×1 convolution without
#   bias, with the block's stride, followed by a BatchNorm (the paper's option B).
#
# There is a ReLU between the two convolutions and one after the sum; none before it, so $F(x)$ can take something away
# from $x$ as well as add to it.
#
# **By hand.** Set $\gamma$ and $\beta$ of the last BatchNorm to 0. Then $F(x) = 0$ and the block gives
# $\mathrm{ReLU}(x)$. The check does the same. It also looks at the gradient: with a dead branch, it must still reach
# the input.
#
# <details><summary>Hint 1 · when do the shapes differ?</summary>
#
# There are two reasons. Which sizes does the stride change, and what does `c_out` change?
#
# <details><summary>Hint 2 · where to decide</summary>
#
# In `__init__` you know all three numbers, so decide there which shortcut it is. `nn.Identity()` is a layer that hands
# its input on.
#
# <details><summary>Hint 3 · the name x</summary>
#
# If `forward` reuses the name `x` for the branch's intermediate results, what is added at the end?
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="ResidualBlock"
class ResidualBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut: (N, c_in, H, W) → (N, c_out, ⌈H/stride⌉, ⌈W/stride⌉).

    Args:
        c_in: channels of the input
        c_out: channels of the output
        stride: of the first convolution, and of the shortcut's

    Example:
        >>> sum(p.numel() for p in ResidualBlock(3, 8).parameters())
        864
    """

    expansion = 1

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.shortcut = nn.Identity()
        if stride != 1 or c_in != c_out:  # x cannot be added as it is
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        h = F.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))  # no ReLU yet: F(x) may be negative
        return F.relu(h + self.shortcut(x))
        ### END SOLUTION


# %% role="tests" exercise="ResidualBlock"

# %% [markdown]
# ## Exercise 3 · `Bottleneck`
#
# *12 minutes · difficulty 3 of 5*
#
# Deep networks for photographs narrow before the expensive 3×3 convolution: 1×1 from `c_in` to `width`, 3×3 from
# `width` to `width`, 1×1 from `width` to `width · expansion`. A BatchNorm follows each convolution, a ReLU the first
# two; then the sum with the shortcut, then a ReLU. The stride is in the **3×3** convolution, as in torchvision (the paper
# has it in the first 1×1, which throws three of four pixels away unread). The shortcut follows the rule of exercise 2.
#
# **By hand.** At 256 channels and width 64 the three convolutions hold $16{,}384 + 36{,}864 + 16{,}384 = 69{,}632$
# weights. Two 3×3 convolutions at 256 channels hold 1,179,648, seventeen times as many.
#
# <details><summary>Hint 1 · what is x added to?</summary>
#
# How many channels leave the last convolution? That is the number to compare `c_in` with.
#
# <details><summary>Hint 2 · the first stage of ResNet-50</summary>
#
# There, the first block gets 64 channels, has width 64 and stride 1. Does it need a projection? (Yes.)
#
# </details>
# </details>

# %%
narrow = [256 * 64, 64 * 64 * 9, 64 * 256]
assert narrow == [16_384, 36_864, 16_384]
assert sum(narrow) == 69_632
assert 2 * 256 * 256 * 9 == 1_179_648
assert round(1_179_648 / 69_632) == 17


# %% role="solution" grade_id="Bottleneck"
class Bottleneck(nn.Module):
    """1×1 down, 3×3, 1×1 up, and a shortcut: (N, c_in, H, W) → (N, width · expansion, ⌈H/stride⌉, ⌈W/stride⌉).

    Args:
        c_in: channels of the input
        width: channels of the 3×3 convolution
        stride: of the 3×3 convolution, and of the shortcut's
        expansion: how many times wider than the middle the output is

    Example:
        >>> Bottleneck(6, 2, stride=2)(torch.zeros(1, 6, 5, 4)).shape
        torch.Size([1, 8, 3, 2])
    """

    expansion = 4

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__()
        ### BEGIN SOLUTION
        c_out = width * expansion
        self.down = nn.Sequential(nn.Conv2d(c_in, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.middle = nn.Sequential(
            nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )
        self.up = nn.Sequential(nn.Conv2d(width, c_out, 1, bias=False), nn.BatchNorm2d(c_out))
        self.shortcut = nn.Identity()
        if stride != 1 or c_in != c_out:  # compared with what comes out, not with the width
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return F.relu(self.up(self.middle(self.down(x))) + self.shortcut(x))
        ### END SOLUTION


# %% role="tests" exercise="Bottleneck"

# %% [markdown]
# ## Exercise 4 · `PreActBlock`
#
# *12 minutes · difficulty 3 of 5*
#
# In the block of exercise 2 the last ReLU stands on the shortcut's way: no number that leaves a block is negative. Move
# BatchNorm and ReLU in front of each convolution and the way is free: BN–ReLU–conv–BN–ReLU–conv, then the sum, then
# nothing.
#
# * Where the shapes agree, the shortcut is $x$, untouched.
# * Where they do not, it is a 1×1 convolution with the stride, without bias and **without** BatchNorm, of the
#   *pre-activated* input $\mathrm{ReLU}(\mathrm{BN}_1(x))$, the same that the first convolution reads.
#
# **By hand.** Set the last convolution's weights to 0: the block gives $x$ back, negative numbers too.
#
# <details><summary>Hint 1 · how many channels does the first BatchNorm see?</summary>
#
# It comes before any convolution.
#
# <details><summary>Hint 2 · which tensor goes where</summary>
#
# Give the pre-activated input a name of its own. The branch reads it; a projection reads it; an identity does not.
# `inplace=True` is safe behind a BatchNorm, but never on `x` itself.
#
# </details>
# </details>


# %% role="solution" grade_id="PreActBlock"
class PreActBlock(nn.Module):
    """BatchNorm and ReLU before each convolution: (N, c_in, H, W) → (N, c_out, ⌈H/stride⌉, ⌈W/stride⌉).

    Args:
        c_in: channels of the input
        c_out: channels of the output
        stride: of the first convolution, and of the shortcut's

    Example:
        >>> block = PreActBlock(4, 4).eval()
        >>> x = torch.full((1, 4, 2, 2), -1.0)
        >>> bool((block(x) == x).all())  # BN of −1 is negative, so ReLU leaves nothing for the branch
        True
    """

    expansion = 1

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        ### BEGIN SOLUTION
        self.bn1 = nn.BatchNorm2d(c_in)
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, padding=1, bias=False)
        self.projection = None
        if stride != 1 or c_in != c_out:
            self.projection = nn.Conv2d(c_in, c_out, 1, stride, bias=False)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        h = F.relu(self.bn1(x))
        shortcut = x if self.projection is None else self.projection(h)
        return self.conv2(F.relu(self.bn2(self.conv1(h)))) + shortcut
        ### END SOLUTION


# %% role="tests" exercise="PreActBlock"

# %% [markdown]
# ## Exercise 5 · `make_stage`
#
# *10 minutes · difficulty 2 of 5*
#
# A stage is a row of blocks at one size. Only the **first** block strides and changes the channels; all others keep
# what they get. `block` is a class; it is built as `block(c_in, c_out, stride)`, and its output has
# `c_out · block.expansion` channels. The check also hands in blocks that are not yours, with other expansions.
#
# **By hand.** `make_stage(Bottleneck, 64, 64, 3, 1)` is the first stage of ResNet-50: its blocks get 64, 256 and 256
# channels.
#
# <details><summary>Hint 1 · what does block 2 get?</summary>
#
# Follow the channels through three bottlenecks on paper. Which number is handed from block to block?
#
# <details><summary>Hint 2 · three blocks, or one block three times?</summary>
#
# A list multiplied by 3 holds the same object three times. Each block needs its own call of `block`.
#
# </details>
# </details>


# %% role="solution" grade_id="make_stage"
def make_stage(block, c_in, c_out, blocks, stride):
    """A row of blocks of which only the first strides and changes the channels.

    Args:
        block: a class, built as block(c_in, c_out, stride), with a class attribute expansion
        c_in: channels that the first block gets
        c_out: what every block is told (a Bottleneck takes it as its width)
        blocks: how many
        stride: of the first block

    Returns:
        An nn.Sequential: (N, c_in, H, W) → (N, c_out · block.expansion, ⌈H/stride⌉, ⌈W/stride⌉).
    """
    ### BEGIN SOLUTION
    layers = [block(c_in, c_out, stride)]
    for _ in range(blocks - 1):
        layers.append(block(c_out * block.expansion, c_out, 1))
    return nn.Sequential(*layers)
    ### END SOLUTION


# %% role="tests" exercise="make_stage"

# %% [markdown]
# ## Exercise 6 · `ResNetCifar`
#
# *12 minutes · difficulty 3 of 5*
#
# The family for small images: a 3×3 convolution from 3 to 16 channels with BatchNorm and ReLU; three stages of `n`
# blocks with 16, 32, 64 channels and strides 1, 2, 2; the average over height and width; a linear layer. No max-pool.
# Its depth is $6n + 2$: two convolutions a block, $3n$ blocks, the first layer and the last.
#
# Use your `make_stage`. `block` is `ResidualBlock` unless another class is handed in, perhaps one that expands. Images
# need not be 32×32.
#
# **By hand.** With $n = 3$ and projection shortcuts the network has 272,474 parameters; with the paper's option A, whose
# shortcuts have no weights, 269,722. The difference is two 1×1 convolutions and their BatchNorms:
# $16 \cdot 32 + 64 + 32 \cdot 64 + 128 = 2{,}752$.
#
# <details><summary>Hint 1 · sizes</summary>
#
# For a 32×32 image the stages work at 32, 16 and 8. Print the shape after each.
#
# <details><summary>Hint 2 · any size at the end</summary>
#
# The mean over the last two dimensions does not need to know how large they are.
#
# </details>
# </details>

# %%
assert 16 * 32 + 64 + 32 * 64 + 128 == 2_752 == 272_474 - 269_722


# %% role="solution" grade_id="ResNetCifar"
class ResNetCifar(nn.Module):
    """A network of 6n + 2 layers for small images: (N, 3, H, W) → (N, num_classes).

    Args:
        n: blocks in each of the three stages
        num_classes: scores per image
        block: the class of its blocks

    Example:
        >>> sum(p.numel() for p in ResNetCifar(3).parameters())
        272474
    """

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__()
        ### BEGIN SOLUTION
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.stages = nn.Sequential(
            make_stage(block, 16, 16, n, 1),
            make_stage(block, 16 * block.expansion, 32, n, 2),
            make_stage(block, 32 * block.expansion, 64, n, 2),
        )
        self.head = nn.Linear(64 * block.expansion, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.head(self.stages(self.stem(x)).mean((2, 3)))
        ### END SOLUTION


# %% role="tests" exercise="ResNetCifar"

# %% [markdown]
# ### The experiment: plain against residual
#
# Train your networks, once with `PlainBlock` and once with `ResidualBlock`, on scikit-learn's handwritten digits. They
# start from the same seed and see the same batches. **Predict first:** at which depth will the two training losses
# part?
#
# `DEPTHS` holds values of `n`. The run below is short, so that it fits on any CPU. Change `DEPTHS` to `(1, 5, 9)` and
# `STEPS` to 120 and wait a few minutes; with a GPU, load CIFAR-10 by `data.load("cifar10", download=True)`.

# %%
DEPTHS = (1, 5)
STEPS = 30
digits = data.load()


def losses(block, n, steps):
    """Train a network for some steps; return the loss of every step."""
    torch.manual_seed(0)
    net = ResNetCifar(n, block=block)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    made = []
    for _ in range(steps):
        chosen = torch.randint(len(digits.train_x), (64,))
        images = digits.train_x[chosen].expand(-1, 3, -1, -1)
        loss = F.cross_entropy(net(images), digits.train_y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        made.append(loss.item())
    return made


with suppress(NotImplementedError):
    fig, axes = show.figure(9, 3.2, columns=len(DEPTHS), sharey=True)
    for ax, n in zip(axes, DEPTHS, strict=True):
        for block, role, style in ((PlainBlock, "kernel", "--"), (ResidualBlock, "output", "-")):
            ax.plot(losses(block, n, STEPS), style, color=show.colour(role), label=block.__name__)
        ax.set(title=f"{6 * n + 2} layers", xlabel="step")
    axes[0].set_ylabel("training loss")
    axes[0].legend()
    show.picture(fig, "Training loss of plain and residual networks of two depths, step by step.")

# %% [markdown]
# **What did you see?** Describe your own curves: the depths you tried, and where plain and residual part. The deep plain
# network has a worse *training* loss. Why is that not overfitting, and why is it surprising, given that a deep network
# could copy a shallow one and let its other layers do nothing?

# %% [markdown] role="manual" grade_id="degradation" points=3
# With 8 layers both losses fall to about 0.1 in 30 steps, the residual network's a little earlier. With 32 layers the
# plain network has hardly begun: its loss stays above 1.9, close to the $\ln 10 = 2.3$ of guessing among ten digits. The
# residual network of the same depth is below 0.7 by then; it jumps now and then, and is no faster than its short sister.
# Overfitting means a low training error and a high test error; here the training error itself is worse, so the
# optimizer does not find a good solution. It is surprising because one exists: take the shallow network and let all
# further layers compute the identity. Plain layers of convolution, BN and ReLU find it hard to learn the identity; a
# residual block has it when its branch gives 0.

# %% [markdown]
# ## Exercise 7 · `ResNet`
#
# *15 minutes · difficulty 3 of 5*
#
# The network for photographs, in torchvision's layout: a 7×7 convolution with stride 2 and padding 3 from 3 to 64
# channels, BatchNorm, ReLU, a 3×3 max-pool with stride 2 and padding 1; four stages that are told 64, 128, 256, 512, with
# strides 1, 2, 2, 2 and as many blocks as `layers` says; the global average; a linear layer.
#
# `[2, 2, 2, 2]` of `ResidualBlock` is ResNet-18, `[3, 4, 6, 3]` of `Bottleneck` is ResNet-50. The check builds both and
# compares the shape after every layer; numbers it compares on smaller networks.
#
# <details><summary>Hint 1 · from stage to stage</summary>
#
# With bottlenecks, stage 1 gives 256 channels. What is stage 2 told about them, and what the last layer?
#
# <details><summary>Hint 2 · sizes</summary>
#
# 224 → 112 → 56 → 56 → 28 → 14 → 7. Each arrow is one line of the description above.
#
# </details>
# </details>


# %% role="solution" grade_id="ResNet"
class ResNet(nn.Module):
    """Stem, four stages, average, linear layer: (N, 3, H, W) → (N, num_classes).

    Args:
        block: the class of its blocks
        layers: four counts, the blocks in each stage
        num_classes: scores per image

    Example:
        >>> with torch.device("meta"):
        ...     net = ResNet(Bottleneck, [3, 4, 6, 3])
        >>> sum(p.numel() for p in net.parameters())
        25557032
    """

    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        ### BEGIN SOLUTION
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        stages, channels = [], 64
        for width, count, stride in zip((64, 128, 256, 512), layers, (1, 2, 2, 2), strict=True):
            stages.append(make_stage(block, channels, width, count, stride))
            channels = width * block.expansion  # what the next stage, or the last layer, gets
        self.stages = nn.Sequential(*stages)
        self.fc = nn.Linear(channels, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.fc(self.stages(self.stem(x)).mean((2, 3)))
        ### END SOLUTION


# %% role="tests" exercise="ResNet"

# %% [markdown]
# ## Exercise 8 · `port_weights`
#
# *15 minutes · difficulty 3 of 5*
#
# Your network and torchvision's have the same layers under different names. Copy every parameter **and every buffer** of
# `theirs` into `mine`, and return `mine`; then both give the same outputs, in training and in evaluation.
#
# The check hands in its own networks: `mine` holds the same layers registered in the same order as `theirs`, under names
# that you do not know. So go by order and shape, not by name. If the two do not match in number or shape, raise
# `ValueError` with the numbers before anything is copied: `mine` then stays as it was. Training `mine` afterwards must
# not change `theirs`.
#
# <details><summary>Hint 1 · which tensors?</summary>
#
# In evaluation a BatchNorm uses numbers that no optimizer changes. `parameters()` does not list them. What does?
#
# <details><summary>Hint 2 · side by side</summary>
#
# A `state_dict` keeps the order of registration. Two of them side by side pair each of your names with one of their
# tensors.
#
# <details><summary>Hint 3 · zip is polite</summary>
#
# If one list is longer, `zip` leaves its rest out and says nothing. Compare first.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="port_weights"
def port_weights(mine, theirs):
    """Copy all parameters and buffers of one network into another with the same layers in the same order.

    Args:
        mine: the network to fill
        theirs: the network to copy from; it stays as it is

    Returns:
        mine, the very object that was given.

    Raises:
        ValueError: if the tensors differ in number or in shape; nothing is copied then.
    """
    ### BEGIN SOLUTION
    own, given = mine.state_dict(), theirs.state_dict()
    if len(own) != len(given):
        raise ValueError(f"mine holds {len(own)} tensors, theirs {len(given)}")
    for (a, x), (b, y) in zip(own.items(), given.items(), strict=True):
        if x.shape != y.shape:
            raise ValueError(f"{a} has shape {tuple(x.shape)}, {b} has {tuple(y.shape)}")
    mine.load_state_dict(dict(zip(own, given.values(), strict=True)))  # copies the numbers
    return mine
    ### END SOLUTION


# %% role="tests" exercise="port_weights"

# %% [markdown]
# **Why does the order count?** Your own `ResNet` and torchvision's register their layers in the order in which
# `__init__` makes them. Suppose your block makes its shortcut before its convolutions. What would `port_weights` do with
# torchvision's ResNet-18, and how would you notice?

# %% [markdown] role="manual" grade_id="order-of-registration" points=2
# In the first block that has a projection, the 1×1 weight of the shortcut would meet theirs of the 3×3 convolution. The
# shapes differ, so ValueError is raised: that is why the shapes are compared. In blocks without a projection nothing
# is shifted. The dangerous case is two tensors of equal shape that change places, two BatchNorms for instance: no
# shape tells, and only comparing outputs on the same images does.

# %% [markdown]
# You now have the blocks that nearly every network since 2015 is made of. In lecture 09 you find what the shortcut does
# to the gradient, to the depth that a network really uses, and to the surface that the optimizer walks on.
