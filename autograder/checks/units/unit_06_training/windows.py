"""Recognises crops and flips: which window of which padded picture an output is, and whether the choices are spread.

Guarantees: any way of drawing is right as long as each picture has its own window and its own flip, all of them possible;
a share of flips is called wrong only where chance gives it less than once in 10¹¹ runs.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.comparing.values import Problem
from autograder.checks.driver.plain import kind_of
from autograder.checks.properties import drawn_anew, drawn_from_seed, problem
from autograder.checks.wire import Plain

SIGMAS = 7.0
SPREADS = 12.0  # of χ² above its mean
ENOUGH = 20  # pictures for each way to come out
Choice = tuple[int, int, bool]


@dataclass(frozen=True)
class Found:
    """Which window of which picture each output is; None where it is none."""

    picks: list[Choice | None]
    upside_down: bool


def recognised(images: Tensor, result: Tensor, padding: int) -> Found:
    """Look each output up among all windows of its padded picture."""
    h, w = images.shape[2:]
    padded = F.pad(images, (padding,) * 4)
    picks: list[Choice | None] = [None] * len(images)
    turned = False
    for top in range(2 * padding + 1):
        for left in range(2 * padding + 1):
            window = padded[:, :, top : top + h, left : left + w]
            for flip in (False, True):
                same = (result == (window.flip(-1) if flip else window)).flatten(1).all(1)
                for n in same.nonzero().flatten().tolist():
                    picks[n] = picks[n] or (top, left, flip)
            turned |= bool((result == window.flip(-2)).flatten(1).all(1).any())
    return Found(picks, turned)


def windows_and_flips(values: list[Plain], request: Plain) -> Problem | None:
    """Every output is a window, and the choices are spread as asked."""
    step = request["steps"][0]
    images, padding = step["args"][0], step["kwargs"].get("padding", 4)
    for value in values:
        if not isinstance(value, Tensor):
            return Problem("kind", f"The result must be a tensor; it is {kind_of(value)}.", images, value)
        if value.shape != images.shape:
            return Problem(
                "shape",
                f"The result must have shape {tuple(images.shape)}; it has {tuple(value.shape)}.",
                images,
                value,
            )
        wrong = _spread(recognised(images, value, padding), padding)
        if wrong:
            return wrong
    return None


def _spread(found: Found, padding: int) -> Problem | None:
    picks = [pick for pick in found.picks if pick is not None]
    if len(picks) < len(found.picks):
        where = "upside down" if found.upside_down else "strange"
        seen = " Some are mirrored top to bottom; left and right should change places." if found.upside_down else ""
        missing = len(found.picks) - len(picks)
        return problem(
            where, f"{missing} of {len(found.picks)} outputs are no window of their zero-padded picture.{seen}"
        )
    tops, lefts = {t for t, _, _ in picks}, {left for _, left, _ in picks}
    flips = sum(f for *_, f in picks)
    if len(set(picks)) == 1:
        return problem("one for all", "All pictures of the batch got the same crop and flip; each draws its own.")
    if flips in (0, len(picks)):
        return problem(
            f"flips {flips == 0}", f"{flips} of {len(picks)} pictures are mirrored; it should be about half."
        )
    if abs(flips / len(picks) - 0.5) > SIGMAS * 0.5 / math.sqrt(len(picks)):
        return problem("flip share", f"{flips} of {len(picks)} pictures are mirrored; it should be about half.")
    if padding and len(tops) == len(lefts) == 1:
        return problem(
            f"fixed {min(tops) == min(lefts) == padding}",
            f"Every window starts at row {min(tops)}, column {min(lefts)}; its start is drawn at random.",
        )
    if padding and all(top == left for top, left, _ in picks):
        return problem("diagonal", "Every crop moved as far down as to the right; the two are drawn by themselves.")
    if len(tops) < 2 * padding + 1 or len(lefts) < 2 * padding + 1:
        seen = f"rows {sorted(tops)}, columns {sorted(lefts)}"
        return problem(
            f"offsets {seen if len(tops) < 2 else len(tops)}",
            f"With padding {padding} a window can start at 0 … {2 * padding}; it started at {seen}.",
        )
    return _uneven(picks, padding)


def _uneven(picks: list[Choice], padding: int) -> Problem | None:
    """Whether some of the ways to come out are too frequent: χ² of the counts, where there are enough pictures."""
    ways = 2 * (2 * padding + 1) ** 2
    due = len(picks) / ways
    if due < ENOUGH:
        return None
    counts = list(Counter(picks).values())
    counts += [0] * (ways - len(counts))
    uneven = sum((count - due) ** 2 / due for count in counts)
    if uneven <= ways - 1 + SPREADS * math.sqrt(2 * (ways - 1)):
        return None
    return problem(
        "uneven",
        f"Each of the {ways} ways to come out should be about as frequent, {due:.0f} of {len(picks)} pictures; one came "
        f"{min(counts)} times, another {max(counts)} times. Offsets and flip are drawn evenly, each by itself.",
    )


same_seed = drawn_from_seed(
    windows_and_flips, "Two generators with the same seed gave different crops: draw from the one given."
)


fresh_choices = drawn_anew(windows_and_flips, "Two calls gave the same crops; each call must draw anew.")
