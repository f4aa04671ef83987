"""A loan's money from day to day, added up once from its facts. Pure."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from services.loans.events import (
    DisbursementReversed,
    LoanDisbursed,
    LoanWrittenOff,
    RecallCollected,
    RepaymentRecorded,
)
from services.reporting.domain.facts import Fact

Paid = tuple[Fact[LoanDisbursed], date | None]
"""A disbursement and the day from which it counts as never made."""


class Ledger:
    """What was paid out, in fact order, and what is owed on any day."""

    def __init__(self, by_type: Mapping[type[Any], list[Fact[Any]]]) -> None:
        back: dict[UUID, date] = {}
        for fact in by_type.get(DisbursementReversed, ()):
            which = fact.event.disbursement_id
            back[which] = min(fact.on, back.get(which, fact.on))
        self.paid: list[Paid] = [
            (fact, back.get(fact.event.disbursement_id)) for fact in by_type.get(LoanDisbursed, ())
        ]
        changes = [change for paid in self.paid for change in _lent(*paid)]
        if RepaymentRecorded in by_type:
            changes += [(f.on, -f.event.principal) for f in by_type[RepaymentRecorded]]
        for kind in (RecallCollected, LoanWrittenOff):
            if kind in by_type:
                changes += [(f.on, -f.event.amount) for f in by_type[kind]]
        changes.sort()
        self._days = [day for day, _ in changes]
        self._owed = list(accumulate([amount for _, amount in changes], initial=0))

    def standing(self, day: date) -> list[Fact[LoanDisbursed]]:
        """Give the disbursements made by a day and not reversed by then, in fact order."""
        return [fact for fact, back in self.paid if fact.on <= day and (back is None or day < back)]

    def outstanding(self, day: date) -> int:
        """Give what is owed at a day's end."""
        return self._owed[bisect_right(self._days, day)]

    def settled(self) -> list[date]:
        """Return the days on which money moved and at whose end nothing was owed."""
        days = dict(zip(self._days, self._owed[1:], strict=True))  # the last of a day counts
        return [day for day, owed in days.items() if owed == 0]


def _lent(paid: Fact[LoanDisbursed], back: date | None) -> list[tuple[date, int]]:
    amount = paid.event.amount
    if back is None:
        return [(paid.on, amount)]
    return [(paid.on, amount), (back, -amount)] if paid.on <= back else []
