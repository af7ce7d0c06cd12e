"""``random_crop_flip``: each picture its own crop of the padded picture and its own flip, judged by what came out."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.cases import Case, Group, drawn
from autograder.checks.exercise import Exercise, Misconception
from autograder.checks.properties import Property
from autograder.checks.units.unit_06_training.windows import Choice, fresh_choices, same_seed, windows_and_flips


def reference(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    """(N,C,H,W) → (N,C,H,W); zero padding, a random window of the old size, a mirror image with probability ½."""
    if padding < 0:
        raise ValueError(f"padding must be at least 0, got {padding}")
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, picks)


def choices(n: int, padding: int, device: torch.device, generator: torch.Generator | None) -> list[Choice]:
    """Top, left and flip for each picture."""
    offsets = torch.randint(0, 2 * padding + 1, (n, 2), generator=generator, device=device).tolist()
    flips = (torch.rand(n, generator=generator, device=device) < 0.5).tolist()
    return [(top, left, flip) for (top, left), flip in zip(offsets, flips, strict=True)]


def cropped(images: Tensor, padding: int, picks: list[Choice], value: float = 0.0, axis: int = -1) -> Tensor:
    """Carry out the choices."""
    h, w = images.shape[2:]
    padded = F.pad(images, (padding,) * 4, value=value)
    rows = []
    for image, (top, left, flip) in zip(padded, picks, strict=True):
        window = image[:, top : top + h, left : left + w]
        rows.append(window.flip(axis) if flip else window)
    return torch.stack(rows)


def one_for_all(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    return cropped(images, padding, choices(1, padding, images.device, generator) * len(images))


def one_flip_for_all(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(top, left, picks[0][2]) for top, left, _ in picks])


def one_crop_for_all(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(*picks[0][:2], flip) for *_, flip in picks])


def never_flipped(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(top, left, False) for top, left, _ in picks])


def always_flipped(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(top, left, True) for top, left, _ in picks])


def upside_down(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    return cropped(images, padding, choices(len(images), padding, images.device, generator), axis=-2)


def last_offset_missing(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(
        images, padding, [(top % max(1, 2 * padding), left % max(1, 2 * padding), f) for top, left, f in picks]
    )


def diagonal(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(top, top, flip) for top, _, flip in picks])


def not_cropped(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(padding, padding, flip) for *_, flip in picks])


def padded_size(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    return F.pad(cropped(images, padding, choices(len(images), padding, images.device, generator)), (padding,) * 4)


def generator_ignored(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    return reference(images, padding)


def middle_preferred(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    others = choices(len(images), padding, images.device, generator)
    return cropped(
        images,
        padding,
        [((a + c + 1) // 2, (b + d) // 2, f) for (a, b, f), (c, d, _) in zip(picks, others, strict=True)],
    )


def seldom_flipped(images: Tensor, padding: int = 4, generator: torch.Generator | None = None) -> Tensor:
    picks = choices(len(images), padding, images.device, generator)
    return cropped(images, padding, [(top, left, f and i % 3 > 0) for i, (top, left, f) in enumerate(picks)])


SEEDED = {"padding": 1, "generator": {"$recipe": "generator", "seed": 3}}
EXERCISE = Exercise(
    name="random_crop_flip",
    reference=reference,
    groups=(
        Group(
            "crops and flips",
            2,
            (
                Property(
                    "padding 1, 90 pictures", (drawn("positive", 90, 2, 4, 5),), {"padding": 1}, judge=windows_and_flips
                ),
                Property(
                    "padding 2, float64",
                    (drawn("positive", 160, 1, 5, 4),),
                    {"padding": 2},
                    dtype="float64",
                    judge=windows_and_flips,
                ),
                Property(
                    "padding 1, 1500 small pictures",
                    (drawn("positive", 1500, 1, 2, 3),),
                    {"padding": 1},
                    judge=windows_and_flips,
                    hidden=True,
                ),
                Case("negative padding", (drawn("positive", 2, 1, 4, 4),), {"padding": -1}),
                Property(
                    "padding 0 only flips", (drawn("positive", 60, 3, 3, 4),), {"padding": 0}, judge=windows_and_flips
                ),
            ),
        ),
        Group(
            "chance",
            1,
            (
                Property(
                    "two calls differ", (drawn("positive", 70, 1, 4, 4),), {"padding": 1}, judge=fresh_choices, calls=2
                ),
                Property(
                    "two generators with one seed", (drawn("positive", 70, 1, 4, 4),), SEEDED, judge=same_seed, calls=2
                ),
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "one crop and flip for the whole batch",
            one_for_all,
            "How many random numbers does a batch of N pictures need?",
        ),
        Misconception(
            "no picture is mirrored", never_flipped, "What does a flip with probability ½ do to half of the pictures?"
        ),
        Misconception("every picture is mirrored", always_flipped, "A flip happens with probability ½."),
        Misconception("pictures are mirrored top to bottom", upside_down, "Which dimension is the width?"),
        Misconception("one flip for the whole batch", one_flip_for_all, "Each picture draws its own flip."),
        Misconception(
            "the pictures are not moved", not_cropped, "A window of size H starts anywhere from 0 to 2·padding."
        ),
        Misconception("one crop for the whole batch", one_crop_for_all, "Each picture draws its own window."),
        Misconception("the same offset down and across", diagonal, "Two offsets a picture, not one."),
        Misconception(
            "the last offset is never drawn",
            last_offset_missing,
            "torch.randint leaves out its upper end: how many starts are there?",
        ),
        Misconception(
            "flips are too frequent or too rare", seldom_flipped, "Which of torch's functions throws a fair coin?"
        ),
        Misconception(
            "offsets and flip are not drawn evenly, each by itself",
            middle_preferred,
            "Every start from 0 to 2·padding is as likely, whatever the other draws are.",
        ),
        Misconception("the padding is left on", padded_size, "The result is as large as the input."),
        Misconception("the generator is not used", generator_ignored, "torch.randint and torch.rand take generator=…"),
    ),
)
