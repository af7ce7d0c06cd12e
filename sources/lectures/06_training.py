# %% [markdown] tags=["slide"]
# **What this lecture answers**
#
# 1. What can be said about a network before it has learnt anything, and why is that the cheapest test there is?
# 2. How large should the first weights be, and what happens when they are not?
# 3. What does one step of training do, and what do learning rate, momentum and weight decay change about it?
# 4. Why has a network two modes, and why are training pictures cropped and mirrored but test pictures not?
# 5. How do you read a loss curve, and what do you do when there are few pictures?
#
# **You need** convolution, pooling and batch norm (units 02, 04, 05), and a first meeting with `loss.backward()`.
#
# **Time** 80 minutes: the network 8 · before training 8 · first weights 14 · the loop 10 · the step 14 · two modes 8 ·
# augmentation 6 · reading curves 6 · few pictures 3 · mistakes and summary 3.

# %% tags=["skip"]
import math

import torch
import torch.nn.functional as F
from torch import nn

from convlab import data, explore, show
from convlab.explore.catalogue.first_weights import DEPTH, sizes
from convlab.questions import predict, stated

# %% [markdown] tags=["slide"]
# ## 1. A network small enough to know by heart
#
# A practice session on MNIST uses this network: two convolutions, and one linear layer that reads their result. MNIST has to be
# downloaded, so here it learns scikit-learn's handwritten digits, which are real, come with the package, and are enlarged
# from 8×8 to 28×28.

# %% tags=["fragment"]
digits = data.load("digits")


def enlarged(x):
    return F.interpolate(x, size=(28, 28), mode="bilinear", align_corners=False)


train_x, train_y = enlarged(digits.train_x), digits.train_y
test_x, test_y = enlarged(digits.test_x), digits.test_y
names = [f"a {label}" for label in train_y[:10].tolist()]
show.picture(
    show.image_grid(list(train_x[:10, 0]), names, columns=5, inches=1.4),
    "Ten handwritten digits as grey pictures of 28 by 28.",
)
stated("training pictures", len(train_x), 1_437)
stated("test pictures", len(test_x), 360)


# %% tags=["live"]
# The network as `small_net()`, a function that returns an nn.Sequential: twice conv 5×5 (1 → 16 → 32, padding 2),
# batch norm, ReLU, max-pool 2; then flatten, dropout 0.5, linear to 10.
def small_net():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(1568, 10),
    )


# %% tags=["fragment"]
predict(
    "29,034 parameters in all. Which layer holds more than half of them?",
    {
        "The first convolution": "16 filters of 1·5·5 weights and a bias: 416.",
        "The second convolution": "32 filters of 16·5·5 weights and a bias: 12,832. A good part, but not half.",
        "The linear layer": "1,568 inputs to each of 10 outputs, and 10 biases: 15,690 of 29,034.",
    },
    answer="The linear layer",
)

# %% tags=["fragment"]
torch.manual_seed(0)
rows, shape = [], torch.zeros(1, 1, 28, 28)
for layer in small_net().eval():
    shape = layer(shape)
    count = sum(p.numel() for p in layer.parameters())
    rows.append([type(layer).__name__, "×".join(str(n) for n in shape.shape[1:]), count])
show.table(rows, header=["layer", "output", "parameters"])

# %%
counts = [row[2] for row in rows]
stated("parameters of the first convolution", counts[0], 416)
stated("parameters of the second convolution", counts[4], 12_832)
stated("parameters of the linear layer", counts[-1], 15_690)
stated("parameters of the network", sum(counts), 29_034)

# %% [markdown] tags=["slide"]
# ## 2. Before it has learnt anything
#
# Cross-entropy asks one question of every picture: how probable did the network think the right answer was? The loss is
# the negative logarithm of that probability, averaged over the pictures:
#
# $$ L = -\frac{1}{N} \sum_{n=1}^{N} \ln p_n(\text{label of picture } n) $$
#
# An untrained network should find all ten digits about equally likely.

# %% tags=["fragment"]
predict(
    "Ten classes, an untrained network. Near which number should the first loss be?",
    {
        "0": "That would need the right answer to have probability 1, every time.",
        "1": "Then the right class would have probability e⁻¹ = 0.37. Where would the network know it from?",
        "2.3": "Probability 1/10 for everything: −ln(1/10) = ln 10 = 2.303.",
        "10": "e⁻¹⁰ is 0.00005: the network would have to be sure of something wrong.",
    },
    answer="2.3",
)

# %% tags=["live"]
# The loss of an untrained small_net on 256 training pictures, as `first_loss`.
torch.manual_seed(0)
untrained = small_net()
first_loss = F.cross_entropy(untrained(train_x[:256]), train_y[:256]).item()
first_loss

# %%
stated("ln 10", math.log(10), 2.303, digits=3)
assert abs(first_loss - math.log(10)) < 0.6
print(f"first loss: {first_loss:.2f}")

# %% [markdown] tags=["subslide"]
# It costs one line and a second, and it finds a surprising share of all faults: labels that are off, a softmax too many, logits
# that are huge because the first weights were. The second cheapest test: take **twenty pictures and learn them by heart**.
# A network that cannot do that cannot do anything.

# %% tags=["live"]
# Train small_net on the first 20 pictures only, 25 steps of SGD (lr 0.02, momentum 0.9); keep the losses in `by_heart`.
torch.manual_seed(0)
model = small_net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
by_heart = []
for _ in range(25):
    loss = F.cross_entropy(model(train_x[:20]), train_y[:20])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    by_heart.append(loss.item())

# %% tags=["fragment"]
fig, ax = show.figure(8, 3.2)
ax.plot(by_heart, "o-", color=show.colour("output"), markersize=4)
ax.axhline(math.log(10), color=show.colour("plain"), ls=":")
ax.annotate("ln 10", (20, math.log(10) + 0.08))
ax.set(xlabel="step", ylabel="loss", title="Twenty pictures, learnt by heart")
show.picture(
    fig, "The loss on twenty pictures falls from about 2.5 to nearly zero in 25 steps."
)
assert by_heart[-1] < 0.1

# %% [markdown] tags=["slide"]
# ## 3. The first weights
#
# All weights zero? Then every unit of a layer computes the same, gets the same gradient, and stays the same for ever: ten thousand
# weights, one idea. So the first weights are random. The question is how large.
#
# A unit adds up $n$ products (its **fan-in**). With independent inputs of power $q$ and weights of variance $\sigma^2$,
# the sum has power $n \sigma^2 q$. To keep the power, $\sigma^2 = 1/n$ (Xavier). A ReLU throws half of it away, so He takes
# twice as much:
#
# $$ \sigma_{\text{Xavier}} = \sqrt{1/n} \qquad\qquad \sigma_{\text{He}} = \sqrt{2/n} $$

# %% [markdown] tags=["subslide"]
# ### By hand
#
# A 3×3 convolution over 64 channels adds $64 \cdot 3 \cdot 3 = 576$ products. He's deviation is $\sqrt{2/576} \approx 0.0589$.
# A linear layer with 1,568 inputs: $\sqrt{2/1568} \approx 0.0357$.

# %%
stated("fan-in of a 3×3 convolution over 64 channels", 64 * 3 * 3, 576)
stated("He's deviation for it", math.sqrt(2 / 576), 0.0589, digits=4)
stated("He's deviation for 1,568 inputs", math.sqrt(2 / 1568), 0.0357, digits=4)

# %% tags=["subslide"]
explore.first_weights()

# %% tags=["fragment"]
fig, ax = show.figure(8, 3.4)
rules = {
    "deviation 0.01": "input",
    "Xavier: √(1/fan-in)": "gradient",
    "He: √(2/fan-in)": "output",
}
rules["deviation 0.3"] = "kernel"
for (rule, role), style in zip(rules.items(), ("-", "--", "-", ":"), strict=True):
    ax.semilogy(sizes(rule, "ReLU"), color=show.colour(role), ls=style, label=rule)
ax.set(
    xlabel="layer",
    ylabel="size of the signal (rms)",
    title="One factor per layer, 24 times over",
)
ax.legend(frameon=False)
show.picture(
    fig,
    "Through 24 ReLU layers the signal vanishes with deviation 0.01, shrinks with Xavier, "
    "stays with He and explodes with 0.3.",
)

# %%
xavier, he = sizes("Xavier: √(1/fan-in)", "ReLU"), sizes("He: √(2/fan-in)", "ReLU")
stated("layers", DEPTH, 24)
stated("what √2 per layer makes of 24 layers", math.sqrt(2) ** 24, 4_096)
assert 1_000 < he[-1] / xavier[-1] < 10_000
assert 0.3 < he[-1] / he[0] < 3

# %% [markdown] tags=["subslide"]
# With deviation 0.01 the last layers see $10^{-22}$ of the picture, and their gradients are as small; with 0.3 the numbers overflow
# a little deeper. Batch norm forgives much of this, because it sets the size anew in every layer. It does not forgive zeros.

# %% tags=["fragment"]
predict(
    "A network with batch norm after every convolution starts with all weights ten times too large. What does the first "
    "forward pass look like?",
    {
        "Everything is ten times larger": "Without batch norm it would be: ten times for every layer, in fact.",
        "The same as before": (
            "Batch norm divides by the deviation of what comes in: a factor of ten cancels. (The gradients do change: "
            "they are ten times smaller for these weights.)"
        ),
        "nan": "Only if the numbers overflow before they are normalised.",
    },
    answer="The same as before",
)

# %% tags=["live"]
# Show it: `plain` is a convolution with batch norm behind it, `loud` the same with weights ten times as large.
torch.manual_seed(0)
conv, norm = nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4)
plain = norm(conv(train_x[:32]))
with torch.no_grad():
    conv.weight *= 10
loud = norm(conv(train_x[:32]))
print(f"largest difference: {(plain - loud).abs().max():.4f}")
assert torch.allclose(plain, loud, atol=0.02)

# %% [markdown] tags=["slide"]
# ## 4. The loop
#
# Every training program is this loop. Five lines, in this order:

# %% tags=["fragment"]
fig, ax = show.canvas(20, 4.2)
steps = [
    "forward:\nlogits",
    "loss",
    "zero the\ngradients",
    "backward:\ngradients",
    "step:\nnew weights",
]
for i, text in enumerate(steps):
    role = "gradient" if i in (2, 3) else "kernel" if i == 4 else "output"
    show.box(ax, (0.4 + 4 * i, 1.2), (3.0, 1.6), text, role=role)
    if i < 4:
        show.arrow(ax, (3.5 + 4 * i, 2.0), (4.3 + 4 * i, 2.0))
show.words(ax, (10, 3.7), "next batch", role="plain")
show.picture(
    fig, "The loop: forward, loss, zero the gradients, backward, step; then the next batch."
)

# %% tags=["fragment"]
predict(
    "A friend forgets to set the gradients to zero. What does the step after the third batch use?",
    {
        "The third batch's gradient": "backward does not overwrite .grad.",
        "The sum of all three gradients": "backward adds to what stands in .grad. Old batches are counted again and again.",
        "The mean of all three": "Nothing is divided.",
    },
    answer="The sum of all three gradients",
)

# %% tags=["live"]
# See it: `weight` is one number, the loss 3·weight; call backward three times and look at weight.grad.
weight = torch.tensor(2.0, requires_grad=True)
for _ in range(3):
    (3 * weight).backward()
weight.grad

# %%
stated("gradient after three backward passes", weight.grad, 9)

# %% [markdown] tags=["subslide"]
# Now all digits, six times over, in batches of 64. The loss of each epoch is a mean **per sample**: 1,437 pictures make 22 batches
# of 64 and one of 29, and that short one must count less.

# %%
stated("full batches of 64 in 1,437", 1_437 // 64, 22)
stated("pictures in the last batch", 1_437 % 64, 29)


# %% tags=["live"]
# `fit(model, optimizer, epochs)` with shuffled batches of 64; returns the mean loss per sample of each epoch.
def fit(model, optimizer, epochs, x=train_x, y=train_y):
    history, generator = [], torch.Generator().manual_seed(1)
    for _ in range(epochs):
        model.train()
        summed = 0.0
        for batch in torch.randperm(len(x), generator=generator).split(64):
            loss = F.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            summed += loss.item() * len(batch)
        history.append(summed / len(x))
    return history


# %% tags=["live"]
# `share_right(model)` on the test pictures: evaluation mode, no gradients. Then train small_net for 6 epochs.
def share_right(model, x=test_x):
    model.eval()
    with torch.no_grad():
        return (model(x).argmax(1) == test_y).float().mean().item()


torch.manual_seed(0)
trained = small_net()
history = fit(trained, torch.optim.SGD(trained.parameters(), lr=0.02, momentum=0.9), epochs=6)
print(
    f"losses {[round(loss, 3) for loss in history]}, right on test pictures {share_right(trained):.1%}"
)
assert share_right(trained) > 0.95

# %% tags=["subslide"]
with torch.no_grad():
    probability, guess = trained.eval()(test_x).softmax(1).max(1)
wrong = (guess != test_y).nonzero().flatten()
shown = (wrong if len(wrong) else probability.argsort())[:6]
titles = [f"a {test_y[i]}, guessed {guess[i]}" for i in shown]
show.picture(
    show.image_grid(list(test_x[shown, 0]), titles, columns=6, inches=1.5),
    "Test digits that the network gets wrong; most are hard for people too.",
)

# %% [markdown] tags=["slide"]
# ## 5. The step
#
# Plain gradient descent goes downhill, a little: $p \leftarrow p - \text{lr} \cdot g$. The trouble is that a loss is steep in some
# directions and flat in others, and one learning rate has to serve both.

# %% tags=["subslide"]
explore.descent()

# %% [markdown] tags=["subslide"]
# Across the valley each step multiplies the distance by $1 - 10\,\text{lr}$, along it by $1 - \text{lr}$. So
# $\text{lr} = 0.05$ takes off half of the distance across and 5 % along; at $0.2$ the factor across is $-1$ and the path swings for ever.
#
# **Momentum** lets steps that agree add up and steps that quarrel cancel: $v \leftarrow m\,v + g$, $p \leftarrow p - \text{lr}\cdot v$. With a
# constant gradient the velocity grows to $1 + m + m^2 + \dots = 1/(1-m)$ times the gradient: ten times with $m = 0.9$.

# %%
stated("factor across at lr 0.05", 1 - 10 * 0.05, 0.5, digits=2)
stated("factor along at lr 0.05", 1 - 0.05, 0.95, digits=2)
stated("factor across at lr 0.2", 1 - 10 * 0.2, -1)
velocity = 0.0
for _ in range(200):
    velocity = 0.9 * velocity + 1.0
stated("velocity after many equal gradients, m = 0.9", velocity, 10)

# %% tags=["fragment"]
predict(
    "Plain SGD with lr 0.1, and SGD with momentum 0.9: which lr takes steps of about the same size once things run smoothly?",
    {
        "0.1 as well": "The velocity grows to ten gradients: steps would be ten times as large.",
        "0.01": "Ten times the gradient, a tenth of the rate.",
        "0.9": "That would be ninety times the step.",
    },
    answer="0.01",
)


# %% tags=["live"]
# Five small networks on the 8×8 digits, `flat_net()`: learning rates 0.001, 0.03, 0.3, 3 and 0.03 with momentum 0.9;
# keep the losses of 12 epochs in the dict `curves`.
def flat_net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


curves = {}
for rate, momentum in [(0.001, 0.0), (0.03, 0.0), (0.3, 0.0), (3.0, 0.0), (0.03, 0.9)]:
    net = flat_net()
    sgd = torch.optim.SGD(net.parameters(), lr=rate, momentum=momentum)
    label = f"lr {rate:g}" + (f", momentum {momentum}" if momentum else "")
    curves[label] = fit(net, sgd, 12, digits.train_x, train_y)

# %% tags=["fragment"]
fig, ax = show.figure(8, 3.6)
looks = [("input", "-"), ("gradient", "-"), ("output", "-"), ("kernel", "-"), ("ink", "--")]
for (label, losses), (role, style) in zip(curves.items(), looks, strict=True):
    ax.semilogy(range(1, 13), losses, color=show.colour(role), ls=style, label=label)
ax.set(xlabel="epoch", ylabel="loss", title="Too small crawls, too large runs wild")
ax.legend(frameon=False, ncols=2)
show.picture(
    fig,
    "Loss over 12 epochs for four learning rates and one with momentum: 0.001 hardly moves, "
    "0.3 and momentum are fast, 3 stays high.",
)
assert curves["lr 0.001"][-1] > 2.0
assert curves["lr 0.3"][-1] < 0.2
assert curves["lr 0.03, momentum 0.9"][-1] < curves["lr 0.03"][-1]
assert curves["lr 3"][-1] > curves["lr 0.3"][-1]

# %% [markdown] tags=["subslide"]
# ### Weight decay, and a falling rate
#
# **Weight decay** adds $\lambda p$ to the gradient: every step also takes a small share off each weight, so only weights that the data
# keep asking for stay large. A rate that **falls** lets the first epochs take large steps and the last ones settle: at each
# milestone it is multiplied by 0.1.

# %% tags=["live"]
# `norms`: the size of the first layer's weights after training flat_net 20 epochs with weight decay 0, 0.001, 0.01.
norms = {}
for decay in (0.0, 0.001, 0.01):
    net = flat_net()
    fit(
        net,
        torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=decay),
        20,
        digits.train_x,
        train_y,
    )
    norms[decay] = net[1].weight.norm().item()

# %% tags=["fragment"]
fig, (left, right) = show.figure(9, 3.2, columns=2)
left.bar([f"{decay:g}" for decay in norms], list(norms.values()), color=show.colour("kernel"))
left.set(xlabel="weight decay", ylabel="size of the weights", title="What decay takes off")
right.step(
    range(31),
    [0.1 * 0.1 ** ((e >= 15) + (e >= 25)) for e in range(31)],
    where="post",
    color=show.colour("gradient"),
)
right.set(xlabel="epoch", ylabel="learning rate", yscale="log", title="Milestones at 15 and 25")
show.picture(
    fig,
    "Weights are smaller with more decay; the learning rate falls tenfold at epochs 15 and 25.",
)
assert norms[0.0] > norms[0.001] > norms[0.01]

# %% [markdown] tags=["slide"]
# ## 6. Two modes
#
# Two of the layers behave differently in training and afterwards. **Dropout** sets half of the features to zero in training and
# rests afterwards. **Batch norm** uses the batch's statistics in training and its running ones afterwards. `model.train()` and
# `model.eval()` switch both.

# %% tags=["fragment"]
predict(
    "You test the trained network on single pictures and forget model.eval(). What happens?",
    {
        "Nothing: the weights are the same": "The weights are. What batch norm divides by is not.",
        "More mistakes: each picture is normalised by itself, and half of the features are missing": (
            "A channel's mean over one picture replaces the mean over thousands, and dropout rolls dice on top."
        ),
        "An error is raised": "Only for 1×1 feature maps, where a batch of one has no spread.",
    },
    answer="More mistakes: each picture is normalised by itself, and half of the features are missing",
)

# %% tags=["live"]
# How many of the 360 test pictures are wrong: `in_eval` in evaluation mode, `forgotten` by batch size in train mode.
import copy

with torch.no_grad():
    in_eval = int((trained.eval()(test_x).argmax(1) != test_y).sum())
    forgotten = {}
    for size in (1, 8, 120):
        torch.manual_seed(0)
        careless_copy = copy.deepcopy(trained).train()
        guesses = torch.cat([careless_copy(batch).argmax(1) for batch in test_x.split(size)])
        forgotten[size] = int((guesses != test_y).sum())

# %% tags=["fragment"]
fig, ax = show.figure(8, 3.2)
labels = ["eval mode", *[f"train mode,\nbatches of {size}" for size in forgotten]]
colours = [show.colour("output"), *[show.colour("kernel")] * len(forgotten)]
ax.bar_label(ax.bar(labels, [in_eval, *forgotten.values()], color=colours))
ax.set(ylabel="wrong of 360", title="The same weights, tested in two modes")
show.picture(
    fig, "The network makes fewest mistakes in evaluation mode, and more in train mode."
)
assert in_eval < min(forgotten.values())

# %% [markdown] tags=["subslide"]
# The damage is small here, because 28×28 pixels give a channel a fair mean even in a single picture, and this network has two
# normalizations only; in a deep one it is not. And it is worse than it looks: in train mode batch norm also **learns** from the test pictures, its running statistics move. That is
# why an evaluation puts the model into evaluation mode first, and back into the mode it was found in afterwards.

# %% [markdown] tags=["slide"]
# ## 7. More pictures than there are
#
# A training picture may be shifted a little without becoming another digit. **Random crops** do that: pad with zeros, cut out a
# window of the old size anywhere. With padding 4 there are $9 \cdot 9 = 81$ windows of every picture, and twice as many with mirror images, where
# a mirror image still means the same (for a cat it does, for a 2 it does not).


# %% tags=["fragment"]
def shifted(x, most, seed):
    generator = torch.Generator().manual_seed(seed)
    padded = F.pad(x, (most,) * 4)
    starts = torch.randint(0, 2 * most + 1, (len(x), 2), generator=generator).tolist()
    return torch.stack(
        [p[:, i : i + 28, j : j + 28] for p, (i, j) in zip(padded, starts, strict=True)]
    )


views = torch.cat([train_x[:1], *[shifted(train_x[:1], 4, seed) for seed in range(5)]])
show.picture(
    show.image_grid(list(views[:, 0]), ["as it is", *["shifted"] * 5], columns=6, inches=1.5),
    "A handwritten digit, and five randomly shifted copies of it.",
)
stated("windows with padding 4", (2 * 4 + 1) ** 2, 81)

# %% tags=["fragment"]
predict(
    "One network learns from the pictures as they are, one from shifted ones. Both are tested on test pictures that are "
    "shifted by up to 4 pixels. Which does better?",
    answer="The one that has seen shifts, by far: convolution moves with the picture, but the linear layer behind it does not.",
)

# %% tags=["live"]
# Train both for 6 epochs; `on_shifted` holds their share right on shifted test pictures.
moved_test = shifted(test_x, 4, seed=99)
torch.manual_seed(0)
travelled = small_net()
sgd = torch.optim.SGD(travelled.parameters(), lr=0.02, momentum=0.9)
for epoch in range(6):
    fit(travelled, sgd, 1, x=shifted(train_x, 4, seed=epoch))
on_shifted = {
    "never shifted": share_right(trained, moved_test),
    "shifted": share_right(travelled, moved_test),
}
on_straight = {"never shifted": share_right(trained), "shifted": share_right(travelled)}

# %% tags=["fragment"]
fig, ax = show.figure(8, 3.2)
places = torch.arange(2).numpy()
for offset, (name, values) in zip(
    (-0.2, 0.2), (("test as it is", on_straight), ("test shifted", on_shifted)), strict=True
):
    bars = ax.bar(
        places + offset,
        list(values.values()),
        width=0.36,
        label=name,
        color=show.colour("input" if offset < 0 else "output"),
    )
    ax.bar_label(bars, fmt="{:.0%}")
ax.set_xticks(places, ["trained on pictures as they are", "trained on shifted pictures"])
ax.set(ylabel="share right", ylim=(0, 1.25), title="A network knows what it has seen")
ax.legend(frameon=False, loc="upper left", ncols=2)
show.picture(
    fig,
    "Trained without shifts the network fails on shifted tests; trained with shifts it does well on both.",
)
assert on_shifted["shifted"] > on_shifted["never shifted"] + 0.1

# %% [markdown] tags=["subslide"]
# Only the training pictures are shifted. The test is a measurement: it should be the same every time, and made on pictures as they
# will come.

# %% [markdown] tags=["slide"]
# ## 8. Reading a loss curve
#
# Two curves tell most of the story: the loss on training pictures, and the loss on pictures that were kept apart.


# %% tags=["live"]
# `both(net, rate, epochs, n)`: train on the first n pictures, return training and test losses by epoch.
def both(net, rate, epochs, n):
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    seen, unseen = [], []
    for _ in range(epochs):
        seen += fit(net, optimizer, 1, digits.train_x[:n], train_y[:n])
        with torch.no_grad():
            unseen.append(F.cross_entropy(net.eval()(digits.test_x), test_y).item())
    return seen, unseen


# %% tags=["fragment"]
stories = {
    "healthy": both(flat_net(), 0.05, 30, 1_437),
    "too few pictures": both(flat_net(), 0.1, 60, 30),
    "rate too small": both(flat_net(), 0.0005, 30, 1_437),
    "rate too large": both(flat_net(), 1.5, 30, 1_437),
}
fig, axes = show.figure(11, 3.2, columns=4, sharey=True)
for ax, (story, (seen, unseen)) in zip(axes, stories.items(), strict=True):
    ax.plot(seen, color=show.colour("input"), label="training")
    ax.plot(unseen, color=show.colour("kernel"), ls="--", label="test")
    ax.set(xlabel="epoch", title=story, ylim=(0, 3))
axes[0].set_ylabel("loss")
axes[0].legend(frameon=False)
show.picture(
    fig,
    "Four pairs of curves: both fall; training falls while test stays high; both crawl; both stay high and jumpy.",
)

# %%
healthy, few, slow, wild = stories.values()
assert healthy[1][-1] < 0.3
assert few[0][-1] < 0.1 < few[1][-1]
assert slow[0][-1] > 4 * healthy[0][-1]
assert wild[0][-1] > 4 * healthy[0][-1]

# %% [markdown] tags=["subslide"]
# | what you see | what it says | what to try |
# |---|---|---|
# | both fall and stay together | it learns | go on until they flatten, then lower the rate |
# | training falls, test stays high | it learns by heart | more pictures, augmentation, weight decay, dropout |
# | both fall, but slowly | the steps are too small | a larger rate, momentum, a better start |
# | both stay high, or jump | the steps are too large | a smaller rate; look at the first loss |
# | the first loss is far from ln(classes) | something is wrong before training | logits, labels, first weights |

# %% [markdown] tags=["slide"]
# ## 9. When there are few pictures
#
# A network that was trained on a million pictures has filters that are useful for yours. How much of it to keep depends on how many
# pictures you have, and on how much they look like those it has seen:

# %% tags=["fragment"]
show.table(
    [
        ["few", "train a new last layer only", "new last layers on features from the middle"],
        [
            "many",
            "train everything, with a small rate",
            "train everything, the old weights as a start",
        ],
    ],
    header=["your pictures are …", "like the old ones", "unlike the old ones"],
    caption="Transfer learning in four boxes",
)

# %% [markdown] tags=["slide"]
# ## What people get wrong, and what it looks like
#
# **Softmax twice.** `F.cross_entropy` takes logits. Given probabilities, it takes *their* softmax: the largest value that a
# class can reach is $e/(e + 9)$, so the loss can never fall below $\ln(e + 9) - 1 \approx 1.461$.

# %% tags=["fragment"]
floor = math.log(math.e + 9) - 1
stated("the floor under a doubled softmax, ten classes", floor, 1.461, digits=3)
certain = F.one_hot(train_y, 10).float()  # a perfect network's probabilities
stated(
    "cross-entropy of perfect probabilities", F.cross_entropy(certain, train_y), floor, digits=3
)


# %% tags=["fragment"]
def careless(mistake):
    net = flat_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    y = (
        train_y[torch.randperm(len(train_y), generator=torch.Generator().manual_seed(3))]
        if mistake == "labels shuffled"
        else train_y
    )
    losses = []
    for batch in torch.arange(len(y)).repeat(4).split(64):
        out = net(digits.train_x[batch])
        loss = F.cross_entropy(out.softmax(1) if mistake == "softmax twice" else out, y[batch])
        if mistake != "gradients never zeroed":
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(min(loss.item(), 6.0))
    return losses


mistakes = ["none", "softmax twice", "gradients never zeroed", "labels shuffled"]
runs = {mistake: careless(mistake) for mistake in mistakes}
fig, ax = show.figure(9, 3.6)
for (mistake, losses), role, style in zip(
    runs.items(), ("output", "kernel", "gradient", "input"), ("-", "--", ":", "-."), strict=True
):
    ax.plot(losses, color=show.colour(role), ls=style, label=mistake)
ax.axhline(floor, color=show.colour("plain"), lw=1)
ax.annotate("1.461", (90, floor + 0.08))
ax.set(
    xlabel="step",
    ylabel="loss (cut at 6)",
    title="The same network with three mistakes",
    ylim=(0, 6.2),
)
ax.legend(frameon=False, ncols=2)
show.picture(
    fig,
    "Without a mistake the loss falls; with softmax twice it stays above 1.461; without zeroing it "
    "swings; with shuffled labels it stays near 2.3.",
)
assert min(runs["softmax twice"]) > floor
assert abs(sum(runs["labels shuffled"][-20:]) / 20 - math.log(10)) < 0.3
assert sum(runs["none"][-20:]) / 20 < 0.5

# %% [markdown] tags=["subslide"]
# | symptom | cause | test that catches it |
# |---|---|---|
# | first loss far from ln(classes) | first weights, labels, softmax | one forward pass |
# | cannot learn twenty pictures | a cut gradient, no step, a frozen layer | overfit one batch |
# | stays above 1.461 with ten classes | softmax before the loss | the floor |
# | swings more and more | gradients never zeroed | print the norm of a gradient |
# | stays at 2.3 | labels do not belong to the pictures | show pictures with their labels |
# | test worse with small batches | evaluation in train mode | evaluate twice with different batch sizes |

# %% [markdown] tags=["slide"]
# ## Summary
#
# - An untrained classifier's loss is near ln(classes), 2.303 for ten. Look at it before you train.
# - A network that cannot learn twenty pictures by heart has a fault.
# - First weights with deviation $\sqrt{2/\text{fan-in}}$ keep a signal's size through ReLU layers; a wrong factor acts once per layer.
# - The loop is forward, loss, zero, backward, step. Gradients add up unless you zero them.
# - The steepest direction limits the learning rate; momentum 0.9 makes steady steps ten times as long; weight decay takes off what the data
#   do not ask for; a falling rate lets the end settle.
# - Train mode and evaluation mode are two different functions with the same weights.
# - Augment training pictures only, and only with changes that keep the label.
# - Two curves, training and test, say what to try next.
#
# **Now you:** the assignment asks for the network, He's first weights, the optimizer's step, random crops and flips, the loop, the
# evaluation and the schedule, and then trains with them.
#
# ## References
#
# - K. He, X. Zhang, S. Ren, J. Sun, *Delving Deep into Rectifiers*, ICCV 2015, arXiv:1502.01852: the deviation $\sqrt{2/n}$.
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010: first weights for tanh.
# - I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and momentum in deep learning*, ICML 2013.
# - N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 2014.
# - S. Ioffe, C. Szegedy, *Batch Normalization*, ICML 2015, arXiv:1502.03167: the two modes.
# - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proc. IEEE 1998: digits.
