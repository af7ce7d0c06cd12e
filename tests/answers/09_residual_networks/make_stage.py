from collections import OrderedDict

import torch
from torch import nn


def right_loop(block, c_in, c_out, blocks, stride):
    layers = []
    for i in range(blocks):
        layers.append(block(c_in, c_out, stride if i == 0 else 1))
        c_in = c_out * block.expansion
    return nn.Sequential(*layers)


def right_first_then_rest(block, c_in, c_out, blocks, stride):
    rest = [block(c_out * block.expansion, c_out) for _ in range(1, blocks)]
    return nn.Sequential(block(c_in, c_out, stride), *rest)


def right_named(block, c_in, c_out, blocks, stride):
    first = {"first": block(c_in, c_out, stride=stride)}
    more = {f"block{i}": block(c_out * block.expansion, c_out) for i in range(2, blocks + 1)}
    return nn.Sequential(OrderedDict(**first, **more))


def right_appended(block, c_in, c_out, blocks, stride):
    stage = nn.Sequential()
    while len(stage) < blocks:
        stage.append(block(c_in, c_out, stride))
        c_in, stride = c_out * block.expansion, 1
    return stage


def right_add_module(block, c_in, c_out, blocks, stride=1):
    stage = nn.Sequential()
    for number, s in enumerate([stride] + [1] * (blocks - 1)):
        stage.add_module(
            f"block_{number}", block(c_in if number == 0 else getattr(block, "expansion", 1) * c_out, c_out, s)
        )
    return stage


def right_measured(block, c_in, c_out, blocks, stride):
    first = block(c_in, c_out, stride=stride)
    with torch.no_grad():
        first.eval()
        weight = next(first.parameters())
        wide = first(torch.zeros(1, c_in, 8, 8, dtype=weight.dtype, device=weight.device)).shape[1]
        first.train()
    return nn.Sequential(first, *[block(wide, c_out, stride=1) for _ in range(blocks - 1)])


class right_own_module(nn.Module):
    def __init__(self, block, c_in, c_out, blocks, stride):
        super().__init__()
        sizes = [c_in] + [c_out * block.expansion] * (blocks - 1)
        self.row = nn.ModuleList(block(c, c_out, 1 if i else stride) for i, c in enumerate(sizes))

    def forward(self, x):
        for block in self.row:
            x = block(x)
        return x


def wrong_all_stride(block, c_in, c_out, blocks, stride):
    """every block strides"""
    layers = []
    for _ in range(blocks):
        layers.append(block(c_in, c_out, stride))
        c_in = c_out * block.expansion
    return nn.Sequential(*layers)


def wrong_none_strides(block, c_in, c_out, blocks, stride):
    """no block strides"""
    layers = []
    for _ in range(blocks):
        layers.append(block(c_in, c_out))
        c_in = c_out * block.expansion
    return nn.Sequential(*layers)


def wrong_last_strides(block, c_in, c_out, blocks, stride):
    """the last block strides"""
    layers = []
    for i in range(blocks):
        layers.append(block(c_in, c_out, stride if i == blocks - 1 else 1))
        c_in = c_out * block.expansion
    return nn.Sequential(*layers)


def wrong_two(block, c_in, c_out, blocks, stride):
    """the stride is always 2"""
    return right_loop(block, c_in, c_out, blocks, 2)


def wrong_no_expansion(block, c_in, c_out, blocks, stride):
    """the expansion is forgotten"""
    layers = [block(c_in, c_out, stride)]
    for _ in range(blocks - 1):
        layers.append(block(c_out, c_out, 1))
    return nn.Sequential(*layers)


def wrong_four(block, c_in, c_out, blocks, stride):
    """the expansion is always 4"""
    layers = [block(c_in, c_out, stride)]
    for _ in range(blocks - 1):
        layers.append(block(c_out * 4, c_out, 1))
    return nn.Sequential(*layers)


def wrong_c_in_stays(block, c_in, c_out, blocks, stride):
    """every block is told c_in"""
    return nn.Sequential(*[block(c_in, c_out, stride if i == 0 else 1) for i in range(blocks)])


def wrong_plus_one(block, c_in, c_out, blocks, stride):
    """one block too many"""
    layers = [block(c_in, c_out, stride)]
    for _ in range(blocks):
        layers.append(block(c_out * block.expansion, c_out, 1))
    return nn.Sequential(*layers)


def wrong_minus_one(block, c_in, c_out, blocks, stride):
    """one block too few"""
    layers = [block(c_in, c_out, stride)]
    for _ in range(1, blocks - 1):
        layers.append(block(c_out * block.expansion, c_out, 1))
    return nn.Sequential(*layers)


def wrong_same_block_again(block, c_in, c_out, blocks, stride):
    """the same block is repeated"""
    first, again = block(c_in, c_out, stride), block(c_out * block.expansion, c_out, 1)
    return nn.Sequential(*([first] + [again] * (blocks - 1)))


def wrong_times_blocks(block, c_in, c_out, blocks, stride):
    """all blocks are one and the same"""
    return nn.Sequential(*([block(c_in, c_out, stride)] * blocks))


class wrong_python_list(nn.Module):
    """the blocks are in a Python list"""

    def __init__(self, block, c_in, c_out, blocks, stride):
        super().__init__()
        self.row = list(right_loop(block, c_in, c_out, blocks, stride))

    def forward(self, x):
        for block in self.row:
            x = block.to(x.dtype)(x)
        return x


def wrong_list(block, c_in, c_out, blocks, stride):
    """a list is returned, not a module"""
    return [*right_loop(block, c_in, c_out, blocks, stride)]


def wrong_module_list(block, c_in, c_out, blocks, stride):
    return nn.ModuleList(right_loop(block, c_in, c_out, blocks, stride))


def wrong_relus_between(block, c_in, c_out, blocks, stride):
    """a ReLU between the blocks"""
    layers = []
    for one in right_loop(block, c_in, c_out, blocks, stride):
        layers += [one, nn.ReLU()]
    return nn.Sequential(*layers)


def wrong_divided(block, c_in, c_out, blocks, stride):
    """c_out is divided by the expansion"""
    return right_loop(block, c_in, max(1, c_out // block.expansion), blocks, stride)


def right_nested(block, c_in, c_out, blocks, stride):
    if blocks == 1:
        return nn.Sequential(block(c_in, c_out, stride))
    return nn.Sequential(right_nested(block, c_in, c_out, blocks - 1, stride), block(c_out * block.expansion, c_out, 1))


def wrong_stride_only_with_channels(block, c_in, c_out, blocks, stride):
    return right_loop(block, c_in, c_out, blocks, stride if c_in != c_out else 1)
