# %% [markdown]
# Lecture 05 watched the numbers inside a deep network drift, and put them back. Here you write what does it:
#
# - batch norm for vectors, with its gradient worked out by hand;
# - the layer that networks use, with two behaviours and a memory: equal to `nn.BatchNorm2d` down to its saved state;
# - layer, instance and group norm: the same formula with other axes;
# - folding: how a trained batch norm disappears into the convolution before it;
# - dropout, the other layer that behaves differently in training and in evaluation.
#
# Sizes are written $N, C, H, W$ (pictures, channels, height, width) and $N, D$ (samples, features). In every exercise but
# folding, the library's normalizations and dropout may not be called (`F.batch_norm`, `nn.LayerNorm`, `F.dropout` and
# their relatives). Means, variances and random numbers of PyTorch are welcome.

# %%
from contextlib import suppress

import torch
from torch import nn

from convlab import data, show
from convlab.pictures.normalization import NORMS, draw_shared_sets

# %% [markdown]
# ## Exercise 1 · `batch_norm`
#
# *15 minutes · difficulty 2 of 5*
#
# A layer hands on $N$ samples with $D$ features each, a table $(N, D)$. Batch norm brings every **feature** (a column)
# to mean 0 and spread 1 over the batch, and then gives it a scale and a shift that the network learns:
#
# $$ \mu_d = \frac{1}{N} \sum_n x_{n,d} \qquad \sigma_d^2 = \frac{1}{N} \sum_n (x_{n,d} - \mu_d)^2 \qquad
#    y_{n,d} = \gamma_d \, \frac{x_{n,d} - \mu_d}{\sqrt{\sigma_d^2 + \varepsilon}} + \beta_d $$
#
# Three places where nearly right is wrong: the variance is divided by $N$ (PyTorch's `var` divides by $N - 1$ unless
# told otherwise); $\varepsilon$ stands under the root; and mean and variance are part of the formula, so gradients flow
# through them. A batch of one has no spread: for $N = 1$ raise `ValueError` with a message that says so.
#
# **By hand.** Two samples with two features, $x = (1, 10), (3, 30)$, and $\varepsilon = 0$. Means $(2, 20)$, variances
# $(1, 100)$, so both features become $-1, 1$. With $\gamma = (2, 1)$ and $\beta = (0, 5)$: $(-2, 4), (2, 6)$.
#
# <details><summary>Hint 1 · which axis?</summary>
#
# The result needs one mean for each feature: of $(N, D)$, which dimension has to go?
#
# <details><summary>Hint 2 · which variance?</summary>
#
# Ask `help(torch.var)` what `correction` does, and which value divides by $N$. You can also write the variance as a
# mean of squares.
#
# <details><summary>Hint 3 · do the shapes fit?</summary>
#
# $(D,)$ lines up with the last dimension of $(N, D)$, so nothing has to be moved here. (In exercise 2 it will.)
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="batch_norm"
def batch_norm(x, gamma, beta, eps=1e-5):
    """Batch norm of vectors, in training mode.

    Args:
        x: (N, D), N samples of D features
        gamma: (D,), the scale of each feature
        beta: (D,), the shift of each feature
        eps: a small number under the root

    Returns:
        (N, D)

    Raises:
        ValueError: for a batch of one sample.

    Example:
        >>> x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
        >>> batch_norm(x, gamma=torch.tensor([2.0, 1.0]), beta=torch.tensor([0.0, 5.0]), eps=0.0).tolist()
        [[-2.0, 4.0], [2.0, 6.0]]
    """
    ### BEGIN SOLUTION
    if len(x) < 2:
        raise ValueError(f"batch norm needs at least 2 samples to have a spread, got {len(x)}")
    mean = x.mean(dim=0)  # (D,): over the samples
    variance = x.var(dim=0, correction=0)  # (D,): divided by N, not by N - 1
    return gamma * (x - mean) / torch.sqrt(variance + eps) + beta
    ### END SOLUTION


# %% role="tests" exercise="batch_norm"

# %% [markdown]
# ## Exercise 2 · `BatchNorm2d`
#
# *25 minutes · difficulty 4 of 5*
#
# After a convolution every **channel** is a feature, and its numbers lie at all pixels of all pictures: $\mu_c$ and
# $\sigma_c^2$ run over $N$, $H$ and $W$. The layer has two behaviours, chosen by `self.training`, which
# `.train()` and `.eval()` set.
#
# | | in training | in evaluation |
# |---|---|---|
# | normalised by | mean and variance of the batch | `running_mean`, `running_var` |
# | variance for it | divided by $M = N \cdot H \cdot W$ | as it is kept |
# | what changes | the running statistics | nothing |
#
# In training, each call moves the running statistics a little towards the batch ($m$ is `momentum`):
#
# $$ \text{running} \leftarrow (1 - m) \cdot \text{running} + m \cdot \text{batch's} $$
#
# For `running_var` the batch's variance is the **unbiased** one, divided by $M - 1$; for normalising it is the biased one.
# And each training call adds 1 to `num_batches_tracked`. In training a channel always has two numbers or more, $M \geq 2$.
#
# The layer must be able to load what `nn.BatchNorm2d` has saved, and the other way round. So these five names are fixed:
# parameters `weight` ($\gamma$, begins at 1) and `bias` ($\beta$, begins at 0); buffers `running_mean` (begins at 0),
# `running_var` (begins at 1), each of shape $(C,)$, and `num_batches_tracked` (a whole number, begins at 0). A buffer
# is saved with the layer and moves with it to another device, but no optimizer touches it. Build it on `nn.Module`.
#
# **By hand.** One channel, two pictures of one pixel, 1 and 3. Mean 2, variance divided by $M$: 1, by $M - 1$: 2. With
# momentum 0.5 the running mean goes from 0 to $0.5 \cdot 0 + 0.5 \cdot 2 = 1$, the running variance from 1 to
# $0.5 \cdot 1 + 0.5 \cdot 2 = 1.5$.
#
# <details><summary>Hint 1 · where do things live?</summary>
#
# What an optimizer trains is an `nn.Parameter`. What is only remembered is made with `self.register_buffer(name, tensor)`
# and then used as `self.name`.
#
# <details><summary>Hint 2 · the memory and the gradient</summary>
#
# The batch's mean and variance belong to the graph when they *normalise*. When they are *remembered* they must not,
# or the layer drags the graphs of all past batches along. Which context of PyTorch switches the recording off? Put the
# update inside it, and let it work in place.
#
# <details><summary>Hint 3 · one formula, two sources</summary>
#
# Decide first which mean and variance to use: an `if` with two branches that leave the same two names behind. Normalise
# below it, once. $(C,)$ has to be viewed as $(C, 1, 1)$ there.
#
# <details><summary>Hint 4 · from one variance to the other</summary>
#
# Both divide the same sum of squares, one by $M$, the other by $M - 1$. By what must you multiply the first to get the
# second?
#
# </details>
# </details>
# </details>
# </details>


# %% role="solution" grade_id="BatchNorm2d"
class BatchNorm2d(nn.Module):
    """Batch norm over the channels of pictures, with running statistics, as nn.BatchNorm2d.

    Args:
        num_features: how many channels, C
        eps: a small number under the root
        momentum: the share of the new value in the running statistics

    Shape:
        (N, C, H, W) → (N, C, H, W)

    Example:
        >>> layer = BatchNorm2d(1, momentum=0.5)
        >>> pixels = layer(torch.tensor([1.0, 3.0]).view(2, 1, 1, 1))
        >>> layer.running_mean.tolist(), layer.running_var.tolist(), int(layer.num_batches_tracked)
        ([1.0], [1.5], 1)
        >>> sorted(layer.state_dict()) == sorted(nn.BatchNorm2d(1).state_dict())
        True
    """

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        ### BEGIN SOLUTION
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))  # gamma
        self.bias = nn.Parameter(torch.zeros(num_features))  # beta
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        if self.training:
            mean = x.mean(dim=(0, 2, 3))  # (C,)
            variance = x.var(dim=(0, 2, 3), correction=0)  # (C,), divided by M
            M = x.numel() / x.shape[1]
            with torch.no_grad():  # what is remembered keeps no graph
                self.running_mean.lerp_(mean, self.momentum)  # (1 - m) * old + m * new, in place
                self.running_var.lerp_(variance * M / (M - 1), self.momentum)  # the unbiased variance
                self.num_batches_tracked += 1
        else:
            mean, variance = self.running_mean, self.running_var
        normalised = (x - mean[:, None, None]) / torch.sqrt(variance[:, None, None] + self.eps)
        return self.weight[:, None, None] * normalised + self.bias[:, None, None]
        ### END SOLUTION


# %% role="tests" exercise="BatchNorm2d"

# %% [markdown]
# The running mean needs time to arrive. Below, batch after batch comes from numbers with mean 3, and the running mean
# starts at 0. The distance shrinks by the factor $1 - m$ with each batch: with momentum 0.1, 22 batches bring it below
# a tenth of what it was. Who evaluates earlier evaluates with statistics of nobody's data.

# %%
remaining = [(1 - 0.1) ** batches for batches in (21, 22)]
assert remaining[0] > 0.1 > remaining[1]

with suppress(NotImplementedError):
    fig, ax = show.figure(8, 3)
    for momentum, style in ((0.01, "--"), (0.1, "-"), (0.5, ":")):
        generator = torch.Generator().manual_seed(0)
        layer, means = BatchNorm2d(1, momentum=momentum), [0.0]
        for _ in range(60):
            layer(3 + torch.randn(8, 1, 2, 2, generator=generator))
            means.append(layer.running_mean.item())
        ax.plot(means, style, color=show.colour("output"), label=f"momentum {momentum}")
    ax.axhline(3, color=show.colour("ink"), linewidth=1)
    ax.set(xlabel="batches seen", ylabel="running mean", title="small momentum: slow and calm; large: quick and jumpy")
    ax.legend(frameon=False)
    show.picture(fig, "The running mean climbs from 0 towards 3: slowly with momentum 0.01, fast and noisily with 0.5.")

# %% [markdown]
# **A written question: a network that cannot be trusted.** A classifier with batch norm scores 95 % on its test set in
# batches of 64. In the app, where pictures come one at a time, it is wrong most of the time, and what it says about a picture
# changes when another one is in the batch. Somebody forgot one line: which, and how does it explain both symptoms? Why
# did the test not notice?

# %% [markdown] role="manual" grade_id="cannot-be-trusted" points=2
# The call of `model.eval()` is missing. The layers then still normalise by the statistics of the batch they are handed, so the other
# pictures of the batch enter the result, and with one picture its own brightness and contrast are normalised away in
# every channel. The test used batches of 64 drawn like those of training, whose statistics are close to the running
# ones, so hardly anything changed there. (The forgotten line also lets every prediction move the running statistics.)

# %% [markdown]
# ## Exercise 3 · `batch_norm_backward`
#
# *20 minutes · difficulty 5 of 5*
#
# Given $dy$, the gradient of the loss by the output of `batch_norm`, work out the gradients by $x$, $\gamma$ and
# $\beta$, without autograd. Write $\hat{x}$ for the normalised input. Two of them are sums over the batch:
#
# $$ d\beta_d = \sum_n dy_{n,d} \qquad\qquad d\gamma_d = \sum_n dy_{n,d} \, \hat{x}_{n,d} $$
#
# The third is the interesting one. A number $x_{n,d}$ reaches the outputs on **three** paths: directly, through the
# mean, and through the variance. Work it out on paper with the chain rule, one path at a time; the sum of the three
# becomes short when it is written with $\hat{x}$, $d\beta$ and $d\gamma$. `x` and `eps` are those of the forward pass.
#
# **By hand.** One feature, four samples, $x = (0, 0, 2, 2)$, $\gamma = 1$, $\varepsilon = 0$: mean 1, variance 1,
# $\hat{x} = (-1, -1, 1, 1)$. With $dy = (4, 0, 0, 0)$: $d\beta = 4$, $d\gamma = -4$ and $dx = (2, -2, 0, 0)$. Two tests
# that every right answer passes: $dx$ adds up to 0 (moving all samples together changes nothing), and so does
# $dx \cdot \hat{x}$ (spreading them changes nothing, as long as $\varepsilon$ is negligible).
#
# <details><summary>Hint 1 · one thing at a time</summary>
#
# First pass $\gamma$: what is the gradient by $\hat{x}$? From there on, each feature is a problem of its own.
#
# <details><summary>Hint 2 · the mean and the variance</summary>
#
# $\partial \mu / \partial x_n = 1/N$ for every $n$. $\partial \sigma^2 / \partial x_n = 2 (x_n - \mu) / N$: the path that
# goes through $\mu$ inside $\sigma^2$ is zero, because $\sum_n (x_n - \mu) = 0$.
#
# <details><summary>Hint 3 · what the sum means</summary>
#
# From $dy$ two things are taken off: its mean over the batch, and the part of it that points along $\hat{x}$. What
# is left is multiplied by the slope of the direct path. Try it on the example by hand.
#
# </details>
# </details>
# </details>

# %%
leaf = torch.tensor([0.0, 0.0, 2.0, 2.0], requires_grad=True)
((leaf - leaf.mean()) / leaf.var(correction=0).sqrt())[0].backward(torch.tensor(4.0))
assert leaf.grad.tolist() == [2, -2, 0, 0]


# %% role="solution" grade_id="batch_norm_backward"
def batch_norm_backward(dy, x, gamma, eps=1e-5):
    """The gradients of batch norm in training mode.

    Args:
        dy: (N, D), the gradient of the loss by the output
        x: (N, D), the input of the forward pass
        gamma: (D,)
        eps: as in the forward pass

    Returns:
        (dx, dgamma, dbeta), of shapes (N, D), (D,), (D,)

    Example:
        >>> x = torch.tensor([[0.0], [0.0], [2.0], [2.0]])
        >>> dy = torch.tensor([[4.0], [0.0], [0.0], [0.0]])
        >>> dx, dgamma, dbeta = batch_norm_backward(dy, x, gamma=torch.ones(1), eps=0.0)
        >>> dx.flatten().tolist(), dgamma.tolist(), dbeta.tolist()
        ([2.0, -2.0, 0.0, 0.0], [-4.0], [4.0])
    """
    ### BEGIN SOLUTION
    N = len(x)
    spread = torch.sqrt(x.var(dim=0, correction=0) + eps)  # (D,)
    x_hat = (x - x.mean(dim=0)) / spread
    dgamma = (dy * x_hat).sum(dim=0)
    dbeta = dy.sum(dim=0)
    through_mean = dbeta / N  # the mean of dy: what moves all samples together
    through_variance = x_hat * dgamma / N  # the part of dy along x_hat: what spreads them
    dx = gamma / spread * (dy - through_mean - through_variance)
    return dx, dgamma, dbeta
    ### END SOLUTION


# %% role="tests" exercise="batch_norm_backward"

# %% [markdown]
# ## Exercise 4 · `layer_norm`
#
# *10 minutes · difficulty 2 of 5*
#
# Batch norm needs a batch. Three relatives look at one picture at a time; they compute the same in training and in
# evaluation, and need no running statistics. They differ in one thing: **which numbers share a mean**. In the picture a
# row is an image, a column a channel, and each cell stands for one $H \times W$ map. Cells with the same number share
# mean and variance; the first set is lit.

# %%
fig, ax = show.canvas(23, 5.2)
for place, norm in enumerate(NORMS):
    draw_shared_sets(ax, norm, at=(0.7 + 5.7 * place, 1.8))
show.picture(
    fig,
    "Three images by four channels. Batch norm shares statistics down a column, layer norm along a row; "
    "instance norm has its own for every cell, group norm with two groups one for each half of a row.",
)

# %% [markdown]
# **Layer norm** takes all channels and pixels of one picture together: $\mu_n$ and $\sigma_n^2$ run over $C, H, W$, with the
# biased variance and $\varepsilon$ under the root as before. $\gamma$ and $\beta$ have one number **per channel**, shape
# $(C,)$.
#
# **By hand.** One picture, two channels of two pixels, $(0, 0)$ and $(2, 2)$, $\varepsilon = 0$. Mean 1, variance 1, so
# $(-1, -1)$ and $(1, 1)$. With $\gamma = (1, 10)$ and $\beta = (0, 5)$: $(-1, -1)$ and $(15, 15)$.
#
# <details><summary>Hint 1 · which dimensions go, which stays?</summary>
#
# One mean per picture, so of $(N, C, H, W)$ only $N$ stays. `keepdim=True` leaves dimensions of size 1 where others
# have gone, and then it broadcasts.
#
# <details><summary>Hint 2 · where do γ and β belong?</summary>
#
# Under $C$. Counted from the right, two dimensions stand behind it.
#
# </details>
# </details>


# %% role="solution" grade_id="layer_norm"
def layer_norm(x, gamma, beta, eps=1e-5):
    """Layer norm: every picture by its own mean and variance.

    Args:
        x: (N, C, H, W)
        gamma: (C,), the scale of each channel
        beta: (C,), the shift of each channel
        eps: a small number under the root

    Returns:
        (N, C, H, W)

    Example:
        >>> x = torch.tensor([[0.0, 0.0], [2.0, 2.0]]).view(1, 2, 1, 2)
        >>> layer_norm(x, gamma=torch.tensor([1.0, 10.0]), beta=torch.tensor([0.0, 5.0]), eps=0.0).flatten().tolist()
        [-1.0, -1.0, 15.0, 15.0]
    """
    ### BEGIN SOLUTION
    mean = x.mean(dim=(1, 2, 3), keepdim=True)  # (N, 1, 1, 1)
    variance = x.var(dim=(1, 2, 3), correction=0, keepdim=True)
    normalised = (x - mean) / torch.sqrt(variance + eps)
    return gamma[:, None, None] * normalised + beta[:, None, None]  # (C, 1, 1) lines up with the channels
    ### END SOLUTION


# %% role="tests" exercise="layer_norm"

# %% [markdown]
# ## Exercise 5 · `instance_norm`
#
# *5 minutes · difficulty 1 of 5*
#
# **Instance norm** takes every channel of every picture by itself: $\mu_{n,c}$ and $\sigma_{n,c}^2$ run over $H, W$.
# It erases brightness and contrast, which is why networks that repaint pictures in another style use it. All else as in
# exercise 4, written without calling it.
#
# **By hand.** One picture, two channels of two pixels, $(1, 3)$ and $(10, 30)$, $\gamma = 1$, $\beta = 0$,
# $\varepsilon = 0$: both become $(-1, 1)$. That one channel was ten times as strong cannot be seen any more.
#
# <details><summary>Hint · what is different?</summary>
#
# One mean for each picture *and* channel: which dimensions stay?
#
# </details>


# %% role="solution" grade_id="instance_norm"
def instance_norm(x, gamma, beta, eps=1e-5):
    """Instance norm: every channel of every picture by its own mean and variance.

    Args:
        x: (N, C, H, W)
        gamma: (C,), the scale of each channel
        beta: (C,), the shift of each channel
        eps: a small number under the root

    Returns:
        (N, C, H, W)

    Example:
        >>> x = torch.tensor([[1.0, 3.0], [10.0, 30.0]]).view(1, 2, 1, 2)
        >>> instance_norm(x, gamma=torch.ones(2), beta=torch.zeros(2), eps=0.0).flatten().tolist()
        [-1.0, 1.0, -1.0, 1.0]
    """
    ### BEGIN SOLUTION
    mean = x.mean(dim=(2, 3), keepdim=True)  # (N, C, 1, 1)
    variance = x.var(dim=(2, 3), correction=0, keepdim=True)
    normalised = (x - mean) / torch.sqrt(variance + eps)
    return gamma[:, None, None] * normalised + beta[:, None, None]
    ### END SOLUTION


# %% role="tests" exercise="instance_norm"

# %% [markdown]
# ## Exercise 6 · `group_norm`
#
# *15 minutes · difficulty 3 of 5*
#
# **Group norm** stands between the two: the channels are cut into $G$ groups of $C/G$ **consecutive** channels, and
# each group of each picture has its own mean and variance. One group is layer norm, $C$ groups are instance norm. $\gamma$ and
# $\beta$ still belong to channels, $(C,)$. When the channels do not divide into the groups, or `groups` is below 1, raise
# `ValueError` with both numbers.
#
# **By hand.** One picture, four channels of one pixel, $1, 3, 10, 30$, $\gamma = 1$, $\beta = 0$, $\varepsilon = 0$. In two
# groups, $(1, 3)$ and $(10, 30)$: $-1, 1, -1, 1$.
#
# <details><summary>Hint 1 · a dimension for the groups</summary>
#
# `reshape` can cut the channels into two dimensions: which group, and which channel within it. In which order must the
# two stand, so that consecutive channels stay together?
#
# <details><summary>Hint 2 · and then?</summary>
#
# In five dimensions it is exercise 4: the means run over everything but the picture and the group. Bring the result
# back to four dimensions before the scale and the shift, which know nothing of groups.
#
# </details>
# </details>


# %% role="solution" grade_id="group_norm"
def group_norm(x, groups, gamma, beta, eps=1e-5):
    """Group norm: consecutive channels in groups, each group of each picture by its own mean and variance.

    Args:
        x: (N, C, H, W)
        groups: how many groups, G; divides C
        gamma: (C,), the scale of each channel
        beta: (C,), the shift of each channel
        eps: a small number under the root

    Returns:
        (N, C, H, W)

    Raises:
        ValueError: when the channels do not divide into the groups, or groups is below 1.

    Example:
        >>> x = torch.tensor([1.0, 3.0, 10.0, 30.0]).view(1, 4, 1, 1)
        >>> group_norm(x, 2, gamma=torch.ones(4), beta=torch.zeros(4), eps=0.0).flatten().tolist()
        [-1.0, 1.0, -1.0, 1.0]
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    if groups < 1 or C % groups:
        raise ValueError(f"{C} channels do not divide into {groups} groups")
    grouped = x.reshape(N, groups, C // groups, H, W)
    mean = grouped.mean(dim=(2, 3, 4), keepdim=True)  # (N, G, 1, 1, 1)
    variance = grouped.var(dim=(2, 3, 4), correction=0, keepdim=True)
    normalised = ((grouped - mean) / torch.sqrt(variance + eps)).reshape(N, C, H, W)
    return gamma[:, None, None] * normalised + beta[:, None, None]
    ### END SOLUTION


# %% role="tests" exercise="group_norm"

# %% [markdown]
# Two photographs, one of them darkened to a third of its light. Batch norm keeps the difference between them, because
# both are measured with one ruler. Instance norm measures each with its own, and cannot tell them apart any more.

# %%
photo = data.photograph("astronaut", size=96)
pair_of_photos = torch.stack([photo, photo / 3])


def on_one_scale(images):
    """Grey versions, from 0 (the darkest number of them all) to 1 (the brightest)."""
    grey = images.mean(1)
    return (grey - grey.min()) / (grey.max() - grey.min())


with suppress(NotImplementedError):
    ones, zeros = torch.ones(3), torch.zeros(3)
    together = BatchNorm2d(3)(pair_of_photos).detach()
    apart = instance_norm(pair_of_photos, ones, zeros)
    panels = [image for images in (pair_of_photos, together, apart) for image in on_one_scale(images)]
    titles = ["a photograph", "a third of the light", "batch norm", "batch norm", "instance norm", "instance norm"]
    show.picture(
        show.image_grid(panels, titles, columns=6),
        "A photograph bright and dark: after batch norm one is still darker, after instance norm both look the same.",
        photo=True,
    )

# %% [markdown]
# ## Exercise 7 · `fold_batch_norm`
#
# *15 minutes · difficulty 3 of 5*
#
# In evaluation, batch norm computes the same for every picture: it multiplies each channel by a fixed number and adds another.
# The convolution before it multiplies and adds as well. So the two can be one layer, and a trained network gets rid of all its batch
# norms without changing a single output. That is how networks are shipped to telephones.
#
# Write `fold_batch_norm(conv, bn)`: it returns a **new** `nn.Conv2d` whose output is `bn(conv(x))` with `bn` in evaluation
# mode. Stride, padding, dilation and groups are those of `conv`, device and dtype too; `conv` may come with a bias or
# without; the new one has one. Both given layers stay as they are. If `conv` has another number of output channels than
# `bn` has features, raise `ValueError` with both numbers.
#
# **By hand.** A 1×1 convolution with weight 2 and bias 1; a batch norm with running mean 5, running variance 4,
# $\varepsilon = 0$, $\gamma = 6$, $\beta = 7$. For a pixel $x$: $6 \cdot \frac{2x + 1 - 5}{2} + 7 = 6x - 5$. The folded
# weight is 6, the folded bias $-5$.
#
# <details><summary>Hint 1 · on paper</summary>
#
# Write $\gamma \frac{(w * x + b) - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$ as (a number) · $(w * x)$ + (a number),
# for one output channel. What multiplies $w * x$? Everything else is the new bias.
#
# <details><summary>Hint 2 · the shapes</summary>
#
# The multiplier has one number per *output* channel. Which dimension of the weight $(C_{out}, C_{in}/G, K_h, K_w)$ is
# that, and how many dimensions stand behind it?
#
# <details><summary>Hint 3 · a new layer</summary>
#
# Make an `nn.Conv2d` from the attributes of the old one (`conv.kernel_size`, `conv.stride` …), or a deep copy of it that gets a new
# bias. Then write into its parameters inside `torch.no_grad()`.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="fold_batch_norm"
def fold_batch_norm(conv, bn):
    """A new convolution that does the work of a convolution and the batch norm after it.

    Args:
        conv: nn.Conv2d with C_out output channels, with or without a bias
        bn: nn.BatchNorm2d with C_out features

    Returns:
        nn.Conv2d with a bias, equal to bn(conv(x)) in evaluation mode

    Raises:
        ValueError: when the channels differ.

    Example:
        >>> conv, bn = nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1, eps=0.0)
        >>> numbers = [(conv.weight, 2), (conv.bias, 1), (bn.weight, 6), (bn.bias, 7)]
        >>> for tensor, number in [*numbers, (bn.running_mean, 5), (bn.running_var, 4)]:
        ...     _ = tensor.data.fill_(number)
        >>> folded = fold_batch_norm(conv, bn)
        >>> folded.weight.item(), folded.bias.item(), conv.weight.item()
        (6.0, -5.0, 2.0)
    """
    ### BEGIN SOLUTION
    if conv.out_channels != bn.num_features:
        raise ValueError(f"a convolution with {conv.out_channels} channels, a batch norm with {bn.num_features}")
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        groups=conv.groups,
        padding_mode=conv.padding_mode,
        device=conv.weight.device,
        dtype=conv.weight.dtype,
    )
    old_bias = 0 if conv.bias is None else conv.bias
    with torch.no_grad():
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)  # (C_out,)
        folded.weight.copy_(conv.weight * scale[:, None, None, None])
        folded.bias.copy_(bn.bias + scale * (old_bias - bn.running_mean))
    return folded
    ### END SOLUTION


# %% role="tests" exercise="fold_batch_norm"

# %% [markdown]
# **A written question: a bias that does nothing.** In most networks the convolution before a batch norm is made with
# `bias=False`. What does batch norm in training do to a constant that the convolution adds to a channel? What takes the
# bias's place? And why does the *folded* convolution need one all the same?

# %% [markdown] role="manual" grade_id="useless-bias" points=2
# A constant added to a channel moves the mean of that channel by the same constant, and the mean is taken off: the output
# does not change at all, and the bias receives no gradient. Its place is taken by beta, which is added after the
# normalising, where nothing removes it. The folded convolution has no batch norm behind it any more, so the shift by
# beta and the running mean that is taken off have to live somewhere: in its bias.

# %% [markdown]
# ## Exercise 8 · `dropout`
#
# *10 minutes · difficulty 2 of 5*
#
# In training, dropout sets each entry to zero with probability $p$, each by itself, so that no unit can rely on one
# particular other. What is kept is divided by $1 - p$: the expected value of every entry then stays what it was, and
# evaluation has nothing to make good. This is *inverted* dropout.
#
# - in training: a tensor like `x`; an entry is 0 with probability $p$, otherwise $x / (1 - p)$;
# - in evaluation: `x` itself;
# - chance comes from `generator` when one is given (two generators with the same seed: the same zeros), from PyTorch's
#   usual one otherwise, anew in every call;
# - unless $0 \le p < 1$, raise `ValueError` with the number, in evaluation as well.
#
# Library dropouts are not allowed.
#
# **By hand.** $x = (1, 1, 1, 1)$ and $p = 0.5$: two zeros and two twos are typical; any mixture of zeros and twos is
# possible. With $p = 0.8$ every entry is 0 or 5.
#
# <details><summary>Hint 1 · a coin for every entry</summary>
#
# `torch.rand` gives numbers spread evenly between 0 and 1, of any shape, from a generator if you name one. Which share
# of them lies below $p$?
#
# <details><summary>Hint 2 · from numbers to zeros</summary>
#
# A comparison gives True and False, and these multiply as 1 and 0. The random numbers have to be made on the device of `x`.
#
# </details>
# </details>


# %% role="solution" grade_id="dropout"
def dropout(x, p, training, generator=None):
    """Inverted dropout.

    Args:
        x: a tensor of any shape
        p: the probability that an entry becomes zero, 0 ≤ p < 1
        training: whether to drop at all
        generator: a torch.Generator, or None for PyTorch's own

    Returns:
        A tensor of the shape of x; x itself in evaluation.

    Raises:
        ValueError: unless 0 ≤ p < 1.

    Example:
        >>> sorted(set(dropout(torch.ones(1000), 0.5, training=True).tolist()))
        [0.0, 2.0]
        >>> dropout(torch.ones(3), 0.5, training=False).tolist()
        [1.0, 1.0, 1.0]
    """
    ### BEGIN SOLUTION
    if not 0 <= p < 1:
        raise ValueError(f"p must be at least 0 and below 1, got {p}")
    if not training:
        return x
    kept = torch.rand(x.shape, generator=generator, device=x.device) >= p  # True with probability 1 - p
    return x * kept / (1 - p)
    ### END SOLUTION


# %% role="tests" exercise="dropout"

# %% [markdown]
# A photograph after dropout. Half of its pixels are gone and the others are twice as bright, so that seen from far
# away, where the eye averages, nothing has become darker.

# %%
with suppress(NotImplementedError):
    grey = data.photograph("cat", size=96).mean(0)
    halves = dropout(grey, 0.5, training=True, generator=torch.Generator().manual_seed(1))
    blurred = nn.functional.avg_pool2d(halves[None, None], 12)[0, 0]
    expected = nn.functional.avg_pool2d(grey[None, None], 12)[0, 0]
    show.picture(
        show.image_grid([grey, halves.clamp(max=1), expected, blurred], ["x", "p = 0.5", "means of x", "means after"]),
        "A cat; the same with half of its pixels black; means of 12 by 12 pixels agree before and after.",
        photo=True,
    )

# %% [markdown]
# You now have every layer that keeps a deep network trainable. Unit 06 puts them into one and trains it; unit 09 shows what
# they alone cannot repair.
