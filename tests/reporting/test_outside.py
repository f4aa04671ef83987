"""No answer of reporting names a household outside the reader's area, for any reader and day."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.households.events import HouseholdMoved
from services.reporting.projections.announcing import announce
from shared.areas import REFORM, Area, Commune, Scope, commune_on
from shared.areas.tree import tree
from tests.support.counter_app import bearer
from tests.support.facts import (
    HELP,
    assigned,
    classified,
    day,
    disbursed,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.projecting import emptied
from tests.support.reporting import Reporting

pytestmark = pytest.mark.servers

M = 1_000_000
BEGIN = date(2024, 1, 1)
OLD = sorted(tree().successor)
CODES = [each.code for each in OLD[:: len(OLD) // 12]][:12]
HOMES = {uid(f"home {number}"): code for number, code in enumerate(CODES)}
DISTRICTS = ["060", "061", "062", "063", "064"]
ROLES = ["inspector", "auditor", "commune_officer", "district_officer", "bank_controller"]
DAYS = [date(2024, 2, 1), date(2025, 6, 30), REFORM, date(2026, 1, 1), day(40), day(200)]
_PART = re.compile(r"<(?:uuid|string|int|path):?(\w+)>|<(\w+)>")


@dataclass
class World:
    """Households all over the province, some moved, with what can be found of each."""

    reporting: Reporting
    stays: dict[UUID, list[tuple[date, Commune]]]
    findings: list[str]
    rules: list[str]

    def commune(self, home: UUID, on: date) -> Commune | None:
        past = [commune for start, commune in self.stays[home] if start <= on]
        return past[-1] if past else None


def there(code: str, on: date) -> Commune:
    found = commune_on(code, on)
    assert isinstance(found, Commune)
    return found


@pytest.fixture(scope="module")
def world(whole: Engine) -> World:
    emptied(whole)
    reporting = Reporting.over(whole)
    stays: dict[UUID, list[tuple[date, Commune]]] = {}
    facts: list[Any] = []
    moved_to = [*CODES[5:], *CODES[:5]]
    for number, (home, code) in enumerate(HOMES.items()):
        loan = uid(f"loan {number}")
        facts.append(registered(BEGIN, code, home))
        stays[home] = [(BEGIN, there(code, BEGIN))]
        facts += [
            classified("poor", home=home),
            disbursed(date(2024, 3, 1), paid=loan, loan=loan, home=home, account="h1:shared"),
            inspected(date(2024, 4, 1), wrong=30 * M, paid=loan, loan=loan, home=home),
            target(date(2024, 2, 1), year=2026, home=home),
            assigned(date(2024, 2, 1), help_=uid((HELP, number)), home=home),
        ]
        if number % 3 == 0:
            on = date(2025, 5, 1)
            commune = there(moved_to[number], on)
            facts.append(
                HouseholdMoved(
                    household_id=home, commune=commune, village="x", area_type="rural", moved_on=on
                )
            )
            stays[home].append((on, commune))
    reporting.record(*facts)
    announce(whole, day(90))
    rules = [
        rule.rule
        for rule in reporting.client.application.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.rule.startswith("/v1/")
    ]
    items = reporting.items("/v1/findings", limit="500")
    return World(reporting, stays, [each["finding_id"] for each in items], sorted(rules))


def filled(world: World, rule: str, home: UUID, finding: str, area: str) -> str | None:
    """Give an address of a rule, or None where it names something that the world has not."""
    known = {"household_id": str(home), "finding_id": finding, "code": area}

    def fill(found: re.Match[str]) -> str:
        return known.get(found.group(1) or found.group(2), "?")

    path = _PART.sub(fill, rule)
    return None if "?" in path else path


def test_the_world_has_something_to_hide(world: World) -> None:
    assert len(world.findings) > 2 * len(HOMES)
    named = [rule for rule in world.rules if filled(world, rule, *_first(world))]
    assert len(named) > 15


def _first(world: World) -> tuple[UUID, str, str]:
    return next(iter(HOMES)), world.findings[0], "060"


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_is_asked_nothing_outside_the_area_is_named(world: World, data: Any) -> None:
    pick = data.draw
    rule = pick(st.sampled_from(world.rules))
    areas = pick(st.lists(st.sampled_from([*DISTRICTS, *CODES]), min_size=1, max_size=3))
    on = pick(st.sampled_from(DAYS))
    home, finding = pick(st.sampled_from(list(HOMES))), pick(st.sampled_from(world.findings))
    path = filled(world, rule, home, finding, pick(st.sampled_from(areas)))
    if path is None:
        return
    query = {"valid_at": on.isoformat()}
    if rule == "/v1/worklist":
        query["for"] = pick(st.sampled_from(areas))
    if rule == "/v1/findings/export":
        query["format"] = "csv"
    known = pick(st.sampled_from([None, "2030-01-01T00:00:00Z"]))
    if known is not None:
        query["known_at"] = known
    who = bearer(pick(st.sampled_from(ROLES)), areas=areas)
    answer = world.reporting.ask(path, who, **query)
    assert answer.status_code < 500, path
    scope = Scope.of(Area.parse(code) for code in areas)
    outside = [each for each in HOMES if not scope.covers(world.commune(each, on), on)]
    asked = [str(home)] if answer.status_code >= 400 else []
    text = answer.get_data().decode(errors="replace")
    named = [str(each) for each in outside if str(each) in text]
    assert [each for each in named if each not in asked] == [], (path, query)
