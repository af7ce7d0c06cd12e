from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import resnet


class right_attributes(nn.Module):
    expansion = 4

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__()
        out = width * expansion
        self.conv1 = nn.Conv2d(c_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out)
        self.s = self.short(c_in, width, out, stride)

    def short(self, c_in, width, out, stride):
        if stride == 1 and c_in == out:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def f(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return self.bn3(self.conv3(x))

    def forward(self, x):
        return F.relu(self.f(x) + self.s(x))


class _Base(right_attributes):
    pass


class right_sequential(nn.Module):
    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__()
        c_out = expansion * width
        self.shortcut = None
        if stride != 1 or c_in != c_out:
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))
        layers = []
        for a, b, k, s in ((c_in, width, 1, 1), (width, width, 3, stride), (width, c_out, 1, 1)):
            layers += [nn.Conv2d(a, b, k, s, k // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        self.branch = nn.Sequential(*layers[:-1])

    def forward(self, x):
        y = self.branch(x)
        y = y + (self.shortcut(x) if self.shortcut else x)
        return y.clamp_min(0)


class right_named_steps(nn.Module):
    """The branch as an OrderedDict; the projection is made only where it is used, and asked for by hasattr."""

    expansion = 4

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__()
        c_out = expansion * width
        steps = OrderedDict(narrow=nn.Conv2d(c_in, width, 1, bias=False), narrow_bn=nn.BatchNorm2d(width))
        steps["narrow_relu"] = nn.ReLU()
        steps.update(look=nn.Conv2d(width, width, 3, stride, padding=1, bias=False), look_bn=nn.BatchNorm2d(width))
        steps["look_relu"] = nn.ReLU()
        steps.update(widen=nn.Conv2d(width, c_out, (1, 1), bias=False), widen_bn=nn.BatchNorm2d(c_out))
        if (c_in, stride) != (c_out, 1):
            self.projection = nn.Conv2d(c_in, c_out, 1, stride=(stride, stride), bias=False)
            self.projection_bn = nn.BatchNorm2d(c_out)
        self.steps = nn.Sequential(steps)

    def forward(self, x):
        short = self.projection_bn(self.projection(x)) if hasattr(self, "projection") else x
        return torch.add(self.steps(x), short).clamp(min=0)


class right_in_place(nn.Module):
    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__()
        self.act = nn.ReLU(inplace=True)
        self.n = nn.ModuleList(nn.BatchNorm2d(c) for c in (width, width, width * expansion))
        self.c = nn.ModuleList(
            [
                nn.Conv2d(c_in, width, 1, bias=False),
                nn.Conv2d(width, width, 3, stride, 1, bias=False),
                nn.Conv2d(width, width * expansion, 1, bias=False),
            ]
        )
        self.down = nn.Sequential()
        if c_in != width * expansion or stride != 1:
            self.down = nn.Sequential(
                nn.Conv2d(c_in, width * expansion, 1, stride, bias=False), nn.BatchNorm2d(width * expansion)
            )

    def forward(self, x):
        h = self.act(self.n[0](self.c[0](x)))
        h = self.act(self.n[1](self.c[1](h)))
        h = self.n[2](self.c[2](h))
        h += self.down(x)
        return self.act(h)


class right_linear_where_it_is_one_by_one(nn.Module):
    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__()
        self.expand, self.reduce = (
            nn.Conv2d(width, width * expansion, 1, bias=False),
            nn.Conv2d(c_in, width, 1, bias=False),
        )
        self.middle = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.n3, self.n2, self.n1 = (
            nn.BatchNorm2d(width * expansion),
            nn.BatchNorm2d(width),
            nn.BatchNorm2d(width),
        )
        self.stride = stride
        if stride != 1 or c_in != width * expansion:
            self.pn = nn.BatchNorm2d(width * expansion)
            self.pc = nn.Conv2d(c_in, width * expansion, 1, bias=False)

    def forward(self, x):
        h = torch.relu(self.n1(torch.einsum("nchw,oc->nohw", x, self.reduce.weight[:, :, 0, 0])))
        h = self.n3(self.expand(torch.relu(self.n2(self.middle(h)))))
        if hasattr(self, "pc"):
            x = self.pn(self.pc(x[:, :, :: self.stride, :: self.stride]))
        return torch.relu(h + x)


class wrong_no_skip(_Base):
    """the shortcut is missing"""

    def short(self, c_in, width, out, stride):
        return None

    def forward(self, x):
        return F.relu(self.f(x))


class wrong_detached(_Base):
    """the shortcut is detached"""

    def forward(self, x):
        return F.relu(self.f(x) + self.s(x).detach())


class wrong_after_relu(_Base):
    """the shortcut is added after the last ReLU"""

    def forward(self, x):
        return F.relu(self.f(x)) + self.s(x)


class wrong_no_last_relu(_Base):
    """the last ReLU is missing"""

    def forward(self, x):
        return self.f(x) + self.s(x)


class wrong_first_strides(_Base):
    """the first 1×1 convolution strides"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        self.conv1 = nn.Conv2d(c_in, width, 1, stride, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)


class wrong_last_strides(_Base):
    """the last 1×1 convolution strides"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.conv3 = nn.Conv2d(width, width * expansion, 1, stride, bias=False)


class wrong_no_expansion(_Base):
    """the expansion is forgotten"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, 1)


class wrong_four(_Base):
    """the expansion is always 4"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride)


class wrong_compared_with_width(_Base):
    """c_in is compared with the width, not with the output's channels"""

    def short(self, c_in, width, out, stride):
        if stride == 1 and c_in == width:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, out, 1, stride, bias=False), nn.BatchNorm2d(out))


class wrong_only_for_stride(_Base):
    """the shortcut is projected only when the stride is not 1"""

    def short(self, c_in, width, out, stride):
        if stride == 1:
            return nn.Identity()
        return nn.Sequential(nn.Conv2d(c_in, out, 1, stride, bias=False), nn.BatchNorm2d(out))


class wrong_always_projected(_Base):
    """the shortcut is always projected"""

    def short(self, c_in, width, out, stride):
        return nn.Sequential(nn.Conv2d(c_in, out, 1, stride, bias=False), nn.BatchNorm2d(out))


class wrong_projection_bare(_Base):
    """the projection has no BatchNorm"""

    def short(self, c_in, width, out, stride):
        return nn.Identity() if stride == 1 and c_in == out else nn.Conv2d(c_in, out, 1, stride, bias=False)


class wrong_first_relu_missing(_Base):
    """the first ReLU is missing"""

    def f(self, x):
        x = F.relu(self.bn2(self.conv2(self.bn1(self.conv1(x)))))
        return self.bn3(self.conv3(x))


class wrong_second_relu_missing(_Base):
    """the second ReLU is missing"""

    def f(self, x):
        x = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return self.bn3(self.conv3(x))


class wrong_relu_before_the_sum(_Base):
    """a ReLU before the sum"""

    def f(self, x):
        return F.relu(super().f(x))


class wrong_biases_everywhere(_Base):
    """the convolutions have biases, the projection too"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                part.bias = nn.Parameter(torch.zeros(part.out_channels))


class wrong_shared_norm(_Base):
    """two convolutions share one BatchNorm"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        self.bn2 = self.bn1


class wrong_three_by_three(_Base):
    """all convolutions are 3×3"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        self.conv1 = nn.Conv2d(c_in, width, 3, 1, 1, bias=False)
        self.conv3 = nn.Conv2d(width, width * expansion, 3, 1, 1, bias=False)


class wrong_no_third_norm(_Base):
    """the last BatchNorm is missing"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        self.bn3 = nn.Identity()


class wrong_unpadded(_Base):
    def __init__(self, c_in, width, stride=1, expansion=4):
        super().__init__(c_in, width, stride, expansion)
        self.conv2 = nn.Conv2d(width, width, 3, stride, bias=False)


class wrong_the_librarys_block(resnet.Bottleneck):
    """a forbidden call: a library model (torchvision.models.resnet.forward)"""

    def __init__(self, c_in, width, stride=1, expansion=4):
        out = width * expansion
        short = None
        if stride != 1 or c_in != out:
            short = nn.Sequential(nn.Conv2d(c_in, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        self.expansion = expansion
        super().__init__(c_in, width, stride, short)
