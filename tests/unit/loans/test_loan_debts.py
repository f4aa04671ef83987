from dataclasses import replace
from datetime import date

from services.loans import commands as ask
from services.loans.errors import LoanAlreadyOverdue, MisuseConfirmed, OverRepayment, PartNotOpen
from services.loans.events import RecallCollected
from services.loans.state.loan import Recall
from shared.ids import named
from shared.money import vnd
from tests.support.lending import DAY, LOAN_ID, approved, collect, lent, on, recall, repay

CONFIRMED = (named("finding"),)


def overdue(days: int) -> ask.MarkOverdue:
    return ask.MarkOverdue(loan_id=LOAN_ID, since=on(days))


def current(days: int) -> ask.MarkCurrent:
    return ask.MarkCurrent(loan_id=LOAN_ID, ended_on=on(days))


def freeze(days: int, until: date | None = None, **other: object) -> ask.FreezeLoan:
    return ask.FreezeLoan(
        loan_id=LOAN_ID,
        since=on(days),
        until=until or on(days + 30),
        misuse=CONFIRMED if other.get("misuse") else (),
    )


def write_off(days: int, amount: int, *, misuse: bool = False) -> ask.WriteOffLoan:
    return ask.WriteOffLoan(
        loan_id=LOAN_ID,
        written_off_on=on(days),
        amount=vnd(amount),
        misuse=CONFIRMED if misuse else (),
    )


def test_only_a_debt_becomes_overdue() -> None:
    approved().refuses(overdue(10), PartNotOpen)
    lent().refuses(overdue(9), PartNotOpen)
    assert lent().when(overdue(10))


def test_saying_overdue_twice_changes_nothing_and_another_day_is_refused() -> None:
    late = lent().after(overdue(40))
    assert late.when(overdue(40)) == []
    late.refuses(overdue(41), LoanAlreadyOverdue)


def test_overdue_ends_once_and_may_return() -> None:
    lent().refuses(current(40), PartNotOpen)
    ended = lent().after(overdue(40), current(50))
    ended.refuses(current(50), PartNotOpen)
    assert ended.when(overdue(60))


def test_an_extension_ends_overdue() -> None:
    extended = ask.ExtendLoan(loan_id=LOAN_ID, granted_on=on(45), until=on(400))
    lent().after(overdue(40), extended).refuses(current(46), PartNotOpen)


def test_dates_come_in_order() -> None:
    lent().finds_malformed(freeze(40, until=on(39)), "/until", "out-of-order")
    assert lent().when(freeze(40, until=on(40)))
    late = ask.ExtendLoan(loan_id=LOAN_ID, granted_on=on(40), until=on(39))
    lent().finds_malformed(late, "/until", "out-of-order")
    early = collect(days=29)
    lent().after(recall(days=30)).finds_malformed(early, "/collected_on", "out-of-order")


def test_confirmed_misuse_forbids_freeze_and_write_off() -> None:
    lent().refuses(freeze(40, misuse=True), MisuseConfirmed)
    lent().refuses(write_off(40, 1, misuse=True), MisuseConfirmed)
    assert lent().when(freeze(40))
    assert lent().when(write_off(40, 50_000_000))


def test_no_more_is_written_off_than_owed() -> None:
    lent().refuses(write_off(40, 50_000_001), OverRepayment)


def test_a_collection_finds_the_only_open_recall() -> None:
    (collected,) = lent().after(recall()).when(collect())
    assert isinstance(collected, RecallCollected)
    assert collected.recall_id == named("recall")


def test_a_collection_must_name_one_of_several_recalls() -> None:
    two = lent().after(recall(), recall(name="another"))
    two.finds_malformed(collect(), "/recall_id", "required")
    assert two.when(collect(name="another"))
    two.finds_malformed(collect(name="third"), "/recall_id", "not-in-list")


def test_a_recall_fully_collected_is_closed() -> None:
    lent().refuses(collect(), PartNotOpen)
    done = lent().after(recall(), collect())
    done.refuses(collect(days=36), PartNotOpen)
    done.refuses(collect(days=36, name="recall"), PartNotOpen)


def test_no_more_is_collected_than_owed() -> None:
    left = lent().after(recall(amount=50_000_000), repay(days=32, principal=40_000_000))
    left.refuses(collect(amount=10_000_001), OverRepayment)
    assert left.when(collect(amount=10_000_000))


def test_a_promise_is_not_before_the_talk() -> None:
    def contact(promised: int) -> ask.RecordContact:
        return ask.RecordContact(
            loan_id=LOAN_ID,
            contact_id=named("contact"),
            contacted_on=on(40),
            outcome="promised",
            promised_on=on(promised),
        )

    assert lent().when(contact(40))
    lent().finds_malformed(contact(39), "/promised_on", "out-of-order")


def test_a_recall_is_open_until_its_last_dong_has_come() -> None:
    recall = Recall(recall_id=named("recall"), ordered_on=DAY, due_on=DAY, amount=2)
    assert recall.is_open
    assert replace(recall, collected=1).is_open
    assert not replace(recall, collected=2).is_open
    assert Recall(recall_id=named("recall"), ordered_on=DAY, due_on=DAY, amount=1).is_open
