"""Turn a download into submissions, one per person, with every file accounted for."""

from __future__ import annotations

from autograder.grading.collect.cleaning import Unreadable
from autograder.grading.collect.collecting import collect
from autograder.grading.collect.notebook import Read, read_notebook
from autograder.grading.collect.records import Collection, Ignored, Refused, Submission, Superseded

__all__ = [
    "Collection",
    "Ignored",
    "Read",
    "Refused",
    "Submission",
    "Superseded",
    "Unreadable",
    "collect",
    "read_notebook",
]
