"""Whose file is it, where no platform says so: folders and file names as Google Classroom, Drive and people leave them.

Guarantees: files that may belong to different people are never taken for versions of one; where a name is guessed, the
claim says so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import takewhile

from autograder.grading.collect.files import Found
from autograder.grading.collect.platforms import Claim

VERSIONS_LIMIT = 3

_COPY = re.compile(r"^(?:copy of|kopie von|copia de|cópia de|copie de|копия)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\s*\((\d{1,3})\)|-(\d{1,2})|\s+-\s+copy)$", re.IGNORECASE)
_TAKEOUT = re.compile(r".*-\d{8}T\d{6}Z(?:-\d+)*\.zip")
_PERSON_AND_FILE = re.compile(r"(?P<left>.+?)\s+[-–]\s+(?P<right>.+)")
_MACHINE_MADE = re.compile(r"[\d_]")


def loose_claims(files: Sequence[Found], wanted: Sequence[bool], unit: str | None) -> list[Claim]:
    """One claim for each file, in the same order.

    Args:
        files: Every notebook, or broken file, that no platform claims.
        wanted: For each whether it is the assignment; stray files say nothing about how the folders are laid out.
        unit: The assignment's name, to tell it from people's names.
    """
    folders = [tuple(part for part in found.parts[:-1] if not _TAKEOUT.fullmatch(part)) for found in files]
    layout = [folder for folder, is_wanted in zip(folders, wanted, strict=True) if is_wanted]
    common = _common(layout)
    stems = [_stem(found.name) for found in files]
    owners = _owners([folder[len(_agreed(common, folder)) :] for folder in folders])
    owners = _own_folders(owners, [stem for stem, _ in stems], wanted)
    people = _people(files, owners, unit)
    shared = _shared_stems(stems, owners, unit)
    claims = []
    for found, person, owner, (stem, number) in zip(files, people, owners, stems, strict=True):
        rank = (float(number), found.modified)
        from_drive = person is not None or any(_TAKEOUT.fullmatch(part) for part in found.parts)
        platform = "drive" if from_drive or _COPY.match(found.name) else "files"
        if person is not None:
            claims.append(Claim(platform, ("name", *owner, person.casefold()), person, rank=rank))
        elif owner:
            claims.append(Claim(platform, ("folder", *owner), owner[-1], rank=rank))
        elif stem in shared:
            note = "neither a folder nor the file's name says whose it is: give a folder per person, or rename the file"
            claims.append(
                Claim(platform, ("file", *found.parts), _without_suffix(found.name), rank=rank, notes=(note,))
            )
        else:
            claims.append(Claim(platform, ("file", stem.casefold()), stem, rank=rank))
    return claims


def _people(files: Sequence[Found], owners: Sequence[tuple[str, ...]], unit: str | None) -> list[str | None]:
    """The people in `Jane Smith - 02_convolution_2d.ipynb`, or the other way round, folder by folder.

    The person is on the side that differs more between the files of a folder. Where a folder is a person's own, its
    files' names say nothing.
    """
    sides: dict[tuple[str, ...], list[tuple[int, str, str]]] = defaultdict(list)
    for index, found in enumerate(files):
        if match := _PERSON_AND_FILE.fullmatch(_stem(found.name)[0]):
            sides[found.parts[:-1]].append((index, match["left"].strip(), match["right"].strip()))
    people: list[str | None] = [None] * len(files)
    for named in sides.values():
        lefts, rights = {left.casefold() for _, left, _ in named}, {right.casefold() for _, _, right in named}
        if owners[named[0][0]] and max(len(lefts), len(rights)) == 1:
            continue
        for index, left, right in named:
            machine = _MACHINE_MADE.search(left) and not _MACHINE_MADE.search(right)
            turned = len(rights) > len(lefts) or (len(rights) == len(lefts) and (left == unit or machine))
            person = right if turned else left
            people[index] = person if any(c.isalpha() for c in person) else None
    return people


def _stem(name: str) -> tuple[str, int]:
    """A file's name without its suffix and the marks of copying, and the number of the copy."""
    stem, number = _COPY.sub("", _without_suffix(name)).strip(), 0
    while match := _NUMBER.search(stem):
        number = max(number, int(match[1] or match[2] or 1))
        stem = stem[: match.start()]
        stem = _COPY.sub("", stem).strip()
    return stem or _without_suffix(name), number


def _without_suffix(name: str) -> str:
    return re.sub(r"(\.ipynb)?(\.json|\.txt|\.ipynb)$", "", name, flags=re.IGNORECASE) or name


def _common(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The folders that all files share, unless they are one file's alone."""
    if len(folders) < 2:
        return ()
    common = folders[0]
    for folder in folders:
        common = _agreed(common, folder)
    return common


def _agreed(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The parts in which two paths agree before they first differ."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return tuple(left for left, _ in same)


def _owners(folders: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """For each file the shortest path to a folder whose files all lie in one place: that folder is the person's."""
    places: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for folder in folders:
        for end in range(1, len(folder) + 1):
            places[folder[:end]].add(folder)
    owners = []
    for folder in folders:
        ends = range(1, len(folder) + 1)
        owners.append(next((folder[:end] for end in ends if len(places[folder[:end]]) == 1), folder))
    return owners


def _own_folders(
    owners: Sequence[tuple[str, ...]], stems: Sequence[str], wanted: Sequence[bool]
) -> list[tuple[str, ...]]:
    """The owners, without those folders that hold more differently named assignments than one person keeps."""
    names: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for owner, stem, is_wanted in zip(owners, stems, wanted, strict=True):
        if is_wanted:
            names[owner].add(stem.casefold())
    return [owner if len(names[owner]) <= VERSIONS_LIMIT else () for owner in owners]


def _shared_stems(stems: Sequence[tuple[str, int]], owners: Sequence[tuple[str, ...]], unit: str | None) -> set[str]:
    """Names that say the assignment, not the person: files so called are different people's."""
    flat = Counter(stem for (stem, _), owner in zip(stems, owners, strict=True) if not owner)
    total = sum(flat.values())
    return {stem for stem, count in flat.items() if stem == unit or count > 2 or (count > 1 and 2 * count > total)}
