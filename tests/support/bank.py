"""Speaks to the loans service as its people do."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from werkzeug.test import TestResponse

from shared.ids import named
from tests.support.counter_app import People, bearer

MILLION = 1_000_000
ROLES = {
    "teller": "bank_teller",
    "controller": "bank_controller",
    "official": "commune_officer",
    "union": "union_inspector",
    "auditor": "auditor",
    "inspector": "inspector",
}
JSON = dict[str, Any]


def somebody(sub: str, areas: tuple[str, ...] | None = None, **more: Any) -> dict[str, str]:
    """Give the headers of a person named by their work; everywhere unless areas are given."""
    return bearer(ROLES[sub], sub=sub, areas=areas, **more)


@dataclass
class Counter:
    """A loan at the counter: every step by whoever usually does it."""

    bank: People
    household: UUID = field(default_factory=uuid4)
    borrower: UUID = field(default_factory=uuid4)
    loan: UUID = field(default_factory=uuid4)
    disbursement: UUID = field(default_factory=uuid4)

    def ask(self, path: str, who: str, **body: Any) -> TestResponse:
        """Send a command about the loan."""
        self.bank.who = somebody(who)
        return self.bank.post(f"/v1/loans/{self.loan}{path}", body)

    def apply(self, areas: tuple[str, ...] | None = None, **other: Any) -> TestResponse:
        body: JSON = {
            "applied_on": "2026-01-05",
            "loan_id": str(self.loan),
            "household_id": str(self.household),
            "borrower_member_id": str(self.borrower),
            "programme": "HN",
            "purpose": "cattle",
            "amount": 50 * MILLION,
            "term_months": 36,
        }
        self.bank.who = somebody("teller", areas)
        return self.bank.post("/v1/loans", body | other)

    def confirm(self) -> TestResponse:
        return self.ask("/confirmation", "official", confirmed_on="2026-01-07")

    def approve(self, who: str = "controller", **other: Any) -> TestResponse:
        body: JSON = {
            "approved_on": "2026-01-09",
            "amount": 50 * MILLION,
            "rate_bp": 660,
            "term_months": 36,
            "valid_until": "2026-04-30",
            "decision_no": "7/QĐ-NHCS",
        }
        return self.ask("/approval", who, **(body | other))

    def payment(self, **other: Any) -> JSON:
        body: JSON = {
            "disbursed_on": "2026-01-15",
            "disbursement_id": str(self.disbursement),
            "amount": 50 * MILLION,
            "method": "cash",
            "payee": {"kind": "borrower"},
            "voucher_no": "PC-1",
        }
        return body | other

    def disburse(self, **other: Any) -> TestResponse:
        return self.ask("/disbursements", "teller", **self.payment(**other))

    def inspect(self, **other: Any) -> TestResponse:
        body: JSON = {
            "inspected_on": "2026-02-01",
            "disbursement_id": str(self.disbursement),
            "amount_received": 50 * MILLION,
            "right_purpose_amount": 50 * MILLION,
            "wrong_purpose_amount": 0,
            "actual_use": "mua hai con bò",
        }
        return self.ask("/inspections", "union", **(body | other))

    def repay(self, principal: int, day: str = "2026-03-01") -> TestResponse:
        return self.ask("/repayments", "teller", paid_on=day, principal=principal, interest=0)

    def shown(self, who: str = "teller", areas: tuple[str, ...] | None = None) -> TestResponse:
        self.bank.who = somebody(who, areas)
        return self.bank.get(f"/v1/loans/{self.loan}")


def lent(bank: People, **application: Any) -> Counter:
    """Give a loan that was paid out, every step accepted."""
    counter = Counter(bank)
    steps = (counter.apply(**application), counter.confirm(), counter.approve())
    assert [step.status_code for step in steps] == [201, 201, 201]
    paid = counter.disburse()
    assert paid.status_code == 201, paid.json
    return counter


def code(answer: TestResponse) -> str:
    """Give the code of a problem, or of its first field."""
    problem = answer.json or {}
    errors = problem.get("errors")
    return str(errors[0]["code"] if errors else problem.get("code", answer.status_code))


__all__ = ["MILLION", "Counter", "code", "lent", "named", "somebody"]
