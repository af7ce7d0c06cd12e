from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


def make_stage(block, c_in, c_out, blocks, stride):
    layers = [block(c_in, c_out, stride)]
    layers += [block(c_out * block.expansion, c_out, 1) for _ in range(blocks - 1)]
    return nn.Sequential(*layers)


class right_torchvision_names(nn.Module):
    strides = (1, 2, 2, 2)

    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        e = block.expansion
        self.layer1 = make_stage(block, 64, 64, layers[0], self.strides[0])
        self.layer2 = make_stage(block, 64 * e, 128, layers[1], self.strides[1])
        self.layer3 = make_stage(block, 128 * e, 256, layers[2], self.strides[2])
        self.layer4 = make_stage(block, 256 * e, 512, layers[3], self.strides[3])
        self.fc = nn.Linear(512 * e, num_classes)

    def stem(self, x):
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, stride=2, padding=1)

    def pool(self, x):
        return torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.stem(x)))))
        return self.fc(self.pool(x))


class _Base(right_torchvision_names):
    pass


class right_sequential(nn.Module):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        c = 64
        parts = [nn.Conv2d(3, c, 7, 2, 3, bias=False), nn.BatchNorm2d(c), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        for i, count in enumerate(layers):
            width = 64 * 2**i
            parts.append(make_stage(block, c, width, count, 2 if i else 1))
            c = width * block.expansion
        self.head = nn.Linear(c, num_classes)
        self.body = nn.Sequential(*parts)

    def forward(self, x):
        return self.head(self.body(x).mean((-1, -2)))


class right_lazy_head(nn.Module):
    """Stages by add_module; the last layer learns its width from a first picture."""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 64, 7, 2, 3, bias=False), bn=nn.BatchNorm2d(64)))
        c_in = 64
        for i, count in enumerate(layers):
            for j in range(count):
                self.add_module(f"s{i}b{j}", block(c_in, 64 * 2**i, 2 if i and not j else 1))
                c_in = 64 * 2**i * block.expansion
        self.head = nn.LazyLinear(num_classes)
        with torch.no_grad():
            self.eval()(torch.zeros(1, 3, 32, 32))
        self.train()

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.stem(x)), kernel_size=3, stride=2, padding=1)
        for name, part in self.named_children():
            if name not in ("stem", "head"):
                x = part(x)
        return self.head(F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0])


class right_flat_list(nn.Module):
    def __init__(self, block, layers, num_classes=1000, verbose=True):
        super().__init__()
        self.verbose = verbose
        blocks, c = [], 64
        for width, count, stride in zip((64, 128, 256, 512), layers, (1, 2, 2, 2)):
            for s in [stride, *[1] * (count - 1)]:
                blocks.append(block(c, width, s))
                c = width * block.expansion
        self.out = nn.Linear(c, num_classes)
        self.blocks = nn.ModuleList(blocks)
        self.norm, self.entry = nn.BatchNorm2d(64), nn.Conv2d(3, 64, (7, 7), (2, 2), (3, 3), bias=False)

    def forward(self, x):
        if self.verbose:
            print(tuple(x.shape))
        x = self.norm(self.entry(x)).clamp(min=0)
        x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)  # after ReLU nothing is below 0
        for block in self.blocks:
            x = block(x)
        return self.out(x.flatten(2).mean(2))


class right_initialised(_Base):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers, num_classes)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.normal_(part.weight, std=0.01)


class wrong_all_stride(_Base):
    """all four stages stride"""

    strides = (2, 2, 2, 2)


class wrong_none_strides(_Base):
    """no stage strides"""

    strides = (1, 1, 1, 1)


class wrong_stem_small(_Base):
    """the stem is one for small images"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers, num_classes)
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)


class wrong_stem_unstrided(_Base):
    """the stem's convolution does not stride"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers, num_classes)
        self.conv1 = nn.Conv2d(3, 64, 7, 1, 3, bias=False)


class wrong_stem_bias(_Base):
    """the stem's convolution has a bias"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers, num_classes)
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3)


class wrong_no_pool(_Base):
    """the max-pool is missing"""

    def stem(self, x):
        return F.relu(self.bn1(self.conv1(x)))


class wrong_pool_two(_Base):
    """the max-pool is 2×2"""

    def stem(self, x):
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)


class wrong_pool_unpadded(_Base):
    """the max-pool has no padding"""

    def stem(self, x):
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2)


class wrong_average_in_the_stem(_Base):
    """the average is taken in the stem"""

    def stem(self, x):
        return F.avg_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)


class wrong_no_stem_relu(_Base):
    """the stem's ReLU is missing"""

    def stem(self, x):
        return F.max_pool2d(self.bn1(self.conv1(x)), 3, 2, 1)


class wrong_512(_Base):
    """the last layer ignores the expansion"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers, num_classes)
        self.fc = nn.Linear(512, num_classes)


class wrong_1000(_Base):
    """there are always 1000 classes"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers)


class wrong_resnet18(_Base):
    """the layers are always 2, 2, 2, 2"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, [2, 2, 2, 2], num_classes)


class wrong_max_at_the_end(_Base):
    """the maximum is taken at the end"""

    def pool(self, x):
        return x.amax(dim=(2, 3))


class wrong_seven(_Base):
    """the last average is always 7×7"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, layers, num_classes)
        self.average = nn.AvgPool2d(7)

    def pool(self, x):
        return self.average(x).flatten(1)


class wrong_softmax(_Base):
    """a softmax at the end"""

    def forward(self, x):
        return super().forward(x).softmax(dim=1)


class wrong_last_relu(_Base):
    def forward(self, x):
        return super().forward(x).relu()


class wrong_expansion_forgotten_between_stages(nn.Module):
    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        )
        widths = (64, 64, 128, 256, 512)
        self.stages = nn.Sequential(
            *[make_stage(block, widths[i], widths[i + 1], layers[i], 2 if i else 1) for i in range(4)]
        )
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def forward(self, x):
        return self.fc(self.stages(self.stem(x)).mean((2, 3)))


class wrong_pool_rounded_up(_Base):
    """the max-pool is rounded up, not padded"""

    def stem(self, x):
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, ceil_mode=True)


class wrong_counts_taken_away(_Base):
    """the input is changed"""

    def __init__(self, block, layers, num_classes=1000):
        super().__init__(block, [layers.pop(0) for _ in range(4)], num_classes)
