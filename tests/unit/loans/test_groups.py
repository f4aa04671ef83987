"""Groups are formed once, headed by somebody, and dissolved once."""

from typing import Any

from services.loans.commands import ChangeLeader, DissolveGroup, FormGroup
from services.loans.decider import GROUP
from services.loans.errors import AlreadyRecorded, GroupAlreadyDissolved, GroupNotFound
from services.loans.events import CreditGroupDissolved, CreditGroupFormed, GroupLeaderChanged
from services.loans.state import GroupState
from shared.areas import REFORM, Commune
from tests.support.facts import DAY, day
from tests.support.given import an_id, given

ID = an_id("group")
COMMUNE = Commune("01864", REFORM)


def formed() -> CreditGroupFormed:
    return CreditGroupFormed(
        group_id=ID,
        formed_on=DAY,
        name="Tổ 1",
        commune=COMMUNE,
        union="farmers",
        leader_id="first",
    )


def led(days: int, leader: str) -> GroupLeaderChanged:
    return GroupLeaderChanged(group_id=ID, since=day(days), leader_id=leader)


def ended(days: int) -> CreditGroupDissolved:
    return CreditGroupDissolved(group_id=ID, dissolved_on=day(days), reason="")


def lead(days: int, leader: str) -> ChangeLeader:
    return ChangeLeader(group_id=ID, since=day(days), leader_id=leader)


def dissolve(days: int) -> DissolveGroup:
    return DissolveGroup(group_id=ID, dissolved_on=day(days), reason="")


def ask() -> FormGroup:
    return FormGroup(
        group_id=ID,
        formed_on=DAY,
        name="Tổ 1",
        commune=COMMUNE,
        union="farmers",
        leader_id="first",
    )


def test_a_group_is_formed_once() -> None:
    given(GROUP).when(ask()).then(formed())
    given(GROUP, formed()).when(ask()).then_refused(AlreadyRecorded)


def test_the_leader_who_is_one_already_from_that_day_is_nothing_new() -> None:
    of_ten_days = given(GROUP, formed(), led(10, "second"))
    of_ten_days.when(lead(10, "second")).then_nothing_changes()
    of_ten_days.when(lead(11, "second")).then(led(11, "second"))
    of_ten_days.when(lead(10, "third")).then(led(10, "third"))
    of_ten_days.when(lead(0, "first")).then(led(0, "first"))


def test_leaders_stand_in_the_order_of_their_days() -> None:
    state = given(GROUP, formed(), led(20, "an"), led(10, "second")).state
    assert [who for _, who in state.leaders] == ["first", "second", "an"]


def test_nobody_leads_a_group_before_it_was_formed_or_once_it_is_dissolved() -> None:
    given(GROUP).when(lead(0, "one")).then_refused(GroupNotFound)
    given(GROUP, formed()).when(lead(-1, "one")).then_malformed("/from", "out-of-order")
    given(GROUP, formed(), ended(9)).when(lead(9, "one")).then_refused(GroupAlreadyDissolved)


def test_a_group_ends_once_and_not_before_its_last_leader() -> None:
    headed = given(GROUP, formed(), led(10, "second"))
    headed.when(dissolve(9)).then_malformed("/dissolved_on", "out-of-order")
    headed.when(dissolve(10)).then(ended(10))
    given(GROUP, formed(), ended(9)).when(dissolve(10)).then_refused(GroupAlreadyDissolved)


def test_what_a_group_is_comes_from_its_forming() -> None:
    state: Any = given(GROUP, formed()).state
    assert (state.group_id, state.commune, state.union) == (ID, COMMUNE, "farmers")
    nothing = GroupState()
    assert (nothing.group_id, nothing.commune, nothing.union) == (None, None, None)
