"""Answers to GoogLeNet."""

import torch
import torch.nn.functional as F
from torch import nn

ROWS = [
    ("3a", 192, 64, 96, 128, 16, 32, 32),
    ("3b", 256, 128, 128, 192, 32, 96, 64),
    ("4a", 480, 192, 96, 208, 16, 48, 64),
    ("4b", 512, 160, 112, 224, 24, 64, 64),
    ("4c", 512, 128, 128, 256, 24, 64, 64),
    ("4d", 512, 112, 144, 288, 32, 64, 64),
    ("4e", 528, 256, 160, 320, 32, 128, 128),
    ("5a", 832, 256, 160, 320, 32, 128, 128),
    ("5b", 832, 384, 192, 384, 48, 128, 128),
]


class Module(nn.Module):
    five = 5

    def __init__(self, c_in, c1, r3, c3, r5, c5, p):
        super().__init__()
        self.a = nn.Conv2d(c_in, c1, 1)
        self.b = nn.Sequential(nn.Conv2d(c_in, r3, 1), nn.ReLU(), nn.Conv2d(r3, c3, 3, padding=1))
        k = self.five
        self.c = nn.Sequential(nn.Conv2d(c_in, r5, 1), nn.ReLU(), nn.Conv2d(r5, c5, k, padding=k // 2))
        self.d = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(c_in, p, 1))

    def forward(self, x):
        return torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1).relu()


class Side(nn.Module):
    def __init__(self, c_in, classes):
        super().__init__()
        self.conv, self.hidden, self.out = nn.Conv2d(c_in, 128, 1), nn.Linear(2048, 1024), nn.Linear(1024, classes)

    def forward(self, x):
        x = self.conv(F.avg_pool2d(x, 5, 3)).relu().flatten(1)
        return self.out(F.dropout(self.hidden(x).relu(), 0.7, self.training))


class right_attributes(nn.Module):
    def __init__(self, num_classes=1000, aux=True):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.conv2 = nn.Conv2d(64, 64, 1)
        self.conv3 = nn.Conv2d(64, 192, 3, padding=1)
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        for name, *sizes in ROWS:
            setattr(self, "inception" + name, Module(*sizes))
        self.aux = aux
        if aux:
            self.aux1 = Side(512, num_classes)
            self.aux2 = Side(528, num_classes)
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = F.relu(self.conv3(F.relu(self.conv2(x))))
        x = self.inception3b(self.inception3a(self.pool(x)))
        x = a = self.inception4a(self.pool(x))
        x = d = self.inception4d(self.inception4c(self.inception4b(x)))
        x = self.inception5a(self.pool(self.inception4e(x)))
        x = self.inception5b(x).mean((2, 3))
        x = self.fc(self.dropout(x))
        if self.training and self.aux:
            return x, self.aux1(a), self.aux2(d)
        return x


class right_sequential(nn.Module):
    def __init__(self, num_classes=1000, aux=True, dropout=0.4):
        super().__init__()
        rows = [Module(*sizes) for _, *sizes in ROWS]

        def pool():
            return nn.MaxPool2d(3, 2, ceil_mode=True)

        self.tail = nn.Sequential(
            rows[6],
            pool(),
            *rows[7:],
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(1024, num_classes),
        )
        self.heads = nn.ModuleList([Side(512, num_classes), Side(528, num_classes)] if aux else [])
        self.middle = nn.Sequential(*rows[3:6])
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3),
            nn.ReLU(inplace=True),
            pool(),
            nn.Conv2d(64, 64, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(64, 192, 3, 1, 1),
            nn.ReLU(inplace=True),
            pool(),
            rows[0],
            rows[1],
            pool(),
            rows[2],
        )

    def forward(self, x):
        early = self.stem(x)
        late = self.middle(early)
        if not self.training or len(self.heads) == 0:
            return self.tail(late)
        first, second = self.heads[0](early), self.heads[1](late)
        return self.tail(late), first, second


class right_dictionary(nn.Module):
    def __init__(self, num_classes=1000, aux=True):
        super().__init__()
        self.stem = nn.ModuleList([nn.Conv2d(3, 64, 7, 2, 3), nn.Conv2d(64, 64, 1), nn.Conv2d(64, 192, 3, 1, 1)])
        self.rows = nn.ModuleDict({"m" + name: Module(*sizes) for name, *sizes in reversed(ROWS)})
        self.side = nn.ModuleDict({"m4d": Side(528, num_classes), "m4a": Side(512, num_classes)}) if aux else {}
        self.out = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.stem[0](x).relu(), 3, 2, ceil_mode=True)
        x = self.stem[2](self.stem[1](x).relu()).relu()
        x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        seen = []
        for name, *_ in ROWS:
            x = self.rows["m" + name](x)
            if self.training and "m" + name in self.side:
                seen.append(self.side["m" + name](x))
            if name in ("3b", "4e"):
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        x = self.out(F.dropout(F.adaptive_avg_pool2d(x, 1)[..., 0, 0], 0.4, self.training))
        return (x, *seen) if seen else x


def right_function(num_classes=1000, aux=True):
    print("building")
    return right_attributes(num_classes=num_classes, aux=aux)


class wrong_two_swapped_heads(right_attributes):
    """the heads' scores come in the wrong order"""

    def forward(self, x):
        out = super().forward(x)
        return (out[0], out[2], out[1]) if isinstance(out, tuple) else out


class wrong_main_last(right_attributes):
    """the main scores come last"""

    def forward(self, x):
        out = super().forward(x)
        return (out[1], out[2], out[0]) if isinstance(out, tuple) else out


class wrong_main_only(right_attributes):
    """only the main scores are returned in training"""

    def forward(self, x):
        out = super().forward(x)
        return out[0] if isinstance(out, tuple) else out


class wrong_padded_pools(right_attributes):
    """the pools are padded instead of rounded up"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)


class wrong_floor(right_attributes):
    """the pools are rounded down"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.pool = nn.MaxPool2d(3, stride=2)


class wrong_small_pools(right_attributes):
    """the pools between the stages are 2×2"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.pool = nn.MaxPool2d(2)


class Threes(Module):
    five = 3


class wrong_torchvision_kernels(right_attributes):
    """the 5×5 branches have 3×3 kernels"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        for name, *sizes in ROWS:
            setattr(self, "inception" + name, Threes(*sizes))


class wrong_heads_kept(right_attributes):
    """the heads are built although aux=False"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, True)
        self.aux = aux


class wrong_first_head_late(right_attributes):
    """the first head sits after 4b"""

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = F.relu(self.conv3(F.relu(self.conv2(x))))
        x = self.inception3b(self.inception3a(self.pool(x)))
        a = self.inception4b(self.inception4a(self.pool(x)))
        d = self.inception4d(self.inception4c(a))
        x = self.inception5b(self.inception5a(self.pool(self.inception4e(d)))).mean((2, 3))
        x = self.fc(self.dropout(x))
        return (x, self.aux1(a), self.aux2(d)) if self.training and self.aux else x


class wrong_flattened(right_attributes):
    """the last feature maps are flattened"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.fc = nn.Linear(7 * 7 * 1024, num_classes)
        self.inception5b = nn.Sequential(self.inception5b, nn.Flatten(), nn.Unflatten(1, (-1, 1, 1)))


class wrong_seven(right_attributes):
    """the last average is fixed to 7×7"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.inception5b = nn.Sequential(self.inception5b, nn.AvgPool2d(7))


class wrong_softmax(right_attributes):
    """softmax at the end"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.fc = nn.Sequential(self.fc, nn.Softmax(1))


class wrong_dropout_rate(right_attributes):
    """dropout with p = 0.5 instead of 0.4"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.dropout = nn.Dropout()


class wrong_no_dropout(right_attributes):
    """there is no dropout"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.dropout = nn.Identity()


class wrong_imagenet_heads(right_attributes):
    """num_classes does not reach the heads"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        if aux:
            self.aux1, self.aux2 = Side(512, 1000), Side(528, 1000)


class wrong_no_stem_relu(right_attributes):
    """the ReLUs of the stem are missing"""

    def forward(self, x):
        x = self.conv3(self.conv2(self.pool(self.conv1(x))))
        x = self.inception3b(self.inception3a(self.pool(x)))
        x = a = self.inception4a(self.pool(x))
        x = d = self.inception4d(self.inception4c(self.inception4b(x)))
        x = self.inception5b(self.inception5a(self.pool(self.inception4e(x)))).mean((2, 3))
        x = self.fc(self.dropout(x))
        return (x, self.aux1(a), self.aux2(d)) if self.training and self.aux else x


class wrong_lrn(right_attributes):
    """local response normalization in the stem"""

    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.norm = nn.LocalResponseNorm(5)

    def forward(self, x):
        x = self.norm(self.pool(F.relu(self.conv1(x))))
        x = self.norm(F.relu(self.conv3(F.relu(self.conv2(x)))))
        x = self.inception3b(self.inception3a(self.pool(x)))
        x = a = self.inception4a(self.pool(x))
        x = d = self.inception4d(self.inception4c(self.inception4b(x)))
        x = self.inception5b(self.inception5a(self.pool(self.inception4e(x)))).mean((2, 3))
        x = self.fc(self.dropout(x))
        return (x, self.aux1(a), self.aux2(d)) if self.training and self.aux else x


class wrong_number_in_the_table(right_attributes):
    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.inception4c = Module(512, 128, 128, 256, 32, 64, 64)


class wrong_module_order(right_attributes):
    def __init__(self, num_classes=1000, aux=True):
        super().__init__(num_classes, aux)
        self.inception4b, self.inception4c = self.inception4c, self.inception4b


class wrong_detached_heads(right_attributes):
    def forward(self, x):
        out = super().forward(x)
        return tuple(o.detach() for o in out) if isinstance(out, tuple) else out * 1.01
