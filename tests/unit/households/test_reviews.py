"""How it is decided whether a household is poor, and who must not decide it."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.households import commands, errors, events
from services.households.decider import HOUSEHOLD as DECIDER
from shared.recorded import Actor
from tests.support.given import OFFICER, Given, an_id, given
from tests.support.households import (
    HOUSEHOLD,
    REVIEW,
    household_classified,
    household_registered,
    review_scored,
)

SCORED = date(2024, 9, 15)
DAY = timedelta(days=1)


def reviewed(**more: Any) -> Given:
    return given(DECIDER, household_registered(), review_scored(**more))


def a_review(**more: Any) -> commands.ScoreReview:
    fields: dict[str, Any] = {
        "review_id": an_id("another"),
        "year": 2024,
        "kind": "annual",
        "b1": 120,
        "b2": 40,
        "scored_on": SCORED,
        "reviewer_ids": ("x",),
    }
    return commands.ScoreReview(household_id=HOUSEHOLD, **(fields | more))


def a_decision(**more: Any) -> commands.ClassifyHousehold:
    fields: dict[str, Any] = {
        "decided_on": date(2024, 12, 1),
        "status": "poor",
        "decision_no": "12/QĐ-UBND",
        "effective_from": date(2025, 1, 1),
        "decided_by": "lanh-dao",
        "review_id": REVIEW,
    }
    return commands.ClassifyHousehold(household_id=HOUSEHOLD, **(fields | more))


def test_a_review_takes_area_type_and_standard_from_its_day() -> None:
    fact = reviewed().when(a_review()).then_happened(events.ReviewScored)
    assert (fact.area_type, fact.standard) == ("rural", "ND07-2021")
    told = reviewed().when(a_review(area_type="urban")).then_happened(events.ReviewScored)
    assert told.area_type == "urban"


@pytest.mark.parametrize(
    ("indicator", "day", "fine"),
    [
        ("info_means", date(2026, 12, 31), True),
        ("waste", date(2026, 12, 31), False),
        ("info_means", date(2027, 1, 1), False),
        ("waste", date(2027, 1, 1), True),
        ("waste", date(2021, 12, 31), True),
    ],
)
def test_indicators_are_those_of_the_standard_of_the_day(
    indicator: str, day: date, *, fine: bool
) -> None:
    review = a_review(deprivations=("water", indicator), scored_on=day)
    answer = reviewed(scored_on=date(2021, 1, 1)).when(review)
    if fine:
        answer.then_happened(events.ReviewScored)
    else:
        answer.then_malformed("/deprivations/1", "not-in-list")


def test_a_review_id_is_used_once() -> None:
    reviewed().when(a_review(review_id=REVIEW)).then_refused(
        errors.AlreadyRecorded, "already-exists"
    )


@pytest.mark.parametrize(("late", "fine"), [(-1, False), (0, True)])
def test_no_step_comes_before_the_scoring(late: int, *, fine: bool) -> None:
    day = SCORED + late * DAY
    steps = {
        "/held_on": commands.HoldMeeting(
            household_id=HOUSEHOLD, review_id=REVIEW, held_on=day, attendees=2, agreed=2
        ),
        "/posted_on": commands.PostResult(
            household_id=HOUSEHOLD, review_id=REVIEW, posted_on=day, posted_until=SCORED
        ),
        "/filed_on": commands.FileComplaint(
            household_id=HOUSEHOLD,
            review_id=REVIEW,
            filed_on=day,
            complaint_id=an_id("complaint"),
            text="s1:x",
        ),
        "/done_on": commands.ReverifyResult(
            household_id=HOUSEHOLD, review_id=REVIEW, done_on=day, b1=1, b2=0
        ),
    }
    for pointer, step in steps.items():
        answer = reviewed().when(step)
        if fine:
            assert len(answer.facts) == 1
        else:
            answer.then_malformed(pointer, "out-of-order")


def test_steps_need_their_review() -> None:
    stray = commands.PostResult(
        household_id=HOUSEHOLD, review_id=an_id("stray"), posted_on=SCORED, posted_until=SCORED
    )
    reviewed().when(stray).then_refused(errors.ReviewNotFound, "not-found")


@pytest.mark.parametrize(("agreed", "fine"), [(10, True), (11, False)])
def test_no_more_agree_than_attend(agreed: int, *, fine: bool) -> None:
    answer = reviewed().when(
        commands.HoldMeeting(
            household_id=HOUSEHOLD, review_id=REVIEW, held_on=SCORED, attendees=10, agreed=agreed
        )
    )
    if fine:
        answer.then_happened(events.VillageMeetingHeld)
    else:
        answer.then_malformed("/agreed", "out-of-range")


def test_a_posting_does_not_end_before_it_begins() -> None:
    reviewed().when(
        commands.PostResult(
            household_id=HOUSEHOLD, review_id=REVIEW, posted_on=SCORED, posted_until=SCORED - DAY
        )
    ).then_malformed("/posted_until", "out-of-order")


def test_a_decision_that_follows_the_points_needs_no_reason() -> None:
    reviewed().when(a_decision()).then(household_classified())


@pytest.mark.parametrize(
    ("b1", "b2", "area", "status", "explained"),
    [
        (140, 30, "rural", "poor", True),
        (141, 30, "rural", "poor", False),
        (175, 30, "urban", "poor", True),
        (176, 30, "urban", "poor", False),
        (140, 20, "rural", "poor", False),
        (140, 20, "rural", "near_poor", True),
        (140, 30, "rural", "near_poor", False),
        (141, 90, "rural", "newly_escaped", True),
        (141, 90, "rural", "not_poor", True),
        (140, 20, "rural", "newly_escaped", False),
    ],
)
def test_a_decision_against_the_points_needs_a_reason(
    b1: int, b2: int, area: str, status: str, *, explained: bool
) -> None:
    there = reviewed(b1=b1, b2=b2, area_type=area)
    answer = there.when(a_decision(status=status))
    if explained:
        answer.then_happened(events.HouseholdClassified)
    else:
        answer.then_refused(errors.DepartureUnexplained, "departure-unexplained")
    there.when(a_decision(status=status, departure_reason="other")).then_happened(
        events.HouseholdClassified
    )


@pytest.mark.parametrize(
    ("effective", "judged"),
    [
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_points_are_judged_only_where_the_standard_gives_limits(
    effective: date, *, judged: bool
) -> None:
    answer = reviewed().when(a_decision(status="not_poor", effective_from=effective))
    if judged:
        answer.then_refused(errors.DepartureUnexplained)
    else:
        answer.then_happened(events.HouseholdClassified)


@pytest.mark.parametrize(("late", "counts"), [(0, True), (1, False)])
def test_the_last_reverification_done_by_the_decision_counts(late: int, *, counts: bool) -> None:
    again = events.ResultReverified(
        household_id=HOUSEHOLD,
        review_id=REVIEW,
        done_on=date(2024, 12, 1) + late * DAY,
        b1=200,
        b2=40,
    )
    answer = reviewed().and_(again).when(a_decision(status="not_poor"))
    if counts:
        answer.then_happened(events.HouseholdClassified)
    else:
        answer.then_refused(errors.DepartureUnexplained)


def test_whoever_scored_does_not_decide() -> None:
    there = reviewed()
    there.when(a_decision(decided_by="ra-soat-vien")).then_refused(
        errors.FourEyesBroken, "four-eyes"
    )
    there.when(a_decision(), Actor(sub="ra-soat-vien")).then_refused(errors.FourEyesBroken)
    there.when(a_decision(), OFFICER).then_refused(errors.FourEyesBroken)
    there.when(a_decision(decided_by=OFFICER.sub)).then_refused(errors.FourEyesBroken)


def test_whoever_scored_last_does_not_decide_without_naming_the_review() -> None:
    there = reviewed()
    there.when(a_decision(review_id=None), OFFICER).then_refused(errors.FourEyesBroken)
    there.when(a_decision(review_id=None, decided_by="ra-soat-vien")).then_refused(
        errors.FourEyesBroken
    )
    there.when(a_decision(review_id=None)).then_happened(events.HouseholdClassified)
    before = a_decision(review_id=None, decided_on=SCORED - DAY)
    there.when(before, OFFICER).then_happened(events.HouseholdClassified)


def test_kin_do_not_decide_with_or_without_a_review() -> None:
    kin = Actor(sub="nguoi-nha", related=(HOUSEHOLD,))
    reviewed().when(a_decision(), kin).then_refused(errors.FourEyesBroken)
    reviewed().when(a_decision(review_id=None), kin).then_refused(errors.FourEyesBroken)
    stranger = Actor(sub="nguoi-la", related=(an_id("another household"),))
    reviewed().when(a_decision(), stranger).then_happened(events.HouseholdClassified)


def test_a_decision_names_a_review_of_this_household() -> None:
    reviewed().when(a_decision(review_id=an_id("stray"))).then_malformed(
        "/review_id", "not-in-list"
    )
    reviewed().when(a_decision(decided_on=SCORED - DAY)).then_malformed(
        "/decided_on", "out-of-order"
    )


def test_whoever_corrected_the_points_of_a_review_counted_them_too() -> None:
    there = reviewed()
    clerk = Actor(sub="nguoi-sua")
    there.when(a_decision(), clerk).then_happened(events.HouseholdClassified)
    again = events.ResultReverified(
        household_id=HOUSEHOLD, review_id=REVIEW, done_on=SCORED + DAY, b1=120, b2=40
    )
    for fact in (review_scored(), again):
        vouched = Given(DECIDER, DECIDER.add_corrector(there.state, fact, clerk))
        vouched.when(a_decision(), clerk).then_refused(errors.FourEyesBroken)
        vouched.when(a_decision(), OFFICER).then_refused(errors.FourEyesBroken)
        vouched.when(a_decision()).then_happened(events.HouseholdClassified)


def test_whoever_corrected_something_else_counted_no_points() -> None:
    there = reviewed()
    for fact in (household_registered(), review_scored(review_id=an_id("annulled"))):
        assert DECIDER.add_corrector(there.state, fact, Actor(sub="nguoi-sua")) == there.state


def test_a_meeting_or_a_posting_leaves_what_is_known_of_a_review_as_it_was() -> None:
    there = reviewed()
    met = events.VillageMeetingHeld(
        household_id=HOUSEHOLD, review_id=REVIEW, held_on=SCORED + DAY, attendees=20, agreed=20
    )
    posted = events.ResultPosted(
        household_id=HOUSEHOLD,
        review_id=REVIEW,
        posted_on=SCORED + DAY,
        posted_until=SCORED + 4 * DAY,
    )
    assert there.and_(met, posted).state.reviews == there.state.reviews
