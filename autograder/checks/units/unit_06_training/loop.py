"""``train_one_epoch``: one pass over a loader, the loss counted per sample."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.cases import Draw, Group, normal
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_06_training.recording import Unrecorded

Loader = Iterable[tuple[Tensor, Tensor]]


def reference(model: nn.Module, loader: Loader, optimizer: torch.optim.Optimizer) -> float:
    """Mean cross-entropy per sample, as met on the way."""
    return epoch(model, loader, optimizer)


def epoch(
    model: nn.Module,
    loader: Loader,
    optimizer: torch.optim.Optimizer,
    *,
    training: bool = True,
    zero: bool = True,
    step: bool = True,
    per_batch: bool = False,
    last_only: bool = False,
    total: bool = False,
    softmax: bool = False,
    summed: bool = False,
) -> float:
    """The loop with switches, each of which makes one mistake."""
    model.train(training)
    device = next(model.parameters()).device
    losses: list[tuple[float, int]] = []
    for x, y in loader:
        logits = model(x.to(device, next(model.parameters()).dtype))
        loss = F.cross_entropy(
            logits.softmax(1) if softmax else logits, y.to(device), reduction="sum" if summed else "mean"
        )
        if zero:
            optimizer.zero_grad()
        loss.backward()
        if step:
            optimizer.step()
        losses.append((loss.item() / (len(y) if summed else 1), len(y)))
    if last_only:
        return losses[-1][0]
    if per_batch:
        return sum(loss for loss, _ in losses) / len(losses)
    whole = sum(loss * n for loss, n in losses)
    return whole if total else whole / sum(n for _, n in losses)


def mistaken(**switches: bool) -> Any:
    """The loop with one switch thrown."""

    def train(model: nn.Module, loader: Loader, optimizer: torch.optim.Optimizer) -> float:
        return epoch(model, loader, optimizer, **switches)

    return train


def kept(model: nn.Module, loader: Loader, optimizer: torch.optim.Optimizer) -> Tensor:
    """A loop that adds up tensors."""
    model.train()
    first = next(model.parameters())
    total, count = first.new_zeros(()), 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x.to(first)), y.to(first.device))
        loss.backward()
        optimizer.step()
        total, count = total + loss * len(y), count + len(y)
    return total / count


def classifier(features: int, hidden: int, classes: int, training: bool = True) -> dict[str, Any]:
    """A recipe for a small classifier with random weights."""
    state: dict[str, Draw] = {
        "first.weight": normal(hidden, features),
        "first.bias": normal(hidden),
        "norm.weight": normal(hidden),
    }
    state |= {"norm.bias": normal(hidden), "last.weight": normal(classes, hidden), "last.bias": normal(classes)}
    return {"$recipe": "classifier", "state": state, "training": training}


def data(n: int, shape: tuple[int, ...], classes: int, batch_size: int) -> dict[str, Any]:
    """A recipe for a loader of random pictures with labels that take turns."""
    labels = torch.arange(n) * 7 % classes
    return {"$recipe": "loader", "x": normal(n, *shape), "y": labels, "batch_size": batch_size}


def _case(
    label: str, n: int, batch_size: int, training: bool = True, momentum: float = 0.0, **options: Any
) -> Unrecorded:
    args = (
        classifier(6, 5, 3, training),
        data(n, (2, 3), 3, batch_size),
        {"$recipe": "sgd", "lr": 0.1, "momentum": momentum},
    )
    return Unrecorded(label, args, after=("0",), dtype="float64", **options)


EXERCISE = Exercise(
    name="train_one_epoch",
    reference=reference,
    groups=(
        Group(
            "the steps",
            3,
            (
                _case("two batches of four", 8, 4),
                _case("the model comes in evaluation mode", 8, 4, training=False),
                _case("momentum 0.9, four batches", 16, 4, momentum=0.9, hidden=True),
            ),
        ),
        Group(
            "the mean loss", 1, (_case("a short last batch", 7, 5, looked=True), _case("one batch", 5, 8, looked=True))
        ),
    ),
    misconceptions=(
        Misconception(
            "the losses are added up with their graphs",
            kept,
            "loss is a tensor that remembers its batch; loss.item() is a float.",
        ),
        Misconception(
            "the model is not put into train mode",
            mistaken(training=False),
            "Dropout and batch norm behave differently in the two modes. Which one does training need?",
        ),
        Misconception(
            "gradients are never set to zero", mistaken(zero=False), "backward adds to what is already in .grad."
        ),
        Misconception(
            "no step is made, or its gradients were wiped",
            mistaken(step=False),
            "What does optimizer.step read, and when is it set to zero?",
        ),
        Misconception(
            "the losses of batches are averaged, however short",
            mistaken(per_batch=True),
            "A last batch of 2 must not count as much as a batch of 5.",
        ),
        Misconception(
            "the last batch's loss is returned", mistaken(last_only=True), "The mean goes over the whole epoch."
        ),
        Misconception(
            "the sum is not divided by the number of samples", mistaken(total=True), "A mean per sample is asked for."
        ),
        Misconception(
            "softmax before cross_entropy",
            mistaken(softmax=True),
            "F.cross_entropy takes logits and does the softmax itself.",
        ),
        Misconception(
            "the loss is summed over the batch", mistaken(summed=True), "With a sum the step grows with the batch size."
        ),
    ),
)
