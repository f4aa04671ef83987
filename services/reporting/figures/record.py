"""What a household adds to the figures of its area, from which day on, in one record. Pure.

Every part is as it was true by the day asked about, like a dossier that is cut at that day. Who
asks only for statuses reads no further than them: they come first.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import msgspec

from services.reporting.domain.loan_buckets import Change, Money, held_on
from services.reporting.rules import over_ceiling, score_contradiction, wrong_beneficiary

UNKNOWN = "unknown"
"""The status of a household of which no classification is known."""
CLOSED = "closed"
BUCKETS = (
    *("undisbursed", "unevidenced", "on_purpose", "off_purpose"),
    *("repaid", "recalled", "written_off"),
)
HOUSEHOLD_CODES = (score_contradiction.CODE, wrong_beneficiary.CODE, over_ceiling.CODE)
"""The rules about one household that may have too little to judge by; rows say which by place."""

NO_MONEY: Money = (0, 0, 0, 0, 0, 0, 0)
POOR = ("poor", "near_poor")


class Standing(NamedTuple):
    """What a household adds to an overview of one day; closed ones only their money."""

    status: str | None
    sponsored: bool
    planned: bool
    visits: int
    loans: int
    money: Money


class Target(NamedTuple):
    """A household's target of a year, and what came of it by a day."""

    to: str
    set_on: date
    status: str | None
    sponsored: bool
    result: str


class Looked(NamedTuple):
    """One thing that a rule looked at; `why` says why it did not judge it."""

    code: str
    year: int
    why: str | None


class Statuses(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The statuses alone, each from its day on; None: closed."""

    statuses: tuple[tuple[date, str | None], ...] = ()

    def status_on(self, day: date) -> str | None:
        """Give the status on a day; None where it is closed by then."""
        for since, status in reversed(self.statuses):
            if since <= day:
                return status
        return UNKNOWN


class Kept(Statuses, array_like=True, frozen=True, gc=False):
    """One household's record."""

    sponsors: tuple[tuple[date, date | None], ...] = ()
    """From when and until when somebody answers for it."""
    planned: date | None = None
    targets: tuple[tuple[int, date, str | None], ...] = ()
    """Of which year, set on which day, to what; None: withdrawn. In fact order."""
    visits: tuple[date, ...] = ()
    looked: tuple[tuple[date, int, str | None], ...] = ()
    """What a rule looked at, from which day on, by its place in `HOUSEHOLD_CODES`; and why not."""
    loans: tuple[tuple[Change, ...], ...] = ()
    """What moves the money of each loan."""

    def is_sponsored(self, day: date) -> bool:
        """Tell whether a sponsor answers for it on a day."""
        return any(
            since <= day and (until is None or day < until) for since, until in self.sponsors
        )

    def standing(self, day: date) -> Standing:
        """Give what it adds to an overview."""
        loans, money = self._lent(day) if self.loans else (0, NO_MONEY)
        planned = self.planned is not None and self.planned <= day
        visits = self._visits(day) if self.visits else 0
        sponsored = self.is_sponsored(day) if self.sponsors else False
        return Standing(self.status_on(day), sponsored, planned, visits, loans, money)

    def _lent(self, day: date) -> tuple[int, Money]:
        """Count the loans that are paid out, and add up where the money of all of them is."""
        held = [held_on(changes, day) for changes in self.loans]
        if len(held) == 1:
            return held[0]
        a, b, c, d, e, f, g = map(sum, zip(*(money for _, money in held), strict=True))
        return sum(paid for paid, _ in held), (a, b, c, d, e, f, g)

    def _visits(self, day: date) -> int:
        """Count the visits of the year until a day."""
        first = day.replace(month=1, day=1)
        return sum(first <= each <= day for each in self.visits)

    def target(self, year: int, day: date) -> Target | None:
        """Give its target of a year, with what came of it by a day."""
        found = [(on, to) for of, on, to in self.targets if of == year and on <= day]
        if not found or (to := found[-1][1]) is None:
            return None
        judged_on = date(year + 1, 1, 1)
        status = self.status_on(min(day, judged_on))
        missed = ("poor",) if to == "near_poor" else POOR
        result = "pending" if day < judged_on else ("missed" if status in missed else "reached")
        return Target(to, found[-1][0], status, self.is_sponsored(day), result)

    def looked_at(self, year: int, last: date) -> Iterator[Looked]:
        """Give what there was to judge in a year, as known by a day of it."""
        for on, place, why in self.looked:
            if on <= last and on.year == year:
                yield Looked(HOUSEHOLD_CODES[place], year, why)


KEPT: msgspec.json.Decoder[Kept] = msgspec.json.Decoder(Kept)
STATUSES: msgspec.json.Decoder[Statuses] = msgspec.json.Decoder(Statuses)
