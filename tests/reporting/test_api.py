"""What a reader of reporting gets, by role, area and date."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.households.events import HouseholdMoved
from shared.areas import Area, Scope, commune_on
from shared.areas.tree import tree
from shared.corrections import EventCorrected
from shared.http.quarantine import OF_A_STORE, OF_NO_STORE
from shared.log.partition import partition_of
from tests.support.counter_app import bearer
from tests.support.facts import (
    DAY,
    HOME,
    LAST_MONTH,
    LOAN,
    SEALED,
    Recorder,
    applied,
    approved,
    assigned,
    classified,
    day,
    disbursed,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.projecting import PARTITIONS, drain, outgoing, projector, publish
from tests.support.reporting import INSPECTOR, Reporting

pytestmark = pytest.mark.servers
M = 1_000_000
BAC_KAN, PAC_NAM, BA_BE = ["06"], ["060"], ["061"]


def misuse(
    home: Any = HOME, loan: Any = LOAN, code: str = "01864", wrong: int = 40 * M
) -> list[Any]:
    paid = uid(f"paid of {loan}")
    return [
        registered(home=home, code=code),
        classified("poor", on=LAST_MONTH, home=home),
        applied(loan=loan, home=home),
        approved(day(-20), loan=loan, home=home, amount=100 * M),
        disbursed(paid=paid, loan=loan, home=home),
        inspected(day(5), wrong=wrong, paid=paid, loan=loan, home=home),
    ]


def test_a_misused_loan_and_a_stalled_case_appear(reporting: Reporting) -> None:
    recorded = reporting.record(*misuse(), target())
    (item,) = reporting.items("/v1/misuse")
    assert item["code"] == "WRONG_PURPOSE"
    assert (item["severity"], item["status"], item["opened_on"]) == (
        "critical",
        "open",
        str(day(5)),
    )
    assert item["household_id"] == str(HOME)
    assert item["loan_id"] == str(LOAN)
    assert item["subject"] == {"type": "disbursement", "ids": [str(uid(f"paid of {LOAN}"))]}
    assert item["evidence"] == [str(recorded[5].meta.event_id)]
    assert item["area"] == "01864"
    assert "40.000.000" in item["reason"]
    assert "TARGET_WITHOUT_SPONSOR" in reporting.codes("/v1/stalled")
    assert "WRONG_PURPOSE" not in reporting.codes("/v1/stalled")
    assert {"WRONG_PURPOSE", "TARGET_WITHOUT_SPONSOR"} <= set(reporting.codes("/v1/findings"))


def test_a_date_cuts_through_the_findings(reporting: Reporting) -> None:
    reporting.record(*misuse(), target())
    waits = "TARGET_WITHOUT_SPONSOR"
    assert reporting.codes("/v1/stalled", valid_at=str(day(30)), code=waits) == []
    assert reporting.codes("/v1/stalled", valid_at=str(day(31)), code=waits) == [waits]
    assert reporting.codes("/v1/misuse", valid_at=str(day(4)), code="WRONG_PURPOSE") == []
    assert reporting.codes("/v1/stalled", valid_at="2027-01-01", code=waits) == []
    (cleared,) = reporting.items(
        "/v1/findings", valid_at="2027-01-01", status="cleared", code=waits
    )
    assert (cleared["status"], cleared["closed_on"]) == ("cleared", "2027-01-01")


def test_what_was_known_at_an_instant_leaves_out_what_was_learned_later(
    reporting: Reporting,
) -> None:
    recorded = reporting.record(*misuse())
    before = recorded[5].meta.recorded_at - timedelta(milliseconds=1)
    assert reporting.codes("/v1/misuse", known_at=before.isoformat()) == []
    at = recorded[5].meta.recorded_at.isoformat()
    assert reporting.codes("/v1/misuse", known_at=at) == ["WRONG_PURPOSE"]


def test_a_correction_takes_a_finding_away_and_known_at_brings_it_back(
    reporting: Reporting,
) -> None:
    recorded = reporting.record(*misuse())
    check = recorded[5]
    fixed = EventCorrected(
        key=HOME,
        event_id=check.meta.event_id,
        reason=SEALED,
        fields={"wrong_purpose_amount": 0, "right_purpose_amount": 50 * M},
        occurred_on=day(20),
    )
    correction = reporting.recorder.record(fixed, source="loans", stream=check.meta.stream_id)
    reporting.feed([correction])
    assert reporting.codes("/v1/misuse") == []
    assert reporting.codes("/v1/misuse", valid_at=str(day(6))) == []
    known = check.meta.recorded_at.isoformat()
    (shown,) = reporting.items("/v1/misuse", known_at=known)
    one = reporting.ask(f"/v1/findings/{shown['finding_id']}", known_at=known)
    assert one.status_code == 200
    assert reporting.ask(f"/v1/findings/{shown['finding_id']}").status_code == 404


def test_a_finding_explains_itself(reporting: Reporting) -> None:
    reporting.record(*misuse())
    (item,) = reporting.items("/v1/misuse")
    one = reporting.ask(f"/v1/findings/{item['finding_id']}").json
    assert one is not None
    assert one["explanation"]["en"].startswith("Check of 2026-03-07: 40,000,000")
    assert one["explanation"]["vi"].startswith("Kiểm tra ngày 07/03/2026: 40.000.000")
    assert one["explanation"]["vi"].endswith(one["limit"]["vi"])
    assert "30 %" in one["limit"]["en"]
    path = f"/v1/findings/{item['finding_id']}"
    assert reporting.ask(path, None, map="nobody's").status_code == 422
    assert one["runbook"]["vi"]
    (fact,) = one["facts"]
    assert fact["type"] == "LoanUseInspected"
    assert fact["data"]["actual_use"] == "sealed"


ASKED = {"WRONG_PURPOSE", "SPONSOR_ABSENT", "USE_CHECK_OVERDUE"}
"""One of each kind of reader; other rules have more to say about the same facts."""


@pytest.mark.parametrize(
    ("role", "path", "codes"),
    [
        ("inspector", "/v1/findings", ASKED),
        ("auditor", "/v1/findings", ASKED),
        ("district_officer", "/v1/findings", ASKED),
        ("commune_officer", "/v1/findings", {"SPONSOR_ABSENT", "USE_CHECK_OVERDUE"}),
        ("commune_officer", "/v1/misuse", set()),
        ("bank_controller", "/v1/findings", {"WRONG_PURPOSE"}),
        ("union_inspector", "/v1/findings", {"USE_CHECK_OVERDUE"}),
        ("union_inspector", "/v1/misuse", None),
        ("bank_teller", "/v1/findings", None),
        ("privacy_officer", "/v1/findings", None),
        ("operator", "/v1/findings", None),
        ("bank_controller", "/v1/stalled", None),
        ("district_officer", "/v1/integrity", None),
    ],
)
def test_a_role_sees_its_own_findings_only(
    reporting: Reporting, role: str, path: str, codes: set[str] | None
) -> None:
    second = disbursed(paid=uid("unchecked"))
    reporting.record(*misuse(), second, assigned(day(-10)))
    answer = reporting.ask(path, bearer(role))
    if codes is None:
        assert (answer.status_code, answer.json["code"]) == (403, "role-missing")  # type: ignore[index]
    else:
        assert set(reporting.codes(path, bearer(role))) & ASKED == codes
        if role != "auditor":
            past = "2026-12-31T00:00:00+00:00"
            assert set(reporting.codes(path, bearer(role), known_at=past)) & ASKED == codes


def test_a_sponsor_sees_the_findings_of_their_own_assignments(reporting: Reporting) -> None:
    reporting.record(*misuse(), assigned(day(-10)))
    mine = bearer("sponsor", sponsor_id=uid("sponsor"))
    other = bearer("sponsor", sponsor_id=uid("somebody else"))
    assert reporting.codes("/v1/stalled", mine) == ["SPONSOR_ABSENT"]
    assert reporting.codes("/v1/stalled", other) == []
    assert reporting.ask("/v1/misuse", mine).status_code == 403


def test_a_finding_is_seen_from_the_area_of_its_household_only(reporting: Reporting) -> None:
    reporting.record(*misuse())
    assert reporting.codes("/v1/misuse", bearer("inspector", areas=PAC_NAM)) == ["WRONG_PURPOSE"]
    assert reporting.codes("/v1/misuse", bearer("inspector", areas=BA_BE)) == []
    (item,) = reporting.items("/v1/misuse")
    path = f"/v1/findings/{item['finding_id']}"
    assert reporting.ask(path, bearer("inspector", areas=BA_BE)).status_code == 404
    assert reporting.codes("/v1/misuse", area="061") == []
    assert reporting.codes("/v1/misuse", area="060") == ["WRONG_PURPOSE"]


def test_who_sees_nearly_the_whole_province_sees_nothing_of_the_rest(reporting: Reporting) -> None:
    # in so large an area each household is looked up by itself
    reporting.record(*misuse())
    districts = sorted(set(tree().district.values()))
    rest = [code for code in districts if code != "060"]
    assert 2 * len(Scope.of(map(Area.parse, rest)).olds) > len(tree().old)
    assert reporting.codes("/v1/misuse", bearer("inspector", areas=rest)) == []
    assert reporting.codes("/v1/misuse", bearer("inspector", areas=districts)) == ["WRONG_PURPOSE"]


def test_a_finding_about_several_households_needs_an_area_that_holds_them_all(
    reporting: Reporting,
) -> None:
    for number, code in ((1, "01864"), (2, "01906")):
        home, loan = uid(f"home {number}"), uid(f"loan {number}")
        reporting.record(
            registered(home=home, code=code),
            applied("NSVS", loan=loan, home=home),
            approved(day(-20), loan=loan, home=home),
            disbursed(paid=uid(f"p {number}"), loan=loan, home=home, account="h1:x"),
            inspected(day(1), paid=uid(f"p {number}"), loan=loan, home=home),
        )
    (item,) = reporting.items("/v1/misuse")
    assert (item["code"], item["household_id"]) == ("SHARED_PAYEE", None)
    assert len(item["household_ids"]) == 2
    assert reporting.codes("/v1/misuse", bearer("inspector", areas=PAC_NAM)) == []
    assert reporting.codes("/v1/misuse", bearer("inspector", areas=BAC_KAN)) == ["SHARED_PAYEE"]
    assert reporting.codes("/v1/misuse", area="061") == ["SHARED_PAYEE"]
    assert reporting.codes("/v1/misuse", household_id=str(uid("home 2"))) == ["SHARED_PAYEE"]


def test_open_findings_come_worst_and_oldest_first_page_by_page(reporting: Reporting) -> None:
    for number, wrong in enumerate((5 * M, 40 * M, 20 * M, 41 * M)):
        reporting.record(*misuse(uid(f"h {number}"), uid(f"l {number}"), wrong=wrong))
    whole = reporting.items("/v1/misuse")
    assert [item["severity"] for item in whole] == ["critical", "critical", "high", "medium"]
    paged: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        answer = reporting.ask("/v1/misuse", None, **query).json
        assert answer is not None
        paged += answer["items"]
        cursor = answer["next_cursor"]
    assert paged == whole
    known = "2026-12-31T00:00:00Z"
    assert [i["finding_id"] for i in reporting.items("/v1/misuse", known_at=known)] == [
        i["finding_id"] for i in whole
    ]
    assert reporting.codes("/v1/misuse", min_severity="critical") == ["WRONG_PURPOSE"] * 2


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"valid_at": "tomorrow"}, "/valid_at", "wrong-type"),
        ({"known_at": "2026-01-01"}, "/known_at", "wrong-type"),
        ({"code": "NO_SUCH_RULE"}, "/code", "not-in-list"),
        ({"status": "shut"}, "/status", "not-in-list"),
        ({"household_id": "7"}, "/household_id", "wrong-type"),
        ({"area": "999"}, "/area", "unknown-area"),
        ({"limit": "501"}, "/limit", "out-of-range"),
        ({"colour": "red"}, "/colour", "unknown-field"),
    ],
)
def test_a_wrong_parameter_is_named(
    reporting: Reporting, query: dict[str, str], pointer: str, code: str
) -> None:
    answer = reporting.ask("/v1/findings", None, **query)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [(e["pointer"], e["code"]) for e in answer.json["errors"]] == [(pointer, code)]


def test_a_reader_can_wait_for_their_own_write(reporting: Reporting) -> None:
    (recorded,) = reporting.record(registered())
    there = INSPECTOR | {"Consistency-Token": str(recorded.meta.event_id), "Prefer": "wait=5"}
    answer = reporting.ask(f"/v1/households/{HOME}", there)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait")
    missing = INSPECTOR | {"Consistency-Token": str(uid("not yet")), "Prefer": "wait=0"}
    late = reporting.ask(f"/v1/households/{HOME}", missing)
    assert (late.status_code, late.json["code"]) == (503, "not-yet-visible")  # type: ignore[index]
    assert late.headers["Retry-After"] == "1"


def test_a_dossier_says_where_a_household_stands_on_a_day(reporting: Reporting) -> None:
    reporting.record(*misuse(), target(), assigned(day(40)))
    then = reporting.ask(f"/v1/households/{HOME}", valid_at=str(DAY)).json
    assert then is not None
    assert (then["status"], then["area"], then["assignments"]) == ("poor", "01864", [])
    assert then["loans"][0]["outstanding"] == 50 * M
    now = reporting.ask(f"/v1/households/{HOME}").json
    assert now is not None
    assert now["assignments"][0]["active"]
    assert now["as_of_position"] == {"households": 3, "loans": 4, "sponsorship": 1, "reporting": 0}
    assert reporting.ask(f"/v1/households/{uid('nobody')}").status_code == 404
    early = reporting.ask(f"/v1/households/{HOME}", valid_at="2020-01-01")
    assert early.status_code == 404
    far = bearer("commune_officer", areas=BA_BE)
    assert reporting.ask(f"/v1/households/{HOME}", far).status_code == 404


def test_a_timeline_tells_everything_oldest_first_and_nothing_personal(
    reporting: Reporting,
) -> None:
    reporting.record(*misuse(), disbursed(paid=uid("p 2"), account="h1:secret"))
    who = bearer("district_officer", areas=PAC_NAM)
    items = reporting.items(f"/v1/households/{HOME}/timeline", who)
    assert [item["occurred_on"] for item in items] == sorted(i["occurred_on"] for i in items)
    assert len(items) == 7
    text = str(items)
    assert "s1:" not in text
    assert "h1:secret" not in text
    assert "h1:secret" in str(reporting.items(f"/v1/households/{HOME}/timeline"))
    first = reporting.ask(f"/v1/households/{HOME}/timeline", limit="4").json
    assert first is not None
    rest = reporting.items(
        f"/v1/households/{HOME}/timeline", limit="4", cursor=first["next_cursor"]
    )
    assert [i["event_id"] for i in (*first["items"], *rest)] == [i["event_id"] for i in items]


def test_a_household_that_moved_is_seen_by_its_new_commune(reporting: Reporting) -> None:
    commune = commune_on("01906", day(50))
    assert commune is not None
    moved = HouseholdMoved(
        household_id=HOME, commune=commune, village="x", area_type="rural", moved_on=day(50)
    )
    reporting.record(*misuse(), moved)
    old, new = bearer("inspector", areas=PAC_NAM), bearer("inspector", areas=BA_BE)
    assert reporting.codes("/v1/misuse", new) == ["WRONG_PURPOSE"]
    assert reporting.codes("/v1/misuse", old) == []
    assert reporting.codes("/v1/misuse", old, valid_at=str(day(49))) == ["WRONG_PURPOSE"]


def test_a_broken_record_is_held_shown_and_released(reporting: Reporting) -> None:
    recorder = Recorder()
    good = recorder.record(registered())
    log = reporting.log
    broken = recorder.record(classified("poor"))
    publish(log, [good])
    sent = outgoing(broken)
    log.publish([msgspec.structs.replace(sent, data=b'{"not": "it"}')])
    drain(projector(reporting.engine, log))
    operator, auditor = bearer("operator"), bearer("auditor")
    (held,) = reporting.items("/v1/quarantine", operator)
    assert (held["key"], held["records"], "reason" in held) == (str(HOME), 1, False)
    lane = partition_of(HOME, PARTITIONS)
    first = {"topic": "households.events", "partition": lane, "offset": 1, "position": 2}
    assert held["first"] == first
    told = reporting.ask(f"/v1/households/{HOME}").json or {}
    assert [(each["key"], each["records"]) for each in told["held"]] == [(str(HOME), 1)]
    told = reporting.ask(f"/v1/households/{HOME}/timeline").json or {}
    assert [set(each) for each in told["held"]] == [{"key", "held_at", "records"}]
    assert reporting.items("/v1/quarantine", auditor)[0]["reason"]
    near = reporting.ask("/v1/quarantine", bearer("inspector", areas=PAC_NAM))
    assert (near.status_code, near.json["code"]) == (403, "outside-area")  # type: ignore[index]
    path = f"/v1/quarantine/{HOME}/release"
    again = reporting.client.post(path, headers=operator)
    waits = {"key": str(HOME), "released": 0, "waiting": 1}
    assert again.json == waits | {"first": first, "remedy": OF_A_STORE}
    assert reporting.client.post(path, headers=INSPECTOR).status_code == 403
    nobody = reporting.client.post(f"/v1/quarantine/{uid('x')}/release", headers=operator)
    assert nobody.status_code == 404


def test_a_household_is_told_of_without_its_sponsor_that_waits_and_says_so(
    reporting: Reporting,
) -> None:
    reporting.record(registered(), assigned(day(-200)))
    sponsor = uid("sponsor")
    lane = partition_of(sponsor, PARTITIONS)
    reporting.log.put("sponsorship.events", lane, str(sponsor).encode(), b"hello", [])
    drain(projector(reporting.engine, reporting.log))
    told = reporting.ask(f"/v1/households/{HOME}").json or {}
    assert [each["key"] for each in told["held"]] == [str(sponsor)]
    (found,) = reporting.items("/v1/findings", code="SPONSOR_ABSENT", valid_at=str(day(0)))
    one = reporting.ask(f"/v1/findings/{found['finding_id']}", None, valid_at=str(day(0))).json
    assert [each["key"] for each in (one or {})["held"]] == [str(sponsor)]
    reporting.record(registered(home=uid("other")))
    other = reporting.ask(f"/v1/households/{uid('other')}").json or {}
    assert other["held"] == []


def test_an_operator_sets_aside_what_no_store_of_ours_has_sent(reporting: Reporting) -> None:
    log, recorder = reporting.log, Recorder()
    first = outgoing(recorder.record(registered()))
    log.publish([first])
    lane = partition_of(HOME, PARTITIONS)
    log.put(first.topic, lane, str(HOME).encode(), b"hello", [])
    last = recorder.record(classified("poor"))
    publish(log, [last])
    drain(projector(reporting.engine, log))
    operator, path = bearer("operator"), f"/v1/quarantine/{HOME}/release"
    (held,) = reporting.items("/v1/quarantine", operator)
    assert (held["records"], held["first"]["position"]) == (2, 0)
    assert held["remedy"] == OF_NO_STORE
    assert reporting.client.post(path, headers=operator).json["released"] == 0  # type: ignore[index]
    wrong = reporting.client.post(path, headers=operator, json={"set_asid": "x"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "invalid")  # type: ignore[index]
    again = reporting.client.post(path, headers=operator, json={"set_aside": "not ours"})
    assert again.json == {"key": str(HOME), "released": 1, "waiting": 0, "set_aside": 1}
    assert reporting.items("/v1/quarantine", operator) == []


def test_an_event_with_a_position_is_never_set_aside(reporting: Reporting) -> None:
    log, recorder = reporting.log, Recorder()
    sent = outgoing(recorder.record(registered()))
    log.publish([msgspec.structs.replace(sent, data=b'{"not": "it"}')])
    drain(projector(reporting.engine, log))
    path = f"/v1/quarantine/{HOME}/release"
    told = reporting.client.post(path, headers=bearer("operator"), json={"set_aside": "no"})
    assert told.json is not None
    assert (told.json["released"], told.json["waiting"], told.json["set_aside"]) == (0, 1, 0)
    assert told.json["remedy"] == OF_A_STORE


def test_the_catalogue_names_every_rule_with_its_parameters(reporting: Reporting) -> None:
    rules = {rule["code"]: rule for rule in reporting.items("/v1/rules")}
    assert rules["USE_CHECK_OVERDUE"]["parameters"] == {"days": 30}
    (book,) = reporting.items("/v1/rulebooks")
    assert reporting.ask("/v1/rulebooks/1").json == book
    assert len(book["hash"]) == 64
    assert reporting.ask("/v1/rulebooks/2").status_code == 404


def test_the_page_at_the_root_needs_no_token_and_loads_nothing_from_elsewhere(
    reporting: Reporting,
) -> None:
    page = reporting.client.get("/")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_final_is_said_once_nothing_can_still_be_on_its_way(reporting: Reporting) -> None:
    recorded = reporting.record(*misuse())
    known = recorded[0].meta.recorded_at.isoformat()
    answer = reporting.ask("/v1/findings", known_at=known).json
    assert answer is not None
    assert answer["final"] is False
    assert date.fromisoformat(answer["valid_at"]) == date(2026, 6, 1)
