# %% [markdown]
# Twenty minutes, one small exercise, and afterwards you know how every assignment of this course works:
#
# - how to run a notebook, and what it runs on;
# - the two facts about tensors that all later units use: shapes and broadcasting;
# - what a **check** tells you, how a half-right answer earns half the points, how to use the hints;
# - how to hand in.
#
# Run the cells from top to bottom: click into a cell and press **Shift + Enter**. The cell above has set things up and
# printed one line: which Python and PyTorch you have, and whether there is a GPU. Everything in this course runs on a
# CPU; where a GPU helps, the text says so.

# %%
from contextlib import suppress

import torch

from autograder import check
from convlab import data, show

# %% [markdown]
# ## A picture is a tensor
#
# A colour photograph arrives as a tensor of shape $(C, H, W)$: channels, height, width. This one has three channels,
# red, green and blue, and its numbers go from 0 to 1. A **batch** of $N$ images has one dimension more, in front:
# $(N, C, H, W)$.

# %%
photo = data.photograph("cat", size=150)
batch = torch.stack([photo, photo.flip(-1)])
print(f"one image: {tuple(photo.shape)}, {photo.dtype}, values from {photo.min():.2f} to {photo.max():.2f}")
print(f"a batch:   {tuple(batch.shape)}")

panels = [photo, *photo]
titles = ["(3, 150, 150)", "photo[0], red", "photo[1], green", "photo[2], blue"]
show.picture(
    show.image_grid(panels, titles),
    "A photograph of a cat, and its three channels as grey images; the red channel is the brightest.",
    photo=True,
)

# %% [markdown]
# The three grey images show one channel each: the brighter, the larger the number. Which channel is brightest on the
# whole? Look first, then let PyTorch count: a mean over height and width leaves one number per channel.

# %%
mean = photo.mean(dim=(-2, -1))
std = photo.std(dim=(-2, -1))
for name, m, s in zip(("red", "green", "blue"), mean, std, strict=True):
    print(f"{name:6} mean {m:.3f}   standard deviation {s:.3f}")

# %% [markdown]
# ## Broadcasting: how shapes that differ still fit
#
# PyTorch lines two shapes up **from the right**. A dimension of size 1, or one that is missing, is repeated until it
# fits; anything else must be equal. In the picture, the same two numbers are added to the same table, once along each
# direction:

# %%
table = torch.tensor([[1, 2], [3, 4]])
row = torch.tensor([10, 20])  # (2,): lines up with the columns
column = row[:, None]  # (2, 1): indexing with None puts in a dimension of size 1

fig, ax = show.canvas(15, 3)
for left, added, shapes in ((0.1, row[None, :], "(2, 2) + (2,)"), (8.4, column, "(2, 2) + (2, 1)")):
    right = left + 3.2 + added.shape[1]
    show.number_grid(ax, table, at=(left, 0.8))
    show.number_grid(ax, added, at=(left + 2.6, 0.8), role="kernel")
    show.number_grid(ax, table + added, at=(right, 0.8), role="output")
    ax.text(left + 2.3, 1.8, "+", ha="center", va="center", fontsize=15)
    ax.text(right - 0.3, 1.8, "=", ha="center", va="center", fontsize=15)
    ax.text(left, 0.5, shapes, fontsize=12)
show.picture(
    fig,
    "A 2 by 2 table plus the row (10, 20) adds 10 to the first column and 20 to the second; plus the column it adds 10 "
    "to the first row and 20 to the second.",
)

# %% [markdown]
# **Predict first.** `photo` is $(3, 150, 150)$ and `mean` is $(3,)$. What happens in `photo - mean`?
#
# <details><summary>Your answer, then open this</summary>
#
# An error: from the right, 150 meets 3. And had the photograph been 3 pixels wide, there would have been *no* error,
# only a wrong result: the three means would have run along the width. Mistakes of this kind are quiet. That is why
# the checks of this course try shapes in which no two dimensions agree by accident, and some in which they do.
#
# </details>

# %%
try:
    photo - mean
except RuntimeError as error:
    print("photo - mean:", error)

print("mean[:, None].shape =", tuple(mean[:, None].shape))

# %% [markdown]
# ## What a check shows
#
# Below every exercise stands a check. It tries your function on small cases that were chosen to tell right from nearly
# right, and compares with PyTorch. If something is wrong it says, in this order: what goes wrong in the smallest case
# that shows it, with shapes and numbers; a picture of yours, the expected result and the difference; and, if your result
# is what a well-known mistake produces, the name of that mistake with a hint.
#
# See it happen before you write anything. Exercise 1 will ask for a function that takes each channel's mean off and
# divides by its standard deviation. Here is a first guess at it, and it is wrong:


# %%
def guess(image, mean, std):
    return (image - mean) / std


check("standardize", guess)

# %% [markdown]
# Cases come in **groups**, and each group earns its points by itself. The next function is right for one image
# $(C, H, W)$, but not for a batch $(N, C, H, W)$: there, `image[c]` is no longer channel `c` but image `c`.


# %%
def one_image_only(image, mean, std):
    result = torch.empty_like(image)
    for c in range(len(mean)):
        result[c] = (image[c] - mean[c]) / std[c]
    return result


check("standardize", one_image_only)

# %% [markdown]
# Half the points. A check never takes anything off for trying: call it as often as you like. When your work is graded,
# the same check runs once more with further cases and fresh numbers, so an answer that only fits the numbers you have
# seen will not do.

# %% [markdown]
# ## Exercise 1 · `standardize`
#
# *5 minutes · difficulty 1 of 5*
#
# Networks train best when their inputs are centred on 0 and spread about 1. So the first thing that happens to a
# picture on its way into a network is
#
# $$ y_{c,i,j} = \frac{x_{c,i,j} - \text{mean}_c}{\text{std}_c} $$
#
# for every channel $c$ and every pixel $(i, j)$. Write it as `standardize(image, mean, std)`, for one image as well as
# for a batch; the result has the shape of `image`, and `image` itself stays as it was.
#
# **By hand.** Two channels of one row each, with mean $(2, 10)$ and standard deviation $(1, 5)$: the first channel
# $(1, 3)$ becomes $(-1, 1)$, the second, $(10, 20)$, becomes $(0, 2)$.
#
# <details><summary>Hint 1 · which dimensions meet?</summary>
#
# Write the shapes of `image` and `mean` below each other, flush right. Which dimension of `image` should `mean` stand
# under? What is missing to its right?
#
# <details><summary>Hint 2 · how to move it there</summary>
#
# In the section on broadcasting, indexing with `None` put in a dimension of size 1 behind the numbers. Here one is not
# enough: height *and* width stand to the right of the channels.
#
# <details><summary>Hint 3 · and the batch?</summary>
#
# Nothing to do. Broadcasting counts from the right, so a dimension in front is filled in by itself. If you have written
# an `if` for it, you can take it out again.
#
# </details>
# </details>
# </details>


# %% role="solution" grade_id="standardize"
def standardize(image, mean, std):
    """Centre and scale every channel of an image, or of every image of a batch.

    Args:
        image: (C, H, W) or (N, C, H, W)
        mean: (C,), what to take off each channel
        std: (C,), what to divide each channel by; all above 0

    Returns:
        The standardized image, of the same shape as image.

    Example:
        >>> image = torch.tensor([[[1.0, 3.0]], [[10.0, 20.0]]])
        >>> standardize(image, mean=torch.tensor([2.0, 10.0]), std=torch.tensor([1.0, 5.0])).tolist()
        [[[-1.0, 1.0]], [[0.0, 2.0]]]
    """
    ### BEGIN SOLUTION
    # (C, 1, 1), counted from the right, puts C under the image's channels, with or without N in front of them.
    return (image - mean[:, None, None]) / std[:, None, None]
    ### END SOLUTION


# %% role="tests" exercise="standardize"

# %% [markdown]
# With a right answer, the next cell shows what it did to the photograph: three histograms that sat anywhere between 0
# and 1 now lie on top of each other, around 0. (Until there is an answer, it shows nothing.)

# %%
with suppress(NotImplementedError):
    after = standardize(photo, mean, std)
    fig, axes = show.figure(9, 3, columns=2, sharey=True)
    for ax, image, title in zip(axes, (photo, after), ("before", "after"), strict=True):
        for channel, name, role in zip(image, ("red", "green", "blue"), ("kernel", "output", "input"), strict=True):
            style = {"label": name, "color": show.colour(role), "linewidth": 2, "histtype": "step"}
            ax.hist(channel.flatten().numpy(), bins=50, **style)
        ax.set(title=title, xlabel="value")
    axes[0].set_ylabel("pixels")
    axes[0].legend(frameon=False)
    show.picture(fig, "Histograms of the three channels: apart from each other before, on top of each other after.")

# %% [markdown]
# ## A written question
#
# Some questions have no check: a person reads your answer. Two or three sentences are enough.
#
# **Where do `mean` and `std` come from?** In practice they are computed once, over all training images, and the same
# six numbers are then used for every image, at test time too. What would be lost if each image were standardized with
# its own mean and standard deviation instead?

# %% [markdown] role="manual" grade_id="whose-statistics" points=1
# Each image's own brightness and contrast would be erased: a photograph of a night scene and one of a beach would both
# come out with mean 0 and spread 1, although "dark" and "bright" may be just what tells the classes apart. With fixed
# numbers the same pixel value always becomes the same input, so images stay comparable with each other, and a test image
# is treated exactly as the training images were.

# %% [markdown]
# ## Handing in
#
# 1. Run everything once more from the top: in Colab *Runtime → Restart session and run all*, in Jupyter *Kernel →
#    Restart Kernel and Run All Cells*. What only worked because of a cell you have since deleted shows up now.
# 2. Look at what the last cell says.
# 3. Save, and download the notebook: *File → Download → Download .ipynb* (Colab) or *File → Download* (Jupyter). Hand in
#    that one file as your course tells you to. Its name does not matter.
#
# You may add cells, print, plot and try things anywhere. Leave the names of the functions as they are, and leave the
# checks in place: cells of ours that were changed are put back before grading, your own stay. Training cells may run for
# long while you work; while grading, each cell has a limit of time, and a cell that goes beyond it costs only itself.
