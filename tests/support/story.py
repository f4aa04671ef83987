"""One household's story, told over HTTP: poor, targeted, lent to, and the money gone astray."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.api import Api

COMMUNE = "01864"
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class People:
    """The callers of the story."""

    commune: Api
    district: Api
    teller: Api
    controller: Api
    union: Api
    inspector: Api

    @classmethod
    def at(cls, gateway: str, token: Callable[..., str]) -> People:
        """Give each of them a token: the officers for their area, the bank for everywhere."""
        area = ("--area", COMMUNE)
        everywhere = ("--area", "*")
        return cls(
            commune=Api(gateway, token("commune_officer", *area)),
            district=Api(gateway, token("district_officer", *area)),
            teller=Api(gateway, token("bank_teller", *everywhere)),
            controller=Api(gateway, token("bank_controller", *everywhere)),
            union=Api(gateway, token("union_inspector", *everywhere)),
            inspector=Api(gateway, token("inspector", *everywhere)),
        )


def register_poor_household(people: People) -> tuple[str, str]:
    """Register and classify a household; return its id and its head's."""
    household, head = str(uuid.uuid4()), str(uuid.uuid4())
    people.commune.command(
        "/households/v1/households",
        {
            "household_id": household,
            "commune_code": COMMUNE,
            "village": "Nặm Khiếu",
            "area_type": "rural",
            "head": {"member_id": head, "full_name": "Hoàng Văn Thử", "able_to_work": True},
            "registered_on": "2025-08-01",
        },
    )
    people.commune.command(
        f"/households/v1/households/{household}/classifications",
        {
            "decided_on": "2025-08-10",
            "status": "poor",
            "decision_no": "12/QĐ-UBND",
            "effective_from": "2025-08-10",
        },
    )
    return household, head


def set_exit_target(people: People, household: str) -> None:
    """Name the household as one that is to leave poverty in 2026; nobody is to help it."""
    people.district.command(
        f"/households/v1/households/{household}/exit-targets",
        {"set_on": "2025-08-15", "year": 2026, "to": "out"},
    )


def disburse_loan(people: People, household: str, head: str) -> tuple[str, str]:
    """Lend 50 million for cattle; return the ids of the loan and of the disbursement."""
    loan, disbursement = str(uuid.uuid4()), str(uuid.uuid4())
    people.teller.command(
        "/loans/v1/loans",
        {
            "loan_id": loan,
            "applied_on": "2025-09-01",
            "household_id": household,
            "borrower_member_id": head,
            "programme": "HN",
            "purpose": "cattle",
            "amount": 50 * MILLION,
            "term_months": 36,
            "commune_code": COMMUNE,
        },
    )
    people.commune.command(f"/loans/v1/loans/{loan}/confirmation", {"confirmed_on": "2025-09-03"})
    people.controller.command(
        f"/loans/v1/loans/{loan}/approval",
        {
            "approved_on": "2025-09-05",
            "amount": 50 * MILLION,
            "rate_bp": 660,
            "term_months": 36,
            "valid_until": "2025-12-31",
            "decision_no": "7/QĐ-NHCS",
        },
    )
    people.teller.command(
        f"/loans/v1/loans/{loan}/disbursements",
        {
            "disbursement_id": disbursement,
            "disbursed_on": "2025-09-10",
            "amount": 50 * MILLION,
            "method": "cash",
            "payee": {"kind": "borrower"},
            "voucher_no": "PC-0001",
        },
    )
    return loan, disbursement


def inspect_wrong_purpose(people: People, loan: str, disbursement: str) -> None:
    """File form 06/TD: 40 of the 50 million bought a motorcycle."""
    people.union.command(
        f"/loans/v1/loans/{loan}/inspections",
        {
            "inspected_on": "2025-09-25",
            "disbursement_id": disbursement,
            "amount_received": 50 * MILLION,
            "right_purpose_amount": 10 * MILLION,
            "wrong_purpose_amount": 40 * MILLION,
            "actual_use": "mua xe máy",
        },
    )
