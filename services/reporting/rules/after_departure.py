"""Misuse: money was paid out although the borrower had left, or the household was no more."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.households.events import HouseholdClosed, MemberLeft
from services.loans.events import LoanApplied, LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, until
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.membership import departure
from services.reporting.domain.payments import about_payment, reversed_on, until_reversed
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.policy.eligibility import is_after_departure

CODE = "AFTER_DEPARTURE"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the disbursement until it is reversed."""
    if not dossier.household.of(HouseholdClosed) and not dossier.household.of(MemberLeft):
        return
    for loan in dossier.loans:
        for paid in loan.of(LoanDisbursed):
            needed = _grounds(dossier.household, loan, paid)
            if not needed:
                continue
            which = paid.event.disbursement_id
            yield from until_reversed(
                CODE,
                about_payment(dossier, loan, which),
                reversed_on(loan, which),
                [*needed, paid],
                severity=Severity.CRITICAL,
                details={
                    "disbursed_on": paid.on.isoformat(),
                    "gone_on": needed[-1].on.isoformat(),
                    "amount": paid.event.amount,
                },
            )


def _grounds(household: Case, loan: Case, paid: Fact[LoanDisbursed]) -> Sequence[Fact[Any]]:
    """Give the facts that show the departure, the first of two sets of them in fact order."""
    closed = until(household.of(HouseholdClosed), paid.on)
    applied = loan.of(LoanApplied)
    left = departure(household, applied[-1].event.borrower_member_id, paid.on) if applied else None
    gone_on = closed[0].on if closed else None
    if not is_after_departure(gone_on, left.on if left else None, paid.on):
        return ()
    if left is None:
        return closed[:1]
    leaving: list[Fact[Any]] = [applied[-1], left]
    first = min(fact.order for fact in leaving)
    if closed and (closed[0].order < first or applied[-1].on > paid.on):
        return closed[:1]
    return leaving


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Giải ngân sau khi người vay đã rời đi",
    title_en="Paid out after the borrower had left",
    reason_vi="Giải ngân {amount} đồng ngày {disbursed_on}; hộ hoặc người vay đã đi từ {gone_on}.",
    reason_en="{amount} đồng paid on {disbursed_on}; household or borrower gone since {gone_on}.",
    limit_vi="Ngày giải ngân hộ và người vay phải còn ở đó.",
    limit_en="On the day of the disbursement household and borrower must not have left.",
    runbook_vi="Tìm ai đã nhận tiền; hủy giải ngân, hoặc đính chính ngày rời đi.",
    runbook_en="Find who took the money; reverse it, or correct the date of the departure.",
    needs=(LoanDisbursed,),
    check=check,
)
