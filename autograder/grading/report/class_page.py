"""The page for whoever graded: what needs a person first, then how the class did, then everybody.

Guarantees: every submission is on the page once in the last table, with a link to its feedback; whatever needs a
decision is on top with its reason; similar submissions are listed to be looked at, without judging them; offline, no
scripts.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from autograder.grading.collect.records import Collection
from autograder.grading.report import charts
from autograder.grading.report.feedback import feedback_path, one_line, total_line
from autograder.grading.report.page import state_of, write
from autograder.grading.report.similar import Pair, near_identical
from autograder.grading.results import ExerciseResult, SubmissionResult, number

BINS = 10
SLOWEST = 12
TOP_MISTAKES = 15
STATUS_WORDS = {"graded": "graded", "needs_person": "needs a person", "refused": "refused"}


@dataclass(frozen=True)
class _Row:
    name: str
    link: str
    status: str
    state: str
    late: bool
    total: str
    reasons: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    seconds: str


@dataclass(frozen=True)
class _Mistake:
    exercise: str
    name: str
    students: tuple[tuple[str, str], ...]


def write_class_page(
    results: Sequence[SubmissionResult],
    collection: Collection | None,
    directory: Path,
    *,
    answers: Mapping[str, Mapping[str, str]] | None = None,
) -> Path:
    """Write the class page.

    Args:
        results: all results of one assignment.
        collection: what was found in the download, to account for files that became nobody's submission.
        directory: ``<course>/reports/<assignment>``.
        answers: per student, code by exercise, to find near-identical submissions.

    Returns:
        ``index.html`` in that folder.

    Raises:
        AutograderError: the file cannot be written.
    """
    ordered = sorted(results, key=lambda result: (result.display_name.casefold(), result.student_id))
    mistakes, names = _mistakes(ordered), _names(ordered)
    strangers = frozenset() if collection is None else collection.strangers
    urgent = [result for result in ordered if _needs_look(result) or result.student_id in strangers]
    return write(
        directory / "index.html",
        "class.html",
        assignment=directory.name,
        facts=_facts(ordered, len(urgent), len(collection.refused) if collection else 0),
        urgent=[_row(result, names) for result in urgent],
        noted=[_row(result, names) for result in ordered if result not in urgent and remarks(result)],
        unread=_unread(ordered),
        refused=() if collection is None else collection.refused,
        missing=_missing(ordered, collection),
        left_out=_left_out(collection),
        scores=_scores(ordered),
        exercises=_exercises(ordered),
        mistakes_chart=_mistakes_chart(mistakes),
        mistakes=mistakes,
        times=_times(ordered),
        pairs=_pairs(ordered, near_identical(answers or {})),
        names=names,
        rows=[_row(result, names) for result in ordered],
        isolation=sorted({result.isolation for result in ordered}),
    )


def seconds_of(result: SubmissionResult) -> float:
    """Seconds this submission took: the measured total, or the sum of its steps."""
    return result.timings_s.get("total", sum(result.timings_s.values()))


def remarks(result: SubmissionResult) -> tuple[str, ...]:
    """What staff should know of a submission beside its points: what needs a look first."""
    return (*result.flags, *result.staff_notes, *result.notes)


def _link(result: SubmissionResult) -> str:
    page = feedback_path(Path("..") / ".." / "feedback" / result.student_id / result.assignment, result.assignment)
    return quote(page.as_posix())


def _who(result: SubmissionResult) -> str:
    return result.display_name or result.student_id


def _graded(results: Sequence[SubmissionResult]) -> list[SubmissionResult]:
    return [result for result in results if result.status != "refused" and result.max_points]


def _state(exercise: ExerciseResult) -> str:
    return state_of(exercise.points, exercise.max_points) if exercise.attempted else "untried"


def _needs_look(result: SubmissionResult) -> bool:
    return result.status != "graded" or bool(result.flags)


def _names(results: Sequence[SubmissionResult]) -> list[tuple[str, float]]:
    """Every exercise of the assignment with its points, in notebook order."""
    return list({ex.name: (ex.name, ex.max_points) for result in results for ex in result.exercises}.values())


def _facts(results: Sequence[SubmissionResult], urgent: int, refused: int) -> list[tuple[str, str]]:
    graded = _graded(results)
    shares = [100 * result.points / result.max_points for result in graded]
    facts = [(str(len(results) + refused), "handed in"), (str(len(graded)), "graded")]
    facts.append((str(urgent + refused), "to look at"))
    if late := sum(bool(result.late) for result in results):
        facts.append((str(late), "late"))
    if shares:
        facts += [
            (f"{statistics.median(shares):.0f} %", "median score"),
            (f"{statistics.mean(shares):.0f} %", "mean score"),
        ]
        facts.append((str(sum(share >= 100 for share in shares)), "with every point"))
    return facts


def _missing(results: Sequence[SubmissionResult], collection: Collection | None) -> list[str]:
    return [] if collection is None else collection.missing({result.student_id for result in results})


def _left_out(collection: Collection | None) -> list[tuple[str, str]]:
    """Files that are nobody's current submission and need nobody, with the reason."""
    if collection is None:
        return []
    older = [(item.source, f"{item.reason} (used instead: {item.by})") for item in collection.superseded]
    return [*older, *((item.source, item.reason) for item in collection.ignored)]


def _unread(results: Sequence[SubmissionResult]) -> int:
    return sum(any(item.answered for item in result.manual) for result in _graded(results))


def _scores(results: Sequence[SubmissionResult]) -> Markup:
    graded = _graded(results)
    counts = [0] * BINS
    for result in graded:
        counts[min(int(BINS * result.points / result.max_points), BINS - 1)] += 1
    labels = [f"{100 * i // BINS}–{100 * (i + 1) // BINS}" for i in range(BINS)]
    title = f"Scores of {len(graded)} submissions in steps of {100 // BINS} per cent"
    return charts.columns(counts, labels, title, "per cent of the points that the checks give")


def _exercises(results: Sequence[SubmissionResult]) -> Markup:
    bars = []
    for name, _ in _names(results):
        those = [ex for result in _graded(results) for ex in result.exercises if ex.name == name]
        states = [_state(ex) for ex in those]
        parts = tuple(float(states.count(state)) for state in ("full", "part", "none", "untried"))
        share = 100 * sum(ex.points for ex in those) / (sum(ex.max_points for ex in those) or 1)
        bars.append(charts.Bar(name, parts, f"{share:.0f} % of points"))
    colours = (charts.FULL, charts.PART, charts.NONE, charts.EMPTY)
    key = charts.legend(list(zip(colours, ("all points", "partly", "no points", "not attempted"), strict=True)))
    return charts.rows(bars, colours, "Per exercise: how many submissions got all, some or no points") + key


def _mistakes(results: Sequence[SubmissionResult]) -> list[_Mistake]:
    """Named mistakes, most frequent first, each with the students who share it."""
    shared: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for result in results:
        for exercise in result.exercises:
            if exercise.diagnosis:
                shared.setdefault((exercise.name, exercise.diagnosis), []).append((_who(result), _link(result)))
    ordered = sorted(shared.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_Mistake(exercise, name, tuple(students)) for (exercise, name), students in ordered]


def _mistakes_chart(mistakes: Sequence[_Mistake]) -> Markup:
    if not mistakes:
        return Markup("")
    bars = [charts.Bar(m.name, (float(len(m.students)),), f"{len(m.students)} × {m.exercise}") for m in mistakes]
    return charts.rows(bars[:TOP_MISTAKES], (charts.PART,), "How many submissions share each named mistake")


def _times(results: Sequence[SubmissionResult]) -> Markup:
    timed = sorted(((seconds_of(result), _who(result)) for result in results), key=lambda pair: (-pair[0], pair[1]))
    if not timed or timed[0][0] <= 0:
        return Markup("")
    bars = [charts.Bar(who, (seconds,), f"{seconds:.1f} s") for seconds, who in timed[:SLOWEST]]
    middle = statistics.median(seconds for seconds, _ in timed)
    chart = charts.rows(bars, (charts.BLUE,), "Seconds per submission, slowest first")
    words = Markup('<p class="small soft">Median {} s; {} s together. Slowest first.</p>')
    return words.format(f"{middle:.1f}", f"{sum(seconds for seconds, _ in timed):.1f}") + chart


def _pairs(results: Sequence[SubmissionResult], pairs: Sequence[Pair]) -> list[dict[str, object]]:
    by_id = {result.student_id: (_who(result), _link(result)) for result in results}
    known = [pair for pair in pairs if pair.first in by_id and pair.second in by_id]
    return [
        {
            "students": (by_id[pair.first], by_id[pair.second]),
            "exercises": pair.exercises,
            "similarity": pair.similarity,
        }
        for pair in known
    ]


def _row(result: SubmissionResult, names: Sequence[tuple[str, float]]) -> _Row:
    cells = {ex.name: (number(ex.points), _state(ex)) for ex in result.exercises}
    lost = tuple(f"{ex.name}: {line}" for ex in result.exercises if (line := one_line(ex)))
    state = {"graded": "full", "needs_person": "wait", "refused": "none"}[result.status]
    return _Row(
        name=_who(result),
        link=_link(result),
        status=STATUS_WORDS[result.status],
        state=state,
        late=bool(result.late),
        total=total_line(result),
        reasons=remarks(result) or lost,
        cells=tuple(("—", "") if result.status == "refused" else cells.get(name, ("—", "")) for name, _ in names),
        seconds=f"{seconds_of(result):.1f}",
    )
