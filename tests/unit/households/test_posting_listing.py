"""The yearly list of a commune: whose decision stands on it, in which order, under which hash."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.households.api.postings.listing import (
    Line,
    Posting,
    counts,
    decided,
    in_order,
    last_day,
    list_hash,
    result_of,
)
from services.households.events import HouseholdClassified, ResultReverified, ReviewScored
from shared.areas import REFORM, Commune
from shared.ids import named

HOME, REVIEW = named("a household"), named("a review")
LINE = Line(
    village="Nà Lẹng",
    head_name="Hoàng Văn Thử",
    result="poor",
    decision_no="12/QĐ-UBND",
    decided_on=date(2025, 12, 5),
)


def scored(year: int, review: UUID = REVIEW) -> ReviewScored:
    return ReviewScored(
        household_id=HOME,
        review_id=review,
        year=year,
        kind="annual",
        b1=120,
        b2=40,
        scored_on=date(year, 9, 20),
        reviewer_ids=("truong-thon",),
        area_type="rural",
    )


def classified(day: date, status: str = "poor", **more: Any) -> HouseholdClassified:
    return HouseholdClassified(
        household_id=HOME,
        decided_on=day,
        status=status,
        decision_no="12/QĐ-UBND",
        effective_from=date(day.year + 1, 1, 1),
        decided_by="chu-tich",
        **more,
    )


def posting(*lines: Line) -> Posting:
    return Posting(commune=Commune("01864", REFORM), year=2025, lines=lines)


def test_a_decision_belongs_to_the_year_of_its_review_even_when_taken_in_the_next() -> None:
    late = classified(date(2026, 1, 8), review_id=REVIEW)
    assert decided([scored(2025), late], 2025) is late
    assert decided([scored(2025), late], 2026) is None


def test_a_decision_without_a_review_belongs_to_its_own_year() -> None:
    found = classified(date(2025, 12, 31))
    assert decided([found], 2025) is found
    assert decided([found], 2026) is None


def test_of_several_decisions_the_last_counts_and_of_one_day_the_one_recorded_last() -> None:
    first, second = classified(date(2025, 12, 5)), classified(date(2025, 12, 5), "near_poor")
    assert decided([first, second], 2025) is second
    assert decided([classified(date(2025, 12, 6)), first], 2025) != first


def test_nobody_was_decided_on_where_nothing_was() -> None:
    assert decided([scored(2025)], 2025) is None


@pytest.mark.parametrize(
    ("present", "day"),
    [
        (date(2025, 12, 30), date(2025, 12, 30)),
        (date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_where_a_household_lives_counts_on_the_last_day_of_the_year(
    present: date, day: date
) -> None:
    assert last_day(2025, present) == day


def test_lists_go_by_village_then_result_then_given_name() -> None:
    given = [
        replace(LINE, village="Thôn 10"),
        replace(LINE, village="Thôn 2", result="newly_escaped"),
        replace(LINE, village="Thôn 2", head_name="An Thị Thử"),
        replace(LINE, village="Thôn 2", head_name="Vương Thị Én"),
        replace(LINE, village="Thôn 2", head_name=None, result="near_poor"),
    ]
    found = [(line.village, line.result, line.head_name) for line in in_order(given)]
    assert found == [
        ("Thôn 2", "poor", "Vương Thị Én"),
        ("Thôn 2", "poor", "An Thị Thử"),
        ("Thôn 2", "near_poor", None),
        ("Thôn 2", "newly_escaped", "Hoàng Văn Thử"),
        ("Thôn 10", "poor", "Hoàng Văn Thử"),
    ]
    assert in_order(reversed(given)) == in_order(given)


def test_each_result_is_counted() -> None:
    found = counts([LINE, LINE, replace(LINE, result="near_poor")])
    assert found == {"poor": 2, "near_poor": 1, "newly_escaped": 0}


@pytest.mark.parametrize(
    "other",
    [
        replace(LINE, head_name="Hoàng Văn Thứ"),
        replace(LINE, head_name=None),
        replace(LINE, village="Nà Lèng"),
        replace(LINE, result="near_poor"),
        replace(LINE, decision_no="13/QĐ-UBND"),
        replace(LINE, decided_on=date(2025, 12, 6)),
    ],
    ids=("name", "erased", "village", "result", "number", "day"),
)
def test_whatever_is_changed_on_the_list_changes_its_hash(other: Line) -> None:
    assert list_hash(posting(LINE)) == list_hash(posting(replace(LINE)))
    assert list_hash(posting(other)) != list_hash(posting(LINE))
    assert list_hash(replace(posting(LINE), year=2024)) != list_hash(posting(LINE))


def test_the_hash_can_be_computed_from_the_paper_alone() -> None:
    text = '{"commune":{"code":"01864","valid_from":"2025-07-01"},"rows":[],"year":2025}'
    assert list_hash(posting()) == hashlib.sha256(text.encode()).hexdigest()


LAST_DAY = date(2025, 12, 31)


def reverified(b1: int, b2: int, day: date = date(2025, 10, 15)) -> ResultReverified:
    return ResultReverified(household_id=HOME, review_id=REVIEW, done_on=day, b1=b1, b2=b2)


def expected(*facts: Any) -> str | None:
    found = result_of(facts, 2025, LAST_DAY)
    assert found is None or (found.decision_no, found.decided_on) == (None, None)
    return found.status if found else None


def test_before_a_decision_the_list_says_what_the_points_give() -> None:
    assert expected(scored(2025)) == "poor"
    assert expected(scored(2025), reverified(120, 20)) == "near_poor"
    assert expected(scored(2024)) is None


def test_whoever_is_beyond_poverty_by_the_points_is_listed_as_one_who_leaves_it() -> None:
    rich = reverified(200, 0)
    was_poor = classified(date(2024, 12, 5))
    assert expected(scored(2025), rich) is None
    assert expected(was_poor, scored(2025), rich) == "newly_escaped"


def test_a_decision_counts_from_then_on_and_a_later_review_once_more() -> None:
    late = classified(date(2025, 12, 5), "near_poor", review_id=REVIEW)
    found = result_of([scored(2025), late], 2025, LAST_DAY)
    assert found is not None
    assert (found.status, found.decided_on) == ("near_poor", date(2025, 12, 5))
    off_cycle = classified(date(2025, 3, 1), "near_poor")
    assert expected(off_cycle, scored(2025)) == "poor"


def test_what_cannot_be_judged_by_points_is_not_expected() -> None:
    future = replace(scored(2025), scored_on=date(2031, 1, 1))
    assert expected(future) is None


def test_expected_results_stand_in_the_hash_as_not_decided() -> None:
    awaited = replace(LINE, decision_no=None, decided_on=None)
    assert awaited.document()["decided_on"] is None
    assert list_hash(posting(awaited)) != list_hash(posting(LINE))
    assert in_order([awaited, LINE]) == (awaited, LINE)
