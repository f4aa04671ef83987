"""What stands on the yearly list of a commune: who was found poor, near-poor or newly escaped.

A decision belongs to the year of the review it rests on, else to the year of its own date; of
several the one decided last counts. A household stands on the list of the commune it lived in on
the last day of the year (today, while the year lasts).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.households.events import HouseholdClassified, ReviewScored
from shared.areas import Commune
from shared.codec import canonical
from shared.folding import folded_words

RESULTS = ("poor", "near_poor", "newly_escaped")
"""Results that are posted, in the order of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One household of the list; without a name where the head's was erased."""

    village: str
    head_name: str | None
    result: str
    decision_no: str
    decided_on: date

    def document(self) -> dict[str, Any]:
        """Give what is printed of it."""
        return {
            "village": self.village,
            "head_name": self.head_name,
            "result": self.result,
            "decision_no": self.decision_no,
            "decided_on": self.decided_on.isoformat(),
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
    return village, order, name, line.head_name or "", line.decision_no, line.decided_on


def _counted(word: str) -> str:
    """Let a number stand where it belongs: village 2 before village 10."""
    return word.zfill(6) if word.isdigit() else word
