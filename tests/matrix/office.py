"""The four services on real databases, with one household's affairs in each of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from services.households.api.imports import jobs
from services.households.api.imports.kinds import KINDS
from services.households.app import SERVICE as HOUSEHOLDS
from services.loans.app import SERVICE as LOANS
from services.reporting.app import SERVICE as REPORTING
from services.sponsorship.app import SERVICE as SPONSORSHIP
from shared import sheets
from shared.areas import Area, Scope
from shared.auth.caller import Caller
from shared.jobs import queue as work
from shared.log.headers import record_of
from shared.projector import quarantine
from shared.service import Runtime
from tests.matrix import households, loans, row, sponsorship
from tests.matrix.row import AFTER, BEFORE, IDS, Row
from tests.support.counter_app import bearer
from tests.support.published import consume, published
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, running

SERVICES = (HOUSEHOLDS, LOANS, SPONSORSHIP, REPORTING)
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
MILLION = loans.MILLION


@dataclass(frozen=True)
class Office:
    """The services by name, and a way to ask them."""

    services: dict[str, Running]

    def ask(
        self, service: str, method: str, path: str, who: dict[str, str], **more: Any
    ) -> TestResponse:
        headers = who | more.pop("headers", {})
        return self.services[service].client.open(path, method=method, headers=headers, **more)

    def has(self, asked: Row) -> bool:
        """Tell whether the service answers at such an address."""
        return asked.shape in self.endpoints(asked.service)

    def endpoints(self, service: str) -> set[tuple[str, str, str]]:
        """Give what a service answers to, ids left out."""
        rules = self.services[service].client.application.url_map.iter_rules()
        return {
            (service, method, re.sub("<[^>]*>", "{}", rule.rule))
            for rule in rules
            for method in (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}
        }

    def events(self, service: str) -> int:
        """Count what the service has recorded."""
        with self.services[service].engine.begin() as connection:
            return int(connection.execute(text("SELECT count(*) FROM events")).scalar_one())


@contextmanager
def opened(server: PostgresServer) -> Iterator[Office]:
    """Run all services, with what the rows of the table name."""
    with ExitStack() as stack:
        office = Office(
            {
                each.name: stack.enter_context(running(server, each, clock=lambda: NOW))
                for each in SERVICES
            }
        )
        _settle(office)
        _tell_households_who_helps(office)
        _send_sheet(office.services["households"].runtime)
        _ask_for_long_work(office.services["reporting"].engine)
        for each in SERVICES:
            # reporting reads all
            _let_wait(office.services[each.name].engine, next(iter(each.consumes), "households"))
        yield office


def _settle(office: Office) -> None:
    for service, path, role, body in (*_households(), *_loans(), *_sponsorship(), *_reporting()):
        who = bearer(role, sub=f"seed {role}", sponsor_id=_sponsor(role))
        method = "PUT" if path.endswith(("/groups", "/causes")) and "{" in path else "POST"
        answer = office.ask(service, method, path.format_map(IDS), who, json=body)
        assert answer.status_code == 201, f"{path}: {answer.text}"


def _tell_households_who_helps(office: Office) -> None:
    stream = office.services["sponsorship"].runtime.store.read_stream
    facts = [recorded.event for recorded in stream(f"assignment-{IDS['assignment']}")]
    log = published(SPONSORSHIP.registry, "assignment", *facts)
    consume(office.services["households"].engine, log, HOUSEHOLDS)


def _send_sheet(runtime: Runtime) -> None:
    """Leave a sheet in the queue, under an id that is known before."""
    import_id = uuid.UUID(IDS["import"])
    kind = KINDS["households"]
    sheet = sheets.read(households.SHEET, kind.columns, sheets.SheetLimits())
    who = Caller(sub=f"a {row.DISTRICT}", roles=frozenset({row.DISTRICT}), scope=Scope.of([]))
    packed = runtime.keyring.seal(import_id, sheet.packed())
    assert runtime.engine is not None
    with runtime.engine.begin() as connection:
        total = len(sheet.rows)
        jobs.ask(
            connection, import_id, who, sheet=packed, kind=kind.name, dry_run=True, total=total
        )


def _ask_for_long_work(engine: Engine) -> None:
    """Leave back-tests and replays of the area in the queue, under ids that are known before."""
    scope = Scope.of([Area.parse("060")])
    with engine.begin() as connection:
        for name in ("backtest", "waiting"):
            work.ask(connection, uuid.UUID(IDS[name]), "backtest", {}, scope, "an inspector")
        for name in ("replay", "unreplayed"):
            work.ask(connection, uuid.UUID(IDS[name]), "replay", {}, scope, "an auditor")


def _let_wait(engine: Engine, source: str) -> None:
    """Leave a record that no store has placed before a reader: it cannot be released."""
    key, topic = uuid.UUID(IDS["held"]), f"{source}.events"
    foreign = record_of(topic, 0, 0, str(key).encode(), b"hello", headers=())
    with engine.begin() as connection:
        quarantine.hold(connection, key, [foreign], "not JSON", {topic: source})


def _sponsor(role: str) -> UUID | None:
    return uuid.UUID(IDS["agency"]) if role == row.SPONSOR else None


Step = tuple[str, str, str, dict[str, Any]]


def _households() -> Iterator[Step]:
    home = "/v1/households/{household}"

    def step(path: str, body: dict[str, Any], role: str = row.COMMUNE) -> Step:
        return "households", path, role, body

    head = {"member_id": IDS["head"], "full_name": "Hoàng Văn Thử", "able_to_work": True}
    child = {
        "member_id": IDS["child"],
        "full_name": "Hoàng Thị Con",
        "relation": "child",
        "birth_date": "2010-01-30",
        "sex": "female",
        "able_to_work": False,
    }
    place = {"commune_code": BEFORE, "village": "Nà Lẹng", "area_type": "rural"}
    registration = {
        "registered_on": "2024-01-10",
        "household_id": IDS["household"],
        "head": head,
        "members": [child],
    }
    yield step("/v1/households", registration | place)
    yield step(
        f"{home}/reviews",
        {"scored_on": "2025-09-20", "review_id": IDS["review"], "year": 2025, "kind": "annual"}
        | {"b1": 120, "b2": 40, "reviewer_ids": ["truong-thon"]},
    )
    target = {"set_on": "2026-01-15", "year": 2026, "to": "out"}
    yield step(f"{home}/exit-targets", target, row.DISTRICT)
    yield step(
        f"{home}/plan-items",
        {"agreed_on": "2026-01-15", "item_id": IDS["item"], "action": "làm chuồng"}
        | {"addresses": "no_capital", "due_on": "2026-06-30"},
    )
    yield step(
        f"{home}/supports",
        {"entitled_on": "2026-01-15", "support_id": IDS["support"], "policy": "tuition"}
        | {"due_on": "2026-06-30"},
    )


def _loans() -> Iterator[Step]:
    loan = "/v1/loans/{loan}"

    def step(path: str, role: str, body: dict[str, Any]) -> Step:
        return "loans", path, role, body

    yield step("/v1/groups", row.TELLER, loans.FORMATION | {"group_id": IDS["group"]})
    yield step("/v1/loans", row.TELLER, loans.APPLICATION | {"loan_id": IDS["loan"]})
    yield step(f"{loan}/confirmation", row.COMMUNE, {"confirmed_on": "2026-01-07"})
    yield step(f"{loan}/approval", row.CONTROLLER, loans.APPROVAL)
    paid = {"disbursement_id": IDS["disbursement"], "voucher_no": "PC-1"}
    acknowledged = {"acknowledge": ["UNKNOWN_BORROWER"]}
    yield step(f"{loan}/disbursements", row.TELLER, loans.PAYMENT | paid | acknowledged)
    undone = {"disbursement_id": IDS["reversed"], "voucher_no": "PC-3"}
    yield step(f"{loan}/disbursements", row.TELLER, loans.PAYMENT | undone | acknowledged)
    reversal = {"reversed_on": "2026-01-16", "reason": "nhầm số tiền"}
    yield step(f"{loan}/disbursements/{{reversed}}/reversal", row.CONTROLLER, reversal)
    recall = {"ordered_on": "2026-01-20", "recall_id": IDS["recall"], "due_on": "2026-02-20"}
    wanted = {"amount": MILLION, "reason": "dùng sai mục đích"}
    yield step(f"{loan}/recall", row.CONTROLLER, recall | wanted)


def _sponsorship() -> Iterator[Step]:
    here = "/v1/assignments/{assignment}"

    def step(path: str, body: dict[str, Any], role: str = row.DISTRICT) -> Step:
        return "sponsorship", path, role, body

    for name, kind in (("agency", "agency"), ("other", "agency"), ("person", "individual")):
        sponsor = {"sponsor_id": IDS[name], "kind": kind, "name": f"Tên {name}"}
        yield step("/v1/sponsors", sponsor | {"registered_on": "2023-01-01"})
    yield step("/v1/assignments", sponsorship.ASSIGNMENT | {"assignment_id": IDS["assignment"]})
    offered = {"assignment_id": IDS["offered"], "sponsor_id": IDS["other"]}
    yield step("/v1/assignments", sponsorship.ASSIGNMENT | offered)
    yield step(
        "/v1/assignments/{offered}/handover",
        {"offered_on": "2026-01-20", "to_sponsor_id": IDS["agency"]},
    )
    pledge = sponsorship.PLEDGE | {"commitment_id": IDS["commitment"]}
    yield step(f"{here}/commitments", pledge, row.SPONSOR)
    difficulty = sponsorship.DIFFICULTY | {"difficulty_id": IDS["difficulty"]}
    yield step(f"{here}/difficulties", difficulty, row.SPONSOR)
    yield step("/v1/models", sponsorship.LAUNCH | {"model_id": IDS["model"]})
    enrolment = {"enrolled_on": "2024-02-01", "household_id": IDS["household"]}
    yield step("/v1/models/{model}/enrolments", enrolment | {"support_value": 10})


def _reporting() -> Iterator[Step]:
    pause = {
        "from": "2026-01-01",
        "pause_id": IDS["pause"],
        "reason": "bão",
        "areas": [{"code": AFTER, "level": "commune"}],
        "codes": ["SPONSOR_ABSENT"],
        "until": "2026-06-30",
    }
    yield "reporting", "/v1/pauses", row.INSPECTOR, pause
