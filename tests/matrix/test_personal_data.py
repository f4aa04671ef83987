"""What each service holds of a household's people, opened for who watches over it."""

import pytest

from shared.ids import named
from tests.matrix.office import Office
from tests.matrix.row import AUDITOR, IDS, INSIDE, PRIVACY
from tests.support.counter_app import bearer
from tests.support.service_app import code_of

pytestmark = pytest.mark.servers

EXPORT = "/v1/households/{household}/personal-data".format_map(IDS)
HELD = (
    ("households", ("Hoàng Văn Thử", "Hoàng Thị Con", "2010-01-30", "làm chuồng")),
    ("loans", ("nhầm số tiền", "dùng sai mục đích")),
    ("sponsorship", ("Thoát nghèo bền vững",)),
)
"""Texts that were written about the household, by the service that holds them."""


def told(office: Office, service: str, role: str, query: str = "") -> str:
    who = bearer(role, areas=INSIDE, sub=f"the {role}")
    answer = office.ask(service, "GET", f"{EXPORT}{query}", who)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(("service", "texts"), HELD)
def test_everything_that_was_written_is_told(
    office: Office, service: str, texts: tuple[str, ...]
) -> None:
    found = told(office, service, PRIVACY)
    assert [text for text in texts if text not in found] == []
    assert '"s1:' not in found


@pytest.mark.parametrize(("service", "texts"), HELD)
def test_to_an_auditor_it_stays_sealed(
    office: Office, service: str, texts: tuple[str, ...]
) -> None:
    found = told(office, service, AUDITOR)
    assert [text for text in texts if text in found] == []
    assert '"s1:' in found


@pytest.mark.parametrize("service", [service for service, _ in HELD])
def test_who_took_it_stands_in_the_access_log(office: Office, service: str) -> None:
    told(office, service, PRIVACY)
    who = bearer(PRIVACY, sub="a watcher")
    log = office.ask(service, "GET", "/v1/access-log?limit=500", who).get_json()["items"]
    found = [entry for entry in log if entry["reader"] == f"the {PRIVACY}"]
    assert ("personal data", [IDS["household"]]) in [
        (entry["kind"], entry["subject_ids"]) for entry in found
    ]


def test_of_one_person_nothing_is_told_about_the_others(office: Office) -> None:
    found = told(office, "households", PRIVACY, f"?person={IDS['child']}")
    assert "Hoàng Thị Con" in found
    assert "Hoàng Văn Thử" not in found
    assert "làm chuồng" not in found


def test_of_somebody_unknown_nothing_is_told(office: Office) -> None:
    assert '"items":[]' in told(office, "households", PRIVACY, f"?person={named('nobody')}")


def test_a_person_must_be_named_by_an_id(office: Office) -> None:
    answer = office.ask("households", "GET", f"{EXPORT}?person=x", bearer(PRIVACY))
    assert code_of(answer) == (422, "invalid")
