"""What this service makes of the facts of others: where the households live."""

from collections.abc import Iterable
from datetime import date

from services.households.events import HouseholdClosed, HouseholdMoved, HouseholdRegistered
from shared.areas import Commune
from shared.corrections import corrected
from shared.dated import Dated, dated
from shared.recorded import Recorded

CONSUMES: tuple[str, ...] = ("households",)
"""The services whose events this one reads."""


def places(history: Iterable[Recorded]) -> Dated[Commune]:
    """Give where a household has lived, from what is known of it; empty if nothing is."""
    found: Dated[Commune] = ()
    for recorded in _in_order(history):
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
    days = (one.event.closed_on for one in _in_order(history) if _closes(one))
    return next(days, None)


def _closes(recorded: Recorded) -> bool:
    return isinstance(recorded.event, HouseholdClosed)


def _in_order(history: Iterable[Recorded]) -> list[Recorded]:
    in_stream = sorted(history, key=lambda one: (one.meta.stream_id, one.meta.version))
    return sorted(corrected(in_stream), key=lambda one: one.order)
