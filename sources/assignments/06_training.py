# %% [markdown]
# A network that is defined is not yet a network that learns. This assignment builds everything around it: the small
# network of the lecture, its first weights, the step of the optimizer, the pictures it sees, the loop, the exam, and
# the learning rate's schedule. At the end you put the parts together and train on real handwritten digits, in seconds,
# on a CPU.
#
# It belongs to lecture 6, *Training a small network*.

# %%
from contextlib import suppress

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from convlab import data, show

# %% [markdown]
# ## Exercise 1 · `SimpleCNN`
#
# *15 minutes · difficulty 2 of 5*
#
# Two blocks and a linear layer, for grey pictures of 28×28:

# %%
rows = [
    ["convolution 5×5, 1 → 16, padding 2", "(N, 16, 28, 28)", 1 * 16 * 25 + 16],
    ["batch norm, ReLU, max-pool 2", "(N, 16, 14, 14)", 2 * 16],
    ["convolution 5×5, 16 → 32, padding 2", "(N, 32, 14, 14)", 16 * 32 * 25 + 32],
    ["batch norm, ReLU, max-pool 2", "(N, 32, 7, 7)", 2 * 32],
    ["flatten, dropout 0.5", "(N, 1568)", 0],
    ["linear, 1568 → 10", "(N, 10)", 1568 * 10 + 10],
]
assert 32 * 7 * 7 == 1568
assert sum(row[2] for row in rows) == 29_034
show.table(rows, ["layer", "output", "parameters"], caption="SimpleCNN, from the picture to ten logits")

# %% [markdown]
# Within a block the order is convolution, batch norm, ReLU, pooling. The result is one **logit** per class: no softmax and
# no ReLU at the end, because the loss brings its own softmax. Dropout is at work in train mode only.
#
# Attributes may be called as you like, declared in any order, or packed into `nn.Sequential`: the check loads weights into
# your layers by their role and compares what comes out.
#
# **By hand.** The second convolution has $32$ filters of depth $16$: $16 \cdot 25 \cdot 32 = 12{,}800$ weights and $32$
# biases. All together, $29{,}034$ parameters.
#
# <details><summary>Hint 1 · which sizes come out?</summary>
#
# A 5×5 window with two rows of zeros on every side: how many places does it find in 28 rows? And what does pooling by 2
# leave of them, twice?
#
# <details><summary>Hint 2 · which modules?</summary>
#
# PyTorch has one for every row of the table. Those that own parameters are made in `__init__`; pooling and ReLU own none and
# may be called as functions.
#
# <details><summary>Hint 3 · how does dropout know the mode?</summary>
#
# The module looks at its own `training` flag, which `model.train()` and `model.eval()` set. The function of the same name
# has to be told.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="SimpleCNN"
class SimpleCNN(nn.Module):
    """Two convolutional blocks and a linear layer.

    Args:
        num_classes: how many logits come out

    Shape:
        (N, 1, 28, 28) → (N, num_classes)

    Example:
        >>> model = SimpleCNN()
        >>> sum(p.numel() for p in model.parameters()), tuple(model(torch.zeros(2, 1, 28, 28)).shape)
        (29034, (2, 10))
    """

    def __init__(self, num_classes=10):
        super().__init__()
        ### BEGIN SOLUTION
        self.block1 = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=5, padding=2),  # (N, 16, 28, 28)
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 16, 14, 14)
        )
        self.block2 = nn.Sequential(
            nn.Conv2d(16, 32, kernel_size=5, padding=2),  # (N, 32, 14, 14)
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 32, 7, 7)
        )
        self.dropout = nn.Dropout(0.5)
        self.linear = nn.Linear(32 * 7 * 7, num_classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        features = self.block2(self.block1(x))  # (N, 32, 7, 7)
        flat = self.dropout(features.flatten(start_dim=1))  # (N, 1568)
        return self.linear(flat)  # logits: F.cross_entropy does the softmax
        ### END SOLUTION


# %% role="tests" exercise="SimpleCNN"

# %% [markdown]
# ## Exercise 2 · `kaiming_normal`
#
# *10 minutes · difficulty 2 of 5*
#
# A unit adds up *fan-in* many products. If its weights have deviation $\sigma$, the sum has a variance of fan-in $\cdot\,
# \sigma^2$ times that of the inputs, and the ReLU then removes half of it. To keep signals alive through many layers, He et
# al. (2015) choose
#
# $$ \sigma = \sqrt{\frac{2}{\text{fan-in}}}, \qquad \text{fan-in} = \text{product of shape}[1{:}] $$
#
# Write `kaiming_normal(shape, generator=None)`: a float tensor of normal numbers with mean 0 and that deviation, drawn from
# `generator` when there is one. Without `torch.nn.init`.
#
# **By hand.** A convolution $(96, 16, 3, 5)$ has fan-in $16 \cdot 3 \cdot 5 = 240$, so $\sigma = \sqrt{2/240} \approx 0.0913$.

# %%
assert round((2 / (16 * 3 * 5)) ** 0.5, 4) == 0.0913

# %% [markdown]
# <details><summary>Hint 1 · what does one output add up?</summary>
#
# One output of a convolution adds over the channels of its input and over the window. Which entries of `shape` count those?
#
# <details><summary>Hint 2 · how do I change a deviation?</summary>
#
# PyTorch draws normal numbers with deviation 1. Multiplying all of them by a number multiplies their deviation by it.
#
# </details>
# </details>


# %% role="solution" grade_id="kaiming_normal"
def kaiming_normal(shape, generator=None):
    """First weights for a layer that is followed by a ReLU.

    Args:
        shape: of the weight: (C_out, C_in, K_h, K_w) or (n_out, n_in), …
        generator: torch.Generator to draw from, or None for PyTorch's own

    Returns:
        A float tensor of that shape: normal, mean 0, deviation √(2 / fan-in).

    Example:
        >>> kaiming_normal((4, 2, 3, 3)).shape
        torch.Size([4, 2, 3, 3])
        >>> bool((kaiming_normal((1000, 50)).std() - 0.2).abs() < 0.01)
        True
    """
    ### BEGIN SOLUTION
    fan_in = 1
    for size in shape[1:]:  # everything but the number of outputs
        fan_in *= size
    unit = torch.randn(tuple(shape), generator=generator)  # deviation 1
    return unit * (2 / fan_in) ** 0.5
    ### END SOLUTION


# %% role="tests" exercise="kaiming_normal"

# %% [markdown]
# What it does, layer after layer: random pictures through thirty linear layers of 200 with ReLUs. With deviation 0.01 the
# signal dies out, with 0.2 it explodes, with He's it stays.

# %%
with suppress(NotImplementedError):
    torch.manual_seed(0)
    draws = {
        "deviation 0.01": lambda: 0.01 * torch.randn(200, 200),
        "deviation 0.2": lambda: 0.2 * torch.randn(200, 200),
        "kaiming_normal": lambda: kaiming_normal((200, 200)),
    }
    fig, ax = show.figure(8, 3.4)
    for (name, draw), role in zip(draws.items(), ("input", "kernel", "output"), strict=True):
        signal, sizes = torch.randn(64, 200), []
        for _ in range(30):
            signal = F.relu(signal @ draw().T)
            sizes.append(signal.pow(2).mean().sqrt().item())
        ax.semilogy(range(1, 31), sizes, color=show.colour(role), label=name)
    ax.set(xlabel="layer", ylabel="size of the signal (rms)", title="Thirty layers with ReLU")
    ax.legend(frameon=False)
    show.picture(
        fig, "Signal size over thirty layers: it dies with 0.01, explodes with 0.2 and stays level with He's rule."
    )

# %% [markdown]
# ## Exercise 3 · `sgd_step`
#
# *15 minutes · difficulty 3 of 5*
#
# One step of stochastic gradient descent as `torch.optim.SGD` makes it, for each parameter $p$ with gradient $g$ and
# velocity $v$:
#
# $$ g' = g + \text{weight decay} \cdot p, \qquad v \leftarrow \text{momentum} \cdot v + g', \qquad p \leftarrow p - \text{lr}
# \cdot v $$
#
# The tensors in `params` and `velocities` are changed **in place**, so that whoever holds them sees the step; `grads` stay
# as they are. What the function returns does not matter. The parameters require gradients, and the step itself must not be
# recorded by autograd. Without `torch.optim`.
#
# **By hand.** $p = 2$, $g = 1$, $v = 10$, lr $0.1$, momentum $0.9$, weight decay $0.5$: $g' = 1 + 0.5 \cdot 2 = 2$,
# $v = 0.9 \cdot 10 + 2 = 11$, $p = 2 - 0.1 \cdot 11 = 0.9$.
#
# <details><summary>Hint 1 · in place?</summary>
#
# `p = p - step` makes a new tensor and leaves the old one alone. Methods whose names end in an underscore write into the
# tensor itself.
#
# <details><summary>Hint 2 · an error about a leaf variable?</summary>
#
# Autograd refuses to have a parameter changed under its eyes. There is a context in which it does not look.
#
# <details><summary>Hint 3 · in which order?</summary>
#
# Gradient with decay first, then the velocity, and the parameter last, with the new velocity.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="sgd_step"
def sgd_step(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """One step of SGD with momentum and weight decay, in place.

    Args:
        params: tensors of any shapes, changed in place
        grads: their gradients, of the same shapes
        velocities: of the same shapes, changed in place
        lr: learning rate
        momentum: share of the old velocity that is kept
        weight_decay: multiple of each parameter that is added to its gradient

    Example:
        >>> p, v = torch.tensor([2.0], requires_grad=True), torch.tensor([10.0])
        >>> sgd_step([p], [torch.tensor([1.0])], [v], lr=0.1, momentum=0.9, weight_decay=0.5)
        >>> round(v.item(), 4), round(p.item(), 4)
        (11.0, 0.9)
    """
    ### BEGIN SOLUTION
    with torch.no_grad():  # the step is not part of the model
        for p, g, v in zip(params, grads, velocities, strict=True):
            pull = g + weight_decay * p  # the gradient of loss + weight_decay/2 · |p|²
            v.mul_(momentum).add_(pull)
            p.sub_(lr * v)
    ### END SOLUTION


# %% role="tests" exercise="sgd_step"

# %% [markdown]
# ## Exercise 4 · `random_crop_flip`
#
# *20 minutes · difficulty 3 of 5*
#
# A lorry that stands two pixels further to the left, or drives the other way, is still a lorry. So each time a training picture is
# used, it is padded with zeros, a window of the old size is cut out at a random place, and with probability ½ the window is
# mirrored left to right. Every picture of a batch draws its **own** place and its **own** flip.
#
# With padding $P$, a window can start at $0, 1, \dots, 2P$ along each axis, all equally likely and independent of each other.
# Draw from `generator` when there is one; a negative padding raises `ValueError`.
#
# **By hand.** With $P = 1$ there are $3 \cdot 3$ places and two directions: a picture can come out in $18$ ways.

# %%
photo = data.photograph("cat", size=60)
assert (2 * 1 + 1) ** 2 * 2 == 18
padded = F.pad(photo, (8, 8, 8, 8))
windows = [padded[:, 2:62, 13:73], padded[:, 8:68, 8:68].flip(-1), padded[:, 16:76, 5:65]]
titles = ["padded by 8", "start (2, 13)", "start (8, 8), mirrored", "start (16, 5)"]
show.picture(
    show.image_grid([padded, *windows], titles),
    "A small photograph of a cat with a black margin, and three windows of it; one is mirrored.",
    photo=True,
)

# %% [markdown]
# <details><summary>Hint 1 · how many random numbers?</summary>
#
# For $N$ pictures: $N$ starts down, $N$ starts across, $N$ coins. `torch.randint` leaves out its upper end.
#
# <details><summary>Hint 2 · how do I flip?</summary>
#
# `flip` takes the dimension to turn around. Of $(C, H, W)$, which one runs from left to right?
#
# <details><summary>Hint 3 · one picture at a time</summary>
#
# A loop over the pictures is fine: pad all of them once, cut one window each, mirror it or not, and stack the windows.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="random_crop_flip"
def random_crop_flip(images, padding=4, generator=None):
    """A random window of each zero-padded picture, mirrored with probability ½.

    Args:
        images: (N, C, H, W)
        padding: how many zeros are put on every side
        generator: torch.Generator to draw from, or None for PyTorch's own

    Returns:
        New pictures, (N, C, H, W).

    Raises:
        ValueError: if padding is negative.

    Example:
        >>> crops = random_crop_flip(torch.ones(5, 3, 8, 8), padding=2)
        >>> tuple(crops.shape), sorted(set(crops.flatten().tolist()) | {0.0})
        ((5, 3, 8, 8), [0.0, 1.0])
    """
    ### BEGIN SOLUTION
    if padding < 0:
        raise ValueError(f"padding must be at least 0, got {padding}")
    count, _, height, width = images.shape
    padded = F.pad(images, (padding, padding, padding, padding))
    starts = torch.randint(0, 2 * padding + 1, (count, 2), generator=generator).tolist()  # the upper end is left out
    coins = (torch.rand(count, generator=generator) < 0.5).tolist()
    crops = []
    for picture, (top, left), mirror in zip(padded, starts, coins, strict=True):
        window = picture[:, top : top + height, left : left + width]  # (C, H, W)
        crops.append(window.flip(-1) if mirror else window)
    return torch.stack(crops)
    ### END SOLUTION


# %% role="tests" exercise="random_crop_flip"

# %% [markdown]
# ## Exercise 5 · `train_one_epoch`
#
# *15 minutes · difficulty 3 of 5*
#
# One pass over the training data. For every batch: forward, cross-entropy, gradients to zero, backward, step. The model is put
# into **train mode** first, and each batch is moved to the device on which the model lies (and, where they are floats, to the dtype
# of its parameters).
#
# Return the mean cross-entropy **per sample**, as a Python float, of the losses as they were met on the way. A last batch that is
# short counts by its size.
#
# **By hand.** A batch of 5 with mean loss $1.0$, then a batch of 2 with mean loss $0.3$: $(5 \cdot 1.0 + 2 \cdot 0.3)/7 = 0.8$, not
# the $0.65$ that averaging the two means would give.

# %%
assert round((5 * 1.0 + 2 * 0.3) / 7, 4) == 0.8
assert round((1.0 + 0.3) / 2, 4) == 0.65

# %% [markdown]
# <details><summary>Hint 1 · on which device, and in which dtype?</summary>
#
# A model has no device of its own, but its parameters have. Ask the first one.
#
# <details><summary>Hint 2 · why zero the gradients?</summary>
#
# `backward` adds to what already stands in `.grad`. What would the second batch's step contain?
#
# <details><summary>Hint 3 · the mean per sample</summary>
#
# `F.cross_entropy` gives the mean over its batch. Turn it back into a sum before you add up batches, and divide once, at the end.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="train_one_epoch"
def train_one_epoch(model, loader, optimizer):
    """Train a classifier on every batch of a loader once.

    Args:
        model: maps (N, …) to logits (N, classes)
        loader: yields pictures (N, …) and labels (N,)
        optimizer: of the model's parameters

    Returns:
        Mean cross-entropy per sample, a float.

    Example:
        >>> model = nn.Linear(2, 3)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
        >>> batches = [(torch.zeros(4, 2), torch.zeros(4, dtype=torch.long))]
        >>> loss = F.cross_entropy(model(batches[0][0]), batches[0][1])
        >>> abs(train_one_epoch(model, batches, optimizer) - loss.item()) < 1e-6
        True
    """
    ### BEGIN SOLUTION
    model.train()
    parameter = next(model.parameters())
    total, count = 0.0, 0
    for pictures, labels in loader:
        pictures = pictures.to(parameter.device, parameter.dtype)
        labels = labels.to(parameter.device)
        loss = F.cross_entropy(model(pictures), labels)  # the mean over this batch
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)  # back to a sum: a short batch counts less
        count += len(labels)
    return total / count
    ### END SOLUTION


# %% role="tests" exercise="train_one_epoch"

# %% [markdown]
# ## Exercise 6 · `evaluate`
#
# *15 minutes · difficulty 3 of 5*
#
# The exam: which share of the samples does the model get right? The guess is the class with the largest logit. Looking must not
# change anything: **evaluation mode** (batch norm uses its running statistics, dropout rests), **no gradients**, and afterwards the model
# is in the mode in which it was found. Return a Python float between 0 and 1.
#
# **By hand.** 14 right of 20, then 3 right of 4: $17/24 \approx 0.708$.

# %%
assert round((14 + 3) / (20 + 4), 3) == 0.708

# %% [markdown]
# <details><summary>Hint 1 · which mode was it in?</summary>
#
# `model.training` tells, but only as long as you have not changed it.
#
# <details><summary>Hint 2 · along which dimension?</summary>
#
# Logits are $(N, \text{classes})$. The guess is one number per sample.
#
# </details>
# </details>


# %% role="solution" grade_id="evaluate"
def evaluate(model, loader):
    """Accuracy of a classifier, leaving it as it was.

    Args:
        model: maps (N, …) to logits (N, classes)
        loader: yields pictures (N, …) and labels (N,)

    Returns:
        The share of right guesses, a float in [0, 1].

    Example:
        >>> copies = nn.Linear(2, 2, bias=False)
        >>> _ = copies.weight.data.copy_(torch.eye(2))  # logits = picture
        >>> evaluate(copies, [(torch.eye(2), torch.tensor([0, 1])), (torch.eye(2)[:1], torch.tensor([1]))])
        0.6666666666666666
        >>> copies.training
        True
    """
    ### BEGIN SOLUTION
    mode = model.training
    model.eval()
    parameter = next(model.parameters())
    right, count = 0, 0
    with torch.no_grad():
        for pictures, labels in loader:
            guesses = model(pictures.to(parameter.device, parameter.dtype)).argmax(dim=1)  # (N,)
            right += (guesses == labels.to(parameter.device)).sum().item()
            count += len(labels)
    model.train(mode)
    return right / count
    ### END SOLUTION


# %% role="tests" exercise="evaluate"

# %% [markdown]
# ## Exercise 7 · `step_lr`
#
# *5 minutes · difficulty 1 of 5*
#
# Large steps first, small ones later: at each **milestone** the learning rate is multiplied by `gamma`. Epochs count from 0, and a
# milestone counts from its own epoch on.
#
# **By hand.** Base rate $0.1$, milestones $[10, 20]$, $\gamma = 0.1$: $0.1$ in epoch 9, $0.01$ in epoch 10, $0.001$ in epoch 20.
#
# <details><summary>Hint 1 · what has to be counted?</summary>
#
# How many milestones have been reached in this epoch? Each of them multiplies once.
#
# </details>


# %% role="solution" grade_id="step_lr"
def step_lr(base_lr, epoch, milestones, gamma=0.1):
    """The learning rate of an epoch.

    Args:
        base_lr: the rate of epoch 0, before any milestone
        epoch: counted from 0
        milestones: epochs at which the rate falls, in rising order
        gamma: the factor by which it falls

    Returns:
        A float.

    Example:
        >>> [round(step_lr(0.1, epoch, [10, 20]), 6) for epoch in (9, 10, 20)]
        [0.1, 0.01, 0.001]
    """
    ### BEGIN SOLUTION
    reached = sum(epoch >= milestone for milestone in milestones)
    return float(base_lr * gamma**reached)
    ### END SOLUTION


# %% role="tests" exercise="step_lr"

# %% [markdown]
# ## All together: real digits in seconds
#
# Scikit-learn ships 1,797 real handwritten digits of 8×8 pixels. Enlarged to 28×28, they are what `SimpleCNN` expects. First the
# two cheapest tests there are, before any training: the loss of an untrained network with ten classes should be near
# $\ln 10 \approx 2.30$, and a network that cannot learn twenty pictures by heart has a fault somewhere.

# %%
digits = data.load("digits")
print(digits)


def as_28(x):
    """(N, 1, 8, 8) → (N, 1, 28, 28)."""
    return F.interpolate(x, size=(28, 28), mode="bilinear", align_corners=False)


train_set = TensorDataset(as_28(digits.train_x), digits.train_y)
test_set = TensorDataset(as_28(digits.test_x), digits.test_y)
assert abs(torch.tensor(10.0).log().item() - 2.30) < 0.01

# %%
with suppress(NotImplementedError):
    torch.manual_seed(0)
    few = DataLoader(torch.utils.data.Subset(train_set, range(20)), batch_size=20)
    model = SimpleCNN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    losses = [train_one_epoch(model, few, optimizer) for _ in range(30)]
    print(f"first loss {losses[0]:.2f}, last loss {losses[-1]:.3f}, right on the twenty: {evaluate(model, few):.0%}")

# %% [markdown]
# Now all of them, for four epochs. The learning rate falls by ten after the third. No flips here: a mirrored 2 is no digit.

# %%
with suppress(NotImplementedError):
    torch.manual_seed(0)
    train_loader = DataLoader(train_set, batch_size=64, shuffle=True, generator=torch.Generator().manual_seed(1))
    test_loader = DataLoader(test_set, batch_size=256)
    model = SimpleCNN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for epoch in range(4):
        optimizer.param_groups[0]["lr"] = step_lr(0.02, epoch, milestones=[3])
        loss = train_one_epoch(model, train_loader, optimizer)
        print(f"epoch {epoch}: loss {loss:.3f}, right on unseen digits {evaluate(model, test_loader):.1%}")

# %% [markdown]
# ## Two written questions
#
# **Why train only?** Random crops and flips are used on the training pictures and never on the test pictures. What would the
# accuracy mean if they were?

# %% [markdown] role="manual" grade_id="augmentation-train-only" points=2
# The accuracy should tell how the network does on pictures as they will come, and those are not cropped at random. With random
# crops on the test set the number would change from run to run, it would measure harder pictures than the real ones, and two
# networks could no longer be compared. In training the crops make more different pictures out of the same ones, which is
# where they help.

# %% [markdown]
# **Two modes.** A friend forgets `model.eval()` before the exam. The network has batch norm and dropout. Name two things that
# go wrong, and say which of them changes the network itself.

# %% [markdown] role="manual" grade_id="forgotten-eval" points=2
# Dropout sets half of the features to zero, so the guesses are made with a weaker network and by chance. Batch norm
# normalises by the statistics of the test batch, so the guess for one picture depends on which others it came with. Batch
# norm also moves its running mean and variance towards the test data: that changes the network, even without gradients.

# %% [markdown]
# You now have every part of a training run, and have seen it learn. The next units change the network and leave this loop
# as it is.
