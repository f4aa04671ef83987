"""Making the record of what a household adds to the figures, and where it counts. Pure.

A dossier that is cut at a day says the same of that day: what is dated later changes nothing
before it. Only where a household lived may: once it is registered, that tells it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from services.households.events import (
    ExitTargetSet,
    ExitTargetWithdrawn,
    HouseholdClassified,
    HouseholdClosed,
    HouseholdMoved,
    HouseholdRegistered,
    PlanItemAgreed,
)
from services.loans.events import LoanApplied, LoanDisbursed
from services.reporting.domain.clocks import Residence
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, until
from services.reporting.domain.loan_buckets import changes_of
from services.reporting.domain.status_history import history
from services.reporting.figures.record import HOUSEHOLD_CODES, Kept
from services.reporting.rules import over_ceiling, score_contradiction, wrong_beneficiary
from services.reporting.rules.wrong_beneficiary import reference
from services.sponsorship.events import AssignmentEnded, SponsorAssigned, VisitRecorded
from shared.areas import Commune
from shared.codec import canonical
from shared.policy.programmes import BY_CODE, PROGRAMMES, Programme
from shared.policy.standards import standard_on

_SCORED = HOUSEHOLD_CODES.index(score_contradiction.CODE)
_ELIGIBLE = HOUSEHOLD_CODES.index(wrong_beneficiary.CODE)
_CEILING = HOUSEHOLD_CODES.index(over_ceiling.CODE)
BEFORE = "before-programme"

_LIMITED = {each.code for each in PROGRAMMES if any(row.amount for row in each.ceilings)}

Looked = tuple[date, int, str | None]


class Stay(NamedTuple):
    """Where a household counts, from a day until the day before another; None: nowhere known."""

    from_on: date
    until_on: date | None
    commune: Commune | None
    void_on: date | None = None
    """The day from which on it is taken never to have lived there: it was registered elsewhere."""


class Figures(NamedTuple):
    """What the views keep of a household for the figures; `aimed`: it has or had a target."""

    stays: tuple[Stay, ...]
    aimed: bool
    body: bytes


def figures_of(dossier: Dossier) -> Figures:
    """Give what the views keep of a household that has facts."""
    kept = kept_of(dossier)
    return Figures(stays_of(dossier, kept), bool(kept.targets), canonical(kept))


def kept_of(dossier: Dossier) -> Kept:
    """Give a household's record."""
    household, assignments = dossier.household, dossier.assignments
    return Kept(
        statuses=tuple(_statuses(household)),
        sponsors=tuple(_sponsors(assignments)) if assignments else (),
        planned=household.first_day(PlanItemAgreed),
        targets=tuple(_targets(household)) if ExitTargetSet in household.by_type else (),
        visits=tuple([on for each in assignments for on in each.days(VisitRecorded)]),
        looked=tuple(_looked(dossier)),
        loans=tuple([found for loan in dossier.loans if (found := changes_of(loan))]),
    )


def stays_of(dossier: Dossier, kept: Kept) -> tuple[Stay, ...]:
    """Give where a household counts, in order."""
    known: Sequence[Residence] = dossier.residences
    registered = dossier.household.first_day(HouseholdRegistered, HouseholdMoved)
    first = dossier.facts[0].on
    if registered is not None and first < registered:
        known = [*_before(dossier, registered), *known]
    elif len(known) == 1 and known[0][0] == first:
        return (Stay(first, None, known[0][1]),)  # nearly all of them
    stays: list[Stay] = []
    for place, (on, commune) in enumerate(known):
        end = known[place + 1][0] if place + 1 < len(known) else None
        if on != end:
            void_on = registered if registered is not None and on < registered else None
            stays.append(Stay(on, end, commune, void_on))
    # what a rule looked at before counts for those who see everything
    if kept.looked and not (known and known[0][0] <= first):
        stays.insert(0, Stay(first, known[0][0] if known else None, None))
    return tuple(stays)


def _before(dossier: Dossier, registered: date) -> list[Residence]:
    """Give where its loans and helpers said it lives, before it was registered."""
    said: list[Fact[Any]] = [
        *(fact for case in dossier.loans for fact in case.of(LoanApplied)),
        *(fact for case in dossier.assignments for fact in case.of(SponsorAssigned)),
    ]
    early = [fact for fact in said if fact.on < registered and fact.event.commune is not None]
    early.sort(key=lambda fact: fact.order)
    return [(fact.on, fact.event.commune) for fact in early]


def _statuses(household: Case) -> list[tuple[date, str | None]]:
    """Give every status with its first day, by what was decided by then."""
    closed = household.first_day(HouseholdClosed)
    found: list[tuple[date, str | None]] = []
    before = None
    for since, status in _decided(household):
        if closed is not None and closed <= since:
            break
        if status != before:
            found.append((since, status))
            before = status
    if closed is not None:
        found.append((closed, None))
    return found


def _decided(household: Case) -> Iterable[tuple[date, str]]:
    said = household.of(HouseholdClassified)
    for fact in said:
        if fact.event.effective_from < fact.on:
            return _as_decided(said)
    return [(row.since, row.status) for row in household.statuses]


def _as_decided(said: Sequence[Fact[HouseholdClassified]]) -> Iterator[tuple[date, str]]:
    """Give the statuses where some were decided only after they had begun."""
    days = sorted({fact.on for fact in said})
    for place, day in enumerate(days):
        following = days[place + 1] if place + 1 < len(days) else None
        rows = history(until(said, day))
        begun = [row for row in rows if row.since <= day]
        if begun:
            yield day, begun[-1].status
        for row in rows:
            if day < row.since and (following is None or row.since < following):
                yield row.since, row.status


def _sponsors(assignments: Iterable[Case]) -> Iterator[tuple[date, date | None]]:
    for each in assignments:
        made = each.of(SponsorAssigned)
        if not made:
            continue
        ends = each.days(AssignmentEnded)
        # an end that was planned only after it had come counts from then on
        ends += [max(f.on, f.event.ends_on) for f in made if f.event.ends_on is not None]
        end = min(ends, default=None)
        if end is None or made[0].on < end:
            yield made[0].on, end


def _targets(household: Case) -> Iterator[tuple[int, date, str | None]]:
    every: list[Fact[Any]] = [*household.of(ExitTargetSet), *household.of(ExitTargetWithdrawn)]
    for fact in sorted(every, key=lambda fact: fact.order):
        event = fact.event
        yield event.year, fact.on, event.to if isinstance(event, ExitTargetSet) else None


def _looked(dossier: Dossier) -> list[Looked]:
    """Give what there was to judge, from the day on which all of it was known.

    Coverage is told of a year by what was known in that year, so later days do not matter.
    """
    found: list[Looked] = []
    for said, review in dossier.household.reviewed:
        on = max(said.on, review.on)
        if on.year == said.on.year:
            why = None if _has_points(said.event.effective_from) else "no-threshold"
            found.append((on, _SCORED, why))
    for loan in dossier.loans:
        paid, applied = loan.of(LoanDisbursed), loan.of(LoanApplied)
        programme = BY_CODE.get(applied[-1].event.programme) if paid and applied else None
        if programme is not None:
            found.extend(_of_loan(dossier.household, loan, programme, applied[-1].on))
    return found


@lru_cache(maxsize=4096)
def _has_points(day: date) -> bool:
    standard = standard_on(day)
    return standard is not None and standard.limits is not None


def _of_loan(
    household: Case, loan: Case, programme: Programme, applied_on: date
) -> Iterator[Looked]:
    paid, begins = loan.of(LoanDisbursed), programme.ceilings[0].valid_from
    if programme.code in _LIMITED:
        for fact in paid:
            on = max(applied_on, fact.on)
            if on.year == fact.on.year:
                yield on, _CEILING, BEFORE if fact.on < begins else None
    first = paid[0]
    on = max(applied_on, first.on)
    if programme.eligible is not None and on.year == first.on.year:
        deciding = reference(loan, first).on
        said = until(household.of(HouseholdClassified), first.on)
        known = any(fact.event.effective_from <= deciding for fact in said)
        why = None if known else "status-unknown"
        yield on, _ELIGIBLE, BEFORE if deciding < begins else why
