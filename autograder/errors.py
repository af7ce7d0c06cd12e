"""The errors a person meets, each one line: where, what arrived, what was expected, what to do next.

The command line prints the line without a traceback and exits with 2. Anything that is not an `AutograderError` is a
defect of ours and keeps its traceback.
"""

from __future__ import annotations


class AutograderError(Exception):
    """Something a person can put right, said in one line."""


class CourseError(AutograderError):
    """`course.toml` is missing or says something we cannot use."""


class SourceError(AutograderError):
    """A notebook's source cannot be built: the line says which cell."""


class LeakError(AutograderError):
    """A release would give an answer away."""


class LectureError(AutograderError):
    """A lecture raised an error while it was executed, or does not fit in its file."""
