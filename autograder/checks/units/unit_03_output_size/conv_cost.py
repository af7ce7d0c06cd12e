"""``conv_cost``: parameters and multiply-adds of a convolution."""

from __future__ import annotations

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.sizes import IntOrPair, pair
from autograder.checks.units.unit_03_output_size.whole import require_positive, whole

Cost = tuple[int, int]


def reference(c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1) -> Cost:
    """(parameters, multiply-adds); adding the bias is no multiply-add."""
    kh, kw = pair(k)
    require_positive(c_in=c_in, c_out=c_out, k_h=kh, k_w=kw, h_out=h_out, w_out=w_out, groups=groups)
    if c_in % groups or c_out % groups:
        raise ValueError(f"{c_in} input and {c_out} output channels do not divide into {groups} groups")
    weights = c_out * (c_in // groups) * kh * kw
    return weights + (c_out if bias else 0), weights * h_out * w_out


def bias_forgotten(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    return reference(c_in, c_out, k, h_out, w_out, False, groups)


def bias_always(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    return reference(c_in, c_out, k, h_out, w_out, True, groups)


def bias_per_input(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    weights, work = reference(c_in, c_out, k, h_out, w_out, False, groups)
    return weights + (c_in if bias else 0), work


def single_bias(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    weights, work = reference(c_in, c_out, k, h_out, w_out, False, groups)
    return weights + (1 if bias else 0), work


def bias_multiplied(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    parameters, _ = reference(c_in, c_out, k, h_out, w_out, bias, groups)
    return parameters, parameters * h_out * w_out


def depth_forgotten(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    reference(c_in, c_out, k, h_out, w_out, bias, groups)
    return reference(1, c_out, k, h_out, w_out, bias)


def one_filter(c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1) -> Cost:
    weights, work = reference(c_in, c_out, k, h_out, w_out, False, groups)
    return weights // c_out + int(bias), work // c_out


def groups_ignored(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    reference(c_in, c_out, k, h_out, w_out, bias, groups)
    return reference(c_in, c_out, k, h_out, w_out, bias)


def groups_twice(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    weights, work = reference(c_in, c_out, k, h_out, w_out, False, groups)
    return weights // groups + (c_out if bias else 0), work // groups


def not_squared(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    return reference(c_in, c_out, (pair(k)[0], 1), h_out, w_out, bias, groups)


def first_of_pair(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    return reference(c_in, c_out, pair(k)[0], h_out, w_out, bias, groups)


def one_position(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    parameters, _ = reference(c_in, c_out, k, h_out, w_out, bias, groups)
    return parameters, reference(c_in, c_out, k, 1, 1, bias, groups)[1]


def counted_twice(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    parameters, work = reference(c_in, c_out, k, h_out, w_out, bias, groups)
    return parameters, 2 * work


def other_order(
    c_in: int, c_out: int, k: IntOrPair, h_out: int, w_out: int, bias: bool = True, groups: int = 1
) -> Cost:
    return reference(c_in, c_out, k, h_out, w_out, bias, groups)[::-1]


EXERCISE = Exercise(
    name="conv_cost",
    reference=reference,
    groups=(
        Group(
            "channels, kernel, bias",
            2,
            (
                Case("one channel, one filter, a kernel of one", (1, 1, 1, 2, 3)),
                Case("ten 5×5 filters over three channels", (3, 10, 5, 32, 32)),
                Case("without a bias", (3, 10, 5, 32, 30), {"bias": False}),
                Case("AlexNet's first layer", (3, 96, 11, 55, 55)),
                Case("any layer", (whole(2, 40), whole(2, 40), whole(1, 7), whole(5, 60), whole(5, 60)), hidden=True),
            ),
        ),
        Group(
            "kernels that are not square, groups",
            1,
            (
                Case("a kernel 1×7", (8, 12, (1, 7), 9, 10)),
                Case("a kernel 5×2", (4, 6, (5, 2), 7, 8), {"bias": False}),
                Case("AlexNet's second layer in two towers", (96, 256, 5, 27, 27), {"groups": 2}),
                Case("depthwise, two filters each", (16, 32, 3, 14, 12), {"groups": 16}),
                Case("four groups without a bias", (8, 12, (3, 5), 6, 7, False, 4), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("3 input channels in 2 groups", (3, 4, 3, 5, 5), {"groups": 2}),
                Case("4 input and 6 output channels in 4 groups", (4, 6, 3, 5, 5), {"groups": 4}),
                Case("a kernel of 0", (3, 4, 0, 5, 5)),
                Case("no input channel", (0, 4, 3, 5, 5), hidden=True),
                Case("no filter", (3, 0, 3, 5, 5), hidden=True),
                Case("a kernel of 3×0", (3, 4, (3, 0), 5, 5), hidden=True),
                Case("an output without rows", (3, 4, 3, 0, 5), hidden=True),
                Case("an output without columns", (3, 4, 3, 5, 0), hidden=True),
                Case("no groups", (3, 4, 3, 5, 5), {"groups": 0}, hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "multiply-adds come before parameters", other_order, "The result is (parameters, multiply_adds)."
        ),
        Misconception("the biases are forgotten", bias_forgotten, "What does each filter add at the end?"),
        Misconception("the biases are counted although there are none", bias_always, "What does bias=False take away?"),
        Misconception("one bias per input channel", bias_per_input, "A bias belongs to a filter. How many are there?"),
        Misconception("a single bias for all filters", single_bias, "A bias belongs to a filter. How many are there?"),
        Misconception(
            "adding the bias is counted as a multiply-add",
            bias_multiplied,
            "A bias is added, not multiplied: count one multiply-add per weight and position.",
        ),
        Misconception("the depth of the filters is forgotten", depth_forgotten, "A filter is as deep as its input."),
        Misconception("one filter is counted instead of all", one_filter, "How many filters make c_out channels?"),
        Misconception("the groups are ignored", groups_ignored, "With groups a filter is only how deep?"),
        Misconception(
            "the groups are divided out twice",
            groups_twice,
            "There are still c_out filters. What about each of them is smaller?",
        ),
        Misconception(
            "the kernel's height is used, its width is not", not_squared, "How many pixels does a 5×5 window have?"
        ),
        Misconception("every kernel is taken to be square", first_of_pair, "A pair is (height, width)."),
        Misconception(
            "multiply-adds of a single output position",
            one_position,
            "The same filter is applied at how many positions?",
        ),
        Misconception(
            "a multiplication and an addition are counted as two",
            counted_twice,
            "One multiply-add is one multiplication together with its addition.",
        ),
    ),
)
