"""Answers to train_one_epoch."""

import torch
import torch.nn.functional as F
from torch import nn


def _to(model, x, y):
    p = next(model.parameters())
    return x.to(p.device, p.dtype), y.to(p.device)


def right_weighted(model, loader, optimizer):
    model.train()
    total, seen = 0.0, 0
    for x, y in loader:
        x, y = _to(model, x, y)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        seen += len(y)
    return total / seen


def right_sum_apart(model, loader, optimizer):
    model = model.train()
    sums = []
    criterion = nn.CrossEntropyLoss(reduction="none")
    for batch in loader:
        x, y = _to(model, *batch)
        for p in model.parameters():
            p.grad = None
        each = criterion(model(x), y)
        each.mean().backward()
        optimizer.step()
        sums.append(each.detach())
    return torch.cat(sums).mean().item()


def right_log_softmax(model, loader, optimizer, verbose=False):
    model.train(True)
    loss_sum = torch.zeros(())
    n = 0
    for i, (x, y) in enumerate(loader):
        x, y = _to(model, x, y)
        print(f"batch {i}", end="\r")
        log_p = model(x).log_softmax(dim=1)
        loss = -log_p[torch.arange(len(y)), y].mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss_sum = loss_sum + loss.detach() * y.numel()
        n += y.numel()
    return float(loss_sum / n)


def right_dataset_length(model, loader, optimizer):
    model.train()
    total = 0
    for x, y in loader:
        x, y = _to(model, x, y)
        loss = F.nll_loss(F.log_softmax(model(x), 1), y)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        total += float(loss.detach()) * x.shape[0]
    return total / len(loader.dataset)


def wrong_eval_mode(model, loader, optimizer):
    """the model is not put into train mode"""
    model.eval()
    return _epoch(model, loader, optimizer)


def _epoch(model, loader, optimizer, zero=True, step=True, probabilities=False, reduction="mean"):
    losses, sizes = [], []
    for x, y in loader:
        x, y = _to(model, x, y)
        if zero:
            optimizer.zero_grad()
        out = model(x)
        loss = F.cross_entropy(F.softmax(out, 1) if probabilities else out, y, reduction=reduction)
        loss.backward()
        if step:
            optimizer.step()
        losses.append(loss.item() if reduction == "mean" else loss.item() / len(y))
        sizes.append(len(y))
    return sum(a * b for a, b in zip(losses, sizes)) / sum(sizes)


def wrong_mode_untouched(model, loader, optimizer):
    return _epoch(model, loader, optimizer)


def wrong_no_zero(model, loader, optimizer):
    """gradients are never set to zero"""
    model.train()
    return _epoch(model, loader, optimizer, zero=False)


def wrong_zero_too_late(model, loader, optimizer):
    """no step is made, or its gradients were wiped"""
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        x, y = _to(model, x, y)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total, n = total + loss.item() * len(y), n + len(y)
    return total / n


def wrong_no_step(model, loader, optimizer):
    """no step is made, or its gradients were wiped"""
    model.train()
    return _epoch(model, loader, optimizer, step=False)


def wrong_mean_of_batches(model, loader, optimizer):
    """the losses of batches are averaged, however short"""
    model.train()
    losses = []
    for x, y in loader:
        x, y = _to(model, x, y)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def wrong_last(model, loader, optimizer):
    """the last batch's loss is returned"""
    model.train()
    for x, y in loader:
        x, y = _to(model, x, y)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


def wrong_total(model, loader, optimizer):
    """the sum is not divided by the number of samples"""
    model.train()
    return _epoch(model, loader, optimizer) * len(loader.dataset)


def wrong_softmax(model, loader, optimizer):
    """softmax before cross_entropy"""
    model.train()
    return _epoch(model, loader, optimizer, probabilities=True)


def wrong_sum(model, loader, optimizer):
    """the loss is summed over the batch"""
    model.train()
    return _epoch(model, loader, optimizer, reduction="sum")


def wrong_returns_in_the_loop(model, loader, optimizer):
    model.train()
    for x, y in loader:
        x, y = _to(model, x, y)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()


def wrong_nothing(model, loader, optimizer):
    """nothing is returned"""
    model.train()
    _epoch(model, loader, optimizer)


def wrong_tensors_added_up(model, loader, optimizer):
    """the losses are added up with their graphs"""
    model.train()
    dtype = next(model.parameters()).dtype
    total, n = 0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x.to(dtype)), y)
        loss.backward()
        optimizer.step()
        total += loss * len(y)
        n += len(y)
    return total / n
