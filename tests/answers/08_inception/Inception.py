"""Answers to Inception."""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c1, 1)
        self.reduce3 = nn.Conv2d(c_in, c3_reduce, 1)
        self.conv3 = nn.Conv2d(c3_reduce, c3, 3, padding=1)
        self.reduce5 = nn.Conv2d(c_in, c5_reduce, 1)
        self.conv5 = nn.Conv2d(c5_reduce, c5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.proj = nn.Conv2d(c_in, pool_proj, 1)

    def forward(self, x):
        b1 = F.relu(self.conv1(x))
        b3 = F.relu(self.conv3(F.relu(self.reduce3(x))))
        b5 = F.relu(self.conv5(F.relu(self.reduce5(x))))
        bp = F.relu(self.proj(self.pool(x)))
        return torch.cat([b1, b3, b5, bp], dim=1)


class _Unit(nn.Module):
    def __init__(self, c_in, c_out, **options):
        super().__init__()
        self.layer = nn.Conv2d(c_in, c_out, **options)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(self.layer(x))


class right_sequential_in_another_order(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj, note="branches"):
        super().__init__()
        self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), _Unit(c_in, pool_proj, kernel_size=1))
        self.c = nn.Sequential(
            _Unit(c_in, c5_reduce, kernel_size=1), _Unit(c5_reduce, c5, kernel_size=5, padding="same")
        )
        self.b = nn.Sequential(_Unit(c_in, c3_reduce, kernel_size=1), _Unit(c3_reduce, c3, kernel_size=3, padding=1))
        self.a = _Unit(c_in, c1, kernel_size=1)
        print(note)

    def forward(self, x):
        pooled, fives, threes, ones = self.d(x), self.c(x), self.b(x), self.a(x)
        return torch.cat((ones, threes, fives, pooled), 1)


class right_one_relu_for_all(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "proj": nn.Conv2d(c_in, pool_proj, 1),
                "r5": nn.Conv2d(c_in, c5_reduce, 1),
                "r3": nn.Conv2d(c_in, c3_reduce, 1),
                "one": nn.Conv2d(c_in, c1, 1),
                "three": nn.Conv2d(c3_reduce, c3, 3, padding=1),
                "five": nn.Conv2d(c5_reduce, c5, 5, padding=2),
            }
        )

    def forward(self, x):
        f = self.layers
        parts = [f["one"](x), f["three"](f["r3"](x).relu()), f["five"](f["r5"](x).relu())]
        return torch.cat([*parts, f["proj"](F.max_pool2d(x, 3, 1, 1))], 1).relu()


class right_dictionary_of_branches(nn.ModuleDict):
    """The module is itself a dictionary of its branches."""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        def conv(a, b, k):
            return nn.Sequential(OrderedDict(conv=nn.Conv2d(a, b, k, padding=(k - 1) // 2), act=nn.ReLU()))

        super().__init__()
        self["pool"] = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), conv(c_in, pool_proj, 1))
        self["five"] = nn.Sequential(conv(c_in, c5_reduce, 1), conv(c5_reduce, c5, 5))
        self["three"] = nn.Sequential(conv(c_in, c3_reduce, 1), conv(c3_reduce, c3, 3))
        self["one"] = conv(c_in, c1, 1)

    def forward(self, x):
        return torch.concat([self[name](x) for name in ("one", "three", "five", "pool")], dim=-3)


class right_padded_by_hand(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.ones = nn.ModuleList([nn.Conv2d(c_in, c, 1) for c in (c1, c3_reduce, c5_reduce, pool_proj)])
        self.large = nn.ModuleList([nn.Conv2d(c3_reduce, c3, 3), nn.Conv2d(c5_reduce, c5, 5)])

    def forward(self, x):
        pooled = F.max_pool2d(F.pad(x, (1, 1, 1, 1), value=-torch.inf), 3, 1)
        a, r3, r5, p = (torch.relu(f(y)) for f, y in zip(self.ones, (x, x, x, pooled)))
        b = torch.relu(self.large[0](F.pad(r3, [1] * 4)))
        c = torch.relu(self.large[1](F.pad(r5, [2] * 4)))
        return torch.concat([a, b, c, p], axis=1)


def right_function(c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
    return right_attributes(c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)


class _Base(right_attributes):
    def parts(self, x):
        return (
            F.relu(self.conv1(x)),
            F.relu(self.conv3(F.relu(self.reduce3(x)))),
            F.relu(self.conv5(F.relu(self.reduce5(x)))),
            F.relu(self.proj(self.pool(x))),
        )

    def forward(self, x):
        return torch.cat(self.parts(x), 1)


class wrong_pool_second(_Base):
    """the branches are concatenated in the order 1×1, pool, 3×3, 5×5"""

    def forward(self, x):
        a, b, c, p = self.parts(x)
        return torch.cat([a, p, b, c], 1)


class wrong_three_first(_Base):
    """the branches are concatenated in the order 3×3, 5×5, 1×1, pool"""

    def forward(self, x):
        a, b, c, p = self.parts(x)
        return torch.cat([b, c, a, p], 1)


class wrong_no_relu_between(_Base):
    """there is no ReLU after the reductions"""

    def forward(self, x):
        return torch.cat(
            [self.conv1(x), self.conv3(self.reduce3(x)), self.conv5(self.reduce5(x)), self.proj(self.pool(x))], 1
        ).relu()


class wrong_linear(_Base):
    """there are no ReLUs"""

    def forward(self, x):
        return torch.cat(
            [self.conv1(x), self.conv3(self.reduce3(x)), self.conv5(self.reduce5(x)), self.proj(self.pool(x))], 1
        )


class wrong_last_relu(_Base):
    """the ReLU of the pool branch is missing"""

    def forward(self, x):
        return torch.cat([*self.parts(x)[:3], self.proj(self.pool(x))], 1)


class wrong_project_then_pool(_Base):
    """the projection comes before the pool"""

    def forward(self, x):
        return torch.cat([*self.parts(x)[:3], self.pool(F.relu(self.proj(x)))], 1)


class wrong_no_projection(_Base):
    """the projection is left out"""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        del self.proj

    def forward(self, x):
        b1 = F.relu(self.conv1(x))
        b3 = F.relu(self.conv3(F.relu(self.reduce3(x))))
        b5 = F.relu(self.conv5(F.relu(self.reduce5(x))))
        return torch.cat([b1, b3, b5, self.pool(x)], 1)


class wrong_no_reductions(nn.Module):
    """the reductions are left out"""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.a = nn.Conv2d(c_in, c1, 1)
        self.b = nn.Conv2d(c_in, c3, 3, padding=1)
        self.c = nn.Conv2d(c_in, c5, 5, padding=2)
        self.d = nn.Conv2d(c_in, pool_proj, 1)

    def forward(self, x):
        return torch.cat([self.a(x), self.b(x), self.c(x), self.d(F.max_pool2d(x, 3, 1, 1))], 1).relu()


class wrong_swapped_reductions(right_attributes):
    """the two reductions are swapped"""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__(c_in, c1, c5_reduce, c3, c3_reduce, c5, pool_proj)


class wrong_argument_order(right_attributes):
    """reduction and width are swapped"""

    def __init__(self, c_in, c1, c3, c3_reduce, c5, c5_reduce, pool_proj):
        super().__init__(c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)


class wrong_torchvision(right_attributes):
    """the 5×5 branch has 3×3 kernels"""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__(c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
        self.conv5 = nn.Conv2d(c5_reduce, c5, 3, padding=1)


class wrong_reductions_behind(nn.Module):
    """the 1×1 convolutions come after the larger ones"""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.a = nn.Conv2d(c_in, c1, 1)
        self.b = nn.Sequential(
            nn.Conv2d(c_in, c3_reduce, 3, padding=1), nn.ReLU(), nn.Conv2d(c3_reduce, c3, 1), nn.ReLU()
        )
        self.c = nn.Sequential(
            nn.Conv2d(c_in, c5_reduce, 5, padding=2), nn.ReLU(), nn.Conv2d(c5_reduce, c5, 1), nn.ReLU()
        )
        self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(c_in, pool_proj, 1), nn.ReLU())

    def forward(self, x):
        return torch.cat([F.relu(self.a(x)), self.b(x), self.c(x), self.d(x)], 1)


class wrong_average(right_attributes):
    """average instead of maximum pooling"""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.pool = nn.AvgPool2d(3, 1, 1)


class wrong_pool_without_stride(right_attributes):
    """a branch changes height or width"""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.pool = nn.MaxPool2d(3, padding=1)


class wrong_unpadded(right_attributes):
    """a branch changes height or width"""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.conv3.padding = (0, 0)


class wrong_no_biases(nn.Module):
    """the convolutions have no bias"""

    def __init__(self, *sizes):
        super().__init__()
        self.inner = right_attributes(*sizes)
        for part in self.inner.modules():
            if isinstance(part, nn.Conv2d):
                part.register_parameter("bias", None)

    def forward(self, x):
        return self.inner(x)


class wrong_batch_norm(nn.Module):
    """batch norm that was not there yet"""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()

        def unit(a, b, k):
            return nn.Sequential(nn.Conv2d(a, b, k, padding=k // 2), nn.BatchNorm2d(b), nn.ReLU())

        self.a = unit(c_in, c1, 1)
        self.b = nn.Sequential(unit(c_in, c3_reduce, 1), unit(c3_reduce, c3, 3))
        self.c = nn.Sequential(unit(c_in, c5_reduce, 1), unit(c5_reduce, c5, 5))
        self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), unit(c_in, pool_proj, 1))

    def forward(self, x):
        return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1)


class wrong_sum_of_batches(_Base):
    """the branches are concatenated along the batch"""

    def forward(self, x):
        return torch.cat(self.parts(x))


class wrong_nothing(_Base):
    """nothing is returned"""

    def forward(self, x):
        out = torch.cat(self.parts(x), 1)
        out.relu_()


class wrong_detached(_Base):
    def forward(self, x):
        with torch.no_grad():
            return torch.cat(self.parts(x), 1)


class wrong_sum(_Base):
    def forward(self, x):
        a, b, c, p = self.parts(x)
        return a + b + c + p


class wrong_numbers_of_3a(right_attributes):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__(192, 64, 96, 128, 16, 32, 32)


class right_reductions_at_once(_Base):
    """The three 1×1 convolutions that read the input, run as one."""

    def parts(self, x):
        layers = self.conv1, self.reduce3, self.reduce5
        joined = [torch.cat([getattr(layer, key) for layer in layers]) for key in ("weight", "bias")]
        one, r3, r5 = F.conv2d(x, *joined).relu().split([layer.out_channels for layer in layers], 1)
        return one, self.conv3(r3).relu(), self.conv5(r5).relu(), self.proj(self.pool(x)).relu()


class right_linear_layers(nn.Module):
    """A 1×1 convolution is a linear layer at every pixel; the pool's branch runs first."""

    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.lines = nn.ModuleList(nn.Linear(c_in, c) for c in (pool_proj, c5_reduce, c3_reduce, c1))
        self.five, self.three = nn.LazyConv2d(c5, 5, padding=2), nn.LazyConv2d(c3, 3, padding=1)

    def forward(self, x):
        inputs = F.max_pool2d(x, 3, 1, 1), x, x, x
        p, r5, r3, one = (
            line(y.movedim(1, -1)).movedim(-1, 1).relu() for line, y in zip(self.lines, inputs, strict=True)
        )
        return torch.cat([one, self.three(r3).relu(), self.five(r5).relu(), p], 1)


class wrong_one_reduction_linear(_Base):
    """there is no ReLU after the reduction of the 3×3"""

    def parts(self, x):
        return (*super().parts(x)[:1], F.relu(self.conv3(self.reduce3(x))), *super().parts(x)[2:])


class wrong_relus_inside_only(_Base):
    """only the reductions have ReLUs"""

    def parts(self, x):
        return (
            self.conv1(x),
            self.conv3(F.relu(self.reduce3(x))),
            self.conv5(F.relu(self.reduce5(x))),
            self.proj(self.pool(x)),
        )
