"""What deciding must remember of loans and groups."""

from services.loans.state.group import GroupState, evolve_group
from services.loans.state.loan import Disbursement, LoanState, Recall, evolve_loan, vouch

__all__ = [
    "Disbursement",
    "GroupState",
    "LoanState",
    "Recall",
    "evolve_group",
    "evolve_loan",
    "vouch",
]
