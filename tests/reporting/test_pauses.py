"""Days of a pause do not count: in the rules, in the live views, and over HTTP."""

from datetime import date
from typing import Any

import pytest

from services.reporting.domain.clocks import Pause
from services.reporting.events import ClocksPaused, PausedArea, PauseEnded
from services.reporting.projections.rebuild import rebuild
from services.reporting.projections.step import Projection
from shared.areas import EVERYWHERE, Area, Scope
from tests.support.counter_app import bearer
from tests.support.facts import (
    DAY,
    SEALED,
    classified,
    day,
    disbursed,
    registered,
    target,
    uid,
)
from tests.support.findings import found
from tests.support.projecting import PARTITIONS, contents, digest
from tests.support.reporting import Reporting


def pause(first: date, last: date, code: str = "USE_CHECK_OVERDUE", area: str = "") -> Pause:
    scope = Scope.of([Area.parse(area)]) if area else EVERYWHERE
    return Pause(
        pause_id=uid("pause"), codes=frozenset({code}), scope=scope, first=first, last=last
    )


@pytest.mark.parametrize(
    ("first", "last", "opens"),
    [
        (day(10), day(14), day(36)),
        (day(-5), day(0), day(31)),
        (day(-5), day(1), day(32)),
        (day(30), day(30), day(32)),
        (day(31), day(31), day(32)),
        (day(32), day(99), day(31)),
    ],
)
def test_each_paused_day_shifts_the_deadline_by_one(first: date, last: date, opens: date) -> None:
    (interval,) = found("USE_CHECK_OVERDUE", disbursed(), pauses=[pause(first, last)])
    assert interval.run.opened_on == opens


def test_a_pause_is_for_its_codes_and_its_areas() -> None:
    facts = (registered(), disbursed())

    def opened(*pauses: Pause) -> date:
        (interval,) = found("USE_CHECK_OVERDUE", *facts, pauses=pauses)
        return interval.run.opened_on

    assert opened(pause(DAY, day(10), "SPONSOR_ABSENT")) == day(31)
    assert opened(pause(DAY, day(10), area="061")) == day(31)
    assert opened(pause(DAY, day(10), area="060")) == day(41)


def test_pauses_that_overlap_take_a_day_out_once() -> None:
    both = [pause(day(1), day(10)), pause(day(6), day(12))]
    (interval,) = found("USE_CHECK_OVERDUE", disbursed(), pauses=both)
    assert interval.run.opened_on == day(43)


def paused(areas: tuple[PausedArea, ...] = ()) -> ClocksPaused:
    return ClocksPaused(
        pause_id=uid("pause"),
        starts_on=day(1),
        until=day(10),
        reason=SEALED,
        areas=areas,
        codes=("USE_CHECK_OVERDUE", "TARGET_WITHOUT_SPONSOR"),
    )


@pytest.mark.servers
def test_a_pause_makes_every_household_be_judged_anew(reporting: Reporting) -> None:
    reporting.record(registered(), disbursed(), target())
    both = {"TARGET_WITHOUT_SPONSOR", "USE_CHECK_OVERDUE"}

    def shown_on(when: date) -> set[str]:
        return set(reporting.codes("/v1/stalled", valid_at=str(when))) & both

    stream = f"pause-{uid('pause')}"
    projection = Projection(PARTITIONS)

    def happens(event: Any) -> None:
        reporting.feed([reporting.recorder.record(event, source="reporting", stream=stream)])
        while projection.redetect(reporting.engine):
            pass

    happens(paused())
    assert shown_on(day(40)) == set()
    assert shown_on(day(41)) == both
    happens(PauseEnded(pause_id=uid("pause"), ended_on=day(6)))
    assert shown_on(day(35)) == set()
    assert shown_on(day(36)) == both
    (shown,) = reporting.items("/v1/pauses")
    assert (shown["ended_on"], shown["areas"]) == (str(day(6)), ["*"])
    before = (digest(reporting.engine), contents(reporting.engine))
    assert rebuild(reporting.engine, PARTITIONS).equal
    assert (digest(reporting.engine), contents(reporting.engine)) == before


@pytest.mark.servers
def test_a_new_year_lets_rules_that_recur_look_a_year_further(reporting: Reporting) -> None:
    reporting.record(registered(), classified("poor", on=date(2026, 2, 1)))
    years = {"code": "REVIEW_MISSING", "valid_at": "2031-01-01"}

    def judged_in(year: int) -> list[int]:
        then = Projection(PARTITIONS, day=lambda: date(year, 1, 1))
        while then.redetect(reporting.engine):
            pass
        return sorted(item["year"] for item in reporting.items("/v1/stalled", None, **years))

    assert judged_in(2029) == [2026, 2027, 2028, 2029, 2030]
    known = reporting.items("/v1/stalled", None, known_at="2031-01-01T00:00:00Z", **years)
    assert sorted(item["year"] for item in known) == [2026, 2027, 2028, 2029, 2030]


BODY = {
    "from": "2026-09-01",
    "until": "2026-09-30",
    "reason": "bão / typhoon",
    "areas": [{"code": "060", "level": "district"}],
    "codes": ["SPONSOR_ABSENT"],
}


@pytest.mark.servers
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({}, 201, None),
        ({"areas": ["*"]}, 403, "outside-area"),
        ({"areas": [{"code": "061"}]}, 403, "outside-area"),
        ({"areas": [{"code": "999"}]}, 422, "unknown-area"),
        ({"areas": []}, 422, "out-of-range"),
        ({"codes": ["FREEZE_ENDING"]}, 422, "not-in-list"),
        ({"codes": ["WRONG_PURPOSE"]}, 422, "not-in-list"),
        ({"until": "2026-08-31"}, 422, "out-of-order"),
        ({"until": "2026-09-01"}, 201, None),
    ],
)
def test_a_pause_is_asked_for_within_ones_area(
    reporting: Reporting, change: dict[str, Any], status: int, code: str | None
) -> None:
    who = bearer("inspector", areas=["060"])
    answer = reporting.client.post("/v1/pauses", json=BODY | change, headers=who)
    assert answer.status_code == status, answer.text
    document = answer.json
    assert document is not None
    if code is not None:
        errors = document.get("errors")
        assert code == (errors[0]["code"] if errors else document["code"])


@pytest.mark.servers
def test_a_pause_ends_once_and_only_inspectors_pause(reporting: Reporting) -> None:
    who = bearer("inspector")
    made = reporting.client.post("/v1/pauses", json=BODY | {"from": "2026-05-01"}, headers=who)
    assert made.json is not None
    path = f"/v1/pauses/{made.json['id']}/end"
    early = reporting.client.post(path, json={"ended_on": "2026-04-30"}, headers=who)
    assert early.status_code == 422
    ended = reporting.client.post(path, json={"ended_on": "2026-05-20"}, headers=who)
    assert ended.status_code == 201
    again = reporting.client.post(path, json={"ended_on": "2026-05-21"}, headers=who)
    assert (again.status_code, again.json["code"]) == (409, "already-closed")  # type: ignore[index]
    none = reporting.client.post(f"/v1/pauses/{uid('x')}/end", json={}, headers=who)
    assert none.status_code == 404
    other = reporting.client.post("/v1/pauses", json=BODY, headers=bearer("district_officer"))
    assert (other.status_code, other.json["code"]) == (403, "role-missing")  # type: ignore[index]
