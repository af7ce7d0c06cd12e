import torch
import torch.nn.functional as F
from torch import nn


class right_torchvision_style(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(c_out, c_out, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.downsample = None
        if stride != 1 or c_in != c_out:
            self.downsample = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class right_loose_weights(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.stride = stride
        self.norms = nn.ModuleList(nn.BatchNorm2d(c_out) for _ in range(2 + self.projects(c_in, c_out)))
        self.project = nn.Parameter(torch.randn(c_out, c_in, 1, 1)) if self.projects(c_in, c_out) else None
        self.last = nn.Parameter(torch.randn(c_out, c_out, 3, 3))
        self.first = nn.Parameter(torch.randn(c_out, c_in, 3, 3))

    def projects(self, c_in, c_out):
        return self.stride != 1 or c_in != c_out

    def forward(self, x):
        h = F.relu(self.norms[0](F.conv2d(x, self.first, stride=self.stride, padding=1)))
        h = self.norms[1](F.conv2d(h, self.last, padding=1))
        short = x if self.project is None else self.norms[2](F.conv2d(x, self.project, stride=self.stride))
        return F.relu(h + short)


class right_sequential_identity(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.right = nn.Identity()
        if (c_in, 1) != (c_out, stride):
            self.right = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))
        self.left = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(),
            nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False),
            nn.BatchNorm2d(c_out),
        )

    def forward(self, x):
        return torch.clamp(self.right(x) + self.left(x), min=0)


class _Sum(nn.Module):
    """The sum of what several modules make of the same input."""

    def __init__(self, *terms):
        super().__init__()
        for number, term in enumerate(terms):
            self.add_module(f"term{number}", term)

    def forward(self, x):
        return sum(term(x) for term in self.children())


class right_sum_of_modules(nn.Sequential):
    def __init__(self, c_in, c_out, stride=1):
        def conv(c, k, s):
            return nn.Conv2d(c, c_out, k, s, k // 2, bias=False), nn.BatchNorm2d(c_out)

        branch = nn.Sequential(*conv(c_in, 3, stride), nn.ReLU(), *conv(c_out, 3, 1))
        same = stride == 1 and c_in == c_out
        super().__init__(_Sum(nn.Identity() if same else nn.Sequential(*conv(c_in, 1, stride)), branch), nn.ReLU())


class right_empty_sequential(nn.Module):
    def __init__(self, c_in, c_out, stride=1, activation=F.relu):
        super().__init__()
        self.f = activation
        self.bn_b, self.bn_a = nn.BatchNorm2d(c_out), nn.BatchNorm2d(c_out)
        self.conv_b = nn.Conv2d(c_out, c_out, 3, padding="same", bias=False)
        self.conv_a = nn.Conv2d(c_in, c_out, (3, 3), (stride, stride), (1, 1), bias=False)
        self.shortcut = nn.Sequential()
        if stride > 1 or c_in != c_out:
            self.shortcut.add_module("c", nn.Conv2d(c_in, c_out, 1, stride, bias=False))
            self.shortcut.add_module("n", nn.BatchNorm2d(c_out))

    def forward(self, x):
        print("in", x.shape)
        return self.f(self.shortcut(x) + self.bn_b(self.conv_b(self.f(self.bn_a(self.conv_a(x))))))


class right_module_list(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.convs = nn.ModuleList(
            [nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)]
        )
        self.norms = nn.ModuleList([nn.BatchNorm2d(c_out) for _ in range(2)])
        self.project = stride != 1 or c_in != c_out
        if self.project:
            self.p = nn.ModuleDict({"conv": nn.Conv2d(c_in, c_out, 1, stride, bias=False), "bn": nn.BatchNorm2d(c_out)})

    def forward(self, x):
        h = x
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            h = norm(conv(h))
            if i == 0:
                h = h.relu()
        s = self.p["bn"](self.p["conv"](x)) if self.project else x
        return (h + s).relu()


class _Base(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.c1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.b1 = nn.BatchNorm2d(c_out)
        self.c2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.b2 = nn.BatchNorm2d(c_out)
        self.s = self.short(c_in, c_out, stride)

    def short(self, c_in, c_out, stride):
        if stride == 1 and c_in == c_out:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def f(self, x):
        return self.b2(self.c2(F.relu(self.b1(self.c1(x)))))

    def forward(self, x):
        return F.relu(self.f(x) + self.s(x))


class wrong_no_skip(_Base):
    """the shortcut is missing"""

    def short(self, c_in, c_out, stride):
        return None

    def forward(self, x):
        return self.f(x).relu()


class wrong_skip_only_where_projected(_Base):
    """nothing is added where the shapes agree"""

    def forward(self, x):
        out = self.f(x)
        if not isinstance(self.s, nn.Identity):
            out = out + self.s(x)
        return F.relu(out)


class wrong_detached(_Base):
    """the shortcut is detached"""

    def forward(self, x):
        with torch.no_grad():
            skip = self.s(x)
        return F.relu(self.f(x) + skip)


class wrong_data(_Base):
    """the shortcut's input is detached"""

    def forward(self, x):
        return F.relu(self.f(x) + self.s(x.data))


class wrong_skip_after_relu(_Base):
    """the shortcut is added after the last ReLU"""

    def forward(self, x):
        return self.s(x) + F.relu(self.f(x))


class wrong_no_relu_at_the_end(_Base):
    """the last ReLU is missing"""

    def forward(self, x):
        return self.f(x) + self.s(x)


class wrong_relu_in_the_middle_forgotten(_Base):
    """the ReLU between the convolutions is missing"""

    def f(self, x):
        return self.b2(self.c2(self.b1(self.c1(x))))


class wrong_two_relus(_Base):
    """a ReLU before the sum"""

    def forward(self, x):
        return F.relu(F.relu(self.f(x)) + self.s(x))


class wrong_sum_normalized(_Base):
    """BatchNorm comes after the sum"""

    def forward(self, x):
        out = F.relu(self.b1(self.c1(x)))
        out = self.c2(out)
        out = out + self.s(x)
        return F.relu(self.b2(out))


class wrong_one_norm(_Base):
    """both convolutions share one BatchNorm"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        del self.b2

    def f(self, x):
        return self.b1(self.c2(F.relu(self.b1(self.c1(x)))))


class wrong_no_norms(_Base):
    """the BatchNorms are missing"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        del self.b1, self.b2
        if not isinstance(self.s, nn.Identity):
            self.s = self.s[0]

    def f(self, x):
        return self.c2(F.relu(self.c1(x)))


class wrong_stride_in_the_second(_Base):
    """the second convolution strides"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.c1 = nn.Conv2d(c_in, c_out, 3, 1, 1, bias=False)
        self.c2 = nn.Conv2d(c_out, c_out, 3, stride, 1, bias=False)


class wrong_always_projected(_Base):
    """the shortcut is always projected"""

    def short(self, c_in, c_out, stride):
        return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))


class wrong_never_projected(_Base):
    """the shortcut is never projected"""

    def short(self, c_in, c_out, stride):
        return nn.Identity()


class wrong_channels_forgotten(_Base):
    """the shortcut is projected only when the stride is not 1"""

    def short(self, c_in, c_out, stride):
        return nn.Identity() if stride == 1 else super().short(c_in, c_out, stride)


class wrong_stride_forgotten(_Base):
    """the shortcut is projected only when the channels change"""

    def short(self, c_in, c_out, stride):
        return nn.Identity() if c_in == c_out else super().short(c_in, c_out, stride)


class wrong_projection_unstrided(_Base):
    """the projection does not stride"""

    def short(self, c_in, c_out, stride):
        if stride == 1 and c_in == c_out:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out))


class wrong_projection_bare(_Base):
    """the projection has no BatchNorm"""

    def short(self, c_in, c_out, stride):
        return nn.Identity() if stride == 1 and c_in == c_out else nn.Conv2d(c_in, c_out, 1, stride, bias=False)


class wrong_projection_biased(_Base):
    """the projection has a bias"""

    def short(self, c_in, c_out, stride):
        if stride == 1 and c_in == c_out:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride), nn.BatchNorm2d(c_out))


class wrong_projection_three(_Base):
    """the projection is 3×3"""

    def short(self, c_in, c_out, stride):
        if stride == 1 and c_in == c_out:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out))


class wrong_projection_relu(_Base):
    """the shortcut has a ReLU of its own"""

    def forward(self, x):
        s = x if isinstance(self.s, nn.Identity) else F.relu(self.s(x))
        return F.relu(self.f(x) + s)


class wrong_option_a(_Base):
    """the shortcut has no weights where shapes differ"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.stride, self.new = stride, c_out - c_in

    def short(self, c_in, c_out, stride):
        return None

    def forward(self, x):
        s = x[:, :, :: self.stride, :: self.stride]
        return F.relu(self.f(x) + F.pad(s, (0, 0, 0, 0, 0, self.new)))


class wrong_biases(_Base):
    """the convolutions have biases"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.c1 = nn.Conv2d(c_in, c_out, 3, stride, 1)
        self.c2 = nn.Conv2d(c_out, c_out, 3, 1, 1)


class wrong_x_overwritten(_Base):
    """the shortcut starts behind the first convolution"""

    def forward(self, x):
        if not isinstance(self.s, nn.Identity):
            return super().forward(x)
        x = F.relu(self.b1(self.c1(x)))
        return F.relu(self.b2(self.c2(x)) + x)


class wrong_multiplied(_Base):
    """branch and shortcut are multiplied"""

    def forward(self, x):
        return F.relu(self.f(x) * self.s(x))


class wrong_concatenated(_Base):
    def forward(self, x):
        return F.relu(torch.cat((self.f(x), self.s(x)), 1))


class wrong_averaged(_Base):
    """branch and shortcut are averaged"""

    def forward(self, x):
        return F.relu(0.5 * (self.f(x) + self.s(x)))


class wrong_projection_unused(_Base):
    """the projection is made and not used"""

    def forward(self, x):
        return F.relu(self.f(x))


class wrong_no_running_statistics(_Base):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.b1 = nn.BatchNorm2d(c_out, track_running_stats=False)


class wrong_branch_run_twice(_Base):
    def forward(self, x):
        print(self.f(x).mean())
        return F.relu(self.f(x) + self.s(x))


class wrong_unpadded(_Base):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.c1 = nn.Conv2d(c_in, c_out, 3, stride, bias=False)


class wrong_nothing_returned(_Base):
    """nothing is returned"""

    def forward(self, x):
        F.relu(self.f(x) + self.s(x))


class wrong_relu_in_place_on_the_input(_Base):
    def forward(self, x):
        return F.relu(self.f(x) + self.s(F.relu_(x)))


class OwnNorm(nn.Module):
    """BatchNorm as one writes it oneself: other names, the shift before the scale, no counter."""

    def __init__(self, c):
        super().__init__()
        self.beta, self.gamma = nn.Parameter(torch.zeros(1, c, 1, 1)), nn.Parameter(torch.ones(1, c, 1, 1))
        self.register_buffer("var", torch.ones(c))
        self.register_buffer("mean", torch.zeros(c))

    def forward(self, x):
        return F.batch_norm(x, self.mean, self.var, self.gamma.flatten(), self.beta.flatten(), self.training)


class right_own_norm(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.a = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.b = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([OwnNorm(c_out), OwnNorm(c_out)])
        self.s = nn.Sequential()
        if stride != 1 or c_in != c_out:
            self.s = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), OwnNorm(c_out))

    def forward(self, x):
        h = self.norms[0](self.a(x)).relu()
        return (self.norms[1](self.b(h)) + self.s(x)).relu()


class right_lazy(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1 = nn.LazyConv2d(c_out, 3, stride, 1, bias=False)
        self.conv2 = nn.LazyConv2d(c_out, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.LazyBatchNorm2d(), nn.LazyBatchNorm2d()
        self.s = None
        if stride != 1 or c_in != c_out:
            self.s = nn.Sequential(nn.LazyConv2d(c_out, 1, stride, bias=False), nn.LazyBatchNorm2d())

    def forward(self, x):
        h = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(h + (x if self.s is None else self.s(x)))


class right_linear_projection(nn.Module):
    """Every stride-th pixel, then a linear layer on its channels: a 1×1 convolution with that stride."""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.base, self.stride, self.p = _Base(c_in, c_out, stride), stride, None
        if not isinstance(self.base.s, nn.Identity):
            self.p, self.n = nn.Linear(c_in, c_out, bias=False), nn.BatchNorm2d(c_out)
            self.base.s = None

    def forward(self, x):
        s = x
        if self.p is not None:
            s = self.n(self.p(x[:, :, :: self.stride, :: self.stride].movedim(1, -1)).movedim(-1, 1))
        return F.relu(self.base.f(x) + s)


class wrong_only_both(_Base):
    """the shortcut is projected only when stride and channels both change"""

    def short(self, c_in, c_out, stride):
        return super().short(c_in, c_out, stride) if stride != 1 and c_in != c_out else nn.Identity()


class wrong_stride_two(_Base):
    """the shortcut is projected only when the stride is 2 or the channels change"""

    def short(self, c_in, c_out, stride):
        return super().short(c_in, c_out, stride) if stride == 2 or c_in != c_out else nn.Identity()


class wrong_wider_only(_Base):
    """the shortcut is projected only when the stride is not 1 or the channels grow"""

    def short(self, c_in, c_out, stride):
        return super().short(c_in, c_out, stride) if stride != 1 or c_in < c_out else nn.Identity()


class wrong_limited(_Base):
    def forward(self, x):
        return F.relu6(super().forward(x))


class wrong_rectified_input(_Base):
    """ReLU is applied to the block's input"""

    def forward(self, x):
        return super().forward(x.relu())


class wrong_norm_after_relu(_Base):
    """ReLU comes before the last BatchNorm"""

    def f(self, x):
        return self.b2(F.relu(self.c2(F.relu(self.b1(self.c1(x))))))


class wrong_projection_made_in_forward(_Base):
    """layers that the module does not know"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.sizes, self.s = (c_in, c_out, stride), None

    def forward(self, x):
        self.s = self.s or self.short(*self.sizes)
        return super().forward(x)


class wrong_layers_in_a_list(nn.Module):
    """layers that the module does not know"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        base = _Base(c_in, c_out, stride)
        self.branch, self.shortcut = [base.c1, base.b1, nn.ReLU(), base.c2, base.b2], base.s

    def forward(self, x):
        h = x
        for layer in self.branch:
            h = layer(h)
        return F.relu(h + self.shortcut(x))


class wrong_frozen(_Base):
    """a layer that cannot learn"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.b2.weight.requires_grad = False


class wrong_group_norm(_Base):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.b1, self.b2 = nn.GroupNorm(1, c_out), nn.GroupNorm(1, c_out)


class wrong_eps(_Base):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.b1, self.b2 = nn.BatchNorm2d(c_out, eps=1e-3), nn.BatchNorm2d(c_out, eps=1e-3)


class wrong_forward_misspelt(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)

    def foward(self, x):
        return self.conv(x)
