"""Builders of loans: what was done before, what is asked now, what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.loans import commands as ask
from services.loans.decider import LOAN
from services.loans.events import LoanEvent, Payee
from services.loans.state import LoanState
from shared.decider import Conflict, Malformed
from shared.ids import named
from shared.money import vnd
from shared.recorded import Actor

DAY = date(2025, 3, 3)
LOAN_ID, HOUSEHOLD, BORROWER = named("loan"), named("household"), named("borrower")
FIRST = named("first disbursement")

TELLER = Actor(sub="teller")
OFFICIAL = Actor(sub="official")
CONTROLLER = Actor(sub="controller")


def on(days: int) -> date:
    """Give a day so many days after the application."""
    return DAY + timedelta(days=days)


def application(**other: Any) -> ask.ApplyForLoan:
    fields: dict[str, Any] = {
        "loan_id": LOAN_ID,
        "household_id": HOUSEHOLD,
        "applied_on": DAY,
        "borrower_member_id": BORROWER,
        "programme": "HN",
        "purpose": "cattle",
        "amount": vnd(50_000_000),
        "term_months": 36,
    }
    return ask.ApplyForLoan(**(fields | other))


def confirm(days: int = 2, by: str = "official") -> ask.ConfirmLoan:
    return ask.ConfirmLoan(loan_id=LOAN_ID, confirmed_on=on(days), confirmed_by=by)


def approve(days: int = 4, by: str = "controller", **other: Any) -> ask.ApproveLoan:
    fields: dict[str, Any] = {
        "loan_id": LOAN_ID,
        "approved_on": on(days),
        "approved_by": by,
        "amount": vnd(50_000_000),
        "rate_bp": 660,
        "term_months": 36,
        "valid_until": on(days + 60),
        "decision_no": "12/QĐ",
    }
    return ask.ApproveLoan(**(fields | other))


def reject(days: int = 4) -> ask.RejectLoan:
    return ask.RejectLoan(loan_id=LOAN_ID, rejected_on=on(days), reason="s1:x")


def withdraw(days: int = 4) -> ask.WithdrawLoan:
    return ask.WithdrawLoan(loan_id=LOAN_ID, withdrawn_on=on(days), reason="s1:x")


def disburse(
    days: int = 10, amount: int = 50_000_000, which: UUID = FIRST, **other: Any
) -> ask.DisburseLoan:
    fields: dict[str, Any] = {
        "loan_id": LOAN_ID,
        "disbursement_id": which,
        "disbursed_on": on(days),
        "amount": vnd(amount),
        "method": "cash",
        "payee": Payee(kind="borrower"),
        "voucher_no": f"GN-{which}",
    }
    return ask.DisburseLoan(**(fields | other))


def reverse(days: int = 12, which: UUID = FIRST) -> ask.ReverseDisbursement:
    return ask.ReverseDisbursement(
        loan_id=LOAN_ID, disbursement_id=which, reversed_on=on(days), reason="s1:x"
    )


def inspect(
    days: int = 20,
    *,
    right: int = 50_000_000,
    wrong: int = 0,
    received: int = 50_000_000,
    which: UUID = FIRST,
) -> ask.InspectLoanUse:
    return ask.InspectLoanUse(
        loan_id=LOAN_ID,
        inspection_id=named(f"inspection {days}"),
        disbursement_id=which,
        inspected_on=on(days),
        inspector="inspector",
        amount_received=vnd(received),
        right_purpose_amount=vnd(right),
        wrong_purpose_amount=vnd(wrong),
        actual_use="s1:x",
    )


def repay(days: int = 40, principal: int = 50_000_000, interest: int = 0) -> ask.RecordRepayment:
    return ask.RecordRepayment(
        loan_id=LOAN_ID,
        repayment_id=named(f"repayment {days} {principal}"),
        paid_on=on(days),
        principal=vnd(principal),
        interest=vnd(interest),
    )


def recall(days: int = 30, amount: int = 20_000_000, name: str = "recall") -> ask.OrderRecall:
    return ask.OrderRecall(
        loan_id=LOAN_ID,
        recall_id=named(name),
        ordered_on=on(days),
        due_on=on(days + 15),
        amount=vnd(amount),
        reason="s1:x",
    )


def collect(days: int = 35, amount: int = 20_000_000, name: str = "") -> ask.CollectRecall:
    return ask.CollectRecall(
        loan_id=LOAN_ID,
        recall_id=named(name) if name else None,
        collected_on=on(days),
        amount=vnd(amount),
    )


def actor_of(command: ask.LoanCommand) -> Actor:
    """Give who usually does it."""
    match command:
        case ask.ConfirmLoan():
            return OFFICIAL
        case ask.ApproveLoan() | ask.RejectLoan():
            return CONTROLLER
        case _:
            return TELLER


@dataclass(frozen=True)
class Loan:
    """A loan after some commands."""

    state: LoanState

    def after(self, *commands: ask.LoanCommand) -> Loan:
        state = self.state
        for command in commands:
            who = actor_of(command)
            for event in LOAN.decide(state, command, who):
                state = LOAN.evolve(state, event, who)
        return Loan(state)

    def when(self, command: ask.LoanCommand, who: Actor | None = None) -> list[LoanEvent]:
        return LOAN.decide(self.state, command, who or actor_of(command))

    def refuses(
        self, command: ask.LoanCommand, why: type[Conflict], who: Actor | None = None
    ) -> Conflict:
        with pytest.raises(why) as refusal:
            self.when(command, who)
        assert refusal.value.detail
        return refusal.value

    def finds_malformed(self, command: ask.LoanCommand, pointer: str, code: str) -> None:
        with pytest.raises(Malformed) as found:
            self.when(command)
        assert (found.value.pointer, found.value.code) == (pointer, code)


def no_loan() -> Loan:
    return Loan(LOAN.initial)


def applied(**other: Any) -> Loan:
    return no_loan().after(application(**other))


def approved() -> Loan:
    return applied().after(confirm(), approve())


def lent() -> Loan:
    """Give a loan of 50,000,000 paid out on the tenth day."""
    return approved().after(disburse())
