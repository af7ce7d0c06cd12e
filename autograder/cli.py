"""The command line: `autograder COMMAND`. Each command is one thin function; what it needs is imported inside it.

Guarantees: an `AutograderError` is one line on stderr and exit code 2; starting up imports none of the heavy libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.errors import AutograderError

USAGE_EXIT = 2
GRADE, LEARN, MAKE = "Grade a class", "Learn on your own", "Make the course"

app = typer.Typer(
    name="autograder",
    help="Builds the course's notebooks and grades what students hand in.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Builds the course's notebooks and grades what students hand in."""


@app.command(rich_help_panel=MAKE)
def build(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a notebook is stale.")] = False,
    only: Annotated[str | None, typer.Option(metavar="NN_topic", help="Build this unit only.")] = None,
) -> None:
    """Build lectures, solutions and assignments from sources/."""
    from autograder.authoring.build import Builder
    from autograder.checks.exercise import find
    from autograder.course import find_course, load_course

    built = Builder(load_course(find_course(Path.cwd())), find).build(only, check=check)
    for path in built.changed:
        typer.echo(f"{'stale' if check else 'built'}  {path}")
    for path in built.orphans:
        typer.echo(f"{path} is built from no source; remove it", err=True)
    typer.echo(f"{len(built.unchanged)} of {len(built.changed) + len(built.unchanged)} notebooks were up to date")
    if check and built.changed:
        typer.echo("run `autograder build` and commit what it wrote", err=True)
    if built.orphans or (check and built.changed):
        raise typer.Exit(1)


@app.command(rich_help_panel=MAKE)
def slides() -> None:
    """Make slides/NN_topic.html of every built lecture, to be shown without a network."""
    from autograder.authoring.slides import make_slides
    from autograder.course import find_course

    for path in make_slides(find_course(Path.cwd())):
        typer.echo(str(path))


@app.command(rich_help_panel=GRADE)
def grade(
    path: Annotated[Path, typer.Argument(help="The download: a folder, a zip or a notebook.")],
    assignment: Annotated[str, typer.Option(metavar="NN_topic", help="Which assignment was handed in.")],
    workers: Annotated[int | None, typer.Option(min=1, help="How many grade side by side; default: the cores.")] = None,
    device: Annotated[
        str, typer.Option(metavar="auto|cpu|cuda", help="Where the cases run; auto is the CPU.")
    ] = "auto",
    isolation: Annotated[
        str, typer.Option(metavar="auto|none", help="none: unprotected, if nothing holds here.")
    ] = "auto",
    roster: Annotated[Path | None, typer.Option(help="CSV with id, name, email: who is in the class.")] = None,
    course: Annotated[Path | None, typer.Option(help="The course's folder; default: the one we are in.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted batch, same seed.")] = False,
    regrade: Annotated[
        str | None, typer.Option(metavar="EXERCISE", help="Judge one exercise of everybody anew, from the same files.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade everybody in the download anew.")] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the cases; default: drawn for each batch.")] = None,
    cell_seconds: Annotated[
        float, typer.Option(min=1, help="How long a cell, or one of the judge's questions, may take.")
    ] = 60.0,
) -> None:
    """Grade a download: results, gradebook, feedback and the class page.

    Who is recorded keeps the result, unless another file of theirs is there that is not older.

    Exit code 0: all graded; 1: some need a person; 2: it could not be done, the line says why; 130: interrupted.
    """
    from rich.console import Console

    from autograder.course import find_course
    from autograder.grading.batch.plan import Wish
    from autograder.grading.command import Order
    from autograder.grading.command import grade as grade_download

    if force and regrade:
        raise AutograderError("--force and --regrade exclude each other: give the one that is meant")
    wish = Wish("force" if force else "regrade" if regrade else "new", regrade, resume, seed)
    order = Order(path, assignment, wish, workers, device, isolation, roster, cell_seconds)
    raise typer.Exit(grade_download(find_course(course or Path.cwd()), order, Console()))


@app.command(rich_help_panel=MAKE)
def audit(
    units: Annotated[list[str] | None, typer.Argument(help="Units; none means all.")] = None,
    seeds: Annotated[int, typer.Option(help="Seeds each reference is marked on.")] = 200,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    banks: Annotated[Path, typer.Option(help="Folder of the banks of answers.")] = Path("tests/answers"),
) -> None:
    """Prove the checks against the banks of wrong and right answers."""
    from autograder.audit.command import audit_command

    raise typer.Exit(audit_command(tuple(units or ()), seeds, device, banks))


@app.command(rich_help_panel=GRADE)
def demo(
    into: Annotated[Path, typer.Option(help="The demo's own folder, deleted and made anew.")] = Path("demo-class"),
    workers: Annotated[int | None, typer.Option(help="Submissions graded side by side; default: one per core.")] = None,
) -> None:
    """Make a class of submissions as they really arrive, grade it, and say where to look."""
    from rich.console import Console

    from autograder.course import find_course
    from autograder.demo.command import demo as run_demo

    raise typer.Exit(run_demo(find_course(Path.cwd()), into, Console(), workers=workers))


@app.command(rich_help_panel=GRADE)
def export(
    assignment: Annotated[str, typer.Option(metavar="NN_topic", help="The assignment.")],
    format: Annotated[str, typer.Option(metavar="canvas|moodle|gradescope|csv", help="Who is to read the files.")],
    course: Annotated[Path | None, typer.Option(help="The course's folder; default: the one we are in.")] = None,
    into: Annotated[Path | None, typer.Option(help="Folder for the files; default: exports/NN_topic.")] = None,
    column: Annotated[str, typer.Option(help="The assignment's title on the platform.")] = "",
    per_exercise: Annotated[
        bool, typer.Option("--per-exercise", help="A column for each exercise beside the total.")
    ] = False,
) -> None:
    """Write scores and feedback for the platform they are handed back on."""
    from autograder.course import find_course, load_course
    from autograder.grading.export.command import export as write_export

    root = find_course(course or Path.cwd())
    load_course(root).unit(assignment)
    directory = into or root / "exports" / assignment
    written, unread = write_export(root, assignment, format, directory, column=column, per_exercise=per_exercise)
    for file in written:
        typer.echo(f"{file.path}\n    {file.purpose}")
        if file.left_out:
            typer.echo(f"    not in it, because the platform could not tell whose it is: {', '.join(file.left_out)}")
    if unread:
        who = "1 student has" if unread == 1 else f"{unread} students have"
        typer.echo(f"{who} answers that wait for a person (autograder formgrader): those totals are not final")


@app.command(rich_help_panel=GRADE)
def formgrader(
    course: Annotated[Path | None, typer.Option(help="The course's folder; default: the one we are in.")] = None,
    port: Annotated[int, typer.Option(help="Where to listen on this machine.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the page.")] = True,
) -> None:
    """Read written answers in the browser, with nbgrader's formgrader; Ctrl-C ends it."""
    from autograder.course import find_course
    from autograder.grading.formgrader import serve

    serve(find_course(course or Path.cwd()), port=port, browser=browser)


@app.command(rich_help_panel=GRADE)
def doctor() -> None:
    """Say what this machine offers for grading, and what would make it better.

    Exit code 1 when something that grading needs does not work.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from autograder.doctor import diagnose

    findings = diagnose()
    table = Table("", "", "found", "what to do", box=None, pad_edge=False)
    signs = {"good": "[green]ok[/]", "poor": "[yellow]![/]", "bad": "[red]no[/]"}
    for finding in findings:
        table.add_row(signs[finding.state], finding.name, escape(finding.text), escape(finding.remedy))
    Console().print(table)
    raise typer.Exit(any(finding.state == "bad" for finding in findings))


@app.command(rich_help_panel=LEARN)
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook of your own.")],
    assignment: Annotated[str | None, typer.Option(metavar="NN_topic", help="Which one, if it does not say.")] = None,
) -> None:
    """Mark a notebook of your own as grading would; nothing is recorded."""
    from rich.console import Console

    from autograder.course import find_course
    from autograder.selfstudy.own_file import mark_file, show

    result = mark_file(notebook, find_course(Path.cwd()), assignment)
    raise typer.Exit(0 if show(result, notebook, Console()) else 1)


@app.command(rich_help_panel=LEARN)
def compare(
    notebook: Annotated[Path, typer.Argument(help="A notebook of your own.")],
    assignment: Annotated[str | None, typer.Option(metavar="NN_topic", help="Which one, if it does not say.")] = None,
) -> None:
    """Write a page with your answers beside the solutions, for what you have attempted."""
    from autograder.course import find_course
    from autograder.selfstudy.compare import compare as write_page

    page, names = write_page(notebook, find_course(Path.cwd()), assignment)
    typer.echo(f"{', '.join(names)}: yours and the solution, side by side; open\n{page}")


@app.command(rich_help_panel=LEARN)
def progress(
    folder: Annotated[Path, typer.Argument(help="The folder with your notebooks.")] = Path("my"),
) -> None:
    """Show where you stand, unit by unit, and what to do next."""
    from rich.console import Console

    from autograder.course import find_course
    from autograder.selfstudy.progress import progress as show_progress

    show_progress(folder, find_course(Path.cwd()), Console())


def main() -> None:
    """Run the command line; the entry point of the `autograder` script."""
    try:
        app()
    except AutograderError as error:
        typer.echo(f"autograder: {error}", err=True)
        raise SystemExit(USAGE_EXIT) from None


if __name__ == "__main__":
    main()
