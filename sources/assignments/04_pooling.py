# %% [markdown]
# Lecture 04 made pictures smaller by keeping one number of every window. Here you write the pools, forwards and
# backwards:
#
# - the maximum and the mean of every window, with stride and padding, and what padding must *not* do;
# - their backward passes: one sends the gradient to the pixel that won, the other shares it out;
# - the pool that ended the age of the large fully connected layer, global average pooling;
# - the pool with which it began, LeNet's trainable subsampling, and a pool across channels.
#
# Sizes are written $N, C, H, W$ (images, channels, height, width) and $K, S, P$ (window, stride, padding). Where a pair
# is allowed, its first number belongs to the height. A pool treats every channel of every image by itself.

# %%
from contextlib import suppress

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, show

# %% [markdown] role="readonly" grade_id="about-pool-setting"
# Every answer below may use `pool_setting`: it turns the arguments of a pool into three pairs and the size of the result,
# and raises `ValueError` for arguments that are impossible. Two rules are worth reading in its code: without a stride,
# windows lie side by side; and padding is at most half a window, so that no window holds padding alone.


# %% role="readonly" grade_id="helpers-04"
def pair(value):
    """A number for height and width: 3 → (3, 3), (1, 2) → (1, 2)."""
    return (value, value) if isinstance(value, int) else tuple(value)


def pool_setting(x, kernel_size, stride, padding):
    """Window, stride, padding and number of windows: (K_h, K_w), (S_h, S_w), (P_h, P_w), (H_out, W_out)."""
    window = pair(kernel_size)
    step = window if stride is None else pair(stride)
    border = pair(padding)
    for n, k, s, p in zip(x.shape[2:], window, step, border, strict=True):
        if s < 1 or p < 0 or 2 * p > k or k > n + 2 * p:
            raise ValueError(f"a window of {k} with stride {s} and padding {p} is impossible on {n} pixels")
    size = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in zip(x.shape[2:], window, step, border, strict=True))
    return window, step, border, size


# %% [markdown]
# ## Exercise 1 · `max_pool2d`
#
# *15 minutes · difficulty 2 of 5*
#
# Of every window, the largest number is kept:
#
# $$ y_{n,c,i,j} = \max_{0 \le u < K_h,\; 0 \le v < K_w} x_{n,\,c,\; i S_h + u - P_h,\; j S_w + v - P_w} $$
#
# `stride=None` means: as large as the window. A window that would run over the end of the padded image is left out. And
# padded pixels must never win: where all real numbers are negative, a border of zeros would. Padding in a maximum is
# $-\infty$. Write it without a library's pooling (`F.max_pool2d`, `nn.MaxPool2d`, the adaptive ones, their 1-D and 3-D
# relatives); `pool_setting` above raises the errors that are asked for.
#
# **By hand.** The picture shows the four 2×2 windows of a 4×4 image. Their maxima are $8, 4, 7, 5$. With stride 1 there
# are nine windows, and the 8 wins in four of them: $8, 8, 4;\ 8, 8, 5;\ 7, 6, 5$.
#
# <details><summary>Hint 1 · what is one entry?</summary>
#
# The same slice as in a convolution: output $(i, j)$ looks at $K_h$ rows from row $i S_h$ of the padded image on, and
# at $K_w$ columns from column $j S_w$ on. Instead of a product and a sum there is a maximum.
#
# <details><summary>Hint 2 · a maximum over two dimensions</summary>
#
# `max` with a `dim` gives values *and* places. Look for its relative in the documentation that gives values only, and
# takes several dimensions at once.
#
# <details><summary>Hint 3 · the border</summary>
#
# `F.pad` fills with zeros unless you hand it another `value`. Python writes infinity as `float("inf")`.
#
# </details>
# </details>
# </details>

# %%
table = torch.tensor([[1.0, 4.0, 2.0, 1.0], [5.0, 8.0, 3.0, 4.0], [7.0, 6.0, 4.0, 5.0], [1.0, 3.0, 1.0, 2.0]])
side_by_side = F.max_pool2d(table[None, None], 2)[0, 0]
overlapping = F.max_pool2d(table[None, None], 2, stride=1)[0, 0]
assert side_by_side.tolist() == [[8, 4], [7, 5]]
assert overlapping.tolist() == [[8, 8, 4], [8, 8, 5], [7, 6, 5]]

fig, ax = show.canvas(17, 5.2)
show.number_grid(ax, table, at=(0.3, 0.9), highlight={(1, 1), (1, 3), (2, 0), (2, 3)})
for row in (0, 2):
    for column in (0, 2):
        show.window(ax, (0.3 + column, 0.9 + row), (2, 2))
show.number_grid(ax, side_by_side, at=(6.3, 1.9), role="output")
show.number_grid(ax, overlapping, at=(11, 1.4), role="output")
for at, name, role in ((0.3, "image", "input"), (6.3, "2×2 windows", "output"), (11, "the same, stride 1", "output")):
    show.words(ax, (at, 0.5), name, role=role)
show.picture(fig, "A four by four image in four windows with maxima 8, 4, 7 and 5; with stride 1 there are nine.")


# %% role="solution" grade_id="max_pool2d"
def max_pool2d(x, kernel_size, stride=None, padding=0):
    """The largest number of every window.

    Args:
        x: (N, C, H, W)
        kernel_size: int or pair (K_h, K_w)
        stride: int or pair; None for that of the window
        padding: int or pair, at most half of the window

    Returns:
        (N, C, H_out, W_out)

    Raises:
        ValueError: when no window fits, or the padding is more than half a window.

    Example:
        >>> max_pool2d(table[None, None], 2)[0, 0].tolist()
        [[8.0, 4.0], [7.0, 5.0]]
        >>> max_pool2d(-torch.ones(1, 1, 2, 2), 2, padding=1)[0, 0].tolist()
        [[-1.0, -1.0], [-1.0, -1.0]]
    """
    ### BEGIN SOLUTION
    (K_h, K_w), (s_h, s_w), (p_h, p_w), (H_out, W_out) = pool_setting(x, kernel_size, stride, padding)
    padded = F.pad(x, (p_w, p_w, p_h, p_h), value=float("-inf"))  # what no real number can lose against
    rows = []
    for i in range(H_out):
        row = []
        for j in range(W_out):
            window = padded[:, :, i * s_h : i * s_h + K_h, j * s_w : j * s_w + K_w]
            row.append(window.amax(dim=(2, 3)))  # (N, C)
        rows.append(torch.stack(row, dim=-1))  # (N, C, W_out)
    return torch.stack(rows, dim=-2)  # (N, C, H_out, W_out)
    ### END SOLUTION


# %% role="tests" exercise="max_pool2d"

# %% [markdown]
# What does a pool buy? The next cell moves handwritten digits one pixel to the right and measures how much changes, as a
# share of the picture itself: 82 % of the plain picture, 54 % after 2×2 maxima, 15 % after 4×4 maxima. The price is
# visible beside it: a place is known to the nearest window only.

# %%
digits = data.load().train_x[:500]
moved = F.pad(digits, (1, 0))[..., :-1]


def changed_by(pool):
    """How much a shift by one pixel changes what a pool makes of a digit: a mean share."""
    before, after = pool(digits), pool(moved)
    return ((before - after).flatten(1).norm(dim=1) / before.flatten(1).norm(dim=1)).mean().item()


assert round(100 * changed_by(lambda x: x)) == 82
assert round(100 * changed_by(lambda x: F.max_pool2d(x, 2))) == 54
assert round(100 * changed_by(lambda x: F.max_pool2d(x, 4))) == 15

with suppress(NotImplementedError):
    panels, titles = [], []
    for size, title in ((1, "as it is"), (2, "2×2 maxima")):
        share = changed_by(lambda x, size=size: max_pool2d(x, size))
        panels += [max_pool2d(images[8:9], size)[0] for images in (digits, moved)]
        titles += [title, f"moved: {share:.0%} differs"]
    fig = show.image_grid(panels, titles, columns=4)
    show.picture(
        fig, "A digit and the same digit moved by one pixel, as it is and pooled: pooled, the two look more alike."
    )

# %% [markdown]
# ## Exercise 2 · `max_pool2d_backward`
#
# *25 minutes · difficulty 4 of 5*
#
# A maximum hands on one of its inputs unchanged and does not listen to the others. So its gradient goes to the pixel
# that won, all of it, and nothing to the rest. Three things need care:
#
# - **overlapping windows**: a pixel that won in several windows gets the **sum** of their gradients;
# - **equal entries**: the **first in row order** gets the whole gradient (from left to right in the first row, then the
#   second), as in PyTorch;
# - **padding**: it never wins, and the result has the shape of `x`, without a border.
#
# Given are `dy`, the gradient of the loss by the pooled result, and the arguments of the forward pass. Write it without
# autograd and without a library's pooling.
#
# **By hand.** The image of exercise 1 with stride 1, and all nine numbers of $dy$ equal to 1: every pixel gets as many
# ones as it has won windows. The 8 has won four, the 5 on the right two, the 4 above it, the 7 and the 6 one each.
#
# <details><summary>Hint 1 · who has won?</summary>
#
# `argmax` gives a place as *one* number: it counts through the flattened window in row order, and of equal entries it
# names the first. With $K_w$ numbers in a row, which row and which column is place 5?
#
# <details><summary>Hint 2 · where is that in the image?</summary>
#
# The winner's row in the window plus the window's first row. Collect the gradients in a tensor as large as the *padded*
# image, and cut out the middle at the end (careful: `[p:-p]` is empty for $p = 0$).
#
# <details><summary>Hint 3 · all images and channels at once</summary>
#
# Four loops are fine. For fewer: flatten each window to $(N, C, K_h K_w)$; `F.one_hot` of the winner's place is 1 there
# and 0 elsewhere. Times `dy`, that is what this window hands out, and it is *added* to the window's slice.
#
# </details>
# </details>
# </details>

# %%
leaf = table[None, None].clone().requires_grad_()
F.max_pool2d(leaf, 2, stride=1).sum().backward()
won = leaf.grad[0, 0]
assert won.tolist() == [[0, 0, 0, 0], [0, 4, 0, 1], [1, 1, 0, 2], [0, 0, 0, 0]]

fig, ax = show.canvas(16, 5.2)
lit = {(1, 1), (1, 3), (2, 0), (2, 1), (2, 3)}
show.number_grid(ax, table, at=(0.3, 0.9), highlight=lit)
show.number_grid(ax, torch.ones(3, 3), at=(5.8, 1.4), role="gradient")
show.number_grid(ax, won, at=(10.3, 0.9), role="gradient", highlight=lit)
for at, name, role in ((0.3, "x", "input"), (5.8, "dy, stride 1", "gradient"), (10.3, "dx", "gradient")):
    show.words(ax, (at, 0.5), name, role=role)
show.picture(fig, "Nine gradients of one go to the five pixels that won: four of them to the 8, two to the 5.")


# %% role="solution" grade_id="max_pool2d_backward"
def max_pool2d_backward(dy, x, kernel_size, stride=None, padding=0):
    """The gradient of a max-pool by its input.

    Args:
        dy: (N, C, H_out, W_out), the gradient of the loss by the result
        x: (N, C, H, W), the input of the forward pass
        kernel_size, stride, padding: as in max_pool2d

    Returns:
        dx: (N, C, H, W)

    Example:
        >>> max_pool2d_backward(torch.ones(1, 1, 3, 3), table[None, None], 2, stride=1)[0, 0].tolist()
        [[0.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 1.0], [1.0, 1.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]]
        >>> max_pool2d_backward(torch.tensor([[[[5.0]]]]), torch.zeros(1, 1, 2, 2), 2)[0, 0].tolist()
        [[5.0, 0.0], [0.0, 0.0]]
    """
    ### BEGIN SOLUTION
    (K_h, K_w), (s_h, s_w), (p_h, p_w), (H_out, W_out) = pool_setting(x, kernel_size, stride, padding)
    H, W = x.shape[2:]
    padded = F.pad(x, (p_w, p_w, p_h, p_h), value=float("-inf"))
    d_padded = torch.zeros_like(padded)
    for i in range(H_out):
        for j in range(W_out):
            rows, columns = slice(i * s_h, i * s_h + K_h), slice(j * s_w, j * s_w + K_w)
            flat = padded[:, :, rows, columns].flatten(2)  # (N, C, K_h * K_w), in row order
            winner = F.one_hot(flat.argmax(dim=2), K_h * K_w).to(x.dtype)  # argmax names the first of equal ones
            handed_out = dy[:, :, i, j, None] * winner
            d_padded[:, :, rows, columns] += handed_out.unflatten(2, (K_h, K_w))  # +=: windows may overlap
    return d_padded[:, :, p_h : p_h + H, p_w : p_w + W]
    ### END SOLUTION


# %% role="tests" exercise="max_pool2d_backward"

# %% [markdown]
# **A written question: who learns?** With windows side by side, how many of the pixels below a 2×2 max-pool receive any
# gradient in one step? Is that a problem for the convolution that made those pixels? Give a reason.

# %% [markdown] role="manual" grade_id="who-learns" points=2
# One of four: in every window only the winner gets a gradient, the other three get exactly zero. It is no problem for
# the convolution below, because its weights are shared: each filter was applied at all places, winners are everywhere in
# the picture and differ from image to image, so every weight still receives gradient from very many windows. What the
# filter does not learn in this step is how it should have answered at places where it was not the strongest, and nothing
# further up depended on that answer.

# %% [markdown]
# ## Exercise 3 · `avg_pool2d`
#
# *10 minutes · difficulty 2 of 5*
#
# Of every window, the mean. Here padding is zero, and a question arises at the border: does a padded zero count as a
# pixel? Both answers are in use, so it is an argument:
#
# - `count_include_pad=True` (as in PyTorch): every sum is divided by $K_h K_w$;
# - `count_include_pad=False`: every sum is divided by the number of *real* pixels in its window.
#
# Everything else is as in exercise 1, the errors too. No library's pooling.
#
# **By hand.** The 2×2 means of the image of exercise 1 are $4.5,\ 2.5,\ 4.25,\ 3$. With padding 1, the window in the
# top left corner holds one real pixel, the 1, and three padded ones: counted, its mean is $\frac{1}{4}$; not counted, 1.
#
# <details><summary>Hint 1 · what changes from exercise 1?</summary>
#
# The value of the border, and what is done with a window. A sum is needed in both cases; only what it is divided by
# differs.
#
# <details><summary>Hint 2 · counting real pixels</summary>
#
# How would you find out by *pooling* how many real pixels every window holds? Think of an image that is 1 everywhere,
# with its border of zeros.
#
# </details>
# </details>

# %%
means = F.avg_pool2d(table[None, None], 2)[0, 0]
assert means.tolist() == [[4.5, 2.5], [4.25, 3.0]]
assert F.avg_pool2d(table[None, None], 2, padding=1)[0, 0, 0, 0] == 0.25
assert F.avg_pool2d(table[None, None], 2, padding=1, count_include_pad=False)[0, 0, 0, 0] == 1


# %% role="solution" grade_id="avg_pool2d"
def avg_pool2d(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """The mean of every window.

    Args:
        x: (N, C, H, W)
        kernel_size: int or pair (K_h, K_w)
        stride: int or pair; None for that of the window
        padding: int or pair, at most half of the window
        count_include_pad: whether padded zeros count as pixels

    Returns:
        (N, C, H_out, W_out)

    Raises:
        ValueError: when no window fits, or the padding is more than half a window.

    Example:
        >>> avg_pool2d(table[None, None], 2)[0, 0].tolist()
        [[4.5, 2.5], [4.25, 3.0]]
        >>> avg_pool2d(torch.ones(1, 1, 2, 2), 2, padding=1)[0, 0].tolist()
        [[0.25, 0.25], [0.25, 0.25]]
        >>> avg_pool2d(torch.ones(1, 1, 2, 2), 2, padding=1, count_include_pad=False)[0, 0].tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """
    ### BEGIN SOLUTION
    (K_h, K_w), (s_h, s_w), (p_h, p_w), (H_out, W_out) = pool_setting(x, kernel_size, stride, padding)
    border = (p_w, p_w, p_h, p_h)
    padded = F.pad(x, border)
    real = F.pad(torch.ones_like(x[:1, :1]), border)  # 1 where there is a pixel, 0 where there is padding
    y = torch.zeros(*x.shape[:2], H_out, W_out, dtype=x.dtype, device=x.device)
    for i in range(H_out):
        for j in range(W_out):
            at = (..., slice(i * s_h, i * s_h + K_h), slice(j * s_w, j * s_w + K_w))
            count = K_h * K_w if count_include_pad else real[at].sum()
            y[:, :, i, j] = padded[at].sum(dim=(2, 3)) / count
    return y
    ### END SOLUTION


# %% role="tests" exercise="avg_pool2d"

# %% [markdown]
# ## Exercise 4 · `avg_pool2d_backward`
#
# *10 minutes · difficulty 3 of 5*
#
# A mean listens to all of its $K_h K_w$ inputs equally, so each of them gets the same share of the gradient. Overlaps
# add up, the border is cut off. The forward pass is that of `count_include_pad=True`. Write it without autograd and
# without a library's pooling.
#
# **By hand.** 2×2 windows side by side on 4×4 pixels, and $dy = \begin{pmatrix} 4 & 8 \\ 12 & 16 \end{pmatrix}$: the four
# pixels of the first window get 1 each, those of the others 2, 3 and 4.
#
# <details><summary>Hint 1 · from exercise 2 to this one</summary>
#
# The walk over the windows is the same, and so are the padded buffer and the cut. What is handed out no longer depends
# on the numbers in the window. Of `x`, only the shape is needed.
#
# <details><summary>Hint 2 · at the border</summary>
#
# A corner's window gives a share to its padded pixels too. What happens to these shares?
#
# </details>
# </details>

# %%
leaf = torch.zeros(1, 1, 4, 4, requires_grad=True)
F.avg_pool2d(leaf, 2).backward(torch.tensor([[[[4.0, 8.0], [12.0, 16.0]]]]))
shares = leaf.grad[0, 0]
assert shares.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]

fig, ax = show.canvas(12, 5.2)
show.number_grid(ax, [[4, 8], [12, 16]], at=(0.3, 1.9), role="gradient")
show.arrow(ax, (2.7, 2.9), (4.5, 2.9))
show.number_grid(ax, shares, at=(4.9, 0.9), role="gradient")
show.words(ax, (0.3, 0.5), "dy", role="gradient")
show.words(ax, (4.9, 0.5), "dx", role="gradient")
show.picture(fig, "Four gradients, 4, 8, 12 and 16, are shared out: four ones, four twos, four threes, four fours.")


# %% role="solution" grade_id="avg_pool2d_backward"
def avg_pool2d_backward(dy, x, kernel_size, stride=None, padding=0):
    """The gradient of an average pool by its input.

    Args:
        dy: (N, C, H_out, W_out), the gradient of the loss by the result
        x: (N, C, H, W), the input of the forward pass
        kernel_size, stride, padding: as in avg_pool2d

    Returns:
        dx: (N, C, H, W)

    Example:
        >>> dy = torch.tensor([[[[4.0, 8.0], [12.0, 16.0]]]])
        >>> avg_pool2d_backward(dy, torch.zeros(1, 1, 4, 4), 2)[0, 0].tolist()
        [[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0], [3.0, 3.0, 4.0, 4.0], [3.0, 3.0, 4.0, 4.0]]
    """
    ### BEGIN SOLUTION
    (K_h, K_w), (s_h, s_w), (p_h, p_w), (H_out, W_out) = pool_setting(x, kernel_size, stride, padding)
    H, W = x.shape[2:]
    d_padded = torch.zeros_like(F.pad(x, (p_w, p_w, p_h, p_h)))
    for i in range(H_out):
        for j in range(W_out):
            share = dy[:, :, i, j, None, None] / (K_h * K_w)  # (N, C, 1, 1), the same for the whole window
            d_padded[:, :, i * s_h : i * s_h + K_h, j * s_w : j * s_w + K_w] += share
    return d_padded[:, :, p_h : p_h + H, p_w : p_w + W]  # what went to the padding is lost
    ### END SOLUTION


# %% role="tests" exercise="avg_pool2d_backward"

# %% [markdown]
# ## Exercise 5 · `global_avg_pool`
#
# *5 minutes · difficulty 1 of 5*
#
# A window as large as the image: what is left of every channel is one number, its mean. Networks until 2014 flattened
# their last feature maps instead and put a large fully connected layer on top. For 1,024 maps of 7×7 and 1,000 classes
# that layer has 50,176,000 weights; behind a global average it has 1,024,000, and it works for any size of image.
#
# From $(N, C, H, W)$ to $(N, C)$, without a library's pooling.
#
# **By hand.** One channel $\begin{pmatrix} 1 & 2 \\ 3 & 6 \end{pmatrix}$ becomes $3$.
#
# <details><summary>Hint · which dimensions vanish?</summary>
#
# Those over which the mean is taken, and they vanish altogether: a linear layer behind it wants two dimensions.
#
# </details>

# %%
assert 7 * 7 * 1024 * 1000 == 50_176_000
assert 1024 * 1000 == 1_024_000
assert torch.tensor([[1.0, 2.0], [3.0, 6.0]]).mean() == 3


# %% role="solution" grade_id="global_avg_pool"
def global_avg_pool(x):
    """The mean of every channel.

    Args:
        x: (N, C, H, W)

    Returns:
        (N, C)

    Example:
        >>> global_avg_pool(torch.tensor([[[[1.0, 2.0], [3.0, 6.0]], [[0.0, 0.0], [0.0, 4.0]]]])).tolist()
        [[3.0, 1.0]]
    """
    ### BEGIN SOLUTION
    return x.mean(dim=(2, 3))  # height and width vanish, images and channels stay
    ### END SOLUTION


# %% role="tests" exercise="global_avg_pool"

# %% [markdown]
# **A written question: what does a global average not know?** The last feature maps of a network say where in the image
# something was found. After a global average, what of this is left and what is gone? Name one task for which that is
# right, and one for which it is not.

# %% [markdown] role="manual" grade_id="what-is-averaged-away" points=2
# What is left is how strongly each channel answered over the whole image; where it answered is gone, and so is whether
# one place answered strongly or many answered weakly. For "is there a dog in the picture?" that is right: the place does
# not matter, and a shifted dog gives the same numbers. For finding the dog's outline, or for saying whether the cup
# stands left or right of the plate, it is wrong: any arrangement of the same answers has the same average.

# %% [markdown]
# ## Exercise 6 · `LeNetSubsample`
#
# *15 minutes · difficulty 3 of 5*
#
# In LeNet-5 (1998) a pool could learn. Each 2×2 window, side by side, is **summed**; the sum is multiplied by a
# coefficient, a bias is added, and the result goes through a sigmoid:
#
# $$ y_{n,c,i,j} = \sigma\Big( a_c \cdot \sum_{u,v \in \{0,1\}} x_{n,\,c,\,2i+u,\,2j+v} + b_c \Big) \qquad
# \sigma(z) = \frac{1}{1 + e^{-z}} $$
#
# One coefficient $a_c$ and one bias $b_c$ per channel: 12 parameters for LeNet's six channels. With a small $a_c$ the
# layer is almost linear and blurs, with a large one it acts like a logical OR or AND of its four inputs, depending
# on $b_c$.
#
# Write it as a module with exactly two parameters of shape $(C,)$; names and first values are up to you. Of an odd
# height or width, the last row or column is left out. Everything of PyTorch may be used here, and so may your own pools.
#
# **By hand.** One window with $1, 2, 3, -2$, a coefficient of $\frac{1}{2}$ and a bias of $-2$:
# $\sigma(\frac{1}{2} \cdot 4 - 2) = \sigma(0) = \frac{1}{2}$.
#
# <details><summary>Hint 1 · what belongs in the constructor?</summary>
#
# What lasts from call to call and is to be learnt: two vectors with one number per channel. An optimizer finds a tensor
# of a module only if it is wrapped as a parameter.
#
# <details><summary>Hint 2 · the sum of a window</summary>
#
# You have written a mean of windows. What is a sum of four numbers, given their mean?
#
# <details><summary>Hint 3 · a number per channel</summary>
#
# $(C,)$ must line up with the second dimension of $(N, C, H, W)$, not with the width: two dimensions of size 1 behind it.
#
# </details>
# </details>
# </details>

# %%
window_sum = torch.tensor([1.0, 2.0, 3.0, -2.0]).sum()
assert torch.sigmoid(0.5 * window_sum - 2) == 0.5


# %% role="solution" grade_id="LeNetSubsample"
class LeNetSubsample(nn.Module):
    """LeNet's trainable pool: sigmoid(coefficient · sum of each 2×2 window + bias).

    Args:
        channels: how many, C

    Shape:
        (N, C, H, W) → (N, C, H // 2, W // 2)

    Example:
        >>> layer = LeNetSubsample(3)
        >>> sorted(tuple(p.shape) for p in layer.parameters())
        [(3,), (3,)]
        >>> tuple(layer(torch.zeros(2, 3, 5, 8)).shape)
        (2, 3, 2, 4)
    """

    def __init__(self, channels):
        super().__init__()
        ### BEGIN SOLUTION
        self.coefficient = nn.Parameter(torch.full((channels,), 0.25))  # begins as the mean of the window
        self.bias = nn.Parameter(torch.zeros(channels))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        window_sums = 4 * F.avg_pool2d(x, 2)  # (N, C, H // 2, W // 2); an odd last row or column is left out
        return torch.sigmoid(self.coefficient[:, None, None] * window_sums + self.bias[:, None, None])
        ### END SOLUTION


# %% role="tests" exercise="LeNetSubsample"

# %% [markdown]
# ## Exercise 7 · `channel_max_pool`
#
# *10 minutes · difficulty 2 of 5*
#
# A pool need not work in space. This one compares channels: each group of `size` consecutive channels keeps, at every
# pixel, its largest number. If one filter looks for a stroke, its neighbour for the same stroke turned a little, and so
# on, then the group answers "this stroke, in some direction". Networks called *maxout* are built on it.
#
# From $(N, C, H, W)$ to $(N, C/\text{size}, H, W)$. When `size` does not divide the channels, or is below 1, raise
# `ValueError` with the numbers. No library's pooling.
#
# **By hand.** Four channels with one pixel each, $1, 5, 2, 3$, in pairs: $5, 3$. (Not $2, 5$: that would compare
# channel 0 with channel 2.)
#
# <details><summary>Hint 1 · make the groups visible</summary>
#
# Split the dimension of the channels into two, without changing the order of the numbers. Channel 0 and channel 1 must
# land beside each other: is the size of a group the first or the second of the two new dimensions?
#
# <details><summary>Hint 2 · or a loop</summary>
#
# A slice of `size` channels for every group, a maximum over its channels, and a stack of the results along the dimension
# where channels belong.
#
# </details>
# </details>

# %%
four = torch.tensor([1.0, 5.0, 2.0, 3.0])
assert [max(four[c : c + 2].tolist()) for c in (0, 2)] == [5.0, 3.0]


# %% role="solution" grade_id="channel_max_pool"
def channel_max_pool(x, size):
    """The maximum over groups of consecutive channels.

    Args:
        x: (N, C, H, W)
        size: how many channels make a group

    Returns:
        (N, C / size, H, W)

    Raises:
        ValueError: when size does not divide C, or is below 1.

    Example:
        >>> channel_max_pool(torch.tensor([1.0, 5.0, 2.0, 3.0]).reshape(1, 4, 1, 1), 2).flatten().tolist()
        [5.0, 3.0]
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    if size < 1 or C % size:
        raise ValueError(f"{C} channels do not divide into groups of {size}")
    groups = x.reshape(N, C // size, size, H, W)  # the last index runs fastest: neighbours stay together
    return groups.amax(dim=2)
    ### END SOLUTION


# %% role="tests" exercise="channel_max_pool"

# %% [markdown]
# On a photograph: six Sobel-like filters for edges in six directions, and their maximum over all six. One map is left,
# which answers to an edge in any direction. (The filters are turned with the cosine and sine of the angle, because an
# edge's answer to direction $\alpha$ is the sum of its answers across and down, so weighted.)

# %%
with suppress(NotImplementedError):
    photo = data.photograph("camera", size=128)
    across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    angles = torch.arange(6) * torch.pi / 3
    turned = torch.stack([a.cos() * across + a.sin() * across.T for a in angles])[:, None]
    answers = F.conv2d(photo[None, None], turned)
    any_direction = channel_max_pool(answers, 6)
    smaller = max_pool2d(any_direction, 2)
    panels = [photo, answers[0, 0].clamp(min=0), answers[0, 3].clamp(min=0), any_direction[0], smaller[0]]
    titles = ["photograph", "direction 0", "direction 3", "maximum over six", "and over 2×2 pixels"]
    show.picture(
        show.image_grid(panels, titles, columns=5, inches=2, same_scale=False),
        "Edges of one direction, of the opposite one, of all six together, and the same at half the size.",
        photo=True,
    )

# %% [markdown]
# You now have every kind of layer that LeNet and AlexNet were made of, except one: what keeps a deep stack of them
# trainable. That is unit 05.
