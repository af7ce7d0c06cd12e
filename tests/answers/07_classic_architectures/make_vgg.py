from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn

_TABLE = {
    "A": "64 M 128 M 256 256 M 512 512 M 512 512 M",
    "B": "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
    "D": "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    "E": "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}


def _features(table, kernel=3, padding=1, bias=True, norm=False, relu=True, pool=nn.MaxPool2d):
    layers, c = [], 3
    for word in table.split():
        if word == "M":
            layers.append(pool(2, 2))
            continue
        layers.append(nn.Conv2d(c, int(word), kernel, padding=padding, bias=bias))
        c = int(word)
        layers += [nn.BatchNorm2d(c)] if norm else []
        layers += [nn.ReLU(inplace=True)] if relu else []
    return layers


def _head(num_classes, hidden=4096, relu=True, drop=0.5):
    act = nn.ReLU if relu else nn.Identity
    return [
        nn.Linear(25088, 4096),
        act(),
        nn.Dropout(drop),
        nn.Linear(4096, hidden),
        act(),
        nn.Dropout(drop),
        nn.Linear(hidden, num_classes),
    ]


def _table(config):
    if config not in _TABLE:
        raise ValueError(f"unknown configuration {config}")
    return _TABLE[config]


def right_sequential(config, num_classes=1000):
    return nn.Sequential(*_features(_table(config)), nn.Flatten(), *_head(num_classes))


class right_class(nn.Module):
    def __init__(self, config="D", num_classes=1000, dropout=0.5):
        super().__init__()
        counts = {"A": [1, 1, 2, 2, 2], "B": [2] * 5, "D": [2, 2, 3, 3, 3], "E": [2, 2, 4, 4, 4]}.get(config)
        if counts is None:
            raise ValueError(f"config must be A, B, D or E, not {config!r}")
        self.fc = nn.ModuleList([nn.Linear(4096, num_classes), nn.Linear(4096, 4096), nn.Linear(512 * 7 * 7, 4096)])
        self.p = dropout
        widths = [3, 64, 128, 256, 512, 512]
        self.blocks = nn.ModuleList()
        for b, n in enumerate(counts):
            convs = [
                nn.Conv2d(widths[b] if i == 0 else widths[b + 1], widths[b + 1], 3, padding="same") for i in range(n)
            ]
            self.blocks.append(nn.ModuleList(convs))

    def forward(self, x):
        for block in self.blocks:
            for conv in block:
                x = conv(x).relu_()
            x = F.max_pool2d(x, 2)
        x = torch.flatten(x, 1)
        x = F.dropout(self.fc[2](x).relu(), self.p, self.training)
        x = F.dropout(self.fc[1](x).relu(), self.p, self.training)
        return self.fc[0](x)


def right_named_blocks(config, num_classes=1000):
    """Blocks within blocks, each layer with a name."""
    depths = dict(A=(1, 1, 2, 2, 2), B=(2,) * 5, D=(2, 2, 3, 3, 3), E=(2, 2, 4, 4, 4)).get(config)
    if depths is None:
        raise ValueError("no such configuration: " + str(config))
    network = nn.Sequential()
    for i, depth in enumerate(depths):
        width, block = min(64 * 2**i, 512), nn.Sequential()
        for j in range(depth):
            c_in = (3 if i == 0 else min(32 * 2**i, 512)) if j == 0 else width
            block.add_module(f"conv{j}", nn.Conv2d(c_in, width, 3, padding="same"))
            block.add_module(f"relu{j}", nn.ReLU(inplace=True))
        block.add_module("pool", nn.MaxPool2d((2, 2), stride=(2, 2)))
        network.add_module(f"block{i + 1}", block)
    head = OrderedDict(flat=nn.Flatten(), fc6=nn.Linear(25088, 4096), relu6=nn.ReLU(), drop6=nn.Dropout())
    head.update(fc7=nn.Linear(4096, 4096), relu7=nn.ReLU(), drop7=nn.Dropout(), fc8=nn.Linear(4096, num_classes))
    network.add_module("head", nn.Sequential(head))
    return network


def right_as_torchvision(config, num_classes=1000, **options):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(*_features(_table(config)))
            self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
            self.classifier = nn.Sequential(*_head(num_classes))
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                    nn.init.zeros_(m.bias)

        def forward(self, x):
            return self.classifier(self.avgpool(self.features(x)).view(x.size(0), -1))

    return Net()


def right_pool_before_relu(config, num_classes=1000):
    layers = _features(_table(config))
    for i in range(len(layers) - 1):
        if isinstance(layers[i], nn.ReLU) and isinstance(layers[i + 1], nn.MaxPool2d):
            layers[i], layers[i + 1] = layers[i + 1], layers[i]
    return nn.Sequential(*layers, nn.Flatten(), *_head(num_classes))


def wrong_batch_norm(config, num_classes=1000):
    """batch norm that was not there yet"""
    return nn.Sequential(*_features(_table(config), norm=True), nn.Flatten(), *_head(num_classes))


def wrong_always_d(config, num_classes=1000):
    """every configuration is D"""
    _table(config)
    return right_sequential("D", num_classes)


def wrong_d_and_e(config, num_classes=1000):
    """D and E are swapped"""
    return right_sequential({"D": "E", "E": "D"}.get(config, config), num_classes)


def wrong_kernel(config, num_classes=1000):
    """5×5 instead of 3×3"""
    return nn.Sequential(*_features(_table(config), kernel=5, padding=2), nn.Flatten(), *_head(num_classes))


def wrong_not_padded(config, num_classes=1000):
    """the convolutions are not padded"""
    return nn.Sequential(*_features(_table(config), padding=0), nn.Flatten(), *_head(num_classes))


def wrong_no_bias(config, num_classes=1000):
    """the convolutions have no bias"""
    return nn.Sequential(*_features(_table(config), bias=False), nn.Flatten(), *_head(num_classes))


def wrong_no_relu(config, num_classes=1000):
    """the ReLUs after the convolutions are missing"""
    return nn.Sequential(*_features(_table(config), relu=False), nn.Flatten(), *_head(num_classes))


def wrong_average_pool(config, num_classes=1000):
    """average instead of maximum pooling"""
    return nn.Sequential(*_features(_table(config), pool=nn.AvgPool2d), nn.Flatten(), *_head(num_classes))


def wrong_linear_head(config, num_classes=1000):
    """the ReLUs between the linear layers are missing"""
    return nn.Sequential(*_features(_table(config)), nn.Flatten(), *_head(num_classes, relu=False))


def wrong_narrow_head(config, num_classes=1000):
    """the last hidden layer has 1024 units"""
    return nn.Sequential(*_features(_table(config)), nn.Flatten(), *_head(num_classes, hidden=1024))


def wrong_no_dropout(config, num_classes=1000):
    """there is no dropout"""
    return nn.Sequential(*_features(_table(config)), nn.Flatten(), *_head(num_classes, drop=0.0))


def wrong_softmax(config, num_classes=1000):
    """softmax at the end"""
    return nn.Sequential(right_sequential(config, num_classes), nn.Softmax(dim=1))


def wrong_key_error(config, num_classes=1000):
    """an unknown configuration is not refused with ValueError"""
    return nn.Sequential(*_features(_TABLE[config]), nn.Flatten(), *_head(num_classes))


def wrong_always_a_thousand(config, num_classes=1000):
    """the last linear layer ignores num_classes"""
    return right_sequential(config)


def wrong_1x1(config, num_classes=1000):
    """1×1 convolutions from configuration C"""
    layers = []
    for b, n in enumerate(
        {"A": (1, 1, 2, 2, 2), "B": (2,) * 5, "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)}[_check(config)]
    ):
        widths = (3, 64, 128, 256, 512, 512)
        for i in range(n):
            k = 1 if i == 2 else 3
            layers += [nn.Conv2d(widths[b + (i > 0)], widths[b + 1], k, padding=k // 2), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), *_head(num_classes))


def _check(config):
    _table(config)
    return config


def wrong_last_pool_missing(config, num_classes=1000):
    layers = _features(_table(config))[:-1]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(7), nn.Flatten(), *_head(num_classes))


def wrong_any_case(config, num_classes=1000):
    """impossible arguments are accepted"""
    return right_sequential(config.upper(), num_classes)
