# %% [markdown]
# Eight short functions that answer the questions people ask about a network before they train it: how large is the output
# of each layer, how many numbers does it learn, how much work is it, how much of the image does one output see? No tensors
# today: whole numbers in, whole numbers out. At the end, one function turns a list of layers into the table that
# every paper prints.
#
# It belongs to lecture 03. Letters as always: $K$ kernel, $S$ stride, $P$ padding, $D$ dilation, $G$ groups, $C$ channels;
# $n$ is a height or a width, because both go through the same formula, one after the other. In this unit:
#
# - results are `int` (Python's `/` always gives a `float`; `//` does not), except where the text says otherwise;
# - impossible arguments raise `ValueError`, with the numbers in the message, so that whoever reads it sees what was wrong.

# %%
from contextlib import suppress

import torch
from torch import nn

from convlab import show
from convlab.pictures.connections import connect, dots, draw_layer, layer_taps

# %% [markdown]
# ## Warm-up · three layers on paper
#
# *5 minutes · not graded*
#
# Count before you program. Fill in numbers instead of `None` (channels, height, width), run the cell, and the table says
# which are right. PyTorch knows the answers: on the device `meta` its layers compute shapes and no values.


# %% role="readonly" grade_id="paper-check"
def compare_with_torch(answers, truth):
    """Show which of the numbers filled in are right, without showing those that are not."""

    def verdict(mine, right):
        if mine is None:
            return "not filled in"
        return "✓" if tuple(mine) == tuple(right) else "not yet"

    rows = [[name, answers.get(name), verdict(answers.get(name), right)] for name, right in truth.items()]
    show.table(rows, header=["layer", "your answer", ""])


def layers_on_meta(layers, input_shape):
    """Name → output shape without the batch, for a list of (name, layer)."""
    x, shapes = torch.empty(1, *input_shape, device="meta"), {}
    for name, layer in layers:
        x = layer.to("meta")(x)
        shapes[name] = tuple(x.shape[1:])
    return shapes


# %%
my_sizes = {
    "3×227×227, 96 filters 11×11, stride 4, no padding": None,
    "1×32×32, 6 filters 5×5": None,
    "3×32×32, 10 filters 5×5, padding 2": None,
}

questions = zip(
    my_sizes,
    [nn.Conv2d(3, 96, 11, stride=4), nn.Conv2d(1, 6, 5), nn.Conv2d(3, 10, 5, padding=2)],
    [(3, 227, 227), (1, 32, 32), (3, 32, 32)],
    strict=True,
)
compare_with_torch(my_sizes, {name: layers_on_meta([(name, layer)], shape)[name] for name, layer, shape in questions})

# %% [markdown]
# **And one more:** how many numbers does the third layer learn?
#
# <details><summary>Answers, with the counting</summary>
#
# - First layer: the window can move by $227 - 11 = 216$ pixels, in steps of 4 that is 54 steps, so 55 places: 96 × 55 × 55.
# - Second: $32 - 5 = 27$ steps, 28 places: 6 × 28 × 28.
# - Third: padding makes it 36 wide, $36 - 5 = 31$ steps, 32 places: 10 × 32 × 32. Every filter has $5 \cdot 5 \cdot 3 = 75$ weights
#   and a bias, 76 numbers; ten filters have 760. (One of the sources of this course prints "76 · 10 = 76".)
#
# The depth of the output is the number of filters. It never depends on the depth of the input.
#
# </details>

# %%
third = nn.Conv2d(3, 10, 5, padding=2)
assert sum(p.numel() for p in third.parameters()) == 760
assert (227 - 11) // 4 + 1 == 55
assert 32 - 5 + 1 == 28

# %% [markdown]
# ## Exercise 1 · `conv_output_size`
#
# *10 minutes · difficulty 1 of 5*
#
# Do not learn the formula by heart; count where a window can start. A window of $K$ cells with dilation $D$ spans
# $D(K-1)+1$ places. With padding there are $n + 2P$ places. The first window starts at place 0, the last at the last place from
# which it does not hang over the end, and only every $S$-th place in between is a start.

# %%
fig, ax = show.canvas(26, 4.6, cell_inches=0.4)
draw_layer(ax, layer_taps(7, 3, stride=2), 7, at=(1, 0.6), title="n=7, K=3, S=2: starts 0, 2, 4")
draw_layer(ax, layer_taps(7, 3, stride=3), 7, at=(14, 0.6), title="n=7, K=3, S=3: starts 0, 3; x6 unread")
show.picture(
    fig, "Seven inputs, windows of three. With stride 2 there are three outputs; with stride 3 two, and x6 is unread."
)

# %% [markdown]
# Write `conv_output_size(n, k, s=1, p=0, d=1)`. `ValueError` when no window fits, when `k`, `s` or `d` is below 1, or `p` below 0.
#
# **By hand.** The picture: 7 places, windows of 3. With $S=2$ the starts are 0, 2, 4: three outputs. With $S=3$ they are 0 and 3
# (6 would hang over): two outputs, and the last input is never read. With $S=3$ *and* $P=1$ there are 9 places, starts 0, 3, 6: three.
#
# <details><summary>Hint 1 · the last start</summary>
#
# A window that spans 3 of 7 places: which is the last place it can start from? And one that spans $a$ of $m$ places?
#
# <details><summary>Hint 2 · how many starts</summary>
#
# The starts are 0, $S$, $2S$, … up to the last one. How many steps of $S$ fit into that distance, and how many starts is that? (A
# fence of four panels has five posts.)
#
# <details><summary>Hint 3 · which error comes first?</summary>
#
# Check the arguments before you divide: with $S = 0$ Python itself would stop, with another error than the one asked for.
#
# </details>
# </details>
# </details>

# %%
assert len(range(0, 7 - 3 + 1, 2)) == 3
assert len(range(0, 7 - 3 + 1, 3)) == 2
assert len(range(0, 9 - 3 + 1, 3)) == 3


# %% role="solution" grade_id="conv_output_size"
def conv_output_size(n, k, s=1, p=0, d=1):
    """Count the windows of a convolution along one dimension.

    Args:
        n: size of the input
        k: size of the kernel
        s: stride
        p: padding at each end
        d: dilation

    Returns:
        The size of the output, an int.

    Raises:
        ValueError: when no window fits, or the arguments are impossible.

    Example:
        >>> conv_output_size(7, 3, s=2), conv_output_size(7, 3, s=3), conv_output_size(7, 3, s=3, p=1)
        (3, 2, 3)
    """
    ### BEGIN SOLUTION
    if min(k, s, d) < 1 or p < 0:
        raise ValueError(f"kernel {k}, stride {s}, dilation {d} must be at least 1, padding {p} at least 0")
    span = d * (k - 1) + 1
    last_start = n + 2 * p - span
    if last_start < 0:
        raise ValueError(f"a window that spans {span} does not fit into {n} + 2 · {p}")
    return last_start // s + 1
    ### END SOLUTION


# %% role="tests" exercise="conv_output_size"

# %% [markdown]
# ## Exercise 2 · `fits_exactly`
#
# *5 minutes · difficulty 1 of 5*
#
# PyTorch rounds down and says nothing. Some of the older software refused such layers instead, and it is worth knowing
# when it happens: whatever lies in the part that is left over does not exist for the network.
#
# Write `fits_exactly(n, k, s=1, p=0, d=1)` → `True` or `False`: the kernel fits, and the last window ends exactly where
# the padded input ends. When the kernel does not fit at all, the answer is `False`, not an error; `ValueError` for a `k`, `s`
# or `d` below 1 and for a negative `p`.
#
# **By hand.** $n=7$, $K=3$: $S=2$ fits (the last window covers places 4 to 6), $S=3$ does not (it covers 3 to 5, and place 6 is left).
# AlexNet's first layer, $K=11$, $S=4$, fits on 227 and not on the 224 that the paper prints: $227 - 11 = 216 = 54 \cdot 4$, but
# $224 - 11 = 213$.
#
# <details><summary>Hint 1 · in terms of starts</summary>
#
# The window that ends at the end starts at which place? When is that place among 0, $S$, $2S$, …?
#
# <details><summary>Hint 2 · a trap</summary>
#
# In Python `-4 % 2` is 0. What does your function say for $n=3$, $K=7$, $S=2$?
#
# </details>
# </details>

# %%
assert (227 - 11) % 4 == 0
assert (224 - 11) % 4 == 1


# %% role="solution" grade_id="fits_exactly"
def fits_exactly(n, k, s=1, p=0, d=1):
    """Say whether the windows reach the end of the padded input.

    Args:
        n: size of the input
        k: size of the kernel
        s: stride
        p: padding at each end
        d: dilation

    Returns:
        True when the kernel fits and nothing is left over.

    Raises:
        ValueError: when a kernel, stride or dilation is below 1, or a padding below 0.

    Example:
        >>> fits_exactly(7, 3, s=2), fits_exactly(7, 3, s=3), fits_exactly(3, 5)
        (True, False, False)
    """
    ### BEGIN SOLUTION
    if min(k, s, d) < 1 or p < 0:
        raise ValueError(f"impossible: kernel {k}, stride {s}, dilation {d}, padding {p}")
    room = n + 2 * p - (d * (k - 1) + 1)  # how far the window can move
    return room >= 0 and room % s == 0
    ### END SOLUTION


# %% role="tests" exercise="fits_exactly"

# %% [markdown]
# ## Exercise 3 · `same_padding`
#
# *5 minutes · difficulty 2 of 5*
#
# Deep networks mostly keep the size and change it rarely, on purpose. Write `same_padding(k, d=1)`: the $P$ that makes
# the output as large as the input when the stride is 1.
#
# Padding comes in pairs, one zero in front and one behind for every 1 in $P$. So there is not always an answer: when no $P$
# keeps the size, raise `ValueError`. Also for a `k` or `d` below 1.
#
# **By hand.** A window of 3 makes the output shorter by 2, so $P=1$. A window of 5 with $D=2$ spans 9 places and makes it
# shorter by 8, so $P=4$. A window of 2 makes it shorter by 1, and no $P$ gives back exactly 1. But a window of 2 with $D=2$ spans 3
# places: $P=1$. Even kernels are not hopeless as such.
#
# <details><summary>Hint 1 · set up the equation</summary>
#
# Without padding the output is $n - D(K-1)$ long. With padding $P$ it is longer by how much? It should be $n$.
#
# <details><summary>Hint 2 · when is there none?</summary>
#
# Whatever the window takes away has to be shared between two ends. Which amounts cannot be shared?
#
# </details>
# </details>


# %% role="solution" grade_id="same_padding"
def same_padding(k, d=1):
    """Find the padding that keeps the size at stride 1.

    Args:
        k: size of the kernel
        d: dilation

    Returns:
        The padding at each end, an int.

    Raises:
        ValueError: when no padding keeps the size, or the arguments are impossible.

    Example:
        >>> same_padding(3), same_padding(5, d=2), same_padding(2, d=2)
        (1, 4, 1)
    """
    ### BEGIN SOLUTION
    if min(k, d) < 1:
        raise ValueError(f"kernel {k} and dilation {d} must be at least 1")
    taken = d * (k - 1)  # by how much the output is shorter without padding
    if taken % 2:
        raise ValueError(f"kernel {k} with dilation {d} takes {taken} places away: two ends cannot share that")
    return taken // 2
    ### END SOLUTION


# %% role="tests" exercise="same_padding"

# %% [markdown]
# ## Exercise 4 · `pool_output_size`
#
# *12 minutes · difficulty 3 of 5*
#
# Pooling slides windows too, with two habits of its own. Without a stride, windows stand side by side: the stride is $K$. And
# with `ceil_mode=True` a last window may hang over the end, so that nothing is left unread; GoogLeNet is built with that, and
# whoever rebuilds it without gets 55 where the paper has 56.
#
# Write `pool_output_size(n, k, s=None, p=0, ceil_mode=False)`, with PyTorch's rules:
#
# - the number of steps, $(n + 2P - K)/S$, is rounded down, or up with `ceil_mode`;
# - but the last window must **start** on the input or on the padding in front of it. One that would start in the padding behind
#   the input holds nothing to take a maximum of, and is dropped.
#
# `ValueError` when the window is larger than the padded input, `k` or `s` below 1, `p` below 0, or $2P > K$ (a window could lie
# on padding altogether; PyTorch refuses that as well).
#
# **By hand.** $n=112$, $K=3$, $S=2$: the window can move by 109, that is 54.5 steps: 55 windows, with `ceil_mode` 56. And
# $n=5$, $K=2$, $S=2$, $P=1$: it can move by 5, 2.5 steps. Rounded up, window number 3 (counting from 0) would start at place 6. The
# input lies on places 1 to 5, so that window is dropped: 3 in both modes.
#
# <details><summary>Hint 1 · two questions, one after the other</summary>
#
# First the number of windows with the right rounding. Then, with `ceil_mode` only: where does the last of them start, and
# at which place does the input end?
#
# <details><summary>Hint 2 · where the input ends</summary>
#
# Places are counted from the beginning of the padding in front. The input takes up the places from $P$ to $P + n - 1$.
#
# <details><summary>Hint 3 · a stride of 0</summary>
#
# `s or k` is `k` for `None`, and for 0 as well. Only one of them is a missing stride.
#
# </details>
# </details>
# </details>

# %%
pool = nn.MaxPool1d(3, 2), nn.MaxPool1d(3, 2, ceil_mode=True), nn.MaxPool1d(2, 2, 1, ceil_mode=True)
sizes = [layer(torch.zeros(1, 1, n)).shape[-1] for layer, n in zip(pool, (112, 112, 5), strict=True)]
assert sizes == [55, 56, 3]


# %% role="solution" grade_id="pool_output_size"
def pool_output_size(n, k, s=None, p=0, ceil_mode=False):
    """Count the windows of a pooling layer along one dimension.

    Args:
        n: size of the input
        k: size of the window
        s: stride; None means k
        p: padding at each end
        ceil_mode: whether the last window may hang over the end

    Returns:
        The size of the output, an int.

    Raises:
        ValueError: when no window fits, or the arguments are impossible.

    Example:
        >>> pool_output_size(7, 2), pool_output_size(7, 2, ceil_mode=True), pool_output_size(112, 3, 2)
        (3, 4, 55)
    """
    ### BEGIN SOLUTION
    stride = k if s is None else s
    if k < 1 or stride < 1 or p < 0 or 2 * p > k:
        raise ValueError(f"impossible: window {k}, stride {stride}, padding {p}")
    room = n + 2 * p - k
    if room < 0:
        raise ValueError(f"a window of {k} does not fit into {n} + 2 · {p}")
    if not ceil_mode:
        return room // stride + 1
    windows = -(-room // stride) + 1  # two minus signs round up, without going through a float
    last_start = (windows - 1) * stride
    return windows - 1 if last_start >= p + n else windows
    ### END SOLUTION


# %% role="tests" exercise="pool_output_size"

# %% [markdown]
# ## Exercise 5 · `conv_transpose_output_size`
#
# *10 minutes · difficulty 3 of 5*
#
# Decoders, segmentation networks and image generators have to get larger again. A **transposed convolution** turns the
# picture of exercise 1 upside down: every input spreads a kernel's worth of numbers over the output, neighbours start $S$
# places apart, and where they overlap they add.

# %%
fig, ax = show.canvas(26, 4.6, cell_inches=0.4)
draw_layer(ax, layer_taps(7, 3, stride=2), 7, at=(1, 0.6), title="convolution, K=3, S=2: 7 → 3")
show.words(ax, (14, 0.6), "transposed, K=3, S=2: 3 → 7", bold=True)
small, large = [15.5, 17.5, 19.5], [14.5 + j for j in range(7)]
# Output j gets something from input i through weight k when j = 2i + k.
reads = [[(j - k) // 2 if j - k in (0, 2, 4) else None for k in range(3)] for j in range(7)]
connect(ax, small, large, reads, top=1.6, bottom=3.6)
dots(ax, small, 1.6, role="input", names=["x0", "x1", "x2"])
dots(ax, large, 3.6, role="output", names=[f"y{j}" for j in range(7)])
show.picture(
    fig, "Left, seven inputs and three outputs. Right, the same lines the other way round: three inputs, seven outputs."
)

# %% [markdown]
# Write `conv_transpose_output_size(n, k, s=1, p=0, output_padding=0, d=1)`:
#
# - input 0 spreads over the places from 0, input $n-1$ over the places from $(n-1)S$; each over $D(K-1)+1$ places;
# - the padding $P$ belongs to the convolution that is being undone. It made the input larger there, so here it is cut off, $P$ places at
#   each end;
# - several sizes shrink to the same $n$ when a stride rounds down; `output_padding` chooses among them: so many places more, at one end.
#
# `ValueError` when nothing is left after cutting, for `n`, `k`, `s`, `d` below 1, a negative `p` or `output_padding`, and for
# an `output_padding` that is not smaller than the larger of `s` and `d` (PyTorch's rule).
#
# **By hand.** $n=3$, $K=3$, $S=2$: places 0 to 2, 2 to 4, 4 to 6, so 7. With $P=1$ one goes at each end: 5. The usual doubling: $n=7$, $K=4$, $S=2$,
# $P=1$: the last input starts at 12 and ends at 15, that is 16 places, minus 2: 14.
#
# <details><summary>Hint 1 · the last place</summary>
#
# At which place does the last input's share end? How many places is that, counted from 0?
#
# <details><summary>Hint 2 · test yourself</summary>
#
# With `output_padding=0` a convolution with the same $K$, $S$, $P$, $D$ takes your answer back to $n$. You have written that function.
#
# </details>
# </details>

# %%
undo = nn.ConvTranspose1d(1, 1, 3, stride=2), nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1)
assert [layer(torch.zeros(1, 1, 3)).shape[-1] for layer in undo] == [7, 5]
assert nn.ConvTranspose1d(1, 1, 4, stride=2, padding=1)(torch.zeros(1, 1, 7)).shape[-1] == 14


# %% role="solution" grade_id="conv_transpose_output_size"
def conv_transpose_output_size(n, k, s=1, p=0, output_padding=0, d=1):
    """Give the output size of a transposed convolution along one dimension.

    Args:
        n: size of the input
        k: size of the kernel
        s: stride of the convolution that is undone
        p: its padding, cut off at each end
        output_padding: places added at one end
        d: dilation

    Returns:
        The size of the output, an int.

    Raises:
        ValueError: when nothing is left, or the arguments are impossible.

    Example:
        >>> conv_transpose_output_size(3, 3, s=2), conv_transpose_output_size(7, 4, s=2, p=1)
        (7, 14)
    """
    ### BEGIN SOLUTION
    if min(n, k, s, d) < 1 or min(p, output_padding) < 0:
        raise ValueError(f"impossible: n {n}, kernel {k}, stride {s}, dilation {d}, paddings {p} and {output_padding}")
    if output_padding >= max(s, d):
        raise ValueError(f"output_padding {output_padding} must be smaller than stride {s} or dilation {d}")
    last_place = (n - 1) * s + d * (k - 1)
    size = last_place + 1 - 2 * p + output_padding
    if size < 1:
        raise ValueError(f"cutting {p} places off each end of {last_place + 1} leaves nothing")
    return size
    ### END SOLUTION


# %% role="tests" exercise="conv_transpose_output_size"

# %% [markdown]
# ## Exercise 6 · `conv_cost`
#
# *8 minutes · difficulty 2 of 5*
#
# Two numbers decide whether a layer is affordable, and they have little to do with each other: what it has to **store**
# (parameters), and what it has to **compute** (multiply–adds: one multiplication together with the addition of its product).
#
# Write `conv_cost(c_in, c_out, k, h_out, w_out, bias=True, groups=1)` → `(parameters, multiply_adds)`. `k` is a number or a pair
# $(K_h, K_w)$. A filter sees $C_{in}/G$ channels. Adding the bias is not a multiply–add. `ValueError` for sizes below 1 and for channels that
# do not divide into groups.
#
# **By hand.** 10 filters 5×5 on 3 channels with a 32×32 output: $10 \cdot 3 \cdot 25 = 750$ weights and 10 biases, 760 parameters. Every weight is
# used once at each of the $32 \cdot 32 = 1{,}024$ places: $750 \cdot 1{,}024 = 768{,}000$ multiply–adds.
#
# <details><summary>Hint 1 · one filter first</summary>
#
# How many weights has a single filter, with groups? How many filters are there, and does that number depend on $G$?
#
# <details><summary>Hint 2 · a number or a pair</summary>
#
# `isinstance(k, int)` tells them apart. Make a pair of it at the very beginning, and the rest need not care.
#
# </details>
# </details>

# %%
assert 10 * 3 * 5 * 5 + 10 == 760
assert 750 * 32 * 32 == 768_000


# %% role="solution" grade_id="conv_cost"
def conv_cost(c_in, c_out, k, h_out, w_out, bias=True, groups=1):
    """Count what a convolution stores and what it computes.

    Args:
        c_in: input channels
        c_out: output channels, the number of filters
        k: kernel size, a number or a pair (height, width)
        h_out: height of the output
        w_out: width of the output
        bias: whether every filter adds a number
        groups: blocks of channels that do not see each other

    Returns:
        (parameters, multiply_adds), two ints.

    Raises:
        ValueError: when a size is below 1, or channels do not divide into groups.

    Example:
        >>> conv_cost(3, 10, 5, 32, 32)
        (760, 768000)
    """
    ### BEGIN SOLUTION
    k_h, k_w = (k, k) if isinstance(k, int) else k
    if min(c_in, c_out, k_h, k_w, h_out, w_out, groups) < 1:
        raise ValueError(f"a size is below 1 in {(c_in, c_out, k_h, k_w, h_out, w_out, groups)}")
    if c_in % groups or c_out % groups:
        raise ValueError(f"{c_in} and {c_out} channels do not divide into {groups} groups")
    weights_of_a_filter = (c_in // groups) * k_h * k_w
    parameters = c_out * (weights_of_a_filter + (1 if bias else 0))
    return parameters, c_out * weights_of_a_filter * h_out * w_out
    ### END SOLUTION


# %% role="tests" exercise="conv_cost"

# %% [markdown]
# **Question.** Both layers keep the size of their input: layer A has 64 filters 3×3 on a 64×224×224 input, layer B has 512
# filters 3×3 on 512×14×14 (two layers of VGG-16). Compare their parameters, their multiply–adds, and the number of
# activations each has to keep for the backward pass. On a machine with little memory, which of the two hurts while
# *training* on large batches, and which one while *shipping* the network to a phone?

# %% [markdown] role="manual" grade_id="where-the-cost-is" points=2
# A: 64 · 64 · 9 + 64 = 36,928 parameters; times 224 · 224 places that is 1.85 billion multiply–adds; 64 · 224 · 224 = 3.2
# million activations per image. B: 512 · 512 · 9 + 512 = 2,359,808 parameters, 64 times as many; on 14 · 14 places 462
# million multiply–adds, a quarter of A's; 100,352 activations, a thirty-second of A's.
# Training keeps the activations of every image of the batch, so early layers such as A fill the memory (3.2 million numbers
# are 12.8 MB per image in float32, for this layer alone). A file that is shipped holds parameters only: late layers such as B,
# and above all the fully connected ones, make it large.

# %% [markdown]
# ## Exercise 7 · `receptive_field`
#
# *12 minutes · difficulty 3 of 5*
#
# How much of the image can one number deep inside a network know about? Follow the layers from the input on, and keep two numbers:
# the **size**, how many input places one output sees, and the **jump**, how many input places lie between two neighbouring
# outputs. Before the first layer, an "output" is an input: it sees one place, and its neighbour is one place further.

# %%
first, second = layer_taps(11, 3, stride=2), layer_taps(5, 3)
inputs, middle, outputs = range(1, 12), range(2, 11, 2), range(4, 9, 2)
fig, ax = show.canvas(17, 6.2, cell_inches=0.45)
connect(ax, inputs, middle, first, top=0.7, bottom=2.9, faint=[3, 4])
connect(ax, middle, outputs, second, top=2.9, bottom=5.1, faint=[1, 2])
dots(ax, inputs, 0.7, role="input", names=[f"x{i}" for i in range(11)])
dots(ax, middle, 2.9, role="output", names=[f"y{i}" for i in range(5)])
dots(ax, outputs, 5.1, role="output", names=[f"z{i}" for i in range(3)])
for height, text in (
    (0.8, "input: size 1, jump 1"),
    (3.0, "K=3, S=2: size 3, jump 2"),
    (5.2, "K=3, S=1: size 7, jump 2"),
):
    show.words(ax, (12.0, height), text, size=12)
show.picture(fig, "z0 sees y0, y1 and y2, and those see x0 to x6: seven places. z1 sees x2 to x8: two places further.")

# %% [markdown]
# Write `receptive_field(layers)`. `layers` is a list from input to output; a layer is `(k, s)` or `(k, s, d)`; pooling counts like a
# convolution, and padding plays no part. The result is `(size, jump)`. Without layers it is `(1, 1)`. `ValueError` for a kernel, a
# stride or a dilation below 1.
#
# **By hand.** The picture, $[(3, 2), (3, 1)]$: after the first layer an output sees 3 places, and its neighbour lies 2 further. The second
# kernel's three cells are three such neighbours: the outer two look 4 places apart, so $3 + 4 = 7$; its stride is 1, so the jump stays 2: $(7, 2)$.
# Three 3×3 layers with stride 1 see $3 + 2 + 2 = 7$ places, as many as one 7×7, with $27 C^2$ weights instead of $49 C^2$ for $C$ channels.
#
# <details><summary>Hint 1 · what does a layer add?</summary>
#
# A kernel of $K$ cells with dilation $D$ reaches $D(K-1)$ steps beyond its first cell. How many *input* places is one step?
#
# <details><summary>Hint 2 · the order</summary>
#
# The steps between a kernel's cells are steps between outputs of the layer **below**. So which comes first in the loop: using the
# jump, or multiplying it by this layer's stride?
#
# </details>
# </details>

# %%
taps_of_z0 = {x for y in second[0] for x in first[y]}
taps_of_z1 = {x for y in second[1] for x in first[y]}
assert (len(taps_of_z0), min(taps_of_z1) - min(taps_of_z0)) == (7, 2)


# %% role="solution" grade_id="receptive_field"
def receptive_field(layers):
    """Give how many inputs one output sees, and how far apart two neighbours look.

    Args:
        layers: list of (k, s) or (k, s, d), from input to output

    Returns:
        (size, jump), two ints.

    Raises:
        ValueError: when a kernel, stride or dilation is below 1.

    Example:
        >>> receptive_field([(3, 2), (3, 1)]), receptive_field([(3, 1), (3, 1), (3, 1)]), receptive_field([])
        ((7, 2), (7, 1), (1, 1))
    """
    ### BEGIN SOLUTION
    size, jump = 1, 1
    for layer in layers:
        k, s, d = (*layer, 1)[:3]  # a pair gets dilation 1, a triple keeps its own
        if min(k, s, d) < 1:
            raise ValueError(f"layer {layer} has a kernel, stride or dilation below 1")
        size += d * (k - 1) * jump  # the jump between this kernel's cells: that of the layer below
        jump *= s
    return size, jump
    ### END SOLUTION


# %% role="tests" exercise="receptive_field"

# %% [markdown]
# ## Interlude · LeNet on paper
#
# *10 minutes · not graded*
#
# Before a function does it for you: the network that read cheques in 1998, on a 1×32×32 image. Convolutions without padding, pooling
# with windows of 2 and stride 2. (One of this course's sources lists the pooling layers with stride 1, and counts convolutions
# without biases but linear layers with them. Here every filter and every linear output has its bias.)

# %%
my_lenet = {
    "conv: 6 filters 5×5": None,
    "pool 1": None,
    "conv: 16 filters 5×5": None,
    "pool 2": None,
    "flatten": None,
    "linear: 120": None,
    "linear: 84": None,
    "linear: 10": None,
}

lenet = [nn.Conv2d(1, 6, 5), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.AvgPool2d(2), nn.Flatten()]
lenet += [nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]
compare_with_torch(my_lenet, layers_on_meta(zip(my_lenet, lenet, strict=True), (1, 32, 32)))

# %% [markdown]
# And how many parameters has each layer? Write them beside it, add up, then open:
#
# <details><summary>Parameters, layer by layer</summary>
#
# | layer | parameters |
# |---|---|
# | conv 6 | $6 \cdot (1 \cdot 25 + 1) = 156$ |
# | conv 16 | $16 \cdot (6 \cdot 25 + 1) = 2{,}416$ |
# | linear 120 | $120 \cdot (400 + 1) = 48{,}120$ |
# | linear 84 | $84 \cdot (120 + 1) = 10{,}164$ |
# | linear 10 | $10 \cdot (84 + 1) = 850$ |
# | together | 61,706 |
#
# Pooling and flattening learn nothing. (LeNet as published has trainable pooling and leaves out some connections of its
# second convolution; unit 07 tells that story.)
#
# </details>

# %%
counts = [sum(p.numel() for p in layer.parameters()) for layer in lenet]
assert counts == [156, 0, 2416, 0, 0, 48120, 10164, 850]
assert sum(counts) == 61_706

# %% [markdown]
# ## Exercise 8 · `trace_shapes`
#
# *20 minutes · difficulty 3 of 5*
#
# The table, computed. Write `trace_shapes(layers, input_shape)`: for every layer the shape of its output and the number of its parameters.
#
# | layer | takes | gives | parameters |
# |---|---|---|---|
# | `("conv", c_out, k, s, p)` | $(C, H, W)$ | $(C_{out}, H_{out}, W_{out})$ | weights and biases |
# | `("pool", k, s)` | $(C, H, W)$ | $(C, H_{out}, W_{out})$ | 0 |
# | `("flatten",)` | any shape | $(n,)$ | 0 |
# | `("linear", n_out)` | $(n,)$ | $(n_{out},)$ | weights and biases |
#
# Kernels are square; height and width need not be equal; sizes are rounded down. The result is a list of `(shape, parameters)`, one
# pair a layer. `ValueError` for a layer that does not take the shape it gets (`linear` on $(C,H,W)$: somebody forgot `flatten`), for
# a window that does not fit, and for a layer of another name. You may call `conv_output_size`, `pool_output_size` and `conv_cost` from above, or
# do without.
#
# **By hand.** `[("conv", 6, 5, 1, 0), ("pool", 2, 2)]` on $(1, 32, 32)$: the first two rows of LeNet, $((6, 28, 28), 156)$ and
# $((6, 14, 14), 0)$.
#
# <details><summary>Hint 1 · what has to be carried along?</summary>
#
# One variable, the current shape: every layer reads it, replaces it, and adds a row to the list.
#
# <details><summary>Hint 2 · taking a layer apart</summary>
#
# A name with a star on the left of `=` takes everything that is left over, as a list: use it to part the first word of a
# layer from its numbers. Then one branch for each of the four kinds, and an error for anything else.
#
# <details><summary>Hint 3 · the depth</summary>
#
# The depth of a filter is the number of channels *before* the layer, the number of filters is the number of channels after
# it. Use the old shape before you replace it.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="trace_shapes"
def trace_shapes(layers, input_shape):
    """Follow a shape through a network.

    Args:
        layers: list of ("conv", c_out, k, s, p), ("pool", k, s), ("flatten",) and ("linear", n_out)
        input_shape: (C, H, W) or (n,)

    Returns:
        A list of (output shape, parameters), one pair for every layer.

    Raises:
        ValueError: when a layer does not take the shape it gets, or is unknown.

    Example:
        >>> trace_shapes([("conv", 6, 5, 1, 0), ("pool", 2, 2)], (1, 32, 32))
        [((6, 28, 28), 156), ((6, 14, 14), 0)]
    """
    ### BEGIN SOLUTION
    shape, rows = tuple(input_shape), []
    for layer in layers:
        kind, *numbers = layer
        wanted = {"conv": 3, "pool": 3, "linear": 1, "flatten": len(shape)}  # how many dimensions each kind takes
        if wanted.get(kind) != len(shape):
            raise ValueError(f"layer {layer} does not take a shape {shape}")
        parameters = 0
        if kind == "conv":
            c_out, k, s, p = numbers
            h, w = (conv_output_size(n, k, s, p) for n in shape[1:])
            parameters, _ = conv_cost(shape[0], c_out, k, h, w)
            shape = (c_out, h, w)
        elif kind == "pool":
            k, s = numbers
            shape = (shape[0], *(pool_output_size(n, k, s) for n in shape[1:]))
        elif kind == "flatten":
            shape = (torch.Size(shape).numel(),)  # the product of its dimensions
        else:  # linear
            n_out = numbers[0]
            parameters = n_out * (shape[0] + 1)
            shape = (n_out,)
        rows.append((shape, parameters))
    return rows
    ### END SOLUTION


# %% role="tests" exercise="trace_shapes"

# %% [markdown]
# ## AlexNet on paper, then by machine
#
# *10 minutes · not graded*
#
# The network that won in 2012, as a single tower (unit 07 has the two towers), on 3×227×227. Its pooling windows overlap: 3 with stride 2.

# %%
my_alexnet = {
    "conv: 96 filters 11×11, S=4": None,
    "pool 1": None,
    "conv: 256 filters 5×5, P=2": None,
    "pool 2": None,
    "conv: 384 filters 3×3, P=1": None,
    "conv: another 384, 3×3, P=1": None,
    "conv: 256 filters 3×3, P=1": None,
    "pool 3": None,
    "flatten": None,
}

with torch.device("meta"):  # 62 million numbers that are never stored
    tower = nn.Sequential(
        *(nn.Conv2d(3, 96, 11, 4), nn.MaxPool2d(3, 2), nn.Conv2d(96, 256, 5, 1, 2), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(256, 384, 3, 1, 1), nn.Conv2d(384, 384, 3, 1, 1), nn.Conv2d(384, 256, 3, 1, 1), nn.MaxPool2d(3, 2)),
        *(nn.Flatten(), nn.Linear(9216, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000)),
    )
compare_with_torch(my_alexnet, layers_on_meta(zip(my_alexnet, tower, strict=False), (3, 227, 227)))

# %% [markdown]
# The next cell shows the whole table as soon as your `trace_shapes` works. Look at the last column: where do the parameters sit?

# %%
ALEXNET = [
    ("conv", 96, 11, 4, 0),
    ("pool", 3, 2),
    ("conv", 256, 5, 1, 2),
    ("pool", 3, 2),
    ("conv", 384, 3, 1, 1),
    ("conv", 384, 3, 1, 1),
    ("conv", 256, 3, 1, 1),
    ("pool", 3, 2),
    ("flatten",),
    ("linear", 4096),
    ("linear", 4096),
    ("linear", 1000),
]
with suppress(NotImplementedError):
    table = trace_shapes(ALEXNET, (3, 227, 227))
    total = sum(count for _, count in table)
    lines = [
        [" ".join(map(str, layer)), "×".join(map(str, shape)), f"{count:,}", f"{count / max(total, 1):.1%}"]
        for layer, (shape, count) in zip(ALEXNET, table, strict=True)
    ]
    show.table([*lines, ["together", "", f"{total:,}", ""]], header=["layer", "output", "parameters", "share"])

# %% [markdown]
# <details><summary>What you should see</summary>
#
# 96×55×55, 96×27×27, 256×27×27, 256×13×13, 384×13×13 twice, 256×13×13, 256×6×6, 9216, 4096, 4096, 1000; 62,378,344 parameters, of which
# the three linear layers hold 94 %. (With an input of 224 the first layer would give 54, not 55: the 224 in the paper is a slip.)
#
# </details>

# %%
assert sum(p.numel() for p in tower.parameters()) == 62_378_344
assert round(100 * sum(p.numel() for p in tower[9:].parameters()) / 62_378_344) == 94
assert (224 - 11) // 4 + 1 == 54

# %% [markdown]
# **Question.** VGG replaced a 7×7 layer by three 3×3 layers with the same receptive field. Count weights and multiply–adds for both,
# for $C$ channels in and out and a size that stays. Which other difference is there between the two, besides cost, if there
# is a ReLU after every layer? And what do three layers cost more than one while training?

# %% [markdown] role="manual" grade_id="three-small-kernels" points=2
# One 7×7 layer has 49·C² weights, three 3×3 layers have 3·9·C² = 27·C², which is 45 % fewer; every weight is used once at each
# of the H·W places, so the multiply–adds fall in the same proportion. With three layers there are three ReLUs instead of
# one: the function of the same 7×7 window is less linear, so it can express more, with fewer numbers.
# While training, the outputs of all three layers have to be kept for the backward pass instead of one: three times the
# activation memory. (And three layers are run one after the other: less work need not be less time.)

# %% [markdown]
# Every table of an architecture that you meet from now on, you can check. Unit 04 looks at pooling from the inside; unit 07 uses
# today's counts to tell AlexNet, VGG and their relatives apart.
