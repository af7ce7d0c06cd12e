import torch
import torch.nn.functional as F
from torch import nn


class right_own_sums(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.coefficient = nn.Parameter(torch.ones(channels) / 4)
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        H, W = x.shape[2] // 2 * 2, x.shape[3] // 2 * 2
        x = x[:, :, :H, :W]
        total = x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]
        return torch.sigmoid(self.coefficient.view(1, -1, 1, 1) * total + self.bias.view(1, -1, 1, 1))


class right_other_names_other_order(nn.Module):
    def __init__(self, channels, start=0.1):
        super().__init__()
        self.b = nn.Parameter(torch.randn(channels))
        self.a = nn.Parameter(torch.full((channels,), start))

    def forward(self, x):
        windows = x.unfold(2, 2, 2).unfold(3, 2, 2)
        z = windows.sum(dim=(-1, -2)).movedim(1, -1) * self.a + self.b
        print(z.shape)
        return z.sigmoid().movedim(-1, 1)


class right_average_pool_module(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pool = nn.AvgPool2d(2)
        self.act = nn.Sigmoid()
        self.register_parameter("weight", nn.Parameter(torch.empty(channels).uniform_(-1, 1)))
        self.register_parameter("bias", nn.Parameter(torch.empty(channels).uniform_(-1, 1)))

    def forward(self, x):
        return self.act(self.pool(x) * 4 * self.weight[:, None, None] + self.bias[:, None, None])


class right_depthwise(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        kernel = self.scale[:, None, None, None].expand(-1, 1, 2, 2)
        return 1 / (1 + torch.exp(-F.conv2d(x, kernel, self.shift, stride=2, groups=x.shape[1])))


class right_einsum(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.w = nn.Parameter(torch.rand(channels))
        self.c = nn.Parameter(torch.rand(channels))

    def forward(self, x):
        h, w = x.shape[2] // 2, x.shape[3] // 2
        blocks = x[:, :, : 2 * h, : 2 * w].reshape(x.shape[0], x.shape[1], h, 2, w, 2)
        return torch.special.expit(torch.einsum("nchiwj,c->nchw", blocks, self.w) + self.c.reshape(-1, 1, 1))


class _Base(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.coefficient = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def total(self, x):
        return x.unfold(2, 2, 2).unfold(3, 2, 2).sum((-1, -2))

    def forward(self, x):
        return torch.sigmoid(self.total(x) * self.coefficient[:, None, None] + self.bias[:, None, None])


class wrong_mean(_Base):
    """the mean is taken instead of the sum"""

    def total(self, x):
        return x.unfold(2, 2, 2).unfold(3, 2, 2).mean((-1, -2))


class wrong_max(_Base):
    """the maximum is taken instead of the sum"""

    def total(self, x):
        return F.max_pool2d(x, 2)


class wrong_stride_one(_Base):
    """the windows overlap"""

    def total(self, x):
        return x[:, :, :-1, :-1] + x[:, :, 1:, :-1] + x[:, :, :-1, 1:] + x[:, :, 1:, 1:]


class wrong_no_sigmoid(_Base):
    """the sigmoid is missing"""

    def forward(self, x):
        return torch.einsum("nchw,c->nchw", self.total(x), self.coefficient) + self.bias[None, :, None, None]


class wrong_tanh(_Base):
    """tanh is used instead of the sigmoid"""

    def forward(self, x):
        return torch.tanh(self.total(x) * self.coefficient[:, None, None] + self.bias[:, None, None])


class wrong_bias_inside(_Base):
    """the coefficient multiplies the bias too"""

    def forward(self, x):
        return torch.sigmoid((self.total(x) + self.bias.view(-1, 1, 1)) * self.coefficient.view(-1, 1, 1))


class wrong_bias_before_the_sum(_Base):
    """the bias is added once per pixel"""

    def forward(self, x):
        weighted = x * self.coefficient[:, None, None] + self.bias[:, None, None]
        return torch.sigmoid(self.total(weighted))


class wrong_sigmoid_first(_Base):
    """the sigmoid comes before coefficient and bias"""

    def forward(self, x):
        return self.total(x).sigmoid() * self.coefficient[:, None, None] + self.bias[:, None, None]


class wrong_along_width(_Base):
    """coefficient and bias run along the width, not the channels"""

    def forward(self, x):
        return torch.sigmoid(self.coefficient * self.total(x) + self.bias)


class wrong_shared(nn.Module):
    """all channels share one coefficient and bias"""

    def __init__(self, channels):
        super().__init__()
        self.a, self.b = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return torch.sigmoid(self.a * _Base.total(self, x) + self.b)


class wrong_buffers(nn.Module):
    """nothing is a parameter"""

    def __init__(self, channels):
        super().__init__()
        self.coefficient, self.bias = torch.ones(channels), torch.zeros(channels)

    forward = _Base.forward
    total = _Base.total


class wrong_bias_missing(nn.Module):
    """the bias is not a parameter"""

    def __init__(self, channels):
        super().__init__()
        self.coefficient = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return torch.sigmoid(_Base.total(self, x) * self.coefficient[:, None, None])


class wrong_cannot_learn(_Base):
    """coefficient and bias cannot learn"""

    def forward(self, x):
        return torch.sigmoid(self.total(x) * self.coefficient.data[:, None, None] + self.bias.data[:, None, None])


class wrong_no_grad(_Base):
    """the result is detached"""

    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


class wrong_convolution(nn.Module):
    """every pixel of the window has its own weight"""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 2, stride=2, groups=channels)

    def forward(self, x):
        return torch.sigmoid(self.conv(x))


class wrong_odd_sizes(_Base):
    def total(self, x):
        x = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))
        return x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]


def wrong_function(channels):
    return torch.sigmoid


class right_parameter_dict(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.p = nn.ParameterDict(
            {"shift": nn.Parameter(torch.zeros(channels)), "w": nn.Parameter(torch.ones(channels))}
        )

    def forward(self, x):
        total = F.conv2d(x, torch.ones(x.shape[1], 1, 2, 2).to(x), stride=2, groups=x.shape[1])
        return torch.sigmoid(torch.einsum("nchw,c->nchw", total, self.p["w"]) + self.p["shift"].view(1, -1, 1, 1))


class right_channel_by_channel(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.theta = nn.ParameterList([nn.Parameter(torch.rand(channels)) for _ in range(2)])

    def forward(self, x):
        sums = F.avg_pool2d(x, 2, divisor_override=1)
        return torch.stack([torch.sigmoid(sums[:, c] * w + b) for c, (w, b) in enumerate(zip(*self.theta))], 1)


class _Two(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.w = nn.Parameter(torch.ones(channels))
        self.b = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return torch.sigmoid(self.w[:, None, None] * 4 * F.avg_pool2d(x, 2) + self.b[:, None, None])


class wrong_rounded_up(_Two):
    """an odd last row or column gets windows of its own"""

    def forward(self, x):
        sums = 4 * F.avg_pool2d(x, 2, ceil_mode=True)
        return torch.sigmoid(self.w[:, None, None] * sums + self.b[:, None, None])


class wrong_detached_in_evaluation(_Two):
    def forward(self, x):
        return super().forward(x) if self.training else super().forward(x).detach()


class wrong_no_super(_Two):
    """super().__init__() does not come first"""

    def __init__(self, channels):
        self.w, self.b = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))


class wrong_six_channels(_Two):
    """the shapes of two tensors do not fit together"""

    def __init__(self, channels):
        super().__init__(6)


class wrong_unused_layer(_Two):
    """there are layers that nobody asked for"""

    def __init__(self, channels):
        super().__init__(channels)
        self.pool = nn.Conv2d(channels, channels, 2)
