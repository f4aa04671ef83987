"""Back-tests over HTTP and in the worker: what another rulebook would have shown, and to whom."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from services.reporting.events import REGISTRY
from services.reporting.jobs.worker import turn
from shared.areas import Area, Commune, Scope, places
from shared.store.postgres import PostgresStore
from tests.support.counter_app import bearer
from tests.support.facts import HOME, assigned, day, disbursed, inspected, registered, uid
from tests.support.jobs import work_off
from tests.support.reporting import INSPECTOR, Reporting
from tests.support.reviewing import reviewed
from tests.support.service_app import code_of, pointers_of

pytestmark = pytest.mark.servers

AUDITOR = bearer("auditor")
OTHER = uid("other household")
M = 1_000_000


@pytest.fixture(autouse=True)
def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE jobs, job_parts"))


def body(changes: Any, **more: str) -> dict[str, Any]:
    return {"rulebook_changes": changes, "from": "2026-01-01", "to": "2026-05-31"} | more


def asked(reporting: Reporting, changes: Any, who: dict[str, str] = INSPECTOR, **more: str) -> Any:
    answer = reporting.client.post("/v1/backtests", json=body(changes, **more), headers=who)
    assert answer.status_code == 202, answer.text
    work_off(reporting.engine)
    found = reporting.ask(answer.headers["Location"], who)
    assert found.status_code == 200, found.text
    document = found.get_json()
    assert document["status"] == "done", document
    return document


def recorded_in_spring(reporting: Reporting, *events: Any) -> None:
    """Let facts happen that are recorded on the days on which they are true."""
    for event in events:
        on = getattr(event, "starts_on", None) or event.disbursed_on
        reporting.recorder.now = max(
            reporting.recorder.now, datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        )
        reporting.record(event)


def test_a_longer_clock_loses_what_was_ended_in_time_and_shows_the_rest_later(
    reporting: Reporting,
) -> None:
    reporting.record(registered(), registered(home=OTHER))
    recorded_in_spring(reporting, disbursed(day(0)), assigned(day(0)))
    found = asked(reporting, {"USE_CHECK_OVERDUE": {"days": 40}})
    (moved,) = found["later"]
    assert (moved["code"], moved["days_earlier"]) == ("USE_CHECK_OVERDUE", -10)
    assert moved["before"]["seen_on"] == day(31).isoformat()
    assert moved["after"]["seen_on"] == day(41).isoformat()
    assert found["households"] == 2
    assert found["counts"]["USE_CHECK_OVERDUE"]["later"] == 1
    assert (found["gained"], found["lost"], found["earlier"]) == ([], [], [])


def test_a_shorter_clock_gains_what_was_ended_in_time_before(reporting: Reporting) -> None:
    reporting.record(registered())
    recorded_in_spring(reporting, disbursed(day(0)))
    reporting.recorder.now = datetime(2026, 3, 27, 2, tzinfo=UTC)
    reporting.record(inspected(day(25), wrong=0))
    found = asked(reporting, {"USE_CHECK_OVERDUE": {"days": 10}})
    (gained,) = found["gained"]
    assert (gained["before"], gained["after"]["seen_on"]) == (None, day(11).isoformat())
    assert gained["reason"]["vi"]
    back = asked(reporting, {"USE_CHECK_OVERDUE": {"days": 60}})
    assert back["lost"] == []


def test_shared_payees_are_judged_from_all_who_share_them(reporting: Reporting) -> None:
    reporting.record(registered(), registered(home=OTHER))
    for number, home in enumerate((HOME, OTHER)):
        recorded_in_spring(
            reporting,
            disbursed(
                day(number * 40),
                paid=uid(f"paid {number}"),
                loan=uid(f"loan {number}"),
                home=home,
                account="h1:one",
            ),
        )
    found = asked(reporting, {"SHARED_PAYEE": {"within_days": 30}})
    assert [(each["code"], each["after"]) for each in found["lost"]] == [("SHARED_PAYEE", None)]
    narrow = asked(
        reporting, {"SHARED_PAYEE": {"within_days": 30}}, bearer("inspector", areas=["061"])
    )
    assert (narrow["lost"], narrow["households"]) == ([], 0)


def crowd(code: str, below: int, above: int) -> list[Any]:
    events: list[Any] = []
    for number, b1 in enumerate([140] * below + [141] * above):
        home, review = uid(f"{code} home {number}"), uid(f"{code} review {number}")
        events.append(registered(date(2025, 8, 1), code=code, home=home))
        events.append(reviewed(date(2025, 10, 1), b1, home=home, review=review))
    return events


def test_a_year_is_counted_over_all_communes_and_told_where_it_is(reporting: Reporting) -> None:
    # p = 0.0059 is little enough among nine communes with 6 % false ones, and not with 5 %
    here = Scope.of([Area.parse("060")])
    turn = date(2025, 12, 15)
    communes = [
        Commune(each.code, each.valid_from) for each in places(turn) if each.level == "commune"
    ]
    calm = [each.code for each in communes if not here.covers(each, turn)][:8]
    reporting.recorder.now = datetime(2025, 11, 2, tzinfo=UTC)
    for code in calm:
        reporting.record(*crowd(code, 5, 15))
    reporting.record(*crowd("01864", 16, 4))
    changes = {"BUNCHING": {"false_percent": 6}}
    days = {"from": "2025-11-01", "to": "2026-02-01"}
    for who, households in ((INSPECTOR, 180), (bearer("inspector", areas=["060"]), 20)):
        found = asked(reporting, changes, who, **days)
        (gained,) = found["gained"]
        assert (gained["code"], gained["year"]) == ("BUNCHING", 2025)
        assert gained["subject"] == {"type": "commune_year", "ids": ["01864", "2025"]}
        assert gained["after"]["seen_on"] == "2025-12-15"
        assert gained["reason"]["vi"].startswith("Xã 01864 năm 2")
        assert found["households"] == households
        assert found["progress"]["done"] == found["progress"]["total"] == 360
    elsewhere = asked(reporting, changes, bearer("inspector", areas=["061"]), **days)
    assert elsewhere["gained"] == []


def test_while_a_year_is_judged_it_goes_forward_and_can_be_cancelled(reporting: Reporting) -> None:
    reporting.recorder.now = datetime(2025, 12, 20, tzinfo=UTC)
    reporting.record(*crowd("01864", 16, 4))
    for number in range(3):
        home, review = uid(f"late {number}"), uid(f"late review {number}")
        scored = reviewed(date(2025, 10, 1), 140, home=home, review=review)
        reporting.recorder.now = datetime(2026, 1, 2 + number, tzinfo=UTC)
        reporting.record(registered(date(2025, 8, 1), home=home), scored)
    changes = {"BUNCHING": {"reviews": 10}}
    days = {"from": "2025-11-01", "to": "2026-02-01"}
    sent = reporting.client.post("/v1/backtests", json=body(changes, **days), headers=INSPECTOR)
    path, steps = sent.headers["Location"], list[int]()

    def stopping() -> bool:
        steps.append(reporting.ask(path).get_json()["progress"]["done"])
        return steps[-1] > 30

    assert not turn(reporting.engine, stopping)
    assert steps == sorted(steps)
    assert steps[0] <= 23
    assert 30 < steps[-1] < 46
    assert reporting.ask(path).get_json()["status"] == "running"
    reporting.client.post(f"{path}/cancellation", headers=INSPECTOR)
    assert turn(reporting.engine, lambda: False)
    assert reporting.ask(path).get_json()["status"] == "cancelled"


def test_of_what_was_confirmed_it_tells_how_much_earlier(engine: Engine) -> None:
    reporting = Reporting.over(engine, PostgresStore(engine, REGISTRY))
    reporting.record(registered())
    recorded_in_spring(reporting, disbursed(day(0)))
    (item,) = reporting.items("/v1/findings", code="USE_CHECK_OVERDUE")
    finding = item["finding_id"]
    on = day(60).isoformat()
    assert (
        reporting.decide(finding, "assign", assignee="somebody", occurred_on=on).status_code == 201
    )
    assert (
        reporting.decide(
            finding, "confirm", bearer("inspector", sub="else"), occurred_on=on
        ).status_code
        == 201
    )
    found = asked(reporting, {"USE_CHECK_OVERDUE": {"days": 20}}, to="2026-06-01")
    (item,) = found["confirmed"]["items"]
    assert (item["days_earlier"], found["confirmed"]["earlier"]) == (10, 1)
    assert (item["confirmed_on"], item["days_before_confirmation"]) == (day(60).isoformat(), 39)
    longer = asked(reporting, {"USE_CHECK_OVERDUE": {"days": 120}}, to="2026-06-01")
    assert (longer["confirmed"]["lost"], longer["confirmed"]["earlier"]) == (1, 0)


def test_only_inspectors_and_auditors_ask_and_only_within_their_area(reporting: Reporting) -> None:
    changes = {"USE_CHECK_OVERDUE": {"days": 10}}

    def code(who: dict[str, str], **more: str) -> tuple[int, str]:
        sent = body(changes, **more)
        return code_of(reporting.client.post("/v1/backtests", json=sent, headers=who))

    assert code(bearer("district_officer")) == (403, "role-missing")
    assert code(bearer("auditor", areas=["060"]), area="061") == (403, "outside-area")
    mine = reporting.client.post("/v1/backtests", json=body(changes), headers=AUDITOR)
    path = mine.headers["Location"]
    assert code_of(reporting.ask(path, bearer("inspector", areas=["060"]))) == (404, "not-found")
    answer = reporting.client.post(f"{path}/cancellation", headers=INSPECTOR)
    assert (answer.status_code, answer.get_json()["status"]) == (200, "cancelled")
    again = reporting.client.post(f"{path}/cancellation", headers=INSPECTOR)
    assert (again.status_code, again.get_json()["status"]) == (200, "cancelled")


def test_the_same_key_asks_once(reporting: Reporting) -> None:
    def ask(days: int) -> Any:
        sent = body({"USE_CHECK_OVERDUE": {"days": days}})
        return reporting.client.post(
            "/v1/backtests", json=sent, headers=INSPECTOR | {"Idempotency-Key": "one"}
        )

    first, again, other = ask(10), ask(10), ask(11)
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert code_of(other) == (422, "idempotency-key-reused")


def test_what_cannot_be_right_is_named(reporting: Reporting) -> None:
    def errors(changes: Any, **more: str) -> list[tuple[str, str]]:
        sent = body(changes, **more)
        return pointers_of(reporting.client.post("/v1/backtests", json=sent, headers=INSPECTOR))

    at = "/rulebook_changes"
    assert errors({}) == [(at, "wrong-type")]
    assert errors({"NO_RULE": {"days": 1}}) == [(f"{at}/NO_RULE", "not-in-list")]
    known = {"USE_CHECK_OVERDUE": {"days": 10}}
    assert errors(known, to="2026-06-02") == [("/to", "in-future")]
    assert errors(known, to="2025-12-31") == [("/from", "out-of-order")]
    assert errors(known, area="999") == [("/area", "unknown-area")]
    assert errors({"USE_CHECK_OVERDUE": {"weeks": 1}}) == [
        (f"{at}/USE_CHECK_OVERDUE/weeks", "unknown-field")
    ]
