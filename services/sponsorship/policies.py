"""What this service makes of the facts of others: where the households live."""

from collections.abc import Iterable

from services.households.events import HouseholdMoved, HouseholdRegistered
from shared.areas import Commune
from shared.corrections import corrected
from shared.dated import Dated, dated
from shared.recorded import Recorded

CONSUMES: tuple[str, ...] = ("households",)
"""The services whose events this one reads."""


def places(history: Iterable[Recorded]) -> Dated[Commune]:
    """Give where a household has lived, from what is known of it; empty if nothing is."""
    in_stream = sorted(history, key=lambda one: (one.meta.stream_id, one.meta.version))
    found: Dated[Commune] = ()
    for recorded in sorted(corrected(in_stream), key=lambda one: one.order):
        match recorded.event:
            case HouseholdRegistered(registered_on=day, commune=commune):
                found = dated(found, day, commune)
            case HouseholdMoved(moved_on=day, commune=commune):
                found = dated(found, day, commune)
            case _:
                pass
    return found
