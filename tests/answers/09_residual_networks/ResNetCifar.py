import torch
import torch.nn.functional as F
from torch import nn


class ResidualBlock(nn.Module):
    expansion = 1

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.a = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.na = nn.BatchNorm2d(c_out)
        self.b = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.nb = nn.BatchNorm2d(c_out)
        self.s = nn.Identity()
        if stride != 1 or c_in != c_out:
            self.s = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        return F.relu(self.nb(self.b(F.relu(self.na(self.a(x))))) + self.s(x))


def make_stage(block, c_in, c_out, blocks, stride):
    rest = [block(c_out * block.expansion, c_out, 1) for _ in range(blocks - 1)]
    return nn.Sequential(block(c_in, c_out, stride), *rest)


class right_attributes(nn.Module):
    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(16)
        e = block.expansion
        self.stage1 = make_stage(block, 16, 16, n, 1)
        self.stage2 = make_stage(block, 16 * e, 32, n, 2)
        self.stage3 = make_stage(block, 32 * e, 64, n, 2)
        self.fc = nn.Linear(64 * e, num_classes)

    def stem(self, x):
        return F.relu(self.bn(self.conv(x)))

    def pool(self, x):
        return x.mean(dim=(2, 3))

    def forward(self, x):
        x = self.stage3(self.stage2(self.stage1(self.stem(x))))
        return self.fc(self.pool(x))


class _Base(right_attributes):
    pass


class right_one_sequential(nn.Sequential):
    def __init__(self, n, num_classes=10, block=ResidualBlock):
        layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
        c = 16
        for width, stride in ((16, 1), (32, 2), (64, 2)):
            for i in range(n):
                layers.append(block(c, width, stride if i == 0 else 1))
                c = width * block.expansion
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes))


class right_every_block_by_name(nn.Module):
    """No stages: 3n blocks, registered one by one and run in the order of their names."""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__()
        self.stem = nn.ModuleDict({"conv": nn.Conv2d(3, 16, 3, padding=1, bias=False), "bn": nn.BatchNorm2d(16)})
        self.names, c = [], 16
        for i in range(3 * n):
            width, stride = 16 << (i // n), 2 if i in (n, 2 * n) else 1
            self.names.append(f"block{i:02}")
            setattr(self, self.names[-1], block(c, width, stride))
            c = width * block.expansion
        self.classes = nn.Linear(c, num_classes)

    def forward(self, x):
        x = self.stem["bn"](self.stem["conv"](x)).relu()
        for name in self.names:
            x = getattr(self, name)(x)
        return self.classes(torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]))


class right_declared_backwards(nn.Module):
    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__()
        e = block.expansion
        self.head = nn.Linear(64 * e, num_classes)
        self.stages = nn.ModuleList(
            [make_stage(block, a, b, n, s) for a, b, s in ((16, 16, 1), (16 * e, 32, 2), (32 * e, 64, 2))]
        )
        self.norm = nn.BatchNorm2d(16)
        self.first = nn.Conv2d(3, 16, 3, 1, "same", bias=False)

    def forward(self, x):
        print(f"{tuple(x.shape)}")
        x = torch.relu(self.norm(self.first(x)))
        for stage in self.stages:
            x = stage(x)
        return self.head(F.adaptive_avg_pool2d(x, (1, 1)).squeeze(-1).squeeze(-1))


class right_initialised(_Base):
    def __init__(self, n, num_classes=10, block=ResidualBlock, seed=0):
        super().__init__(n, num_classes, block)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")

    def pool(self, x):
        return F.avg_pool2d(x, x.shape[2:]).flatten(1)


class wrong_all_stride(_Base):
    """the first stage strides"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.stage1 = make_stage(block, 16, 16, n, 2)


class wrong_none_strides(_Base):
    """no stage strides"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.stage2 = make_stage(block, 16, 32, n, 1)
        self.stage3 = make_stage(block, 32, 64, n, 1)


class wrong_double(_Base):
    """2n blocks in a stage"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(2 * n, num_classes, block)


class wrong_three(_Base):
    """n is always 3"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(3, num_classes, block)


class wrong_ten_classes(_Base):
    """there are always 10 classes"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, 10, block)


class wrong_block_ignored(_Base):
    """the block is ignored"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes)


class wrong_no_stem_relu(_Base):
    """the stem's ReLU is missing"""

    def stem(self, x):
        return self.bn(self.conv(x))


class wrong_no_stem_norm(_Base):
    """the stem's BatchNorm is missing"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        del self.bn

    def stem(self, x):
        return F.relu(self.conv(x))


class wrong_stem_bias(_Base):
    """the stem's convolution has a bias"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.conv = nn.Conv2d(3, 16, 3, padding=1)


class wrong_max_pool_in_the_stem(_Base):
    """a max-pool in the stem"""

    def stem(self, x):
        return F.max_pool2d(super().stem(x), 3, 2, 1)


class wrong_max_at_the_end(_Base):
    """the maximum is taken at the end"""

    def pool(self, x):
        return F.adaptive_max_pool2d(x, 1).flatten(1)


class wrong_eight_by_eight(_Base):
    """the last average is always 8×8"""

    def pool(self, x):
        return F.avg_pool2d(x, 8).flatten(1)


class wrong_softmax(_Base):
    """a softmax at the end"""

    def forward(self, x):
        return F.softmax(super().forward(x), dim=1)


class wrong_log_softmax(_Base):
    """a log-softmax at the end"""

    def forward(self, x):
        return F.log_softmax(super().forward(x), dim=1)


class wrong_flattened(_Base):
    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.fc = nn.Linear(64 * 8 * 8, num_classes)

    def pool(self, x):
        return x.flatten(1)


class wrong_same_width(_Base):
    """all stages are 16 wide"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.stage2, self.stage3 = make_stage(block, 16, 16, n, 2), make_stage(block, 16, 16, n, 2)
        self.fc = nn.Linear(16, num_classes)


class wrong_last_stage_skipped(_Base):
    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.fc = nn.Linear(32, num_classes)

    def forward(self, x):
        return self.fc(self.pool(self.stage2(self.stage1(self.stem(x)))))


class wrong_no_bias_at_the_end(_Base):
    """the last layer has no bias"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.fc = nn.Linear(64, num_classes, bias=False)


class wrong_shared_blocks(_Base):
    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.stage1 = nn.Sequential(*[block(16, 16, 1)] * (n + 1))


class wrong_expansion_ignored(_Base):
    """the expansion is ignored"""

    def __init__(self, n, num_classes=10, block=ResidualBlock):
        super().__init__(n, num_classes, block)
        self.stage2 = make_stage(block, 16, 32, n, 2)
        self.stage3 = make_stage(block, 32, 64, n, 2)
        self.fc = nn.Linear(64, num_classes)


class wrong_squeezed(_Base):
    """a dimension of size one is lost"""

    def forward(self, x):
        return super().forward(x).squeeze()
