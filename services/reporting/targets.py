"""Which exit targets of a household stand on a day."""

from datetime import date

from services.households.events import ExitTargetSet, ExitTargetWithdrawn
from services.reporting.dossier import Case
from services.reporting.facts import Fact


def standing_target(household: Case, year: int, day: date) -> Fact[ExitTargetSet] | None:
    """Give the target of a year as last set by a day, or None if it was withdrawn since."""
    targets = [f for f in household.of(ExitTargetSet) if f.event.year == year and f.on <= day]
    if not targets:
        return None
    target = targets[-1]
    for fact in household.of(ExitTargetWithdrawn):
        if fact.event.year == year and fact.on <= day and fact.order > target.order:
            return None
    return target
