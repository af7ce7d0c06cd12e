"""Submissions of different people that are the same: something for a person to look at, never a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from autograder.grading.collect.identify import Content
from autograder.grading.collect.records import Submission


def flag_alike(submissions: Sequence[tuple[Submission, Content]]) -> list[Submission]:
    """The submissions, those alike of different people marked for a person to look at."""
    same_bytes: dict[str, list[Submission]] = defaultdict(list)
    same_answers: dict[str, list[Submission]] = defaultdict(list)
    for submission, content in submissions:
        if content.answers:
            same_bytes[submission.digest].append(submission)
        if content.fingerprint:
            same_answers[content.fingerprint].append(submission)
    flagged = []
    for submission, content in submissions:
        notes = list(submission.notes)
        copies = _others(submission, same_bytes[submission.digest])
        alike = [name for name in _others(submission, same_answers[content.fingerprint or ""]) if name not in copies]
        if copies:
            notes.append(f"the same file, byte for byte, as {', '.join(copies)}: look at both")
        if alike:
            notes.append(f"the same answers, comments and layout aside, as {', '.join(alike)}: look at both")
        flagged.append(replace(submission, notes=tuple(notes)))
    return flagged


def _others(submission: Submission, alike: Iterable[Submission]) -> list[str]:
    """The ids of other people, members of the same group left out."""
    return sorted(other.student_id for other in alike if other.source != submission.source)
