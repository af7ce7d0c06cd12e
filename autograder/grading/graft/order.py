"""Where everything goes: the release's cells in the release's order, a student's own cells where they stood among them.

Guarantees: a student's notebook in the release's order keeps its own order exactly; where an answer had to be moved up,
the student's own cells that it needs are moved before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autograder.grading.collect.facts import Facts, Statement, facts
from autograder.grading.collect.release import ReleaseCell


@dataclass(frozen=True)
class Extra:
    """A cell of the student's own, or the part of a given cell that the student added; no two share a seat."""

    seat: float
    source: str
    kind: str

    @property
    def facts(self) -> Facts:
        """What its code defines."""
        return facts(self.source if self.kind == "code" else "")


def arrange(
    cells: Sequence[ReleaseCell],
    seats: dict[int, int],
    extras: Sequence[Extra],
    needs_of: Callable[[ReleaseCell], frozenset[str]],
) -> list[ReleaseCell | Extra]:
    """Put given and own cells in one order.

    Args:
        cells: The release.
        seats: Where each given cell stood in the submission, by its place in the release.
        extras: The student's own cells, in their order.
        needs_of: The names that a given cell's text reads, once it is filled in.
    """
    before, after = _neighbours(seats, extras)
    waiting = {extra.seat: extra for extra in extras}
    arranged: list[ReleaseCell | Extra] = []

    def emit(wanted: Iterable[Extra]) -> None:
        arranged.extend(waiting.pop(extra.seat) for extra in wanted if extra.seat in waiting)

    for cell in cells:
        emit(before.get(cell.index, ()))
        if cell.index in seats:
            earlier = [extra for extra in waiting.values() if extra.seat < seats[cell.index]]
            emit(providers(earlier, needs_of(cell)))
        arranged.append(cell)
        emit(after.get(cell.index, ()))
    emit(extras)
    return arranged


def providers(extras: Sequence[Extra], names: frozenset[str]) -> list[Extra]:
    """Those of the extras that bind one of the names, and those that they need in turn, in order."""
    wanted, chosen = set(names), set[int]()
    grew = True
    while grew:
        grew = False
        for index, extra in enumerate(extras):
            if index not in chosen and extra.facts.bound & (wanted | {"*"}):
                chosen.add(index)
                wanted |= extra.facts.loaded
                grew = True
    return [extras[index] for index in sorted(chosen)]


def additions(source: str, given: frozenset[str], needed: frozenset[str]) -> str:
    """The statements of a cell that bind a name somebody needs and the given cells do not provide.

    Args:
        source: A given cell as the student left it.
        given: The names that the pristine cell binds.
        needed: The names that the student's other code reads.
    """
    found = facts(source)
    wanted = set(needed) - given
    chosen: set[int] = set()
    grew = True
    while grew:
        grew = False
        for index, statement in enumerate(found.statements):
            if index not in chosen and statement.names - given & (wanted | {"*"}):
                chosen.add(index)
                wanted |= facts("\n".join(_lines_of(source, statement))).loaded - given
                grew = True
    return "\n".join(line for index in sorted(chosen) for line in _lines_of(source, found.statements[index]))


def _lines_of(source: str, statement: Statement) -> list[str]:
    return source.split("\n")[statement.first_line - 1 : statement.last_line]


def _neighbours(
    seats: dict[int, int], extras: Sequence[Extra]
) -> tuple[dict[int, list[Extra]], dict[int, list[Extra]]]:
    """The extras that stand behind each given cell, and those in front of the first one."""
    order = sorted((seat, index) for index, seat in seats.items())
    seated = [seat for seat, _ in order]
    before: dict[int, list[Extra]] = {}
    after: dict[int, list[Extra]] = {}
    for extra in extras:
        behind = bisect_right(seated, extra.seat)
        if behind:
            after.setdefault(order[behind - 1][1], []).append(extra)
        elif order:
            before.setdefault(order[0][1], []).append(extra)
    return before, after
