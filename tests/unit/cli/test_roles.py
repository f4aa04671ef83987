"""Every process that the supervisor starts has something to do."""

from cli.roles import LISTENERS, split
from services.households.app import SERVICE as HOUSEHOLDS
from services.loans.app import SERVICE as LOANS
from services.sponsorship.app import SERVICE as SPONSORSHIP


def test_only_services_that_listen_to_others_or_have_long_work_get_a_consumer() -> None:
    services = (HOUSEHOLDS, LOANS, SPONSORSHIP)
    listening = [each.name for each in services if each.consumes or each.turn is not None]
    assert listening == list(LISTENERS)


def test_each_process_has_a_name_of_its_own() -> None:
    names = [role.name for role in split(9000)]
    assert len(names) == len(set(names))
