"""Both sides of every limit of the rules."""

from datetime import date, timedelta

import pytest

from services.reporting.domain.intervals import Interval
from shared.ids import named
from tests.support.facts import (
    DAY,
    HELP,
    HOME,
    LOAN,
    PAID,
    applied,
    approved,
    assigned,
    classified,
    closed,
    collected,
    confirmed,
    day,
    disbursed,
    ended,
    groups,
    history,
    inspected,
    repaid,
    taken_back,
    taken_over,
    target,
    target_withdrawn,
    uid,
    visited,
)
from tests.support.findings import found, is_open, severity

M = 1_000_000


def only(intervals: list[Interval]) -> Interval:
    (interval,) = intervals
    return interval


# USE_CHECK_OVERDUE


@pytest.mark.parametrize(("after", "open_"), [(30, False), (31, True)])
def test_a_use_check_is_overdue_on_the_thirty_first_day(after: int, *, open_: bool) -> None:
    assert is_open("USE_CHECK_OVERDUE", day(after), disbursed()) is open_


def test_a_check_on_the_last_day_leaves_no_finding_and_one_a_day_later_closes_it() -> None:
    assert not found("USE_CHECK_OVERDUE", disbursed(), inspected(day(31)))
    late = only(found("USE_CHECK_OVERDUE", disbursed(), inspected(day(32))))
    assert (late.run.opened_on, late.run.closed_on) == (day(31), day(32))


def test_a_check_dated_before_the_disbursement_or_of_another_one_does_not_count() -> None:
    assert is_open("USE_CHECK_OVERDUE", day(31), disbursed(), inspected(day(-1)))
    assert not is_open("USE_CHECK_OVERDUE", day(31), disbursed(), inspected(DAY))
    other = inspected(day(3), paid=uid("other"))
    assert is_open("USE_CHECK_OVERDUE", day(31), disbursed(), other)


def test_a_reversed_disbursement_needs_no_check_from_that_day_on() -> None:
    assert not found("USE_CHECK_OVERDUE", disbursed(), taken_back(day(31)))
    cleared = only(found("USE_CHECK_OVERDUE", disbursed(), taken_back(day(40))))
    assert cleared.run.closed_on == day(40)


def test_the_identity_of_a_finding_is_its_rule_its_subject_and_its_anchor() -> None:
    interval = only(found("USE_CHECK_OVERDUE", disbursed()))
    anchor = history(disbursed())[0].meta.event_id
    assert interval.finding_id == named(f"USE_CHECK_OVERDUE|{PAID}|{anchor}")
    assert interval.run.steps[0].evidence == (anchor,)


# WRONG_PURPOSE


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [(0, None), (1, "medium"), (29, "medium"), (30, "high"), (69, "high"), (70, "critical")],
)
def test_the_share_off_purpose_gives_the_severity(wrong: int, expected: str | None) -> None:
    check = inspected(day(5), wrong=wrong * M, received=100 * M)
    assert severity("WRONG_PURPOSE", day(5), disbursed(), check) == expected
    assert severity("WRONG_PURPOSE", day(4), disbursed(), check) is None


@pytest.mark.parametrize(("right", "open_"), [(50 * M - 1, True), (50 * M, False)])
def test_only_a_check_with_all_on_purpose_clears_it(right: int, *, open_: bool) -> None:
    facts = (disbursed(), inspected(day(5), wrong=10 * M), inspected(day(9), right=right))
    assert is_open("WRONG_PURPOSE", day(9), *facts) is open_


@pytest.mark.parametrize(("amount", "open_"), [(10 * M - 1, True), (10 * M, False)])
def test_collecting_the_wrong_amount_clears_it(amount: int, *, open_: bool) -> None:
    facts = (disbursed(), inspected(day(5), wrong=10 * M), collected(day(20), amount))
    assert is_open("WRONG_PURPOSE", day(20), *facts) is open_
    assert is_open("WRONG_PURPOSE", day(19), *facts)


def test_money_collected_before_the_first_wrong_check_does_not_count() -> None:
    facts = (disbursed(), collected(day(4), 10 * M), inspected(day(5), wrong=10 * M))
    assert is_open("WRONG_PURPOSE", day(5), *facts)


def test_a_later_wrong_check_changes_severity_and_evidence_but_not_the_identity() -> None:
    first, second = inspected(day(5), wrong=10 * M), inspected(day(8), wrong=40 * M)
    interval = only(found("WRONG_PURPOSE", disbursed(), first, second))
    assert [(step.on, step.severity.word) for step in interval.run.steps] == [
        (day(5), "medium"),
        (day(8), "critical"),
    ]
    assert interval.run.anchor == str(history(disbursed(), first)[1].meta.event_id)


def test_a_condition_that_returns_is_a_new_finding() -> None:
    facts = (
        disbursed(),
        inspected(day(5), wrong=10 * M),
        inspected(day(9)),
        inspected(day(12), wrong=5 * M),
    )
    first, second = found("WRONG_PURPOSE", *facts)
    assert (first.run.closed_on, second.run.opened_on) == (day(9), day(12))
    assert first.finding_id != second.finding_id


def test_reversing_the_disbursement_clears_what_its_checks_showed() -> None:
    facts = (disbursed(), inspected(day(5), wrong=10 * M), taken_back(day(7)))
    assert only(found("WRONG_PURPOSE", *facts)).run.closed_on == day(7)


# WRONG_BENEFICIARY


@pytest.mark.parametrize(
    ("programme", "status", "open_"),
    [
        ("HN", "poor", False),
        ("HN", "near_poor", True),
        ("HCN", "near_poor", False),
        ("HMTN", "newly_escaped", False),
        ("HMTN", "not_poor", True),
        ("SXKD", "not_poor", False),
        ("SXKD", "poor", True),
        ("NOHN", "poor", False),
        ("NSVS", "not_poor", False),
        ("HSSV", "not_poor", False),
    ],
)
def test_a_programme_has_its_eligible_statuses(programme: str, status: str, *, open_: bool) -> None:
    facts = (classified(status), applied(programme), disbursed())
    assert is_open("WRONG_BENEFICIARY", DAY, *facts) is open_


def test_an_unknown_status_is_neither_eligible_nor_not() -> None:
    assert not found("WRONG_BENEFICIARY", applied("HN"), disbursed())


def test_the_confirmation_decides_before_the_approval_and_the_money() -> None:
    left = classified("not_poor", on=day(-5))
    facts = (classified("poor"), applied("HN", on=day(-20)), confirmed(day(-6)), left)
    assert not found("WRONG_BENEFICIARY", *facts, approved(day(-2)), disbursed())
    late = (classified("poor"), applied("HN", on=day(-20)), left, confirmed(day(-5)))
    assert found("WRONG_BENEFICIARY", *late, disbursed())


def test_a_confirmation_after_the_money_does_not_decide_but_an_approval_before_it_does() -> None:
    facts = (classified("poor"), applied("HN"), approved(day(-6)), disbursed(), confirmed(day(3)))
    assert not found("WRONG_BENEFICIARY", *facts, classified("not_poor", on=day(-5)))


def test_it_clears_when_the_loan_is_no_longer_active() -> None:
    facts = (classified("not_poor"), applied("HN"), disbursed(), repaid(day(10), 50 * M - 1))
    assert is_open("WRONG_BENEFICIARY", day(10), *facts)
    paid_up = only(found("WRONG_BENEFICIARY", *facts, repaid(day(11), 1)))
    assert paid_up.run.closed_on == day(11)


def test_a_status_decided_later_for_that_time_opens_it_on_the_decision() -> None:
    facts = (classified("poor"), applied("HN"), disbursed())
    late = classified("not_poor", on=day(9), effective=day(-40))
    interval = only(found("WRONG_BENEFICIARY", *facts, late))
    assert interval.run.opened_on == day(9)
    assert interval.run.anchor == str(history(*facts, late)[3].meta.event_id)


def test_nothing_is_judged_before_the_first_row_of_the_programme() -> None:
    before, from_ = date(2023, 8, 7), date(2023, 8, 8)
    poor = classified("poor", on=date(2022, 1, 1))
    asked = applied("SXKD", on=date(2023, 1, 1))
    assert not found("WRONG_BENEFICIARY", poor, asked, disbursed(before))
    assert found("WRONG_BENEFICIARY", poor, asked, disbursed(from_))


def test_newly_escaped_counts_as_not_poor_after_three_years() -> None:
    out = classified("newly_escaped", on=date(2023, 3, 2))
    last, lapsed = date(2026, 3, 1), date(2026, 3, 2)
    asked = applied("HMTN", on=date(2026, 2, 1))
    assert not found("WRONG_BENEFICIARY", out, asked, disbursed(last))
    assert found("WRONG_BENEFICIARY", out, asked, disbursed(lapsed))


# TARGET_WITHOUT_SPONSOR


@pytest.mark.parametrize(("after", "open_"), [(30, False), (31, True)])
def test_a_target_waits_thirty_days_for_a_sponsor(after: int, *, open_: bool) -> None:
    assert is_open("TARGET_WITHOUT_SPONSOR", day(after), target()) is open_


def test_an_assignment_ends_it_and_its_end_starts_the_clock_again() -> None:
    facts = (target(), assigned(day(40)), ended(day(50)))
    first, second = found("TARGET_WITHOUT_SPONSOR", *facts)
    assert (first.run.opened_on, first.run.closed_on) == (day(31), day(40))
    assert second.run.opened_on == day(81)
    assert second.run.anchor == str(history(*facts)[2].meta.event_id)


def test_a_planned_end_counts_as_an_end() -> None:
    interval = only(found("TARGET_WITHOUT_SPONSOR", target(), assigned(until=day(20))))
    assert interval.run.opened_on == day(51)


def test_a_withdrawn_target_and_a_past_year_need_no_sponsor() -> None:
    gone = only(found("TARGET_WITHOUT_SPONSOR", target(), target_withdrawn(day(45))))
    assert gone.run.closed_on == day(45)
    assert only(found("TARGET_WITHOUT_SPONSOR", target())).run.closed_on == date(2027, 1, 1)
    assert only(found("TARGET_WITHOUT_SPONSOR", target())).about.year == 2026


def test_a_household_without_working_capacity_has_no_target_to_wait_for() -> None:
    facts = (target(), groups("no_working_capacity", on=day(10)), groups(on=day(60)))
    assert only(found("TARGET_WITHOUT_SPONSOR", *facts)).run.opened_on == day(91)


def test_a_closed_household_is_silent_about_targets_and_sponsors() -> None:
    assert only(found("TARGET_WITHOUT_SPONSOR", target(), closed(day(33)))).run.closed_on == day(33)
    assert only(found("SPONSOR_ABSENT", assigned(), closed(day(99)))).run.closed_on == day(99)
    assert is_open("USE_CHECK_OVERDUE", day(40), disbursed(), closed(day(33)))


# SPONSOR_ABSENT


@pytest.mark.parametrize(
    ("after", "expected"), [(90, None), (91, "medium"), (179, "medium"), (180, "high")]
)
def test_a_sponsor_is_absent_after_the_agreed_days(after: int, expected: str | None) -> None:
    assert severity("SPONSOR_ABSENT", day(after), assigned()) == expected


def test_a_visit_and_a_handover_start_the_clock_again() -> None:
    facts = (assigned(), visited(day(95)), taken_over(day(100)))
    first, second = found("SPONSOR_ABSENT", *facts)
    assert (first.run.closed_on, second.run.opened_on) == (day(95), day(191))


def test_the_end_of_the_assignment_clears_it() -> None:
    assert only(found("SPONSOR_ABSENT", assigned(), ended(day(95)))).run.closed_on == day(95)
    assert not found("SPONSOR_ABSENT", assigned(until=day(91)))


def test_each_assignment_has_its_own_clock() -> None:
    other = uid("other")
    facts = (assigned(), assigned(day(1), help_=other), visited(day(90), help_=other))
    absent = {each.about.assignment_id: each.run for each in found("SPONSOR_ABSENT", *facts)}
    assert (absent[HELP].opened_on, absent[other].opened_on) == (day(91), day(181))


def test_findings_name_their_household_and_loan() -> None:
    about = only(found("USE_CHECK_OVERDUE", disbursed())).about
    assert (about.household_id, about.loan_id) == (HOME, LOAN)
    assert timedelta(days=31) == only(found("USE_CHECK_OVERDUE", disbursed())).run.opened_on - DAY


def test_an_absence_is_that_of_the_sponsor_who_took_over() -> None:
    facts = (assigned(), taken_over(day(10)))
    step = only(found("SPONSOR_ABSENT", *facts)).run.steps[0]
    assert step.details["sponsor_id"] == str(uid("another sponsor"))
    first = only(found("SPONSOR_ABSENT", assigned())).run.steps[0]
    assert first.details["sponsor_id"] == str(uid("sponsor"))


def test_the_evidence_of_an_absence_is_what_set_its_clock_in_fact_order() -> None:
    facts = (assigned(), visited(day(5)), target(day(-40)), ended(day(200)))
    known = [each.meta.event_id for each in history(*facts)]
    (absent,) = found("SPONSOR_ABSENT", *facts)
    assert absent.run.steps[0].evidence == (known[0], known[1])
    first, again = found("TARGET_WITHOUT_SPONSOR", *facts)
    assert first.run.steps[0].evidence == (known[2],)
    assert again.run.steps[0].evidence == (known[2], known[3])


def test_the_earlier_of_a_planned_and_a_recorded_end_starts_the_clock_again() -> None:
    for planned, recorded, opens in ((20, 10, 41), (10, 20, 41)):
        facts = (target(), assigned(until=day(planned)), ended(day(recorded)))
        assert only(found("TARGET_WITHOUT_SPONSOR", *facts)).run.opened_on == day(opens)
