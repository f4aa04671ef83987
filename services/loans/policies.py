"""What this service makes of the facts of others: who a household is, and proven misuse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.households import events as households
from services.reporting import events as reporting
from shared.areas import Commune, at
from shared.codec import Registries
from shared.corrections import in_fact_order
from shared.dated import Dated, dated
from shared.policy.outstanding import Entry
from shared.policy.programmes import STATUSES, Status
from shared.policy.residence import lives_on
from shared.policy.status import Classified, status_on
from shared.recorded import Recorded

CONSUMES: Registries = {
    households.REGISTRY.source: households.REGISTRY,
    reporting.REGISTRY.source: reporting.REGISTRY,
}
"""The services whose events this one reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A time that a person belonged to the household; `left_on` is no longer a day of it."""

    member_id: UUID
    joined_on: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHousehold:
    """A household as far as this service has heard of it."""

    registered_on: date | None = None
    closed_on: date | None = None
    places: Dated[Commune] = ()
    """Ascending: from which day it lives where."""
    stays: tuple[Stay, ...] = ()
    classified: Dated[Classified] = ()
    """By the days on which it was decided."""

    def commune_on(self, day: date) -> Commune | None:
        """Give its commune on the map of a day; before its first place, that of the first."""
        commune = lives_on(self.places, day)
        return None if commune is None else at(commune, day)

    def status_on(self, day: date, decided_by: date) -> Status | None:
        """Give its poverty status on a day by what was decided until another, None for unknown."""
        return status_on([said for on, said in self.classified if on <= decided_by], day)

    def first_joined(self, member_id: UUID) -> date | None:
        """Give the first day on which somebody belonged to it."""
        days = [stay.joined_on for stay in self.stays if stay.member_id == member_id]
        return min(days) if days else None

    def left_on(self, member_id: UUID, day: date) -> date | None:
        """Give the last departure of somebody up to a day that no return followed by then."""
        stays = [s for s in self.stays if s.member_id == member_id and s.joined_on <= day]
        if not stays:
            return None
        left = stays[-1].left_on  # they come in fact order, also those of one day
        return left if left is not None and left <= day else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLoan:
    """Another loan of the same household."""

    loan_id: UUID
    programme: str
    member_id: UUID
    ledger: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeUse:
    """A payee's pseudonym on a disbursement to another household."""

    ref: str
    household_id: UUID
    disbursed_on: date
    reversed_on: date | None = None


MISUSE = "misuse"
"""The kind of a finding that somebody has to answer for with money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedMisuse:
    """A finding of misuse on a loan that people say is true, for as long as they do."""

    finding_id: UUID
    loan_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DisbursementContext:
    """What is known around one loan when money is about to be paid out."""

    household: KnownHousehold | None = None
    others: tuple[OtherLoan, ...] = ()
    payees: tuple[PayeeUse, ...] = ()


def known_household(history: Sequence[Recorded]) -> KnownHousehold | None:
    """Fold a household's events, in any order of arrival; None if there is none of them."""
    theirs = [one for one in history if one.meta.source == households.REGISTRY.source]
    if not theirs:
        return None
    known = KnownHousehold()
    for recorded in in_fact_order(theirs):
        known = _learn(known, recorded.event)
    return known


def _learn(known: KnownHousehold, fact: Any) -> KnownHousehold:
    match fact:
        case households.HouseholdRegistered(registered_on=day):
            people = (fact.head, *fact.members)
            stays = tuple(Stay(member_id=who.member_id, joined_on=day) for who in people)
            return replace(
                known,
                registered_on=day,
                places=dated(known.places, day, fact.commune),
                stays=(*known.stays, *stays),
            )
        case households.HouseholdMoved(moved_on=day, commune=commune):
            return replace(known, places=dated(known.places, day, commune))
        case households.HouseholdClosed(closed_on=day):
            return replace(known, closed_on=day)
        case households.MemberJoined(member=member, joined_on=day):
            stay = Stay(member_id=member.member_id, joined_on=day)
            return replace(known, stays=(*known.stays, stay))
        case households.MemberLeft(member_id=member_id, left_on=day):
            return replace(known, stays=tuple(_left(known.stays, member_id, day)))
        case households.HouseholdClassified(status=status, effective_from=day):
            if status not in STATUSES:
                return known
            said = dated(known.classified, fact.decided_on, Classified(day, status))
            return replace(known, classified=said)
        case _:
            return known


def _left(stays: Iterable[Stay], member_id: UUID, day: date) -> Iterable[Stay]:
    for stay in stays:
        theirs = stay.member_id == member_id and stay.left_on is None and stay.joined_on <= day
        yield replace(stay, left_on=day) if theirs else stay


def confirmed_misuse(history: Sequence[Recorded]) -> list[ConfirmedMisuse]:
    """Give the misuse findings on loans that stand confirmed after all decisions of one key."""
    standing: dict[UUID, list[ConfirmedMisuse]] = {}
    for recorded in sorted(history, key=lambda found: found.order):
        match recorded.event:
            case reporting.FindingConfirmed(finding_id=finding) as fact:
                standing[finding] = [
                    ConfirmedMisuse(finding_id=finding, loan_id=loan) for loan in _misused(fact)
                ]
            case (
                reporting.FindingDismissed(finding_id=finding)
                | reporting.FindingRemedied(finding_id=finding)
                | reporting.FindingReopened(finding_id=finding)
            ):
                standing.pop(finding, None)
    return [each for found in standing.values() for each in found]


def _misused(fact: reporting.FindingConfirmed) -> tuple[UUID, ...]:
    """Name the loan that a finding of misuse is on, or else every loan in its evidence.

    One about a group names the group's clean loans as well; each of the suspect ones has a
    finding of its own.
    """
    seen = fact.seen
    if seen is None or seen.kind != MISUSE or seen.group_id is not None:
        return ()
    return seen.loan_ids if fact.loan_id is None else (fact.loan_id,)
