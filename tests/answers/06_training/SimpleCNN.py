"""Answers to SimpleCNN."""

import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5, padding=2)
        self.bn1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=5, padding=2)
        self.bn2 = nn.BatchNorm2d(32)
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(7 * 7 * 32, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(self.drop(x.flatten(1)))


class right_sequential(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Conv2d(1, 16, 5, 1, 2),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 5, padding="same"),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Flatten(),
            nn.Dropout(),
            nn.Linear(1568, num_classes),
        )


class right_pool_then_relu(nn.Module):
    """Pooling and ReLU may change places: both are monotonic."""

    def __init__(self, num_classes=10, name="net"):
        super().__init__()
        self.head = nn.Linear(1568, num_classes)
        self.two = nn.ModuleDict({"norm": nn.BatchNorm2d(32), "conv": nn.Conv2d(16, 32, 5, padding=(2, 2))})
        self.one = nn.ModuleDict({"norm": nn.BatchNorm2d(16), "conv": nn.Conv2d(1, 16, (5, 5), padding=(2, 2))})

    def forward(self, x):
        for block in (self.one, self.two):
            x = torch.relu(F.max_pool2d(block["norm"](block["conv"](x)), 2))
        x = F.dropout(x.reshape(x.shape[0], -1), training=self.training)
        return self.head(x)


class right_loose_parameters(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w_out, self.b_out = nn.Parameter(torch.randn(num_classes, 1568)), nn.Parameter(torch.zeros(num_classes))
        self.w2, self.b2 = nn.Parameter(torch.randn(32, 16, 5, 5)), nn.Parameter(torch.zeros(32))
        self.w1, self.b1 = nn.Parameter(torch.randn(16, 1, 5, 5)), nn.Parameter(torch.zeros(16))
        self.norms = nn.ModuleList([nn.BatchNorm2d(16), nn.BatchNorm2d(32)])

    def forward(self, x):
        for w, b, norm in ((self.w1, self.b1, self.norms[0]), (self.w2, self.b2, self.norms[1])):
            x = F.max_pool2d(F.relu(norm(F.conv2d(x, w, b, padding=2))), 2)
        return F.dropout(x.flatten(1), training=self.training) @ self.w_out.T + self.b_out


def right_function(num_classes=10):
    def block(a, b):
        return nn.Sequential(nn.Conv2d(a, b, 5, padding=2), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2))

    return nn.Sequential(
        block(1, 16), block(16, 32), nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(1568, num_classes))
    )


class _Net(right_attributes):
    pass


class wrong_no_relu(_Net):
    """the ReLUs are missing"""

    def forward(self, x):
        x = F.max_pool2d(self.bn1(self.conv1(x)), 2)
        x = F.max_pool2d(self.bn2(self.conv2(x)), 2)
        return self.fc(self.drop(x.flatten(1)))


class wrong_relu_before_norm(_Net):
    """ReLU comes before batch norm"""

    def forward(self, x):
        x = F.max_pool2d(self.bn1(F.relu(self.conv1(x))), 2)
        x = F.max_pool2d(self.bn2(F.relu(self.conv2(x))), 2)
        return self.fc(self.drop(x.flatten(1)))


class wrong_average(_Net):
    """average instead of maximum pooling"""

    def forward(self, x):
        x = F.avg_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.avg_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(self.drop(x.flatten(1)))


class wrong_softmax(_Net):
    """softmax at the end"""

    def forward(self, x):
        return F.softmax(super().forward(x), dim=1)


class wrong_relu_end(_Net):
    """ReLU at the end"""

    def forward(self, x):
        return super().forward(x).clamp(min=0)


class wrong_dropout_always(_Net):
    """dropout in evaluation too"""

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(F.dropout(x.flatten(1)))


class wrong_no_dropout(_Net):
    """there is no dropout"""

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(x.flatten(1))


class wrong_dropout_p(_Net):
    """dropout is weaker than 0.5"""

    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.drop = nn.Dropout(0.2)


class wrong_no_norm(nn.Module):
    """batch norm is missing"""

    def __init__(self, num_classes=10):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 16, 5, padding=2), nn.Conv2d(16, 32, 5, padding=2)
        self.c = nn.Linear(1568, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.a(x).relu(), 2)
        x = F.max_pool2d(self.b(x).relu(), 2)
        return self.c(F.dropout(x.flatten(1), training=self.training))


class wrong_bias(_Net):
    """the convolutions have no bias"""

    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.conv1 = nn.Conv2d(1, 16, 5, padding=2, bias=False)
        self.conv2 = nn.Conv2d(16, 32, 5, padding=2, bias=False)


class wrong_classes(_Net):
    """always ten classes"""

    def __init__(self, num_classes=10):
        super().__init__(10)


class wrong_no_padding(_Net):
    """the convolutions have no padding"""

    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.conv1, self.conv2 = nn.Conv2d(1, 16, 5), nn.Conv2d(16, 32, 5)
        self.fc = nn.Linear(4 * 4 * 32, num_classes)


class wrong_shared_norm_momentum(_Net):
    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.bn1.momentum = self.bn2.momentum = 0.9


class wrong_kernel(_Net):
    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.conv1, self.conv2 = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)


class wrong_width(_Net):
    def __init__(self, num_classes=10):
        super().__init__(num_classes)
        self.conv2, self.bn2 = nn.Conv2d(16, 16, 5, padding=2), nn.BatchNorm2d(16)
        self.fc = nn.Linear(16 * 49, num_classes)


class wrong_view(_Net):
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        return self.fc(self.drop(x.permute(0, 2, 3, 1).reshape(len(x), -1)))


class _Head(right_attributes):
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        return self.head(F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2))


class right_bernoulli(_Head):
    def head(self, x):
        x = x.flatten(1)
        return self.fc(x * torch.bernoulli(torch.full_like(x, 0.5)) * 2 if self.training else x)


class wrong_dropout_last(_Head):
    """dropout comes after the linear layer"""

    def head(self, x):
        return self.drop(self.fc(x.flatten(1)))


class wrong_dropout_of_maps(_Head):
    """whole maps are dropped"""

    def head(self, x):
        return self.fc(F.dropout2d(x, 0.5, self.training).flatten(1))


class wrong_dropout_unscaled(_Head):
    """what dropout leaves is not scaled"""

    def head(self, x):
        x = x.flatten(1)
        return self.fc(x * (torch.rand_like(x) < 0.5) if self.training else x)


class wrong_squeezed(_Head):
    def head(self, x):
        return self.fc(self.drop(x.flatten(1))).squeeze()
