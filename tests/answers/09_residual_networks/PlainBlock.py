import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)))


class right_one_sequential(nn.Sequential):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(
            nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(inplace=True),
        )


def right_a_function(c_in, c_out, stride=1):
    def unit(a, b, s):
        return nn.Sequential(nn.Conv2d(a, b, 3, s, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU())

    return nn.Sequential(unit(c_in, c_out, stride), unit(c_out, c_out, 1))


class right_parameters_and_functions(nn.Module):
    """Both weights in one ParameterDict, the norms in a ModuleDict."""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.stride = stride
        shapes = {"first": (c_out, c_in, 3, 3), "second": (c_out, c_out, 3, 3)}
        self.weights = nn.ParameterDict({name: nn.init.kaiming_normal_(torch.empty(s)) for name, s in shapes.items()})
        self.norms = nn.ModuleDict({name: nn.BatchNorm2d(c_out) for name in shapes})

    def forward(self, x):
        for name, step in (("first", self.stride), ("second", 1)):
            x = F.relu(self.norms[name](F.conv2d(x, self.weights[name], stride=step, padding=1)))
        return x


class right_other_order(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.norms = nn.ModuleList([nn.BatchNorm2d(c_out), nn.BatchNorm2d(c_out)])
        self.last = nn.Conv2d(c_out, c_out, 3, padding="same", bias=False)
        self.first = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)

    def forward(self, x):
        for conv, norm in zip((self.first, self.last), self.norms):
            x = torch.maximum(norm(conv(x)), torch.zeros((), dtype=x.dtype, device=x.device))
        return x


class _Base(right_attributes):
    pass


class wrong_with_shortcut(_Base):
    """there is a shortcut"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.s = nn.Identity()
        if stride != 1 or c_in != c_out:
            self.s = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.s(x))


class wrong_identity_where_it_fits(_Base):
    """the input is added where shapes agree"""

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if out.shape == x.shape:
            out = out + x
        return F.relu(out)


class wrong_no_last_relu(_Base):
    """the last ReLU is missing"""

    def forward(self, x):
        return self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))


class wrong_no_first_relu(_Base):
    """the ReLU between the convolutions is missing"""

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(self.bn1(self.conv1(x)))))


class wrong_relu_then_norm(_Base):
    """ReLU comes before BatchNorm"""

    def forward(self, x):
        return self.bn2(F.relu(self.conv2(self.bn1(F.relu(self.conv1(x))))))


class wrong_one_norm(_Base):
    """both convolutions share one BatchNorm"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.bn2 = self.bn1


class wrong_no_norm(_Base):
    """the BatchNorms are missing"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        del self.bn1, self.bn2

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class wrong_stride_second(_Base):
    """the second convolution strides"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, stride, 1, bias=False)


class wrong_stride_both(_Base):
    """both convolutions stride"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, stride, 1, bias=False)


class wrong_stride_ignored(_Base):
    """no convolution strides"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out)


class wrong_biases(_Base):
    """the convolutions have biases"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out)
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1)


class wrong_one_layer(_Base):
    """there is only one convolution"""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        del self.conv2, self.bn2

    def forward(self, x):
        return F.relu(self.bn1(self.conv1(x)))


class wrong_no_gradient(_Base):
    """the result is detached"""

    def forward(self, x):
        return super().forward(x).detach()


class wrong_momentum(_Base):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__(c_in, c_out, stride)
        self.bn1 = nn.BatchNorm2d(c_out, momentum=0.9)
