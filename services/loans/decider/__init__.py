"""How commands about loans and groups are answered with facts, or refused."""

from typing import Any

from services.loans import commands, events
from services.loans.commands import GroupCommand, LoanCommand
from services.loans.decider import debts, decisions, groups, money
from services.loans.decider.checks import on_the_books, open_on
from services.loans.decider.precheck import would_open
from services.loans.errors import MisuseConfirmed
from services.loans.events import GroupEvent, LoanEvent
from services.loans.state import GroupState, LoanState, add_corrector, evolve_group, evolve_loan
from shared.decider import Decider
from shared.decision_table import DecisionTable, nothing_more
from shared.policy.standing import overdue_since
from shared.recorded import Actor

LOAN_TABLE: DecisionTable[LoanState] = DecisionTable(
    on_the_books,
    {
        commands.ApplyForLoan: (events.LoanApplied, decisions.apply),
        commands.ConfirmLoan: (events.LoanConfirmed, decisions.confirm),
        commands.WithdrawLoan: (events.LoanWithdrawn, decisions.withdraw),
        commands.ApproveLoan: (events.LoanApproved, decisions.approve),
        commands.RejectLoan: (events.LoanRejected, decisions.reject),
        commands.DisburseLoan: (events.LoanDisbursed, money.disburse),
        commands.ReverseDisbursement: (events.DisbursementReversed, money.reverse),
        commands.InspectLoanUse: (events.LoanUseInspected, money.inspect),
        commands.RecordRepayment: (events.RepaymentRecorded, money.repay),
        commands.MarkOverdue: (events.LoanBecameOverdue, debts.mark_overdue),
        commands.MarkCurrent: (events.LoanBecameCurrent, debts.mark_current),
        commands.RecordContact: (events.BorrowerContacted, debts.contact),
        commands.ExtendLoan: (events.LoanExtended, debts.extend),
        commands.FreezeLoan: (events.LoanFrozen, debts.freeze),
        commands.WriteOffLoan: (events.LoanWrittenOff, debts.write_off),
        commands.OrderRecall: (events.RecallOrdered, debts.recall),
        commands.CollectRecall: (events.RecallCollected, debts.collect),
    },
)
GROUP_TABLE: DecisionTable[GroupState] = DecisionTable(
    groups.standing,
    {
        commands.FormGroup: (events.CreditGroupFormed, groups.form),
        commands.ChangeLeader: (events.GroupLeaderChanged, nothing_more),
        commands.DissolveGroup: (events.CreditGroupDissolved, groups.dissolve),
    },
)


def decide_loan(state: LoanState, command: LoanCommand, actor: Actor) -> list[LoanEvent]:
    """Answer a command with facts, with none if nothing would change, or refuse it."""
    if isinstance(command, commands.WriteOffLoan) and command.misuse:
        open_on(state, command.written_off_on)
        raise MisuseConfirmed  # whatever is owed
    fact: LoanEvent = LOAN_TABLE.fact_of(command, **_known(state, command))
    LOAN_TABLE.validate(state, fact, actor)
    match command:
        case commands.DisburseLoan():
            money.acknowledged(state, command)
        case commands.FreezeLoan() if command.misuse:
            raise MisuseConfirmed
        case commands.MarkOverdue(since=day) if overdue_since(state.life, day) == day:
            return []
        case _:
            pass
    return [fact]


def _known(state: LoanState, command: LoanCommand) -> dict[str, Any]:
    """Return what the fact says beyond the command."""
    if isinstance(command, commands.ApplyForLoan):
        return {}
    known: dict[str, Any] = {"household_id": state.household_id}
    if isinstance(command, commands.CollectRecall) and command.recall_id is None:
        open_on(state, command.collected_on)
        known["recall_id"] = debts.only_open_recall(state)
    return known


def decide_group(state: GroupState, command: GroupCommand, actor: Actor) -> list[GroupEvent]:
    """Answer a command with facts, with none if nothing would change, or refuse it."""
    fact: GroupEvent = GROUP_TABLE.fact_of(command)
    GROUP_TABLE.validate(state, fact, actor)
    if isinstance(command, commands.ChangeLeader) and state.leaders[-1] == (
        command.since,
        command.leader_id,
    ):
        return []
    return [fact]


LOAN: Decider[LoanState, LoanCommand] = Decider(
    name="loan",
    initial=LoanState(),
    identify=lambda command: command.loan_id,
    decide=decide_loan,
    evolve=evolve_loan,
    validate=LOAN_TABLE.validate,
    add_corrector=add_corrector,
)
GROUP: Decider[GroupState, GroupCommand] = Decider(
    name="group",
    initial=GroupState(),
    identify=lambda command: command.group_id,
    decide=decide_group,
    evolve=evolve_group,
    validate=GROUP_TABLE.validate,
)

__all__ = ["GROUP", "GROUP_TABLE", "LOAN", "LOAN_TABLE", "would_open"]
