"""Findings as people's work: what may be decided, by whom, and what is seen of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.reporting.app import SERVICE
from services.reporting.projections.rebuild import rebuild
from shared.corrections import EventCorrected
from shared.store.postgres import PostgresStore
from tests.support import servers
from tests.support.counter_app import bearer
from tests.support.facts import LAST_YEAR, assigned, day, disbursed, inspected, registered, uid
from tests.support.projecting import PARTITIONS, contents, database, digest
from tests.support.reporting import Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

JUDGE = bearer("inspector", sub="judge")
TODAY = "2026-06-01"
FOUND = day(20)


@pytest.fixture(scope="module")
def desk(postgres_server: PostgresServer) -> Iterator[Reporting]:
    """Reporting with a store of its own; every test has households of its own."""
    with servers.fresh_database(postgres_server) as url:
        engine = database(url)
        yield Reporting.over(engine, PostgresStore(engine, SERVICE.registry))
        engine.dispose()


def misuse(desk: Reporting, name: str) -> tuple[str, UUID]:
    """Let a household spend its loan on something else; give the finding and the household."""
    home, loan, paid = uid(name), uid(f"loan {name}"), uid(f"paid {name}")
    desk.record(
        registered(LAST_YEAR, home=home),
        disbursed(loan=loan, home=home, paid=paid),
        inspected(FOUND, wrong=50_000_000, loan=loan, home=home, paid=paid),
    )
    (shown,) = desk.items("/v1/misuse", household_id=str(home), code="WRONG_PURPOSE")
    return str(shown["finding_id"]), home


def one(desk: Reporting, finding: str, **query: str) -> dict[str, Any]:
    answer = desk.ask(f"/v1/findings/{finding}", None, **query)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return dict(answer.json)


def refused(answer: Any) -> tuple[int, str]:
    document = answer.json
    return answer.status_code, document["errors"][0]["code"] if "errors" in document else document[
        "code"
    ]


def test_a_finding_goes_from_hand_to_hand_until_it_is_set_right(desk: Reporting) -> None:
    finding, home = misuse(desk, "hand to hand")
    clerk = bearer("commune_officer", sub="clerk", areas=["060"])

    def stands() -> str:
        return str(one(desk, finding)["status"])

    assert desk.ask(f"/v1/findings/{finding}", clerk).status_code == 404
    assert desk.decide(finding, "assign", assignee="worker").status_code == 201
    assert stands() == "assigned"
    assert desk.decide(finding, "request_explanation").status_code == 201
    assert (stands(), one(desk, finding)["explain_by"]) == ("explaining", "2026-06-16")
    pending = desk.decide(finding, "confirm", JUDGE)
    assert refused(pending) == (409, "explanation-pending")
    assert "đến hết ngày 16/06/2026; hãy xác nhận" in pending.text
    assert "until the end of 2026-06-16; confirm once" in pending.text
    assert desk.decide(finding, "explain", clerk, note="đã mua phân bón").status_code == 201
    assert stands() == "assigned"
    assert desk.decide(finding, "confirm", JUDGE).status_code == 201
    assert stands() == "confirmed"
    assert desk.ask(f"/v1/findings/{finding}", clerk).status_code == 200
    assert refused(desk.decide(finding, "dismiss", JUDGE)) == (409, "already-confirmed")
    assert desk.decide(finding, "remedy").status_code == 201
    assert stands() == "remedied"
    assert desk.codes("/v1/misuse", household_id=str(home), code="WRONG_PURPOSE") == []
    assert refused(desk.decide(finding, "assign")) == (409, "not-open")
    assert desk.decide(finding, "reopen").status_code == 201
    assert stands() == "assigned"
    history = one(desk, finding)["decisions"]
    assert [each["decision"] for each in history] == [
        *("assign", "request_explanation", "explain", "confirm", "remedy", "reopen")
    ]
    assert history[2]["note"] == "đã mua phân bón"
    watcher = bearer("privacy_officer", sub="watcher", areas=["060"])
    log = desk.ask("/v1/access-log", watcher, household_id=str(home)).json
    assert log is not None
    assert "finding" in {entry["kind"] for entry in log["items"]}
    held = desk.ask(f"/v1/households/{home}/personal-data", watcher)
    assert "đã mua phân bón" in held.text
    assert desk.ask(f"/v1/findings/{finding}", clerk).status_code == 404


def test_who_works_it_or_had_a_hand_in_it_does_not_conclude(desk: Reporting) -> None:
    finding, home = misuse(desk, "four eyes")
    assert refused(desk.decide(finding, "confirm", JUDGE)) == (409, "not-assigned")
    desk.decide(finding, "assign", assignee="worker")
    for decision in ("confirm", "dismiss"):
        for who in (
            bearer("inspector", sub="worker"),
            bearer("inspector", sub="tester"),
            bearer("inspector", sub="inspector"),
            bearer("inspector", sub="judge", related=[home]),
        ):
            assert refused(desk.decide(finding, decision, who)) == (409, "four-eyes")
    assert desk.decide(finding, "dismiss", JUDGE).status_code == 201
    assert one(desk, finding)["closed_on"] == TODAY


def test_only_inspectors_decide_and_only_in_their_area(desk: Reporting) -> None:
    finding, _ = misuse(desk, "areas")
    officer = bearer("district_officer", areas=["060"])
    assert refused(desk.decide(finding, "assign", officer)) == (403, "role-missing")
    far = bearer("inspector", areas=["061"])
    assert refused(desk.decide(finding, "assign", far)) == (404, "not-found")
    assert refused(desk.decide(str(uid("none")), "assign")) == (404, "not-found")
    helper = bearer("sponsor", sponsor_id=uid("sponsor"))
    assert refused(desk.decide(finding, "explain", helper)) == (404, "not-found")


@pytest.mark.parametrize(
    ("days", "outcome"), [(90, None), (91, (409, "snooze-too-long")), (-1, (422, "out-of-order"))]
)
def test_a_snooze_ends_within_ninety_days(
    desk: Reporting, days: int, outcome: tuple[int, str] | None
) -> None:
    finding, home = misuse(desk, f"snooze {days}")
    until = FOUND + timedelta(days=days)
    answer = desk.decide(finding, "snooze", until=str(until), occurred_on=str(FOUND))
    if outcome is not None:
        assert refused(answer) == outcome
        return
    only = {"household_id": str(home), "code": "WRONG_PURPOSE"}
    assert desk.codes("/v1/misuse", None, **only, valid_at=str(until)) == []
    (listed,) = desk.items("/v1/findings", None, **only, valid_at=str(until))
    assert (listed["status"], listed["snoozed_until"]) == ("open", str(until))
    later = str(until + timedelta(days=1))
    assert desk.codes("/v1/misuse", None, **only, valid_at=later) == ["WRONG_PURPOSE"]


def test_a_snooze_says_until_when_and_a_decision_is_not_before_the_finding(
    desk: Reporting,
) -> None:
    finding, _ = misuse(desk, "bodies")
    assert refused(desk.decide(finding, "snooze")) == (422, "required")
    early = str(FOUND - timedelta(days=1))
    assert refused(desk.decide(finding, "assign", occurred_on=early)) == (422, "out-of-order")
    assert refused(desk.decide(finding, "forget")) == (422, "not-in-list")
    assert desk.decide(finding, "request_explanation", until="2026-05-31").status_code == 422
    assert refused(desk.decide(finding, "reopen")) == (409, "not-concluded")


def test_what_cleared_by_itself_keeps_its_history(desk: Reporting) -> None:
    finding, home = misuse(desk, "cleared")
    desk.decide(finding, "assign", occurred_on=str(day(25)))
    loan, paid = uid("loan cleared"), uid("paid cleared")
    desk.record(inspected(day(30), loan=loan, home=home, paid=paid))
    shown = one(desk, finding)
    assert (shown["status"], shown["closed_on"]) == ("cleared", str(day(30)))
    assert [each["decision"] for each in shown["decisions"]] == ["assign"]
    assert one(desk, finding, valid_at=str(day(29)))["status"] == "assigned"
    assert one(desk, finding, valid_at=str(day(24)))["status"] == "open"
    assert refused(desk.decide(finding, "confirm", JUDGE)) == (409, "not-open")


def test_what_lost_its_ground_stays_as_retracted_if_it_was_decided_on(desk: Reporting) -> None:
    finding, home = misuse(desk, "retracted")
    desk.decide(finding, "assign", occurred_on=str(day(25)))
    stream = f"loan-{uid('loan retracted')}"
    correction = EventCorrected(
        key=home,
        event_id=UUID(one(desk, finding)["evidence"][-1]),
        reason="s1:none",
        annul=True,
        occurred_on=day(60),
    )
    desk.feed([desk.recorder.record(correction, source="loans", stream=stream)])
    # it was recorded that day: the recorder's clock begins with the year
    shown = one(desk, finding)
    assert (shown["status"], shown["closed_on"]) == ("retracted", "2026-01-01")
    assert [each["decision"] for each in shown["decisions"]] == ["assign"]
    only = {"household_id": str(home)}
    assert "WRONG_PURPOSE" not in desk.codes("/v1/findings", None, **only)
    assert desk.codes("/v1/findings", None, **only, status="retracted") == ["WRONG_PURPOSE"]


def test_what_households_share_is_decided_on_once_for_all(desk: Reporting) -> None:
    homes = [uid("sharing one"), uid("sharing two")]
    for home in homes:
        loan, paid = uid(f"loan {home}"), uid(f"paid {home}")
        desk.record(
            registered(LAST_YEAR, home=home),
            disbursed(loan=loan, home=home, paid=paid, account="h1:shared"),
        )
    (shown,) = desk.items("/v1/misuse", household_id=str(homes[0]), code="SHARED_PAYEE")
    finding = shown["finding_id"]
    assert desk.decide(finding, "assign", assignee="worker").status_code == 201
    assert desk.decide(finding, "dismiss", JUDGE).status_code == 201
    assert one(desk, finding)["status"] == "dismissed"
    event = one(desk, finding)["evidence"][-1]
    live = desk.items("/v1/findings", household_id=str(homes[0]))
    past = desk.items("/v1/findings", household_id=str(homes[0]), known_at="2027-01-01T00:00:00Z")
    assert live == past
    taken = [
        EventCorrected(
            key=homes[1],
            event_id=UUID(event),
            reason="s1:none",
            annul=True,
            occurred_on=day(60),
        )
    ]
    stream = f"loan-{uid(f'loan {homes[1]}')}"
    desk.feed([desk.recorder.record(each, source="loans", stream=stream) for each in taken])
    assert (one(desk, finding)["status"], one(desk, finding)["closed_on"]) == (
        "retracted",
        "2026-01-01",
    )


def test_what_follows_from_a_decision_on_what_households_share(desk: Reporting) -> None:
    homes = sorted((uid("following one"), uid("following two")))
    for home in homes:
        loan, paid = uid(f"loan {home}"), uid(f"paid {home}")
        desk.record(
            registered(LAST_YEAR, home=home),
            disbursed(loan=loan, home=home, paid=paid, account="h1:following"),
        )
    (shown,) = desk.items("/v1/misuse", household_id=str(homes[0]), code="SHARED_PAYEE")
    finding = shown["finding_id"]
    on, until = str(day(20)), str(day(30))
    asked = desk.decide(finding, "request_explanation", occurred_on=on, until=until)
    assert asked.status_code == 201
    assert desk.decide(finding, "assign", assignee="worker", occurred_on=on).status_code == 201

    def stalled(code: str, on: date, path: str = "/v1/stalled", **query: str) -> Any:
        home = str(homes[0])
        return desk.items(path, None, household_id=home, code=code, valid_at=str(on), **query)

    assert stalled("FINDING_UNANSWERED", day(30)) == []
    (late,) = stalled("FINDING_UNANSWERED", day(31))
    assert late["household_ids"] == [str(home) for home in homes]
    assert late["subject"] == {"type": "finding", "ids": [finding]}
    assert [each["type"] for each in one(desk, late["finding_id"])["facts"]] == [
        "ExplanationRequested"
    ]
    then = {"path": "/v1/findings", "known_at": "2027-01-01T00:00:00Z"}
    assert stalled("FINDING_UNANSWERED", day(31), **then) == [late]
    assert desk.decide(finding, "confirm", JUDGE, occurred_on=str(day(40))).status_code == 201
    assert stalled("MISUSE_UNWORKED", day(55)) == []
    (unworked,) = stalled("MISUSE_UNWORKED", day(56))
    assert unworked["opened_on"] == str(day(56))


def test_an_officer_learns_nothing_of_what_was_asked_about_an_unconfirmed_misuse(
    desk: Reporting,
) -> None:
    finding, home = misuse(desk, "asked in silence")
    asked = desk.decide(finding, "request_explanation", occurred_on=str(FOUND), until=str(day(25)))
    assert asked.status_code == 201
    (late,) = desk.items("/v1/stalled", household_id=str(home), code="FINDING_UNANSWERED")
    path = f"/v1/findings/{late['finding_id']}"
    clerk = bearer("commune_officer", sub="clerk", areas=["060"])
    inspector, officer = desk.ask(path).json, desk.ask(path, clerk).json
    assert inspector is not None
    assert officer is not None
    assert [each["type"] for each in inspector["facts"]] == ["ExplanationRequested"]
    assert officer["facts"] == []
    timeline = desk.items(f"/v1/households/{home}/timeline", clerk)
    assert "ExplanationRequested" not in {each["type"] for each in timeline}


def test_a_worklist_is_a_persons_an_areas_or_a_sponsors(desk: Reporting) -> None:
    finding, home = misuse(desk, "worklist")
    desk.record(assigned(day(30), every=90, home=home, help_=uid("help worklist")))
    desk.decide(finding, "assign", assignee="busy")

    def listed(who: dict[str, str] | None = None, **query: str) -> list[tuple[str, str]]:
        return [
            (each["when"], each["code"])
            for each in desk.items("/v1/worklist", who, limit="500", **query)
            if str(home) in each["household_ids"]
        ]

    assert listed(bearer("inspector", sub="busy")) == [("overdue", "WRONG_PURPOSE")]
    assert listed(None, **{"for": "busy"}) == [("overdue", "WRONG_PURPOSE")]
    assert ("overdue", "WRONG_PURPOSE") in listed(None, **{"for": "060"})
    assert listed(None, **{"for": "061"}) == []
    sponsors = {"for": f"sponsor:{uid('sponsor')}"}
    # 90 days after the start it is due; it opens the day after
    assert listed(None, **sponsors, valid_at=str(day(121 - 31))) == []
    assert listed(None, **sponsors, valid_at=str(day(121 - 30))) == [("soon", "SPONSOR_ABSENT")]
    assert listed(None, **sponsors, valid_at=str(day(121 - 7))) == [("due", "SPONSOR_ABSENT")]
    assert listed(None, **sponsors, valid_at=str(day(121))) == [("overdue", "SPONSOR_ABSENT")]
    assert desk.ask("/v1/worklist", None, **{"for": "sponsor:x"}).status_code == 422
    assert desk.ask("/v1/worklist", None, **{"for": "999"}).status_code == 422


def test_a_rebuild_gives_the_same_work(desk: Reporting) -> None:
    before = (digest(desk.engine), contents(desk.engine))
    assert rebuild(desk.engine, PARTITIONS).equal
    assert (digest(desk.engine), contents(desk.engine)) == before
