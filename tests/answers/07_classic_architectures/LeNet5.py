import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.out = nn.Linear(84, num_classes)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = torch.tanh(self.c5(x)).flatten(1)
        return self.out(torch.tanh(self.f6(x)))


class right_sequential(nn.Sequential):
    def __init__(self, num_classes=10, width=84):
        super().__init__(
            nn.Conv2d(1, 6, kernel_size=(5, 5)),
            nn.Tanh(),
            nn.AvgPool2d(2, 2),
            nn.Conv2d(6, 16, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            nn.Tanh(),
            nn.Linear(120, width),
            nn.Tanh(),
            nn.Linear(width, num_classes),
        )


class right_declared_backwards(nn.Module):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.classifier = nn.ModuleList([nn.Linear(84, num_classes), nn.Linear(120, 84), nn.Linear(16 * 5 * 5, 120)])
        self.convs = nn.ModuleDict({"late": nn.Conv2d(6, 16, 5), "early": nn.Conv2d(1, 6, 5)})

    def forward(self, x):
        for name in ("early", "late"):
            x = self.convs[name](x).tanh()
            x = (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4
        print("features", x.shape)
        x = x.reshape(len(x), -1)
        for i in (2, 1, 0):
            x = self.classifier[i](x)
            if i:
                x = torch.tanh(x)
        return x


class right_added_in_a_loop(nn.Module):
    """Layers by add_module, C5 a lazy convolution that finds its 16 maps by itself."""

    def __init__(self, num_classes=10):
        super().__init__()
        rows = {"c1": nn.LazyConv2d(6, 5), "c3": nn.LazyConv2d(16, 5), "c5": nn.LazyConv2d(120, 5)}
        rows |= {"f6": nn.LazyLinear(84), "out": nn.LazyLinear(num_classes)}
        for name, layer in rows.items():
            self.add_module(name, layer)
        self(torch.zeros(1, 1, 32, 32))

    def forward(self, x):
        for name, layer in self.named_children():
            x = layer(x if name.startswith("c") else x.flatten(1))
            if name != "out":
                x = torch.tanh(x)
            if name in ("c1", "c3"):
                x = F.avg_pool2d(x, 2)
        return x


def right_builder(num_classes=10):
    def stage(c_in, c_out):
        return [nn.Conv2d(c_in, c_out, 5), nn.Tanh(), nn.AdaptiveAvgPool2d(14 if c_out == 6 else 5)]

    features = nn.Sequential(*stage(1, 6), *stage(6, 16), nn.Conv2d(16, 120, 5), nn.Tanh())
    head = nn.Sequential(nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, num_classes))
    return nn.Sequential(features, head)


class _Base(nn.Module):
    pool = nn.AvgPool2d(2)
    act = nn.Tanh()

    def __init__(self, num_classes=10):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.f5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.out = nn.Linear(84, num_classes)

    def features(self, x):
        x = self.pool(self.act(self.c1(x)))
        return self.pool(self.act(self.c3(x))).flatten(1)

    def forward(self, x):
        return self.out(self.act(self.f6(self.act(self.f5(self.features(x))))))


class wrong_relu(_Base):
    """ReLU instead of tanh"""

    act = nn.ReLU()


class wrong_sigmoid(_Base):
    """sigmoid instead of tanh"""

    act = nn.Sigmoid()


class wrong_max_pool(_Base):
    """maximum instead of average pooling"""

    pool = nn.MaxPool2d(2)


class wrong_max_pool_convolution_c5(nn.Module):
    """maximum instead of average pooling"""

    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh())
        self.rest = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84))
        self.out = nn.Linear(84, num_classes)

    def forward(self, x):
        return self.out(torch.tanh(self.rest(self.net(x))))


class wrong_pool_then_tanh(_Base):
    """the pool comes before tanh"""

    def features(self, x):
        x = torch.tanh(F.avg_pool2d(self.c1(x), 2))
        return torch.tanh(F.avg_pool2d(self.c3(x), 2)).flatten(1)


class wrong_no_tanh_in_features(_Base):
    """the tanh after the convolutions is missing"""

    def features(self, x):
        return self.pool(self.c3(self.pool(self.c1(x)))).flatten(1)


class wrong_no_tanh_in_head(_Base):
    """no tanh between the last three layers"""

    def forward(self, x):
        return self.out(self.f6(self.f5(self.features(x))))


class wrong_one_tanh_forgotten(_Base):
    """the tanh after C5 is missing"""

    def forward(self, x):
        return self.out(self.act(self.f6(self.f5(self.features(x)))))


class wrong_softmax(_Base):
    """softmax at the end"""

    def forward(self, x):
        return F.softmax(super().forward(x), dim=-1)


class wrong_log_softmax(_Base):
    """log-softmax at the end"""

    def forward(self, x):
        return F.log_softmax(super().forward(x), 1)


class wrong_tanh_at_the_end(_Base):
    """tanh at the end"""

    def forward(self, x):
        return super().forward(x).tanh()


class wrong_padding(_Base):
    """the first convolution is padded"""

    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)


class wrong_always_ten(_Base):
    """num_classes is ignored"""

    def __init__(self, num_classes=10):
        super().__init__(10)


class wrong_no_bias(_Base):
    """the convolutions have no bias"""

    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.c1 = nn.Conv2d(1, 6, 5, bias=False)
        self.c3 = nn.Conv2d(6, 16, 5, bias=False)


class wrong_flat_batch(_Base):
    def forward(self, x):
        x = self.pool(self.act(self.c1(x)))
        x = self.pool(self.act(self.c3(x))).view(-1, 800)
        return self.out(self.act(self.f6(self.act(self.f5(x[:, :400])))))


class wrong_detached_features(_Base):
    def features(self, x):
        return super().features(x).detach()


class wrong_returns_nothing(_Base):
    """nothing is returned"""

    def forward(self, x):
        super().forward(x)


class wrong_squeezed(_Base):
    """a dimension of size one is lost"""

    def forward(self, x):
        return super().forward(x).squeeze()


class wrong_list_of_layers(_Base):
    """layers that the module does not know"""

    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.head = [self.f5, self.act, self.f6, self.act, self.out]
        del self.f5, self.f6, self.out

    def forward(self, x):
        x = self.features(x)
        for layer in self.head:
            x = layer(x)
        return x
