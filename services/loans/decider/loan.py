"""A loan, command by command: which file answers which."""

from typing import assert_never

from services.loans.commands import (
    ApplyForLoan,
    ApproveLoan,
    CollectRecall,
    ConfirmLoan,
    DisburseLoan,
    ExtendLoan,
    FreezeLoan,
    InspectLoanUse,
    LoanCommand,
    MarkCurrent,
    MarkOverdue,
    OrderRecall,
    RecordContact,
    RecordRepayment,
    RejectLoan,
    ReverseDisbursement,
    WithdrawLoan,
    WriteOffLoan,
)
from services.loans.decider import debts, decisions, money
from services.loans.events import LoanEvent
from services.loans.state import LoanState
from shared.recorded import Actor


def decide(state: LoanState, command: LoanCommand, actor: Actor) -> list[LoanEvent]:
    """Answer a command with facts, or refuse it."""
    match command:
        case ApplyForLoan():
            return decisions.apply(state, command)
        case ConfirmLoan():
            return decisions.confirm(state, command, actor)
        case ApproveLoan():
            return decisions.approve(state, command, actor)
        case RejectLoan():
            return decisions.reject(state, command)
        case WithdrawLoan():
            return decisions.withdraw(state, command)
        case DisburseLoan() | ReverseDisbursement() | InspectLoanUse() | RecordRepayment():
            return _decide_money(state, command)
        case _:
            return _decide_debt(state, command)


def _decide_money(
    state: LoanState,
    command: DisburseLoan | ReverseDisbursement | InspectLoanUse | RecordRepayment,
) -> list[LoanEvent]:
    match command:
        case DisburseLoan():
            return money.disburse(state, command)
        case ReverseDisbursement():
            return money.reverse(state, command)
        case InspectLoanUse():
            return money.inspect(state, command)
        case RecordRepayment():
            return money.repay(state, command)


def _decide_debt(
    state: LoanState,
    command: MarkOverdue
    | MarkCurrent
    | RecordContact
    | ExtendLoan
    | FreezeLoan
    | WriteOffLoan
    | OrderRecall
    | CollectRecall,
) -> list[LoanEvent]:
    match command:
        case MarkOverdue():
            return debts.mark_overdue(state, command)
        case MarkCurrent():
            return debts.mark_current(state, command)
        case RecordContact():
            return debts.contact(state, command)
        case ExtendLoan():
            return debts.extend(state, command)
        case FreezeLoan():
            return debts.freeze(state, command)
        case WriteOffLoan():
            return debts.write_off(state, command)
        case OrderRecall():
            return debts.recall(state, command)
        case CollectRecall():
            return debts.collect(state, command)
        case _:
            assert_never(command)
