"""A replay at any point in the three times holds what is answered live about that point."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from services.reporting.domain import rulebook
from shared.areas import Area, Scope
from tests.reporting.test_years import crowd
from tests.support import replays as support
from tests.support.counter_app import bearer
from tests.support.facts import day
from tests.support.replays import SOURCES, Events, Replays
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

YEAR = crowd(16, 4)
SPRING, LATER = date(2026, 5, 1), date(2026, 6, 1)
NOW = replace(rulebook.RULEBOOKS[-1], valid_from=day(30))
BEFORE = replace(
    NOW,
    version=0,
    valid_from=date(2000, 1, 1),
    parameters={
        **NOW.parameters,
        "SHARED_PAYEE": {"households": 3, "within_days": 90, "critical_from": 4},
    },
)


@pytest.fixture(scope="module")
def lived(whole: Engine, postgres_server: PostgresServer) -> Iterator[tuple[Replays, Events]]:
    """Two households that share an account, and a year of reviews that crowd below a cut-off."""
    with support.lived(whole, postgres_server, *YEAR, *support.FACTS) as made:
        yield made


@pytest.fixture
def two_rulebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other numbers than those that the views were made by were in force until a day."""
    monkeypatch.setattr(rulebook, "RULEBOOKS", (BEFORE, NOW))


def live(replays: Replays, **times: Any) -> set[str]:
    asked = {name: one.isoformat() for name, one in times.items()}
    who = bearer("inspector")
    items = replays.reporting.items("/v1/findings", who, limit="500", **asked)
    return {each["finding_id"] for each in items}


@pytest.mark.parametrize("source", SOURCES)
def test_a_replay_with_findings_about_a_year_equals_the_live_views(
    lived: tuple[Replays, Events], source: str
) -> None:
    replays, _ = lived
    codes = replays.reporting.codes("/v1/findings", bearer("inspector"), valid_at=str(LATER))
    assert "BUNCHING" in codes
    found = replays.run(source)
    assert found["equal"], found["differences"]


def test_a_day_is_shown_as_it_is_answered(lived: tuple[Replays, Events]) -> None:
    replays, _ = lived
    for on in (SPRING, LATER):
        told = replays.told_again("stores", on, valid_at=on)
        assert told
        assert told == live(replays, valid_at=on)


def test_what_was_known_is_shown_as_it_is_answered(lived: tuple[Replays, Events]) -> None:
    replays, recorded = lived
    shown: list[set[str]] = []
    for at in (recorded[25], recorded[-5], recorded[-1]):
        known_at: datetime = at.meta.recorded_at
        told = replays.told_again("kafka", SPRING, known_at=known_at, valid_at=SPRING)
        assert told == live(replays, known_at=known_at, valid_at=SPRING)
        shown.append(told)
    assert shown[0] < shown[2]


@pytest.mark.usefixtures("two_rulebooks")
def test_other_rules_show_what_is_answered(lived: tuple[Replays, Events]) -> None:
    replays, _ = lived
    shown: list[set[str]] = []
    for rules_at in (day(0), day(30)):
        told = replays.told_again("journal", LATER, rules_at=rules_at, valid_at=LATER)
        assert told == live(replays, rules_at=rules_at, valid_at=LATER)
        shown.append(told)
    assert shown[0] != shown[1]


@pytest.mark.parametrize("code", ["060", "01864", "060@2025-06-30"])
def test_an_area_is_shown_as_it_is_answered_by_its_old_code_and_its_new_one(
    lived: tuple[Replays, Events], code: str
) -> None:
    replays, _ = lived
    found = replays.run("stores", Scope.of([Area.parse(code)]), valid_at=LATER.isoformat())
    assert found["equal"], found["differences"]
    views = {each["view"]: each["rows"] for each in found["views"]}
    near = bearer("inspector", areas=[code])
    items = replays.reporting.items("/v1/findings", near, limit="500", valid_at=str(LATER))
    assert views["findings"] == len([each for each in items if each["household_ids"]]) > 0
