"""Two commands at the same instant that are only illegal together: one of them is refused."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.bank import MILLION, Counter, lent, somebody
from tests.support.counter_app import People
from tests.support.service_app import Speaker
from tests.support.together import Asked, one_of, together

pytestmark = pytest.mark.servers


def both(counter: Counter, who: str, path: str, *bodies: dict[str, Any]) -> tuple[Asked, ...]:
    by = Speaker(counter.bank.client, somebody(who))
    return tuple((by, f"/v1/loans/{counter.loan}{path}", body) for body in bodies)


def test_more_is_not_repaid_than_is_owed(bank: People) -> None:
    counter = lent(bank)
    paid = {"paid_on": "2026-03-01", "interest": 0}
    amounts = ({"principal": 30 * MILLION}, {"principal": 21 * MILLION})
    one_of(
        together(*both(counter, "teller", "/repayments", *(paid | each for each in amounts))),
        "over-repayment",
    )


def test_a_disbursement_is_reversed_once(bank: People) -> None:
    counter = lent(bank)
    path = f"/disbursements/{counter.disbursement}/reversal"
    days = ({"reversed_on": day, "reason": "nhầm"} for day in ("2026-02-01", "2026-02-02"))
    one_of(together(*both(counter, "controller", path, *days)), "already-reversed")


def test_a_loan_is_decided_once(bank: People) -> None:
    counter = Counter(bank)
    counter.apply()
    approval = {
        "approved_on": "2026-01-09",
        "amount": 50 * MILLION,
        "rate_bp": 660,
        "term_months": 36,
        "valid_until": "2026-04-30",
    }
    numbers = ({"decision_no": f"{number}/QĐ"} for number in (7, 8))
    one_of(
        together(*both(counter, "controller", "/approval", *(approval | each for each in numbers))),
        "already-approved",
    )


def test_money_is_taken_back_once_whether_reversed_or_repaid(bank: People) -> None:
    counter = lent(bank)
    back = both(
        counter,
        "controller",
        f"/disbursements/{counter.disbursement}/reversal",
        {"reversed_on": "2026-03-01", "reason": "nhầm"},
    )
    paid = both(
        counter,
        "teller",
        "/repayments",
        {"paid_on": "2026-03-01", "principal": MILLION, "interest": 0},
    )
    answers = together(*back, *paid)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    codes = {answer.get_json().get("code") for answer in answers}
    assert codes & {"over-repayment", "over-reversal", "already-closed"}


def test_two_corrections_do_not_add_up_to_what_could_not_be(bank: People) -> None:
    counter = lent(bank)
    first, second = counter.repay(20 * MILLION), counter.repay(20 * MILLION, "2026-03-02")
    fixes = (
        {
            "event_id": (answer.json or {})["events"][0]["event_id"],
            "reason": "nhập sai số",
            "fields": {"principal": 30 * MILLION},
        }
        for answer in (first, second)
    )
    one_of(together(*both(counter, "controller", "/corrections", *fixes)), "not-recordable")


def test_one_loan_id_is_applied_for_once(bank: People) -> None:
    counter = Counter(bank, loan=uuid4())
    application = {
        "applied_on": "2026-01-05",
        "loan_id": str(counter.loan),
        "household_id": str(counter.household),
        "borrower_member_id": str(counter.borrower),
        "programme": "HN",
        "purpose": "cattle",
        "term_months": 36,
    }
    by = Speaker(bank.client, somebody("teller"))
    asked: list[Asked] = [
        (by, "/v1/loans", application | {"amount": amount}) for amount in (MILLION, 2 * MILLION)
    ]
    one_of(together(*asked), "already-exists")
