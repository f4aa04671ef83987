"""Figures of an area: counts, money in buckets, movement and targets."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.dossier import fold
from services.reporting.figures.area import buckets
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
    ended,
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


@pytest.mark.servers
def test_totals_are_the_same_on_either_map(reporting: Reporting) -> None:
    codes = ["01864", "01870", "01906", "01924", "01933"]
    for number, code in enumerate(codes):
        home = uid(f"on the map {number}")
        reporting.record(
            registered(date(2024, 1, 1), code, home),
            classified("poor", on=date(2024, 2, 1), home=home),
            classified("not_poor", on=date(2025, 9 + number % 2, 1), home=home),
            target(date(2025, 1, 5), year=2025, home=home),
        )
    for path in ("06/overview", "06/movement", "06/targets"):
        found = {
            which: ask(reporting, path, year="2025", map=which) for which in ("own", "old", "new")
        }
        places = {which: each.pop("by_commune") for which, each in found.items()}
        for which, each in found.items():
            assert each.pop("map") == which
            for item in each.get("items", []):
                item.pop("commune")
        assert found["own"] == found["old"] == found["new"]
        for which, told in places.items():
            counts = [_count(each) for each in told]
            assert sum(counts) == len(codes), (path, which)
            assert all(each["name"] for each in told)
        assert {each["commune"]["valid_from"] for each in places["old"]} == {"2000-01-01"}
        assert {each["commune"]["valid_from"] for each in places["new"]} == {"2025-07-01"}
    assert ask(reporting, "06/overview")["map"] == "own"
    assert reporting.ask("/v1/areas/06/overview", None, map="other").status_code == 422


def _count(place: dict[str, Any]) -> int:
    if "households" in place:
        return int(place["households"])
    if "results" in place:
        return sum(place["results"].values())
    return int(place["statuses"]["poor"]["start"])


@pytest.mark.servers
def test_figures_and_worklists_are_read_as_they_were_known(reporting: Reporting) -> None:
    home = uid("known later")
    reporting.record(registered(LAST_YEAR, home=home), target(home=home))
    before = reporting.recorder.now.isoformat()
    reporting.record(assigned(day(2), home=home))

    def open_findings(**query: str) -> Any:
        found = ask(reporting, "060/overview", **query)["open_findings"]
        return found.get("TARGET_WITHOUT_SPONSOR", 0)

    def due(**query: str) -> list[tuple[str, str]]:
        items = reporting.items("/v1/worklist", None, **{"for": "060"}, **query)
        return [(each["when"], each["code"]) for each in items if "SPONSOR" in each["code"]]

    assert (open_findings(), open_findings(known_at=before)) == (0, 1)
    assert due(known_at=before) == [("overdue", "TARGET_WITHOUT_SPONSOR")]
    on = str(day(20))
    assert due(valid_at=on, known_at=before) == [("soon", "TARGET_WITHOUT_SPONSOR")]
    assert due(valid_at=str(day(28)), known_at=before) == [("due", "TARGET_WITHOUT_SPONSOR")]
    assert due(valid_at=on) == []


@pytest.mark.servers
@pytest.mark.parametrize(
    ("path", "asked"),
    [("/v1/worklist", {"for": "060"}), ("/v1/stalled", {"known_at": "2030-01-01T00:00:00Z"})],
)
def test_a_list_goes_on_where_it_was_though_its_last_row_is_done_with(
    reporting: Reporting, path: str, asked: dict[str, str]
) -> None:
    homes = [uid(f"home {number}") for number in range(3)]
    for number, home in enumerate(homes):
        since = day(number - 300)
        reporting.record(
            registered(since, home=home), assigned(since, every=9, home=home, help_=home)
        )
    seen: list[str] = []
    page: dict[str, Any] = {"next_cursor": None}
    while not seen or page["next_cursor"]:
        more = {"cursor": page["next_cursor"]} if seen else {}
        page = dict(reporting.ask(path, None, limit="1", **asked, **more).json or {})
        (shown,) = page["items"]
        seen.append(shown["household_id"])
        home = UUID(seen[-1])
        reporting.record(ended(date(2026, 5, 31), help_=home, home=home))
    assert seen == [str(home) for home in homes]
