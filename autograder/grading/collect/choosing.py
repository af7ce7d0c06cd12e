"""Which of a person's files counts: the newest, unless it is an untouched copy or has lost the assignment's marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.grading.collect.files import Found
from autograder.grading.collect.identify import Content
from autograder.grading.collect.platforms import Claim
from autograder.grading.collect.roster import Person

Owner = tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """One file after it was opened: either it is the assignment, or there is a reason why not."""

    found: Found
    content: Content | None = None
    digest: str = ""
    reason: tuple[str, str] | None = None
    stray: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handed:
    """One file in one person's hands."""

    looked: Looked
    claim: Claim
    owner: Owner
    person: Person | None
    notes: tuple[str, ...]


def age_of(items: Sequence[Handed]) -> Callable[[Handed], tuple[tuple[float, ...], tuple[str, ...]]]:
    """What to sort a person's notebooks by, the oldest first: times of one platform are not compared with another's."""
    platforms = {"files" if item.claim.platform == "drive" else item.claim.platform for item in items}
    one_platform = len(platforms) == 1

    def age(item: Handed) -> tuple[tuple[float, ...], tuple[str, ...]]:
        rank = item.claim.rank if one_platform else (item.looked.found.modified,)
        answers = item.looked.content.answers if item.looked.content else 0
        return (*rank, float(answers)), item.looked.found.parts

    return age


def choose(readable: Sequence[Handed]) -> tuple[Handed | None, tuple[str, ...]]:
    """The file that counts; why the others do not; and a note where it is not the newest.

    Args:
        readable: A person's notebooks, from the oldest to the newest.
    """
    if not readable:
        return None, ()
    newest = readable[-1]
    filled = [item for item in readable if item.looked.content and item.looked.content.answers] or list(readable)
    marked = [item for item in filled if item.looked.content and item.looked.content.marked] or filled
    chosen = marked[-1]
    if chosen is newest:
        return chosen, ("there is a newer one",)
    reason = "it has lost the assignment's marks" if newest in filled else "it is untouched"
    note = f"a newer file was passed over because {reason}: {newest.looked.found.source}"
    return chosen, ("another one was taken, the newest with answers in the assignment's own cells", note)
