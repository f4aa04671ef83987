"""Two halves of each pattern across households, in two workers at the same moment; corrected too.

Shared payees, and groups judged by them, have a file of their own.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from shared.corrections import EventCorrected
from shared.event import key_of
from shared.log.partition import partition_of
from shared.recorded import Recorded
from tests.reporting.test_two_workers import both_at_once, homes_in, rebuilt_is_the_same
from tests.support.facts import (
    DAY,
    SEALED,
    Recorder,
    approved,
    assigned,
    confirmed,
    day,
    disbursed,
    dissolved,
    inspected,
    registered,
    uid,
    visited,
)
from tests.support.projecting import PARTITIONS, drain, memory_log, projector, publish

pytestmark = pytest.mark.servers
M = 1_000_000


def sponsor_in(lane: int) -> str:
    names = (f"sponsor {number}" for number in range(100))
    return next(name for name in names if partition_of(uid(name), PARTITIONS) == lane)


def orphaned() -> list[Any]:
    sponsor = sponsor_in(1)
    helped = [
        replace(assigned(DAY, help_=uid(home), home=uid(home)), sponsor_id=uid(sponsor))
        for home in homes_in(0, 2)
    ]
    return [*helped, dissolved(day(9), sponsor)]


def checks_with_one_picture() -> list[Any]:
    return [
        inspected(day(lane), paid=uid(f"{home} paid"), loan=uid(home), home=uid(home), files=["ab"])
        for lane in (0, 1)
        for home in homes_in(lane, 1)
    ]


def visits_of_one_day() -> list[Any]:
    communes = iter(("01864", "01879", "01882", "01894"))
    events: list[Any] = []
    for home in (*homes_in(0, 2), *homes_in(1, 2)):
        events.append(registered(code=next(communes), home=uid(home)))
        events.append(visited(DAY, uid(home), uid(home)))
    return events


def visits_told_alike() -> list[Any]:
    homes = (*homes_in(0, 2), *homes_in(1, 1))
    return [
        visited(day(number), uid(home), uid(home), f"visitor {number}", "h1:same")
        for number, home in enumerate(homes)
    ]


def decided_by_one_pair() -> list[Any]:
    events: list[Any] = []
    for number, home in enumerate((*homes_in(0, 5), *homes_in(1, 5))):
        of: dict[str, Any] = {"loan": uid(home), "home": uid(home)}
        events.append(registered(home=uid(home)))
        events.append(confirmed(day(-3), **of))
        events.append(approved(day(-2), **of))
        events.append(disbursed(day(-1), paid=uid(f"{home} paid"), **of))
        wrong = 20 * M if number in (0, 5, 9) else 0
        events.append(inspected(day(5), wrong, paid=uid(f"{home} paid"), **of))
    return events


PATTERNS: dict[str, tuple[str, Callable[[], list[Any]], list[int]]] = {
    "sponsor": ("SPONSOR_ORPHANED", orphaned, [1, 1]),
    "evidence": ("REUSED_EVIDENCE", checks_with_one_picture, [2]),
    "visitor and day": ("GHOST_VISIT", visits_of_one_day, [4]),
    "note": ("GHOST_VISIT", visits_told_alike, [3]),
    "officials": ("APPROVER_PAIR", decided_by_one_pair, [10]),
}
"""Its code, its events, the last of which it cannot do without, and how many households."""


def shown(engine: Engine, code: str) -> list[int]:
    """Give how many households each finding that is open on a later day is about."""
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT cardinality(household_ids) FROM views.findings"
                " WHERE code = :code AND status = 'open' AND from_on <= :day"
                " AND (until_on IS NULL OR :day < until_on) ORDER BY 1"
            ),
            {"code": code, "day": day(30)},
        )
        return list(rows.scalars())


def annulled(key: UUID, wrong: Recorded) -> EventCorrected:
    return EventCorrected(
        key=key, event_id=wrong.meta.event_id, reason=SEALED, annul=True, occurred_on=day(40)
    )


@pytest.mark.parametrize("pattern", PATTERNS)
def test_neither_worker_misses_the_others_half_and_a_correction_cuts_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    code, events, expected = PATTERNS[pattern]
    log, recorder = memory_log(), Recorder()
    recorded = [recorder.record(each) for each in events()]
    assert {partition_of(key_of(each.event), PARTITIONS) for each in recorded} == {0, 1}
    publish(log, recorded)
    both_at_once(engine, log, monkeypatch)
    assert shown(engine, code) == expected
    rebuilt_is_the_same(engine)
    last = recorded[-1]
    correction = annulled(key_of(last.event), last)
    source, stream = last.meta.source, last.meta.stream_id
    publish(log, [recorder.record(correction, source=source, stream=stream)])
    drain(projector(engine, log))
    assert shown(engine, code) == []
