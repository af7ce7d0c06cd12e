# %% [markdown]
# Six functions, from a sliding average to the backward pass of a convolutional layer. Afterwards you know what
# `nn.Conv1d` does with every one of its arguments, because you have written it: stride, padding, dilation, groups, and the
# gradient that trains it. Two dimensions (unit 02) are the same thing with one index more.
#
# It belongs to lecture 01. Letters as always: $N$ samples, $C$ channels, $L$ length, $K$ kernel, $S$ stride, $P$ padding,
# $D$ dilation, $G$ groups.
#
# Everywhere: results have the dtype and the device of the input, inputs stay as they were, and autograd must be able to
# go through your function. So build results from tensor operations, not from `.item()` or NumPy.

# %%
from contextlib import suppress

import torch
import torch.nn.functional as F

from convlab import show
from convlab.pictures.connections import causal_taps, draw_layer, layer_taps
from convlab.signals import TABLE_READINGS, TABLE_WEIGHTS, flight, smoothing_weights

# %% [markdown]
# ## Exercise 1 · `moving_average`
#
# *8 minutes · difficulty 1 of 5*
#
# The aeroplane of the lecture: a laser gives a noisy height every second, and a weighted sum over the last few readings
# is a better guess than the newest one alone. Lay the weights under the readings as the table has them, multiply what
# stands one above the other, add up; push the weights one place to the right; repeat while they fit.

# %%
readings = torch.tensor([1.0, 2.0, 4.0, 8.0])
weights = torch.tensor([3.0, 1.0])
sums = [float(readings[0] * 3 + readings[1] * 1), float(readings[1] * 3 + readings[2] * 1)]
sums.append(float(readings[2] * 3 + readings[3] * 1))
assert sums == [5.0, 10.0, 20.0]

fig, ax = show.canvas(21, 3.4, cell_inches=0.45)
for place, total in enumerate(sums):
    left = 0.5 + 7 * place
    show.number_grid(ax, readings, at=(left, 0.4))
    show.window(ax, (left + place, 0.4), (2, 1))
    show.number_grid(ax, weights, at=(left + place, 1.8), role="kernel")
    show.words(ax, (left + 4.4, 1.4), f"→ {total:g}")
show.picture(fig, "Weights 3 and 1 slide under the readings 1, 2, 4, 8; the three sums are 5, 10 and 20.")

# %% [markdown]
# $$ y_t = \sum_{k=0}^{K-1} x_{t+k}\, w_k \qquad t = 0, \dots, L-K $$
#
# `x` is $(L,)$, `w` is $(K,)$, the result $(L-K+1,)$. Only whole windows count; there is no padding and no division. With
# more weights than readings there is no window at all: raise `ValueError` with both numbers in the message. A library
# convolution (`F.conv1d`, `np.convolve` and their relatives) is not allowed in this unit.
#
# **By hand.** The picture: $(1, 2, 4, 8)$ with weights $(3, 1)$ gives $(5, 10, 20)$. And for the aeroplane's table the first
# of the six sums is 1.811: the next cell has it.
#
# <details><summary>Hint 1 · how many sums?</summary>
#
# Four readings and two weights gave three sums. What is the number of starts for $L$ readings and $K$ weights?
#
# <details><summary>Hint 2 · one sum</summary>
#
# A slice of `x` that is as long as `w`, times `w`, summed. For two rows of equal length, `@` does both at once.
#
# <details><summary>Hint 3 · all of them</summary>
#
# Collect the sums in a list, one for each start, and turn the list of tensors into one tensor with `torch.stack`. (With
# `torch.tensor` autograd would lose its way: it copies numbers only.)
#
# </details>
# </details>
# </details>

# %%
table_x, table_w = torch.tensor(TABLE_READINGS), torch.tensor(TABLE_WEIGHTS)
first = (table_x[:7] * table_w).sum()
print(f"{len(table_x)} readings, {len(table_w)} weights; the first sum is {first:.3f}")
assert round(first.item(), 3) == 1.811


# %% role="solution" grade_id="moving_average"
def moving_average(x, w):
    """Slide weights over readings, as the table is read.

    Args:
        x: (L,), readings
        w: (K,), weights; they may add up to anything

    Returns:
        (L - K + 1,), one weighted sum for every place of the window.

    Raises:
        ValueError: when there are more weights than readings.

    Example:
        >>> moving_average(torch.tensor([1.0, 2.0, 4.0, 8.0]), torch.tensor([3.0, 1.0])).tolist()
        [5.0, 10.0, 20.0]
    """
    ### BEGIN SOLUTION
    L, K = len(x), len(w)
    if K > L:
        raise ValueError(f"{K} weights do not fit under {L} readings")
    # stack, not tensor: it keeps the way back to x and w, and their dtype.
    return torch.stack([x[start : start + K] @ w for start in range(L - K + 1)])
    ### END SOLUTION


# %% role="tests" exercise="moving_average"

# %% [markdown]
# With a right answer, the next cell applies it to the lecture's flight: four equal weights, which the lecture found best.

# %%
with suppress(NotImplementedError):
    path = flight()
    estimate = moving_average(path.readings_km, smoothing_weights("equal weights", 4))
    fig, ax = show.figure(9, 3)
    ax.plot(path.seconds, path.readings_km, "o", markersize=3, label="readings")
    ax.plot(path.seconds[3:], estimate, color=show.colour("output"), label="weighted sums")
    ax.set(xlabel="time, s", ylabel="height, km")
    ax.legend()
    show.picture(fig, "Noisy readings of a climb and a descent; the line of weighted sums runs through them.")

# %% [markdown]
# ## Exercise 2 · `convolve1d`
#
# *8 minutes · difficulty 2 of 5*
#
# What you have just written is called cross-correlation. A **convolution** in the sense of mathematics runs backwards
# through one of the two, so the kernel is laid down mirrored:
#
# $$ y_t = \sum_{k=0}^{K-1} x_{t+K-1-k}\, w_k \qquad t = 0, \dots, L-K $$
#
# This is the "valid" part: places where the whole kernel lies on the signal. Shapes and the `ValueError` are as in
# exercise 1, and `np.convolve` stays forbidden. You may call your `moving_average`, or write the sum anew.
#
# **By hand.** An impulse $(0, 0, 1, 0, 0)$ with the kernel $(1, 2, 3)$: the window at $t=0$ covers $(0, 0, 1)$ and its *last* place
# holds the 1. Which weight does the formula put there? $x_{0+2-k}$ is 1 for $k = 0$, so $y_0 = w_0 = 1$. The result is
# $(1, 2, 3)$: a convolution gives the kernel back the right way round. Exercise 1 would give $(3, 2, 1)$.
#
# <details><summary>Hint 1 · what is mirrored?</summary>
#
# Write down the products of $y_0$ for $K = 3$. In which order do the indices of $x$ run while those of $w$ run upwards?
#
# <details><summary>Hint 2 · mirroring a tensor</summary>
#
# `w[::-1]` is not possible with tensors. There is a method that reverses the order along a dimension.
#
# </details>
# </details>

# %%
impulse, kernel = torch.tensor([0.0, 0, 1, 0, 0]), torch.tensor([1.0, 2, 3])
correlated = F.conv1d(impulse[None, None], kernel[None, None])[0, 0]
print("PyTorch's conv1d, which mirrors nothing:", correlated.tolist())
assert correlated.tolist() == [3.0, 2.0, 1.0]


# %% role="solution" grade_id="convolve1d"
def convolve1d(x, w):
    """Convolve a signal with a kernel, where the kernel fits as a whole.

    Args:
        x: (L,), signal
        w: (K,), kernel

    Returns:
        (L - K + 1,), the valid part of the convolution.

    Raises:
        ValueError: when the kernel is longer than the signal.

    Example:
        >>> convolve1d(torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0]), torch.tensor([1.0, 2.0, 3.0])).tolist()
        [1.0, 2.0, 3.0]
    """
    ### BEGIN SOLUTION
    L, K = len(x), len(w)
    if K > L:
        raise ValueError(f"a kernel of {K} does not fit into a signal of {L}")
    mirrored = w.flip(0)
    return torch.stack([x[t : t + K] @ mirrored for t in range(L - K + 1)])
    ### END SOLUTION


# %% role="tests" exercise="convolve1d"

# %% [markdown]
# ## Exercise 3 · `conv1d`
#
# *25 minutes · difficulty 4 of 5*
#
# Now the layer itself, as `F.conv1d` computes it (cross-correlation, nothing is mirrored):
#
# $$ y_{n,o,t} = b_o + \sum_{c=0}^{C_{in}/G-1}\;\sum_{k=0}^{K-1} x^{\text{padded}}_{n,\;c_0+c,\;tS+kD}\; w_{o,c,k} $$
#
# - **Padding** $P$: $P$ zeros in front and $P$ behind, before anything else.
# - **Stride** $S$: window $t$ starts at $tS$. **Dilation** $D$: its cells are $D$ apart, so it spans $D(K-1)+1$ cells.
# - **Length**: $L_{out} = \lfloor (L + 2P - D(K-1) - 1)/S \rfloor + 1$.
# - **Groups** $G$: channels and filters are cut into $G$ blocks of neighbours; the filters of block $g$ see the channels
#   of block $g$ only, which start at $c_0 = g\, C_{in}/G$. With $G = 1$ every filter sees everything.
#
# Shapes: `x` $(N, C_{in}, L)$, `w` $(C_{out}, C_{in}/G, K)$, `b` $(C_{out},)$ or `None`, result $(N, C_{out}, L_{out})$.
#
# `ValueError` with the numbers in the message for: a stride, dilation or number of groups below 1, a negative padding,
# channels that do not divide into groups or do not match `w`, a window that does not fit. `F.pad` and `unfold` are allowed, a
# library convolution is not.

# %%
fig, ax = show.canvas(26, 4.6, cell_inches=0.4)
draw_layer(ax, layer_taps(7, 3, stride=2, padding=1), 7, at=(1, 0.6), title="K=3, S=2, P=1: 4 outputs")
draw_layer(ax, layer_taps(7, 2, dilation=3), 7, at=(14, 0.6), title="K=2, D=3: 4 outputs")
show.picture(fig, "Which inputs each output reads: left with stride 2 and padding 1, right with dilation 3.")

x_hand = torch.tensor([[[1.0, 2, 3, 4], [0, 1, 0, 1]]])  # (1, 2, 4)
w_hand = torch.tensor([[[1.0, -1], [2, 0]]])  # (1, 2, 2)
assert F.conv1d(x_hand, w_hand, torch.tensor([0.5])).tolist() == [[[-0.5, 1.5, -0.5]]]
assert F.conv1d(x_hand, w_hand, torch.tensor([0.5]), stride=2, padding=1).tolist() == [[[-0.5, 1.5, 6.5]]]

# %% [markdown]
# **By hand.** Two channels $(1,2,3,4)$ and $(0,1,0,1)$, one filter with the rows $(1,-1)$ and $(2,0)$, bias $0.5$. First window:
# $1\cdot1 + 2\cdot(-1) + 0\cdot2 + 1\cdot0 + 0.5 = -0.5$; all three: $(-0.5,\; 1.5,\; -0.5)$. With $S=2$ and $P=1$ the windows start at
# $-1$, $1$ and $3$, and the last one holds 4 and a zero, 1 and a zero: $4 + 2 + 0.5 = 6.5$. The result is $(-0.5,\; 1.5,\; 6.5)$.
#
# <details><summary>Hint 1 · start small</summary>
#
# Leave out groups, dilation, stride and padding at first. The groups of the check earn their points one by one. Which
# three loops are there around "multiply a window by a filter and sum"? Which of them can a tensor operation do?
#
# <details><summary>Hint 2 · loop over the few, not over the many</summary>
#
# Instead of looping over windows, loop over the $K$ cells of the kernel. Cell $k$ meets, over all windows at once, a slice
# of the padded signal: where does that slice begin, what is its step, how many entries does it have?
#
# <details><summary>Hint 3 · summing over channels</summary>
#
# For one cell $k$ you have a slice $(N, C_{in}, L_{out})$ and weights $(C_{out}, C_{in})$. `torch.einsum` with the letters `nct` and `oc`
# gives $(N, C_{out}, L_{out})$. Add that to what the other cells gave. The bias comes at the very end, with a dimension of size
# one to its right.
#
# <details><summary>Hint 4 · groups</summary>
#
# Blocks of neighbours are what `reshape` makes: channels $(N, C_{in}, \dots)$ become $(N, G, C_{in}/G, \dots)$, filters
# $(C_{out}, \dots)$ become $(G, C_{out}/G, \dots)$. The letter for $G$ appears in both, and in the result.
#
# </details>
# </details>
# </details>
# </details>


# %% role="solution" grade_id="conv1d"
def conv1d(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """Compute what F.conv1d computes.

    Args:
        x: (N, C_in, L)
        w: (C_out, C_in / groups, K)
        b: (C_out,) or None
        stride: how far the window moves
        padding: zeros at each end
        dilation: how far apart the window's cells are
        groups: blocks of channels that do not see each other

    Returns:
        (N, C_out, L_out)

    Raises:
        ValueError: for impossible arguments.

    Example:
        >>> x = torch.tensor([[[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]]])
        >>> w = torch.tensor([[[1.0, -1.0], [2.0, 0.0]]])
        >>> conv1d(x, w, torch.tensor([0.5])).tolist()
        [[[-0.5, 1.5, -0.5]]]
    """
    ### BEGIN SOLUTION
    N, C_in, L = x.shape
    C_out, depth, K = w.shape
    if min(stride, dilation, groups) < 1 or padding < 0:
        raise ValueError(f"stride {stride}, dilation {dilation}, groups {groups} must be ≥ 1, padding {padding} ≥ 0")
    if C_in % groups or C_out % groups or C_in // groups != depth:
        raise ValueError(f"{C_in} channels and {C_out} filters of depth {depth} do not go together in {groups} groups")
    span = dilation * (K - 1) + 1
    if span > L + 2 * padding:
        raise ValueError(f"a window that spans {span} does not fit into {L} + 2 · {padding}")
    L_out = (L + 2 * padding - span) // stride + 1

    blocks = F.pad(x, (padding, padding)).reshape(N, groups, depth, L + 2 * padding)
    filters = w.reshape(groups, C_out // groups, depth, K)
    y = 0
    for k in range(K):  # cell k of the kernel, for all windows at once
        begin = k * dilation
        met = blocks[..., begin : begin + (L_out - 1) * stride + 1 : stride]  # (N, G, depth, L_out)
        y = y + torch.einsum("ngct,goc->ngot", met, filters[..., k])
    y = y.reshape(N, C_out, L_out)
    return y if b is None else y + b[:, None]
    ### END SOLUTION


# %% role="tests" exercise="conv1d"

# %% [markdown]
# ## Exercise 4 · `conv1d_matrix`
#
# *10 minutes · difficulty 2 of 5*
#
# Every output is a weighted sum of inputs, so the sliding dot product of exercise 1 is a matrix: $y = A\,x$. Write the
# function that builds $A$ from the kernel `w` $(K,)$, the length $L$ of the signal and a stride: shape $(L_{out}, L)$ with
# $L_{out} = \lfloor (L-K)/S \rfloor + 1$. Row $t$ makes output $t$: the kernel in the columns its window covers, zeros elsewhere.
#
# Gradients must reach `w` through $A$. `ValueError` when the kernel is longer than the signal, or the stride is below 1.
# `F.conv1d` on unit vectors would do it, as in the lecture, and is not allowed; probing your own function that way is.
#
# **By hand.** $w = (1, 2, 3)$, $L = 5$; on the right the same with stride 2.

# %%
A_one = torch.tensor([[1, 2, 3, 0, 0], [0, 1, 2, 3, 0], [0, 0, 1, 2, 3]])
A_two = A_one[[0, 2]]
signal = torch.tensor([1, 0, 2, 0, 1])
assert (A_one @ signal).tolist() == [1 + 6, 4, 2 + 3]

fig, ax = show.canvas(13, 4.2, cell_inches=0.45)
show.words(ax, (0.5, 0.5), "stride 1", bold=True)
show.number_grid(ax, A_one, at=(0.5, 1), signed=True)
show.words(ax, (7, 0.5), "stride 2", bold=True)
show.number_grid(ax, A_two, at=(7, 1), signed=True)
show.picture(fig, "Three rows of five: 1 2 3 on a diagonal band. With stride 2 only the first and the last row remain.")

# %% [markdown]
# <details><summary>Hint 1 · one row</summary>
#
# In row $t$, which columns hold the kernel when the stride is 1? And when it is 2?
#
# <details><summary>Hint 2 · two ways to fill it</summary>
#
# Begin with a matrix of zeros in the dtype and on the device of `w` and write `w` into a slice of every row; or glue every
# row together from zeros, `w`, and zeros, and stack the rows. Autograd follows both.
#
# </details>
# </details>


# %% role="solution" grade_id="conv1d_matrix"
def conv1d_matrix(w, length, stride=1):
    """Build the matrix whose product with a signal slides the kernel over it.

    Args:
        w: (K,), kernel
        length: of the signal
        stride: how far the window moves

    Returns:
        (L_out, length), one row for every window.

    Raises:
        ValueError: when the kernel is longer than the signal, or the stride is below 1.

    Example:
        >>> conv1d_matrix(torch.tensor([1.0, 2.0]), length=4, stride=2).tolist()
        [[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0]]
    """
    ### BEGIN SOLUTION
    K = len(w)
    if stride < 1 or length < K:
        raise ValueError(f"no window of {K} with stride {stride} in a signal of {length}")
    rows = (length - K) // stride + 1
    A = torch.zeros(rows, length, dtype=w.dtype, device=w.device)
    for t in range(rows):
        A[t, t * stride : t * stride + K] = w
    return A
    ### END SOLUTION


# %% role="tests" exercise="conv1d_matrix"

# %% [markdown]
# **Question.** Slide a kernel of 3 over a signal of 1,000, stride 1, no padding, and write the layer as the matrix $A$. How
# many entries has $A$, how many of them are not zero, and how many numbers does the layer learn? Which two things does it take
# for granted about the signal, compared with a fully connected layer? Name a kind of data for which one of them is wrong.

# %% [markdown] role="manual" grade_id="matrix-of-a-convolution" points=2
# The matrix is 998 by 1,000 and has 998,000 entries; 3 in each of the 998 rows, 2,994 in all, are not zero; the layer learns
# 3 numbers (4 with a bias). It takes for granted that what belongs together lies close together (each output reads three
# neighbours only), and that the same pattern means the same thing wherever it stands (all rows share their weights).
# The second is wrong where the position itself carries meaning: in a row of a table, where column 0 is an age and column 1
# an income, or in a spectrum, where a peak at another wavelength is another substance. The first is wrong when neighbours
# have nothing to do with each other: shuffle the columns of the table and nothing is lost, but every window sees other ones.

# %% [markdown]
# ## Exercise 5 · `causal_conv1d`
#
# *12 minutes · difficulty 3 of 5*
#
# A forecast may not look ahead: output $t$ is made of inputs up to $t$, and there is one output for every input. The newest
# weight, $w_{K-1}$, meets input $t$; the oldest meets input $t - D(K-1)$; before the first input there are zeros.
#
# $$ y_{n,o,t} = b_o + \sum_{c}\sum_{k} x_{n,\,c,\,t-(K-1-k)D}\; w_{o,c,k} \qquad t = 0, \dots, L-1 $$
#
# `x` $(N, C_{in}, L)$, `w` $(C_{out}, C_{in}, K)$, `b` $(C_{out},)$ or `None`, result $(N, C_{out}, L)$. The window may reach back further than the
# signal is long. `ValueError` for a dilation below 1 and for channels that do not match. You may call your `conv1d`, or write
# the sum anew; a library convolution is not allowed.

# %%
fig, ax = show.canvas(26, 4.6, cell_inches=0.4)
draw_layer(ax, layer_taps(7, 3, padding=1), 7, at=(1, 0.6), title="centred: y3 reads x4, the future")
draw_layer(ax, causal_taps(7, 3), 7, at=(14, 0.6), title="causal: y3 reads x1, x2, x3", targets=range(7))
show.picture(
    fig, "Left: each output reads one input before and one after. Right, causal: each reads itself and two before."
)

# %% [markdown]
# **By hand.** $x = (1, 2, 3, 4)$ and $w = (10, 1)$: each output is ten times the previous input plus the present one, and before
# the first there is 0. So $y = (1,\; 12,\; 23,\; 34)$.
#
# <details><summary>Hint 1 · where do the zeros go?</summary>
#
# With padding 1 on both sides and $K = 3$, the lines on the left reach one step into the future. Take the zero behind the
# end and put it somewhere else.
#
# <details><summary>Hint 2 · how many?</summary>
#
# The first output sees the first input with its newest weight. How many cells of its window lie before that? Count for
# $K = 3$ with $D = 1$, then with $D = 2$.
#
# <details><summary>Hint 3 · a tool</summary>
#
# `F.pad(x, (a, b))` puts $a$ zeros in front and $b$ behind along the last dimension; they need not be equal.
#
# </details>
# </details>
# </details>

# %%
present = torch.tensor([1, 2, 3, 4])
previous = torch.tensor([0, 1, 2, 3])
assert (10 * previous + present).tolist() == [1, 12, 23, 34]


# %% role="solution" grade_id="causal_conv1d"
def causal_conv1d(x, w, b=None, dilation=1):
    """Convolve so that no output sees the future, and the length stays.

    Args:
        x: (N, C_in, L)
        w: (C_out, C_in, K), the newest weight last
        b: (C_out,) or None
        dilation: how far apart the window's cells are

    Returns:
        (N, C_out, L)

    Raises:
        ValueError: when the dilation is below 1, or the channels do not match.

    Example:
        >>> causal_conv1d(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), torch.tensor([[[10.0, 1.0]]])).tolist()
        [[[1.0, 12.0, 23.0, 34.0]]]
    """
    ### BEGIN SOLUTION
    if dilation < 1:
        raise ValueError(f"dilation {dilation} must be at least 1")
    # All the zeros in front: then window t ends at input t. conv1d refuses channels that do not match.
    look_back = dilation * (w.shape[2] - 1)
    return conv1d(F.pad(x, (look_back, 0)), w, b, dilation=dilation)
    ### END SOLUTION


# %% role="tests" exercise="causal_conv1d"

# %% [markdown]
# A test that needs no reference at all: change the future and see which outputs move.

# %%
with suppress(NotImplementedError):
    before = torch.zeros(1, 1, 40)
    before[..., 5:] = 1
    after = before.clone()
    after[..., 25:] = -1
    smooth = torch.full((1, 1, 6), 1 / 6)
    moved = (causal_conv1d(before, smooth) != causal_conv1d(after, smooth)).flatten().nonzero()
    print(f"inputs from 25 on were changed; outputs that changed: {int(moved.min())} to {int(moved.max())}")

# %% [markdown]
# **Question.** A colleague forecasts tomorrow's demand for electricity with a stack of `nn.Conv1d(…, kernel_size=3,
# padding=1)` layers, trained so that output $t$ is the demand at $t+1$. On old data the error is close to nothing; in use it is
# useless. What happened? Describe one experiment with the trained network that proves it, without looking at its code.

# %% [markdown] role="manual" grade_id="sees-the-future" points=2
# With padding 1 on both sides the window of output t covers t - 1, t and t + 1: the network reads the very number that it
# is asked to forecast, and has learned to copy it. Every further layer sees one step further ahead. In use, the inputs after
# "now" do not exist yet, and zeros or nothing stand in their place.
# The experiment: take an input, change only what comes after time t, and compare the outputs up to t. In a causal network
# none of them changes; here output t does. (The gradient of output t with respect to the inputs shows the same: it must be
# zero for every input after t.)

# %% [markdown]
# ## Exercise 6 · `conv1d_backward`
#
# *25 minutes · difficulty 4 of 5*
#
# Training needs to know how the loss $\ell$ changes with the weights, the bias, and the inputs (which are the outputs of the
# layer below). What arrives is $\mathrm{d}y = \partial\ell/\partial y$, of the shape of the output. Output $t$ read input $tS + k - P$ with weight
# $w_k$, and nothing else. So every product in the forward pass sends two shares back:
#
# $$ \mathrm{d}x_{n,c,\,tS+k-P} \mathrel{+}= \mathrm{d}y_{n,o,t}\; w_{o,c,k} \qquad
#    \mathrm{d}w_{o,c,k} \mathrel{+}= \mathrm{d}y_{n,o,t}\; x_{n,c,\,tS+k-P} \qquad
#    \mathrm{d}b_o \mathrel{+}= \mathrm{d}y_{n,o,t} $$
#
# over all $n$, $o$, $c$, $t$, $k$ (shares for padding are dropped). Return `(dx, dw, db)`, in the shapes of `x`, of `w`, and $(C_{out},)$.
# Inputs that no window reads, because the stride leaves a remainder, have the gradient 0.
#
# `ValueError` when the kernel does not fit, or `dy` does not have the shape of the output. Neither autograd nor a
# library convolution is allowed (nor `torch.nn.grad`, which is one).

# %%
x_back = torch.tensor([[[1.0, 2, 3, 4]]], requires_grad=True)
w_back = torch.tensor([[[1.0, 0, -1]]], requires_grad=True)
F.conv1d(x_back, w_back).backward(torch.tensor([[[1.0, 2]]]))
assert x_back.grad.tolist() == [[[1, 2, -1, -2]]]
assert w_back.grad.tolist() == [[[5, 8, 11]]]

fig, ax = show.canvas(15, 6, cell_inches=0.45)
rows = [("dy₀ · w", 0, [1, 0, -1], 0.8), ("dy₁ · w", 1, [2, 0, -2], 2.2), ("dx, the sum", 0, [1, 2, -1, -2], 4.0)]
for name, start, values, height in rows:
    show.words(ax, (5.6, height + 0.5), name, align="right", role="input" if height == 4.0 else "gradient")
    show.number_grid(ax, values, at=(6 + start, height), role="input" if height == 4.0 else "gradient")
ax.plot([6, 10], [3.6, 3.6], color=show.colour("ink"), lw=1.5)
show.picture(fig, "Two rows, 1 0 −1 and, one cell to the right, 2 0 −2, add up to the input gradient 1 2 −1 −2.")

# %% [markdown]
# **By hand.** $x = (1,2,3,4)$, $w = (1,0,-1)$, $\mathrm{d}y = (1,2)$. The picture shows $\mathrm{d}x$: window 0 sends $1\cdot(1,0,-1)$ to inputs 0 to 2,
# window 1 sends $2\cdot(1,0,-1)$ to inputs 1 to 3, and where they overlap they add: $(1,2,-1,-2)$. For the weights, window 0 gives
# $1\cdot(1,2,3)$ and window 1 gives $2\cdot(2,3,4)$: $\mathrm{d}w = (5,8,11)$. And $\mathrm{d}b = 3$.
#
# <details><summary>Hint 1 · which loop?</summary>
#
# Loop over the windows $t$, as the picture does. For one window: which cells of the padded input does it cover, and which
# shapes have `dy` at $t$, that part of the input, and `w`?
#
# <details><summary>Hint 2 · sums over what?</summary>
#
# The share for `dx` has the letters $n, c, k$: so the sum runs over $o$. The share for `dw` has $o, c, k$: so the sum runs over
# $n$. `torch.einsum` writes both down almost as the formulas stand.
#
# <details><summary>Hint 3 · padding</summary>
#
# Work on the padded input throughout, collect the gradient in a buffer of that length, and cut the padding off at the
# end. With $P = 0$ the slice from $P$ to $-P$ is empty: say where it ends in another way.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="conv1d_backward"
def conv1d_backward(dy, x, w, stride=1, padding=0):
    """Send the gradient of a convolution's output back to its input, weights and bias.

    Args:
        dy: (N, C_out, L_out), the gradient that arrives
        x: (N, C_in, L), the input of the forward pass
        w: (C_out, C_in, K), its weights
        stride: how far the window moved
        padding: zeros at each end

    Returns:
        dx (N, C_in, L), dw (C_out, C_in, K) and db (C_out,).

    Raises:
        ValueError: when the kernel does not fit, or dy does not have the shape of the output.

    Example:
        >>> dy = torch.tensor([[[1.0, 2.0]]])
        >>> x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])
        >>> w = torch.tensor([[[1.0, 0.0, -1.0]]])
        >>> [gradient.flatten().tolist() for gradient in conv1d_backward(dy, x, w)]
        [[1.0, 2.0, -1.0, -2.0], [5.0, 8.0, 11.0], [3.0]]
    """
    ### BEGIN SOLUTION
    N, C_in, L = x.shape
    C_out, depth, K = w.shape
    if stride < 1 or padding < 0 or depth != C_in or L + 2 * padding < K:
        raise ValueError(f"no window: x {tuple(x.shape)}, w {tuple(w.shape)}, stride {stride}, padding {padding}")
    L_out = (L + 2 * padding - K) // stride + 1
    if dy.shape != (N, C_out, L_out):
        raise ValueError(f"dy has shape {tuple(dy.shape)}, the output has {(N, C_out, L_out)}")

    padded = F.pad(x, (padding, padding))
    dpadded = torch.zeros_like(padded)
    dw = torch.zeros_like(w)
    for t in range(L_out):
        cells = slice(t * stride, t * stride + K)
        dpadded[:, :, cells] += torch.einsum("no,ock->nck", dy[:, :, t], w)
        dw += torch.einsum("no,nck->ock", dy[:, :, t], padded[:, :, cells])
    dx = dpadded[:, :, padding : padding + L]  # not padding:-padding, which is empty when padding is 0
    return dx, dw, dy.sum(dim=(0, 2))
    ### END SOLUTION


# %% role="tests" exercise="conv1d_backward"

# %% [markdown]
# Look at the sums once more: $\mathrm{d}w$ slides $\mathrm{d}y$ over $x$, a cross-correlation; in $\mathrm{d}x$ the kernel runs the other way, a
# convolution in the strict sense of exercise 2. As matrices, with exercise 4: $y = Ax$ gives $\mathrm{d}x = A^{\!\top}\mathrm{d}y$.
#
# You have now written everything that `nn.Conv1d` does. Unit 02 adds the second dimension, and pictures to look at.
