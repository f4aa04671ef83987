"""What became of the households of a production model, beside others like them. Pure.

Others are alike that had the same status and the same type of area in the year of the enrolment
and took part in no model.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median_low
from typing import NamedTuple
from uuid import UUID

from services.households.events import HouseholdMoved, HouseholdRegistered
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact, until
from services.reporting.domain.status import closed_by, status_and_ground
from services.sponsorship.events import HouseholdEnrolled, OutcomeAssessed
from shared.areas import Scope
from shared.policy.status import years_after

POOR = ("poor", "near_poor")
MONTHS = (12, 24)
_MONTHS_OF_A_YEAR = 12


class Stratum(NamedTuple):
    """What households must have in common to be compared."""

    year: int
    status: str
    area_type: str


class Side(NamedTuple):
    """So many households, and how many of them were not poor after each time that has passed."""

    households: int
    left: tuple[int, ...]


class Followed(NamedTuple):
    """A household that is counted, the day from which it is followed, and what became of it."""

    household_id: UUID
    since: date
    left: bool
    """Whether it was not poor twelve months later."""


class Compared(NamedTuple):
    """Those of a stratum who took part and those who did not, all followed for equally long."""

    stratum: Stratum
    participants: tuple[Followed, ...]
    comparable: tuple[Followed, ...]


class Joined(NamedTuple):
    """A household that took part, the day of its enrolment, and with whom it compares."""

    dossier: Dossier
    since: date
    stratum: Stratum


class Income(NamedTuple):
    """What a household earned before it took part and after."""

    before: int
    after: int


def enrolment(dossier: Dossier, model: UUID) -> Fact[HouseholdEnrolled] | None:
    """Give the first enrolment in a model."""
    every = dossier.household.of(HouseholdEnrolled)
    return next((fact for fact in every if fact.event.model_id == model), None)


def income(dossier: Dossier, model: UUID) -> Income | None:
    """Give the incomes of the first assessment in a model that tells both."""
    for fact in dossier.household.of(OutcomeAssessed):
        said = fact.event
        if said.model_id == model and None not in (said.income_before, said.income_after):
            return Income(int(said.income_before or 0), int(said.income_after or 0))
    return None


def compare(
    participants: Iterable[Joined], others: Iterable[Dossier], here: Scope, today: date
) -> list[Compared]:
    """Compare, stratum by stratum, what had become of households after twelve months.

    The others lived `here` when they are first looked at.
    """
    enrolled: dict[Stratum, list[Followed]] = {}
    for dossier, since, stratum in participants:
        enrolled.setdefault(stratum, []).append(_followed(dossier, since, today))
    starts = {stratum: followed_from(one.since for one in own) for stratum, own in enrolled.items()}
    beside: dict[Stratum, list[Followed]] = {stratum: [] for stratum in enrolled}
    for dossier in others:
        found = _alike(dossier, starts, here, today)
        if found is not None:
            beside[found].append(_followed(dossier, starts[found], today))
    return [Compared(each, tuple(enrolled[each]), tuple(beside[each])) for each in sorted(enrolled)]


def followed_from(days: Iterable[date]) -> date:
    """Give the day from which those who did not take part are followed: the middle enrolment."""
    return median_low(sorted(days))


def _followed(dossier: Dossier, since: date, today: date) -> Followed:
    return Followed(dossier.household_id, since, has_left(dossier, since, MONTHS[0], today))


def has_left(dossier: Dossier, since: date, months: int, today: date) -> bool:
    """Tell whether a household was not poor so long after; one that is no more, when it ended."""
    day = years_after(since, months // _MONTHS_OF_A_YEAR)
    return _status(dossier, day, today) not in POOR


def _alike(
    dossier: Dossier, starts: Mapping[Stratum, date], here: Scope, today: date
) -> Stratum | None:
    """Give the one stratum in which a household that took part in nothing is counted."""
    if dossier.household.of(HouseholdEnrolled):
        return None
    fits = [
        each
        for each, day in sorted(starts.items())
        if here.covers(dossier.commune_on(day), day) and stratum_of(dossier, day, today) == each
    ]
    # once, or five would not be five households; by its id, so that no year takes all of them
    return fits[dossier.household_id.int % len(fits)] if fits else None


def stratum_of(dossier: Dossier, day: date, known_by: date) -> Stratum | None:
    """Say with whom a household compares on a day; None: it was not poor or not there."""
    kind, status = _area_type(dossier, day), _status(dossier, day, known_by)
    if kind is None or status not in POOR or closed_by(dossier, day):
        return None
    return Stratum(day.year, status, kind)


def _area_type(dossier: Dossier, day: date) -> str | None:
    household = dossier.household
    said: Sequence[Fact[HouseholdRegistered] | Fact[HouseholdMoved]] = [
        *until(household.of(HouseholdRegistered), day),
        *until(household.of(HouseholdMoved), day),
    ]
    return max(said, key=lambda fact: fact.order).event.area_type if said else None


def _status(dossier: Dossier, day: date, known_by: date) -> str:
    found = status_and_ground(dossier.household, day, known_by)
    return found[0] if found else "unknown"
