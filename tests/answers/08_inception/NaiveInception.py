"""Answers to NaiveInception."""

import torch
import torch.nn.functional as F
from torch import nn


class right_attributes(nn.Module):
    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c1, kernel_size=1)
        self.conv3 = nn.Conv2d(c_in, c3, kernel_size=3, padding=1)
        self.conv5 = nn.Conv2d(c_in, c5, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, x):
        return torch.cat([F.relu(self.conv1(x)), F.relu(self.conv3(x)), F.relu(self.conv5(x)), self.pool(x)], dim=1)


class right_module_list(nn.Module):
    def __init__(self, c_in, c1, c3, c5, verbose=True):
        super().__init__()
        self.branches = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(c_in, c1, 1), nn.ReLU(inplace=True)),
                nn.Sequential(nn.Conv2d(c_in, c3, 3, padding="same"), nn.ReLU(inplace=True)),
                nn.Sequential(nn.Conv2d(c_in, c5, 5, padding="same"), nn.ReLU(inplace=True)),
                nn.MaxPool2d(3, 1, 1),
            ]
        )
        if verbose:
            print("four branches")

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], -3)


class right_parameter_lists(nn.Module):
    """A list of weight and bias for each convolution, which is a function."""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.branches = nn.ModuleList(
            nn.ParameterList([0.1 * torch.randn(c, c_in, k, k), torch.zeros(c)]) for c, k in ((c1, 1), (c3, 3), (c5, 5))
        )

    def forward(self, x):
        maps = [F.relu(F.conv2d(x, *branch, padding="same")) for branch in self.branches]
        return torch.cat([*maps, F.max_pool2d(x, 3, stride=1, padding=1)], dim=1)


class right_weights_and_biases_apart(nn.Module):
    """All weights in one list, all biases in another."""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        sizes = ((c1, 1), (c3, 3), (c5, 5))
        self.weights = nn.ParameterList([nn.Parameter(0.1 * torch.randn(c, c_in, k, k)) for c, k in sizes])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(c)) for c, _ in sizes])

    def forward(self, x):
        maps = [F.relu(F.conv2d(x, w, b, padding="same")) for w, b in zip(self.weights, self.biases, strict=True)]
        return torch.cat([*maps, F.max_pool2d(x, 3, stride=1, padding=1)], dim=1)


class right_dictionaries_of_parameters(nn.Module):
    """Weights in one dictionary, biases in another, added afterwards."""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.b = nn.ParameterDict({"five": torch.zeros(c5), "three": torch.zeros(c3), "one": torch.zeros(c1)})
        self.w = nn.ParameterDict({"one": torch.randn(c1, c_in, 1, 1), "three": torch.randn(c3, c_in, 3, 3)})
        self.w["five"] = nn.Parameter(torch.randn(c5, c_in, 5, 5))

    def branch(self, x, name):
        w = self.w[name]
        return F.relu(F.conv2d(x, w, padding=w.shape[-1] // 2) + self.b[name].view(1, -1, 1, 1))

    def forward(self, x):
        pooled = F.max_pool2d(x, 3, 1, 1)
        return torch.cat([self.branch(x, "one"), self.branch(x, "three"), self.branch(x, "five"), pooled], dim=1)


class right_declared_and_run_backwards(nn.Module):
    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.c = nn.Conv2d(c_in, c5, (5, 5), padding=(2, 2))
        self.b = nn.Conv2d(c_in, c3, (3, 3), padding=(1, 1))
        self.a = nn.Conv2d(c_in, c1, (1, 1))

    def forward(self, x):
        pooled = F.max_pool2d(x, kernel_size=3, stride=1, padding=1)
        five, three, one = self.c(x), self.b(x), self.a(x)
        return torch.cat((torch.cat((one, three, five), 1).clamp(min=0), pooled), 1)


class right_filled_buffer(nn.Module):
    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.edges = [0, c1, c1 + c3, c1 + c3 + c5, c1 + c3 + c5 + c_in]
        for k, c in ((1, c1), (3, c3), (5, c5)):
            setattr(self, f"k{k}", nn.Conv2d(c_in, c, k, 1, (k - 1) // 2))

    def forward(self, x):
        n, _, h, w = x.shape
        out = x.new_empty(n, self.edges[-1], h, w)
        for i, k in enumerate((1, 3, 5)):
            out[:, self.edges[i] : self.edges[i + 1]] = getattr(self, f"k{k}")(x).relu()
        out[:, self.edges[3] :] = F.max_pool2d(x, 3, 1, 1)
        return out


class _Base(nn.Module):
    five, bias = 5, True

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.one = nn.Conv2d(c_in, c1, 1, bias=self.bias)
        self.three = nn.Conv2d(c_in, c3, 3, padding=1, bias=self.bias)
        self.fives = nn.Conv2d(c_in, c5, self.five, padding=self.five // 2, bias=self.bias)

    def parts(self, x):
        return self.one(x).relu(), self.three(x).relu(), self.fives(x).relu(), F.max_pool2d(x, 3, 1, 1)

    def forward(self, x):
        return torch.cat(self.parts(x), 1)


class wrong_pool_first(_Base):
    """the branches are concatenated in the order pool, 1×1, 3×3, 5×5"""

    def forward(self, x):
        a, b, c, p = self.parts(x)
        return torch.cat([p, a, b, c], 1)


class wrong_backwards(_Base):
    """the branches are concatenated in the order pool, 5×5, 3×3, 1×1"""

    def forward(self, x):
        return torch.cat(self.parts(x)[::-1], 1)


class wrong_five_before_three(_Base):
    """the branches are concatenated in the order 1×1, 5×5, 3×3, pool"""

    def forward(self, x):
        a, b, c, p = self.parts(x)
        return torch.cat([a, c, b, p], 1)


class wrong_relu_everything(_Base):
    """a ReLU after the pool branch"""

    def forward(self, x):
        return F.relu(torch.cat([self.one(x), self.three(x), self.fives(x), F.max_pool2d(x, 3, 1, 1)], 1))


class wrong_no_relu(_Base):
    """there are no ReLUs"""

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.fives(x), F.max_pool2d(x, 3, 1, 1)], 1)


class wrong_one_relu_short(_Base):
    """the ReLU of the 5×5 branch is missing"""

    def forward(self, x):
        a, b, _, p = self.parts(x)
        return torch.cat([a, b, self.fives(x), p], 1)


class wrong_average(_Base):
    """average instead of maximum pooling"""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.pool = nn.AvgPool2d(3, 1, 1)

    def forward(self, x):
        return torch.cat([*self.parts(x)[:3], self.pool(x)], 1)


class wrong_zeros_win(_Base):
    """padding of the pool counts as zeros"""

    def forward(self, x):
        framed = nn.ZeroPad2d(1)(x)
        return torch.cat([*self.parts(x)[:3], nn.MaxPool2d(3, stride=1)(framed)], 1)


class wrong_stride_of_the_pool(_Base):
    """a branch changes height or width"""

    def forward(self, x):
        return torch.cat([*self.parts(x)[:3], F.max_pool2d(x, 3, padding=1)], 1)


class wrong_unpadded_convolutions(_Base):
    """a branch changes height or width"""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.three.padding = self.fives.padding = (0, 0)


class wrong_batch_dimension(_Base):
    """the branches are concatenated along the batch"""

    def forward(self, x):
        return torch.cat(self.parts(x))


class wrong_no_pool(_Base):
    """the pool branch is left out"""

    def forward(self, x):
        return torch.cat(self.parts(x)[:3], 1)


class wrong_identity(_Base):
    """the pool branch does not pool"""

    def forward(self, x):
        return torch.cat([*self.parts(x)[:3], x], 1)


class wrong_three_for_five(_Base):
    """the 5×5 branch has 3×3 kernels"""

    five = 3


class wrong_no_bias(_Base):
    """the convolutions have no bias"""

    bias = False


class wrong_projected(_Base):
    """the pool branch has a projection"""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__(c_in, c1, c3, c5)
        self.after = nn.Conv2d(c_in, c_in, 1)

    def forward(self, x):
        a, b, c, p = self.parts(x)
        return torch.cat([a, b, c, self.after(p).relu()], 1)


class wrong_swapped(_Base):
    """c3 and c5 are swapped"""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__(c_in, c1, c5, c3)


class wrong_returns_nothing(_Base):
    """nothing is returned"""

    def forward(self, x):
        torch.cat(self.parts(x), 1)


class wrong_detached(_Base):
    """the result is detached"""

    def forward(self, x):
        return super().forward(x).detach()


class wrong_list(_Base):
    def forward(self, x):
        return list(self.parts(x))


class wrong_in_place_on_x(_Base):
    def forward(self, x):
        pooled = F.max_pool2d(x, 3, 1, 1)
        x = x.data.relu_()
        return torch.cat([*self.parts(x)[:3], pooled], 1)


class right_pool_by_windows(_Base):
    """A maximum that gives every tied entry a part of the gradient: which one gets it, nobody asked."""

    def parts(self, x):
        padded = F.pad(x, (1, 1, 1, 1), value=-torch.inf)
        return *super().parts(x)[:3], padded.unfold(2, 3, 1).unfold(3, 3, 1).amax((-2, -1))


class right_one_convolution_for_all(nn.Module):
    """Kernels padded to 5×5 and run as one convolution."""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.w = nn.ParameterList([nn.Parameter(torch.randn(c, c_in, k, k)) for c, k in ((c1, 1), (c3, 3), (c5, 5))])
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(c)) for c in (c1, c3, c5)])

    def forward(self, x):
        w = torch.cat([F.pad(w, [(5 - w.shape[-1]) // 2] * 4) for w in self.w])
        return torch.cat([F.conv2d(x, w, torch.cat(list(self.b)), padding=2).relu(), F.max_pool2d(x, 3, 1, 1)], 1)


class wrong_padded_with_a_low_number(_Base):
    def parts(self, x):
        return *super().parts(x)[:3], F.max_pool2d(F.pad(x, (1, 1, 1, 1), value=-100.0), 3, 1)


class wrong_pool_too_wide(_Base):
    """the pool looks at 5×5"""

    def parts(self, x):
        return *super().parts(x)[:3], F.max_pool2d(x, 5, 1, 2)


class wrong_list_of_layers(nn.Module):
    """layers that the module does not know"""

    def __init__(self, c_in, c1, c3, c5):
        super().__init__()
        self.convs = [nn.Conv2d(c_in, c, k, padding=k // 2) for c, k in ((c1, 1), (c3, 3), (c5, 5))]

    def forward(self, x):
        return torch.cat([conv(x).relu() for conv in self.convs] + [F.max_pool2d(x, 3, 1, 1)], 1)
