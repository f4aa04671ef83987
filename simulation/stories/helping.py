"""Households that nobody helps on: targets, plans, supports, sponsors; each limit both ways."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from simulation.helping import Help, assign, register_sponsor
from simulation.home import Home
from simulation.lending import MILLION, lend
from simulation.stage import Stage

_SIDES = ((1, True), (0, False))
"""What should end it comes a day after the first day on which it is open, or on that day."""


def aim(stage: Stage, home: Home, on: date, to: str = "out") -> None:
    """Write that a household is to leave poverty in the second year."""
    path = f"{home.path}/exit-targets"
    body: dict[str, Any] = {"year": stage.zero.year, "to": to}
    home.book.write("households", home.district, path, "set_on", on, **body)


def plan(home: Home, on: date, due: date, done: date | None, name: str = "item") -> None:
    """Write a step out of poverty, and when it was taken."""
    item = home.book.id(name)
    body = {"action": "Nuôi bò", "addresses": "no_capital", "responsible": home.officer.sub}
    home.tell("/plan-items", "agreed_on", on, item_id=item, due_on=due, **body)
    if done is not None:
        home.tell(f"/plan-items/{item}/completion", "completed_on", done)


def _helped(stage: Stage, home: Home, on: date) -> Help:
    helped = assign(home, on)
    helped.attend(on, stage.end)
    helped.end(stage.end)
    return helped


def target_without_sponsor(stage: Stage) -> None:
    """Play: a sponsor is found after thirty days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        aim(stage, home, stage.day(0))
        plan(home, stage.day(0), stage.day(30), stage.day(20))
        on = stage.day(31 + late)
        _helped(stage, home, on)
        home.review(stage.zero.year, "newly_escaped")
        stage.judge("TARGET_WITHOUT_SPONSOR", home, fires=fires, opened=stage.day(31), closed=on)


def target_without_plan(stage: Stage) -> None:
    """Play: a step is agreed on after thirty days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        aim(stage, home, stage.day(0))
        _helped(stage, home, stage.day(0))
        on = stage.day(31 + late)
        plan(home, on, on + timedelta(30), on + timedelta(20))
        home.review(stage.zero.year, "newly_escaped")
        stage.judge("TARGET_WITHOUT_PLAN", home, fires=fires, opened=stage.day(31), closed=on)


def target_missed(stage: Stage) -> None:
    """Play: the year ends and the household is still poor; or it is where it was to be."""
    year = stage.zero.year
    for to, reached in (("out", "near_poor"), ("out", "newly_escaped"), ("near_poor", "near_poor")):
        home = stage.home()
        aim(stage, home, stage.day(0), to)
        plan(home, stage.day(0), stage.day(30), stage.day(20))
        _helped(stage, home, stage.day(0))
        home.review(year, reached)
        home.review(year + 1, "newly_escaped")
        stage.judge(
            "TARGET_MISSED",
            home,
            fires=to != "near_poor" and reached == "near_poor",
            opened=date(year + 1, 1, 1),
            closed=date(year + 2, 1, 1),
        )


def incapable_targeted(stage: Stage) -> None:
    """Play: nobody of it can work, and it is to leave poverty until that is withdrawn.

    Play nobody of it can work, and it is to leave poverty until that is withdrawn.
    """
    home = stage.home(able=False)
    aim(stage, home, stage.day(0))
    path = f"{home.path}/exit-targets/{stage.zero.year}/withdrawal"
    reason: dict[str, Any] = {"reason": "Hộ không có khả năng lao động"}
    home.book.write("households", home.district, path, "withdrawn_on", stage.day(30), **reason)
    stage.expect("INCAPABLE_TARGETED", home, opened=stage.day(0), closed=stage.day(30))
    untouched = stage.home(able=False)
    stage.silent("INCAPABLE_TARGETED", untouched)
    stage.silent("TARGET_WITHOUT_SPONSOR", home)


def plan_item_overdue(stage: Stage) -> None:
    """Play: a step is taken a day after its first late day; or on that day."""
    for late, fires in _SIDES:
        home = stage.home()
        done = stage.day(31 + late)
        plan(home, stage.day(0), stage.day(30), done)
        stage.judge("PLAN_ITEM_OVERDUE", home, fires=fires, opened=stage.day(31), closed=done)


def support_overdue(stage: Stage) -> None:
    """Play: a support comes a day after its first late day; or on that day."""
    for late, fires in _SIDES:
        home = stage.home()
        support = home.book.id("support")
        body: dict[str, Any] = {"support_id": support, "policy": "tuition", "due_on": stage.day(30)}
        home.tell("/supports", "entitled_on", stage.day(0), **body)
        on = stage.day(31 + late)
        home.tell(f"/supports/{support}/delivery", "delivered_on", on)
        stage.judge("SUPPORT_OVERDUE", home, fires=fires, opened=stage.day(31), closed=on)


def sponsor_absent(stage: Stage) -> None:
    """Play: nobody visits for longer than agreed; or on the day on which it would be too long."""
    for late, fires in _SIDES:
        home = stage.home()
        helped = assign(home, stage.day(0))
        on = stage.day(91 + late)
        helped.visit(on)
        helped.attend(on, stage.end)
        helped.end(stage.end)
        stage.judge("SPONSOR_ABSENT", home, fires=fires, opened=stage.day(91), closed=on)
    rarely = stage.home()
    helped = assign(rarely, stage.day(0), every=180)
    helped.visit(stage.day(170))
    helped.end(stage.day(300))
    stage.silent("SPONSOR_ABSENT", rarely)


def paused(stage: Stage) -> None:
    """Play: the epidemic's days do not count: the first visit comes when ninety others are over."""
    start = date(stage.years.first, 4, 1)
    for late, fires in _SIDES:
        home = stage.home()
        helped = assign(home, start)
        opened = start + timedelta(91 + PAUSED_DAYS)
        on = opened + timedelta(late)
        helped.visit(on)
        helped.end(on + timedelta(30))
        stage.judge("SPONSOR_ABSENT", home, fires=fires, opened=opened, closed=on)


PAUSED_DAYS = 85
"""From 8 May to 31 July of the first year, both included."""


def pledge_overdue(stage: Stage) -> None:
    """Play: a promise is kept a day late, not to four fifths, or just in time and just enough."""
    whole = 10 * MILLION
    for on, given, closed in (
        (32, whole, 32),
        (20, whole * 8 // 10 - 1, 0),
        (31, whole * 8 // 10, -1),
    ):
        home = stage.home()
        helped = _helped(stage, home, stage.day(0))
        pledge = home.book.id("pledge")
        body: dict[str, Any] = {"commitment_id": pledge, "kind": "livestock", "value": whole}
        helped.tell("/commitments", "pledged_on", stage.day(5), due_on=stage.day(30), **body)
        path = f"/commitments/{pledge}/fulfilment"
        by = helped.by_sponsor()
        helped.tell(path, "fulfilled_on", stage.day(on), who=by, value=given)
        stage.judge(
            "PLEDGE_OVERDUE",
            home,
            fires=closed >= 0,
            opened=stage.day(31),
            closed=stage.day(closed) if closed > 0 else None,
        )


def difficulty_unanswered(stage: Stage) -> None:
    """Play: a difficulty is seen to after fifteen days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        helped = _helped(stage, home, stage.day(0))
        found = home.book.id("difficulty")
        body: dict[str, Any] = {"difficulty_id": found, "category": "market"}
        body |= {"text": "Không bán được sản phẩm", "asked_of": "commune"}
        helped.tell("/difficulties", "raised_on", stage.day(10), **body)
        on = stage.day(26 + late)
        path = f"/difficulties/{found}/resolution"
        helped.tell(path, "resolved_on", on, outcome="Đã nối với hợp tác xã")
        stage.judge("DIFFICULTY_UNANSWERED", home, fires=fires, opened=stage.day(26), closed=on)


def handover_waiting(stage: Stage) -> None:
    """Play: a handover is answered after fifteen days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        helped = _helped(stage, home, stage.day(0))
        other = register_sponsor(home, "other", stage.day(0))
        body: dict[str, Any] = {"to_sponsor_id": other}
        helped.tell("/handover", "offered_on", stage.day(10), who=home.district, **body)
        on = stage.day(26 + late)
        reason: dict[str, Any] = {"reason": "Không đủ người"}
        helped.tell("/handover/refusal", "refused_on", on, who=home.district, **reason)
        stage.judge("HANDOVER_WAITING", home, fires=fires, opened=stage.day(26), closed=on)


def sponsor_orphaned(stage: Stage) -> None:
    """Play: the sponsor is no more, and its household has no other a day after.

    Or the day itself.
    """
    for late, fires in _SIDES:
        home = stage.home()
        helped = assign(home, stage.day(0))
        path = f"/v1/sponsors/{helped.sponsor}/dissolution"
        on = stage.day(40)
        body: dict[str, Any] = {"reason": "Sáp nhập"}
        home.book.write("sponsorship", home.district, path, "dissolved_on", on, **body)
        helped.end(stage.day(41 + late))
        stage.judge(
            "SPONSOR_ORPHANED",
            home,
            fires=fires,
            opened=stage.day(41),
            closed=stage.day(41 + late),
        )


def model_unassessed(stage: Stage) -> None:
    """Play: nobody asks for a year what a model brought; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        model = home.book.id("model")
        by, code = home.officer, home.code_on(stage.day(-30))
        body: dict[str, Any] = {"model_id": model, "name": "Nuôi bò", "kind": "community"}
        body |= {"commune_code": code, "budget": 500 * MILLION}
        home.book.write("sponsorship", by, "/v1/models", "launched_on", stage.day(-30), **body)
        path = f"/v1/models/{model}"
        enrolled: dict[str, Any] = {"household_id": home.id, "support_value": 5 * MILLION}
        home.book.write(
            "sponsorship", by, f"{path}/enrolments", "enrolled_on", stage.day(0), **enrolled
        )
        on = stage.day(366 + late)
        outcome: dict[str, Any] = {"household_id": home.id, "result": "effective"}
        home.book.write("sponsorship", by, f"{path}/outcomes", "assessed_on", on, **outcome)
        stage.judge("MODEL_UNASSESSED", home, fires=fires, opened=stage.day(366), closed=on)


def in_order(stage: Stage) -> None:
    """Play: all that may be had at once is had, and done in time: nothing is found."""
    home = stage.home()
    aim(stage, home, stage.day(0))
    plan(home, stage.day(5), stage.day(60), stage.day(60))
    _helped(stage, home, stage.day(10))
    for name, programme in (("a", "HN"), ("b", "HSSV"), ("c", "NSVS")):
        loan = lend(home, programme, 20 * MILLION, stage.day(20), name)
        loan.check(stage.day(50))
        loan.tend(stage.day(20), every=90)
    home.review(stage.zero.year, "newly_escaped")
    stage.silent("WRONG_BENEFICIARY", home)


STORIES: dict[str, Callable[[Stage], None]] = {
    "target_without_sponsor": target_without_sponsor,
    "target_without_plan": target_without_plan,
    "target_missed": target_missed,
    "incapable_targeted": incapable_targeted,
    "plan_item_overdue": plan_item_overdue,
    "support_overdue": support_overdue,
    "sponsor_absent": sponsor_absent,
    "paused": paused,
    "pledge_overdue": pledge_overdue,
    "difficulty_unanswered": difficulty_unanswered,
    "handover_waiting": handover_waiting,
    "sponsor_orphaned": sponsor_orphaned,
    "model_unassessed": model_unassessed,
    "in_order": in_order,
}
