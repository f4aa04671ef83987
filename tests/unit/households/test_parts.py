"""Exit targets, plan items and supports: begun once, ended once, in order."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.households import commands, errors, events
from services.households.decider import HOUSEHOLD as DECIDER
from tests.support.given import Given, an_id, given
from tests.support.households import DAY, HOUSEHOLD, household_registered

PART = an_id("part")
Ask = Callable[[date], Any]


def agree(day: date = DAY) -> commands.AgreePlanItem:
    return commands.AgreePlanItem(
        household_id=HOUSEHOLD,
        agreed_on=day,
        item_id=PART,
        action="s1:x",
        addresses="no_capital",
        responsible="x",
        due_on=day,
    )


def entitle(day: date = DAY) -> commands.EntitleSupport:
    return commands.EntitleSupport(
        household_id=HOUSEHOLD, entitled_on=day, support_id=PART, policy="housing", due_on=day
    )


def aim(day: date = DAY, year: int = 2024, to: str = "out") -> commands.SetExitTarget:
    return commands.SetExitTarget(household_id=HOUSEHOLD, set_on=day, year=year, to=to)


ENDS: list[tuple[str, Ask, Ask]] = [
    (
        "/completed_on",
        agree,
        lambda day: commands.CompletePlanItem(
            household_id=HOUSEHOLD, item_id=PART, completed_on=day
        ),
    ),
    (
        "/withdrawn_on",
        agree,
        lambda day: commands.WithdrawPlanItem(
            household_id=HOUSEHOLD, item_id=PART, withdrawn_on=day, reason="s1:x"
        ),
    ),
    (
        "/delivered_on",
        entitle,
        lambda day: commands.DeliverSupport(
            household_id=HOUSEHOLD, support_id=PART, delivered_on=day
        ),
    ),
    (
        "/withdrawn_on",
        entitle,
        lambda day: commands.WithdrawSupport(
            household_id=HOUSEHOLD, support_id=PART, withdrawn_on=day, reason="s1:x"
        ),
    ),
    (
        "/withdrawn_on",
        aim,
        lambda day: commands.WithdrawExitTarget(
            household_id=HOUSEHOLD, year=2024, withdrawn_on=day, reason="s1:x"
        ),
    ),
]
NAMES = ["complete", "withdraw item", "deliver", "withdraw support", "withdraw target"]


def there() -> Given:
    return given(DECIDER, household_registered())


@pytest.mark.parametrize(("pointer", "begin", "end"), ENDS, ids=NAMES)
def test_a_part_is_ended_once_after_it_began(pointer: str, begin: Ask, end: Ask) -> None:
    there().when(end(DAY)).then_refused(errors.PartNotFound, "not-found")
    begun = there().and_(*there().when(begin(DAY)).facts)
    begun.when(end(DAY - timedelta(days=1))).then_malformed(pointer, "out-of-order")
    answer = begun.when(end(DAY))
    assert len(answer.facts) == 1
    begun.and_(*answer.facts).when(end(DAY)).then_refused(errors.PartNotOpen, "not-open")


@pytest.mark.parametrize("begin", [agree, entitle], ids=["item", "support"])
def test_a_part_begins_once(begin: Ask) -> None:
    begun = there().and_(*there().when(begin(DAY)).facts)
    begun.when(begin(DAY)).then_refused(errors.AlreadyRecorded, "already-exists")


def test_a_year_has_one_target_at_a_time() -> None:
    aimed = there().and_(there().when(aim()).then_happened(events.ExitTargetSet))
    aimed.when(aim()).then_nothing_changes()
    aimed.when(aim(to="near_poor")).then_refused(errors.TargetAlreadySet, "already-exists")
    aimed.when(aim(year=2025)).then_happened(events.ExitTargetSet)
    withdrawal = ENDS[-1][2](DAY)
    given_up = aimed.and_(aimed.when(withdrawal).then_happened(events.ExitTargetWithdrawn))
    given_up.when(aim(to="near_poor")).then_happened(events.ExitTargetSet)


@pytest.mark.parametrize(
    ("day", "fine"), [(date(2024, 12, 31), True), (date(2025, 1, 1), False)], ids=str
)
def test_a_target_is_set_before_its_year_is_over(day: date, *, fine: bool) -> None:
    answer = there().when(aim(day))
    if fine:
        answer.then_happened(events.ExitTargetSet)
    else:
        answer.then_malformed("/year", "out-of-order")
