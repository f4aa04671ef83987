"""Misuse: money was paid out that no approval of the bank covers."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.loans.events import DisbursementReversed, LoanApproved, LoanDisbursed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, until
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.money import standing
from services.reporting.domain.payments import about_payment, reversed_on, until_reversed
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.policy.eligibility import Approval, is_not_approved

CODE = "NOT_APPROVED"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the disbursement until it is reversed."""
    for loan in dossier.loans:
        every = loan.of(LoanDisbursed)
        for paid in every:
            approved = until(loan.of(LoanApproved), paid.on)[-1:]
            total: int = paid.event.amount
            if len(every) > 1:
                before = [fact for fact in standing(loan, paid.on) if fact.order < paid.order]
                total += sum(fact.event.amount for fact in before)
            if not is_not_approved(_approval(approved), total, paid.on):
                continue
            which = paid.event.disbursement_id
            yield from until_reversed(
                CODE,
                about_payment(dossier, loan, which),
                reversed_on(loan, which),
                [paid],
                severity=Severity.CRITICAL,
                details={
                    "disbursed_on": paid.on.isoformat(),
                    "total": total,
                    "approved": sum([fact.event.amount for fact in approved]),
                },
                evidence=[paid, *_read(loan, paid, approved)] if approved else None,
            )


def _approval(approved: Sequence[Fact[LoanApproved]]) -> Approval | None:
    for fact in approved:
        return Approval(fact.on, fact.event.valid_until, fact.event.amount)
    return None


def _read(
    loan: Case, paid: Fact[LoanDisbursed], approved: Sequence[Fact[LoanApproved]]
) -> Iterator[Fact[Any]]:
    """Give everything that was read beside the disbursement, where there is an approval."""
    yield from approved
    yield from (fact for fact in loan.of(LoanDisbursed) if fact.order < paid.order)
    yield from until(loan.of(DisbursementReversed), paid.on)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.MISUSE,
    legal_basis="HD 727/HD-NHCS",
    title_vi="Giải ngân không có phê duyệt",
    title_en="Paid out without an approval",
    reason_vi="Đến {disbursed_on} giải ngân {total} đồng; phê duyệt {approved} hoặc đã hết hạn.",
    reason_en="{total} đồng paid out by {disbursed_on}; {approved} approved, or that had lapsed.",
    limit_vi="Chỉ giải ngân sau khi phê duyệt, còn hạn và trong số tiền được phê duyệt.",
    limit_en="Money goes out only after an approval, within its time and its amount.",
    runbook_vi="Tìm quyết định phê duyệt; nếu không có thì hủy giải ngân.",
    runbook_en="Look for the decision to lend; if there is none, reverse the disbursement.",
    needs=(LoanDisbursed,),
    check=check,
)
