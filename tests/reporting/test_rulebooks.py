"""Three dated rulebooks: every read judges by the one in force, on both sides of each change."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.backtests.changes import changed
from services.reporting.domain import rulebook
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import RULEBOOKS, Rulebook, rulebook_on
from services.reporting.projections.annual_views import recount
from services.reporting.projections.rebuild import is_due, rebuild
from services.reporting.projections.rows import household_rows
from services.reporting.replays.asked import Asked
from shared.recorded import Recorded
from tests.support.facts import HOME, day, disbursed, inspected, registered, uid
from tests.support.projecting import PARTITIONS, contents
from tests.support.replays import Replays
from tests.support.reporting import Reporting
from tests.support.reviewing import reviewed

SPRING, MAY = date(2026, 3, 20), date(2026, 5, 1)
FACTS = (registered(), disbursed(day(0)))
LATER = "2027-01-01T00:00:00Z"


def book(version: int, since: date, days: int, reviews: int) -> Rulebook:
    changes = {
        "USE_CHECK_OVERDUE": {"days": days},
        "BUNCHING": {"reviews": reviews},
        "NOT_USED": {"percent": 30},
    }
    return replace(changed(RULEBOOKS[0], changes), version=version, valid_from=since)


FIRST = RULEBOOKS[0]
SECOND, THIRD = book(2, SPRING, 20, 10), book(3, MAY, 10, 12)
BOOKS = (FIRST, SECOND, THIRD)
EVE_OF_SPRING, EVE_OF_MAY = SPRING - timedelta(days=1), MAY - timedelta(days=1)

OPENED = (
    # as of, by the rules of (None: of that day), opened on
    (EVE_OF_SPRING, None, None),
    (SPRING, None, None),
    (day(20), None, None),
    (day(21), None, day(21)),
    (EVE_OF_MAY, None, day(21)),
    (MAY, None, day(11)),
    (day(30), EVE_OF_SPRING, None),
    (day(31), EVE_OF_SPRING, day(31)),
    (MAY, EVE_OF_SPRING, day(31)),
    (MAY, SPRING, day(21)),
    (MAY, EVE_OF_MAY, day(21)),
    (EVE_OF_SPRING, MAY, day(11)),
    (day(10), MAY, None),
    (day(11), MAY, day(11)),
)


def crowd(below: int) -> list[Any]:
    events: list[Any] = []
    for number in range(below):
        home, review = uid(f"reviewed {number}"), uid(f"review {number}")
        events.append(registered(date(2025, 8, 1), home=home))
        events.append(reviewed(date(2025, 10, 1), 140, home=home, review=review))
    return events


@pytest.fixture
def dated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "RULEBOOKS", BOOKS)


@pytest.mark.usefixtures("dated")
def test_each_day_has_the_rulebook_in_force_and_the_first_is_in_force_before() -> None:
    days = (date(1990, 1, 1), EVE_OF_SPRING, SPRING, EVE_OF_MAY, MAY, date.max)
    assert [rulebook_on(each).version for each in days] == [1, 1, 2, 2, 3, 3]


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_findings_are_judged_by_the_rules_of_their_day_or_of_another(reporting: Reporting) -> None:
    reporting.record(*FACTS)
    code = "USE_CHECK_OVERDUE"
    for valid_at, rules_at, opened in OPENED:
        times: dict[str, Any] = {"valid_at": str(valid_at)} | (
            {"rules_at": str(rules_at)} if rules_at else {}
        )
        expected = [str(opened)] if opened else []
        for asked in (times, times | {"known_at": LATER}):
            for path in ("/v1/findings", "/v1/stalled"):
                found = reporting.items(path, code=code, **asked)
                assert [each["opened_on"] for each in found] == expected, asked
            told = reporting.ask("/v1/areas/060/overview", None, **asked).json or {}
            assert (code in told["open_findings"]) is bool(expected), asked
        for each in found:
            (one,) = (reporting.ask(f"/v1/findings/{each['finding_id']}", None, **times).json,)
            assert (one or {})["opened_on"] == str(opened)
            assert each["rule"]["rulebook"] == rulebook_on(rules_at or valid_at).version


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_the_rules_are_told_with_the_numbers_of_a_day(reporting: Reporting) -> None:
    def days(**times: Any) -> int:
        rules = {each["code"]: each for each in reporting.items("/v1/rules", limit="100", **times)}
        found: int = rules["USE_CHECK_OVERDUE"]["parameters"]["days"]
        return found

    told = {EVE_OF_SPRING: 30, SPRING: 20, EVE_OF_MAY: 20, MAY: 10}
    assert {each: days(valid_at=str(each)) for each in told} == told
    assert {each: days(rules_at=str(each)) for each in told} == told
    books = reporting.items("/v1/rulebooks")
    assert [(each["version"], each["hash"]) for each in books] == [
        (each.version, each.digest) for each in BOOKS
    ]
    assert (reporting.ask("/v1/rulebooks/2").json or {})["hash"] == SECOND.digest


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_a_year_is_counted_by_the_rules_of_the_day_that_is_asked_about(
    reporting: Reporting,
) -> None:
    reporting.record(*crowd(11))
    assert recount(reporting.engine)
    told = {EVE_OF_SPRING: 0, SPRING: 1, EVE_OF_MAY: 1, MAY: 0}
    known: dict[str, Any]
    for known in ({}, {"known_at": LATER}):
        for name in ("valid_at", "rules_at"):
            asked: dict[date, dict[str, Any]]
            asked = {each: {name: str(each), **known} for each in told}
            found = {each: len(reporting.items("/v1/integrity", **asked[each])) for each in told}
            assert found == told


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_what_only_an_earlier_rulebook_finds_is_read_by_its_id_too(reporting: Reporting) -> None:
    unused = inspected(day(0) + timedelta(days=30), right=20_000_000)
    reporting.record(registered(), disbursed(day(0)), unused, *crowd(11))
    assert recount(reporting.engine)
    for code, on, rules in (("NOT_USED", MAY, EVE_OF_SPRING), ("BUNCHING", MAY, SPRING)):
        times: dict[str, Any] = {"valid_at": str(on), "rules_at": str(rules)}
        (found,) = reporting.items("/v1/findings", code=code, **times)
        path = f"/v1/findings/{found['finding_id']}"
        assert reporting.ask(path, None, **times).status_code == 200
        assert reporting.ask(path, None, valid_at=str(on)).status_code == 404


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_a_replay_is_judged_by_the_rules_that_it_is_asked_for(reporting: Reporting) -> None:
    reporting.record(*FACTS)
    told: list[str] = []
    for rules_at in (EVE_OF_SPRING, SPRING, EVE_OF_MAY, MAY):
        asked = Asked(source="journal", rules_at=rules_at)
        books = asked.books(MAY, THIRD)
        assert {each.version for each in books} == {rulebook_on(rules_at).version}
        found = Replays(reporting, {}).run("journal", valid_at=str(MAY), rules_at=str(rules_at))
        assert (found["equal"], found["differences"]) == (True, [])
        told.append(found["digest"])
    first, second, still, third = told
    assert second == still
    assert len({first, second, third}) == 3


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_the_views_are_those_of_the_one_in_force_and_another_one_makes_them_anew(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[Recorded] = reporting.record(*FACTS)
    rows = household_rows(fold(HOME, recorded), THIRD.up_to(date(2026, 11, 30)))
    assert rows is not None
    assert {each.opened_on for each, _ in rows.findings if each.code == "USE_CHECK_OVERDUE"} == {
        day(11)
    }
    assert rebuild(reporting.engine, PARTITIONS).switched
    before = contents(reporting.engine)
    monkeypatch.setattr(rulebook, "RULEBOOKS", (FIRST, SECOND))
    assert is_due(reporting.engine, PARTITIONS)
    outcome = rebuild(reporting.engine, PARTITIONS)
    assert (outcome.switched, outcome.equal) == (True, False)
    assert not is_due(reporting.engine, PARTITIONS)
    assert contents(reporting.engine) != before
    (found,) = reporting.items("/v1/findings", code="USE_CHECK_OVERDUE", valid_at=str(MAY))
    assert found["opened_on"] == str(day(21))


@pytest.mark.servers
@pytest.mark.usefixtures("dated")
def test_differences_between_two_rulebooks_name_what_moved(reporting: Reporting) -> None:
    reporting.record(*FACTS)
    between = {"from_valid_at": str(MAY), "to_valid_at": str(MAY), "from_rules_at": str(SPRING)}
    told = reporting.ask(f"/v1/households/{HOME}/differences", None, **between).json or {}
    moved = [each for each in told["differences"] if each["what"].startswith("findings/")]
    assert [(each["from"]["opened_on"], each["to"]["opened_on"]) for each in moved] == [
        (str(day(21)), str(day(11)))
    ]
