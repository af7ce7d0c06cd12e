"""The one entrance for files: a folder, a zip or a single notebook becomes a list of everything in it."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.collect.archives import unpack, unpack_inner
from autograder.grading.collect.files import FILES_LIMIT, NOTEBOOK_SUFFIXES, Budget, Found, TooMany, role_of, walk
from autograder.grading.collect.platforms import Sidecars
from autograder.grading.collect.sidecars import Recorded, read_gradescope, read_timestamp

_EXPECTED = "expected the folder, the .zip or the .ipynb that the learning platform's download button gives"


def find_files(path: Path, workdir: Path) -> list[Found]:
    """Every file of a download, archives opened.

    Args:
        path: A folder, a zip or a notebook.
        workdir: Where archives are unpacked; made if missing.

    Raises:
        AutograderError: The path is none of the three, cannot be read, or holds far too many files.
    """
    if not path.exists():
        raise AutograderError(f"{path}: there is no such file or folder; {_EXPECTED}")
    workdir.mkdir(mode=0o700, parents=True, exist_ok=True)
    budget = Budget(workdir)
    try:
        return _folder(path, budget) if path.is_dir() else _file(path, budget)
    except TooMany:
        raise AutograderError(f"{path}: more than {FILES_LIMIT} files; {_EXPECTED} of one class") from None


def _folder(path: Path, budget: Budget) -> list[Found]:
    top = (path.name,) if path.name == "submitted" else ()
    found: list[Found] = []
    for item in list(walk(path, budget, top)):
        if item.path is not None and role_of(item.parts) == "archive":
            found += unpack_inner(item, budget, depth=1)
        else:
            found.append(item)
    return found


def _file(path: Path, budget: Budget) -> list[Found]:
    item = Found((path.name,), path, path.stat().st_mtime)
    if path.name.lower().endswith(NOTEBOOK_SUFFIXES):
        return [item]
    if not path.name.lower().endswith(".zip"):
        raise AutograderError(f"{path}: a {path.suffix or 'nameless kind of'} file; {_EXPECTED}")
    found = list(unpack(item, budget))
    if found and found[0].parts == item.parts and found[0].problem:
        raise AutograderError(f"{path}: {found[0].problem[0]}; download it again, or unpack it and name the folder")
    return found


def read_sidecars(files: list[Found]) -> tuple[Sidecars, list[Found]]:
    """What the platforms' own records say, and the files without them.

    A record that cannot be read becomes a file that is refused: without it, nobody knows who handed in. A record that
    lies deeper than another of its kind was handed in by somebody, and is not believed.
    """
    sidecars = [found for found in files if found.path is not None and role_of(found.parts) == "sidecar"]
    depth = {name: min(len(f.parts) for f in sidecars if f.name == name) for name in {f.name for f in sidecars}}
    handed: dict[tuple[str, ...], Recorded] = {}
    stamps = {}
    rest: list[Found] = []
    for found in files:
        if found.path is None or role_of(found.parts) != "sidecar":
            rest.append(found)
        elif len(found.parts) > depth[found.name]:
            rest.append(Found(found.parts, ignored="a record that somebody handed in, not the platform's"))
        elif found.name.lower() == "timestamp.txt":
            stamps[found.parts[:-1]] = read_timestamp(found.path)
            rest.append(Found(found.parts, ignored="read for the time of submission"))
        else:
            try:
                record = read_gradescope(found.path)
            except ValueError as error:
                remedy = "export the submissions from Gradescope again"
                rest.append(Found(found.parts, problem=(f"Gradescope's record cannot be read ({error})", remedy)))
                continue
            handed |= {(*found.parts[:-1], folder): entry for folder, entry in record.items()}
            rest.append(Found(found.parts, ignored="read for names and times"))
    return Sidecars(handed, stamps), rest
