"""Loans that belong together, and how many of them have something against them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.loans.events import LoanDisbursed
from services.reporting.contributions import Contribution, Ground, Open, OpenFinding
from services.reporting.dossier import Case, Dossier


def findings_about(
    dossier: Dossier, loan: Case, own: Iterable[OpenFinding], codes: frozenset[str]
) -> tuple[Open, ...]:
    """Give when something of these codes is held against a loan, with the events that show it.

    A finding about no single loan is about those whose money it read.
    """
    paid = {fact.id for fact in loan.of(LoanDisbursed)}
    about = [
        each
        for each in own
        if each.code in codes
        and (
            each.loan_id == loan.id or (each.loan_id is None and not paid.isdisjoint(each.evidence))
        )
    ]
    if not about:
        return ()
    orders = {fact.id: fact.order for fact in dossier.facts}
    found = []
    for each in about:
        shown = tuple(Ground(event, orders[event]) for event in each.evidence if event in orders)
        if shown:
            found.append(Open(each.on, each.until, shown))
    return tuple(sorted(found, key=lambda each: (each.on, each.grounds[-1].order)))


@dataclass(frozen=True, slots=True)
class Cluster:
    """The loans that count on a day, the first contribution of each; and those with a finding."""

    loans: dict[UUID | None, Contribution]
    misused: dict[UUID | None, Open]

    def reaches(self, loans: int, misused: int, percent: int) -> bool:
        """Tell whether there are so many, and so many of them with a finding."""
        bad, whole = len(self.misused), len(self.loans)
        return whole >= loans and bad >= misused and bad * 100 >= percent * whole

    def grounds(self, loans: int, misused: int) -> list[Ground]:
        """Give the events of the first loans that are enough, in fact order."""
        bad = list(self.misused)[:misused]
        others = [loan for loan in self.loans if loan not in self.misused]
        others += list(self.misused)[misused:]
        taken = [self.loans[loan] for loan in (*bad, *others[: loans - len(bad)])]
        needed = {each.event_id: Ground(each.event_id, each.order) for each in taken}
        needed |= {ground.event_id: ground for each in taken for ground in each.grounds}
        shown = (ground for loan in bad for ground in self.misused[loan].grounds)
        needed |= {ground.event_id: ground for ground in shown}
        return sorted(needed.values(), key=lambda ground: ground.order)

    def households(self, grounds: Iterable[Ground]) -> tuple[UUID, ...]:
        """Name the households that the evidence and the findings are about."""
        shown = {ground.event_id for ground in grounds}
        return tuple(
            sorted(
                {
                    each.household_id
                    for loan, each in self.loans.items()
                    if loan in self.misused or each.event_id in shown
                }
            )
        )


def cluster_on(ordered: Sequence[Contribution], within: int, day: date) -> Cluster:
    """Give what counts on a day: true by then, not ended, and not older than so many days."""
    first = day - timedelta(days=within)
    loans: dict[UUID | None, Contribution] = {}
    misused: dict[UUID | None, Open] = {}
    for each in ordered:
        known = all(ground.order[0] <= day for ground in each.grounds)
        if known and each.on >= first and each.counts_on(day):
            loans.setdefault(each.loan_id, each)
    for loan_id, each in loans.items():
        for finding in each.findings:
            if finding.holds_on(day):
                misused[loan_id] = finding
                break
    return Cluster(loans, misused)


def turns(ordered: Iterable[Contribution], within: int) -> Iterator[date]:
    """Give every day on which another cluster may count."""
    for each in ordered:
        yield each.on
        yield each.on + timedelta(days=within + 1)
        yield from (ground.order[0] for ground in each.grounds)
        if each.until is not None:
            yield each.until
        for finding in each.findings:
            yield finding.on
            if finding.until is not None:
                yield finding.until
