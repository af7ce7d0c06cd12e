"""Put a student's answers onto the pristine notebook."""

from __future__ import annotations

from autograder.grading.graft.grafting import graft
from autograder.grading.graft.records import Grafted, Match

__all__ = ["Grafted", "Match", "graft"]
