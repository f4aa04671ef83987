"""What a command may ask: of households and findings, as heard; of loans, from the own tables."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.households import events as households
from services.loans.events import Payee
from services.loans.policies import (
    KnownHousehold,
    OtherLoan,
    PayeeUse,
    Surroundings,
    known_household,
)
from services.reporting import events as reporting
from shared.policy.outstanding import Entry
from shared.projector.journal import read_journal

REGISTRIES = {"households": households.REGISTRY, "reporting": reporting.REGISTRY}

_HOUSEHOLD_OF = text("SELECT household_id FROM loans WHERE loan_id = :loan_id")
_OTHERS = text(
    "SELECT loan_id, programme, member_id, ledger FROM loans"
    " WHERE household_id = :household_id AND loan_id <> :loan_id ORDER BY applied_on, loan_id"
)
_USES = text(
    "SELECT ref, household_id, disbursed_on, reversed_on FROM loan_payees"
    " WHERE ref = ANY(:refs) AND household_id <> :household_id"
    " ORDER BY disbursed_on, disbursement_id"
)
_MISUSE = text("SELECT finding_id FROM confirmed_misuse WHERE loan_id = :loan_id ORDER BY 1")


class Known:
    """The service's knowledge within one transaction; nothing where all is in memory."""

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
        heard = read_journal(self._connection, household_id, REGISTRIES)
        return known_household([row for row in heard if row.meta.source == "households"])

    def household_of(self, loan_id: UUID) -> UUID | None:
        """Give the household of a loan, or None."""
        if self._connection is None:
            return None
        found: UUID | None = self._connection.execute(
            _HOUSEHOLD_OF, {"loan_id": loan_id}
        ).scalar_one_or_none()
        return found

    def around(self, loan_id: UUID, payee: Payee) -> Surroundings:
        """Give what paying out on a loan must look at."""
        household_id = self.household_of(loan_id)
        if self._connection is None or household_id is None:
            return Surroundings()
        whose = {"household_id": household_id, "loan_id": loan_id}
        others = self._connection.execute(_OTHERS, whose).mappings().all()
        refs = [ref for ref in (payee.account_ref, payee.citizen_ref) if ref is not None]
        uses: list[PayeeUse] = []
        if refs:
            asked = {"refs": refs, "household_id": household_id}
            uses = [PayeeUse(**row) for row in self._connection.execute(_USES, asked).mappings()]
        return Surroundings(
            household=self.household(household_id),
            others=tuple(_other(dict(row)) for row in others),
            payees=tuple(uses),
        )

    def misuse(self, loan_id: UUID) -> tuple[UUID, ...]:
        """Give the confirmed misuse findings on a loan."""
        if self._connection is None:
            return ()
        return tuple(self._connection.execute(_MISUSE, {"loan_id": loan_id}).scalars())


def _other(row: dict[str, Any]) -> OtherLoan:
    return OtherLoan(
        loan_id=row["loan_id"],
        programme=row["programme"],
        member_id=row["member_id"],
        ledger=tuple(msgspec.convert(row["ledger"], list[Entry])),
    )
