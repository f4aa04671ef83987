"""Which findings a disbursement can be seen to open, by what this service knows.

A household that this service has not heard of yet may well be registered: its topic has no order
with ours. So nothing is said about it; reporting judges when all is known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from services.loans.commands import DisburseLoan
from services.loans.events import LoanApplied
from services.loans.policies import OtherLoan
from services.loans.state import LoanState
from shared.decider import bilingual
from shared.policy import eligibility as fits
from shared.policy.outstanding import Entry, buckets_on, outstanding_on
from shared.policy.programmes import Status

_STATUS: dict[Status, tuple[str, str]] = {
    "poor": ("hộ nghèo", "poor"),
    "near_poor": ("hộ cận nghèo", "near-poor"),
    "newly_escaped": ("hộ mới thoát nghèo", "newly escaped"),
    "not_poor": ("hộ không nghèo", "not poor"),
}


@dataclass(frozen=True, slots=True)
class WouldOpen:
    """A finding that a disbursement would open."""

    code: fits.Code
    title: str
    reason: str

    def shown(self) -> dict[str, str]:
        """Give it as JSON."""
        return {"code": self.code, "title": self.title, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class _Case:
    loan: LoanState
    applied: LoanApplied
    command: DisburseLoan


def would_open(state: LoanState, command: DisburseLoan) -> list[WouldOpen]:
    """Give the findings, in the order of the rules; none for a loan that is not there."""
    if state.applied is None:
        return []
    case = _Case(state, state.applied, command)
    found = ((code, title, check(case)) for code, title, check in _CHECKS)
    return [WouldOpen(code, title, reason) for code, title, reason in found if reason]


def _wrong_beneficiary(case: _Case) -> str:
    known, life = case.command.context.household, case.loan.life
    if known is None:
        return ""
    approved_on = life.approval.approved_on if life.approval else None
    turns = {on for on, _ in known.classified} | {back for _, back in _paid(case) if back}
    begins = case.command.disbursed_on
    for turn in (begins, *sorted(turn for turn in turns if turn > begins)):
        day = fits.reference_date(_first_paid(case, turn), life.confirmed_on, approved_on)
        status = known.status_on(day, decided_by=turn)
        if fits.is_wrong_beneficiary(case.applied.programme, status):
            break
    else:
        return ""
    programme = case.applied.programme
    status_vi, status_en = _STATUS[status] if status else ("", "")
    return bilingual(
        "Ngày {day} hộ thuộc diện {status_vi}, không thuộc đối tượng của {programme}",
        "On {day} the household was {status_en}, which {programme} is not for",
        day=day,
        status_vi=status_vi,
        status_en=status_en,
        programme=programme,
    )


def _paid(case: _Case) -> list[tuple[date, date | None]]:
    """Give when money was paid out on this loan, and when that was reversed."""
    return [(paid.disbursed_on, paid.reversed_on) for paid in case.loan.disbursements]


def _first_paid(case: _Case, day: date) -> date:
    """Give the date of what will be the first disbursement that stands on a day."""
    standing = [on for on, back in _paid(case) if on <= day and (back is None or day < back)]
    return min([case.command.disbursed_on, *standing])


def _unknown_borrower(case: _Case) -> str:
    known, day = case.command.context.household, case.command.disbursed_on
    if known is None:
        return ""
    joined = known.first_joined(case.applied.borrower_member_id)
    if not fits.is_unknown_borrower(known.registered_on, joined, day):
        return ""
    return bilingual(
        "Đến ngày {day} hộ chưa đăng ký hoặc người vay chưa từng là thành viên",
        "Up to {day} the household is not registered or the borrower never belonged to it",
        day=day,
    )


def _after_departure(case: _Case) -> str:
    known, day = case.command.context.household, case.command.disbursed_on
    if known is None:
        return ""
    left = known.left_on(case.applied.borrower_member_id, day)
    if not fits.is_after_departure(known.closed_on, left, day):
        return ""
    return (
        "Hộ đã đóng hoặc người vay đã rời hộ trước ngày giải ngân / "
        "The household had ended or the borrower had left it by the day of the disbursement"
    )


def _over_ceiling(case: _Case) -> str:
    day, programme, amount = case.command.disbursed_on, case.applied.programme, case.command.amount
    same = [other for other in case.command.context.others if other.programme == programme]
    ledgers = [case.loan.life.ledger, *(other.ledger for other in same)]
    for on in (day, *_paid_out_after(day, *ledgers)):
        before = sum(outstanding_on(ledger, on) for ledger in ledgers)
        already = on > day and fits.is_over_ceiling(programme, before, on)
        if already or not fits.is_over_ceiling(programme, before + amount, on):
            continue
        return bilingual(
            "Ngày {on} dư nợ {programme} của hộ sẽ là {owed} đồng, mức tối đa {ceiling} đồng",
            "On {on} the household would owe {owed} đồng in {programme}, the ceiling is"
            " {ceiling} đồng",
            on=on,
            programme=programme,
            owed=before + amount,
            ceiling=fits.ceiling_of(programme, on),
        )
    return ""


def _paid_out_after(day: date, *ledgers: Iterable[Entry]) -> list[date]:
    """Give the later days on which money was paid out: what is recorded late comes before it."""
    entries = (entry for ledger in ledgers for entry in ledger)
    return sorted({one.day for one in entries if one.flow == "disbursed" and one.day > day})


def _exclusive_loans(case: _Case) -> str:
    this = fits.ActiveLoan(case.applied.programme, case.applied.borrower_member_id)
    for other in case.command.context.others:
        excludes = fits.excludes(this, fits.ActiveLoan(other.programme, other.member_id))
        if excludes and _both_active(case, other):
            return (
                f"Hộ có khoản vay {other.programme} {other.loan_id} cùng lúc / "
                f"The household has the {other.programme} loan {other.loan_id} at the same time"
            )
    return ""


def _both_active(case: _Case, other: OtherLoan) -> bool:
    """Tell whether the other is active, or becomes so later while this one was not yet."""
    day = case.command.disbursed_on
    if outstanding_on(other.ledger, day) > 0:
        return True
    later = _paid_out_after(day, other.ledger)
    return any(
        outstanding_on(other.ledger, on) > 0 and outstanding_on(case.loan.life.ledger, on) <= 0
        for on in later
    )


def _not_approved(case: _Case) -> str:
    day, approval = case.command.disbursed_on, case.loan.life.approval
    ledger, amount = case.loan.life.ledger, case.command.amount
    paid, on = buckets_on(ledger, day).net + amount, day
    if not fits.is_not_approved(approval, paid, day):
        if approval is None:
            return ""
        nets = [(on, buckets_on(ledger, on).net) for on in _paid_out_after(day, ledger)]
        beyond = [(on, net) for on, net in nets if net <= approval.amount < net + amount]
        if not beyond:
            return ""
        on, paid = beyond[0][0], beyond[0][1] + amount
    if approval is None:
        return "Chưa có phê duyệt / There is no approval"
    return bilingual(
        "Phê duyệt {amount} đồng từ {since} đến {until}; đến ngày {on} sẽ giải ngân {paid} đồng",
        "Approved: {amount} đồng from {since} to {until}; by {on} this would be {paid} đồng",
        amount=approval.amount,
        since=approval.approved_on,
        until=approval.valid_until,
        paid=paid,
        on=on,
    )


def _third_party_payee(case: _Case) -> str:
    if case.command.payee.kind != "third_party":
        return ""
    return "Người nhận tiền không thuộc hộ / The money goes to somebody outside the household"


def _shared_payee(case: _Case) -> str:
    day, payee = case.command.disbursed_on, case.command.payee
    for use in case.command.context.payees:
        same = use.ref in (payee.account_ref, payee.citizen_ref)
        near = abs(use.disbursed_on - day) <= fits.SHARED_PAYEE_WINDOW
        later = max(day, use.disbursed_on)
        stands = use.reversed_on is None or use.reversed_on > later
        if same and near and stands and use.household_id != case.applied.household_id:
            return bilingual(
                "Người nhận này đã nhận tiền của hộ khác ngày {paid_on}",
                "This payee received another household's money on {paid_on}",
                paid_on=use.disbursed_on,
            )
    return ""


def _repaid(other: OtherLoan, case: _Case) -> fits.RepaidLoan:
    principal = [(entry.day, entry.amount) for entry in other.ledger if entry.flow == "repaid"]
    net = buckets_on(other.ledger, case.command.disbursed_on).net
    return fits.RepaidLoan(net, tuple(principal))


def _rollover(case: _Case) -> str:
    others = [_repaid(other, case) for other in case.command.context.others]
    if not fits.is_rollover(case.command.amount, case.command.disbursed_on, others):
        return ""
    return (
        "Hộ vừa trả một khoản vay khác trong 7 ngày, số tiền tương đương / "
        "Another loan of about this size was repaid within 7 days before"
    )


_CHECKS: tuple[tuple[fits.Code, str, Callable[[_Case], str]], ...] = (
    ("WRONG_BENEFICIARY", "Cho vay sai đối tượng / Wrong beneficiary", _wrong_beneficiary),
    ("UNKNOWN_BORROWER", "Người vay không rõ / Unknown borrower", _unknown_borrower),
    ("AFTER_DEPARTURE", "Giải ngân sau khi rời đi / Paid after departure", _after_departure),
    ("OVER_CEILING", "Vượt mức cho vay / Over the ceiling", _over_ceiling),
    ("EXCLUSIVE_LOANS", "Vay trùng / Loans that exclude each other", _exclusive_loans),
    ("NOT_APPROVED", "Giải ngân không có phê duyệt / Not approved", _not_approved),
    ("THIRD_PARTY_PAYEE", "Người thứ ba nhận tiền / Third-party payee", _third_party_payee),
    ("SHARED_PAYEE", "Một người nhận cho nhiều hộ / Shared payee", _shared_payee),
    ("ROLLOVER", "Đảo nợ / Roll-over", _rollover),
)
