import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(c_in)
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.s = self.short(c_in, c_out, stride)

    def short(self, c_in, c_out, stride):
        return nn.Conv2d(c_in, c_out, 1, stride, bias=False) if stride != 1 or c_in != c_out else None

    def rest(self, h):
        return self.conv2(F.relu(self.bn2(self.conv1(h))))

    def forward(self, x):
        h = F.relu(self.bn1(x))
        return self.rest(h) + (x if self.s is None else self.s(h))


class _Base(right_attributes):
    pass


class right_two_halves(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        if stride != 1 or c_in != c_out:
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False))
        self.body = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False),
        )
        self.pre = nn.Sequential(nn.BatchNorm2d(c_in), nn.ReLU(inplace=True))

    def forward(self, x):
        h = self.pre(x)
        s = self.shortcut(h) if hasattr(self, "shortcut") else x
        return s + self.body(h)


class right_identity_module(nn.Module):
    def __init__(self, c_in, c_out, stride=1, **ignored):
        super().__init__()
        self.same = stride == 1 and c_in == c_out
        self.p = nn.Identity() if self.same else nn.Conv2d(c_in, c_out, 1, stride, bias=False)
        self.b, self.a = nn.BatchNorm2d(c_out), nn.BatchNorm2d(c_in)
        self.y, self.x = (
            nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False),
            nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False),
        )

    def forward(self, x):
        h = self.a(x).clamp(min=0)
        out = self.y(self.b(self.x(h)).clamp(min=0))
        return torch.add(out, self.p(x if self.same else h))


class wrong_no_skip(_Base):
    """the shortcut is missing"""

    def short(self, c_in, c_out, stride):
        return None

    def forward(self, x):
        return self.rest(F.relu(self.bn1(x)))


class wrong_detached(_Base):
    """the shortcut is detached"""

    def forward(self, x):
        h = F.relu(self.bn1(x))
        with torch.no_grad():
            s = x if self.s is None else self.s(h)
        return self.rest(h) + s


class wrong_raw_projection(_Base):
    """the projection takes the raw input"""

    def forward(self, x):
        s = x if self.s is None else self.s(x)
        return s + self.rest(F.relu(self.bn1(x)))


class wrong_identity_of_h(_Base):
    """the identity shortcut is pre-activated"""

    def forward(self, x):
        x = F.relu(self.bn1(x))
        return self.rest(x) + (x if self.s is None else self.s(x))


class wrong_relu_at_the_end(_Base):
    """a ReLU after the sum"""

    def forward(self, x):
        return F.relu(super().forward(x))


class wrong_post_activation(nn.Module):
    """the order of the original block"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.s = nn.Identity()
        if stride != 1 or c_in != c_out:
            self.s = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.s(x))


class wrong_relu_before_norm(_Base):
    """ReLU comes before BatchNorm"""

    def rest(self, h):
        return self.conv2(self.bn2(F.relu(self.conv1(h))))

    def forward(self, x):
        h = self.bn1(F.relu(x))
        return self.rest(h) + (x if self.s is None else self.s(h))


class wrong_first_relu_missing(_Base):
    """the first ReLU is missing"""

    def forward(self, x):
        h = self.bn1(x)
        return self.rest(h) + (x if self.s is None else self.s(h))


class wrong_second_relu_missing(_Base):
    """the second ReLU is missing"""

    def rest(self, h):
        return self.conv2(self.bn2(self.conv1(h)))


class wrong_always_projected(_Base):
    """the shortcut is always projected"""

    def short(self, c_in, c_out, stride):
        return nn.Conv2d(c_in, c_out, 1, stride, bias=False)


class wrong_never_projected(_Base):
    """the shortcut is never projected"""

    def short(self, c_in, c_out, stride):
        return None


class wrong_only_for_stride(_Base):
    """the shortcut is projected only when the stride is not 1"""

    def short(self, c_in, c_out, stride):
        return nn.Conv2d(c_in, c_out, 1, stride, bias=False) if stride != 1 else None


class wrong_only_for_channels(_Base):
    """the shortcut is projected only when the channels change"""

    def short(self, c_in, c_out, stride):
        return nn.Conv2d(c_in, c_out, 1, stride, bias=False) if c_in != c_out else None


class wrong_projection_normalized(_Base):
    """the projection has a BatchNorm"""

    def short(self, c_in, c_out, stride):
        conv = super().short(c_in, c_out, stride)
        return None if conv is None else nn.Sequential(conv, nn.BatchNorm2d(c_out))


class wrong_projection_biased(_Base):
    """the projection has a bias"""

    def short(self, c_in, c_out, stride):
        return None if stride == 1 and c_in == c_out else nn.Conv2d(c_in, c_out, 1, stride)


class wrong_stride_second(_Base):
    """the second convolution strides"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.conv1 = nn.Conv2d(c_in, c_out, 3, 1, 1, bias=False)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, stride, 1, bias=False)


class wrong_input_rectified_in_place(_Base):
    def forward(self, x):
        h = F.relu_(self.bn1(x))
        x.relu_()
        return self.rest(h) + (x if self.s is None else self.s(h))


class wrong_norm_of_output_channels(_Base):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.bn1 = nn.BatchNorm2d(c_out)


class wrong_projection_before_the_relu(_Base):
    """the projection takes its input before the ReLU"""

    def forward(self, x):
        n = self.bn1(x)
        return self.rest(F.relu(n)) + (x if self.s is None else self.s(n))


class wrong_batch_statistics(_Base):
    """evaluation uses the batch's statistics"""

    def train(self, mode=True):
        return super().train(True)
