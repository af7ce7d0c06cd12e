import torch
import torch.nn.functional as F
from torch import nn


class right_sequential(nn.Sequential):
    def __init__(self, num_classes=1000):
        super().__init__(
            nn.Conv2d(3, 96, 7, 2, 1),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
            nn.Conv2d(96, 256, 5, 2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
            nn.Conv2d(256, 384, 3, 1, 1),
            nn.ReLU(),
            nn.Conv2d(384, 384, 3, 1, 1),
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, 1, 1),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(9216, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, num_classes),
        )


class right_padded_by_hand(nn.Module):
    def __init__(self, num_classes=1000, hidden=4096):
        super().__init__()
        self.linear = nn.ModuleList(
            [nn.Linear(9216, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, num_classes)]
        )
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, k, s) for a, b, k, s in [(3, 96, 7, 2), (96, 256, 5, 2), (256, 384, 3, 1), (384, 384, 3, 1)]
        )
        self.convs.append(nn.Conv2d(384, 256, 3))

    def forward(self, x):
        pads, pools = (1, 0, 1, 1, 1), (1, 1, None, None, 0)
        for conv, pad, pool in zip(self.convs, pads, pools):
            x = torch.relu(conv(F.pad(x, (pad, pad, pad, pad))))
            if pool is not None:
                x = F.max_pool2d(x, 3, 2, pool)
        x = x.flatten(start_dim=1)
        for layer in self.linear[:2]:
            x = torch.relu_(layer(F.dropout(x, 0.5, self.training)))
        return self.linear[2](x)


class right_dictionary_of_layers(nn.Module):
    """A ModuleDict, and a table of what follows each layer."""

    after = {"conv1": 1, "conv2": 1, "conv5": 0}

    def __init__(self, num_classes=1000):
        super().__init__()
        table = {"conv1": (3, 96, 7, 2, 1), "conv2": (96, 256, 5, 2), "conv3": (256, 384, 3, 1, 1)}
        table |= {"conv4": (384, 384, 3, 1, 1), "conv5": (384, 256, 3, 1, 1)}
        self.convs = nn.ModuleDict({name: nn.Conv2d(*row) for name, row in table.items()})
        widths = (256 * 6 * 6, 4096, 4096, num_classes)
        self.linear = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for name, conv in self.convs.items():
            x = conv(x).clamp_min(0)
            if name in self.after:
                x = F.max_pool2d(x, kernel_size=3, stride=2, padding=self.after[name])
        x = x.reshape(len(x), -1)
        for number, layer in enumerate(self.linear):
            if number < 2:
                x = F.relu(layer(F.dropout(x, p=0.5, training=self.training)))
        return self.linear[-1](x)


def right_builder(num_classes=1000):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            layers = list(right_sequential(num_classes))
            self.head, self.body = nn.Sequential(*layers[13:]), nn.Sequential(*layers[:13])

        def forward(self, images):
            return self.head(self.body(images))

    return Net()


class _Base(nn.Module):
    first = (7, 2, 1)
    second = (5, 2, 0)
    pools = (1, 1, 0)
    groups = 1

    def __init__(self, num_classes=1000):
        super().__init__()
        self.c1 = nn.Conv2d(3, 96, *self.first)
        self.c2 = nn.Conv2d(96, 256, *self.second, groups=self.groups)
        self.c3 = nn.Conv2d(256, 384, 3, 1, 1)
        self.c4 = nn.Conv2d(384, 384, 3, 1, 1, groups=self.groups)
        self.c5 = nn.Conv2d(384, 256, 3, 1, 1, groups=self.groups)
        self.drop = nn.Dropout()
        self.f1, self.f2, self.f3 = nn.Linear(9216, 4096), nn.Linear(4096, 4096), nn.Linear(4096, num_classes)

    def pool(self, x, p):
        return F.max_pool2d(x, 3, 2, p)

    def features(self, x):
        x = self.pool(F.relu(self.c1(x)), self.pools[0])
        x = self.pool(F.relu(self.c2(x)), self.pools[1])
        x = F.relu(self.c4(F.relu(self.c3(x))))
        return self.pool(F.relu(self.c5(x)), self.pools[2]).flatten(1)

    def head(self, x):
        return self.f3(F.relu(self.f2(self.drop(F.relu(self.f1(self.drop(x)))))))

    def forward(self, x):
        return self.head(self.features(x))


class wrong_like_alexnet(_Base):
    """AlexNet's first layer: 11×11 with stride 4"""

    first = (11, 4, 0)


class wrong_stride_4(_Base):
    """the first convolution has stride 4"""

    first = (7, 4, 1)


class wrong_first_not_padded(_Base):
    """the first convolution is not padded"""

    first = (7, 2, 0)


class wrong_second_stride_1(_Base):
    """the second convolution has stride 1"""

    second = (5, 1, 0)


class wrong_second_padded(_Base):
    """the second convolution is padded"""

    second = (5, 2, 2)


class wrong_pools_not_padded(_Base):
    """the pools are not padded"""

    pools = (0, 0, 0)


class wrong_all_pools_padded(_Base):
    """the last pool is padded too"""

    pools = (1, 1, 1)


class wrong_groups(_Base):
    """AlexNet's groups are kept"""

    groups = 2


class wrong_norm(_Base):
    """local response normalization from AlexNet"""

    lrn = nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)

    def features(self, x):
        x = self.pool(self.lrn(F.relu(self.c1(x))), 1)
        x = self.pool(self.lrn(F.relu(self.c2(x))), 1)
        x = F.relu(self.c4(F.relu(self.c3(x))))
        return self.pool(F.relu(self.c5(x)), 0).flatten(1)


class wrong_average_pool(_Base):
    """average instead of maximum pooling"""

    def pool(self, x, p):
        return F.avg_pool2d(x, 3, 2, p)


class wrong_no_relu(_Base):
    """the ReLUs after the convolutions are missing"""

    def features(self, x):
        x = self.pool(self.c2(self.pool(self.c1(x), 1)), 1)
        return self.pool(self.c5(self.c4(self.c3(x))), 0).flatten(1)


class wrong_one_dropout(_Base):
    """dropout before the first linear layer only"""

    def head(self, x):
        return self.f3(self.f2(self.f1(self.drop(x)).relu()).relu())


class wrong_relu_at_the_end(_Base):
    """ReLU at the end"""

    def forward(self, x):
        return super().forward(x).relu()


class wrong_always_a_thousand(_Base):
    """the last linear layer ignores num_classes"""

    def __init__(self, num_classes=1000):
        super().__init__(1000)
