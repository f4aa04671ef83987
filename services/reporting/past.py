"""Findings as they were known at an instant, or as other rules would judge them: refolded."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.appearances import Appearance
from services.reporting.asking import Sight, Times, Wanted, matches, sees, within
from services.reporting.clocks import Residence, commune_at
from services.reporting.contributions import Contribution
from services.reporting.levels import ByLoan, against_loans, merged
from services.reporting.pauses import pauses
from services.reporting.projections.reading import Found
from services.reporting.projections.retracting import removal
from services.reporting.projections.rows import Contributed, subject_rows
from services.reporting.projections.step import rows_of
from services.reporting.projections.tables import LIVE
from services.reporting.rulebook import Rulebook, rulebook_on
from services.reporting.rules import FEEDING, SECOND
from services.reporting.sources import REGISTRIES
from services.reporting.worked import Removed
from shared.areas import Commune, Scope
from shared.projector.journal import read_journals, scan_journal
from shared.recorded import Recorded

_PAUSES = text("SELECT DISTINCT key FROM journal WHERE type IN ('ClocksPaused', 'PauseEnded')")


def known(history: Iterable[Recorded], known_at: datetime | None) -> list[Recorded]:
    """Give what was recorded by an instant."""
    return [each for each in history if known_at is None or each.meta.recorded_at <= known_at]


def find_past(
    connection: Connection, times: Times, wanted: Wanted, sight: Sight, scope: Scope
) -> list[Found]:
    """Give the findings of another time, unsorted; each as it looks on `valid_at`."""
    book = rulebook_on(times.rules_at or times.valid_at).up_to(times.valid_at)
    shown, homes = _judge(connection, times, wanted, book)
    day = times.valid_at
    return [
        Found(each, _commune(each, homes, day))
        for each in shown
        if each.shows_on(day)
        and sees(sight, each)
        and matches(wanted, each)
        and within(scope, wanted.area, each, homes, day)
    ]


def _commune(
    shown: Appearance, homes: dict[UUID, tuple[Residence, ...]], day: date
) -> Commune | None:
    only = shown.household_ids[0] if len(shown.household_ids) == 1 else None
    return commune_at(homes.get(only, ()), day) if only is not None else None


def _judge(
    connection: Connection, times: Times, wanted: Wanted, book: Rulebook
) -> tuple[list[Appearance], dict[UUID, tuple[Residence, ...]]]:
    paused = pauses(
        each
        for own in read_journals(connection, _pause_keys(connection), REGISTRIES).values()
        for each in known(own, times.known_at)
    )
    shown: list[Appearance] = []
    homes: dict[UUID, tuple[Residence, ...]] = {}
    given: dict[tuple[str, str], list[Contributed]] = {}
    for key, history in _histories(connection, wanted):
        own = known(history, times.known_at)
        rows = rows_of(key, own, book, paused)
        if rows is None:
            continue
        homes[key] = tuple((home.from_on, home.commune) for home in rows.residences)
        shown.extend(each for each, _ in rows.findings)
        for each, _ in rows.contributions:
            given.setdefault((each.kind, each.subject), []).append(each)
    shown.extend(shared_appearances(given, book, removal(connection, book, times.known_at)))
    return shown, homes


def shared_appearances(
    given: Mapping[tuple[str, str], list[Contributed]], book: Rulebook, removed: Removed
) -> list[Appearance]:
    """Judge what households share: the first level, then the second by what that found."""
    shown: list[Appearance] = []
    against: list[ByLoan] = []
    for name, all_given in given.items():
        if name[0] in SECOND:
            continue
        found = [each for each, _ in subject_rows(*name, all_given, book, removed)]
        shown.extend(found)
        if found and name[0] in FEEDING:
            facts = [each for each in all_given if isinstance(each, Contribution)]
            against.append(against_loans(facts, found))
    by_loan = merged(against)
    for name, all_given in given.items():
        if name[0] in SECOND:
            rows_found = subject_rows(*name, all_given, book, removed, by_loan)
            shown.extend(each for each, _ in rows_found)
    return shown


def _histories(connection: Connection, wanted: Wanted) -> Iterable[tuple[UUID, list[Recorded]]]:
    if wanted.household_id is None:
        return scan_journal(connection, REGISTRIES)
    partners = {wanted.household_id, *_partners(connection, [wanted.household_id])}
    # a group is judged by what its loans share with others, who need not be of the group
    keys = {*partners, *_partners(connection, sorted(partners), sorted(FEEDING))}
    return read_journals(connection, keys, REGISTRIES).items()


def _partners(
    connection: Connection, keys: list[UUID], kinds: list[str] | None = None
) -> Collection[UUID]:
    """Name the households that share a value, of some kinds or any, with these."""
    rows = connection.execute(
        text(
            f"SELECT DISTINCT other.key FROM {LIVE}.contributions mine"
            f" JOIN {LIVE}.contributions other USING (kind, subject)"
            " WHERE mine.key = ANY(:keys)"
            " AND (CAST(:kinds AS text[]) IS NULL OR kind = ANY(CAST(:kinds AS text[])))"
        ),
        {"keys": keys, "kinds": kinds},
    )
    return [row[0] for row in rows]


def _pause_keys(connection: Connection) -> list[UUID]:
    return [row[0] for row in connection.execute(_PAUSES)]


def is_final(connection: Connection, known_at: datetime, seconds: int) -> bool:
    """Tell whether nothing recorded by an instant can still be on its way.

    So it is once of every store an event recorded that much later was read, and all before it.
    """
    for source in REGISTRIES:
        row = connection.execute(
            text(
                "SELECT min(position) FROM journal WHERE source = :source"
                " AND recorded_at > :known_at + make_interval(secs => :seconds)"
            ),
            {"source": source, "known_at": known_at, "seconds": seconds},
        ).scalar_one()
        if row is None:
            return False
        read = connection.execute(
            text("SELECT count(*) FROM journal WHERE source = :source AND position <= :position"),
            {"source": source, "position": row},
        ).scalar_one()
        if read != row:
            return False
    return True
