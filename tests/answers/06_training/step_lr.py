"""Answers to step_lr."""


def right_count(base_lr, epoch, milestones, gamma=0.1):
    return base_lr * gamma ** len([m for m in milestones if m <= epoch])


def right_loop(base_lr, epoch, milestones, gamma=0.1):
    lr = base_lr
    for m in milestones:
        if epoch >= m:
            lr = lr * gamma
    return lr


def right_bisect(base_lr, epoch, milestones, gamma=0.1):
    import bisect

    return base_lr * gamma ** bisect.bisect_right(sorted(milestones), epoch)


def right_tensor(base_lr, epoch, milestones, gamma=0.1):
    import torch

    passed = (torch.tensor(milestones, dtype=torch.float64) <= epoch).sum()
    return float(base_lr * torch.tensor(gamma, dtype=torch.float64) ** passed)


def wrong_late(base_lr, epoch, milestones, gamma=0.1):
    """a milestone counts one epoch late"""
    return base_lr * gamma ** len([m for m in milestones if m < epoch])


def wrong_early(base_lr, epoch, milestones, gamma=0.1):
    """a milestone counts one epoch early"""
    return base_lr * gamma ** len([m for m in milestones if m <= epoch + 1])


def wrong_once(base_lr, epoch, milestones, gamma=0.1):
    """the rate falls at the first milestone only"""
    if milestones and epoch >= milestones[0]:
        return base_lr * gamma
    return base_lr


def wrong_only_there(base_lr, epoch, milestones, gamma=0.1):
    """the rate is lower at the milestones only"""
    return base_lr * (gamma if epoch in milestones else 1)


def wrong_every(base_lr, epoch, milestones, gamma=0.1):
    """the rate falls in every epoch"""
    return base_lr * gamma**epoch


def wrong_gamma(base_lr, epoch, milestones, gamma=0.1):
    """gamma is always 0.1"""
    return base_lr * 0.1 ** sum(epoch >= m for m in milestones)


def wrong_product(base_lr, epoch, milestones, gamma=0.1):
    """gamma is multiplied by the number of milestones"""
    k = sum(epoch >= m for m in milestones)
    return base_lr * (k * gamma) if k else base_lr


def wrong_divided(base_lr, epoch, milestones, gamma=0.1):
    """the rate is divided by gamma"""
    for m in milestones:
        if epoch >= m:
            base_lr /= gamma
    return base_lr


def wrong_none(base_lr, epoch, milestones, gamma=0.1):
    """nothing is returned"""
    for m in milestones:
        if epoch >= m:
            base_lr *= gamma


def wrong_subtracts(base_lr, epoch, milestones, gamma=0.1):
    return base_lr - gamma * sum(epoch >= m for m in milestones)
