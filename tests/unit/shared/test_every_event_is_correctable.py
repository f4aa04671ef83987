"""Whatever was recorded wrongly can be set right: no kind of event is forgotten."""

from typing import Any

import pytest

from services.households import events as households
from services.households.api import corrections as of_households
from services.loans import events as loans
from services.loans.api import corrections as of_loans
from services.sponsorship import events as sponsorship
from services.sponsorship.api import corrections as of_sponsorship
from shared.event import event_type

FINAL = {"EventCorrected", "PersonalDataErased"}
"""A correction is corrected by another one of the original; a destroyed key does not come back."""


def schemas_of(module: Any) -> set[type[Any]]:
    """Give the events that a service's corrections have a schema for."""
    tables = [value for value in vars(module).values() if isinstance(value, dict)]
    return {kind for table in tables for kind in table if isinstance(kind, type)}


@pytest.mark.parametrize(
    ("events", "module"),
    [(households, of_households), (loans, of_loans), (sponsorship, of_sponsorship)],
    ids=["households", "loans", "sponsorship"],
)
def test_every_event_can_be_corrected_but_those_that_are_final(events: Any, module: Any) -> None:
    recorded = {kind for kind in events.EVENTS if event_type(kind).name not in FINAL}
    assert schemas_of(module) == recorded
