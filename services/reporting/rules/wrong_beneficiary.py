"""Misuse: the loan went to a household that its programme is not meant for."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from services.households.events import HouseholdClassified
from services.loans.events import (
    DisbursementReversed,
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanDisbursed,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids, latest
from services.reporting.domain.intervals import Held, Interval, Kind, Severity, runs
from services.reporting.domain.money import MOVES, moves, outstanding, standing
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status import status_and_ground
from shared.policy.programmes import BY_CODE, Programme, Status

CODE = "WRONG_BENEFICIARY"
_on = attrgetter("on")


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the first disbursement until the loan is no longer active."""
    said = {fact.event.status for fact in dossier.household.of(HouseholdClassified)}
    for loan in dossier.loans:
        applied = loan.of(LoanApplied)
        if not applied or not loan.of(LoanDisbursed):
            continue
        programme = BY_CODE.get(applied[-1].event.programme)
        if programme is None or programme.eligible is None:
            continue
        if said <= programme.eligible and "newly_escaped" not in said:
            continue  # never anything else, nor a status that lapses
        if _was_eligible(dossier.household, loan, programme):
            continue
        days = {
            *loan.days(LoanApplied, LoanConfirmed, LoanApproved, *MOVES),
            *dossier.household.days(HouseholdClassified),
        }
        about = loan.about(dossier.household_id)
        for run in runs(days, partial(_judge, dossier.household, loan, programme)):
            yield Interval(code=CODE, about=about, run=run)


def _was_eligible(household: Case, loan: Case, programme: Programme) -> bool:
    """Tell whether it was eligible on the one day that decides, whatever is known from when on."""
    if DisbursementReversed in loan.by_type:
        return False  # another disbursement may become the first, and another day decide
    first = loan.of(LoanDisbursed)[0]
    on = reference(loan, first).on
    said = household.of(HouseholdClassified)
    later = said[bisect_right(said, first.on, key=_on) :]
    if any(fact.event.effective_from <= on for fact in later):
        return False  # said of that day only after the money was there
    status: Status | None = None
    for row in household.statuses:
        if row.since > on:
            break
        status = row.status
    return status in (programme.eligible or ())


def _judge(household: Case, loan: Case, programme: Programme, day: date) -> Held | None:
    if outstanding(loan, day) <= 0:
        return None
    paid = standing(loan, day)
    applied = [fact for fact in loan.of(LoanApplied) if fact.on <= day]
    if not applied or not paid:
        return None
    first = paid[0]
    deciding = reference(loan, first)
    if programme.ceiling_on(deciding.on) is None:
        return None  # not judged before the first row of the table
    found = status_and_ground(household, deciding.on, day)
    if found is None or found[0] in (programme.eligible or ()):
        return None
    status, ground = found
    needed: list[Fact[Any]] = [applied[-1], deciding, first, *_read(household, ground, day)]
    anchor = latest(*needed)
    evidence = {fact.id: fact for fact in (*needed, *moves(loan, day))}
    details: dict[str, int | str] = {
        "programme": programme.code,
        "status": status,
        "reference": deciding.on.isoformat(),
    }
    return Held(str(anchor.id if anchor else ""), Severity.HIGH, ids(evidence.values()), details)


def reference(loan: Case, first: Fact[LoanDisbursed]) -> Fact[Any]:
    """Give the fact whose date decides: the confirmation, else the approval, else the money."""
    for kind in (LoanConfirmed, LoanApproved):
        decided: list[Fact[Any]] = [fact for fact in loan.of(kind) if fact.on <= first.on]
        if decided:
            return decided[-1]
    return first


def _read(
    household: Case, ground: Fact[HouseholdClassified], day: date
) -> list[Fact[HouseholdClassified]]:
    """Give the classifications that the status rests on: all of a run of `newly_escaped`."""
    if ground.event.status != "newly_escaped":
        return [ground]
    return [
        fact
        for fact in household.of(HouseholdClassified)
        if fact.on <= day
        and fact.event.status == "newly_escaped"
        and fact.event.effective_from <= ground.event.effective_from
    ]


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="NĐ 78/2002/NĐ-CP; QĐ 15/2013/QĐ-TTg; QĐ 28/2015/QĐ-TTg",
    title_vi="Nghi cho vay sai đối tượng",
    title_en="Borrower possibly not eligible",
    reason_vi="Chương trình {programme}, nhưng ngày {reference} hộ thuộc diện {status}.",
    reason_en="Programme {programme}, but on {reference} the household's status was {status}.",
    limit_vi=(
        "Ngày xác nhận, nếu không có thì ngày phê duyệt, hộ phải thuộc đối tượng chương trình."
    ),
    limit_en="On the day of confirmation, else of approval, the household must be eligible.",
    runbook_vi="Đối chiếu danh sách hộ nghèo ngày xác nhận; nếu sai thì thu hồi hoặc đính chính.",
    runbook_en="Compare with the list of that day; recall the loan, or correct the record.",
    needs=(LoanApplied, LoanDisbursed, HouseholdClassified),
    check=check,
)
