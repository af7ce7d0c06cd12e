"""Answers to BatchNorm2d."""

import torch
from torch import nn


class _Base(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normal(self, x, mean, var):
        z = (x - mean[:, None, None]) / torch.sqrt(var[:, None, None] + self.eps)
        return self.weight[:, None, None] * z + self.bias[:, None, None]

    def remember(self, mean, var):
        with torch.no_grad():
            self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
            self.running_var.mul_(1 - self.momentum).add_(self.momentum * var)
            self.num_batches_tracked.add_(1)


class right_written_out(_Base):
    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            n = x.numel() // x.shape[1]
            self.remember(mean, var * n / (n - 1))
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class right_flat(_Base):
    def forward(self, x):
        flat = x.transpose(0, 1).flatten(1)
        if self.training:
            mean, var = flat.mean(1), flat.var(1, unbiased=False)
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(flat.var(1), self.momentum)
                self.num_batches_tracked += 1
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight * torch.rsqrt(var + self.eps)
        return x * scale.view(1, -1, 1, 1) + (self.bias - mean * scale).view(1, -1, 1, 1)


class right_reassigned(_Base):
    def forward(self, x):
        print("BatchNorm2d", x.shape)
        if not self.training:
            return self.normal(x, self.running_mean, self.running_var)
        mean = x.mean(dim=[0, 2, 3])
        var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=[0, 2, 3])
        n = x.shape[0] * x.shape[2] * x.shape[3]
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * mean.detach()
        self.running_var = (1 - m) * self.running_var + m * var.detach() * n / (n - 1)
        self.num_batches_tracked = self.num_batches_tracked + 1
        return self.normal(x, mean, var)


class right_other_order(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, name="bn"):
        super().__init__()
        self.name = name
        self.register_buffer("num_batches_tracked", torch.zeros((), dtype=torch.long))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.weight = nn.Parameter(torch.ones(num_features))
        self.eps, self.momentum = eps, momentum

    def forward(self, x):
        s = (1, -1, 1, 1)
        mean, var = self.running_mean, self.running_var
        if self.training:
            var, mean = torch.var_mean(x, dim=(0, 2, 3), correction=0)
            n = x[:, 0].numel()
            self.num_batches_tracked += 1
            self.running_mean += self.momentum * (mean.detach() - self.running_mean)
            self.running_var += self.momentum * (var.detach() * n / (n - 1) - self.running_var)
        return (x - mean.view(s)) / (var.view(s) + self.eps) ** 0.5 * self.weight.view(s) + self.bias.view(s)


class wrong_eval_batch(_Base):
    """evaluation uses the batch's statistics"""

    def forward(self, x):
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        n = x.numel() // x.shape[1]
        if self.training:
            self.remember(mean, var * n / (n - 1))
        return self.normal(x, mean, var)


class wrong_updates_in_eval(_Base):
    """evaluation updates the running statistics"""

    def forward(self, x):
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        n = x.numel() // x.shape[1]
        self.remember(mean, var * n / (n - 1))
        if self.training:
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean.clone(), self.running_var.clone())


class wrong_running_in_training(_Base):
    """training normalises by the running statistics"""

    def forward(self, x):
        if self.training:
            self.remember(x.mean((0, 2, 3)), x.var((0, 2, 3)))
        return self.normal(x, self.running_mean.clone(), self.running_var.clone())


class wrong_never(_Base):
    """the running statistics are never updated"""

    def forward(self, x):
        if self.training:
            return self.normal(x, x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False))
        return self.normal(x, self.running_mean, self.running_var)


class wrong_biased(_Base):
    """the running variance is biased"""

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            self.remember(mean, var)
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class wrong_momentum(_Base):
    """momentum is turned around"""

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            with torch.no_grad():
                self.running_mean.copy_(self.momentum * self.running_mean + (1 - self.momentum) * mean)
                self.running_var.copy_(self.momentum * self.running_var + (1 - self.momentum) * x.var((0, 2, 3)))
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class wrong_momentum_fixed(right_written_out):
    """momentum is always 0.1"""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps)


class wrong_mean_only(_Base):
    """only the running mean is updated"""

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class wrong_unbiased(_Base):
    """the unbiased variance normalises"""

    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
            self.remember(mean, var)
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class wrong_std(_Base):
    """the running standard deviation is kept"""

    def forward(self, x):
        if self.training:
            self.remember(x.mean((0, 2, 3)), x.std((0, 2, 3)))
            return self.normal(x, x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False))
        return self.normal(x, self.running_mean, self.running_var)


class wrong_eps_outside(right_written_out):
    """eps stands outside the root"""

    def normal(self, x, mean, var):
        z = (x - mean[:, None, None]) / (torch.sqrt(var[:, None, None]) + self.eps)
        return self.weight[:, None, None] * z + self.bias[:, None, None]


class wrong_no_affine(right_written_out):
    """γ and β are not used"""

    def normal(self, x, mean, var):
        return (x - mean[:, None, None]) / torch.sqrt(var[:, None, None] + self.eps)


class wrong_detached(right_written_out):
    """the statistics are cut off from the gradient"""

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            self.remember(mean, x.detach().var((0, 2, 3)))
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class wrong_plain_attributes(right_written_out):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.running_mean, self.running_var
        self.running_mean, self.running_var = torch.zeros(num_features), torch.ones(num_features)


class wrong_not_persistent(right_written_out):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.register_buffer("running_mean", torch.zeros(num_features), persistent=False)
        self.register_buffer("running_var", torch.ones(num_features), persistent=False)


class wrong_names(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.inner = right_written_out(num_features, eps, momentum)

    def forward(self, x):
        return self.inner(x)


class wrong_library(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.bn = nn.BatchNorm2d(num_features, eps, momentum)

    def forward(self, x):
        return self.bn(x)


class wrong_graph_kept(_Base):
    def forward(self, x):
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            self.running_mean = 0.9 * self.running_mean + 0.1 * mean
            self.running_var = 0.9 * self.running_var + 0.1 * var
            return self.normal(x, mean, var)
        return self.normal(x, self.running_mean, self.running_var)


class wrong_not_counted(right_written_out):
    """num_batches_tracked is not counted"""

    def remember(self, mean, var):
        super().remember(mean, var)
        self.num_batches_tracked.sub_(1)


class wrong_recorded(right_written_out):
    """the running statistics keep the graphs of past batches"""

    def remember(self, mean, var):
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
        self.num_batches_tracked += 1


class wrong_first_gamma(right_written_out):
    """γ begins at 0"""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.weight = nn.Parameter(torch.zeros(num_features))


class wrong_first_variance(right_written_out):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.running_var.zero_()


class wrong_counter_of_floats(right_written_out):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.num_batches_tracked = torch.tensor(0.0)


class wrong_remembers_with_gradients_only(right_written_out):
    def remember(self, mean, var):
        if mean.requires_grad or torch.is_grad_enabled():
            super().remember(mean, var)


class wrong_parameters(right_written_out):
    """the running statistics are parameters"""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.running_mean, self.running_var
        self.running_mean = nn.Parameter(torch.zeros(num_features), requires_grad=False)
        self.running_var = nn.Parameter(torch.ones(num_features), requires_grad=False)


class wrong_own_flag(_Base):
    """eval() changes nothing"""

    def forward(self, x):
        n = x.numel() // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        self.remember(mean, var * n / (n - 1))
        return self.normal(x, mean, var)


class wrong_pixels_of_one_picture(_Base):
    """H·W − 1 is taken for N·H·W − 1"""

    def forward(self, x):
        if not self.training:
            return self.normal(x, self.running_mean, self.running_var)
        n = x.shape[2] * x.shape[3]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        self.remember(mean, var * n / (n - 1))
        return self.normal(x, mean, var)


class right_attributes_in_a_loop(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine=True):
        nn.Module.__init__(self)
        for name, value in (
            ("num_batches_tracked", torch.zeros((), dtype=torch.long)),
            ("running_var", 1),
            ("running_mean", 0),
        ):
            self.register_buffer(name, value if torch.is_tensor(value) else torch.full((num_features,), float(value)))
        for name, make in (("bias", torch.zeros), ("weight", torch.ones)):
            setattr(self, name, nn.Parameter(make(num_features)))
        self.e, self.m = eps, momentum

    @torch.no_grad()
    def _remember(self, x):
        var, mean = torch.var_mean(x, dim=(0, 2, 3))
        self.running_mean += self.m * (mean - self.running_mean)
        self.running_var = torch.lerp(self.running_var, var, self.m)
        self.num_batches_tracked = self.num_batches_tracked + 1

    def forward(self, x):
        if self.training:
            self._remember(x)
            var, mean = torch.var_mean(x, dim=(0, 2, 3), correction=0)
        else:
            var, mean = self.running_var, self.running_mean
        return ((x.permute(0, 2, 3, 1) - mean) * (var + self.e).rsqrt() * self.weight + self.bias).permute(0, 3, 1, 2)


class right_folded_into_two_numbers(_Base):
    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            flat = x.transpose(0, 1).flatten(1)
            mean, var = flat.mean(1), flat.var(1, correction=0)
            self.running_mean.data = torch.lerp(self.running_mean, mean.data, self.momentum)
            self.running_var.copy_((1 - self.momentum) * self.running_var + self.momentum * flat.detach().var(1))
            self.num_batches_tracked.add_(1)
        scale = self.weight / torch.sqrt(var + self.eps)
        return torch.einsum("nchw,c->nchw", x, scale) + (self.bias - mean * scale).view(1, -1, 1, 1)
