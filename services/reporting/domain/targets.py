"""Which exit targets of a household stand on a day."""

from collections.abc import Sequence
from datetime import date

from services.households.events import ExitTargetSet, ExitTargetWithdrawn
from services.reporting.domain.dossier import Case
from services.reporting.domain.facts import Fact


def first_set(targets: Sequence[Fact[ExitTargetSet]]) -> list[tuple[int, date]]:
    """Give the years for which a target was ever set, in order, each with the first day of it."""
    found: dict[int, date] = {}
    for fact in targets:
        found.setdefault(fact.event.year, fact.on)
    return sorted(found.items())


def standing_target(household: Case, year: int, day: date) -> Fact[ExitTargetSet] | None:
    """Give the target of a year as last set by a day, or None if it was withdrawn since."""
    target = None
    for said in household.of(ExitTargetSet):
        if said.on > day:
            break
        if said.event.year == year:
            target = said
    if target is None:
        return None
    for fact in household.of(ExitTargetWithdrawn):
        if fact.event.year == year and fact.on <= day and fact.order > target.order:
            return None
    return target
