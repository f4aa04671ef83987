"""How commands about loans and groups are answered with facts, or refused."""

from services.loans.commands import GroupCommand, LoanCommand
from services.loans.decider import group, loan
from services.loans.decider.admit import admit_group, admit_loan
from services.loans.decider.precheck import would_open
from services.loans.state import GroupState, LoanState, add_corrector, evolve_group, evolve_loan
from shared.decider import Decider

LOAN: Decider[LoanState, LoanCommand] = Decider(
    name="loan",
    initial=LoanState(),
    identify=lambda command: command.loan_id,
    decide=loan.decide,
    evolve=evolve_loan,
    validate=admit_loan,
    add_corrector=add_corrector,
)

GROUP: Decider[GroupState, GroupCommand] = Decider(
    name="group",
    initial=GroupState(),
    identify=lambda command: command.group_id,
    decide=group.decide,
    evolve=evolve_group,
    validate=admit_group,
)

__all__ = ["GROUP", "LOAN", "would_open"]
