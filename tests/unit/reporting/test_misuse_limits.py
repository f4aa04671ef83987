"""Both sides of every limit of the rules on misuse."""

from datetime import date
from typing import Any

import pytest

from services.reporting.domain.intervals import Interval
from tests.support.facts import (
    DAY,
    HOME,
    LOAN,
    PAID,
    PERSON,
    applied,
    approved,
    assigned,
    classified,
    closed,
    confirmed,
    day,
    disbursed,
    history,
    inspected,
    registered,
    repaid,
    taken_back,
    uid,
    visited,
)
from tests.support.findings import found, is_open, severity, shared
from tests.support.reviewing import joined, left, planned

M = 1_000_000
OTHER = uid("other loan")
NEXT = uid("next disbursement")


def only(intervals: list[Interval]) -> Interval:
    (interval,) = intervals
    return interval


def shows(interval: Interval, facts: tuple[Any, ...], *numbers: int) -> bool:
    """Tell whether the last evidence is exactly these of the facts."""
    known = history(*facts)
    return set(interval.run.steps[-1].evidence) == {known[n].meta.event_id for n in numbers}


# PIGGYBACK


@pytest.mark.parametrize(
    ("received", "expected"),
    [(50 * M, None), (50 * M - 1, "high"), (25 * M + 1, "high"), (25 * M, "critical")],
)
def test_money_that_did_not_arrive_is_missing_to_the_dong(
    received: int, expected: str | None
) -> None:
    facts = (disbursed(), inspected(day(5), received=received))
    assert severity("PIGGYBACK", day(5), *facts) == expected
    assert severity("PIGGYBACK", day(4), *facts) is None


def test_a_check_that_finds_all_of_the_money_clears_it_and_so_does_a_reversal() -> None:
    facts = (disbursed(), inspected(day(5), received=20 * M))
    assert only(found("PIGGYBACK", *facts, inspected(day(9)))).run.closed_on == day(9)
    assert only(found("PIGGYBACK", *facts, taken_back(day(8)))).run.closed_on == day(8)
    assert shows(only(found("PIGGYBACK", *facts)), facts, 0, 1)


# NOT_USED


@pytest.mark.parametrize(
    ("after", "used", "open_"),
    [(29, 0, False), (30, 0, True), (30, 25 * M - 1, True), (30, 25 * M, False)],
)
def test_half_of_the_money_is_to_be_used_after_thirty_days(
    after: int, used: int, *, open_: bool
) -> None:
    check = inspected(day(after), right=used)
    assert is_open("NOT_USED", day(after), disbursed(), check) is open_


def test_a_later_check_with_half_of_it_used_clears_it() -> None:
    facts = (
        disbursed(),
        inspected(day(30), right=0),
        inspected(day(60), right=20 * M, wrong=5 * M),
    )
    assert only(found("NOT_USED", *facts)).run.closed_on == day(60)


# LEDGER_MISMATCH


@pytest.mark.parametrize(
    ("stated", "expected"), [(40 * M, None), (40 * M - 1, "critical"), (40 * M + 1, "high")]
)
def test_the_stated_debt_is_compared_with_the_books_of_that_day(
    stated: int, expected: str | None
) -> None:
    facts = (disbursed(), inspected(day(9), stated=stated), repaid(day(9), 10 * M))
    assert severity("LEDGER_MISMATCH", day(9), *facts, repaid(day(10), M)) == expected


def test_the_latest_check_that_states_a_debt_decides() -> None:
    facts = (disbursed(), inspected(day(9), stated=0), inspected(day(12)))
    assert is_open("LEDGER_MISMATCH", day(12), *facts)
    agreed = only(found("LEDGER_MISMATCH", *facts, inspected(day(15), stated=50 * M)))
    assert agreed.run.closed_on == day(15)
    assert agreed.about.subject.ids == (str(LOAN),)


def test_a_payment_of_the_same_day_may_be_what_completes_it() -> None:
    facts = (disbursed(), inspected(day(9), stated=50 * M), repaid(day(9), M))
    interval = only(found("LEDGER_MISMATCH", *facts))
    assert interval.run.anchor == str(history(*facts)[2].meta.event_id)
    assert shows(interval, facts, 0, 1, 2)


# UNKNOWN_BORROWER


def test_a_household_is_to_be_registered_by_the_day_of_the_money() -> None:
    assert is_open("UNKNOWN_BORROWER", DAY, applied(), disbursed())
    assert is_open("UNKNOWN_BORROWER", DAY, registered(day(1)), applied(), disbursed())
    assert not found("UNKNOWN_BORROWER", registered(DAY), applied(), disbursed())


def test_the_borrower_is_to_have_been_a_member_by_then() -> None:
    child = uid("child")
    facts = (registered(), applied(member=child), disbursed())
    assert is_open("UNKNOWN_BORROWER", DAY, *facts)
    assert is_open("UNKNOWN_BORROWER", DAY, *facts, joined(day(1), child))
    assert not found("UNKNOWN_BORROWER", *facts, joined(DAY, child))
    gone = (joined(day(-9), child), left(day(-5), child))
    assert not found("UNKNOWN_BORROWER", *facts, *gone)


def test_only_a_reversal_clears_an_unknown_borrower() -> None:
    interval = only(found("UNKNOWN_BORROWER", disbursed(), taken_back(day(3))))
    assert interval.run.closed_on == day(3)
    assert not found("UNKNOWN_BORROWER", disbursed(), taken_back(DAY))


# AFTER_DEPARTURE


@pytest.mark.parametrize(("on", "open_"), [(DAY, True), (day(1), False)])
def test_nobody_is_paid_from_the_day_of_the_departure_on(on: date, *, open_: bool) -> None:
    facts = (registered(), applied(), disbursed())
    assert is_open("AFTER_DEPARTURE", day(2), *facts, left(on)) is open_
    assert is_open("AFTER_DEPARTURE", day(2), *facts, closed(on)) is open_


def test_who_came_back_by_then_may_be_paid() -> None:
    facts = (registered(), applied(), disbursed(), left(day(-9)))
    assert not found("AFTER_DEPARTURE", *facts, joined(DAY))
    late = (*facts, joined(day(1)))
    assert severity("AFTER_DEPARTURE", day(1), *late) == "critical"
    assert shows(only(found("AFTER_DEPARTURE", *late)), late, 1, 2, 3)


# OVER_CEILING


@pytest.mark.parametrize(("more", "open_"), [(50 * M, False), (50 * M + 1, True)])
def test_the_debt_in_a_programme_has_a_ceiling(more: int, *, open_: bool) -> None:
    facts = (
        applied("HN"),
        disbursed(),
        applied("HN", loan=OTHER),
        disbursed(day(3), more, NEXT, OTHER),
    )
    assert is_open("OVER_CEILING", day(3), *facts) is open_
    assert not is_open("OVER_CEILING", day(2), *facts)


def test_repaying_down_to_the_ceiling_clears_it() -> None:
    facts = (applied("HN"), disbursed(amount=120 * M), repaid(day(9), 20 * M - 1))
    assert is_open("OVER_CEILING", day(9), *facts)
    cleared = only(found("OVER_CEILING", *facts, repaid(day(10), 1)))
    assert (cleared.run.closed_on, cleared.about.subject.ids) == (day(10), (str(HOME), "HN"))


def test_the_ceiling_is_that_of_the_latest_disbursement() -> None:
    first = (applied("NSVS", date(2024, 8, 1)), disbursed(date(2024, 9, 1), 25 * M))
    assert is_open("OVER_CEILING", date(2024, 9, 1), *first)
    more = (*first, disbursed(date(2024, 9, 2), 25 * M, NEXT))
    assert only(found("OVER_CEILING", *more)).run.closed_on == date(2024, 9, 2)
    back = (*more, taken_back(date(2024, 10, 1), NEXT))
    one, two = found("OVER_CEILING", *back)
    assert one.finding_id != two.finding_id
    assert two.run.opened_on == date(2024, 10, 1)


def test_a_programme_without_a_ceiling_or_before_its_first_is_silent() -> None:
    assert not found("OVER_CEILING", applied("HSSV"), disbursed(amount=900 * M))
    early, first = date(2019, 2, 28), date(2019, 3, 1)
    assert not found("OVER_CEILING", applied("HN", early), disbursed(early, 101 * M))
    assert found("OVER_CEILING", applied("HN", early), disbursed(first, 101 * M))


# EXCLUSIVE_LOANS


@pytest.mark.parametrize(
    ("one", "other", "same", "open_"),
    [
        ("HN", "HCN", True, True),
        ("HN", "HN", True, False),
        ("HN", "HN", False, True),
        ("NSVS", "NSVS", False, True),
        ("NSVS", "NSVS", True, False),
        ("GQVL", "GQVL", False, False),
        ("HN", "NSVS", False, False),
        ("HN", "HSSV", False, False),
    ],
)
def test_some_loans_exclude_one_another(one: str, other: str, *, same: bool, open_: bool) -> None:
    member = PERSON if same else uid("spouse")
    facts = (
        applied(one),
        disbursed(amount=M),
        applied(other, loan=OTHER, member=member),
        disbursed(day(3), M, NEXT, OTHER),
    )
    assert is_open("EXCLUSIVE_LOANS", day(3), *facts) is open_
    assert not is_open("EXCLUSIVE_LOANS", day(2), *facts)


def test_a_loan_paid_up_on_that_day_excludes_nothing_and_one_paid_up_later_clears_it() -> None:
    facts = (
        applied("HN"),
        disbursed(),
        applied("HCN", loan=OTHER),
        disbursed(day(3), M, NEXT, OTHER),
    )
    assert not found("EXCLUSIVE_LOANS", *facts, repaid(day(3), 50 * M))
    assert only(found("EXCLUSIVE_LOANS", *facts, repaid(day(9), 50 * M))).run.closed_on == day(9)


# NOT_APPROVED


@pytest.mark.parametrize(
    ("since", "until", "amount", "open_"),
    [
        (DAY, DAY, 50 * M, False),
        (day(1), day(9), 50 * M, True),
        (day(-9), day(-1), 50 * M, True),
        (day(-9), day(9), 50 * M - 1, True),
    ],
)
def test_an_approval_covers_its_days_and_its_amount(
    since: date, until: date, amount: int, *, open_: bool
) -> None:
    facts = (applied(), approved(since, until=until, amount=amount), disbursed())
    assert is_open("NOT_APPROVED", day(20), *facts) is open_


def test_without_any_approval_nothing_may_be_paid() -> None:
    interval = only(found("NOT_APPROVED", applied(), disbursed(), taken_back(day(4))))
    assert (interval.run.opened_on, interval.run.closed_on) == (DAY, day(4))
    assert shows(interval, (applied(), disbursed()), 1)


def test_the_disbursement_with_which_the_sum_exceeds_is_the_one() -> None:
    facts = (approved(day(-9)), disbursed(amount=30 * M), disbursed(day(3), 30 * M, NEXT))
    interval = only(found("NOT_APPROVED", *facts))
    assert interval.about.subject.ids == (str(NEXT),)
    assert not found("NOT_APPROVED", *facts, taken_back(day(3)))
    assert found("NOT_APPROVED", *facts, taken_back(day(4)))


# THIRD_PARTY_PAYEE


@pytest.mark.parametrize(
    ("kind", "open_"), [("borrower", False), ("member", False), ("third_party", True)]
)
def test_a_third_party_is_nobody_of_the_household(kind: Any, *, open_: bool) -> None:
    assert is_open("THIRD_PARTY_PAYEE", DAY, disbursed(payee=kind)) is open_


# ROLLOVER


@pytest.mark.parametrize(
    ("before", "paid_back", "amount", "open_"),
    [
        (7, 40 * M, 40 * M, True),
        (0, 40 * M, 40 * M, True),
        (8, 40 * M, 40 * M, False),
        (7, 40 * M - 1, 40 * M, False),
        (7, 40 * M, 40 * M - 1, False),
        (-1, 40 * M, 40 * M, False),
    ],
)
def test_a_repayment_just_before_new_money_of_that_size_is_a_rollover(
    before: int, paid_back: int, amount: int, *, open_: bool
) -> None:
    facts = (
        disbursed(day(-200), 50 * M, loan=OTHER),
        repaid(day(-before), paid_back, loan=OTHER),
        disbursed(DAY, amount, NEXT),
    )
    assert is_open("ROLLOVER", day(5), *facts) is open_


def test_the_size_is_net_of_reversals_and_a_loan_rolls_not_over_itself() -> None:
    facts = (
        disbursed(day(-200), 50 * M, loan=OTHER),
        disbursed(day(-199), 50 * M, uid("wrong"), loan=OTHER),
        repaid(DAY, 40 * M, loan=OTHER),
        disbursed(DAY, 40 * M, NEXT),
    )
    assert not found("ROLLOVER", *facts)
    assert found("ROLLOVER", *facts, taken_back(DAY, uid("wrong"), loan=OTHER))
    own = (disbursed(day(-200)), repaid(DAY, 50 * M), disbursed(DAY, 50 * M, NEXT))
    assert not found("ROLLOVER", *own)


# TIMELY_POVERTY


def timely(before: int = 60, after: int = 180, first: str = "not_poor") -> tuple[Any, ...]:
    applied_on = day(-20)
    return (
        classified(first, on=day(-300)),
        classified("poor", on=day(-20 - before)),
        applied("HN", on=applied_on),
        disbursed(),
        classified("near_poor", on=day(after)),
    )


@pytest.mark.parametrize(
    ("before", "after", "open_"),
    [(60, 180, True), (61, 180, False), (60, 181, False), (0, 0, True), (-1, 180, False)],
)
def test_poor_only_around_the_loan(before: int, after: int, *, open_: bool) -> None:
    facts = timely(before, after)
    assert is_open("TIMELY_POVERTY", day(400), *facts) is open_
    if open_:
        interval = only(found("TIMELY_POVERTY", *facts))
        assert interval.run.opened_on == day(after)
        assert interval.run.closed_on is None
        assert shows(interval, facts, 0, 1, 2, 3, 4)


@pytest.mark.parametrize(("on", "open_"), [(-81, True), (-80, False), (180, False), (181, True)])
def test_a_visit_or_a_plan_in_that_time_says_that_it_was_real(on: int, *, open_: bool) -> None:
    for seen in ((assigned(day(-200)), visited(day(on))), (planned(day(on)),)):
        assert is_open("TIMELY_POVERTY", day(400), *timely(), *seen) is open_


def test_before_it_the_status_is_to_have_been_known() -> None:
    assert not found("TIMELY_POVERTY", *timely()[1:])
    assert not found("TIMELY_POVERTY", *timely(first="poor"))


def test_it_opens_on_a_decision_that_comes_after_the_day_it_is_for() -> None:
    facts = (*timely()[:4], classified("not_poor", on=day(200), effective=day(100)))
    assert only(found("TIMELY_POVERTY", *facts)).run.opened_on == day(200)


# REUSED_EVIDENCE


def test_one_picture_in_checks_of_two_loans_is_a_finding_from_the_later_on() -> None:
    first, again = inspected(day(5), files=["ab"]), inspected(day(6), files=["ab", "cd"])
    assert shared("evidence", "ab", history(first, again)) == []
    other = inspected(day(9), paid=NEXT, loan=OTHER, files=["ab"])
    interval = only(shared("evidence", "ab", history(first, again, other)))
    assert interval.run.opened_on == day(9)
    assert shows(interval, (first, again, other), 0, 2)
    assert interval.run.steps[-1].households == (HOME,)


def test_one_picture_in_visits_of_two_households_is_a_finding_and_of_one_is_not() -> None:
    mine = visited(day(5), files=["ab"])
    assert shared("evidence", "ab", history(mine, visited(day(8), files=["ab"]))) == []
    assert shared("evidence", "ab", history(mine, inspected(day(8), files=["ab"]))) == []
    other = visited(day(8), uid("h"), uid("home 2"), files=["ab"])
    interval = only(shared("evidence", "ab", history(mine, other)))
    assert interval.run.steps[-1].households == tuple(sorted((HOME, uid("home 2"))))


def test_findings_about_a_payment_name_it_and_its_loan() -> None:
    about = only(found("THIRD_PARTY_PAYEE", disbursed(payee="third_party"))).about
    assert (about.subject.ids, about.loan_id) == ((str(PAID),), LOAN)


def test_a_repayment_too_early_does_not_count_beside_a_late_one() -> None:
    early, late = repaid(day(-8), 39 * M, loan=OTHER), repaid(day(-7), M, loan=OTHER)
    lent, again = disbursed(day(-200), 50 * M, loan=OTHER), disbursed(DAY, 40 * M, NEXT)
    assert not found("ROLLOVER", lent, early, late, again)
    assert found("ROLLOVER", lent, early, repaid(day(-7), 40 * M, loan=OTHER), again)


# WRONG_BENEFICIARY


def test_a_status_said_only_after_the_money_ends_the_suspicion_on_the_day_it_was_said() -> None:
    facts = (
        registered(),
        classified("near_poor"),
        applied(),
        disbursed(),
        classified("poor", on=day(10), effective=day(-1)),
        classified("poor", on=day(20), effective=day(20)),
    )
    interval = only(found("WRONG_BENEFICIARY", *facts))
    assert (interval.run.opened_on, interval.run.closed_on) == (DAY, day(10))


def test_a_rollover_is_named_by_what_completed_it_and_shows_the_whole_window() -> None:
    lent = disbursed(day(-200), 50 * M, loan=OTHER)
    early, back = repaid(day(-8), M, loan=OTHER), repaid(day(-7), 39 * M, loan=OTHER)
    rest, again = repaid(DAY, M, loan=OTHER), disbursed(DAY, 40 * M, NEXT)
    for facts, last in (
        ((lent, early, back, rest, again), again),
        ((lent, early, back, again, rest), rest),
    ):
        interval = only(found("ROLLOVER", *facts))
        assert interval.run.anchor == str(history(*facts)[facts.index(last)].meta.event_id)
        assert shows(interval, facts, 0, 2, 3, 4)


def test_a_status_that_changes_on_the_day_that_decides_counts_as_it_is_on_that_day() -> None:
    lost = (classified("poor"), applied(on=day(-20)), classified("near_poor", on=day(-6)))
    assert found("WRONG_BENEFICIARY", *lost, approved(day(-6)), disbursed())
    assert not found("WRONG_BENEFICIARY", *lost, approved(day(-7)), disbursed())
    gained = (classified("near_poor"), applied(on=day(-20)), classified("poor", on=day(-6)))
    assert not found("WRONG_BENEFICIARY", *gained, approved(day(-6)), disbursed())
    assert found("WRONG_BENEFICIARY", *gained, approved(day(-7)), disbursed())


# LEDGER_MISMATCH


def test_nothing_stated_to_be_owed_agrees_with_nothing_owed() -> None:
    facts = (disbursed(), repaid(day(5), 50 * M), inspected(day(9), stated=0))
    assert not found("LEDGER_MISMATCH", *facts)
    other = (disbursed(), repaid(day(5), 50 * M - 1), inspected(day(9), stated=0))
    assert severity("LEDGER_MISMATCH", day(9), *other) == "critical"


# UNKNOWN_BORROWER


def test_an_unknown_borrower_is_one_from_the_day_the_application_is_known() -> None:
    facts = (registered(), disbursed(), applied(on=day(5), member=uid("stranger")))
    interval = only(found("UNKNOWN_BORROWER", *facts))
    assert (interval.run.opened_on, interval.run.closed_on) == (day(5), None)
    early = (registered(), applied(member=uid("stranger")), disbursed())
    assert only(found("UNKNOWN_BORROWER", *early)).run.opened_on == DAY
    assert not found("UNKNOWN_BORROWER", *facts, taken_back(day(5)))
    assert found("UNKNOWN_BORROWER", *facts, taken_back(day(6)))


# ROLLOVER


@pytest.mark.parametrize("swapped", [False, True])
def test_one_of_several_loans_is_enough_and_what_completed_it_names_the_finding(
    *, swapped: bool
) -> None:
    first, third = (uid("third loan"), OTHER) if swapped else (OTHER, uid("third loan"))
    facts = (
        disbursed(day(-200), 50 * M, uid("paid a"), loan=first),
        disbursed(day(-200), 50 * M, uid("paid b"), loan=third),
        repaid(day(-1), 50 * M, loan=first),
        disbursed(DAY, 50 * M, NEXT),
        repaid(DAY, 45 * M, loan=third),
    )
    interval = only(found("ROLLOVER", *facts))
    assert interval.run.anchor == str(history(*facts)[3].meta.event_id)
    assert shows(interval, facts, 0, 1, 2, 3, 4)
    assert only(found("ROLLOVER", *facts[:4])).run.anchor == interval.run.anchor


# TIMELY_POVERTY


def test_a_status_that_lapses_is_left_on_the_day_it_lapses() -> None:
    out, gone = date(2022, 3, 2), date(2025, 3, 2)
    facts = (
        classified("poor", on=date(2018, 3, 2)),
        classified("newly_escaped", on=out),
        applied("HMTN", on=date(2022, 4, 1)),
    )
    paid = disbursed(date(2024, 12, 1))
    interval = only(found("TIMELY_POVERTY", *facts, paid))
    assert (interval.run.opened_on, interval.run.closed_on) == (gone, None)
    assert not found("TIMELY_POVERTY", *facts, disbursed(date(2024, 9, 2)))
    assert found("TIMELY_POVERTY", *facts, disbursed(date(2024, 9, 3)))


# What completed a finding names it, and what was read is shown


def test_a_mismatch_that_a_later_payment_of_the_day_leaves_is_named_by_the_check() -> None:
    facts = (disbursed(), inspected(day(9), stated=40 * M), repaid(day(9), M))
    interval = only(found("LEDGER_MISMATCH", *facts))
    assert interval.run.anchor == str(history(*facts)[1].meta.event_id)
    assert shows(interval, facts, 0, 1, 2)


def test_a_payment_beyond_the_approval_shows_those_before_it_and_what_was_reversed() -> None:
    first, second = disbursed(DAY, 30 * M), disbursed(day(1), 20 * M + 1, NEXT)
    later = disbursed(day(2), M, uid("later"))
    facts = (approved(day(-2)), first, second, later)
    beyond, after = found("NOT_APPROVED", *facts)
    assert shows(beyond, facts, 0, 1, 2)
    assert shows(after, facts, 0, 1, 2, 3)
    undone = (approved(day(-2)), first, taken_back(day(1)), disbursed(day(1), 50 * M + 1, NEXT))
    assert shows(only(found("NOT_APPROVED", *undone)), undone, 0, 1, 2, 3)


# AFTER_DEPARTURE


def test_of_several_departures_the_last_one_counts() -> None:
    went = (registered(), left(day(-100)), joined(day(-50)), left(day(-5)))
    facts = (*went, applied(), disbursed())
    step = only(found("AFTER_DEPARTURE", *facts)).run.steps[0]
    assert step.details["gone_on"] == day(-5).isoformat()
    assert not found("AFTER_DEPARTURE", *facts, joined(day(-1)))


def test_of_a_departure_and_a_closure_the_first_in_fact_order_is_shown() -> None:
    gone, over = left(day(-5)), closed(day(-10))
    facts = (registered(), applied(on=day(-30)), over, gone, disbursed())
    assert shows(only(found("AFTER_DEPARTURE", *facts)), facts, 1, 3, 4)
    late = (registered(), over, applied(on=day(-8)), gone, disbursed())
    assert shows(only(found("AFTER_DEPARTURE", *late)), late, 1, 4)


def test_the_first_payment_of_a_day_that_goes_beyond_the_ceiling_names_the_finding() -> None:
    paid = [disbursed(DAY, 100 * M, uid("paid 0"))]
    paid += [disbursed(DAY, M, uid(f"paid {number}")) for number in range(1, 5)]
    for before in ((), (repaid(day(-1), 0),)):
        facts = (applied(), *before, *paid)
        interval = only(found("OVER_CEILING", *facts))
        known = [each.meta.event_id for each in history(*facts)]
        assert interval.run.anchor == str(known[2 + len(before)])
        assert interval.run.steps[0].details["owed"] == 104 * M


def test_the_evidence_of_a_lapsing_status_is_the_run_of_it_and_no_other_status() -> None:
    facts = (
        *(registered(), classified("poor", on=day(-390)), classified("newly_escaped")),
        *(classified("newly_escaped", on=day(-200)), applied(), disbursed()),
        classified("not_poor", on=day(-10), effective=day(500)),
    )
    assert shows(only(found("WRONG_BENEFICIARY", *facts)), facts, 2, 3, 4, 5)


def test_a_confirmation_on_the_day_of_the_money_decides() -> None:
    lost = classified("near_poor", on=day(-3))
    facts = (classified("poor"), applied(on=day(-20)), approved(day(-6)), lost)
    assert not found("WRONG_BENEFICIARY", *facts, disbursed())
    assert found("WRONG_BENEFICIARY", *facts, confirmed(DAY), disbursed())
    assert not found("WRONG_BENEFICIARY", *facts, confirmed(day(1)), disbursed())
