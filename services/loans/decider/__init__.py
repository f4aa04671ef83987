"""How commands about loans and groups are answered with facts, or refused."""

from services.loans.decider.group import GROUP
from services.loans.decider.loan import LOAN
from services.loans.decider.precheck import would_open

__all__ = ["GROUP", "LOAN", "would_open"]
