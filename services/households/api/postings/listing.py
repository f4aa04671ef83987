"""What stands on the yearly list of a commune: who was found poor, near-poor or newly escaped.

A decision belongs to the year of the review it rests on, else to the year of its own date; of
several the one decided last counts. The law posts a result before it is decided: until there is a
decision, the list says what the points of the year's review give, as expected. A household stands
on the list of the commune it lived in on the last day of the year (today, while the year lasts).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from services.households.events import HouseholdClassified, ResultReverified, ReviewScored
from shared.areas import Commune
from shared.codec import canonical
from shared.dated import Dated, dated
from shared.folding import folded_words
from shared.policy.programmes import Status
from shared.policy.standards import classify
from shared.policy.status import Classified, status_on

RESULTS = ("poor", "near_poor", "newly_escaped")
"""Results that are posted, in the order of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One household of the list; without a name where the head's was erased."""

    village: str
    head_name: str | None
    result: str
    decision_no: str | None
    decided_on: date | None
    """None, as is the number: expected by the points, not decided yet."""

    def document(self) -> dict[str, Any]:
        """Give what is printed of it."""
        return {
            "village": self.village,
            "head_name": self.head_name,
            "result": self.result,
            "decision_no": self.decision_no,
            "decided_on": self.decided_on.isoformat() if self.decided_on else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The list of one commune and year, by village, result and name."""

    commune: Commune
    year: int
    lines: tuple[Line, ...]


def last_day(year: int, present: date) -> date:
    """Give the day on which a household's commune counts for a year's list."""
    return min(date(year, 12, 31), present)


def decided(facts: Iterable[Any], year: int) -> HouseholdClassified | None:
    """Give the decision of a year from a household's facts, corrections applied; None if none."""
    years: dict[UUID, int] = {}
    found: HouseholdClassified | None = None
    for fact in facts:
        match fact:
            case ReviewScored():
                years[fact.review_id] = fact.year
            case HouseholdClassified(review_id=review, decided_on=day):
                of = day.year if review is None else years.get(review, day.year)
                if of == year and (found is None or found.decided_on <= day):
                    found = fact
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What stands on the list of a household: by a decision, or without one as expected."""

    status: str
    decision_no: str | None = None
    decided_on: date | None = None


def result_of(facts: Sequence[Any], year: int, day: date) -> Result | None:
    """Give what stands on a year's list, as of a day; None for a household that is not on it."""
    decision, review = decided(facts, year), _reviewed(facts, year)
    status, decision_no, decided_on = None, None, None
    if review is not None and (decision is None or decision.decided_on < review.scored_on):
        status = _expected(facts, review, day)
    if status is None and decision is not None:
        status, decision_no = decision.status, decision.decision_no
        decided_on = decision.decided_on
    if status not in RESULTS:
        return None
    return Result(status=status, decision_no=decision_no, decided_on=decided_on)


def _reviewed(facts: Iterable[Any], year: int) -> ReviewScored | None:
    """Give the last annual review of a year."""
    found: ReviewScored | None = None
    for fact in facts:
        if isinstance(fact, ReviewScored) and (fact.kind, fact.year) == ("annual", year):
            found = fact if found is None or found.scored_on <= fact.scored_on else found
    return found


def _expected(facts: Iterable[Any], review: ReviewScored, day: date) -> str | None:
    """Give what a review comes to by its last points, under the standard of its day.

    Whoever is beyond poverty by them is listed only as one who leaves it.
    """
    scores: Dated[tuple[int, int]] = ((review.scored_on, (review.b1, review.b2)),)
    known: list[Classified] = []
    for fact in facts:
        match fact:
            case ResultReverified(review_id=of, done_on=on) if of == review.review_id:
                scores = dated(scores, on, (fact.b1, fact.b2))
            case HouseholdClassified(effective_from=since):
                known.append(Classified(since, cast("Status", fact.status)))
    given = classify(*scores[-1][1], review.area_type, review.scored_on)
    was_poor = status_on(known, day) in ("poor", "near_poor")
    return "newly_escaped" if given == "neither" and was_poor else given


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Put lines in the order of the list: as Vietnamese lists go, by the given name first."""
    return tuple(sorted(lines, key=_place))


def list_hash(posting: Posting) -> str:
    """Give the SHA-256 of what is printed: whoever copies the list can compute it again."""
    said = {
        "commune": {
            "code": posting.commune.code,
            "valid_from": posting.commune.valid_from.isoformat(),
        },
        "year": posting.year,
        "rows": [line.document() for line in posting.lines],
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """Give how many households have each result."""
    return {result: sum(line.result == result for line in lines) for result in RESULTS}


def _place(line: Line) -> tuple[Any, ...]:
    words = folded_words(line.head_name or "")
    name = (*words[-1:], *words[:-1])
    village = (*map(_counted, folded_words(line.village)), line.village)
    order = RESULTS.index(line.result)
    decision = (line.decision_no or "", line.decided_on or date.min)
    return village, order, name, line.head_name or "", *decision


def _counted(word: str) -> str:
    """Let a number stand where it belongs: village 2 before village 10."""
    return word.zfill(6) if word.isdigit() else word
