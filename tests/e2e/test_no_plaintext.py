"""No disk ever holds what names a person: not the databases, not the broker, not the logs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest

from cli.data_folder import DataFolder
from tests.support.api import JSON, Api
from tests.support.scanning import files_with
from tests.support.servers import eventually
from tests.support.story import COMMUNE, People
from tests.support.system import System

pytestmark = [pytest.mark.servers, pytest.mark.faults, pytest.mark.timeout(300)]

MARK, NUMBER, PHONE = "Zqxkvwj", "006199900777", "0987654991"
SECRETS = (MARK[1:], NUMBER, PHONE)
"""Every sealed text has the mark; without its capital it is found in a folded name too."""
IN_THE_OPEN = "Xwbqzjk"
"""Stands in the village's name, which is no secret: where it is found we have looked well."""


@dataclass(frozen=True, slots=True)
class Household:
    """A household of which every sealed text has the mark."""

    id: str
    head: str
    sponsor: str

    @property
    def path(self) -> str:
        return f"/households/v1/households/{self.id}"


def _told(officer: Api, district: Api, household: Household) -> None:
    officer.command(
        "/households/v1/households",
        {
            "household_id": household.id,
            "commune_code": COMMUNE,
            "village": f"Bản {IN_THE_OPEN}",
            "area_type": "rural",
            "head": {
                "member_id": household.head,
                "full_name": f"{MARK} Văn Một",
                "able_to_work": True,
                "citizen_id": NUMBER,
                "phone": PHONE,
            },
            "registered_on": "2025-08-01",
        },
    )
    causes = {"causes": ["illness"], "note": f"ông {MARK} ốm nặng", "occurred_on": "2025-08-02"}
    officer.command(f"{household.path}/causes", causes, method="PUT")
    person = {"sponsor_id": household.sponsor, "kind": "individual", "name": f"{MARK} Thị Hai"}
    district.command("/sponsorship/v1/sponsors", person | {"registered_on": "2025-08-01"})
    district.command(
        "/sponsorship/v1/assignments",
        {
            "household_id": household.id,
            "sponsor_id": household.sponsor,
            "starts_on": "2025-08-03",
            "goal": f"giúp nhà {MARK} có bò",
            "commune_code": COMMUNE,
        },
    )


def _lent(people: People, household: Household) -> None:
    people.teller.command(
        "/loans/v1/loans",
        {
            "applied_on": "2025-09-01",
            "household_id": household.id,
            "borrower_member_id": household.head,
            "programme": "HN",
            "purpose": "cattle",
            "purpose_note": f"{MARK} mua bò",
            "amount": 1_000_000,
            "term_months": 36,
            "commune_code": COMMUNE,
        },
    )


def _refused(officer: Api, household: Household) -> None:
    """Send what is refused, found and read, so that logs have something to say."""
    head: JSON = {"full_name": f"{MARK} Văn Một", "able_to_work": "?", "citizen_id": NUMBER}
    wrong = officer.send("/households/v1/households", {"head": head, MARK: MARK})
    assert wrong.status_code == 422
    found = officer.send("/households/v1/households/search", {"name": f"{MARK.casefold()} van"})
    assert household.id in [item["household_id"] for item in found.json()["items"]]


@pytest.fixture(scope="module")
def household(people: People) -> Household:
    made = Household(str(uuid.uuid4()), str(uuid.uuid4()), str(uuid.uuid4()))
    _told(people.commune, people.district, made)
    _lent(people, made)
    _refused(people.commune, made)
    return made


def _scanned(system: System) -> set[str]:
    """Give what is found in the files of a system whose events have all arrived."""
    found = files_with(system.data, [*SECRETS, IN_THE_OPEN])
    of_no_secret = {Path(name).parts[0] for name, seen in found.items() if IN_THE_OPEN in seen}
    on_kafka = DataFolder(system.data).environment["LOG"] == "kafka"
    assert of_no_secret >= {"postgres", *(["kafka"] if on_kafka else [])}
    assert not any(secret in system.said() for secret in SECRETS)
    return {f"{name}: {what}" for name, seen in found.items() for what in {*seen} - {IN_THE_OPEN}}


def test_no_file_of_the_system_holds_what_names_a_person(
    system: System, household: Household, people: People
) -> None:
    shown = people.commune.read(household.path)
    assert shown["members"][0]["full_name"] == f"{MARK} Văn Một"
    eventually(lambda: {"LoanApplied", "SponsorAssigned"} <= _timeline(people, household))
    assert _scanned(system) == set()


def test_after_erasure_nothing_opens_any_more_and_everything_else_stands(
    system: System, household: Household, people: People
) -> None:
    privacy = Api(system.gateway, system.token("privacy_officer", "--area", "*"))
    order = {"legal_basis": "Luật 91/2025/QH15", "occurred_on": date(2025, 12, 1).isoformat()}
    privacy.command(f"{household.path}/erasure", order | {"person": household.head})
    privacy.command(f"/sponsorship/v1/sponsors/{household.sponsor}/erasure", order)

    (member,) = people.commune.read(household.path)["members"]
    assert (member["full_name"], member["phone"], member["erased"]) == (None, None, True)
    sponsor = people.district.read(f"/sponsorship/v1/sponsors/{household.sponsor}")
    assert (sponsor["name"], sponsor["erased"]) == (None, True)

    # loans and sponsorship hear of it and destroy what they hold about the household
    eventually(lambda: _living_keys(system, household) == 0)
    eventually(lambda: "PersonalDataErased" in _timeline(people, household))
    assert _timeline(people, household) >= {"LoanApplied", "SponsorAssigned"}
    assert _scanned(system) == set()


def _timeline(people: People, household: Household) -> set[str]:
    """Give what reporting tells of the household; nothing while it has not heard of it."""
    path = f"/reporting/v1/households/{household.id}/timeline"
    answer = people.inspector.get(path)
    return {item["type"] for item in answer.json()["items"]} if answer.is_success else set()


def _living_keys(system: System, household: Household) -> int:
    owners = [household.head, household.id, household.sponsor]
    environment = DataFolder(system.data).environment
    with psycopg.connect(environment["DATABASE_URL_KEYS"]) as keys:
        found = keys.execute(
            "SELECT count(*) FROM owner_keys WHERE owner = ANY(%s::uuid[]) AND wrapped IS NOT NULL",
            (owners,),
        ).fetchone()
    assert found is not None
    return int(found[0])
