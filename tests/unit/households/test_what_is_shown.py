"""What each role finds in a household: what the table says, and nothing else (contract, 7)."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from services.households import events
from services.households.api import agreed, reviewed, views
from services.households.decider import HOUSEHOLD as DECIDER
from services.households.state import HouseholdState
from shared.areas import Area, Scope
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.ids import named
from shared.money import vnd
from tests.support.given import OFFICER, an_id
from tests.support.households import (
    DAY,
    HEAD,
    HOUSEHOLD,
    REVIEW,
    a_member,
    household_classified,
    household_registered,
    review_scored,
)

TODAY = date(2026, 3, 2)
ITEM, SUPPORT = an_id("item"), an_id("support")
CARD = {"household_id", "closed_on", "commune", "village", "status", "head_id", "members"}
HELP = {"groups", "causes", "plan_items", "exit_targets"}
OFFICE = {"registered_on", "area_type", "reviews", "classifications", "supports"}
OF_SPONSOR = {"household_id", "commune", "village", "head_name", "erased"} | HELP
PERSON = {"member_id", "relation", "joined_on", "left_on", "erased", "full_name"}
OF_OFFICE = {"birth_date", "citizen_id", "phone", "able_to_work", "sex"}

ALL = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.PRIVACY_OFFICER, Role.AUDITOR)
ON_CARDS = (Role.BANK_TELLER, Role.BANK_CONTROLLER, Role.UNION_INSPECTOR, Role.INSPECTOR)
SEALED = {"full_name": "s1:name", "citizen_id": "s1:citizen", "phone": "s1:phone"}


def opened(texts: Sequence[str | None]) -> list[str | None]:
    return [None if text is None else text.replace("s1:", "plain ") for text in texts]


def caller(*roles: Role) -> Caller:
    scope = Scope.of([Area("060", "district", DAY)])
    return Caller(sub="x", roles=frozenset(roles), scope=scope, sponsor_id=an_id("sponsor"))


def facts_with(*more: Any) -> list[Any]:
    return [
        household_registered(head=a_member(**SEALED), members=(a_member("child", **SEALED),)),
        review_scored(),
        household_classified(),
        events.ExitTargetSet(household_id=HOUSEHOLD, set_on=DAY, year=2026, to="out"),
        events.PlanItemAgreed(
            household_id=HOUSEHOLD,
            agreed_on=DAY,
            item_id=ITEM,
            action="s1:action",
            addresses="no_capital",
            responsible="can-bo",
            due_on=TODAY,
        ),
        events.SupportEntitled(
            household_id=HOUSEHOLD,
            entitled_on=DAY,
            support_id=SUPPORT,
            policy="tuition",
            due_on=TODAY,
            value=vnd(10),
        ),
        *more,
    ]


def folded(facts: Sequence[Any]) -> HouseholdState:
    state = DECIDER.initial
    for fact in facts:
        state = DECIDER.evolve(state, fact, OFFICER)
    return state


def shown_to(*roles: Role) -> dict[str, Any]:
    reader = caller(*roles)
    if views.only_helps(reader):
        return for_sponsor(TODAY)
    facts = facts_with()
    told = [(fact, "can-bo") for fact in facts]
    return views.household(folded(facts), told, TODAY, opened, views.sees_all(reader))


def for_sponsor(on: date, *more: Any) -> dict[str, Any]:
    facts = facts_with(*more)
    return views.for_sponsor(folded(facts), facts, on, opened)


@pytest.mark.parametrize("role", ALL)
def test_officers_find_all_of_it(role: Role) -> None:
    document = shown_to(role)
    assert set(document) == CARD | HELP | OFFICE
    assert set(document["members"][0]) == PERSON | OF_OFFICE


@pytest.mark.parametrize("role", ON_CARDS)
def test_the_bank_unions_and_inspectors_find_a_card(role: Role) -> None:
    document = shown_to(role)
    assert set(document) == CARD
    assert [set(member) for member in document["members"]] == [PERSON, PERSON]
    assert document["members"][0]["full_name"] == "plain name"
    assert document["status"] == "poor"


def test_a_sponsor_finds_the_head_and_what_helps() -> None:
    document = shown_to(Role.SPONSOR)
    assert set(document) == OF_SPONSOR
    assert document["head_name"] == "plain name"
    assert document["exit_targets"][0]["year"] == 2026


@pytest.mark.parametrize("role", [*ON_CARDS, Role.SPONSOR])
def test_nobody_else_finds_a_number_a_phone_or_a_score(role: Role) -> None:
    told = json.dumps(shown_to(role))
    for secret in ("citizen", "phone", "b1", "120"):
        assert secret not in told


def test_a_role_that_sees_no_household_makes_no_sponsor_see_more() -> None:
    assert set(shown_to(Role.SPONSOR, Role.OPERATOR)) == OF_SPONSOR
    assert set(shown_to(Role.SPONSOR, Role.BANK_TELLER)) == CARD


def test_a_sponsor_finds_the_head_of_the_day_erased_or_not() -> None:
    child = an_id("child")
    headed = events.HeadChanged(household_id=HOUSEHOLD, since=TODAY, member_id=child)
    erased = events.PersonalDataErased(
        household_id=HOUSEHOLD, person=HEAD, legal_basis="x", occurred_on=TODAY
    )
    before = for_sponsor(TODAY - timedelta(days=1), headed, erased)
    assert (before["head_name"], before["erased"]) == (None, True)
    after = for_sponsor(TODAY, headed, erased)
    assert (after["head_name"], after["erased"]) == ("plain name", False)


@pytest.mark.parametrize("role", [*ALL, *ON_CARDS])
def test_a_list_tells_no_more_than_a_card_to_who_sees_cards(role: Role) -> None:
    class Row:
        household_id = named("row")
        registered_on = DAY
        closed_on = None

    line = views.line(Row, (), views.sees_all(caller(role)))
    beyond = {"registered_on", "area_type", "groups", "target_years"}
    assert set(line) == (CARD - {"head_id", "members"}) | (beyond if role in ALL else set())


def test_who_may_see_the_plan_sees_who_does_what_by_when() -> None:
    for role in (*ALL, Role.SPONSOR):
        (item,) = shown_to(role)["plan_items"]
        assert item == {
            "item_id": str(ITEM),
            "since": DAY.isoformat(),
            "is_open": True,
            "action": "plain action",
            "addresses": "no_capital",
            "responsible": "can-bo",
            "due_on": "2026-03-02",
            "completed_on": None,
            "withdrawn_on": None,
        }


def test_what_was_done_or_given_up_says_when() -> None:
    done = events.PlanItemCompleted(household_id=HOUSEHOLD, item_id=ITEM, completed_on=TODAY)
    gone = events.PlanItemWithdrawn(
        household_id=HOUSEHOLD, item_id=ITEM, withdrawn_on=TODAY, reason="s1:reason"
    )
    for fact, how in ((done, "completed_on"), (gone, "withdrawn_on")):
        (item,) = for_sponsor(TODAY, fact)["plan_items"]
        assert (item["is_open"], item[how]) == (False, "2026-03-02")


def test_a_support_says_what_it_is_and_what_came_of_it() -> None:
    got = events.SupportDelivered(
        household_id=HOUSEHOLD, support_id=SUPPORT, delivered_on=TODAY, value=vnd(7)
    )
    (before,) = agreed.supports(facts_with())
    assert (before["policy"], before["due_on"], before["value"]) == ("tuition", "2026-03-02", 10)
    assert (before["is_open"], before["delivered_on"]) == (True, None)
    (after,) = agreed.supports(facts_with(got))
    assert (after["is_open"], after["delivered_on"], after["delivered_value"]) == (
        False,
        "2026-03-02",
        7,
    )


def test_a_review_says_each_of_its_steps_with_its_day_and_who_recorded_it() -> None:
    review = {"household_id": HOUSEHOLD, "review_id": REVIEW}
    complaint = events.ComplaintFiled(
        **review, filed_on=TODAY, complaint_id=an_id("complaint"), text="s1:text"
    )
    steps = (
        (review_scored(scored_on=DAY, b1=120, b2=40), "ra-soat"),
        (events.VillageMeetingHeld(**review, held_on=DAY, attendees=20, agreed=18), "thon"),
        (events.ResultPosted(**review, posted_on=DAY, posted_until=TODAY), "xa"),
        # recorded late, before the complaint was
        (events.ResultReverified(**review, done_on=TODAY, b1=130, b2=20), "ra-soat-2"),
        (complaint, "xa"),
        (household_classified(decided_on=TODAY, review_id=REVIEW, decided_by="chu-tich"), "xa"),
    )
    (shown,) = reviewed.reviews(steps, opened)
    assert [(step["step"], step["recorded_by"]) for step in shown["steps"]] == [
        ("scored", "ra-soat"),
        ("meeting", "thon"),
        ("posted", "xa"),
        ("reverified", "ra-soat-2"),
        ("complaint", "xa"),
        ("classified", "xa"),
    ]
    assert {step["on"] for step in shown["steps"]} == {DAY.isoformat(), TODAY.isoformat()}
    assert shown["steps"][4]["text"] == "plain text"
    assert shown["steps"][1]["agreed"] == 18
    assert [(score["b1"], score["b2"]) for score in shown["scores"]] == [(120, 40), (130, 20)]


def test_a_decision_says_its_number_who_took_it_and_why_it_leaves_the_score() -> None:
    decided = household_classified(
        review_id=REVIEW, decided_by="chu-tich", departure_reason="meeting_view"
    )
    (shown,) = reviewed.classifications([(decided, "xa")])
    assert (shown["decision_no"], shown["decided_by"]) == (decided.decision_no, "chu-tich")
    assert (shown["review_id"], shown["departure_reason"]) == (str(REVIEW), "meeting_view")
    assert shown["recorded_by"] == "xa"


def test_a_decision_without_a_review_is_a_step_of_none() -> None:
    alone = household_classified(review_id=None)
    (review,) = reviewed.reviews([(review_scored(), "a"), (alone, "b")], opened)
    assert [step["step"] for step in review["steps"]] == ["scored"]
