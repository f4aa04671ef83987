"""The poverty status of a dossier's household, as its classifications known by a day give it."""

from collections.abc import Sequence
from datetime import date

from services.households.events import HouseholdClassified, HouseholdClosed, HouseholdGroupsSet
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, until
from shared.policy.programmes import Status
from shared.policy.status import StatusSince

NO_WORKING_CAPACITY = "no_working_capacity"


def status_and_ground(
    household: Case, on: date, known_by: date
) -> tuple[Status, Fact[HouseholdClassified]] | None:
    """Give the status on a day and the classification that gave it, of those decided by a day."""
    facts, rows = _known(household, known_by)
    found = [row for row in rows if row.since <= on]
    return (found[-1].status, facts[found[-1].by]) if found else None


def statuses_since(
    household: Case, first: date, on: date
) -> list[tuple[Status, Fact[HouseholdClassified]]]:
    """Give the statuses from one day to another by what was decided by the latter, in order."""
    facts, every = _known(household, on)
    rows = [row for row in every if row.since <= on]
    before = [row for row in rows if row.since <= first]
    after = [row for row in rows if first < row.since]
    return [(row.status, facts[row.by]) for row in (*before[-1:], *after)]


def _known(
    household: Case, day: date
) -> tuple[Sequence[Fact[HouseholdClassified]], list[StatusSince]]:
    """Give the classifications decided by a day, and what they make of the status."""
    facts = until(household.of(HouseholdClassified), day)
    return facts, household.statuses_by(len(facts))


def closed_by(dossier: Dossier, day: date) -> bool:
    """Tell whether the household was closed by a day."""
    closed = dossier.household.of(HouseholdClosed)
    return bool(closed) and closed[0].on <= day


def groups_on(household: Case, day: date) -> tuple[str, ...]:
    """Give the groups in which the household is on a day."""
    every = household.of(HouseholdGroupsSet)
    said = until(every, day) if every else every
    return said[-1].event.groups if said else ()


def end_of_incapacity(household: Case, day: date) -> Fact[HouseholdGroupsSet] | None:
    """Give the latest fact by a day that ended its having no working capacity."""
    found, unable = None, False
    for fact in until(household.of(HouseholdGroupsSet), day):
        now = NO_WORKING_CAPACITY in fact.event.groups
        if unable and not now:
            found = fact
        unable = now
    return found
