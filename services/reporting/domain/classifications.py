"""Classifications beside the reviews they rest on, and findings about one of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.households.events import HouseholdClassified
from services.reporting.domain.dossier import Dossier, Reviewed
from services.reporting.domain.facts import Fact, ids, until
from services.reporting.domain.intervals import (
    About,
    Detail,
    Interval,
    Run,
    Severity,
    Step,
    Subject,
)
from shared.ids import text_of

ANNUAL = "annual"


def reviewed(dossier: Dossier) -> Sequence[Reviewed]:
    """Give the classifications that name a review which is on file, each with it."""
    return dossier.household.reviewed


def by_review(facts: Iterable[Fact[Any]]) -> dict[int, list[Fact[Any]]]:
    """Sort facts, in fact order, by the number of the review that each is about."""
    found: dict[int, list[Fact[Any]]] = {}
    for fact in facts:
        number = fact.event.review_id.int
        if number in found:
            found[number].append(fact)
        else:
            found[number] = [fact]
    return found


def of_review(
    known: Mapping[int, list[Fact[Any]]], review_id: UUID, day: date
) -> Sequence[Fact[Any]]:
    """Give the facts about one review that were true by the end of a day."""
    return until(known.get(review_id.int, ()), day)


def on_decision(
    code: str,
    dossier: Dossier,
    said: Fact[HouseholdClassified],
    needed: Iterable[Fact[Any]],
    *,
    severity: Severity,
    details: dict[str, Detail],
) -> Interval:
    """Give the finding about a classification that only a correction takes away."""
    evidence = sorted(needed, key=lambda fact: fact.order)
    last = evidence[-1]
    step = Step(last.on, severity, ids(evidence), details)
    about = About(
        subject=Subject("classification", (text_of(said.id),)), household_id=dossier.household_id
    )
    return Interval(code=code, about=about, run=Run(text_of(last.id), last.on, None, (step,)))
