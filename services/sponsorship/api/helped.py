"""What was seen, promised and asked for under an assignment, as its facts tell it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.sponsorship import events

Opener = Callable[[Sequence[str | None]], list[str | None]]
"""Opens sealed texts, all with one look at the keys; None where one was erased."""
_SEALED = ("goal", "note", "text", "outcome")


def helped(facts: Iterable[Any], opener: Opener) -> dict[str, Any]:
    """Show the goal, visits, commitments and difficulties, each in order; null where erased."""
    visits: dict[UUID, dict[str, Any]] = {}
    commitments: dict[UUID, dict[str, Any]] = {}
    difficulties: dict[UUID, dict[str, Any]] = {}
    goal: dict[str, Any] = {"goal": None}
    for fact in facts:
        match fact:
            case events.SponsorAssigned():
                goal["goal"] = fact.goal
            case events.VisitRecorded():
                visits[fact.visit_id] = _visit(fact)
            case events.SupportPledged():
                commitments[fact.commitment_id] = _pledge(fact)
            case events.PledgeFulfilled(commitment_id=part, value=value):
                commitments[part]["fulfilled"] += value
            case events.PledgeWithdrawn(commitment_id=part, withdrawn_on=day):
                commitments[part] |= _ended("withdrawn_on", day)
            case events.DifficultyRaised():
                difficulties[fact.difficulty_id] = _difficulty(fact)
            case events.DifficultyResolved(difficulty_id=part, resolved_on=day):
                difficulties[part] |= _ended("resolved_on", day) | {"outcome": fact.outcome}
    _open([goal, *visits.values(), *difficulties.values()], opener)
    return goal | {
        "visits": list(visits.values()),
        "commitments": list(commitments.values()),
        "difficulties": list(difficulties.values()),
    }


def _visit(fact: events.VisitRecorded) -> dict[str, Any]:
    return {
        "visit_id": str(fact.visit_id),
        "visited_on": fact.visited_on.isoformat(),
        "visitor": fact.visitor,
        "progress": fact.progress,
        "note": fact.note,
        "evidence": [{"sha256": one.sha256, "kind": one.kind} for one in fact.evidence],
    }


def _pledge(fact: events.SupportPledged) -> dict[str, Any]:
    return {
        "commitment_id": str(fact.commitment_id),
        "since": fact.pledged_on.isoformat(),
        "kind": fact.kind,
        "value": fact.value,
        "due_on": fact.due_on.isoformat(),
        "fulfilled": 0,
        "is_open": True,
        "withdrawn_on": None,
    }


def _difficulty(fact: events.DifficultyRaised) -> dict[str, Any]:
    return {
        "difficulty_id": str(fact.difficulty_id),
        "since": fact.raised_on.isoformat(),
        "category": fact.category,
        "text": fact.text,
        "asked_of": fact.asked_of,
        "is_open": True,
        "resolved_on": None,
        "outcome": None,
    }


def _ended(how: str, day: date) -> dict[str, Any]:
    return {"is_open": False, how: day.isoformat()}


def _open(shown: Sequence[dict[str, Any]], opener: Opener) -> None:
    places = [(one, name) for one in shown for name in _SEALED if name in one]
    texts = opener([one[name] for one, name in places])
    for (one, name), text in zip(places, texts, strict=True):
        one[name] = text
