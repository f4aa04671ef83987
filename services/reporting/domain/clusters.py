"""Loans that belong together, and how many of them have something against them. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from services.loans.events import LoanDisbursed
from services.reporting.domain.contributions import Contribution, Ground, Open, OpenFinding
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.intervals import Held, Run, Severity, runs
from shared.ids import text_of


def findings_about(dossier: Dossier, loan: Case, own: Iterable[OpenFinding]) -> tuple[Open, ...]:
    """Give when one of these is held against a loan, with the events that show it.

    A finding about no single loan is about those whose money it read.
    """
    paid = {fact.id for fact in loan.of(LoanDisbursed)}
    about = [
        each
        for each in own
        if each.loan_id == loan.id or (each.loan_id is None and not paid.isdisjoint(each.evidence))
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


_WHOLE = 100


class Enough(NamedTuple):
    """How many loans make a cluster, how many of them with a finding, and what share."""

    loans: int
    misused: int
    percent: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """The loans that count on a day, the first contribution of each; and those with a finding."""

    loans: dict[UUID | None, Contribution]
    misused: dict[UUID | None, Open]

    def grounds(self, enough: Enough) -> list[Ground]:
        """Give the events of the first loans that are enough, in fact order."""
        bad = list(self.misused)[: enough.misused]
        others = [loan for loan in self.loans if loan not in self.misused]
        others += list(self.misused)[enough.misused :]
        taken = [self.loans[loan] for loan in (*bad, *others[: enough.loans - len(bad)])]
        needed = {each.event_id: Ground(each.event_id, each.order) for each in taken}
        needed |= {ground.event_id: ground for each in taken for ground in each.grounds}
        shown = (ground for loan in bad for ground in self.misused[loan].grounds)
        needed |= {ground.event_id: ground for ground in shown}
        return sorted(needed.values(), key=lambda ground: ground.order)

    def households(self, grounds: Iterable[Ground]) -> tuple[UUID, ...]:
        """Name the households that the evidence and the findings are about."""
        shown = {ground.event_id for ground in grounds}
        found = {
            each.household_id
            for loan, each in self.loans.items()
            if loan in self.misused or each.event_id in shown
        }
        for held in self.misused.values():
            if shown.issuperset(ground.event_id for ground in held.grounds):
                found.update(held.others)
        return tuple(sorted(found))


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


def reached(ordered: Iterable[Contribution], within: int, enough: Enough) -> dict[date, bool]:
    """Tell of every day on which it may change whether the cluster is large enough.

    Counted along the days: a pair of officials may have decided thousands of loans.
    """
    changes: dict[date, list[tuple[UUID | None, int, int]]] = {}
    seen: set[UUID | None] = set()
    for each in ordered:
        start = max((each.on, *(ground.order[0] for ground in each.grounds)))
        end = each.on + timedelta(days=within + 1)
        end = end if each.until is None else min(end, each.until)
        if start < end:
            changes.setdefault(start, []).append((each.loan_id, 1, 0))
            changes.setdefault(end, []).append((each.loan_id, -1, 0))
        if each.loan_id in seen:
            continue
        seen.add(each.loan_id)
        for finding in each.findings:
            changes.setdefault(finding.on, []).append((each.loan_id, 0, 1))
            if finding.until is not None:
                changes.setdefault(finding.until, []).append((each.loan_id, 0, -1))
    return dict(_along(changes, enough))


def _along(
    changes: dict[date, list[tuple[UUID | None, int, int]]], enough: Enough
) -> Iterator[tuple[date, bool]]:
    counted = Counter[UUID | None]()
    held = Counter[UUID | None]()
    whole = bad = 0
    for day in sorted(changes):
        for loan, more, worse in changes[day]:
            whole -= counted[loan] > 0
            bad -= counted[loan] > 0 and held[loan] > 0
            counted[loan] += more
            held[loan] += worse
            whole += counted[loan] > 0
            bad += counted[loan] > 0 and held[loan] > 0
        yield (
            day,
            whole >= enough.loans
            and bad >= enough.misused
            and bad * _WHOLE >= enough.percent * whole,
        )


def held_by(
    ordered: Sequence[Contribution], within: int, enough: Enough, severity: Severity
) -> Iterator[Run]:
    """Give the runs of days on which the loans of `within` days make a cluster."""
    turns = reached(ordered, within, enough)
    return runs(turns, partial(_judge, ordered, within, enough, severity, turns))


def _judge(
    ordered: Sequence[Contribution],
    within: int,
    enough: Enough,
    severity: Severity,
    turns: dict[date, bool],
    day: date,
) -> Held | None:
    if not turns[day]:
        return None
    cluster = cluster_on(ordered, within, day)
    grounds = cluster.grounds(enough)
    return Held(
        anchor=text_of(grounds[-1].event_id),
        severity=severity,
        evidence=tuple(ground.event_id for ground in grounds),
        details={"misused": len(cluster.misused), "loans": len(cluster.loans)},
        households=cluster.households(grounds),
    )
