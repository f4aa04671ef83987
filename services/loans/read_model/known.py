"""What a command may ask: of households and findings, as heard; of loans, from the own tables."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Connection, Text, any_, literal, select

from services.loans.events import Payee
from services.loans.policies import (
    CONSUMES,
    DisbursementContext,
    KnownHousehold,
    OtherLoan,
    PayeeUse,
    known_household,
)
from services.loans.read_model.tables import CONFIRMED_MISUSE, LOAN_PAYEES, LOANS
from shared.policy.outstanding import Entry
from shared.projector.journal import read_journal


class Known:
    """Looks up within the command's transaction; without a database nothing is known."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._households: dict[UUID, KnownHousehold | None] = {}

    def household(self, household_id: UUID) -> KnownHousehold | None:
        """Give a household as heard of, or None."""
        if household_id not in self._households:
            self._households[household_id] = self._heard(household_id)
        return self._households[household_id]

    def _heard(self, household_id: UUID) -> KnownHousehold | None:
        if self._connection is None:
            return None
        return known_household(read_journal(self._connection, household_id, CONSUMES))

    def household_of(self, loan_id: UUID) -> UUID | None:
        """Give the household of a loan, or None."""
        if self._connection is None:
            return None
        look = select(LOANS.c.household_id).where(LOANS.c.loan_id == loan_id)
        found: UUID | None = self._connection.execute(look).scalar_one_or_none()
        return found

    def disbursement_context(self, loan_id: UUID, payee: Payee) -> DisbursementContext:
        """Give what paying out on a loan must look at."""
        household_id = self.household_of(loan_id)
        if self._connection is None or household_id is None:
            return DisbursementContext()
        others = (
            select(LOANS.c.loan_id, LOANS.c.programme, LOANS.c.member_id, LOANS.c.ledger)
            .where(LOANS.c.household_id == household_id, LOANS.c.loan_id != loan_id)
            .order_by(LOANS.c.applied_on, LOANS.c.loan_id)
        )
        return DisbursementContext(
            household=self.household(household_id),
            others=tuple(_other(row) for row in self._connection.execute(others)),
            payees=self._uses(household_id, payee),
        )

    def _uses(self, household_id: UUID, payee: Payee) -> tuple[PayeeUse, ...]:
        refs = [ref for ref in (payee.account_ref, payee.citizen_ref) if ref is not None]
        if self._connection is None or not refs:
            return ()
        uses = LOAN_PAYEES.c
        look = (
            select(uses.ref, uses.household_id, uses.disbursed_on, uses.reversed_on)
            .where(uses.ref == any_(literal(refs, ARRAY(Text))), uses.household_id != household_id)
            .order_by(uses.disbursed_on, uses.disbursement_id)
        )
        return tuple(PayeeUse(**row) for row in self._connection.execute(look).mappings())

    def misuse(self, loan_id: UUID) -> tuple[UUID, ...]:
        """Give the confirmed misuse findings on a loan."""
        if self._connection is None:
            return ()
        finding_id = CONFIRMED_MISUSE.c.finding_id
        look = select(finding_id).where(CONFIRMED_MISUSE.c.loan_id == loan_id).order_by(finding_id)
        return tuple(self._connection.execute(look).scalars())


def _other(row: Any) -> OtherLoan:
    return OtherLoan(
        loan_id=row.loan_id,
        programme=row.programme,
        member_id=row.member_id,
        ledger=tuple(msgspec.convert(row.ledger, list[Entry])),
    )
