"""The counts of years as they were known at an instant: only who changed since is folded anew.

A year whose counts come out the same is not judged again either: the views have its findings.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.households.events import (
    HouseholdClassified,
    HouseholdMoved,
    HouseholdRegistered,
    ResultReverified,
    ReviewScored,
)
from services.loans.events import LoanApplied
from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.annual import turn_of
from services.reporting.domain.rulebook import Rulebook
from services.reporting.events import DECISIONS
from services.reporting.projections.annual_views import year_but_for, year_contributions, years_now
from services.reporting.projections.reading import APPEARANCE
from services.reporting.projections.rows import Contributed
from services.reporting.projections.subjects import Named, year_of
from services.reporting.projections.tables import LIVE
from services.reporting.queries.affected_keys import UNDATED
from services.reporting.queries.journal_at import History, recall
from services.reporting.rules import COUNTED
from services.sponsorship.events import SponsorAssigned
from shared.codec import canonical
from shared.corrections import EventCorrected
from shared.event import event_type
from shared.pg_binary import array, arrays, ask, of_bytes, of_int4, of_uuid, of_word
from shared.projector.driver import driver

COUNTING = (
    HouseholdRegistered,
    HouseholdMoved,
    HouseholdClassified,
    ReviewScored,
    ResultReverified,
    LoanApplied,
    SponsorAssigned,
    EventCorrected,
    *DECISIONS,
)
"""All that a year's counts are made of: reviews, where households live, what was decided."""

COUNTING_TYPES = sorted({event_type(each).name for each in COUNTING})
_REVIEWS = [event_type(each).name for each in (ReviewScored, ResultReverified, HouseholdClassified)]
_SCORED = _REVIEWS[0]
_LATER = (
    "SELECT key, type, CASE WHEN type = ANY(%b::text[]) THEN data END FROM journal later"
    " WHERE recorded_at > %b::timestamptz AND type = ANY(%b::text[])"
    f" AND (occurred_on <= %b::date OR {UNDATED})"
    # where it was registered, and nothing is corrected, its loans and helpers do not say it lives
    " AND NOT (type IN ('LoanApplied', 'SponsorAssigned')"
    " AND EXISTS (SELECT FROM journal r WHERE r.key = later.key AND r.source = 'households'"
    " AND r.type = 'HouseholdRegistered' AND r.recorded_at <= %b::timestamptz)"
    " AND NOT EXISTS (SELECT FROM journal c WHERE c.key = later.key"
    " AND c.type = 'EventCorrected'))"
)
_SCORED_BY = (
    "SELECT DISTINCT j.key, w.year FROM journal j"
    " JOIN unnest(%b::int4[], %b::bytea[]) AS w (year, said) ON position(w.said IN j.data) > 0"
    " WHERE j.key = ANY(%b::uuid[]) AND j.type = %b AND j.recorded_at <= %b::timestamptz"
)
_COUNTED_OF = text(
    f"SELECT kind, subject, body FROM {LIVE}.contributions"
    " WHERE key = ANY(:keys) AND kind = ANY(:kinds)"
)
_UNCOUNTED = text(f"SELECT DISTINCT year FROM {LIVE}.recounts")
_FINDINGS = text(
    f"SELECT split_part(owner, '|', -1), body FROM {LIVE}.findings"
    " WHERE split_part(owner, '|', 1) = ANY(:kinds) AND from_on <= :last"
)
_SUBJECTS = text(f"SELECT DISTINCT subject FROM {LIVE}.contributions WHERE kind = ANY(:kinds)")
_KINDS = sorted(COUNTED)


class _OfReview(msgspec.Struct, frozen=True):
    """What an event says of the review that it is about."""

    review_id: str | None = None
    year: int | None = None


_OF_REVIEW = msgspec.json.Decoder(_OfReview)


class _Later(NamedTuple):
    """Whose counts were others: of all years, or none yet of some."""

    changed: set[UUID]
    uncounted: dict[int, set[UUID]]

    def of(self, year: int) -> set[UUID]:
        """Give whose counts of a year are not those of now."""
        return self.changed | self.uncounted.get(year, set())


def years_known(
    connection: Connection,
    book: Rulebook,
    known_at: datetime | None,
    last: date,
    *,
    live: bool,
) -> list[Appearance]:
    """Give the findings about years by what was known at an instant, that show by a day.

    What is dated after that day is left as the views have it: it changes nothing until then.
    `live` tells whether the views are judged by the same rules.
    """
    if known_at is None:
        return years_now(connection, book)
    bound = {"known_at": known_at, "types": COUNTING_TYPES, "last": last, "kinds": _KINDS}
    # in this order: what comes in meanwhile has its year or its household looked at anew
    uncounted = set(connection.execute(_UNCOUNTED).scalars())
    shown = [
        (int(year), APPEARANCE.decode(bytes(body)))
        for year, body in connection.execute(_FINDINGS, bound)
    ]
    later = _later(connection, known_at, last)
    changed = later.changed
    anew = _given(recall(connection, changed, known_at, COUNTING_TYPES)) if changed else {}
    if live:
        again = uncounted | later.uncounted.keys() | _differing(connection, changed, anew)
    else:
        subjects = connection.execute(_SUBJECTS, bound).scalars()
        again = {year_of(subject) for subject in (*subjects, *(name for _, name in anew))}
    found = [each for year, each in shown if year not in again] if live else []
    for year in sorted(again):
        if turn_of(year) <= last:
            found += year_but_for(connection, book, year, later.of(year), anew)
    return found


def _later(connection: Connection, known_at: datetime, last: date) -> _Later:
    """Tell whose counts something changed that was recorded after an instant, dated by a day.

    Reviews of a year of which the household had none by then add to that year alone, with what
    was said of them; so nothing of theirs need be read to know what there was before.
    """
    reviews, types = (
        array("text", [of_word(name) for name in each]) for each in (_REVIEWS, COUNTING_TYPES)
    )
    changed: set[UUID] = set()
    scored: dict[UUID, dict[str | None, int | None]] = {}
    named: dict[UUID, set[str | None]] = {}
    bound = (reviews, known_at, types, last, known_at)
    for key, name, data in ask(driver(connection), _LATER, *bound):
        if data is None:
            changed.add(key)
            continue
        about = _OF_REVIEW.decode(data)
        if name == _SCORED:
            scored.setdefault(key, {})[about.review_id] = about.year
        elif about.review_id is not None:
            named.setdefault(key, set()).add(about.review_id)
    changed |= {key for key, ids in named.items() if not ids <= scored.get(key, {}).keys()}
    years = {key: set(found.values()) for key, found in scored.items() if key not in changed}
    every = sorted({year for found in years.values() for year in found if year is not None})
    known = _scored_by(connection, years, every, known_at) if every else []
    changed |= {key for key, year in known if year in years[key]}
    uncounted = {
        year: {key for key, found in years.items() if year in found and key not in changed}
        for year in every
    }
    return _Later(changed, uncounted)


def _scored_by(
    connection: Connection, keys: Iterable[UUID], years: Iterable[int], known_at: datetime
) -> list[tuple[UUID, int]]:
    """Tell which of these households had which of these years' reviews by an instant."""
    said = [(of_int4(year), of_bytes(f'"year":{year}'.encode())) for year in years]
    whose = array("uuid", [of_uuid(key) for key in keys])
    bound = (*arrays(("int4", "bytea"), said), whose, _SCORED, known_at)
    return [(row[0], row[1]) for row in ask(driver(connection), _SCORED_BY, *bound)]


def _differing(
    connection: Connection, changed: set[UUID], anew: Mapping[Named, list[Contributed]]
) -> set[int]:
    """Give the years to which these households contributed something else than now."""
    now = {
        (kind, subject, bytes(body))
        for kind, subject, body in connection.execute(
            _COUNTED_OF, {"keys": list(changed), "kinds": _KINDS}
        )
    }
    then = {(*name, canonical(each)) for name, given in anew.items() for each in given}
    return {year_of(subject) for _, subject, _ in now ^ then}


def _given(histories: Iterable[History]) -> dict[Named, list[Contributed]]:
    given: dict[Named, list[Contributed]] = {}
    for key, history in histories:
        for each in year_contributions(key, history):
            if each.kind in COUNTED:
                given.setdefault((each.kind, each.subject), []).append(each)
    return given
