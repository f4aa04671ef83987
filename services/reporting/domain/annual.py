"""The annual reviews of a year, counted by commune and by reviewer. Pure.

A finding about a year opens on 15 December or, where the reviews that it needs came later, with
them; each review counts from its day until another takes its place.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from services.households.events import HouseholdClassified, ResultReverified, ReviewScored
from services.reporting.domain.classifications import ANNUAL
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact, Order
from services.reporting.domain.intervals import Detail, Interval
from services.reporting.domain.proportions import kept_by_benjamini_hochberg
from services.reporting.domain.rulebook import Rulebook
from shared.areas import Commune, at
from shared.policy.standards import standard_on

SCORES, RESULTS = "annual_scores", "annual_results"
"""What households contribute to the counts of a year: points near the cut-off, and outcomes."""

NEAR = 10
"""Points on either side of the cut-off: part of what is counted, for any rulebook."""

POOR = frozenset({"poor", "near_poor"})
_WHOLE = 100
K = TypeVar("K", bound=Hashable)


class Reviewed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="review"):
    """One annual review as it counts for a year, from `order` on until a day."""

    kind: str
    subject: str
    """The year."""
    household_id: UUID
    event_id: UUID
    order: Order
    until: date | None = None
    commune: Commune
    hit: bool
    """At or below the cut-off; classified as poor or near-poor."""
    reviewers: tuple[str, ...] = ()
    review: UUID | None = None
    """The event of the review, where its outcome counts."""

    def counts_on(self, day: date) -> bool:
        """Tell whether it counts on a day."""
        return self.order[0] <= day and (self.until is None or day < self.until)


Read = Callable[[], Iterable[Reviewed]]
"""Gives what counts for a year; it may be asked for twice."""


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody or something that a rule about a year looked at: judged, or too few to judge."""

    code: str
    commune: Commune
    reviewer: str | None = None
    counted: int
    judged: bool


class Judged(NamedTuple):
    """What a rule says about a year."""

    found: list[Interval]
    covered: list[Covered]


def turn_of(year: int) -> date:
    """Give the day on which a year's reviews are first judged."""
    return date(year, 12, 15)


def scores(dossier: Dossier) -> Iterator[Reviewed]:
    """Give the household's points near the cut-off, of each year the latest review's."""
    by_year: dict[int, list[Fact[ReviewScored]]] = {}
    for fact in _scored(dossier):
        by_year.setdefault(fact.event.year, []).append(fact)
    for year, facts in by_year.items():
        for number, fact in enumerate(facts):
            below = _below(fact.event)
            if below is None:
                continue
            until = facts[number + 1].on if number + 1 < len(facts) else None
            commune = commune_of_year(dossier, fact.on, year)
            if commune is None or _is_past(until, fact.on, year):
                continue
            yield Reviewed(
                kind=SCORES,
                subject=str(year),
                household_id=dossier.household_id,
                event_id=fact.id,
                order=fact.order,
                until=until,
                commune=commune,
                hit=below,
            )


def results(dossier: Dossier) -> Iterator[Reviewed]:
    """Give the outcome of each annual review, by the latest classification that refers to it."""
    # by number: ids are slow to hash
    reviews = {
        fact.event.review_id.int: fact
        for fact in dossier.household.of(ReviewScored)
        if fact.event.kind == ANNUAL
    }
    said: dict[int, list[Fact[HouseholdClassified]]] = {}
    for fact in dossier.household.of(HouseholdClassified):
        named = fact.event.review_id
        if named is not None and named.int in reviews:
            said.setdefault(named.int, []).append(fact)
    for review_id, facts in said.items():
        review = reviews[review_id]
        commune = commune_of_year(dossier, review.on, review.event.year)
        for number, fact in enumerate(facts):
            until = facts[number + 1].on if number + 1 < len(facts) else None
            order = max(fact.order, review.order)
            if commune is None or _is_past(until, order[0], review.event.year):
                continue
            yield Reviewed(
                kind=RESULTS,
                subject=str(review.event.year),
                household_id=dossier.household_id,
                event_id=fact.id,
                order=order,
                until=until,
                commune=commune,
                hit=fact.event.status in POOR,
                reviewers=tuple(sorted(set(review.event.reviewer_ids))),
                review=review.id,
            )


def _scored(dossier: Dossier) -> Iterator[Fact[ReviewScored]]:
    """Give the points of annual reviews, without those given after they were verified again."""
    again: dict[int, Fact[ResultReverified]] = {}
    for fact in dossier.household.of(ResultReverified):
        again.setdefault(fact.event.review_id.int, fact)
    for scored in dossier.household.of(ReviewScored):
        first = again.get(scored.event.review_id.int)
        if scored.event.kind == ANNUAL and (first is None or scored.order < first.order):
            yield scored


def _below(review: ReviewScored) -> bool | None:
    """Tell on which side of the cut-off points near it are; None where they are not."""
    standard = standard_on(review.scored_on)
    limits = standard.limits if standard is not None else None
    if limits is None or review.area_type not in limits:
        return None
    above = review.b1 - limits[review.area_type].b1_max
    return above <= 0 if -NEAR < above <= NEAR else None


def commune_of_year(dossier: Dossier, day: date, year: int) -> Commune | None:
    """Give the commune for which what was true on a day counts in a year."""
    home = dossier.commune_on(day)
    return (at(home, max(day, turn_of(year))) or home) if home is not None else None


def _is_past(until: date | None, start: date, year: int) -> bool:
    return until is not None and until <= max(start, turn_of(year))


class Counts(NamedTuple):
    """How many reviews count, and how many of them are hits."""

    whole: int = 0
    hits: int = 0


class Tally(Generic[K]):
    """Counts along the days of a year, from its turn on."""

    def __init__(self, year: int) -> None:
        self.first = turn_of(year)
        self._whole: dict[date, Counter[K]] = {}
        self._hits: dict[date, Counter[K]] = {}

    def add(self, review: Reviewed, keys: Iterable[K]) -> None:
        """Count a review for each of these."""
        start = max(review.order[0], self.first)
        if review.until is not None and review.until <= start:
            return
        for key in keys:
            self._move(start, key, 1, hit=review.hit)
            if review.until is not None:
                self._move(review.until, key, -1, hit=review.hit)

    def count(self, key: K, counts: Counts, day: date | None = None) -> None:
        """Count many reviews at once, from a day on; from the turn of the year if None."""
        start = max(day or self.first, self.first)
        self._whole.setdefault(start, Counter())[key] += counts.whole
        self._hits.setdefault(start, Counter())[key] += counts.hits

    def _move(self, day: date, key: K, by: int, *, hit: bool) -> None:
        self._whole.setdefault(day, Counter())[key] += by
        self._hits.setdefault(day, Counter())[key] += by if hit else 0

    def days(self) -> Iterator[tuple[date, dict[K, Counts]]]:
        """Give the counts of every day on which they change."""
        whole, hits = Counter[K](), Counter[K]()
        for day in sorted(self._whole):
            whole.update(self._whole[day])
            hits.update(self._hits[day])
            yield day, {key: Counts(number, hits[key]) for key, number in whole.items()}


class Opened(NamedTuple):
    """When and by which counts something was first suspected."""

    on: date
    counts: Counts
    details: dict[str, Detail]


class Suspicion(NamedTuple, Generic[K]):
    """What is suspected and since when; the last counts, and whom they are enough to judge."""

    found: dict[K, Opened]
    last: dict[K, Counts]
    judged: set[K]


def suspected(
    tally: Tally[K],
    chance: Callable[[K, Mapping[K, Counts]], float | None],
    limits: Mapping[str, int],
    details: Callable[[K, Mapping[K, Counts]], dict[str, Detail]],
) -> Suspicion[K]:
    """Give what chance would hardly give, by the day on which that was first so.

    `chance` gives None where there is too little to judge.
    """
    found: dict[K, Opened] = {}
    last: dict[K, Counts] = {}
    judged: set[K] = set()
    for day, counts in tally.days():
        asked = {key: chance(key, counts) for key in counts}
        by_chance = {key: p for key, p in asked.items() if p is not None}
        kept = kept_by_benjamini_hochberg(by_chance, limits["false_percent"] / _WHOLE)
        for key in kept - found.keys():
            if by_chance[key] * _WHOLE < limits["percent"]:
                found[key] = Opened(day, counts[key], details(key, counts))
        last, judged = counts, set(by_chance)
    return Suspicion(found, last, judged)


def place_of(commune: Commune, year: int) -> dict[str, Detail]:
    """Give the details that say where and of which year a finding is."""
    return {
        "commune": commune.code,
        "commune_from": commune.valid_from.isoformat(),
        "year": str(year),
    }


Check = Callable[[int, Read, Rulebook], Judged]
