"""Answers to evaluate."""

import torch


def _to(model, x, y):
    p = next(model.parameters())
    return x.to(p.device, p.dtype), y.to(p.device)


@torch.no_grad()
def right_counts(model, loader):
    was = model.training
    model.eval()
    right = total = 0
    for x, y in loader:
        x, y = _to(model, x, y)
        right += (model(x).argmax(1) == y).sum().item()
        total += len(y)
    model.train(was)
    return right / total


def right_try_finally(model, loader):
    mode = model.training
    try:
        model.train(False)
        with torch.inference_mode():
            hits = []
            for batch in loader:
                x, y = _to(model, *batch)
                hits.append(model(x).max(dim=1).indices.eq(y))
        return torch.cat(hits).float().mean().item()
    finally:
        model.train(mode)


def right_topk(model, loader):
    before = model.training
    model.eval()
    correct = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = _to(model, x, y)
            print("batch of", len(y))
            correct += int((model(x).topk(1, dim=-1).indices.squeeze(1) == y).sum())
    if before:
        model.train()
    return correct / len(loader.dataset)


def right_python(model, loader):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    outcomes = []
    with torch.no_grad():
        for x, y in loader:
            x, y = _to(model, x, y)
            for logits, label in zip(model(x).tolist(), y.tolist()):
                outcomes.append(logits.index(max(logits)) == label)
    for m, t in modes:
        m.training = t
    return sum(outcomes) / len(outcomes)


def _run(model, loader, evaluating=True, grad=False, axis=1, restore=None, least=False):
    was = model.training
    if evaluating:
        model.eval()
    hits, sizes = [], []
    with torch.set_grad_enabled(grad):
        for x, y in loader:
            x, y = _to(model, x, y)
            out = model(x)
            guess = out.argmin(axis) if least else out.argmax(axis)
            hits.append((guess == y).sum().item())
            sizes.append(len(y))
    model.train(was if restore is None else restore)
    return hits, sizes


def wrong_train_mode(model, loader):
    """the model is not put into evaluation mode"""
    hits, sizes = _run(model, loader, evaluating=False)
    return sum(hits) / sum(sizes)


def wrong_left_training(model, loader):
    """the model is left in train mode"""
    hits, sizes = _run(model, loader, restore=True)
    return sum(hits) / sum(sizes)


def wrong_left_evaluating(model, loader):
    """the model is left in evaluation mode"""
    hits, sizes = _run(model, loader, restore=False)
    return sum(hits) / sum(sizes)


def wrong_gradients(model, loader):
    """gradients are kept"""
    hits, sizes = _run(model, loader, grad=True)
    return sum(hits) / sum(sizes)


def wrong_batch_means(model, loader):
    """the accuracies of batches are averaged, however short"""
    hits, sizes = _run(model, loader)
    return sum(h / s for h, s in zip(hits, sizes)) / len(hits)


def wrong_percent(model, loader):
    """the accuracy is in per cent"""
    hits, sizes = _run(model, loader)
    return 100.0 * sum(hits) / sum(sizes)


def wrong_count(model, loader):
    """the right ones are counted but not divided"""
    return float(sum(_run(model, loader)[0]))


def wrong_smallest(model, loader):
    """the smallest logit is taken"""
    hits, sizes = _run(model, loader, least=True)
    return sum(hits) / sum(sizes)


def wrong_first_batch(model, loader):
    """only the first batch is looked at"""
    hits, sizes = _run(model, loader)
    return hits[0] / sizes[0]


def wrong_axis(model, loader):
    was = model.training
    model.eval()
    right = total = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = _to(model, x, y)
            right += int((model(x).argmax(0)[: len(y)] == y[:3]).sum()) if len(y) >= 3 else 0
            total += len(y)
    model.train(was)
    return right / total


def wrong_error_rate(model, loader):
    hits, sizes = _run(model, loader)
    return 1 - sum(hits) / sum(sizes)


def wrong_integer(model, loader):
    hits, sizes = _run(model, loader)
    return sum(hits) // sum(sizes)


def wrong_nothing(model, loader):
    """nothing is returned"""
    _run(model, loader)


def wrong_freezes(model, loader):
    model.requires_grad_(False)
    return right_counts(model, loader)
