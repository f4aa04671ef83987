"""What a household contributes to the findings about a value that it shares with others."""

from datetime import date
from uuid import UUID

import msgspec

from services.reporting.domain.clocks import Span
from services.reporting.domain.facts import Order
from services.reporting.domain.intervals import Kind


class Ground(msgspec.Struct, frozen=True, gc=False):
    """An event that something rests on, with its place among the facts."""

    event_id: UUID
    order: Order


class OpenFinding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A finding of the household itself, from a day until another on which it is open."""

    code: str
    kind: Kind
    loan_id: UUID | None
    on: date
    until: date | None
    evidence: tuple[UUID, ...]


class Open(msgspec.Struct, frozen=True, gc=False):
    """When something is held against a loan, and what shows it."""

    on: date
    until: date | None
    grounds: tuple[Ground, ...]
    others: tuple[UUID, ...] = ()
    """The households whose facts show it, where they are not only the loan's."""

    def holds_on(self, day: date) -> bool:
        """Tell whether it is open on a day."""
        return self.on <= day and (self.until is None or day < self.until)


class Contribution(msgspec.Struct, frozen=True, kw_only=True, tag="fact", gc=False):
    """One fact of one household about a shared value; from `until` on it counts no more."""

    kind: str
    subject: str
    household_id: UUID
    """Or the key in whose journal it is: a sponsor's own end is no household's."""
    event_id: UUID
    order: Order
    until: date | None = None
    loan_id: UUID | None = None
    assignment_id: UUID | None = None
    grounds: tuple[Ground, ...] = ()
    """What it rests on besides its own event."""
    findings: tuple[Open, ...] = ()
    """The findings about its loan that count, however they go on."""
    commune: str | None = None
    """Where it was, on the map of its day, where that counts."""
    recovered_on: tuple[date, ...] = ()
    """When money of its loan was called back or its payment reversed."""
    paused: dict[str, tuple[Span, ...]] = {}
    """The days that do not count for the household, by the rules that may need to know."""

    @property
    def on(self) -> date:
        """Give the date on which it was true."""
        return self.order[0]

    def counts_on(self, day: date) -> bool:
        """Tell whether it counts on a day."""
        return self.on <= day and (self.until is None or day < self.until)
