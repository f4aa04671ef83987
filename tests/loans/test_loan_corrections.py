import pytest
from werkzeug.test import TestResponse

from tests.support.bank import MILLION, Counter, code, lent
from tests.support.counter_app import People

pytestmark = pytest.mark.servers


def correct(counter: Counter, answer: TestResponse, **change: object) -> TestResponse:
    assert answer.json is not None
    event = answer.json["events"][0]["event_id"]
    return counter.ask("/corrections", "controller", event_id=event, reason="nhập sai số", **change)


def outstanding(counter: Counter) -> int:
    shown = counter.shown().json
    assert shown is not None
    return int(shown["outstanding"])


def test_a_wrong_repayment_is_set_right_and_can_be_annulled(bank: People) -> None:
    counter = lent(bank)
    paid = counter.repay(50 * MILLION)
    assert outstanding(counter) == 0
    assert correct(counter, paid, fields={"principal": 5 * MILLION}).status_code == 201
    assert outstanding(counter) == 45 * MILLION
    assert correct(counter, paid, annul=True).status_code == 201
    assert outstanding(counter) == 50 * MILLION


def test_a_correction_must_leave_a_history_that_could_have_been(bank: People) -> None:
    counter = lent(bank)
    paid = counter.repay(20 * MILLION)
    again = counter.disburse()
    assert code(correct(counter, again, fields={"amount": 10 * MILLION})) == "not-recordable"
    assert code(correct(counter, again, annul=True)) == "not-recordable"
    assert code(correct(counter, paid, fields={"principal": -1})) == "out-of-range"
    assert code(correct(counter, paid, fields={"loan_id": str(counter.loan)})) == "unknown-field"
    assert correct(counter, again, fields={"amount": 20 * MILLION}).status_code == 201
    assert outstanding(counter) == 0


def test_what_has_parts_is_recorded_anew(bank: People) -> None:
    counter = lent(bank)
    seen = counter.inspect(evidence=[{"sha256": "a" * 64, "kind": "photo"}])
    assert code(correct(counter, seen, fields={"evidence": []})) == "unknown-field"
    assert correct(counter, seen, fields={"actual_use": "mua lợn"}).status_code == 201


def test_a_loan_whose_application_is_annulled_is_gone(bank: People) -> None:
    counter = Counter(bank)
    assert correct(counter, counter.apply(), annul=True).status_code == 201
    assert counter.shown().status_code == 404
    assert code(counter.confirm()) == "not-found"


def test_who_corrected_an_application_does_not_approve_it(bank: People) -> None:
    counter = Counter(bank)
    asked = counter.apply()
    assert correct(counter, asked, fields={"amount": 20 * MILLION}).status_code == 201
    assert code(counter.approve("controller")) == "four-eyes"
