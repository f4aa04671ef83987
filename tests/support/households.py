"""Facts about one made-up household, each with only what a test wants to say."""

from datetime import date
from typing import Any

from services.households import events
from services.households.events import Member
from shared.areas import Commune
from tests.support.given import an_id

HOUSEHOLD = an_id("household")
HEAD = an_id("head")
REVIEW = an_id("review")
DAY = date(2024, 3, 1)
BOC_BO = Commune("01894", date(2000, 1, 1))
NGHIEN_LOAN = Commune("01891", date(2000, 1, 1))


def a_member(name: str = "head", **more: Any) -> Member:
    fields: dict[str, Any] = {
        "member_id": an_id(name),
        "full_name": "s1:x",
        "relation": "head" if name == "head" else "other",
        "able_to_work": True,
    }
    return Member(**(fields | more))


def household_registered(**more: Any) -> events.HouseholdRegistered:
    fields: dict[str, Any] = {
        "household_id": HOUSEHOLD,
        "commune": BOC_BO,
        "village": "Nà Lẹng",
        "area_type": "rural",
        "head": a_member(),
        "registered_on": DAY,
    }
    return events.HouseholdRegistered(**(fields | more))


def review_scored(**more: Any) -> events.ReviewScored:
    fields: dict[str, Any] = {
        "household_id": HOUSEHOLD,
        "review_id": REVIEW,
        "year": 2024,
        "kind": "annual",
        "b1": 120,
        "b2": 40,
        "scored_on": date(2024, 9, 15),
        "reviewer_ids": ("ra-soat-vien",),
        "area_type": "rural",
        "standard": "ND07-2021",
    }
    return events.ReviewScored(**(fields | more))


def household_classified(**more: Any) -> events.HouseholdClassified:
    fields: dict[str, Any] = {
        "household_id": HOUSEHOLD,
        "decided_on": date(2024, 12, 1),
        "status": "poor",
        "decision_no": "12/QĐ-UBND",
        "effective_from": date(2025, 1, 1),
        "decided_by": "lanh-dao",
        "review_id": REVIEW,
    }
    return events.HouseholdClassified(**(fields | more))
