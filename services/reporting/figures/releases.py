"""What is told of a production model: twice a year something is added, nothing changed. Pure.

A number that follows every day tells of somebody: of yesterday's and today's the difference is
who changed it. So households are counted once, several at a time, by what was known on the day of
a release; what is recorded of them later, or where they go, moves no number that was told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple, Protocol
from uuid import UUID

from services.reporting.domain.dossier import Dossier
from services.reporting.figures.effectiveness import (
    MONTHS,
    Compared,
    Followed,
    Joined,
    Side,
    compare,
    enrolment,
    has_left,
    income,
    stratum_of,
)
from services.reporting.figures.small_cells import LEAST, Earned, Row, joined
from shared.areas import Scope
from shared.calendar import DAY
from shared.clock import VIETNAM

_ENDS = ((3, 31), (9, 30))
"""A quarter after each half-year: what it brought has been recorded by then."""


class Release(NamedTuple):
    """The last day that counts in a release, which is made when the day has ended."""

    last: date

    @property
    def known_at(self) -> datetime:
        """Give the instant by which things must have been known."""
        return datetime.combine(self.last + DAY, time(), VIETNAM)


class People(Protocol):
    """The households of a reader, as they were known and true in a release."""

    def joined(self, release: Release) -> Iterable[Dossier]:
        """Give those that lived in the reader's area and had been enrolled."""

    def others(self, release: Release) -> Iterable[Dossier]:
        """Give those that lived in the reader's area and near the model."""

    def of(self, release: Release, ids: Sequence[UUID]) -> Mapping[UUID, Dossier]:
        """Give some that are counted, wherever they live now."""

    def around(self, release: Release) -> Scope:
        """Give where others must have lived to be compared."""


@dataclass
class Told:
    """What the releases so far have told."""

    rows: list["_Told"] = field(default_factory=list)
    others: int = 0
    incomes: list[Earned] = field(default_factory=list)
    counted: set[UUID] = field(default_factory=set)
    earned: set[UUID] = field(default_factory=set)


@dataclass
class _Told:
    """A row that was told, and who is counted in it."""

    row: Row
    sides: tuple[tuple[Followed, ...], tuple[Followed, ...]]

    @property
    def year(self) -> int:
        return max(each.year for each in self.row.strata)


def releases(first: date, valid_at: date, known_at: datetime) -> Iterator[Release]:
    """Give the releases from a day on that are of the past on a day, and were at an instant."""
    for year in range(first.year, valid_at.year + 1):
        for month, day in _ENDS:
            found = Release(date(year, month, day))
            if first <= found.last < valid_at and found.known_at <= known_at:
                yield found


def told(model: UUID, people: People, made: Iterable[Release]) -> Told:
    """Go through the releases, the first one first."""
    so_far = Told()
    for release in made:
        ours = list(people.joined(release))
        _earn(so_far, model, ours)
        _add(so_far, model, people, release, ours)
        _follow(so_far, people, release)
    return so_far


def _add(
    so_far: Told, model: UUID, people: People, release: Release, ours: Iterable[Dossier]
) -> None:
    """Count those for whom twelve months have passed since the end of the year they joined in."""
    joining: list[Joined] = []
    others: list[UUID] = []
    for dossier in ours:
        joined_on = enrolment(dossier, model)
        if joined_on is None or dossier.household_id in so_far.counted:
            continue
        if _years_after(joined_on.on.year, 1) > release.last:
            continue
        stratum = stratum_of(dossier, joined_on.on, release.last)
        if stratum is None:
            others.append(dossier.household_id)
        else:
            joining.append(Joined(dossier, joined_on.on, stratum))
    if len(others) >= LEAST:
        so_far.others += len(others)
        so_far.counted.update(others)
    if len(joining) < 2 * LEAST:  # so many have left, or so many stayed, that it cannot be enough
        return
    near = (each for each in people.others(release) if each.household_id not in so_far.counted)
    compared = compare(joining, near, people.around(release), release.last)
    for row in _rows(compared):
        so_far.rows.append(row)
        so_far.counted.update(one.household_id for side in row.sides for one in side)


def _rows(compared: Iterable[Compared]) -> Iterator[_Told]:
    by_stratum = {each.stratum: each for each in compared}
    for row in joined([_row(each) for each in by_stratum.values()]):
        own = [by_stratum[each] for each in row.strata]
        sides = ([each.participants for each in own], [each.comparable for each in own])
        one, other = (tuple(who for part in side for who in part) for side in sides)
        yield _Told(row, (one, other))


def _row(each: Compared) -> Row:
    return Row((each.stratum,), _side(each.participants), _side(each.comparable))


def _side(followed: Sequence[Followed]) -> Side:
    return Side(len(followed), (sum(each.left for each in followed),))


def _follow(so_far: Told, people: People, release: Release) -> None:
    """Tell of rows what became of the same households after twice the time."""
    for each in so_far.rows:
        row = each.row
        if len(row.participants.left) == len(MONTHS) or _years_after(each.year, 2) > release.last:
            continue
        ids = [one.household_id for side in each.sides for one in side]
        there = people.of(release, ids)
        sides = [
            Side(len(side), (had.left[0], _left(side, there, release.last)))
            for side, had in zip(each.sides, (row.participants, row.comparable), strict=True)
        ]
        each.row = Row(row.strata, *sides)


def _left(side: Iterable[Followed], there: Mapping[UUID, Dossier], today: date) -> int:
    found = [(there.get(one.household_id), one.since) for one in side]
    return sum(
        dossier is not None and has_left(dossier, since, MONTHS[1], today)
        for dossier, since in found
    )


def _earn(so_far: Told, model: UUID, ours: Iterable[Dossier]) -> None:
    """Count the incomes of those who have told both, once there are enough of them."""
    found = {
        each.household_id: own
        for each in ours
        if each.household_id not in so_far.earned and (own := income(each, model)) is not None
    }
    if len(found) < LEAST:
        return
    so_far.earned.update(found)
    so_far.incomes.append(
        Earned(
            len(found),
            sum(each.before for each in found.values()),
            sum(each.after for each in found.values()),
            sum(each.after > each.before for each in found.values()),
        )
    )


def _years_after(year: int, years: int) -> date:
    return date(year + years, 12, 31)
