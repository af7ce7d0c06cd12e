# %% [markdown]
# Lecture 02 slid a window over a photograph. Here you write everything that it was made of:
#
# - six classic kernels, and the sliding window for one image;
# - `conv2d` as networks use it: channels, filters, bias, stride, padding, dilation, groups;
# - the same as one matrix product (`im2col`), which is how libraries got fast;
# - the backward pass by hand;
# - and the layer that a convolution would be if it did *not* share its weights.
#
# As everywhere in deep learning, "convolution" means here that nothing is flipped: the kernel's top left number meets
# the window's top left pixel. Sizes are written $N, C, H, W$ (images, channels, height, width) and $K, S, P, D, G$
# (kernel, stride, padding, dilation, groups). Where a pair is allowed, its first number belongs to the height.

# %%
import time
from contextlib import suppress

import torch
import torch.nn.functional as F

from convlab import data, show

# %% [markdown] role="readonly" grade_id="about-pair"
# Every answer below may use `pair`: it turns a single number into two, and leaves a pair as it is.


# %% role="readonly" grade_id="helpers-02"
def pair(value):
    """A number for height and width: 3 → (3, 3), (1, 2) → (1, 2)."""
    return (value, value) if isinstance(value, int) else tuple(value)


# %% [markdown]
# ## Exercise 1 · `make_kernel`
#
# *10 minutes · difficulty 1 of 5*
#
# A 3×3 kernel says how much each pixel of a window counts. Before networks learnt their kernels, people wrote them down.
# These six are still worth knowing by heart:
#
# | name | what comes out for a window | sum of the nine numbers |
# |---|---|---|
# | `identity` | the middle pixel | 1 |
# | `box_blur` | the mean of all nine pixels | 1 |
# | `sharpen` | 5 × the middle pixel, minus its four neighbours above, below, left and right | 1 |
# | `edge` | 8 × the middle pixel, minus its eight neighbours | 0 |
# | `sobel_x` | the column on the right minus the column on the left; the middle row counts twice | 0 |
# | `sobel_y` | the row below minus the row above; the middle column counts twice | 0 |
#
# Write `make_kernel(name)`, which returns the kernel as a $(3, 3)$ tensor of dtype `float32`. Any other name raises
# `ValueError`.
#
# **By hand.** Below is a window with an edge in it: dark on the left, bright on the right. Lay each kernel over it,
# multiply, add up: 0 for `identity`, $\frac{3}{9}$ for `box_blur`, $-1$ for `sharpen`, $-3$ for `edge`, $4$ for
# `sobel_x`, and $0$ for `sobel_y`, which looks for edges in the other direction.
#
# <details><summary>Hint 1 · where do I begin?</summary>
#
# Draw nine boxes. The text in the table is a recipe: "minus" is a negative number in the box of that pixel, a pixel that
# is not mentioned gets 0. Check the sum in the last column.
#
# <details><summary>Hint 2 · how do I write six tables?</summary>
#
# A dictionary from name to nested lists, and one `torch.tensor` at the end. Lists of whole numbers become an integer
# tensor unless you say which dtype you want.
#
# <details><summary>Hint 3 · the two Sobel kernels</summary>
#
# Each is the other one, transposed. In `sobel_x` the numbers change sign from left to right, and a row reads: minus
# something, nothing, plus the same.
#
# </details>
# </details>
# </details>

# %%
step = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
fig, ax = show.canvas(12, 3.6)
show.number_grid(ax, step, at=(0.3, 0.3))
show.words(ax, (4.2, 1.1), "a window with an edge:", role="input")
show.words(ax, (4.2, 1.9), "dark (0) on the left, bright (1) on the right", role="input")
show.picture(fig, "A window of three by three pixels: two columns of zeros, and a column of ones on the right.")


# %% role="solution" grade_id="make_kernel"
def make_kernel(name):
    """One of six classic kernels.

    Args:
        name: "identity", "box_blur", "sharpen", "edge", "sobel_x" or "sobel_y"

    Returns:
        The kernel: (3, 3), float32.

    Raises:
        ValueError: for any other name.

    Example:
        >>> make_kernel("sharpen").sum().item(), make_kernel("edge").sum().item()
        (1.0, 0.0)
        >>> (step * make_kernel("sobel_x")).sum().item()
        4.0
    """
    ### BEGIN SOLUTION
    ninth = 1 / 9
    kernels = {
        "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
        "box_blur": [[ninth, ninth, ninth], [ninth, ninth, ninth], [ninth, ninth, ninth]],
        "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
        "edge": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
        "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    }
    if name not in kernels:
        raise ValueError(f"no kernel is called {name!r}; there are {', '.join(kernels)}")
    return torch.tensor(kernels[name], dtype=torch.float32)  # without a dtype, whole numbers become int64
    ### END SOLUTION


# %% role="tests" exercise="make_kernel"

# %% [markdown]
# ## Exercise 2 · `conv2d_single`
#
# *10 minutes · difficulty 2 of 5*
#
# One image, one kernel, and every place where the kernel lies wholly inside the image:
#
# $$ y_{i,j} = \sum_{u=0}^{K_h-1} \sum_{v=0}^{K_w-1} \text{image}_{i+u,\,j+v} \cdot \text{kernel}_{u,v} $$
#
# The picture shows the last of four places. A kernel of $K_h$ rows fits into $H$ rows at $H - K_h + 1$ heights, so the
# result is $(H-K_h+1, W-K_w+1)$: a little smaller than the image. A kernel that does not fit at all raises `ValueError`
# with the sizes in its message. Write it without a library's convolution or correlation (PyTorch's, SciPy's or NumPy's).
#
# **By hand.** For the window in the picture: $1 \cdot 1 + 3 \cdot 0 + 1 \cdot 2 + 0 \cdot (-1) = 3$.
#
# <details><summary>Hint 1 · what is one entry?</summary>
#
# Say it in words for entry $(1, 1)$ of the picture: which rows and which columns of the image are in the window? Now
# replace the two ones by $i$ and $j$.
#
# <details><summary>Hint 2 · from the window to a number</summary>
#
# A slice of the image has the shape of the kernel. Two tensors of equal shape multiply entry by entry with `*`; one
# number is left after a sum.
#
# <details><summary>Hint 3 · where do the results go?</summary>
#
# Into a tensor of zeros, made before the two loops over $i$ and $j$, with the dtype and device of the image. How often
# does each loop run? Not $H - K_h$ times: a kernel as large as the image has one place.
#
# </details>
# </details>
# </details>

# %%
image = torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 1.0, 0.0]])
kernel = torch.tensor([[1.0, 0.0], [2.0, -1.0]])
slid = F.conv2d(image[None, None], kernel[None, None])[0, 0]
assert slid.tolist() == [[0.0, 1.0], [3.0, 3.0]]

fig, ax = show.canvas(16, 4.4)
show.number_grid(ax, image, at=(0.3, 1), highlight={(1, 1), (1, 2), (2, 1), (2, 2)})
show.window(ax, (1.3, 2), (2, 2))
show.number_grid(ax, kernel, at=(5.3, 1.5), role="kernel")
show.number_grid(ax, slid, at=(9.3, 1.5), role="output", highlight={(1, 1)})
for at, name, role in ((0.3, "image", "input"), (5.3, "kernel", "kernel"), (9.3, "result", "output")):
    show.words(ax, (at, 0.6), name, role=role)
show.picture(
    fig,
    "A kernel of two by two over an image of three by three fits at four places; at the last one it gives 3.",
)


# %% role="solution" grade_id="conv2d_single"
def conv2d_single(image, kernel):
    """Slide one kernel over one image, without padding.

    Args:
        image: (H, W)
        kernel: (K_h, K_w)

    Returns:
        The sums of products: (H - K_h + 1, W - K_w + 1).

    Raises:
        ValueError: when the kernel does not fit into the image.

    Example:
        >>> image = torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 1.0, 0.0]])
        >>> conv2d_single(image, torch.tensor([[1.0, 0.0], [2.0, -1.0]])).tolist()
        [[0.0, 1.0], [3.0, 3.0]]
    """
    ### BEGIN SOLUTION
    H, W = image.shape
    K_h, K_w = kernel.shape
    if K_h > H or K_w > W:
        raise ValueError(f"a {K_h}×{K_w} kernel does not fit into a {H}×{W} image")
    # Counting starts: the first window starts at 0, the last one at H - K_h, so there are H - K_h + 1.
    result = torch.zeros(H - K_h + 1, W - K_w + 1, dtype=image.dtype, device=image.device)
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            window = image[i : i + K_h, j : j + K_w]
            result[i, j] = (window * kernel).sum()
    return result
    ### END SOLUTION


# %% role="tests" exercise="conv2d_single"

# %% [markdown]
# With both answers in place, the next cell sends a photograph through your kernels. In the three pictures on the right,
# vermilion is positive, blue negative and white zero. The legs of the tripod run mostly down the picture: which of the two
# Sobel kernels sees them better, and why?

# %%
photo = data.photograph("camera", size=96)
with suppress(NotImplementedError):
    grey = [conv2d_single(photo, make_kernel(name)).clamp(0, 1) for name in ("identity", "box_blur", "sharpen")]
    show.picture(
        show.image_grid(grey, ["identity", "box_blur", "sharpen"]),
        "A photograph of a man with a camera: as it is, blurred, and sharpened.",
        photo=True,
    )
    edges = [conv2d_single(photo, make_kernel(name)) for name in ("edge", "sobel_x", "sobel_y")]
    show.picture(
        show.image_grid(edges, ["edge", "sobel_x", "sobel_y"], signed=True),
        "Its edges: in all directions, those where brightness changes along a row, and those where it changes down.",
    )

# %% [markdown]
# ## Exercise 3 · `conv2d`
#
# *30 minutes · difficulty 3 of 5*
#
# Now the layer that networks are made of. A batch of images with $C_{in}$ channels meets $C_{out}$ filters; each filter
# is as deep as its input, looks at all channels at once and makes *one* new channel:
#
# $$ y_{n,o,i,j} = b_o + \sum_{c} \sum_{u} \sum_{v} x_{n,\;c,\;i S_h + u D_h - P_h,\;j S_w + v D_w - P_w} \cdot w_{o,c,u,v} $$
#
# - **Padding** $P$ puts $P$ rows (columns) of zeros on *both* sides; what the formula reads outside of $x$ is 0.
# - **Stride** $S$ moves the window by $S$ pixels between two outputs. A window that would run over the end is left out.
# - **Dilation** $D$ spreads the kernel: its taps are $D$ pixels apart, so it spans $D(K-1)+1$ pixels.
# - **Groups** $G$ cut channels and filters into $G$ equal parts that lie side by side. Group $g$'s filters see group
#   $g$'s channels only, which is why $w$ is $(C_{out}, C_{in}/G, K_h, K_w)$.
#
# Counting window starts gives the size of the result (unit 03 takes its time for this):
#
# $$ H_{out} = \left\lfloor \frac{H + 2P_h - D_h(K_h-1) - 1}{S_h} \right\rfloor + 1 $$
#
# and the same for the width. Raise `ValueError`, with the numbers in it, when the kernel spans more than the padded
# image, when the channels do not divide into the groups or do not match the filters' depth, and when a stride or
# dilation is below 1. Write it without a library's convolution; `F.pad`, `F.unfold`, `torch.einsum` and everything else
# are yours to use. Start with loops: speed is the next exercise.
#
# **By hand.** The picture has two channels, one filter of depth 2, and $b = 10$. Without padding there is one window:
# $1 + 4$ from the first channel, $0$ from the second, and the bias, $15$. With padding 1 and stride 2 there are four
# windows, and each holds one real pixel: $\begin{pmatrix} 11 & 10 \\ 10 & 14 \end{pmatrix}$.
#
# <details><summary>Hint 1 · in which order do I build this?</summary>
#
# First for stride 1, no padding, one group: run the check, and the first group of cases should pass. Then add one option
# at a time. The bias comes once, after the sum over channels.
#
# <details><summary>Hint 2 · stride, padding and dilation in one slice</summary>
#
# Pad once, before the loops (mind the order in which `F.pad` wants its four numbers: last dimension first). Output $i$
# begins at row $i S_h$ of the padded image. A slice has a third number, its step: `[start:stop:step]`. Which of the
# options is that? The stop is one behind the last tap.
#
# <details><summary>Hint 3 · from a window to all filters at once</summary>
#
# The window of the whole batch is $(N, C, K_h, K_w)$, the filters are $(C_{out}, C, K_h, K_w)$. Three of these
# dimensions meet and vanish in the sum, $N$ and $C_{out}$ stay. `torch.einsum` says just that.
#
# <details><summary>Hint 4 · groups</summary>
#
# A loop over $g$. With $C_{in}/G$ channels in each group, where does group $g$ begin, and where does it end? Where do its
# filters begin in $w$, and where does its result go in $y$?
#
# </details>
# </details>
# </details>
# </details>

# %%
x_small = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 1.0]]]])
w_small = torch.tensor([[[[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [2.0, 0.0]]]])
b_small = torch.tensor([10.0])
assert F.conv2d(x_small, w_small, b_small).tolist() == [[[[15.0]]]]
spread = F.conv2d(x_small, w_small, b_small, stride=2, padding=1)[0, 0]
assert spread.tolist() == [[11.0, 10.0], [10.0, 14.0]]

fig, ax = show.canvas(18, 5)
padded_small = F.pad(x_small, (1, 1, 1, 1))[0]
real = {(1, 1), (1, 2), (2, 1), (2, 2)}
for c in range(2):
    show.number_grid(ax, padded_small[c], at=(0.3 + 4.7 * c, 0.8), highlight=real)
    show.words(ax, (0.3 + 4.7 * c, 0.4), f"x, channel {c}, padded", role="input", size=12)
    show.window(ax, (0.3 + 4.7 * c, 0.8), (2, 2))
    show.number_grid(ax, w_small[0, c], at=(10 + 2.5 * c, 1.8), role="kernel")
show.words(ax, (10, 1.4), "one filter, depth 2", role="kernel", size=12)
show.number_grid(ax, spread, at=(15.4, 1.8), role="output", highlight={(0, 0)})
show.words(ax, (15.4, 1.4), "result", role="output", size=12)
show.picture(
    fig,
    "Two channels of two by two pixels with a border of zeros; the window at the top left holds one real pixel of each "
    "channel, 1 and 1, and with the bias of 10 gives 11.",
)


# %% role="solution" grade_id="conv2d"
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """The convolution of a layer.

    Args:
        x: (N, C_in, H, W)
        w: (C_out, C_in / groups, K_h, K_w)
        b: (C_out,) or None
        stride, padding, dilation: int or pair (height, width)
        groups: int, divides C_in and C_out

    Returns:
        (N, C_out, H_out, W_out)

    Raises:
        ValueError: when no window fits, or channels, filters and groups do not go together.

    Example:
        >>> x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 1.0]]]])
        >>> w = torch.tensor([[[[1.0, 0.0], [0.0, 1.0]], [[0.0, 2.0], [2.0, 0.0]]]])
        >>> conv2d(x, w, torch.tensor([10.0])).tolist()
        [[[[15.0]]]]
        >>> conv2d(x, w, torch.tensor([10.0]), stride=2, padding=1).tolist()
        [[[[11.0, 10.0], [10.0, 14.0]]]]
    """
    ### BEGIN SOLUTION
    (s_h, s_w), (p_h, p_w), (d_h, d_w) = pair(stride), pair(padding), pair(dilation)
    N, C_in, H, W = x.shape
    C_out, depth, K_h, K_w = w.shape
    span_h, span_w = d_h * (K_h - 1) + 1, d_w * (K_w - 1) + 1  # pixels from the first tap to the last

    if min(s_h, s_w, d_h, d_w) < 1:
        raise ValueError(f"stride {stride} and dilation {dilation} must be at least 1")
    if C_in % groups or C_out % groups or C_in // groups != depth:
        raise ValueError(f"{C_in} channels, {C_out} filters of depth {depth} and {groups} groups do not go together")
    if span_h > H + 2 * p_h or span_w > W + 2 * p_w:
        raise ValueError(f"a kernel that spans {span_h}×{span_w} does not fit into {H}×{W} with padding {padding}")

    H_out = (H + 2 * p_h - span_h) // s_h + 1
    W_out = (W + 2 * p_w - span_w) // s_w + 1
    padded = F.pad(x, (p_w, p_w, p_h, p_h))  # F.pad begins with the last dimension: left, right, top, bottom
    y = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    per_group = C_out // groups
    for g in range(groups):
        channels = slice(g * depth, (g + 1) * depth)
        filters = slice(g * per_group, (g + 1) * per_group)
        for i in range(H_out):
            for j in range(W_out):
                top, left = i * s_h, j * s_w
                window = padded[:, channels, top : top + span_h : d_h, left : left + span_w : d_w]
                # (N, depth, K_h, K_w) and (per_group, depth, K_h, K_w): all but n and o are summed over.
                y[:, filters, i, j] = torch.einsum("ncuv,ocuv->no", window, w[filters])
    if b is not None:
        y = y + b[:, None, None]  # one number per filter, the same at every place and for every image
    return y
    ### END SOLUTION


# %% role="tests" exercise="conv2d"

# %% [markdown]
# One call now makes a stack of pictures. The next cell gives a filter bank of two Sobel kernels, in three groups, a
# colour photograph with three channels: six results, a horizontal and a vertical change for each colour. Together they
# say how strong the edge is at every pixel, whatever its direction. (The frame around it is an edge too: outside of the
# photograph, padding has put zeros.)

# %%
with suppress(NotImplementedError):
    cat = data.photograph("cat", size=75)
    bank = torch.stack([make_kernel("sobel_x"), make_kernel("sobel_y")] * 3)[:, None]  # (6, 1, 3, 3)
    changes = conv2d(cat[None], bank, padding=1, groups=3)[0]  # (6, 75, 75)
    strength = changes.unflatten(0, (3, 2)).square().sum((0, 1)).sqrt()
    show.picture(
        show.image_grid(
            [cat, strength / strength.max(), 1 - strength / strength.max()],
            ["the photograph", "strength of edges", "the same, drawn in ink"],
        ),
        "A cat, and how strongly brightness changes at every pixel: its whiskers, eyes and outline stand out.",
        photo=True,
    )

# %% [markdown]
# **A written question: flipped or not?** A signal processor's convolution flips the kernel in both directions before it
# slides; `conv2d` does not. For which of the six kernels of exercise 1 does this change the result, and how? And why
# does it make no difference to what a network with learnt kernels can do?

# %% [markdown] role="manual" grade_id="flipped-or-not" points=2
# Identity, blur, sharpen and edge look the same when they are turned by 180°, so nothing changes. The two Sobel kernels
# become their own negatives: the same edges are found with the opposite sign. A network learns its kernels, and every
# flipped kernel is itself a possible kernel. If the layer flipped, training would find the flipped numbers and the
# outputs would be the same. It matters only when numbers are carried over from a library with the other convention, or
# when a formula (such as the product of Fourier transforms) is derived for true convolution.

# %% [markdown]
# ## Exercise 4 · `im2col`
#
# *15 minutes · difficulty 3 of 5*
#
# Loops in Python are slow, matrix products are what the hardware is built for. The bridge between them: write every
# window as one **column** of a matrix. The picture shows a 3×4 image and its six 2×2 windows.
#
# For a batch the result is $(N, C K_h K_w, L)$ with $L = H_{out} W_{out}$ windows. The order is fixed, because somebody
# will multiply this matrix with flattened filters:
#
# - along a column: channel by channel, in each channel row by row of the window (as `w[o].flatten()` does);
# - from column to column: windows from left to right, then the next row of windows.
#
# Stride and padding mean what they meant in exercise 3; `kernel_size` is a number or a pair. A window that does not fit
# raises `ValueError`. Write it without `F.unfold`, `F.fold` or a library's convolution; the method `Tensor.unfold`,
# `as_strided` and indexing are yours to use.
#
# **By hand.** The first window of the picture holds 1, 2 in its upper row and 5, 6 in its lower row: the first column is
# $(1, 2, 5, 6)$. The second begins one pixel further right: $(2, 3, 6, 7)$.
#
# <details><summary>Hint 1 · one column</summary>
#
# Take the window of the whole batch, $(N, C, K_h, K_w)$, as in exercise 3. Which call turns everything behind $N$ into
# one dimension, in the order asked for?
#
# <details><summary>Hint 2 · all columns</summary>
#
# Collect them in a list, rows of windows in the outer loop. `torch.stack` joins a list of tensors along a *new*
# dimension; which number must that dimension have for $(N, C K_h K_w, L)$?
#
# <details><summary>Hint 3 · with fewer steps, if you like</summary>
#
# Loop over the $K_h K_w$ places in the kernel instead of over the windows: the pixels that meet place $(u, v)$ in all
# windows are a strided slice of the padded image. That is one row of the matrix, per channel.
#
# </details>
# </details>
# </details>

# %%
counting = torch.arange(1.0, 13.0).reshape(1, 1, 3, 4)
unrolled = F.unfold(counting, 2)[0]
assert unrolled[:, 0].tolist() == [1, 2, 5, 6]
assert unrolled[:, 1].tolist() == [2, 3, 6, 7]

fig, ax = show.canvas(15, 5.6)
show.number_grid(ax, counting[0, 0], at=(0.3, 1.3), highlight={(0, 1), (0, 2), (1, 1), (1, 2)})
show.window(ax, (1.3, 1.3), (2, 2))
show.words(ax, (0.3, 0.9), "image", role="input", size=12)
show.number_grid(ax, unrolled, at=(8, 1.3), highlight={(row, 1) for row in range(4)})
show.row_of_words(ax, [f"{i},{j}" for i in range(2) for j in range(3)], at=(8, 0.9))
show.words(ax, (7.7, 0.9), "window", role="plain", size=11, align="right")
show.arrow(ax, (3.5, 2.3), (7.9, 2.9))
show.picture(fig, "The window at row 0, column 1 of a 3 by 4 image holds 2, 3, 6, 7, which is column 1 of the matrix.")


# %% role="solution" grade_id="im2col"
def im2col(x, kernel_size, stride=1, padding=0):
    """Write every window of every image as a column.

    Args:
        x: (N, C, H, W)
        kernel_size: int or pair (K_h, K_w)
        stride, padding: int or pair (height, width)

    Returns:
        (N, C * K_h * K_w, L), L = H_out * W_out windows counted row by row.

    Raises:
        ValueError: when no window fits.

    Example:
        >>> x = torch.arange(1, 13).reshape(1, 1, 3, 4)
        >>> im2col(x, 2)[0].tolist()
        [[1, 2, 3, 5, 6, 7], [2, 3, 4, 6, 7, 8], [5, 6, 7, 9, 10, 11], [6, 7, 8, 10, 11, 12]]
    """
    ### BEGIN SOLUTION
    (K_h, K_w), (s_h, s_w), (p_h, p_w) = pair(kernel_size), pair(stride), pair(padding)
    H, W = x.shape[2:]
    if K_h > H + 2 * p_h or K_w > W + 2 * p_w:
        raise ValueError(f"{K_h}×{K_w} windows do not fit into {H}×{W} with padding {padding}")
    H_out = (H + 2 * p_h - K_h) // s_h + 1
    W_out = (W + 2 * p_w - K_w) // s_w + 1
    padded = F.pad(x, (p_w, p_w, p_h, p_h))
    columns = []
    for i in range(H_out):
        for j in range(W_out):
            window = padded[:, :, i * s_h : i * s_h + K_h, j * s_w : j * s_w + K_w]  # (N, C, K_h, K_w)
            columns.append(window.flatten(1))  # (N, C * K_h * K_w), channel, then row, then column
    return torch.stack(columns, dim=2)
    ### END SOLUTION


# %% role="tests" exercise="im2col"

# %% [markdown]
# ## Exercise 5 · `conv2d_im2col`
#
# *10 minutes · difficulty 2 of 5*
#
# With windows as columns and filters as rows, a convolution is one matrix product:
#
# $$ \underbrace{Y}_{C_{out} \times L} = \underbrace{W}_{C_{out} \times C_{in} K_h K_w} \cdot
# \underbrace{\text{im2col}(x)}_{C_{in} K_h K_w \times L} $$
#
# for every image; then the bias, then $L$ is folded back into $H_{out} \times W_{out}$. Same result as in exercise 3,
# with stride and padding, without dilation and groups. Use your `im2col`; not `F.unfold`, `F.fold` or a library's
# convolution. A kernel that does not fit raises `ValueError` (from `im2col`, if it is right).
#
# **By hand.** The image of exercise 4 and one filter $\begin{pmatrix} 1 & 0 \\ 0 & -1 \end{pmatrix}$: as a row it is
# $(1, 0, 0, -1)$, and times the first column $(1, 2, 5, 6)$ it gives $1 - 6 = -5$. All six windows give $-5$: along that
# diagonal, the picture rises by 5 everywhere.
#
# <details><summary>Hint 1 · the left matrix</summary>
#
# `w` is $(C_{out}, C_{in}, K_h, K_w)$. Which of its dimensions stays, which three become one? Is their order that of
# `im2col`'s rows?
#
# <details><summary>Hint 2 · a product with a batch in it</summary>
#
# `@` multiplies the last two dimensions and repeats the rest: a matrix times a stack of $N$ matrices is a stack of $N$
# matrices.
#
# <details><summary>Hint 3 · back to pictures</summary>
#
# $(N, C_{out}, L)$ is already in the right order, so no dimension needs to move: splitting the last one into two is
# enough. If you find yourself permuting, look at the shapes once more.
#
# </details>
# </details>
# </details>

# %%
diagonal = torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]])
assert (diagonal.flatten(1) @ F.unfold(counting, 2)).tolist() == [[[-5.0] * 6]]


# %% role="solution" grade_id="conv2d_im2col"
def conv2d_im2col(x, w, b=None, stride=1, padding=0):
    """The convolution of a layer as one matrix product per image.

    Args:
        x: (N, C_in, H, W)
        w: (C_out, C_in, K_h, K_w)
        b: (C_out,) or None
        stride, padding: int or pair (height, width)

    Returns:
        (N, C_out, H_out, W_out)

    Raises:
        ValueError: when no window fits.

    Example:
        >>> x = torch.arange(1.0, 13.0).reshape(1, 1, 3, 4)
        >>> conv2d_im2col(x, torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]])).tolist()
        [[[[-5.0, -5.0, -5.0], [-5.0, -5.0, -5.0]]]]
    """
    ### BEGIN SOLUTION
    (s_h, s_w), (p_h, p_w) = pair(stride), pair(padding)
    N, _, H, W = x.shape
    C_out, _, K_h, K_w = w.shape
    columns = im2col(x, (K_h, K_w), stride, padding)  # (N, C_in * K_h * K_w, L)
    y = w.flatten(1) @ columns  # (C_out, C_in * K_h * K_w) times each image's columns: (N, C_out, L)
    if b is not None:
        y = y + b[:, None]
    H_out = (H + 2 * p_h - K_h) // s_h + 1
    W_out = (W + 2 * p_w - K_w) // s_w + 1
    return y.reshape(N, C_out, H_out, W_out)  # windows were counted row by row: folding L is enough
    ### END SOLUTION


# %% role="tests" exercise="conv2d_im2col"

# %% [markdown]
# How much was gained? The same layer, 16 filters on a 3×24×24 image, three times: your loops, your matrix product, and
# PyTorch. (Times differ from machine to machine; the order rarely does. How large the first step is depends on how you
# wrote the loops.)

# %%
with suppress(NotImplementedError):
    layer_x, layer_w = torch.randn(1, 3, 24, 24), torch.randn(16, 3, 3, 3)
    ways = {"conv2d, yours": conv2d, "conv2d_im2col, yours": conv2d_im2col, "PyTorch": F.conv2d}
    for name, way in ways.items():
        way(layer_x, layer_w, padding=1)  # once without the clock: the first call prepares things
        start = time.perf_counter()
        way(layer_x, layer_w, padding=1)
        print(f"{name:22} {1000 * (time.perf_counter() - start):8.2f} ms")

# %% [markdown]
# **A written question: what does im2col cost?** A 3×3 kernel, stride 1, padding 1, on a batch of $(32, 64, 56, 56)$
# `float32` images. How many bytes is the input, how many the matrix of columns, and why is it larger by this factor?
# What would you do on a machine on which it does not fit?

# %%
input_bytes = 32 * 64 * 56 * 56 * 4
column_bytes = 32 * (64 * 3 * 3) * (56 * 56) * 4
assert column_bytes == 9 * input_bytes

# %% [markdown] role="manual" grade_id="cost-of-im2col" points=2
# The input has 32·64·56·56 = 6,422,528 numbers, 25.7 MB. The matrix has 576 rows and 3,136 columns for each of 32
# images, 57,802,752 numbers or 231 MB: nine times as much, because with stride 1 every pixel lies in nine windows and is
# copied into nine columns. When that does not fit, build the columns for one image (or a few rows of windows) at a time
# and reuse the memory; libraries go further and form the columns piece by piece inside the matrix product, so that the
# large matrix never exists.

# %% [markdown]
# ## Exercise 6 · `conv2d_backward`
#
# *30 minutes · difficulty 4 of 5*
#
# Training asks the other way round: given how the loss changes with every output ($dy$, the gradient that arrives from
# the layer above), how does it change with the input, the weights and the bias? Each product in the forward sum,
# $x \cdot w$, passes its part of $dy$ on to both factors:
#
# $$ dw_{o,c,u,v} = \sum_{n,i,j} dy_{n,o,i,j} \cdot x_{n,c,\,iS_h+u-P_h,\,jS_w+v-P_w} \qquad
# db_o = \sum_{n,i,j} dy_{n,o,i,j} $$
#
# and $dx$ at a pixel is the sum of $dy_{n,o,i,j} \cdot w_{o,c,u,v}$ over all places $(o, i, j, u, v)$ at which that pixel
# met that weight. In pictures: every output stamps its filter, times its $dy$, back onto the window that it came from.
# Where windows overlap, the stamps **add up**.
#
# Return `(dx, dw, db)` with the shapes of `x`, `w` and $(C_{out},)$; the border of padding is not part of `dx`. Write
# it without autograd and without a library's convolution (nor its transposed or gradient forms). Each of the three earns
# points by itself: begin with $db$, which is one line.
#
# **By hand.** In the picture $dy = \begin{pmatrix} 1 & 0 \\ 0 & 2 \end{pmatrix}$: the first window gets the kernel once,
# the last one twice, and in the middle pixel both meet: $4 + 2 \cdot 1 = 6$. For the weights it is the windows that are
# added: $dw = 1 \cdot \begin{pmatrix} 1 & 2 \\ 4 & 5 \end{pmatrix} + 2 \cdot \begin{pmatrix} 5 & 6 \\ 8 & 9 \end{pmatrix}
# = \begin{pmatrix} 11 & 14 \\ 20 & 23 \end{pmatrix}$, and $db = 1 + 2 = 3$.
#
# <details><summary>Hint 1 · the loops</summary>
#
# The same as in the forward pass: over all windows $(i, j)$. At each one you hold a window of the padded input,
# $(N, C_{in}, K_h, K_w)$, and the gradients of all filters there, $(N, C_{out})$. Both $dw$ and $dx$ get something.
#
# <details><summary>Hint 2 · what is added where</summary>
#
# $dw$: images are summed over, filters and the window's three dimensions stay. The padded $dx$, in the same slice as the
# window: filters are summed over, images and the window's dimensions stay. Two lines of `einsum`.
#
# <details><summary>Hint 3 · padding</summary>
#
# Collect $dx$ in a tensor as large as the *padded* input, and cut the middle out at the end. Careful: `[p:-p]` is empty
# for $p = 0$. Where does the middle begin, and how many rows does it have?
#
# <details><summary>Hint 4 · the check says that overlapping windows overwrite each other</summary>
#
# A pixel that lies in four windows hears from four outputs. Is the earlier one still there when the next one arrives?
#
# </details>
# </details>
# </details>
# </details>

# %%
x_back = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3).requires_grad_()
w_back = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]], requires_grad=True)
dy_back = torch.tensor([[[[1.0, 0.0], [0.0, 2.0]]]])
dx_back, dw_back = torch.autograd.grad(F.conv2d(x_back, w_back), (x_back, w_back), dy_back)
assert dx_back[0, 0].tolist() == [[1, 2, 0], [3, 6, 4], [0, 6, 8]]
assert dw_back[0, 0].tolist() == [[11, 14], [20, 23]]

fig, ax = show.canvas(20, 4.4)
stamps = (((0, 0), "1 × kernel"), ((1, 1), "2 × kernel"))
for number, ((i, j), text) in enumerate(stamps):
    stamp = torch.zeros(3, 3)
    stamp[i : i + 2, j : j + 2] = dy_back[0, 0, i, j] * w_back[0, 0].detach()
    at = (4.6 + 5 * number, 1)
    lit = {(i + u, j + v) for u in range(2) for v in range(2)}
    show.number_grid(ax, stamp, at=at, role="gradient", highlight=lit)
    show.window(ax, (at[0] + j, at[1] + i), (2, 2))
    show.words(ax, (at[0], 0.6), text, role="kernel", size=12)
    show.words(ax, (at[0] + 4, 2.5), "+" if number == 0 else "=", align="center", size=18)
show.number_grid(ax, dy_back[0, 0], at=(0.3, 1.5), role="gradient")
show.words(ax, (0.3, 0.6), "dy", role="gradient", size=12)
show.number_grid(ax, dx_back[0, 0], at=(14.8, 1), role="gradient")
show.words(ax, (14.8, 0.6), "dx", role="gradient", size=12)
show.picture(fig, "The kernel is stamped once at the top left and twice at the bottom right; the stamps add up to dx.")


# %% role="solution" grade_id="conv2d_backward"
def conv2d_backward(dy, x, w, stride=1, padding=0):
    """The gradients of a convolution.

    Args:
        dy: (N, C_out, H_out, W_out), the gradient of the loss by the result
        x: (N, C_in, H, W), the input of the forward pass
        w: (C_out, C_in, K_h, K_w)
        stride, padding: int or pair (height, width), as in the forward pass

    Returns:
        (dx, dw, db), the gradients by x, w and the bias, with their shapes.

    Example:
        >>> x = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)
        >>> w = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
        >>> dx, dw, db = conv2d_backward(torch.tensor([[[[1.0, 0.0], [0.0, 2.0]]]]), x, w)
        >>> dx[0, 0].tolist()
        [[1.0, 2.0, 0.0], [3.0, 6.0, 4.0], [0.0, 6.0, 8.0]]
        >>> dw[0, 0].tolist(), db.tolist()
        ([[11.0, 14.0], [20.0, 23.0]], [3.0])
    """
    ### BEGIN SOLUTION
    (s_h, s_w), (p_h, p_w) = pair(stride), pair(padding)
    H, W = x.shape[2:]
    K_h, K_w = w.shape[2:]
    padded = F.pad(x, (p_w, p_w, p_h, p_h))
    d_padded = torch.zeros_like(padded)
    dw = torch.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows = slice(i * s_h, i * s_h + K_h)
            columns = slice(j * s_w, j * s_w + K_w)
            here = dy[:, :, i, j]  # (N, C_out)
            # Every sum of the forward pass is read backwards; += because a pixel lies in several windows
            # and a weight has met all of them.
            dw += torch.einsum("no,ncuv->ocuv", here, padded[:, :, rows, columns])
            d_padded[:, :, rows, columns] += torch.einsum("no,ocuv->ncuv", here, w)
    dx = d_padded[:, :, p_h : p_h + H, p_w : p_w + W]  # the border belongs to the padding, not to x
    db = dy.sum(dim=(0, 2, 3))
    return dx, dw, db
    ### END SOLUTION


# %% role="tests" exercise="conv2d_backward"

# %% [markdown]
# A gradient is good for learning. The next cell hides `sobel_x`, shows your function pictures of noise and what the
# hidden kernel makes of them, and lets it find the nine numbers, beginning with zeros.

# %%
with suppress(NotImplementedError):
    hidden, found = make_kernel("sobel_x")[None, None], torch.zeros(1, 1, 3, 3)
    noise = torch.randn(4, 1, 10, 10, generator=torch.Generator().manual_seed(2))
    wanted, seen = F.conv2d(noise, hidden), []
    for step_number in range(25):
        if step_number in (0, 1, 3, 24):
            seen.append((f"after {step_number} steps", found[0, 0].clone()))
        error = F.conv2d(noise, found) - wanted
        found -= 0.7 * conv2d_backward(error / error.numel(), noise, found)[1]
    panels, titles = [image for _, image in seen] + [hidden[0, 0]], [title for title, _ in seen] + ["hidden"]
    show.picture(
        show.image_grid(panels, titles, signed=True, inches=1.8),
        "Nine weights that begin at zero and, after 24 steps down their gradient, look like the hidden Sobel kernel.",
    )

# %% [markdown]
# ## Exercise 7 · `locally_connected2d`
#
# *10 minutes · difficulty 2 of 5*
#
# What if every place had a filter of its own? The window and the sums stay, only the sharing goes:
#
# $$ y_{n,o,i,j} = b_o + \sum_c \sum_u \sum_v x_{n,\,c,\,i+u,\,j+v} \cdot w_{i,j,o,c,u,v} $$
#
# so $w$ is $(H_{out}, W_{out}, C_{out}, C_{in}, K_h, K_w)$. The bias is one number per output channel, as in `conv2d`.
# No stride, no padding. When $w$ does not have exactly one set of filters for every place where the window fits, raise
# `ValueError` with the numbers. Write it without a library's convolution.
#
# **By hand.** One row of pixels, $(1, 2, 3)$, windows of two, and the filters $(1, 1)$ for the first place and
# $(1, -1)$ for the second: $1 + 2 = 3$ and $2 - 3 = -1$. A convolution with the first filter would give $3$ and $5$.
#
# <details><summary>Hint 1 · what changes in the loops of exercise 3?</summary>
#
# One thing: which filters the window at $(i, j)$ meets.
#
# <details><summary>Hint 2 · how many places?</summary>
#
# $H - K_h + 1$ by $W - K_w + 1$, from the shape of `x` and the last two sizes of `w`. Compare with the first two sizes
# of `w`.
#
# </details>
# </details>

# %%
pixels = torch.tensor([1.0, 2.0, 3.0])
own_filters = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
assert (pixels.unfold(0, 2, 1) * own_filters).sum(1).tolist() == [3.0, -1.0]
assert (pixels.unfold(0, 2, 1) * own_filters[0]).sum(1).tolist() == [3.0, 5.0]


# %% role="solution" grade_id="locally_connected2d"
def locally_connected2d(x, w, b=None):
    """A layer with windows like a convolution's, and other filters at every place.

    Args:
        x: (N, C_in, H, W)
        w: (H_out, W_out, C_out, C_in, K_h, K_w)
        b: (C_out,) or None

    Returns:
        (N, C_out, H_out, W_out)

    Raises:
        ValueError: when w does not have one set of filters for every place.

    Example:
        >>> x = torch.tensor([[[[1.0, 2.0, 3.0]]]])
        >>> w = torch.tensor([[1.0, 1.0], [1.0, -1.0]]).reshape(1, 2, 1, 1, 1, 2)
        >>> locally_connected2d(x, w).tolist()
        [[[[3.0, -1.0]]]]
    """
    ### BEGIN SOLUTION
    N, C_in, H, W = x.shape
    H_out, W_out, C_out, depth, K_h, K_w = w.shape
    if depth != C_in:
        raise ValueError(f"filters of depth {depth} for an input with {C_in} channels")
    if (H_out, W_out) != (H - K_h + 1, W - K_w + 1):
        raise ValueError(f"the window fits at {H - K_h + 1}×{W - K_w + 1} places, w has filters for {H_out}×{W_out}")
    y = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i : i + K_h, j : j + K_w]
            y[:, :, i, j] = torch.einsum("ncuv,ocuv->no", window, w[i, j])  # conv2d has the same w at every place
    if b is not None:
        y = y + b[:, None, None]
    return y
    ### END SOLUTION


# %% role="tests" exercise="locally_connected2d"

# %% [markdown]
# The price: eight 3×3 filters on a 3×32×32 image have $8 \cdot 3 \cdot 9 = 216$ weights when they are shared. With a set
# for each of the $30 \cdot 30$ places it is 194,400, 900 times as many, and every one of them sees one window of each
# training image instead of 900.

# %%
shared_weights = 8 * 3 * 3 * 3
own_weights = 30 * 30 * shared_weights
assert (shared_weights, own_weights) == (216, 194_400)

# %% [markdown]
# **A written question: when would you not share?** Sharing weights is an assumption about pictures. Say which one, and
# describe one kind of picture for which it is wrong and a locally connected layer could do better.

# %% [markdown] role="manual" grade_id="when-not-to-share" points=2
# Sharing assumes that what is worth detecting at one place is worth detecting, in the same way, at every other: an edge
# is an edge wherever it lies, so the same filter serves everywhere and a shifted picture gives a shifted result. It is
# wrong when the place itself carries meaning. In passport photographs that are aligned to the eyes, the upper third
# always holds eyes and the lower third a mouth: filters for eyes are wasted below, and separate filters for each place
# can specialise. The same holds for instrument panels from a fixed camera. The price is many more weights, each of which
# learns from one window per image only.

# %% [markdown]
# You now have the forward and backward pass of the layer that the rest of this course is built from. Unit 03 counts:
# how large the results get, what a layer costs, and how far into the image a pixel deep in the network can see.
