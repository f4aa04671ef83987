"""Shadow rules: judged live beside the rules, seen only by inspectors who ask for them."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.reporting.detection.detect import findings
from services.reporting.domain import rulebook
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import RULEBOOKS, Shadow
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.announcing import announce
from services.reporting.projections.annual_views import recount
from services.reporting.projections.step import Projection
from shared.projector.loop import Consumer
from tests.support.counter_app import bearer
from tests.support.facts import (
    HOME,
    LAST_YEAR,
    applied,
    day,
    disbursed,
    history,
    inspected,
    registered,
    uid,
)
from tests.support.modelling import GROUP, group_formed
from tests.support.projecting import PARTITIONS, drain, publish, ruled, topics
from tests.support.reporting import Reporting
from tests.support.reviewing import reviewed
from tests.support.service_app import pointers_of

EARLY = Shadow(of="USE_CHECK_OVERDUE", name="early", parameters={"days": 20})
BOOK = replace(RULEBOOKS[-1], shadows=(EARLY,))
FACTS = (registered(), disbursed(day(0)))


def test_a_shadow_is_judged_with_its_own_numbers_and_changes_nothing_else() -> None:
    dossier = fold(HOME, history(*FACTS))
    alone, both = findings(dossier, RULEBOOKS[-1]), findings(dossier, BOOK)
    assert both[: len(alone)] == alone
    (shadow,) = both[len(alone) :]
    (rule,) = [each for each in alone if each.code == EARLY.of]
    assert (shadow.code, shadow.run.opened_on, rule.run.opened_on) == (
        "USE_CHECK_OVERDUE~early",
        day(21),
        day(31),
    )
    assert shadow.finding_id != rule.finding_id


def test_a_rulebook_with_a_shadow_is_another_one() -> None:
    assert BOOK.digest != RULEBOOKS[-1].digest
    assert BOOK.content()["shadows"] == [
        {"code": "USE_CHECK_OVERDUE~early", "shadow": True, "parameters": {"days": 20}}
    ]
    assert "shadows" not in RULEBOOKS[-1].content()


@pytest.mark.servers
def test_only_inspectors_who_ask_for_shadows_see_them(reporting: Reporting) -> None:
    projection = Projection(PARTITIONS, book=BOOK)
    publish(reporting.log, [reporting.recorder.record(each) for each in FACTS])
    lanes = range(PARTITIONS)
    drain(Consumer(reporting.engine, reporting.log, topics(), REGISTRIES, projection.step, lanes))
    announce(reporting.engine, day(90))
    on = str(day(25))

    def codes(who: dict[str, str] | None = None, path: str = "/v1/findings", **more: str) -> Any:
        found = reporting.codes(path, who, valid_at=on, **more)
        return [code for code in found if code.startswith(EARLY.of)]

    officer = bearer("district_officer")
    assert codes(shadow="true") == [EARLY.code]
    assert codes(shadow="true", code=EARLY.of) == [EARLY.code]
    assert codes(shadow="true", code="NOT_USED") == []
    assert codes() == codes(path="/v1/stalled") == codes(officer, shadow="true") == []
    (item,) = reporting.items("/v1/findings", shadow="true", valid_at=on)
    assert item["rule"]["shadow"] is True
    path = f"/v1/findings/{item['finding_id']}"
    assert reporting.ask(path, valid_at=on).status_code == 200
    assert reporting.ask(path, officer, valid_at=on).status_code == 404
    assert reporting.decide(item["finding_id"], "assign").status_code == 404
    changes = reporting.items("/v1/findings/changes")
    assert EARLY.code not in {each["finding"]["code"] for each in changes}
    overview = reporting.ask("/v1/areas/060/overview", None, valid_at=on).json
    assert overview is not None
    assert EARLY.code not in overview["open_findings"]


def crowd(below: int, code: str = "01864") -> list[Any]:
    events: list[Any] = []
    for number in range(below):
        home, review = uid(f"reviewed {number}"), uid(f"review {number}")
        events.append(registered(date(2025, 8, 1), code=code, home=home))
        events.append(reviewed(date(2025, 10, 1), 140, home=home, review=review))
    return events


def paid_to_one(loans: int, apart: int = 100) -> list[Any]:
    events: list[Any] = []
    for number in range(loans):
        home, own, paid = (uid(f"{what} {number}") for what in ("home", "loan", "paid"))
        on = day(number * apart - 250)
        events.append(registered(LAST_YEAR, home=home))
        events.append(applied(on=LAST_YEAR, loan=own, home=home, group=GROUP))
        events.append(disbursed(on, paid=paid, loan=own, home=home, account="h1:one"))
        events.append(inspected(on, wrong=9_000_000, paid=paid, loan=own, home=home))
    return events


FEW = Shadow(of="BUNCHING", name="few", parameters={"reviews": 10})
LONG = Shadow(of="SHARED_PAYEE", name="long", parameters={"within_days": 200})
SMALL = Shadow(of="GROUP_CLUSTER", name="small", parameters={"loans": 3})
BOOK_OF_ALL = replace(BOOK, shadows=(EARLY, FEW, LONG, SMALL))


@pytest.fixture
def shadowed(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> Reporting:
    """Everything found by shadows of every sort, in the views and in the feed's past."""
    monkeypatch.setattr(rulebook, "RULEBOOKS", (BOOK_OF_ALL,))
    ruled(reporting.engine)
    reporting.record(*FACTS, group_formed(LAST_YEAR), *paid_to_one(3), *crowd(10))
    assert recount(reporting.engine)
    announce(reporting.engine, day(90))
    return reporting


@pytest.mark.servers
def test_rules_about_what_is_shared_and_about_a_year_have_shadows_too(shadowed: Reporting) -> None:
    shadows = {EARLY.code, FEW.code, LONG.code, SMALL.code}
    every: tuple[dict[str, Any], ...] = ({}, {"known_at": "2027-01-01T00:00:00Z"})
    for times in every:
        seen = shadowed.codes("/v1/findings", shadow="true", limit="100", **times)
        assert set(seen) == shadows
        (few,) = shadowed.items("/v1/findings", shadow="true", code="BUNCHING", **times)
        assert (few["code"], few["subject"]["ids"]) == (FEW.code, ["01864", "2025"])
        plain = shadowed.codes("/v1/findings", limit="100", **times)
        assert not {"BUNCHING", "SHARED_PAYEE", "GROUP_CLUSTER", *shadows} & set(plain)


READERS = ("inspector", "auditor", "district_officer", "commune_officer", "bank_controller")


@pytest.mark.servers
@pytest.mark.parametrize("role", READERS)
def test_no_other_answer_has_anything_of_a_shadow(shadowed: Reporting, role: str) -> None:
    found = shadowed.items("/v1/findings", shadow="true", limit="100")
    ids = {each["finding_id"] for each in found}
    names: dict[str, object] = {
        "household_id": HOME,
        "group_id": GROUP,
        "reviewer_id": "reviewer",
        "code": "060",
    }
    names |= {"version": 1, "finding_id": found[0]["finding_id"]}
    more = "year=2025&for=060&from_valid_at=2026-03-02&to_valid_at=2026-03-28&format=csv&limit=100"
    answered = 0
    for rule in shadowed.client.application.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith("/v1"):
            continue
        path = re.sub(
            r"<(?:[^:>]*:)?([^>]*)>", lambda one: str(names.get(one[1], one[1])), rule.rule
        )
        asked = _asked(shadowed, path, more.split("&"), role)
        if asked.status_code != 200:
            continue
        answered += 1
        told = asked.get_data(as_text=True)
        if role in ("inspector", "auditor") and ("finding_id" in rule.rule or "book" in rule.rule):
            continue
        assert "~" not in told.replace("~1", ""), (rule.rule, told)
        assert not [each for each in ids if each in told], rule.rule
    assert answered >= (15 if role != "bank_controller" else 5), answered


def _asked(reporting: Reporting, path: str, query: list[str], role: str) -> TestResponse:
    """Ask with as much of a query as a path takes."""
    asked = reporting.client.get(f"{path}?{'&'.join(query)}", headers=bearer(role))
    if asked.status_code != 422:
        return asked
    wrong = {pointer.removeprefix("/") for pointer, _ in pointers_of(asked)}
    left = [each for each in query if each.partition("=")[0] not in wrong]
    return reporting.client.get(f"{path}?{'&'.join(left)}", headers=bearer(role))


@pytest.mark.servers
def test_metrics_tell_how_stale_each_view_is(reporting: Reporting) -> None:
    reporting.record(*FACTS)
    told = reporting.client.get("/metrics").text
    assert 'giamngheo_read_position_households{service="reporting"} 1.0' in told
    assert 'giamngheo_view_findings_stale_households{service="reporting"} 0.0' in told
    assert 'giamngheo_view_changes_stale{service="reporting"} 1.0' in told
    announce(reporting.engine, day(90))
    told = reporting.client.get("/metrics").text
    assert 'giamngheo_view_changes_stale{service="reporting"} 0.0' in told
