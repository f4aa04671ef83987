"""Reviews and records that are not as they should be: each limit from both sides."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from shared.calendar import first_day_beyond, is_working_day
from simulation.helping import assign
from simulation.home import Home
from simulation.stage import Stage

_SIDES = ((1, True), (0, False))


def _review(
    home: Home,
    year: int,
    points: tuple[int, int],
    status: str,
    *,
    agreed: int | None = 39,
    posted: tuple[date, date] | None = None,
    decided: date | None = None,
    **more: Any,
) -> date:
    """Write a review of one's own making; give the day of the decision."""
    home.reviewed.add(year)
    scored = date(year, 11, 3)
    review = home.score(scored, points)
    if agreed is not None:
        home.meet(review, date(year, 11, 8), agreed)
    home.post(review, *(posted or (date(year, 11, 10), date(year, 11, 18))))
    decided = decided or date(year, 11, 25)
    home.classify(decided, status, date(year + 1, 1, 1), review_id=review, **more)
    return decided


def review_missing(stage: Stage) -> None:
    """Play: no decision came by 14 December; or on that very day."""
    year = stage.zero.year
    for late, fires in ((2, True), (0, False)):
        home = stage.home()
        home.reviewed.add(year)
        decided = date(year, 12, 14 + late)
        home.classify(decided, "poor", date(year + 1, 1, 1))
        stage.judge("REVIEW_MISSING", home, fires=fires, opened=date(year, 12, 15), closed=decided)
    above = stage.home("not_poor")
    above.reviewed.add(year)
    stage.silent("REVIEW_MISSING", above)


def review_stuck(stage: Stage) -> None:
    """Play: a scored review is decided on after thirty days.

    Or on the day when it would be late.
    """
    for late, fires in _SIDES:
        home = stage.home()
        review = home.score(stage.day(0), (120, 40), "off_cycle")
        decided = stage.day(31 + late)
        home.classify(decided, "poor", review_id=review)
        stage.judge("REVIEW_STUCK", home, fires=fires, opened=stage.day(31), closed=decided)


def complaint_waiting(stage: Stage) -> None:
    """Play: a complaint is looked into after three working days; or on the day of being late."""
    for late, fires in _SIDES:
        home = stage.home()
        review = home.score(stage.day(0), (120, 40), "off_cycle")
        filed = stage.day(2)
        body: dict[str, Any] = {"complaint_id": home.book.id("complaint"), "text": "Chưa đúng"}
        home.tell(f"/reviews/{review}/complaint", "filed_on", filed, **body)
        opened = first_day_beyond(filed, 3, is_working_day)
        done = opened + timedelta(late)
        path = f"/reviews/{review}/reverification"
        home.tell(path, "done_on", done, b1=130, b2=30)
        home.classify(stage.day(25), "poor", review_id=review)
        stage.judge("COMPLAINT_WAITING", home, fires=fires, opened=opened, closed=done)


def score_contradiction(stage: Stage) -> None:
    """Play: one point above the line is called poor; or the line itself is."""
    for b1, fires in ((141, True), (140, False)):
        home = stage.home()
        more: dict[str, Any] = {"departure_reason": "meeting_view"} if fires else {}
        decided = _review(home, stage.zero.year, (b1, 30), "poor", **more)
        stage.judge("SCORE_CONTRADICTION", home, fires=fires, opened=decided)
    near = stage.home()
    reason = "score_error"
    decided = _review(near, stage.zero.year, (140, 20), "poor", departure_reason=reason)
    stage.expect("SCORE_CONTRADICTION", near, opened=decided)


def no_meeting(stage: Stage) -> None:
    """Play: there was no village meeting; less than half agreed; or just half did."""
    for agreed, fires in ((None, True), (19, True), (20, False)):
        home = stage.home()
        decided = _review(home, stage.zero.year, (120, 40), "poor", agreed=agreed)
        stage.judge("NO_MEETING", home, fires=fires, opened=decided)


def posting_short(stage: Stage) -> None:
    """Play: the result was decided on while it hung there, or hung two working days.

    Or was in order.
    """
    year = stage.zero.year
    on = first_day_beyond(date(year, 11, 9), 0, is_working_day)
    second = first_day_beyond(on, 0, is_working_day)
    third = first_day_beyond(second, 0, is_working_day)
    cases = (
        (third, third, True),
        (third, third + timedelta(1), False),
        (second, date(year, 11, 25), True),
        (third, date(year, 11, 25), False),
    )
    for until, decided, fires in cases:
        home = stage.home()
        _review(home, year, (120, 40), "poor", posted=(on, until), decided=decided)
        stage.judge("POSTING_SHORT", home, fires=fires, opened=decided)


def status_flip(stage: Stage) -> None:
    """Play: out of poverty and back within 730 days; or in 731."""
    for days, fires in ((730, True), (731, False)):
        home = stage.home("poor")
        home.classify(stage.day(0), "newly_escaped")
        home.classify(stage.day(days), "poor")
        stage.judge("STATUS_FLIP", home, fires=fires, opened=stage.day(days))


def late_recording(stage: Stage) -> None:
    """Play: a decision is recorded thirty-one days later; or thirty."""
    for days, fires in ((31, True), (30, False)):
        home = stage.home("poor")
        home.classify(stage.day(0), "near_poor", recorded=stage.day(days))
        stage.judge("LATE_RECORDING", home, fires=fires, opened=stage.day(days))


def ghost_visit_communes(stage: Stage) -> None:
    """Play: one person is in four communes on a day; or in three."""
    for communes in (4, 3):
        homes = [stage.home(commune=number) for number in range(communes)]
        visitor = f"pt-{homes[0].book.index}"
        for home in homes:
            helped = assign(home, stage.day(0), visitor=visitor)
            helped.visit(stage.day(50))
            helped.end(stage.day(100))
        if communes == 4:  # noqa: PLR2004 - the limit itself
            stage.expect("GHOST_VISIT", *homes, opened=stage.day(50))
        else:
            stage.silent("GHOST_VISIT", *homes)


def ghost_visit_many(stage: Stage) -> None:
    """Play: one person makes thirteen visits on a day; or twelve."""
    for visits in (13, 12):
        homes = [stage.home() for _ in range(3)]
        visitor = f"pt-{homes[0].book.index}"
        helped = [assign(home, stage.day(0), visitor=visitor) for home in homes]
        for number in range(visits):
            helped[number % 3].visit(stage.day(50), number)
        for each in helped:
            each.end(stage.day(100))
        if visits == 13:  # noqa: PLR2004 - the limit itself
            stage.expect("GHOST_VISIT", *homes, opened=stage.day(50))
        else:
            stage.silent("GHOST_VISIT", *homes)


def ghost_visit_words(stage: Stage) -> None:
    """Play: three households are told of in the same words within seven days; or in eight.

    Or two.
    """
    for count, apart, fires in ((3, 7, True), (3, 8, False), (2, 0, False)):
        homes = [stage.home() for _ in range(count)]
        note = f"Gia đình chăm chỉ làm ăn, chuồng trại sạch sẽ, số {homes[0].book.index}"
        for number, home in enumerate(homes):
            helped = assign(home, stage.day(0))
            on = stage.day(50 + (apart if number == count - 1 else 0))
            helped.visit(on, note=note)
            helped.end(stage.day(100))
        if fires:
            stage.expect("GHOST_VISIT", *homes, opened=stage.day(50 + apart))
        else:
            stage.silent("GHOST_VISIT", *homes)


def after_the_reform(stage: Stage) -> None:
    """Play: four communes of the old map are one of the new: a day's visits there are in order."""
    on = date(2025, 7, 15)
    homes = [stage.home(commune=number) for number in range(4)]
    visitor = f"pt-{homes[0].book.index}"
    if len({home.code_on(on) for home in homes}) > 3:  # noqa: PLR2004 - the limit itself
        return
    for home in homes:
        helped = assign(home, on - timedelta(60), visitor=visitor)
        helped.visit(on)
        helped.end(on + timedelta(30))
    stage.silent("GHOST_VISIT", *homes)


STORIES: dict[str, Callable[[Stage], None]] = {
    "review_missing": review_missing,
    "review_stuck": review_stuck,
    "complaint_waiting": complaint_waiting,
    "score_contradiction": score_contradiction,
    "no_meeting": no_meeting,
    "posting_short": posting_short,
    "status_flip": status_flip,
    "late_recording": late_recording,
    "ghost_visit_communes": ghost_visit_communes,
    "ghost_visit_many": ghost_visit_many,
    "ghost_visit_words": ghost_visit_words,
    "after_the_reform": after_the_reform,
}
