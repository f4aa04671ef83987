"""How it was found out and decided whether a household is poor: every step, its day, who wrote it.

A review goes from its points by way of the meeting, the notice board, complaints and points added
up again to the decision; each is a step of it, in the order of its days.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.households import events
from services.households.api.agreed import Opener

Told = tuple[Any, str]
"""A fact, and the user id of whoever recorded it."""


def reviews(told: Iterable[Told], opener: Opener) -> list[dict[str, Any]]:
    """Show the reviews in the order in which they were recorded; null where a text was erased."""
    found: dict[UUID, dict[str, Any]] = {}
    for fact, by in told:
        if isinstance(fact, events.ReviewScored):
            found[fact.review_id] = _scored(fact)
        step, review_id = _step(fact), getattr(fact, "review_id", None)
        if step is None or review_id is None:
            continue
        what, on, more = step
        said = {"step": what, "on": on.isoformat(), "recorded_by": by} | more
        found[review_id]["steps"].append(said)
    for review in found.values():
        review["steps"].sort(key=_day)
        review["scores"] = _scores(review["steps"])
    _open([step for review in found.values() for step in review["steps"]], opener)
    return list(found.values())


def classifications(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Show what was decided about the household's status, in the order of the days of decision."""
    found = [
        {
            "decided_on": fact.decided_on.isoformat(),
            "effective_from": fact.effective_from.isoformat(),
            "status": fact.status,
            "decision_no": fact.decision_no,
            "decided_by": fact.decided_by,
            "recorded_by": by,
            "review_id": str(fact.review_id) if fact.review_id else None,
            "departure_reason": fact.departure_reason,
        }
        for fact, by in told
        if isinstance(fact, events.HouseholdClassified)
    ]
    return sorted(found, key=lambda one: str(one["decided_on"]))


def _scored(fact: events.ReviewScored) -> dict[str, Any]:
    return {
        "review_id": str(fact.review_id),
        "year": fact.year,
        "kind": fact.kind,
        "scored_on": fact.scored_on.isoformat(),
        "area_type": fact.area_type,
        "standard": fact.standard,
        "deprivations": list(fact.deprivations),
        "reviewer_ids": list(fact.reviewer_ids),
        "scores": [],
        "steps": [],
    }


def _step(fact: Any) -> tuple[str, date, dict[str, Any]] | None:
    """Give what a fact is to its review, its day, and what it says."""
    match fact:
        case events.ReviewScored(scored_on=day):
            return "scored", day, {"b1": fact.b1, "b2": fact.b2}
        case events.VillageMeetingHeld(held_on=day):
            return "meeting", day, {"attendees": fact.attendees, "agreed": fact.agreed}
        case events.ResultPosted(posted_on=day):
            return "posted", day, {"posted_until": fact.posted_until.isoformat()}
        case events.ComplaintFiled(filed_on=day):
            return "complaint", day, {"complaint_id": str(fact.complaint_id), "text": fact.text}
        case events.ResultReverified(done_on=day):
            return "reverified", day, {"b1": fact.b1, "b2": fact.b2}
        case events.HouseholdClassified(decided_on=day):
            said = {"status": fact.status, "decision_no": fact.decision_no}
            return "classified", day, said | {"decided_by": fact.decided_by}
        case _:
            return None


def _scores(steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"on": step["on"], "b1": step["b1"], "b2": step["b2"]} for step in steps if "b1" in step
    ]


def _open(steps: Sequence[dict[str, Any]], opener: Opener) -> None:
    told = [step for step in steps if "text" in step]
    for step, text in zip(told, opener([step["text"] for step in told]), strict=True):
        step["text"] = text


def _day(step: dict[str, Any]) -> str:
    return str(step["on"])
