from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


class right_sequential(nn.Module):
    def __init__(self, num_classes=1000):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4),
            nn.ReLU(inplace=True),
            nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, padding=2, groups=2),
            nn.ReLU(inplace=True),
            nn.LocalResponseNorm(5, k=2.0),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 384, 3, padding=1, groups=2),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding=1, groups=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def _own_lrn(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    squares = F.pad(x.square().unsqueeze(1), (0, 0, 0, 0, size // 2, size // 2))
    mean = sum(squares[:, 0, i : i + x.shape[1]] for i in range(size)) / size
    return x / (k + alpha * mean) ** beta


class right_attributes_and_own_norm(nn.Module):
    def __init__(self, num_classes=1000):
        super().__init__()
        self.out = nn.Linear(4096, num_classes)
        self.hidden = nn.ModuleList([nn.Linear(9216, 4096), nn.Linear(4096, 4096)])
        self.c5 = nn.Conv2d(384, 256, (3, 3), padding="same", groups=2)
        self.c4 = nn.Conv2d(384, 384, (3, 3), padding="same", groups=2)
        self.c3 = nn.Conv2d(256, 384, (3, 3), padding="same")
        self.c2 = nn.Conv2d(96, 256, (5, 5), padding="same", groups=2)
        self.c1 = nn.Conv2d(3, 96, (11, 11), (4, 4))

    def forward(self, x):
        x = F.max_pool2d(_own_lrn(self.c1(x).relu()), 3, stride=2)
        x = F.max_pool2d(_own_lrn(self.c2(x).relu()), 3, stride=2)
        x = self.c5(self.c4(self.c3(x).relu()).relu()).relu()
        x = F.max_pool2d(x, 3, stride=2).view(x.shape[0], -1)
        for layer in self.hidden:
            x = layer(F.dropout(x, training=self.training)).clamp(min=0)
        return self.out(x)


def right_builder(num_classes=1000, p=0.5):
    layers = []
    rows = [(3, 96, 11, 4, 0, 1), (96, 256, 5, 1, 2, 2), (256, 384, 3, 1, 1, 1), (384, 384, 3, 1, 1, 2)]
    for i, (c_in, c_out, k, s, pad, g) in enumerate([*rows, (384, 256, 3, 1, 1, 2)]):
        layers += [nn.Conv2d(c_in, c_out, k, s, pad, groups=g), nn.ReLU()]
        layers += [nn.LocalResponseNorm(5, 1e-4, 0.75, 2)] if i < 2 else []
        layers += [nn.MaxPool2d(3, 2)] if i in (0, 1, 4) else []
    layers += [nn.AdaptiveAvgPool2d(6), nn.Flatten()]
    for c_in in (9216, 4096):
        layers += [nn.Dropout(p), nn.Linear(c_in, 4096), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(4096, num_classes))


class right_two_towers(nn.Module):
    """The convolutions that the two cards of 2012 kept apart, as two convolutions each."""

    def __init__(self, num_classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 11, 4)
        self.conv2 = nn.ModuleList(nn.Conv2d(48, 128, 5, padding=2) for _ in range(2))
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.ModuleList(nn.Conv2d(192, 192, 3, padding=1) for _ in range(2))
        self.conv5 = nn.ModuleList(nn.Conv2d(192, 128, 3, padding=1) for _ in range(2))
        self.lrn = nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)
        self.head = nn.Sequential(
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU()
        )
        self.last = nn.Linear(4096, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.lrn(F.relu(self.conv1(x))), 3, 2)
        x = torch.cat([conv(half) for conv, half in zip(self.conv2, x.chunk(2, dim=1))], dim=1)
        x = F.relu(self.conv3(F.max_pool2d(self.lrn(F.relu(x)), 3, 2)))
        done = []
        for i, half in enumerate(torch.split(x, 192, dim=1)):  # one tower, then the other
            half = F.relu(self.conv5[i](F.relu(self.conv4[i](half))))
            done.append(F.max_pool2d(half, 3, 2))
        return self.last(self.head(torch.cat(done, 1).flatten(1)))


class _Towers(nn.Module):
    """Two whole towers: each has half of the filters of every layer."""

    apart = False

    def __init__(self, num_classes=1000):
        super().__init__()
        rows = [(3, 48, 11, 4, 0), (48, 128, 5, 1, 2), (256, 192, 3, 1, 1), (192, 192, 3, 1, 1), (192, 128, 3, 1, 1)]
        self.left = nn.ModuleList(nn.Conv2d(*row) for row in rows)
        self.right = nn.ModuleList(nn.Conv2d(*row) for row in rows)
        self.norm = nn.LocalResponseNorm(5, k=2.0)
        self.fc = nn.ModuleList([nn.Linear(9216, 4096), nn.Linear(4096, 4096), nn.Linear(4096, num_classes)])

    def normed(self, a, b):
        if self.apart:
            return self.norm(a), self.norm(b)
        return self.norm(torch.cat([a, b], 1)).chunk(2, 1)

    def forward(self, x):
        a = b = x
        for i in range(5):
            if i == 2:
                a = b = torch.cat([a, b], 1)
            a, b = F.relu(self.left[i](a)), F.relu(self.right[i](b))
            a, b = self.normed(a, b) if i < 2 else (a, b)
            if i in (0, 1, 4):
                a, b = F.max_pool2d(a, 3, 2), F.max_pool2d(b, 3, 2)
        x = torch.cat([a, b], 1).flatten(1)
        for layer in self.fc[:2]:
            x = F.relu(layer(F.dropout(x, 0.5, self.training)))
        return self.fc[2](x)


class right_two_whole_towers(_Towers):
    pass


class wrong_towers_normalized_apart(_Towers):
    """local response normalization in each tower by itself"""

    apart = True


class right_lazy_and_named(nn.Sequential):
    """Named layers in one OrderedDict; a lazy layer finds the 9216 by itself, on a first picture of zeros."""

    def __init__(self, num_classes=1000):
        lrn = {"size": 5, "alpha": 0.0001, "beta": 0.75, "k": 2}
        super().__init__(
            OrderedDict(
                conv1=nn.Conv2d(3, 96, kernel_size=11, stride=4),
                relu1=nn.ReLU(),
                norm1=nn.LocalResponseNorm(**lrn),
                pool1=nn.MaxPool2d(kernel_size=3, stride=2),
                conv2=nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2),
                relu2=nn.ReLU(),
                norm2=nn.LocalResponseNorm(**lrn),
                pool2=nn.MaxPool2d(kernel_size=3, stride=2),
                conv3=nn.Conv2d(256, 384, kernel_size=3, padding=1),
                relu3=nn.ReLU(),
                conv4=nn.Conv2d(384, 384, kernel_size=3, padding=1, groups=2),
                relu4=nn.ReLU(),
                conv5=nn.Conv2d(384, 256, kernel_size=3, padding=1, groups=2),
                relu5=nn.ReLU(),
                pool5=nn.MaxPool2d(kernel_size=3, stride=2),
                flat=nn.Flatten(),
                drop6=nn.Dropout(0.5),
                fc6=nn.LazyLinear(4096),
                relu6=nn.ReLU(),
                drop7=nn.Dropout(0.5),
                fc7=nn.Linear(4096, 4096),
                relu7=nn.ReLU(),
                fc8=nn.Linear(4096, num_classes),
            )
        )
        with torch.no_grad():
            self.eval()(torch.zeros(1, 3, 227, 227))
        self.train()


class _Base(nn.Module):
    k = 2.0
    alpha = 1e-4
    groups = (1, 2, 1, 2, 2)
    pad1, pad2 = 0, 2

    def __init__(self, num_classes=1000):
        super().__init__()
        g = self.groups
        self.c1 = nn.Conv2d(3, 96, 11, 4, self.pad1, groups=g[0])
        self.c2 = nn.Conv2d(96, 256, 5, 1, self.pad2, groups=g[1])
        self.c3 = nn.Conv2d(256, 384, 3, 1, 1, groups=g[2])
        self.c4 = nn.Conv2d(384, 384, 3, 1, 1, groups=g[3])
        self.c5 = nn.Conv2d(384, 256, 3, 1, 1, groups=g[4])
        self.lrn = nn.LocalResponseNorm(5, self.alpha, 0.75, self.k)
        self.pool = nn.MaxPool2d(3, 2)
        self.drop = nn.Dropout()
        self.f1 = nn.Linear(9216, 4096)
        self.f2 = nn.Linear(4096, 4096)
        self.f3 = nn.Linear(4096, num_classes)

    def features(self, x):
        x = self.pool(self.lrn(F.relu(self.c1(x))))
        x = self.pool(self.lrn(F.relu(self.c2(x))))
        x = F.relu(self.c4(F.relu(self.c3(x))))
        return self.pool(F.relu(self.c5(x))).flatten(1)

    def head(self, x):
        return self.f3(F.relu(self.f2(self.drop(F.relu(self.f1(self.drop(x)))))))

    def forward(self, x):
        return self.head(self.features(x))


class wrong_one_tower(_Base):
    """one tower: the groups are missing"""

    groups = (1, 1, 1, 1, 1)


class wrong_groups_everywhere(_Base):
    """groups in the third convolution too"""

    groups = (1, 2, 2, 2, 2)


class wrong_default_norm(_Base):
    """local response normalization with k = 1"""

    k = 1.0


class wrong_alpha(_Base):
    """local response normalization with alpha times its size"""

    alpha = 5e-4


class wrong_padded(_Base):
    """the first convolution is padded"""

    pad1 = 2


class wrong_not_padded(_Base):
    """the second convolution is not padded"""

    pad2 = 0


class wrong_no_norm(_Base):
    """local response normalization is missing"""

    def features(self, x):
        x = self.pool(F.relu(self.c2(self.pool(F.relu(self.c1(x))))))
        x = F.relu(self.c4(F.relu(self.c3(x))))
        return self.pool(F.relu(self.c5(x))).flatten(1)


class wrong_norm_behind_the_pool(_Base):
    """local response normalization after the pool"""

    def features(self, x):
        x = self.lrn(self.pool(F.relu(self.c1(x))))
        x = self.lrn(self.pool(F.relu(self.c2(x))))
        x = F.relu(self.c4(F.relu(self.c3(x))))
        return self.pool(F.relu(self.c5(x))).flatten(1)


class wrong_head_without_relu(_Base):
    """the ReLUs between the linear layers are missing"""

    def head(self, x):
        return self.f3(self.f2(self.drop(self.f1(self.drop(x)))))


class wrong_no_dropout(_Base):
    """there is no dropout"""

    def head(self, x):
        return self.f3(self.f2(self.f1(x).relu()).relu())


class wrong_dropout_late(_Base):
    """dropout comes after the linear layers instead of before"""

    def head(self, x):
        return self.f3(self.drop(self.f2(self.drop(self.f1(x).relu())).relu()))


class wrong_functional_dropout(_Base):
    """dropout in evaluation too"""

    def head(self, x):
        return self.f3(self.f2(F.dropout(self.f1(F.dropout(x)).relu())).relu())


class wrong_softmax(_Base):
    """softmax at the end"""

    def forward(self, x):
        return torch.softmax(super().forward(x), 1)


class wrong_small_pool(_Base):
    """pooling without overlap, 2×2 instead of 3×3"""

    def __init__(self, num_classes=1000):
        super().__init__(num_classes)
        self.pool = nn.MaxPool2d(2)


class wrong_always_a_thousand(_Base):
    """the last linear layer ignores num_classes"""

    def __init__(self, num_classes=1000):
        super().__init__()


class wrong_weak_dropout(_Base):
    def __init__(self, num_classes=1000):
        super().__init__(num_classes)
        self.drop = nn.Dropout(0.2)


class wrong_one_relu_forgotten(_Base):
    def features(self, x):
        x = self.pool(self.lrn(F.relu(self.c1(x))))
        x = self.pool(self.lrn(F.relu(self.c2(x))))
        return self.pool(F.relu(self.c5(F.relu(self.c4(self.c3(x)))))).flatten(1)
