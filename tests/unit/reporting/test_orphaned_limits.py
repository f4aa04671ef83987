"""Both sides of every limit of the rule on households whose sponsor is no more."""

from datetime import date
from typing import Any

import pytest

from services.reporting.detection.detect import contributions, subject_findings
from services.reporting.domain.clocks import Clocks, Pause, clocks_for
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval, Run
from services.reporting.rules.sponsor_orphaned import CODE, dissolutions
from shared.areas import Scope
from tests.support.facts import (
    DAY,
    HELP,
    HOME,
    assigned,
    closed,
    day,
    dissolved,
    ended,
    history,
    taken_over,
    uid,
)
from tests.support.findings import BOOK, shared

SPONSOR = str(uid("sponsor"))


def orphaned(*events: Any, sponsor: str = SPONSOR) -> list[Interval]:
    return shared("sponsor", sponsor, history(*events))


def only_run(*events: Any, sponsor: str = SPONSOR) -> Run:
    (interval,) = orphaned(*events, sponsor=sponsor)
    return interval.run


def test_it_opens_on_the_day_after_the_sponsor_is_no_more() -> None:
    (found,) = orphaned(assigned(DAY), dissolved(day(30)))
    assert (found.run.opened_on, found.run.closed_on) == (day(31), None)
    assert found.about.subject.ids == (str(HELP),)
    assert (found.about.household_id, found.about.assignment_id) == (HOME, HELP)
    assert found.run.steps[0].details == {
        "dissolved_on": day(30).isoformat(),
        "sponsor_id": SPONSOR,
    }


def test_it_hangs_on_the_later_of_the_end_and_the_taking_over() -> None:
    events = history(assigned(DAY), dissolved(day(30)))
    (found,) = shared("sponsor", SPONSOR, events)
    assert found.run.anchor == str(events[1].meta.event_id)
    events = history(dissolved(day(-30)), assigned(DAY))
    (found,) = shared("sponsor", SPONSOR, events)
    assert (found.run.anchor, found.run.opened_on) == (str(events[1].meta.event_id), day(1))


@pytest.mark.parametrize(("until", "found"), [(30, 0), (31, 0), (32, 1)])
def test_an_assignment_that_has_ended_by_then_has_no_need(until: int, found: int) -> None:
    gone = dissolved(day(30))
    assert len(orphaned(assigned(DAY), gone, ended(day(until)))) == found
    assert len(orphaned(assigned(DAY, until=day(until)), gone)) == found
    assert len(orphaned(assigned(DAY), gone, taken_over(day(until)))) == found
    assert len(orphaned(assigned(DAY), gone, closed(day(until)))) == found


@pytest.mark.parametrize(
    "last", [ended(day(40)), taken_over(day(40)), closed(day(40))], ids=lambda e: type(e).__name__
)
def test_it_clears_with_the_end_a_handover_or_the_household(last: Any) -> None:
    assert only_run(assigned(DAY), dissolved(day(30)), last).closed_on == day(40)


def test_who_took_over_counts_from_that_day_on() -> None:
    other = str(uid("another sponsor"))
    events = (assigned(DAY), taken_over(day(20)), dissolved(day(10), "another sponsor"))
    run = only_run(*events, sponsor=other)
    assert (run.opened_on, run.closed_on, len(run.steps[0].evidence)) == (day(21), None, 3)
    assert not orphaned(*events)


def test_evidence_is_minimal() -> None:
    events = history(assigned(DAY), taken_over(day(20)), dissolved(day(30), "another sponsor"))
    other = str(uid("another sponsor"))
    (found,) = shared("sponsor", other, events)
    assert found.run.steps[0].evidence == tuple(each.meta.event_id for each in events)
    for left_out in events:
        rest = [each for each in events if each is not left_out]
        assert not shared("sponsor", other, rest)


def test_paused_days_do_not_count() -> None:
    everywhere = Scope(everything=True)
    pause = Pause(
        pause_id=uid("pause"),
        codes=frozenset({CODE}),
        scope=everywhere,
        first=day(31),
        last=day(35),
    )
    assert opened_with(clocks_for((), [pause])) == day(36)
    assert opened_with(Clocks({})) == day(31)


def opened_with(clocks: Clocks) -> date:
    events = history(assigned(DAY), dissolved(day(30)))
    home, sponsor = fold(HOME, events[:1]), fold(uid("sponsor"), events[1:])
    given = [*contributions(home, [], clocks), *dissolutions(sponsor.facts)]
    given = [each for each in given if each.kind == "sponsor"]
    (found,) = subject_findings("sponsor", SPONSOR, given, BOOK)
    return found.run.opened_on
