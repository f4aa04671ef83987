"""Misuse: a household was poor just long enough to borrow, and nobody helped it meanwhile."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from services.households.events import HouseholdClassified, PlanItemAgreed
from services.loans.events import DisbursementReversed, LoanApplied, LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids, until
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.minimal import first_minimal
from services.reporting.domain.money import standing
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status_history import history
from services.sponsorship.events import VisitRecorded
from shared.ids import text_of
from shared.policy.programmes import BY_CODE, Programme, Status
from shared.policy.status import LAPSE_YEARS, LAPSED, LAPSING, years_after

CODE = "TIMELY_POVERTY"


class _Stay(NamedTuple):
    """From the first day of an eligible status until the day it was left."""

    since: date
    left: date


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the day on which the household left; only a correction ends it."""
    said = dossier.household.of(HouseholdClassified)
    if len(said) < 2:  # noqa: PLR2004 - becoming poor and ceasing to be are two changes
        return
    helped: list[date] | None = None
    for loan in dossier.loans:
        applied = loan.of(LoanApplied)
        programme = BY_CODE.get(applied[-1].event.programme) if applied else None
        if programme is None or programme.eligible is None or not loan.of(LoanDisbursed):
            continue
        if not _may_fit(programme.eligible, said, applied, book[CODE]["before_days"]):
            continue
        if helped is None:
            helped = _helped(dossier)
        turns = {fact.event.effective_from for fact in said}
        turns |= {years_after(day, LAPSE_YEARS) for day in turns}
        days = {
            *turns,
            *dossier.household.days(HouseholdClassified),
            *loan.days(LoanApplied, LoanDisbursed, DisbursementReversed),
        }
        about = loan.about(dossier.household_id)
        judge = partial(_judge, dossier.household, loan, programme, helped, book[CODE])
        for run in runs(days, judge):
            yield Interval(code=CODE, about=about, run=run)


def _helped(dossier: Dossier) -> list[date]:
    days = dossier.household.days(PlanItemAgreed)
    for each in dossier.assignments:
        days += each.days(VisitRecorded)
    return sorted(days)


def _may_fit(
    eligible: frozenset[Status],
    said: Sequence[Fact[HouseholdClassified]],
    applied: Sequence[Fact[LoanApplied]],
    before_days: int,
) -> bool:
    """Tell whether any eligible status began shortly before an application, between two others.

    Told of all that was ever said, before anything is judged: no day knows of more changes.
    """
    starts: list[date] = []
    others: list[date] = []
    for fact in said:
        status, on = fact.event.status, fact.event.effective_from
        (starts if status in eligible else others).append(on)
        if status == LAPSING:  # from then on another, and so may be what is said of it later
            for day in (on, years_after(on, LAPSE_YEARS)):
                (starts if LAPSED in eligible else others).append(day)
    if not starts or not others:
        return False
    first, last = min(others), max(others)
    return any(
        first < start < last and 0 <= (asked.on - start).days <= before_days
        for start in starts
        for asked in applied
    )


def _judge(
    household: Case,
    loan: Case,
    programme: Programme,
    helped: list[date],
    limits: dict[str, int],
    day: date,
) -> Held | None:
    said = until(household.of(HouseholdClassified), day)
    asked = until(loan.of(LoanApplied), day)[-1:]
    facts: list[Fact[Any]] = [*said, *asked, *standing(loan, day)[:1]]
    facts.sort(key=lambda fact: fact.order)
    stay = _stay(programme, limits, day, facts)
    if stay is None or any(stay.since <= visit <= stay.left for visit in helped):
        return None
    fires = partial(_fires, programme, limits, day)
    needed = first_minimal(facts, fires)
    return Held(
        anchor=text_of(needed[-1].id),
        severity=Severity.MEDIUM,
        evidence=ids(needed),
        details={
            "programme": programme.code,
            "since": stay.since.isoformat(),
            "left": stay.left.isoformat(),
        },
    )


def _fires(
    programme: Programme, limits: dict[str, int], day: date, facts: Sequence[Fact[Any]]
) -> bool:
    return _stay(programme, limits, day, facts) is not None


def _stay(
    programme: Programme, limits: dict[str, int], day: date, facts: Sequence[Fact[Any]]
) -> _Stay | None:
    """Give the time of eligibility that began shortly before the application and ended soon."""
    asked = [fact for fact in facts if isinstance(fact.event, LoanApplied)]
    paid = [fact for fact in facts if isinstance(fact.event, LoanDisbursed)]
    if not asked or not paid or programme.ceiling_on(asked[-1].on) is None:
        return None
    first = asked[-1].on - timedelta(days=limits["before_days"])
    last = paid[0].on + timedelta(days=limits["after_days"])
    said = [fact for fact in facts if isinstance(fact.event, HouseholdClassified)]
    for since, left in _stays(programme.eligible or frozenset(), said, day):
        if first <= since <= asked[-1].on and paid[0].on <= left <= last:
            return _Stay(since, left)
    return None


def _stays(
    eligible: frozenset[Status], said: Sequence[Fact[HouseholdClassified]], day: date
) -> Iterator[_Stay]:
    """Give the times of an eligible status that a known other one came before and after."""
    since: date | None = None
    for before, now in pairwise(history(said)):
        if now.since > day:
            return
        if before.status not in eligible and now.status in eligible:
            since = now.since
        elif now.status not in eligible and since is not None:
            yield _Stay(since, now.since)
            since = None


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="NĐ 07/2021/NĐ-CP; QĐ 24/2021/QĐ-TTg",
    title_vi="Nghi vào diện hộ nghèo đúng lúc vay",
    title_en="Eligible just long enough to borrow",
    reason_vi="Hộ thuộc đối tượng {programme} chỉ từ {since} đến {left}, không ai đến thăm.",
    reason_en="Eligible for {programme} only from {since} to {left}; nobody visited or planned.",
    limit_vi=(
        "Vào diện không quá {before_days} ngày trước khi xin vay, ra diện không quá "
        "{after_days} ngày sau giải ngân."
    ),
    limit_en=(
        "Eligible at most {before_days} days before applying, and no more within {after_days}"
        " days of the disbursement."
    ),
    runbook_vi="Xem lại hồ sơ rà soát của hai lần phân loại và việc sử dụng vốn.",
    runbook_en="Look again at the reviews behind both decisions and at what the loan bought.",
    needs=(HouseholdClassified, LoanApplied, LoanDisbursed),
    check=check,
)
