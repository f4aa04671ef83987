"""What the command endpoints of loans have in common: where a loan is, and how bodies are read."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from services.loans.decider import LOAN
from services.loans.read_model import Known
from services.loans.state import LoanState
from shared.areas import Commune, at
from shared.auth.roles import Role
from shared.routes import CommandContext, Where, routes_below

BASE = "/v1/loans/<uuid:loan_id>"

TELLER = frozenset({Role.BANK_TELLER})
CONTROLLER = frozenset({Role.BANK_CONTROLLER})
FIELD = frozenset({Role.BANK_TELLER, Role.UNION_INSPECTOR})


def where_household(known: Known, household_id: UUID, said: Commune | None) -> Where | None:
    """Tell where a household lives by day: as heard, else where the loan said it does."""
    household = known.household(household_id)
    if household is not None and household.places:
        return household.commune_on
    return None if said is None else partial(at, said)


def where(state: LoanState, *rest: Any) -> Where | None:
    """Tell where a loan is: it follows its household."""
    known, applied = rest[-1], state.applied
    if applied is None:
        return None
    return where_household(known, applied.household_id, applied.commune)


def household_of(fields: Mapping[str, Any], context: CommandContext) -> UUID:
    """Give whose key seals the texts of a loan: its household's.

    The loan's own id where there is no such loan; then the command is refused anyway.
    """
    loan_id: UUID = fields["loan_id"]
    known: Known = context.known
    return known.household_of(loan_id) or loan_id


route = routes_below(BASE, LOAN, roles=TELLER, location=where)
"""Declares a command to a loan that was applied for."""
