# %% [markdown]
# Lecture 07 walked through four networks that made history. Here you write them down, from tables:
#
# - LeNet-5, which read cheques in the 1990s;
# - AlexNet, which won ImageNet in 2012, with its two towers as groups;
# - ZFNet, which won a year later by looking more closely in its first two layers;
# - VGG, in four depths, from one function;
# - and an audit that tells where the parameters of any network sit.
#
# Nothing is trained. A check looks at your network in two ways. First it **audits** it: which layer has how many
# parameters, and which shape comes out of it. Then it puts the **same numbers** into your weights and into a reference's,
# shows both the same picture, and compares the outputs; if they differ, it says up to which layer the two agree. What you
# call your layers, and whether you use `nn.Sequential` or attributes, does not matter. All of `torch.nn` is yours to use;
# the finished networks of `torchvision.models` are not.

# %%
from contextlib import suppress

import torch
import torch.nn.functional as F
from torch import nn

from convlab import show

# %% [markdown]
# ## A tool: a network without memory
#
# AlexNet has 61 million parameters, VGG-16 has 138 million: half a gigabyte. To find out about shapes one does not need
# the numbers. On PyTorch's device `meta`, tensors have a shape and a dtype, and no contents; they cost nothing.
# The function below builds a network there, sends an empty picture through, and lists what came out of each layer. Use
# it while you work: a wrong padding is seen at once.


# %%
def layers(build, shape):
    """List every layer of the network that build() makes: kind, shape of its output, parameters."""
    rows = []

    def note(module, args, output):
        own = sum(p.numel() for p in module.parameters(recurse=False))
        rows.append([type(module).__name__, str(tuple(output.shape)), own])

    with torch.device("meta"):
        network = build()
        for module in network.modules():
            if not list(module.children()):
                module.register_forward_hook(note)
        network(torch.empty(shape))
    return rows


small = layers(lambda: nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)), (1, 1, 32, 32))
show.table(small, header=["layer", "output", "parameters"], caption="the first three layers of LeNet-5")
assert small[0][2] == 6 * (5 * 5 + 1) == 156

# %% [markdown]
# ## Exercise 1 · `LeNet5`
#
# *20 minutes · difficulty 2 of 5*
#
# | layer | what | output |
# |---|---|---|
# | input | | 1 × 32 × 32 |
# | C1 | convolution 5×5, 6 filters, then tanh | 6 × 28 × 28 |
# | S2 | average of 2×2, stride 2 | 6 × 14 × 14 |
# | C3 | convolution 5×5, 16 filters, then tanh | 16 × 10 × 10 |
# | S4 | average of 2×2, stride 2 | 16 × 5 × 5 |
# | C5 | 120 units that see all of S4, then tanh | 120 |
# | F6 | linear, 84 units, then tanh | 84 |
# | output | linear, `num_classes` units, nothing after it | 10 |
#
# Write it as a class `LeNet5(num_classes=10)`: layers in `__init__`, what happens to a picture in `forward`. All layers
# have biases. C5 may be a linear layer or a convolution: on a 5×5 input, a 5×5 convolution without padding *is* a linear
# layer.
#
# This is LeNet-5 as it is written today. The network of 1998 differs in three places: its pooling layers had a
# coefficient and a bias per map (unit 04), each filter of C3 saw only some of the six maps, and the output compared F6
# with ten stored bitmaps. Why a picture of 32×32, when digits are 28×28? So that the tips of strokes can lie in the middle
# of a 5×5 window.
#
# **By hand.** Parameters: C1 has $6 (5 \cdot 5 \cdot 1 + 1) = 156$, C3 has $16 (5 \cdot 5 \cdot 6 + 1) = 2{,}416$, C5 has
# $120 (400 + 1) = 48{,}120$, F6 has $84 \cdot 121 = 10{,}164$, the output $10 \cdot 85 = 850$. Together 61,706.
#
# <details><summary>Hint 1 · where do the 400 come from?</summary>
#
# Follow the column "output" to S4, and count the numbers that one picture has become.
#
# <details><summary>Hint 2 · from maps to a row</summary>
#
# A linear layer wants $(N, 400)$, S4 gives $(N, 16, 5, 5)$. Flatten from dimension 1 on: dimension 0 counts the pictures.
#
# <details><summary>Hint 3 · how many tanh?</summary>
#
# Four: after C1, C3, C5 and F6, and each of the first two comes *before* its pool.
#
# </details>
# </details>
# </details>

# %%
counts = [6 * (25 + 1), 16 * (25 * 6 + 1), 120 * (400 + 1), 84 * (120 + 1), 10 * (84 + 1)]
assert counts == [156, 2416, 48120, 10164, 850]
assert sum(counts) == 61706

some_maps, filters = torch.arange(3200.0).sin().reshape(8, 16, 5, 5), torch.arange(48000.0).cos().reshape(120, 16, 5, 5)
as_convolution = F.conv2d(some_maps, filters).flatten(1)
as_linear_layer = F.linear(some_maps.flatten(1), filters.flatten(1))
assert torch.allclose(as_convolution, as_linear_layer, atol=1e-3)


# %% role="solution" grade_id="LeNet5"
class LeNet5(nn.Module):
    """LeNet-5 with tanh, average pooling and all connections from 6 to 16 maps.

    Args:
        num_classes: how many logits come out

    Shape:
        (N, 1, 32, 32) → (N, num_classes)

    Example:
        >>> network = LeNet5()
        >>> tuple(network(torch.zeros(2, 1, 32, 32)).shape)
        (2, 10)
        >>> sum(p.numel() for p in network.parameters())
        61706
    """

    def __init__(self, num_classes=10):
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5),  # C1: (N, 6, 28, 28)
            nn.Tanh(),
            nn.AvgPool2d(2),  # S2: (N, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # C3: (N, 16, 10, 10)
            nn.Tanh(),
            nn.AvgPool2d(2),  # S4: (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),  # C5
            nn.Tanh(),
            nn.Linear(120, 84),  # F6
            nn.Tanh(),
            nn.Linear(84, num_classes),  # logits: the loss does the softmax
        )
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        maps = self.features(x)
        return self.classifier(maps.flatten(1))  # everything but the batch becomes one row
        ### END SOLUTION


# %% role="tests" exercise="LeNet5"

# %% [markdown]
# ## Exercise 2 · `AlexNet`
#
# *25 minutes · difficulty 3 of 5*
#
# In 2012 a graphics card had 3 GB of memory, and the network did not fit. So it was cut lengthwise into two towers, one
# per card: each card had half of the filters, and in most layers a filter saw only the maps on its own card. In PyTorch a
# cut of this kind is `groups=2`: the channels are split into two halves, and each half of the filters sees one of them.
#
# | layer | what | output |
# |---|---|---|
# | input | | 3 × 227 × 227 |
# | conv 1 | 96 filters 11×11, stride 4; ReLU, LRN, pool | 96 × 27 × 27 (55 × 55 before the pool) |
# | conv 2 | 256 filters 5×5, padding 2, **two groups**; ReLU, LRN, pool | 256 × 13 × 13 |
# | conv 3 | 384 filters 3×3, padding 1; ReLU | 384 × 13 × 13 |
# | conv 4 | 384 filters 3×3, padding 1, **two groups**; ReLU | 384 × 13 × 13 |
# | conv 5 | 256 filters 3×3, padding 1, **two groups**; ReLU, pool | 256 × 6 × 6 |
# | fc 6 | dropout 0.5, then linear, 4096 units; ReLU | 4096 |
# | fc 7 | dropout 0.5, then linear, 4096 units; ReLU | 4096 |
# | fc 8 | linear, `num_classes` units | 1000 |
#
# - *pool* is a maximum over 3×3 windows with stride 2. Windows overlap; the sizes come out without padding.
# - *LRN* is local response normalization over five neighbouring channels: `nn.LocalResponseNorm(5, alpha, beta, k)` with
#   `alpha` $= 10^{-4}$, `beta` $= 0.75$ and `k` $= 2$, handed to PyTorch as they stand. It divides a large answer by
#   something that grows with its neighbours' answers. (PyTorch divides `alpha` by the five channels and the paper's formula
#   does not; this course takes PyTorch's. VGG found LRN to be of no use, and batch normalization ended it.)
# - All layers have biases. Dropout acts in training only.
#
# Write `AlexNet(num_classes=1000)`. The class must end up with 60,965,224 parameters.
#
# **By hand.** Conv 2 has 256 filters, and each sees 48 of the 96 maps: $256 (5 \cdot 5 \cdot 48 + 1) = 307{,}456$ parameters.
# With all 96 maps it would be 614,656. Fc 6 alone has $4096 (256 \cdot 6 \cdot 6 + 1) = 37{,}752{,}832$, more than half of the whole
# network.
#
# <details><summary>Hint 1 · which cuts?</summary>
#
# Conv 2, 4 and 5. Conv 1 sees the picture, which both cards had; conv 3 is where the cards exchanged their maps.
#
# <details><summary>Hint 2 · the sizes do not fit</summary>
#
# Look at the list that `layers(AlexNet, (1, 3, 227, 227))` makes, and compare with the table from the top. The first line
# that differs is the one to mend. An error about `mat1 and mat2` means that the row after flattening is not 9216 long.
#
# <details><summary>Hint 3 · the numbers differ though the shapes are right</summary>
#
# What is in the wrong order, or has the wrong default? After conv 1 the order is convolution, ReLU, LRN, pool. And PyTorch's
# default for `k` is 1.
#
# </details>
# </details>
# </details>

# %%
assert 256 * (5 * 5 * 48 + 1) == 307_456
assert 256 * (5 * 5 * 96 + 1) == 614_656
assert 4096 * (256 * 6 * 6 + 1) == 37_752_832 > 60_965_224 / 2

fig, ax = show.canvas(17, 5.4, cell_inches=0.5)
show.words(ax, (3.4, 0.4), "groups=1: every filter sees every map", size=12)
show.words(ax, (10.8, 0.4), "groups=2: a filter sees its own half", size=12)
for left, cut in ((0.8, False), (9.3, True)):
    for row in range(4):
        card = "input" if row < 2 else "plain"
        show.box(ax, (left, 1 + row), (1.6, 0.8), f"map {row}", role=card)
        show.box(ax, (left + 4.4, 1 + row), (1.6, 0.8), f"filter {row}", role="kernel")
        for other in range(4):
            if not cut or row // 2 == other // 2:
                show.arrow(ax, (left + 1.7, 1.4 + other), (left + 4.3, 1.4 + row))
show.picture(fig, "Four maps and four filters: with one group 16 connections, with two groups 8.")


# %% role="solution" grade_id="AlexNet"
class AlexNet(nn.Module):
    """AlexNet of 2012, its two towers as groups.

    Args:
        num_classes: how many logits come out

    Shape:
        (N, 3, 227, 227) → (N, num_classes)

    Example:
        >>> with torch.device("meta"):
        ...     network = AlexNet()
        >>> sum(p.numel() for p in network.parameters())
        60965224
    """

    def __init__(self, num_classes=1000):
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4),  # (N, 96, 55, 55)
            nn.ReLU(),
            nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0),
            nn.MaxPool2d(3, stride=2),  # (N, 96, 27, 27)
            nn.Conv2d(96, 256, 5, padding=2, groups=2),  # (N, 256, 27, 27)
            nn.ReLU(),
            nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0),
            nn.MaxPool2d(3, stride=2),  # (N, 256, 13, 13)
            nn.Conv2d(256, 384, 3, padding=1),  # the cards exchange their maps
            nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),  # (N, 256, 6, 6)
        )
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, num_classes),
        )
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        maps = self.features(x)
        return self.classifier(maps.flatten(1))
        ### END SOLUTION


# %% role="tests" exercise="AlexNet"

# %% [markdown]
# With a right answer, the next cell lists your network. Look at the two columns on the right: where do the parameters sit,
# and where are the large maps?

# %%
with suppress(NotImplementedError):
    show.table(
        [row for row in layers(AlexNet, (1, 3, 227, 227)) if row[0] in ("Conv2d", "MaxPool2d", "Linear")],
        header=["layer", "output", "parameters"],
        caption="AlexNet, layer by layer (without ReLU, LRN and dropout, which have no parameters)",
    )

# %% [markdown]
# ## Exercise 3 · `ZFNet`
#
# *15 minutes · difficulty 2 of 5*
#
# Zeiler and Fergus looked at what AlexNet's first layers had learnt, and found blocky patterns: a stride of 4 skips too much.
# They made the first window smaller and its step shorter. One tower this time, and no LRN.
#
# | layer | what | output |
# |---|---|---|
# | input | | 3 × 224 × 224 |
# | conv 1 | 96 filters 7×7, stride 2, padding 1; ReLU | 96 × 110 × 110 |
# | | pool with padding 1 | 96 × 55 × 55 |
# | conv 2 | 256 filters 5×5, stride 2; ReLU | 256 × 26 × 26 |
# | | pool with padding 1 | 256 × 13 × 13 |
# | conv 3, 4, 5 | 384, 384, 256 filters 3×3, padding 1; ReLU after each | 256 × 13 × 13 |
# | | pool without padding | 256 × 6 × 6 |
# | fc 6, 7, 8 | exactly as in AlexNet, with its dropout | 1000 |
#
# Every *pool* is again a maximum over 3×3 with stride 2. Write `ZFNet(num_classes=1000)`: 62,357,608 parameters.
#
# **By hand.** Conv 1: $\lfloor (224 + 2 - 7)/2 \rfloor + 1 = 110$. One column of pixels is left over: the floor matters
# here. Then $\lfloor (110 + 2 - 3)/2 \rfloor + 1 = 55$, conv 2 gives $\lfloor (55 - 5)/2 \rfloor + 1 = 26$, and its pool
# $\lfloor (26 + 2 - 3)/2 \rfloor + 1 = 13$.
#
# <details><summary>Hint 1 · may I copy?</summary>
#
# Yes: start from your AlexNet, and go down the two tables line by line. Mark every number that differs: in conv 1, in conv 2, in
# the pools behind them, and one each in conv 4 and conv 5. Something else disappears, twice.
#
# <details><summary>Hint 2 · 54 instead of 55</summary>
#
# The first two pools have padding 1, the last has none.
#
# </details>
# </details>

# %%
assert (224 + 2 - 7) // 2 + 1 == 110
assert (110 + 2 - 3) // 2 + 1 == 55
assert (55 - 5) // 2 + 1 == 26
assert (26 + 2 - 3) // 2 + 1 == 13
assert (13 - 3) // 2 + 1 == 6


# %% role="solution" grade_id="ZFNet"
class ZFNet(nn.Module):
    """ZFNet of 2013: AlexNet with a finer first layer, in one tower.

    Args:
        num_classes: how many logits come out

    Shape:
        (N, 3, 224, 224) → (N, num_classes)

    Example:
        >>> with torch.device("meta"):
        ...     network = ZFNet()
        >>> sum(p.numel() for p in network.parameters())
        62357608
    """

    def __init__(self, num_classes=1000):
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 7, stride=2, padding=1),  # (N, 96, 110, 110)
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),  # (N, 96, 55, 55)
            nn.Conv2d(96, 256, 5, stride=2),  # (N, 256, 26, 26)
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),  # (N, 256, 13, 13)
            nn.Conv2d(256, 384, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),  # (N, 256, 6, 6)
        )
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, num_classes),
        )
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        maps = self.features(x)
        return self.classifier(maps.flatten(1))
        ### END SOLUTION


# %% role="tests" exercise="ZFNet"

# %% [markdown]
# ## Exercise 4 · `make_vgg`
#
# *25 minutes · difficulty 3 of 5*
#
# VGG is one idea, repeated: nothing but 3×3 convolutions with padding 1, in five blocks; after each block a 2×2 maximum with
# stride 2 halves the picture. The four networks differ only in how many convolutions a block has:
#
# | block | filters | A | B | D | E | output |
# |---|---|---|---|---|---|---|
# | 1 | 64 | 1 | 2 | 2 | 2 | 112 × 112 |
# | 2 | 128 | 1 | 2 | 2 | 2 | 56 × 56 |
# | 3 | 256 | 2 | 2 | 3 | 4 | 28 × 28 |
# | 4 | 512 | 2 | 2 | 3 | 4 | 14 × 14 |
# | 5 | 512 | 2 | 2 | 3 | 4 | 7 × 7 |
# | with three linear layers | | VGG-11 | VGG-13 | VGG-16 | VGG-19 | |
#
# Every convolution has a bias and is followed by a ReLU. Then come linear layers of 4096, 4096 and `num_classes` units. The first
# two are followed by a ReLU and *then* by dropout 0.5 (in AlexNet dropout stood before them). No batch normalization: it did
# not exist yet.
#
# Write the function `make_vgg(config, num_classes=1000)`. It returns a network, an `nn.Module`, for pictures of 3×224×224. Any
# `config` other than "A", "B", "D", "E" raises `ValueError` with the name in the message.
#
# **By hand.** 224 is halved five times: 112, 56, 28, 14, 7. So the first linear layer sees $512 \cdot 7 \cdot 7 = 25{,}088$ numbers
# and has $4096 \cdot 25{,}089 = 102{,}764{,}544$ parameters. VGG-16 has 138,357,544 in all.
#
# <details><summary>Hint 1 · four networks, one function</summary>
#
# The table is data. Put its columns into a dictionary, and let two nested loops make the layers: one over the blocks, one over
# the convolutions of a block.
#
# <details><summary>Hint 2 · channels</summary>
#
# The first convolution of a block takes the channels of the block before it, the others those of their own. One variable that
# holds the current number of channels, updated after each convolution, covers both cases.
#
# <details><summary>Hint 3 · a list of layers</summary>
#
# Append the layers to a list in the order in which they act, with a flattening module between the last pool and the first
# linear layer, and hand the whole list to `nn.Sequential` with a star.
#
# </details>
# </details>
# </details>

# %%
assert 224 // 2**5 == 7
assert 512 * 7 * 7 == 25_088
assert 4096 * (25_088 + 1) == 102_764_544


# %% role="solution" grade_id="make_vgg"
def make_vgg(config, num_classes=1000):
    """One of the VGG networks.

    Args:
        config: "A", "B", "D" or "E": 11, 13, 16 or 19 layers with weights
        num_classes: how many logits come out

    Returns:
        An nn.Module, (N, 3, 224, 224) → (N, num_classes).

    Raises:
        ValueError: for any other config.

    Example:
        >>> with torch.device("meta"):
        ...     network = make_vgg("D")
        >>> sum(p.numel() for p in network.parameters())
        138357544
    """
    ### BEGIN SOLUTION
    convolutions = {"A": (1, 1, 2, 2, 2), "B": (2, 2, 2, 2, 2), "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)}
    if config not in convolutions:
        raise ValueError(f"there is no VGG {config!r}; there are {', '.join(convolutions)}")

    stack, channels = [], 3
    for filters, count in zip((64, 128, 256, 512, 512), convolutions[config], strict=True):
        for _ in range(count):
            stack += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters  # from the second convolution of a block on, they agree
        stack.append(nn.MaxPool2d(2))

    stack += [nn.Flatten(), nn.Linear(channels * 7 * 7, 4096), nn.ReLU(), nn.Dropout(0.5)]
    stack += [nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4096, num_classes)]
    return nn.Sequential(*stack)
    ### END SOLUTION


# %% role="tests" exercise="make_vgg"

# %% [markdown]
# ## Exercise 5 · `parameter_audit`
#
# *15 minutes · difficulty 3 of 5*
#
# Where do the parameters sit? Write `parameter_audit(model)`, which returns a dictionary with three whole numbers:
#
# - `"conv"`: parameters (weights and biases) of `nn.Conv2d` layers, of classes derived from it too;
# - `"linear"`: those of `nn.Linear` layers;
# - `"other"`: all other parameters of the model.
#
# It must hold for any model: layers inside blocks inside blocks; parameters that a module owns by itself; a model that is one
# single layer. Each parameter counts **once**, also when two layers share it, or when one layer is used twice. Frozen parameters
# count, buffers do not: running statistics are stored, but nobody learns them. (No check asks in which of two *different*
# kinds of layer a shared parameter counts.)
#
# **By hand.** `nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))` has $4 (27 + 1) = 112$,
# $2 (16 + 1) = 34$ and $2 \cdot 4 = 8$. The eight running statistics are not among them.
#
# <details><summary>Hint 1 · all modules, at any depth</summary>
#
# `model.modules()` goes through the model itself and everything inside it, each module once. `children()` goes one level deep.
#
# <details><summary>Hint 2 · not twice</summary>
#
# `parameters()` of a block gives those of the layers within it as well, and you meet these layers again. It has an option
# that keeps it to the module's own.
#
# <details><summary>Hint 3 · shared ones</summary>
#
# Two layers with one weight are two modules. Keep a set of the parameters that you have counted (tensors can be put into a
# set: they are compared by identity there), and pass by those you know.
#
# </details>
# </details>
# </details>

# %%
example = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))
assert [sum(p.numel() for p in layer.parameters()) for layer in example] == [112, 8, 0, 34]
assert sum(b.numel() for b in example.buffers()) == 4 + 4 + 1  # means, variances, and a counter of batches


# %% role="solution" grade_id="parameter_audit"
def parameter_audit(model):
    """Count parameters by the kind of layer that owns them, each once.

    Args:
        model: any nn.Module

    Returns:
        {"conv": n, "linear": n, "other": n}

    Example:
        >>> parameter_audit(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2)))
        {'conv': 112, 'linear': 34, 'other': 8}
    """
    ### BEGIN SOLUTION
    counts = {"conv": 0, "linear": 0, "other": 0}
    seen = set()
    for module in model.modules():
        kind = "conv" if isinstance(module, nn.Conv2d) else "linear" if isinstance(module, nn.Linear) else "other"
        for parameter in module.parameters(recurse=False):  # its own: the layers within it come by themselves
            if parameter not in seen:
                seen.add(parameter)
                counts[kind] += parameter.numel()
    return counts
    ### END SOLUTION


# %% role="tests" exercise="parameter_audit"

# %% [markdown]
# Your four networks, audited: how much of each lies in its linear layers?

# %%
with suppress(NotImplementedError), torch.device("meta"):
    networks = {"LeNet-5": LeNet5(), "AlexNet": AlexNet(), "ZFNet": ZFNet(), "VGG-16": make_vgg("D")}
    audits = {name: parameter_audit(network) for name, network in networks.items()}
    shares = [100 * audit["linear"] / sum(audit.values()) for audit in audits.values()]
    fig, ax = show.figure(8, 3)
    ax.barh(list(audits), shares, color=show.colour("kernel"))
    ax.barh(list(audits), [100 - share for share in shares], left=shares, color=show.colour("plain"))
    ax.invert_yaxis()
    ax.set(xlabel="share of the parameters, %", title="coloured: linear layers; grey: convolutions")
    show.picture(fig, "In all four networks more than 85 % of the parameters lie in the linear layers.")
    assert min(shares) > 85

# %% [markdown]
# ## Two written questions
#
# **Where the cost sits.** VGG-16 has 138.4 million parameters, of which 123.6 million lie in its three linear layers. It takes
# 15.5 billion multiply–adds for one picture, of which 0.12 billion lie in the linear layers. Somebody wants the network to need
# less room on disk, somebody else wants it to be faster. Which layers should each of them change, and why are these not the same?

# %%
linear = [(25_088, 4096), (4096, 4096), (4096, 1000)]
assert round(sum(a * b + b for a, b in linear) / 1e6, 1) == 123.6
assert round(sum(a * b for a, b in linear) / 1e9, 2) == 0.12
sizes = [(3, 64, 224), (64, 64, 224), (64, 128, 112), (128, 128, 112), (128, 256, 56), (256, 256, 56), (256, 256, 56)]
sizes += [(256, 512, 28), *[(512, 512, 28)] * 2, *[(512, 512, 14)] * 3]
multiply_adds = sum(9 * a * b * side * side for a, b, side in sizes) + sum(a * b for a, b in linear)
assert round(multiply_adds / 1e9, 1) == 15.5

# %% [markdown] role="manual" grade_id="where-the-cost-sits" points=2
# Room on disk is a matter of parameters, and nine tenths of them are in the linear layers, most in the first one, which gives every
# one of 25,088 inputs its own weight for each of 4,096 units. Replacing these layers, for example by a global average and one small
# linear layer, removes most of the file. Time is a matter of multiply–adds: a weight of a linear layer is used once per picture,
# a weight of a convolution once at every position, up to 224 · 224 = 50,176 times. So the few weights of the convolutions do almost
# all of the work, and whoever wants speed has to make the early, large maps smaller, or the convolutions cheaper.

# %% [markdown]
# **Two towers.** What does `groups=2` save in a convolution, and what can the network no longer learn because of it? Why did
# AlexNet not cut its third convolution?

# %% [markdown] role="manual" grade_id="two-towers" points=2
# Each filter sees half of the channels, so its weights and its multiply–adds are halved, and in 2012 neither card had to fetch the
# other's maps. What is lost are combinations across the cut: a filter of the second half cannot react to an edge in one half
# together with a colour in the other. If every layer were cut there would be two separate networks until the first linear layer.
# The third convolution sees all maps, so what either tower has found is available to both from there on.

# %%
assert round((60_965_224 + 62_357_608 + 61_706 + 138_357_544) / 1e6) == 262

# %% [markdown]
# LeNet-5, AlexNet, ZFNet and VGG-16 together have 262 million parameters, most of them in linear layers that the next
# unit does without:
# GoogLeNet has seven million, and beats all of these.
