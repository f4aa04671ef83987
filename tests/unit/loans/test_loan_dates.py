"""Steps in an order of days that can be: both sides of every limit."""

from datetime import timedelta
from typing import Any

import pytest

from services.loans import commands as ask
from services.loans import events
from services.loans.decider import GROUP
from shared.areas import Commune
from shared.areas.tree import BEGINNING
from shared.ids import named
from tests.support import lending as build
from tests.support.given import Given, given

SECOND = named("second disbursement")
TEN_MILLION = 10_000_000


@pytest.mark.parametrize(
    ("step", "pointer"),
    [
        (build.confirm, "/confirmed_on"),
        (build.approve, "/approved_on"),
        (build.reject, "/rejected_on"),
        (build.withdraw, "/withdrawn_on"),
    ],
    ids=["confirm", "approve", "reject", "withdraw"],
)
def test_nothing_is_decided_before_somebody_asks(step: Any, pointer: str) -> None:
    build.applied().finds_malformed(step(-1), pointer, "out-of-order")
    assert build.applied().when(step(0))


def test_money_may_be_recorded_as_paid_before_it_was_asked_for() -> None:
    early = build.disburse(-1, acknowledged=("NOT_APPROVED",))
    assert build.applied().when(early)


def test_a_disbursement_is_not_reversed_before_it_was_made_even_where_other_debt_covers_it() -> (
    None
):
    loan = build.approved().after(
        build.disburse(10, 4 * TEN_MILLION), build.disburse(30, TEN_MILLION, SECOND)
    )
    loan.finds_malformed(build.reverse(29, SECOND), "/reversed_on", "out-of-order")
    assert loan.when(build.reverse(30, SECOND))


GROUP_ID = named("group of days")


def a_group() -> Given:
    formed = events.CreditGroupFormed(
        group_id=GROUP_ID,
        formed_on=build.DAY,
        name="Tổ 1",
        commune=Commune("01858", BEGINNING),
        union="women",
        leader_id="a",
    )
    led = events.GroupLeaderChanged(group_id=GROUP_ID, since=build.on(9), leader_id="b")
    return given(GROUP, formed, led)


def test_a_group_is_not_dissolved_before_its_last_leader_began() -> None:
    def dissolve(days: int) -> ask.DissolveGroup:
        return ask.DissolveGroup(group_id=GROUP_ID, dissolved_on=build.on(days), reason="s1:x")

    a_group().when(dissolve(8)).then_malformed("/dissolved_on", "out-of-order")
    a_group().when(dissolve(9)).then_happened(events.CreditGroupDissolved)


def test_a_leader_before_the_group_is_refused_at_its_field() -> None:
    early = build.DAY - timedelta(days=1)
    change = ask.ChangeLeader(group_id=GROUP_ID, since=early, leader_id="c")
    a_group().when(change).then_malformed("/from", "out-of-order")
