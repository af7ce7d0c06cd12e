"""Answers to AuxiliaryHead."""

import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, c_in, num_classes=1000):
        super().__init__()
        self.pool = nn.AvgPool2d(5, stride=3)
        self.conv = nn.Conv2d(c_in, 128, 1)
        self.fc1 = nn.Linear(128 * 4 * 4, 1024)
        self.drop = nn.Dropout(0.7)
        self.fc2 = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = F.relu(self.conv(self.pool(x)))
        x = self.drop(F.relu(self.fc1(x.flatten(1))))
        return self.fc2(x)


class right_sequential(nn.Sequential):
    def __init__(self, c_in, num_classes=1000):
        super().__init__(
            nn.AvgPool2d(5, 3),
            nn.Conv2d(c_in, 128, 1),
            nn.ReLU(inplace=True),
            nn.Flatten(),
            nn.Linear(2048, 1024),
            nn.ReLU(inplace=True),
            nn.Dropout(p=0.7),
            nn.Linear(1024, num_classes),
        )


class right_lazy(nn.Module):
    """Sizes found on a first picture of zeros, layers by setattr."""

    def __init__(self, c_in, num_classes=1000):
        super().__init__()
        for name, layer in (("squeeze", nn.LazyConv2d(128, 1)), ("fc", nn.LazyLinear(1024))):
            setattr(self, name, layer)
        self.scores = nn.Linear(in_features=1024, out_features=num_classes)
        self.eval().forward(torch.zeros(1, c_in, 14, 14))
        self.train()

    def forward(self, x):
        x = self.squeeze(F.avg_pool2d(x, kernel_size=(5, 5), stride=(3, 3))).relu()
        x = F.dropout(self.fc(torch.flatten(x, start_dim=1)).relu_(), 0.7, self.training)
        return self.scores(x)


class right_pool_after_convolution(nn.Module):
    """Average and 1×1 convolution are both linear: they may change places, the ReLU may not."""

    def __init__(self, c_in, num_classes=1000, p=0.7):
        super().__init__()
        self.last = nn.Linear(1024, num_classes)
        self.hidden = nn.Linear(2048, 1024)
        self.thin = nn.Conv2d(c_in, 128, (1, 1))
        self.p = p

    def forward(self, x):
        x = F.avg_pool2d(self.thin(x), kernel_size=5, stride=3).clamp(min=0)
        x = self.hidden(x.reshape(len(x), -1))
        x = torch.where(x > 0, x, torch.zeros_like(x))
        return self.last(F.dropout(x, self.p, training=self.training))


class right_dropout_by_hand(nn.Module):
    def __init__(self, c_in, num_classes=1000):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(c_in, 128, 1), nn.Linear(2048, 1024), nn.Linear(1024, num_classes)

    def forward(self, x):
        x = self.a(nn.AvgPool2d((5, 5), (3, 3))(x)).relu().view(x.size(0), 2048)
        x = torch.relu(self.b(x))
        if self.training:
            x = x * (torch.rand_like(x) >= 0.7) / 0.3
        return self.c(x)


class _Base(nn.Module):
    p, features, norm = 0.7, 2048, False

    def __init__(self, c_in, num_classes=1000):
        super().__init__()
        self.conv = nn.Conv2d(c_in, 128, 1)
        self.fc1 = nn.Linear(self.features, 1024)
        self.fc2 = nn.Linear(1024, num_classes)

    def pool(self, x):
        return F.avg_pool2d(x, 5, 3)

    def drop(self, x):
        return F.dropout(x, self.p, self.training)

    def forward(self, x):
        x = self.conv(self.pool(x)).relu().flatten(1)
        return self.fc2(self.drop(self.fc1(x).relu()))


class wrong_adaptive(_Base):
    """adaptive pooling to 4×4"""

    def pool(self, x):
        return nn.AdaptiveAvgPool2d((4, 4))(x)


class wrong_max(_Base):
    """maximum instead of average pooling"""

    def pool(self, x):
        return F.max_pool2d(x, 5, 3)


class wrong_default_stride(_Base):
    """the pool has stride 5"""

    features = 512

    def pool(self, x):
        return F.avg_pool2d(x, 5)


class wrong_global(_Base):
    """global average pooling instead of 5×5/3"""

    features = 128

    def pool(self, x):
        return x.mean((2, 3), keepdim=True)


class wrong_no_pool(_Base):
    """there is no pool"""

    features = 128 * 14 * 14

    def pool(self, x):
        return x


class wrong_relu_before_pool(_Base):
    """the pool comes after convolution and ReLU"""

    def forward(self, x):
        x = self.pool(self.conv(x).relu()).flatten(1)
        return self.fc2(self.drop(self.fc1(x).relu()))


class wrong_first_relu(_Base):
    """the ReLU after the convolution is missing"""

    def forward(self, x):
        x = self.conv(self.pool(x)).flatten(1)
        return self.fc2(self.drop(self.fc1(x).relu()))


class wrong_second_relu(_Base):
    """the ReLU between the linear layers is missing"""

    def forward(self, x):
        x = self.conv(self.pool(x)).relu().flatten(1)
        return self.fc2(self.drop(self.fc1(x)))


class wrong_softmax(_Base):
    """softmax at the end"""

    def forward(self, x):
        return F.softmax(super().forward(x), dim=1)


class wrong_relu_at_the_end(_Base):
    """ReLU at the end"""

    def forward(self, x):
        return super().forward(x).relu()


class wrong_no_dropout(_Base):
    """there is no dropout"""

    def drop(self, x):
        return x


class wrong_keeps_seven_tenths(_Base):
    """dropout with p = 0.3 instead of 0.7"""

    p = 1 - 0.7


class wrong_default_dropout(_Base):
    """dropout with p = 0.5 instead of 0.7"""

    p = 0.5


class wrong_functional_dropout(_Base):
    """dropout in evaluation too"""

    def drop(self, x):
        return F.dropout(x, 0.7)


class wrong_dropout_first(_Base):
    """dropout before the first linear layer instead of the last"""

    def forward(self, x):
        x = self.conv(self.pool(x)).relu().flatten(1)
        return self.fc2(self.fc1(self.drop(x)).relu())


class wrong_dropout_twice(_Base):
    """dropout before both linear layers"""

    def forward(self, x):
        x = self.conv(self.pool(x)).relu().flatten(1)
        return self.fc2(self.drop(self.fc1(self.drop(x)).relu()))


class wrong_imagenet_only(_Base):
    """num_classes is ignored"""

    def __init__(self, c_in, num_classes=1000):
        super().__init__(c_in)


class wrong_no_bias(_Base):
    """the convolution has no bias"""

    def __init__(self, c_in, num_classes=1000):
        super().__init__(c_in, num_classes)
        self.conv = nn.Conv2d(c_in, 128, 1, bias=False)


class wrong_unscaled_dropout(_Base):
    def drop(self, x):
        return x * (torch.rand_like(x) >= 0.7) if self.training else x


class wrong_nothing(_Base):
    def forward(self, x):
        super().forward(x)


class wrong_log_softmax(_Base):
    """log-softmax at the end"""

    def forward(self, x):
        return super().forward(x).log_softmax(1)
