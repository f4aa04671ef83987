"""Whether a fact could have been recorded where it stands: what a correction is tested by."""

from typing import Any

from services.loans import commands, events
from services.loans.decider import group, loan
from services.loans.state import GroupState, LoanState
from shared.fact import fact_of
from shared.policy.eligibility import PRECHECKED
from shared.recorded import Actor

_COMMANDS: dict[type[Any], type[Any]] = {
    events.CreditGroupFormed: commands.FormGroup,
    events.GroupLeaderChanged: commands.ChangeLeader,
    events.CreditGroupDissolved: commands.DissolveGroup,
    events.LoanApplied: commands.ApplyForLoan,
    events.LoanConfirmed: commands.ConfirmLoan,
    events.LoanWithdrawn: commands.WithdrawLoan,
    events.LoanApproved: commands.ApproveLoan,
    events.LoanRejected: commands.RejectLoan,
    events.LoanDisbursed: commands.DisburseLoan,
    events.DisbursementReversed: commands.ReverseDisbursement,
    events.LoanUseInspected: commands.InspectLoanUse,
    events.RepaymentRecorded: commands.RecordRepayment,
    events.LoanBecameOverdue: commands.MarkOverdue,
    events.LoanBecameCurrent: commands.MarkCurrent,
    events.BorrowerContacted: commands.RecordContact,
    events.LoanExtended: commands.ExtendLoan,
    events.LoanFrozen: commands.FreezeLoan,
    events.LoanWrittenOff: commands.WriteOffLoan,
    events.RecallOrdered: commands.OrderRecall,
    events.RecallCollected: commands.CollectRecall,
}
"""The command that each fact answered."""


def _asked(fact: Any) -> Any:
    if isinstance(fact, events.LoanDisbursed):
        # what it opens is for the rules to say: a disbursement may be recorded all the same
        return fact_of(commands.DisburseLoan, fact, acknowledged=PRECHECKED)
    return fact_of(_COMMANDS[type(fact)], fact)


def admit_loan(state: LoanState, fact: Any, actor: Actor) -> None:
    """Refuse a fact that could not have been recorded of a loan in this state."""
    loan.decide(state, _asked(fact), actor)


def admit_group(state: GroupState, fact: Any, actor: Actor) -> None:
    """Refuse a fact that could not have been recorded of a group in this state."""
    group.decide(state, _asked(fact), actor)
