"""A download becomes submissions: one per person, the newest, and every other file accounted for.

Guarantees: no file's content or name can stop the collection; two people are never taken for one on a guess; the order
of the result does not depend on the order of the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.grading.collect.alike import flag_alike
from autograder.grading.collect.choosing import Handed, Looked, Owner, age_of, choose
from autograder.grading.collect.cleaning import Unreadable
from autograder.grading.collect.download import find_files, read_sidecars
from autograder.grading.collect.files import Found, role_of
from autograder.grading.collect.identify import Content, identify
from autograder.grading.collect.loose import loose_claims
from autograder.grading.collect.notebook import read_notebook
from autograder.grading.collect.people import safe_id, student_ids
from autograder.grading.collect.platforms import Claim, claims_of
from autograder.grading.collect.records import Collection, Ignored, Refused, Submission, Superseded
from autograder.grading.collect.release import Release, read_release
from autograder.grading.collect.roster import Roster, read_roster


def collect(
    path: Path, release: NotebookNode, *, roster: Path | None = None, deadline: datetime | None = None, workdir: Path
) -> Collection:
    """Sort a download.

    Args:
        path: A folder, a zip or a single notebook, as Canvas, Moodle, Gradescope, Google Classroom, Drive or nbgrader
            leave them.
        release: The assignment as it was given out.
        roster: A CSV with the columns id, name, email and, where wanted, the platforms' numbers.
        deadline: Decides who is late where the download gives a time but does not say so itself.
        workdir: Where archives are unpacked; the submissions' paths stay valid as long as it exists.

    Raises:
        AutograderError: There is nothing to collect, or the download or the roster cannot be read.
    """
    pristine = read_release(release)
    people = read_roster(roster) if roster is not None else None
    sidecars, files = read_sidecars(find_files(path, workdir))
    if not any(found.ignored is None for found in files):
        what = f"{len(files)} file(s), but no notebook among them" if files else "it is empty"
        raise AutograderError(f"{path}: {what}; expected the students' .ipynb files, or the zip that holds them")
    looked = [_look(found, pristine) for found in files if found.ignored is None]
    claimed = _believed([(item, claims_of(item.found, sidecars)) for item in looked])
    loose = [item for item, claims in claimed if not claims]
    guesses = loose_claims([i.found for i in loose], [i.content is not None for i in loose], pristine.unit)
    claimed = [(i, claims) for i, claims in claimed if claims] + [
        (i, (c,)) for i, c in zip(loose, guesses, strict=True)
    ]
    handed = [_owned(item, claim, people) for item, claims in claimed for claim in claims]
    without = [found for found in files if found.ignored is not None]
    instead = [
        _owned(Looked(found, reason=(f"it is {found.ignored}", "ask for the notebook (.ipynb)")), claim, people)
        for found in without
        for claim in claims_of(found, sidecars)
    ]
    return _Sorting(handed, instead, without, deadline, people).collection()


def _believed(claimed: list[tuple[Looked, tuple[Claim, ...]]]) -> list[tuple[Looked, tuple[Claim, ...]]]:
    """The platforms' claims, without those that somebody's own folder makes in a download that is no platform's.

    Otherwise a file that calls itself as Canvas would, inside Jane's folder, could stand for Joe's.
    """
    loose = [item.found.parts[:-1] for item, claims in claimed if not claims]
    if 2 * len(loose) <= len(claimed):
        return claimed
    top = max(1, min(len(folder) for folder in loose))
    return [(item, claims if len(item.found.parts) <= top else ()) for item, claims in claimed]


def _look(found: Found, release: Release) -> Looked:
    """Open one file, whatever it is."""
    if found.problem is not None or found.path is None:
        return Looked(found, reason=found.problem, stray=role_of(found.parts) == "packed")
    try:
        read = read_notebook(found.path)
    except Unreadable as error:
        return Looked(found, reason=(error.reason, error.remedy))
    try:
        content = identify(read.notebook, release)
    except Unreadable as error:
        return Looked(found, reason=(error.reason, error.remedy), stray=True)
    return Looked(found, content, read.digest, notes=(*read.notes, *content.notes))


def _owned(looked: Looked, claim: Claim, roster: Roster | None) -> Handed:
    if roster is None:
        return Handed(looked, claim, claim.key, None, claim.notes)
    person, note = roster.find(claim)
    owner = ("roster", person.student_id) if person else claim.key
    notes = (
        claim.notes if person and claim.platform in ("files", "drive") else (*claim.notes, *([note] if note else []))
    )
    return Handed(looked, claim, owner, person, notes)


class _Sorting:
    """The files of a download, person by person."""

    def __init__(
        self,
        handed: Sequence[Handed],
        instead: Sequence[Handed],
        without: Iterable[Found],
        deadline: datetime | None,
        roster: Roster | None,
    ) -> None:
        self.deadline, self.roster = deadline, roster
        owners = {item.owner for item in handed}
        only = [item for item in instead if item.owner not in owners]
        self.files: dict[Owner, list[Handed]] = defaultdict(list)
        for item in sorted([*handed, *only], key=lambda item: item.looked.found.parts):
            self.files[item.owner].append(item)
        told = {item.looked.found.parts for item in only}
        self.ignored = [Ignored(f.source, str(f.ignored)) for f in without if f.parts not in told]
        self.ids = student_ids({owner: _wanted(self.files[owner][0]) for owner in sorted(self.files)})
        self.submissions: list[tuple[Submission, Content]] = []
        self.refused: list[Refused] = []
        self.superseded: list[Superseded] = []

    def collection(self) -> Collection:
        """Everything, in order."""
        for owner, items in self.files.items():
            self._person(owner, items)
        submissions = sorted(flag_alike(self.submissions), key=lambda s: s.student_id.casefold())
        return Collection(
            tuple(submissions),
            tuple(sorted(self.refused, key=lambda r: r.source)),
            tuple(sorted(self.superseded, key=lambda s: (s.source, s.student_id))),
            tuple(sorted(self.ignored, key=lambda i: i.source)),
            self._absent(),
        )

    def _absent(self) -> tuple[tuple[str, str], ...]:
        people = self.roster.people if self.roster else ()
        return tuple((safe_id(p.student_id), p.name) for p in people if ("roster", p.student_id) not in self.files)

    def _person(self, owner: Owner, items: Sequence[Handed]) -> None:
        readable = sorted((i for i in items if i.looked.content is not None), key=age_of(items))
        chosen, why = choose(readable)
        for item in items:
            found, reason = item.looked.found, item.looked.reason
            if reason is not None and chosen is not None and item.looked.stray:
                self.ignored.append(Ignored(found.source, f"not the assignment: {reason[0]}"))
            elif reason is not None:
                self.refused.append(Refused(found.source, *reason, self.ids[owner], _display(item)))
            elif chosen is not None and item is not chosen:
                self.superseded.append(Superseded(found.source, self.ids[owner], chosen.looked.found.source, why[0]))
        if chosen is None:
            return
        broken = [i.looked for i in items if i.looked.reason and not i.looked.stray]
        notes = [f"another file of theirs was refused: {b.found.source}" for b in broken]
        if self._late(chosen):
            in_time = [i.looked.found.source for i in readable if self._late(i) is False]
            notes += [f"this one is late, an earlier one was in time: {source}" for source in in_time[-1:]]
        self._submit(owner, chosen, (*chosen.notes, *chosen.looked.notes, *why[1:], *notes))

    def _late(self, item: Handed) -> bool | None:
        """Whether a file came late: as the platform says, else by the deadline, else unknown."""
        claim = item.claim
        if claim.late is not None or claim.submitted_at is None or self.deadline is None:
            return claim.late
        return claim.submitted_at > self.deadline

    def _submit(self, owner: Owner, item: Handed, notes: tuple[str, ...]) -> None:
        found, claim, content = item.looked.found, item.claim, item.looked.content
        if found.path is None or content is None:
            return
        if not content.answers:
            notes = (*notes, "nothing was filled in")
        submission = Submission(
            self.ids[owner],
            _display(item),
            found.path,
            item.looked.digest,
            claim.submitted_at,
            self._late(item),
            found.source,
            claim.platform,
            (item.person.email if item.person else None) or claim.email,
            claim.ids,
            found.date,
            not content.answers,
            item.person is not None if self.roster else None,
            tuple(dict.fromkeys(notes)),
        )
        self.submissions.append((submission, content))


def _wanted(item: Handed) -> tuple[str, str]:
    """What a person's id is made from, and what sets it apart."""
    if item.person is not None:
        return item.person.student_id, ""
    return item.claim.name, item.claim.ids[0][1] if item.claim.ids else "/".join(item.claim.key)


def _display(item: Handed) -> str:
    return item.person.name if item.person else item.claim.name
