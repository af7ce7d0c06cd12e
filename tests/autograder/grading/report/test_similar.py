"""Copies are found through renaming; different ways to write the same thing, short answers and common code are not."""

from __future__ import annotations

import pytest

from autograder.grading.report.similar import near_identical, structure

LOOPS = '''
def conv2d(x, w, b=None, stride=1, padding=0):
    """Slide every filter over every image."""
    n, c, height, width = x.shape
    filters, _, kh, kw = w.shape
    padded = torch.zeros(n, c, height + 2 * padding, width + 2 * padding)
    padded[:, :, padding : padding + height, padding : padding + width] = x
    rows = (height + 2 * padding - kh) // stride + 1
    columns = (width + 2 * padding - kw) // stride + 1
    out = x.new_zeros(n, filters, rows, columns)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = (window * w).sum((2, 3, 4))
    return out if b is None else out + b[:, None, None]
'''
UNFOLD = """
def conv2d(x, w, b=None, stride=1, padding=0):
    columns = unfold(x, w.shape[2:], stride, padding)
    flat = w.reshape(w.shape[0], -1)
    out = flat @ columns
    if b is not None:
        out = out + b.reshape(1, -1, 1)
    height = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    return out.reshape(x.shape[0], w.shape[0], height, -1)
"""
RENAMED = LOOPS
for old, new in (
    ("padded", "bigger"),
    ("window", "patch"),
    ("rows", "a"),
    ("columns", "bb"),
    ("Slide every", "My own"),
):
    RENAMED = RENAMED.replace(old, new)
RENAMED = RENAMED.replace("    out = x", "    # the result\n\n    out = x").replace(
    "(x, w, b=None", "(x: Tensor, w: Tensor, b=None"
)


def answered(**sources: str) -> dict[str, dict[str, str]]:
    return {student: {"conv2d": source} for student, source in sources.items()}


def test_a_renamed_copy_is_found() -> None:
    (pair,) = near_identical(answered(ada=LOOPS, ben=RENAMED, cleo=UNFOLD))
    assert (pair.first, pair.second, pair.exercises) == ("ada", "ben", ("conv2d",))
    assert pair.similarity == 1


def test_another_way_to_write_it_is_not() -> None:
    assert near_identical(answered(ada=LOOPS, cleo=UNFOLD)) == ()


def test_an_answer_too_short_to_say_anything_is_not() -> None:
    short = "def f(x, k):\n    return x.unfold(0, k, 1)"
    assert near_identical(answered(ada=short, ben=short)) == ()


def test_code_that_much_of_the_class_shares_is_not() -> None:
    students = {f"s{i}": LOOPS for i in range(6)}
    assert near_identical(answered(**students, other=UNFOLD)) == ()


def test_a_doubtful_escape_is_no_reason_to_complain() -> None:
    assert structure('x = "\\d"')


@pytest.mark.parametrize("source", ["def f(:", "\x00", "(" * 100_000, "x = " + "-" * 40_000 + "1", "a" * 10**6])
def test_what_is_no_program_has_no_structure(source: str) -> None:
    assert structure(source) == ()
