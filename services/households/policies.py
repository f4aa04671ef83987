"""What this service makes of the facts of others: who helps which household, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from uuid import UUID

from services.sponsorship.events import REGISTRY as SPONSORSHIP
from services.sponsorship.events import (
    AssignmentEnded,
    HandoverAccepted,
    SponsorAssigned,
    SponsorDissolved,
)
from shared.codec import Registries
from shared.corrections import in_fact_order
from shared.dated import Dated, dated
from shared.recorded import Recorded

CONSUMES: Registries = {SPONSORSHIP.source: SPONSORSHIP}
"""The services whose events this one reads."""


@dataclass(frozen=True, slots=True)
class Help:
    """A sponsor answers for a household from `since` to the day before `until`."""

    assignment_id: UUID
    sponsor_id: UUID
    since: date
    until: date


@dataclass(slots=True)
class _Assignment:
    sponsors: Dated[UUID] = ()
    ends: list[date] = field(default_factory=lambda: [date.max])


def helps(history: Iterable[Recorded]) -> list[Help]:
    """Give who answers for a household and when, from what is known of its assignments."""
    found: dict[UUID, _Assignment] = {}
    for recorded in in_fact_order(history):
        fact = recorded.event
        if not isinstance(fact, SponsorAssigned | HandoverAccepted | AssignmentEnded):
            continue
        one = found.setdefault(fact.assignment_id, _Assignment())
        match fact:
            case SponsorAssigned(starts_on=day, ends_on=until):
                one.sponsors = dated(one.sponsors, day, fact.sponsor_id)
                one.ends.append(until or date.max)
            case HandoverAccepted(accepted_on=day):
                one.sponsors = dated(one.sponsors, day, fact.sponsor_id)
            case AssignmentEnded(ended_on=day):
                one.ends.append(day)
    return [span for own, one in sorted(found.items()) for span in _spans(own, one)]


def gone_on(history: Iterable[Recorded]) -> date | None:
    """Give the day from which a sponsor is no more, from what is known of it."""
    facts = (recorded.event for recorded in in_fact_order(history))
    return next((fact.dissolved_on for fact in facts if isinstance(fact, SponsorDissolved)), None)


def _spans(assignment_id: UUID, one: _Assignment) -> Iterator[Help]:
    # of one day the last counts
    by_day = dict(one.sponsors)
    end = min(one.ends)
    for since, until in pairwise([*by_day, date.max]):
        if since < min(until, end):
            yield Help(assignment_id, by_day[since], since, min(until, end))
