"""How much of a given text is still there, measured in pairs of neighbouring words; linear in the length."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

READ_CHARS = 20_000
FEWEST_PAIRS = 6
"""Shorter texts say too little to be recognised by."""

_WORD = re.compile(r"\w+|[^\w\s]")


def shingles(text: str) -> Counter[tuple[str, str]]:
    """The pairs of neighbouring words and signs of a text, with how often each occurs."""
    words = _WORD.findall(text[:READ_CHARS])
    return Counter(itertools.pairwise(words))


class Likeness:
    """Compares many texts with a fixed set of texts."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        """Read the fixed set; its keys are what `scores` answers with."""
        self._holders: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._sizes: dict[int, int] = {}
        for key, text in texts.items():
            found = shingles(text)
            self._sizes[key] = sum(found.values())
            for pair, times in found.items():
                self._holders[pair].append((key, times))

    def scores(self, text: str) -> dict[int, float]:
        """For each text of the set that shares anything: the part of it, 0 to 1, that is found in `text`."""
        shared: Counter[int] = Counter()
        for pair, times in shingles(text).items():
            for key, wanted in self._holders.get(pair, ()):
                shared[key] += min(times, wanted)
        return {key: count / self._sizes[key] for key, count in shared.items() if self._sizes[key] >= FEWEST_PAIRS}


def clear_best(scores: Mapping[int, float], least: float, margin: float) -> tuple[int, float] | None:
    """The best of the scores, if it reaches `least` and leads every other by `margin`; else None."""
    ranked: Iterable[tuple[float, int]] = sorted(((score, key) for key, score in scores.items()), reverse=True)
    first, *rest = [*ranked, (0.0, -1)]
    if first[0] < least or (rest and first[0] - rest[0][0] < margin):
        return None
    return first[1], first[0]
