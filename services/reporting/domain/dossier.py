"""A household's dossier: everything that happened to it, its loans and its sponsorships, sorted.

Always folded anew from its facts: the same facts in any order give the same dossier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from services.households.events import (
    HouseholdClassified,
    HouseholdMoved,
    HouseholdRegistered,
    ReviewScored,
)
from services.loans.events import LoanApplied
from services.reporting.domain.clocks import Residence
from services.reporting.domain.facts import Fact, in_order
from services.reporting.domain.intervals import About, Subject
from services.reporting.domain.ledger import Ledger
from services.reporting.domain.status_history import history as statuses_of
from services.sponsorship.events import SponsorAssigned
from shared.areas import Commune
from shared.corrections import EventCorrected, corrected
from shared.ids import text_of
from shared.policy.residence import recorded_on
from shared.policy.status import StatusSince
from shared.recorded import Recorded

E = TypeVar("E")
Reviewed = tuple[Fact[HouseholdClassified], Fact[ReviewScored]]
"""A classification and the review on which it rests."""
REPORTING = "reporting"
_NONE: Sequence[Any] = ()


@dataclass(slots=True)
class Case:
    """The facts of one loan, one assignment or the household itself, by kind and in order."""

    id: UUID
    by_type: dict[type[Any], list[Fact[Any]]] = field(default_factory=dict)
    _ledger: Ledger | None = field(default=None, init=False, compare=False, repr=False)
    _about: About | None = field(default=None, init=False, compare=False, repr=False)
    _rows: dict[int, list[StatusSince]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _reviewed: list[Reviewed] | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def ledger(self) -> Ledger:
        """Give its money from day to day; only once the case has all its facts."""
        if self._ledger is None:
            self._ledger = Ledger(self.by_type)
        return self._ledger

    @property
    def statuses(self) -> list[StatusSince]:
        """Give all that its classifications make of it; only once the case has all its facts."""
        return self.statuses_by(len(self.of(HouseholdClassified)))

    def statuses_by(self, number: int) -> list[StatusSince]:
        """Give what its first so many classifications make of it; as above."""
        found = self._rows.get(number)
        if found is None:
            found = self._rows[number] = statuses_of(self.of(HouseholdClassified)[:number])
        return found

    @property
    def reviewed(self) -> list[Reviewed]:
        """Give the classifications that name a review on file; only once it has all its facts."""
        if self._reviewed is None:
            reviews = {fact.event.review_id.int: fact for fact in self.of(ReviewScored)}
            self._reviewed = [
                (said, reviews[named.int])
                for said in self.of(HouseholdClassified)
                if (named := said.event.review_id) is not None and named.int in reviews
            ]
        return self._reviewed

    def about(self, household_id: UUID) -> About:
        """Name it, a loan of this household, as the subject of findings."""
        if self._about is None:
            subject = Subject("loan", (text_of(self.id),))
            self._about = About(subject=subject, household_id=household_id, loan_id=self.id)
        return self._about

    def of(self, kind: type[E]) -> Sequence[Fact[E]]:
        """Give the facts of a kind, in fact order."""
        return self.by_type.get(kind, _NONE)

    def days(self, *kinds: type[Any]) -> list[date]:
        """Give the dates of the facts of some kinds."""
        found: list[date] = []
        for kind in kinds:
            if kind in self.by_type:
                found += [fact.on for fact in self.by_type[kind]]
        return found

    def first_day(self, *kinds: type[Any]) -> date | None:
        """Give the first of those dates; None where there is none."""
        by_type = self.by_type
        return min([by_type[kind][0].on for kind in kinds if kind in by_type], default=None)

    def days_of(self, kind: type[Any], **fields: UUID) -> list[date]:
        """Give the dates of the facts of a kind about one part of the case."""
        return [
            fact.on
            for fact in self.of(kind)
            if all(getattr(fact.event, name) == value for name, value in fields.items())
        ]

    def add(self, fact: Fact[Any]) -> None:
        """Take in the next fact; only while the dossier is being folded."""
        kind = type(fact.event)
        if (facts := self.by_type.get(kind)) is None:
            facts = self.by_type[kind] = []
        facts.append(fact)

    def part(self, facts: Iterable[Fact[Any]]) -> "Case":
        """Give the case as if only these facts, in fact order, were known of it."""
        only = Case(self.id)
        for fact in facts:
            only.add(fact)
        return only


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one household."""

    household_id: UUID
    facts: list[Fact[Any]]
    household: Case
    loans: tuple[Case, ...]
    assignments: tuple[Case, ...]
    residences: tuple[Residence, ...]

    def commune_on(self, day: date) -> Commune | None:
        """Give the commune in which it lives on a day, as recorded; None where none is known."""
        return recorded_on(self.residences, day)

    def loan(self, loan_id: UUID) -> Case | None:
        """Give one of its loans."""
        return next((loan for loan in self.loans if loan.id == loan_id), None)


def effective(history: Iterable[Recorded]) -> list[Fact[Any]]:
    """Apply the corrections, stream by stream, and sort what remains."""
    known = list(history)
    if not any(isinstance(each.event, EventCorrected) for each in known):
        return in_order(known)
    known.sort(key=lambda each: (each.meta.stream_id, each.meta.version))
    return in_order(corrected(known))


def fold(household_id: UUID, history: Iterable[Recorded]) -> Dossier:
    """Fold a household's whole history, recorded in any order."""
    return folded(household_id, effective(history))


def folded(household_id: UUID, facts: list[Fact[Any]]) -> Dossier:
    """Give the dossier of facts that are already sorted."""
    household = Case(household_id)
    loans: dict[int, Case] = {}
    assignments: dict[int, Case] = {}
    for fact in facts:
        event = fact.event
        if fact.order[2] == REPORTING:
            continue  # what people decided about findings is no fact about the household
        if (loan_id := getattr(event, "loan_id", None)) is not None:
            case = _case(loans, loan_id)
        elif (assignment_id := getattr(event, "assignment_id", None)) is not None:
            case = _case(assignments, assignment_id)
        else:
            case = household
        case.add(fact)
    return Dossier(
        household_id=household_id,
        facts=facts,
        household=household,
        loans=_sorted(loans),
        assignments=_sorted(assignments),
        residences=_residences(household, loans, assignments),
    )


def _case(cases: dict[int, Case], key: UUID) -> Case:
    number = key.int  # ids are slow to hash
    found = cases.get(number)
    if found is None:
        found = cases[number] = Case(key)
    return found


def _sorted(cases: dict[int, Case]) -> tuple[Case, ...]:
    return tuple([cases[number] for number in sorted(cases)])


def _residences(
    household: Case, loans: dict[int, Case], assignments: dict[int, Case]
) -> tuple[Residence, ...]:
    """Say where it lived; before it is registered, where its loans and helpers said it does."""
    moves: list[Fact[Any]] = [
        *household.of(HouseholdRegistered),
        *household.of(HouseholdMoved),
    ]
    if not moves:
        moves.extend(fact for case in loans.values() for fact in case.of(LoanApplied))
        moves.extend(fact for case in assignments.values() for fact in case.of(SponsorAssigned))
        moves = [fact for fact in moves if fact.event.commune is not None]
    moves.sort(key=lambda fact: fact.order)
    return tuple((fact.on, fact.event.commune) for fact in moves)
