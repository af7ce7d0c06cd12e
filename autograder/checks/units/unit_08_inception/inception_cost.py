"""``inception_cost``: multiply-adds of one Inception module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.checks.cases import Case, Group
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.units.unit_03_output_size.whole import require_positive, whole

SLIDE = (28, 28, 256, 128, 64, 192, 64, 96, 64)
THREE_A = (28, 28, 192, 64, 96, 128, 16, 32, 32)


def reference(
    h: int, w: int, c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int
) -> int:
    """Six convolutions, each at every pixel; the pool multiplies nothing."""
    require_positive(
        h=h, w=w, c_in=c_in, c1=c1, c3_reduce=c3_reduce, c3=c3, c5_reduce=c5_reduce, c5=c5, pool_proj=pool_proj
    )
    thin = c_in * (c1 + c3_reduce + c5_reduce + pool_proj)
    return h * w * (thin + 9 * c3_reduce * c3 + 25 * c5_reduce * c5)


def mistaken(change: Callable[..., int]) -> Callable[..., int]:
    """The reference's refusals, then another formula."""

    def target(
        h: int, w: int, c_in: int, c1: int, c3_reduce: int, c3: int, c5_reduce: int, c5: int, pool_proj: int
    ) -> int:
        right = reference(h, w, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj)
        names: dict[str, Any] = {"h": h, "w": w, "c": c_in, "c1": c1, "r3": c3_reduce, "c3": c3}
        return change(right, **names, r5=c5_reduce, c5=c5, p=pool_proj)

    return target


ROWS: tuple[tuple[str, Callable[..., int], str], ...] = (
    ("the 3×3 and 5×5 read all input channels", lambda right, h, w, c, c1, r3, c3, r5, c5, p: h * w * (c * (c1 + r3 + r5 + p) + 9 * c * c3 + 25 * c * c5), "How many channels does the 3×3 convolution read after its reduction?"),
    ("the cost is that of the naive module", lambda right, h, w, c, c1, r3, c3, r5, c5, p: h * w * c * (c1 + 9 * c3 + 25 * c5), "Six convolutions: which of them read the reduced input?"),
    ("the reductions are not counted", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right - h * w * c * (r3 + r5), "The two reductions are convolutions too."),
    ("the projection is not counted", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right - h * w * c * p, "What stands behind the pool?"),
    ("the 1×1 branch is not counted", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right - h * w * c * c1, "Count the branches."),
    ("only the 1×1 convolutions are counted", lambda right, h, w, c, c1, r3, c3, r5, c5, p: h * w * c * (c1 + r3 + r5 + p), "Where are the 3×3 and the 5×5?"),
    ("the kernel is not squared", lambda right, h, w, c, c1, r3, c3, r5, c5, p: h * w * (c * (c1 + r3 + r5 + p) + 3 * r3 * c3 + 5 * r5 * c5), "A 3×3 window holds nine pixels."),
    ("the 5×5 is counted as a 3×3", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right - h * w * 16 * r5 * c5, "A 5×5 window holds 25 pixels."),
    ("the pool's comparisons are counted", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right + 9 * h * w * c, "Does a maximum multiply?"),
    ("the biases are counted", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right + h * w * (c1 + r3 + c3 + r5 + c5 + p), "A bias is added, but nothing is multiplied with it."),
    ("a multiply-add is counted as two", lambda right, h, w, c, c1, r3, c3, r5, c5, p: 2 * right, "One multiplication with its addition counts as one here."),
    ("the weights are counted, not the work", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right // (h * w), "Each weight is used once at every pixel."),
    ("the parameters are counted, not the work", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right // (h * w) + c1 + r3 + c3 + r5 + c5 + p, "Each weight is used once at every pixel."),
    ("the width is not used", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right // w * h, "The picture has h·w pixels; h and w may differ."),
    ("the projection reads the other branches' channels", lambda right, h, w, c, c1, r3, c3, r5, c5, p: right + h * w * p * (c1 + c3 + c5 - c), "The projection reads the pooled input."),
    ("the reductions of the two branches are swapped", lambda right, h, w, c, c1, r3, c3, r5, c5, p: h * w * (c * (c1 + r3 + r5 + p) + 9 * r5 * c3 + 25 * r3 * c5), "Which reduction feeds the 3×3?"),
    ("the 3×3 and 5×5 lose their borders", lambda right, h, w, c, c1, r3, c3, r5, c5, p: h * w * c * (c1 + r3 + r5 + p) + max(h - 2, 0) * max(w - 2, 0) * 9 * r3 * c3 + max(h - 4, 0) * max(w - 4, 0) * 25 * r5 * c5, "Padding keeps the size: how many outputs does each convolution have?"),
    ("the result is in millions", lambda right, h, w, c, c1, r3, c3, r5, c5, p: round(right / 1e6), "Return the number itself."),
)  # fmt: skip

EXERCISE = Exercise(
    name="inception_cost",
    reference=reference,
    groups=(
        Group(
            "modules",
            2,
            (
                Case("one pixel, one channel everywhere", (1, 1, 1, 1, 1, 1, 1, 1, 1)),
                Case("small numbers, all different", (5, 6, 7, 2, 3, 4, 8, 9, 10)),
                Case("28×28×256, the module of the lecture", SLIDE),
                Case("module 3a of GoogLeNet", THREE_A),
                Case("any module", tuple(whole(2, 60) for _ in range(9)), hidden=True),
                Case("more than 2³¹ of them", (224, 200, 96, 64, 96, 128, 16, 32, 32), hidden=True),
                Case("module 5b of GoogLeNet", (7, 7, 832, 384, 192, 384, 48, 128, 128), hidden=True),
            ),
        ),
        Group(
            "impossible arguments",
            1,
            (
                Case("a height of 0", (0, *SLIDE[1:])),
                Case("no channels in a reduction", (*SLIDE[:4], 0, *SLIDE[5:])),
                Case("a negative projection", (*SLIDE[:8], -3), hidden=True),
            ),
        ),
    ),
    misconceptions=tuple(Misconception(name, mistaken(change), hint) for name, change, hint in ROWS),
)
