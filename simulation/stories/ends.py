"""What ends otherwise: households that close, targets given up, sponsors that follow another."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from simulation.helping import assign, register_sponsor
from simulation.home import Home
from simulation.lending import MILLION, lend
from simulation.stage import Stage
from simulation.stories.helping import aim, plan

_SIDES = ((1, True), (0, False))


def closed_household(stage: Stage) -> None:
    """Play: a household is no more: what waited for it is over, what it owes is not."""
    home = stage.home()
    plan(home, stage.day(0), stage.day(30), None)
    support = {"support_id": home.book.id("support"), "policy": "tuition"}
    home.tell("/supports", "entitled_on", stage.day(0), due_on=stage.day(30), **support)
    assign(home, stage.day(-60))
    loan = lend(home, "HN", 20 * MILLION, stage.day(-100))
    loan.check(stage.day(-86))
    loan.repay(stage.day(60), 5 * MILLION)
    loan.tend(stage.day(60))
    home.tell("/closure", "closed_on", stage.day(40), reason="left_province")
    home.reviewed |= set(range(stage.zero.year, stage.years.last + 1))
    for code in ("PLAN_ITEM_OVERDUE", "SUPPORT_OVERDUE", "SPONSOR_ABSENT"):
        stage.expect(code, home, opened=stage.day(31), closed=stage.day(40))
    stage.expect("LOAN_INACTIVE", home, opened=stage.day(-9), closed=stage.day(60))
    stage.silent("REVIEW_MISSING", home)


def target_withdrawn(stage: Stage) -> None:
    """Play: a target without anybody for it is given up on its first late day; or a day after."""
    for late, fires in _SIDES:
        home = stage.home()
        aim(stage, home, stage.day(0))
        on = stage.day(31 + late)
        path = f"{home.path}/exit-targets/{stage.zero.year}/withdrawal"
        body: dict[str, Any] = {"reason": "Chủ hộ ốm dài ngày"}
        home.book.write("households", home.district, path, "withdrawn_on", on, **body)
        for code in ("TARGET_WITHOUT_SPONSOR", "TARGET_WITHOUT_PLAN"):
            stage.judge(code, home, fires=fires, opened=stage.day(31), closed=on)
        stage.silent("TARGET_MISSED", home)


def target_in_december(stage: Stage) -> None:
    """Play: the year is over before anybody could be late."""
    home = stage.home()
    aim(stage, home, date(stage.zero.year, 12, 2))
    home.review(stage.zero.year, "newly_escaped")
    stage.silent("TARGET_WITHOUT_SPONSOR", home)
    stage.silent("TARGET_WITHOUT_PLAN", home)


def able_again(stage: Stage) -> None:
    """Play: the clock of a target begins when somebody of the household can work again."""
    for late, fires in _SIDES:
        home = stage.home(able=False)
        aim(stage, home, stage.day(0))
        plan(home, stage.day(0), stage.day(30), stage.day(20))
        home.tell("/groups", "occurred_on", stage.day(50), groups=["ethnic_minority"])
        on = stage.day(81 + late)
        helped = assign(home, on)
        helped.attend(on, stage.end)
        helped.end(stage.end)
        home.review(stage.zero.year, "newly_escaped")
        stage.expect("INCAPABLE_TARGETED", home, opened=stage.day(0))
        opened = stage.day(81)
        stage.judge("TARGET_WITHOUT_SPONSOR", home, fires=fires, opened=opened, closed=on)


def taken_over(stage: Stage) -> None:
    """Play: another sponsor takes over from one that is no more, the day after or in time."""
    for late, fires in ((4, True), (0, False)):
        home = stage.home()
        helped = assign(home, stage.day(0))
        other = register_sponsor(home, "other", stage.day(0))
        body: dict[str, Any] = {"to_sponsor_id": other}
        helped.tell("/handover", "offered_on", stage.day(35), who=home.district, **body)
        path = f"/v1/sponsors/{helped.sponsor}/dissolution"
        gone: dict[str, Any] = {"reason": "Sáp nhập"}
        home.book.write("sponsorship", home.district, path, "dissolved_on", stage.day(40), **gone)
        on = stage.day(41 + late)
        person = {"person_in_charge": helped.visitor}
        helped.tell("/acceptance", "accepted_on", on, who=home.district, **person)
        helped.attend(on, stage.end)
        helped.end(stage.end)
        opened = stage.day(41)
        stage.judge("SPONSOR_ORPHANED", home, fires=fires, opened=opened, closed=on)
        stage.silent("HANDOVER_WAITING", home)


def outlived(stage: Stage) -> None:
    """Play: a pledge and a difficulty outlive the assignment in which they were told."""
    home = stage.home()
    helped = assign(home, stage.day(0))
    pledge, found = home.book.id("pledge"), home.book.id("difficulty")
    told: dict[str, Any] = {"commitment_id": pledge, "kind": "cash", "value": MILLION}
    helped.tell("/commitments", "pledged_on", stage.day(5), due_on=stage.day(30), **told)
    told = {"difficulty_id": found, "category": "land", "text": "Thiếu đất", "asked_of": "commune"}
    helped.tell("/difficulties", "raised_on", stage.day(10), **told)
    helped.end(stage.day(20))
    by, path = helped.by_sponsor(), f"/commitments/{pledge}/fulfilment"
    helped.tell(path, "fulfilled_on", stage.day(32), who=by, value=MILLION)
    path = f"/difficulties/{found}/resolution"
    helped.tell(path, "resolved_on", stage.day(60), outcome="Đã giao đất")
    stage.expect("PLEDGE_OVERDUE", home, opened=stage.day(31), closed=stage.day(32))
    stage.expect("DIFFICULTY_UNANSWERED", home, opened=stage.day(26), closed=stage.day(60))
    stage.silent("SPONSOR_ABSENT", home)


def same_picture(stage: Stage) -> None:
    """Play: one picture shows the visits to two households."""
    pair = [stage.home(), stage.home()]
    picture = (f"{pair[0].book.index:064x}",)
    for number, home in enumerate(pair):
        helped = assign(home, stage.day(0))
        helped.visit(stage.day(30 + number), files=picture)
        helped.end(stage.day(100))
    stage.expect("REUSED_EVIDENCE", *pair, opened=stage.day(31))


def off_cycle(stage: Stage) -> None:
    """Play: a review out of turn needs no village meeting and no notice of three days."""
    home = stage.home()
    review = home.score(stage.day(0), (120, 40), "off_cycle")
    home.classify(stage.day(5), "poor", review_id=review)
    stage.silent("NO_MEETING", home)
    stage.silent("POSTING_SHORT", home)


def complaint_upheld(stage: Stage) -> None:
    """Play: the points were added up again before the decision: those of then count."""
    for again, fires in (((141, 40), True), ((120, 30), False)):
        home = stage.home()
        year = stage.zero.year
        home.reviewed.add(year)
        review = home.score(date(year, 11, 1), (120, 20) if not fires else (120, 40))
        home.meet(review, date(year, 11, 5))
        _complain(home, review, year, again)
        home.post(review, date(year, 11, 12), date(year, 11, 20))
        decided = date(year, 11, 25)
        more = {"departure_reason": "meeting_view"} if fires else {}
        home.classify(decided, "poor", date(year + 1, 1, 1), review_id=review, **more)
        stage.judge("SCORE_CONTRADICTION", home, fires=fires, opened=decided)


def _complain(home: Home, review: Any, year: int, again: tuple[int, int]) -> None:
    filed = date(year, 11, 7)
    body = {"complaint_id": home.book.id("complaint"), "text": "Chưa đúng"}
    home.tell(f"/reviews/{review}/complaint", "filed_on", filed, **body)
    path = f"/reviews/{review}/reverification"
    home.tell(path, "done_on", filed + timedelta(2), b1=again[0], b2=again[1])


STORIES: dict[str, Callable[[Stage], None]] = {
    "closed_household": closed_household,
    "target_withdrawn": target_withdrawn,
    "target_in_december": target_in_december,
    "able_again": able_again,
    "taken_over": taken_over,
    "outlived": outlived,
    "same_picture": same_picture,
    "off_cycle": off_cycle,
    "complaint_upheld": complaint_upheld,
}
