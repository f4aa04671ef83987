from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from services.households.events import PersonalDataErased
from services.loans.app import SERVICE
from services.reporting.events import (
    FindingConfirmed,
    FindingDismissed,
    FindingReopened,
)
from shared.log.headers import record_of
from shared.mover.sequencer import Sequencer
from shared.projector import quarantine
from shared.recorded import Recorded
from shared.run import rebuild
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from tests.support.bank import MILLION, Counter, code, lent, somebody
from tests.support.counter_app import PROVINCE_KEY, SETTINGS, People, bearer
from tests.support.facts import Recorder, classified, closed, registered
from tests.support.findings import misuse_of

pytestmark = pytest.mark.servers

Hear = Callable[[Sequence[Recorded]], None]


def test_the_story_of_a_loan_is_read_back(bank: People) -> None:
    counter = lent(bank, commune_code="01864")
    assert counter.inspect().status_code == 201
    assert counter.repay(20 * MILLION).status_code == 201
    answer = counter.shown()
    loan = answer.json
    assert loan is not None
    assert (loan["status"], loan["outstanding"]) == ("active", 30 * MILLION)
    assert answer.headers["ETag"] == '"6"'
    assert loan["disbursements"][0]["checked_on"] == "2026-02-01"


def test_a_loan_is_shown_as_of_a_day(bank: People) -> None:
    counter = lent(bank)
    assert counter.repay(20 * MILLION, "2026-03-01").status_code == 201

    def owed(day: str) -> tuple[str, int]:
        shown = bank.get(f"/v1/loans/{counter.loan}?on={day}").json
        assert shown is not None
        return shown["status"], shown["outstanding"]

    bank.who = somebody("teller")
    assert owed("2026-01-14") == ("approved", 0)
    assert owed("2026-01-15") == ("active", 50 * MILLION)
    assert owed("2026-02-28") == ("active", 50 * MILLION)
    assert owed("2026-03-01") == ("active", 30 * MILLION)


def test_an_answer_says_where_and_which_version(bank: People) -> None:
    counter = Counter(bank)
    answer = counter.apply()
    assert answer.json is not None
    assert answer.json["id"] == str(counter.loan)
    assert answer.json["events"][0]["type"] == "LoanApplied"
    assert answer.headers["Location"] == f"/v1/loans/{counter.loan}"
    paid = counter.disburse(acknowledge=["NOT_APPROVED"])
    assert paid.json is not None
    assert (paid.json["id"], paid.json["version"]) == (str(counter.disbursement), 2)


def test_refusals_have_their_codes_and_leave_nothing(bank: People) -> None:
    counter = lent(bank)
    before = bank.recorded()
    assert code(counter.approve()) == "already-approved"
    assert code(counter.repay(50 * MILLION + 1)) == "over-repayment"
    assert code(counter.ask("/withdrawal", "teller", reason="thôi")) == "already-disbursed"
    assert code(counter.inspect(right_purpose_amount=50 * MILLION + 1)) == "out-of-range"
    assert code(counter.inspect(disbursement_id=str(uuid4()))) == "not-in-list"
    assert code(counter.disburse(amount=0)) == "out-of-range"
    assert code(counter.disburse(amount=1.5)) == "wrong-type"
    assert code(counter.disburse(disbursed_on="2199-01-01")) == "in-future"
    assert code(counter.ask("/overdue-end", "controller")) == "not-open"
    assert code(counter.ask("/approval", "teller")) == "role-missing"
    assert code(Counter(bank).confirm()) == "not-found"
    assert bank.recorded() == before


def test_whoever_asked_does_not_approve(bank: People) -> None:
    counter = Counter(bank)
    assert counter.apply().status_code == 201
    assert code(counter.approve(approved_by="teller")) == "four-eyes"
    bank.who = somebody("controller", related=[counter.household])
    assert bank.who
    assert counter.approve().status_code == 201


def test_a_repeated_disbursement_is_the_same_one(bank: People) -> None:
    counter = lent(bank)
    again = counter.disburse()
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert code(counter.disburse(voucher_no="PC-2", amount=MILLION)) == "already-exists"


def test_precheck_tells_what_the_disbursement_would_be_refused_for(bank: People) -> None:
    counter = Counter(bank)
    assert counter.apply().status_code == 201
    bank.who = somebody("teller")
    payment = counter.payment(payee={"kind": "third_party", "account": "0123 456"})
    asked = bank.post(f"/v1/loans/{counter.loan}/disbursements/precheck", payment)
    refused = counter.disburse(**payment)
    assert asked.json is not None
    assert refused.json is not None
    assert asked.status_code == 200
    assert [found["code"] for found in asked.json["would_open"]] == [
        "NOT_APPROVED",
        "THIRD_PARTY_PAYEE",
    ]
    assert (code(refused), refused.status_code) == ("would-open-findings", 409)
    assert refused.json["would_open"] == asked.json["would_open"]


def test_what_is_known_of_the_household_is_prechecked(
    bank: People, hear: Hear, recorder: Recorder
) -> None:
    counter = Counter(bank)
    home = counter.household
    registration = registered(date(2025, 8, 1), home=home)
    hear([recorder.record(registration), recorder.record(classified("near_poor", home=home))])
    counter.borrower = registration.head.member_id
    steps = (counter.apply(areas=("01864",)), counter.confirm(), counter.approve())
    assert [step.status_code for step in steps] == [201, 201, 201]
    refused = counter.disburse()
    assert "WRONG_BENEFICIARY" in str(refused.json)
    assert "thuộc diện hộ cận nghèo" in str(refused.json)
    written = counter.disburse(acknowledge=["WRONG_BENEFICIARY", "mua xe máy"])
    assert code(written) == "wrong-type"
    assert "/acknowledge/1" in str(written.json)
    assert counter.disburse(acknowledge=["WRONG_BENEFICIARY"]).status_code == 201
    shown = counter.shown(areas=("01864",)).json
    assert shown is not None
    assert shown["commune"]["code"] == "01864"


def test_a_payee_of_two_households_is_seen_and_its_number_is_not_kept(
    bank: People, database: Engine
) -> None:
    payee = {"kind": "borrower", "account": "8800-1234-5678", "citizen_id": "000123456789"}
    one, two = Counter(bank), Counter(bank)
    for counter in (one, two):
        steps = (counter.apply(), counter.confirm(), counter.approve())
        assert [step.status_code for step in steps] == [201, 201, 201]
    assert one.disburse(payee=payee).status_code == 201
    assert "SHARED_PAYEE" in str(two.disburse(payee=payee).json)
    with database.connect() as connection:
        kept = connection.execute(text("SELECT string_agg(data::text, '') FROM events")).scalar()
    assert b"123456789".hex() not in str(kept)
    assert b"12345678".hex() not in str(kept)


def test_confirmed_misuse_forbids_freeze_and_write_off_until_dismissed(
    bank: People, hear: Hear, recorder: Recorder
) -> None:
    counter, finding = lent(bank), uuid4()
    facts: dict[str, Any] = {
        "finding_id": finding,
        "key": counter.household,
        "code": "WRONG_PURPOSE",
        "seen": misuse_of(counter.loan),
    }
    freeze = {"from": "2026-03-01", "until": "2027-03-01"}
    day = date(2026, 2, 20)

    def decided(event: object) -> None:
        hear([recorder.record(event, source="reporting", stream=f"finding-{finding}")])

    decided(FindingConfirmed(**facts, occurred_on=day))
    assert code(counter.ask("/freeze", "controller", **freeze)) == "misuse-confirmed"
    assert code(counter.ask("/write-off", "controller", amount=1)) == "misuse-confirmed"
    decided(FindingDismissed(**facts, occurred_on=day))
    frozen = counter.ask("/freeze", "controller", **freeze)
    assert frozen.status_code == 201
    # nor does a correction lengthen a freeze from before it was confirmed
    decided(FindingReopened(**facts, occurred_on=day))
    decided(FindingConfirmed(**facts, occurred_on=day))
    fix = {"event_id": (frozen.json or {})["events"][0]["event_id"], "reason": "gia hạn"}
    longer = fix | {"fields": {"until": "2036-03-01"}}
    assert code(counter.ask("/corrections", "controller", **longer)) == "misuse-confirmed"
    assert counter.ask("/corrections", "controller", **fix, annul=True).status_code == 201


def test_texts_about_a_household_go_when_one_of_its_people_is_erased_there(
    bank: People, database: Engine, hear: Hear, recorder: Recorder
) -> None:
    counter = lent(bank)
    registration = registered(home=counter.household)
    erased = PersonalDataErased(
        household_id=counter.household,
        person=registration.head.member_id,
        legal_basis="Luật 91/2025/QH15",
        occurred_on=date(2026, 3, 1),
    )
    hear([recorder.record(registration), recorder.record(erased)])
    with database.begin() as connection:
        orders = connection.execute(
            text("SELECT renews FROM erasures WHERE owner = :owner"), {"owner": counter.household}
        )
        assert orders.scalars().all() == [True]


def test_every_other_step_of_a_debt_is_recordable(bank: People) -> None:
    counter = lent(bank)
    steps = (
        counter.ask("/overdue", "controller", since="2026-02-10"),
        counter.ask("/contacts", "union", contacted_on="2026-02-11", outcome="absent"),
        counter.ask("/overdue-end", "controller", ended_on="2026-02-12"),
        counter.ask("/extension", "controller", granted_on="2026-02-13", until="2026-12-31"),
        counter.ask(
            "/recall",
            "controller",
            ordered_on="2026-02-14",
            due_on="2026-03-14",
            amount=MILLION,
            reason="sai mục đích",
        ),
        counter.ask("/recall-collections", "teller", collected_on="2026-02-20", amount=MILLION),
        counter.ask("/write-off", "controller", written_off_on="2026-02-21", amount=MILLION),
    )
    assert [step.status_code for step in steps] == [201] * len(steps)
    reversal = f"/disbursements/{counter.disbursement}/reversal"
    refused = counter.ask(reversal, "controller", reversed_on="2026-02-22", reason="nhầm")
    assert code(refused) == "over-reversal"


def test_loans_are_listed_by_filters_in_pages(bank: People) -> None:
    first = lent(bank)
    second = Counter(bank, household=first.household)
    assert second.apply(programme="NSVS", applied_on="2026-01-06").status_code == 201
    bank.who = somebody("teller")

    def listed(**filters: str) -> list[str]:
        home = str(first.household)
        found = bank.client.get(
            "/v1/loans", query_string={"household_id": home} | filters, headers=bank.who
        )
        assert found.json is not None
        return [item["loan_id"] for item in found.json["items"]]

    one, two = str(first.loan), str(second.loan)
    assert listed() == [one, two]
    assert listed(programme="NSVS") == [two]
    assert listed(status="active") == [one]
    assert listed(status="approved", on="2026-01-10") == [one]
    assert listed(status="applied", on="2026-01-10") == [two]
    assert listed(check_due_by="2026-02-13") == []
    assert listed(check_due_by="2026-02-14") == [one]
    page = bank.get(f"/v1/loans?household_id={first.household}&limit=1").json
    assert page is not None
    rest = listed(limit="1", cursor=page["next_cursor"])
    assert ([item["loan_id"] for item in page["items"]], rest) == ([one], [two])
    assert code(bank.get("/v1/loans?status=lost")) == "not-in-list"


def test_nobody_sees_a_loan_outside_their_area(
    bank: People, hear: Hear, recorder: Recorder
) -> None:
    counter = lent(bank, commune_code="01864")
    assert counter.shown(areas=("01864",)).status_code == 200
    assert counter.shown(areas=("01879",)).status_code == 404
    elsewhere = registered(date(2025, 8, 1), code="01879", home=counter.household)
    hear([recorder.record(elsewhere)])
    assert counter.shown(areas=("01864",)).status_code == 404
    assert counter.shown(areas=("01879",)).status_code == 200


def test_where_an_unknown_household_is(bank: People) -> None:
    assert Counter(bank).apply().status_code == 201
    assert code(Counter(bank).apply(areas=("01864",))) == "not-found"
    assert Counter(bank).apply(areas=("01864",), commune_code="01864").status_code == 201
    assert code(Counter(bank).apply(areas=("01864",), commune_code="01879")) == "outside-area"
    assert code(Counter(bank).apply(commune_code="99999")) == "unknown-area"


def test_a_closed_household_is_seen_at_the_counter(
    bank: People, hear: Hear, recorder: Recorder
) -> None:
    counter = Counter(bank)
    home = counter.household
    registration = registered(date(2025, 8, 1), home=home)
    counter.borrower = registration.head.member_id
    hear([recorder.record(registration), recorder.record(classified("poor", home=home))])
    hear([recorder.record(closed(date(2026, 1, 15), home=home))])
    for step in (counter.apply(), counter.confirm(), counter.approve()):
        assert step.status_code == 201
    assert "AFTER_DEPARTURE" in str(counter.disburse().json)


def test_payee_pseudonyms_are_for_the_bank(bank: People) -> None:
    counter = Counter(bank)
    steps = (counter.apply(), counter.confirm(), counter.approve())
    assert [step.status_code for step in steps] == [201, 201, 201]
    assert counter.disburse(payee={"kind": "borrower", "account": "77"}).status_code == 201
    assert "h1:" in str(counter.shown().json)
    assert "h1:" in str(counter.shown("auditor").json)
    assert "h1:" not in str(counter.shown("official").json)


def test_groups_are_formed_led_and_dissolved(bank: People) -> None:
    bank.who = somebody("union", ("01864",))
    body = {
        "formed_on": "2025-09-01",
        "name": "Tổ Nặm Khiếu",
        "commune_code": "01864",
        "union": "women",
        "leader_id": "lý thị m",
    }
    formed = bank.post("/v1/groups", body)
    assert formed.json is not None
    group = f"/v1/groups/{formed.json['id']}"
    assert code(bank.post("/v1/groups", body | {"commune_code": "01879"})) == "outside-area"
    changed = bank.post(f"{group}/leader", {"from": "2025-10-01", "leader_id": "nông văn t"})
    assert changed.status_code == 201
    shown = bank.get(group).json
    assert shown is not None
    assert (shown["leader_id"], shown["version"]) == ("nông văn t", 2)
    listed = bank.get("/v1/groups?commune=01864&union=women").json
    assert listed is not None
    assert [found["group_id"] for found in listed["items"]] == [formed.json["id"]]
    ended = bank.post(f"{group}/dissolution", {"dissolved_on": "2025-12-01", "reason": "hết hạn"})
    assert ended.status_code == 201
    assert code(bank.post(f"{group}/leader", {"leader_id": "x"})) == "already-closed"
    bank.who = somebody("union", ("01879",))
    assert bank.get(group).status_code == 404


def test_programmes_on_a_date(bank: People) -> None:
    bank.who = somebody("teller")
    found = bank.get("/v1/programmes?on=2026-01-01").json
    assert found is not None
    ceilings = {item["code"]: item["ceiling"] for item in found["items"]}
    assert (ceilings["GQVL"], ceilings["NSVS"], ceilings["HSSV"]) == (200_000_000, 50_000_000, None)
    job = next(item for item in found["items"] if item["code"] == "GQVL")
    assert (job["rate_bp"], job["penal_rate_bp"], job["terms_since"]) == (838, 1089, "2026-01-01")
    poor = next(item for item in found["items"] if item["code"] == "HN")
    assert poor["excluded"] == ["near_poor", "newly_escaped", "not_poor"]
    assert poor["exclusive_with"] == ["HCN", "HMTN", "SXKD"]


def test_a_list_refuses_a_filter_that_it_does_not_have(bank: People) -> None:
    bank.who = somebody("teller")
    assert code(bank.get("/v1/loans?colour=red")) == "unknown-field"
    assert code(bank.get("/v1/groups?colour=red")) == "unknown-field"


def test_a_rebuild_gives_the_same_rows(bank: People, database: Engine) -> None:
    lent(bank)
    tables = ("loans", "loan_payees", "credit_groups")

    def rows() -> list[str]:
        with database.connect() as connection:
            return [
                str(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all())
                for table in tables
            ]

    before = rows()
    made = Runtime(
        settings=SETTINGS,
        service=SERVICE,
        store=bank.store,
        keyring=Keyring("loans", MemoryKeys(), PROVINCE_KEY),
        engine=database,
    )
    with closing(Sequencer(database)) as sequencer:
        sequencer.run_pass()
    rebuild(made)
    assert rows() == before


def test_what_waits_before_this_service_is_shown_and_released_here(
    bank: People, database: Engine
) -> None:
    key = uuid4()
    foreign = record_of("households.events", 0, 0, str(key).encode(), b"hello", headers=())
    with database.begin() as connection:
        sources = {"households.events": "households"}
        quarantine.hold(connection, key, [foreign], "not JSON", sources)
    operator = bearer("operator")
    (held,) = bank.client.get("/v1/quarantine", headers=operator).get_json()["items"]
    assert (held["key"], held["records"]) == (str(key), 1)
    path = f"/v1/quarantine/{key}/release"
    assert bank.client.post(path, headers=operator).get_json()["waiting"] == 1
    told = bank.client.post(path, headers=operator, json={"set_aside": "a test of the broker"})
    assert told.get_json() == {"key": str(key), "released": 0, "waiting": 0, "set_aside": 1}
    assert bank.client.get("/v1/quarantine", headers=operator).get_json()["items"] == []
