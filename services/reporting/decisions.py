"""Classifications beside the reviews they rest on, and findings about one of them. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.households.events import HouseholdClassified, ReviewScored
from services.reporting.dossier import Dossier
from services.reporting.facts import Fact, ids
from services.reporting.intervals import About, Detail, Interval, Run, Severity, Step, Subject
from shared.ids import text_of

ANNUAL = "annual"


def reviewed(
    dossier: Dossier,
) -> Iterator[tuple[Fact[HouseholdClassified], Fact[ReviewScored]]]:
    """Give the classifications that name a review which is on file, each with it."""
    reviews = {fact.event.review_id: fact for fact in dossier.household.of(ReviewScored)}
    for said in dossier.household.of(HouseholdClassified):
        review = reviews.get(said.event.review_id) if said.event.review_id else None
        if review is not None:
            yield said, review


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
