"""Answers to sgd_step."""

import torch


def right_loop(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.copy_(momentum * v + g + weight_decay * p)
            p -= lr * v


def right_data(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    for i in range(len(params)):
        g = grads[i] + weight_decay * params[i].data
        velocities[i].mul_(momentum)
        velocities[i].add_(g)
        params[i].data.add_(velocities[i], alpha=-lr)
    return params


@torch.no_grad()
def right_foreach(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    g = torch._foreach_add(list(grads), [p.detach() for p in params], alpha=weight_decay)
    torch._foreach_mul_(list(velocities), momentum)
    torch._foreach_add_(list(velocities), g)
    torch._foreach_add_(list(params), list(velocities), alpha=-lr)


def right_indexed(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0, nesterov=False):
    print("step with", lr)
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v[...] = momentum * v + (g + weight_decay * p)
            p[...] = p - lr * v


def _step(update):
    def step(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p, g, v in zip(params, grads, velocities):
                update(p, g, v, lr, momentum, weight_decay)

    return step


def wrong_lr_inside(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the learning rate is inside the velocity"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.mul_(momentum).add_(lr * (g + weight_decay * p))
            p.sub_(v)


def wrong_average(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the new gradient is weighted by 1 − momentum"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.copy_(momentum * v + (1 - momentum) * (g + weight_decay * p))
            p.sub_(lr * v)


def wrong_no_velocity(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the velocity is not used in the step"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            g = g + weight_decay * p
            v.copy_(momentum * v + g)
            p.sub_(lr * g)


def wrong_old_velocity(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the old velocity is used in the step"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            old = v.clone()
            v.copy_(momentum * v + g + weight_decay * p)
            p.sub_(lr * old)


def wrong_no_momentum(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """momentum is not used"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.copy_(g + weight_decay * p)
            p.sub_(lr * v)


def wrong_velocity_lost(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the velocities are not kept"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v = momentum * v + g + weight_decay * p
            p -= lr * v


def wrong_no_decay(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """weight decay is not used"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.mul_(momentum).add_(g)
            p.sub_(lr * v)


def wrong_decay_sign(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """weight decay pushes away from zero"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.mul_(momentum).add_(g - weight_decay * p)
            p.sub_(lr * v)


def wrong_decoupled(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """weight decay stays out of the velocity"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            old = p.clone()
            v.mul_(momentum).add_(g)
            p.sub_(lr * v + lr * weight_decay * old)


def wrong_ascends(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the step climbs"""
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.mul_(momentum).add_(g + weight_decay * p)
            p.add_(lr * v)


def wrong_copies(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    new = []
    for p, g, v in zip(params, grads, velocities):
        v.copy_(momentum * v + (g + weight_decay * p).detach())
        new.append(p - lr * v)
    return new


def wrong_leaf(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    for p, g, v in zip(params, grads, velocities):
        v *= momentum
        v += g + weight_decay * p
        p -= lr * v


def wrong_first_only(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p, g, v in zip(params, grads, velocities):
            v.mul_(momentum).add_(g + weight_decay * p)
            p.sub_(lr * v)
            return


def wrong_recorded(params, grads, velocities, lr, momentum=0.0, weight_decay=0.0):
    """the step is recorded by autograd"""
    for p, g, v in zip(params, grads, velocities):
        v.mul_(momentum).add_(g + weight_decay * p)
        p.data -= lr * v.data
