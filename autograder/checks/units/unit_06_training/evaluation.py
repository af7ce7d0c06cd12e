"""``evaluate``: accuracy in evaluation mode, without gradients, leaving the model as it was."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_06_training.loop import Loader, classifier, data


def reference(model: nn.Module, loader: Loader) -> float:
    """The share of samples whose largest logit is the label's."""
    return accuracy(model, loader)


def accuracy(
    model: nn.Module,
    loader: Loader,
    *,
    evaluating: bool = True,
    restored: bool | None = None,
    gradients: bool = False,
    per_batch: bool = False,
    percent: bool = False,
    count: bool = False,
    axis: int = 1,
    smallest: bool = False,
    first_batch: bool = False,
) -> float:
    """The pass with switches, each of which makes one mistake."""
    found = model.training
    if evaluating:
        model.eval()
    parameter = next(model.parameters())
    right, seen, shares = 0, 0, []
    with torch.set_grad_enabled(gradients):
        for x, y in loader:
            logits = model(x.to(parameter.device, parameter.dtype))
            guesses = (-logits if smallest else logits).argmax(axis)
            hits = int((guesses[: len(y)] == y.to(parameter.device)[: len(guesses)]).sum())
            right, seen = right + hits, seen + len(y)
            shares.append(hits / len(y))
            if first_batch:
                break
    model.train(found if restored is None else restored)
    if per_batch:
        return sum(shares) / len(shares)
    return float(right) if count else right / seen * (100 if percent else 1)


def mistaken(**switches: Any) -> Any:
    """The pass with one switch thrown."""

    def evaluate(model: nn.Module, loader: Loader) -> float:
        return accuracy(model, loader, **switches)

    return evaluate


def _case(label: str, n: int, batch_size: int, training: bool = True, **options: Any) -> Case:
    return Case(label, (classifier(6, 5, 3, training), data(n, (2, 3), 3, batch_size)), after=("0",), **options)


EXERCISE = Exercise(
    name="evaluate",
    reference=reference,
    groups=(
        Group(
            "accuracy",
            2,
            (
                _case("three full batches", 60, 20),
                _case("a short last batch", 47, 20),
                _case("one sample at a time", 13, 1, hidden=True),
            ),
        ),
        Group(
            "the model stays as it was",
            2,
            (
                _case("found in train mode", 40, 20, training=True),
                _case("found in evaluation mode", 40, 20, training=False),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "the model is not put into evaluation mode",
            mistaken(evaluating=False),
            "Batch norm must not look at the test batch, and must not learn from it.",
        ),
        Misconception(
            "the model is left in train mode", mistaken(restored=True), "Remember model.training before you change it."
        ),
        Misconception(
            "the model is left in evaluation mode",
            mistaken(restored=False),
            "Remember model.training before you change it, and put it back.",
        ),
        Misconception(
            "gradients are kept", mistaken(gradients=True), "torch.no_grad saves the memory that nobody will need."
        ),
        Misconception(
            "the accuracies of batches are averaged, however short",
            mistaken(per_batch=True),
            "Count the right ones and all, and divide once.",
        ),
        Misconception("the accuracy is in per cent", mistaken(percent=True), "It should lie between 0 and 1."),
        Misconception(
            "the right ones are counted but not divided", mistaken(count=True), "It should lie between 0 and 1."
        ),
        Misconception(
            "the largest logit is looked for over the batch", mistaken(axis=0), "Along which dimension lie the classes?"
        ),
        Misconception("the smallest logit is taken", mistaken(smallest=True), "The largest logit is the guess."),
        Misconception(
            "only the first batch is looked at", mistaken(first_batch=True), "Is the return inside the loop?"
        ),
    ),
)
