"""The counts of years as they were known at an instant: only who changed since is folded anew.

A year whose counts come out the same is not judged again either: the views have its findings.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.households.events import (
    HouseholdClassified,
    HouseholdMoved,
    HouseholdRegistered,
    ResultReverified,
    ReviewScored,
)
from services.loans.events import LoanApplied
from services.reporting.annual import turn_of
from services.reporting.appearances import Appearance
from services.reporting.detection import annual_reviews
from services.reporting.dossier import fold
from services.reporting.events import DECISIONS
from services.reporting.projections.counting import year_but_for, years_now
from services.reporting.projections.judging import Named, year_of
from services.reporting.projections.reading import APPEARANCE
from services.reporting.projections.rows import Contributed
from services.reporting.projections.tables import LIVE
from services.reporting.recalling import History, recall
from services.reporting.rulebook import Rulebook
from services.reporting.rules import COUNTED
from services.reporting.work import shared_decisions
from services.sponsorship.events import SponsorAssigned
from shared.codec import canonical
from shared.corrections import EventCorrected
from shared.event import event_type

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

_TYPES = sorted({event_type(each).name for each in COUNTING})
_CHANGED = text(
    "SELECT DISTINCT key FROM journal WHERE recorded_at > :known_at AND type = ANY(:types)"
    " AND (occurred_on <= :last OR type = 'EventCorrected')"
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
    bound = {"known_at": known_at, "types": _TYPES, "last": last, "kinds": _KINDS}
    # in this order: what comes in meanwhile has its year or its household looked at anew
    uncounted = set(connection.execute(_UNCOUNTED).scalars())
    shown = [
        (int(year), APPEARANCE.decode(bytes(body)))
        for year, body in connection.execute(_FINDINGS, bound)
    ]
    changed = set(connection.execute(_CHANGED, bound).scalars())
    anew = _given(recall(connection, changed, known_at, _TYPES)) if changed else {}
    if live:
        again = uncounted | _differing(connection, changed, anew)
    else:
        subjects = connection.execute(_SUBJECTS, bound).scalars()
        again = {year_of(subject) for subject in (*subjects, *(name for _, name in anew))}
    found = [each for year, each in shown if year not in again] if live else []
    for year in sorted(again):
        if turn_of(year) <= last:
            found += year_but_for(connection, book, year, changed, anew)
    return found


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
        dossier = fold(key, history)
        for each in (*annual_reviews(dossier), *shared_decisions(dossier.facts)):
            if each.kind in COUNTED:
                given.setdefault((each.kind, each.subject), []).append(each)
    return given
