"""Findings about the counts of a year: from a pass of their own into lists, feeds and the past."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from services.reporting.projections.announcing import announce
from services.reporting.projections.annual_views import recount
from services.reporting.projections.rebuild import rebuild
from shared.corrections import EventCorrected
from shared.recorded import Recorded
from tests.support.counter_app import bearer
from tests.support.facts import SEALED, registered, uid
from tests.support.projecting import PARTITIONS, contents, digest
from tests.support.reporting import Reporting
from tests.support.reviewing import reviewed

pytestmark = pytest.mark.servers

SUMMER, AUTUMN, TURN = date(2025, 8, 1), date(2025, 10, 1), date(2025, 12, 15)
LATER = "2027-01-01T00:00:00Z"


def crowd(below: int, above: int, code: str = "01864") -> list[Any]:
    events: list[Any] = []
    for number, b1 in enumerate([140] * below + [141] * above):
        home, review = uid(f"{code} home {number}"), uid(f"{code} review {number}")
        events.append(registered(SUMMER, code=code, home=home))
        events.append(reviewed(AUTUMN, b1, home=home, review=review, by=("judge",)))
    return events


def judged(reporting: Reporting, *events: Any) -> list[Recorded]:
    recorded = reporting.record(*events)
    assert recount(reporting.engine)
    assert not recount(reporting.engine)
    return recorded


def test_a_crowd_below_the_cut_off_is_seen_where_it_is(reporting: Reporting) -> None:
    judged(reporting, *crowd(16, 4))
    (shown,) = reporting.items("/v1/integrity")
    assert (shown["code"], shown["area"], shown["year"]) == ("BUNCHING", "01864", 2025)
    assert shown["subject"] == {"type": "commune_year", "ids": ["01864", "2025"]}
    assert (shown["opened_on"], shown["household_ids"]) == (str(TURN), [])
    assert "16 hộ" in shown["reason"]
    assert reporting.codes("/v1/integrity", valid_at="2025-12-14") == []
    here, elsewhere = (bearer("inspector", areas=[area]) for area in ("060", "061"))
    for times in ({}, {"known_at": LATER}):
        path = "/v1/findings"
        assert reporting.items(path, here, code="BUNCHING", **times) == [shown]
        assert reporting.items(path, elsewhere, code="BUNCHING", **times) == []
        assert reporting.items(path, None, code="BUNCHING", area="060", **times) == [shown]
        assert reporting.items(path, None, code="BUNCHING", area="061", **times) == []
    one = reporting.ask(f"/v1/findings/{shown['finding_id']}", here).json
    assert one is not None
    assert {each["type"] for each in one["facts"]} == {"ReviewScored"}
    assert len(one["facts"]) == 20


def told(reporting: Reporting) -> list[str]:
    announce(reporting.engine, TURN)
    news = reporting.items("/v1/findings/changes", bearer("inspector", areas=["060"]), limit="500")
    return [each["change"] for each in news if each["finding"]["code"] == "BUNCHING"]


def test_it_is_told_in_the_feed_and_goes_with_a_correction(reporting: Reporting) -> None:
    recorded = judged(reporting, *crowd(16, 4))
    assert told(reporting) == ["opened"]
    one = recorded[1]
    wrong = EventCorrected(
        key=one.meta.key,
        event_id=one.meta.event_id,
        reason=SEALED,
        fields={"b1": 150},
        occurred_on=TURN,
    )
    again = reporting.recorder.record(wrong, source="households", stream=one.meta.stream_id)
    reporting.feed([again])
    assert reporting.codes("/v1/integrity") == ["BUNCHING"]
    recount(reporting.engine)
    assert reporting.codes("/v1/integrity") == []
    assert told(reporting) == ["opened", "retracted"]
    then = recorded[-1].meta.recorded_at.isoformat()
    assert reporting.codes("/v1/integrity", known_at=then) == ["BUNCHING"]


def test_a_rebuild_counts_too_also_what_nobody_had_counted_yet(reporting: Reporting) -> None:
    reporting.record(*crowd(16, 4))
    assert rebuild(reporting.engine, PARTITIONS).equal
    assert reporting.codes("/v1/integrity") == ["BUNCHING"]
    assert not recount(reporting.engine)
    before = (digest(reporting.engine), contents(reporting.engine))
    assert rebuild(reporting.engine, PARTITIONS).equal
    assert (digest(reporting.engine), contents(reporting.engine)) == before


def test_workers_only_say_that_a_year_has_changed(reporting: Reporting) -> None:
    reporting.record(*crowd(2, 0))
    with reporting.engine.begin() as connection:
        asked = connection.execute(text("SELECT DISTINCT year FROM views.recounts")).scalars()
        assert list(asked) == [2025]
        kinds = connection.execute(text("SELECT kind FROM views.subjects")).scalars()
        assert "annual_scores" not in list(kinds)
