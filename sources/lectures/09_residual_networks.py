# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. Why does a deeper plain network get *worse on its own training data*, and why is that not overfitting?
# 2. What does adding the input to a block's output change, forwards and backwards?
# 3. What happens where shapes differ, and how many parameters does it cost?
# 4. How are ResNet-20, ResNet-18 and ResNet-50 put together, and where does the bottleneck save?
# 5. How do you prove that your network is somebody else's, layer by layer?
# 6. What do pre-activation, "ensembles of paths" and the loss surface say about why it works?
#
# **You need** lectures 03 (sizes and costs), 05 (BatchNorm) and 06 (training).
#
# **Time** 90 minutes: degradation 15 · identity 12 · gradient 15 · where shapes differ 8 · the CIFAR family 7 · bottleneck
# and ImageNet 8 · parity 7 · pre-activation 6 · paths 7 · loss surface 3 · mistakes and summary 2.

# %% tags=["skip"]
import copy

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.explore.catalogue.gradient_depth import gradient_norms
from convlab.explore.catalogue.residual_paths import gradient_shares, path_counts
from convlab.pictures.residual import draw_block, draw_family, draw_paths
from convlab.questions import erratum, predict, stated

# %% [markdown] tags=["slide"]
# ## 1. Deeper, and worse
#
# Take the 1,437 handwritten digits of lecture 06, 8×8 pixels each, and two networks that differ in depth only. Both begin
# with one convolution and end with one linear layer. Between them stand layers of ReLU, 3×3 convolution and BatchNorm, all 8
# channels wide: 18 of them in one network, 54 in the other. With weights counted, 20 layers against 56.

# %% tags=["fragment"]
predict(
    "The deep network could copy the shallow one and let its other 36 layers pass their input on. After the same 240 steps "
    "of training, which has the lower error <i>on the digits it was trained on</i>?",
    {
        "The deep one: it can express more": "It can express more. Whether gradient descent finds it is another question.",
        "They are about equal": "They would be, if the further layers found the identity. Look.",
        "The shallow one": "And on the training digits. That is why it cannot be overfitting.",
    },
    answer="The shallow one",
)


# %% tags=["live", "subslide"]
# Tower(depth, skip): a 3×3 stem to 8 channels, depth − 2 layers ReLU–conv–BN in `self.layers`, ReLU, mean, linear.
# With skip, each layer's input is added to its output, and γ starts at 0.3.
class Tower(nn.Module):
    def __init__(self, depth, skip):
        super().__init__()
        self.skip = skip
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
            )
            for _ in range(depth - 2)
        )
        self.head = nn.Linear(8, 10)
        for layer in self.layers if skip else ():
            nn.init.constant_(layer[2].weight, 0.3)  # γ: section 3 says why

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers:
            x = layer(x) + x if self.skip else layer(x)
        return self.head(F.relu(x).mean((2, 3)))


# %% [markdown] tags=["subslide"]
# Errors are measured every 60 steps on 240 training digits and on 240 test digits, each group normalised by its own
# statistics, as in training (BatchNorm's running statistics lag behind in the first steps: lecture 05).

# %% tags=["live"]
# train(depth, skip): 240 steps of SGD with momentum, a rate that falls to 0, same seed, same batches. Returns the network,
# the training losses and a history of (step, training error %, test error %). Then `runs` for the two plain networks.
digits = data.load()


def error(net, x, y):
    with torch.no_grad():
        return 100 * (copy.deepcopy(net)(x).argmax(1) != y).float().mean().item()


def train(depth, skip, steps=240):
    torch.manual_seed(0)
    net, losses, history = Tower(depth, skip), [], []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    picks = torch.Generator().manual_seed(1)
    for step in range(1, steps + 1):
        chosen = torch.randint(len(digits.train_x), (32,), generator=picks)
        loss = F.cross_entropy(net(digits.train_x[chosen]), digits.train_y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()
        losses.append(loss.item())
        if step % 60 == 0:
            seen = error(net, digits.train_x[:240], digits.train_y[:240])
            history.append((step, seen, error(net, digits.test_x[:240], digits.test_y[:240])))
    return net, losses, history


runs = {(depth, False): train(depth, False) for depth in (20, 56)}


# %% tags=["subslide"]
def draw_errors(ax, skip):
    """Training error (dashed) and test error (solid) of both depths."""
    for depth, role in ((20, "input"), (56, "kernel")):
        steps, seen, unseen = zip(*runs[depth, skip][2], strict=True)
        ax.plot(steps, seen, "--o", color=show.colour(role), markersize=5)
        ax.plot(steps, unseen, "-o", color=show.colour(role), label=f"{depth} layers")
    ax.set(xlabel="step", ylabel="error, %", ylim=(0, 100))
    ax.legend(loc="lower left" if not skip else "upper right")


fig, ax = show.figure(8.5, 3.5)
draw_errors(ax, False)
ax.set_title("plain: 56 layers are worse, in training (dashed) and in the test (solid)")
show.picture(
    fig,
    "Error of plain networks over 240 steps, training dashed, test solid: "
    "both curves of 56 layers stay far above both curves of 20.",
)

# %%
shallow, deep = (runs[depth, False][2][-1] for depth in (20, 56))
assert deep[1] > shallow[1] + 10  # training error, percentage points
assert abs(deep[1] - deep[2]) < 15  # training and test error agree: no overfitting
stated("error of a network that guesses among 10 classes, %", 100 * (1 - 1 / 10), 90)

# %% [markdown] tags=["subslide"]
# Overfitting shows as a low training error and a high test error: the dashed line falls, the solid one does not. Here the two
# lines of a colour lie together. The deep network does not remember too much; it **fails to fit**. He and others saw the same
# on CIFAR-10 with 20 and 56 layers and on ImageNet with 18 and 34, and called it *degradation* [He 2016a].
#
# ### The solution exists
#
# Perhaps 56 layers cannot do what 20 can? They can, and one need not train for the proof. Take the trained network of 20
# layers and put 36 layers into it that hand their input on: a kernel that is 0 except for a 1 in the middle of its own
# channel, and a BatchNorm that changes nothing.


# %% tags=["live"]
# passing(): a layer of the Tower that passes on what its ReLU lets through. `grown`: the trained plain network of 20 layers
# with 36 of them before its last layer. Compare both networks' outputs in evaluation mode.
def passing():
    layer = Tower(3, False).layers[0]
    nn.init.dirac_(layer[1].weight)  # 1 in the middle of its own channel, else 0
    nn.init.constant_(layer[2].weight, (1 + 1e-5) ** 0.5)  # BatchNorm divides by √(1 + ε)
    return layer


known = copy.deepcopy(runs[20, False][0]).eval()
grown = copy.deepcopy(known)
grown.layers = nn.ModuleList(
    [*known.layers[:-1], *(passing().eval() for _ in range(36)), known.layers[-1]]
)
with torch.no_grad():
    difference = (grown(digits.test_x) - known(digits.test_x)).abs().max().item()
print("layers:", len(grown.layers) + 2, " same outputs:", difference < 1e-3)

# %%
assert difference < 1e-3
stated("layers with weights", len(grown.layers) + 2, 56)

# %% [markdown]
# So there are weights with which 56 layers do exactly as well as 20. Gradient descent, from where it started, did not find
# them. That is a statement about *optimisation*, and the cure is to make those weights easy to find.

# %% [markdown] tags=["slide"]
# ## 2. Make the identity easy
#
# A further layer that is not needed should do nothing. A plain layer has to *learn* to do nothing: a particular kernel,
# a particular γ, in every channel. Let it do nothing by default, and learn the rest:

# %% tags=["fragment"]
fig, ax = show.canvas(16.4, 5.2, cell_inches=0.52)
draw_block(ax, ["conv 3×3\nBN, ReLU", "conv 3×3\nBN"], after="ReLU")
show.words(ax, (5.1, 0.45), "the branch F", role="kernel", size=12)
show.picture(
    fig,
    "A residual block: a branch of two convolutions, a line around it that carries x to the sum, a ReLU.",
)

# %% [markdown] tags=["subslide"]
# $$ y = \mathrm{ReLU}\bigl(F(x) + x\bigr) $$
#
# What the branch has to learn is the *difference* from the identity, the residual. The sum needs no weights.
#
# **By hand**, with one number for each tensor and no BatchNorm: $x = 2$, $F(x) = w_2\,\mathrm{ReLU}(w_1 x)$, $w_1 = 0.5$, $w_2 = -1$.
# Then $F = -1 \cdot \mathrm{ReLU}(1) = -1$.
#
# | | output | slope $\mathrm{d}y/\mathrm{d}x$ |
# |---|---|---|
# | plain, $\mathrm{ReLU}(F)$ | $\mathrm{ReLU}(-1) = 0$ | $0$: nothing comes back, the block is dead here |
# | residual, $\mathrm{ReLU}(F + x)$ | $\mathrm{ReLU}(-1 + 2) = 1$ | $1 + w_1 w_2 = 0.5$ |

# %% tags=["live"]
# The same with autograd: for the plain and the residual block, output and slope at x = 2, in a dictionary `by_hand`.
by_hand = {}
for name in ("plain", "residual"):
    x = torch.tensor(2.0, requires_grad=True)
    branch = -1 * F.relu(0.5 * x)
    y = F.relu(branch + x if name == "residual" else branch)
    y.backward()
    by_hand[name] = (y.item(), x.grad.item())
by_hand

# %%
assert by_hand == {"plain": (0.0, 0.0), "residual": (1.0, 0.5)}

# %% tags=["subslide"]
predict(
    "γ and β of the branch's last BatchNorm are set to 0. What does the block in the picture give?",
    {
        "0": "The branch gives 0. But something is added to it.",
        "x": "Nearly. What stands behind the sum?",
        "ReLU(x)": "F(x) = 0, so ReLU(0 + x). In our Tower no ReLU follows the sum, and x itself is left.",
    },
    answer="ReLU(x)",
)

# %% tags=["live", "subslide"]
# A residual layer of our Tower with γ = 0: `same`, whether the output equals the input.
layer = Tower(3, True).layers[0]
nn.init.zeros_(layer[2].weight)
x = torch.randn(2, 8, 5, 5)
same = bool((layer(x) + x == x).all())
print("identity:", same)

# %%
assert same
show.table(
    [
        ["plain layer", "8 kernels with a single 1 each, γ = σ, β = μ; and only where x ≥ 0"],
        ["residual layer", "γ = 0"],
    ],
    header=["to hand x on", "what the weights must be"],
)

# %% [markdown] tags=["subslide"]
# ### Plain against residual, side by side
#
# The same two depths, seeds and batches, with one addition in each layer.

# %% tags=["fragment"]
predict(
    "Four networks: 20 and 56 layers, plain and with x added. Which has the <i>highest</i> training error after 240 steps?",
    {
        "56 layers with x added: the deepest streams add up the most": (
            "The sums do grow. BatchNorm at the end of each branch keeps what is added small."
        ),
        "56 layers, plain": "As before. With x added, the same 54 layers reach an error of a few per cent.",
        "20 layers, plain": "The shallow plain network is the second worst: even 20 layers gain from the sum.",
    },
    answer="56 layers, plain",
)

# %% tags=["live", "subslide"]
# Train the two networks with x added, into `runs`. How many parameters does the addition cost?
runs |= {(depth, True): train(depth, True) for depth in (20, 56)}
counts = {key: sum(p.numel() for p in net.parameters()) for key, (net, _, _) in runs.items()}
counts

# %%
fig, axes = show.figure(10, 3.6, columns=2, sharey=True)
for ax, skip in zip(axes, (False, True), strict=True):
    draw_errors(ax, skip)
    ax.set_title("with x added" if skip else "plain")
axes[1].set_ylabel("")
show.picture(
    fig,
    "Left, plain networks: 56 layers far above 20. Right, with x added: both depths fall to a few per cent.",
)

# %%
assert counts[56, True] == counts[56, False]  # the sum is free
final = {key: history[-1] for key, (_, _, history) in runs.items()}
assert final[56, True][1] < 25 < 50 < final[56, False][1]
assert final[20, True][1] < 20
show.table(
    [
        [f"{depth} layers, {'x added' if skip else 'plain'}", counts[depth, skip]]
        + [f"{value:.0f}" for value in final[depth, skip][1:]]
        for depth, skip in runs
    ],
    header=["network", "parameters", "training error, %", "test error, %"],
)
stated("parameters of 56 layers, plain or residual", counts[56, True], 32_138)

# %% [markdown]
# One honest remark: these are small digits and 240 steps, so this is the beginning of a training, not its end. On such a
# task nobody needs 56 layers; the point is what happens to somebody who uses them.

# %% [markdown] tags=["slide"]
# ## 3. The gradient through a sum
#
# Stack three blocks whose branches each have slope 0.1: a plain stack multiplies the slopes, a residual one multiplies
# "one plus slope".

# %% tags=["live"]
# Three layers by hand: each branch has slope 0.1. `plain` is the product of slopes, `residual` that of 1 + slope.
plain = 0.1**3
residual = 1.1**3
print(f"plain {plain:.3f}, residual {residual:.3f}")

# %% [markdown]
# In general, for a block $y = x + F(x)$ and a loss $L$:
#
# $$ \frac{\partial L}{\partial x} = \frac{\partial L}{\partial y}\,\bigl(I + J_F(x)\bigr) $$
#
# $J_F$ is the matrix of the branch's slopes, and $I$ is the shortcut: whatever the branch does, the gradient that arrives at
# the top also arrives, unchanged, one block further down. In a plain network the factors are $J_F$ alone, and thirty factors of 0.7
# leave little.

# %%
stated("plain, three slopes of 0.1", plain, 0.001, digits=3)
stated("residual, three slopes of 0.1", residual, 1.331, digits=3)
stated("0.7 to the power of 30, in millionths", 1e6 * 0.7**30, 23)

# %% tags=["subslide"]
explore.gradient_depth()

# %% tags=["subslide"]
depths = [5, 10, 20, 30, 40, 50, 60]
fig, ax = show.figure(8.5, 3.3)
for kind, role, style in ((False, "kernel", "--o"), (True, "output", "-o")):
    norms = [gradient_norms(depth, 0.7, kind)[0] for depth in depths]
    name = "with shortcuts" if kind else "plain"
    ax.plot(depths, norms, style, color=show.colour(role), label=name)
ax.set_yscale("log")
ax.set(xlabel="layers", ylabel="gradient at layer 1", title="Without normalization")
ax.legend()
show.picture(
    fig,
    "Gradient at the first layer against depth: falling to nothing for plain layers, growing with shortcuts.",
)
assert gradient_norms(60, 0.7, False)[0] < 1e-6 < 1e3 < gradient_norms(60, 0.7, True)[0]

# %% [markdown]
# Note the other end: with shortcuts and *without* normalization the numbers **grow**, because every layer adds. That is
# what the BatchNorm at the end of each branch is there for, and why many start its γ at 0 or, as our Tower, small.

# %% [markdown] tags=["subslide"]
# ### But our plain network has BatchNorm
#
# So had the plain networks in the paper, and its authors already doubted that vanishing gradients were the reason for
# degradation. We can look: the gradient of each layer's weights, in the first step, on one batch.

# %% tags=["fragment"]
predict(
    "56 plain layers with BatchNorm, fresh weights. How large is the gradient of the first layer's weights, compared with that of the last layer's?",
    {
        "Much smaller: it vanishes on the way back": (
            "Without normalization it would. BatchNorm rescales every layer's output, and on the way back it multiplies."
        ),
        "About the same: BatchNorm keeps everything in size": (
            "It keeps the <i>outputs</i> in size. Backwards the factors are a little above 1, and there are 54 of them."
        ),
        "Much larger": "More than a hundred times. The gradient does not vanish in this network, it explodes.",
    },
    answer="Much larger",
)


# %% tags=["live", "subslide"]
# first_gradients(depth, skip): the norm of each layer's weight gradient in a fresh Tower, on 128 digits.
def first_gradients(depth, skip):
    torch.manual_seed(0)
    net = Tower(depth, skip)
    F.cross_entropy(net(digits.train_x[:128]), digits.train_y[:128]).backward()
    return [layer[1].weight.grad.norm().item() for layer in net.layers]


fresh = {skip: first_gradients(56, skip) for skip in (False, True)}

# %%
fig, ax = show.figure(8.5, 3.3)
for skip, role, style in ((False, "kernel", "--"), (True, "output", "-")):
    name = "with x added" if skip else "plain"
    ax.semilogy(range(1, 55), fresh[skip], style, color=show.colour(role), label=name)
ax.set(xlabel="layer (1 is nearest the input)", ylabel="norm of the gradient")
ax.set_title("56 layers with BatchNorm, first step")
ax.legend()
show.picture(
    fig,
    "Norm of the weights' gradient by layer: in the plain network it rises more than a hundredfold "
    "towards the first layer, with x added less than tenfold.",
)
growth = {skip: norms[0] / norms[-1] for skip, norms in fresh.items()}
assert growth[False] > 100 > 30 > growth[True]

# %% [markdown] tags=["subslide"]
# ### A gradient must also be believable
#
# Size is one thing. A step is only useful if the gradient still means the same a little further on. Walk in a straight line
# from one digit to another, in 200 steps, and ask at every step: by how much would the first logit change along the way?

# %% tags=["live"]
# slope_on_the_way(net): 200 points on the line from digit 0 to digit 1; the slope of the first logit along the line, and the
# mean cosine between the gradients of neighbouring points. For fresh Towers: `walks`.
line = torch.linspace(0, 1, 200).view(-1, 1, 1, 1)
start, end = digits.train_x[0], digits.train_x[1]


def slope_on_the_way(net):
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # running statistics: the mean over all batches, here one
    with torch.no_grad():
        net(digits.train_x[:512])
    net.eval()
    points = ((1 - line) * start + line * end).requires_grad_()
    (gradient,) = torch.autograd.grad(net(points)[:, 0].sum(), points)
    unit = F.normalize(gradient.flatten(1), dim=1)
    return (gradient * (end - start)).sum((1, 2, 3)), (unit[1:] * unit[:-1]).sum(1).mean()


walks = {}
for depth, skip in ((20, False), (56, False), (56, True)):
    torch.manual_seed(0)
    walks[depth, skip] = slope_on_the_way(Tower(depth, skip))

# %%
fig, axes = show.figure(10.5, 3.2, columns=3)
for ax, ((depth, skip), (slope, _)) in zip(axes, walks.items(), strict=True):
    ax.plot(line.flatten().numpy(), slope.numpy(), color=show.colour("gradient"), lw=1.4)
    ax.set_title(f"{depth} layers, {'x added' if skip else 'plain'}")
    ax.set(xlabel="way from one digit to the other")
axes[0].set_ylabel("slope of a logit")
show.picture(
    fig,
    "Slope of a logit on the way between two digits: rough for 20 plain layers, noise for 56 plain layers, "
    "a smooth line for 56 layers with x added.",
)
show.table(
    [
        [f"{depth} layers, {'x added' if skip else 'plain'}", f"{cosine:.2f}"]
        for (depth, skip), (_, cosine) in walks.items()
    ],
    header=["fresh network", "cosine between neighbours' gradients"],
)
assert walks[56, False][1] < 0.3 < 0.6 < walks[20, False][1]
assert walks[56, True][1] > 0.95

# %% [markdown]
# In the deep plain network, the gradients at two points half a per cent apart have nothing to do with each other. It is like walking
# downhill with a compass that is turned at random after each step. Balduzzi and others [2017] call such gradients *shattered*.
# With x added, 56 layers give a gradient that can be followed.

# %% [markdown] tags=["slide"]
# ## 4. Where shapes differ
#
# At a stage's first block the picture halves and the channels double; $x$ no longer fits $F(x)$. Two ways:
#
# * **option A**: take every second pixel, fill the new channels with zeros. No weights.
# * **option B**: a 1×1 convolution with the stride, and a BatchNorm.

# %% tags=["subslide"]
fig, ax = show.canvas(20, 5.8, cell_inches=0.48)
values = torch.arange(1, 17).view(4, 4)
kept = {(i, j) for i in (0, 2) for j in (0, 2)}
show.words(ax, (0.3, 0.5), "x: 1 channel, 4×4", role="input")
show.number_grid(ax, values, at=(0.3, 1), highlight=kept)
show.words(ax, (6.5, 0.5), "option A: 2 channels, 2×2", role="output")
show.number_grid(ax, values[::2, ::2], at=(6.5, 1.5), role="output")
show.number_grid(ax, torch.zeros(2, 2, dtype=torch.int64), at=(9.5, 1.5), role="plain")
show.words(ax, (13.8, 0.5), "option B, w = (2, −1)", role="output")
show.number_grid(ax, 2 * values[::2, ::2], at=(13.8, 1.5), role="output")
show.number_grid(ax, -values[::2, ::2], at=(16.8, 1.5), role="output")
show.picture(
    fig,
    "Option A keeps four of sixteen pixels and pads a channel of zeros; option B weighs the same four pixels.",
)

# %% tags=["fragment"]
predict(
    "What share of x's pixels does a 1×1 convolution with stride 2 read?",
    {
        "All of them": "A 3×3 with stride 2 does. A window of 1×1 that moves by 2 steps over three of four pixels.",
        "A half": "Every second one in each direction, and there are two directions.",
        "A quarter": "The same pixels as option A. The branch, with its 3×3, reads them all.",
    },
    answer="A quarter",
)

# %% tags=["live", "subslide"]
# The same four pixels by slicing and by a strided 1×1 convolution: `sliced`, `convolved`.
picture = values[None, None].float()
sliced = picture[:, :, ::2, ::2]
convolved = F.conv2d(picture, torch.tensor([2.0, -1.0]).view(2, 1, 1, 1), stride=2)
print(sliced.flatten().tolist(), convolved.flatten().tolist())

# %%
assert sliced.flatten().tolist() == [1, 3, 9, 11]
assert convolved.flatten().tolist() == [2, 6, 18, 22, -1, -3, -9, -11]
stated("parameters of option B from 16 to 32 channels", 16 * 32 + 2 * 32, 576)
stated("from 32 to 64 channels", 32 * 64 + 2 * 64, 2_176)

# %% [markdown]
# Everywhere else the shortcut must stay what it is: free of weights. Whoever projects in every block gives up the 1 in the
# gradient, and pays for it with parameters.

# %% [markdown] tags=["slide"]
# ## 5. The family of depth 6n + 2
#
# For CIFAR-10's pictures of 32×32 pixels: a 3×3 convolution to 16 channels, three stages of $n$ blocks with 16, 32, 64
# channels, the average over all places, a linear layer. No max pool, one linear layer, no dropout.

# %% tags=["fragment"]
fig, ax = show.canvas(23.2, 6.6, cell_inches=0.44)
draw_family(ax)
show.words(
    ax, (0.4, 0.7), "n = 3. Arcs: shortcuts; dashed: shapes differ", role="input", size=12
)
show.picture(
    fig,
    "A first layer, three stages of three blocks with two convolutions each and an arc over each block, mean, linear.",
)

# %% tags=["fragment"]
predict(
    "n = 3: how deep is the network, counting convolutions of the branches, the first layer and the last?",
    {
        "11": "A block has two convolutions.",
        "18": "3 stages of 3 blocks of 2. Count the first layer and the last too.",
        "20": "3 · 3 · 2 + 2, which is 6n + 2. Projections are not counted: no signal needs to pass both.",
    },
    answer="20",
)


# %% tags=["subslide"]
def family(n, projected):
    """Parameters of the network with n blocks a stage: option B, or option A whose shortcuts have none."""
    total = 3 * 16 * 9 + 2 * 16 + 64 * 10 + 10
    c_in = 16
    for c in (16, 32, 64):
        for _ in range(n):
            total += (c_in + c) * c * 9 + 4 * c
            total += c_in * c + 2 * c if projected and c_in != c else 0
            c_in = c
    return total


rows = [[n, 6 * n + 2, family(n, False), family(n, True)] for n in (3, 5, 7, 9, 18)]
show.table(
    rows,
    header=["n", "layers", "parameters, option A", "option B"],
    caption="Three stages: 16, 32, 64 channels.",
)
stated("ResNet-20, option A", family(3, False), 269_722)
stated("ResNet-20, option B", family(3, True), 272_474)
stated("the two projections", family(3, True) - family(3, False), 576 + 2_176)

# %%
fig, (left, right) = show.figure(10, 3.4, columns=2)
left.plot(
    [row[1] for row in rows], [row[2] / 1e6 for row in rows], "-o", color=show.colour("output")
)
for row in rows:
    place = (row[1], row[2] / 1e6)
    left.annotate(f"{place[1]:.2f}", place, xytext=(4, -14), textcoords="offset points")
left.set(xlabel="layers", ylabel="parameters, millions", xlim=(10, 126), ylim=(0, 1.95))
left.set_title("depth is cheap in a narrow network")
stage_work = [6 * (9 * c * c) * side**2 / 1e6 for c, side in ((16, 32), (32, 16), (64, 8))]
stage_size = [6 * 9 * c * c / 1e3 for c in (16, 32, 64)]
right.bar([0, 2, 4], stage_work, color=show.colour("output"), label="multiply–adds, millions")
right.bar([1, 3, 5], stage_size, color=show.colour("kernel"), label="weights, thousands")
right.set_xticks([0.5, 2.5, 4.5], ["stage 1", "stage 2", "stage 3"])
right.set(title="stages: equal work, unequal weights", ylim=(0, 300))
right.legend(loc="upper left")
show.picture(
    fig,
    "Left: parameters grow in a line with depth, 0.27 million at 20 layers, 1.73 at 110. Right: each stage of "
    "ResNet-20 costs the same multiply-adds, and four times the weights of the one before.",
)
stated("ResNet-110, option A, million parameters", family(18, False) / 1e6, 1.73, digits=2)
assert stage_work[0] == stage_work[1] == stage_work[2]  # six full convolutions of each stage

# %% tags=["subslide"]
erratum(
    "One source trains ResNets with weight decay 1e-5. The paper uses 1e-4. The cell below shows what the difference does to "
    "a weight that gets no gradient."
)

# %%
kept_strong, kept_weak = ((1 - 0.1 * decay) ** 60_000 for decay in (1e-4, 1e-5))
stated("left of it after 60,000 steps at rate 0.1, decay 1e-4", kept_strong, 0.55, digits=2)
stated("the same with decay 1e-5", kept_weak, 0.94, digits=2)

# %% [markdown] tags=["slide"]
# ## 6. The bottleneck, and networks for photographs
#
# A 3×3 convolution at 256 channels is dear. A bottleneck narrows to 64 by 1×1, convolves there, and widens again: the idea of
# lecture 08, inside a residual block.

# %% tags=["fragment"]
fig, ax = show.canvas(24, 5.2, cell_inches=0.46)
draw_block(
    ax,
    ["conv 1×1, 64\nBN, ReLU", "conv 3×3, 64\nBN, ReLU", "conv 1×1, 256\nBN"],
    after="ReLU",
    shortcut="x itself, 256 channels",
)
show.picture(
    fig, "A bottleneck block: 1×1 to 64 channels, 3×3 at 64, 1×1 to 256, plus x, ReLU."
)

# %% tags=["fragment"]
predict(
    "Two 3×3 convolutions at 256 channels against one bottleneck 256 → 64 → 64 → 256: how many times fewer weights?",
    {
        "4 times": "That is the channels alone, and the 3×3 has fewer on both of its sides.",
        "17 times": "2 · 9 · 256² = 1,179,648 against 256 · 64 + 9 · 64² + 64 · 256 = 69,632.",
        "32 times": "One 3×3 at 64 against two at 256 would be that. The two 1×1 convolutions cost almost as much as it does.",
    },
    answer="17 times",
)

# %% tags=["subslide"]
bars = {"3×3, 3×3": [9 * 256**2] * 2, "bottleneck": [256 * 64, 9 * 64**2, 64 * 256]}
fig, ax = show.figure(8.5, 2.6)
for place, parts in enumerate(bars.values()):
    left = 0
    for part in parts:
        ax.barh(place, part / 1e3, left=left, color=show.colour("kernel"), edgecolor="white")
        left += part / 1e3
    ax.text(left + 12, place, f"{left:,.0f}", va="center")
ax.set_yticks([0, 1], list(bars))
ax.set(xlabel="weights, thousands", title="256 channels in, 256 channels out", xlim=(0, 1330))
show.picture(
    fig,
    "Two bars: 1,180 thousand weights for two 3×3 convolutions, 70 thousand for a bottleneck.",
)
stated("weights of the two 3×3 convolutions", sum(bars["3×3, 3×3"]), 1_179_648)
stated("weights of the bottleneck", sum(bars["bottleneck"]), 69_632)
stated("times fewer", sum(bars["3×3, 3×3"]) / sum(bars["bottleneck"]), 17)
stated("if only the 3×3 counted", sum(bars["3×3, 3×3"]) / (9 * 64**2), 32)

# %% tags=["live", "subslide"]
# torchvision's five ResNets on the meta device: a dictionary `nets` by depth; parameters without memory, in `sizes`.
from torchvision import models

depths = (18, 34, 50, 101, 152)
with torch.device("meta"):
    nets = {depth: getattr(models, f"resnet{depth}")() for depth in depths}
sizes = {depth: sum(p.numel() for p in net.parameters()) for depth, net in nets.items()}
sizes


# %%
def multiply_adds(net):
    """Of all convolutions and linear layers, for one picture of 224×224, on the meta device."""
    found = []

    def note(module, _, output):
        fan_in = module.weight[0].numel()
        found.append(fan_in * output[0].numel())

    counted = (nn.Conv2d, nn.Linear)
    hooks = [m.register_forward_hook(note) for m in net.modules() if isinstance(m, counted)]
    net(torch.empty(1, 3, 224, 224, device="meta"))
    for hook in hooks:
        hook.remove()
    return sum(found)


work = {depth: multiply_adds(net) / 1e9 for depth, net in nets.items()}
blocks = {
    depth: [len(getattr(net, f"layer{i}")) for i in (1, 2, 3, 4)] for depth, net in nets.items()
}
show.table(
    [
        [
            f"ResNet-{depth}",
            "two 3×3" if depth < 50 else "bottleneck",
            " ".join(map(str, blocks[depth])),
            sizes[depth],
            f"{work[depth]:.1f}",
        ]
        for depth in depths
    ],
    header=[
        "network",
        "block",
        "blocks in the four stages",
        "parameters",
        "multiply–adds, billions",
    ],
)
for depth in depths:  # the depth in the name
    assert depth == 2 + (2 if depth < 50 else 3) * sum(blocks[depth])
stated("ResNet-18, parameters", sizes[18], 11_689_512)
stated("ResNet-50, parameters", sizes[50], 25_557_032)
stated("ResNet-152, parameters", sizes[152], 60_192_808)
stated("ResNet-50, multiply–adds, billions", work[50], 4.1, digits=1)
stated("ResNet-152, multiply–adds, billions", work[152], 11.5, digits=1)

# %% [markdown]
# ResNet-152 has eight times as many layers as VGG-19 and does less work: 11.5 billion multiply–adds against 19.6 (lecture
# 07). Its stem (7×7 with stride 2, max pool) leaves 56×56 of 224×224 before the first block; then the stages halve the picture:

# %%
stages = [
    ("stem: 7×7/2", 112, 64),
    ("max pool 3×3/2, stage 1", 56, 256),
    ("stage 2", 28, 512),
    ("stage 3", 14, 1024),
    ("stage 4", 7, 2048),
]
show.table(
    [[name, f"{size}×{size}", channels] for name, size, channels in stages],
    header=["ResNet-50", "size", "channels"],
)
with torch.device("meta"):
    h = nets[50].conv1(torch.zeros(1, 3, 224, 224))
    assert h.shape == (1, 64, 112, 112)
    h = nets[50].maxpool(h)
    for number, (_, size, channels) in enumerate(stages[1:], 1):
        h = getattr(nets[50], f"layer{number}")(h)
        assert h.shape == (1, channels, size, size)
stated("ResNet-152 : VGG-19, layers", 152 / 19, 8)
with torch.device("meta"):
    stated(
        "VGG-19, multiply–adds, billions", multiply_adds(models.vgg19()) / 1e9, 19.6, digits=1
    )

# %% [markdown] tags=["slide"]
# ## 7. Is it the same network? Parity, layer by layer
#
# In the assignment you carry torchvision's weights into your own ResNet. "The outputs are nearly the same" proves little, and
# "they differ" says little about where. So compare after *every* block: the first block that differs holds the fault. Two
# faults that load without any error message:
#
# * **stride in the other convolution.** The paper strides in the bottleneck's first 1×1, torchvision in its 3×3. Same shapes,
#   same parameters.
# * **buffers forgotten.** Copying `parameters()` leaves BatchNorm's running means and variances behind.

# %% tags=["fragment"]
predict(
    "Somebody ports all parameters, forgets the buffers, and compares both networks in <i>training</i> mode. What is seen?",
    {
        "Every block differs, from the first BatchNorm on": "In evaluation mode, yes. Which statistics does training mode use?",
        "Nothing: the outputs agree": (
            "Training mode normalises by the batch and does not look at the buffers. The fault shows in evaluation, after the "
            "deadline. Compare in both modes."
        ),
        "An error about missing keys": "<code>load_state_dict</code> would report that. A loop over parameters does not.",
    },
    answer="Nothing: the outputs agree",
)


# %% tags=["live", "subslide"]
# by_block(net, x): the output of the stem, of every block and of the last layer of a torchvision ResNet, in a dictionary.
# `theirs` is a ResNet-50 with fresh weights and running statistics from one batch `x`; `wrong` holds two faulty copies.
def by_block(net, x):
    found = {}

    def keep(name):
        return lambda module, inputs, output: found.update({name: output})

    places = {"stem": net.maxpool, "linear": net.fc}
    for stage in (1, 2, 3, 4):
        for number, block in enumerate(getattr(net, f"layer{stage}")):
            places[f"{stage}.{number}"] = block
    hooks = [module.register_forward_hook(keep(name)) for name, module in places.items()]
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return found


torch.manual_seed(0)
theirs = models.resnet50()
x = torch.randn(4, 3, 64, 64)
for module in theirs.modules():
    if isinstance(module, nn.BatchNorm2d):
        module.momentum = None  # running statistics: the mean over all batches, here one
with torch.no_grad():
    theirs.train()(x)
wrong = {"stride in the 1×1": copy.deepcopy(theirs), "buffers forgotten": copy.deepcopy(theirs)}
for stage in (2, 3, 4):
    first = getattr(wrong["stride in the 1×1"], f"layer{stage}")[0]
    first.conv1.stride, first.conv2.stride = (2, 2), (1, 1)
for module in wrong["buffers forgotten"].modules():
    if isinstance(module, nn.BatchNorm2d):
        module.reset_running_stats()

# %%
apart = {}
for name, mine in wrong.items():
    for training in (False, True):
        a, b = (by_block(copy.deepcopy(net).train(training), x) for net in (mine, theirs))
        apart[name, training] = {
            key: ((a[key] - b[key]).norm() / b[key].norm()).item() for key in b
        }
fig, ax = show.figure(9.5, 3.6)
for (name, mark), role in zip(
    (("stride in the 1×1", "s--"), ("buffers forgotten", "o-")),
    ("kernel", "input"),
    strict=True,
):
    found = {key: max(value, 1e-5) for key, value in apart[name, False].items()}
    ax.plot(list(found), list(found.values()), mark, color=show.colour(role), label=name)
ax.set(ylabel="relative difference", ylim=(5e-6, 100), yscale="log")
ax.set_title("evaluation mode: where does it begin? (0.00001 stands for 0)")
ax.tick_params(axis="x", rotation=60)
ax.legend()
show.picture(
    fig,
    "Relative difference after each block of ResNet-50: with the stride moved, 0 up to block 1.2 and large from 2.0 on; "
    "with buffers forgotten, large from the stem on.",
)

# %%
moved, forgotten = (apart[name, False] for name in wrong)
first_wrong = next(key for key, value in moved.items() if value > 1e-3)
print("the moved stride shows first in block", first_wrong)
assert first_wrong == "2.0"
assert forgotten["stem"] > 0.1
assert max(apart["buffers forgotten", True].values()) < 1e-4  # training mode sees nothing
stated("blocks that agree before it, with the stem", list(moved).index(first_wrong), 4)

# %% [markdown] tags=["slide"]
# ## 8. Pre-activation: a free way
#
# Look at the block once more. Its shortcut is free, and then a ReLU stands in the way of the sum. Move BatchNorm and ReLU in
# front of the convolutions, and nothing stands in the way any more [He 2016b]:

# %% tags=["fragment"]
fig, ax = show.canvas(16.6, 9.6, cell_inches=0.5)
draw_block(ax, ["conv 3×3\nBN, ReLU", "conv 3×3\nBN"], after="ReLU")
draw_block(ax, ["BN, ReLU\nconv 3×3", "BN, ReLU\nconv 3×3"], at=(0.3, 5.6))
show.words(ax, (0.3, 0.4), "2015", bold=True)
show.words(ax, (0.3, 5.0), "2016, pre-activation", bold=True)
show.picture(
    fig,
    "Above, convolution, BN, ReLU and a ReLU after the sum; below, BN and ReLU before each convolution and nothing after the sum.",
)

# %% tags=["fragment"]
predict(
    "A negative number enters ten blocks in a row whose branches all give 0. What is left of it in each design?",
    {
        "It passes through both": "Above, a ReLU follows each sum.",
        "0 above, itself below": "The first ReLU above makes it 0. Below there is nothing on its way.",
        "itself above, 0 below": "Below, BatchNorm and ReLU stand in the branch, not on the shortcut.",
    },
    answer="0 above, itself below",
)

# %% [markdown] tags=["subslide"]
# Written out over many blocks, from the $l$-th to the $L$-th:
#
# $$ x_L = x_l + \sum_{i=l}^{L-1} F_i(x_i) \qquad\qquad
#    \frac{\partial L}{\partial x_l} = \frac{\partial L}{\partial x_L}\Bigl(I + \frac{\partial}{\partial x_l}\sum_{i=l}^{L-1} F_i(x_i)\Bigr) $$
#
# Between any two blocks there is a sum, not a product. With a ReLU behind each sum that is not true; and since nothing negative
# leaves a block, the stream can only be pushed up:

# %%
torch.manual_seed(0)
post = pre = torch.randn(4000)
means = {"ReLU after the sum": [], "pre-activation": []}
for _ in range(30):
    step = 0.3 * torch.randn(4000)
    post, pre = F.relu(post + step), pre + step
    means["ReLU after the sum"].append(post.mean().item())
    means["pre-activation"].append(pre.mean().item())
fig, ax = show.figure(8.5, 3.1)
looks = (("kernel", "--"), ("output", "-"))
for (name, mean), (role, style) in zip(means.items(), looks, strict=True):
    ax.plot(range(1, 31), mean, style, color=show.colour(role), label=name)
ax.set(xlabel="block", ylabel="mean of the stream")
ax.set_title("random branches: one stream drifts up, one does not")
ax.legend()
show.picture(
    fig,
    "The mean of the stream over 30 blocks rises with ReLU after the sum and stays at 0 with pre-activation.",
)
assert means["ReLU after the sum"][-1] > 1 > 0.2 > abs(means["pre-activation"][-1])

# %% [markdown] tags=["slide"]
# ## 9. A bundle of paths
#
# Three blocks, each with a fork: through the branch or around it. Eight ways lead from the input to the output:

# %% tags=["fragment"]
fig, ax = show.canvas(14.2, 8, cell_inches=0.46)
draw_paths(ax)
show.picture(
    fig,
    "Eight rows: one path around all branches, three through one branch, three through two, one through all three.",
)

# %% [markdown]
# As a formula, for linear branches: $(1 + F_1)(1 + F_2)(1 + F_3)$ multiplied out has eight terms. With 54 blocks there are
# $2^{54}$. Veit and others [2016] looked at which of them matter.

# %% tags=["subslide"]
explore.residual_paths()

# %% tags=["live", "subslide"]
# Paths of three blocks by length: `lengths`. And the gradient's mean path through 54 blocks at factor 0.4: `mean_length`.
lengths = path_counts(3)
mean_length = sum(k * share for k, share in enumerate(gradient_shares(54, 0.4)))
print(lengths, round(mean_length, 1))

# %%
assert lengths == [1, 3, 3, 1]
assert sum(path_counts(54)) == 2**54
stated("mean length of the gradient's paths, of 54", mean_length, 15.4, digits=1)

# %% [markdown] tags=["subslide"]
# If that picture is right, a residual network should survive the loss of a layer: half of its paths are left. A plain network
# has one path. Take our trained networks and remove one layer of each:


# %%
def without(net, removed):
    """Error on 180 test digits, %, when layers are taken out: a plain layer is bridged, a residual branch dropped."""
    cut = copy.deepcopy(net).eval()
    cut.layers = nn.ModuleList(x for i, x in enumerate(cut.layers) if i not in removed)
    with torch.no_grad():
        answers = cut(digits.test_x[:180]).argmax(1)
    return 100 * (answers != digits.test_y[:180]).float().mean().item()


looks = {
    (20, False): ("kernel", "s--", "plain, 20"),
    (56, True): ("output", "o-", "x added, 56"),
}
cuts = {key: [without(runs[key][0], {i}) for i in range(key[0] - 2)] for key in looks}
fig, ax = show.figure(8.5, 3.3)
for key, (role, mark, name) in looks.items():
    whole = without(runs[key][0], set())
    label = f"{name} layers (whole: {whole:.0f} %)"
    ax.plot(range(1, key[0] - 1), cuts[key], mark, color=show.colour(role), label=label)
ax.set(xlabel="layer that is taken out", ylabel="test error, %", ylim=(0, 105))
ax.legend(loc="center right")
show.picture(
    fig,
    "Without any one of its layers the plain network guesses; "
    "the one with shortcuts goes on without most of its 54.",
)
assert sorted(cuts[20, False])[9] > 60  # plain: the median over the layers
assert sorted(cuts[56, True])[27] < 35  # with x added

# %% [markdown]
# The first layers are missed, the later ones hardly: they refine. What the stream carries after twenty layers is nearly the
# answer, and each further branch adds a small correction to it.

# %% [markdown] tags=["slide"]
# ## 10. The surface that the optimizer walks on
#
# Section 3 looked at the slope along a way between two pictures. One can also walk between *weights*. Start from the trained
# ones, take a random direction, scale each filter's step to the filter's own length [Li 2018], and look at the training loss.


# %%
def slice_of_loss(net, distances):
    """Training loss along one random direction, scaled filter by filter; BatchNorm uses the batch's statistics."""
    generator = torch.Generator().manual_seed(3)
    start = [p.detach().clone() for p in net.parameters()]
    steps = []
    for p in start:
        d = torch.randn(p.shape, generator=generator)
        rows = p.reshape(len(p), -1).norm(dim=1) / d.reshape(len(p), -1).norm(dim=1)
        rows = rows if p.ndim > 1 else torch.zeros(len(p))
        steps.append(d * rows.view(-1, *[1] * (p.ndim - 1)))
    walker, losses = copy.deepcopy(net).train(), []
    with torch.no_grad():
        for t in distances:
            for p, s, d in zip(walker.parameters(), start, steps, strict=True):
                p.copy_(s + t * d)
            loss = F.cross_entropy(walker(digits.train_x[:256]), digits.train_y[:256])
            losses.append(loss.item())
    return losses


distances = torch.linspace(-1, 1, 17).tolist()
slices = {key: slice_of_loss(runs[key][0], distances) for key in ((56, False), (56, True))}

# %%
fig, ax = show.figure(8.5, 3.2)
for (key, losses), role, style in zip(
    slices.items(), ("kernel", "output"), ("s--", "o-"), strict=True
):
    name = "with x added" if key[1] else "plain"
    ax.plot(distances, losses, style, color=show.colour(role), label=f"56 layers, {name}")
ax.set(xlabel="step, in lengths of the filters", ylabel="training loss", ylim=(0, None))
ax.legend(loc="upper center")
show.picture(
    fig,
    "Training loss along one random direction: a plateau for the plain network, a bowl with x added.",
)
assert slices[56, True][8] < 0.5 * slices[56, False][8]
assert min(slices[56, True]) == min(slices[56, True][6:11])

# %% [markdown]
# With x added there is a bowl, and training has found its bottom. Without, there is no valley in sight: wherever one looks, the loss is
# about as high as where one stands. It is one direction out of 32,138, through small networks: a look, not a proof. Li and others drew
# such surfaces in two directions for networks trained on CIFAR-10. Their plain network of 20 layers has a bowl, the one of 56
# layers a jagged landscape, and with shortcuts the bowl comes back.

# %% [markdown] tags=["slide"]
# ## 11. What people get wrong, and what it looks like

# %%
torch.manual_seed(1)
x = torch.randn(400)
f = 0.5 * torch.randn(400)
blocks_drawn = {
    "right: ReLU(F + x)": F.relu(f + x),
    "no shortcut: ReLU(F)": F.relu(f),
    "sum too late: ReLU(F) + x": F.relu(f) + x,
    "last ReLU missing: F + x": f + x,
}
fig, axes = show.figure(10, 5.8, rows=2, columns=2, sharex=True, sharey=True)
for ax, (name, y) in zip(axes.flat, blocks_drawn.items(), strict=True):
    role = "output" if "right" in name else "kernel"
    ax.scatter(x.numpy(), y.numpy(), s=9, color=show.colour(role))
    ax.set_title(name)
for ax in axes[1]:
    ax.set_xlabel("input x")
for ax in axes[:, 0]:
    ax.set_ylabel("output")
show.picture(
    fig,
    "Output against input of four blocks: without a shortcut the cloud ignores x; with the sum too late or the last "
    "ReLU missing, negative numbers come out.",
)
lowest = {name: y.min().item() for name, y in blocks_drawn.items()}
assert lowest["right: ReLU(F + x)"] == 0 > max(list(lowest.values())[2:])

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | trains like a plain network | shortcut missing, or the name `x` reused | γ = 0 in the last BatchNorm: is ReLU(x) left? |
# | right outputs, poor training | shortcut detached | branch dead: does the gradient reach the input? |
# | negative outputs | last ReLU missing, or sum after it | look at the minimum |
# | error at the first block of a stage | projection missing, or without the stride | stride 2, odd sizes |
# | error in ResNet-50 only | shortcut chosen by the stride alone | 64 → 256 channels at stride 1 |
# | too many parameters | projection everywhere, biases before BatchNorm | count: 272,474 for ResNet-20 |
# | good in training, bad in evaluation | buffers not ported | compare block by block, in both modes |
# | right shapes and parameters, other outputs | stride in the bottleneck's 1×1 | which block differs first? |

# %% [markdown] tags=["slide"]
# ## Summary
#
# * Degradation is a failure of *training*: the deep plain network is worse on its own training data, though weights that would make
#   it as good as the shallow one exist, and can be written down.
# * $F(x) + x$ makes the identity the easiest thing to learn: the branch gives 0. The sum costs no parameter.
# * Backwards, each block multiplies by $I + J_F$ instead of $J_F$. Without normalization the plain product vanishes; with BatchNorm it
#   explodes and is shattered. The sum keeps it believable.
# * Where shapes differ, option A pads (269,722 parameters in ResNet-20), option B projects (272,474).
# * Depth of the CIFAR family: $6n + 2$. A bottleneck at 256 channels needs 69,632 weights instead of 1,179,648.
# * Parity is proved block by block and in both modes: the first block that differs holds the fault.
# * Pre-activation keeps the shortcut free from the first block to the last.
# * $n$ blocks are $2^n$ paths; most of the gradient comes through the short ones, and a layer can be missed.
#
# **Now you:** in assignment 09 you write the four blocks, the stages and both networks, port torchvision's weights into
# yours, and train plain against residual at depths that you choose.
#
# ## References
#
# * K. He, X. Zhang, S. Ren, J. Sun, *Deep residual learning for image recognition*, CVPR 2016,
#   [arXiv:1512.03385](https://arxiv.org/abs/1512.03385): degradation, the block, both families [He 2016a].
# * K. He, X. Zhang, S. Ren, J. Sun, *Identity mappings in deep residual networks*, ECCV 2016,
#   [arXiv:1603.05027](https://arxiv.org/abs/1603.05027): pre-activation [He 2016b].
# * A. Veit, M. Wilber, S. Belongie, *Residual networks behave like ensembles of relatively shallow networks*, NIPS 2016,
#   [arXiv:1605.06431](https://arxiv.org/abs/1605.06431): paths, and layers taken out.
# * D. Balduzzi and others, *The shattered gradients problem: if resnets are the answer, then what is the question?*, ICML 2017,
#   [arXiv:1702.08591](https://arxiv.org/abs/1702.08591): gradients that look like noise.
# * H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, *Visualizing the loss landscape of neural nets*, NeurIPS 2018,
#   [arXiv:1712.09913](https://arxiv.org/abs/1712.09913): steps scaled filter by filter.
