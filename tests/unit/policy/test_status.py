from datetime import date

import pytest

from shared.policy.programmes import Status
from shared.policy.status import Classified, status_on, statuses

START = date(2020, 5, 1)


def test_nothing_is_known_before_the_first_classification() -> None:
    classified = [Classified(START, "poor")]
    assert status_on(classified, date(2020, 4, 30)) is None
    assert status_on(classified, START) == "poor"


def test_of_two_with_one_date_the_later_fact_counts() -> None:
    assert status_on([Classified(START, "poor"), Classified(START, "near_poor")], START) == (
        "near_poor"
    )


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2023, 4, 30), "newly_escaped"), (date(2023, 5, 1), "not_poor")],
)
def test_newly_escaped_lapses_after_three_years(day: date, status: Status) -> None:
    assert status_on([Classified(START, "newly_escaped")], day) == status


def test_a_run_of_newly_escaped_lapses_by_its_first() -> None:
    run = [
        Classified(START, "newly_escaped"),
        Classified(date(2022, 1, 1), "newly_escaped"),
        Classified(date(2024, 1, 1), "newly_escaped"),
        Classified(date(2025, 1, 1), "newly_escaped"),
    ]
    assert status_on(run, date(2023, 4, 30)) == "newly_escaped"
    assert status_on(run, date(2023, 5, 1)) == "not_poor"
    assert status_on(run, date(2026, 1, 1)) == "not_poor"
    days = [row.since for row in statuses(run)]
    assert days == sorted(set(days))


def test_another_status_begins_a_new_run() -> None:
    run = [
        Classified(START, "newly_escaped"),
        Classified(date(2022, 1, 1), "poor"),
        Classified(date(2022, 6, 1), "newly_escaped"),
    ]
    assert status_on(run, date(2024, 1, 1)) == "newly_escaped"
    assert status_on(run, date(2025, 6, 1)) == "not_poor"


def test_the_29th_of_february_lapses_on_the_first_of_march() -> None:
    leap = [Classified(date(2020, 2, 29), "newly_escaped")]
    assert status_on(leap, date(2023, 2, 28)) == "newly_escaped"
    assert status_on(leap, date(2023, 3, 1)) == "not_poor"


def test_what_is_said_after_the_lapse_leaves_the_lapse_in_its_place() -> None:
    said = [Classified(START, "newly_escaped"), Classified(date(2024, 1, 1), "poor")]
    assert [(row.since, row.status) for row in statuses(said)] == [
        (START, "newly_escaped"),
        (date(2023, 5, 1), "not_poor"),
        (date(2024, 1, 1), "poor"),
    ]


def test_a_lapse_on_the_day_of_another_classification_is_told_once() -> None:
    said = [
        Classified(START, "newly_escaped"),
        Classified(date(2023, 5, 1), "newly_escaped"),
        Classified(date(2024, 1, 1), "poor"),
    ]
    assert [(row.since, row.status) for row in statuses(said)] == [
        (START, "newly_escaped"),
        (date(2023, 5, 1), "not_poor"),
        (date(2024, 1, 1), "poor"),
    ]
