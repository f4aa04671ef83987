"""One reviewer's annual reviews of a year, beside those of the commune's others. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from services.households.events import HouseholdClassified, ReviewScored
from services.reporting.domain.annual import POOR, commune_of_year
from services.reporting.domain.classifications import ANNUAL
from services.reporting.domain.dossier import Dossier
from shared.areas import Commune

UNDECIDED = "undecided"
RESULTS = ("poor", "near_poor", "newly_escaped", "not_poor", UNDECIDED)
_WHOLE = 10_000


class Reviewing(NamedTuple):
    """A review of a year: where it counts, who made it, and what came of it."""

    commune: Commune
    reviewers: frozenset[str]
    result: str


def reviews_of(dossier: Dossier, year: int) -> Iterator[Reviewing]:
    """Give the annual reviews of a year with the last classification that names each of them."""
    said = {
        fact.event.review_id: fact.event.status
        for fact in dossier.household.of(HouseholdClassified)
    }
    latest = {
        fact.event.review_id: fact
        for fact in dossier.household.of(ReviewScored)
        if fact.event.kind == ANNUAL and fact.event.year == year
    }
    for review_id, fact in latest.items():
        commune = commune_of_year(dossier, fact.on, year)
        if commune is not None:
            who = frozenset(fact.event.reviewer_ids)
            yield Reviewing(commune, who, said.get(review_id, UNDECIDED))


def made_by(reviews: Iterable[Reviewing], reviewer: str) -> set[Commune]:
    """Name the communes in which somebody reviewed."""
    return {each.commune for each in reviews if reviewer in each.reviewers}


def beside(
    reviews: Iterable[Reviewing], reviewer: str, communes: Collection[Commune]
) -> dict[Commune, dict[str, Any]]:
    """Count by result, in each of these communes, a reviewer's own and those of the others."""
    own = {commune: Counter[str]() for commune in communes}
    others = {commune: Counter[str]() for commune in communes}
    for each in reviews:
        if each.commune in own:
            side = own if reviewer in each.reviewers else others
            side[each.commune][each.result] += 1
    return {
        commune: {"own": _document(own[commune]), "others": _document(others[commune])}
        for commune in sorted(own)
    }


def _document(counts: Counter[str]) -> dict[str, Any]:
    decided = counts.total() - counts[UNDECIDED]
    poor = sum(counts[status] for status in POOR)
    return {
        "reviews": counts.total(),
        "results": {result: counts[result] for result in RESULTS},
        "poor_or_near_poor_bp": poor * _WHOLE // decided if decided else None,
    }
