"""The names that Canvas and Moodle give to what they hand out, taken apart.

Guarantees: one pattern for each, for reading a download and for handing pages back under the same names; only a
complete pattern counts.

Reference:
    Canvas: canvas-lms, ``lib/content_zipper.rb``: name, LATE, number of the person, number of the file, joined by "_";
    no name and no number where grading is anonymous.
"""

from __future__ import annotations

import re

_CANVAS_WHO = r"(?:(?P<who>.+?)(?P<late>_LATE)?_(?P<user>\d{3,})|(?P<unseen_late>LATE_)?(?P<unseen>anon_[0-9A-Za-z]+))"
CANVAS_FILE = re.compile(_CANVAS_WHO + r"_(?P<file>\d{3,})_(?P<name>.+\.\w+)")
CANVAS_TYPED = re.compile(_CANVAS_WHO + r"_(?:text|link)\.html")  # typed into Canvas's own text box, or only linked to
MOODLE = re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<name>.*))?")


def canvas_file(source: str) -> re.Match[str] | None:
    """The part of a file's place in a download that Canvas named, if there is one."""
    return _first(CANVAS_FILE, source)


def moodle(source: str) -> re.Match[str] | None:
    """The part of a file's place in a download that Moodle named, if there is one."""
    return _first(MOODLE, source)


def _first(pattern: re.Pattern[str], source: str) -> re.Match[str] | None:
    return next((match for part in source.split("/") if (match := pattern.fullmatch(part))), None)
