"""Both sides of every limit of the rules about loans that do not move."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.domain.intervals import Interval
from tests.support.facts import (
    DAY,
    LOAN,
    applied,
    approved,
    closed,
    confirmed,
    day,
    disbursed,
    history,
    repaid,
    taken_back,
    uid,
)
from tests.support.findings import found, severity
from tests.support.stalling import (
    RECALL,
    came_back,
    contacted,
    current,
    extended,
    frozen,
    overdue,
    recalled,
    rejected,
    withdrawn,
    written_off,
)

M = 1_000_000


def only(code: str, *events: Any) -> Interval:
    (interval,) = found(code, *events)
    return interval


def spans(code: str, *events: Any) -> list[tuple[date, date | None]]:
    return [(each.run.opened_on, each.run.closed_on) for each in found(code, *events)]


# CONFIRMATION_OVERDUE, DECISION_OVERDUE: Monday 2 March 2026 is day 0


def test_an_application_waits_five_working_days_for_its_confirmation() -> None:
    interval = only("CONFIRMATION_OVERDUE", applied(on=DAY))
    assert (interval.run.opened_on, interval.run.steps[0].severity.word) == (day(8), "low")
    assert interval.about.loan_id == LOAN


@pytest.mark.parametrize("ending", [confirmed, approved, rejected, withdrawn])
def test_confirming_deciding_and_withdrawing_end_the_wait_for_a_confirmation(ending: Any) -> None:
    assert spans("CONFIRMATION_OVERDUE", applied(on=DAY), ending(day(8))) == []
    assert spans("CONFIRMATION_OVERDUE", applied(on=DAY), ending(day(9))) == [(day(8), day(9))]


def test_a_confirmed_application_waits_three_working_days_for_the_decision() -> None:
    facts = (applied(on=DAY), confirmed(DAY))
    assert severity("DECISION_OVERDUE", day(3), *facts) is None
    assert severity("DECISION_OVERDUE", day(4), *facts) == "medium"


@pytest.mark.parametrize("ending", [approved, rejected, withdrawn])
def test_deciding_and_withdrawing_end_the_wait_for_a_decision(ending: Any) -> None:
    facts = (applied(on=DAY), confirmed(DAY))
    assert spans("DECISION_OVERDUE", *facts, ending(day(4))) == []
    assert spans("DECISION_OVERDUE", *facts, ending(day(5))) == [(day(4), day(5))]


def test_loans_wait_on_after_their_household_was_closed() -> None:
    assert spans("CONFIRMATION_OVERDUE", applied(on=DAY), closed(day(9))) == [(day(8), None)]


# DISBURSEMENT_OVERDUE: the approval is valid for 90 days


@pytest.mark.parametrize(("after", "expected"), [(30, None), (31, "medium"), (91, None)])
def test_an_approved_loan_is_to_be_paid_out_within_thirty_days(
    after: int, expected: str | None
) -> None:
    assert severity("DISBURSEMENT_OVERDUE", day(after), approved(DAY)) == expected


def test_money_withdrawal_and_the_lapse_of_the_approval_end_it() -> None:
    assert spans("DISBURSEMENT_OVERDUE", approved(DAY)) == [(day(31), day(91))]
    assert spans("DISBURSEMENT_OVERDUE", approved(DAY), disbursed(day(31))) == []
    assert spans("DISBURSEMENT_OVERDUE", approved(DAY), disbursed(day(40))) == [(day(31), day(40))]
    assert spans("DISBURSEMENT_OVERDUE", approved(DAY), withdrawn(day(41))) == [(day(31), day(41))]


def test_a_reversed_disbursement_was_never_made_and_opens_another_finding() -> None:
    facts = (approved(DAY), disbursed(day(40)), taken_back(day(50)))
    first, second = found("DISBURSEMENT_OVERDUE", *facts)
    assert (second.run.opened_on, second.run.closed_on) == (day(50), day(91))
    assert first.finding_id != second.finding_id


# LOAN_INACTIVE


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (90, None),
        (91, "medium"),
        (179, "medium"),
        (180, "high"),
        (364, "high"),
        (365, "critical"),
    ],
)
def test_a_silent_loan_grows_worse_with_the_days(after: int, expected: str | None) -> None:
    assert severity("LOAN_INACTIVE", day(after), applied(), disbursed()) == expected


def test_a_student_loan_may_rest_for_455_days() -> None:
    facts = (applied("HSSV"), disbursed())
    assert severity("LOAN_INACTIVE", day(455), *facts) is None
    assert severity("LOAN_INACTIVE", day(456), *facts) == "critical"


@pytest.mark.parametrize(
    "moved", [repaid(day(95), 0), came_back(day(95), M), disbursed(day(95), M, uid("second"))]
)
def test_interest_a_collection_and_more_money_begin_the_clock_anew(moved: Any) -> None:
    assert spans("LOAN_INACTIVE", disbursed(), moved) == [(day(91), day(95)), (day(186), None)]


def test_a_repayment_on_the_day_it_would_open_leaves_no_finding() -> None:
    assert spans("LOAN_INACTIVE", disbursed(), repaid(day(91), M))[0] == (day(182), None)
    assert spans("LOAN_INACTIVE", disbursed(), repaid(day(92), M))[0] == (day(91), day(92))


def test_a_frozen_loan_rests_and_its_clock_begins_at_the_end_of_the_freeze() -> None:
    facts = (disbursed(), frozen(day(100), until=day(200)))
    first, second = found("LOAN_INACTIVE", *facts)
    assert (first.run.opened_on, first.run.closed_on) == (day(91), day(100))
    assert second.run.opened_on == day(291)
    assert second.run.anchor == str(history(*facts)[1].meta.event_id)


def test_a_loan_that_owes_nothing_is_not_inactive() -> None:
    paid = (disbursed(), repaid(day(10), 50 * M - 1))
    assert spans("LOAN_INACTIVE", *paid) == [(day(101), None)]
    assert spans("LOAN_INACTIVE", *paid, repaid(day(20), 1)) == []
    assert spans("LOAN_INACTIVE", *paid, written_off(day(110), 1)) == [(day(101), day(110))]


def test_a_disbursement_taken_back_began_no_clock() -> None:
    second = uid("second")
    facts = (disbursed(), disbursed(day(60), M, second), taken_back(day(120), second))
    assert spans("LOAN_INACTIVE", *facts) == [(day(120), None)]
    assert only("LOAN_INACTIVE", *facts).run.anchor == str(history(disbursed())[0].meta.event_id)


# OVERDUE_UNWORKED


@pytest.mark.parametrize(("after", "expected"), [(30, None), (31, "high")])
def test_an_overdue_loan_is_to_be_worked_on_within_thirty_days(
    after: int, expected: str | None
) -> None:
    facts = (disbursed(day(-99)), overdue(DAY))
    assert severity("OVERDUE_UNWORKED", day(after), *facts) == expected


@pytest.mark.parametrize("work", [contacted(day(40)), repaid(day(40), 0), came_back(day(40), M)])
def test_contact_and_payment_begin_the_clock_anew(work: Any) -> None:
    facts = (disbursed(day(-99)), overdue(DAY), work)
    assert spans("OVERDUE_UNWORKED", *facts) == [(day(31), day(40)), (day(71), None)]


@pytest.mark.parametrize(
    "ending",
    [
        extended(day(40)),
        frozen(day(40), day(400)),
        recalled(day(40), due=day(60), amount=M),
        current(day(40)),
        repaid(day(40), 50 * M),
    ],
)
def test_easing_recalling_and_paying_end_it(ending: Any) -> None:
    facts = (disbursed(day(-99)), overdue(DAY), ending)
    assert spans("OVERDUE_UNWORKED", *facts) == [(day(31), day(40))]


def test_what_was_done_on_the_day_itself_counts_and_what_was_done_before_does_not() -> None:
    lent = disbursed(day(-99))
    assert not found("OVERDUE_UNWORKED", lent, overdue(DAY), extended(DAY))
    assert found("OVERDUE_UNWORKED", lent, extended(day(-1)), overdue(DAY))
    assert found("OVERDUE_UNWORKED", lent, contacted(day(-1)), overdue(DAY))
    assert found("OVERDUE_UNWORKED", lent, current(DAY), overdue(DAY))


def test_a_recall_before_the_last_contact_was_not_done_since() -> None:
    facts = (disbursed(day(-99)), overdue(DAY), recalled(day(5), due=day(9), amount=M))
    assert not found("OVERDUE_UNWORKED", *facts)
    assert spans("OVERDUE_UNWORKED", *facts, contacted(day(20))) == [(day(51), None)]


# FREEZE_ENDING


@pytest.mark.parametrize(
    ("after", "expected"),
    [(819, None), (820, "low"), (969, "low"), (970, "high"), (1000, "high"), (1001, "high")],
)
def test_the_end_of_a_freeze_is_told_half_a_year_before(after: int, expected: str | None) -> None:
    facts = (disbursed(day(-9)), frozen(DAY, until=day(1000)))
    assert severity("FREEZE_ENDING", day(after), *facts) == expected


def test_a_short_freeze_is_told_of_when_it_begins() -> None:
    facts = (disbursed(day(-9)), frozen(DAY, until=day(20)))
    interval = only("FREEZE_ENDING", *facts)
    assert (interval.run.opened_on, interval.run.steps[0].severity.word) == (DAY, "high")


@pytest.mark.parametrize(
    "ending", [extended(day(50)), written_off(day(50), M), repaid(day(50), 50 * M)]
)
def test_extending_writing_off_and_paying_in_full_end_a_freeze(ending: Any) -> None:
    facts = (disbursed(day(-9)), frozen(DAY, until=day(100)), ending)
    assert spans("FREEZE_ENDING", *facts) == [(DAY, day(50))]


def test_a_later_freeze_has_a_finding_of_its_own() -> None:
    facts = (disbursed(day(-9)), frozen(DAY, day(100)), frozen(day(90), day(200)))
    first, second = found("FREEZE_ENDING", *facts)
    assert (first.run.closed_on, second.run.opened_on) == (day(90), day(90))
    assert first.finding_id != second.finding_id


def test_paying_a_part_does_not_end_a_freeze() -> None:
    facts = (disbursed(day(-9)), frozen(DAY, day(100)), repaid(day(50), 50 * M - 1))
    assert spans("FREEZE_ENDING", *facts) == [(DAY, None)]


# RECALL_UNPAID


@pytest.mark.parametrize(("after", "expected"), [(20, None), (21, "high")])
def test_a_recall_is_unpaid_on_the_day_after_it_was_due(after: int, expected: str | None) -> None:
    facts = (disbursed(), recalled(DAY, due=day(20), amount=10 * M))
    assert severity("RECALL_UNPAID", day(after), *facts) == expected


def test_only_collections_on_that_recall_pay_it() -> None:
    facts = (disbursed(), recalled(DAY, due=day(20), amount=10 * M))
    other = came_back(day(30), 10 * M, uid("other recall"))
    assert spans("RECALL_UNPAID", *facts, repaid(day(30), 20 * M), other) == [(day(21), None)]
    assert spans("RECALL_UNPAID", *facts, came_back(day(30), 10 * M - 1)) == [(day(21), None)]
    half = (came_back(day(30), 4 * M), came_back(day(35), 6 * M))
    assert spans("RECALL_UNPAID", *facts, *half) == [(day(21), day(35))]
    assert only("RECALL_UNPAID", *facts).about.subject.ids == (str(RECALL),)


def test_a_recall_ends_when_nothing_is_owed() -> None:
    facts = (disbursed(), recalled(DAY, due=day(20), amount=10 * M), repaid(day(25), 50 * M))
    assert spans("RECALL_UNPAID", *facts) == [(day(21), day(25))]


def test_a_recall_ordered_after_its_due_date_is_unpaid_at_once() -> None:
    facts = (disbursed(), recalled(day(9), due=day(9) - timedelta(days=3), amount=M))
    assert only("RECALL_UNPAID", *facts).run.opened_on == day(9)


def test_a_silence_grows_worse_only_while_it_lasts() -> None:
    facts = (applied("HN"), disbursed())
    for until, severities in ((100, ["medium"]), (180, ["medium"]), (181, ["medium", "high"])):
        interval = only("LOAN_INACTIVE", *facts, repaid(day(until), 50 * M))
        assert [step.severity.word for step in interval.run.steps] == severities
        assert (interval.run.opened_on, interval.run.closed_on) == (day(91), day(until))
        assert interval.run.steps[0].on == day(91)


def test_a_repayment_ends_the_silence_on_its_day_also_where_money_was_reversed() -> None:
    wrong = uid("wrong")
    facts = (applied("HN"), disbursed(), disbursed(day(0), M, wrong), taken_back(day(1), wrong))
    assert spans("LOAN_INACTIVE", *facts, repaid(day(100), M)) == [
        (day(91), day(100)),
        (day(191), None),
    ]


def test_the_first_of_several_payments_ends_the_wait_for_money() -> None:
    facts = (applied(), approved(DAY), disbursed(day(40), M), disbursed(day(50), M, uid("more")))
    assert spans("DISBURSEMENT_OVERDUE", *facts) == [(day(31), day(40))]


def test_a_recall_on_the_day_on_which_it_became_overdue_works_on_it() -> None:
    facts = (applied(), disbursed(day(-60)), overdue(DAY))
    assert spans("OVERDUE_UNWORKED", *facts) == [(day(31), None)]
    assert spans("OVERDUE_UNWORKED", *facts, recalled(DAY, day(90), M)) == []
    assert spans("OVERDUE_UNWORKED", *facts, recalled(day(-1), day(90), M)) == [(day(31), None)]
