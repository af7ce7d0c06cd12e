"""``receptive_field(layers)``: how many inputs one output sees, and how far apart two neighbours look."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_03_output_size.whole import require_positive, whole

Layers = Sequence[tuple[int, ...]]
Field = tuple[int, int]


def triples(layers: Layers) -> list[tuple[int, int, int]]:
    """Every layer as (k, s, d).

    Raises:
        ValueError: when a number is below 1.
    """
    full = [(*layer, 1) if len(layer) == 2 else layer for layer in layers]
    for k, s, d in full:
        require_positive(k=k, s=s, d=d)
    return [(k, s, d) for k, s, d in full]


def reference(layers: Layers) -> Field:
    """(size, jump), from input to output."""
    size, jump = 1, 1
    for k, s, d in triples(layers):
        size += d * (k - 1) * jump
        jump *= s
    return size, jump


def jump_too_early(layers: Layers) -> Field:
    size, jump = 1, 1
    for k, s, d in triples(layers):
        jump *= s
        size += d * (k - 1) * jump
    return size, jump


def strides_ignored(layers: Layers) -> Field:
    return reference([(k, 1, d) for k, s, d in triples(layers)])


def strides_ignored_in_size(layers: Layers) -> Field:
    return strides_ignored(layers)[0], reference(layers)[1]


def last_stride_only(layers: Layers) -> Field:
    size, jump = 1, 1
    for k, s, d in triples(layers):
        size += d * (k - 1) * jump
        jump = s
    return size, reference(layers)[1]


def jumps_added(layers: Layers) -> Field:
    size, jump = 1, 1
    for k, s, d in triples(layers):
        size += d * (k - 1) * jump
        jump += s - 1
    return size, jump


def dilation_ignored(layers: Layers) -> Field:
    return reference([(k, s) for k, s, _ in triples(layers)])


def starts_at_zero(layers: Layers) -> Field:
    size, jump = reference(layers)
    return size - 1, jump


def whole_kernels(layers: Layers) -> Field:
    size, jump = 1, 1
    for k, s, d in triples(layers):
        size += d * k * jump
        jump *= s
    return size, jump


def kernels_multiplied(layers: Layers) -> Field:
    return prod(d * (k - 1) + 1 for k, _, d in triples(layers)), reference(layers)[1]


def from_the_output(layers: Layers) -> Field:
    return reference(triples(layers)[::-1])


def last_layer_missing(layers: Layers) -> Field:
    triples(layers)
    return reference(layers[:-1])


def other_order(layers: Layers) -> Field:
    return reference(layers)[::-1]


def last_kernel(layers: Layers) -> Field:
    size = triples(layers)[-1][0] if layers else 1
    return size, reference(layers)[1]


ALEXNET = [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)]
LAYER = (whole(1, 7), whole(1, 3))
DILATED = (whole(2, 4), whole(1, 3), whole(2, 4))

EXERCISE = Exercise(
    name="receptive_field",
    reference=reference,
    groups=(
        Group(
            "stride 1",
            1,
            (
                Case("one layer", ([(5, 1)],)),
                Case("two 3×3 layers", ([(3, 1), (3, 1)],)),
                Case("three 3×3 layers see as much as one 7×7", ([(3, 1), (3, 1), (3, 1)],)),
                Case("a 1×1 layer sees nothing new", ([(5, 1), (1, 1), (2, 1)],)),
                Case("no layer at all", ([],)),
            ),
        ),
        Group(
            "strides",
            2,
            (
                Case("a layer with stride 2, then a 3×3", ([(3, 2), (3, 1)],)),
                Case("a 3×3, then pooling", ([(3, 1), (2, 2)],)),
                Case("three strides", ([(3, 2), (5, 3), (4, 2)],)),
                Case("LeNet up to its second pooling", ([(5, 1), (2, 2), (5, 1), (2, 2)],)),
                Case("AlexNet's convolutions and poolings", (ALEXNET,)),
                Case("five layers, any numbers", ([LAYER, LAYER, LAYER, LAYER, LAYER],), hidden=True),
            ),
        ),
        Group(
            "dilation",
            1,
            (
                Case("one dilated layer", ([(3, 1, 4)],)),
                Case("dilations 1, 2, 4, 8", ([(2, 1, 1), (2, 1, 2), (2, 1, 4), (2, 1, 8)],)),
                Case("pairs and triples mixed", ([(3, 2), (3, 1, 2), (4, 3), (2, 2, 3)],)),
                Case("dilated layers, any numbers", ([DILATED, LAYER, DILATED, LAYER],), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("stride 0", ([(3, 1), (3, 0)],)),
                Case("a kernel of 0", ([(0, 1)],)),
                Case("dilation 0", ([(3, 1, 0)],), hidden=True),
            ),
        ),
    ),
    misconceptions=(
        Misconception("the jump comes before the size", other_order, "The result is (size, jump)."),
        Misconception(
            "a layer's own stride already counts for its own kernel",
            jump_too_early,
            "The kernel's cells are as far apart as the outputs of the layer below, before this layer's stride.",
        ),
        Misconception(
            "strides do not enlarge what later layers see",
            strides_ignored_in_size,
            "After a stride of 2, neighbouring cells of the next kernel look at places how far apart?",
        ),
        Misconception("the strides are ignored", strides_ignored, "What does a stride of 2 do to everything after it?"),
        Misconception(
            "only the stride of the layer below counts",
            last_stride_only,
            "Two strides of 2, one after the other: how far apart do neighbours look?",
        ),
        Misconception("the strides are added", jumps_added, "Strides of 2 and 3: how far apart do neighbours look?"),
        Misconception("the dilation is ignored", dilation_ignored, "How many places does a dilated window span?"),
        Misconception("the field starts at 0", starts_at_zero, "Without any layer an output sees how many inputs?"),
        Misconception(
            "every layer adds its whole kernel",
            whole_kernels,
            "The first 3×3 layer makes 1 into 3: how many did it add?",
        ),
        Misconception("the kernels are multiplied", kernels_multiplied, "Two 3×3 layers: draw it. Is it 9?"),
        Misconception(
            "the layers are read from output to input",
            from_the_output,
            "The list starts at the input. Which strides does a layer near the input feel?",
        ),
        Misconception("the last layer is missing", last_layer_missing, "Does the loop reach the last layer?"),
        Misconception("only the last kernel counts", last_kernel, "What do the cells of the last kernel see?"),
    ),
)
