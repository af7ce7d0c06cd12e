"""Submissions whose code has the same structure once names are taken away: something to look at, never a verdict.

Guarantees: renaming variables, changing comments, docstrings, spacing or annotations does not hide a copy; short
answers, and code that many in the class share (a hint, a lecture), are not held against anybody; student code is
parsed, never run.
"""

from __future__ import annotations

import ast
import itertools
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

RUN_LENGTH_NODES = 8
"""Pieces of code are compared in runs of this many syntax nodes."""
MIN_RUNS = 25
"""An answer with fewer runs is too short to say anything."""
MIN_SIMILARITY = 0.9
COMMON_SHARE = 0.25
COMMON_AT_LEAST = 4
"""A run found in at least this many answers, and this share of the class, is common knowledge."""
SOURCE_LIMIT_CHARS = 50_000


@dataclass(frozen=True)
class Pair:
    """Two students and the answers in which their structure agrees.

    Attributes:
        first, second: student ids, in order.
        similarity: 0 … 1, the least of the listed answers.
        exercises: the answers that agree.
    """

    first: str
    second: str
    similarity: float
    exercises: tuple[str, ...]


def near_identical(answers: Mapping[str, Mapping[str, str]]) -> tuple[Pair, ...]:
    """Find pairs of students with near-identical answers.

    Args:
        answers: per student, source by exercise.

    Returns:
        Pairs, most shared answers first.
    """
    names = sorted({name for sources in answers.values() for name in sources})
    found: dict[tuple[str, str], dict[str, float]] = {}
    for name in names:
        runs = _rare_runs({student: sources.get(name, "") for student, sources in sorted(answers.items())})
        for (first, one), (second, other) in itertools.combinations(runs.items(), 2):
            if min(len(one), len(other)) < MIN_SIMILARITY * max(len(one), len(other)):
                continue
            if (similarity := len(one & other) / len(one | other)) >= MIN_SIMILARITY:
                found.setdefault((first, second), {})[name] = similarity
    pairs = (Pair(*who, min(shared.values()), tuple(shared)) for who, shared in found.items())
    return tuple(sorted(pairs, key=lambda pair: (-len(pair.exercises), -pair.similarity, pair.first, pair.second)))


def structure(source: str) -> tuple[str, ...]:
    """The kinds of syntax in reading order, with local names numbered by first appearance.

    Args:
        source: Python source of any origin.

    Returns:
        One word per node; empty when the source is no Python (or absurdly large or deep).
    """
    if len(source) > SOURCE_LIMIT_CHARS:
        return ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(_words(ast.parse(source), {}))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _words(node: ast.AST, numbers: dict[str, int]) -> Iterator[str]:
    """Words for a node and everything below it; annotations and docstrings are left out."""
    yield _word(node, numbers)
    docstring = _docstring(node)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment", "ctx"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and child is not docstring:
                yield from _words(child, numbers)


def _word(node: ast.AST, numbers: dict[str, int]) -> str:
    kind = type(node).__name__
    if isinstance(node, ast.Name):
        return f"{kind}{numbers.setdefault(node.id, len(numbers))}"
    if isinstance(node, ast.arg):
        return f"{kind}{numbers.setdefault(node.arg, len(numbers))}"
    if isinstance(node, ast.Attribute):
        return f"{kind}.{node.attr}"
    if isinstance(node, ast.Constant):
        return f"{kind}:{type(node.value).__name__}" if isinstance(node.value, str) else f"{kind}={node.value!r}"
    return kind


def _docstring(node: ast.AST) -> ast.stmt | None:
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) or not node.body:
        return None
    first = node.body[0]
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return first if is_text else None


def _rare_runs(sources: Mapping[str, str]) -> dict[str, frozenset[int]]:
    """Hashes of every run of nodes that is not common in the class, for answers long enough to judge."""
    runs = {student: _runs(structure(source)) for student, source in sources.items()}
    seen = Counter(itertools.chain.from_iterable(runs.values()))
    answered = sum(1 for those in runs.values() if those)
    common_from = max(COMMON_AT_LEAST, COMMON_SHARE * answered)
    rare = {student: frozenset(run for run in those if seen[run] < common_from) for student, those in runs.items()}
    return {student: those for student, those in rare.items() if len(those) >= MIN_RUNS}


def _runs(words: tuple[str, ...]) -> frozenset[int]:
    starts = range(len(words) - RUN_LENGTH_NODES + 1)
    return frozenset(zlib.crc32(" ".join(words[i : i + RUN_LENGTH_NODES]).encode()) for i in starts)
