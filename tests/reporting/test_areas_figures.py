"""Figures of an area: counts, money in buckets, movement and targets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.dossier import fold
from services.reporting.figures import buckets
from tests.support.counter_app import bearer
from tests.support.facts import (
    HOME,
    LAST_YEAR,
    approved,
    assigned,
    classified,
    collected,
    day,
    disbursed,
    history,
    inspected,
    registered,
    repaid,
    target,
    uid,
    visited,
)
from tests.support.reporting import Reporting

MILLION = 1_000_000


@given(wrong=st.integers(0, 50), back=st.integers(0, 30), taken=st.integers(0, 20))
def test_every_dong_is_in_one_bucket(wrong: int, back: int, taken: int) -> None:
    facts = [
        approved(day(-2)),
        disbursed(amount=40 * MILLION),
        inspected(day(9), wrong=wrong * MILLION * 4 // 5, received=40 * MILLION),
        repaid(day(10), back * MILLION),
        collected(day(11), min(taken, 40 - back) * MILLION),
    ]
    (loan,) = fold(HOME, history(*facts)).loans
    for number in range(-3, 13):
        found = buckets(loan, day(number))
        assert min(found.values()) >= 0
        assert sum(found.values()) == (50 * MILLION if number >= -2 else 0)


def ask(reporting: Reporting, path: str, **query: str) -> dict[str, Any]:
    answer = reporting.ask(f"/v1/areas/{path}", None, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@pytest.mark.servers
def test_an_area_is_counted_as_it_stood(reporting: Reporting) -> None:
    poor, other = uid("poor one"), uid("other one")
    reporting.record(
        registered(LAST_YEAR, home=poor),
        classified("poor", home=poor),
        target(home=poor),
        assigned(home=poor),
        visited(day(5), home=poor),
        registered(LAST_YEAR, home=other),
        classified("near_poor", home=other),
        classified("not_poor", on=day(-20), home=other),
    )
    overview = ask(reporting, "060/overview")
    assert (overview["households"], overview["statuses"]) == (2, {"not_poor": 1, "poor": 1})
    assert (overview["with_sponsor"], overview["visits"]) == (1, 1)
    assert "TARGET_WITHOUT_PLAN" in overview["open_findings"]
    moved = ask(reporting, "060/movement", year="2026")["statuses"]
    assert moved["poor"] == {"start": 1, "exits": 0, "entries": 0, "end": 1}
    assert moved["near_poor"] == {"start": 1, "exits": 1, "entries": 0, "end": 0}
    (item,) = ask(reporting, "060/targets", year="2026")["items"]
    assert (item["household_id"], item["result"]) == (str(poor), "pending")
    assert ask(reporting, "061/overview")["households"] == 0


@pytest.mark.servers
def test_an_area_is_for_those_who_have_all_of_it(reporting: Reporting) -> None:
    officer = bearer("commune_officer", areas=["01864"])
    assert reporting.ask("/v1/areas/01864/overview", officer).status_code == 200
    assert reporting.ask("/v1/areas/060/overview", officer).status_code == 404
    assert reporting.ask("/v1/areas/999/overview").status_code == 404
    assert reporting.ask("/v1/areas/060/overview", None, year="soon").status_code == 422
    assert reporting.ask("/v1/areas/060/overview", bearer("sponsor")).status_code in (401, 403)
