"""What deciding must remember of loans and groups."""

from services.loans.state.group import GroupState, evolve_group
from services.loans.state.loan import Disbursement, LoanState, Recall, add_corrector, evolve_loan

__all__ = [
    "Disbursement",
    "GroupState",
    "LoanState",
    "Recall",
    "add_corrector",
    "evolve_group",
    "evolve_loan",
]
