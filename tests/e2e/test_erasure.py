"""People are erased in a system that is in use, and its books stay what they were."""

from __future__ import annotations

import base64
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from zipfile import ZipFile

import psycopg
import pytest

from cli.audit import audits
from cli.data_folder import DataFolder
from shared.settings import SERVICES
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.merkle import consistent, included
from shared.tlog.notes import Verifier, opened, read_note, read_vkey
from tests.support.api import JSON, Api
from tests.support.scanning import files_with, forms
from tests.support.servers import eventually
from tests.support.story import COMMUNE, People, disburse_loan, inspect_wrong_purpose
from tests.support.system import System

pytestmark = [pytest.mark.servers, pytest.mark.faults, pytest.mark.timeout(300)]

MARK = "Kjwqzxv"
SECRETS = (MARK[1:], "006188800666", "0987123662")
DAY = "2025-12-01"
ORDER = {"legal_basis": "Luật 91/2025/QH15, Điều 14", "occurred_on": DAY}


@dataclass(frozen=True, slots=True)
class Family:
    """A household with a head, a spouse, a sponsor and a loan that was misused."""

    id: str
    head: str
    spouse: str
    sponsor: str
    loan: str
    registered: str
    """The event that holds the head's sealed name."""

    @property
    def path(self) -> str:
        return f"/households/v1/households/{self.id}"


def _event(answer: JSON) -> str:
    [event] = answer["events"]
    return str(event["event_id"])


@pytest.fixture(scope="module")
def family(people: People) -> Family:
    home, head, spouse, sponsor = (str(uuid.uuid4()) for _ in range(4))
    one = {"able_to_work": True, "citizen_id": SECRETS[1], "phone": SECRETS[2]}
    registered = people.commune.command(
        "/households/v1/households",
        {
            "household_id": home,
            "commune_code": COMMUNE,
            "village": "Nặm Khiếu",
            "area_type": "rural",
            "head": {"member_id": head, "full_name": f"{MARK} Văn Một", **one},
            "registered_on": "2025-08-01",
        },
    )
    path = f"/households/v1/households/{home}"
    joined = {"relation": "spouse", "able_to_work": True, "joined_on": "2025-08-01"}
    another = {"member_id": spouse, "full_name": f"{MARK} Thị Hai", "sex": "female"}
    people.commune.command(f"{path}/members", another | joined | {"birth_date": "1990-01-30"})
    classified = {"decided_on": "2025-08-10", "status": "poor", "effective_from": "2025-08-10"}
    people.commune.command(f"{path}/classifications", classified | {"decision_no": "12/QĐ-UBND"})
    person = {"sponsor_id": sponsor, "kind": "individual", "name": f"{MARK} Văn Ba"}
    people.district.command("/sponsorship/v1/sponsors", person | {"registered_on": "2025-08-01"})
    helped = {"household_id": home, "sponsor_id": sponsor, "commune_code": COMMUNE}
    goal = {"starts_on": "2025-08-03", "goal": f"giúp nhà {MARK} có bò"}
    people.district.command("/sponsorship/v1/assignments", helped | goal)
    loan, disbursement = disburse_loan(people, home, head)
    inspect_wrong_purpose(people, loan, disbursement)
    return Family(home, head, spouse, sponsor, loan, _event(registered))


def _asked(system: System, name: str, query: str) -> int:
    address = DataFolder(system.data).environment[f"DATABASE_URL_{name.upper()}"]
    with psycopg.connect(address) as connection:
        [[found]] = connection.execute(query.encode()).fetchall()
    return int(found)


def _all_read(system: System) -> bool:
    """Say whether reporting has every event of every store, and nobody lets a record wait."""
    recorded = sum(_asked(system, name, "SELECT count(*) FROM events") for name in SERVICES)
    waiting = sum(_asked(system, name, "SELECT count(*) FROM held") for name in SERVICES)
    journal = _asked(system, "reporting", "SELECT count(*) FROM journal")
    return (journal, waiting) == (recorded, 0)


def _books(people: People, family: Family) -> JSON:
    """Give what must be the same to the đồng: a loan's ledger, findings, a commune's figures."""
    figures = people.inspector.read(f"/reporting/v1/areas/{COMMUNE}/overview", valid_at=DAY)
    del figures["as_of_position"]
    loan = people.teller.read(f"/loans/v1/loans/{family.loan}")
    misused = people.inspector.read("/reporting/v1/misuse", household_id=family.id)["items"]
    amounts = {name: loan[name] for name in loan if name not in {"version", "household_name"}}
    return {"figures": figures, "loan": amounts, "misuse": misused}


def _keys(people: People) -> list[Verifier]:
    items = people.inspector.read("/reporting/v1/audit/keys")["items"]
    return [read_vkey(each["vkey"]) for each in items if each["service"] == "households"]


def _proof(people: People, event: str) -> Callable[[], JSON | None]:
    def look() -> JSON | None:
        answer = people.inspector.get(f"/reporting/v1/audit/proofs/{event}")
        return answer.json() if answer.is_success else None

    return look


def _proved(proof: JSON, keys: list[Verifier]) -> Checkpoint:
    """Verify a proof of inclusion by itself; give what the signed checkpoint says."""
    note, leaf = read_note(proof["checkpoint"]), proof["leaf"]
    said = read_checkpoint(note.text)
    assert opened(note, keys)
    found, *siblings = (base64.b64decode(each) for each in (leaf["hash"], *leaf["siblings"]))
    assert included(found, leaf["index"], said.size, siblings, said.root)
    return said


def _living_keys(system: System, family: Family) -> int:
    owners = ", ".join(
        f"'{each}'" for each in (family.id, family.head, family.spouse, family.sponsor)
    )
    living = f"SELECT count(*) FROM owner_keys WHERE owner IN ({owners}) AND wrapped IS NOT NULL"
    return _asked(system, "keys", living)


def _exported(people: People, auditor: Api) -> bytes:
    """Give what leaves the system: the raw events, and the sheet of findings unpacked."""
    events = auditor.get("/reporting/v1/audit/export")
    sheet = people.inspector.get("/reporting/v1/findings/export")
    assert (events.status_code, sheet.status_code) == (200, 200), (events.text, sheet.text)
    with ZipFile(io.BytesIO(sheet.content)) as parts:
        return events.content + b"".join(parts.read(each) for each in parts.namelist())


def _replayed(auditor: Api, source: str) -> JSON:
    asked = auditor.send("/reporting/v1/replays", {"source": source})
    assert asked.status_code == 202, asked.text
    path = f"/reporting/v1/replays/{asked.json()['id']}"

    def ended() -> JSON | None:
        job = auditor.read(path)
        return job if job["status"] in {"done", "failed", "cancelled"} else None

    found = eventually(ended)
    assert found is not None
    return found


def _erase(system: System, family: Family) -> str:
    """Have all three erased; give the event that orders it for the head."""
    privacy = Api(system.gateway, system.token("privacy_officer", "--area", "*"))
    privacy.command(f"{family.path}/erasure", ORDER | {"person": family.spouse})
    ordered = privacy.command(f"{family.path}/erasure", ORDER | {"person": family.head})
    privacy.command(f"/sponsorship/v1/sponsors/{family.sponsor}/erasure", ORDER)
    return _event(ordered)


def _nothing_left(system: System, exported: bytes) -> None:
    assert files_with(system.data, SECRETS) == {}
    assert not [each for each in SECRETS if each in system.said()]
    assert not [each for each in SECRETS for form in forms(each) if form in exported]


def _whole(system: System) -> list[str]:
    """Give what the audit of the running system finds wrong."""
    settings = DataFolder(system.data).settings()
    return [
        f"{line.what}: {line.state}" for line in audits(settings, lambda _: None) if not line.well
    ]


def test_who_is_erased_is_gone_and_the_books_stay_what_they_were(
    system: System, people: People, family: Family
) -> None:
    auditor = Api(system.gateway, system.token("auditor", "--area", "*"))
    eventually(lambda: _all_read(system))
    people.inspector.awaited_codes(
        "/reporting/v1/misuse", ["WRONG_PURPOSE"], household_id=family.id
    )
    before = _books(people, family)
    first = eventually(_proof(people, family.registered))
    assert first is not None
    keys = _keys(people)  # known from the first checkpoint on
    old = _proved(first, keys)

    order = _erase(system, family)
    eventually(lambda: _living_keys(system, family) == 0)
    eventually(lambda: _all_read(system))

    shown = people.commune.read(family.path)["members"]
    assert [(each["full_name"], each["erased"]) for each in shown] == [(None, True)] * 2
    assert _books(people, family) == before
    _nothing_left(system, _exported(people, auditor))

    # the order is an event like any other; what was signed before is the beginning of what is now
    ordered = eventually(_proof(people, order))
    assert ordered is not None
    _proved(ordered, keys)
    _proved(first, keys)
    grown = people.inspector.read(
        "/reporting/v1/audit/log/households/consistency", **{"from": str(old.size)}
    )
    new = read_checkpoint(read_note(grown["checkpoint"]).text)
    siblings = [base64.b64decode(each) for each in grown["siblings"]]
    assert consistent(old.size, new.size, old.root, new.root, siblings)

    for source in ("kafka", "stores", "journal"):
        told = _replayed(auditor, source)
        assert (told["status"], told["equal"]) == ("done", True), told
    assert _whole(system) == []
