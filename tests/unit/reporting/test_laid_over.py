"""Findings as detection says they are, with what people decided laid over them day by day."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.reporting.detection.decided import worked
from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.finding_state import Given
from services.reporting.domain.intervals import Severity
from services.reporting.events import (
    ExplanationRequested,
    FindingAssigned,
    FindingConfirmed,
    FindingDismissed,
    FindingSnoozed,
)
from tests.support.facts import DAY, Recorder, day, uid
from tests.support.findings import finding, misuse_of

ID, LOAN = uid("finding"), uid("loan")
SEEN = misuse_of(LOAN)


def given(*events: Any) -> list[Given]:
    record = Recorder().record
    stream = {"source": "reporting", "stream": f"finding-{ID}"}
    return [Given(record(event, **stream).order, event) for event in events]


def decided(kind: type[Any], days: int, code: str = "PIGGYBACK", **more: Any) -> Any:
    return kind(finding_id=ID, key=ID, code=code, occurred_on=day(days), seen=SEEN, **more)


def nobody_knows(*_: object) -> date | None:
    return None


def looks(shown: list[Appearance], given: list[Given]) -> list[tuple[date, date | None, str]]:
    found = worked(shown, given, nobody_knows)
    return [(each.from_on, each.until_on, each.status) for each in found]


def test_what_nobody_decided_on_is_shown_as_it_was_found() -> None:
    assert worked([finding()], [], nobody_knows) == [finding()]


def test_each_decision_shows_from_its_day_on() -> None:
    events = (
        decided(FindingAssigned, 3, assignee="worker"),
        decided(ExplanationRequested, 5, until=day(9)),
    )
    assert looks([finding()], given(*events)) == [
        (DAY, day(3), "open"),
        (day(3), day(5), "assigned"),
        (day(5), None, "explaining"),
    ]
    *_, last = worked([finding()], given(*events), nobody_knows)
    assert (last.assignee, last.explain_by, last.confirmed) == ("worker", day(9), False)


def test_a_decision_before_it_is_shown_shows_from_its_first_day() -> None:
    events = given(decided(FindingAssigned, -3, assignee="worker"))
    assert looks([finding()], events) == [(DAY, None, "assigned")]


def test_what_is_asleep_wakes_on_the_day_after() -> None:
    found = worked([finding()], given(decided(FindingSnoozed, 2, until=day(5))), nobody_knows)
    assert [(each.from_on, each.snoozed_until) for each in found] == [
        (DAY, None),
        (day(2), day(5)),
        (day(6), None),
    ]


def test_a_dismissal_closes_it_on_its_day() -> None:
    events = given(decided(FindingAssigned, 1, assignee="worker"), decided(FindingDismissed, 4))
    *_, last = worked([finding()], events, nobody_knows)
    assert (last.from_on, last.status, last.closed_on) == (day(4), "dismissed", day(4))


def test_what_cleared_by_itself_is_cleared_whatever_is_awaited() -> None:
    cleared = finding(from_on=day(6), status="cleared", closed_on=day(6))
    open_ = finding(until_on=day(6))
    events = given(decided(ExplanationRequested, 2, until=day(9)))
    *_, last = worked([open_, cleared], events, nobody_knows)
    assert (last.status, last.closed_on, last.explain_by) == ("cleared", day(6), None)


def test_what_was_dismissed_while_open_stays_dismissed_when_it_clears() -> None:
    cleared = finding(from_on=day(6), status="cleared", closed_on=day(6))
    events = given(decided(FindingDismissed, 4))
    *_, last = worked([finding(until_on=day(6)), cleared], events, nobody_knows)
    assert (last.status, last.closed_on) == ("dismissed", day(4))


def test_of_what_is_gone_people_see_what_they_decided_on_as_retracted() -> None:
    events = given(
        decided(FindingAssigned, 1, code="ROLLOVER", assignee="worker"),
        decided(FindingConfirmed, 4, loan_id=LOAN),
    )
    (gone,) = worked([], events, nobody_knows)
    assert (gone.status, gone.opened_on, gone.closed_on) == ("retracted", DAY, day(4))
    assert (gone.code, gone.severity, gone.confirmed) == ("PIGGYBACK", Severity.HIGH, True)
    assert (gone.assignee, gone.household_ids) == ("worker", SEEN.household_ids)
    (known,) = worked([], events, lambda *_: day(2))
    assert known.closed_on == day(2)


def test_what_is_there_is_not_shown_as_retracted_beside() -> None:
    events = given(decided(FindingAssigned, 1, assignee="worker"))
    assert len(worked([finding(from_on=day(1))], events, nobody_knows)) == 1
    other = finding(finding_id=uid("other"))
    found = worked([other], events, nobody_knows)
    assert [each.status for each in found] == ["open", "retracted"]


def test_nobody_is_told_of_a_decision_that_does_not_say_what_was_seen() -> None:
    blind = replace(decided(FindingAssigned, 1, assignee="worker"), seen=None)
    assert worked([], given(blind), nobody_knows) == []


def test_what_is_asleep_still_sleeps_on_its_last_day_when_it_grows_worse() -> None:
    shown = [finding(until_on=day(5)), finding(from_on=day(5), severity=Severity.CRITICAL)]
    found = worked(shown, given(decided(FindingSnoozed, 2, until=day(5))), nobody_knows)
    assert [(each.from_on, each.snoozed_until) for each in found] == [
        (DAY, None),
        (day(2), day(5)),
        (day(5), day(5)),
        (day(6), None),
    ]
