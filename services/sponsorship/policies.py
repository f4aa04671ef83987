"""What this service makes of the facts of others: where the households live."""

from collections.abc import Iterable
from datetime import date

from services.households.events import REGISTRY as HOUSEHOLDS
from services.households.events import HouseholdClosed, HouseholdMoved, HouseholdRegistered
from shared.areas import Commune
from shared.codec import Registries
from shared.corrections import in_fact_order
from shared.dated import Dated, dated
from shared.recorded import Recorded

CONSUMES: Registries = {HOUSEHOLDS.source: HOUSEHOLDS}
"""The services whose events this one reads."""


def places(history: Iterable[Recorded]) -> Dated[Commune]:
    """Give where a household has lived, from what is known of it; empty if nothing is."""
    found: Dated[Commune] = ()
    for recorded in in_fact_order(history):
        match recorded.event:
            case HouseholdRegistered(registered_on=day, commune=commune):
                found = dated(found, day, commune)
            case HouseholdMoved(moved_on=day, commune=commune):
                found = dated(found, day, commune)
            case _:
                pass
    return found


def closed_on(history: Iterable[Recorded]) -> date | None:
    """Give the day from which a household is no more, None if it was not closed."""
    days = (one.event.closed_on for one in in_fact_order(history) if _closes(one))
    return next(days, None)


def _closes(recorded: Recorded) -> bool:
    return isinstance(recorded.event, HouseholdClosed)
