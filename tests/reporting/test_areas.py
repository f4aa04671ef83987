"""No answer holds a finding outside the reader's area, whatever the territory and the date."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.households.events import HouseholdMoved
from services.reporting.detection.query import Sight, Times, Wanted
from services.reporting.projections.reading import find
from services.reporting.queries.past import find_past
from shared.areas import REFORM, Area, Commune, Scope, commune_on
from shared.areas.tree import tree
from tests.support.facts import (
    Recorder,
    day,
    disbursed,
    registered,
    target,
    uid,
)
from tests.support.projecting import drain, emptied, memory_log, projector, publish

OLD = sorted(commune.code for commune in tree().successor)
SOME = [code for code in OLD if code in {"01864", "01870", "01906", "01924", "01933", "01957"}]
DISTRICTS = ["060", "061", "064"]
areas = st.sets(st.sampled_from([*DISTRICTS, "01864", "01933", "01864@2025-06-30"]), min_size=1)
days = st.sampled_from([date(2025, 1, 1), date(2025, 6, 30), REFORM, date(2026, 1, 1), day(200)])


@st.composite
def lives(draw: st.DrawFn) -> list[Any]:
    events: list[Any] = []
    for number in range(draw(st.integers(1, 4))):
        home = uid(f"home {number}")
        if draw(st.booleans()) or number:
            start = date(2024, 1, 1)
            events.append(registered(start, draw(st.sampled_from(SOME)), home))
        if draw(st.booleans()):
            on = draw(days)
            code = draw(st.sampled_from([c for c in SOME if commune_on(c, on)]))
            commune = commune_on(code, on)
            assert isinstance(commune, Commune)
            events.append(
                HouseholdMoved(
                    household_id=home, commune=commune, village="x", area_type="rural", moved_on=on
                )
            )
        events.append(target(date(2024, 2, 1), year=2026, home=home))
        loan = uid(f"loan {number}")
        events.append(
            disbursed(date(2024, 3, 1), paid=loan, loan=loan, home=home, account="h1:shared")
        )
    return events


@pytest.mark.servers
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives(), areas, st.none() | st.sampled_from(DISTRICTS), days)
def test_the_query_and_a_look_into_the_past_show_what_lies_in_the_area_and_nothing_else(
    engine: Engine, events: list[Any], mine: set[str], asked: str | None, on: date
) -> None:
    emptied(engine)
    log, recorder = memory_log(), Recorder()
    publish(log, [recorder.record(event) for event in events])
    drain(projector(engine, log))
    scope = Scope.of(Area.parse(code) for code in mine)
    wanted = Wanted(area=Scope.of([Area.parse(asked)]) if asked else None)
    sight, times = Sight(everything=True), Times(valid_at=on)
    with engine.begin() as connection:
        live = find(connection, on, wanted, sight, scope, worst_first=True, after=None, limit=500)
        past = find_past(connection, times, wanted, sight, scope)
    homes = {event.household_id: home_on(events, event.household_id, on) for event in events}
    for each in live:
        communes = [homes[key] for key in each.shown.household_ids]
        assert all(scope.covers(commune, on) for commune in communes)
        assert wanted.area is None or any(wanted.area.covers(c, on) for c in communes)
    assert sorted(each.shown.finding_id for each in live) == sorted(
        each.shown.finding_id for each in past
    )
    assert {each.shown.finding_id: each.commune for each in live} == {
        each.shown.finding_id: each.commune for each in past
    }


def home_on(events: list[Any], home: Any, on: date) -> Commune | None:
    """Where a household lives on a day, told a second time."""
    own = [event for event in events if event.household_id == home]
    stays = [
        (getattr(event, "registered_on", None) or event.moved_on, number, event.commune)
        for number, event in enumerate(own)
        if hasattr(event, "village")
    ]
    past = [stay for stay in sorted(stays, key=lambda stay: stay[:2]) if stay[0] <= on]
    return past[-1][2] if past else None
