"""Builders of what happens around production models and credit groups, with defaults."""

from datetime import date
from typing import Any
from uuid import UUID

from services.loans.events import CreditGroupFormed
from services.sponsorship.events import HouseholdEnrolled, ModelLaunched, OutcomeAssessed
from shared.areas import Commune, commune_on
from shared.money import vnd
from tests.support.facts import classified, registered, uid

MODEL, GROUP = uid("model"), uid("group")
START, AFTER = date(2023, 3, 1), date(2023, 9, 1)
"""When households are enrolled, and when some of them are found not to be poor any more."""


def model_launched(on: date = START, code: str = "01864", model: UUID = MODEL) -> ModelLaunched:
    commune = commune_on(code, on)
    assert isinstance(commune, Commune)
    return ModelLaunched(
        model_id=model,
        launched_on=on,
        name="Nuôi bò",
        kind="community",
        commune=commune,
        budget=vnd(500_000_000),
    )


def group_formed(on: date = START, code: str = "01864", group: UUID = GROUP) -> CreditGroupFormed:
    commune = commune_on(code, on)
    assert isinstance(commune, Commune)
    return CreditGroupFormed(
        group_id=group,
        formed_on=on,
        name="Tổ Nà Nghè",
        commune=commune,
        union="women",
        leader_id="leader",
    )


def enrolled_in(home: UUID, on: date = START, model: UUID = MODEL) -> HouseholdEnrolled:
    return HouseholdEnrolled(
        model_id=model, household_id=home, enrolled_on=on, support_value=vnd(5_000_000)
    )


def assessed_in(home: UUID, on: date, before: int | None, after: int | None) -> OutcomeAssessed:
    return OutcomeAssessed(
        model_id=MODEL,
        household_id=home,
        assessed_on=on,
        result="effective",
        income_before=None if before is None else vnd(before),
        income_after=None if after is None else vnd(after),
    )


def households(
    name: str, count: int, left: int, *, joined: bool, on: date = START, code: str = "01864"
) -> list[Any]:
    """Give so many poor households, of which the first so many are not poor half a year later."""
    found: list[Any] = []
    for number in range(count):
        home = uid(f"{name} {number}")
        found += [registered(date(2022, 1, 10), code, home), classified("poor", on, home=home)]
        if joined:
            found.append(enrolled_in(home, on))
        if number < left:
            found.append(classified("not_poor", date(on.year, on.month + 6, 1), home=home))
    return found
