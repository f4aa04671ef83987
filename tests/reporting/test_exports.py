"""What is taken home: every event of the reader's area as hashed, and a manifest that says so."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from services.reporting.exports.manifest import Tally
from shared.codec import GENESIS, chain
from shared.recorded import Recorded
from tests.support.counter_app import bearer
from tests.support.facts import HOME, LAST_SPRING, applied, disbursed, registered, uid
from tests.support.reporting import Reporting

pytestmark = pytest.mark.servers

SCHEMA = json.loads(Path(__file__).with_name("ocel_schema.json").read_text(encoding="utf-8"))
AUDITOR = bearer("auditor")
OTHER, THIRD = uid("elsewhere"), uid("elsewhere too")
KINDS: dict[str, Callable[[str], bool]] = {
    "string": lambda _: True,
    "time": lambda value: datetime.fromisoformat(value).tzinfo is not None,
    "integer": lambda value: str(int(value)) == value,
    "boolean": lambda value: value in ("true", "false"),
}
"""The kinds of OCEL that we write, and how a value of each is spelt."""
XES = "{http://www.xes-standard.org/}"
THERE = "01891"  # a commune of 061


@pytest.fixture
def lived(reporting: Reporting) -> tuple[Reporting, list[Recorded]]:
    recorded = reporting.record(
        registered(LAST_SPRING),
        applied(on=LAST_SPRING),
        disbursed(),
        registered(LAST_SPRING, THERE, OTHER),
    )
    return reporting, recorded


def exported(reporting: Reporting, who: dict[str, str] = AUDITOR, **query: str) -> bytes:
    answer = reporting.ask("/v1/audit/export", who, **query)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def lines_of(body: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *lines, last = body.splitlines()
    return [json.loads(line) for line in lines], json.loads(last)["manifest"]


def test_every_event_comes_with_the_bytes_that_were_hashed(
    lived: tuple[Reporting, list[Recorded]],
) -> None:
    reporting, recorded = lived
    body = exported(reporting)
    lines, manifest = lines_of(body)
    assert [line["event_id"] for line in lines] == [
        str(each.meta.event_id)
        for each in sorted(recorded, key=lambda each: (each.meta.source, each.position or 0))
    ]
    first = body.splitlines()[0]
    meta, _, rest = first.partition(b',"data":')
    data = rest.rpartition(b',"hash":')[0]
    assert chain(GENESIS, meta + b"}", data).hex() == lines[0]["hash"]
    assert manifest["events"] == len(recorded)
    assert manifest["sources"]["households"]["last_position"] == 2
    before, _, _ = body[:-1].rpartition(b"\n")
    assert manifest["sha256"] == hashlib.sha256(before + b"\n").hexdigest()
    assert manifest["bytes"] == len(before) + 1
    assert manifest["checkpoints"] == {}


def test_the_manifest_carries_the_checkpoints_that_reporting_agrees_with() -> None:
    tally = Tally({}, {"loans": 7}, {"loans": "a signed note"})
    assert tally.manifest()["checkpoints"] == {"loans": "a signed note"}


def test_an_export_holds_nothing_outside_the_area(
    lived: tuple[Reporting, list[Recorded]],
) -> None:
    reporting, _ = lived
    lines, manifest = lines_of(exported(reporting, bearer("auditor", areas=["060"])))
    assert {line["key"] for line in lines} == {str(HOME)}
    assert manifest["events"] == 3
    elsewhere = bearer("inspector", areas=["061"])
    assert str(HOME) not in exported(reporting, elsewhere, format="ocel").decode()
    assert [item["key"] for item in reporting.items("/v1/audit/events", elsewhere)] == [str(OTHER)]


def test_filters_name_a_household_types_and_dates(lived: tuple[Reporting, list[Recorded]]) -> None:
    reporting, _ = lived
    loans = {"household_id": str(HOME), "type": "LoanApplied,LoanDisbursed"}
    lines, _ = lines_of(exported(reporting, AUDITOR, **loans))
    assert [line["type"] for line in lines] == ["LoanApplied", "LoanDisbursed"]
    late = reporting.items("/v1/audit/events", AUDITOR, **{"from": "2026-01-01"})
    assert [line["type"] for line in late] == ["LoanDisbursed"]
    early = reporting.items("/v1/audit/events", AUDITOR, to=LAST_SPRING.isoformat(), limit="2")
    assert len(early) == 2
    refused = reporting.ask("/v1/audit/export", AUDITOR, type="Nothing")
    assert refused.json["errors"][0]["pointer"] == "/type"  # type: ignore[index] # a problem


def test_the_list_goes_on_from_its_cursor(lived: tuple[Reporting, list[Recorded]]) -> None:
    reporting, recorded = lived
    first = reporting.ask("/v1/audit/events", AUDITOR, limit="3").json
    assert first is not None
    rest = reporting.items("/v1/audit/events", AUDITOR, limit="3", cursor=first["next_cursor"])
    found = [line["event_id"] for line in (*first["items"], *rest)]
    assert sorted(found) == sorted(str(each.meta.event_id) for each in recorded)


def test_the_object_log_is_what_the_standard_says(lived: tuple[Reporting, list[Recorded]]) -> None:
    reporting, recorded = lived
    body = exported(reporting, format="ocel")
    log = json.loads(body)
    assert list(jsonschema_rs.validator_for(SCHEMA).iter_errors(log)) == []
    assert len(log["events"]) == len(recorded)
    objects = {each["id"]: each["type"] for each in log["objects"]}
    assert objects[str(HOME)] == "household"
    assert len(objects) == len(log["objects"])
    assert len({each["id"] for each in log["events"]}) == len(log["events"])
    related = [
        (each["id"], of["objectId"], of["qualifier"])
        for each in log["events"]
        for of in each["relationships"]
    ]
    assert len(set(related)) == len(related)
    assert {of for _, of, _ in related} == set(objects)
    declared = {
        each["name"]: {of["name"]: of["type"] for of in each["attributes"]}
        for each in log["eventTypes"]
    }
    assert len(declared) == len(log["eventTypes"])
    for each in log["events"]:
        for of in each["attributes"]:
            assert KINDS[declared[each["type"]][of["name"]]](of["value"]), of
    assert {each["name"] for each in log["objectTypes"]} == set(objects.values())
    before, _, _ = body.rpartition(b',"manifest":')
    assert log["manifest"]["sha256"] == hashlib.sha256(before).hexdigest()
    assert b"s1:" not in body


def test_the_case_log_has_a_trace_for_each_household_and_nothing_sealed(
    lived: tuple[Reporting, list[Recorded]],
) -> None:
    reporting, recorded = lived
    awkward = "Nà <Lẹng> & 'Bản' \"--\" \uffff"
    recorded += reporting.record(replace(registered(LAST_SPRING, THERE, THIRD), village=awkward))
    body = exported(reporting, format="xes")
    log = ET.fromstring(body)  # noqa: S314 - what our own service has written
    traces = {
        named(trace)["concept:name"]: [named(event) for event in trace.iter(f"{XES}event")]
        for trace in log.iter(f"{XES}trace")
    }
    assert {key: len(events) for key, events in traces.items()} == {
        str(HOME): 3,
        str(OTHER): 1,
        str(THIRD): 1,
    }
    told = [event["concept:name"] for event in traces[str(HOME)]]
    assert told[0] == "households.HouseholdRegistered"
    assert told[-1] == "loans.LoanDisbursed"
    assert traces[str(THIRD)][0]["data.village"] == awkward.replace("\uffff", "\ufffd")
    assert {event["identity:id"] for events in traces.values() for event in events} == {
        str(each.meta.event_id) for each in recorded
    }
    before, _, said = body.rpartition(b"<!-- manifest ")
    manifest = json.loads(said.removesuffix(b" -->\n"))
    assert manifest["sha256"] == hashlib.sha256(before).hexdigest()
    assert manifest["events"] == len(recorded)
    assert manifest["sources"]["households"]["first_position"] == 1
    assert b"s1:" not in body


def test_the_case_log_of_an_area_is_cut_into_pages_and_left_whole(
    lived: tuple[Reporting, list[Recorded]], monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting, _ = lived
    whole = exported(reporting, format="xes")
    monkeypatch.setattr("services.reporting.exports.reading.PAGE", 2)
    assert exported(reporting, format="xes") == whole
    inside = exported(reporting, bearer("auditor", areas=["060"]), format="xes")
    assert str(OTHER).encode() not in inside
    assert inside.count(b"<event>") == 3


def named(element: ET.Element) -> dict[str, str]:
    """Give what stands directly below an element, by its key."""
    return {each.attrib["key"]: each.attrib["value"] for each in element if "key" in each.attrib}


def test_taking_home_is_on_record_before_anything_leaves(
    lived: tuple[Reporting, list[Recorded]],
) -> None:
    reporting, _ = lived
    exported(reporting)
    reporting.ask("/v1/findings/export", bearer("inspector"))
    reporting.items("/v1/audit/events", AUDITOR)
    entries = reporting.items("/v1/access-log", AUDITOR, household_id=str(HOME))
    kinds = [entry["kind"] for entry in entries[-3:]]
    assert kinds == ["export ndjson", "findings export", "raw events"]


def test_without_its_record_an_export_is_refused(
    lived: tuple[Reporting, list[Recorded]],
) -> None:
    reporting, _ = lived
    with reporting.engine.begin() as connection:
        connection.execute(text("ALTER TABLE access_log RENAME TO access_log_lost"))
    try:
        assert reporting.ask("/v1/audit/export", AUDITOR).status_code >= 500
    finally:
        with reporting.engine.begin() as connection:
            connection.execute(text("ALTER TABLE access_log_lost RENAME TO access_log"))


def test_findings_come_as_the_sheet_of_their_list(lived: tuple[Reporting, list[Recorded]]) -> None:
    reporting, _ = lived
    asked = {"household_id": str(HOME), "valid_at": "2026-05-01"}
    listed = reporting.items("/v1/findings", None, **asked)
    answer = reporting.ask("/v1/findings/export", None, **asked)
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "Mã quy tắc / Rule"
    assert [row[0] for row in rows[1:]] == [item["code"] for item in listed]
    assert listed
    known = reporting.ask(
        "/v1/findings/export", None, **asked, known_at="2026-05-01T00:00:00Z", format="csv"
    )
    assert len(known.data.decode("utf-8-sig").splitlines()) == len(listed) + 1
