"""``autograder demo``: makes a class, grades it with the real grader, and says where to look.

Guarantees: writes into its own folder only, which it makes anew each time, and never into one that it has not made;
the files handed in are those of a Canvas download.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.demo.bank import UNIT
from autograder.demo.people import CLASS, Person
from autograder.errors import AutograderError
from autograder.grading.batch.plan import Wish
from autograder.grading.command import Order, grade
from autograder.grading.isolation.ladder import choose

MARK = "demo.txt"
DOWNLOAD, ROSTER = "download", "roster.csv"
CELL_SECONDS = 20.0  # one of the class never ends, and nobody wants to watch it for long
FIRST_USER, FIRST_ATTACHMENT = 4101, 90_001


def demo(
    course_root: Path,
    directory: Path,
    console: Console,
    *,
    workers: int | None = None,
    people: Sequence[Person] = CLASS,
) -> int:
    """Make the demo class and grade it.

    Args:
        course_root: the course whose unit 02 is used.
        directory: the demo's own course folder, made anew.
        console: where the tables go.
        workers: how many submissions are graded side by side; as many as there are cores when None.
        people: the class.

    Returns:
        0: a class with a broken file in it is what the demo is about.

    Raises:
        AutograderError: unit 02 is not built, or the folder is not the demo's to delete.
    """
    make_class(course_root, directory, people)
    console.print(_stories(people))
    order = Order(
        directory / DOWNLOAD,
        UNIT,
        Wish(),
        workers=workers,
        isolation=_isolation(console),
        roster=directory / ROSTER,
        cell_seconds=CELL_SECONDS,
    )
    grade(directory, order, console)
    for line in (
        f"\nOpen {directory / 'reports' / UNIT / 'index.html'} first: everything else is linked from there.",
        f"Written answers wait for a person: cd {directory} && autograder formgrader",
        f"Scores for Canvas: cd {directory} && autograder export --assignment {UNIT} --format canvas",
    ):
        console.print(Text(line), soft_wrap=True)
    return 0


def make_class(course_root: Path, directory: Path, people: Sequence[Person] = CLASS) -> None:
    """Make the demo's course folder: the unit's release and solution, and a download of submissions."""
    notebooks = [Path(kind) / UNIT / f"{UNIT}.ipynb" for kind in ("assignments", "solutions")]
    for notebook in notebooks:
        if not (course_root / notebook).is_file():
            raise AutograderError(f"{course_root / notebook}: not there; run autograder build, then the demo again")
    if directory.exists():
        if any(directory.iterdir()) and not (directory / MARK).is_file():
            raise AutograderError(
                f"{directory}: was not made by the demo, so it is left alone; choose another with --into"
            )
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    (directory / MARK).write_text("Made by autograder demo, which deletes and remakes this folder.\n", encoding="utf-8")
    for path in (Path("course.toml"), Path("nbgrader_config.py"), *notebooks):
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course_root / path, directory / path)
    release = json.loads((course_root / notebooks[0]).read_text(encoding="utf-8"))
    for release_cell in release["cells"]:
        if isinstance(release_cell["source"], list):
            release_cell["source"] = "".join(release_cell["source"])
    download = directory / DOWNLOAD
    download.mkdir()
    roster = ["id,name,email,canvas"]
    for number, person in enumerate(people):
        (download / upload_name(person, number)).write_bytes(person.upload(release))
        identity = student_id(person)
        roster.append(f"{identity},{person.name},{identity}@example.org,{FIRST_USER + number}")
    (directory / ROSTER).write_text("\n".join(roster) + "\n", encoding="utf-8")


def student_id(person: Person) -> str:
    """The id the roster gives a person."""
    return ".".join(person.name.lower().split())


def upload_name(person: Person, number: int) -> str:
    """The file's name in a Canvas download: person, late mark, Canvas's two numbers, the student's own name for it."""
    first, last = person.name.lower().split()
    late = "_LATE" if person.late else ""
    return f"{last}{first}{late}_{FIRST_USER + number}_{FIRST_ATTACHMENT + number}_{person.file}"


def _isolation(console: Console) -> str:
    """The best isolation there is; none where there is none, because this class's code is our own."""
    try:
        choose("auto")
    except AutograderError as error:
        console.print(
            Text(f"Graded without isolation, which is all right for this class only: {error}", style="yellow")
        )
        return "none"
    return "auto"


def _stories(people: Sequence[Person]) -> Table:
    shown = Table(title=f"A class of {len(people)}, as it was made", title_justify="left", box=None)
    shown.add_column("Student", style="bold", no_wrap=True)
    shown.add_column("What happened to the file")
    for person in people:
        shown.add_row(person.name, person.story)
    return shown
